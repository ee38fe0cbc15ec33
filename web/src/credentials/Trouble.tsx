import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { VerificationOutcome } from '../gen/graphql'
import { type Verdict, useWords } from '../words'

/** Why a form was not saved. */
export type Problem =
  | { kind: 'message'; text: string }
  | { kind: 'verdict'; verdict: Verdict; stored?: boolean } // stored: of what is saved already
  | { kind: 'conflict'; version: number }

/** Whether what was tried may be saved all the same: nobody has said no. */
export const isUndecided = (problem: Problem | undefined) =>
  problem?.kind === 'verdict' && !problem.stored && (problem.verdict.outcome === 'UNAVAILABLE' || problem.verdict.outcome === 'NOT_VERIFIABLE')

interface Props {
  problem: Problem
  tryThis: Record<VerificationOutcome, string>
  theirs?: number | undefined // the version that would be shown
  onOverwrite?: (version: number) => void
  onDiscard?: () => void
}

/** Says it, and the ways on. */
export function Trouble({ problem, tryThis, theirs, onOverwrite, onDiscard }: Props) {
  const words = useWords()
  if (problem.kind === 'message') {
    return (
      <Alert color="red" icon={<IconAlertTriangle />} role="alert">
        {problem.text}
      </Alert>
    )
  }
  if (problem.kind === 'verdict') {
    const { verdict } = problem
    const rejected = verdict.outcome === 'REJECTED'
    return (
      <Alert color={rejected ? 'red' : 'yellow'} icon={<IconAlertTriangle />} role="alert" title={words.outcomes[verdict.outcome]}>
        <Text size="sm">{words.verdict(verdict)}</Text>
        {!problem.stored && (
          <Text size="sm" mt={4}>
            {tryThis[verdict.outcome]} {!rejected && words.form.saveUnverifiedText}
          </Text>
        )}
      </Alert>
    )
  }
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} role="alert">
      {words.form.conflict}
      <Group mt="sm" gap="xs">
        <Button size="xs" onClick={() => onOverwrite?.(problem.version)}>
          {words.form.conflictOverwrite}
        </Button>
        <Button size="xs" variant="default" loading={theirs !== undefined && theirs < problem.version} onClick={onDiscard}>
          {words.form.conflictDiscard}
        </Button>
      </Group>
    </Alert>
  )
}
