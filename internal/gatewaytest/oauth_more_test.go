package gatewaytest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/internal/oauth"
	"keyward/internal/vault"
	"keyward/models"
)

const (
	deleteWithRevocation = `mutation($input: DeleteCredentialInput!) { deleteCredential(input: $input) { __typename ... on Error { code message path }
		... on DeleteCredentialSuccess { deletedCredentialId revocation { outcome message } } } }`
	deleteWithRevocations = `mutation($input: DeleteCredentialsInput!) { deleteCredentials(input: $input) { __typename ... on Error { code message path }
		... on DeleteCredentialsSuccess { deletedCredentialIds revocations { credentialId revocation { outcome message } } } } }`
	listed = `query($filter: CredentialFilter) { credentials(first: 10, filter: $filter) { totalCount nodes { id status expiresAt accessTokenExpiresAt } } }`

	oauthProviders = `{ oauthProviders { key callbackUrl components { key } client { clientId source credentialCount updatedAt } } }`
	setOAuthClient = `mutation($input: SetOAuthClientInput!) { setOAuthClient(input: $input) { __typename ... on Error { code message path }
		... on ValidationError { issues { path message } } ... on SetOAuthClientSuccess { provider { key client { clientId source updatedAt } } } } }`
	deleteOAuthClient = `mutation($input: DeleteOAuthClientInput!) { deleteOAuthClient(input: $input) { __typename ... on Error { code message path }
		... on DeleteOAuthClientSuccess { provider { key client { clientId source } } } } }`
)

// machine is a program's credential: client credentials at the provider.
func machine(p *Provider, fields map[string]string, more Vars) Vars {
	input := Vars{"componentId": "cmp_oauth2", "authMethod": "client-credentials", "fields": replaced(p.MachineFields(), fields)}
	for key, value := range more {
		input[key] = value
	}
	return input
}

// replaced are the fields with other values for some.
func replaced(fields []Vars, values map[string]string) []Vars {
	for _, field := range fields {
		if value, ok := values[field["key"].(string)]; ok {
			field["value"] = value
		}
	}
	return fields
}

func TestOAuth_client_credentials(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		owner := g.Owner(t)
		refused := owner.Must(t, CreateCredential, Vars{"input": machine(p, map[string]string{"clientSecret": "wrong"}, nil)})
		if refused.Text("createCredential.code") != "VERIFICATION_FAILED" || refused.Text("createCredential.verification.outcome") != "REJECTED" || refused.Text("createCredential.verification.reason") != "AUTH_REJECTED" {
			t.Errorf("another secret: %v", refused)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials") + Count(t, g.SQL(t), "SELECT count(*) FROM oauth_grants"); n != 0 {
			t.Errorf("%d rows of it", n)
		}
		created := owner.Must(t, CreateCredential, Vars{"input": machine(p, nil, nil)})
		id := created.Text("createCredential.credential.id")
		if created.Text("createCredential.credential.status") != "VERIFIED" {
			t.Fatal(created)
		}
		now := owner.Must(t, ConnectionOf, Vars{"id": id})
		if now.At("credential.connection.renewable") != true || now.Text("credential.accessTokenExpiresAt") == "" || now.Text("credential.connection.renewsAt") == "" {
			t.Errorf("%v", now)
		}
		lease := runtimeOf(t, g, owner, id)
		status, first := lease(g)
		if status != 200 || !alive(t, p, first.Text("values.accessToken")) || first.At("values.clientSecret") != nil {
			t.Errorf("%d %v", status, first)
		}
		if _, again := lease(g); again.Text("values.accessToken") != first.Text("values.accessToken") {
			t.Error("another token for each lease")
		}
		// A new one when it ends: on demand, and ahead.
		clock.advance(time.Hour)
		status, second := lease(g)
		if token := second.Text("values.accessToken"); status != 200 || token == first.Text("values.accessToken") || !alive(t, p, token) {
			t.Errorf("%d %v", status, second)
		}
		clock.advance(3 * time.Minute)
		if n, err := g.Vault.Renew(t.Context(), 10); n != 1 || err != nil {
			t.Errorf("due: %d, %v", n, err)
		}
		if status, third := lease(g); status != 200 || third.Text("values.accessToken") == second.Text("values.accessToken") {
			t.Errorf("%d %v", status, third)
		}
		if p.Refreshes.Load() != 0 {
			t.Error("there is nothing to refresh")
		}
		// An edit gets tokens with what was given, or changes nothing.
		edit := func(secret string, version int) Object {
			return owner.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": version, "fields": []Vars{{"key": "clientSecret", "value": secret}}}})
		}
		_, before := lease(g)
		if told := edit("wrong", 1); told.Text("updateCredential.code") != "VERIFICATION_FAILED" || told.Text("updateCredential.verification.outcome") != "REJECTED" {
			t.Errorf("%v", told)
		}
		if _, after := lease(g); after.Text("values.accessToken") != before.Text("values.accessToken") {
			t.Error("a refused edit took the token away")
		}
		moved := owner.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "fields": []Vars{{"key": "audience", "value": "https://api.example.com"}, {"key": "clientSecret", "value": MachineClientSecret}}}})
		if moved.Text("updateCredential.credential.status") != "VERIFIED" {
			t.Errorf("%v", moved)
		}
		if status, after := lease(g); status != 200 || after.Text("values.accessToken") == before.Text("values.accessToken") || !alive(t, p, after.Text("values.accessToken")) {
			t.Errorf("an edit got no new token: %d %v", status, after)
		}
		// Each way to sign in has its own operation.
		if told := owner.Must(t, AuthorizeCredential, Vars{"input": machine(p, nil, nil)}); told.Text("authorizeCredential.code") != "VALIDATION_FAILED" || !strings.Contains(fmt.Sprint(told), "createCredential") {
			t.Errorf("%v", told)
		}
		if told := owner.Must(t, AuthorizeCredential, Vars{"input": Vars{"credentialId": id}}); told.Text("authorizeCredential.code") != "VALIDATION_FAILED" {
			t.Errorf("%v", told)
		}
		code := Vars{"componentId": "cmp_oauth2", "authMethod": "authorization-code", "fields": p.Fields()}
		if told := owner.Must(t, CreateCredential, Vars{"input": code}); told.Text("createCredential.code") != "VALIDATION_FAILED" || !strings.Contains(fmt.Sprint(told), "authorizeCredential") {
			t.Errorf("%v", told)
		}
		if strings.Contains(g.Log.String(), MachineClientSecret) {
			t.Error("the secret is in the log")
		}
		for _, secret := range append(p.Passed(), MachineClientSecret) {
			for _, table := range []string{"credentials", "oauth_grants", "audit_events", "verifications"} {
				if strings.Contains(strings.Join(Rows(t, g.SQL(t), "SELECT * FROM "+table), "\n"), secret) {
					t.Errorf("%s holds a secret", table)
				}
			}
		}
	})
}

// What is saved unverified while the provider is away has no token. It gets one as soon as somebody needs one, and is not refused for the lack of it.
func TestOAuth_client_credentials_saved_unverified(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		owner := g.Owner(t)
		away := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
		p.Fail(away)
		if told := owner.Must(t, CreateCredential, Vars{"input": machine(p, nil, nil)}); told.Text("createCredential.verification.outcome") != "UNAVAILABLE" {
			t.Errorf("%v", told)
		}
		created := owner.Must(t, CreateCredential, Vars{"input": machine(p, nil, Vars{"saveUnverified": true})})
		id := created.Text("createCredential.credential.id")
		if created.Text("createCredential.credential.status") != "UNVERIFIED" {
			t.Fatal(created)
		}
		if now := owner.Must(t, ConnectionOf, Vars{"id": id}); now.Text("credential.connection.problem.reason") != "PROVIDER_UNAVAILABLE" || now.At("credential.connection.renewable") != true {
			t.Errorf("%v", now)
		}
		verify := func() string {
			told := owner.Must(t, VerifyCredential, Vars{"input": Vars{"id": id}})
			return told.Text("verifyCredential.verification.outcome") + " " + told.Text("verifyCredential.credential.status")
		}
		if got := verify(); got != "UNAVAILABLE UNVERIFIED" {
			t.Error(got)
		}
		p.Fault.Store(nil)
		clock.advance(time.Minute)
		if got := verify(); got != "ACCEPTED VERIFIED" {
			t.Error(got)
		}
		lease := runtimeOf(t, g, owner, id)
		if status, answer := lease(g); status != 200 || !alive(t, p, answer.Text("values.accessToken")) {
			t.Errorf("%d %v", status, answer)
		}
		// An edit that is saved unverified has no token either, not even the one that the former secret got.
		p.Fail(away)
		edited := owner.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "saveUnverified": true, "fields": []Vars{
			{"key": "audience", "value": "https://api.example.com"}, {"key": "clientSecret", "value": MachineClientSecret},
		}}})
		if edited.Text("updateCredential.credential.status") != "UNVERIFIED" {
			t.Errorf("%v", edited)
		}
		if status, answer := lease(g); status == 200 {
			t.Errorf("handed out without a token: %v", answer)
		}
		p.Fault.Store(nil)
		clock.advance(time.Minute)
		if status, answer := lease(g); status != 200 || !alive(t, p, answer.Text("values.accessToken")) {
			t.Errorf("%d %v", status, answer)
		}
	})
}

func TestOAuth_a_token_that_nothing_renews(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		owner := g.Owner(t)
		done := owner.Connect(t, p, "ada", generic(p, Vars{"scopes": []string{"openid", "profile"}}))
		id := done.Text(credential + "id")
		if done.Text(credential+"status") != "VERIFIED" || done.At(credential+"connection.renewable") != false || done.At(credential+"connection.renewsAt") != nil || done.Text(credential+"accessTokenExpiresAt") == "" {
			t.Fatal(done)
		}
		renewed := connectAs(t, owner, p, "ada")
		list := func(filter Vars) string {
			var found []string
			data := owner.Must(t, listed, Vars{"filter": filter})
			for i := range data.Len("credentials.nodes") {
				found = append(found, data.Text(fmt.Sprintf("credentials.nodes.%d.id", i)))
			}
			return strings.NewReplacer(id, "ended", renewed, "renewed").Replace(strings.Join(found, " "))
		}
		before := func(d time.Duration) Vars {
			return Vars{"expiresBefore": clock.now().Add(d).UTC().Format(time.RFC3339)}
		}
		flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": "cmp_oauth2", "credentialId": id}}}}).Text("createFlow.flow.id")
		owner.Activate(t, flow)
		runtime := &Client{URL: g.URL, Token: g.Client(t, models.RoleRuntime).Token}
		lease := func() int {
			status, _, _ := runtime.Post(t, "/runtime/leases", Vars{"flowId": flow, "stepKey": "s"})
			return status
		}
		if got := list(before(time.Minute)); got != "" {
			t.Errorf("a minute ahead: %s", got)
		}
		if got := list(before(10 * time.Minute)); got != "ended" {
			t.Errorf("ten minutes ahead: %s", got)
		}
		if got := list(Vars{"status": []string{"EXPIRED"}}); got != "" || lease() != 200 {
			t.Errorf("ended already: %s", got)
		}
		clock.advance(6 * time.Minute)
		if got := list(Vars{"status": []string{"EXPIRED"}}); got != "ended" {
			t.Errorf("ended: %s", got)
		}
		if got := list(Vars{"status": []string{"VERIFIED"}}); got != "renewed" {
			t.Errorf("not ended: %s", got)
		}
		if now := owner.Must(t, ConnectionOf, Vars{"id": id}); now.Text("credential.status") != "EXPIRED" {
			t.Errorf("%v", now)
		}
		problems := owner.Must(t, `query($id: ID!) { flow(id: $id) { problems { stepKey kind message } } }`, Vars{"id": flow})
		if problems.Text("flow.problems.0.kind") != "CREDENTIAL_EXPIRED" || problems.Text("flow.problems.0.stepKey") != "s" {
			t.Errorf("%v", problems)
		}
		if got := lease(); got != http.StatusConflict {
			t.Errorf("a lease: %d", got)
		}
		if n, err := g.Vault.Renew(t.Context(), 10); n != 1 || err != nil { // the other one
			t.Errorf("due: %d, %v", n, err)
		}
		if again := owner.Connect(t, p, "ada", Vars{"credentialId": id, "scopes": []string{"openid", "profile", "offline_access"}}); again.Text(credential+"status") != "VERIFIED" || lease() != 200 {
			t.Errorf("%v", again)
		}
		if got := list(before(time.Hour)); got != "" {
			t.Errorf("it is renewed by now: %s", got)
		}
	})
}

func TestOAuth_deleting_gives_tokens_back(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, _ := connected(t, dialect)
		owner := g.Owner(t)
		broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", http.StatusServiceUnavailable) }))
		t.Cleanup(broken.Close)
		with := func(revocation string) string {
			t.Helper()
			input := generic(p, nil)
			input["fields"] = replaced(p.Fields(), map[string]string{"revocationUrl": revocation})
			done := owner.Connect(t, p, "ada", input)
			if done.Text(credential+"id") == "" {
				t.Fatal(done)
			}
			return done.Text(credential + "id")
		}
		token := func(id string) string {
			t.Helper()
			_, answer := runtimeOf(t, g, owner, id)(g)
			return answer.Text("values.accessToken")
		}
		stop := func() {
			for _, flow := range Rows(t, g.SQL(t), "SELECT id FROM flows") {
				owner.Must(t, DeactivateFlow, Vars{"input": Vars{"id": flow}})
			}
		}
		for _, tt := range []struct {
			revocation, want, says string
			asked                  int64
			alive                  bool
		}{
			{p.URL + "/revoke", "REVOKED", "took the tokens back", 1, false},
			{"", "NOT_SUPPORTED", "offers no way", 0, true},
			{broken.URL, "FAILED", "withdraw the access there", 0, true},
		} {
			id, before := with(tt.revocation), p.Revocations.Load()
			held := token(id)
			if !alive(t, p, held) {
				t.Fatal("no token")
			}
			stop()
			told := owner.Must(t, deleteWithRevocation, Vars{"input": Vars{"id": id}})
			if told.Text("deleteCredential.deletedCredentialId") != id || told.Text("deleteCredential.revocation.outcome") != tt.want || !strings.Contains(told.Text("deleteCredential.revocation.message"), tt.says) {
				t.Errorf("%s: %v", tt.want, told)
			}
			if got := p.Revocations.Load() - before; got != tt.asked || alive(t, p, held) != tt.alive {
				t.Errorf("%s: asked %d times", tt.want, got)
			}
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials") + Count(t, g.SQL(t), "SELECT count(*) FROM oauth_grants"); n != 0 {
				t.Errorf("%s: %d rows are left", tt.want, n)
			}
		}
		// What is refused gives nothing back.
		kept, before := with(p.URL+"/revoke"), p.Revocations.Load()
		held := token(kept)
		if told := owner.Must(t, deleteWithRevocation, Vars{"input": Vars{"id": kept}}); told.Text("deleteCredential.code") != "CREDENTIAL_IN_USE" || p.Revocations.Load() != before || !alive(t, p, held) {
			t.Errorf("%v", told)
		}
		stop()
		// Several at once, in their order; those without tokens are left out.
		ids := []string{with(broken.URL), owner.Petstore(t, "pets"), kept, with("")}
		told := owner.Must(t, deleteWithRevocations, Vars{"input": Vars{"ids": ids}})
		var got []string
		for i := range told.Len("deleteCredentials.revocations") {
			at := fmt.Sprintf("deleteCredentials.revocations.%d.", i)
			got = append(got, told.Text(at+"credentialId")+" "+told.Text(at+"revocation.outcome"))
		}
		if want := []string{ids[0] + " FAILED", ids[2] + " REVOKED", ids[3] + " NOT_SUPPORTED"}; fmt.Sprint(got) != fmt.Sprint(want) || told.Len("deleteCredentials.deletedCredentialIds") != 4 {
			t.Errorf("%v, want %v", got, want)
		}
		if pets := owner.Must(t, deleteWithRevocation, Vars{"input": Vars{"id": owner.Petstore(t, "pets")}}); pets.At("deleteCredential.revocation") != nil || pets.Text("deleteCredential.deletedCredentialId") == "" {
			t.Errorf("%v", pets)
		}
	})
}

// Whoever hangs up has deleted all the same, and nobody could give the tokens back later.
func TestOAuth_deleting_and_hanging_up(t *testing.T) {
	g, p, _ := connected(t, "sqlite")
	owner := g.Owner(t)
	ctx, hangUp := context.WithCancel(t.Context())
	cutOff := make(chan bool, 1)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // only then is it noticed that somebody hangs up
		hangUp()
		select {
		case <-r.Context().Done():
			cutOff <- true
		case <-time.After(300 * time.Millisecond):
			cutOff <- false
		}
	}))
	t.Cleanup(slow.Close)
	input := generic(p, nil)
	input["fields"] = replaced(p.Fields(), map[string]string{"revocationUrl": slow.URL})
	id := owner.Connect(t, p, "ada", input).Text(credential + "id")
	if _, err := owner.TryContext(ctx, deleteWithRevocation, Vars{"input": Vars{"id": id}}); err == nil {
		t.Error("it was answered")
	}
	if <-cutOff {
		t.Error("the provider was not given the time to take the tokens back")
	}
}

func TestOAuth_clients(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		const operators, ours = "operator's secret canary", "our secret canary"
		d := NewDatabase(t, dialect)
		d.OAuthClients = map[string]oauth.Client{"github": {ID: "operators-client", Secret: models.NewSecret(operators)}}
		g := New(t, d)
		owner := g.Owner(t)
		elsewhere := g.ClientOf(t, g.NewWorkspace(t, "elsewhere"), models.RoleOwner)
		var raw []string
		do := func(c *Client, query string, vars Vars) Response {
			t.Helper()
			response := c.Do(t, query, vars)
			raw = append(raw, response.Raw)
			return response
		}
		client := func(c *Client, provider string) string {
			t.Helper()
			data := do(c, oauthProviders, nil).Data
			for i := range data.Len("oauthProviders") {
				at := fmt.Sprintf("oauthProviders.%d.", i)
				if data.Text(at+"key") == provider {
					if data.Text(at+"callbackUrl") != g.URL+"/oauth/callback" {
						t.Errorf("the callback URL is %s", data.Text(at+"callbackUrl"))
					}
					return strings.TrimSpace(data.Text(at+"client.clientId") + " " + data.Text(at+"client.source"))
				}
			}
			t.Fatalf("no %s", provider)
			return ""
		}
		usedFor := func(c *Client, component string) string {
			t.Helper()
			data := do(c, AuthorizeCredential, Vars{"input": Vars{"componentId": component}}).Data
			page, err := url.Parse(data.Text("authorizeCredential.authorizationUrl"))
			if err != nil {
				t.Fatal(err)
			}
			return page.Query().Get("client_id") + data.Text("authorizeCredential.reason")
		}
		set := func(c *Client, input Vars) string {
			t.Helper()
			answer := do(c, setOAuthClient, Vars{"input": input})
			return strings.TrimSpace(answer.Data.Text("setOAuthClient.provider.client.clientId") + " " + answer.Data.Text("setOAuthClient.code") + answer.Code())
		}
		expect := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		expect("the operator's", client(owner, "github"), "operators-client OPERATOR")
		expect("the operator's is used", usedFor(owner, "cmp_github"), "operators-client")
		expect("there is none", client(owner, "slack"), "")
		expect("there is none to use", usedFor(owner, "cmp_slack"), "CLIENT_MISSING")

		expect("set", set(owner, Vars{"provider": "github", "clientId": " our-client ", "clientSecret": ours}), "our-client")
		expect("our own", client(owner, "github"), "our-client WORKSPACE")
		expect("our own is used", usedFor(owner, "cmp_github"), "our-client")
		expect("another workspace sees", client(elsewhere, "github"), "operators-client OPERATOR")
		expect("another workspace uses", usedFor(elsewhere, "cmp_github"), "operators-client")
		expect("another workspace deletes", do(elsewhere, deleteOAuthClient, Vars{"input": Vars{"provider": "github"}}).Data.Text("deleteOAuthClient.code"), "NOT_FOUND")

		// A secret stays with its id, and with no other.
		stored := func() string {
			return strings.Join(Rows(t, g.SQL(t), "SELECT client_id, revision FROM oauth_clients"), "; ")
		}
		before := stored()
		expect("the same id", set(owner, Vars{"provider": "github", "clientId": "our-client"}), "our-client")
		if stored() == before {
			t.Error("it was not set")
		}
		before = stored()
		expect("another id", set(owner, Vars{"provider": "github", "clientId": "another"}), "VALIDATION_FAILED")
		expect("a number", set(owner, Vars{"provider": "github", "clientId": "our-client", "clientSecret": 7}), "VALIDATION_FAILED")
		expect("two lines", set(owner, Vars{"provider": "github", "clientId": "our-client", "clientSecret": "a\nb"}), "VALIDATION_FAILED")
		expect("no id", set(owner, Vars{"provider": "github", "clientId": " "}), "VALIDATION_FAILED")
		expect("no such provider", set(owner, Vars{"provider": "nobody", "clientId": "x"}), "NOT_FOUND")
		expect("what is stored", stored(), before)
		expect("a public one", set(owner, Vars{"provider": "slack", "clientId": "public", "clientSecret": nil}), "public")
		for _, role := range []models.Role{models.RoleEditor, models.RoleViewer, models.RoleRuntime} {
			c := g.Client(t, role)
			expect(string(role)+" sets", set(c, Vars{"provider": "github", "clientId": "x"}), "FORBIDDEN")
			expect(string(role)+" deletes", do(c, deleteOAuthClient, Vars{"input": Vars{"provider": "github"}}).Code(), "FORBIDDEN")
		}
		expect("what is stored", strings.Join(Rows(t, g.SQL(t), "SELECT client_id FROM oauth_clients"), " "), "our-client public")

		deleted := do(owner, deleteOAuthClient, Vars{"input": Vars{"provider": "github"}}).Data
		expect("deleted", deleted.Text("deleteOAuthClient.provider.client.clientId"), "operators-client")
		expect("the operator's again", usedFor(owner, "cmp_github"), "operators-client")
		expect("deleted twice", do(owner, deleteOAuthClient, Vars{"input": Vars{"provider": "github"}}).Data.Text("deleteOAuthClient.code"), "NOT_FOUND")
		expect("set once more", set(owner, Vars{"provider": "github", "clientId": "our-client", "clientSecret": ours}), "our-client")

		events := owner.Must(t, AuditEvents, nil)
		if text := fmt.Sprint(events); strings.Count(text, "OAUTH_CLIENT_SET") != 4 || strings.Count(text, "OAUTH_CLIENT_DELETED") != 1 {
			t.Errorf("%v", events)
		}
		seen := strings.Join(raw, "\n") + g.Log.String() + fmt.Sprint(events)
		for _, table := range []string{"oauth_clients", "audit_events", "authorizations"} {
			seen += strings.Join(Rows(t, g.SQL(t), "SELECT * FROM "+table), "\n")
		}
		if strings.Contains(seen, operators) || strings.Contains(seen, ours) {
			t.Error("a secret can be read")
		}
	})
}

// behind lets the component xero connect through the provider, by a client that is registered for it.
func behind(t *testing.T, p *Provider, d *Database) {
	t.Helper()
	to, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	through := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		r.Out.Host = to.Host
		r.Out.URL.Path = map[string]string{"/connect/token": "/oauth/token", "/connect/revocation": "/revoke"}[r.In.URL.Path]
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/identity/connect/authorize":
			http.Redirect(w, r, p.URL+"/auth?"+r.URL.RawQuery, http.StatusFound)
			return
		case "/connect/token", "/connect/revocation":
			through.ServeHTTP(w, r)
			return
		}
		if !alive(t, p, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		const tenant = "70784a63-d24b-46a9-a4db-0e70a274b056"
		switch {
		case r.URL.Path == "/connections":
			_, _ = io.WriteString(w, `[{"tenantId":"`+tenant+`"}]`)
		case r.Header.Get("Xero-Tenant-Id") == tenant:
			_, _ = io.WriteString(w, `{"Organisations":[{"OrganisationID":"o1","Name":"Ours"}]}`)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(server.Close)
	d.Overrides = map[string]string{
		"KEYWARD_COMPONENT_XERO_LOGIN_URL": server.URL, "KEYWARD_COMPONENT_XERO_IDENTITY_URL": server.URL, "KEYWARD_COMPONENT_XERO_API_URL": server.URL,
	}
}

// registered connects to xero.
func registered(t *testing.T, c *Client, p *Provider, input Vars) Object {
	t.Helper()
	input["scopes"] = []string{"openid", "offline_access"}
	begun := c.Must(t, AuthorizeCredential, Vars{"input": input})
	page, err := url.Parse(begun.Text("authorizeCredential.authorizationUrl"))
	if err != nil || page.Host == "" {
		t.Fatal(begun)
	}
	_, fragment := c.Return(t, p.SayYes(t, p.URL+"/auth?"+page.RawQuery, "ada"))
	return c.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}})
}

func TestOAuth_a_connection_through_another_client(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		clock := newClock()
		p := NewProvider(t)
		d := NewDatabase(t, dialect)
		d.Now, d.OAuthClients = clock.now, map[string]oauth.Client{"xero": {ID: ProviderClientID, Secret: models.NewSecret(ProviderClientSecret)}}
		behind(t, p, &d)
		g := New(t, d)
		p.Serves(g)
		owner := g.Owner(t)
		done := registered(t, owner, p, Vars{"componentId": "cmp_xero"})
		id := done.Text(credential + "id")
		if done.Text(credential+"status") != "VERIFIED" || done.Text(credential+"connection.account.name") != "Ours" {
			t.Fatal(done)
		}
		if text := fmt.Sprint(owner.Must(t, oauthProviders, nil)); !strings.Contains(text, "clientId:"+ProviderClientID+" credentialCount:1") {
			t.Error(text)
		}
		flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": "cmp_xero", "credentialId": id}}}}).Text("createFlow.flow.id")
		owner.Activate(t, flow)
		runtime := &Client{URL: g.URL, Token: g.Client(t, models.RoleRuntime).Token}
		lease := func() int {
			status, answer, _ := runtime.Post(t, "/runtime/leases", Vars{"flowId": flow, "stepKey": "s"})
			if status == 200 && answer.Text("values.tenantId") == "" {
				t.Errorf("what came with the tokens is missing: %v", answer)
			}
			return status
		}
		state := func() string {
			now := owner.Must(t, ConnectionOf, Vars{"id": id})
			return now.Text("credential.status") + " " + now.Text("credential.connection.problem.reason")
		}
		set := func(clientID, secret string) {
			t.Helper()
			owner.Must(t, setOAuthClient, Vars{"input": Vars{"provider": "xero", "clientId": clientID, "clientSecret": secret}})
		}
		set("another", "secret")
		if got := lease(); got != 200 || state() != "VERIFIED " {
			t.Errorf("its token is alive: %d %s", got, state())
		}
		clock.advance(time.Hour)
		if got := lease(); got != http.StatusConflict || state() != "NEEDS_REAUTHORIZATION CLIENT_CHANGED" || p.Refreshes.Load() != 0 {
			t.Errorf("%d %s, asked %d times", got, state(), p.Refreshes.Load())
		}
		// The workspace's own client, of the same name as the operator's, connects it again and outlives a rotation of the keys.
		set(ProviderClientID, ProviderClientSecret)
		if again := registered(t, owner, p, Vars{"credentialId": id}); again.Text(credential+"status") != "VERIFIED" || lease() != 200 {
			t.Errorf("%v", again)
		}
		key, err := vault.OpenKey(t.Context(), g.Store, vault.KeyFile(keyFile(d)))
		if err != nil {
			t.Fatal(err)
		}
		rotated, err := vault.Rotation{Store: g.Store, Key: key, DropOld: true, Batch: 10, Progress: func(int64, int64) {}}.Run(t.Context())
		if err != nil || rotated.Dropped != 1 {
			t.Errorf("%+v, %v", rotated, err)
		}
		clock.advance(time.Hour)
		if got := lease(); got != 200 || p.Refreshes.Load() != 1 || state() != "VERIFIED " {
			t.Errorf("%d %s, %d refreshes", got, state(), p.Refreshes.Load())
		}
		if other := registered(t, owner, p, Vars{"componentId": "cmp_xero"}); other.Text(credential+"status") != "VERIFIED" {
			t.Errorf("%v", other)
		}
		// Another client can't give tokens back: the provider is not even asked.
		set("another", "secret")
		owner.Must(t, DeactivateFlow, Vars{"input": Vars{"id": flow}})
		if told := owner.Must(t, deleteWithRevocation, Vars{"input": Vars{"id": id}}); told.Text("deleteCredential.revocation.outcome") != "FAILED" || p.Revocations.Load() != 0 {
			t.Errorf("%v, asked %d times", told, p.Revocations.Load())
		}
	})
}

// A component of one's own changes, more than once, while somebody is at the provider: the version that the connection began with is gone.
func TestOAuth_a_version_that_goes_meanwhile(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		d := g.Database
		d.Now = clock.now
		cold := New(t, d)
		owner := g.Owner(t)
		descriptor := func(title string) string {
			return fmt.Sprintf(`{"title": %q, "methods": [{"key": "oauth", "title": "OAuth", "kind": "OAUTH2_AUTHORIZATION_CODE", "fields": {
				"clientId": {"label": "Client", "viewClass": "TextFieldView", "secret": false, "required": true}, "clientSecret": {"label": "Its secret", "viewClass": "PasswordFieldView", "required": true}},
				"oauth2": {"source": "https://docs.example.com/oauth", "authorizationUrl": "%[2]s/auth", "tokenUrl": "%[2]s/oauth/token", "client": {"id": "{{clientId}}", "secret": "{{clientSecret}}"}, "clientAuthentication": "basic"},
				"verification": {"protocol": "http", "source": "https://docs.example.com/auth", "request": {"method": "GET", "url": "%[2]s/userinfo", "headers": {"Authorization": "Bearer {{accessToken}}"}}, "accept": {"status": [200]}, "reject": {"status": [401]}}}]}`, title, p.URL)
		}
		for name, to := range map[string]string{"gone, though it is in memory": g.URL, "gone": cold.URL} {
			id := owner.Import(t, "mine", descriptor("Mine"))
			begun := owner.Must(t, AuthorizeCredential, Vars{"input": Vars{"componentId": id, "scopes": []string{"openid"}, "fields": []Vars{{"key": "clientId", "value": ProviderClientID}, {"key": "clientSecret", "value": ProviderClientSecret}}}})
			page := begun.Text("authorizeCredential.authorizationUrl")
			if page == "" {
				t.Fatal(begun)
			}
			callback := p.SayYes(t, page, "ada")
			for _, title := range []string{"Mine 2", "Mine 3"} {
				clock.advance(time.Second)
				owner.Import(t, "mine", descriptor(title))
			}
			_, fragment := owner.Return(t, strings.Replace(callback, g.URL, to, 1))
			done := owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}})
			got := done.Text("completeAuthorization.__typename") + " " + done.Text("completeAuthorization.reason")
			if want := map[string]string{g.URL: "NotFoundError ", cold.URL: "OAuthError AUTHORIZATION_EXPIRED"}[to]; got != want {
				t.Errorf("%s: %s, want %s: %v", name, got, want, done)
			}
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"); n != 0 {
			t.Errorf("%d credentials were saved", n)
		}
	})
}
