package graph_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// introspection is what GraphiQL asks: 15 levels deep.
const introspection = `query IntrospectionQuery { __schema { description queryType { name } mutationType { name } subscriptionType { name }
	types { ...FullType } directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description
	args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } inputFields(includeDeprecated: true) { ...InputValue }
	interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
	ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`

func TestLimits(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	deep := func(n int) string {
		return `{ viewer { workspace { id } } credentials(first: 1) { nodes ` +
			strings.Repeat(`{ component { credentials(first: 1) { nodes `, n) + `{ id }` + strings.Repeat(` } } }`, n) + ` } }`
	}
	var amplified strings.Builder
	amplified.WriteString(`{ viewer { ...f0 } } fragment f20 on Viewer { id }`)
	for i := range 20 {
		fmt.Fprintf(&amplified, ` fragment f%d on Viewer { ...f%d ...f%d }`, i, i+1, i+1)
	}
	for name, tc := range map[string]struct{ query, code string }{
		"introspection passes":   {introspection, ""},
		"15 levels pass":         {deep(4), ""},
		"18 levels":              {deep(5), "TOO_COSTLY"},
		"2,000 tokens":           {`{ viewer { ` + strings.Repeat("id ", 2000) + `} }`, "TOO_COSTLY"},
		"a million rows":         {`{ credentials(first: 100) { nodes { component { credentials(first: 100) { nodes { flows(first: 100) { nodes { id } } } } } } } }`, "TOO_COSTLY"},
		"2^20 by fragments":      {amplified.String(), "TOO_COSTLY"},
		"a fragment cycle":       {`{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }`, "BAD_REQUEST"},
		"first 0":                {`{ credentials(first: 0) { totalCount } }`, "BAD_REQUEST"},
		"first 101":              {`{ flows(first: 101) { totalCount } }`, "BAD_REQUEST"},
		"first 51 verifications": {`{ credentials { nodes { verifications(first: 51) { outcome } } } }`, "BAD_REQUEST"},
		"first beyond 32 bits":   {`{ credentials(first: 99999999999) { totalCount } }`, "BAD_REQUEST"},
		"a cursor that is none":  {`{ credentials(after: "zzz") { totalCount } }`, "BAD_REQUEST"},
		"a cursor of 8 KiB":      {`{ credentials(after: "` + base64.RawURLEncoding.EncodeToString([]byte(`["`+strings.Repeat("x", 8<<10)+`","id"]`)) + `") { totalCount } }`, "BAD_REQUEST"},
		"a cursor with NUL":      {`{ credentials(after: "WyJcdTAwMDAiLCJ4Il0") { totalCount } }`, "BAD_REQUEST"},
		"NUL in a search":        {`{ credentials(filter: {search: "\u0000"}) { totalCount } }`, "BAD_REQUEST"},
		"both selectors":         {`{ component(id: "a", key: "b") { id } }`, "BAD_REQUEST"},
		"no selector":            {`{ component { id } }`, "BAD_REQUEST"},
		"101 nodes":              {`{ nodes(ids: [` + strings.Repeat(`"a",`, 101) + `]) { id } }`, "BAD_REQUEST"},
		"a garbage id":           {`{ node(id: "'; DROP TABLE flows; --\u0000") { id } }`, ""},
		"an unknown field":       {`{ viewr { id } }`, "BAD_REQUEST"},
		"an unknown argument":    {`{ credentials(frist: 1) { totalCount } }`, "BAD_REQUEST"},
		"@defer":                 {`{ ... @defer { viewer { id } } }`, "BAD_REQUEST"},
		"not GraphQL":            {`{`, "BAD_REQUEST"},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			response := c.Do(t, tc.query, nil)
			if response.Code() != tc.code {
				t.Errorf("%q instead of %q: %.300s", response.Code(), tc.code, response.Raw)
			}
			if took := time.Since(began); tc.code != "" && took > 2*time.Second {
				t.Errorf("refused after %s", took)
			}
			if strings.Contains(response.Raw, "Did you mean") || strings.Contains(response.Raw, "SQL") {
				t.Errorf("tells too much: %.300s", response.Raw)
			}
		})
	}
}

// What is wrong with a request is said without repeating any of it.
func TestTransport(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	token := g.Client(t, models.RoleOwner).Token
	const canary = "canary-in-the-body"
	for name, tc := range map[string]struct {
		method, media, body string
		status              int
	}{
		"a query":              {"POST", "application/json", `{"query":"{ viewer { id } }"}`, 200},
		"with a charset":       {"POST", "application/json; charset=UTF-8", `{"query":"{ viewer { id } }"}`, 200},
		"GET":                  {"GET", "", "", 405},
		"PUT":                  {"PUT", "application/json", `{"query":"{ viewer { id } }"}`, 405},
		"text":                 {"POST", "text/plain", `{"query":"{ viewer { id } }"}`, 415},
		"a form":               {"POST", "application/x-www-form-urlencoded", `query=x`, 415},
		"multipart":            {"POST", "multipart/form-data; boundary=x", `x`, 415},
		"no media type":        {"POST", "", `{"query":"{ viewer { id } }"}`, 415},
		"malformed JSON":       {"POST", "application/json", `{"query": "` + canary, 400},
		"trailing data":        {"POST", "application/json", `{"query":"{ viewer { id } }"} ` + canary, 400},
		"a brace too many":     {"POST", "application/json", `{"query":"{ viewer { id } }"}}`, 400},
		"an array":             {"POST", "application/json", `[{"query":"{ viewer { id } }"}]`, 400},
		"a wrong type":         {"POST", "application/json", `{"query": {"` + canary + `": 1}}`, 400},
		"variables as a list":  {"POST", "application/json", `{"query":"{ viewer { id } }","variables":["` + canary + `"]}`, 400},
		"no query":             {"POST", "application/json", `{"variables":{"a":"` + canary + `"}}`, 400},
		"more than a mebibyte": {"POST", "application/json", `{"query":"{ viewer { id } }","variables":{"a":"` + strings.Repeat("x", 1<<20) + `"}}`, 413},
		"deep JSON":            {"POST", "application/json", strings.Repeat(`{"a":`, 20_000), 400},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(context.Background(), tc.method, g.URL+"/graphql", bytes.NewBufferString(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+token)
			if tc.media != "" {
				request.Header.Set("Content-Type", tc.media)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != tc.status || strings.Contains(string(body), canary) {
				t.Errorf("%d (%v): %.300s", response.StatusCode, err, body)
			}
			for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
				if got := response.Header.Get(header); got != want {
					t.Errorf("%s: %q", header, got)
				}
			}
		})
	}
}

// Clients that know the media type of GraphQL over HTTP get its status codes.
func TestTransport_answers_in_the_media_type_asked_for(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	token := g.Client(t, models.RoleOwner).Token
	for accept, want := range map[string]string{
		"":                 "200 application/json; charset=utf-8",
		"*/*":              "200 application/json; charset=utf-8",
		"application/json": "200 application/json; charset=utf-8",
		"application/graphql-response+json, application/json;q=0.9": "400 application/graphql-response+json; charset=utf-8",
	} {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, g.URL+"/graphql", strings.NewReader(`{"query":"{ nope }"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", accept)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if got := fmt.Sprint(response.StatusCode, " ", response.Header.Get("Content-Type")); got != want || strings.Contains(string(body), `"data"`) {
			t.Errorf("Accept %q: %s: %s", accept, got, body)
		}
	}
}

// Introspection shows what clients can use, and nothing of how the code is made.
func TestIntrospection_hides_the_generator(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	data := g.Client(t, models.RoleViewer).Must(t, `{ __schema { directives { name } } }`, nil)
	for i := range data.Len("__schema.directives") {
		switch name := data.Text(fmt.Sprintf("__schema.directives.%d.name", i)); name {
		case "include", "skip", "deprecated", "specifiedBy", "oneOf":
		default:
			t.Errorf("@%s", name)
		}
	}
}
