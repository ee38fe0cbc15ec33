import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { zodResolver } from '@hookform/resolvers/zod'
import { useEffect, useRef, useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import type { CredentialRowFragment, FieldSpecsFragment, StepRef } from '../gen/graphql'
import { useSend } from '../api/hooks'
import { Leaving } from '../ui/Leaving'
import { useWords } from '../words'
import { ConnectForm } from './ConnectForm'
import { type FormValues, type Stored, allOf, beginning, changesOf, checks, endOf, merged, moves, placed, slot, visible } from './fields'
import { AskingProvider } from './FetchedOptions'
import { EndsOn, FieldGroup, FormFields } from './FormFields'
import { CreateCredential, UpdateCredential, VerifyCredential } from './operations'
import { type Problem, Trouble, isUndecided } from './Trouble'

export interface Saved {
  id: string
  name: string
  status: CredentialRowFragment['status']
  connected?: { account: string | null; missing: string[]; accountChanged: boolean } // of one that was connected at a provider
}

export interface Props {
  component: { id: string; title: string; authMethods: FieldSpecsFragment[] }
  credential?: CredentialRowFragment // to edit; a new one without
  linkTo?: StepRef // gets the new credential in the same moment
  onSaved: (saved: Saved) => void
  onCancel: () => void
}

/** Asks for what the component's descriptor says, tries it, and saves it: for every component the same. */
export function CredentialForm({ component, credential, ...props }: Props) {
  const { form: words } = useWords()
  const [key, setKey] = useState(component.authMethods[0]?.key)
  // What two ways have in common, its name for one, is typed once.
  const typed = useRef<FormValues>(undefined)
  const method = credential?.authMethod ?? component.authMethods.find((each) => each.key === key)
  if (!method) return null
  const Form = method.oauth ? ConnectForm : MethodForm
  return (
    <Stack gap="md" maw={860}>
      {!credential && component.authMethods.length > 1 && (
        <Radio.Group label={words.method} value={method.key} onChange={setKey}>
          <Group mt={6} gap="md">
            {component.authMethods.map((each) => (
              <Radio key={each.key} value={each.key} label={each.title} />
            ))}
          </Group>
        </Radio.Group>
      )}
      <Form key={method.key} component={component} method={method} credential={credential} typed={typed} {...props} />
    </Stack>
  )
}

export interface MethodProps extends Omit<Props, 'credential'> {
  method: FieldSpecsFragment
  credential: CredentialRowFragment | undefined
  typed: React.RefObject<FormValues | undefined>
}

const nothing: Stored[] = []

function MethodForm({ component, method, credential, linkTo, typed, onSaved, onCancel }: MethodProps) {
  const words = useWords()
  const specs = method.fields
  // What this form began with: the list behind it may show newer ones meanwhile.
  const [start, setStart] = useState(credential)
  const stored = start?.fields ?? nothing
  const [version, setVersion] = useState(credential?.version ?? 0)
  const form = useForm<FormValues>({
    resolver: zodResolver(checks(specs, stored, words, start !== undefined)),
    defaultValues: merged(beginning(specs, start?.name ?? '', stored, start?.expiresAt), typed.current),
    mode: 'onChange',
  })
  const { errors, isDirty, isSubmitting } = form.formState
  const values = form.watch()
  useEffect(() => {
    typed.current = values
  })
  const [problem, setProblem] = useState<Problem>()
  const create = useSend(CreateCredential)
  const update = useSend(UpdateCredential)
  const verify = useSend(VerifyCredential)
  const done = useRef(false)

  const shown = visible(specs, values.values)
  const moved = stored.length > 0 && moves(specs, values, stored)
  const changes = start ? changesOf(specs, values, stored) : []
  const onlyName = start !== undefined && isDirty && changes.length === 0
  useEffect(() => {
    // Where one begins to type: at the first value of a new one, at the name of an old one. Once only: the list behind the
    // form is read anew after each attempt, and nobody's cursor shall jump then.
    const first = start === undefined ? shown[0] : undefined
    form.setFocus(first ? (`values.${slot(first.key)}` as 'name') : 'name')
  }, [])
  const unverified = isUndecided(problem)

  const asking = {
    componentId: component.id,
    authMethod: method.key,
    credentialId: start?.id ?? null,
    typed: () => (start ? changesOf(specs, form.getValues(), stored) : allOf(specs, form.getValues())),
  }

  async function send(data: FormValues, { saveUnverified = !method.verifiable, expectedVersion = version } = {}) {
    setProblem(undefined)
    const name = data.name.trim()
    const result = start
      ? await update({
          id: start.id,
          expectedVersion,
          name: name || null,
          fields: changesOf(specs, data, stored),
          saveUnverified,
          ...(form.formState.dirtyFields.endsOn && { expiresAt: endOf(data.endsOn) }),
        })
      : await create({
          componentId: component.id,
          authMethod: method.key,
          name: name || null,
          fields: allOf(specs, data),
          linkTo: linkTo ?? null,
          saveUnverified,
          expiresAt: endOf(data.endsOn),
        })
    switch (result.__typename) {
      case 'CreateCredentialSuccess':
      case 'UpdateCredentialSuccess':
        done.current = true
        return onSaved(result.credential)
      case 'VerificationFailedError':
        return setProblem({ kind: 'verdict', verdict: result.verification })
      case 'ConflictError':
        if (start && result.currentVersion !== null) return setProblem({ kind: 'conflict', version: result.currentVersion })
        return setProblem({ kind: 'message', text: result.message })
      case 'ValidationError': {
        const { beside, above } = placed(result.issues, specs, shown.map(({ key }) => key))
        beside.forEach(({ field, message }, at) => form.setError(field as 'name', { type: 'gateway', message }, { shouldFocus: at === 0 }))
        return setProblem({ kind: 'message', text: above.join(' ') || words.form.issues })
      }
      case 'NotFoundError':
        return setProblem({ kind: 'message', text: start ? words.form.gone : result.message })
      default:
        return setProblem({ kind: 'message', text: result.message })
    }
  }

  /** Nothing is changed: tries what is stored. */
  async function verifyStored(saved: CredentialRowFragment) {
    setProblem(undefined)
    const result = await verify({ id: saved.id })
    if (result.__typename !== 'VerifyCredentialSuccess') return setProblem({ kind: 'message', text: result.message })
    if (result.verification.outcome === 'ACCEPTED') return onSaved(result.credential)
    setProblem({ kind: 'verdict', verdict: result.verification, stored: true })
  }

  const submit = (options?: Parameters<typeof send>[1]) => form.handleSubmit((data) => (start && !isDirty ? verifyStored(start) : send(data, options)))

  function cancel() {
    done.current = true // who says so need not be asked again
    onCancel()
  }

  function overwrite(current: number) {
    setVersion(current)
    void submit({ expectedVersion: current })()
  }

  function showTheirs() {
    if (!credential) return
    setStart(credential)
    setVersion(credential.version)
    setProblem(undefined)
    form.reset(beginning(specs, credential.name, credential.fields, credential.expiresAt))
  }

  return (
    <FormProvider {...form}>
      <Leaving when={() => isDirty && !done.current} />
      <form noValidate onSubmit={(event) => void submit()(event)}>
        <Stack gap="md">
          <AskingProvider value={asking}>
            <FormFields title={component.title} isNew={!start} specs={shown} stored={stored} moved={moved} />
          </AskingProvider>
          <FieldGroup name={words.form.more} collapsed={!start?.expiresAt} mistaken={errors.endsOn !== undefined}>
            <EndsOn />
          </FieldGroup>
          {!method.verifiable && <Text size="sm">{words.form.notVerifiable}</Text>}
          {problem && (
            <Trouble problem={problem} tryThis={words.form.tryThis} theirs={credential?.version} onOverwrite={overwrite} onDiscard={showTheirs} />
          )}
          <Group gap="sm">
            <Button type="submit" loading={isSubmitting} disabled={start !== undefined && !isDirty && !method.verifiable}>
              {onlyName ? words.form.save : method.verifiable ? words.form.verify : words.form.saveUnverified}
            </Button>
            {unverified && method.verifiable && (
              <Button variant="light" disabled={isSubmitting} onClick={() => void submit({ saveUnverified: true })()}>
                {words.form.saveUnverified}
              </Button>
            )}
            <Button variant="default" disabled={isSubmitting} onClick={cancel}>
              {words.cancel}
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {isSubmitting && !onlyName ? words.form.verifyingLong(component.title) : ''}
            </Text>
          </Group>
        </Stack>
      </form>
    </FormProvider>
  )
}
