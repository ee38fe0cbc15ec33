import { useParams } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { Provider } from 'urql'
import { clientFor } from '../api/client'
import { useAsk } from '../api/hooks'
import { ended } from '../api/session'
import { Refused } from './Lost'
import { SessionEnded } from './SessionEnded'
import { Shell } from './Shell'
import { Wait, rememberWorkspace, useSignedIn } from './Start'
import { ViewerDocument, ViewerProvider } from './viewer'

/** Everything in one workspace. Another workspace begins anew, with a cache of its own. */
export function WorkspacePage() {
  const { workspaceId } = useParams({ from: '/w/$workspaceId' })
  const known = useSignedIn()
  const client = useMemo(() => clientFor(workspaceId), [workspaceId])
  if (!known) return <Wait />
  return (
    <Provider key={workspaceId} value={client}>
      <Signed />
      <SessionEnded />
    </Provider>
  )
}

function Signed() {
  const { data, failed, again } = useAsk(ViewerDocument, {})
  const viewer = data?.viewer
  useEffect(() => {
    if (!viewer) return
    rememberWorkspace(viewer.workspace.id)
    ended.belongsTo(viewer.id)
  }, [viewer])
  if (failed && !data) return <Refused message={failed} again={again} />
  if (!data) return <Wait />
  return (
    <ViewerProvider value={data.viewer}>
      <Shell />
    </ViewerProvider>
  )
}
