import { Button, Group, Modal, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useWords } from '../words'

/** Asks before a page is left on which something was typed that is not saved. */
export function Leaving({ when }: { when: () => boolean }) {
  const { form: words } = useWords()
  const blocker = useBlocker({ shouldBlockFn: when, enableBeforeUnload: when, withResolver: true })
  return (
    <Modal opened={blocker.status === 'blocked'} onClose={() => blocker.reset?.()} withCloseButton={false} centered>
      <Text>{words.unsaved}</Text>
      <Group mt="lg" justify="flex-end">
        <Button variant="default" data-autofocus onClick={() => blocker.reset?.()}>
          {words.stay}
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          {words.discard}
        </Button>
      </Group>
    </Modal>
  )
}
