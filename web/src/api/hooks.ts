import { useCallback } from 'react'
import { type AnyVariables, type CombinedError, useMutation, useQuery } from 'urql'
import type { TypedDocumentString } from '../gen/graphql'
import { useWords } from '../words'

// Every change may change any list and any count, empty ones too, which hold no type name by which the cache could know.
const everything = { additionalTypenames: ['Component', 'Credential', 'Flow', 'Member', 'Invitation', 'ApiToken', 'Session', 'Workspace', 'OAuthProvider', 'VerificationJob'] }

/** Asks, and asks again after each change. `failed` is a sentence. */
export function useAsk<Data, Variables extends AnyVariables>(
  query: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { pause = false } = {},
) {
  const words = useWords()
  const [{ data, error, fetching, stale }, again] = useQuery<Data, Variables>({ query: query.toString(), variables, pause, context: everything } as never)
  return {
    data,
    failed: error && sentence(error, words.failures),
    loading: fetching && !data,
    busy: fetching || stale,
    again: useCallback(() => again({ requestPolicy: 'network-only' }), [again]),
  }
}

/** What never reached the resolver, in a shape like the API's own errors. */
export interface Failed {
  __typename: 'Failed'
  message: string
}

/** One field of the answer of a mutation: all that ours have. */
type Result<Data> = Exclude<Data[keyof Data & Exclude<keyof Data, '__typename'>], undefined>

/** Changes something; answers with the member of the result's union. It never throws. */
export function useSend<Data, Input>(mutation: TypedDocumentString<Data, { input: Input }>) {
  const words = useWords()
  const [, run] = useMutation<Data, { input: Input }>(mutation.toString())
  return useCallback(
    async (input: Input): Promise<Result<Data> | Failed> => {
      const { data, error } = await run({ input }, everything)
      const result = data && Object.entries(data).find(([key]) => key !== '__typename')?.[1]
      if (result) return result as Result<Data>
      return { __typename: 'Failed', message: error ? sentence(error, words.failures) : words.failures.unreadable }
    },
    [run, words],
  )
}

interface Failures {
  unreachable: string
  unreadable: string
}

/** Why there is no answer. The API's own sentences are fit for people. */
export function sentence(error: CombinedError, failures: Failures): string {
  const [first] = error.graphQLErrors
  if (first) return first.message
  return error.response ? failures.unreadable : failures.unreachable
}
