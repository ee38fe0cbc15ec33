import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useWords } from '../words'

/** A dialog that is there as long as it is rendered. The keyboard is where it was before, once it is gone. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  const { close } = useWords()
  // The kit gives the keyboard back only from dialogs that are closed before they go.
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement !== document.body) return // it has gone on already
        const back = before?.isConnected ? before : document.querySelector('h1')
        if (back instanceof HTMLElement) back.focus()
      })
    },
    [before],
  )
  return <Modal opened centered closeButtonProps={{ 'aria-label': close }} {...props} />
}
