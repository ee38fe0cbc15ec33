import { Button, Group, Modal, Text } from '@mantine/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { ended } from '../api/session'
import { useWords } from '../words'

const often = 2000 // milliseconds between two looks

/** Over everything while nobody is signed in any more. What was typed stays below it, and what was asked goes on after it. */
export function SessionEnded() {
  const { sessionEnded: words } = useWords()
  const open = useSyncExternalStore(ended.subscribe, ended.now)
  const [vain, setVain] = useState(false)
  useEffect(() => {
    if (!open) return
    setVain(false)
    const timer = setInterval(() => void ended.look(), often)
    return () => clearInterval(timer)
  }, [open])
  return (
    <Modal opened={open} onClose={() => {}} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={words.title} centered>
      <Text>{words.text}</Text>
      {vain && (
        <Text c="var(--mantine-color-error)" mt="sm" role="alert">
          {words.notYet}
        </Text>
      )}
      <Group mt="lg">
        <Button component="a" href="/sign-in" target="_blank" data-autofocus>
          {words.signIn}
        </Button>
        <Button variant="default" onClick={() => void ended.look().then((back) => setVain(!back))}>
          {words.goOn}
        </Button>
      </Group>
    </Modal>
  )
}
