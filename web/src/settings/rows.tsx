import { Badge, Box, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../words'
import './settings.css'

interface SectionProps {
  title: string
  action?: ReactNode
  children: ReactNode
}

/** A part of a page under a heading of its own. */
export function Section({ title, action, children }: SectionProps) {
  return (
    <Box component="section" aria-label={title} mt={40}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </Box>
  )
}

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box component="ul" className="paper rows" aria-label={label}>
      {children}
    </Box>
  )
}

interface RowProps {
  title: ReactNode
  badge?: ReactNode
  lines: ReactNode[] // below the title
  actions?: ReactNode
  children?: ReactNode // over the whole width
}

/** One of many: what it is, what is to be known of it, and what can be done with it. On a phone the last goes below. */
export function Row({ title, badge, lines, actions, children }: RowProps) {
  return (
    <li>
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0} flex="1 1 260px">
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Text>
            {badge}
          </Group>
          {lines.map((line, i) => (
            <Text key={i} size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
              {line}
            </Text>
          ))}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </li>
  )
}

export function Mark({ children, color = 'gray' }: { children: ReactNode; color?: string }) {
  return (
    <Badge variant="light" color={color} tt="none" fw={600}>
      {children}
    </Badge>
  )
}

/** In the place of rows that are on their way. */
export function WaitingRows({ count = 3 }: { count?: number }) {
  const words = useWords()
  return (
    <Stack className="paper" p="md" gap="md" role="status" aria-label={words.loading}>
      {Array.from({ length: count }, (_, i) => (
        <Stack key={i} gap={8}>
          <Skeleton height={16} width="35%" />
          <Skeleton height={12} width="60%" />
        </Stack>
      ))}
    </Stack>
  )
}
