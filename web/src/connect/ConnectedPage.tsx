import { Button, Container, Loader, Stack, Text, Title } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Provider } from 'urql'
import { clientFor } from '../api/client'
import { useSend } from '../api/hooks'
import { SessionEnded } from '../app/SessionEnded'
import { type Problem, Trouble } from '../credentials/Trouble'
import { tellSaved } from '../credentials/tellSaved'
import { Failure } from '../ui/Failure'
import { useWords } from '../words'
import { problemOf, savedOf } from './ended'
import { CompleteAuthorization } from './operations'
import { handOver, takeReturned } from './returned'
import { refusal } from './useConnect'

/** Where providers lead back to: passes on what they said, or finishes by itself where nobody waits for it any more. */
export default function ConnectedPage() {
  const { workspaceId = null } = useParams({ strict: false })
  const client = useMemo(() => clientFor(workspaceId ?? undefined), [workspaceId])
  return (
    <Provider value={client}>
      <Back workspaceId={workspaceId} />
      <SessionEnded />
    </Provider>
  )
}

type State = { kind: 'busy' | 'taken' | 'nothing' } | { kind: 'failed'; problem: Problem }

function Back({ workspaceId }: { workspaceId: string | null }) {
  const words = useWords()
  const navigate = useNavigate()
  const complete = useSend(CompleteAuthorization)
  const [state, setState] = useState<State>({ kind: 'busy' })
  const begun = useRef(false)

  async function finish() {
    const returned = takeReturned()
    if (!returned) return setState({ kind: 'nothing' })
    const { taken, tell } = await handOver(returned, workspaceId)
    if (taken) {
      setState({ kind: 'taken' })
      return window.close()
    }
    const ended = 'problem' in returned ? refusal(returned.problem) : await complete(returned)
    tell(ended)
    if (ended.__typename !== 'CompleteAuthorizationSuccess' || workspaceId === null) {
      return setState(ended.__typename === 'CompleteAuthorizationSuccess' ? { kind: 'nothing' } : { kind: 'failed', problem: problemOf(ended, words) })
    }
    const { id, component } = ended.credential
    await navigate({
      to: '/w/$workspaceId/credentials/$componentKey/$credentialId',
      params: { workspaceId, componentKey: component.key, credentialId: id },
      replace: true,
    })
    tellSaved(savedOf(ended), words)
  }

  useEffect(() => {
    if (begun.current) return // React's strict mode calls twice
    begun.current = true
    void finish()
  }, [])

  const title = { busy: words.connect.title, taken: words.connect.title, nothing: words.connect.nothing, failed: words.connect.failed }[state.kind]
  useEffect(() => {
    document.title = `${title} · Keyward`
  }, [title])
  return (
    <Container component="main" size="xs" py={60}>
      <Title size="h2" mb="sm">
        {title}
      </Title>
      {state.kind === 'busy' && (
        <Stack role="status" align="flex-start">
          <Loader size="sm" aria-hidden="true" />
          <Text>{words.connect.finishing}</Text>
        </Stack>
      )}
      {state.kind === 'taken' && <Text role="status">{words.connect.closeWindow}</Text>}
      {state.kind === 'nothing' && <Text>{words.connect.nothingText}</Text>}
      {state.kind === 'failed' && (state.problem.kind === 'message' ? <Failure message={state.problem.text} /> : <Trouble problem={state.problem} tryThis={words.connect.tryThis} />)}
      {(state.kind === 'nothing' || state.kind === 'failed') && (
        <Button mt="md" component="a" href={workspaceId === null ? '/' : `/w/${workspaceId}/credentials`}>
          {words.connect.toCredentials}
        </Button>
      )}
    </Container>
  )
}
