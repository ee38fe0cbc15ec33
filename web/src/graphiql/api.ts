import type { Fetcher, FetcherParams, FetcherReturnType } from '@graphiql/toolkit'

export interface Workspace {
  id: string
  name: string
}

export interface Viewer {
  name: string
  role: string
  workspace: Workspace
  workspaces: Workspace[]
}

/** Who the page speaks as: the bearer of a token, or, without one, whoever is signed in in this browser. */
export interface Connection {
  token?: string
  viewer: Viewer
}

interface Answer {
  data?: unknown
  errors?: { message: string }[]
}

const unreachable = 'Keyward could not be reached. Check that it is running, then try again.'
const unreadable = 'Something between this page and Keyward answered in its place. Check the address, or try again later.'
const notAToken = 'This can’t be a token: it holds spaces or characters that tokens never have. Copy it again, whole.'

/** Sends one operation. A failure is an answer with a sentence in errors, never an exception. */
async function post(params: FetcherParams, headers: Headers, signedIn: boolean): Promise<Answer> {
  let response: Response
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify(named(params)),
      // A token and a cookie in one request are refused, so a token travels alone.
      credentials: signedIn && !headers.has('Authorization') ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'error',
    })
  } catch {
    return failure(unreachable)
  }
  try {
    return (await response.json()) as Answer
  } catch {
    return failure(unreadable)
  }
}

/** For a moment after a change of tabs, GraphiQL still names the last tab's operation. */
function named({ operationName, ...params }: FetcherParams): FetcherParams {
  const defined = operationName && new RegExp(`\\b(query|mutation|subscription)\\s+${operationName}\\b`).test(params.query)
  return defined ? { ...params, operationName } : params
}

function failure(message: string): Answer {
  return { errors: [{ message }] }
}

/** What a request brings along: a token, or the session and the workspace that was chosen for it; nothing: nobody. */
type Credentials = { token: string } | { workspace: string | undefined } | undefined

export function credentialsOf(connection: Connection | undefined): Credentials {
  if (!connection) return undefined
  return connection.token ? { token: connection.token } : { workspace: connection.viewer.workspace.id }
}

/** GraphiQL's way to the API. What is typed into the Headers tab wins over the token and the session. */
export function fetcherFor(credentials: Credentials): Fetcher {
  return (params, options) => {
    try {
      const headers = new Headers({ 'Content-Type': 'application/json', Accept: 'application/json' })
      for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value))
      const signedIn = credentials !== undefined && 'workspace' in credentials
      if (!headers.has('Authorization')) {
        if (credentials && 'token' in credentials) headers.set('Authorization', `Bearer ${credentials.token}`)
        if (signedIn && credentials.workspace && !headers.has('X-Workspace')) headers.set('X-Workspace', credentials.workspace)
      }
      return post(params, headers, signedIn) as FetcherReturnType
    } catch {
      return failure('The Headers tab holds a name or a value that HTTP does not allow. Correct it and run again.') as FetcherReturnType
    }
  }
}

/** Asks who a token belongs to; a string says why it doesn't work and what to do. */
export async function connect(token: string): Promise<Connection | string> {
  if (!/^[\x21-\x7e]+$/.test(token)) return notAToken
  const viewer = await viewerOf({ token })
  return typeof viewer === 'string' ? viewer : { token, viewer }
}

/**
 * Asks who is signed in, in a workspace of theirs; a string says why it doesn't work and what to do. A link's workspace may
 * not be theirs: then it is their first.
 */
export async function arrive(linked: string | null): Promise<Connection | string> {
  const first = await resume()
  const theirs = typeof first !== 'string' && first.viewer.workspaces.some(({ id }) => id === linked)
  return linked && theirs && first.viewer.workspace.id !== linked ? resume(linked) : first
}

/** Asks who is signed in, in this workspace or in their first. */
export async function resume(workspace?: string): Promise<Connection | string> {
  const viewer = await viewerOf({ workspace })
  return typeof viewer === 'string' ? viewer : { viewer }
}

async function viewerOf(credentials: Credentials): Promise<Viewer | string> {
  const answer = (await fetcherFor(credentials)({
    query: 'query Viewer { viewer { name role workspace { id name } workspaces { id name } } }',
    operationName: 'Viewer',
  })) as Answer
  const viewer = (answer.data as { viewer?: Viewer } | null | undefined)?.viewer
  return viewer ?? answer.errors?.[0]?.message ?? unreadable
}
