import { Box, CloseButton, Drawer, Group, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../words'

interface Props {
  title: string
  icon?: ReactNode
  tools?: ReactNode
  wide: boolean
  /** It was asked for: the keyboard goes on in it. A page that merely opens with it keeps to its own heading. */
  focus: boolean
  onClose: () => void
  children: ReactNode
}

/** What belongs to the chosen node: beside the steps where there is room, else over them. */
export function Panel({ title, icon, tools, wide, focus, onClose, children }: Props) {
  const words = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (wide && focus && !heading.current?.closest('aside')?.contains(document.activeElement)) heading.current?.focus()
  }, [wide, focus])
  const name = (
    <Group gap="sm" wrap="nowrap" miw={0}>
      {icon}
      <span style={{ overflowWrap: 'anywhere' }}>{title}</span>
    </Group>
  )
  if (wide) {
    return (
      <aside className="paper panel" aria-label={title}>
        <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
          <Title order={2} size="h4" ref={heading} tabIndex={-1}>
            {name}
          </Title>
          <Group gap={6} wrap="nowrap">
            {tools}
            <CloseButton aria-label={words.close} onClick={onClose} />
          </Group>
        </Group>
        {children}
      </aside>
    )
  }
  return (
    <Drawer
      opened
      onClose={onClose}
      title={name}
      position="right"
      size="100%"
      closeButtonProps={{ 'aria-label': words.close }}
      attributes={{ header: { role: 'none' } }} // else it would pass for the page's own
      classNames={{ content: 'drawer', header: 'drawer', title: 'drawer-title' }}
      returnFocus={false}
    >
      {tools && <Box mb="sm">{tools}</Box>}
      {children}
    </Drawer>
  )
}
