import { graphql } from '../gen'

/** With `dryRun`, only what would come of it. */
export const ImportComponent = graphql(`
  mutation ImportComponent($input: ImportComponentInput!) {
    importComponent(input: $input) {
      __typename
      ... on ImportComponentSuccess {
        created
        changed
        warnings { pointer message }
        component {
          key
          title
          description
          category
          docsUrl
          requiresCredential
          authMethods { ...FieldSpecs }
        }
      }
      ... on ValidationError { issues { path message } }
      ... on DescriptorInvalidError { problems { pointer message } }
      ... on ComponentBreakingChangeError {
        changes { message }
      }
      ...ProblemFields
    }
  }
`)

export const DeleteComponent = graphql(`
  mutation DeleteComponent($input: DeleteComponentInput!) {
    deleteComponent(input: $input) {
      __typename
      ... on DeleteComponentSuccess { retired }
      ...ProblemFields
    }
  }
`)
