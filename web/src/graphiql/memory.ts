import type { Storage } from '@graphiql/toolkit'

/** Storage that ends with the page: variables and headers may hold secrets, which don't belong into the browser's. */
export function memoryStorage(): Storage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    get length() {
      return items.size
    },
  }
}
