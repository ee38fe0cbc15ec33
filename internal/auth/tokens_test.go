package auth_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

func TestAPITokens(t *testing.T) {
	eachTimed(t, func(t *testing.T, g *Gateway, c *clock) {
		owner := g.Owner(t)
		create := func(c *Client, input Vars) Object { return c.Must(t, CreateAPIToken, Vars{"input": input}) }
		data := create(owner, Vars{"name": " partner ", "role": "VIEWER", "expiresAt": c.now().Add(time.Hour)})
		partner := Client{URL: g.URL, Token: data.Text("createApiToken.token")}
		id := data.Text("createApiToken.apiToken.id")
		viewer := partner.Must(t, whoAmI, nil)
		if viewer.Text("viewer.id") != id || viewer.Text("viewer.name") != "partner" || viewer.Text("viewer.kind") != "API_TOKEN" || viewer.Text("viewer.role") != "VIEWER" || viewer.Len("viewer.sessions") != 0 {
			t.Errorf("%v", viewer)
		}
		list := owner.Must(t, `{ apiTokens(first: 1) { totalCount nodes { id name role scopes expiresAt lastUsedAt } } }`, nil)
		if list.Int("apiTokens.totalCount") < 1 || list.Text("apiTokens.nodes.0.id") != id || list.Text("apiTokens.nodes.0.lastUsedAt") == "" || list.Text("apiTokens.nodes.0.expiresAt") == "" {
			t.Errorf("%v", list)
		}
		for _, role := range []models.Role{models.RoleEditor, models.RoleViewer, models.RoleRuntime} {
			for name, operation := range map[string]string{"list": `{ apiTokens { totalCount } }`, "create": `mutation { createApiToken(input: {name: "x", role: OWNER}) { __typename } }`} {
				if response := g.Client(t, role).Do(t, operation, nil); response.Code() != "FORBIDDEN" {
					t.Errorf("%s, %s: %s", role, name, response.Raw)
				}
			}
		}
		if data := owner.Must(t, RevokeAPIToken, Vars{"input": Vars{"id": id}}); data.Text("revokeApiToken.__typename") != "RevokeApiTokenSuccess" {
			t.Errorf("%v", data)
		}
		if response := partner.Do(t, whoAmI, nil); response.Status != http.StatusUnauthorized {
			t.Errorf("revoked, and still in: %d", response.Status)
		}
		if data := owner.Must(t, RevokeAPIToken, Vars{"input": Vars{"id": id}}); data.Text("revokeApiToken.__typename") != "NotFoundError" {
			t.Errorf("%v", data)
		}
		short := Client{URL: g.URL, Token: create(owner, Vars{"name": "short", "role": "VIEWER", "expiresAt": c.now().Add(time.Hour)}).Text("createApiToken.token")}
		short.Must(t, whoAmI, nil)
		c.move(time.Hour)
		if response := short.Do(t, whoAmI, nil); response.Status != http.StatusUnauthorized {
			t.Errorf("expired, and still in: %d", response.Status)
		}
		if data := create(owner, Vars{"name": strings.Repeat("é", 200), "role": "VIEWER"}); data.Text("createApiToken.__typename") != "CreateApiTokenSuccess" {
			t.Errorf("200 characters: %v", data.Text("createApiToken.__typename"))
		}
		for name, input := range map[string]Vars{
			"no name": {"name": " ", "role": "VIEWER"}, "past": {"name": "x", "role": "VIEWER", "expiresAt": c.now().Add(-time.Second)},
			"an unknown scope":                   {"name": "x", "role": "VIEWER", "scopes": []string{"everything"}},
			"a scope that the role doesn't hold": {"name": "x", "role": "VIEWER", "scopes": []string{"credentials:write"}},
			"secrets for an owner":               {"name": "x", "role": "OWNER", "scopes": []string{"secrets:read"}},
		} {
			if data := create(owner, input); data.Text("createApiToken.__typename") != "ValidationError" {
				t.Errorf("%s: %v", name, data.Text("createApiToken.__typename"))
			}
		}
	})
}

// Each scope lets a token do one thing of what its role holds, and nothing else.
func TestScopes(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	owner := g.Owner(t)
	credential := owner.Petstore(t, "C")
	flow := owner.Flow(t, "F", credential)
	limited := func(role models.Role, scopes ...models.Right) *Client {
		data := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "limited", "role": role, "scopes": scopes}})
		return &Client{URL: g.URL, Token: data.Text("createApiToken.token")}
	}
	needs := map[string]models.Right{
		`{ credentials { totalCount } }`:                                             models.ReadCredentials,
		`{ credential(id: "` + credential + `") { id } }`:                            models.ReadCredentials,
		`{ component(key: "petstore") { credentialCount } }`:                         models.ReadCredentials,
		`{ node(id: "` + credential + `") { id ... on Credential { name } } }`:       models.ReadCredentials,
		`{ flows { totalCount } }`:                                                   models.ReadFlows,
		`{ node(id: "` + flow + `") { id ... on Flow { name } } }`:                   models.ReadFlows,
		`mutation { deleteCredential(input: {id: "cred_0"}) { __typename } }`:        models.WriteCredentials,
		`mutation { activateFlow(input: {id: "flow_0"}) { __typename } }`:            models.WriteFlows,
		`{ members { totalCount } }`:                                                 models.ManageMembers,
		`{ apiTokens { totalCount } }`:                                               models.ManageTokens,
		`{ auditEvents { totalCount } }`:                                             models.ReadAudit,
		`mutation { updateWorkspace(input: {name: "My workspace"}) { __typename } }`: models.ManageMembers,
	}
	for _, scope := range slices.DeleteFunc(slices.Clone(models.Rights), func(r models.Right) bool { return r == models.ReadSecrets }) {
		c := limited(models.RoleOwner, scope)
		for operation, needed := range needs {
			response := c.Do(t, operation, nil)
			if allowed := response.Code() == ""; allowed != (scope == needed) || (!allowed && response.Code() != "FORBIDDEN") {
				t.Errorf("scope %s, %s: %s", scope, operation, response.Raw)
			}
		}
		if response := c.Do(t, `{ components { totalCount } viewer { scopes } }`, nil); response.Data.Text("viewer.scopes.0") != string(scope) {
			t.Errorf("scope %s: %s", scope, response.Raw)
		}
	}
	// Nothing is carried out whose result may not be read.
	writer := limited(models.RoleEditor, models.WriteCredentials)
	const rename = `mutation($id: ID!) { updateCredential(input: {id: $id, expectedVersion: 1, name: "renamed"}) { __typename ... on UpdateCredentialSuccess { credential { id } } } }`
	if response := writer.Do(t, rename, Vars{"id": credential}); response.Code() != "FORBIDDEN" {
		t.Errorf("%s", response.Raw)
	}
	if data := owner.Must(t, `query($id: ID!) { credential(id: $id) { name } }`, Vars{"id": credential}); data.Text("credential.name") != "C" {
		t.Errorf("it was renamed all the same: %v", data)
	}
	// A step is linked by whoever may write flows.
	link := Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}, "linkTo": Vars{"flowId": flow, "stepKey": "pets"}}}
	const create = `mutation($input: CreateCredentialInput!) { createCredential(input: $input) { __typename } }`
	if response := writer.Do(t, create, link); response.Code() != "FORBIDDEN" {
		t.Errorf("%s", response.Raw)
	}
	// A limited token can't make a less limited one.
	maker := limited(models.RoleOwner, models.ManageTokens, models.ReadAudit)
	for name, scopes := range map[string][]models.Right{"unlimited": nil, "another scope": {models.ManageTokens, models.WriteFlows}} {
		if data := maker.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "OWNER", "scopes": scopes}}); data.Text("createApiToken.__typename") != "ValidationError" {
			t.Errorf("%s: %v", name, data.Text("createApiToken.__typename"))
		}
	}
	if data := maker.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "OWNER", "scopes": []models.Right{models.ReadAudit}}}); data.Text("createApiToken.__typename") != "CreateApiTokenSuccess" {
		t.Errorf("%v", data.Text("createApiToken.__typename"))
	}
}
