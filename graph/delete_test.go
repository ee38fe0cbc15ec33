package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

func TestDeleteCredentials(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := auditor{g.Client(t, models.RoleOwner)}
		c := g.Client(t, models.RoleEditor)
		ids := []string{c.Petstore(t, "b"), c.Petstore(t, "a"), c.Petstore(t, "c")}
		kept := c.Petstore(t, "kept")
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{
			step("1", "cmp_petstore", "credentialId", ids[0]), step("2", "cmp_petstore", "credentialId", ids[1]), step("3", "cmp_petstore", "credentialId", kept),
		}}}).Text("createFlow.flow.id")
		data := c.Must(t, DeleteCredentials, Vars{"input": Vars{"ids": ids}})
		if got := fmt.Sprint(data.At("deleteCredentials.deletedCredentialIds")); got != fmt.Sprint(ids) {
			t.Errorf("%v", data)
		}
		left := c.Must(t, `query($id: ID!) { credentials { nodes { id } } it: flow(id: $id) { version steps { credential { id } } } }`, Vars{"id": flow})
		if left.Len("credentials.nodes") != 1 || left.Text("credentials.nodes.0.id") != kept || credentialsOf(left, "it") != "- - "+kept || left.Int("it.version") != 2 {
			t.Errorf("%v", left)
		}
		var gone []string
		for _, event := range owner.events(t, Vars{"actions": []string{"CREDENTIAL_DELETED"}}) {
			gone = append(gone, event.target)
		}
		if !slices.Equal(gone, ids) {
			t.Errorf("the audit tells of %v instead of %v", gone, ids)
		}
		for _, table := range []string{"credentials", "verifications"} {
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM "+table); n != 1 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
	})
}

// While active flows use some of them, none is deleted, and each of those is named with all its flows.
func TestDeleteCredentials_refused(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
		foreign := theirs.Petstore(t, "theirs")
		theirs.Activate(t, theirs.Flow(t, "theirs", foreign))
		c := g.Client(t, models.RoleOwner)
		free, one, many := c.Petstore(t, "free"), c.Petstore(t, "one"), c.Petstore(t, "many")
		c.Flow(t, "inactive", free)
		c.Activate(t, c.Flow(t, "of one", one))
		for i := range 5 {
			flow := c.Flow(t, fmt.Sprintf("flow %d", i), many)
			if i != 2 {
				c.Activate(t, flow)
			}
		}

		data := c.Must(t, DeleteCredentials, Vars{"input": Vars{"ids": []string{many, free, one}}})
		if data.Text("deleteCredentials.code") != "CREDENTIAL_IN_USE" || fmt.Sprint(data.At("deleteCredentials.path")) != "[ids]" ||
			!strings.Contains(data.Text("deleteCredentials.message"), "2 of these credentials: «many», «one»") {
			t.Errorf("%v", data)
		}
		var blocked []string
		for i := range data.Len("deleteCredentials.blocked") {
			at := fmt.Sprintf("deleteCredentials.blocked.%d.", i)
			names := data.Text(at+"credential.name") + ":"
			for n := range data.Len(at + "activeFlows.nodes") {
				names += " " + data.Text(fmt.Sprintf("%sactiveFlows.nodes.%d.name", at, n))
			}
			blocked = append(blocked, fmt.Sprint(names, " ", data.Int(at+"activeFlowCount"), data.Int(at+"activeFlows.totalCount"), data.Int(at+"credential.activeFlowCount"), data.At(at+"activeFlows.pageInfo.hasNextPage")))
		}
		if want := []string{"many: flow 0 flow 1 flow 3 flow 4 4 4 4 false", "one: of one 1 1 1 false"}; !slices.Equal(blocked, want) {
			t.Errorf("blocked are %q instead of %q", blocked, want)
		}
		if alone := c.Must(t, DeleteCredentials, Vars{"input": Vars{"ids": []string{one}}}); !strings.Contains(alone.Text("deleteCredentials.message"), "uses the credential «one». ") {
			t.Errorf("%v", alone)
		}

		// Each credential's flows go on behind the same cursor, in the same answer under another alias.
		const paged = `mutation($ids: [ID!]!, $after: String) { deleteCredentials(input: {ids: $ids}) { ... on Error { ... on CredentialsInUseError {
			blocked { activeFlows(first: 2, after: $after) { edges { node { name steps { credential { name } } } } pageInfo { hasNextPage endCursor } } all: activeFlows { totalCount nodes { name } } } } } } }`
		first := c.Must(t, paged, Vars{"ids": []string{many, one}})
		if first.Len("deleteCredentials.blocked.0.activeFlows.edges") != 2 || first.At("deleteCredentials.blocked.0.activeFlows.pageInfo.hasNextPage") != true ||
			first.Len("deleteCredentials.blocked.0.all.nodes") != 4 || first.Text("deleteCredentials.blocked.1.activeFlows.edges.0.node.steps.0.credential.name") != "one" {
			t.Errorf("%v", first)
		}
		second := c.Must(t, paged, Vars{"ids": []string{many, one}, "after": first.Text("deleteCredentials.blocked.0.activeFlows.pageInfo.endCursor")})
		if second.Text("deleteCredentials.blocked.0.activeFlows.edges.0.node.name") != "flow 3" || second.Text("deleteCredentials.blocked.0.activeFlows.edges.1.node.name") != "flow 4" ||
			second.At("deleteCredentials.blocked.0.activeFlows.pageInfo.hasNextPage") != false || second.Text("deleteCredentials.blocked.1.activeFlows.edges.0.node.name") != "of one" {
			t.Errorf("%v", second)
		}

		tooMany := make([]string, 101)
		for i := range tooMany {
			tooMany[i] = fmt.Sprintf("cred_%d", i)
		}
		for name, tc := range map[string]struct {
			ids  []string
			want string
		}{
			"another workspace's": {[]string{free, foreign}, "NotFoundError [ids 1]"},
			"its place":           {[]string{foreign, free}, "NotFoundError [ids 0]"},
			"nobody's":            {[]string{free, "cred_x"}, "NotFoundError [ids 1]"},
			"nobody's and in use": {[]string{one, "cred_x"}, "NotFoundError [ids 1]"},
			"a flow's":            {[]string{c.Flow(t, "F", free)}, "NotFoundError [ids 0]"},
			"one twice":           {[]string{free, free}, "ValidationError [ids]"},
			"none":                {[]string{}, "ValidationError [ids]"},
			"101":                 {tooMany, "ValidationError [ids]"},
			"100 of nobody":       {tooMany[:100], "NotFoundError [ids 0]"},
		} {
			data := c.Must(t, DeleteCredentials, Vars{"input": Vars{"ids": tc.ids}})
			if got := fmt.Sprint(data.Text("deleteCredentials.__typename"), " ", data.At("deleteCredentials.path")); got != tc.want {
				t.Errorf("%s: %s instead of %s", name, got, tc.want)
			}
			if name == "another workspace's" && strings.Contains(fmt.Sprint(data), "theirs") {
				t.Errorf("it tells whose it is: %v", data)
			}
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"); n != 4 {
			t.Errorf("%d credentials are left", n)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM flow_steps WHERE credential_id IS NULL"); n != 0 {
			t.Errorf("%d steps were unlinked", n)
		}
	})
}

func TestDeleteCredentials_costs_the_same_for_one_and_for_many(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		const refuse = `mutation($input: DeleteCredentialsInput!) { deleteCredentials(input: $input) { __typename ... on CredentialsInUseError {
			blocked { credential { name tags component { title } lastVerification { outcome } } activeFlowCount activeFlows { totalCount nodes { name steps { key credential { name } } } } } } } }`
		var few [2]int64
		for i, count := range []int{1, 100} {
			var ids, used []string
			for n := range count {
				id := c.Petstore(t, fmt.Sprintf("free %d", n))
				c.Flow(t, "inactive", id)
				ids = append(ids, id)
				id = c.Petstore(t, fmt.Sprintf("used %d", n))
				c.Activate(t, c.Flow(t, "active", id))
				used = append(used, id)
			}
			got := [2]int64{
				g.Statements(func() { c.Must(t, refuse, Vars{"input": Vars{"ids": used}}) }),
				g.Statements(func() { c.Must(t, refuse, Vars{"input": Vars{"ids": ids}}) }),
			}
			if i == 0 {
				few = got
			} else if got != few {
				t.Errorf("refused and deleted: %v statements for 1, %v for 100", few, got)
			}
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"); n != 101 {
			t.Errorf("%d credentials are left", n)
		}
	})
}
