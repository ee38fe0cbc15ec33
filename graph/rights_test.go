package graph_test

import (
	"net/http"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// operations is every root field, with ids that are there.
func operations(credential, other, flow string) (queries, mutations map[string]string) {
	queries = map[string]string{
		"node":        `{ node(id: "` + credential + `") { id } }`,
		"nodes":       `{ nodes(ids: ["` + credential + `", "` + flow + `"]) { id } }`,
		"components":  `{ components { totalCount } }`,
		"component":   `{ component(key: "petstore") { id } }`,
		"credentials": `{ credentials { totalCount } }`,
		"credential":  `{ credential(id: "` + credential + `") { id } }`,
		"flows":       `{ flows { totalCount } }`,
		"flow":        `{ flow(id: "` + flow + `") { id } }`,
	}
	mutations = map[string]string{
		"createCredential":  `mutation { createCredential(input: {componentId: "cmp_petstore", fields: []}) { __typename } }`,
		"updateCredential":  `mutation { updateCredential(input: {id: "` + credential + `", expectedVersion: 99}) { __typename } }`,
		"deleteCredential":  `mutation { deleteCredential(input: {id: "` + credential + `", expectedVersion: 99}) { __typename } }`,
		"checkCredential":   `mutation { checkCredential(input: {componentId: "cmp_petstore", fields: []}) { __typename } }`,
		"verifyCredential":  `mutation { verifyCredential(input: {id: "` + credential + `"}) { __typename } }`,
		"replaceCredential": `mutation { replaceCredential(input: {fromId: "` + credential + `", toId: "` + other + `", flowIds: []}) { __typename } }`,
		"createFlow":        `mutation { createFlow(input: {name: " ", steps: []}) { __typename } }`,
		"updateFlow":        `mutation { updateFlow(input: {id: "` + flow + `", expectedVersion: 99}) { __typename } }`,
		"deleteFlow":        `mutation { deleteFlow(input: {id: "` + flow + `", expectedVersion: 99}) { __typename } }`,
		"activateFlow":      `mutation { activateFlow(input: {id: "` + flow + `"}) { __typename } }`,
		"deactivateFlow":    `mutation { deactivateFlow(input: {id: "` + flow + `"}) { __typename } }`,
		"linkCredential":    `mutation { linkCredential(input: {flowId: "` + flow + `", stepKey: "pets", credentialId: "` + credential + `"}) { __typename } }`,
	}
	return queries, mutations
}

// Every root field with every role: EDITOR and OWNER write, VIEWER reads, RUNTIME does neither, nobody gets in without a token.
func TestRoles(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Client(t, models.RoleOwner)
		credential, other := owner.Petstore(t, "a"), owner.Petstore(t, "b")
		queries, mutations := operations(credential, other, owner.Flow(t, "F", credential))
		for role, may := range map[models.Role]struct{ read, write bool }{
			models.RoleOwner: {true, true}, models.RoleEditor: {true, true}, models.RoleViewer: {true, false}, models.RoleRuntime: {false, false},
		} {
			c := g.Client(t, role)
			try := func(name, query string, allowed bool) {
				response := c.Do(t, query, nil)
				want := map[bool]string{true: "", false: "FORBIDDEN"}[allowed]
				if response.Code() != want {
					t.Errorf("%s, %s: %q instead of %q: %s", role, name, response.Code(), want, response.Raw)
				}
			}
			for name, query := range queries {
				try(name, query, may.read)
			}
			for name, query := range mutations {
				try(name, query, may.write)
			}
			if viewer := c.Must(t, `{ viewer { role workspace { id } } }`, nil); viewer.Text("viewer.role") != string(role) {
				t.Errorf("%s is told to be %v", role, viewer)
			}
			schema := c.Do(t, `{ __schema { queryType { name } } }`, nil)
			if told := schema.Data.Text("__schema.queryType.name") != ""; told != (role != models.RoleRuntime) {
				t.Errorf("%s, introspection: %s", role, schema.Raw)
			}
		}
		for name, token := range map[string]string{
			"none": "", "mistyped": strings.Replace(owner.Token, owner.Token[10:11], "7", 1) + "x", "unknown": "kw_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "another kind": "sk_live",
		} {
			nobody := Client{URL: g.URL, Token: token}
			response := nobody.Do(t, `{ viewer { name } }`, nil)
			if response.Status != http.StatusUnauthorized || response.Code() != "UNAUTHENTICATED" {
				t.Errorf("token %s: %d %s", name, response.Status, response.Raw)
			}
		}
	})
}

// Another workspace's ids are not found, in the same words as ids that nobody has, and nothing of theirs is listed.
func TestWorkspaces_do_not_see_each_other(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
		foreign, foreign2 := theirs.Petstore(t, "theirs"), theirs.Petstore(t, "theirs too")
		foreignFlow := theirs.Flow(t, "theirs", foreign)
		c := g.Client(t, models.RoleOwner)
		own := c.Petstore(t, "own")
		flow := c.Flow(t, "own", own)

		ask := func(credential, credential2, flowID string) map[string]string {
			answers := map[string]string{}
			_, mutations := operations(credential, credential2, flowID)
			queries, _ := operations(credential, credential2, flowID)
			for _, name := range []string{"node", "nodes", "credential", "flow"} {
				answers[name] = c.Do(t, queries[name], nil).Raw
			}
			for name, query := range mutations {
				if name != "createCredential" && name != "checkCredential" && name != "createFlow" {
					answers[name] = c.Do(t, strings.Replace(query, "{ __typename }", "{ __typename ... on Error { code message path } }", 1), nil).Raw
				}
			}
			return answers
		}
		nobodys := ask("cred_0", "cred_1", "flow_0")
		for name, answer := range ask(foreign, foreign2, foreignFlow) {
			if answer != nobodys[name] {
				t.Errorf("%s tells a foreign id from nobody's:\n%s\n%s", name, answer, nobodys[name])
			}
		}
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
