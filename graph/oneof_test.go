package graph

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Our schema has no @oneOf yet: this one has, behind the real handler.
const oneOfSchema = `
	input One @oneOf { id: ID key: String more: One }
	input Holder { one: One list: [One!] deep: [[One!]!] }
	type Query { f(one: One, list: [One!], holder: Holder, holders: [Holder!]): String }`

func TestOneOf_holds_by_variable_too(t *testing.T) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: oneOfSchema})
	if err != nil {
		t.Fatal(err)
	}
	h := newServer(&graphql.ExecutableSchemaMock{
		SchemaFunc:     func() *ast.Schema { return schema },
		ComplexityFunc: func(context.Context, string, string, int, map[string]any) (int, bool) { return 0, false },
		ExecFunc: func(context.Context) graphql.ResponseHandler {
			return graphql.OneShot(&graphql.Response{Data: []byte(`{"f":"executed"}`)})
		},
	}, DefaultLimits(), slog.New(slog.DiscardHandler))
	for name, tc := range map[string]struct {
		query, variables string
		refused          bool
	}{
		"one key":                 {`query($v: One) { f(one: $v) }`, `{"v":{"id":"a"}}`, false},
		"null for the whole":      {`query($v: One) { f(one: $v) }`, `{"v":null}`, false},
		"nothing":                 {`query($v: One) { f(one: $v) }`, `{}`, false},
		"two keys":                {`query($v: One) { f(one: $v) }`, `{"v":{"id":"canary","key":"b"}}`, true},
		"two keys, one null":      {`query($v: One) { f(one: $v) }`, `{"v":{"id":"canary","key":null}}`, true},
		"no key":                  {`query($v: One) { f(one: $v) }`, `{"v":{}}`, true},
		"a null":                  {`query($v: One) { f(one: $v) }`, `{"v":{"id":null}}`, true},
		"in a list":               {`query($v: [One!]) { f(list: $v) }`, `{"v":[{"id":"a"},{"id":"canary","key":"b"}]}`, true},
		"for a list":              {`query($v: [One!]) { f(list: $v) }`, `{"v":{"id":"canary","key":"b"}}`, true},
		"a good one for a list":   {`query($v: [One!]) { f(list: $v) }`, `{"v":{"id":"a"}}`, false},
		"in an input":             {`query($v: Holder) { f(holder: $v) }`, `{"v":{"one":{"id":"canary","key":"b"}}}`, true},
		"in a list in an input":   {`query($v: Holder) { f(holder: $v) }`, `{"v":{"list":[{"id":"a"},{}]}}`, true},
		"in lists in an input":    {`query($v: Holder) { f(holder: $v) }`, `{"v":{"deep":[[{"id":"a"}],[{"key":"a"},{}]]}}`, true},
		"for lists in an input":   {`query($v: Holder) { f(holder: $v) }`, `{"v":{"deep":{}}}`, true},
		"in a list of inputs":     {`query($v: [Holder!]) { f(holders: $v) }`, `{"v":[{},{"one":{}}]}`, true},
		"in itself":               {`query($v: One) { f(one: $v) }`, `{"v":{"more":{"more":{}}}}`, true},
		"in itself, well":         {`query($v: One) { f(one: $v) }`, `{"v":{"more":{"more":{"id":"a"}}}}`, false},
		"two keys, literally":     {`{ f(one: {id: "canary", key: "b"}) }`, `{}`, true},
		"no key, literally":       {`{ f(one: {}) }`, `{}`, true},
		"null, literally":         {`{ f(one: {id: null}) }`, `{}`, true},
		"a variable of its own":   {`query($v: ID!) { f(one: {id: $v}) }`, `{"v":"a"}`, false},
		"one that may be null":    {`query($v: ID) { f(one: {id: $v}) }`, `{"v":"a"}`, true},
		"two keys in the default": {`query($v: One = {id: "canary", key: "b"}) { f(one: $v) }`, `{}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest("POST", "/graphql", strings.NewReader(`{"query":`+quote(tc.query)+`,"variables":`+tc.variables+`}`))
			request.Header.Set("Content-Type", "application/json")
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, request)
			body := answer.Body.String()
			if tc.refused == strings.Contains(body, "executed") || tc.refused != strings.Contains(body, codeBadRequest) || strings.Contains(body, "canary") {
				t.Errorf("%s", body)
			}
		})
	}
}

func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }
