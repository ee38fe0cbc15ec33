import { graphql } from '../gen'

export const HealthRow = graphql(`
  fragment HealthRow on Credential {
    id
    name
    status
    component { id key title iconUrl }
    authMethod { key verifiable }
    lastVerification { outcome reason message checkedAt }
    lastUsedAt
    expiresAt
    accessTokenExpiresAt
    missingScopes
    connection {
      account { id name }
      renewable
      problem { reason message at }
    }
  }
`)

/** What needs somebody: the first hundred of each kind, which is as many as can be deleted at once. */
export const HealthDocument = graphql(`
  query Health($soon: DateTime!) {
    verified: credentials(first: 1, filter: { status: [VERIFIED] }) { totalCount }
    unverified: credentials(first: 1, filter: { status: [UNVERIFIED] }) { totalCount }
    rejected: credentials(first: 1, filter: { status: [REJECTED] }) { totalCount }
    disconnected: credentials(first: 1, filter: { status: [NEEDS_REAUTHORIZATION] }) { totalCount }
    expired: credentials(first: 1, filter: { status: [EXPIRED] }) { totalCount }
    attention: credentials(first: 100, filter: { status: [REJECTED, NEEDS_REAUTHORIZATION, EXPIRED, UNVERIFIED] }) {
      totalCount
      nodes { ...HealthRow }
    }
    ending: credentials(first: 100, filter: { expiresBefore: $soon, status: [VERIFIED, UNVERIFIED, REJECTED, NEEDS_REAUTHORIZATION] }) {
      totalCount
      nodes { ...HealthRow }
    }
    unused: credentials(first: 100, filter: { unused: true }) {
      totalCount
      nodes { ...HealthRow }
    }
  }
`)

export const DeleteCredentials = graphql(`
  mutation DeleteCredentials($input: DeleteCredentialsInput!) {
    deleteCredentials(input: $input) {
      __typename
      ... on DeleteCredentialsSuccess {
        deletedCredentialIds
        revocations { credentialId revocation { outcome } }
      }
      ... on CredentialsInUseError {
        blocked {
          credential { id name }
          activeFlowCount
          activeFlows(first: 20) { nodes { id name } }
        }
      }
      ...ProblemFields
    }
  }
`)
