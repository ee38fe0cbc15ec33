import { authExchange } from '@urql/exchange-auth'
import { Client, cacheExchange, fetchExchange } from 'urql'
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
