// How a provider's answer comes back: to a page of this gateway, in a window of its own, which passes it on to the tab that
// waits. Neither can reach the other by a handle, which browsers take away once a provider's page was open in between.

import type { Completed } from './useConnect'

/** What a provider left behind the # of the page's address: a ticket by which one is told what came of it, or why there is none. */
export type Returned = { ticket: string } | { problem: string }

/** What came of it, where the page that it came back to had to find out by itself: the tab was asleep, or gone. */
export type Outcome = Returned | { completed: Completed }

interface Message {
  to: string | null // whoever began, by an id; null: whoever waits in the workspace
  workspace: string | null
  until: number // when nobody needs to take it any more, in milliseconds
  id: string
  outcome: Outcome
}

const channelName = 'keyward-connect'
const key = 'keyward-connect'
const here = 'here'
const patience = 700 // milliseconds that a tab has to answer

let returned = read()

// At once, before anything else of the page runs: what came back is in nobody's history, and no library keeps the address.
function read(): Returned | undefined {
  if (!/^(\/w\/[^/]+)?\/connected$/.test(location.pathname)) return undefined
  const parts = new URLSearchParams(location.hash.slice(1))
  history.replaceState(null, '', location.pathname)
  const ticket = parts.get('ticket')
  const problem = parts.get('problem')
  return ticket ? { ticket } : problem ? { problem } : undefined
}

/** Whatever came back with this page's address; once. */
export function takeReturned(): Returned | undefined {
  const taken = returned
  returned = undefined
  return taken
}

// No secret: an id only says which tab a window belongs to. (randomUUID is for https only.)
export const newId = () => crypto.getRandomValues(new Uint32Array(3)).join('-')

/** Opens an empty window for the provider's page, which knows who waits for it; null where the browser lets none open. */
export function openWindow(id: string, text: string): Window | null {
  const opened = window.open('', '', 'popup,width=520,height=720')
  if (!opened || opened.closed) return null
  opened.sessionStorage.setItem(key, id)
  opened.document.title = 'Keyward'
  opened.document.body.textContent = text
  return opened
}

/** Shows the provider's page there; it gets no handle of this one. */
export function show(opened: Window, url: string): void {
  opened.opener = null
  opened.location.replace(url)
}

/** Goes to the provider with the whole tab: nobody waits for it to come back. */
export function redirect(url: string): void {
  sessionStorage.setItem(key, here)
  location.assign(url)
}

/** Waits for what comes back to a window of this id, and takes it. Ends the wait when called. */
export function awaitReturn(id: string, workspace: string, take: (outcome: Outcome) => void): () => void {
  const channel = new BroadcastChannel(channelName)
  channel.onmessage = ({ data }: MessageEvent<Message | { taken: string }>) => {
    if ('taken' in data || data.until < Date.now()) return
    if (data.to === null ? data.workspace !== null && data.workspace !== workspace : data.to !== id) return
    channel.postMessage({ taken: data.id })
    channel.close()
    take(data.outcome)
  }
  return () => channel.close()
}

/** Passes on what came back; answers whether a tab took it, and if none did, how to tell one that wakes later what came of it. */
export async function handOver(answer: Returned, workspace: string | null): Promise<{ taken: boolean; tell: (completed: Completed) => void }> {
  const to = sessionStorage.getItem(key)
  sessionStorage.removeItem(key)
  if (to === here) return { taken: false, tell: () => {} }
  return {
    taken: await offered({ to, workspace, until: Date.now() + patience, id: newId(), outcome: answer }),
    tell: (completed) => {
      if (to !== null) void offered({ to, workspace, until: Infinity, id: newId(), outcome: { completed } })
    },
  }
}

function offered(message: Message): Promise<boolean> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(channelName)
    const end = (taken: boolean) => {
      clearTimeout(timer)
      channel.close()
      resolve(taken)
    }
    const timer = setTimeout(() => end(false), patience)
    channel.onmessage = ({ data }: MessageEvent<{ taken?: string }>) => data.taken === message.id && end(true)
    channel.postMessage(message)
  })
}
