package auth_test

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"keyward/internal/auth"
	"keyward/internal/egress"
	"keyward/internal/gatewaytest"
)

const (
	clientID     = "keyward"
	clientSecret = "a-client's-secret"
	password     = "correct horse"
)

// directory is a real OpenID provider: zitadel's, with people and groups of ours.
type directory struct {
	*storage.Storage
	url     string
	people  people
	groups  map[string][]string // by subject
	clients map[string]*storage.Client
}

type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }
func (p people) ExampleClientID() string             { return "service" }
func (p people) GetUserByUsername(name string) *storage.User {
	for _, user := range p {
		if user.Username == name {
			return user
		}
	}
	return nil
}

// SetUserinfoFromToken adds the groups, of which the example knows nothing.
func (d *directory) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	err := d.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin)
	if groups, ok := d.groups[subject]; ok {
		info.AppendClaims("groups", groups)
	}
	return err
}

func newDirectory(t *testing.T) *directory {
	t.Helper()
	d := &directory{people: people{}, groups: map[string][]string{}, clients: map[string]*storage.Client{}}
	d.Storage = storage.NewStorageWithClients(d.people, d.clients)
	server := httptest.NewUnstartedServer(nil)
	d.url = "http://" + server.Listener.Addr().String()
	server.Config.Handler = exampleop.SetupServer(d.url, d, slog.New(slog.DiscardHandler), false)
	server.Start()
	t.Cleanup(server.Close)
	return d
}

func (d *directory) add(name, email string, verified bool, groups ...string) {
	d.people["sub-"+name] = &storage.User{
		ID: "sub-" + name, Username: name, Password: password, FirstName: name, LastName: "Lovelace", Email: email, EmailVerified: verified,
	}
	d.groups["sub-"+name] = groups
}

// settings are how an operator would name a provider.
func settings(t *testing.T, issuer, rules string) *auth.OIDC {
	t.Helper()
	parsed, err := auth.ParseRules(rules)
	if err != nil {
		t.Fatal(err)
	}
	return &auth.OIDC{
		Issuer: issuer, ClientID: clientID, ClientSecret: clientSecret, Scopes: []string{"openid", "profile", "email"},
		GroupsClaim: "groups", Rules: parsed, Name: "the directory", Client: egress.Operator().HTTPClient(),
	}
}

// gateway starts one that people of the directory sign in to.
func (d *directory) gateway(t *testing.T, database gatewaytest.Database, rules string) *gatewaytest.Gateway {
	t.Helper()
	database.OIDC = settings(t, d.url, rules)
	g := gatewaytest.New(t, database)
	d.clients[clientID] = storage.WebClient(clientID, clientSecret, g.URL+"/sign-in/callback")
	return g
}

// browser keeps cookies and shows every redirect.
type browser struct {
	t      *testing.T
	client *http.Client
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (b *browser) do(response *http.Response, err error) (status int, location, body string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if to, err := response.Location(); err == nil {
		location = to.String()
	}
	return response.StatusCode, location, string(raw)
}

func (b *browser) get(address string) (status int, location, body string) {
	b.t.Helper()
	return b.do(b.client.Get(address))
}

func (b *browser) post(address, body string) (status int, answer string) {
	b.t.Helper()
	status, _, answer = b.do(b.client.Post(address, "application/json", strings.NewReader(body)))
	return status, answer
}

var loginID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// toCallback begins a sign-in, signs in at the provider, and stops before it goes back to the gateway. next is where it
// shall lead in the end.
func (b *browser) toCallback(g *gatewaytest.Gateway, name string, next ...string) string {
	b.t.Helper()
	_, at, _ := b.get(g.URL + "/sign-in/oidc?" + url.Values{"next": next}.Encode())
	if strings.HasPrefix(at, g.URL+"/sign-in?problem") {
		return at
	}
	for range 10 {
		if strings.HasPrefix(at, g.URL) {
			return at
		}
		var (
			status int
			body   string
		)
		provider, err := url.Parse(at)
		if err != nil {
			b.t.Fatal(err)
		}
		if status, at, body = b.get(at); status == http.StatusOK {
			id := loginID.FindStringSubmatch(body)
			if id == nil {
				b.t.Fatalf("no form: %s", body)
			}
			form := url.Values{"id": {id[1]}, "username": {name}, "password": {password}}
			_, at, body = b.do(b.client.PostForm(provider.Scheme+"://"+provider.Host+"/login/username", form))
		}
		if at == "" {
			b.t.Fatalf("the provider answered %d: %s", status, body)
		}
	}
	b.t.Fatal("the provider goes round in circles")
	return ""
}

// signIn goes all the way and returns where it ends, without the gateway's address.
func (b *browser) signIn(g *gatewaytest.Gateway, name string) string {
	b.t.Helper()
	return b.arrive(g, b.toCallback(g, name))
}

func (b *browser) arrive(g *gatewaytest.Gateway, callback string) string {
	b.t.Helper()
	if strings.HasPrefix(callback, g.URL+"/sign-in?problem") {
		return strings.TrimPrefix(callback, g.URL)
	}
	status, at, body := b.get(callback)
	if status != http.StatusSeeOther || strings.Contains(at, "code=") || strings.Contains(at, "state=") {
		b.t.Errorf("%d, to %s: %s", status, at, body)
	}
	return strings.TrimPrefix(at, g.URL)
}

// viewer is who the gateway takes the browser for: "Ada, OWNER", or the error's code.
func (b *browser) viewer(g *gatewaytest.Gateway) string {
	b.t.Helper()
	_, body := b.post(g.URL+"/graphql", `{"query": "{ viewer { name role } }"}`)
	var answer struct {
		Data   struct{ Viewer struct{ Name, Role string } }
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		b.t.Fatal(err, body)
	}
	if len(answer.Errors) > 0 {
		return answer.Errors[0].Extensions.Code
	}
	return answer.Data.Viewer.Name + ", " + answer.Data.Viewer.Role
}

func (b *browser) cookie(g *gatewaytest.Gateway, name string) string {
	b.t.Helper()
	at, err := url.Parse(g.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, cookie := range b.client.Jar.Cookies(at) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// forger is a provider of our own, for what no real one does: signing with a wrong key, answering for somebody else,
// hanging. Everything else goes by the real one, directory.
type forger struct {
	url string
	key *rsa.PrivateKey
	// sign makes the ID token; nil: as it should be.
	sign func(claims map[string]any) string
	// claims change what the ID token says; userInfo is answered when it is not nil.
	claims   func(map[string]any)
	userInfo map[string]any
	document func(map[string]any)
	// before answers in place of an endpoint, by path; true: it did.
	before func(w http.ResponseWriter, r *http.Request) bool
	tokens atomic.Int64 // how often the token endpoint was asked
	nonce  string
	pkce   string
}

func newForger(t *testing.T) *forger {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{key: key}
	server := httptest.NewServer(f)
	f.url = server.URL
	t.Cleanup(server.Close)
	return f
}

func (f *forger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.before != nil && f.before(w, r) {
		return
	}
	reply := func(body any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(body)
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		document := map[string]any{
			"issuer": f.url, "authorization_endpoint": f.url + "/authorize", "token_endpoint": f.url + "/token", "jwks_uri": f.url + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		}
		if f.userInfo != nil {
			document["userinfo_endpoint"] = f.url + "/userinfo"
		}
		if f.document != nil {
			f.document(document)
		}
		reply(document)
	case "/keys":
		reply(json.RawMessage(f.keys()))
	case "/authorize":
		q := r.URL.Query()
		f.nonce, f.pkce = q.Get("nonce"), q.Get("code_challenge")
		back := url.Values{"code": {"the-code"}, "state": {q.Get("state")}}
		if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("scope") != "openid profile email" {
			back = url.Values{"error": {"invalid_request"}, "state": {q.Get("state")}}
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	case "/token":
		f.tokens.Add(1)
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		user, secret, basic := r.BasicAuth()
		if b64(sum[:]) != f.pkce || r.FormValue("code") != "the-code" || !basic || user != clientID || secret != url.QueryEscape(clientSecret) {
			w.WriteHeader(http.StatusBadRequest)
			reply(map[string]string{"error": "invalid_grant", "error_description": "canary-of-the-provider"})
			return
		}
		reply(map[string]any{"access_token": "canary-access-token", "token_type": "Bearer", "id_token": f.token()})
	case "/userinfo":
		reply(f.userInfo)
	}
}

func (f *forger) keys() string {
	keys, _ := json.Marshal(map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256",
		"n": b64(f.key.N.Bytes()), "e": b64(big.NewInt(int64(f.key.E)).Bytes()),
	}}})
	return string(keys)
}

func (f *forger) token() string {
	claims := map[string]any{
		"iss": f.url, "sub": "sub-eve", "aud": clientID, "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"nonce": f.nonce, "name": "Eve", "email": "eve@example.com", "email_verified": true, "groups": []string{"admins"},
	}
	if f.claims != nil {
		f.claims(claims)
	}
	if f.sign != nil {
		return f.sign(claims)
	}
	return signed(claims, f.key)
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func unsigned(algorithm string, claims map[string]any) string {
	header, _ := json.Marshal(map[string]string{"alg": algorithm, "kid": "1", "typ": "JWT"})
	body, _ := json.Marshal(maps.Clone(claims))
	return b64(header) + "." + b64(body)
}

func signed(claims map[string]any, key *rsa.PrivateKey) string {
	text := unsigned("RS256", claims)
	sum := sha256.Sum256([]byte(text))
	signature, _ := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return text + "." + b64(signature)
}

func signedWithSecret(claims map[string]any) string {
	text := unsigned("HS256", claims)
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write([]byte(text))
	return text + "." + b64(mac.Sum(nil))
}
