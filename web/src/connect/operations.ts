import { graphql } from '../gen'

export const AuthorizeCredential = graphql(`
  mutation AuthorizeCredential($input: AuthorizeCredentialInput!) {
    authorizeCredential(input: $input) {
      __typename
      ... on AuthorizeCredentialSuccess { authorizationUrl }
      ... on ValidationError { issues { path message } }
      ... on OAuthError { reason }
      ...ProblemFields
    }
  }
`)

export const CompleteAuthorization = graphql(`
  mutation CompleteAuthorization($input: CompleteAuthorizationInput!) {
    completeAuthorization(input: $input) {
      __typename
      ... on CompleteAuthorizationSuccess {
        reauthorized
        accountChanged
        credential {
          id
          name
          status
          missingScopes
          component { key }
          connection { account { id name } }
        }
      }
      ... on ValidationError { issues { path message } }
      ... on VerificationFailedError { verification { outcome reason message } }
      ... on OAuthError { reason }
      ...ProblemFields
    }
  }
`)
