import { Suspense, lazy, useEffect, useState } from 'react'
import { signedIn } from '../api/session'
import { type Connection, arrive } from './api'
import { Bar } from './Bar'

// The editor is most of the page's weight: the bar need not wait for it.
const Editor = lazy(() => import('./Editor'))

export function App() {
  // The token lives here and nowhere else: closing or reloading the page forgets it.
  const [connection, setConnection] = useState<Connection>()
  const [problem, setProblem] = useState('')
  // What one caller was answered is not for the next: the editor begins anew when somebody leaves, or changes workspaces.
  const [round, setRound] = useState(0)
  const change = (next: Connection | undefined) => {
    if (connection && connection.viewer.workspace.id !== next?.viewer.workspace.id) setRound(round + 1)
    setConnection(next)
  }
  useEffect(() => {
    let stale = false
    void (async () => {
      if (!(await signedIn())) return
      const resumed = await arrive(new URLSearchParams(location.search).get('workspace'))
      if (stale) return
      if (typeof resumed === 'string') return setProblem(resumed)
      setConnection((typed) => typed ?? resumed) // a token that was typed in the meantime stays
    })()
    return () => {
      stale = true
    }
  }, [])
  return (
    <>
      <Bar connection={connection} problem={problem} onChange={change} />
      <main>
        <Suspense fallback={<p className="loading">Loading the editor …</p>}>
          <Editor key={round} connection={connection} />
        </Suspense>
      </main>
    </>
  )
}
