import { Box, Group, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

/** Takes keyboard and screen reader back to the top, when what they were at is gone. */
export function focusHeading(): void {
  setTimeout(() => document.querySelector('h1')?.focus())
}

interface Props {
  title: string
  above?: ReactNode // where the page belongs
  icon?: ReactNode
  text?: ReactNode
  action?: ReactNode
  children: ReactNode
}

/** A screen: its heading, what it is for, the one thing one comes for, and the rest. */
export function Page({ title, above, icon, text, action, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Keyward`
  }, [title])
  return (
    <Box maw={1120} mx="auto">
      {above && (
        <Text size="sm" c="dimmed" mb={4} component="div">
          {above}
        </Text>
      )}
      <Group justify="space-between" align="flex-start" mb="lg" gap="md">
        <Group gap="md" wrap="nowrap" align="center" miw={0}>
          {icon}
          <Box miw={0}>
            <Title order={1} size="h2" tabIndex={-1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {text && (
              <Text c="dimmed" component="div">
                {text}
              </Text>
            )}
          </Box>
        </Group>
        {action}
      </Group>
      {children}
    </Box>
  )
}
