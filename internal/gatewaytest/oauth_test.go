package gatewaytest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// connected starts a gateway with a clock, and a provider that knows it.
func connected(t *testing.T, dialect string) (*Gateway, *Provider, *clock) {
	t.Helper()
	c := newClock()
	d := NewDatabase(t, dialect)
	d.Now, d.OAuthTimeout = c.now, time.Second
	g := New(t, d)
	p := NewProvider(t)
	p.Serves(g)
	return g, p, c
}

func generic(p *Provider, more Vars) Vars {
	input := Vars{"componentId": "cmp_oauth2", "authMethod": "authorization-code", "fields": p.Fields(), "scopes": []string{"openid", "profile", "offline_access"}}
	for key, value := range more {
		input[key] = value
	}
	return input
}

const credential = "completeAuthorization.credential."

// connectAs connects and returns the new credential's id.
func connectAs(t testing.TB, c *Client, p *Provider, name string) string {
	t.Helper()
	done := c.Connect(t, p, name, generic(p, Vars{"name": "Connected"}))
	if done.Text(credential+"status") != "VERIFIED" {
		t.Fatalf("not connected: %v", done)
	}
	return done.Text(credential + "id")
}

func eachDialect(t *testing.T, run func(t *testing.T, dialect string)) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) { run(t, dialect) })
	}
}

func TestOAuth_a_person_connects_an_account(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, _ := connected(t, dialect)
		owner := g.Owner(t)
		flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": "cmp_oauth2"}}}}).Text("createFlow.flow.id")
		begun := owner.Must(t, AuthorizeCredential, Vars{"input": generic(p, Vars{"name": "Ada's", "tags": []string{"b", "a"}, "linkTo": Vars{"flowId": flow, "stepKey": "s"}})})
		page := begun.Text("authorizeCredential.authorizationUrl")
		asked, err := url.Parse(page)
		if err != nil || page == "" {
			t.Fatal(begun)
		}
		for name, want := range map[string]string{
			"client_id": ProviderClientID, "redirect_uri": g.URL + "/oauth/callback", "response_type": "code",
			"code_challenge_method": "S256", "scope": "openid profile offline_access",
		} {
			if got := asked.Query().Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if len(asked.Query().Get("state")) < 26 || len(asked.Query().Get("code_challenge")) != 43 {
			t.Error("the state or the challenge is too short")
		}
		callback := p.SayYes(t, page, "ada")
		next, fragment := owner.Return(t, callback)
		if want := g.URL + "/w/" + g.Workspace + "/connected"; next != want {
			t.Errorf("goes on to %s, want %s", next, want)
		}
		ticket := fragment.Get("ticket")
		for who, other := range map[string]*Client{"a token": g.Client(t, models.RoleOwner), "another session": g.Owner(t)} {
			if told := other.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": ticket}}); told.Text("completeAuthorization.code") != "NOT_FOUND" {
				t.Errorf("%s was told: %v", who, told)
			}
		}
		done := owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": ticket}})
		for path, want := range map[string]any{
			"status": "VERIFIED", "name": "Ada's", "connection.renewable": true, "connection.problem": nil, "version": 1.0,
		} {
			if got := done.At(credential + path); got != want {
				t.Errorf("%s: %v, want %v", path, got, want)
			}
		}
		if done.Len(credential+"missingScopes") != 0 || done.Len(credential+"grantedScopes") < 2 || done.Text(credential+"accessTokenExpiresAt") == "" {
			t.Errorf("%v", done)
		}
		if got := fmt.Sprint(done.At(credential + "tags")); got != "[a b]" {
			t.Errorf("tags %s", got)
		}
		id := done.Text(credential + "id")
		if linked := Count(t, g.SQL(t), "SELECT count(*) FROM flow_steps WHERE credential_id = '"+id+"'"); linked != 1 {
			t.Errorf("%d links", linked)
		}
		if told := owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": ticket}}); told.Text("completeAuthorization.code") != "NOT_FOUND" {
			t.Errorf("a ticket told twice: %v", told)
		}
		// What passed through is in no log; only hashes and what is sealed are in the database.
		came, err := url.Parse(callback)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Passed()) < 4 {
			t.Errorf("only %d codes, verifiers and tokens came by", len(p.Passed()))
		}
		for i, secret := range p.Passed() {
			if strings.Contains(g.Log.String(), secret) {
				t.Errorf("secret %d is in the log", i)
			}
		}
		for name, secret := range map[string]string{
			"code": came.Query().Get("code"), "state": came.Query().Get("state"), "ticket": ticket, "client secret": ProviderClientSecret,
		} {
			if secret == "" || strings.Contains(g.Log.String(), secret) {
				t.Errorf("the %s is in the log, or there was none", name)
			}
		}
		for _, table := range []string{"authorizations", "oauth_grants", "oauth_tickets", "credentials", "audit_events"} {
			for _, row := range Rows(t, g.SQL(t), "SELECT * FROM "+table) {
				text := row
				for _, secret := range append(p.Passed(), came.Query().Get("state"), ticket, ProviderClientSecret) {
					if strings.Contains(text, secret) {
						t.Errorf("%s holds a secret", table)
					}
				}
			}
		}
	})
}

func TestOAuth_connecting_again_keeps_everything_else(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, _ := connected(t, dialect)
		owner := g.Owner(t)
		id := connectAs(t, owner, p, "ada")
		flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": "cmp_oauth2", "credentialId": id}}}}).Text("createFlow.flow.id")
		owner.Activate(t, flow)
		first := Rows(t, g.SQL(t), "SELECT sealed, token_version FROM credentials c JOIN oauth_grants o ON o.credential_id = c.id")
		done := owner.Connect(t, p, "ada", Vars{"credentialId": id})
		for path, want := range map[string]any{
			"completeAuthorization.reauthorized": true, "completeAuthorization.accountChanged": false,
			credential + "id": id, credential + "status": "VERIFIED", credential + "name": "Connected", credential + "activeFlowCount": 1.0, credential + "version": 2.0,
		} {
			if got := done.At(path); got != want {
				t.Errorf("%s: %v, want %v", path, got, want)
			}
		}
		if again := Rows(t, g.SQL(t), "SELECT sealed, token_version FROM credentials c JOIN oauth_grants o ON o.credential_id = c.id"); fmt.Sprint(first) == fmt.Sprint(again) {
			t.Error("the tokens are the old ones")
		}
		if got := fmt.Sprint(done.At(credential + "connection.requestedScopes")); got != "[openid profile offline_access]" {
			t.Errorf("other scopes: %s", got)
		}
		changed := owner.Connect(t, p, "grace", Vars{"credentialId": id, "scopes": []string{"openid", "offline_access", "custom_scope", "made.up"}})
		if changed.At(credential+"id") != id || changed.At("completeAuthorization.accountChanged") != true {
			t.Errorf("another account: %v", changed)
		}
		if got := fmt.Sprint(changed.At(credential + "missingScopes")); got != "[made.up]" {
			t.Errorf("missing scopes: %s", got)
		}
		// The values that the connection was made with only change by connecting again.
		edit := owner.Must(t, `mutation ($input: UpdateCredentialInput!) { updateCredential(input: $input) { __typename ... on Error { code message path } ... on ValidationError { issues { message } } } }`,
			Vars{"input": Vars{"id": id, "expectedVersion": 3, "fields": []Vars{{"key": "testUrl", "value": p.URL + "/other"}}}})
		if edit.Text("updateCredential.code") != "VALIDATION_FAILED" || !strings.Contains(fmt.Sprint(edit), "connect again") {
			t.Errorf("%v", edit)
		}
		// A new destination doesn't get the stored secret.
		moved := owner.Must(t, AuthorizeCredential, Vars{"input": Vars{"credentialId": id, "fields": []Vars{{"key": "tokenUrl", "value": "http://127.0.0.1:1/token"}}}})
		if moved.Text("authorizeCredential.code") != "VALIDATION_FAILED" || !strings.Contains(fmt.Sprint(moved), "clientSecret") {
			t.Errorf("%v", moved)
		}
	})
}

// Each fault between us and the provider has a reason of its own, and leaves what was stored as it was.
func TestOAuth_faults_when_connecting(t *testing.T) {
	spoil := func(spoil func(http.ResponseWriter, *httptest.ResponseRecorder)) func(*Provider) {
		return func(p *Provider) { p.Spoil(spoil) }
	}
	fail := func(status int, contentType, body string) func(*Provider) {
		return func(p *Provider) {
			p.Fail(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			})
		}
	}
	for _, tt := range []struct {
		name   string
		fault  func(*Provider)
		change func(callback string) string
		want   models.OAuthReason
	}{
		{"no answer, though the tokens were issued", spoil(func(http.ResponseWriter, *httptest.ResponseRecorder) { time.Sleep(1500 * time.Millisecond) }), nil, models.OAuthTimeout},
		{"500", fail(500, "text/plain", "oops"), nil, models.OAuthProviderUnavailable},
		{"429", fail(429, "application/json", `{"error":"slow_down"}`), nil, models.OAuthProviderUnavailable},
		{"truncated JSON", spoil(func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(a.Body.Bytes()[:a.Body.Len()/2])
		}), nil, models.OAuthMalformedAnswer},
		{"cut off", spoil(func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "100000")
			_, _ = w.Write(a.Body.Bytes())
		}), nil, models.OAuthMalformedAnswer},
		{"another content type", spoil(func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write(a.Body.Bytes())
		}), nil, models.OAuthMalformedAnswer},
		{"no token in it", fail(200, "application/json", `{"token_type":"bearer"}`), nil, models.OAuthMalformedAnswer},
		{"a token that would break a header", fail(200, "application/json", `{"access_token":"a\r\nb"}`), nil, models.OAuthMalformedAnswer},
		{"endless", spoil(func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"`+strings.Repeat("x", 1<<20)+`"}`)
		}), nil, models.OAuthMalformedAnswer},
		{"an expired code", nil, func(at string) string { return strings.Replace(at, "code=", "code=x", 1) }, models.OAuthGrantInvalid},
		{"an unknown client", fail(401, "application/json", `{"error":"invalid_client"}`), nil, models.OAuthClientRejected},
		{"a scope that isn't granted", fail(400, "application/json", `{"error":"invalid_scope"}`), nil, models.OAuthScopeRejected},
		{"a refusal without a word", fail(418, "text/plain", "no"), nil, models.OAuthRefused},
		{"another issuer", nil, func(at string) string { return at + "&iss=https%3A%2F%2Fevil.example.com" }, models.OAuthWrongIssuer},
		{"access denied", nil, func(at string) string {
			u, _ := url.Parse(at)
			u.RawQuery = url.Values{"error": {"access_denied"}, "error_description": {"<b>no</b>"}, "state": {u.Query().Get("state")}}.Encode()
			return u.String()
		}, models.OAuthAccessDenied},
		{"no code", nil, func(at string) string {
			u, _ := url.Parse(at)
			u.RawQuery = url.Values{"state": {u.Query().Get("state")}}.Encode()
			return u.String()
		}, models.OAuthMalformedAnswer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, p, _ := connected(t, "sqlite")
			owner := g.Owner(t)
			id := connectAs(t, owner, p, "ada")
			before := Rows(t, g.SQL(t), "SELECT * FROM credentials")
			for again, input := range map[string]Vars{"a new one": generic(p, nil), "an old one": {"credentialId": id}} {
				page := owner.Must(t, AuthorizeCredential, Vars{"input": input}).Text("authorizeCredential.authorizationUrl")
				callback := p.SayYes(t, page, "ada")
				if tt.fault != nil {
					tt.fault(p)
				}
				if tt.change != nil {
					callback = tt.change(callback)
				}
				_, fragment := owner.Return(t, callback)
				p.Fault.Store(nil)
				told := owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}})
				if told.Text("completeAuthorization.__typename") != "OAuthError" || told.Text("completeAuthorization.reason") != string(tt.want) || told.Text("completeAuthorization.message") == "" {
					t.Errorf("%s: %v, want %s", again, told, tt.want)
				}
				// Nobody comes in a second time by the same state.
				_, fragment = owner.Return(t, callback)
				told = owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}})
				if told.Text("completeAuthorization.reason") != string(models.OAuthAuthorizationExpired) {
					t.Errorf("%s, replayed: %v", again, told)
				}
			}
			if after := Rows(t, g.SQL(t), "SELECT * FROM credentials"); fmt.Sprint(before) != fmt.Sprint(after) {
				t.Error("what was stored has changed")
			}
			if verified := owner.Must(t, VerifyCredential, Vars{"input": Vars{"id": id}}); verified.Text("verifyCredential.credential.status") != "VERIFIED" {
				t.Errorf("what was stored can't be used any more: %v", verified)
			}
		})
	}
}

func TestOAuth_a_slow_provider_is_waited_for(t *testing.T) {
	g, p, _ := connected(t, "sqlite")
	p.Spoil(func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
		time.Sleep(400 * time.Millisecond)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(a.Body.Bytes())
	})
	connectAs(t, g.Owner(t), p, "ada")
}

func TestOAuth_whose_browser_comes_back(t *testing.T) {
	c := newClock()
	d := NewDatabase(t, "sqlite")
	d.Now, d.ReturnURLs = c.now, []string{"https://app.example.com/connected?tab=1"}
	g := New(t, d)
	p := NewProvider(t)
	p.Serves(g)
	owner := g.Owner(t)
	begin := func(who *Client, more Vars) string {
		t.Helper()
		return p.SayYes(t, who.Must(t, AuthorizeCredential, Vars{"input": generic(p, more)}).Text("authorizeCredential.authorizationUrl"), "ada")
	}
	for who, other := range map[string]*Client{"somebody else": owner.Joined(t, g, "Ed", models.RoleEditor), "the same person elsewhere": g.Owner(t), "nobody": g.Stranger(t)} {
		callback := begin(owner, nil)
		if next, fragment := other.Return(t, callback); next != g.URL+"/connected" || fragment.Get("problem") != string(models.OAuthOtherSession) {
			t.Errorf("%s: %s %v", who, next, fragment)
		}
		if _, fragment := owner.Return(t, callback); fragment.Get("ticket") == "" {
			t.Errorf("%s used it up without an answer", who)
		} else if told := owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}}); told.Text("completeAuthorization.reason") != string(models.OAuthAuthorizationExpired) {
			t.Errorf("%s: %v", who, told)
		}
	}
	if next, fragment := owner.Return(t, g.URL+"/oauth/callback?code=x&state=made-up"); next != g.URL+"/connected" || fragment.Get("problem") != string(models.OAuthAuthorizationExpired) {
		t.Errorf("a state that nobody made: %s %v", next, fragment)
	}
	if _, fragment := owner.Return(t, g.URL+"/oauth/callback?state=a&state=b&code=x"); fragment.Get("problem") != string(models.OAuthAuthorizationExpired) {
		t.Errorf("a parameter twice: %v", fragment)
	}
	late := begin(owner, nil)
	c.advance(11 * time.Minute)
	if _, fragment := owner.Return(t, late); fragment.Get("ticket") == "" {
		t.Errorf("too late: %v", fragment)
	} else if told := owner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}}); told.Text("completeAuthorization.reason") != string(models.OAuthAuthorizationExpired) {
		t.Errorf("too late: %v", told)
	}
	// A partner's token, whose frontend is on the list, in a browser that nobody is signed in to.
	partner := g.Client(t, models.RoleEditor)
	next, fragment := g.Stranger(t).Return(t, begin(partner, Vars{"returnTo": "https://app.example.com/connected?tab=1"}))
	if next != "https://app.example.com/connected?tab=1" {
		t.Errorf("goes on to %s", next)
	}
	if done := partner.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}}); done.Text(credential+"status") != "VERIFIED" {
		t.Errorf("%v", done)
	}
	for _, address := range []string{"https://app.example.com/connected", "https://evil.example.com/", "javascript:alert(1)"} {
		if told := owner.Must(t, AuthorizeCredential, Vars{"input": generic(p, Vars{"returnTo": address})}); told.Text("authorizeCredential.code") != "VALIDATION_FAILED" {
			t.Errorf("%s: %v", address, told)
		}
	}
	for role, want := range map[models.Role]string{models.RoleViewer: "FORBIDDEN", models.RoleRuntime: "FORBIDDEN"} {
		if got := g.Client(t, role).Do(t, AuthorizeCredential, Vars{"input": generic(p, nil)}).Code(); got != want {
			t.Errorf("%s: %s", role, got)
		}
	}
}

// runtimeOf makes a flow with the credential, starts it, and returns how a runtime asks for its step.
func runtimeOf(t *testing.T, g *Gateway, owner *Client, id string) func(g *Gateway) (status int, answer Object) {
	t.Helper()
	flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": "cmp_oauth2", "credentialId": id}}}}).Text("createFlow.flow.id")
	owner.Activate(t, flow)
	token := g.Client(t, models.RoleRuntime).Token
	return func(g *Gateway) (int, Object) {
		status, answer, _ := (&Client{URL: g.URL, Token: token}).Post(t, "/runtime/leases", Vars{"flowId": flow, "stepKey": "s"})
		return status, answer
	}
}

// alive asks the provider whether the token is.
func alive(t testing.TB, p *Provider, token string) bool {
	t.Helper()
	status, _ := ask(t, http.MethodGet, p.URL+"/userinfo", "Authorization", "Bearer "+token)
	return status == http.StatusOK
}

func TestOAuth_tokens_are_renewed(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		owner := g.Owner(t)
		id := connectAs(t, owner, p, "ada")
		lease := runtimeOf(t, g, owner, id)
		status, first := lease(g)
		if status != 200 || !alive(t, p, first.Text("values.accessToken")) {
			t.Fatalf("%d %v", status, first)
		}
		for _, kept := range []string{"clientSecret", "refreshToken", "oauth:refreshToken"} {
			if first.At("values."+kept) != nil {
				t.Errorf("the runtime was handed the %s", kept)
			}
		}
		if p.Refreshes.Load() != 0 {
			t.Error("renewed too early")
		}
		clock.advance(3 * time.Minute) // of five: past half of its life
		if n, err := g.Vault.Renew(t.Context(), 10); err != nil || n != 1 {
			t.Errorf("due: %d, %v", n, err)
		}
		if n, err := g.Vault.Renew(t.Context(), 10); err != nil || n != 0 || p.Refreshes.Load() != 1 {
			t.Errorf("due again: %d, %v; %d refreshes", n, err, p.Refreshes.Load())
		}
		status, second := lease(g)
		if status != 200 || second.Text("values.accessToken") == first.Text("values.accessToken") || !alive(t, p, second.Text("values.accessToken")) {
			t.Errorf("%d %v", status, second)
		}
		// On demand, where nobody did it ahead: by a runtime, and by verifying.
		clock.advance(time.Hour)
		status, third := lease(g)
		if status != 200 || !alive(t, p, third.Text("values.accessToken")) || p.Refreshes.Load() != 2 {
			t.Errorf("%d %v, %d refreshes", status, third, p.Refreshes.Load())
		}
		clock.advance(time.Hour)
		if verified := owner.Must(t, VerifyCredential, Vars{"input": Vars{"id": id}}); verified.Text("verifyCredential.credential.status") != "VERIFIED" || p.Refreshes.Load() != 3 {
			t.Errorf("%v, %d refreshes", verified, p.Refreshes.Load())
		}
		if p.Reuses.Load() != 0 {
			t.Error("a refresh token was used twice")
		}
		if now := owner.Must(t, ConnectionOf, Vars{"id": id}); now.Int("credential.version") != 1 {
			t.Errorf("a renewal is no edit: %v", now)
		}
		for i, secret := range p.Passed() {
			if strings.Contains(g.Log.String(), secret) {
				t.Errorf("secret %d is in the log", i)
			}
		}
	})
}

func TestOAuth_renewals_that_fail(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		owner := g.Owner(t)
		id := connectAs(t, owner, p, "ada")
		lease := runtimeOf(t, g, owner, id)
		state := func() string {
			now := owner.Must(t, ConnectionOf, Vars{"id": id})
			return now.Text("credential.status") + " " + now.Text("credential.connection.problem.reason")
		}
		unavailable := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
		p.Fail(unavailable)
		clock.advance(3 * time.Minute)
		if status, answer := lease(g); status != 200 || !alive(t, p, answer.Text("values.accessToken")) {
			t.Errorf("a token that is alive was not handed out: %d %v", status, answer)
		}
		if got := state(); got != "VERIFIED PROVIDER_UNAVAILABLE" {
			t.Error(got)
		}
		asked := p.Refreshes.Load()
		if _, _ = lease(g); p.Refreshes.Load() != asked {
			t.Error("no pause after a failure")
		}
		clock.advance(time.Hour)
		status, answer := lease(g)
		if status != http.StatusServiceUnavailable || answer.At("errors.0.extensions.code") != "OAUTH_FAILED" {
			t.Errorf("%d %v", status, answer)
		}
		if got := state(); got != "VERIFIED PROVIDER_UNAVAILABLE" {
			t.Error(got)
		}
		p.Fault.Store(nil)
		clock.advance(time.Hour)
		if status, answer := lease(g); status != 200 || !alive(t, p, answer.Text("values.accessToken")) {
			t.Errorf("it passed, and still: %d %v", status, answer)
		}
		if got := state(); got != "VERIFIED " {
			t.Error(got)
		}
		p.EndGrants()
		clock.advance(time.Hour)
		if status, answer := lease(g); status != http.StatusConflict {
			t.Errorf("%d %v", status, answer)
		}
		if got := state(); got != "NEEDS_REAUTHORIZATION GRANT_INVALID" {
			t.Error(got)
		}
		message := owner.Must(t, ConnectionOf, Vars{"id": id}).Text("credential.connection.problem.message")
		if !strings.Contains(message, "Connect it again") {
			t.Error(message)
		}
		verified := owner.Must(t, VerifyCredential, Vars{"input": Vars{"id": id}})
		if verified.Text("verifyCredential.verification.outcome") != "REJECTED" || state() != "NEEDS_REAUTHORIZATION GRANT_INVALID" {
			t.Errorf("%v", verified)
		}
		asked = p.Refreshes.Load()
		clock.advance(24 * time.Hour)
		if n, err := g.Vault.Renew(t.Context(), 10); n != 0 || err != nil || p.Refreshes.Load() != asked {
			t.Errorf("what is lost is tried again: %d, %v", n, err)
		}
		if done := owner.Connect(t, p, "ada", Vars{"credentialId": id}); done.Text(credential+"status") != "VERIFIED" {
			t.Errorf("%v", done)
		}
		if status, answer := lease(g); status != 200 || !alive(t, p, answer.Text("values.accessToken")) || state() != "VERIFIED " {
			t.Errorf("connected again: %d %v %s", status, answer, state())
		}
	})
}

// Where the provider may have answered and nobody has what it said, a person is told so.
func TestOAuth_an_answer_that_was_lost(t *testing.T) {
	for name, spoil := range map[string]func(http.ResponseWriter, *httptest.ResponseRecorder){
		"no answer in time": func(http.ResponseWriter, *httptest.ResponseRecorder) { time.Sleep(1500 * time.Millisecond) },
		"truncated": func(w http.ResponseWriter, a *httptest.ResponseRecorder) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(a.Body.Bytes()[:20])
		},
	} {
		t.Run(name, func(t *testing.T) {
			g, p, clock := connected(t, "sqlite")
			owner := g.Owner(t)
			id := connectAs(t, owner, p, "ada")
			lease := runtimeOf(t, g, owner, id)
			clock.advance(time.Hour)
			p.Spoil(spoil)
			if status, _ := lease(g); status != http.StatusServiceUnavailable {
				t.Errorf("%d", status)
			}
			if now := owner.Must(t, ConnectionOf, Vars{"id": id}); now.Text("credential.status") != "VERIFIED" {
				t.Errorf("%v", now)
			}
			p.Fault.Store(nil)
			clock.advance(time.Hour)
			if status, _ := lease(g); status != http.StatusConflict {
				t.Errorf("%d", status)
			}
			now := owner.Must(t, ConnectionOf, Vars{"id": id})
			if now.Text("credential.status") != "NEEDS_REAUTHORIZATION" || now.Text("credential.connection.problem.reason") != "RENEWAL_INTERRUPTED" {
				t.Errorf("%v", now)
			}
		})
	}
}

// 50 callers at each of two gateways at the moment of expiry, 200 rounds, with a provider that ends everything when a refresh token is used
// twice: one refresh each round, and everybody gets a token that is alive.
func TestOAuth_one_refresh_whoever_asks(t *testing.T) {
	const callers, rounds = 50, 200
	eachDialect(t, func(t *testing.T, dialect string) {
		c := newClock()
		d := NewDatabase(t, dialect)
		d.Now = c.now
		gateways := []*Gateway{New(t, d), New(t, d)}
		p := NewProvider(t)
		p.Serves(gateways...)
		owner := gateways[0].Owner(t)
		id := connectAs(t, owner, p, "ada")
		lease := runtimeOf(t, gateways[0], owner, id)
		rounds := rounds
		if raceDetector { // make test runs all of them without it
			rounds = 20
		}
		for round := range rounds {
			c.advance(6 * time.Minute)
			var (
				all    sync.WaitGroup
				mu     sync.Mutex
				tokens = map[string]int{}
			)
			for _, g := range gateways {
				for range callers {
					all.Go(func() {
						status, answer := lease(g)
						mu.Lock()
						defer mu.Unlock()
						if token := answer.Text("values.accessToken"); status == http.StatusOK {
							tokens[token]++
						} else {
							t.Errorf("round %d: %d %v", round, status, answer)
						}
					})
				}
			}
			all.Wait()
			if got := p.Refreshes.Load(); got != int64(round+1) || p.Reuses.Load() != 0 {
				t.Fatalf("round %d: %d refreshes, %d reuses", round, got, p.Reuses.Load())
			}
			for token, n := range tokens {
				if len(tokens) != 1 || n != callers*len(gateways) || !alive(t, p, token) {
					t.Fatalf("round %d: %d tokens, one of them for %d callers", round, len(tokens), n)
				}
			}
		}
		if now := owner.Must(t, ConnectionOf, Vars{"id": id}); now.Text("credential.status") != "VERIFIED" || now.At("credential.connection.problem") != nil {
			t.Errorf("%v", now)
		}
	})
}
