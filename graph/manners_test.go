package graph_test

import (
	"fmt"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// Documents are cached, logged by proxies and shown in tools: a field's value has no business there.
func TestFieldValue_is_taken_as_a_variable_only(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleEditor)
	const canary = "CANARY-literal"
	for name, tc := range map[string]struct {
		query, code string
		vars        Vars
	}{
		"a literal":              {`mutation { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: "` + canary + `"}]}) { __typename } }`, "BAD_REQUEST", nil},
		"a list":                 {`mutation { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: ["` + canary + `"]}]}) { __typename } }`, "BAD_REQUEST", nil},
		"in a fragment":          {`mutation { ...F } fragment F on Mutation { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: "` + canary + `"}]}) { __typename } }`, "BAD_REQUEST", nil},
		"a variable's default":   {`mutation($v: FieldValue = "` + canary + `") { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: $v}]}) { __typename } }`, "BAD_REQUEST", nil},
		"an input's default":     {`mutation($i: CheckCredentialInput! = {componentId: "cmp_petstore", fields: [{key: "apiKey", value: "` + canary + `"}]}) { checkCredential(input: $i) { __typename } }`, "BAD_REQUEST", nil},
		"null":                   {`mutation { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: null}]}) { __typename } }`, "", nil},
		"a variable":             {`mutation($v: FieldValue) { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: $v}]}) { __typename } }`, "", Vars{"v": "secret"}},
		"an input as a variable": {`mutation($i: CheckCredentialInput!) { checkCredential(input: $i) { __typename } }`, "", Vars{"i": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			response := c.Do(t, tc.query, tc.vars)
			if response.Code() != tc.code || strings.Contains(response.Raw, canary) {
				t.Errorf("%s", response.Raw)
			}
		})
	}
}

// What can be known to be wrong is said beside its field, before anybody is asked.
func TestCreateCredential_says_what_is_wrong_with_addresses(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleEditor)
	uri := func(component, value string) Vars {
		return Vars{"componentId": component, "authMethod": "uri", "fields": []Vars{{"key": "uri", "value": value}}}
	}
	header := func(name string) Vars {
		return Vars{"componentId": "cmp_rest-api", "authMethod": "api-key-header", "fields": []Vars{
			{"key": "testUrl", "value": "http://127.0.0.1:1/"}, {"key": "headerName", "value": name}, {"key": "apiKey", "value": "k"},
		}}
	}
	for name, tc := range map[string]struct {
		input Vars
		field string // empty: nothing is wrong with the form
	}{
		"a whole URI":                    {uri("cmp_postgresql", " postgres://u:p%25w@127.0.0.1:1/d?sslmode=disable\n"), ""},
		"an IPv6 host":                   {uri("cmp_postgresql", "postgres://u:p@[::1]:1/d"), ""},
		"an escaped password":            {uri("cmp_postgresql", "postgres://u:p%C3%A4ss%5B%5D@127.0.0.1:1/d"), ""},
		"a bare umlaut in the password":  {uri("cmp_postgresql", "postgres://u:pässwort@127.0.0.1/d"), "uri"},
		"brackets in the password":       {uri("cmp_postgresql", "postgres://u:p[1]@127.0.0.1/d"), "uri"},
		"a host with a dash at its end":  {Vars{"componentId": "cmp_zendesk", "fields": []Vars{{"key": "subdomain", "value": "foo-"}, {"key": "email", "value": "a@b.example"}, {"key": "apiToken", "value": "t"}}}, "subdomain"},
		"a bare percent in the password": {uri("cmp_postgresql", "postgres://u:pass%zzword@127.0.0.1/d"), "uri"},
		"another host in the query":      {uri("cmp_postgresql", "postgres://u:p@127.0.0.1:1/d?sslmode=disable&host=127.0.0.2"), "uri"},
		"an unknown parameter":           {uri("cmp_postgresql", "postgres://u:p@127.0.0.1:1/d?foo=bar"), "uri"},
		"a misspelt sslmode":             {uri("cmp_postgresql", "postgres://u:p@127.0.0.1:1/d?sslmode=disabled"), "uri"},
		"a port beyond 65535":            {uri("cmp_postgresql", "postgres://u:p@127.0.0.1:99999/d"), "uri"},
		"two hosts":                      {uri("cmp_postgresql", "postgres://u:p@127.0.0.1:1,127.0.0.1:2/d"), "uri"},
		"a MySQL URI":                    {uri("cmp_mysql", "mysql://u:p@127.0.0.1:1/d?ssl-mode=DISABLED"), ""},
		"a MySQL URI with more":          {uri("cmp_mysql", "mysql://u:p@127.0.0.1:1/d?allowAllFiles=true"), "uri"},
		"a header of one's own":          {header("X-Token"), ""},
		"Host":                           {header("Host"), "headerName"},
		"Content-Length":                 {header("content-length"), "headerName"},
		"a header with a colon":          {header("X-Token:"), "headerName"},
		"a host not in ASCII":            {Vars{"componentId": "cmp_rest-api", "authMethod": "none", "fields": []Vars{{"key": "testUrl", "value": "http://bücher.example/"}}}, "testUrl"},
		"blanks for a key":               {Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "   "}}}, "apiKey"},
	} {
		t.Run(name, func(t *testing.T) {
			data := c.Must(t, CreateCredential, Vars{"input": tc.input})
			kind, field := data.Text("createCredential.__typename"), data.Text("createCredential.issues.0.path.1")
			if tc.field == "" && kind != "VerificationFailedError" || tc.field != "" && (kind != "ValidationError" || field != tc.field) {
				t.Errorf("%v", data)
			}
		})
	}
	// Keys are copied with blanks around them.
	data := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": " secret\n"}}}})
	if data.Text("createCredential.credential.status") != "VERIFIED" {
		t.Errorf("%v", data)
	}
}

// Messages name the way out that there is.
func TestMessages(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		credential := c.Petstore(t, "one")
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{step("pets", "cmp_petstore", "credentialId", credential), step("f", "cmp_filter")}}}).Text("createFlow.flow.id")
		c.Activate(t, flow)
		says := func(what, text string, words ...string) {
			t.Helper()
			for _, word := range words {
				if !strings.Contains(text, word) {
					t.Errorf("%s: %q lacks %q", what, text, word)
				}
			}
		}
		unlink := c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "pets", "credentialId": nil}})
		says("unlinking", unlink.Text("linkCredential.message"), "active", "stop the flow")
		says("unlinking, where", fmt.Sprint(unlink.At("linkCredential.path")), "credentialId")
		bare := c.Must(t, UpdateFlow, Vars{"input": Vars{"id": flow, "expectedVersion": 1, "steps": []Vars{step("pets", "cmp_petstore", "credentialId", nil)}}})
		says("a bare step, where", fmt.Sprint(bare.At("updateFlow.path")), "steps")
		filter := c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "f", "credentialId": credential}})
		says("a step that needs none", filter.Text("linkCredential.message"), "Filter needs no credential")
		nowhere := c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "nope", "credentialId": credential}})
		says("no such step", nowhere.Text("linkCredential.message"), "The flow has no step")
		c.Must(t, DeactivateFlow, Vars{"input": Vars{"id": flow}})
		c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "pets", "credentialId": nil}})
		activate := c.Must(t, ActivateFlow, Vars{"input": Vars{"id": flow}})
		says("activating, where", fmt.Sprint(activate.At("activateFlow.path")), "id")
		blank := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": credential, "expectedVersion": 1, "name": "  "}})
		says("a blank name", blank.Text("updateCredential.message"), "must not be empty")
		several := c.Do(t, `query A { viewer { id } } query B { viewer { id } }`, nil)
		says("several operations", several.Raw, "operationName")
	})
}

// A save that changes nothing is no conflict for others, and a new credential was not edited yet.
func TestUpdateCredential_that_changes_nothing(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		id := c.Petstore(t, "one")
		for _, change := range []Vars{{}, {"name": nil}, {"name": "one"}, {"name": " one "}, {"fields": []Vars{}}, {"tags": []string{}}, {"fields": []Vars{{"key": "apiKey", "value": "secret"}}}} {
			change["id"], change["expectedVersion"] = id, 1
			if data := c.Must(t, UpdateCredential, Vars{"input": change}); data.Int("updateCredential.credential.version") != 1 {
				t.Errorf("%v: %v", change, data)
			}
		}
		c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "tags": []string{"b", "a"}}})
		if data := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 2, "tags": []string{"a", " b"}}}); data.Int("updateCredential.credential.version") != 2 {
			t.Errorf("the same tags: %v", data)
		}
		data := c.Must(t, `query($id: ID!) { credential(id: $id) { createdAt updatedAt lastUsedAt } }`, Vars{"id": c.Petstore(t, "new")})
		if data.At("credential.lastUsedAt") != nil {
			t.Errorf("nobody used it: %v", data)
		}
		if data.Text("credential.createdAt") != data.Text("credential.updatedAt") || data.Text("credential.createdAt") == "" {
			t.Errorf("%v", data)
		}
	})
}

// Names, tags and searches mean what a person sees.
func TestText_is_what_a_person_sees(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		create := func(name string, tags ...string) Object {
			return c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": "cmp_petstore", "name": name, "tags": tags, "fields": []Vars{{"key": "apiKey", "value": "secret"}}}})
		}
		if data := create(" Kunde 👩‍👩‍👧 ", " prod", "prod ", "eu"); data.Text("createCredential.credential.name") != "Kunde 👩‍👩‍👧" || fmt.Sprint(data.At("createCredential.credential.tags")) != "[eu prod]" {
			t.Errorf("%v", data)
		}
		for what, data := range map[string]Object{"a blank tag": create("x", " "), "a name that turns the text": create("a\u202eb"), "a tag with a line end": create("x", "a\nb")} {
			if data.Text("createCredential.__typename") != "ValidationError" {
				t.Errorf("%s: %v", what, data)
			}
		}
		if data := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "\u200b", "steps": []Vars{}}}); data.Text("createFlow.__typename") != "ValidationError" {
			t.Errorf("a name that can't be seen: %v", data)
		}
		if data := c.Must(t, `{ a: credentials(filter: {search: " kunde "}) { totalCount } b: components(filter: {search: " PETSTORE "}) { totalCount } }`, nil); data.Int("a.totalCount") != 1 || data.Int("b.totalCount") != 1 {
			t.Errorf("%v", data)
		}
	})
}

// A token that may not see the schema is told so, and it is no failure of ours.
func TestIntrospection_is_forbidden_to_runtimes(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	response := g.Client(t, models.RoleRuntime).Do(t, `{ __schema { queryType { name } } }`, nil)
	if response.Code() != "FORBIDDEN" || strings.Contains(g.Log.String(), "level=ERROR") {
		t.Errorf("%s\n%s", response.Raw, g.Log)
	}
}
