import { Alert, Box, Button, Code, FileButton, Group, List, SimpleGrid, Stack, Text, TextInput, Textarea, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconFileImport, IconLock } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { type Failed, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { ImportComponentMutation } from '../gen/graphql'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Leaving } from '../ui/Leaving'
import { Page } from '../ui/Page'
import { useWords } from '../words'
import { FormPreview } from './FormPreview'
import { ImportComponent } from './importOperations'
import { keyOf, ownKey } from './importing'

const here = '/w/$workspaceId/components/import'
const maxBytes = 1 << 20

type Result = ImportComponentMutation['importComponent'] | Failed
type Success = Extract<Result, { __typename: 'ImportComponentSuccess' }>

/** Gives the workspace a component of its own, from a descriptor: with the form that it makes, before anything is saved. */
export default function ImportPage() {
  const { importing: words, shell } = useWords()
  const { mayManage, workspace } = useViewer()
  const { workspaceId } = useParams({ from: here })
  const above = (
    <Link className="crumb" to="/w/$workspaceId/credentials" params={{ workspaceId }}>
      {shell.settings} → {shell.credentials}
    </Link>
  )
  return (
    <Page title={words.title} above={above} text={words.text}>
      {mayManage ? <Importing /> : <Empty icon={<IconLock size={32} />} title={workspace.name} text={words.ownersOnly} />}
    </Page>
  )
}

function Importing() {
  const { importing: words, form } = useWords()
  const { workspaceId } = useParams({ from: here })
  const { key: given } = useSearch({ from: here })
  const navigate = useNavigate()
  const send = useSend(ImportComponent)
  const [text, setText] = useState('')
  const [file, setFile] = useState('')
  const [typedKey, setKey] = useState(given)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Result>()
  const [taken, setTaken] = useState<string>() // by the catalog, though nobody typed it
  const suggested = keyOf(text, file)
  const key = typedKey ?? (suggested === taken ? ownKey(suggested) : suggested)
  const preview = usePreview(key || 'component', text) // without a key, too, it tells what is wrong with the descriptor
  const keyProblem = preview?.__typename === 'ValidationError' ? preview.issues.find(({ path }) => path[0] === 'key')?.message : undefined
  useEffect(() => {
    if (keyProblem && typedKey === undefined) setTaken(suggested)
  }, [keyProblem])
  const done = useRef(false)

  async function open(chosen: File | null | undefined) {
    if (!chosen) return
    if (chosen.size > maxBytes) return setRefused({ __typename: 'Failed', message: words.tooLong })
    setText(await chosen.text())
    setFile(chosen.name)
    setRefused(undefined)
  }

  async function save(force: boolean) {
    setBusy(true)
    setRefused(undefined)
    const result = await send({ key, descriptor: text, force, dryRun: false })
    setBusy(false)
    if (result.__typename !== 'ImportComponentSuccess') return setRefused(result)
    done.current = true
    notifications.show({ color: 'key', message: words.saved(result.component.title, result.created, result.changed) })
    void navigate({ to: '/w/$workspaceId/credentials/$componentKey', params: { workspaceId, componentKey: result.component.key } })
  }

  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
      <Leaving when={() => text !== '' && !done.current} />
      <Stack
        component="section"
        aria-label={words.descriptor}
        gap="md"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          void open(event.dataTransfer.files[0])
        }}
      >
        <Group gap="sm">
          <FileButton accept=".json,application/json" onChange={(chosen) => void open(chosen)}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconFileImport size={16} />}>
                {words.choose}
              </Button>
            )}
          </FileButton>
          <Text size="sm" c="dimmed">
            {words.orDrop}
          </Text>
        </Group>
        <TextInput
          label={words.key}
          description={words.keyNote}
          value={key}
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          disabled={given !== undefined}
          error={keyProblem ?? (key === '' && preview && form.required(words.key))}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Textarea
          label={words.descriptor}
          description={words.descriptorNote}
          value={text}
          autosize
          minRows={10}
          maxRows={15}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-xs)' } }}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setRefused(undefined)
          }}
        />
        {refused && <Refusal result={refused} busy={busy} onForce={() => void save(true)} />}
        <Group>
          <Button disabled={key === '' || preview?.__typename !== 'ImportComponentSuccess'} loading={busy} onClick={() => void save(false)}>
            {words.save}
          </Button>
        </Group>
      </Stack>
      <Stack component="section" aria-label={words.preview} gap="md" aria-live="polite">
        {preview === undefined ? (
          <Empty title={words.preview} text={words.previewText} />
        ) : preview.__typename === 'ImportComponentSuccess' ? (
          <Preview key={JSON.stringify(preview.component)} found={preview} />
        ) : (
          <Refusal result={preview} />
        )}
      </Stack>
    </SimpleGrid>
  )
}

/** What the gateway makes of a descriptor, a moment after the last key: undefined while there is none. */
function usePreview(key: string, text: string): Result | undefined {
  const send = useSend(ImportComponent)
  const [input] = useDebouncedValue(`${key}\n${text}`, 400)
  const [result, setResult] = useState<Result>()
  const newest = useRef(0)
  useEffect(() => {
    const turn = ++newest.current
    const [key = '', ...lines] = input.split('\n')
    const descriptor = lines.join('\n')
    if (descriptor.trim() === '') return setResult(undefined)
    void send({ key, descriptor, force: true, dryRun: true }).then((found) => {
      if (turn === newest.current) setResult(found)
    })
  }, [input])
  return text.trim() === '' ? undefined : result
}

function Preview({ found: { component, warnings } }: { found: Success }) {
  const words = useWords()
  return (
    <Box className="paper" p="lg">
      <Title order={2} size="h4">
        {component.title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {words.families[component.category]}
        {component.description && ` · ${component.description}`}
      </Text>
      {warnings.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle />} mb="md" title={words.importing.warnings}>
          <Problems list={warnings} />
        </Alert>
      )}
      <FormPreview title={component.title} methods={component.authMethods} />
    </Box>
  )
}

function Refusal({ result, busy = false, onForce }: { result: Result; busy?: boolean; onForce?: () => void }) {
  const { importing: words } = useWords()
  switch (result.__typename) {
    case 'ImportComponentSuccess':
      return null
    case 'DescriptorInvalidError':
      return <Failure message={<Sentence text={result.message}><Problems list={result.problems} /></Sentence>} />
    case 'ValidationError':
      return <Failure message={result.issues.map(({ message }) => message).join(' ')} />
    case 'ComponentBreakingChangeError':
      return (
        <Failure
          message={
            <Sentence text={result.message}>
              <List size="sm">
                {result.changes.map(({ message }) => (
                  <List.Item key={message}>{message}</List.Item>
                ))}
              </List>
              {onForce && (
                <Group>
                  <Button size="xs" color="red" loading={busy} onClick={onForce}>
                    {words.force}
                  </Button>
                </Group>
              )}
            </Sentence>
          }
        />
      )
    default:
      return <Failure message={result.message} />
  }
}

function Sentence({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Stack gap="xs">
      <Text size="sm">{text}</Text>
      {children}
    </Stack>
  )
}

/** Each with its place in the descriptor, as a JSON Pointer. */
function Problems({ list }: { list: { pointer: string; message: string }[] }) {
  return (
    <List size="sm" spacing={4}>
      {list.map(({ pointer, message }) => (
        <List.Item key={pointer + message} style={{ overflowWrap: 'anywhere' }}>
          {pointer && <Code>{pointer}</Code>} {message}
        </List.Item>
      ))}
    </List>
  )
}
