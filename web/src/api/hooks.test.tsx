import { act, renderHook, waitFor } from '@testing-library/react'
import { once } from 'node:events'
import { type Server, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ReactNode } from 'react'
import { Provider } from 'urql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Keyward, startKeyward } from '../../test/server.mjs'
import { ask, at, post, signIn } from '../../test/page'
import { ViewerDocument } from '../app/viewer'
import { CatalogDocument, DeleteCredential } from '../credentials/operations'
import { DeactivateFlow } from '../flows/operations'
import { chooseLanguage } from '../words'
import { de } from '../words/de'
import { en } from '../words/en'
import { clientFor } from './client'
import { useAsk, useSend } from './hooks'
import { ended } from './session'

let keyward: Keyward

beforeAll(async () => {
  keyward = await startKeyward()
})

afterAll(() => keyward?.stop())

/** A page of its own, with a cache of its own. */
function renderApp<Result>(hook: () => Result, workspace?: string) {
  const client = clientFor(workspace)
  return renderHook(hook, { wrapper: ({ children }: { children: ReactNode }) => <Provider value={client}>{children}</Provider> })
}

async function serve(listener: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string }> {
  const server = createServer(listener!)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` }
}

describe('why there is no answer', () => {
  test('nobody answers', async () => {
    const { server, url } = await serve(() => {})
    server.close()
    await once(server, 'close')
    vi.spyOn(console, 'error').mockImplementation(() => {}) // the browser's own line about it
    at(url)
    const { result } = renderApp(() => ({ asked: useAsk(ViewerDocument, {}), stop: useSend(DeactivateFlow) }))
    await waitFor(() => expect(result.current.asked.failed).toBe(en.failures.unreachable))
    expect(await act(() => result.current.stop({ id: 'flow_x' }))).toEqual({ __typename: 'Failed', message: en.failures.unreachable })
    await act(() => chooseLanguage('de'))
    await waitFor(() => expect(result.current.asked.failed).toBe(de.failures.unreachable))
  })

  for (const [status, what] of [[200, 'welcomes'], [502, 'is broken'], [403, 'refuses']] as const) {
    test(`a proxy that ${what} answers in Keyward’s place`, async () => {
      const { server, url } = await serve((_, response) => {
        response.writeHead(status, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Proxy</title><h1>Sign in to the network</h1>')
      })
      at(url)
      const { result } = renderApp(() => ({ asked: useAsk(ViewerDocument, {}), stop: useSend(DeactivateFlow) }))
      await waitFor(() => expect(result.current.asked.failed).toBe(en.failures.unreadable))
      expect(await act(() => result.current.stop({ id: 'flow_x' }))).toEqual({ __typename: 'Failed', message: en.failures.unreadable })
      server.close()
    })
  }

  test('Keyward refuses, in its own words', async () => {
    at(keyward.url)
    await signIn(keyward)
    const { result } = renderApp(() => ({ asked: useAsk(ViewerDocument, {}), remove: useSend(DeleteCredential) }), 'ws_elsewhere')
    await waitFor(() => expect(result.current.asked.failed).toMatch(/^[A-Z].+workspace.+\.$/))
    expect(await act(() => result.current.remove({ id: 'cred_x' }))).toMatchObject({ __typename: 'Failed', message: result.current.asked.failed })
  })

  test('an expected failure is a member of the union, not a failure of the page', async () => {
    at(keyward.url)
    await signIn(keyward)
    const { result } = renderApp(() => useSend(DeleteCredential))
    const answer = await act(() => result.current({ id: 'cred_01a20df9-17b8-7056-ba08-a6cc7d4bb114' }))
    expect(answer).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND', message: expect.stringMatching(/\.$/) as string })
  })
})

describe('the end of a session', () => {
  const sent: { body: string; status: number }[] = []
  let proxy: Awaited<ReturnType<typeof serve>>

  beforeEach(async () => {
    sent.length = 0
    // Passes everything on, and writes down what the page asked the API.
    proxy = await serve((incoming, outgoing) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const body = Buffer.concat(chunks)
        const onward = request(`${keyward.url}${incoming.url}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
          if (incoming.url === '/graphql') sent.push({ body: body.toString(), status: answer.statusCode! })
          outgoing.writeHead(answer.statusCode!, answer.headers)
          answer.pipe(outgoing)
        })
        onward.end(body)
      })
    })
    at(proxy.url)
    await signIn(keyward)
    const { viewer } = await ask(ViewerDocument, {})
    ended.belongsTo(viewer.id)
    sent.length = 0
  })

  afterEach(() => proxy.server.close())

  test('holds a question back until the same person is signed in again, and asks it once more', async () => {
    await post('/sign-out', {})
    const { result } = renderApp(() => useAsk(CatalogDocument, { filter: { search: 'stripe' } }))
    await waitFor(() => expect(ended.now()).toBe(true))
    expect(result.current).toMatchObject({ failed: undefined, loading: true })
    expect(await ended.look()).toBe(false)
    await signIn(keyward)
    expect(await act(() => ended.look())).toBe(true)
    await waitFor(() => expect(result.current.data?.components.totalCount).toBe(1))
    const asked = sent.filter(({ body }) => body.includes('query Catalog'))
    expect(asked.map(({ status }) => status)).toEqual([401, 200])
    expect(asked[1]!.body).toBe(asked[0]!.body)
    expect(ended.now()).toBe(false)
  })

  test('holds a change back, and makes it once', async () => {
    const { createFlow } = await ask<{ createFlow: { flow: { id: string } } }, object>(
      'mutation { createFlow(input: {name: "Once", steps: [{key: "a", componentId: "cmp_filter"}]}) { ... on CreateFlowSuccess { flow { id } } } }',
    )
    await post('/sign-out', {})
    const { result } = renderApp(() => useSend(DeactivateFlow))
    let answer: unknown
    act(() => void result.current({ id: createFlow.flow.id }).then((it) => (answer = it)))
    await waitFor(() => expect(ended.now()).toBe(true))
    expect(answer).toBeUndefined()
    await signIn(keyward)
    await act(() => ended.look())
    await waitFor(() => expect(answer).toMatchObject({ __typename: 'DeactivateFlowSuccess', flow: { name: 'Once' } }))
    const asked = sent.filter(({ body }) => body.includes('mutation DeactivateFlow'))
    expect(asked.map(({ status }) => status)).toEqual([401, 200])
    expect(asked[1]!.body).toBe(asked[0]!.body)
  })

  test('gives nothing of one person to the next', async () => {
    const { createInvitation } = await ask<{ createInvitation: { link: string } }, object>(
      'mutation { createInvitation(input: {role: EDITOR}) { ... on CreateInvitationSuccess { link } } }',
    )
    await post('/sign-out', {})
    const { result } = renderApp(() => useAsk(CatalogDocument, { filter: { search: 'stripe' } }))
    await waitFor(() => expect(ended.now()).toBe(true))
    await post('/invitation', { token: new URL(createInvitation.link).hash.slice(1), accept: true, name: 'Somebody else' })
    const begun = vi.spyOn(location, 'replace').mockImplementation(() => {})
    expect(await ended.look()).toBe(false)
    expect(begun).toHaveBeenCalledWith('/')
    expect(result.current.data).toBeUndefined()
    expect(sent.filter(({ body }) => body.includes('query Catalog')).map(({ status }) => status)).toEqual([401])
  })
})
