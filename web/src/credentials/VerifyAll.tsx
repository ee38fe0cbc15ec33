import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import type { VerifyCredentialsInput } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { useWords } from '../words'
import type { useVerification } from './useVerification'

interface Props {
  verification: ReturnType<typeof useVerification> // lives as long as the page: the list may be empty in between
  label: string
  input: VerifyCredentialsInput | undefined // undefined: there is nothing to verify
}

const colors = { accepted: 'key', rejected: 'red', unavailable: 'yellow', notVerifiable: 'gray', skipped: 'gray.4' } as const

/** Verifies what is asked for, shows how far it has come and what was found, and can be stopped. */
export function VerifyAll({ verification: { job, problem, busy, run, stop }, label, input }: Props) {
  const { verifyAll: words } = useWords()
  const runs = job?.status === 'RUNNING'
  if (!input && !job) return null
  const parts = job ? (Object.keys(colors) as (keyof typeof colors)[]).filter((part) => job[part] > 0) : []
  return (
    <Stack gap="xs">
      <Group gap="md" mih={36}>
        {runs ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={() => void stop()}>
            {words.stop}
          </Button>
        ) : (
          input && (
            <Button leftSection={<IconRefresh size={16} />} loading={busy} onClick={() => void run(input)}>
              {label}
            </Button>
          )
        )}
        <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
          {job && (runs ? words.running(job.done, job.total) : words.done(job.accepted, job.done, job.total))}{' '}
          {runs && job.waitsUntil && (
            <>
              {words.waits} <Ago at={job.waitsUntil} />.
            </>
          )}
        </Text>
      </Group>
      {job && job.total > 0 && (
        <>
          <Progress.Root size="lg" aria-hidden="true">
            {parts.map((part) => (
              <Progress.Section key={part} value={(job[part] / job.total) * 100} color={colors[part]} withAria={false} />
            ))}
          </Progress.Root>
          {parts.some((part) => part !== 'accepted') && (
            <Text size="xs" c="dimmed">
              {parts.map((part) => words.parts[part](job[part])).join(' · ')}
            </Text>
          )}
        </>
      )}
      {problem && (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
    </Stack>
  )
}
