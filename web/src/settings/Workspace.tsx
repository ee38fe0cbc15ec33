import { Anchor, Box, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { Copy } from '../ui/Copy'
import { Dialog } from '../ui/Dialog'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { ActiveFlowsDocument, CreateWorkspace, DeleteWorkspace, UpdateWorkspace } from './operations'
import { Section } from './rows'

/** The workspace itself: its name, another one, its end. */
export function Workspace() {
  const { members: words } = useWords()
  const { workspace } = useViewer()
  const [making, make] = useDisclosure()
  const [deleting, remove] = useDisclosure()
  return (
    <Section
      title={words.workspace}
      action={
        <Button variant="default" onClick={make.open}>
          {words.newWorkspace}
        </Button>
      }
    >
      <Stack className="paper" p="md" gap="lg">
        <Rename key={workspace.name} />
        <Box>
          <Text size="sm" fw={500} mb={4}>
            {words.workspaceId}
          </Text>
          <Copy value={workspace.id} label={words.copyId} />
        </Box>
        <Group>
          <Button variant="light" color="red" onClick={remove.open}>
            {words.deleteWorkspace}
          </Button>
        </Group>
      </Stack>
      {making && <NewWorkspace onClose={make.close} />}
      {deleting && <Delete onClose={remove.close} />}
    </Section>
  )
}

function Rename() {
  const { members: words } = useWords()
  const { workspace } = useViewer()
  const update = useSend(UpdateWorkspace)
  const [name, setName] = useState(workspace.name)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (!name.trim()) return setProblem(words.nameNeeded)
    setBusy(true)
    const result = await update({ name: name.trim() })
    setBusy(false)
    if (result.__typename === 'UpdateWorkspaceSuccess') notifications.show({ message: words.renamed(result.workspace.name) })
    else setProblem(result.message)
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={words.workspaceName}
          error={problem}
          maxLength={200}
          autoComplete="off"
          flex="1 1 220px"
          maw={420}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value)
            setProblem(undefined)
          }}
        />
        <Button type="submit" variant="default" loading={busy} disabled={name.trim() === workspace.name}>
          {words.rename}
        </Button>
      </Group>
    </form>
  )
}

function NewWorkspace({ onClose }: { onClose: () => void }) {
  const { members: words } = useWords()
  const navigate = useNavigate()
  const create = useSend(CreateWorkspace)
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (!name.trim()) return setProblem(words.nameNeeded)
    setBusy(true)
    const result = await create({ name: name.trim() })
    if (result.__typename === 'CreateWorkspaceSuccess') {
      await navigate({ to: '/w/$workspaceId/credentials', params: { workspaceId: result.workspace.id } })
      return
    }
    setBusy(false)
    setProblem(result.message)
  }

  return (
    <Dialog onClose={onClose} title={words.newWorkspace}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <Text>{words.newWorkspaceText}</Text>
          <TextInput
            data-autofocus
            label={words.workspaceName}
            error={problem}
            maxLength={200}
            autoComplete="off"
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value)
              setProblem(undefined)
            }}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              {words.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** Asks for the name: nothing of a workspace comes back. */
function Delete({ onClose }: { onClose: () => void }) {
  const { cancel, members: words } = useWords()
  const { workspace } = useViewer()
  const { data } = useAsk(ActiveFlowsDocument, {})
  const running = data?.flows.totalCount ?? 0
  const remove = useSend(DeleteWorkspace)
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    const result = await remove({ id: workspace.id, name: name.trim() })
    switch (result.__typename) {
      case 'DeleteWorkspaceSuccess':
        return location.replace('/')
      case 'ValidationError':
        setProblem(result.issues.map(({ message }) => message).join(' '))
        break
      default:
        setProblem(result.message)
    }
    setBusy(false)
  }

  return (
    <Dialog onClose={onClose} title={words.deleteTitle(workspace.name)}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          <Text>{words.deleteText}</Text>
          {running > 0 && (
            <Failure
              message={
                <>
                  {words.flowsRunning(running)}{' '}
                  <Anchor inherit c="inherit" underline="always" renderRoot={(props) => <Link to="/w/$workspaceId/flows" params={{ workspaceId: workspace.id }} {...props} />}>
                    {words.toFlows}
                  </Anchor>
                </>
              }
            />
          )}
          <TextInput
            data-autofocus
            label={words.typeName(workspace.name)}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {problem && <Failure message={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {cancel}
            </Button>
            <Button type="submit" color="red" loading={busy} disabled={name.trim() !== workspace.name || running > 0}>
              {words.deleteAction}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
