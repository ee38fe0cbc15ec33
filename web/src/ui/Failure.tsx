import { Alert, Button, Group } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../words'

interface Props {
  message: ReactNode
  again?: () => void
  home?: boolean
}

/** What went wrong, in words, and a way on. */
export function Failure({ message, again, home = false }: Props) {
  const words = useWords()
  return (
    <Alert color="red" icon={<IconAlertTriangle />} role="alert" my="md">
      {message}
      {(again || home) && (
        <Group mt="sm" gap="xs">
          {again && (
            <Button size="xs" variant="default" onClick={again}>
              {words.tryAgain}
            </Button>
          )}
          {home && (
            <Button size="xs" variant="default" component="a" href="/">
              {words.lost.home}
            </Button>
          )}
        </Group>
      )}
    </Alert>
  )
}
