import { useCallback, useEffect, useRef, useState } from 'react'
import { type Failed, useSend } from '../api/hooks'
import { useViewer } from '../app/viewer'
import type { AuthorizeCredentialInput, AuthorizeCredentialMutation, CompleteAuthorizationMutation, OAuthErrorReason } from '../gen/graphql'
import { useWords } from '../words'
import { AuthorizeCredential, CompleteAuthorization } from './operations'
import { type Outcome, awaitReturn, newId, openWindow, redirect, show } from './returned'

export type Completed = CompleteAuthorizationMutation['completeAuthorization'] | Failed

/** How it ended: nobody could begin, or what came of it. */
export type Ended = Completed | Exclude<AuthorizeCredentialMutation['authorizeCredential'], { __typename: 'AuthorizeCredentialSuccess' }>

const limit = 10 * 60_000 // milliseconds, as the gateway counts: the two clocks may differ

/** How far it has come. */
export type Progress = 'opening' | 'waiting' | 'finishing'

/** What came back without a ticket, in the shape of the API's own error. */
export const refusal = (reason: string): Extract<Completed, { __typename: 'OAuthError' }> => ({
  __typename: 'OAuthError',
  code: 'OAUTH_FAILED',
  message: '',
  path: null,
  reason: reason as OAuthErrorReason,
})

/** Connects at a provider in a window of its own, and says how it ended. Without such a window the whole tab goes there. */
export function useConnect(title: string, onEnded: (ended: Ended) => void) {
  const { connect: words } = useWords()
  const { workspace } = useViewer()
  const authorize = useSend(AuthorizeCredential)
  const complete = useSend(CompleteAuthorization)
  const [progress, setProgress] = useState<Progress>()
  const [page, setPage] = useState<{ id: string; url: string }>() // the provider's, for a second look
  const attempt = useRef<string>(undefined) // the one that still counts
  const stopWaiting = useRef(() => {})
  const leaving = useRef(false) // the tab is about to go to the provider
  const ended = useRef(onEnded)
  useEffect(() => {
    ended.current = onEnded
  })

  const cancel = useCallback(() => {
    attempt.current = undefined
    stopWaiting.current()
    setProgress(undefined)
  }, [])
  useEffect(() => cancel, [cancel])

  function end(answer: Ended) {
    cancel()
    ended.current(answer)
  }

  function leave(url: string) {
    leaving.current = true
    redirect(url)
  }

  async function take(id: string, outcome: Outcome) {
    if ('problem' in outcome) return end(refusal(outcome.problem))
    if ('completed' in outcome) return end(outcome.completed)
    setProgress('finishing')
    const answer = await complete({ ticket: outcome.ticket })
    if (attempt.current === id) end(answer)
  }

  /** Has to be called in the very moment of a click: later on, no browser lets a window open. `first` is done before, and may refuse. */
  async function begin(input: AuthorizeCredentialInput, first?: () => Promise<boolean>): Promise<void> {
    cancel()
    const id = newId()
    attempt.current = id
    const opened = openWindow(id, words.opening(title))
    setProgress('opening')
    const allowed = first ? await first() : true
    const answer = allowed && attempt.current === id ? await authorize(input) : undefined
    if (attempt.current !== id || !answer) {
      opened?.close()
      if (attempt.current === id) cancel()
      return
    }
    if (answer.__typename !== 'AuthorizeCredentialSuccess') {
      opened?.close()
      return end(answer)
    }
    const { authorizationUrl: url } = answer
    if (!opened) return leave(url)
    const stop = awaitReturn(id, workspace.id, (outcome) => void take(id, outcome))
    const timer = setTimeout(() => end(refusal('AUTHORIZATION_EXPIRED')), limit)
    stopWaiting.current = () => {
      stop()
      clearTimeout(timer)
    }
    setPage({ id, url })
    setProgress('waiting')
    show(opened, url)
  }

  /** For who closed the window, or can't find it. */
  function again() {
    if (!page) return
    const opened = openWindow(page.id, words.opening(title))
    if (opened) show(opened, page.url)
    else leave(page.url)
  }

  return { progress, begin, again, cancel, leaving }
}

export type Connect = ReturnType<typeof useConnect>
