import '@graphiql/plugin-doc-explorer/style.css'
import '@graphiql/plugin-history/style.css'
import '@graphiql/react/font/fira-code.css'
import '@graphiql/react/font/roboto.css'
import '@graphiql/react/style.css'
import { GraphiQL } from 'graphiql'
import 'graphiql/graphiql.css' // style.css would bring Monaco's styles a second time
import { useMemo, useState } from 'react'
import { type Connection, credentialsOf, fetcherFor } from './api'
import './editor.css'
import { memoryStorage } from './memory'
import { useSystemTheme } from './theme'
import { walkThrough } from './walkthrough'
import './workers/setup'

// A field's value may be a list, a custom scalar any JSON: without this the variables' checker underlines them.
const scalars = { FieldValue: {}, JSON: {} }

export default function Editor({ connection }: { connection: Connection | undefined }) {
  const fetcher = useMemo(() => fetcherFor(credentialsOf(connection)), [connection])
  const [storage] = useState(memoryStorage)
  // null: don't ask for the schema, which anonymous callers and runtimes are refused.
  const mayReadSchema = connection && connection.viewer.role !== 'RUNTIME'
  return (
    <GraphiQL
      fetcher={fetcher}
      {...(mayReadSchema ? {} : { schema: null })}
      storage={storage}
      shouldPersistHeaders={false}
      defaultTabs={walkThrough}
      defaultEditorToolsVisibility="variables"
      customScalarSchemas={scalars}
      inputValueDeprecation
      schemaDescription
      forcedTheme={useSystemTheme()}
    >
      <GraphiQL.Logo>
        <></>
      </GraphiQL.Logo>
    </GraphiQL>
  )
}
