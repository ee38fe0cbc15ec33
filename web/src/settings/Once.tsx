import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Copy } from '../ui/Copy'

interface Props {
  text: ReactNode
  values: { title: string; value: string; copy: string }[]
  done: string
  onClose: () => void
}

/** What is shown this once. It lives in the dialog that holds it, and goes with it. */
export function Once({ text, values, done, onClose }: Props) {
  return (
    <Stack gap="md">
      <Text>{text}</Text>
      {values.map(({ title, value, copy }) => (
        <div key={title}>
          <Text size="sm" fw={500} mb={4}>
            {title}
          </Text>
          <Copy block value={value} label={copy} />
        </div>
      ))}
      <Group justify="flex-end">
        <Button data-autofocus onClick={onClose}>
          {done}
        </Button>
      </Group>
    </Stack>
  )
}
