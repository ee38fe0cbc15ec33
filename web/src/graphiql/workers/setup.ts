// Tells Monaco where its workers are. GraphiQL's own set-up imports them straight from the packages, which Vite's dev
// server can't follow: workers of our own, one line each, work in both.
import EditorWorker from './editor.worker?worker'
import GraphQLWorker from './graphql.worker?worker'
import JSONWorker from './json.worker?worker'

globalThis.MonacoEnvironment = {
  getWorker(_id: string, label: string): Worker {
    if (label === 'graphql') return new GraphQLWorker()
    if (label === 'json') return new JSONWorker()
    return new EditorWorker()
  },
}
