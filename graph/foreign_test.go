package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// idPaths finds every place of a root field's arguments where an id is taken, like input.steps.0.credentialId.
func idPaths(s *ast.Schema, arguments ast.ArgumentDefinitionList) []string {
	var paths []string
	var look func(path string, of *ast.Type, within []string)
	look = func(path string, of *ast.Type, within []string) {
		if of.Elem != nil {
			look(path+".0", of.Elem, within)
			return
		}
		if of.NamedType == "ID" {
			paths = append(paths, path)
		}
		if d := s.Types[of.NamedType]; d.Kind == ast.InputObject && !slices.Contains(within, d.Name) {
			for _, f := range d.Fields {
				look(path+"."+f.Name, f.Type, append(within, d.Name))
			}
		}
	}
	for _, a := range arguments {
		look(a.Name, a.Type, nil)
	}
	return paths
}

// set returns a copy of the variables with another value at the path, which has to be there.
func set(t *testing.T, vars Vars, path, value string) Vars {
	t.Helper()
	text, err := json.Marshal(vars)
	if err != nil {
		t.Fatal(err)
	}
	var copied map[string]any
	if err := json.Unmarshal(text, &copied); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(path, ".")
	var at any = copied
	for _, part := range parts[:len(parts)-1] {
		switch here := at.(type) {
		case map[string]any:
			at = here[part]
		case []any:
			at = here[0]
		}
	}
	switch here := at.(type) {
	case map[string]any:
		if _, there := here[parts[len(parts)-1]]; !there {
			t.Fatalf("%s is not among %v", path, vars)
		}
		here[parts[len(parts)-1]] = value
	case []any:
		here[0] = value
	default:
		t.Fatalf("%s is not among %v", path, vars)
	}
	return copied
}

// Every argument that takes an id, tried with another workspace's: it is not found, in the same words and with the same
// number of statements as an id that nobody has.
func TestForeign_ids_are_nobodys(t *testing.T) {
	s := schema()
	Each(t, func(t *testing.T, g *Gateway) {
		make := func(workspace string) (*Client, things) {
			operator := g.ClientOf(t, workspace, models.RoleOwner)
			it := things{workspace: workspace, credential: operator.Petstore(t, "C"), other: operator.Petstore(t, "D")}
			it.flow = operator.Flow(t, "F", it.credential)
			invited := operator.Must(t, CreateInvitation, Vars{"input": Vars{"role": "VIEWER"}})
			it.invitation = invited.Text("createInvitation.invitation.id")
			member := operator.Joined(t, g, "M", models.RoleOwner)
			viewer := member.Must(t, `{ viewer { id sessions { id } } }`, nil)
			it.member, it.session = viewer.Text("viewer.id"), viewer.Text("viewer.sessions.0.id")
			it.token = operator.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "T", "role": "VIEWER"}}).Text("createApiToken.apiToken.id")
			it.custom = operator.Import(t, "acme", `{"title": "Acme", "credentials": {"fields": {"apiKey": {"label": "API key", "viewClass": "PasswordFieldView"}}}}`)
			it.job = operator.Must(t, VerifyCredentials, Vars{"input": Vars{}}).Text("verifyCredentials.job.id")
			return member, it
		}
		c, own := make(g.Workspace)
		_, foreign := make(g.NewWorkspace(t, "theirs"))

		inputs := rootInputs(own)
		// Whose an id is, by what it begins with.
		theirs := func(id string) string {
			for _, pair := range [][2]string{
				{own.credential, foreign.credential}, {own.other, foreign.other}, {own.flow, foreign.flow}, {own.member, foreign.member}, {own.invitation, foreign.invitation},
				{own.token, foreign.token}, {own.session, foreign.session}, {own.workspace, foreign.workspace}, {own.job, foreign.job}, {own.custom, foreign.custom},
			} {
				if id == pair[0] {
					return pair[1]
				}
			}
			return "" // a component is everybody's
		}
		tried := 0
		for kind, root := range map[string]*ast.Definition{"query": s.Query, "mutation": s.Mutation} {
			for _, f := range root.Fields {
				paths := idPaths(s, f.Arguments)
				if len(paths) == 0 {
					continue
				}
				vars, listed := inputs[f.Name]
				if !listed {
					t.Errorf("%s takes ids and is not tried", f.Name)
					continue
				}
				operation := operationFor(s, kind, f, vars)
				for _, path := range paths {
					tried++
					ask := func(id string) (answer string, data Object, statements int64) {
						var response Response
						changed := set(t, vars, path, id)
						statements = g.Statements(func() { response = c.Do(t, operation, changed) })
						return response.Raw, response.Data, statements
					}
					at := textAt(t, vars, path)
					nobodys, data, cost := ask(prefixOf(at) + "01a20d5f-0000-7000-8000-000000000000")
					if kind == "mutation" && data.Text("it.__typename") != "NotFoundError" {
						t.Errorf("%s(%s) of nobody: %s", f.Name, path, nobodys)
					}
					foreignID := theirs(at)
					if foreignID == "" {
						continue
					}
					if got, _, statements := ask(foreignID); got != nobodys || statements != cost {
						t.Errorf("%s(%s) tells a foreign id from nobody's, by %d statements instead of %d:\n%s\n%s", f.Name, path, statements, cost, got, nobodys)
					}
				}
			}
		}
		if tried < 34 {
			t.Errorf("only %d places were tried", tried)
		}
	})
}

// things are the ids of one of everything in a workspace.
type things struct{ credential, other, flow, member, invitation, token, session, workspace, job, custom string }

// rootInputs are arguments for every root field that takes an id or cannot do without arguments.
func rootInputs(own things) map[string]Vars {
	step := Vars{"key": "pets", "componentId": "cmp_petstore", "credentialId": own.credential}
	return map[string]Vars{
		"node": {"id": own.credential}, "nodes": {"ids": []string{own.credential}}, "component": {"id": "cmp_petstore"},
		"credential": {"id": own.credential}, "flow": {"id": own.flow},
		"credentials": {"filter": Vars{"componentId": "cmp_petstore"}}, "flows": {"filter": Vars{"credentialId": own.credential}},
		"auditEvents": {"filter": Vars{"actorId": own.token, "targetId": own.credential}},

		"createCredential": {"input": Vars{
			"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}, "linkTo": Vars{"flowId": own.flow, "stepKey": "pets"},
		}},
		"updateCredential":  {"input": Vars{"id": own.credential, "expectedVersion": 1, "name": "X"}},
		"deleteCredential":  {"input": Vars{"id": own.credential}},
		"deleteCredentials": {"input": Vars{"ids": []string{own.credential}}},
		"checkCredential":   {"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}},
		"fetchFieldOptions": {"input": Vars{"componentId": "cmp_petstore", "credentialId": own.credential, "field": "apiKey", "fields": []Vars{}}},
		"verifyCredential":  {"input": Vars{"id": own.credential}},
		"verifyCredentials": {"input": Vars{"ids": []string{own.credential}, "componentId": "cmp_petstore"}}, "cancelVerificationJob": {"input": Vars{"id": own.job}}, "verificationJob": {"id": own.job},
		"importComponent": {"input": Vars{"key": "Not a key", "descriptor": ""}}, "deleteComponent": {"input": Vars{"id": own.custom}},
		"replaceCredential": {"input": Vars{"fromId": own.credential, "toId": own.other, "flowIds": []string{own.flow}}},
		"createFlow":        {"input": Vars{"name": "G", "steps": []Vars{step}}},
		"updateFlow":        {"input": Vars{"id": own.flow, "expectedVersion": 1, "steps": []Vars{step}}},
		"deleteFlow":        {"input": Vars{"id": own.flow}},
		"activateFlow":      {"input": Vars{"id": own.flow}},
		"deactivateFlow":    {"input": Vars{"id": own.flow}},
		"linkCredential":    {"input": Vars{"flowId": own.flow, "stepKey": "pets", "credentialId": own.credential}},
		"updateMember":      {"input": Vars{"id": own.member, "role": "EDITOR"}},
		"removeMember":      {"input": Vars{"id": own.member}},
		"revokeInvitation":  {"input": Vars{"id": own.invitation}},
		"revokeApiToken":    {"input": Vars{"id": own.token}},
		"revokeSession":     {"input": Vars{"id": own.session}},
		"deleteWorkspace":   {"input": Vars{"id": own.workspace, "name": "My workspace"}},

		"authorizeCredential": {"input": Vars{
			"componentId": "cmp_petstore", "credentialId": own.credential, "linkTo": Vars{"flowId": own.flow, "stepKey": "pets"},
		}},
		"completeAuthorization": {"input": Vars{"ticket": "nobody's"}},
		"setOAuthClient":        {"input": Vars{"provider": "nobody", "clientId": "x"}},
		"deleteOAuthClient":     {"input": Vars{"provider": "nobody"}},

		"createWorkspace":  {"input": Vars{"name": " "}},
		"updateWorkspace":  {"input": Vars{"name": " "}},
		"createInvitation": {"input": Vars{"role": "RUNTIME"}},
		"createApiToken":   {"input": Vars{"name": " ", "role": "VIEWER"}},
	}
}

// operationFor asks for a root field with the given variables: of a list its size, of a mutation what it answered.
func operationFor(s *ast.Schema, kind string, f *ast.FieldDefinition, vars Vars) string {
	var declared, passed []string
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		declared = append(declared, fmt.Sprintf("$%s: %s", name, f.Arguments.ForName(name).Type))
		passed = append(passed, fmt.Sprintf("%s: $%s", name, name))
	}
	below := "__typename"
	switch d := s.Types[f.Type.Name()]; {
	case kind == "mutation":
		below += " ... on Error { code message path }"
	case d.Fields.ForName("totalCount") != nil:
		below += " totalCount nodes { id }"
	case d.Fields.ForName("id") != nil:
		below += " id"
	}
	if len(vars) == 0 {
		return fmt.Sprintf("%s { it: %s { %s } }", kind, f.Name, below)
	}
	return fmt.Sprintf("%s(%s) { it: %s(%s) { %s } }", kind, strings.Join(declared, ", "), f.Name, strings.Join(passed, ", "), below)
}

func prefixOf(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return prefix + "_"
}

// textAt reads what stands at a path of variables.
func textAt(t *testing.T, vars Vars, path string) string {
	t.Helper()
	text, err := json.Marshal(vars)
	if err != nil {
		t.Fatal(err)
	}
	var plain Object
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain.Text(path)
}
