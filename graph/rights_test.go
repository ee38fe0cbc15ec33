package graph_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// mayUse says which roles may use a root field at all.
var mayUse = map[string][]models.Role{
	"viewer": {models.RoleOwner, models.RoleEditor, models.RoleViewer, models.RoleRuntime}, "rateLimit": {models.RoleOwner, models.RoleEditor, models.RoleViewer, models.RoleRuntime}, "revokeSession": {models.RoleOwner, models.RoleEditor, models.RoleViewer, models.RoleRuntime},
	"node": readers, "nodes": readers, "components": readers, "component": readers, "credentials": readers, "credential": readers, "flows": readers, "flow": readers,
	"createCredential": writers, "updateCredential": writers, "deleteCredential": writers, "deleteCredentials": writers, "checkCredential": writers, "fetchFieldOptions": writers, "verifyCredential": writers,
	"replaceCredential": writers, "linkCredential": writers, "createFlow": writers, "updateFlow": writers, "deleteFlow": writers, "activateFlow": writers, "deactivateFlow": writers,
	"members": owners, "invitations": owners, "createInvitation": owners, "revokeInvitation": owners, "updateMember": owners, "removeMember": owners,
	"createWorkspace": owners, "updateWorkspace": owners, "deleteWorkspace": owners, "apiTokens": owners, "createApiToken": owners, "revokeApiToken": owners, "auditEvents": owners,
	"verifyCredentials": writers, "cancelVerificationJob": writers, "verificationJobs": readers, "verificationJob": readers,
	"oauthProviders": readers, "authorizeCredential": writers, "completeAuthorization": writers, "setOAuthClient": owners, "importComponent": owners, "deleteComponent": owners, "componentCategories": readers, "deleteOAuthClient": owners,
}

var (
	owners  = []models.Role{models.RoleOwner}
	writers = []models.Role{models.RoleOwner, models.RoleEditor}
	readers = []models.Role{models.RoleOwner, models.RoleEditor, models.RoleViewer}
)

// Every root field with every role, by token and by session, and with no caller.
func TestRoles(t *testing.T) {
	s := schema()
	Each(t, func(t *testing.T, g *Gateway) {
		inputs := rootInputs(things{"cred_0", "cred_1", "flow_0", "user_0", "invitation_0", "token_0", "session_0", "ws_0", "job_0", "cmp_acme_0"})
		owner := g.Owner(t)
		people := map[models.Role]*Client{models.RoleOwner: owner}
		for _, role := range []models.Role{models.RoleEditor, models.RoleViewer} {
			people[role] = owner.Joined(t, g, string(role), role)
		}
		for kind, root := range map[string]*ast.Definition{"query": s.Query, "mutation": s.Mutation} {
			for _, f := range root.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				allowed, listed := mayUse[f.Name]
				if !listed {
					t.Errorf("nothing is said of who may use %s", f.Name)
				}
				operation, vars := operationFor(s, kind, f, inputs[f.Name]), inputs[f.Name]
				try := func(who string, c *Client, may bool) {
					t.Helper()
					response := c.Do(t, operation, vars)
					if want := map[bool]string{true: "", false: "FORBIDDEN"}[may]; response.Code() != want {
						t.Errorf("%s, %s: %q instead of %q: %s", who, f.Name, response.Code(), want, response.Raw)
					}
				}
				for _, role := range []models.Role{models.RoleOwner, models.RoleEditor, models.RoleViewer, models.RoleRuntime} {
					// A workspace is a person's to make and to destroy.
					try("a token of "+string(role), g.Client(t, role), slices.Contains(allowed, role) && f.Name != "createWorkspace" && f.Name != "deleteWorkspace")
					if person := people[role]; person != nil {
						try("a person, "+string(role), person, slices.Contains(allowed, role))
					}
				}
				for name, token := range map[string]string{"nobody": "", "an unknown token": "kw_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
					if response := (&Client{URL: g.URL, Token: token}).Do(t, operation, vars); response.Status != http.StatusUnauthorized || response.Code() != "UNAUTHENTICATED" || response.Data != nil {
						t.Errorf("%s, %s: %d %s", name, f.Name, response.Status, response.Raw)
					}
				}
			}
		}
		for _, role := range []models.Role{models.RoleOwner, models.RoleEditor, models.RoleViewer, models.RoleRuntime} {
			c := g.Client(t, role)
			if viewer := c.Must(t, `{ viewer { role workspace { id } } }`, nil); viewer.Text("viewer.role") != string(role) {
				t.Errorf("%s is told to be %v", role, viewer)
			}
			introspected := c.Do(t, `{ __schema { queryType { name } } }`, nil)
			if told := introspected.Data.Text("__schema.queryType.name") != ""; told != (role != models.RoleRuntime) {
				t.Errorf("%s, introspection: %s", role, introspected.Raw)
			}
		}
		if log := g.Log.String(); !strings.Contains(log, "msg=forbidden field=createApiToken") || !strings.Contains(log, `msg="caller refused" code=UNAUTHENTICATED`) {
			t.Error("refusals are not in the log")
		}
		mistyped := strings.Replace(g.Client(t, models.RoleOwner).Token, "kw_", "kw_a", 1)
		for name, token := range map[string]string{"mistyped": mistyped, "another kind": "sk_live"} {
			if response := (&Client{URL: g.URL, Token: token}).Do(t, `{ viewer { name } }`, nil); response.Status != http.StatusUnauthorized || response.Code() != "UNAUTHENTICATED" {
				t.Errorf("token %s: %d %s", name, response.Status, response.Raw)
			}
		}
	})
}

// Another workspace's ids are not found, in the same words as ids that nobody has, and nothing of theirs is listed.
func TestWorkspaces_do_not_see_each_other(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
		foreign := theirs.Petstore(t, "theirs")
		foreignFlow := theirs.Flow(t, "theirs", foreign)
		c := g.Client(t, models.RoleOwner)
		own := c.Petstore(t, "own")
		flow := c.Flow(t, "own", own)

		vars := Vars{"flow": flow, "foreignFlow": foreignFlow, "foreign": foreign, "own": own}
		for name, query := range map[string]string{
			"link a foreign credential":        `mutation($flow: ID!, $foreign: ID!) { a: linkCredential(input: {flowId: $flow, stepKey: "pets", credentialId: $foreign}) { __typename } }`,
			"link into a foreign flow":         `mutation($foreignFlow: ID!, $own: ID!) { a: linkCredential(input: {flowId: $foreignFlow, stepKey: "pets", credentialId: $own}) { __typename } }`,
			"replace by a foreign one":         `mutation($own: ID!, $foreign: ID!) { a: replaceCredential(input: {fromId: $own, toId: $foreign}) { __typename } }`,
			"replace in a foreign flow":        `mutation($own: ID!, $foreign: ID!, $foreignFlow: ID!) { a: replaceCredential(input: {fromId: $own, toId: $foreign, flowIds: [$foreignFlow]}) { __typename } }`,
			"a flow with a foreign credential": `mutation($foreign: ID!) { a: createFlow(input: {name: "F", steps: [{key: "s", componentId: "cmp_petstore", credentialId: $foreign}]}) { __typename } }`,
		} {
			used := Vars{}
			for key, value := range vars {
				if strings.Contains(query, "$"+key+":") {
					used[key] = value
				}
			}
			if data := c.Must(t, query, used); data.Text("a.__typename") != "NotFoundError" {
				t.Errorf("%s: %v", name, data)
			}
		}
		lists := c.Must(t, `{ credentials { totalCount } flows { totalCount } component(key: "petstore") { credentialCount credentials { totalCount } }
			connected: components(filter: {connected: true}) { totalCount } }`, nil)
		for _, path := range []string{"credentials.totalCount", "flows.totalCount", "component.credentialCount", "component.credentials.totalCount", "connected.totalCount"} {
			if lists.Int(path) != 1 {
				t.Errorf("%s: %v", path, lists)
			}
		}
		filtered := c.Must(t, `query($id: ID!) { flows(filter: {credentialId: $id}) { totalCount } }`, Vars{"id": foreign})
		if filtered.Int("flows.totalCount") != 0 {
			t.Errorf("%v", filtered)
		}
	})
}
