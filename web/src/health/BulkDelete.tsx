import { Anchor, Box, Button, Group, List, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { DeleteCredentialsMutation, RevocationOutcome } from '../gen/graphql'
import { Dialog } from '../ui/Dialog'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { DeleteCredentials } from './operations'

type Blocked = Extract<DeleteCredentialsMutation['deleteCredentials'], { __typename: 'CredentialsInUseError' }>['blocked']

interface Props {
  selection: { id: string; name: string }[]
  onLeaveOut: (ids: string[]) => void
  onClose: () => void
}

/** Deletes all that were selected or, where active flows use some of them, none, and offers to go on without those. */
export function BulkDelete({ selection, onLeaveOut, onClose }: Props) {
  const words = useWords()
  const send = useSend(DeleteCredentials)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const [blocked, setBlocked] = useState<Blocked>()
  const rest = selection.filter(({ id }) => !blocked?.some(({ credential }) => credential.id === id))

  async function remove(list: typeof selection) {
    setBusy(true)
    setProblem(undefined)
    const result = await send({ ids: list.map(({ id }) => id) })
    setBusy(false)
    switch (result.__typename) {
      case 'DeleteCredentialsSuccess':
        notifications.show({ color: 'key', message: words.health.deleted(result.deletedCredentialIds.length) })
        tellRevocations(result.revocations)
        onLeaveOut(selection.map(({ id }) => id))
        return onClose()
      case 'CredentialsInUseError':
        return setBlocked(result.blocked)
      case 'NotFoundError': {
        const gone = list[Number(result.path?.[1])] // off the page already, and with that out of the selection
        return setProblem(gone ? words.health.gone(gone.name) : result.message)
      }
      default:
        return setProblem(result.message)
    }
  }

  function tellRevocations(revocations: { credentialId: string; revocation: { outcome: RevocationOutcome } }[]) {
    const kept = revocations.filter(({ revocation }) => revocation.outcome !== 'REVOKED').map(({ credentialId }) => credentialId)
    const revoked = revocations.length - kept.length
    if (revoked > 0) notifications.show({ color: 'key', message: words.health.revoked(revoked) })
    if (kept.length === 0) return
    const names = selection.filter(({ id }) => kept.includes(id)).map(({ name }) => name)
    notifications.show({ color: 'yellow', autoClose: false, message: words.health.notRevoked(names.join(', ')) })
  }

  return (
    <Dialog onClose={onClose} size="lg" title={blocked ? words.health.refusedTitle : words.health.confirmTitle(selection.length)}>
      {blocked ? (
        <InUse blocked={blocked} of={selection.length} />
      ) : (
        <>
          <Text>{words.health.confirmText}</Text>
          <Box mah={260} mt="sm" tabIndex={0} role="region" aria-label={words.health.confirmTitle(selection.length)} style={{ overflowY: 'auto' }}>
            <List>
              {selection.map(({ id, name }) => (
                <List.Item key={id} style={{ overflowWrap: 'anywhere' }}>
                  {name}
                </List.Item>
              ))}
            </List>
          </Box>
        </>
      )}
      {problem && <Failure message={problem} />}
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus disabled={busy}>
          {words.cancel}
        </Button>
        {!blocked && (
          <Button color="red" loading={busy} disabled={selection.length === 0} onClick={() => void remove(selection)}>
            {words.health.delete(selection.length)}
          </Button>
        )}
        {blocked && rest.length > 0 && (
          <Button color="red" loading={busy} onClick={() => void remove(rest)}>
            {words.health.deleteRest(rest.length)}
          </Button>
        )}
      </Group>
    </Dialog>
  )
}

function InUse({ blocked, of }: { blocked: Blocked; of: number }) {
  const { health: words } = useWords()
  const { workspace } = useViewer()
  return (
    <div role="alert">
      <Text>{words.refused(blocked.length, of)}</Text>
      <ul className="rows">
        {blocked.map(({ credential, activeFlowCount, activeFlows }) => (
          <li key={credential.id}>
            <Box py={8}>
              <Group gap={6} wrap="nowrap">
                <IconAlertTriangle size={16} aria-hidden="true" style={{ flexShrink: 0 }} />
                <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                  {credential.name}
                </Text>
              </Group>
              <Text size="sm" component="div" pl={22} style={{ overflowWrap: 'anywhere' }}>
                {words.usedBy}{' '}
                {activeFlows.nodes.map((flow, at) => (
                  <span key={flow.id}>
                    {at > 0 && ', '}
                    <Anchor
                      inherit
                      underline="always"
                      renderRoot={(props) => <Link to="/w/$workspaceId/flows/$flowId" params={{ workspaceId: workspace.id, flowId: flow.id }} {...props} />}
                    >
                      {flow.name}
                    </Anchor>
                  </span>
                ))}
                {activeFlowCount > activeFlows.nodes.length && ` ${words.moreFlows(activeFlowCount - activeFlows.nodes.length)}`}
              </Text>
            </Box>
          </li>
        ))}
      </ul>
    </div>
  )
}
