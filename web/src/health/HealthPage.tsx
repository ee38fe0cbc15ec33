import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconHeartCheck, IconPlugConnected, IconRefresh, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAsk } from '../api/hooks'
import { useViewer } from '../app/viewer'
import { VerifyAll } from '../credentials/VerifyAll'
import { useVerification } from '../credentials/useVerification'
import type { HealthQuery } from '../gen/graphql'
import { Empty } from '../ui/Empty'
import { Failure } from '../ui/Failure'
import { Page } from '../ui/Page'
import { useWords } from '../words'
import { BulkDelete } from './BulkDelete'
import { Glance } from './Glance'
import { Section } from './Section'
import './health.css'
import { HealthDocument } from './operations'

const days = 30

/** What needs somebody: credentials that don't work, that soon won't, and that nobody needs. */
export default function HealthPage() {
  const { health: words, loading: wait } = useWords()
  const [soon] = useState(() => new Date(Date.now() + days * 86_400_000).toISOString())
  const { data, failed, loading, again } = useAsk(HealthDocument, { soon })
  return (
    <Page title={words.title} text={words.text}>
      {failed && <Failure message={failed} again={again} />}
      {loading && (
        <Stack role="status" aria-label={wait}>
          <Skeleton h={120} radius="lg" />
          <Skeleton h={240} radius="lg" />
        </Stack>
      )}
      {data && <Health data={data} />}
    </Page>
  )
}

function Health({ data }: { data: HealthQuery }) {
  const words = useWords()
  const { mayChange, workspace } = useViewer()
  const { attention, ending, unused } = data
  const [chosen, setChosen] = useState<Set<string>>(new Set())
  const [deleting, setDeleting] = useState(false)
  const verification = useVerification(null)
  // Only what can be seen is selected: nothing is deleted that has left the page meanwhile.
  const shown = new Map([...attention.nodes, ...ending.nodes, ...unused.nodes].map((credential) => [credential.id, credential]))
  const selection = [...shown.values()].filter(({ id }) => chosen.has(id))
  const selected = new Set(selection.map(({ id }) => id))

  function select(ids: string[], on: boolean) {
    setChosen((before) => new Set(on ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))))
  }

  const askable = attention.nodes.filter(({ authMethod }) => authMethod.verifiable).map(({ id }) => id)
  const verifyAll = mayChange && (
    <VerifyAll verification={verification} label={words.verifyAll.start(askable.length)} input={askable.length > 0 ? { ids: askable } : undefined} />
  )
  const all = data.verified.totalCount + attention.totalCount
  if (all === 0) {
    return (
      <Empty
        icon={<IconPlugConnected size={40} stroke={1.25} />}
        title={words.health.none}
        text={words.health.noneText}
        action={
          <Button renderRoot={(props) => <Link to="/w/$workspaceId/credentials" params={{ workspaceId: workspace.id }} {...props} />}>
            {words.health.toCatalog}
          </Button>
        }
      />
    )
  }
  return (
    <Stack gap="md">
      <Glance data={data} />
      {shown.size === 0 && <Empty icon={<IconHeartCheck size={44} stroke={1.25} />} title={words.health.well} text={words.health.wellText} />}
      {!mayChange && <Text c="dimmed">{words.component.readOnly}</Text>}
      {attention.totalCount === 0 && verifyAll}
      <Section title={words.health.attention} text={words.health.attentionText} page={attention} selected={selected} onSelect={select} reasons>
        {verifyAll}
      </Section>
      <Section title={words.health.ending} text={words.health.endingText(days)} page={ending} selected={selected} onSelect={select} />
      <Section title={words.health.unused} text={words.health.unusedText} page={unused} selected={selected} onSelect={select} />
      {selection.length > 0 && (
        <Group className="paper selection" p="sm" justify="space-between" role="region" aria-label={words.health.selected(selection.length)}>
          <Text fw={600} role="status">
            {words.health.selected(selection.length)}
            {selection.length > 100 && `. ${words.health.tooMany}`}
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={() => setChosen(new Set())}>
              {words.health.clear}
            </Button>
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              disabled={verification.job?.status === 'RUNNING' || verification.busy}
              onClick={() => void verification.run({ ids: selection.map(({ id }) => id) })}
            >
              {words.verifyAll.selected(selection.length)}
            </Button>
            <Button color="red" leftSection={<IconTrash size={16} />} disabled={selection.length > 100} onClick={() => setDeleting(true)}>
              {words.health.delete(selection.length)}
            </Button>
          </Group>
        </Group>
      )}
      {deleting && <BulkDelete selection={selection} onLeaveOut={(ids) => select(ids, false)} onClose={() => setDeleting(false)} />}
    </Stack>
  )
}
