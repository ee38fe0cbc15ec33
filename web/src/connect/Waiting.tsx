import { Box, Button, Group, Loader, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useWords } from '../words'
import type { Connect } from './useConnect'

/** While the person is at the provider: what is awaited, and the ways on. */
export function Waiting({ title, connect: { progress, again, cancel } }: { title: string; connect: Connect }) {
  const words = useWords()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => place.current?.focus({ preventScroll: true }), [])
  return (
    <Box ref={place} tabIndex={-1} className="waiting" my="sm">
      <Group gap="sm" wrap="nowrap" role="status">
        <Loader size="sm" aria-hidden="true" />
        <div>
          <Text fw={600}>
            {progress === 'waiting' ? words.connect.waiting(title) : progress === 'finishing' ? words.connect.finishing : words.connect.opening(title)}
          </Text>
          {progress === 'waiting' && (
            <Text size="sm" c="dimmed">
              {words.connect.waitingText}
            </Text>
          )}
        </div>
      </Group>
      {progress !== 'finishing' && (
        <Group gap="sm" mt="md">
          {progress === 'waiting' && (
            <Button variant="default" onClick={again}>
              {words.connect.again}
            </Button>
          )}
          <Button variant="default" onClick={cancel}>
            {words.cancel}
          </Button>
        </Group>
      )}
    </Box>
  )
}
