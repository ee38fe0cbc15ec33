import type { Role } from '../gen/graphql'
import type { Words } from '../words'

export type Scope = keyof Words['tokens']['scopeNames']

/** What people can be: RUNTIME is for programs. */
export const peopleRoles = ['OWNER', 'EDITOR', 'VIEWER'] as const satisfies Role[]

export const tokenRoles = [...peopleRoles, 'RUNTIME'] as const satisfies Role[]

const reading = ['credentials:read', 'flows:read'] as const
const writing = ['credentials:read', 'credentials:write', 'flows:read', 'flows:write'] as const

/** What each role holds, and so what a token of it can be limited to. */
export const scopesOf: Record<Role, readonly Scope[]> = {
  OWNER: [...writing, 'members:manage', 'tokens:manage', 'clients:manage', 'components:manage', 'audit:read'],
  EDITOR: writing,
  VIEWER: reading,
  RUNTIME: ['secrets:read'],
}
