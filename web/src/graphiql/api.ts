import type { Fetcher, FetcherParams } from '@graphiql/toolkit'

export interface Viewer {
  name: string
  role: string
  workspace: { name: string }
}

export interface Connection {
  token: string
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
async function post(params: FetcherParams, headers: Headers): Promise<Answer> {
  let response: Response
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify(named(params)),
      // A token and a cookie in one request are refused, so a token travels alone.
      credentials: headers.has('Authorization') ? 'omit' : 'same-origin',
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

/** GraphiQL's way to the API. What is typed into the Headers tab wins over the token. */
export function fetcherFor(token: string | undefined): Fetcher {
  return (params, options) => {
    try {
      const headers = new Headers({ 'Content-Type': 'application/json', Accept: 'application/json' })
      if (token) headers.set('Authorization', `Bearer ${token}`)
      for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value))
      return post(params, headers)
    } catch {
      return failure('The Headers tab holds a name or a value that HTTP does not allow. Correct it and run again.')
    }
  }
}

/** Asks who a token belongs to; a string says why it doesn't work and what to do. */
export async function connect(token: string): Promise<Connection | string> {
  if (!/^[\x21-\x7e]+$/.test(token)) return notAToken
  const answer = (await fetcherFor(token)({
    query: 'query Viewer { viewer { name role workspace { name } } }',
    operationName: 'Viewer',
  })) as Answer
  const viewer = (answer.data as { viewer?: Viewer } | null | undefined)?.viewer
  return viewer ? { token, viewer } : (answer.errors?.[0]?.message ?? unreadable)
}
