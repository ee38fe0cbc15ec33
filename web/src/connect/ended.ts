import type { Saved } from '../credentials/CredentialForm'
import type { Problem } from '../credentials/Trouble'
import type { Words } from '../words'
import type { Ended } from './useConnect'

type Success = Extract<Ended, { __typename: 'CompleteAuthorizationSuccess' }>

/** Why nothing was connected. */
export function problemOf(ended: Exclude<Ended, Success>, words: Words): Problem {
  switch (ended.__typename) {
    case 'OAuthError':
      return { kind: 'message', text: words.connect.problem(ended) }
    case 'VerificationFailedError':
      return { kind: 'verdict', verdict: ended.verification }
    case 'ValidationError':
      return { kind: 'message', text: ended.issues.map(({ message }) => message).join(' ') }
    default:
      return { kind: 'message', text: ended.message }
  }
}

/** What was connected, and what to say of it. */
export function savedOf({ credential, accountChanged }: Success): Saved {
  const { id, name, status, missingScopes, connection } = credential
  const account = connection?.account
  return { id, name, status, connected: { account: account?.name ?? account?.id ?? null, missing: missingScopes, accountChanged } }
}
