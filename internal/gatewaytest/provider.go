package gatewaytest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The client that gateways are known to a Provider by.
const (
	ProviderClientID     = "keyward-client"
	ProviderClientSecret = "a-client-of-keyward's"
	ProviderPassword     = "correct horse"
	// The program that zitadel's storage knows, for client credentials.
	MachineClientID     = "sid1"
	MachineClientSecret = "verysecret"
)

// Provider is a real OAuth provider: zitadel's, which rotates refresh tokens. On top of that it does what strict ones do, and ends all that
// came of a grant when a refresh token is used a second time (RFC 9700, section 4.14.2).
type Provider struct {
	*storage.Storage
	URL string
	// Fault, if it is set, answers token requests in the place of next, or spoils what next answered.
	Fault atomic.Pointer[func(w http.ResponseWriter, r *http.Request, next http.Handler)]
	// Refreshes, Exchanges and Revocations count requests; Reuses counts refresh tokens that were used a second time.
	Refreshes, Exchanges, Revocations, Reuses atomic.Int64
	// Life is how long the provider says that access tokens live; zero means five minutes.
	Life atomic.Int64
	// Iss, if it is set, is what the authorization answer says in iss.
	Iss atomic.Pointer[string]

	clients  map[string]*storage.Client
	people   providerPeople
	mu       sync.Mutex
	families map[string]string // by refresh token and by access token's id
	used     map[string]bool
	ended    map[string]bool
	passed   map[string]bool
}

type providerPeople map[string]*storage.User

func (p providerPeople) GetUserByID(id string) *storage.User { return p[id] }
func (p providerPeople) ExampleClientID() string             { return "service" }
func (p providerPeople) GetUserByUsername(name string) *storage.User {
	for _, user := range p {
		if user.Username == name {
			return user
		}
	}
	return nil
}

// NewProvider starts one with two people, ada and grace, and stops it with the test.
func NewProvider(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{people: providerPeople{}, clients: map[string]*storage.Client{}, families: map[string]string{}, used: map[string]bool{}, ended: map[string]bool{}, passed: map[string]bool{}}
	for _, name := range []string{"ada", "grace"} {
		p.people["sub-"+name] = &storage.User{
			ID: "sub-" + name, Username: name, Password: ProviderPassword, FirstName: name, LastName: "Example", Email: name + "@example.com", EmailVerified: true,
		}
	}
	p.people[MachineClientID] = &storage.User{ID: MachineClientID, Username: MachineClientID} // a program, which nobody signs in as
	p.Storage = storage.NewStorageWithClients(p.people, p.clients)
	server := httptest.NewUnstartedServer(nil)
	p.URL = "http://" + server.Listener.Addr().String()
	own := exampleop.SetupServer(p.URL, p, slog.New(slog.DiscardHandler), false)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/revoke":
			p.Revocations.Add(1)
		case "/oauth/token":
			p.token(w, r, own)
			return
		}
		own.ServeHTTP(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	return p
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request, own http.Handler) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form, _ := url.ParseQuery(string(body))
	p.pass(form.Get("code"), form.Get("code_verifier"), form.Get("refresh_token"))
	switch form.Get("grant_type") {
	case "refresh_token":
		p.Refreshes.Add(1)
	case "authorization_code":
		p.Exchanges.Add(1)
	}
	if fault := p.Fault.Load(); fault != nil {
		(*fault)(w, r, own)
		return
	}
	answer := httptest.NewRecorder()
	own.ServeHTTP(answer, r)
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		ID      string `json:"id_token"`
	}
	_ = json.Unmarshal(answer.Body.Bytes(), &tokens)
	p.pass(tokens.Access, tokens.Refresh, tokens.ID)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (p *Provider) pass(secrets ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, secret := range secrets {
		if secret != "" {
			p.passed[secret] = true
		}
	}
}

// Passed are all codes, verifiers and tokens that went through the token endpoint.
func (p *Provider) Passed() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.passed))
}

// Serves lets gateways connect through it.
func (p *Provider) Serves(gateways ...*Gateway) {
	var callbacks []string
	for _, g := range gateways {
		callbacks = append(callbacks, g.URL+"/oauth/callback")
	}
	p.ServesAt(callbacks...)
}

// ServesAt is Serves by callback URLs.
func (p *Provider) ServesAt(callbacks ...string) {
	p.clients[ProviderClientID] = storage.WebClient(ProviderClientID, ProviderClientSecret, callbacks...)
}

// Spoil makes a fault that gets what the provider answered, and may spoil it.
func (p *Provider) Spoil(spoil func(w http.ResponseWriter, answer *httptest.ResponseRecorder)) {
	fault := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		spoil(w, answer)
	}
	p.Fault.Store(&fault)
}

// Fail makes a fault that keeps the request from the provider.
func (p *Provider) Fail(answer http.HandlerFunc) {
	fault := func(w http.ResponseWriter, r *http.Request, _ http.Handler) { answer(w, r) }
	p.Fault.Store(&fault)
}

// CreateAccessAndRefreshTokens remembers which grant a token comes from.
func (p *Provider) CreateAccessAndRefreshTokens(ctx context.Context, request op.TokenRequest, current string) (string, string, time.Time, error) {
	access, refresh, end, err := p.Storage.CreateAccessAndRefreshTokens(ctx, request, current)
	if err != nil {
		return access, refresh, end, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	family := p.families[current]
	if family == "" {
		family = refresh
	}
	p.used[current] = true
	p.families[refresh], p.families[access] = family, family
	if life := time.Duration(p.Life.Load()); life > 0 {
		end = time.Now().Add(life)
	}
	return access, refresh, end, nil
}

// TokenRequestByRefreshToken ends a grant whose refresh token is used again.
func (p *Provider) TokenRequestByRefreshToken(ctx context.Context, token string) (op.RefreshTokenRequest, error) {
	p.mu.Lock()
	if p.used[token] {
		p.Reuses.Add(1)
		p.ended[p.families[token]] = true
	}
	ended := p.ended[p.families[token]]
	p.mu.Unlock()
	if ended {
		return nil, errors.New("this grant has ended")
	}
	return p.Storage.TokenRequestByRefreshToken(ctx, token)
}

// EndGrants withdraws everything, as a person does who takes an access back.
func (p *Provider) EndGrants() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, family := range p.families {
		p.ended[family] = true
	}
}

// SetUserinfoFromToken answers nobody whose grant has ended.
func (p *Provider) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	p.mu.Lock()
	ended := p.ended[p.families[tokenID]]
	p.mu.Unlock()
	if ended {
		return errors.New("this grant has ended")
	}
	return p.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin)
}

// Fields are what the generic component asks for, by its method authorization-code.
func (p *Provider) Fields() []Vars {
	return []Vars{
		{"key": "authorizationUrl", "value": p.URL + "/auth"}, {"key": "tokenUrl", "value": p.URL + "/oauth/token"},
		{"key": "revocationUrl", "value": p.URL + "/revoke"}, {"key": "clientId", "value": ProviderClientID},
		{"key": "clientSecret", "value": ProviderClientSecret}, {"key": "testUrl", "value": p.URL + "/userinfo"},
	}
}

// MachineFields are what the generic component asks for, by its method client-credentials.
func (p *Provider) MachineFields() []Vars {
	return []Vars{
		{"key": "tokenUrl", "value": p.URL + "/oauth/token"}, {"key": "clientId", "value": MachineClientID},
		{"key": "clientSecret", "value": MachineClientSecret}, {"key": "testUrl", "value": p.URL + "/userinfo"},
	}
}

var providerLogin = regexp.MustCompile(`name="id" value="([^"]+)"`)

// SayYes does what a person does in a browser at the provider, and returns where the provider sends the browser back to.
func (p *Provider) SayYes(t testing.TB, page, name string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	at := page
	for range 10 {
		if !strings.HasPrefix(at, p.URL) {
			if iss := p.Iss.Load(); iss != nil {
				at += "&" + url.Values{"iss": {*iss}}.Encode()
			}
			return at
		}
		answer, err := browser.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			id := providerLogin.FindStringSubmatch(string(body))
			if id == nil {
				t.Fatalf("no form: %s", body)
			}
			answer, err = browser.PostForm(p.URL+"/login/username", url.Values{"id": {id[1]}, "username": {name}, "password": {ProviderPassword}})
			if err != nil {
				t.Fatal(err)
			}
			body, _ = io.ReadAll(answer.Body)
			_ = answer.Body.Close()
		}
		next, err := answer.Location()
		if err != nil {
			t.Fatalf("the provider answered %d: %s", answer.StatusCode, body)
		}
		at = next.String()
	}
	t.Fatal("the provider goes round in circles")
	return ""
}

// Return follows the provider's redirect in the client's browser, and returns what stands behind the # of where the gateway sends it.
func (c *Client) Return(t testing.TB, callback string) (next string, fragment url.Values) {
	t.Helper()
	browser := &http.Client{Jar: c.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(callback)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	next = answer.Header.Get("Location")
	if answer.StatusCode != http.StatusSeeOther || next == "" {
		t.Fatalf("the callback answered %d", answer.StatusCode)
	}
	for _, secret := range []string{"code=", "state=", "iss="} {
		if strings.Contains(next, secret) {
			t.Errorf("%s… goes on to %s", secret, next)
		}
	}
	next, text, _ := strings.Cut(next, "#")
	fragment, err = url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	return next, fragment
}

// Connect goes all the way as a person, and returns the answer of completeAuthorization.
func (c *Client) Connect(t testing.TB, p *Provider, name string, input Vars) Object {
	t.Helper()
	begun := c.Must(t, AuthorizeCredential, Vars{"input": input})
	page := begun.Text("authorizeCredential.authorizationUrl")
	if page == "" {
		return begun
	}
	_, fragment := c.Return(t, p.SayYes(t, page, name))
	return c.Must(t, CompleteAuthorization, Vars{"input": Vars{"ticket": fragment.Get("ticket")}})
}
