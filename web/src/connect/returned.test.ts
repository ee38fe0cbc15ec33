import { beforeEach, describe, expect, test, vi } from 'vitest'
import { at } from '../../test/page'

type Module = typeof import('./returned')

/** The module as a page has it that was opened at this address. */
async function opened(path: string): Promise<Module> {
  at(`https://keyward.example${path}`)
  vi.resetModules()
  return import('./returned')
}

beforeEach(() => sessionStorage.clear())

describe('what comes back with the address', () => {
  test('is taken once, and is out of the address at once', async () => {
    const { takeReturned } = await opened('/w/ws_1/connected#ticket=abc')
    expect(location.href).toBe('https://keyward.example/w/ws_1/connected')
    expect(takeReturned()).toEqual({ ticket: 'abc' })
    expect(takeReturned()).toBeUndefined()
  })

  test('may be a reason, without a workspace', async () => {
    const { takeReturned } = await opened('/connected#problem=OTHER_SESSION')
    expect(takeReturned()).toEqual({ problem: 'OTHER_SESSION' })
  })

  test('is not looked for on other pages', async () => {
    const { takeReturned } = await opened('/w/ws_1/credentials#ticket=abc')
    expect(takeReturned()).toBeUndefined()
    expect(location.hash).toBe('#ticket=abc')
  })
})

describe('handing over', () => {
  const ticket = { ticket: 'abc' }

  async function waiting(id: string | null, workspace: string) {
    const returned = await opened(`/w/${workspace}/connected`)
    if (id !== null) sessionStorage.setItem('keyward-connect', id)
    return returned
  }

  test('the tab that opened the window takes it, and no other', async () => {
    const { awaitReturn, handOver } = await waiting('two', 'ws_1')
    const one = vi.fn()
    const two = vi.fn()
    const stop = awaitReturn('one', 'ws_1', one)
    awaitReturn('two', 'ws_1', two)
    expect((await handOver(ticket, 'ws_1')).taken).toBe(true)
    expect(two).toHaveBeenCalledExactlyOnceWith(ticket)
    expect(one).not.toHaveBeenCalled()
    expect(sessionStorage.length).toBe(0)
    stop()
  })

  test('a window that does not know who opened it asks its workspace', async () => {
    const { awaitReturn, handOver } = await waiting(null, 'ws_1')
    const elsewhere = vi.fn()
    const here = vi.fn()
    const stop = awaitReturn('one', 'ws_2', elsewhere)
    awaitReturn('two', 'ws_1', here)
    expect((await handOver(ticket, 'ws_1')).taken).toBe(true)
    expect(here).toHaveBeenCalledOnce()
    expect(elsewhere).not.toHaveBeenCalled()
    stop()
  })

  test('nobody takes it who has stopped waiting', async () => {
    const { awaitReturn, handOver } = await waiting('one', 'ws_1')
    const one = vi.fn()
    awaitReturn('one', 'ws_1', one)()
    expect((await handOver(ticket, 'ws_1')).taken).toBe(false)
    expect(one).not.toHaveBeenCalled()
  })

  test('a tab that went there itself asks nobody', async () => {
    const { awaitReturn, handOver } = await waiting('here', 'ws_1')
    const other = vi.fn()
    const stop = awaitReturn('one', 'ws_1', other)
    expect((await handOver(ticket, 'ws_1')).taken).toBe(false)
    expect(other).not.toHaveBeenCalled()
    stop()
  })

  test('a tab that wakes too late is told what came of it', async () => {
    const { awaitReturn, handOver } = await waiting('one', 'ws_1')
    const { taken, tell } = await handOver(ticket, 'ws_1')
    expect(taken).toBe(false)
    const late = vi.fn()
    awaitReturn('one', 'ws_1', late)
    const completed = { __typename: 'Failed' as const, message: 'No.' }
    tell(completed)
    await vi.waitFor(() => expect(late).toHaveBeenCalledExactlyOnceWith({ completed }))
  })
})
