import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** Nothing here yet, and what to do about it. */
export function Empty({ icon, title, text, action }: { icon?: ReactNode; title: string; text?: ReactNode; action?: ReactNode }) {
  return (
    <Stack className="paper" align="center" gap="xs" p="xl" ta="center">
      {icon}
      <Title order={2} size="h4">
        {title}
      </Title>
      {text && (
        <Text c="dimmed" maw={460} component="div">
          {text}
        </Text>
      )}
      {action}
    </Stack>
  )
}
