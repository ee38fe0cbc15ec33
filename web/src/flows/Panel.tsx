import { Box, CloseButton, Drawer, Group, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useWords } from '../words'

interface Props {
  title: string
  icon?: ReactNode
  wide: boolean
  /** It was asked for: the keyboard goes on in it. A page that merely opens with it keeps to its own heading. */
  focus: boolean
  onClose: () => void
  children: ReactNode
}

/** What belongs to the chosen node: beside the steps where there is room, else over them. */
export function Panel({ title, icon, wide, focus, onClose, children }: Props) {
  const words = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (wide && focus && !heading.current?.closest('aside')?.contains(document.activeElement)) heading.current?.focus()
  }, [wide, focus])
  const content = (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          {icon}
          <Title order={2} size="h4" ref={heading} tabIndex={-1} data-autofocus style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
        </Group>
        <CloseButton aria-label={words.close} onClick={onClose} />
      </Group>
      {children}
    </>
  )
  if (wide) {
    return (
      <aside className="paper panel" aria-label={title}>
        {content}
      </aside>
    )
  }
  return (
    <Drawer opened onClose={onClose} position="right" size="100%" withCloseButton={false} aria-label={title} returnFocus={false}>
      <Box>{content}</Box>
    </Drawer>
  )
}
