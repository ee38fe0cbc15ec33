package gatewaytest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
)

// hostile is a service that lets tokens with Good in them in, breaks over those with Broken, and otherwise says no;
// and whatever it says, it repeats what it got.
func hostile(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, _ := r.BasicAuth()
		sent := r.Header.Get("Authorization") + password + r.Header.Get("X-Api-Key") + r.URL.RawQuery
		w.Header().Set("X-Echo", sent)
		w.Header().Set("Location", "http://127.0.0.1:1/?"+sent)
		switch {
		case strings.Contains(sent, "Good"):
		case strings.Contains(sent, "Broken"):
			w.WriteHeader(http.StatusBadGateway)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = fmt.Fprintf(w, `{"error": %q}`, "no such token: "+sent)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// planter types secrets in and keeps everything that it hears.
type planter struct {
	t                    *testing.T
	url, token, upstream string
	heard                *Buffer
}

func (p *planter) plant() {
	p.operations()
	p.wrongValues()
	p.wrongVariables()
	p.wrongDocuments()
	p.wrongBodies()
	p.wrongRequests()
	p.wrongCallers()
}

// send posts a body as it is, and returns the answer after writing it down, headers and all.
func (p *planter) send(body string, headers ...string) Object {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/graphql", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return p.do(request)
}

func (p *planter) do(request *http.Request) Object {
	p.t.Helper()
	answer, err := http.DefaultTransport.RoundTrip(request) // redirects are answers too
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	_, _ = fmt.Fprintf(p.heard, "%s %v\n%s\n", answer.Status, answer.Header, raw)
	if answer.StatusCode >= http.StatusInternalServerError || strings.Contains(string(raw), "INTERNAL") {
		p.t.Errorf("%d: %s", answer.StatusCode, raw)
	}
	var envelope struct{ Data Object }
	_ = json.Unmarshal(raw, &envelope) // not everything that is answered is JSON
	return envelope.Data
}

func (p *planter) ask(query string, vars any) Object {
	p.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.send(string(body))
}

// mutate asks and holds the name of what was answered against what is expected.
func (p *planter) mutate(want, query string, input any) Object {
	p.t.Helper()
	data := p.ask(query, Vars{"input": input})
	if got := outcome(Response{Status: http.StatusOK, Data: data}, nil); got != want {
		p.t.Errorf("answered %s, want %s: %v", got, want, data)
	}
	return data
}

// operations are the ways that a secret takes when all is well, and the refusals that belong to it.
func (p *planter) operations() {
	create := func(where string) Vars {
		input := bearer(p.upstream, canary+where)
		input["name"] = control
		return input
	}
	key := create("GoodIdempotent")
	key["idempotencyKey"] = "once " + p.url
	id := p.mutate("CreateCredentialSuccess", CreateCredential, key).Text("createCredential.credential.id")
	p.mutate("CreateCredentialSuccess", CreateCredential, key)
	key["fields"] = create("GoodAnother")["fields"]
	p.mutate("IdempotencyKeyReusedError", CreateCredential, key)
	p.mutate("VerificationFailedError", CreateCredential, create("Rejected"))
	p.mutate("VerificationFailedError", CreateCredential, create("Broken"))
	broken := create("Broken")
	broken["saveUnverified"] = true
	p.mutate("CreateCredentialSuccess", CreateCredential, broken)
	for method, fields := range map[string][]Vars{
		"basic":          {{"key": "username", "value": control}, {"key": "password", "value": canary + "Broken"}},
		"api-key-header": {{"key": "apiKey", "value": canary + "Good"}},
		"api-key-query":  {{"key": "apiKey", "value": canary + "Good"}},
	} {
		p.mutate("CreateCredentialSuccess", CreateCredential, Vars{
			"componentId": "cmp_rest-api", "authMethod": method, "saveUnverified": true,
			"fields": append(fields, Vars{"key": "testUrl", "value": p.upstream}),
		})
	}
	p.mutate("CreateCredentialSuccess", CreateCredential, Vars{"componentId": "cmp_postgresql", "saveUnverified": true, "fields": []Vars{
		{"key": "host", "value": "127.0.0.1"}, {"key": "port", "value": "1"}, {"key": "database", "value": "d"},
		{"key": "user", "value": "u"}, {"key": "password", "value": canary + "Database"},
	}})
	for component, uri := range map[string]string{"postgresql": "postgresql://u:%s@127.0.0.1:1/d?sslmode=disable", "mysql": "mysql://u:%s@127.0.0.1:1/d"} {
		input := Vars{"componentId": "cmp_" + component, "authMethod": "uri", "saveUnverified": true, "fields": []Vars{
			{"key": "uri", "value": fmt.Sprintf(uri, canary+"URI")},
		}}
		p.mutate("CreateCredentialSuccess", CreateCredential, input)
		input["fields"] = []Vars{{"key": "uri", "value": fmt.Sprintf(uri, canary+"@/% URI")}}
		p.mutate("ValidationError", CreateCredential, input)
	}
	update := func(version int, fields ...Vars) Vars {
		return Vars{"id": id, "expectedVersion": version, "fields": fields}
	}
	token := func(where string) Vars { return Vars{"key": "token", "value": canary + where} }
	p.mutate("UpdateCredentialSuccess", UpdateCredential, update(1, token("GoodUpdate")))
	p.mutate("VerificationFailedError", UpdateCredential, update(2, token("RejectedUpdate")))
	p.mutate("ConflictError", UpdateCredential, update(1, token("LateUpdate")))
	p.mutate("ValidationError", UpdateCredential, update(2, Vars{"key": "testUrl", "value": p.upstream + "/elsewhere"}))
	p.mutate("UpdateCredentialSuccess", UpdateCredential, update(2, Vars{"key": "testUrl", "value": p.upstream + "/elsewhere"}, token("GoodElsewhere")))
	p.mutate("NotFoundError", UpdateCredential, Vars{"id": "cred_none", "expectedVersion": 1, "fields": []Vars{token("Nowhere")}})
	check := create("RejectedCheck")
	delete(check, "name")
	p.mutate("CheckCredentialSuccess", CheckCredential, check)
	p.mutate("VerifyCredentialSuccess", VerifyCredential, Vars{"id": id})
	p.ask(`{ credentials(first: 100) { nodes { id name fields { key value values hint } verifications { outcome reason message } } } }`, nil)
}

// wrongValues are secrets that don't fit their field.
func (p *planter) wrongValues() {
	for where, fields := range map[string][]Vars{
		"an unknown field":     {{"key": "password", "value": canary}},
		"a list":               {{"key": "token", "value": []string{canary}}},
		"an object":            {{"key": "token", "value": Vars{canary: canary}}},
		"a list of lists":      {{"key": "token", "value": []any{[]any{canary}}}},
		"twice":                {{"key": "token", "value": canary}, {"key": "token", "value": canary}},
		"two lines":            {{"key": "token", "value": canary + "\nX-Injected: yes"}},
		"NUL":                  {{"key": "token", "value": canary + "\x00"}},
		"too long":             {{"key": "token", "value": canary + strings.Repeat("x", 64<<10)}},
		"quotes and backslash": {{"key": "token", "value": canary + "\"\\ü\U0001F511"}},
		"a URL's field":        {{"key": "testUrl", "value": "not a URL " + canary}, {"key": "token", "value": canary}},
		"a URL with user":      {{"key": "testUrl", "value": "https://user:" + canary + "@example.com/"}, {"key": "token", "value": canary}},
		"a URL with query":     {{"key": "testUrl", "value": "https://example.com/?token=" + canary}, {"key": "token", "value": canary}},
	} {
		for _, operation := range []string{CreateCredential, CheckCredential} {
			input := Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "fields": fields}
			if data := p.ask(operation, Vars{"input": input}); strings.Contains(fmt.Sprint(data), "Success") {
				if where != "quotes and backslash" {
					p.t.Errorf("%s was taken: %v", where, data)
				}
			}
		}
	}
	for component, field := range map[string]string{
		"cmp_postgresql": "port", "cmp_mysql": "tls", "cmp_shopify-admin": "shop", "cmp_zendesk": "subdomain",
	} {
		p.ask(CreateCredential, Vars{"input": Vars{"componentId": component, "fields": []Vars{{"key": field, "value": canary + " / "}}}})
	}
}

// wrongVariables are secrets in the place of something else.
func (p *planter) wrongVariables() {
	for _, input := range []any{
		canary, []any{canary}, 7,
		Vars{"componentId": []any{canary}, "fields": []Vars{}},
		Vars{"componentId": Vars{"id": canary}, "fields": []Vars{}},
		Vars{"componentId": canary, "fields": []Vars{}},
		Vars{"componentId": "cmp_rest-api", "authMethod": canary, "fields": []Vars{}},
		Vars{"componentId": "cmp_rest-api", "fields": canary},
		Vars{"componentId": "cmp_rest-api", "fields": []any{canary}},
		Vars{"componentId": "cmp_rest-api", "fields": []any{Vars{"key": []string{canary}, "value": canary}}},
		Vars{"componentId": "cmp_rest-api", "fields": []any{Vars{"key": "token", "valeu": canary}}},
		Vars{"componentId": "cmp_rest-api", "fields": []any{Vars{"value": canary}}},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "saveUnverified": canary},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "password": canary},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "linkTo": canary},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "linkTo": Vars{"flowId": canary, "stepKey": canary}},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "name": canary + "\n"},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "tags": []string{canary + "\x00"}},
		Vars{"componentId": "cmp_rest-api", "fields": []Vars{}, "idempotencyKey": canary + strings.Repeat("x", 300)},
	} {
		p.ask(CreateCredential, Vars{"input": input})
	}
	for _, input := range []any{
		Vars{"id": canary, "expectedVersion": canary}, Vars{"id": canary, "expectedVersion": 1},
		Vars{"id": []any{canary}, "expectedVersion": 1},
	} {
		p.ask(UpdateCredential, Vars{"input": input})
	}
	p.ask(`query($first: Int!) { credentials(first: $first) { totalCount } }`, Vars{"first": canary})
	p.ask(`query($after: String) { credentials(after: $after) { totalCount } }`, Vars{"after": canary})
	p.ask(`query($filter: CredentialFilter) { credentials(filter: $filter) { totalCount } }`, Vars{"filter": Vars{"status": []string{canary}}})
	p.ask(`query($filter: CredentialFilter) { credentials(filter: $filter) { totalCount } }`, Vars{"filter": Vars{"search": canary}})
	p.ask(`query($filter: ComponentFilter) { components(filter: $filter) { totalCount } }`, Vars{"filter": Vars{"category": canary}})
	p.ask(`query($id: ID!) { node(id: $id) { id } }`, Vars{"id": canary})
	p.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, Vars{"ids": []any{canary, Vars{"x": canary}}})
	p.ask(`query($on: Boolean!) { viewer @include(if: $on) { name } }`, Vars{"on": canary})
	p.ask(`{ viewer { name } }`, Vars{"password": canary})
	p.ask(`{ viewer { name } }`, canary)
	p.ask(`{ viewer { name } }`, []any{canary})
}

// wrongDocuments have a secret written into the document, which is refused as such.
func (p *planter) wrongDocuments() {
	const create = `mutation { createCredential(input: {componentId: "cmp_rest-api", fields: [%s]}) { __typename } }`
	for _, document := range []string{
		fmt.Sprintf(create, `{key: "token", value: "`+canary+`"}`),
		fmt.Sprintf(create, `{key: "token", value: ["`+canary+`"]}`),
		fmt.Sprintf(create, `{key: "token", value: {a: "`+canary+`"}}`),
		fmt.Sprintf(create, `{key: "token", value: """`+canary+`"""}`),
		fmt.Sprintf(create, `{key: "token", valeu: "`+canary+`"}`),
		fmt.Sprintf(create, `{key: "token", value: `+canary+`}`),
		fmt.Sprintf(create, `{key: "token", value: `+canary+`-%}`),
		fmt.Sprintf(create, `{key: "token", `+canary+`}`),
		fmt.Sprintf(create, `{key: "token", value: "a"} `+canary+` %`),
		fmt.Sprintf(create, `"`+canary+`"`),
		fmt.Sprintf(create, `{key: "token", value: "`+canary),
		fmt.Sprintf(create, `{key: "token", value: "`+canary+"\n"),
		fmt.Sprintf(create, `{key: "token", value: "`+canary+`\q"}`),
		fmt.Sprintf(create, `{key: "token" "`+canary+`"}`),
		fmt.Sprintf(create, `{key: "token", value: $missing}`) + ` # ` + canary,
		`mutation($v: FieldValue = "` + canary + `") { createCredential(input: {componentId: "c", fields: [{key: "token", value: $v}]}) { __typename } }`,
		`mutation($i: CreateCredentialInput! = {componentId: "c", fields: [{key: "t", value: "` + canary + `"}]}) { createCredential(input: $i) { __typename } }`,
		`mutation { createCredential(input: {componentId: "c", password: "` + canary + `", fields: []}) { __typename } }`,
		`mutation { createCredential(input: "` + canary + `") { __typename } }`,
		`mutation { createCredential(password: "` + canary + `") { __typename } }`,
		`mutation { createCredentials(password: "` + canary + `") { __typename } }`,
		`{ credentials(first: "` + canary + `") { totalCount } }`,
		`{ credentials(filter: {status: ["` + canary + `"]}) { totalCount } }`,
		`{ credentials(filter: {status: ` + canary + `}) { totalCount } }`,
		`{ credentials(filter: "` + canary + `") { totalCount } }`,
		`{ credentials(filter: {tags: {a: "` + canary + `"}}) { totalCount } }`,
		`{ credential(id: {a: "` + canary + `"}) { id } }`,
		`{ viewer @include(if: "` + canary + `") { name } }`,
		`{ viewer @unknown(value: "` + canary + `") { name } }`,
		`"` + canary + `"`,
		`{ viewer { name } } "` + canary + `"`,
		`{ credential(id: "` + canary + `") { id } credential(id: "other` + canary + `") { id } }`,
		`{ credential(id: "` + canary + `", id: "` + canary + `") { id } }`,
		`query A { viewer { name } } query B { credential(id: "` + canary + `") { id } }`,
		`query A { viewer { name } } query A { credential(id: "` + canary + `") { id } }`,
		`subscription { credential(id: "` + canary + `") { id } }`,
		`{ a: credential(id: "` + canary + `") { b: id { c } } }`,
	} {
		p.ask(document, Vars{"v": canary})
	}
}

// wrongBodies are requests that never get as far as GraphQL.
func (p *planter) wrongBodies() {
	whole, err := json.Marshal(map[string]any{"query": CreateCredential, "variables": Vars{"input": bearer(p.upstream, canary)}})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, body := range []string{
		string(whole[:len(whole)-2]), string(whole[:strings.Index(string(whole), canary)+len(canary)]), string(whole) + string(whole),
		"[" + string(whole) + "]", `"` + canary + `"`, canary, `{"query": ` + canary + `}`, `{"query": {"a": "` + canary + `"}}`,
		`{"query": "{ viewer { name } }", "operationName": "` + canary + `"}`,
		`{"query": "query A { viewer { name } } query B { viewer { role } }", "operationName": "` + canary + `"}`,
		`{"query": "{ viewer { name } }", "operationName": {"a": "` + canary + `"}}`,
		`{"query": "{ viewer { name } }", "extensions": {"persistedQuery": "` + canary + `"}}`,
		`{"query": "{ viewer { name } }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + canary + `"}}}`,
		`{"variables": {"a": "` + canary + `"}}`, `{"query": null, "variables": {"a": "` + canary + `"}}`,
		string(whole) + strings.Repeat(" ", 1<<20) + canary, "\xff\xfe" + canary, "",
	} {
		p.send(body)
	}
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=" + canary, canary, ""} {
		p.send(string(whole), "Content-Type", media)
	}
	p.send(string(whole), "Origin", "https://"+canary+".example.com", "Sec-Fetch-Site", "cross-site")
}

// wrongRequests have a secret where the address or a header is.
func (p *planter) wrongRequests() {
	for _, authorization := range []string{"Bearer " + canary, "Bearer kw_" + canary, "Basic " + canary, canary} {
		p.send(`{"query": "{ viewer { name } }"}`, "Authorization", authorization)
	}
	p.send(`{"query": "{ viewer { name } }"}`, "X-Request-Id", canary, "Cookie", "session="+canary, "User-Agent", canary, "Referer", "https://example.com/"+canary)
	for _, path := range []string{"/" + canary, "/graphql?token=" + canary, "/graphiql?token=" + canary, "/w/" + canary, "/sign-in?next=/w/" + canary, "/components/" + canary + "/icon.svg", "/assets/" + canary, "/readyz?" + canary} {
		for _, method := range []string{http.MethodGet, http.MethodPut, canary} {
			request, err := http.NewRequestWithContext(context.Background(), method, p.url+path, nil)
			if err != nil {
				p.t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+p.token)
			p.do(request)
		}
	}
}

// wrongCallers have a secret where a link, an invitation or a step is expected.
func (p *planter) wrongCallers() {
	for _, path := range []string{"/sign-in", "/sign-out", "/invitation", "/runtime/leases"} {
		for _, body := range []string{
			`{"token": "` + canary + `"}`, `{"token": "kwl_` + canary + `"}`, `{"token": "kwi_` + canary + `", "accept": true, "name": "` + canary + `"}`,
			`{"flowId": "` + canary + `", "stepKey": "` + canary + `"}`, `{"flowId": ["` + canary + `"]}`, `{"` + canary, canary, `["` + canary + `"]`,
		} {
			for _, media := range []string{"application/json", "text/plain", canary} {
				request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.url+path, strings.NewReader(body))
				if err != nil {
					p.t.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+p.token)
				request.Header.Set("Content-Type", media)
				request.Header.Set("X-Workspace", canary)
				request.Header.Set("X-Forwarded-For", canary)
				request.Header.Set("User-Agent", canary)
				p.do(request)
			}
		}
	}
}
