import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useWords } from '../words'
import type { useVerifyAll } from './useVerifyAll'

interface Props {
  verification: ReturnType<typeof useVerifyAll> // lives as long as the page: the list may be empty in between
  list: { id: string; name: string; authMethod: { verifiable: boolean } }[]
}

/** Verifies those of a list that can be, shows how far it has come, and can be stopped. */
export function VerifyAll({ verification: { progress, run, stop }, list }: Props) {
  const { verifyAll: words } = useWords()
  const askable = list.filter(({ authMethod }) => authMethod.verifiable)
  const busy = progress?.name !== undefined
  if (askable.length === 0 && !progress) return null
  return (
    <Stack gap="xs">
      <Group gap="md" mih={36}>
        {busy ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={stop}>
            {words.stop}
          </Button>
        ) : (
          askable.length > 0 && (
            <Button leftSection={<IconRefresh size={16} />} onClick={() => void run(askable)}>
              {words.start(askable.length)}
            </Button>
          )
        )}
        <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
          {progress && (progress.name !== undefined ? words.running(progress.done + 1, progress.of, progress.name) : words.done(progress.accepted, progress.done, progress.of))}
        </Text>
      </Group>
      {busy && <Progress value={(progress.done / progress.of) * 100} aria-label={words.start(progress.of)} />}
      {progress?.problem && (
        <Alert color="red" role="alert">
          {progress.problem}
        </Alert>
      )}
    </Stack>
  )
}
