import { Box, Button, type ButtonProps, Group } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { useState } from 'react'
import type { CredentialRowFragment } from '../gen/graphql'
import type { Saved } from '../credentials/CredentialForm'
import { type Problem, Trouble, isUndecided } from '../credentials/Trouble'
import { useWords } from '../words'
import { problemOf, savedOf } from './ended'
import { NoClient } from './NoClient'
import { useConnect } from './useConnect'
import { Waiting } from './Waiting'

type Credential = Pick<CredentialRowFragment, 'id' | 'name' | 'status' | 'missingScopes' | 'authMethod'>

/** Whether connecting again is what the credential needs. */
export const needsReconnecting = ({ status, missingScopes, authMethod }: Credential) =>
  authMethod.oauth !== null && (status === 'NEEDS_REAUTHORIZATION' || status === 'EXPIRED' || missingScopes.length > 0)

/** Connects a credential again, as it was connected before. */
export function useReconnect({ id, authMethod }: Credential, title: string, onSaved: (saved: Saved) => void) {
  const words = useWords()
  const [problem, setProblem] = useState<Problem>()
  const connect = useConnect(title, (ended) =>
    ended.__typename === 'CompleteAuthorizationSuccess' ? onSaved(savedOf(ended)) : setProblem(problemOf(ended, words)),
  )
  function begin(saveUnverified = !authMethod.verifiable) {
    setProblem(undefined)
    void connect.begin({ credentialId: id, saveUnverified })
  }
  return { title, connect, problem, begin }
}

type Reconnection = ReturnType<typeof useReconnect>

export function ReconnectButton({ credential, reconnection, ...props }: { credential: Credential; reconnection: Reconnection } & ButtonProps) {
  const { connect: words } = useWords()
  const { oauth } = credential.authMethod
  if (!oauth || oauth.provider?.client === null) return null
  return (
    <Button
      variant={needsReconnecting(credential) ? 'filled' : 'default'}
      leftSection={<IconPlugConnected size={16} />}
      disabled={reconnection.connect.progress !== undefined}
      aria-label={words.reconnectOf(credential.name)}
      onClick={() => reconnection.begin()}
      {...props}
    >
      {words.reconnect}
    </Button>
  )
}

/** What is under way, or why nothing came of it. */
export function Reconnecting({ credential, reconnection: { title, connect, problem, begin } }: { credential: Credential; reconnection: Reconnection }) {
  const words = useWords()
  if (connect.progress) return <Waiting title={title} connect={connect} />
  if (needsReconnecting(credential) && credential.authMethod.oauth?.provider?.client === null) {
    return (
      <Box my="sm">
        <NoClient title={title} />
      </Box>
    )
  }
  if (!problem) return null
  return (
    <Box my="sm">
      <Trouble problem={problem} tryThis={words.connect.tryThis} />
      {isUndecided(problem) && (
        <Group mt="sm">
          <Button variant="light" onClick={() => begin(true)}>
            {words.connect.startUnverified}
          </Button>
        </Group>
      )}
    </Box>
  )
}
