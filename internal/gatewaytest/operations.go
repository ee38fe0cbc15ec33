package gatewaytest

import "testing"

// Operations that most tests need; each asks for what any of them looks at.
const (
	CreateCredential = `mutation($input: CreateCredentialInput!) { createCredential(input: $input) { __typename ` +
		`... on Error { code message path } ... on ValidationError { issues { path message } }
		... on VerificationFailedError { verification { outcome reason message } }
		... on ComponentMismatchError { expected { key } actual { key } }
		... on CreateCredentialSuccess { credential { id version name status tags component { key } authMethod { key }
			fields { key secret isSet value values hint } lastVerification { outcome reason } activeFlowCount } } } }`
	UpdateCredential = `mutation($input: UpdateCredentialInput!) { updateCredential(input: $input) { __typename ` +
		`... on Error { code message path } ... on ValidationError { issues { path message } }
		... on VerificationFailedError { verification { outcome reason message } } ... on ConflictError { currentVersion }
		... on UpdateCredentialSuccess { credential { id version name status tags fields { key isSet value hint } verifications { outcome } } } } }`
	DeleteCredential = `mutation($input: DeleteCredentialInput!) { deleteCredential(input: $input) { __typename ` +
		`... on Error { code message path } ... on ConflictError { currentVersion }
		... on CredentialInUseError { activeFlowCount activeFlows { nodes { id name } totalCount pageInfo { hasNextPage endCursor } } }
		... on DeleteCredentialSuccess { deletedCredentialId } } }`
	DeleteCredentials = `mutation($input: DeleteCredentialsInput!) { deleteCredentials(input: $input) { __typename ... on Error { code message path }
		... on ValidationError { issues { path message } } ... on CredentialsInUseError { blocked { credential { id name activeFlowCount } activeFlowCount
			activeFlows { nodes { id name } totalCount pageInfo { hasNextPage endCursor } } } } ... on DeleteCredentialsSuccess { deletedCredentialIds } } }`
	VerifyCredential = `mutation($input: VerifyCredentialInput!) { verifyCredential(input: $input) { __typename ... on Error { code message path }
		... on VerifyCredentialSuccess { credential { id status version } verification { outcome reason message } } } }`
	VerifyCredentials = `mutation($input: VerifyCredentialsInput!) { verifyCredentials(input: $input) { __typename ... on Error { code message path }
		... on ValidationError { issues { path message } } ... on RateLimitedError { retryAfterMs } ... on VerifyCredentialsSuccess { job { ` + jobFields + ` } } } }`
	ImportComponent = `mutation($input: ImportComponentInput!) { importComponent(input: $input) { __typename ... on Error { code message path } ... on ValidationError { issues { path message } }
		... on DescriptorInvalidError { problems { pointer message } } ... on ComponentBreakingChangeError { changes { kind method field message } credentialCount credentials { id name } }
		... on ImportComponentSuccess { created changed warnings { pointer message } component { id key version custom retired title category requiresCredential iconUrl credentialCount
			authMethods { key kind verifiable fields { key label secret required } } } } } }`
	DeleteComponent       = `mutation($input: DeleteComponentInput!) { deleteComponent(input: $input) { __typename ... on Error { code message path } ... on DeleteComponentSuccess { deletedComponentId retired } } }`
	CancelVerificationJob = `mutation($input: CancelVerificationJobInput!) { cancelVerificationJob(input: $input) { __typename ... on Error { code message path }
		... on CancelVerificationJobSuccess { job { ` + jobFields + ` } } } }`
	VerificationJob = `query($id: ID!) { verificationJob(id: $id) { ` + jobFields + ` } }`
	CheckCredential = `mutation($input: CheckCredentialInput!) { checkCredential(input: $input) { __typename ... on Error { code message path }
		... on ValidationError { issues { path message } } ... on CheckCredentialSuccess { verification { outcome reason message } } } }`
	ReplaceCredential = `mutation($input: ReplaceCredentialInput!) { replaceCredential(input: $input) { __typename ... on Error { code message path }
		... on ReplaceCredentialSuccess { flowCount flows { id name } } } }`
	DeleteFlow     = `mutation($input: DeleteFlowInput!) { deleteFlow(input: $input) { __typename ... on Error { code message path } ... on DeleteFlowSuccess { deletedFlowId } } }`
	CreateFlow     = `mutation($input: CreateFlowInput!) { createFlow(input: $input) { __typename ` + errorFlow + ` ... on CreateFlowSuccess { flow { ` + flowFields + ` } } } }`
	UpdateFlow     = `mutation($input: UpdateFlowInput!) { updateFlow(input: $input) { __typename ` + errorFlow + ` ... on ConflictError { currentVersion } ... on FlowNotActivatableError { problems { stepKey kind message } } ... on UpdateFlowSuccess { flow { ` + flowFields + ` } } } }`
	ActivateFlow   = `mutation($input: ActivateFlowInput!) { activateFlow(input: $input) { __typename ... on Error { code message path } ... on FlowNotActivatableError { problems { stepKey kind message } } ... on ActivateFlowSuccess { flow { ` + flowFields + ` } } } }`
	DeactivateFlow = `mutation($input: DeactivateFlowInput!) { deactivateFlow(input: $input) { __typename ... on Error { code message path } ... on DeactivateFlowSuccess { flow { ` + flowFields + ` } } } }`
	LinkCredential = `mutation($input: LinkCredentialInput!) { linkCredential(input: $input) { __typename ` + errorFlow + ` ... on FlowNotActivatableError { problems { stepKey kind message } } ... on LinkCredentialSuccess { flow { ` + flowFields + ` } } } }`

	CreateInvitation = `mutation($input: CreateInvitationInput!) { createInvitation(input: $input) { __typename ... on Error { code message path }
		... on ValidationError { issues { path message } } ... on CreateInvitationSuccess { link invitation { id role note invitedBy expiresAt } } } }`
	UpdateMember   = `mutation($input: UpdateMemberInput!) { updateMember(input: $input) { __typename ... on Error { code message path } ... on UpdateMemberSuccess { member { id role byRule } } } }`
	RemoveMember   = `mutation($input: RemoveMemberInput!) { removeMember(input: $input) { __typename ... on Error { code message path } ... on RemoveMemberSuccess { removedMemberId } } }`
	CreateAPIToken = `mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) { __typename ... on Error { code message path }
		... on ValidationError { issues { path message } } ... on CreateApiTokenSuccess { token apiToken { id name role scopes expiresAt lastUsedAt } } } }`
	RevokeAPIToken  = `mutation($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { __typename ... on Error { code message path } ... on RevokeApiTokenSuccess { revokedApiTokenId } } }`
	CreateWorkspace = `mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ... on Error { code message path } ... on CreateWorkspaceSuccess { workspace { id name } } } }`
	DeleteWorkspace = `mutation($input: DeleteWorkspaceInput!) { deleteWorkspace(input: $input) { __typename ... on Error { code message path } ... on ValidationError { issues { path message } } ... on DeleteWorkspaceSuccess { deletedWorkspaceId } } }`
	AuditEvents     = `query($filter: AuditFilter) { auditEvents(first: 100, filter: $filter) { totalCount nodes { id at action outcome actor { kind id name } targetId targetName relatedId detail requestId address } } }`

	jobFields = `id status total done accepted rejected unavailable notVerifiable skipped waitsUntil createdAt finishedAt component { key } startedBy { kind name }`

	errorFlow = `... on Error { code message path } ... on ValidationError { issues { path message } } ... on ComponentMismatchError { expected { key } actual { key } }`

	flowFields = `id version name status problems { stepKey kind message } steps { key position function component { key } credential { id name } }`
)

// Petstore saves a Petstore credential and returns its id.
func (c *Client) Petstore(t testing.TB, name string) string {
	t.Helper()
	data := c.Must(t, CreateCredential, Vars{"input": Vars{
		"componentId": "cmp_petstore", "name": name, "fields": []Vars{{"key": "apiKey", "value": "secret"}},
	}})
	id := data.Text("createCredential.credential.id")
	if id == "" {
		t.Fatalf("not created: %v", data)
	}
	return id
}

// Import gives the workspace a component of its own and returns its id.
func (c *Client) Import(t testing.TB, key, descriptor string) string {
	t.Helper()
	data := c.Must(t, ImportComponent, Vars{"input": Vars{"key": key, "descriptor": descriptor}})
	id := data.Text("importComponent.component.id")
	if id == "" {
		t.Fatalf("not imported: %v", data)
	}
	return id
}

// Flow makes a flow with one Petstore step "pets" that uses the credential, and returns its id.
func (c *Client) Flow(t testing.TB, name, credential string) string {
	t.Helper()
	data := c.Must(t, CreateFlow, Vars{"input": Vars{
		"name": name, "steps": []Vars{{"key": "pets", "componentId": "cmp_petstore", "credentialId": credential}},
	}})
	id := data.Text("createFlow.flow.id")
	if id == "" {
		t.Fatalf("not created: %v", data)
	}
	return id
}

// Activate starts a flow.
func (c *Client) Activate(t testing.TB, flow string) {
	t.Helper()
	data := c.Must(t, ActivateFlow, Vars{"input": Vars{"id": flow}})
	if data.Text("activateFlow.__typename") != "ActivateFlowSuccess" {
		t.Fatalf("not activated: %v", data)
	}
}

// Connecting by OAuth.
const (
	AuthorizeCredential = `mutation ($input: AuthorizeCredentialInput!) { authorizeCredential(input: $input) {
		__typename
		... on AuthorizeCredentialSuccess { authorizationUrl expiresAt }
		... on OAuthError { reason }
		... on ValidationError { issues { path message } }
		... on Error { code message path }
	} }`
	CompleteAuthorization = `mutation ($input: CompleteAuthorizationInput!) { completeAuthorization(input: $input) {
		__typename
		... on CompleteAuthorizationSuccess { reauthorized accountChanged credential {
			id version name status grantedScopes missingScopes accessTokenExpiresAt activeFlowCount tags
			connection { account { id name } requestedScopes renewable renewedAt renewsAt problem { reason message } }
		} }
		... on OAuthError { reason }
		... on VerificationFailedError { verification { outcome reason } }
		... on Error { code message path }
	} }`
	ConnectionOf = `query ($id: ID!) { credential(id: $id) {
		id version name status grantedScopes missingScopes accessTokenExpiresAt activeFlowCount
		connection { account { id name } requestedScopes renewable renewsAt problem { reason message } }
	} }`
)
