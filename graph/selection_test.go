package graph_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// However a selection is written, what it asks for is loaded.
func TestSelection(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	credential := c.Petstore(t, "one")
	flow := c.Flow(t, "F", credential)
	c.Activate(t, flow)
	input := Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}}
	for name, tc := range map[string]struct {
		query      string
		vars       Vars
		path, want string
	}{
		"a fragment on the union": {`mutation($input: CreateCredentialInput!) { createCredential(input: $input) { ...R } }
			fragment R on CreateCredentialResult { __typename ... on CreateCredentialSuccess { credential { component { key } } } }`, input, "createCredential.credential.component.key", "petstore"},
		"a failure below the union":    {`mutation { deleteCredential(input: {id: "` + credential + `"}) { ... on DeleteCredentialResult { ... on CredentialInUseError { activeFlows { nodes { name } } } } } }`, nil, "deleteCredential.activeFlows.nodes.0.name", "F"},
		"a failure below Error":        {`mutation { deleteCredential(input: {id: "` + credential + `"}) { ... on Error { ... on CredentialInUseError { activeFlows { nodes { steps { component { key } } } } } } } }`, nil, "deleteCredential.activeFlows.nodes.0.steps.0.component.key", "petstore"},
		"below Node":                   {`{ node(id: "` + flow + `") { ... on Node { ... on Flow { steps { component { key } } } } } }`, nil, "node.steps.0.component.key", "petstore"},
		"below Node below Node":        {`{ node(id: "` + credential + `") { ... on Node { ... on Credential { component { ... on Node { ... on Component { credentials { nodes { component { key } } } } } } } } } }`, nil, "node.component.credentials.nodes.0.component.key", "petstore"},
		"null beside omitted":          {`{ credential(id: "` + credential + `") { a: flows { nodes { steps { key } } } b: flows(after: null, active: null) { nodes { id } } } }`, nil, "credential.a.nodes.0.steps.0.key", "pets"},
		"a default beside omitted":     {`{ credential(id: "` + credential + `") { a: flows { nodes { steps { key } } } b: flows(first: 20) { nodes { id } } } }`, nil, "credential.a.nodes.0.steps.0.key", "pets"},
		"other arguments":              {`{ credential(id: "` + credential + `") { a: flows(active: true) { nodes { steps { key } } } b: flows(active: false) { nodes { id } } } }`, nil, "credential.a.nodes.0.steps.0.key", "pets"},
		"a variable that is absent":    {`query($n: Int = 3) { credential(id: "` + credential + `") { flows(first: $n) { nodes { name } } } }`, nil, "credential.flows.nodes.0.name", "F"},
		"skipped and included":         {`query($yes: Boolean!) { credential(id: "` + credential + `") { component @skip(if: $yes) { key } flows @include(if: $yes) { nodes { name } } } }`, Vars{"yes": true}, "credential.flows.nodes.0.name", "F"},
		"verifications in two lengths": {`{ credential(id: "` + credential + `") { one: verifications(first: 1) { outcome } verifications { message } } }`, nil, "credential.one.0.outcome", "ACCEPTED"},
	} {
		t.Run(name, func(t *testing.T) {
			if data := c.Must(t, tc.query, tc.vars); data.Text(tc.path) != tc.want {
				t.Errorf("%v", data)
			}
		})
	}
}

// What waits for one workspace's lock must not take every connection from the one that holds it, nor from others.
func TestLock_waiters_do_not_starve_others(t *testing.T) {
	g := New(t, NewDatabase(t, "postgres"))
	c, other := g.Client(t, models.RoleEditor), g.ClientOf(t, g.NewWorkspace(t, "other"), models.RoleViewer)
	var wg sync.WaitGroup
	for i := range 24 { // three times as many as there are connections
		wg.Go(func() {
			data := c.Must(t, CreateFlow, Vars{"input": Vars{"name": fmt.Sprint(i), "steps": []Vars{step("a", "cmp_unknown")}}})
			if data.Text("createFlow.__typename") != "NotFoundError" {
				t.Errorf("%v", data)
			}
		})
	}
	began := time.Now()
	other.Must(t, `{ viewer { id } }`, nil)
	wg.Wait()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
}

// During a rolling upgrade, a newer gateway may have recorded a component that this one doesn't have.
func TestFlows_show_a_component_that_only_a_newer_gateway_has(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		flow := c.Flow(t, "F", c.Petstore(t, "one"))
		db := g.SQL(t)
		for _, statement := range []string{
			`INSERT INTO components (id, version) SELECT 'cmp_newer', version FROM components WHERE id = 'cmp_petstore'`,
			`INSERT INTO component_versions SELECT 'cmp_newer', version, descriptor, icon, created_at FROM component_versions WHERE component_id = 'cmp_petstore'`,
			`UPDATE flow_steps SET credential_id = NULL, component_id = 'cmp_newer' WHERE flow_id = '` + flow + `'`,
		} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		data := c.Must(t, `{ flows { nodes { problems { message } steps { component { key title } } } } }`, nil)
		if data.Text("flows.nodes.0.steps.0.component.key") != "newer" || data.Text("flows.nodes.0.steps.0.component.title") != "Petstore API" {
			t.Errorf("%v", data)
		}
		made := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "G", "steps": []Vars{step("a", "cmp_newer")}}})
		if made.Text("createFlow.flow.problems.0.kind") != "CREDENTIAL_MISSING" {
			t.Errorf("%v", made)
		}
	})
}

// What was asked of a mutation's result is refused before the mutation is carried out.
func TestMutation_is_not_carried_out_when_its_answer_would_be_refused(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	input := Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}}
	for _, asked := range []string{"flows(first: 0) { totalCount }", `flows(after: "x") { totalCount }`, "verifications(first: 51) { outcome }", "flows(first: 4294967297) { totalCount }", "...F"} {
		query := `mutation($input: CreateCredentialInput!) { createCredential(input: $input) { ... on CreateCredentialSuccess { credential { id ` + asked + ` } } } }`
		if asked == "...F" {
			query += ` fragment F on Credential { flows(first: 101) { totalCount } }`
		}
		if response := c.Do(t, query, input); response.Code() != "BAD_REQUEST" {
			t.Errorf("%s: %s", asked, response.Raw)
		}
	}
	input["n"] = 4294967297
	response := c.Do(t, `mutation($input: CreateCredentialInput!, $n: Int!) { createCredential(input: $input) { ... on CreateCredentialSuccess { credential { flows(first: $n) { totalCount } } } } }`, input)
	if response.Code() != "BAD_REQUEST" {
		t.Errorf("%s", response.Raw)
	}
	if n := c.Must(t, `{ credentials { totalCount } }`, nil).Int("credentials.totalCount"); n != 0 {
		t.Errorf("%d were saved", n)
	}
}

// What was sent is not said again: it may be a secret that went to the wrong place.
func TestErrors_echo_no_value(t *testing.T) {
	const canary = "CANARY-value"
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	create := `mutation($input: CreateCredentialInput!) { createCredential(input: $input) { __typename } }`
	for name, tc := range map[string]struct {
		query string
		vars  Vars
	}{
		"an enum":                {`query($s: [CredentialStatus!]) { credentials(filter: {status: $s}) { totalCount } }`, Vars{"s": []string{canary}}},
		"an enum literal":        {`{ credentials(filter: {status: "` + canary + `"}) { totalCount } }`, nil},
		"an object":              {create, Vars{"input": canary}},
		"a list's element":       {create, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []any{canary}}}},
		"a boolean":              {create, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []any{}, "saveUnverified": canary}}},
		"a number":               {`query($n: Int!) { credentials(first: $n) { totalCount } }`, Vars{"n": canary}},
		"a number literal":       {`{ credentials(first: "` + canary + `") { totalCount } }`, nil},
		"a nested value":         {create, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []any{Vars{"key": "apiKey", "value": Vars{"a": canary}}}}}},
		"a value of a list":      {create, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []any{Vars{"key": "apiKey", "value": []any{1, canary}}}}}},
		"a string in the middle": {`{ viewer "` + canary + `" { id } }`, nil},
		"a cursor":               {`query($s: String) { credentials(after: $s) { totalCount } }`, Vars{"s": canary}},
	} {
		t.Run(name, func(t *testing.T) {
			response := c.Do(t, tc.query, tc.vars)
			if response.Code() != "BAD_REQUEST" || strings.Contains(response.Raw, canary) {
				t.Errorf("%s", response.Raw)
			}
		})
	}
}

// A page of many flows with many steps of one credential could answer with more than any memory holds.
func TestLimits_count_the_steps_of_flows(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	response := c.Do(t, `{ flows(first: 33) { nodes { steps { credential { flows(first: 100) { nodes { steps { key } } } } } } } }`, nil)
	if response.Code() != "TOO_COSTLY" {
		t.Errorf("%.300s", response.Raw)
	}
	c.Must(t, `{ flows(first: 100) { nodes { id name status problems { kind message } steps { key position function component { key title } credential { id name status } } } totalCount } }`, nil)
}

func TestLimits_one_dry_request_an_operation(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	check := `checkCredential(input: {componentId: "cmp_petstore", fields: []}) { __typename }`
	stop := `deactivateFlow(input: {id: "flow_x"}) { __typename }`
	for query, code := range map[string]string{
		`mutation { a: ` + check + ` }`:                                                  "",
		`mutation { a: ` + check + ` b: ` + check + ` }`:                                 "TOO_COSTLY",
		`mutation { ...F } fragment F on Mutation { a: ` + check + ` b: ` + check + ` }`: "TOO_COSTLY",
		`mutation { a: ` + check + ` b: ` + stop + ` }`:                                  "",
		`mutation { ` + aliases(stop, 10) + ` }`:                                         "",
		`mutation { ` + aliases(stop, 11) + ` }`:                                         "TOO_COSTLY",
	} {
		if response := c.Do(t, query, nil); response.Code() != code {
			t.Errorf("%s: %s", query, response.Raw)
		}
	}
}

func aliases(field string, n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "a%d: %s ", i, field)
	}
	return text.String()
}
