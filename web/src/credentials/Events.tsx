import { Anchor, Badge, Box, Group, Skeleton, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useAsk } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { CredentialEventsQuery } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { Failure } from '../ui/Failure'
import { More } from '../ui/More'
import { useWords } from '../words'
import { CredentialEventsDocument } from './detailOperations'

/** Who did what to the credential: a page, and the next below it on request. */
export function Events({ id, after = null }: { id: string; after?: string | null }) {
  const words = useWords()
  const { data, failed, loading, again } = useAsk(CredentialEventsDocument, { id, after })
  if (loading) return <Skeleton h={120} role="status" aria-label={words.loading} />
  if (!data) return failed ? <Failure message={failed} again={again} /> : null
  const { nodes, pageInfo } = data.auditEvents
  return (
    <>
      <ul className="rows">
        {nodes.map((event) => (
          <li key={event.id}>
            <Event event={event} />
          </li>
        ))}
      </ul>
      <More info={pageInfo}>{(after) => <Events id={id} after={after} />}</More>
    </>
  )
}

function Event({ event }: { event: CredentialEventsQuery['auditEvents']['nodes'][number] }) {
  const words = useWords()
  const { workspace } = useViewer()
  const { actor, relatedId } = event
  return (
    <Group justify="space-between" gap={4} py={8} align="baseline">
      <Box miw={0} flex="1 1 280px">
        <Text size="sm" component="span">
          {words.detail.actions[event.action]}
        </Text>
        {event.outcome === 'REFUSED' && (
          <Badge ml="xs" size="sm" color="red" variant="light" tt="none">
            {words.detail.refused}
          </Badge>
        )}
        {event.detail && (
          <Text size="sm" component="span" c="dimmed" ml="xs" style={{ overflowWrap: 'anywhere' }}>
            {inWords(event.detail, { ...words.outcomes, ...words.detail.reasons })}
          </Text>
        )}
        {relatedId?.startsWith('flow_') && (
          <Anchor
            size="sm"
            ml="xs"
            renderRoot={(props) => <Link to="/w/$workspaceId/flows/$flowId" params={{ workspaceId: workspace.id, flowId: relatedId }} {...props} />}
          >
            {words.detail.toFlow}
          </Anchor>
        )}
      </Box>
      <Text size="sm" c="dimmed" component="div">
        {words.detail.by(actor.name, words.detail.callers[actor.kind])}
        {' · '}
        <Ago at={event.at} />
        {event.address && ` · ${words.detail.from(event.address)}`}
      </Text>
    </Group>
  )
}

/** A detail is of a fixed vocabulary; what a verification showed, and why, has words here. */
function inWords(detail: string, vocabulary: Record<string, string>): string {
  return detail
    .split(' ')
    .map((word) => vocabulary[word] ?? word)
    .join(' ')
}
