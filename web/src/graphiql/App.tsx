import { Suspense, lazy, useState } from 'react'
import type { Connection } from './api'
import { Bar } from './Bar'

// The editor is most of the page's weight: the bar need not wait for it.
const Editor = lazy(() => import('./Editor'))

export function App() {
  // The token lives here and nowhere else: closing or reloading the page forgets it.
  const [connection, setConnection] = useState<Connection>()
  return (
    <>
      <Bar connection={connection} onChange={setConnection} />
      <main>
        <Suspense fallback={<p className="loading">Loading the editor …</p>}>
          <Editor connection={connection} />
        </Suspense>
      </main>
    </>
  )
}
