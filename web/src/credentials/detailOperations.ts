import { graphql } from '../gen'

export const CredentialDocument = graphql(`
  query Credential($id: ID!) {
    credential(id: $id) {
      ...CredentialRow
      fields { label secret }
      component { id key title iconUrl authMethods { ...FieldSpecs } }
      tags
      createdAt
      updatedAt
      verifications(first: 50) { outcome reason message checkedAt durationMs }
    }
  }
`)

export const CredentialFlowsDocument = graphql(`
  query CredentialFlows($id: ID!, $after: String) {
    credential(id: $id) {
      id
      flows(first: 20, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { id name status }
      }
    }
  }
`)

export const CredentialEventsDocument = graphql(`
  query CredentialEvents($id: ID!, $after: String) {
    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        at
        action
        outcome
        actor { kind id name }
        relatedId
        detail
        address
      }
    }
  }
`)
