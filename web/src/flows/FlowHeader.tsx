import { ActionIcon, Box, Button, Group, Text, TextInput, Title, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconPencil, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useViewer } from '../app/viewer'
import { Status } from '../ui/Status'
import { useWords } from '../words'
import type { Flow } from './steps'
import type { Designer } from './useDesigner'

interface Props {
  designer: Designer
  flow: Flow
  onProblem: (stepKey: string) => void
  onActivate: () => void
}

/** The flow's name, whether it runs, and what keeps it from running. */
export function FlowHeader({ designer, flow, onProblem, onActivate }: Props) {
  const { flows: words } = useWords()
  const { workspaceId } = useParams({ from: '/w/$workspaceId/flows/$flowId' })
  const { mayChange } = useViewer()
  const [first] = flow.problems
  return (
    <Box mb="md">
      <Text size="sm" c="dimmed" mb={4} component="div">
        <Link className="crumb" to="/w/$workspaceId/flows" params={{ workspaceId }}>
          {words.title}
        </Link>
      </Text>
      <Group justify="space-between" align="center" gap="sm">
        <Group gap="sm" miw={0}>
          <Name designer={designer} flow={flow} />
          <Status status={flow.status} />
        </Group>
        <Group gap="sm">
          {first && (
            <Button variant="subtle" color="red" leftSection={<IconAlertTriangle size={16} />} onClick={() => onProblem(first.stepKey)}>
              {words.problems(flow.problems.length)}
            </Button>
          )}
          {mayChange &&
            (flow.status === 'ACTIVE' ? (
              <Button variant="default" leftSection={<IconPlayerStop size={16} />} loading={designer.busy} onClick={() => void designer.stop()}>
                {words.stop}
              </Button>
            ) : (
              <Tooltip label={words.addFirst} disabled={flow.steps.length > 0}>
                <Button
                  leftSection={<IconPlayerPlay size={16} />}
                  loading={designer.busy}
                  data-disabled={flow.steps.length === 0}
                  aria-disabled={flow.steps.length === 0}
                  onClick={() => flow.steps.length > 0 && onActivate()}
                >
                  {words.activate}
                </Button>
              </Tooltip>
            ))}
        </Group>
      </Group>
      {!mayChange && (
        <Text size="sm" c="dimmed" mt={4}>
          {words.readOnly}
        </Text>
      )}
    </Box>
  )
}

function Name({ designer, flow }: { designer: Designer; flow: Flow }) {
  const words = useWords()
  const { mayChange } = useViewer()
  const [typed, setTyped] = useState<string>()
  const pencil = useRef<HTMLButtonElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const editing = typed !== undefined
  const before = useRef(editing)
  useEffect(() => {
    if (before.current === editing) return
    before.current = editing
    if (editing) field.current?.select()
    else pencil.current?.focus()
  }, [editing])

  if (!editing) {
    return (
      <Group gap={4} wrap="nowrap" miw={0}>
        <Title order={1} size="h2" tabIndex={-1} style={{ overflowWrap: 'anywhere' }} onDoubleClick={() => mayChange && setTyped(flow.name)}>
          {flow.name}
        </Title>
        {mayChange && (
          <ActionIcon ref={pencil} variant="subtle" color="gray" aria-label={words.flows.rename} onClick={() => setTyped(flow.name)}>
            <IconPencil size={18} />
          </ActionIcon>
        )}
      </Group>
    )
  }

  async function save() {
    const name = typed?.trim() ?? ''
    if (!name) return
    if (name === flow.name || (await designer.edit(() => ({ name })))) setTyped(undefined)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
      onKeyDown={(event) => event.key === 'Escape' && setTyped(undefined)}
    >
      <Group gap={4} wrap="nowrap" align="flex-start">
        <TextInput
          ref={field}
          aria-label={words.flows.name}
          value={typed}
          maxLength={200}
          error={typed.trim() ? undefined : words.flows.nameNeeded}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <ActionIcon type="submit" size="input-sm" aria-label={words.flows.saveName} loading={designer.busy}>
          <IconCheck size={18} />
        </ActionIcon>
        <ActionIcon size="input-sm" variant="default" aria-label={words.cancel} onClick={() => setTyped(undefined)}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
    </form>
  )
}
