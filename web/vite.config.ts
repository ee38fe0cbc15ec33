import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Puts each operation where it is used. Else every page would load those of all others, from the one map that graphql() looks in. */
function ownOperations(): Plugin {
  const generated = () => readFileSync(new URL('src/gen/graphql.ts', import.meta.url), 'utf8')
  const documents = new Map(Array.from(generated().matchAll(/^export const (\w+) = (\{.*\}) as unknown as DocumentNode/gm), ([, name, json]) => [name, json]))
  return {
    name: 'own-operations',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('/src/') || id.includes('/src/gen/') || !code.includes('graphql(`')) return
      return code.replace(/\bgraphql\(`\s*(fragment|query|mutation) (\w+)[^`]*`\)/g, (call, kind: string, name: string) => {
        const json = documents.get(name + (kind === 'fragment' ? 'FragmentDoc' : 'Document'))
        if (!json) throw new Error(`There is no generated code for ${kind} ${name}. Run make generate.`)
        const { length } = call.split('\n')
        return `(${json})${'\n'.repeat(length - 1)}`
      })
    },
  }
}

// `npm run dev` serves the pages with hot reloading and passes API calls on to `keyward serve`.
export default defineConfig({
  plugins: [react(), ownOperations()],
  build: {
    assetsInlineLimit: 0,
    // Monaco alone is over the usual limit. It is loaded only by the page that needs it.
    chunkSizeWarningLimit: 5000,
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: ['index.html', 'graphiql.html', 'sign-in.html'],
      onwarn(warning, warn) {
        // GraphiQL's files open with directives for React's compiler, which has done its work in them already.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
  worker: { format: 'es' },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
    // A page's address is that of a gateway which the test starts; before there is one, the test has to reach it, too.
    environmentOptions: { happyDOM: { settings: { fetch: { disableSameOriginPolicy: true } } } },
    setupFiles: 'test/dom.ts',
    restoreMocks: true,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/components', '^/sign-in(/|$)', '^/sign-out$', '^/invitation$'].map((path) => [path, 'http://127.0.0.1:8080']),
    ),
  },
})
