import { Group, Text } from '@mantine/core'
import type { CredentialStatus, HealthQuery } from '../gen/graphql'
import { Status } from '../ui/Status'
import { useWords } from '../words'

const kinds: [CredentialStatus, 'verified' | 'unverified' | 'rejected' | 'disconnected' | 'expired'][] = [
  ['VERIFIED', 'verified'],
  ['UNVERIFIED', 'unverified'],
  ['REJECTED', 'rejected'],
  ['NEEDS_REAUTHORIZATION', 'disconnected'],
  ['EXPIRED', 'expired'],
]

/** How many credentials are in which state: a bar, and the same in numbers. */
export function Glance({ data }: { data: HealthQuery }) {
  const { health: words, statuses } = useWords()
  const counts = kinds.map(([status, key]) => ({ status, key, count: data[key].totalCount })).filter(({ count, status }) => count > 0 || status === 'VERIFIED')
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  return (
    <section className="paper glance" aria-label={words.glance} style={{ padding: 'var(--mantine-spacing-lg)' }}>
      <Group justify="space-between" mb="sm" align="baseline">
        <Text fw={600}>{words.all(all)}</Text>
        <Text c="dimmed" size="sm">
          {words.share(Math.floor((100 * data.verified.totalCount) / all))}
        </Text>
      </Group>
      <div className="bar-of" role="img" aria-label={counts.map(({ status, count }) => `${statuses[status]}: ${count}`).join(', ')}>
        {counts.map(({ key, count }) => count > 0 && <span key={key} style={{ flexGrow: count, background: `var(--${key})` }} />)}
      </div>
      <Group component="ul" gap="lg" mt="sm" p={0} m={0} style={{ listStyle: 'none', rowGap: 8 }}>
        {counts.map(({ status, key, count }) => (
          <Group component="li" key={key} gap={8} wrap="nowrap">
            <span aria-hidden="true" style={{ width: 12, height: 12, borderRadius: 3, background: `var(--${key})` }} />
            <Status status={status} />
            <Text fw={600}>{count}</Text>
          </Group>
        ))}
      </Group>
    </section>
  )
}
