import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useSend } from '../api/hooks'
import type { ClientFieldsFragment } from '../gen/graphql'
import { Copy } from '../ui/Copy'
import { Dialog } from '../ui/Dialog'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { SetClient } from './operations'

interface Props {
  provider: ClientFieldsFragment
  title: string
  onClose: () => void
}

/** Sets the workspace's own client, or changes it. Its secret goes one way. */
export function ClientForm({ provider, title, onClose }: Props) {
  const { clients: words, cancel, form } = useWords()
  const send = useSend(SetClient)
  const [problem, setProblem] = useState<string>()
  const own = provider.client?.source === 'WORKSPACE' ? provider.client : undefined
  const { register, handleSubmit, formState, setError, watch } = useForm({ defaultValues: { clientId: own?.clientId ?? '', clientSecret: '' } })
  const { errors, isSubmitting } = formState
  const sameId = own !== undefined && watch('clientId').trim() === own.clientId

  const submit = handleSubmit(async ({ clientId, clientSecret }) => {
    setProblem(undefined)
    const result = await send({ provider: provider.key, clientId: clientId.trim(), ...(clientSecret !== '' && { clientSecret }) })
    switch (result.__typename) {
      case 'SetOAuthClientSuccess':
        notifications.show({ color: 'key', message: words.saved(title) })
        return onClose()
      case 'ValidationError': {
        const elsewhere = result.issues.filter(({ path: [field], message }) => {
          if (field !== 'clientId' && field !== 'clientSecret') return true
          setError(field, { message })
          return false
        })
        return elsewhere.length > 0 ? setProblem(elsewhere.map(({ message }) => message).join(' ')) : undefined
      }
      default:
        return setProblem(result.message)
    }
  })

  return (
    <Dialog onClose={onClose} title={words.setTitle(title)} size="lg">
      <form noValidate onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          {provider.client?.source === 'OPERATOR' && <Text size="sm">{words.ownText}</Text>}
          <div>
            <Text size="sm" mb={4}>
              {words.callback}
            </Text>
            <Copy value={provider.callbackUrl} label={words.copyCallback} />
          </div>
          <TextInput
            {...register('clientId', { validate: (id) => id.trim() !== '' || words.clientIdNeeded })}
            data-autofocus
            label={words.clientId}
            error={errors.clientId?.message}
            required
            maxLength={500}
            autoComplete="off"
            spellCheck={false}
            data-1p-ignore=""
          />
          <PasswordInput
            {...register('clientSecret')}
            label={words.clientSecret}
            description={own ? words.secretKept : words.secretNew}
            error={errors.clientSecret?.message}
            autoComplete="off"
            data-1p-ignore=""
            data-lpignore="true"
            data-form-type="other"
            visibilityToggleButtonProps={{ 'aria-label': form.show(words.clientSecret), tabIndex: 0 }}
          />
          {own && !sameId && own.credentialCount > 0 && <Text size="sm">{words.otherId(own.credentialCount)}</Text>}
          {problem && <Failure message={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {cancel}
            </Button>
            <Button type="submit" loading={isSubmitting}>
              {words.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
