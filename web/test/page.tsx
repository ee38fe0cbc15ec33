import { MantineProvider } from '@mantine/core'
import { RouterProvider, createMemoryHistory, createRootRoute, createRouter } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { Provider } from 'urql'
import { clientFor } from '../src/api/client'
import { cssVariables, theme } from '../src/app/theme'
import { ViewerProvider } from '../src/app/viewer'
import type { TypedDocumentString } from '../src/gen/graphql'
import type { Keyward } from './server.mjs'

/** Makes the gateway's address the page's own, so that the page asks it as it asks in a browser. */
export function at(url: string): void {
  ;(window as unknown as { happyDOM: { setURL: (url: string) => void } }).happyDOM.setURL(url)
}

/** Signs the page in by a fresh link, as the owner or as somebody else. */
export async function signIn(keyward: Keyward, user?: string): Promise<void> {
  const link = await keyward.run('sign-in-link', '--base-url', keyward.url, ...(user ? ['--user', user] : []))
  await post('/sign-in', { token: new URL(link).hash.slice(1) })
}

export async function post(path: string, body: object): Promise<unknown> {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  const text = await response.text()
  return text === '' ? undefined : JSON.parse(text)
}

/** Asks the gateway as the page would, without the page. */
export async function ask<Data, Variables>(query: TypedDocumentString<Data, Variables> | string, variables?: Variables): Promise<Data> {
  const { data, errors } = (await post('/graphql', { query: query.toString(), variables })) as {
    data: Data
    errors?: { message: string }[]
  }
  if (errors) throw new Error(errors.map(({ message }) => message).join(' '))
  return data
}

const workspace = { id: 'ws_default', name: 'Default' }

/** Shows something in the app's own frame of libraries. */
export function show(children: ReactNode) {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => children }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  })
  return render(
    <MantineProvider env="test" theme={theme} cssVariablesResolver={cssVariables}>
      <Provider value={clientFor(workspace.id)}>
        <ViewerProvider value={{ id: 'usr_1', name: 'Ada', role: 'OWNER', workspace, workspaces: [workspace] }}>
          <RouterProvider router={router as never} />
        </ViewerProvider>
      </Provider>
    </MantineProvider>,
  )
}
