/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n": typeof types.ProblemFieldsFragmentDoc,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  mutation AuthorizeCredential($input: AuthorizeCredentialInput!) {\n    authorizeCredential(input: $input) {\n      __typename\n      ... on AuthorizeCredentialSuccess { authorizationUrl }\n      ... on ValidationError { issues { path message } }\n      ... on OAuthError { reason }\n      ...ProblemFields\n    }\n  }\n": typeof types.AuthorizeCredentialDocument,
    "\n  mutation CompleteAuthorization($input: CompleteAuthorizationInput!) {\n    completeAuthorization(input: $input) {\n      __typename\n      ... on CompleteAuthorizationSuccess {\n        reauthorized\n        accountChanged\n        credential {\n          id\n          name\n          status\n          missingScopes\n          component { key }\n          connection { account { id name } }\n        }\n      }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on OAuthError { reason }\n      ...ProblemFields\n    }\n  }\n": typeof types.CompleteAuthorizationDocument,
    "\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n": typeof types.CredentialDocument,
    "\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n": typeof types.CredentialFlowsDocument,
    "\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n": typeof types.CredentialEventsDocument,
    "\n  mutation ImportComponent($input: ImportComponentInput!) {\n    importComponent(input: $input) {\n      __typename\n      ... on ImportComponentSuccess {\n        created\n        changed\n        warnings { pointer message }\n        component {\n          key\n          title\n          description\n          category\n          docsUrl\n          requiresCredential\n          authMethods { ...FieldSpecs }\n        }\n      }\n      ... on ValidationError { issues { path message } }\n      ... on DescriptorInvalidError { problems { pointer message } }\n      ... on ComponentBreakingChangeError {\n        changes { message }\n      }\n      ...ProblemFields\n    }\n  }\n": typeof types.ImportComponentDocument,
    "\n  mutation DeleteComponent($input: DeleteComponentInput!) {\n    deleteComponent(input: $input) {\n      __typename\n      ... on DeleteComponentSuccess { retired }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteComponentDocument,
    "\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    scopes\n    oauth {\n      callbackUrl\n      provider { key client { source } }\n    }\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      fetchesOptions\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n": typeof types.FieldSpecsFragmentDoc,
    "\n  fragment Connected on Credential {\n    grantedScopes\n    missingScopes\n    accessTokenExpiresAt\n    connection {\n      account { id name }\n      requestedScopes\n      renewable\n      renewedAt\n      problem { reason message at }\n    }\n  }\n": typeof types.ConnectedFragmentDoc,
    "\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    expiresAt\n    ...Connected\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n": typeof types.CredentialRowFragmentDoc,
    "\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n": typeof types.CatalogDocument,
    "\n  query Families($filter: ComponentCategoryFilter) {\n    componentCategories(filter: $filter) { category componentCount }\n  }\n": typeof types.FamiliesDocument,
    "\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      custom\n      retired\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n": typeof types.ComponentDocument,
    "\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": typeof types.CreateCredentialDocument,
    "\n  mutation FetchFieldOptions($input: FetchFieldOptionsInput!) {\n    fetchFieldOptions(input: $input) {\n      __typename\n      ... on FetchFieldOptionsSuccess { options { value label } }\n      ... on ValidationError { issues { message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n": typeof types.FetchFieldOptionsDocument,
    "\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": typeof types.UpdateCredentialDocument,
    "\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId revocation { outcome message } }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteCredentialDocument,
    "\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id name status }\n        verification { outcome reason message }\n      }\n      ...ProblemFields\n    }\n  }\n": typeof types.VerifyCredentialDocument,
    "\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n": typeof types.ReplaceCredentialDocument,
    "\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n": typeof types.OthersDocument,
    "\n  fragment JobFields on VerificationJob {\n    id\n    status\n    component { id }\n    total\n    done\n    accepted\n    rejected\n    unavailable\n    notVerifiable\n    skipped\n    waitsUntil\n  }\n": typeof types.JobFieldsFragmentDoc,
    "\n  query VerificationJob($id: ID!) {\n    verificationJob(id: $id) { ...JobFields }\n  }\n": typeof types.VerificationJobDocument,
    "\n  query VerificationJobs {\n    verificationJobs(first: 10) {\n      nodes { id status component { id } }\n    }\n  }\n": typeof types.VerificationJobsDocument,
    "\n  mutation VerifyCredentials($input: VerifyCredentialsInput!) {\n    verifyCredentials(input: $input) {\n      __typename\n      ... on VerifyCredentialsSuccess { job { ...JobFields } }\n      ...ProblemFields\n    }\n  }\n": typeof types.VerifyCredentialsDocument,
    "\n  mutation CancelVerificationJob($input: CancelVerificationJobInput!) {\n    cancelVerificationJob(input: $input) {\n      __typename\n      ... on CancelVerificationJobSuccess { job { ...JobFields } }\n      ...ProblemFields\n    }\n  }\n": typeof types.CancelVerificationJobDocument,
    "\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n": typeof types.FlowFieldsFragmentDoc,
    "\n  query Flows($search: String, $after: String) {\n    flows(first: 20, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { ...FlowFields }\n    }\n  }\n": typeof types.FlowsDocument,
    "\n  query Flow($id: ID!) {\n    flow(id: $id) { ...FlowFields }\n  }\n": typeof types.FlowDocument,
    "\n  query StepComponent($id: ID!, $after: String) {\n    component(id: $id) {\n      id\n      key\n      title\n      description\n      docsUrl\n      requiresCredential\n      authMethods { ...FieldSpecs }\n      credentials(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes {\n          id\n          name\n          status\n          lastVerification { outcome reason message checkedAt }\n        }\n      }\n    }\n  }\n": typeof types.StepComponentDocument,
    "\n  mutation CreateFlow($input: CreateFlowInput!) {\n    createFlow(input: $input) {\n      __typename\n      ... on CreateFlowSuccess { flow { ...FlowFields } }\n      ...ProblemFields\n    }\n  }\n": typeof types.CreateFlowDocument,
    "\n  mutation UpdateFlow($input: UpdateFlowInput!) {\n    updateFlow(input: $input) {\n      __typename\n      ... on UpdateFlowSuccess { flow { ...FlowFields } }\n      ... on ValidationError { issues { path message } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n": typeof types.UpdateFlowDocument,
    "\n  mutation ActivateFlow($input: ActivateFlowInput!) {\n    activateFlow(input: $input) {\n      __typename\n      ... on ActivateFlowSuccess { flow { ...FlowFields } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n": typeof types.ActivateFlowDocument,
    "\n  mutation DeactivateFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { ...FlowFields } }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeactivateFlowDocument,
    "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteFlowDocument,
    "\n  mutation LinkCredential($input: LinkCredentialInput!) {\n    linkCredential(input: $input) {\n      __typename\n      ... on LinkCredentialSuccess { flow { ...FlowFields } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n": typeof types.LinkCredentialDocument,
    "\n  fragment HealthRow on Credential {\n    id\n    name\n    status\n    component { id key title iconUrl }\n    authMethod { key verifiable }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    expiresAt\n    accessTokenExpiresAt\n    missingScopes\n    connection {\n      account { id name }\n      renewable\n      problem { reason message at }\n    }\n  }\n": typeof types.HealthRowFragmentDoc,
    "\n  query Health($soon: DateTime!) {\n    verified: credentials(first: 1, filter: { status: [VERIFIED] }) { totalCount }\n    unverified: credentials(first: 1, filter: { status: [UNVERIFIED] }) { totalCount }\n    rejected: credentials(first: 1, filter: { status: [REJECTED] }) { totalCount }\n    disconnected: credentials(first: 1, filter: { status: [NEEDS_REAUTHORIZATION] }) { totalCount }\n    expired: credentials(first: 1, filter: { status: [EXPIRED] }) { totalCount }\n    attention: credentials(first: 100, filter: { status: [REJECTED, NEEDS_REAUTHORIZATION, EXPIRED, UNVERIFIED] }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n    ending: credentials(first: 100, filter: { expiresBefore: $soon, status: [VERIFIED, UNVERIFIED, REJECTED, NEEDS_REAUTHORIZATION] }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n    unused: credentials(first: 100, filter: { unused: true }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n  }\n": typeof types.HealthDocument,
    "\n  mutation DeleteCredentials($input: DeleteCredentialsInput!) {\n    deleteCredentials(input: $input) {\n      __typename\n      ... on DeleteCredentialsSuccess {\n        deletedCredentialIds\n        revocations { credentialId revocation { outcome } }\n      }\n      ... on CredentialsInUseError {\n        blocked {\n          credential { id name }\n          activeFlowCount\n          activeFlows(first: 20) { nodes { id name } }\n        }\n      }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteCredentialsDocument,
    "\n  query Members($after: String) {\n    members(first: 100, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { id name email role byRule createdAt }\n    }\n  }\n": typeof types.MembersDocument,
    "\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) {\n      __typename\n      ... on UpdateMemberSuccess { member { id name role byRule } }\n      ...ProblemFields\n    }\n  }\n": typeof types.UpdateMemberDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ... on RemoveMemberSuccess { removedMemberId }\n      ...ProblemFields\n    }\n  }\n": typeof types.RemoveMemberDocument,
    "\n  query Invitations($after: String) {\n    invitations(first: 100, after: $after) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id role note invitedBy createdAt expiresAt }\n    }\n  }\n": typeof types.InvitationsDocument,
    "\n  mutation CreateInvitation($input: CreateInvitationInput!) {\n    createInvitation(input: $input) {\n      __typename\n      ... on CreateInvitationSuccess { invitation { id } link }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.CreateInvitationDocument,
    "\n  mutation RevokeInvitation($input: RevokeInvitationInput!) {\n    revokeInvitation(input: $input) {\n      __typename\n      ... on RevokeInvitationSuccess { revokedInvitationId }\n      ...ProblemFields\n    }\n  }\n": typeof types.RevokeInvitationDocument,
    "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspaceSuccess { workspace { id } }\n      ...ProblemFields\n    }\n  }\n": typeof types.CreateWorkspaceDocument,
    "\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspaceSuccess { workspace { id name } }\n      ...ProblemFields\n    }\n  }\n": typeof types.UpdateWorkspaceDocument,
    "\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspaceSuccess { deletedWorkspaceId }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.DeleteWorkspaceDocument,
    "\n  query ActiveFlows {\n    flows(first: 1, filter: { status: ACTIVE }) { totalCount }\n  }\n": typeof types.ActiveFlowsDocument,
    "\n  query Tokens($after: String) {\n    apiTokens(first: 100, after: $after) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id name role scopes createdAt expiresAt lastUsedAt }\n    }\n  }\n": typeof types.TokensDocument,
    "\n  mutation CreateToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      __typename\n      ... on CreateApiTokenSuccess { apiToken { id name } token }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.CreateTokenDocument,
    "\n  mutation RevokeToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) {\n      __typename\n      ... on RevokeApiTokenSuccess { revokedApiTokenId }\n      ...ProblemFields\n    }\n  }\n": typeof types.RevokeTokenDocument,
    "\n  fragment ClientFields on OAuthProvider {\n    key\n    callbackUrl\n    components { id key title iconUrl }\n    client { clientId source credentialCount updatedAt }\n  }\n": typeof types.ClientFieldsFragmentDoc,
    "\n  query Providers {\n    oauthProviders { ...ClientFields }\n  }\n": typeof types.ProvidersDocument,
    "\n  mutation SetClient($input: SetOAuthClientInput!) {\n    setOAuthClient(input: $input) {\n      __typename\n      ... on SetOAuthClientSuccess { provider { ...ClientFields } }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": typeof types.SetClientDocument,
    "\n  mutation DeleteClient($input: DeleteOAuthClientInput!) {\n    deleteOAuthClient(input: $input) {\n      __typename\n      ... on DeleteOAuthClientSuccess { provider { ...ClientFields } }\n      ...ProblemFields\n    }\n  }\n": typeof types.DeleteClientDocument,
    "\n  query Sessions {\n    viewer {\n      id\n      sessions { id current createdAt lastSeenAt expiresAt userAgent address }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      __typename\n      ... on RevokeSessionSuccess { revokedSessionId }\n      ...ProblemFields\n    }\n  }\n": typeof types.RevokeSessionDocument,
};
const documents: Documents = {
    "\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n": types.ProblemFieldsFragmentDoc,
    "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n": types.ViewerDocument,
    "\n  mutation AuthorizeCredential($input: AuthorizeCredentialInput!) {\n    authorizeCredential(input: $input) {\n      __typename\n      ... on AuthorizeCredentialSuccess { authorizationUrl }\n      ... on ValidationError { issues { path message } }\n      ... on OAuthError { reason }\n      ...ProblemFields\n    }\n  }\n": types.AuthorizeCredentialDocument,
    "\n  mutation CompleteAuthorization($input: CompleteAuthorizationInput!) {\n    completeAuthorization(input: $input) {\n      __typename\n      ... on CompleteAuthorizationSuccess {\n        reauthorized\n        accountChanged\n        credential {\n          id\n          name\n          status\n          missingScopes\n          component { key }\n          connection { account { id name } }\n        }\n      }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on OAuthError { reason }\n      ...ProblemFields\n    }\n  }\n": types.CompleteAuthorizationDocument,
    "\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n": types.CredentialDocument,
    "\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n": types.CredentialFlowsDocument,
    "\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n": types.CredentialEventsDocument,
    "\n  mutation ImportComponent($input: ImportComponentInput!) {\n    importComponent(input: $input) {\n      __typename\n      ... on ImportComponentSuccess {\n        created\n        changed\n        warnings { pointer message }\n        component {\n          key\n          title\n          description\n          category\n          docsUrl\n          requiresCredential\n          authMethods { ...FieldSpecs }\n        }\n      }\n      ... on ValidationError { issues { path message } }\n      ... on DescriptorInvalidError { problems { pointer message } }\n      ... on ComponentBreakingChangeError {\n        changes { message }\n      }\n      ...ProblemFields\n    }\n  }\n": types.ImportComponentDocument,
    "\n  mutation DeleteComponent($input: DeleteComponentInput!) {\n    deleteComponent(input: $input) {\n      __typename\n      ... on DeleteComponentSuccess { retired }\n      ...ProblemFields\n    }\n  }\n": types.DeleteComponentDocument,
    "\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    scopes\n    oauth {\n      callbackUrl\n      provider { key client { source } }\n    }\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      fetchesOptions\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n": types.FieldSpecsFragmentDoc,
    "\n  fragment Connected on Credential {\n    grantedScopes\n    missingScopes\n    accessTokenExpiresAt\n    connection {\n      account { id name }\n      requestedScopes\n      renewable\n      renewedAt\n      problem { reason message at }\n    }\n  }\n": types.ConnectedFragmentDoc,
    "\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    expiresAt\n    ...Connected\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n": types.CredentialRowFragmentDoc,
    "\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n": types.CatalogDocument,
    "\n  query Families($filter: ComponentCategoryFilter) {\n    componentCategories(filter: $filter) { category componentCount }\n  }\n": types.FamiliesDocument,
    "\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      custom\n      retired\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n": types.ComponentDocument,
    "\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": types.CreateCredentialDocument,
    "\n  mutation FetchFieldOptions($input: FetchFieldOptionsInput!) {\n    fetchFieldOptions(input: $input) {\n      __typename\n      ... on FetchFieldOptionsSuccess { options { value label } }\n      ... on ValidationError { issues { message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n": types.FetchFieldOptionsDocument,
    "\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n": types.UpdateCredentialDocument,
    "\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId revocation { outcome message } }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n": types.DeleteCredentialDocument,
    "\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id name status }\n        verification { outcome reason message }\n      }\n      ...ProblemFields\n    }\n  }\n": types.VerifyCredentialDocument,
    "\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n": types.ReplaceCredentialDocument,
    "\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n": types.OthersDocument,
    "\n  fragment JobFields on VerificationJob {\n    id\n    status\n    component { id }\n    total\n    done\n    accepted\n    rejected\n    unavailable\n    notVerifiable\n    skipped\n    waitsUntil\n  }\n": types.JobFieldsFragmentDoc,
    "\n  query VerificationJob($id: ID!) {\n    verificationJob(id: $id) { ...JobFields }\n  }\n": types.VerificationJobDocument,
    "\n  query VerificationJobs {\n    verificationJobs(first: 10) {\n      nodes { id status component { id } }\n    }\n  }\n": types.VerificationJobsDocument,
    "\n  mutation VerifyCredentials($input: VerifyCredentialsInput!) {\n    verifyCredentials(input: $input) {\n      __typename\n      ... on VerifyCredentialsSuccess { job { ...JobFields } }\n      ...ProblemFields\n    }\n  }\n": types.VerifyCredentialsDocument,
    "\n  mutation CancelVerificationJob($input: CancelVerificationJobInput!) {\n    cancelVerificationJob(input: $input) {\n      __typename\n      ... on CancelVerificationJobSuccess { job { ...JobFields } }\n      ...ProblemFields\n    }\n  }\n": types.CancelVerificationJobDocument,
    "\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n": types.FlowFieldsFragmentDoc,
    "\n  query Flows($search: String, $after: String) {\n    flows(first: 20, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { ...FlowFields }\n    }\n  }\n": types.FlowsDocument,
    "\n  query Flow($id: ID!) {\n    flow(id: $id) { ...FlowFields }\n  }\n": types.FlowDocument,
    "\n  query StepComponent($id: ID!, $after: String) {\n    component(id: $id) {\n      id\n      key\n      title\n      description\n      docsUrl\n      requiresCredential\n      authMethods { ...FieldSpecs }\n      credentials(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes {\n          id\n          name\n          status\n          lastVerification { outcome reason message checkedAt }\n        }\n      }\n    }\n  }\n": types.StepComponentDocument,
    "\n  mutation CreateFlow($input: CreateFlowInput!) {\n    createFlow(input: $input) {\n      __typename\n      ... on CreateFlowSuccess { flow { ...FlowFields } }\n      ...ProblemFields\n    }\n  }\n": types.CreateFlowDocument,
    "\n  mutation UpdateFlow($input: UpdateFlowInput!) {\n    updateFlow(input: $input) {\n      __typename\n      ... on UpdateFlowSuccess { flow { ...FlowFields } }\n      ... on ValidationError { issues { path message } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n": types.UpdateFlowDocument,
    "\n  mutation ActivateFlow($input: ActivateFlowInput!) {\n    activateFlow(input: $input) {\n      __typename\n      ... on ActivateFlowSuccess { flow { ...FlowFields } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n": types.ActivateFlowDocument,
    "\n  mutation DeactivateFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { ...FlowFields } }\n      ...ProblemFields\n    }\n  }\n": types.DeactivateFlowDocument,
    "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n": types.DeleteFlowDocument,
    "\n  mutation LinkCredential($input: LinkCredentialInput!) {\n    linkCredential(input: $input) {\n      __typename\n      ... on LinkCredentialSuccess { flow { ...FlowFields } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n": types.LinkCredentialDocument,
    "\n  fragment HealthRow on Credential {\n    id\n    name\n    status\n    component { id key title iconUrl }\n    authMethod { key verifiable }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    expiresAt\n    accessTokenExpiresAt\n    missingScopes\n    connection {\n      account { id name }\n      renewable\n      problem { reason message at }\n    }\n  }\n": types.HealthRowFragmentDoc,
    "\n  query Health($soon: DateTime!) {\n    verified: credentials(first: 1, filter: { status: [VERIFIED] }) { totalCount }\n    unverified: credentials(first: 1, filter: { status: [UNVERIFIED] }) { totalCount }\n    rejected: credentials(first: 1, filter: { status: [REJECTED] }) { totalCount }\n    disconnected: credentials(first: 1, filter: { status: [NEEDS_REAUTHORIZATION] }) { totalCount }\n    expired: credentials(first: 1, filter: { status: [EXPIRED] }) { totalCount }\n    attention: credentials(first: 100, filter: { status: [REJECTED, NEEDS_REAUTHORIZATION, EXPIRED, UNVERIFIED] }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n    ending: credentials(first: 100, filter: { expiresBefore: $soon, status: [VERIFIED, UNVERIFIED, REJECTED, NEEDS_REAUTHORIZATION] }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n    unused: credentials(first: 100, filter: { unused: true }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n  }\n": types.HealthDocument,
    "\n  mutation DeleteCredentials($input: DeleteCredentialsInput!) {\n    deleteCredentials(input: $input) {\n      __typename\n      ... on DeleteCredentialsSuccess {\n        deletedCredentialIds\n        revocations { credentialId revocation { outcome } }\n      }\n      ... on CredentialsInUseError {\n        blocked {\n          credential { id name }\n          activeFlowCount\n          activeFlows(first: 20) { nodes { id name } }\n        }\n      }\n      ...ProblemFields\n    }\n  }\n": types.DeleteCredentialsDocument,
    "\n  query Members($after: String) {\n    members(first: 100, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { id name email role byRule createdAt }\n    }\n  }\n": types.MembersDocument,
    "\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) {\n      __typename\n      ... on UpdateMemberSuccess { member { id name role byRule } }\n      ...ProblemFields\n    }\n  }\n": types.UpdateMemberDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ... on RemoveMemberSuccess { removedMemberId }\n      ...ProblemFields\n    }\n  }\n": types.RemoveMemberDocument,
    "\n  query Invitations($after: String) {\n    invitations(first: 100, after: $after) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id role note invitedBy createdAt expiresAt }\n    }\n  }\n": types.InvitationsDocument,
    "\n  mutation CreateInvitation($input: CreateInvitationInput!) {\n    createInvitation(input: $input) {\n      __typename\n      ... on CreateInvitationSuccess { invitation { id } link }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.CreateInvitationDocument,
    "\n  mutation RevokeInvitation($input: RevokeInvitationInput!) {\n    revokeInvitation(input: $input) {\n      __typename\n      ... on RevokeInvitationSuccess { revokedInvitationId }\n      ...ProblemFields\n    }\n  }\n": types.RevokeInvitationDocument,
    "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspaceSuccess { workspace { id } }\n      ...ProblemFields\n    }\n  }\n": types.CreateWorkspaceDocument,
    "\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspaceSuccess { workspace { id name } }\n      ...ProblemFields\n    }\n  }\n": types.UpdateWorkspaceDocument,
    "\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspaceSuccess { deletedWorkspaceId }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.DeleteWorkspaceDocument,
    "\n  query ActiveFlows {\n    flows(first: 1, filter: { status: ACTIVE }) { totalCount }\n  }\n": types.ActiveFlowsDocument,
    "\n  query Tokens($after: String) {\n    apiTokens(first: 100, after: $after) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id name role scopes createdAt expiresAt lastUsedAt }\n    }\n  }\n": types.TokensDocument,
    "\n  mutation CreateToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      __typename\n      ... on CreateApiTokenSuccess { apiToken { id name } token }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.CreateTokenDocument,
    "\n  mutation RevokeToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) {\n      __typename\n      ... on RevokeApiTokenSuccess { revokedApiTokenId }\n      ...ProblemFields\n    }\n  }\n": types.RevokeTokenDocument,
    "\n  fragment ClientFields on OAuthProvider {\n    key\n    callbackUrl\n    components { id key title iconUrl }\n    client { clientId source credentialCount updatedAt }\n  }\n": types.ClientFieldsFragmentDoc,
    "\n  query Providers {\n    oauthProviders { ...ClientFields }\n  }\n": types.ProvidersDocument,
    "\n  mutation SetClient($input: SetOAuthClientInput!) {\n    setOAuthClient(input: $input) {\n      __typename\n      ... on SetOAuthClientSuccess { provider { ...ClientFields } }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n": types.SetClientDocument,
    "\n  mutation DeleteClient($input: DeleteOAuthClientInput!) {\n    deleteOAuthClient(input: $input) {\n      __typename\n      ... on DeleteOAuthClientSuccess { provider { ...ClientFields } }\n      ...ProblemFields\n    }\n  }\n": types.DeleteClientDocument,
    "\n  query Sessions {\n    viewer {\n      id\n      sessions { id current createdAt lastSeenAt expiresAt userAgent address }\n    }\n  }\n": types.SessionsDocument,
    "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      __typename\n      ... on RevokeSessionSuccess { revokedSessionId }\n      ...ProblemFields\n    }\n  }\n": types.RevokeSessionDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ProblemFields on Error {\n    __typename\n    code\n    message\n    path\n  }\n"): typeof import('./graphql.ts').ProblemFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      id\n      name\n      role\n      workspace { id name }\n      workspaces { id name }\n    }\n  }\n"): typeof import('./graphql.ts').ViewerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AuthorizeCredential($input: AuthorizeCredentialInput!) {\n    authorizeCredential(input: $input) {\n      __typename\n      ... on AuthorizeCredentialSuccess { authorizationUrl }\n      ... on ValidationError { issues { path message } }\n      ... on OAuthError { reason }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').AuthorizeCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CompleteAuthorization($input: CompleteAuthorizationInput!) {\n    completeAuthorization(input: $input) {\n      __typename\n      ... on CompleteAuthorizationSuccess {\n        reauthorized\n        accountChanged\n        credential {\n          id\n          name\n          status\n          missingScopes\n          component { key }\n          connection { account { id name } }\n        }\n      }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on OAuthError { reason }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').CompleteAuthorizationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Credential($id: ID!) {\n    credential(id: $id) {\n      ...CredentialRow\n      fields { label secret }\n      component { id key title iconUrl authMethods { ...FieldSpecs } }\n      tags\n      createdAt\n      updatedAt\n      verifications(first: 50) { outcome reason message checkedAt durationMs }\n    }\n  }\n"): typeof import('./graphql.ts').CredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CredentialFlows($id: ID!, $after: String) {\n    credential(id: $id) {\n      id\n      flows(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { id name status }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CredentialFlowsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CredentialEvents($id: ID!, $after: String) {\n    auditEvents(first: 20, after: $after, filter: { targetId: $id }) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        at\n        action\n        outcome\n        actor { kind id name }\n        relatedId\n        detail\n        address\n      }\n    }\n  }\n"): typeof import('./graphql.ts').CredentialEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ImportComponent($input: ImportComponentInput!) {\n    importComponent(input: $input) {\n      __typename\n      ... on ImportComponentSuccess {\n        created\n        changed\n        warnings { pointer message }\n        component {\n          key\n          title\n          description\n          category\n          docsUrl\n          requiresCredential\n          authMethods { ...FieldSpecs }\n        }\n      }\n      ... on ValidationError { issues { path message } }\n      ... on DescriptorInvalidError { problems { pointer message } }\n      ... on ComponentBreakingChangeError {\n        changes { message }\n      }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').ImportComponentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteComponent($input: DeleteComponentInput!) {\n    deleteComponent(input: $input) {\n      __typename\n      ... on DeleteComponentSuccess { retired }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').DeleteComponentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FieldSpecs on AuthMethod {\n    key\n    title\n    kind\n    verifiable\n    scopes\n    oauth {\n      callbackUrl\n      provider { key client { source } }\n    }\n    fields {\n      key\n      label\n      view\n      required\n      secret\n      placeholder\n      note\n      helpUrl\n      options { value label }\n      fetchesOptions\n      pattern\n      patternMessage\n      group\n      visibleWhen { field oneOf }\n      defaultValue\n      destination\n    }\n  }\n"): typeof import('./graphql.ts').FieldSpecsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Connected on Credential {\n    grantedScopes\n    missingScopes\n    accessTokenExpiresAt\n    connection {\n      account { id name }\n      requestedScopes\n      renewable\n      renewedAt\n      problem { reason message at }\n    }\n  }\n"): typeof import('./graphql.ts').ConnectedFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment CredentialRow on Credential {\n    id\n    version\n    name\n    status\n    fields { key isSet value values hint }\n    authMethod { ...FieldSpecs }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    expiresAt\n    ...Connected\n    activeFlowCount\n    flows(first: 3) {\n      totalCount\n      nodes { id name status }\n    }\n  }\n"): typeof import('./graphql.ts').CredentialRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Catalog($filter: ComponentFilter, $after: String) {\n    components(first: 100, after: $after, filter: $filter) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id key title description category iconUrl requiresCredential credentialCount }\n    }\n  }\n"): typeof import('./graphql.ts').CatalogDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Families($filter: ComponentCategoryFilter) {\n    componentCategories(filter: $filter) { category componentCount }\n  }\n"): typeof import('./graphql.ts').FamiliesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Component($key: String!, $after: String) {\n    component(key: $key) {\n      id\n      key\n      title\n      description\n      docsUrl\n      iconUrl\n      requiresCredential\n      custom\n      retired\n      credentialCount\n      authMethods { ...FieldSpecs }\n      credentials(first: 50, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes { ...CredentialRow }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ComponentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateCredential($input: CreateCredentialInput!) {\n    createCredential(input: $input) {\n      __typename\n      ... on CreateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').CreateCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation FetchFieldOptions($input: FetchFieldOptionsInput!) {\n    fetchFieldOptions(input: $input) {\n      __typename\n      ... on FetchFieldOptionsSuccess { options { value label } }\n      ... on ValidationError { issues { message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').FetchFieldOptionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateCredential($input: UpdateCredentialInput!) {\n    updateCredential(input: $input) {\n      __typename\n      ... on UpdateCredentialSuccess { credential { id name status } }\n      ... on ValidationError { issues { path message } }\n      ... on VerificationFailedError { verification { outcome reason message } }\n      ... on ConflictError { currentVersion }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').UpdateCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteCredential($input: DeleteCredentialInput!) {\n    deleteCredential(input: $input) {\n      __typename\n      ... on DeleteCredentialSuccess { deletedCredentialId revocation { outcome message } }\n      ... on CredentialInUseError {\n        activeFlowCount\n        activeFlows(first: 100) { nodes { id name } }\n      }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').DeleteCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyCredential($input: VerifyCredentialInput!) {\n    verifyCredential(input: $input) {\n      __typename\n      ... on VerifyCredentialSuccess {\n        credential { id name status }\n        verification { outcome reason message }\n      }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').VerifyCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplaceCredential($input: ReplaceCredentialInput!) {\n    replaceCredential(input: $input) {\n      __typename\n      ... on ReplaceCredentialSuccess { flowCount }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').ReplaceCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Others($componentId: ID!) {\n    credentials(first: 100, filter: { componentId: $componentId }) {\n      nodes { id name status }\n    }\n  }\n"): typeof import('./graphql.ts').OthersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment JobFields on VerificationJob {\n    id\n    status\n    component { id }\n    total\n    done\n    accepted\n    rejected\n    unavailable\n    notVerifiable\n    skipped\n    waitsUntil\n  }\n"): typeof import('./graphql.ts').JobFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VerificationJob($id: ID!) {\n    verificationJob(id: $id) { ...JobFields }\n  }\n"): typeof import('./graphql.ts').VerificationJobDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VerificationJobs {\n    verificationJobs(first: 10) {\n      nodes { id status component { id } }\n    }\n  }\n"): typeof import('./graphql.ts').VerificationJobsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation VerifyCredentials($input: VerifyCredentialsInput!) {\n    verifyCredentials(input: $input) {\n      __typename\n      ... on VerifyCredentialsSuccess { job { ...JobFields } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').VerifyCredentialsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelVerificationJob($input: CancelVerificationJobInput!) {\n    cancelVerificationJob(input: $input) {\n      __typename\n      ... on CancelVerificationJobSuccess { job { ...JobFields } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').CancelVerificationJobDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment FlowFields on Flow {\n    id\n    version\n    name\n    status\n    updatedAt\n    steps {\n      key\n      position\n      function\n      component { id key title iconUrl requiresCredential }\n      credential { id name status }\n    }\n    problems { stepKey kind message }\n  }\n"): typeof import('./graphql.ts').FlowFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Flows($search: String, $after: String) {\n    flows(first: 20, after: $after, filter: { search: $search }) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { ...FlowFields }\n    }\n  }\n"): typeof import('./graphql.ts').FlowsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Flow($id: ID!) {\n    flow(id: $id) { ...FlowFields }\n  }\n"): typeof import('./graphql.ts').FlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query StepComponent($id: ID!, $after: String) {\n    component(id: $id) {\n      id\n      key\n      title\n      description\n      docsUrl\n      requiresCredential\n      authMethods { ...FieldSpecs }\n      credentials(first: 20, after: $after) {\n        totalCount\n        pageInfo { hasNextPage endCursor }\n        nodes {\n          id\n          name\n          status\n          lastVerification { outcome reason message checkedAt }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').StepComponentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateFlow($input: CreateFlowInput!) {\n    createFlow(input: $input) {\n      __typename\n      ... on CreateFlowSuccess { flow { ...FlowFields } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').CreateFlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateFlow($input: UpdateFlowInput!) {\n    updateFlow(input: $input) {\n      __typename\n      ... on UpdateFlowSuccess { flow { ...FlowFields } }\n      ... on ValidationError { issues { path message } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').UpdateFlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ActivateFlow($input: ActivateFlowInput!) {\n    activateFlow(input: $input) {\n      __typename\n      ... on ActivateFlowSuccess { flow { ...FlowFields } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').ActivateFlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeactivateFlow($input: DeactivateFlowInput!) {\n    deactivateFlow(input: $input) {\n      __typename\n      ... on DeactivateFlowSuccess { flow { ...FlowFields } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').DeactivateFlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteFlow($input: DeleteFlowInput!) {\n    deleteFlow(input: $input) {\n      __typename\n      ... on DeleteFlowSuccess { deletedFlowId }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').DeleteFlowDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LinkCredential($input: LinkCredentialInput!) {\n    linkCredential(input: $input) {\n      __typename\n      ... on LinkCredentialSuccess { flow { ...FlowFields } }\n      ... on FlowNotActivatableError { problems { stepKey kind message } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').LinkCredentialDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HealthRow on Credential {\n    id\n    name\n    status\n    component { id key title iconUrl }\n    authMethod { key verifiable }\n    lastVerification { outcome reason message checkedAt }\n    lastUsedAt\n    expiresAt\n    accessTokenExpiresAt\n    missingScopes\n    connection {\n      account { id name }\n      renewable\n      problem { reason message at }\n    }\n  }\n"): typeof import('./graphql.ts').HealthRowFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Health($soon: DateTime!) {\n    verified: credentials(first: 1, filter: { status: [VERIFIED] }) { totalCount }\n    unverified: credentials(first: 1, filter: { status: [UNVERIFIED] }) { totalCount }\n    rejected: credentials(first: 1, filter: { status: [REJECTED] }) { totalCount }\n    disconnected: credentials(first: 1, filter: { status: [NEEDS_REAUTHORIZATION] }) { totalCount }\n    expired: credentials(first: 1, filter: { status: [EXPIRED] }) { totalCount }\n    attention: credentials(first: 100, filter: { status: [REJECTED, NEEDS_REAUTHORIZATION, EXPIRED, UNVERIFIED] }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n    ending: credentials(first: 100, filter: { expiresBefore: $soon, status: [VERIFIED, UNVERIFIED, REJECTED, NEEDS_REAUTHORIZATION] }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n    unused: credentials(first: 100, filter: { unused: true }) {\n      totalCount\n      nodes { ...HealthRow }\n    }\n  }\n"): typeof import('./graphql.ts').HealthDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteCredentials($input: DeleteCredentialsInput!) {\n    deleteCredentials(input: $input) {\n      __typename\n      ... on DeleteCredentialsSuccess {\n        deletedCredentialIds\n        revocations { credentialId revocation { outcome } }\n      }\n      ... on CredentialsInUseError {\n        blocked {\n          credential { id name }\n          activeFlowCount\n          activeFlows(first: 20) { nodes { id name } }\n        }\n      }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').DeleteCredentialsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Members($after: String) {\n    members(first: 100, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { id name email role byRule createdAt }\n    }\n  }\n"): typeof import('./graphql.ts').MembersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) {\n      __typename\n      ... on UpdateMemberSuccess { member { id name role byRule } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').UpdateMemberDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ... on RemoveMemberSuccess { removedMemberId }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').RemoveMemberDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Invitations($after: String) {\n    invitations(first: 100, after: $after) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id role note invitedBy createdAt expiresAt }\n    }\n  }\n"): typeof import('./graphql.ts').InvitationsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateInvitation($input: CreateInvitationInput!) {\n    createInvitation(input: $input) {\n      __typename\n      ... on CreateInvitationSuccess { invitation { id } link }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql.ts').CreateInvitationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeInvitation($input: RevokeInvitationInput!) {\n    revokeInvitation(input: $input) {\n      __typename\n      ... on RevokeInvitationSuccess { revokedInvitationId }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').RevokeInvitationDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspaceSuccess { workspace { id } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').CreateWorkspaceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspaceSuccess { workspace { id name } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').UpdateWorkspaceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspaceSuccess { deletedWorkspaceId }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql.ts').DeleteWorkspaceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ActiveFlows {\n    flows(first: 1, filter: { status: ACTIVE }) { totalCount }\n  }\n"): typeof import('./graphql.ts').ActiveFlowsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Tokens($after: String) {\n    apiTokens(first: 100, after: $after) {\n      totalCount\n      pageInfo { hasNextPage endCursor }\n      nodes { id name role scopes createdAt expiresAt lastUsedAt }\n    }\n  }\n"): typeof import('./graphql.ts').TokensDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) {\n      __typename\n      ... on CreateApiTokenSuccess { apiToken { id name } token }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql.ts').CreateTokenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) {\n      __typename\n      ... on RevokeApiTokenSuccess { revokedApiTokenId }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').RevokeTokenDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ClientFields on OAuthProvider {\n    key\n    callbackUrl\n    components { id key title iconUrl }\n    client { clientId source credentialCount updatedAt }\n  }\n"): typeof import('./graphql.ts').ClientFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Providers {\n    oauthProviders { ...ClientFields }\n  }\n"): typeof import('./graphql.ts').ProvidersDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetClient($input: SetOAuthClientInput!) {\n    setOAuthClient(input: $input) {\n      __typename\n      ... on SetOAuthClientSuccess { provider { ...ClientFields } }\n      ...ProblemFields\n      ... on ValidationError { issues { path message } }\n    }\n  }\n"): typeof import('./graphql.ts').SetClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteClient($input: DeleteOAuthClientInput!) {\n    deleteOAuthClient(input: $input) {\n      __typename\n      ... on DeleteOAuthClientSuccess { provider { ...ClientFields } }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').DeleteClientDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions {\n    viewer {\n      id\n      sessions { id current createdAt lastSeenAt expiresAt userAgent address }\n    }\n  }\n"): typeof import('./graphql.ts').SessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeSession($input: RevokeSessionInput!) {\n    revokeSession(input: $input) {\n      __typename\n      ... on RevokeSessionSuccess { revokedSessionId }\n      ...ProblemFields\n    }\n  }\n"): typeof import('./graphql.ts').RevokeSessionDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
