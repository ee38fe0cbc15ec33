import { Button, Group, Text, Title } from '@mantine/core'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { ended } from '../api/session'
import { useWords } from '../words'

const often = 2000 // milliseconds between two looks

/**
 * Over everything while nobody is signed in any more. What was typed stays below it, and what was asked goes on after it.
 * The browser's own dialog: it has to be here before it is needed, when nothing can be loaded, and the kit's is heavy.
 */
export function SessionEnded() {
  const { sessionEnded: words } = useWords()
  const open = useSyncExternalStore(ended.subscribe, ended.now)
  const dialog = useRef<HTMLDialogElement>(null)
  const [vain, setVain] = useState(false)
  useEffect(() => {
    if (!open) return
    const shown = dialog.current
    shown?.showModal()
    setVain(false)
    const timer = setInterval(() => void ended.look(), often)
    return () => {
      clearInterval(timer)
      shown?.close()
    }
  }, [open])
  return (
    <dialog ref={dialog} className="paper ended" aria-labelledby="session-ended" onCancel={(event) => event.preventDefault()}>
      <Title order={2} size="h4" id="session-ended" mb="sm">
        {words.title}
      </Title>
      <Text>{words.text}</Text>
      {vain && (
        <Text c="var(--mantine-color-error)" mt="sm" role="alert">
          {words.notYet}
        </Text>
      )}
      <Group mt="lg">
        <Button component="a" href="/sign-in" target="_blank">
          {words.signIn}
        </Button>
        <Button variant="default" onClick={() => void ended.look().then((back) => setVain(!back))}>
          {words.goOn}
        </Button>
      </Group>
    </dialog>
  )
}
