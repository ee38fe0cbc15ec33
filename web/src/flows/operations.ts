import { graphql } from '../gen'

/** A flow as its list and its designer show it. */
export const FlowFields = graphql(`
  fragment FlowFields on Flow {
    id
    version
    name
    status
    updatedAt
    steps {
      key
      position
      function
      component { id key title iconUrl requiresCredential }
      credential { id name status }
    }
    problems { stepKey kind message }
  }
`)

export const FlowsDocument = graphql(`
  query Flows($search: String, $after: String) {
    flows(first: 20, after: $after, filter: { search: $search }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...FlowFields }
    }
  }
`)

export const FlowDocument = graphql(`
  query Flow($id: ID!) {
    flow(id: $id) { ...FlowFields }
  }
`)

/** What the panel of a step shows: what the step talks to, and the credentials that it may use. */
export const StepComponentDocument = graphql(`
  query StepComponent($id: ID!, $after: String) {
    component(id: $id) {
      id
      key
      title
      description
      docsUrl
      requiresCredential
      authMethods { ...FieldSpecs }
      credentials(first: 20, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          name
          status
          lastVerification { outcome reason message checkedAt }
        }
      }
    }
  }
`)

export const CreateFlow = graphql(`
  mutation CreateFlow($input: CreateFlowInput!) {
    createFlow(input: $input) {
      __typename
      ... on CreateFlowSuccess { flow { ...FlowFields } }
      ...ProblemFields
    }
  }
`)

export const UpdateFlow = graphql(`
  mutation UpdateFlow($input: UpdateFlowInput!) {
    updateFlow(input: $input) {
      __typename
      ... on UpdateFlowSuccess { flow { ...FlowFields } }
      ... on ValidationError { issues { path message } }
      ... on FlowNotActivatableError { problems { stepKey kind message } }
      ...ProblemFields
    }
  }
`)

export const ActivateFlow = graphql(`
  mutation ActivateFlow($input: ActivateFlowInput!) {
    activateFlow(input: $input) {
      __typename
      ... on ActivateFlowSuccess { flow { ...FlowFields } }
      ... on FlowNotActivatableError { problems { stepKey kind message } }
      ...ProblemFields
    }
  }
`)

export const DeactivateFlow = graphql(`
  mutation DeactivateFlow($input: DeactivateFlowInput!) {
    deactivateFlow(input: $input) {
      __typename
      ... on DeactivateFlowSuccess { flow { ...FlowFields } }
      ...ProblemFields
    }
  }
`)

export const DeleteFlow = graphql(`
  mutation DeleteFlow($input: DeleteFlowInput!) {
    deleteFlow(input: $input) {
      __typename
      ... on DeleteFlowSuccess { deletedFlowId }
      ...ProblemFields
    }
  }
`)

export const LinkCredential = graphql(`
  mutation LinkCredential($input: LinkCredentialInput!) {
    linkCredential(input: $input) {
      __typename
      ... on LinkCredentialSuccess { flow { ...FlowFields } }
      ... on FlowNotActivatableError { problems { stepKey kind message } }
      ...ProblemFields
    }
  }
`)
