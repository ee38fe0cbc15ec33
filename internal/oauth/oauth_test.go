package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"keyward/internal/egress"
	"keyward/internal/oauth"
	"keyward/models"
)

const callback = "https://keyward.example.com/oauth/callback"

// What must never be in an error: the client's secret, tokens, and whatever a provider says.
const (
	clientSecret = "canary-client-secret"
	oldRefresh   = "canary-refresh-token"
	said         = "canary-said-by-the-provider"
)

// providers may reach this machine and nothing else that is private.
func providers(t *testing.T) *oauth.Providers {
	t.Helper()
	local, err := egress.ParseRanges("127.0.0.0/8,::1/128")
	if err != nil {
		t.Fatal(err)
	}
	return oauth.New(egress.New(local), callback, time.Second)
}

// server is a provider that keeps what it was asked and answers as it is told to.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []*http.Request
	answer http.HandlerFunc
}

func serve(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.asked = append(s.asked, r)
		answer := s.answer
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// says changes how it answers from now on.
func (s *server) says(answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// last is what it was asked last.
func (s *server) last(t *testing.T) *http.Request {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) == 0 {
		t.Fatal("it was not asked")
	}
	return s.asked[len(s.asked)-1]
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// says answers with a status, a type and a text.
func says(status int, contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func saysJSON(text string) http.HandlerFunc { return says(http.StatusOK, "application/json", text) }

// connection is by an authorization code at the server, unless change says otherwise.
func connection(s *server, change func(*models.OAuth2)) oauth.Connection {
	o := &models.OAuth2{
		Provider: "thing", AuthorizationURL: s.URL + "/authorize", TokenURL: s.URL + "/token", RevocationURL: s.URL + "/revoke",
		ClientAuthentication: models.ClientBasic, PKCE: true, ScopeSeparator: " ",
		Answer: models.TokenAnswer{AccessToken: "/access_token", RefreshToken: "/refresh_token", ExpiresIn: "/expires_in", Scope: "/scope"},
	}
	if change != nil {
		change(o)
	}
	return oauth.Connection{
		Method: &models.AuthMethod{Kind: models.AuthOAuth2AuthorizationCode, OAuth2: o}, Values: models.Values{},
		Client: oauth.Client{ID: "client", Secret: models.NewSecret(clientSecret)}, Scopes: []string{"b", "a"},
	}
}

// begin returns the query of the page on which a person says yes.
func begin(t *testing.T, c oauth.Connection) (url.Values, oauth.Pending) {
	t.Helper()
	page, key, pending, err := providers(t).Begin(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(page)
	if err != nil || key != u.Query().Get("state") || key != pending.State || !strings.HasPrefix(page, c.Method.OAuth2.AuthorizationURL) {
		t.Fatalf("the page is %s, the key %q, %v", page, key, err)
	}
	return u.Query(), pending
}

func finish(t *testing.T, c oauth.Connection, answer url.Values) (oauth.Granted, error) {
	t.Helper()
	return checked(t)(providers(t).Finish(t.Context(), c, oauth.Pending{State: "state", Verifier: "verifier"}, answer))
}

var code = url.Values{"code": {"code"}, "state": {"state"}}

// checked sees to it that every error is an OAuthError that repeats nothing.
func checked(t *testing.T) func(oauth.Granted, error) (oauth.Granted, error) {
	return func(g oauth.Granted, err error) (oauth.Granted, error) {
		t.Helper()
		if err == nil {
			return g, nil
		}
		if !g.Tokens.IsZero() {
			t.Error("tokens beside an error")
		}
		if _, ok := errors.AsType[*models.OAuthError](err); !ok {
			t.Errorf("not an OAuthError: %v", err)
		}
		for _, text := range []string{fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
			if strings.Contains(text, "canary") || strings.Contains(text, "127.0.0.1") {
				t.Errorf("the error repeats what it must not: %s", text)
			}
		}
		return g, err
	}
}

func reason(err error) models.OAuthReason {
	if e, ok := errors.AsType[*models.OAuthError](err); ok {
		return e.Reason
	}
	if err != nil {
		return models.OAuthReason(err.Error())
	}
	return models.OAuthNone
}

func TestBegin_asks_for_what_was_declared(t *testing.T) {
	s := serve(t, nil)
	asked, pending := begin(t, connection(s, nil))
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "client", "redirect_uri": callback, "scope": "b a", "code_challenge_method": "S256", "audience": "",
	} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(pending.State) < 26 || len(pending.Verifier) < 43 || len(asked.Get("code_challenge")) != 43 {
		t.Errorf("state %d, verifier %d, challenge %d characters", len(pending.State), len(pending.Verifier), len(asked.Get("code_challenge")))
	}
	again, _ := begin(t, connection(s, nil))
	if again.Get("state") == asked.Get("state") || again.Get("code_challenge") == asked.Get("code_challenge") {
		t.Error("the same state or challenge twice")
	}
	c := connection(s, func(o *models.OAuth2) {
		o.PKCE, o.ScopeSeparator, o.Audience = false, ",", "{{audience}}"
		o.AuthorizationParameters = map[string]string{"access_type": "offline", "prompt": "{{prompt}}", "hint": "{{hint}}"}
	})
	c.Values = models.Values{"audience": models.NewSecret("https://api.example.com"), "hint": models.NewSecret("a&state=b")}
	asked, pending = begin(t, c)
	for name, want := range map[string]string{"scope": "b,a", "audience": "https://api.example.com", "access_type": "offline", "hint": "a&state=b"} {
		if got := asked.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if asked.Has("code_challenge") || asked.Has("prompt") || pending.Verifier != "" {
		t.Errorf("%v, a verifier of %d characters", asked, len(pending.Verifier))
	}
	c.Scopes = nil
	if asked, _ = begin(t, c); asked.Has("scope") {
		t.Error("an empty scope")
	}
	if s.count() != 0 {
		t.Error("the provider was asked already")
	}
}

func TestFinish_says_who_the_client_is(t *testing.T) {
	s := serve(t, saysJSON(`{"access_token":"token"}`))
	const id, secret = "a client:1%", "s+e:c&r=é t"
	for _, tt := range []struct {
		by                 models.ClientAuthentication
		id, secret, header string // as sent
	}{
		{models.ClientBasic, "", "", "a+client%3A1%25 s%2Be%3Ac%26r%3D%C3%A9+t"}, // RFC 6749, section 2.3.1
		{models.ClientPost, id, secret, ""},
		{models.ClientNone, id, "", ""},
	} {
		c := connection(s, func(o *models.OAuth2) {
			o.ClientAuthentication = tt.by
			o.TokenParameters = map[string]string{"resource": "{{resource}}", "none": "{{none}}"}
		})
		c.Client = oauth.Client{ID: id, Secret: models.NewSecret(secret)}
		c.Values = models.Values{"resource": models.NewSecret("urn:thing")}
		if _, err := finish(t, c, code); err != nil {
			t.Fatal(err)
		}
		asked := s.last(t)
		user, password, _ := asked.BasicAuth()
		if got := strings.TrimSpace(user + " " + password); got != tt.header {
			t.Errorf("%s: the header says %q", tt.by, got)
		}
		want := url.Values{"grant_type": {"authorization_code"}, "code": {"code"}, "redirect_uri": {callback}, "code_verifier": {"verifier"}, "resource": {"urn:thing"}}
		if tt.id != "" {
			want.Set("client_id", tt.id)
		}
		if tt.secret != "" {
			want.Set("client_secret", tt.secret)
		}
		if got := asked.PostForm.Encode(); asked.Method != http.MethodPost || asked.URL.RawQuery != "" || got != want.Encode() {
			t.Errorf("%s: %s %s %s", tt.by, asked.Method, asked.URL, got)
		}
	}
	// A client that the values bring along comes in the place of the registered one.
	c := connection(s, func(o *models.OAuth2) { o.ClientID, o.ClientSecret = "{{id}}", "{{secret}}" })
	c.Values = models.Values{"id": models.NewSecret("own"), "secret": models.NewSecret("own secret")}
	if _, err := finish(t, c, code); err != nil {
		t.Fatal(err)
	}
	if id, secret, _ := s.last(t).BasicAuth(); id != "own" || secret != "own+secret" {
		t.Errorf("as %q with %q", id, secret)
	}
	// PKCE off: no verifier.
	_, err := providers(t).Finish(t.Context(), connection(s, nil), oauth.Pending{State: "state"}, code)
	if err != nil || s.last(t).PostForm.Has("code_verifier") {
		t.Errorf("%v %v", err, s.last(t).PostForm)
	}
	c = connection(s, nil)
	c.Client = oauth.Client{}
	before := s.count()
	if _, err := finish(t, c, code); reason(err) != models.OAuthClientMissing || s.count() != before {
		t.Errorf("without a client: %v", err)
	}
}

func TestMint(t *testing.T) {
	s := serve(t, saysJSON(`{"access_token":"token","expires_in":60}`))
	c := connection(s, func(o *models.OAuth2) { o.AuthorizationURL, o.Audience = "", "{{audience}}" })
	c.Method.Kind = models.AuthOAuth2ClientCredentials
	c.Values = models.Values{"audience": models.NewSecret("https://api.example.com")}
	g, err := checked(t)(providers(t).Mint(t.Context(), c))
	if err != nil || g.Tokens.Access.Reveal() != "token" || g.Life != time.Minute || g.Tokens.CanRenew() {
		t.Errorf("%v, life %v", err, g.Life)
	}
	want := url.Values{"grant_type": {"client_credentials"}, "scope": {"b a"}, "audience": {"https://api.example.com"}}
	if got := s.last(t).PostForm.Encode(); got != want.Encode() {
		t.Errorf("%s, want %s", got, want.Encode())
	}
	c.Scopes, c.Values = nil, nil
	if _, err := providers(t).Mint(t.Context(), c); err != nil || s.last(t).PostForm.Has("scope") || s.last(t).PostForm.Has("audience") {
		t.Errorf("%v %v", err, s.last(t).PostForm)
	}
	s.says(says(http.StatusUnauthorized, "application/json", `{"error":"invalid_client","error_description":"`+said+`"}`))
	if _, err := checked(t)(providers(t).Mint(t.Context(), c)); reason(err) != models.OAuthClientRejected {
		t.Error(err)
	}
}

func TestRefresh_keeps_what_does_not_come_anew(t *testing.T) {
	s := serve(t, nil)
	c := connection(s, func(o *models.OAuth2) {
		o.Captures = []models.Capture{
			{Name: "host", From: models.FromToken, Pointer: "/instance_url", Pattern: `https://([a-z.]+)`},
			{Name: "tenant", From: models.FromMetadata, Pointer: "/0/id"},
			{Name: "realm", From: models.FromCallback, Parameter: "realmId"},
		}
		o.Metadata = &models.HTTPRequest{Method: http.MethodGet, URL: s.URL + "/metadata"}
	})
	old := models.Tokens{
		Access: models.NewSecret("old"), Refresh: models.NewSecret(oldRefresh), Captured: map[string]string{"host": "old.example.com", "tenant": "t1", "realm": "r1"},
	}
	for _, tt := range []struct{ answer, refresh, host string }{
		{`{"access_token":"new"}`, oldRefresh, "old.example.com"},
		{`{"access_token":"new","refresh_token":"next","instance_url":"https://new.example.com"}`, "next", "new.example.com"},
		{`{"access_token":"new","refresh_token":"","instance_url":"ftp://new.example.com"}`, oldRefresh, "old.example.com"},
	} {
		s.says(saysJSON(tt.answer))
		g, err := checked(t)(providers(t).Refresh(t.Context(), c, old))
		if err != nil || g.Tokens.Access.Reveal() != "new" || g.Tokens.Refresh.Reveal() != tt.refresh {
			t.Errorf("%s: %v, the refresh token is %q", tt.answer, err, g.Tokens.Refresh.Reveal())
		}
		if got := g.Tokens.Captured; got["host"] != tt.host || got["tenant"] != "t1" || got["realm"] != "r1" || len(got) != 3 {
			t.Errorf("%s: captured %v", tt.answer, got)
		}
		asked := s.last(t)
		want := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {oldRefresh}} // no scope: RFC 6749, section 6
		if asked.URL.Path != "/token" || asked.PostForm.Encode() != want.Encode() {
			t.Errorf("%s: %s", asked.URL, asked.PostForm.Encode())
		}
	}
	s.says(says(http.StatusBadRequest, "application/json", `{"error":"invalid_grant","error_description":"`+oldRefresh+` `+said+`"}`))
	if _, err := checked(t)(providers(t).Refresh(t.Context(), c, old)); reason(err) != models.OAuthGrantInvalid {
		t.Error(err)
	}
}

func TestRevoke(t *testing.T) {
	s := serve(t, nil)
	tokens := models.Tokens{Access: models.NewSecret("access"), Refresh: models.NewSecret("refresh")}
	revoke := func(c oauth.Connection, tokens models.Tokens) models.RevocationOutcome {
		return providers(t).Revoke(t.Context(), c, tokens)
	}
	for _, tt := range []struct {
		answer http.HandlerFunc
		want   models.RevocationOutcome
	}{
		{says(200, "", ""), models.Revoked},
		{says(204, "", ""), models.Revoked},
		{says(200, "text/html", "<p>Bye"), models.Revoked},
		{says(302, "", ""), models.RevocationFailed},
		{says(400, "application/json", `{"error":"unsupported_token_type"}`), models.RevocationFailed},
		{says(503, "", ""), models.RevocationFailed},
		{func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, models.RevocationFailed},
	} {
		s.says(tt.answer)
		if got := revoke(connection(s, nil), tokens); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
		if got := s.last(t); got.URL.Path != "/revoke" || got.PostForm.Encode() != "token=refresh&token_type_hint=refresh_token" {
			t.Errorf("%s %s", got.URL, got.PostForm.Encode())
		}
	}
	s.says(says(200, "", ""))
	if got := revoke(connection(s, nil), models.Tokens{Access: tokens.Access}); got != models.Revoked || s.last(t).PostForm.Encode() != "token=access&token_type_hint=access_token" {
		t.Errorf("%s %s", got, s.last(t).PostForm.Encode())
	}
	before := s.count()
	optional := connection(s, func(o *models.OAuth2) {
		o.RevocationURL, o.Hosts = "{{revocationUrl}}", []string{"127.0.0.1", "{{revocationUrl}}"}
	})
	for name, c := range map[string]oauth.Connection{
		"no URL": connection(s, func(o *models.OAuth2) { o.RevocationURL = "" }), "an optional URL that was left empty": optional,
		"OAuth 1.0a": {Method: &models.AuthMethod{Kind: models.AuthOAuth1, OAuth1: &models.OAuth1{}}},
	} {
		if got := revoke(c, tokens); got != models.RevocationNotSupported {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := revoke(connection(s, nil), models.Tokens{}); got != models.RevocationNotSupported {
		t.Errorf("no tokens: %s", got)
	}
	elsewhere := optional
	elsewhere.Values = models.Values{"revocationUrl": models.NewSecret("ftp://127.0.0.1/")}
	if got := revoke(elsewhere, tokens); got != models.RevocationFailed {
		t.Errorf("no URL to reach: %s", got)
	}
	if s.count() != before {
		t.Error("it was asked all the same")
	}
	// The empty optional URL is no obstacle to anything else.
	s.says(saysJSON(`{"access_token":"token"}`))
	if _, err := finish(t, optional, code); err != nil {
		t.Error(err)
	}
}

// Codes, tokens and the client's secret go to the declared hosts, over TLS or on this machine, and nowhere else: nothing is sent.
func TestHosts_that_are_not_declared(t *testing.T) {
	s := serve(t, saysJSON(`{"access_token":"token"}`))
	local := func(o *models.OAuth2) {
		o.AuthorizationURL, o.TokenURL, o.RevocationURL = "{{base}}/authorize", "{{base}}/token", "{{base}}/revoke"
	}
	for _, tt := range []struct {
		name, base string
		hosts      []string
		want       models.OAuthReason
	}{
		{"declared", s.URL, []string{"{{base}}"}, models.OAuthNone},
		{"none declared", s.URL, nil, models.OAuthTargetForbidden},
		{"another host", s.URL, []string{"login.example.com"}, models.OAuthTargetForbidden},
		{"another port", s.URL, []string{"127.0.0.1:1"}, models.OAuthTargetForbidden},
		{"only subdomains", s.URL, []string{"*.example.com"}, models.OAuthTargetForbidden},
		{"no TLS beyond this machine", "http://login.example.com", []string{"{{base}}"}, models.OAuthTargetForbidden},
		{"no TLS in a private network", "http://10.0.0.1", []string{"{{base}}"}, models.OAuthTargetForbidden},
		{"a private address", "https://10.0.0.1", []string{"{{base}}"}, models.OAuthTargetForbidden},
		{"a metadata service", "https://169.254.169.254", []string{"{{base}}"}, models.OAuthTargetForbidden},
		{"no URL", "nonsense", []string{"{{base}}"}, models.OAuthTargetForbidden},
		{"a user", "https://me:" + said + "@login.example.com", []string{"{{base}}"}, models.OAuthTargetForbidden},
	} {
		c := connection(s, local)
		c.Method.OAuth2.Hosts = tt.hosts
		c.Values = models.Values{"base": models.NewSecret(tt.base)}
		before := s.count()
		_, err := finish(t, c, code)
		if reason(err) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := s.count() - before; (tt.want == models.OAuthNone) != (got == 1) {
			t.Errorf("%s: asked %d times", tt.name, got)
		}
		if tt.want == models.OAuthNone {
			continue
		}
		for what, err := range map[string]error{"mint": second(providers(t).Mint(t.Context(), c)), "refresh": second(providers(t).Refresh(t.Context(), c, models.Tokens{Refresh: models.NewSecret(oldRefresh)}))} {
			if _, err := checked(t)(oauth.Granted{}, err); reason(err) != tt.want || s.count() != before {
				t.Errorf("%s, %s: %v", tt.name, what, err)
			}
		}
	}
	// Without an allowance this machine is as private as any other.
	strict := oauth.New(egress.New(nil), callback, time.Second)
	before := s.count()
	if _, err := checked(t)(strict.Finish(t.Context(), connection(s, nil), oauth.Pending{}, code)); reason(err) != models.OAuthTargetForbidden || s.count() != before {
		t.Errorf("this machine: %v", err)
	}
}

func second[A, B any](_ A, b B) B { return b }

func TestTarget(t *testing.T) {
	s := serve(t, nil)
	p := providers(t)
	discovery := connection(s, func(o *models.OAuth2) { o.Discovery, o.TokenURL = "https://Login.example.com/tenant", "" })
	forbidden := connection(s, func(o *models.OAuth2) { o.TokenURL = "https://{{host}}/token" })
	one := oauth.Connection{Method: &models.AuthMethod{Kind: models.AuthOAuth1, OAuth1: &models.OAuth1{RequestTokenURL: "https://api.example.com/request"}}}
	for want, c := range map[string]oauth.Connection{"127.0.0.1": connection(s, nil), "login.example.com": discovery, "": forbidden, "api.example.com": one} {
		if got := p.Target(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNetwork_faults(t *testing.T) {
	gone := serve(t, nil)
	gone.Close()
	hangsUp := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	slow := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	trickles := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/token2", http.StatusTemporaryRedirect)
	})
	for name, tt := range map[string]struct {
		at   *server
		want models.OAuthReason
	}{
		"nobody there": {gone, models.OAuthUnreachable}, "hangs up": {hangsUp, models.OAuthUnreachable}, "says nothing": {slow, models.OAuthTimeout},
		"stops in the middle": {trickles, models.OAuthTimeout}, "sends on": {elsewhere, models.OAuthMalformedAnswer},
	} {
		if _, err := finish(t, connection(tt.at, nil), code); reason(err) != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if elsewhere.count() != 1 {
		t.Error("a redirect was followed with the code and the secret")
	}
	unknown := connection(gone, func(o *models.OAuth2) { o.TokenURL = "https://no-such-host.invalid/token" })
	if _, err := finish(t, unknown, code); reason(err) != models.OAuthUnreachable {
		t.Errorf("no such host: %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := checked(t)(providers(t).Finish(ended, connection(slow, nil), oauth.Pending{}, code)); err == nil {
		t.Error("asked, though nobody waits any more")
	}
}

func TestKeyOf(t *testing.T) {
	for text, want := range map[string]string{"state=a&code=b": "a", "oauth_token=a&oauth_verifier=b": "a", "denied=a": "a", "code=b": "", "state=&oauth_token=": ""} {
		values, _ := url.ParseQuery(text)
		if got := oauth.KeyOf(values); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func scopes(g oauth.Granted) string {
	if g.Scopes == nil {
		return "nil"
	}
	return strings.Join(slices.Clone(g.Scopes), " ")
}
