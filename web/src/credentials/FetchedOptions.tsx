import { Loader, Select, type SelectProps } from '@mantine/core'
import { createContext, useContext, useState } from 'react'
import { useSend } from '../api/hooks'
import type { FieldInput } from '../gen/graphql'
import { useWords } from '../words'
import { FetchFieldOptions } from './operations'

interface Asking {
  componentId: string
  authMethod: string
  credentialId: string | null // whose stored values count, too
  typed: () => FieldInput[] // so far
}

const Context = createContext<Asking | undefined>(undefined)

/** What the options of a form's fields are asked for with. Without it, nobody is asked. */
export const AskingProvider = Context.Provider

type Props = SelectProps<string> & { field: string; value: string | null; onFailed: (sentence: string) => void }

/** A choice whose options the service itself knows: it is asked for them, with what was typed so far, when the list is opened. */
export function FetchedOptions({ field, value, onFailed, ...props }: Props) {
  const { form: words, verdict } = useWords()
  const asking = useContext(Context)
  const send = useSend(FetchFieldOptions)
  const [options, setOptions] = useState<{ value: string; label: string }[]>()
  const [busy, setBusy] = useState(false)

  async function load() {
    if (options || busy || !asking) return
    setBusy(true)
    const { typed, ...rest } = asking
    const result = await send({ ...rest, field, fields: typed().filter(({ key }) => key !== field) })
    setBusy(false)
    switch (result.__typename) {
      case 'FetchFieldOptionsSuccess':
        return setOptions(result.options)
      case 'VerificationFailedError':
        return onFailed(verdict(result.verification))
      case 'ValidationError':
        return onFailed(result.issues.map(({ message }) => message).join(' '))
      default:
        return onFailed(result.message)
    }
  }

  const known = options ?? []
  return (
    <Select
      {...props}
      value={value}
      searchable
      data={value === null || known.some((option) => option.value === value) ? known : [{ value, label: value }, ...known]}
      nothingFoundMessage={busy ? words.asking : words.noOptions}
      rightSection={busy ? <Loader size="xs" /> : undefined}
      onDropdownOpen={() => void load()}
    />
  )
}
