import { graphql } from '../gen'

export const MembersDocument = graphql(`
  query Members($after: String) {
    members(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id name email role byRule createdAt }
    }
  }
`)

export const UpdateMember = graphql(`
  mutation UpdateMember($input: UpdateMemberInput!) {
    updateMember(input: $input) {
      __typename
      ... on UpdateMemberSuccess { member { id name role byRule } }
      ...ProblemFields
    }
  }
`)

export const RemoveMember = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) {
      __typename
      ... on RemoveMemberSuccess { removedMemberId }
      ...ProblemFields
    }
  }
`)

export const InvitationsDocument = graphql(`
  query Invitations($after: String) {
    invitations(first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id role note invitedBy createdAt expiresAt }
    }
  }
`)

export const CreateInvitation = graphql(`
  mutation CreateInvitation($input: CreateInvitationInput!) {
    createInvitation(input: $input) {
      __typename
      ... on CreateInvitationSuccess { invitation { id } link }
      ...ProblemFields
      ... on ValidationError { issues { path message } }
    }
  }
`)

export const RevokeInvitation = graphql(`
  mutation RevokeInvitation($input: RevokeInvitationInput!) {
    revokeInvitation(input: $input) {
      __typename
      ... on RevokeInvitationSuccess { revokedInvitationId }
      ...ProblemFields
    }
  }
`)

export const CreateWorkspace = graphql(`
  mutation CreateWorkspace($input: CreateWorkspaceInput!) {
    createWorkspace(input: $input) {
      __typename
      ... on CreateWorkspaceSuccess { workspace { id } }
      ...ProblemFields
    }
  }
`)

export const UpdateWorkspace = graphql(`
  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {
    updateWorkspace(input: $input) {
      __typename
      ... on UpdateWorkspaceSuccess { workspace { id name } }
      ...ProblemFields
    }
  }
`)

export const DeleteWorkspace = graphql(`
  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {
    deleteWorkspace(input: $input) {
      __typename
      ... on DeleteWorkspaceSuccess { deletedWorkspaceId }
      ...ProblemFields
      ... on ValidationError { issues { path message } }
    }
  }
`)

export const ActiveFlowsDocument = graphql(`
  query ActiveFlows {
    flows(first: 1, filter: { status: ACTIVE }) { totalCount }
  }
`)

export const TokensDocument = graphql(`
  query Tokens($after: String) {
    apiTokens(first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id name role scopes createdAt expiresAt lastUsedAt }
    }
  }
`)

export const CreateToken = graphql(`
  mutation CreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenSuccess { apiToken { id name } token }
      ...ProblemFields
      ... on ValidationError { issues { path message } }
    }
  }
`)

export const RevokeToken = graphql(`
  mutation RevokeToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) {
      __typename
      ... on RevokeApiTokenSuccess { revokedApiTokenId }
      ...ProblemFields
    }
  }
`)

export const ClientFields = graphql(`
  fragment ClientFields on OAuthProvider {
    key
    callbackUrl
    components { id key title iconUrl }
    client { clientId source credentialCount updatedAt }
  }
`)

export const ProvidersDocument = graphql(`
  query Providers {
    oauthProviders { ...ClientFields }
  }
`)

export const SetClient = graphql(`
  mutation SetClient($input: SetOAuthClientInput!) {
    setOAuthClient(input: $input) {
      __typename
      ... on SetOAuthClientSuccess { provider { ...ClientFields } }
      ...ProblemFields
      ... on ValidationError { issues { path message } }
    }
  }
`)

export const DeleteClient = graphql(`
  mutation DeleteClient($input: DeleteOAuthClientInput!) {
    deleteOAuthClient(input: $input) {
      __typename
      ... on DeleteOAuthClientSuccess { provider { ...ClientFields } }
      ...ProblemFields
    }
  }
`)

export const SessionsDocument = graphql(`
  query Sessions {
    viewer {
      id
      sessions { id current createdAt lastSeenAt expiresAt userAgent address }
    }
  }
`)

export const RevokeSession = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      __typename
      ... on RevokeSessionSuccess { revokedSessionId }
      ...ProblemFields
    }
  }
`)
