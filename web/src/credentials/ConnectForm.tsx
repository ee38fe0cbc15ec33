import { zodResolver } from '@hookform/resolvers/zod'
import { Box, Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { FormProvider, useForm } from 'react-hook-form'
import { useSend } from '../api/hooks'
import { problemOf, savedOf } from '../connect/ended'
import { NoClient } from '../connect/NoClient'
import { Scopes } from '../connect/Scopes'
import { useConnect } from '../connect/useConnect'
import { Waiting } from '../connect/Waiting'
import { Copy } from '../ui/Copy'
import { Leaving } from '../ui/Leaving'
import { useWords } from '../words'
import type { MethodProps } from './CredentialForm'
import { type FormValues, type Stored, allOf, beginning, changesOf, checks, endOf, merged, moves, placed, slot, visible } from './fields'
import { EndsOn, FieldGroup, FormFields } from './FormFields'
import { UpdateCredential } from './operations'
import { type Problem, Trouble, isUndecided } from './Trouble'

const nothing: Stored[] = []

const same = (one: string[], other: string[]) => one.length === other.length && one.every((scope) => other.includes(scope))

/**
 * Where a person says yes at the provider: asks for what the method needs besides, and goes there. Of a credential that is
 * there, name and end are saved here; all else changes by connecting again.
 */
export function ConnectForm({ component, method, credential, linkTo, typed, onSaved, onCancel }: MethodProps) {
  const words = useWords()
  const specs = method.fields.filter(({ view }) => view !== 'OAUTH')
  // What this form began with: the list behind it may show newer ones meanwhile.
  const [start, setStart] = useState(credential)
  const stored = start?.fields ?? nothing
  const [version, setVersion] = useState(credential?.version ?? 0)
  const form = useForm<FormValues>({
    resolver: zodResolver(checks(specs, stored, words, start !== undefined)),
    defaultValues: merged(beginning(specs, start?.name ?? '', stored, start?.expiresAt), typed.current),
    mode: 'onChange',
  })
  const { errors, isDirty, isSubmitting, dirtyFields } = form.formState
  const values = form.watch()
  useEffect(() => {
    typed.current = values
  })
  const wanted = start?.connection?.requestedScopes ?? method.scopes
  const [scopes, setScopes] = useState(wanted)
  const [scopesProblem, setScopesProblem] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  const update = useSend(UpdateCredential)
  const done = useRef(false)
  const connect = useConnect(component.title, (ended) => {
    if (ended.__typename === 'CompleteAuthorizationSuccess') {
      done.current = true
      onSaved(savedOf(ended))
    } else if (ended.__typename === 'ValidationError') showIssues(ended.issues)
    else setProblem(ended.__typename === 'NotFoundError' && start ? { kind: 'message', text: words.form.gone } : problemOf(ended, words))
  })

  const shown = visible(specs, values.values)
  const moved = stored.length > 0 && moves(specs, values, stored)
  const others = !same(scopes, wanted) || (start !== undefined && changesOf(specs, values, stored).length > 0) // that only connecting changes
  const noClient = method.oauth?.provider?.client === null
  useEffect(() => {
    const first = start === undefined ? shown[0] : undefined
    form.setFocus(first ? (`values.${slot(first.key)}` as 'name') : 'name')
  }, [])

  // When nothing came of it, the keyboard goes on where it was.
  const button = useRef<HTMLButtonElement>(null)
  const waited = useRef(false)
  useEffect(() => {
    if (connect.progress) waited.current = true
    else if (waited.current) {
      waited.current = false
      button.current?.focus()
    }
  }, [connect.progress])

  function forget() {
    setProblem(undefined)
    setScopesProblem(undefined)
  }

  function showIssues(issues: { path: string[]; message: string }[]) {
    const ofScopes = issues.filter(({ path }) => path[0] === 'scopes')
    const { beside, above } = placed(issues.filter((issue) => !ofScopes.includes(issue)), specs, shown.map(({ key }) => key))
    beside.forEach(({ field, message }, at) => form.setError(field as 'name', { type: 'gateway', message }, { shouldFocus: at === 0 }))
    if (ofScopes.length > 0) setScopesProblem(ofScopes.map(({ message }) => message).join(' '))
    setProblem({ kind: 'message', text: above.join(' ') || words.form.issues })
  }

  /** Saves what needs no provider; undefined and the reason shown, where it was not. */
  async function saveRest(data: FormValues, expectedVersion = version) {
    if (!start) return undefined
    const result = await update({
      id: start.id,
      expectedVersion,
      name: data.name.trim(),
      fields: [],
      saveUnverified: true, // nothing is tried
      ...(dirtyFields.endsOn && { expiresAt: endOf(data.endsOn) }),
    })
    switch (result.__typename) {
      case 'UpdateCredentialSuccess':
        return result.credential
      case 'ValidationError':
        showIssues(result.issues)
        break
      case 'ConflictError':
        setProblem(result.currentVersion === null ? { kind: 'message', text: result.message } : { kind: 'conflict', version: result.currentVersion })
        break
      case 'VerificationFailedError':
        setProblem({ kind: 'verdict', verdict: result.verification })
        break
      default:
        setProblem({ kind: 'message', text: result.__typename === 'NotFoundError' ? words.form.gone : result.message })
    }
    return undefined
  }

  async function save(data: FormValues, expectedVersion?: number) {
    forget()
    const saved = await saveRest(data, expectedVersion)
    if (!saved) return
    done.current = true
    onSaved(saved)
  }

  // Called in the moment of the click, and nothing is awaited before the window opens.
  async function go(data: FormValues, saveUnverified: boolean) {
    forget()
    const asked = same(scopes, wanted) ? null : scopes
    if (!start) {
      return connect.begin({
        componentId: component.id,
        authMethod: method.key,
        name: data.name.trim() || null,
        fields: allOf(specs, data),
        scopes: asked,
        linkTo: linkTo ?? null,
        saveUnverified,
      })
    }
    // Name and end are not the provider's, so that they are saved first.
    const first = async () => {
      const saved = await saveRest(data)
      if (saved) setVersion(version + 1)
      return saved !== undefined
    }
    return connect.begin(
      { credentialId: start.id, fields: changesOf(specs, data, stored), scopes: asked, saveUnverified },
      dirtyFields.endsOn || dirtyFields.name ? first : undefined,
    )
  }

  const submit = (saveUnverified = !method.verifiable) =>
    void form.handleSubmit((data) => (start && isDirty && !others ? save(data) : go(data, saveUnverified)))()

  function overwrite(current: number) {
    setVersion(current)
    void form.handleSubmit((data) => save(data, current))()
  }

  function showTheirs() {
    if (!credential) return
    setStart(credential)
    setVersion(credential.version)
    forget()
    setScopes(credential.connection?.requestedScopes ?? method.scopes)
    form.reset(beginning(specs, credential.name, credential.fields, credential.expiresAt))
  }

  function cancel() {
    done.current = true // who says so need not be asked again
    onCancel()
  }

  const onlyRest = start !== undefined && isDirty && !others
  const reconnect = (
    <Button
      ref={button}
      type={onlyRest ? 'button' : 'submit'}
      variant={onlyRest ? 'default' : 'filled'}
      disabled={isSubmitting && !connect.progress}
      onClick={onlyRest ? () => void form.handleSubmit((data) => go(data, !method.verifiable))() : undefined}
    >
      {start ? words.connect.reconnect : words.connect.start(component.title)}
    </Button>
  )
  return (
    <FormProvider {...form}>
      <Leaving when={() => (isDirty || !same(scopes, wanted)) && !done.current && !connect.leaving.current} />
      {connect.progress && <Waiting title={component.title} connect={connect} />}
      {/* Hidden while one waits, so that all of it is still there if nothing comes of it. */}
      <Box component="form" noValidate hidden={connect.progress !== undefined} onSubmit={(event: React.FormEvent) => (event.preventDefault(), submit())}>
        <Stack gap="md">
          <FormFields title={component.title} isNew={!start} specs={shown} stored={stored} moved={moved} />
          <FieldGroup name={words.form.more} collapsed={!start?.expiresAt} mistaken={errors.endsOn !== undefined || scopesProblem !== undefined}>
            <Scopes offered={[...new Set([...method.scopes, ...wanted])]} value={scopes} onChange={setScopes} error={scopesProblem} />
            {start && <EndsOn />}
          </FieldGroup>
          {method.oauth && method.oauth.provider === null && (
            <Box>
              <Text size="sm" mb={4}>
                {words.clients.callback}
              </Text>
              <Copy value={method.oauth.callbackUrl} label={words.clients.copyCallback} />
            </Box>
          )}
          {noClient ? (
            <NoClient title={component.title} />
          ) : (
            <Text size="sm" c="dimmed">
              {start ? words.connect.fieldsNote : words.connect.how(component.title)}
            </Text>
          )}
          {problem && <Trouble problem={problem} tryThis={words.connect.tryThis} theirs={credential?.version} onOverwrite={overwrite} onDiscard={showTheirs} />}
          <Group gap="sm">
            {onlyRest && (
              <Button type="submit" loading={isSubmitting && !connect.progress}>
                {words.form.save}
              </Button>
            )}
            {!noClient && reconnect}
            {!noClient && isUndecided(problem) && (
              <Button variant="light" onClick={() => void form.handleSubmit((data) => go(data, true))()}>
                {words.connect.startUnverified}
              </Button>
            )}
            <Button variant="default" disabled={isSubmitting && !connect.progress} onClick={cancel}>
              {words.cancel}
            </Button>
          </Group>
        </Stack>
      </Box>
    </FormProvider>
  )
}
