import { Button } from '@mantine/core'
import { useIntersection } from '@mantine/hooks'
import { type ReactNode, useEffect, useState } from 'react'
import { useWords } from '../words'

interface Props {
  info: { hasNextPage: boolean; endCursor: string | null }
  inList?: boolean // the button is an item of the list that it continues
  eager?: boolean // who scrolls towards the end has asked
  children: (after: string) => ReactNode
}

/** The rest of a list, when asked for: each page asks for itself, so that all of them follow what changes. */
export function More({ info, inList = false, eager = false, children }: Props) {
  const words = useWords()
  const [open, setOpen] = useState(false)
  const { ref, entry } = useIntersection({ rootMargin: '600px' })
  const near = eager && entry?.isIntersecting === true
  useEffect(() => {
    if (near) setOpen(true)
  }, [near])
  if (!info.hasNextPage || info.endCursor === null) return null
  if (open) return children(info.endCursor)
  const button = (
    <Button ref={ref} size="sm" mt="sm" variant="default" style={{ alignSelf: 'flex-start' }} onClick={() => setOpen(true)}>
      {words.more}
    </Button>
  )
  return inList ? <li>{button}</li> : button
}
