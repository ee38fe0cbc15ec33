import type { CodegenConfig } from '@graphql-codegen/cli'

// Types for the operations in src, read from the contract itself: a field that it lacks doesn't compile.
const config: CodegenConfig = {
  schema: '../graph/schema/*.graphqls',
  importExtension: '.ts',
  documents: ['src/**/*.ts', 'src/**/*.tsx', '!src/gen/**', '!src/graphiql/**'],
  generates: {
    'src/gen/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string', // a fraction of a tree's size, and all of them are in the first load
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { DateTime: 'string', FieldValue: 'boolean | number | string | string[] | null', JSON: 'unknown', URL: 'string' },
      },
    },
  },
}

export default config
