import { useEffect, useRef, useState } from 'react'
import { useSend } from '../api/hooks'
import { VerifyCredential } from './operations'

interface Progress {
  done: number
  of: number
  accepted: number
  name?: string // the one that is asked about now
  problem?: string // why it ended before all were asked
}

/** Verifies one credential after the other, since services may not like many questions at once, until all are or somebody stops it. */
export function useVerifyAll() {
  const send = useSend(VerifyCredential)
  const [progress, setProgress] = useState<Progress>()
  const stopped = useRef(false)
  useEffect(() => {
    stopped.current = false
    return () => {
      stopped.current = true
    }
  }, [])

  async function run(list: { id: string; name: string }[]) {
    stopped.current = false
    let now: Progress = { done: 0, of: list.length, accepted: 0 }
    for (const { id, name } of list) {
      if (stopped.current) break
      setProgress({ ...now, name })
      const result = await send({ id })
      // One that somebody deleted meanwhile is no reason to stop.
      if (result.__typename !== 'VerifyCredentialSuccess' && result.__typename !== 'NotFoundError') {
        now = { ...now, problem: result.message }
        break
      }
      const accepted = result.__typename === 'VerifyCredentialSuccess' && result.verification.outcome === 'ACCEPTED'
      now = { ...now, done: now.done + 1, accepted: now.accepted + (accepted ? 1 : 0) }
    }
    setProgress(now)
  }

  return { progress, run, stop: () => (stopped.current = true) }
}
