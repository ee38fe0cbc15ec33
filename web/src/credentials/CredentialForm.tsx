import { Alert, Box, Button, Collapse, Group, Radio, SimpleGrid, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { zodResolver } from '@hookform/resolvers/zod'
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react'
import { Children, useEffect, useRef, useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import type { CredentialRowFragment, FieldSpecsFragment, StepRef } from '../gen/graphql'
import { useSend } from '../api/hooks'
import { Leaving } from '../ui/Leaving'
import { type Verdict, useWords } from '../words'
import { Field } from './Field'
import { type FormValues, type Stored, allOf, beginning, changesOf, checks, dayOf, endOf, fateOf, groups, moves, placed, slot, visible } from './fields'
import { CreateCredential, UpdateCredential, VerifyCredential } from './operations'

export interface Saved {
  id: string
  name: string
  status: CredentialRowFragment['status']
}

interface Props {
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
      <MethodForm key={method.key} component={component} method={method} credential={credential} typed={typed} {...props} />
    </Stack>
  )
}

interface MethodProps extends Omit<Props, 'credential'> {
  method: FieldSpecsFragment
  credential: CredentialRowFragment | undefined
  typed: React.RefObject<FormValues | undefined>
}

type Problem =
  | { kind: 'message'; text: string }
  | { kind: 'verdict'; verdict: Verdict; stored?: boolean } // stored: of what is saved already
  | { kind: 'conflict'; version: number }

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
  const unverified = problem?.kind === 'verdict' && !problem.stored && (problem.verdict.outcome === 'UNAVAILABLE' || problem.verdict.outcome === 'NOT_VERIFIABLE')

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
          <TextInput
            {...form.register('name')}
            label={words.form.name}
            description={start ? undefined : words.form.nameNote}
            placeholder={words.form.namePlaceholder(component.title)}
            error={errors.name?.message}
            autoComplete="off"
            data-1p-ignore=""
            maxLength={300}
          />
          {groups(shown).map((group) => (
            <FieldGroup
              key={group.name ?? ''}
              name={group.name}
              collapsed={group.optional}
              mistaken={group.specs.some(({ key }) => errors.values?.[slot(key)])}
            >
              {group.specs.map((spec) => (
                <Field key={spec.key} spec={spec} stored={stored.find(({ key }) => key === spec.key)} fate={fateOf(spec, values, moved)} moved={moved} />
              ))}
            </FieldGroup>
          ))}
          <FieldGroup name={words.form.more} collapsed={!start?.expiresAt} mistaken={errors.endsOn !== undefined}>
            <TextInput
              {...form.register('endsOn')}
              type="date"
              label={words.form.endsOn}
              description={words.form.endsOnNote}
              error={errors.endsOn?.message}
              min={dayOf(new Date().toISOString())}
              maw={360}
            />
          </FieldGroup>
          {!method.verifiable && <Text size="sm">{words.form.notVerifiable}</Text>}
          {problem && (
            <Trouble problem={problem} theirs={credential?.version} onOverwrite={overwrite} onDiscard={showTheirs} />
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

/** Keeps what was typed for another way to sign in, where the two have a field in common. */
function merged(fresh: FormValues, typed: FormValues | undefined): FormValues {
  if (!typed) return fresh
  const kept = Object.entries(typed.values).filter(([key, value]) => key in fresh.values && typeof value === typeof fresh.values[key])
  return { ...fresh, name: typed.name, endsOn: typed.endsOn, values: { ...fresh.values, ...Object.fromEntries(kept) } }
}

interface TroubleProps {
  problem: Problem
  theirs: number | undefined // the version that would be shown
  onOverwrite: (version: number) => void
  onDiscard: () => void
}

function Trouble({ problem, theirs, onOverwrite, onDiscard }: TroubleProps) {
  const words = useWords()
  if (problem.kind === 'message') {
    return (
      <Alert color="red" icon={<IconAlertTriangle />} role="alert">
        {problem.text}
      </Alert>
    )
  }
  if (problem.kind === 'verdict') {
    const { verdict } = problem
    const rejected = verdict.outcome === 'REJECTED'
    return (
      <Alert color={rejected ? 'red' : 'yellow'} icon={<IconAlertTriangle />} role="alert" title={words.outcomes[verdict.outcome]}>
        <Text size="sm">{words.verdict(verdict)}</Text>
        {!problem.stored && (
          <Text size="sm" mt={4}>
            {words.form.tryThis[verdict.outcome]} {!rejected && words.form.saveUnverifiedText}
          </Text>
        )}
      </Alert>
    )
  }
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} role="alert">
      {words.form.conflict}
      <Group mt="sm" gap="xs">
        <Button size="xs" onClick={() => onOverwrite(problem.version)}>
          {words.form.conflictOverwrite}
        </Button>
        <Button size="xs" variant="default" loading={theirs !== undefined && theirs < problem.version} onClick={onDiscard}>
          {words.form.conflictDiscard}
        </Button>
      </Group>
    </Alert>
  )
}

/** Fields that belong together. Where none of them is needed, they wait behind their name. */
function FieldGroup({ name, collapsed, mistaken, children }: { name: string | null; collapsed: boolean; mistaken: boolean; children: React.ReactNode }) {
  const { form: words } = useWords()
  const [open, { toggle }] = useDisclosure(!collapsed)
  const fields = (
    // Many fields share rows, so that the buttons below stay in sight.
    <SimpleGrid cols={{ base: 1, sm: Children.count(children) > 3 ? 2 : 1 }} spacing="md">
      {children}
    </SimpleGrid>
  )
  if (!collapsed) {
    if (name === null) return fields
    return (
      <Box component="fieldset" className="group">
        <legend>{name}</legend>
        {fields}
      </Box>
    )
  }
  const shown = open || mistaken
  return (
    <Box>
      <UnstyledButton type="button" aria-expanded={shown} onClick={toggle}>
        <Group gap={4}>
          <IconChevronRight size={16} style={{ transform: shown ? 'rotate(90deg)' : 'none' }} />
          <Text size="sm" fw={500}>
            {words.group(name ?? '')}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={shown} pt="sm">
        {fields}
      </Collapse>
    </Box>
  )
}
