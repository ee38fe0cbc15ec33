import { graphql } from '../gen'

export const FieldSpecs = graphql(`
  fragment FieldSpecs on AuthMethod {
    key
    title
    kind
    verifiable
    scopes
    oauth {
      callbackUrl
      provider { key client { source } }
    }
    fields {
      key
      label
      view
      required
      secret
      placeholder
      note
      helpUrl
      options { value label }
      fetchesOptions
      pattern
      patternMessage
      group
      visibleWhen { field oneOf }
      defaultValue
      destination
    }
  }
`)

/** What is known of an OAuth connection. */
export const Connected = graphql(`
  fragment Connected on Credential {
    grantedScopes
    missingScopes
    accessTokenExpiresAt
    connection {
      account { id name }
      requestedScopes
      renewable
      renewedAt
      problem { reason message at }
    }
  }
`)

/** What a row shows. */
export const CredentialRow = graphql(`
  fragment CredentialRow on Credential {
    id
    version
    name
    status
    fields { key isSet value values hint }
    authMethod { ...FieldSpecs }
    lastVerification { outcome reason message checkedAt }
    lastUsedAt
    expiresAt
    ...Connected
    activeFlowCount
    flows(first: 3) {
      totalCount
      nodes { id name status }
    }
  }
`)

export const CatalogDocument = graphql(`
  query Catalog($filter: ComponentFilter, $after: String) {
    components(first: 100, after: $after, filter: $filter) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id key title description category iconUrl requiresCredential credentialCount }
    }
  }
`)

/** How many components each family has under the other filters. */
export const FamiliesDocument = graphql(`
  query Families($filter: ComponentCategoryFilter) {
    componentCategories(filter: $filter) { category componentCount }
  }
`)

export const ComponentDocument = graphql(`
  query Component($key: String!, $after: String) {
    component(key: $key) {
      id
      key
      title
      description
      docsUrl
      iconUrl
      requiresCredential
      custom
      retired
      credentialCount
      authMethods { ...FieldSpecs }
      credentials(first: 50, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { ...CredentialRow }
      }
    }
  }
`)

export const CreateCredential = graphql(`
  mutation CreateCredential($input: CreateCredentialInput!) {
    createCredential(input: $input) {
      __typename
      ... on CreateCredentialSuccess { credential { id name status } }
      ... on ValidationError { issues { path message } }
      ... on VerificationFailedError { verification { outcome reason message } }
      ... on ConflictError { currentVersion }
      ...ProblemFields
    }
  }
`)

export const FetchFieldOptions = graphql(`
  mutation FetchFieldOptions($input: FetchFieldOptionsInput!) {
    fetchFieldOptions(input: $input) {
      __typename
      ... on FetchFieldOptionsSuccess { options { value label } }
      ... on ValidationError { issues { message } }
      ... on VerificationFailedError { verification { outcome reason message } }
      ...ProblemFields
    }
  }
`)

export const UpdateCredential = graphql(`
  mutation UpdateCredential($input: UpdateCredentialInput!) {
    updateCredential(input: $input) {
      __typename
      ... on UpdateCredentialSuccess { credential { id name status } }
      ... on ValidationError { issues { path message } }
      ... on VerificationFailedError { verification { outcome reason message } }
      ... on ConflictError { currentVersion }
      ...ProblemFields
    }
  }
`)

export const DeleteCredential = graphql(`
  mutation DeleteCredential($input: DeleteCredentialInput!) {
    deleteCredential(input: $input) {
      __typename
      ... on DeleteCredentialSuccess { deletedCredentialId revocation { outcome message } }
      ... on CredentialInUseError {
        activeFlowCount
        activeFlows(first: 100) { nodes { id name } }
      }
      ...ProblemFields
    }
  }
`)

export const VerifyCredential = graphql(`
  mutation VerifyCredential($input: VerifyCredentialInput!) {
    verifyCredential(input: $input) {
      __typename
      ... on VerifyCredentialSuccess {
        credential { id name status }
        verification { outcome reason message }
      }
      ...ProblemFields
    }
  }
`)

export const ReplaceCredential = graphql(`
  mutation ReplaceCredential($input: ReplaceCredentialInput!) {
    replaceCredential(input: $input) {
      __typename
      ... on ReplaceCredentialSuccess { flowCount }
      ...ProblemFields
    }
  }
`)

/** What may take a credential's place. */
export const OthersDocument = graphql(`
  query Others($componentId: ID!) {
    credentials(first: 100, filter: { componentId: $componentId }) {
      nodes { id name status }
    }
  }
`)

/** How far a job is. */
export const JobFields = graphql(`
  fragment JobFields on VerificationJob {
    id
    status
    component { id }
    total
    done
    accepted
    rejected
    unavailable
    notVerifiable
    skipped
    waitsUntil
  }
`)

export const VerificationJobDocument = graphql(`
  query VerificationJob($id: ID!) {
    verificationJob(id: $id) { ...JobFields }
  }
`)

/** What runs already: somebody began it before this page was opened. */
export const VerificationJobsDocument = graphql(`
  query VerificationJobs {
    verificationJobs(first: 10) {
      nodes { id status component { id } }
    }
  }
`)

export const VerifyCredentials = graphql(`
  mutation VerifyCredentials($input: VerifyCredentialsInput!) {
    verifyCredentials(input: $input) {
      __typename
      ... on VerifyCredentialsSuccess { job { ...JobFields } }
      ...ProblemFields
    }
  }
`)

export const CancelVerificationJob = graphql(`
  mutation CancelVerificationJob($input: CancelVerificationJobInput!) {
    cancelVerificationJob(input: $input) {
      __typename
      ... on CancelVerificationJobSuccess { job { ...JobFields } }
      ...ProblemFields
    }
  }
`)
