import { authExchange } from '@urql/exchange-auth'
import { Client, type Exchange, type Operation, cacheExchange, fetchExchange, makeOperation, mapExchange } from 'urql'
import { ended } from './session'

/**
 * Speaks to the API as whoever is signed in, in one workspace. When the session ends, what was asked waits until somebody
 * has signed in again, and is asked once more: nothing that was typed is lost.
 */
export function clientFor(workspace?: string): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false, // the API takes POST only, and a query in an address would be in logs
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange,
      askAgain,
      authExchange(async () => ({
        addAuthToOperation: (operation) => operation,
        didAuthError: (error) => error.response?.status === 401,
        refreshAuth: () => ended.wait(),
      })),
      fetchExchange,
    ],
    fetchOptions: {
      cache: 'no-store',
      redirect: 'error',
      headers: workspace ? { 'X-Workspace': workspace } : {},
    },
  })
}

const onScreen = new WeakMap<Client, () => void>()

/** Asks everything that is on the screen again: something has changed that was not sent from here. */
export const askAllAgain = (client: Client) => onScreen.get(client)?.()

/**
 * What was asked before a change and answered after it may show how things were: it is asked again. The cache sees to that
 * only for answers that it holds already.
 */
const askAgain: Exchange = (input) => {
  let changes = 0
  const begun = new Map<number, { operation: Operation; changes: number; answered: boolean }>()
  const ask = (operation: Operation) =>
    input.client.reexecuteOperation(makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }))
  onScreen.set(input.client, () => {
    changes++
    // What is under way is asked again once it is answered: two answers at once could come in the wrong order.
    for (const { operation, answered } of [...begun.values()]) if (answered) ask(operation)
  })
  return mapExchange({
    onOperation(operation) {
      if (operation.kind === 'query') begun.set(operation.key, { operation, changes, answered: false })
      if (operation.kind === 'teardown') begun.delete(operation.key)
    },
    onResult(result) {
      const { operation } = result
      if (operation.kind === 'mutation') changes++
      const asked = operation.kind === 'query' ? begun.get(operation.key) : undefined
      if (asked) asked.answered = true
      if (!asked || asked.changes === changes) return result
      ask(operation)
      return { ...result, stale: true }
    },
  })(input)
}
