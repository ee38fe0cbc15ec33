import { useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import { askAllAgain } from '../api/client'
import { useAsk, useSend } from '../api/hooks'
import type { VerifyCredentialsInput } from '../gen/graphql'
import { CancelVerificationJob, VerificationJobDocument, VerificationJobsDocument, VerifyCredentials } from './operations'

const every = 1000 // ms between two looks at a job
const longest = 20_000 // ms that a dry request takes, and a bit

/**
 * Verifies credentials again, as a job of the gateway's: it goes on when the page is left, and whoever comes back to it, or opens the
 * page elsewhere, sees it. Without a component: those of all of them.
 */
export function useVerification(componentId: string | null) {
  const client = useClient()
  const send = useSend(VerifyCredentials)
  const sendCancel = useSend(CancelVerificationJob)
  const [begun, setBegun] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)

  const { data: all } = useAsk(VerificationJobsDocument, {})
  const running = all?.verificationJobs.nodes.find(({ status, component }) => status === 'RUNNING' && (component?.id ?? null) === componentId)?.id
  const id = running ?? begun
  useEffect(() => {
    if (running) setBegun(running) // and stays on the screen when it is done
  }, [running])

  const { data, again } = useAsk(VerificationJobDocument, { id: id ?? '' }, { pause: id === undefined })
  const job = data?.verificationJob ?? undefined
  const status = job?.status
  useEffect(() => {
    if (status === undefined || status === 'DONE') return
    const timer = setInterval(again, every)
    // What was under way when it was stopped is still finished.
    const end = status === 'CANCELED' ? setTimeout(() => clearInterval(timer), longest) : undefined
    return () => {
      clearInterval(timer)
      clearTimeout(end)
    }
  }, [status, again])

  // What it found shows in the rows, too.
  const before = useRef<string>(undefined)
  const state = job && `${job.id} ${job.status} ${job.done}`
  useEffect(() => {
    if (state === undefined) return
    if (before.current !== undefined && before.current !== state) askAllAgain(client)
    before.current = state
  }, [state, client])

  async function run(input: VerifyCredentialsInput) {
    setProblem(undefined)
    setBusy(true)
    const result = await send(input)
    setBusy(false)
    if (result.__typename === 'VerifyCredentialsSuccess') setBegun(result.job.id)
    else setProblem(result.message)
  }

  async function stop() {
    if (!job) return
    const result = await sendCancel({ id: job.id })
    if (result.__typename !== 'CancelVerificationJobSuccess') setProblem(result.message)
  }

  return { job, problem, busy, run, stop }
}
