import { Button, Group } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWords } from '../words'
import { Dialog } from './Dialog'
import { Failure } from './Failure'

interface Props {
  title: string
  children: ReactNode
  action: string
  onClose: () => void
  /** Does it; a sentence says why it was not done. */
  onConfirm: () => Promise<string | undefined>
}

/** Asks before what can't be undone. */
export function Confirm({ title, children, action, onClose, onConfirm }: Props) {
  const words = useWords()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  async function confirm() {
    setBusy(true)
    setProblem(undefined)
    const refused = await onConfirm()
    setBusy(false)
    if (refused) setProblem(refused)
    else onClose()
  }

  return (
    <Dialog onClose={onClose} title={title}>
      {children}
      {problem && <Failure message={problem} />}
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {words.cancel}
        </Button>
        <Button color="red" loading={busy} onClick={() => void confirm()}>
          {action}
        </Button>
      </Group>
    </Dialog>
  )
}
