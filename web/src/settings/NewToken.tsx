import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import { useSend } from '../api/hooks'
import type { Role } from '../gen/graphql'
import { Dialog } from '../ui/Dialog'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { Once } from './Once'
import { CreateToken } from './operations'
import { type Scope, scopesOf, tokenRoles } from './scopes'

interface Values {
  name: string
  role: Role
  scopes: Scope[]
  ends: '30' | '90' | '365' | 'never' | 'date'
  date: string
}

/** Asks what the token shall be, then shows it. With the dialog it is gone from the page. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const { tokens: words } = useWords()
  const [made, setMade] = useState<{ name: string; token: string }>()
  return (
    <Dialog
      onClose={onClose}
      title={made ? words.readyTitle(made.name) : words.make}
      closeOnClickOutside={!made}
      size="lg"
    >
      {made ? (
        <Once
          text={words.ready}
          values={[
            { title: words.token, value: made.token, copy: words.copyToken },
            { title: words.tryIt, value: curl(made.token), copy: words.copyCurl },
          ]}
          done={words.done}
          onClose={onClose}
        />
      ) : (
        <TokenForm onMade={(name, token) => setMade({ name, token })} />
      )}
    </Dialog>
  )
}

/** Every role may ask who it is. */
function curl(token: string): string {
  const body = JSON.stringify({ query: '{ viewer { workspace { name } role } }' })
  return `curl ${location.origin}/graphql -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '${body}'`
}

function TokenForm({ onMade }: { onMade: (name: string, token: string) => void }) {
  const { tokens: words, roles, members } = useWords()
  const create = useSend(CreateToken)
  const [problem, setProblem] = useState<string>()
  const { control, register, handleSubmit, formState, setError, setValue, watch } = useForm<Values>({
    defaultValues: { name: '', role: 'EDITOR', scopes: [], ends: '90', date: '' },
  })
  const { errors, isSubmitting } = formState
  const role = watch('role')

  const submit = handleSubmit(async (values) => {
    setProblem(undefined)
    const result = await create({ name: values.name.trim(), role: values.role, scopes: values.scopes, expiresAt: endOf(values) })
    if (result.__typename === 'CreateApiTokenSuccess') return onMade(result.apiToken.name, result.token)
    if (result.__typename !== 'ValidationError') return setProblem(result.message)
    const elsewhere = result.issues.filter(({ path: [field], message }) => {
      const place = field === 'expiresAt' ? 'date' : field
      if (place !== 'name' && !(place === 'date' && values.ends === 'date')) return true
      setError(place, { message })
      return false
    })
    if (elsewhere.length > 0) setProblem(elsewhere.map(({ message }) => message).join(' '))
  })

  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <TextInput
          {...register('name', { validate: (name) => name.trim() !== '' || words.nameNeeded })}
          data-autofocus
          label={words.name}
          description={words.nameNote}
          error={errors.name?.message}
          required
          maxLength={200}
          autoComplete="off"
        />
        <Controller
          control={control}
          name="role"
          render={({ field }) => (
            <Select
              {...field}
              label={words.role}
              description={members.roleNotes[role]}
              allowDeselect={false}
              data={tokenRoles.map((value) => ({ value, label: roles[value] }))}
              onChange={(value) => {
                if (!value) return
                field.onChange(value)
                setValue('scopes', watch('scopes').filter((scope) => scopesOf[value as Role].includes(scope)))
              }}
            />
          )}
        />
        <Controller
          control={control}
          name="scopes"
          render={({ field: { value, onChange } }) => (
            <Checkbox.Group label={words.scopes} description={words.scopesNote} value={value} onChange={onChange}>
              <Stack gap={8} mt={8}>
                {scopesOf[role].map((scope) => (
                  <Checkbox key={scope} value={scope} label={words.scopeNames[scope]} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
        />
        <Group align="flex-start" grow preventGrowOverflow={false}>
          <Controller
            control={control}
            name="ends"
            render={({ field }) => (
              <Select
                {...field}
                label={words.ends}
                allowDeselect={false}
                data={[
                  ...['30', '90', '365'].map((value) => ({ value, label: words.inDays(Number(value)) })),
                  { value: 'never', label: words.never },
                  { value: 'date', label: words.onDate },
                ]}
              />
            )}
          />
          {watch('ends') === 'date' && (
            <TextInput
              {...register('date', {
                shouldUnregister: true,
                validate: (date, { ends }) => ends !== 'date' || lastMoment(date) > Date.now() || words.dateNeeded,
              })}
              type="date"
              label={words.date}
              error={errors.date?.message}
              required
            />
          )}
        </Group>
        {problem && <Failure message={problem} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isSubmitting}>
            {words.makeIt}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The day's last moment where the person is, in milliseconds; NaN for what is no day. */
function lastMoment(date: string): number {
  return Date.parse(`${date}T23:59:59`)
}

function endOf({ ends, date }: Values): string | null {
  if (ends === 'never') return null
  return new Date(ends === 'date' ? lastMoment(date) : Date.now() + Number(ends) * 86_400_000).toISOString()
}
