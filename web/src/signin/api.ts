import { words } from './page'

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

interface Refusal {
  errors?: { message: string; extensions?: { code?: string } }[]
}

/** Asks; a string says why it came to nothing and what to do. */
async function ask<Answer>(path: string, options: RequestInit): Promise<Answer | string> {
  let response: Response
  try {
    response = await fetch(path, { ...options, credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
  } catch {
    return words.failures.unreachable
  }
  try {
    const body = (await response.json()) as Answer & Refusal
    if (response.ok) return body
    const [why] = body.errors ?? []
    return words.signIn.refusals[why?.extensions?.code ?? ''] ?? why?.message ?? words.failures.unreadable
  } catch {
    return words.failures.unreadable
  }
}

function post<Answer>(path: string, body: object): Promise<Answer | string> {
  return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

export const methods = (problem: string) => ask<Methods>(`/sign-in/methods?${new URLSearchParams({ problem })}`, {})
export const useLink = (token: string) => post<Next>('/sign-in', { token })
export const look = (token: string) => post<Invitation>('/invitation', { token })
export const accept = (token: string, name: string) => post<Next>('/invitation', { token, accept: true, name })
