import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useWords } from '../words'

/** A value in monospace with a button that copies it. */
export function Copy({ value, label, block = false }: { value: string; label: string; block?: boolean }) {
  const words = useWords()
  return (
    <Group gap={4} wrap="nowrap" align={block ? 'flex-start' : 'center'}>
      <Code block={block} style={{ overflowWrap: 'anywhere', whiteSpace: block ? 'pre-wrap' : undefined, flex: block ? 1 : undefined }}>
        {value}
      </Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? words.copied : label}>
            <ActionIcon variant="subtle" color={copied ? 'key' : 'gray'} aria-label={copied ? words.copied : label} onClick={copy}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  )
}
