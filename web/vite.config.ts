import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { graphql } from './src/gen/gql.ts'

// What graphql() looks up at run time is put in its place at build time: a page then loads the operations that it uses, and
// not twice the text of all there are.
const operations: Plugin = {
  name: 'operations',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/src\/(?!gen\/).*\.tsx?$/.test(id) || !code.includes('graphql(`')) return
    return code
      .replace(/^import \{ graphql \} from .*$/m, '')
      .replace(/\bgraphql\(`([^`]+)`\)/g, (_, source: string) => JSON.stringify(String(graphql(source as never)).replace(/\s+/g, ' ').trim()))
  },
}

// `npm run dev` serves the pages with hot reloading and passes API calls on to `keyward serve`.
export default defineConfig({
  plugins: [operations, react()],
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
