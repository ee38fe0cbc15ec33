import { Center, Loader } from '@mantine/core'
import { Navigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { Provider } from 'urql'
import { clientFor } from '../api/client'
import { useAsk } from '../api/hooks'
import { signInPath, signedIn } from '../api/session'
import { useWords } from '../words'
import { Refused } from './Lost'
import { ViewerDocument } from './viewer'

/** Who comes without a session is sent to sign in; a page that asked first would be refused. */
export function useSignedIn(): boolean | undefined {
  const [known, setKnown] = useState<boolean>()
  useEffect(() => {
    void signedIn().then((yes) => {
      // What can't be asked is shown by the page's own questions.
      if (yes === false) location.replace(signInPath())
      else setKnown(true)
    })
  }, [])
  return known
}

export function Wait() {
  const words = useWords()
  return (
    <Center component="main" h="100vh">
      <Loader aria-label={words.loading} />
    </Center>
  )
}

/** `/`: goes on to the workspace that was used last, or to the first. */
export function Start() {
  const known = useSignedIn()
  const client = useMemo(() => clientFor(), [])
  if (!known) return <Wait />
  return (
    <Provider value={client}>
      <ToWorkspace />
    </Provider>
  )
}

const key = 'keyward-workspace'

export function rememberWorkspace(id: string): void {
  localStorage.setItem(key, id)
}

function ToWorkspace() {
  const { data, failed, again } = useAsk(ViewerDocument, {})
  if (failed) return <Refused message={failed} again={again} />
  if (!data) return <Wait />
  const { workspace, workspaces } = data.viewer
  const last = workspaces.find(({ id }) => id === localStorage.getItem(key)) ?? workspace
  return <Navigate to="/w/$workspaceId/credentials" params={{ workspaceId: last.id }} replace />
}
