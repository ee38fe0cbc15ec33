// What Monaco reads from the global scope; its own declaration comes only with all of its types.
declare var MonacoEnvironment: { getWorker(id: string, label: string): Worker } | undefined

declare module 'monaco-editor/esm/vs/editor/editor.worker.js'
declare module 'monaco-editor/esm/vs/language/json/json.worker.js'
