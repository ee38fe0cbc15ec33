import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { type Failed, useAsk, useSend } from '../api/hooks'
import type { ActivateFlowMutation, DeactivateFlowMutation, FlowStepInput, LinkCredentialMutation, UpdateFlowMutation } from '../gen/graphql'
import { useWords } from '../words'
import { ActivateFlow, DeactivateFlow, FlowDocument, LinkCredential, UpdateFlow } from './operations'
import { type Flow, type Problem, newer } from './steps'

/** What is to become of the flow as it is by then; undefined where there is nothing left to do. */
export type Change = (flow: Flow) => { name?: string; steps?: FlowStepInput[] } | undefined

type Answer =
  | UpdateFlowMutation['updateFlow']
  | LinkCredentialMutation['linkCredential']
  | ActivateFlowMutation['activateFlow']
  | DeactivateFlowMutation['deactivateFlow']
  | Failed

/** Why a change was not made. */
export interface Trouble {
  message: string
  problems: Problem[]
  /** Stops the flow and makes the change: where only its running was in the way. */
  stopAndRetry?: () => Promise<boolean>
}

/**
 * A flow and the ways to change it. Changes go one after another, each made from what the one before left, so that quick
 * clicks don't contradict each other; somebody else's change in between is told, never overwritten.
 */
export function useDesigner(id: string) {
  const { flows: words } = useWords()
  const client = useClient()
  const { data, failed, loading, again } = useAsk(FlowDocument, { id })
  const [answered, setAnswered] = useState<Flow>()
  const [trouble, setTrouble] = useState<Trouble>()
  const [busy, setBusy] = useState(0)
  const gone = data !== undefined && data.flow === null
  const flow = gone ? undefined : newer(answered, data?.flow ?? undefined)

  const latest = useRef(flow)
  useEffect(() => {
    latest.current = newer(latest.current, flow)
  }, [flow])
  const take = useCallback((read: Flow) => {
    latest.current = newer(latest.current, read)
    setAnswered(latest.current)
  }, [])

  /** Reads the flow anew: what changed it was not its own mutation. */
  const refresh = useCallback(async () => {
    const read = await client.query(FlowDocument.toString(), { id }, { requestPolicy: 'network-only' }).toPromise()
    if (read.data?.flow) take(read.data.flow)
  }, [client, id, take])

  const update = useSend(UpdateFlow)
  const link = useSend(LinkCredential)
  const activate = useSend(ActivateFlow)
  const deactivate = useSend(DeactivateFlow)

  const queue = useRef<Promise<unknown>>(Promise.resolve())

  function attempt(act: (flow: Flow) => Promise<Answer> | undefined, starting = false): Promise<boolean> {
    async function run() {
      if (!latest.current) return false
      const answer = await act(latest.current)
      if (!answer) return true
      if ('flow' in answer) {
        take(answer.flow)
        setTrouble(undefined)
        return true
      }
      switch (answer.__typename) {
        case 'ConflictError':
          await refresh()
          setTrouble({ message: words.conflict, problems: [] })
          break
        case 'FlowNotActivatableError':
          await refresh()
          if (starting) setTrouble({ message: words.notActivatable, problems: answer.problems })
          else setTrouble({ message: words.running, problems: answer.problems, stopAndRetry: async () => (await stop()) && attempt(act) })
          break
        case 'ValidationError':
          setTrouble({ message: 'issues' in answer && answer.issues[0] ? answer.issues[0].message : answer.message, problems: [] })
          break
        default:
          setTrouble({ message: answer.message, problems: [] })
      }
      return false
    }
    setBusy((n) => n + 1)
    const done = queue.current.then(run).finally(() => setBusy((n) => n - 1))
    queue.current = done
    return done
  }

  const start = () => attempt(({ id }) => activate({ id }), true)
  const stop = () => attempt(({ id }) => deactivate({ id }))
  const edit = (change: Change) =>
    attempt((flow) => {
      const changed = change(flow)
      return changed && update({ id: flow.id, expectedVersion: flow.version, ...changed })
    })
  const linkTo = (stepKey: string, credentialId: string | null) => attempt(({ id }) => link({ flowId: id, stepKey, credentialId }))

  return { flow, gone, failed, loading, again, busy: busy > 0, trouble, settle: () => setTrouble(undefined), refresh, start, stop, edit, linkTo, latest }
}

export type Designer = ReturnType<typeof useDesigner>
