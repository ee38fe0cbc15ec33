package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/models"
	"keyward/verifiers"
)

// Whoever follows catalog/README.md has a component that can be read, is checked as shown, and is verified.
func TestCatalogReadme_example_works(t *testing.T) {
	readme := content(t, "catalog/README.md")
	descriptor, answers := worked(t, readme, content(t, "catalog/answers.schema.json"))
	t.Chdir(t.TempDir())
	place := filepath.Join("catalog", "acme-tickets")
	if err := os.MkdirAll(place, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(place, "component.json"), []byte(descriptor), 0o600); err != nil {
		t.Fatal(err)
	}
	printed, err := command(t, "component", "check", filepath.Join(place, "component.json"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(between(t, readme, "$ keyward component check catalog/acme-tickets/component.json\n", "```"), printed); diff != "" {
		t.Errorf("what is printed is not what stands there: %s", diff)
	}

	vendor := httptest.NewServer(answers)
	t.Cleanup(vendor.Close)
	override := func(name string) (string, bool) {
		return vendor.URL + "/v1", name == "KEYWARD_COMPONENT_ACME_TICKETS_BASE_URL"
	}
	components, err := catalog.Load(os.DirFS("catalog"), override)
	if err != nil || len(components) != 1 {
		t.Fatalf("%d components, %v", len(components), err)
	}
	own := egress.Range{Prefix: netip.MustParsePrefix("127.0.0.1/32")}
	registry := verifiers.New(egress.New([]egress.Range{own}), nil, slog.New(slog.DiscardHandler))
	for key, want := range map[string]models.Verification{
		"acme_0123456789": {Outcome: models.Accepted, Account: models.Account{ID: "7", Name: "Ada"}},
		"acme_wrong00000": {Outcome: models.Rejected, Reason: models.ReasonAuthRejected},
	} {
		method := &components[0].Methods[0]
		got := registry.Verify(t.Context(), "acme-tickets", method, models.Values{"apiKey": models.NewSecret(key)})
		if got.Outcome != want.Outcome || got.Reason != want.Reason || got.Account != want.Account {
			t.Errorf("%s: %+v", key, got)
		}
	}
}

// worked are the example's descriptor, and its golden answers as a server.
func worked(t *testing.T, readme, answersSchema string) (descriptor string, vendor http.Handler) {
	t.Helper()
	examples := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(readme, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples", len(examples))
	}
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(answersSchema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("answers", schema); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(examples[1][1]))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile("answers").Validate(document); err != nil {
		t.Error(err)
	}
	var answers struct {
		Methods map[string]struct {
			Request struct{ Headers map[string]string }
			Answers []struct {
				Status int
				Body   json.RawMessage
			}
		}
	}
	if err := json.Unmarshal([]byte(examples[1][1]), &answers); err != nil {
		t.Fatal(err)
	}
	method := answers.Methods["api-key"]
	return examples[0][1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := method.Answers[1]
		if r.Method == http.MethodGet && r.URL.Path == "/v1/me" && r.Header.Get("Authorization") == method.Request.Headers["Authorization"] {
			answer = method.Answers[0]
		}
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	})
}

// What catalog/README.md says of every key is what schema.json says, and no viewClass or protocol is left out.
func TestCatalogReadme_is_complete(t *testing.T) {
	const begin, end = "<!-- generated -->\n", "<!-- /generated -->"
	readme := content(t, "catalog/README.md")
	var schema map[string]any
	if err := json.Unmarshal([]byte(content(t, "catalog/schema.json")), &schema); err != nil {
		t.Fatal(err)
	}
	want := reference(schema)
	was := between(t, readme, begin, end)
	if diff := cmp.Diff(want, was); diff != "" {
		if os.Getenv("UPDATE") == "" {
			t.Errorf("the reference in catalog/README.md is not schema.json's: run UPDATE=1 go test . -run TestCatalogReadme\n%s", diff)
		} else if err := os.WriteFile("catalog/README.md", []byte(strings.Replace(readme, begin+was, begin+want, 1)), 0o600); err != nil {
			t.Error(err)
		}
	}
	for _, protocol := range catalog.Protocols() {
		if !strings.Contains(want, "| `"+protocol+"` |") {
			t.Errorf("the protocol %s is missing", protocol)
		}
	}
	views, _ := under(schema, "$defs", "ownField", "properties", "viewClass")["enum"].([]any)
	for _, view := range append(views, "CodeFieldView", "HTTPAuthView", "WebhookAuthView") {
		if !strings.Contains(readme, fmt.Sprintf("`%v`", view)) {
			t.Errorf("%v is missing", view)
		}
	}
}

// The README says how many components there are, and names each.
func TestReadme_counts_components(t *testing.T) {
	components, err := catalog.Load(catalog.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	families := map[models.ComponentCategory]bool{}
	for _, c := range components {
		families[c.Category] = true
	}
	readme := content(t, "README.md")
	table := between(t, readme, "## What can be connected to\n", "### Components of your own")
	for _, c := range components {
		if !regexp.MustCompile(`(?m)^\| ([^|]*, )?` + regexp.QuoteMeta(c.Title) + `(, [^|]*)? \|`).MatchString(table) {
			t.Errorf("%s is missing in the table of what can be connected to", c.Title)
		}
	}
	want := fmt.Sprintf("**%d components in %d families**", len(components), len(families))
	if strings.Contains(readme, want) {
		return
	}
	said := regexp.MustCompile(`\*\*[0-9]+ components in [0-9]+ families\*\*`)
	if os.Getenv("UPDATE") == "" || !said.MatchString(readme) {
		t.Errorf("it has to say %s: run UPDATE=1 go test . -run TestReadme_counts", want)
	} else if err := os.WriteFile("README.md", []byte(said.ReplaceAllString(readme, want)), 0o600); err != nil {
		t.Error(err)
	}
}

// reference writes down the schema's keys, each with the first sentence of what it says of them.
func reference(schema map[string]any) string {
	var text strings.Builder
	for _, part := range []struct{ title, name string }{
		{"The file", ""}, {"One of `methods`", "method"}, {"One of `fields`", "field"}, {"`oauth2`", "oauth2"}, {"`oauth1`", "oauth1"},
		{"`verification`", "verification"}, {"`request`", "request"}, {"`session`", "session"}, {"`jwt`", "jwt"}, {"`optionsFrom`", "optionsFrom"}, {"`accept`, `reject`, `unavailable`: a rule", "rule"}, {"A condition of a rule", "condition"},
	} {
		object := schema
		if part.name != "" {
			object = under(schema, "$defs", part.name)
		}
		fmt.Fprintf(&text, "\n### %s\n\n| key | |\n|---|---|\n", part.title)
		properties := under(object, "properties")
		for _, key := range slices.Sorted(maps.Keys(properties)) {
			fmt.Fprintf(&text, "| `%s` | %s |\n", key, said(schema, under(properties, key)))
		}
	}
	text.WriteString("\n### `protocol` and its `params`\n\n| protocol | | parameters |\n|---|---|---|\n")
	protocols := under(schema, "$defs", "params")
	for _, protocol := range catalog.Protocols() {
		block := under(protocols, protocol)
		var params []string
		for _, param := range slices.Sorted(maps.Keys(under(block, "properties"))) {
			params = append(params, "`"+param+"`")
		}
		fmt.Fprintf(&text, "| `%s` | %s | %s |\n", protocol, said(schema, block), strings.Join(params, " "))
	}
	return text.String() + "\n"
}

// said is the first sentence that a schema says of a key, itself or where it leads.
func said(schema, of map[string]any) string {
	text, _ := of["description"].(string)
	if ref, _ := of["$ref"].(string); text == "" && ref != "" {
		text, _ = under(schema, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)["description"].(string)
	}
	first, _, _ := strings.Cut(text, ". ")
	return strings.NewReplacer("|", `\|`, "<", `\<`).Replace(strings.TrimSuffix(first, ".")) + "."
}

func under(object map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		object, _ = object[key].(map[string]any)
	}
	return object
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
}

// between is what stands between two texts.
func between(t *testing.T, text, begin, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, begin)
	inside, _, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("there is no %q with a %q behind it", begin, end)
	}
	return inside
}
