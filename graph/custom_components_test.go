package graph_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/internal/oauth"
	"keyward/internal/store"
	"keyward/models"
)

// acme is a descriptor whose dry request asks url with the key as a bearer token; more are further fields.
func acme(url string, more ...string) string {
	fields := append([]string{`"apiKey": {"label": "API key", "viewClass": "PasswordFieldView", "required": true}`}, more...)
	return fmt.Sprintf(`{"title": "Acme", "category": "CRM", "methods": [{"key": "key", "title": "API key", "kind": "API_KEY", "fields": {%s}, "verification": {
		"protocol": "http", "source": "https://docs.example.com/auth", "request": {"method": "GET", "url": %q, "headers": {"Authorization": "Bearer {{apiKey}}"}},
		"accept": {"status": [200]}, "reject": [{"status": [401]}]}}]}`, strings.Join(fields, ", "), url)
}

const plain = `{"title": "Acme", "credentials": {"fields": {"apiKey": {"label": "API key", "viewClass": "PasswordFieldView", "required": true}}}}`

func imported(t *testing.T, c *Client, input Vars) Object {
	t.Helper()
	data := c.Must(t, ImportComponent, Vars{"input": input})
	return data["importComponent"].(map[string]any)
}

// service counts who asks it with what, and accepts everything.
type service struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, fmt.Sprint(r.URL.Path, " ", r.Header.Get("Authorization"), " ", r.PostForm))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.seen...)
}

func TestImportComponent(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newService(t)
		preview := imported(t, c, Vars{"key": "acme", "descriptor": acme(s.URL), "dryRun": true})
		if preview.At("created") != true || preview.Text("component.authMethods.0.fields.0.label") != "API key" || preview.At("component.custom") != true {
			t.Errorf("%v", preview)
		}
		if found := c.Must(t, `{ component(key: "acme") { id } }`, nil); found.At("component") != nil {
			t.Errorf("a preview was saved: %v", found)
		}
		first := imported(t, c, Vars{"key": "acme", "descriptor": acme(s.URL)})
		id := first.Text("component.id")
		if first.At("created") != true || first.At("changed") != true || first.At("component.authMethods.0.verifiable") != true || id != preview.Text("component.id") || first.At("component.iconUrl") != nil {
			t.Errorf("%v", first)
		}
		if again := imported(t, c, Vars{"key": "acme", "descriptor": " " + acme(s.URL)}); again.At("created") != false || again.At("changed") != false {
			t.Errorf("%v", again)
		}
		list := c.Must(t, `{ components(filter: {search: "ACME"}) { totalCount nodes { id key } } component(key: "acme") { id } node(id: "`+id+`") { id }
			componentCategories(filter: {search: "acme"}) { category componentCount credentialCount } }`, nil)
		if list.Int("components.totalCount") != 1 || list.Text("component.id") != id || list.Text("node.id") != id {
			t.Errorf("%v", list)
		}
		if list.Len("componentCategories") != 10 || list.Text("componentCategories.0.category") != "CRM" || list.Int("componentCategories.0.componentCount") != 1 || list.Int("componentCategories.1.componentCount") != 0 {
			t.Errorf("%v", list)
		}
		made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{{"key": "apiKey", "value": "k-1"}}}})
		if made.Text("createCredential.credential.status") != "VERIFIED" || fmt.Sprint(s.asked()) != "[/ Bearer k-1 map[]]" {
			t.Errorf("%v %v", made, s.asked())
		}
		credential := made.Text("createCredential.credential.id")
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": id, "credentialId": credential}}}}).Text("createFlow.flow.id")
		c.Activate(t, flow)
		events := c.Must(t, AuditEvents, Vars{"filter": Vars{"actions": []string{"COMPONENT_IMPORTED"}}})
		if events.Int("auditEvents.totalCount") != 1 || !strings.HasPrefix(events.Text("auditEvents.nodes.0.detail"), "created, version ") {
			t.Errorf("%v", events)
		}
		shown := c.Must(t, `query($id: ID!) { credential(id: $id) { componentVersion component { version credentialCount } } }`, Vars{"id": credential})
		if shown.Text("credential.componentVersion") != first.Text("component.version") || shown.Int("credential.component.credentialCount") != 1 {
			t.Errorf("%v", shown)
		}
	})
}

func TestImportComponent_refuses(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		for name, wrong := range map[string]struct {
			input Vars
			as    string
			place string
		}{
			"a key of the catalog": {Vars{"key": "petstore", "descriptor": plain}, "ValidationError", "key"},
			"no key":               {Vars{"key": "A_b", "descriptor": plain}, "ValidationError", "key"},
			"a path":               {Vars{"key": "../x", "descriptor": plain}, "ValidationError", "key"},
			"no JSON":              {Vars{"key": "acme", "descriptor": "{"}, "DescriptorInvalidError", ""},
			"nothing":              {Vars{"key": "acme", "descriptor": ""}, "DescriptorInvalidError", ""},
			"a wrong type":         {Vars{"key": "acme", "descriptor": `{"title": 1}`}, "DescriptorInvalidError", "/title"},
			"a protocol that nobody speaks": {Vars{"key": "acme", "descriptor": strings.Replace(acme("https://api.example.com"), `"http"`, `"gopher"`, 1)}, "DescriptorInvalidError",
				"/methods/0/verification"},
			"an undefined name":    {Vars{"key": "acme", "descriptor": strings.Replace(acme("https://api.example.com"), "{{apiKey}}", "{{nothing}}", 1)}, "DescriptorInvalidError", "/methods/0/verification/request/headers/Authorization"},
			"one that is too long": {Vars{"key": "acme", "descriptor": `{"title": "` + strings.Repeat("x", 1_000_000) + `"}`}, "DescriptorInvalidError", "/title"},
		} {
			data := imported(t, c, wrong.input)
			place := data.Text("problems.0.pointer")
			if wrong.as == "ValidationError" {
				place = data.Text("issues.0.path.0")
			}
			if data.Text("__typename") != wrong.as || place != wrong.place {
				t.Errorf("%s: %.600v", name, data)
			}
		}
		many := imported(t, c, Vars{"key": "acme", "descriptor": strings.Replace(acme("https://api.example.com"), `"protocol": "http"`, `"protocol": "http"`+manyKeys(20_000), 1)})
		if n := many.Len("problems"); n != 100 {
			t.Errorf("%d problems are told", n)
		}
		if limited := g.ClientOf(t, g.Workspace, models.RoleEditor).Do(t, ImportComponent, Vars{"input": Vars{"key": "acme", "descriptor": plain}}); limited.Code() != "FORBIDDEN" {
			t.Errorf("%s", limited.Raw)
		}
	})
}

func manyKeys(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `, "unknown%d": 1`, i)
	}
	return text.String()
}

// A new version is refused where it takes away what credentials rely on, unless it is forced; credentials keep theirs.
func TestImportComponent_versions(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newService(t)
		region := `"region": {"label": "Region", "viewClass": "TextFieldView", "required": false, "secret": false}`
		id := c.Import(t, "acme", acme(s.URL, region))
		v1 := c.Must(t, `{ component(key: "acme") { version } }`, nil).Text("component.version")
		made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "name": "mine", "fields": []Vars{{"key": "apiKey", "value": "k-1"}, {"key": "region", "value": "eu"}}}})
		credential := made.Text("createCredential.credential.id")
		for name, want := range map[string]struct {
			descriptor string
			change     [3]string
		}{
			"a field is gone":     {acme(s.URL), [3]string{"FIELD_REMOVED", "key", "region"}},
			"a field is required": {acme(s.URL, region, `"shop": {"label": "Shop", "viewClass": "TextFieldView", "required": true}`), [3]string{"FIELD_REQUIRED", "key", "shop"}},
			"an old one is":       {acme(s.URL, strings.Replace(region, "false", "true", 1)), [3]string{"FIELD_REQUIRED", "key", "region"}},
			"a method is gone":    {strings.Replace(acme(s.URL, region), `"key": "key"`, `"key": "token"`, 1), [3]string{"METHOD_REMOVED", "key", ""}},
		} {
			for _, dry := range []bool{true, false} {
				refused := imported(t, c, Vars{"key": "acme", "descriptor": want.descriptor, "dryRun": dry})
				got := [3]string{refused.Text("changes.0.kind"), refused.Text("changes.0.method"), refused.Text("changes.0.field")}
				if refused.Text("__typename") != "ComponentBreakingChangeError" || got != want.change || refused.Int("credentialCount") != 1 || refused.Text("credentials.0.id") != credential || !strings.Contains(refused.Text("message"), "«mine»") {
					t.Errorf("%s: %v", name, refused)
				}
			}
		}
		forced := imported(t, c, Vars{"key": "acme", "descriptor": acme(s.URL), "force": true})
		if forced.At("changed") != true || forced.At("created") != false || forced.Text("component.version") == v1 || forced.Text("component.id") != id {
			t.Errorf("%v", forced)
		}
		shown := func() Object {
			return c.Must(t, `query($id: ID!) { credential(id: $id) { version componentVersion component { version } authMethod { fields { key } } fields { key value } } }`, Vars{"id": credential})
		}
		if kept := shown(); kept.Text("credential.componentVersion") != v1 || kept.Text("credential.component.version") == v1 || kept.Len("credential.authMethod.fields") != 2 || kept.Text("credential.fields.1.value") != "eu" {
			t.Errorf("%v", kept)
		}
		edited := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": credential, "expectedVersion": 1, "fields": []Vars{{"key": "apiKey", "value": "k-2"}}}})
		if now := shown(); edited.Text("updateCredential.__typename") != "UpdateCredentialSuccess" || now.Text("credential.componentVersion") != forced.Text("component.version") || now.Len("credential.fields") != 1 {
			t.Errorf("%v %v", edited, now)
		}
	})
}

// A token that may manage components and not read credentials is told what a new version takes away, and of no credential.
func TestImportComponent_names_credentials_to_who_may_read_them(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		id := owner.Import(t, "acme", plain)
		owner.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "name": "Acquisition of Initech", "saveUnverified": true, "fields": []Vars{{"key": "apiKey", "value": "k"}}}})
		made := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "ci", "role": "OWNER", "scopes": []string{"components:manage"}}})
		limited := &Client{URL: g.URL, Token: made.Text("createApiToken.token")}
		breaking := Vars{"input": Vars{"key": "acme", "descriptor": strings.Replace(plain, "apiKey", "other", 1), "dryRun": true}}
		try := func(fields string) Response {
			return limited.Do(t, `mutation($input: ImportComponentInput!) { importComponent(input: $input) { __typename ... on ComponentBreakingChangeError { `+fields+` } } }`, breaking)
		}
		told := try("message changes { field }")
		if message := told.Data.Text("importComponent.message"); !strings.HasPrefix(message, "The new version changes 2 things that credentials rely on. Nothing") || told.Data.Len("importComponent.changes") != 2 {
			t.Errorf("%s", told.Raw)
		}
		for _, fields := range []string{"credentialCount", "credentials { __typename }", "credentials { name }"} {
			if refused := try(fields); refused.Code() != "FORBIDDEN" {
				t.Errorf("%s: %s", fields, refused.Raw)
			}
		}
		all := owner.Must(t, ImportComponent, breaking)
		if !strings.Contains(all.Text("importComponent.message"), "Initech") || all.Int("importComponent.credentialCount") != 1 || all.Len("importComponent.credentials") != 1 {
			t.Errorf("%v", all)
		}
	})
}

// Version 2 leads elsewhere: nothing that was stored follows it, whatever else is edited, verified or renamed.
func TestImportComponent_does_not_move_secrets(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		good, evil := newService(t), newService(t)
		region := `"region": {"label": "Region", "viewClass": "TextFieldView", "required": false, "secret": false}`
		id := c.Import(t, "acme", acme(good.URL, region))
		made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{{"key": "apiKey", "value": "k-1"}}}})
		credential := made.Text("createCredential.credential.id")
		c.Import(t, "acme", acme(evil.URL+"/v2", region))
		edit := func(change Vars) Object {
			input := Vars{"id": credential, "expectedVersion": c.Must(t, `query($id: ID!) { credential(id: $id) { version } }`, Vars{"id": credential}).Int("credential.version"), "saveUnverified": true}
			for key, value := range change {
				input[key] = value
			}
			return c.Must(t, UpdateCredential, Vars{"input": input})
		}
		if data := edit(Vars{"name": "renamed"}); data.Text("updateCredential.__typename") != "UpdateCredentialSuccess" {
			t.Errorf("%v", data)
		}
		if data := edit(Vars{"fields": []Vars{{"key": "region", "value": "eu"}}}); data.Text("updateCredential.issues.0.path.1") != "apiKey" {
			t.Errorf("another field was saved without the secret: %v", data)
		}
		if data := c.Must(t, VerifyCredential, Vars{"input": Vars{"id": credential}}); data.Text("verifyCredential.verification.outcome") != "ACCEPTED" {
			t.Errorf("%v", data)
		}
		stop := work(t, g)
		job(t, g, c, start(t, c, Vars{}), ended)
		stop()
		if seen := evil.asked(); len(seen) != 0 || len(good.asked()) != 3 {
			t.Errorf("the other service was asked: %v; the right one: %v", seen, good.asked())
		}
		if data := edit(Vars{"fields": []Vars{{"key": "apiKey", "value": "k-2"}}}); data.Text("updateCredential.__typename") != "UpdateCredentialSuccess" || fmt.Sprint(evil.asked()) != "[/v2 Bearer k-2 map[]]" {
			t.Errorf("%v %v", data, evil.asked())
		}
	})
}

// Version 2 asks the same address in another way: nothing that was stored is written where version 1 didn't write it, shown as what the
// service tells, or put before a pattern of somebody's choice.
func TestImportComponent_does_not_misuse_secrets(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newService(t)
		region := `"region": {"label": "Region", "viewClass": "TextFieldView", "required": false, "secret": false}`
		usual := acme(s.URL, region)
		id := c.Import(t, "acme", usual)
		made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{{"key": "apiKey", "value": "k-1"}}}})
		credential := made.Text("createCredential.credential.id")
		edit := func(region string) Object {
			return c.Must(t, UpdateCredential, Vars{"input": Vars{"id": credential, "expectedVersion": 1, "fields": []Vars{{"key": "region", "value": region}}}})
		}
		for name, changed := range map[string]string{
			"in a body of somebody's":  strings.Replace(usual, `"headers": {"Authorization": "Bearer {{apiKey}}"}`, `"headers": {"Authorization": "Bearer somebodys"}, "form": {"note": "{{apiKey}}"}`, 1),
			"in the query":             strings.Replace(usual, `"headers"`, `"query": {"q": "{{apiKey}}"}, "headers"`, 1),
			"shown as the account":     strings.Replace(usual, `"accept"`, `"account": {"id": "/echo"}, "accept"`, 1),
			"by another method":        strings.Replace(usual, `"GET"`, `"POST"`, 1),
			"in a log-in before it":    strings.Replace(usual, `"accept"`, `"session": {"request": {"method": "POST", "url": "`+s.URL+`", "form": {"note": "{{apiKey}}"}}, "accept": {"status": [200]}, "values": {"session": {"pointer": "/id"}}}, "accept"`, 1),
			"in a token that it signs": strings.Replace(usual, `"accept"`, `"jwt": {"algorithm": "RS256", "privateKey": "{{apiKey}}", "claims": {"iss": "x"}, "lifetime": 60}, "accept"`, 1),
		} {
			if changed == usual {
				t.Fatal(name)
			}
			c.Import(t, "acme", changed)
			if data := edit("eu"); data.Text("updateCredential.issues.0.path.1") != "apiKey" {
				t.Errorf("%s: %v", name, data)
			}
		}
		if seen := s.asked(); len(seen) != 1 {
			t.Errorf("%v", seen)
		}
		for _, pattern := range []string{"k.*", "x.*"} { // one fits, one doesn't, and nobody is told which
			c.Import(t, "acme", strings.Replace(strings.Replace(usual, `"PasswordFieldView"`, `"PasswordFieldView", "pattern": "`+pattern+`", "patternMessage": "It doesn't fit."`, 1),
				`"secret": false`, `"secret": false, "pattern": "[a-z]+", "patternMessage": "Small letters."`, 1))
			if data := edit("EU"); data.Len("updateCredential.issues") != 1 || data.Text("updateCredential.issues.0.path.1") != "region" {
				t.Errorf("%s: %v", pattern, data)
			}
		}
	})
}

// Version 2 makes public what was a secret in version 1, and holds it against a guess: whether that is right is told by no way in which
// stored values are put on it.
func TestImportComponent_tells_nothing_of_secrets(t *testing.T) {
	const (
		canary = "canary-0815"
		secret = `"viewClass": "PasswordFieldView"`
		public = `"viewClass": "TextFieldView", "secret": false`
		bit    = `"bit": {"label": "Bit", "viewClass": "TextFieldView", "secret": false, "required": true, "visibleWhen": {"field": "apiKey", "oneOf": ["GUESS"]}}, "apiKey"`
	)
	versions := map[string]*strings.Replacer{ // GUESS is what the secret may be
		"a pattern":   strings.NewReplacer(secret, public+`, "pattern": "GUESS", "patternMessage": "It doesn't fit."`),
		"an option":   strings.NewReplacer(secret, `"viewClass": "SelectView", "model": {"GUESS": "One", "?": "Two"}`),
		"a condition": strings.NewReplacer(secret, public, `"apiKey"`, bit),
	}
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newService(t)
		region := `"region": {"label": "Region", "viewClass": "TextFieldView", "required": false, "secret": false}`
		account := fmt.Sprintf(`"account": {"label": "Account", "viewClass": "SelectView", "required": false, "optionsFrom": {"request": {"method": "GET", "url": %q}, "items": "", "value": "/id", "label": "/name"}}`, s.URL)
		usual := acme(s.URL, region, account)
		connects := strings.NewReplacer(`"API_KEY"`, `"OAUTH2_AUTHORIZATION_CODE"`, `"Bearer {{apiKey}}"`, `"Bearer {{accessToken}}"`, `"verification"`,
			`"oauth2": {"source": "https://docs.example.com/oauth", "authorizationUrl": "https://login.example.com/auth", "tokenUrl": "https://login.example.com/token", "clientAuthentication": "basic",
			"client": {"id": "{{clientId}}", "secret": "{{clientSecret}}"}}, "verification"`).
			Replace(acme(s.URL, region, `"clientId": {"label": "Client", "viewClass": "TextFieldView", "secret": false}`, `"clientSecret": {"label": "Its secret", "viewClass": "TextFieldView", "secret": true}`))
		values := []Vars{{"key": "apiKey", "value": canary}}
		id, connecting := c.Import(t, "acme", usual), c.Import(t, "connecting", connects)
		saved := func(input Vars) string {
			made := c.Must(t, CreateCredential, Vars{"input": input})
			if made.Text("createCredential.credential.status") != "VERIFIED" {
				t.Fatal(made)
			}
			return made.Text("createCredential.credential.id")
		}
		credential := saved(Vars{"componentId": id, "fields": values})
		connection := saved(Vars{"componentId": connecting, "tokens": Vars{"accessToken": "alive"}, "fields": append([]Vars{{"key": "clientId", "value": "id"}, {"key": "clientSecret", "value": "its"}}, values...)})
		ways := map[string]struct {
			key, descriptor string
			told            func(field string, value any) any
		}{
			"an edit": {"acme", usual, func(field string, value any) any {
				return c.Must(t, UpdateCredential, Vars{"input": Vars{"id": credential, "expectedVersion": 1, "fields": []Vars{{"key": field, "value": value}}}}).At("updateCredential.issues")
			}},
			"options": {"acme", usual, func(field string, value any) any {
				return c.Must(t, fetchFieldOptions, Vars{"input": Vars{"componentId": id, "credentialId": credential, "field": "account", "fields": []Vars{{"key": field, "value": value}}}}).At("fetchFieldOptions.issues")
			}},
			"connecting again": {"connecting", connects, func(field string, value any) any {
				return c.Must(t, AuthorizeCredential, Vars{"input": Vars{"credentialId": connection, "fields": []Vars{{"key": field, "value": value}}}}).At("authorizeCredential.issues")
			}},
		}
		for name, way := range ways {
			for held, version := range versions {
				var right []any
				for _, guess := range []string{canary, "another"} {
					descriptor := strings.ReplaceAll(version.Replace(way.descriptor), "GUESS", guess)
					if data := imported(t, c, Vars{"key": way.key, "descriptor": descriptor, "force": true}); data.At("changed") != true {
						t.Fatalf("%s: %v", held, data)
					}
					alone, mistyped := way.told("region", "eu"), way.told("apiKey", true)
					if right == nil {
						right = []any{alone, mistyped}
					}
					if got := fmt.Sprint(alone); !strings.HasPrefix(got, "[map[message:The component now shows API key, ") || strings.Count(got, "path") != 1 || got != fmt.Sprint(right[0]) {
						t.Errorf("%s, %s that is %s: %s", name, held, guess, got)
					}
					if got := fmt.Sprint(mistyped); got != fmt.Sprint(right[1]) {
						t.Errorf("%s of a wrong type, %s that is %s: %s", name, held, guess, got)
					}
				}
			}
		}
	})
}

// A service that tells what it was told: no option shows it.
func TestImportComponent_shows_no_secret_that_a_service_repeats(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = fmt.Fprintf(w, `{"id": "7", "name": %q, "accounts": [{"id": %[1]q, "name": "a"}, {"id": "b", "name": %[1]q}, {"id": "c", "name": "C"}]}`, r.Header.Get("Authorization"))
		}))
		t.Cleanup(s.Close)
		descriptor := acme(s.URL, `"account": {"label": "Account", "viewClass": "SelectView", "optionsFrom": {
			"request": {"method": "GET", "url": "`+s.URL+`", "headers": {"Authorization": "{{apiKey}}"}}, "items": "/accounts", "value": "/id", "label": "/name"}}`)
		fields := []Vars{{"key": "apiKey", "value": "canary-0815"}}
		id := c.Import(t, "echo", descriptor)
		options := c.Do(t, fetchFieldOptions, Vars{"input": Vars{"componentId": id, "field": "account", "fields": fields}})
		if strings.Contains(options.Raw, "canary") || options.Data.Len("fetchFieldOptions.options") != 1 {
			t.Errorf("%s", options.Raw)
		}
	})
}

// connecting is a descriptor of an OAuth 2.0 client credentials component whose provider calls itself as the argument says.
func connecting(provider, tokenURL, api string) string {
	return fmt.Sprintf(`{"title": "Connecting", "methods": [{"key": "oauth", "title": "OAuth", "kind": "OAUTH2_CLIENT_CREDENTIALS", "fields": {}, "oauth2": {
		"clientAuthentication": "post", "provider": %q, "source": "https://docs.example.com/oauth", "tokenUrl": %q}, "verification": {"protocol": "http", "source": "https://docs.example.com/auth",
		"request": {"method": "GET", "url": %q, "headers": {"Authorization": "Bearer {{accessToken}}"}}, "accept": {"status": [200]}, "reject": [{"status": [401]}]}}]}`, provider, tokenURL, api)
}

// A component of one's own calls its provider «google» and gives its own token URL: neither the operator's client of Google nor the
// workspace's is sent there; and the client that the workspace sets for it doesn't follow it to other addresses.
func TestImportComponent_gets_nobodys_OAuth_client(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			d.OAuthClients = map[string]oauth.Client{"google": {ID: "operators-client", Secret: models.NewSecret("operators-secret")}}
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			setClient := func(provider, id, secret string) string {
				data := c.Must(t, `mutation($input: SetOAuthClientInput!) { setOAuthClient(input: $input) { __typename } }`, Vars{"input": Vars{"provider": provider, "clientId": id, "clientSecret": secret}})
				return data.Text("setOAuthClient.__typename")
			}
			if got := setClient("google", "workspaces-client", "workspaces-secret"); got != "SetOAuthClientSuccess" {
				t.Fatal(got)
			}
			evil, other := newService(t), newService(t)
			try := func(id string) Object {
				return c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "saveUnverified": true, "fields": []Vars{}}})
			}
			ownProviders := func() []string {
				var own []string
				data := c.Must(t, `{ oauthProviders { key client { clientId } } }`, nil)
				for i := range data.Len("oauthProviders") {
					at := fmt.Sprintf("oauthProviders.%d.", i)
					key := data.Text(at + "key")
					if key == "google" && data.Text(at+"client.clientId") != "workspaces-client" {
						t.Errorf("%v", data)
					}
					if strings.HasPrefix(key, "own:") {
						own = append(own, key)
						if data.At(at+"client") != nil {
							t.Errorf("it has a client: %v", data)
						}
					}
				}
				return own
			}
			for _, name := range []string{"google", "own", "acme"} {
				id := c.Import(t, name+"-like", connecting(name, evil.URL+"/token", evil.URL+"/me"))
				try(id)
			}
			if seen := evil.asked(); len(seen) != 0 {
				t.Fatalf("asked: %v", seen)
			}
			own := ownProviders()
			if len(own) != 3 {
				t.Fatalf("%v", own)
			}
			if got := setClient(own[0], "own-client", "own-secret"); got != "SetOAuthClientSuccess" {
				t.Fatal(got)
			}
			// The same component with other addresses: the client that was set stays where it was set for.
			key := strings.Split(own[0], ":")[1]
			id := c.Import(t, key, connecting(strings.TrimSuffix(key, "-like"), other.URL+"/token", other.URL+"/me"))
			try(id)
			if seen := other.asked(); len(seen) != 0 {
				t.Errorf("the secret moved along: %v", seen)
			}
			now := c.Must(t, `query($id: ID!) { component(id: $id) { authMethods { oauth { provider { key } } } } oauthProviders { key client { clientId } } }`, Vars{"id": id})
			for i := range now.Len("oauthProviders") {
				at := fmt.Sprintf("oauthProviders.%d.", i)
				if key, client := now.Text(at+"key"), now.At(at+"client"); strings.HasPrefix(key, "own:") && (key == own[0]) != (client != nil) {
					t.Errorf("%s has %v", key, client)
				}
			}
		})
	}
}

// The client of an earlier version is seen, changed and deleted like any other, for as long as it is there or something is connected through
// it; and it goes with its component.
func TestImportComponent_leaves_no_OAuth_client_behind(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newTokens(t)
		// providers are the workspace's own, each with its client, how many are connected, and what is connected.
		providers := func() map[string][3]any {
			data := c.Must(t, `{ oauthProviders { key components { id } client { clientId credentialCount } } }`, nil)
			found := map[string][3]any{}
			for i := range data.Len("oauthProviders") {
				at := fmt.Sprintf("oauthProviders.%d.", i)
				if key := data.Text(at + "key"); strings.HasPrefix(key, "own:") {
					found[key] = [3]any{data.Text(at + "client.clientId"), data.Int(at + "client.credentialCount"), data.Text(at + "components.0.id")}
				}
			}
			return found
		}
		want := func(want map[string][3]any) {
			t.Helper()
			if got := providers(); !maps.Equal(got, want) {
				t.Errorf("%v instead of %v", got, want)
			}
		}
		set := func(provider, client string) {
			t.Helper()
			data := c.Must(t, `mutation($input: SetOAuthClientInput!) { setOAuthClient(input: $input) { __typename ... on SetOAuthClientSuccess { provider { key client { clientId } } } } }`,
				Vars{"input": Vars{"provider": provider, "clientId": client, "clientSecret": "secret"}})
			if data.Text("setOAuthClient.provider.key") != provider || data.Text("setOAuthClient.provider.client.clientId") != client {
				t.Errorf("%v", data)
			}
		}
		remove := func(provider string) Object {
			return c.Must(t, `mutation($input: DeleteOAuthClientInput!) { deleteOAuthClient(input: $input) { __typename ... on DeleteOAuthClientSuccess { provider { key client { clientId } components { id } } } } }`,
				Vars{"input": Vars{"provider": provider}})
		}
		removed := func(provider, component string) {
			t.Helper()
			data := remove(provider)
			if data.Text("deleteOAuthClient.provider.key") != provider || data.At("deleteOAuthClient.provider.client") != nil || data.Text("deleteOAuthClient.provider.components.0.id") != component {
				t.Errorf("%v", data)
			}
		}
		clients := func() int { return Count(t, g.SQL(t), "SELECT count(*) FROM oauth_clients") }
		version := func(path string) (id, provider string) { // whose provider has no client yet
			id = c.Import(t, "acme", connecting("acme", s.URL+path, s.URL+"/me"))
			for key, found := range providers() {
				if found[0] == "" {
					provider = key
				}
			}
			return id, provider
		}

		id, first := version("/token/1")
		set(first, "one")
		made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{}}})
		credential := made.Text("createCredential.credential.id")
		if made.Text("createCredential.credential.status") != "VERIFIED" {
			t.Fatalf("%v", made)
		}
		_, second := version("/token/2")
		want(map[string][3]any{first: {"one", 1, id}, second: {"", 0, id}})
		set(first, "changed")
		set(second, "two")
		want(map[string][3]any{first: {"changed", 0, id}, second: {"two", 0, id}})
		removed(first, id)
		want(map[string][3]any{first: {"", 0, id}, second: {"two", 0, id}}) // its connection can still be made good by setting it again
		set(first, "one")
		want(map[string][3]any{first: {"one", 1, id}, second: {"two", 0, id}})

		c.Must(t, DeleteCredential, Vars{"input": Vars{"id": credential}})
		removed(first, id)
		want(map[string][3]any{second: {"two", 0, id}})
		if data := remove(first); data.Text("deleteOAuthClient.__typename") != "NotFoundError" {
			t.Errorf("%v", data)
		}

		_, third := version("/token/3")
		set(third, "three")
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": id}}}}).Text("createFlow.flow.id")
		if data := c.Must(t, DeleteComponent, Vars{"input": Vars{"id": id}}); data.At("deleteComponent.retired") != true {
			t.Fatalf("%v", data)
		}
		want(map[string][3]any{second: {"two", 0, id}, third: {"three", 0, id}})
		c.Must(t, DeleteFlow, Vars{"input": Vars{"id": flow}})
		c.Import(t, "other", plain)
		if n := clients(); n != 0 {
			t.Errorf("%d clients of a component that is gone", n)
		}
		want(map[string][3]any{})

		id, fourth := version("/token/4")
		set(fourth, "four")
		_, fifth := version("/token/5")
		set(fifth, "five")
		if data := c.Must(t, DeleteComponent, Vars{"input": Vars{"id": id}}); data.At("deleteComponent.retired") != false || clients() != 0 {
			t.Errorf("%d clients stay: %v", clients(), data)
		}
	})
}

// newTokens is a service that accepts everything and gives tokens.
func newTokens(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token": "a", "token_type": "Bearer", "expires_in": 3600}`))
	}))
	t.Cleanup(s.Close)
	return s
}

// A workspace's own component is nobody else's: not by id, key, list, count, step or credential; and its key is free for others.
func TestCustomComponents_are_the_workspaces_own(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
		foreign := theirs.Import(t, "acme", strings.Replace(plain, "Acme", "Theirs", 1))
		c := g.Client(t, models.RoleOwner)
		total := c.Must(t, `{ components { totalCount } }`, nil).Int("components.totalCount")
		if n := theirs.Must(t, `{ components { totalCount } }`, nil).Int("components.totalCount"); n != total+1 {
			t.Errorf("%d components there, %d here", n, total)
		}
		seen := c.Must(t, `query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } component(id: $id) { id } byKey: component(key: "acme") { id } components(filter: {search: "theirs"}) { totalCount }
			credentials(filter: {componentId: $id}) { totalCount } componentCategories(filter: {search: "theirs"}) { componentCount } }`, Vars{"id": foreign})
		for _, path := range []string{"node", "nodes.0", "component", "byKey"} {
			if seen.At(path) != nil {
				t.Errorf("%s: %v", path, seen)
			}
		}
		for i := range 10 {
			if seen.Int("components.totalCount") != 0 || seen.Int(fmt.Sprintf("componentCategories.%d.componentCount", i)) != 0 {
				t.Errorf("%v", seen)
			}
		}
		for name, data := range map[string]Object{
			"create":    c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": foreign, "saveUnverified": true, "fields": []Vars{{"key": "apiKey", "value": "k"}}}}),
			"check":     c.Must(t, CheckCredential, Vars{"input": Vars{"componentId": foreign, "fields": []Vars{{"key": "apiKey", "value": "k"}}}}),
			"flow":      c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": foreign}}}}),
			"verify":    c.Must(t, VerifyCredentials, Vars{"input": Vars{"componentId": foreign}}),
			"delete":    c.Must(t, DeleteComponent, Vars{"input": Vars{"id": foreign}}),
			"catalog's": c.Must(t, DeleteComponent, Vars{"input": Vars{"id": "cmp_petstore"}}),
		} {
			for operation := range data {
				if data.Text(operation+".__typename") != "NotFoundError" {
					t.Errorf("%s: %v", name, data)
				}
			}
		}
		if icon, err := http.Get(g.URL + "/components/acme/icon.svg"); err != nil || icon.StatusCode != http.StatusNotFound {
			t.Errorf("%v %v", icon, err)
		}
		if own := c.Import(t, "acme", plain); own == foreign {
			t.Error("two workspaces share an id")
		}
		if mine := c.Must(t, `{ component(key: "acme") { title } }`, nil); mine.Text("component.title") != "Acme" {
			t.Errorf("%v", mine)
		}
		// Gone with its workspace.
		person := g.Owner(t)
		made := person.Must(t, CreateWorkspace, Vars{"input": Vars{"name": "W"}}).Text("createWorkspace.workspace.id")
		person.Workspace = made
		gone := person.Import(t, "gone", plain)
		if data := person.Must(t, DeleteWorkspace, Vars{"input": Vars{"id": made, "name": "W"}}); data.Text("deleteWorkspace.__typename") != "DeleteWorkspaceSuccess" {
			t.Errorf("%v", data)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM component_versions WHERE component_id = '"+gone+"'"); n != 0 {
			t.Errorf("%d versions stay", n)
		}
	})
}

// A workspace keeps so much of its own components that listing them on a gateway that has none in memory takes little: not what nobody
// reads, and few versions.
func TestImportComponent_keeps_little(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			db := g.SQL(t)
			with := func(key string, n int) string {
				return strings.Replace(plain, `"credentials"`, fmt.Sprintf(`%q: {"a": %q}, "credentials"`, key, strings.Repeat("x", n)), 1)
			}
			id := c.Import(t, "acme", with("triggers", 500_000))
			version := func(c *Client) string {
				return c.Must(t, `{ component(key: "acme") { version } }`, nil).Text("component.version")
			}
			if n := Count(t, db, "SELECT LENGTH(descriptor) FROM component_versions WHERE component_id = '"+id+"'"); n > len(plain) {
				t.Errorf("%d bytes are kept of %d", n, len(plain))
			}
			if again := imported(t, c, Vars{"key": "acme", "descriptor": with("triggers", 500_000)}); again.At("changed") != false || again.Text("component.version") != version(c) {
				t.Errorf("%v", again)
			}
			first, cold := version(c), New(t, d).Client(t, models.RoleOwner)
			if version(cold) != first {
				t.Error("another gateway reads another version")
			}
			if other := imported(t, cold, Vars{"key": "acme", "descriptor": with("triggers", 500_001)}); other.At("changed") != true || version(cold) == first || version(c) != version(cold) {
				t.Errorf("%v", other)
			}
			for _, dry := range []bool{true, false} {
				if long := imported(t, c, Vars{"key": "acme", "descriptor": with("notes", 128<<10), "dryRun": dry}); long.Text("problems.0.pointer") != "" || !strings.Contains(long.Text("problems.0.message"), "the most is 131072") {
					t.Errorf("%v", long)
				}
			}
			for i := range 4 {
				c.Import(t, "acme", with("actions", i))
			}
			if n := Count(t, db, "SELECT count(*) FROM component_versions WHERE component_id = '"+id+"'"); n != 2 {
				t.Errorf("%d versions are kept", n)
			}
			theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
			for i := range 131 {
				c.Import(t, fmt.Sprint("large-", i), with("notes", 127_000))
			}
			for _, dry := range []bool{true, false} {
				for _, key := range []string{"acme", "another"} {
					if full := imported(t, c, Vars{"key": key, "descriptor": with("notes", 127_001), "dryRun": dry}); !strings.Contains(full.Text("issues.0.message"), "16 MiB") {
						t.Errorf("%s, %t: %v", key, dry, full)
					}
				}
			}
			theirs.Import(t, "large", with("notes", 127_000))
		})
	}
}

// Of gateways whose clocks differ, the one that is behind imports too: what it imports is there, and no older version is in its place.
func TestImportComponent_by_a_clock_that_is_behind(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			ahead, now := New(t, d).Client(t, models.RoleOwner), time.Now()
			d.Now = func() time.Time { return now.Add(-time.Minute) }
			behind := New(t, d).Client(t, models.RoleOwner)
			for i := range 6 {
				c := []*Client{ahead, ahead, ahead, behind, behind, ahead}[i]
				title := fmt.Sprint("Acme ", i)
				c.Import(t, "acme", strings.Replace(plain, "Acme", title, 1))
				if got := New(t, d).Client(t, models.RoleOwner).Must(t, `{ component(key: "acme") { title } }`, nil).Text("component.title"); got != title {
					t.Errorf("%q instead of %q", got, title)
				}
			}
		})
	}
}

// Memory holds 256 components of all workspaces' own: a list costs the same number of statements, however many of them others pushed out.
func TestComponents_cost_a_constant_number_of_statements(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
		imports := func(c *Client, n int) {
			for i := range n {
				c.Import(t, fmt.Sprint("acme-", i), plain)
			}
		}
		list := func() int64 {
			return g.Statements(func() {
				if n := c.Must(t, `{ components(first: 5, filter: {search: "acme"}) { totalCount } }`, nil).Int("components.totalCount"); n != 100 {
					t.Errorf("%d components", n)
				}
			})
		}
		imports(c, 100)
		if cold, warm := list(), list(); cold != warm+1 {
			t.Errorf("%d statements, and %d with all in memory", cold, warm)
		}
		warm := list()
		imports(theirs, 200)
		// An import keeps nothing in memory, their list does: with their 200, ours have room for 56.
		theirs.Must(t, `{ components(first: 5) { totalCount } }`, nil)
		if pushed := list(); pushed != warm+1 {
			t.Errorf("%d statements, and %d with all in memory", pushed, warm)
		}
	})
}

// What is used retires, what isn't goes; and a key that is imported again comes back.
func TestDeleteComponent(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		remove := func(id string) Object { return c.Must(t, DeleteComponent, Vars{"input": Vars{"id": id}}) }
		unused := c.Import(t, "unused", plain)
		if data := remove(unused); data.At("deleteComponent.retired") != false {
			t.Errorf("%v", data)
		}
		if data := remove(unused); data.Text("deleteComponent.__typename") != "NotFoundError" {
			t.Errorf("%v", data)
		}
		id := c.Import(t, "acme", plain)
		made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "saveUnverified": true, "fields": []Vars{{"key": "apiKey", "value": "k"}}}})
		credential := made.Text("createCredential.credential.id")
		if made.Text("createCredential.credential.lastVerification.outcome") != "NOT_VERIFIABLE" {
			t.Errorf("%v", made)
		}
		if data := remove(id); data.At("deleteComponent.retired") != true {
			t.Errorf("%v", data)
		}
		listed := func() int {
			return c.Must(t, `{ components(filter: {search: "acme"}) { totalCount } }`, nil).Int("components.totalCount")
		}
		again := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "saveUnverified": true, "fields": []Vars{{"key": "apiKey", "value": "k"}}}})
		if listed() != 1 || again.Text("createCredential.issues.0.path.0") != "componentId" {
			t.Errorf("%v", again)
		}
		if back := imported(t, c, Vars{"key": "acme", "descriptor": plain}); back.At("changed") != true || back.At("created") != false || back.At("component.retired") != false {
			t.Errorf("%v", back)
		}
		remove(id)
		c.Must(t, DeleteCredential, Vars{"input": Vars{"id": credential}})
		if listed() != 0 {
			t.Error("it is listed with nothing that uses it")
		}
		c.Import(t, "other", plain)
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM components WHERE id = '"+id+"'"); n != 0 {
			t.Error("it stays for ever")
		}
	})
}

// A credential is saved, or its component goes, whichever is first: neither is an accident.
func TestDeleteComponent_while_a_credential_is_saved(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		var meanwhile atomic.Pointer[func()]
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			if do := meanwhile.Swap(nil); do != nil {
				(*do)()
			}
		}))
		t.Cleanup(s.Close)
		during := func(do func()) { meanwhile.Store(&do) }
		versions := func(key string) { // so many that only what credentials were made with is left of the others
			for i := range 3 {
				c.Import(t, key, strings.Replace(acme(s.URL), "Acme", fmt.Sprint("Acme ", i), 1))
			}
		}
		fields := func(value string) []Vars { return []Vars{{"key": "apiKey", "value": value}} }
		create := func(id string) Object {
			return c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": fields("k-1")}})
		}

		id := c.Import(t, "deleted", acme(s.URL))
		during(func() { c.Must(t, DeleteComponent, Vars{"input": Vars{"id": id}}) })
		if data := create(id); data.Text("createCredential.__typename") != "NotFoundError" || data.Text("createCredential.path.0") != "componentId" {
			t.Errorf("its component was deleted: %v", data)
		}
		id = c.Import(t, "changed", acme(s.URL))
		during(func() { versions("changed") })
		if data := create(id); data.Text("createCredential.__typename") != "NotFoundError" || data.Text("createCredential.path.0") != "componentId" {
			t.Errorf("its version is gone: %v", data)
		}
		made := create(id).Text("createCredential.credential.id")
		c.Import(t, "changed", acme(s.URL))
		during(func() { versions("changed") })
		if data := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": made, "expectedVersion": 1, "fields": fields("k-2")}}); data.Text("updateCredential.__typename") != "NotFoundError" || data.Text("updateCredential.path.0") != "id" {
			t.Errorf("an edit's version is gone: %v", data)
		}

		// saving holds a credential's transaction open while do runs.
		saving := func(component string, do func()) {
			version := c.Must(t, `query($id: ID!) { component(id: $id) { version } }`, Vars{"id": component}).Text("component.version")
			done := make(chan struct{})
			err := g.Store.Save(t.Context(), func(tx *store.Tx) error {
				row, err := tx.Credential(t.Context(), g.Workspace, made)
				if err != nil {
					return err
				}
				row.ID, row.ComponentID, row.ComponentVersion = "cred_of_"+component, component, version
				if err := tx.InsertCredential(t.Context(), &row, nil); err != nil {
					return err
				}
				go func() {
					defer close(done)
					do()
				}()
				time.Sleep(500 * time.Millisecond) // until it waits
				return nil
			})
			<-done
			if err != nil || Count(t, g.SQL(t), "SELECT count(*) FROM credentials WHERE component_id = '"+component+"'") != 1 {
				t.Errorf("it is not there: %v", err)
			}
		}
		used := c.Import(t, "used", acme(s.URL))
		saving(used, func() {
			r, err := c.Try(DeleteComponent, Vars{"input": Vars{"id": used}})
			if err != nil || r.Data.At("deleteComponent.retired") != true {
				t.Errorf("%v %s", err, r.Raw)
			}
		})
		kept := c.Import(t, "kept", acme(s.URL))
		saving(kept, func() {
			for i := range 3 {
				r, err := c.Try(ImportComponent, Vars{"input": Vars{"key": "kept", "descriptor": strings.Replace(acme(s.URL), "Acme", fmt.Sprint("Acme ", i), 1)}})
				if err != nil || r.Data.At("importComponent.changed") != true {
					t.Errorf("%v %s", err, r.Raw)
				}
			}
		})
	})
}

// What one gateway imported the other one sees at once, new versions and retirement too.
func TestImportComponent_two_gateways(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			a, b := New(t, d), New(t, d)
			first, second := a.Client(t, models.RoleOwner), b.Client(t, models.RoleOwner)
			id := first.Import(t, "acme", plain)
			title := func() string {
				return second.Must(t, `query($id: ID!) { component(id: $id) { title retired } }`, Vars{"id": id}).Text("component.title")
			}
			if title() != "Acme" {
				t.Error("the other gateway doesn't have it")
			}
			first.Import(t, "acme", strings.Replace(plain, "Acme", "Acme 2", 1))
			if title() != "Acme 2" {
				t.Error("the other gateway has the old version")
			}
			first.Must(t, DeleteComponent, Vars{"input": Vars{"id": id}})
			if title() != "" {
				t.Error("the other gateway still has it")
			}
		})
	}
}

// The operator's setting for a component of the catalog, of this release or another, doesn't reach a workspace's own of that key.
func TestImportComponent_obeys_no_setting(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			good, other := newService(t), newService(t)
			d := NewDatabase(t, dialect)
			d.Overrides = map[string]string{"KEYWARD_COMPONENT_ACME_API_URL": other.URL}
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			descriptor := strings.Replace(acme("{{apiUrl}}/me"), `"category"`, `"variables": {"apiUrl": {"default": "`+good.URL+`", "description": "Where it is."}}, "category"`, 1)
			id := c.Import(t, "acme", descriptor)
			made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": id, "fields": []Vars{{"key": "apiKey", "value": "k-1"}}}})
			if made.Text("createCredential.credential.status") != "VERIFIED" || len(good.asked()) != 1 || len(other.asked()) != 0 {
				t.Errorf("%v, asked %v and %v", made, good.asked(), other.asked())
			}
		})
	}
}
