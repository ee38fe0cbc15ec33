package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keyward/graph"
	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// quick is how soon what costs too much is refused. Of several tries one has to be: the machine has other work.
const quick = 300 * time.Millisecond * slowdown

// refusedQuickly sends a document that must be answered with the code, short and free of what was sent.
func refusedQuickly(t *testing.T, c *Client, code, query string, vars Vars) {
	t.Helper()
	best := time.Hour
	for range 5 {
		began := time.Now()
		response := c.Do(t, query, vars)
		best = min(best, time.Since(began))
		if response.Code() != code {
			t.Errorf("%q instead of %q: %.300s", response.Code(), code, response.Raw)
			return
		}
		if code != "" && (len(response.Raw) > 2000 || response.Data != nil) {
			t.Errorf("%d bytes: %.300s", len(response.Raw), response.Raw)
		}
		for _, word := range []string{"Did you mean", "canary", "SQL"} {
			if code != "" && strings.Contains(response.Raw, word) {
				t.Errorf("the answer says %q: %.300s", word, response.Raw)
			}
		}
		if best < quick {
			return
		}
	}
	t.Errorf("it took %s", best)
}

func each(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// chain is n fragments, each of which spreads the next; the last holds what is given.
func chain(n int, last string) string {
	var b strings.Builder
	b.WriteString(`{ viewer { ...f0 } }`)
	for i := range n - 1 {
		fmt.Fprintf(&b, ` fragment f%d on Viewer { ...f%d }`, i, i+1)
	}
	return b.String() + fmt.Sprintf(` fragment f%d on Viewer { %s }`, n-1, last)
}

func nested(n int, in string) string {
	return strings.Repeat("[", n) + in + strings.Repeat("]", n)
}

func TestDocuments_that_ask_too_much(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleOwner)
	again := strings.Repeat
	for name, tc := range map[string]struct{ code, query string }{
		"30 aliases pass":                         {"", `{ viewer { ` + each(30, "a%d: id ") + `} }`},
		"31 aliases":                              {"TOO_COSTLY", `{ viewer { ` + each(31, "a%d: id ") + `} }`},
		"31 aliases in fragments":                 {"TOO_COSTLY", `{ viewer { ...f } } fragment f on Viewer { ` + each(16, "a%d: id ") + each(15, "b%d: id ") + `}`},
		"50 directives pass":                      {"", `{ viewer { ` + again("id @include(if: true) ", 50) + `} }`},
		"51 directives":                           {"TOO_COSTLY", `{ viewer { ` + again("id @include(if: true) ", 51) + `} }`},
		"51 directives in one place":              {"TOO_COSTLY", `{ viewer { id ` + again("@canary ", 51) + `} }`},
		"51 on the operation":                     {"TOO_COSTLY", `query ` + again("@canary ", 51) + `{ viewer { id } }`},
		"5,120 fields by fragments":               {"TOO_COSTLY", `{ viewer { ` + again("...a ", 64) + `} } fragment a on Viewer { ` + again("...b ", 8) + `} fragment b on Viewer { ` + again("id ", 10) + `}`},
		"nested 1,500 deep":                       {"BAD_REQUEST", again("{ canary ", 1500)},
		"nested 900 deep":                         {"TOO_COSTLY", again("{ canary ", 900) + again("}", 900)},
		"16 deep by fragments":                    {"TOO_COSTLY", chain(2, again("workspace { ", 15)+"id"+again("}", 15))},
		"2,000 tokens":                            {"TOO_COSTLY", `{ viewer { ` + again("id ", 2000) + `} }`},
		"5,000 comments":                          {"TOO_COSTLY", again("# canary\n", 5000) + `{ viewer { id } }`},
		"a long comment passes":                   {"", "#" + again("x", 900_000) + "\n{ viewer { id } }"},
		"11 mutations":                            {"TOO_COSTLY", `mutation { ` + each(11, `a%d: deleteFlow(input: {id: "x"}) { __typename } `) + `}`},
		"11 mutations in fragments":               {"TOO_COSTLY", `mutation { ...F ...G } fragment F on Mutation { ` + each(6, `a%d: deleteFlow(input: {id: "x"}) { __typename } `) + `} fragment G on Mutation { ` + each(5, `b%d: deleteFlow(input: {id: "x"}) { __typename } `) + `}`},
		"two that verify":                         {"TOO_COSTLY", `mutation { a: verifyCredential(input: {id: "x"}) { __typename } b: checkCredential(input: {componentId: "x", fields: []}) { __typename } }`},
		"20 operations pass":                      {"BAD_REQUEST", each(20, "query q%d { viewer { id } } ")}, // which one?
		"21 operations":                           {"TOO_COSTLY", each(21, "query q%d { viewer { id } } ")},
		"300 operations":                          {"TOO_COSTLY", each(300, "query q%d { viewer { id } } ")},
		"101 fragments":                           {"TOO_COSTLY", chain(101, "id")},
		"a fragment that spreads itself":          {"BAD_REQUEST", chain(1, "...f0")},
		"a circle of 100 fragments":               {"BAD_REQUEST", chain(100, "...f0")},
		"a circle by way of fields":               {"BAD_REQUEST", `{ __schema { types { ...a } } } fragment a on __Type { fields { type { ...a } } }`},
		"a circle that nothing spreads":           {"BAD_REQUEST", `{ viewer { id } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }`},
		"900 fields to merge":                     {"TOO_COSTLY", `{ viewer { ` + again("id ", 900) + `} }`},
		"objects to merge":                        {"TOO_COSTLY", `{ viewer { ` + again("workspace { "+again("id ", 20)+"} ", 70) + `} }`},
		"400 fields in the last of 100 fragments": {"TOO_COSTLY", chain(100, "... { "+again("id ", 400)+"}")},
		"differing arguments":                     {"BAD_REQUEST", `{ ` + each(200, "credentials(first: %d) { totalCount } ") + `}`},
		"fields that differ":                      {"BAD_REQUEST", `{ viewer { ` + again("a: id a: name ", 15) + `} }`},
		"1,000 unknown fields, 100 times":         {"TOO_COSTLY", chain(100, "... { "+each(1000, "canary%d ")+"}")},
		"300 unknown fields":                      {"BAD_REQUEST", `{ viewer { ` + each(300, "canary%d ") + `} }`},
		"an unknown field of 900 kB":              {"BAD_REQUEST", `{ canary` + again("x", 900_000) + ` }`},
		"an unknown type of 900 kB":               {"BAD_REQUEST", `{ ... on canary` + again("x", 900_000) + ` { id } }`},
		"an unknown argument of 900 kB":           {"BAD_REQUEST", `{ credentials(canary` + again("x", 900_000) + `: 1) { totalCount } }`},
		"a list in 21 lists":                      {"TOO_COSTLY", `{ nodes(ids: ` + nested(21, `"canary"`) + `) { id } }`},
		"a list in 900 lists":                     {"TOO_COSTLY", `{ nodes(ids: ` + nested(900, "") + `) { id } }`},
		"a list in lists in a default":            {"TOO_COSTLY", `query($ids: [ID!]! = ` + nested(21, "") + `) { nodes(ids: $ids) { id } }`},
		"a list in lists in a directive":          {"TOO_COSTLY", `{ viewer { id @include(if: ` + nested(21, "") + `) } }`},
		"29 lists under each of 100 rows":         {"TOO_COSTLY", `{ credentials(first: 100) { nodes { ` + each(29, "a%d: flows(first: 15) { nodes { id } } ") + `} } }`},
		"a million rows":                          {"TOO_COSTLY", `{ flows(first: 100) { nodes { steps { credential { flows(first: 100) { nodes { id } } } } } } }`},
		"introspection passes":                    {"", introspection},
		"30 introspections":                       {"TOO_COSTLY", `{ ` + each(30, "a%d: __schema { types { name description fields { name description type { name ofType { name ofType { name } } } args { name description type { name } } } } } ") + `}`},
		"30 lists of types":                       {"TOO_COSTLY", `{ __schema { ` + each(30, "a%d: types { name description fields { name description type { name ofType { name ofType { name } } } args { name description type { name } } } } ") + `} }`},
	} {
		t.Run(name, func(t *testing.T) { refusedQuickly(t, c, tc.code, tc.query, nil) })
	}
}

func TestVariables_that_are_too_much(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleOwner)
	deep := func(n int) any {
		var value any = "canary"
		for range n {
			value = []any{value}
		}
		return value
	}
	wide := make([]string, 30_000)
	const check = `mutation($v: FieldValue) { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: $v}]}) { __typename } }`
	for name, tc := range map[string]struct {
		code, query string
		vars        Vars
	}{
		"a deep list":           {"TOO_COSTLY", check, Vars{"v": deep(25)}},
		"a very deep list":      {"TOO_COSTLY", check, Vars{"v": deep(5000)}},
		"a wide list":           {"TOO_COSTLY", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, Vars{"ids": wide}},
		"101 nodes":             {"BAD_REQUEST", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, Vars{"ids": wide[:101]}},
		"a million rows":        {"BAD_REQUEST", `query($n: Int!) { credentials(first: $n) { totalCount } }`, Vars{"n": 1_000_000}},
		"too many for 32 bits":  {"BAD_REQUEST", `query($n: Int!) { credentials(first: $n) { totalCount } }`, Vars{"n": 1 << 40}},
		"too many for 64 bits":  {"BAD_REQUEST", `query($n: Int!) { credentials(first: $n) { totalCount } }`, Vars{"n": 1e30}},
		"less than one":         {"BAD_REQUEST", `query($n: Int!) { credentials(first: $n) { totalCount } }`, Vars{"n": -1}},
		"a word for a number":   {"BAD_REQUEST", `query($n: Int!) { credentials(first: $n) { totalCount } }`, Vars{"n": "canary"}},
		"an object for a text":  {"BAD_REQUEST", `query($s: String) { credentials(filter: {search: $s}) { totalCount } }`, Vars{"s": Vars{"canary": 1}}},
		"an unknown key":        {"BAD_REQUEST", `query($f: CredentialFilter) { credentials(filter: $f) { totalCount } }`, Vars{"f": Vars{"x": "canary"}}},
		"an unknown key's name": {"BAD_REQUEST", `query($f: CredentialFilter) { credentials(filter: $f) { totalCount } }`, Vars{"f": Vars{strings.Repeat("x", 100_000): 1}}},
		"a wrong enum value":    {"BAD_REQUEST", `query($f: FlowFilter) { flows(filter: $f) { totalCount } }`, Vars{"f": Vars{"status": "canary"}}},
	} {
		t.Run(name, func(t *testing.T) { refusedQuickly(t, c, tc.code, tc.query, tc.vars) })
	}
}

// Names that are nearly right tell nothing about the schema to those who may not see it.
func TestErrors_do_not_guess(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleRuntime)
	for _, query := range []string{
		`{ viewr { id } }`, `{ viewer { idd } }`, `{ viewer }`, `{ viewer { id { x } } }`, `{ credentials(frist: 1) { totalCount } }`,
		`{ credentials(filter: {serch: "x"}) { totalCount } }`, `{ flows(filter: {status: ACTIV}) { totalCount } }`, `{ flows(filter: {status: "ACTIVE"}) { totalCount } }`,
		`{ ... on Qery { viewer { id } } }`, `query($f: CredentialFiltr) { credentials(filter: $f) { totalCount } }`,
		`{ viewer @includ(if: true) { id } }`, `{ viewer @include(iff: true) { id } }`, `{ viewer { ...Viewr } } fragment Viewer on Viewer { id }`,
		`mutation { createCredential(input: {componentId: "x"}) { __typename } }`, `{ node(id: "x") { title } }`,
	} {
		response := c.Do(t, query, nil)
		if response.Code() != "BAD_REQUEST" || strings.Contains(response.Raw, "mean") {
			t.Errorf("%s: %s", query, response.Raw)
		}
		for _, hidden := range []string{"totalCount", "search", "ACTIVE", "Query", "CredentialFilter", "fields"} {
			if strings.Contains(response.Raw, `"`+hidden) || strings.Contains(response.Raw, `\"`+hidden) {
				t.Errorf("%s tells of %s: %s", query, hidden, response.Raw)
			}
		}
	}
}

// Whatever stands where a text or an id is expected is answered cleanly.
func TestGarbage_is_answered_cleanly(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		credential := c.Petstore(t, "one")
		flow := c.Flow(t, "F", credential)
		texts := map[string]string{
			"NUL": "a\x00b", "a quote": "'; DROP TABLE flows; --", "patterns": `%_\`, "10 kB": strings.Repeat("x", 10_000), "empty": "",
			"no character": "a\uFFFEb", "beyond the plane": "\U0010FFFF", "a tampered cursor": "WyJhIl0", "a cursor of numbers": "WzEsMl0",
			"half a cursor": "WyJhIiwi", "an id of another kind": flow, "a prefix alone": "cred_", "a line end": "cred_\n",
		}
		operations := []string{
			`query($s: ID!) { node(id: $s) { id } }`, `query($s: ID!) { nodes(ids: [$s]) { id } }`, `query($s: ID!) { credential(id: $s) { id } }`,
			`query($s: ID!) { flow(id: $s) { id } }`, `query($s: ID!) { component(id: $s) { id } }`, `query($s: String!) { component(key: $s) { id } }`,
			`query($s: String!) { components(after: $s) { nodes { id } } }`, `query($s: String!) { credentials(after: $s) { nodes { id } } }`,
			`query($s: String!) { flows(after: $s) { nodes { id } } }`, `query($s: String!) { credentials { nodes { flows(after: $s) { nodes { id } } } } }`,
			`query($s: String!) { component(key: "petstore") { credentials(after: $s) { nodes { id } } } }`,
			`query($s: String!) { components(filter: {search: $s}) { totalCount } }`, `query($s: String!) { credentials(filter: {search: $s}) { totalCount } }`,
			`query($s: String!) { flows(filter: {search: $s}) { totalCount } }`, `query($s: ID!) { flows(filter: {credentialId: $s}) { totalCount } }`,
			`mutation($s: ID!) { deleteFlow(input: {id: $s, expectedVersion: 99}) { __typename } }`, `mutation($s: ID!) { deleteCredential(input: {id: $s, expectedVersion: 99}) { __typename } }`,
			`mutation($s: ID!) { verifyCredential(input: {id: $s}) { __typename } }`, `mutation($s: ID!) { activateFlow(input: {id: $s}) { __typename } }`,
			`mutation($s: String!) { createFlow(input: {name: $s, steps: []}) { __typename } }`,
			`mutation($s: String!) { createFlow(input: {name: "x", steps: [{key: $s, componentId: "cmp_filter"}]}) { __typename } }`,
			`mutation($s: ID!) { createFlow(input: {name: "x", steps: [{key: "k", componentId: $s}]}) { __typename } }`,
			`mutation($s: String!) { createFlow(input: {name: "x", steps: [{key: "k", componentId: "cmp_filter", function: $s}]}) { __typename } }`,
			`mutation($s: String!) { linkCredential(input: {flowId: "` + flow + `", stepKey: $s, credentialId: null}) { __typename } }`,
			`mutation($s: ID!) { linkCredential(input: {flowId: "` + flow + `", stepKey: "pets", credentialId: $s}) { __typename } }`,
			`mutation($s: ID!) { replaceCredential(input: {fromId: $s, toId: $s}) { __typename } }`,
			`mutation($s: ID!) { replaceCredential(input: {fromId: "` + credential + `", toId: "` + credential + `", flowIds: [$s]}) { __typename } }`,
			`mutation($s: String!) { updateCredential(input: {id: "` + credential + `", expectedVersion: 99, name: $s}) { __typename } }`,
			`mutation($s: String!) { updateCredential(input: {id: "` + credential + `", expectedVersion: 99, tags: [$s]}) { __typename } }`,
			`mutation($s: FieldValue) { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: $s}]}) { __typename } }`,
			`mutation($s: String!) { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: $s, value: null}]}) { __typename } }`,
			`mutation($s: String!) { createCredential(input: {componentId: "cmp_petstore", fields: [], idempotencyKey: $s}) { __typename } }`,
		}
		for what, text := range texts {
			for _, query := range operations {
				response := c.Do(t, query, Vars{"s": text})
				if code := response.Code(); response.Status != 200 || code != "" && code != "BAD_REQUEST" {
					t.Errorf("%s: %s: %d %.300s", what, query, response.Status, response.Raw)
				}
				for _, word := range []string{"SQL", "sqlite", "DROP", "syntax", "constraint", "pgx"} {
					if strings.Contains(response.Raw, word) {
						t.Errorf("%s: %s: says %q: %.300s", what, query, word, response.Raw)
					}
				}
			}
		}
		for _, query := range []string{ // half a surrogate pair, written in the document
			`{ node(id: "\ud800") { id } }`, `{ credentials(filter: {search: "\udfff"}) { totalCount } }`, `{ node(id: "\u{110000}") { id } }`, `{ node(id: "\u0000") { id } }`,
			`{ credential(id: 99999999999999999999999) { id } }`, `mutation { deleteFlow(input: {id: "x", expectedVersion: 99999999999}) { __typename } }`,
		} {
			if response := c.Do(t, query, nil); response.Status != 200 || response.Code() == "INTERNAL" {
				t.Errorf("%s: %s", query, response.Raw)
			}
		}
		if log := g.Log.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("%.2000s", log[strings.Index(log, "level=ERROR"):])
		}
	})
}

// Each limit is a setting.
func TestLimits_can_be_set(t *testing.T) {
	for name, tc := range map[string]struct {
		set         func(*graph.Limits)
		query, code string
	}{
		"tokens":     {func(l *graph.Limits) { l.Tokens = 6 }, `{ viewer { id name } }`, "TOO_COSTLY"},
		"depth":      {func(l *graph.Limits) { l.Depth = 2 }, `{ viewer { workspace { id } } }`, "TOO_COSTLY"},
		"fields":     {func(l *graph.Limits) { l.Fields = 2 }, `{ viewer { id name } }`, "TOO_COSTLY"},
		"aliases":    {func(l *graph.Limits) { l.Aliases = 0 }, `{ me: viewer { id } }`, "TOO_COSTLY"},
		"directives": {func(l *graph.Limits) { l.Directives = 0 }, `{ viewer @skip(if: false) { id } }`, "TOO_COSTLY"},
		"complexity": {func(l *graph.Limits) { l.Complexity = 2 }, `{ viewer { id name } }`, "TOO_COSTLY"},
		"a body":     {func(l *graph.Limits) { l.BodyBytes = 40 }, `{ viewer { id name } }`, "BAD_REQUEST"},
		"no cache":   {func(l *graph.Limits) { l.QueryCacheBytes = 0 }, `{ viewer { id name } }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDatabase(t, "sqlite")
			if code := New(t, d).Client(t, models.RoleOwner).Do(t, tc.query, nil).Code(); code != "" {
				t.Errorf("by default: %s", code)
			}
			d.Limits = tc.set
			if response := New(t, d).Client(t, models.RoleOwner).Do(t, tc.query, nil); response.Code() != tc.code {
				t.Errorf("%s", response.Raw)
			}
		})
	}
}
