package graph_test

import (
	"fmt"
	"slices"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// The guide, from the first wrong key to the deletion that an active flow refuses and its two ways out (G1–G5, G8–G10).
func TestWalkThrough(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		component := c.Must(t, `{ component(key: "petstore") { id title authMethods { key fields { key required secret } } } }`, nil)
		id := component.Text("component.id")

		wrong := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{{"key": "apiKey", "value": "wrong"}}}})
		if got := wrong.Text("createCredential.__typename") + "/" + wrong.Text("createCredential.verification.outcome"); got != "VerificationFailedError/REJECTED" {
			t.Fatalf("a wrong key gave %s", got)
		}
		if n := c.Must(t, `{ credentials { totalCount } }`, nil).Int("credentials.totalCount"); n != 0 {
			t.Fatalf("a wrong key left %d rows", n)
		}

		saved := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{{"key": "apiKey", "value": "secret"}}}})
		credential := saved.Text("createCredential.credential.id")
		if got := saved.Text("createCredential.credential.status"); got != "VERIFIED" {
			t.Fatalf("status %s: %v", got, saved)
		}
		if got := saved.Text("createCredential.credential.name"); got != "My Petstore API credential" {
			t.Errorf("default name %q", got)
		}

		flow := c.Flow(t, "Pets to CRM", credential)
		c.Activate(t, flow)
		refused := c.Must(t, DeleteCredential, Vars{"input": Vars{"id": credential}})
		if got := refused.Text("deleteCredential.__typename"); got != "CredentialInUseError" {
			t.Fatalf("delete gave %v", refused)
		}
		if refused.Text("deleteCredential.activeFlows.nodes.0.name") != "Pets to CRM" || refused.Int("deleteCredential.activeFlowCount") != 1 {
			t.Errorf("the refusal names %v", refused)
		}

		// The first way out: another credential in its place.
		other := c.Petstore(t, "another")
		replaced := c.Must(t, `mutation($a: ID!, $b: ID!) { replaceCredential(input: {fromId: $a, toId: $b}) {
			... on ReplaceCredentialSuccess { flowCount flows { name } } ... on Error { message } } }`, Vars{"a": credential, "b": other})
		if replaced.Int("replaceCredential.flowCount") != 1 || replaced.Text("replaceCredential.flows.0.name") != "Pets to CRM" {
			t.Fatalf("replace gave %v", replaced)
		}
		if gone := c.Must(t, DeleteCredential, Vars{"input": Vars{"id": credential}}); gone.Text("deleteCredential.deletedCredentialId") != credential {
			t.Errorf("after replacing: %v", gone)
		}

		// The second: stop the flow. Its step is unlinked then.
		c.Must(t, DeactivateFlow, Vars{"input": Vars{"id": flow}})
		if gone := c.Must(t, DeleteCredential, Vars{"input": Vars{"id": other}}); gone.Text("deleteCredential.deletedCredentialId") != other {
			t.Errorf("after stopping: %v", gone)
		}
		left := c.Must(t, `query($id: ID!) { flow(id: $id) { problems { kind } steps { credential { id } } } }`, Vars{"id": flow})
		if left.Text("flow.problems.0.kind") != "CREDENTIAL_MISSING" || left.At("flow.steps.0.credential") != nil {
			t.Errorf("the flow is left with %v", left)
		}
		activated := c.Must(t, ActivateFlow, Vars{"input": Vars{"id": flow}})
		if activated.Text("activateFlow.__typename") != "FlowNotActivatableError" {
			t.Errorf("activated without its credential: %v", activated)
		}
	})
}

// Deleting an active flow is the guide's third way out.
func TestDeleteFlow_frees_its_credential(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		credential := c.Petstore(t, "one")
		flow := c.Flow(t, "F", credential)
		c.Activate(t, flow)
		c.Must(t, `mutation($id: ID!) { deleteFlow(input: {id: $id}) { ... on DeleteFlowSuccess { deletedFlowId } } }`, Vars{"id": flow})
		if gone := c.Must(t, DeleteCredential, Vars{"input": Vars{"id": credential}}); gone.Text("deleteCredential.deletedCredentialId") != credential {
			t.Errorf("%v", gone)
		}
	})
}

// Every list costs the same number of statements at 1 and at 100 rows, whatever is asked below it.
func TestLists_cost_a_constant_number_of_statements(t *testing.T) {
	const (
		credentialFields = `id name version status tags grantedScopes component { key title credentialCount authMethods { fields { key } } credentials(first: 3) { totalCount nodes { name tags } } }
			authMethod { key fields { key } } fields { key isSet } lastVerification { outcome } verifications(first: 5) { outcome } activeFlowCount`
		flowFields = `id name problems { kind } steps { key component { title credentialCount } credential { name tags fields { key } lastVerification { outcome } activeFlowCount flows(first: 1) { totalCount nodes { name problems { kind } } } } }`
	)
	lists := map[string]string{
		"credentials":          `{ credentials(first: 100) { totalCount nodes { ` + credentialFields + ` flows(first: 2) { totalCount nodes { name steps { key credential { name } } } } } } }`,
		"credentials by edges": `{ credentials(first: 100) { edges { cursor node { ` + credentialFields + ` flows(first: 2, active: true) { totalCount edges { node { name problems { kind } } } } } } } }`,
		"flows":                `{ flows(first: 100) { totalCount nodes { ` + flowFields + ` } } }`,
		"components":           `{ components(first: 5) { totalCount nodes { title credentialCount credentials(first: 100) { totalCount nodes { ` + credentialFields + ` flows(first: 2) { nodes { name } } } } } } }`,
	}
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		grow := func(from, to int) []string {
			var ids []string
			for i := from; i < to; i++ {
				id := c.Petstore(t, fmt.Sprintf("credential %03d", i))
				c.Activate(t, c.Flow(t, fmt.Sprintf("flow %03d", i), id))
				ids = append(ids, id)
			}
			return ids
		}
		cost := func(query string, vars Vars) int64 {
			return g.Statements(func() { c.Must(t, query, vars) })
		}
		nodes := `query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Credential { ` + credentialFields + ` flows(first: 2) { nodes { name } } } } }`
		one := map[string]int64{}
		ids := grow(0, 1)
		for name, query := range lists {
			one[name] = cost(query, nil)
		}
		one["nodes"] = cost(nodes, Vars{"ids": ids})
		ids = append(ids, grow(1, 100)...)
		for name, query := range lists {
			if got := cost(query, nil); got != one[name] {
				t.Errorf("%s: %d statements for 1 row, %d for 100", name, one[name], got)
			}
		}
		// A refusal that names 1 flow or 100, and a replacement in them.
		var few [2]int64
		for i, count := range []int{1, 100} {
			used, other := c.Petstore(t, "used"), c.Petstore(t, "other")
			for n := range count {
				c.Activate(t, c.Flow(t, fmt.Sprintf("uses %d", n), used))
			}
			refuse := `mutation($a: ID!) { deleteCredential(input: {id: $a}) { ... on CredentialInUseError { activeFlows(first: 100) { totalCount nodes { ` + flowFields + ` } } } } }`
			replace := `mutation($a: ID!, $b: ID!) { replaceCredential(input: {fromId: $a, toId: $b}) { ... on ReplaceCredentialSuccess { flowCount flows { ` + flowFields + ` } } } }`
			got := [2]int64{cost(refuse, Vars{"a": used}), cost(replace, Vars{"a": used, "b": other})}
			if i == 0 {
				few = got
			} else if got != few {
				t.Errorf("refused and replaced: %v statements for 1 flow, %v for 100", few, got)
			}
		}
		if got := cost(nodes, Vars{"ids": ids}); got != one["nodes"] {
			t.Errorf("nodes: %d statements for 1 row, %d for 100", one["nodes"], got)
		}
		names := c.Must(t, `{ credentials(first: 100) { nodes { name flows { nodes { name } } } } }`, nil)
		for i := range 100 {
			if got, want := names.Text(fmt.Sprintf("credentials.nodes.%d.flows.nodes.0.name", i)), fmt.Sprintf("flow %03d", i); got != want {
				t.Errorf("credential %d has %q", i, got)
			}
		}
	})
}

// Paging by cursor sees every row once, in the order of names in any case, then ids.
func TestLists_page(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		names := []string{"b", "A", "c", "B", "a", "Ä", "ä", "z", "a"}
		for _, name := range names {
			c.Flow(t, name, c.Petstore(t, name))
		}
		for _, list := range []string{"credentials", "flows"} {
			var seen []string
			after := any(nil)
			for range 10 {
				page := c.Must(t, `query($after: String) { `+list+`(first: 2, after: $after) { nodes { id name } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`, Vars{"after": after})
				for i := range page.Len(list + ".nodes") {
					seen = append(seen, page.Text(fmt.Sprintf("%s.nodes.%d.name", list, i)))
				}
				if page.At(list+".pageInfo.hasPreviousPage") != (after != nil) || page.Int(list+".totalCount") != len(names) {
					t.Errorf("page info: %v", page)
				}
				if after = page.At(list + ".pageInfo.endCursor"); page.At(list+".pageInfo.hasNextPage") == false {
					break
				}
			}
			if want := []string{"A", "a", "a", "b", "B", "c", "z", "Ä", "ä"}; !slices.Equal(seen, want) {
				t.Errorf("%s: %q", list, seen)
			}
		}
		// The same below a component.
		var seen int
		after := any(nil)
		for range 10 {
			page := c.Must(t, `query($after: String) { component(key: "petstore") { credentials(first: 4, after: $after) { nodes { name } totalCount pageInfo { hasNextPage endCursor } } } }`, Vars{"after": after})
			seen += page.Len("component.credentials.nodes")
			if after = page.At("component.credentials.pageInfo.endCursor"); page.At("component.credentials.pageInfo.hasNextPage") == false {
				break
			}
		}
		if seen != len(names) {
			t.Errorf("below the component: %d rows", seen)
		}
	})
}
