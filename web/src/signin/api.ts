export interface Methods {
  signedIn: boolean
  oidc: { name: string; path: string } | null
  problem?: string
}

export interface Invitation {
  workspace: string
  role: string
  invitedBy: string
  as: string
  needsName: boolean
  needsSignIn: boolean
}

export interface Next {
  next?: string
  signIn?: string
}

const unreachable = 'Keyward could not be reached. Check that it is running, then try again.'
const unreadable = 'Something between this page and Keyward answered in its place. Check the address, or try again later.'

/** Asks; a string says why it came to nothing and what to do. */
async function ask<Answer>(path: string, options: RequestInit): Promise<Answer | string> {
  let response: Response
  try {
    response = await fetch(path, { ...options, credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
  } catch {
    return unreachable
  }
  try {
    const body = (await response.json()) as Answer & { errors?: { message: string }[] }
    return response.ok ? body : (body.errors?.[0]?.message ?? unreadable)
  } catch {
    return unreadable
  }
}

function post<Answer>(path: string, body: object): Promise<Answer | string> {
  return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

export const methods = (problem: string) => ask<Methods>(`/sign-in/methods?${new URLSearchParams({ problem })}`, {})
export const useLink = (token: string) => post<Next>('/sign-in', { token })
export const look = (token: string) => post<Invitation>('/invitation', { token })
export const accept = (token: string, name: string) => post<Next>('/invitation', { token, accept: true, name })
