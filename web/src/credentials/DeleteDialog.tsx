import { Anchor, Button, Divider, Group, Select, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useAsk, useSend } from '../api/hooks'
import type { RevocationOutcome } from '../gen/graphql'
import { Dialog } from '../ui/Dialog'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { DeactivateFlow, DeleteFlow } from '../flows/operations'
import { DeleteCredential, OthersDocument, ReplaceCredential } from './operations'

interface Props {
  credential: { id: string; name: string }
  component: { id: string; key: string; title: string }
  onClose: () => void
  onDeleted: () => void
}

interface Blocking {
  count: number
  flows: { id: string; name: string }[]
}

/** Asks, deletes, and where active flows are in the way offers both ways out on the spot. */
export function DeleteDialog({ credential, component, onClose, onDeleted }: Props) {
  const words = useWords()
  const remove = useSend(DeleteCredential)
  const [blocking, setBlocking] = useState<Blocking>()
  const [free, setFree] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function confirm() {
    setBusy(true)
    setProblem(undefined)
    const result = await remove({ id: credential.id })
    setBusy(false)
    switch (result.__typename) {
      case 'DeleteCredentialSuccess':
        tellDeleted(result.revocation)
        return onDeleted()
      case 'CredentialInUseError':
        setFree(false)
        return setBlocking({ count: result.activeFlowCount, flows: result.activeFlows.nodes })
      default:
        return setProblem(result.message)
    }
  }

  function tellDeleted(revocation: { outcome: RevocationOutcome; message: string } | null) {
    const deleted = words.component.deleted(credential.name)
    if (!revocation) return notifications.show({ color: 'key', message: deleted })
    const revoked = revocation.outcome === 'REVOKED'
    // Where somebody has to withdraw the access by hand, it stays until it is read.
    notifications.show({ color: revoked ? 'key' : 'yellow', ...(!revoked && { autoClose: false }), message: `${deleted} ${words.connect.revocation(revocation)}` })
  }

  const used = blocking !== undefined && !free
  return (
    <Dialog
      onClose={onClose}
      size="lg"
      title={used ? words.deletion.usedTitle(credential.name) : words.deletion.title(credential.name)}
    >
      {used ? (
        <InUse blocking={blocking} credential={credential} component={component} onFree={() => setFree(true)} />
      ) : (
        <Text>
          {free && `${words.deletion.ready} `}
          {words.deletion.text}
        </Text>
      )}
      {problem && <Failure message={problem} />}
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {words.cancel}
        </Button>
        {!used && (
          <Button color="red" loading={busy} onClick={() => void confirm()}>
            {words.deletion.delete}
          </Button>
        )}
      </Group>
    </Dialog>
  )
}

interface InUseProps extends Pick<Props, 'credential' | 'component'> {
  blocking: Blocking
  onFree: () => void
}

function InUse({ blocking, credential, component, onFree }: InUseProps) {
  const { deletion: words } = useWords()
  const { workspaceId } = useParams({ from: '/w/$workspaceId' })
  const stop = useSend(DeactivateFlow)
  const removeFlow = useSend(DeleteFlow)
  // What was done here, by flow: they stay on the list, so that one sees what became of each.
  const [done, setDone] = useState<Record<string, 'stopped' | 'flowDeleted'>>({})
  const [busy, setBusy] = useState<string>()
  const [asked, setAsked] = useState<string>()
  const [problem, setProblem] = useState<string>()

  async function settle(flows: { id: string }[], how: 'stopped' | 'flowDeleted') {
    setProblem(undefined)
    setAsked(undefined)
    const now = { ...done }
    for (const { id } of flows) {
      setBusy(id)
      const result = how === 'stopped' ? await stop({ id }) : await removeFlow({ id })
      // A flow that somebody else deleted is in nobody's way any more.
      if (result.__typename === 'DeactivateFlowSuccess' || result.__typename === 'DeleteFlowSuccess' || result.__typename === 'NotFoundError') now[id] = how
      else setProblem(result.message)
    }
    setBusy(undefined)
    setDone(now)
    if (blocking.flows.every(({ id }) => id in now)) onFree() // if there are more than were listed, deleting tells the next
  }

  const left = blocking.flows.filter(({ id }) => !(id in done))
  return (
    <Stack gap="md">
      <Text>{words.used(blocking.count)}</Text>
      {problem && <Failure message={problem} />}
      <div>
        <Group justify="space-between" mb="xs">
          <Title order={3} size="h6">
            {words.stopWay}
          </Title>
          {left.length > 1 && (
            <Button size="compact-sm" variant="default" loading={busy !== undefined} onClick={() => void settle(left, 'stopped')}>
              {words.stopAll}
            </Button>
          )}
        </Group>
        <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {blocking.flows.map((flow) => {
            const fate = done[flow.id]
            return (
              <Group key={flow.id} component="li" justify="space-between" gap="xs" wrap="nowrap">
                <Anchor
                  td={fate === 'flowDeleted' ? 'line-through' : undefined}
                  style={{ overflowWrap: 'anywhere' }}
                  renderRoot={(props) => <Link to="/w/$workspaceId/flows/$flowId" params={{ workspaceId, flowId: flow.id }} {...props} />}
                >
                  {flow.name}
                </Anchor>
                {fate ? (
                  <Text size="sm" c="dimmed">
                    {words[fate]}
                  </Text>
                ) : asked === flow.id ? (
                  <Group gap="xs" wrap="nowrap" role="group" aria-label={words.deleteFlowOf(flow.name)}>
                    <Text size="sm">{words.deleteFlowSure}</Text>
                    <Button size="compact-sm" variant="default" autoFocus onClick={() => setAsked(undefined)}>
                      {words.keepFlow}
                    </Button>
                    <Button size="compact-sm" color="red" onClick={() => void settle([flow], 'flowDeleted')}>
                      {words.deleteFlow}
                    </Button>
                  </Group>
                ) : (
                  <Group gap="xs" wrap="nowrap">
                    <Button size="compact-sm" variant="default" disabled={busy !== undefined} aria-label={words.stopOf(flow.name)} onClick={() => void settle([flow], 'stopped')}>
                      {words.stop}
                    </Button>
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="red"
                      disabled={busy !== undefined}
                      aria-label={words.deleteFlowOf(flow.name)}
                      onClick={() => setAsked(flow.id)}
                    >
                      {words.deleteFlow}
                    </Button>
                  </Group>
                )}
              </Group>
            )
          })}
        </Stack>
      </div>
      <Divider />
      <Replace credential={credential} component={component} onReplaced={onFree} />
    </Stack>
  )
}

function Replace({ credential, component, onReplaced }: Pick<Props, 'credential' | 'component'> & { onReplaced: () => void }) {
  const words = useWords()
  const { workspaceId } = useParams({ from: '/w/$workspaceId' })
  const { data, failed, again } = useAsk(OthersDocument, { componentId: component.id })
  const replace = useSend(ReplaceCredential)
  const [to, setTo] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const others = data?.credentials.nodes.filter(({ id }) => id !== credential.id)

  async function run() {
    if (!to) return
    setBusy(true)
    setProblem(undefined)
    const result = await replace({ fromId: credential.id, toId: to })
    setBusy(false)
    if (result.__typename !== 'ReplaceCredentialSuccess') return setProblem(result.message)
    notifications.show({ color: 'key', message: words.deletion.replaced(result.flowCount) })
    onReplaced()
  }

  return (
    <div>
      <Title order={3} size="h6" mb="xs">
        {words.deletion.replaceWay}
      </Title>
      {failed && !data && <Failure message={failed} again={again} />}
      {others?.length === 0 && (
        <Text size="sm">
          {words.deletion.noOther(component.title)}{' '}
          <Anchor underline="always" renderRoot={(props) => <Link to="/w/$workspaceId/credentials/$componentKey" params={{ workspaceId, componentKey: component.key }} search={{ add: true }} {...props} />}>
            {words.deletion.addOther}
          </Anchor>
        </Text>
      )}
      {others && others.length > 0 && (
        <Group align="flex-end" gap="sm">
          <Select
            flex="1 1 200px"
            label={words.deletion.replaceWith}
            data={others.map(({ id, name, status }) => ({ value: id, label: status === 'VERIFIED' ? name : `${name} (${words.statuses[status]})` }))}
            value={to}
            onChange={setTo}
          />
          <Button variant="default" disabled={!to} loading={busy} onClick={() => void run()}>
            {words.deletion.replace}
          </Button>
        </Group>
      )}
      {problem && <Failure message={problem} />}
    </div>
  )
}
