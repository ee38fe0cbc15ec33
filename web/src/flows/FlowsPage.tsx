import './flows.css'
import { ActionIcon, Anchor, Box, Button, Group, Skeleton, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconAlertTriangle, IconArrowsShuffle, IconPlayerPlay, IconPlayerStop, IconPlus, IconSearch, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { Ago } from '../ui/Ago'
import { Confirm } from '../ui/Confirm'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Icon } from '../ui/Icon'
import { More } from '../ui/More'
import { Page } from '../ui/Page'
import { Status } from '../ui/Status'
import { useWords } from '../words'
import { ActivateFlow, CreateFlow, DeactivateFlow, DeleteFlow, FlowsDocument } from './operations'
import type { Flow } from './steps'

const here = '/w/$workspaceId/flows'
const atMost = 6 // icons in a row

/** Every flow: whether it runs, what it talks to, and what keeps it from running. */
export default function FlowsPage() {
  const { flows: words } = useWords()
  const { mayChange } = useViewer()
  const [failed, setFailed] = useState<string>()
  return (
    <Page title={words.title} text={mayChange ? words.text : words.readOnly} action={mayChange && <NewFlow onFailed={setFailed} />}>
      {failed && <Failure message={failed} />}
      <Search />
      <Flows />
    </Page>
  )
}

function NewFlow({ onFailed }: { onFailed: (message: string | undefined) => void }) {
  const { flows: words } = useWords()
  const { workspaceId } = useParams({ from: here })
  const navigate = useNavigate()
  const create = useSend(CreateFlow)
  const [busy, setBusy] = useState(false)

  async function make() {
    setBusy(true)
    onFailed(undefined)
    const result = await create({ name: words.newName, steps: [] })
    setBusy(false)
    if (result.__typename !== 'CreateFlowSuccess') return onFailed(result.message)
    void navigate({ to: '/w/$workspaceId/flows/$flowId', params: { workspaceId, flowId: result.flow.id }, search: { add: true } })
  }

  return (
    <Button leftSection={<IconPlus size={16} />} loading={busy} onClick={() => void make()}>
      {words.new}
    </Button>
  )
}

function Search() {
  const { flows: words } = useWords()
  const { workspaceId } = useParams({ from: here })
  const { search = '' } = useSearch({ from: here })
  const navigate = useNavigate()
  const [text, setText] = useState(search)
  const find = useDebouncedCallback((value: string) => {
    const search = value.trim()
    void navigate({ to: here, params: { workspaceId }, search: search ? { search } : {}, replace: true })
  }, 200)
  return (
    <Box role="search" mb="md">
      <TextInput
        type="search"
        aria-label={words.searchFlows}
        placeholder={words.searchFlows}
        leftSection={<IconSearch size={16} />}
        maxLength={200}
        maw={360}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          find(event.currentTarget.value)
        }}
      />
    </Box>
  )
}

/** A page of flows, and after it, on request, the next. */
function Flows({ after = null }: { after?: string | null }) {
  const { search = null } = useSearch({ from: here })
  const { data, failed, loading, again } = useAsk(FlowsDocument, { search, after })
  if (loading) return <Waiting />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  const { nodes, totalCount, pageInfo } = data.flows
  if (totalCount === 0) return <Nothing searched={search !== null} />
  return (
    <>
      <Stack component="ul" gap="sm" p={0} m={0} mb="md" style={{ listStyle: 'none' }}>
        {nodes.map((flow) => (
          <Row key={flow.id} flow={flow} />
        ))}
      </Stack>
      <More info={pageInfo}>{(after) => <Flows after={after} />}</More>
    </>
  )
}

function Waiting() {
  return (
    <Stack gap="sm" aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <Skeleton key={n} h={84} radius="lg" />
      ))}
    </Stack>
  )
}

function Nothing({ searched }: { searched: boolean }) {
  const { flows: words } = useWords()
  const { mayChange } = useViewer()
  const [failed, setFailed] = useState<string>()
  if (searched) return <Empty title={words.noneFound} text={words.noneFoundText} />
  return (
    <>
      {failed && <Failure message={failed} />}
      <Empty
        icon={<IconArrowsShuffle size={40} stroke={1.25} />}
        title={words.empty}
        text={mayChange ? words.emptyText : words.readOnly}
        action={mayChange && <NewFlow onFailed={setFailed} />}
      />
    </>
  )
}

function Row({ flow }: { flow: Flow }) {
  const { flows: words } = useWords()
  const { workspaceId } = useParams({ from: here })
  const { mayChange } = useViewer()
  const [refused, setRefused] = useState<string>()
  const [deleting, setDeleting] = useState(false)
  const [problem] = flow.problems
  const place = { to: '/w/$workspaceId/flows/$flowId', params: { workspaceId, flowId: flow.id } } as const
  return (
    <li className="paper flow-row" aria-label={flow.name}>
      <Box miw={0}>
        <Group gap="sm" mb={6}>
          <Link className="name" {...place}>
            {flow.name}
          </Link>
          <Status status={flow.status} />
          {problem && (
            <Anchor size="sm" c="var(--mantine-color-error)" renderRoot={(props) => <Link {...place} search={{ step: problem.stepKey }} {...props} />}>
              <Group component="span" gap={4} wrap="nowrap">
                <IconAlertTriangle size={14} aria-hidden="true" />
                {words.problems(flow.problems.length)}
              </Group>
            </Anchor>
          )}
        </Group>
        <Group gap="sm">
          <Components flow={flow} />
          <Text size="sm" c="dimmed" component="div">
            {words.updated} <Ago at={flow.updatedAt} />
          </Text>
        </Group>
        {refused && <Failure message={refused} />}
      </Box>
      {mayChange && (
        <Group gap="xs">
          <Switch flow={flow} onRefused={setRefused} />
          <Tooltip label={words.delete}>
            <ActionIcon size="input-sm" variant="default" aria-label={words.deleteOf(flow.name)} onClick={() => setDeleting(true)}>
              <IconTrash size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
      {deleting && <Deletion flow={flow} onClose={() => setDeleting(false)} />}
    </li>
  )
}

/** What the steps talk to, in their order. */
function Components({ flow: { steps } }: { flow: Flow }) {
  const { flows: words } = useWords()
  if (steps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {words.noSteps}
      </Text>
    )
  }
  return (
    <Group gap={4} role="img" aria-label={steps.map(({ component }) => component.title).join(' → ')}>
      {steps.slice(0, atMost).map(({ key, component }) => (
        <Icon key={key} url={component.iconUrl} size={28} />
      ))}
      {steps.length > atMost && (
        <Text size="sm" c="dimmed">
          +{steps.length - atMost}
        </Text>
      )}
    </Group>
  )
}

function Switch({ flow, onRefused }: { flow: Flow; onRefused: (message: string | undefined) => void }) {
  const { flows: words } = useWords()
  const activate = useSend(ActivateFlow)
  const deactivate = useSend(DeactivateFlow)
  const [busy, setBusy] = useState(false)
  const active = flow.status === 'ACTIVE'
  if (!active && flow.steps.length === 0) return null

  async function change() {
    setBusy(true)
    const result = await (active ? deactivate : activate)({ id: flow.id })
    setBusy(false)
    if ('flow' in result) onRefused(undefined)
    else onRefused(result.__typename === 'FlowNotActivatableError' ? words.notActivatable : result.message)
  }

  return (
    <Button
      variant="default"
      leftSection={active ? <IconPlayerStop size={16} /> : <IconPlayerPlay size={16} />}
      aria-label={active ? words.stopOf(flow.name) : words.activateOf(flow.name)}
      loading={busy}
      onClick={() => void change()}
    >
      {active ? words.stop : words.activate}
    </Button>
  )
}

function Deletion({ flow, onClose }: { flow: Flow; onClose: () => void }) {
  const { flows: words } = useWords()
  const send = useSend(DeleteFlow)
  return (
    <Confirm
      title={words.deleteTitle(flow.name)}
      action={words.delete}
      onClose={onClose}
      onConfirm={async () => {
        const result = await send({ id: flow.id })
        // Gone already is as good as deleted.
        return result.__typename === 'DeleteFlowSuccess' || result.__typename === 'NotFoundError' ? undefined : result.message
      }}
    >
      {flow.status === 'ACTIVE' ? words.deleteActive : words.deleteText}
    </Confirm>
  )
}
