// Who is signed in in this browser. The cookie is not for scripts; the gateway says.

/** Whether somebody is; undefined where the gateway can't be asked. */
export async function signedIn(): Promise<boolean | undefined> {
  try {
    const response = await fetch('/sign-in/methods', { cache: 'no-store', redirect: 'error' })
    return ((await response.json()) as { signedIn?: boolean }).signedIn === true
  } catch {
    return undefined
  }
}

/** Ends the session; false means that it goes on. */
export async function signOut(): Promise<boolean> {
  try {
    const response = await fetch('/sign-out', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
      redirect: 'error',
    })
    return response.ok
  } catch {
    return false
  }
}

/** Where to sign in so as to come back to this page. */
export function signInPath(): string {
  const here = location.pathname + location.search
  return here === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ next: here })}`
}

const listeners = new Set<() => void>()
let waiting: Promise<void> | undefined
let goOn = () => {}
let person: string | undefined

function changed(): void {
  listeners.forEach((listener) => listener())
}

/** The end of the session that the page works with, and its beginning anew. */
export const ended = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },

  now: () => waiting !== undefined,

  /** Remembers who the page was made for. */
  belongsTo(id: string): void {
    person = id
  },

  /** Tells the page that its session has ended; comes back when the same person has signed in again. */
  wait(): Promise<void> {
    waiting ??= new Promise((resolve) => (goOn = resolve))
    changed()
    return waiting
  },

  /** Looks whether somebody has. What one person typed is not for the next: for somebody else the page begins anew. */
  async look(): Promise<boolean> {
    if (!(await signedIn())) return false
    const id = await personId()
    if (id === undefined) return false
    if (person !== undefined && id !== person) {
      location.replace('/')
      return false
    }
    waiting = undefined
    goOn()
    changed()
    return true
  },
}

async function personId(): Promise<string | undefined> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
      cache: 'no-store',
      redirect: 'error',
    })
    return ((await response.json()) as { data?: { viewer: { id: string } } }).data?.viewer.id
  } catch {
    return undefined
  }
}
