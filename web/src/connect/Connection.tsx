import { Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ConnectedFragment } from '../gen/graphql'
import { Ago } from '../ui/Ago'
import { useWords } from '../words'

type Token = { accessTokenExpiresAt: string | null; connection: { renewable: boolean } | null }

/** When the access token ends, and what happens then. */
export function TokenEnd({ credential: { accessTokenExpiresAt: at, connection } }: { credential: Token }) {
  const { connect: words } = useWords()
  if (!at) return words.endsNever
  return (
    <>
      {Date.parse(at) > Date.now() ? words.ends : words.ended} <Ago at={at} />
      {connection && `, ${connection.renewable ? words.renewedByItself : words.notRenewed}`}
    </>
  )
}

export const accountOf = (connection: { account: { id: string | null; name: string | null } | null } | null): string | null =>
  connection?.account ? (connection.account.name ?? connection.account.id) : null

/** A row's line about it. */
export function Connection({ credential }: { credential: ConnectedFragment }) {
  const { connect: words } = useWords()
  const { connection } = credential
  if (!connection) return null
  const account = accountOf(connection)
  return (
    <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
      {account !== null && `${words.connectedTo(account)} · `}
      {words.accessToken} <TokenEnd credential={credential} />
    </Text>
  )
}

/** What somebody should do something about. */
export function ConnectionWarnings({ credential: { connection, missingScopes } }: { credential: Pick<ConnectedFragment, 'missingScopes'> & { connection: Pick<NonNullable<ConnectedFragment['connection']>, 'problem'> | null } }) {
  const { connect: words } = useWords()
  return (
    <>
      {connection?.problem && (
        <Warning>
          {words.renewalProblem} (<Ago at={connection.problem.at} />): {words.problem(connection.problem)}
        </Warning>
      )}
      {missingScopes.length > 0 && <Warning>{words.missing(missingScopes.join(', '))}</Warning>}
    </>
  )
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <IconAlertTriangle size={16} color="var(--mantine-color-yellow-text)" style={{ flexShrink: 0, marginTop: 2 }} aria-hidden="true" />
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  )
}
