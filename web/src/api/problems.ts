import { graphql } from '../gen'

export const ProblemFields = graphql(`
  fragment ProblemFields on Error {
    __typename
    code
    message
    path
  }
`)
