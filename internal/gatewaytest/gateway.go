// Package gatewaytest runs whole gateways for tests: the real handler over HTTP, a real database of each dialect, the
// sample Petstore as the other side of dry requests. Nothing in it is a mock.
package gatewaytest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keyward/catalog"
	"keyward/graph"
	"keyward/internal/auth"
	"keyward/internal/config"
	"keyward/internal/egress"
	"keyward/internal/httpserver"
	"keyward/internal/metrics"
	"keyward/internal/oauth"
	"keyward/internal/runtime"
	"keyward/internal/sample"
	"keyward/internal/store"
	"keyward/internal/testservers"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// Dialects are the databases that everything has to work on.
var Dialects = []string{"sqlite", "postgres"}

// Each runs a test on a new gateway of each dialect.
func Each(t *testing.T, run func(t *testing.T, g *Gateway)) {
	t.Helper()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			run(t, New(t, NewDatabase(t, dialect)))
		})
	}
}

// EmptyDatabase makes a database of the dialect that has not even a schema, gone with the test.
func EmptyDatabase(t testing.TB, dialect string) Database {
	t.Helper()
	d := Database{Dialect: dialect, DataDir: t.TempDir()}
	if dialect == "postgres" {
		d.URL = testservers.Postgres(t).URL()
	}
	return d
}

// petstore is the sample's URL. One serves all tests of a process, so that they can share the catalog, which takes a second to load with the
// race detector; gateways only read either.
var petstore = sync.OnceValue(func() string { return httptest.NewServer(sample.New()).URL })

var usualCatalog = sync.OnceValues(func() ([]*models.Component, error) {
	return catalog.Load(catalog.Builtin(), func(name string) (string, bool) {
		return petstore(), name == "KEYWARD_COMPONENT_PETSTORE_BASE_URL"
	})
})

// Database is what several gateways may share.
type Database struct {
	Dialect string
	URL     string // empty for SQLite
	DataDir string
	// Connections bounds each gateway's pool; zero means 8.
	Connections int
	// Overrides are more of the operator's settings for descriptors' variables.
	Overrides map[string]string
	Now       func() time.Time
	// HostBudget and WorkspaceBudget are for failed dry requests; where they are zero, serve's own.
	HostBudget, WorkspaceBudget models.Budget
	// PublicOnly takes back what gateways for tests may do by default: reach this machine.
	PublicOnly bool
	// OIDC is the identity provider; nil: none.
	OIDC *auth.OIDC
	// OAuthClients are the operator's, by provider; ReturnURLs are where else browsers may come back to.
	OAuthClients map[string]oauth.Client
	ReturnURLs   []string
	// OAuthTimeout is how long a provider may take; zero means as long as serve's own.
	OAuthTimeout time.Duration
	// JSONLog writes the log as JSON instead of text.
	JSONLog bool
	// Limits are the default ones, unless this changes them.
	Limits func(*graph.Limits)
	// AllowedOrigins are other frontends' origins.
	AllowedOrigins string
}

// Gateway is a running one.
type Gateway struct {
	Database
	Store *store.Store
	Vault *vault.Vault
	Auth  *auth.Authenticator
	URL   string // of its HTTP server
	Log   *Buffer
	// Workspace is the first one's id.
	Workspace string

	statements atomic.Int64
	server     *httptest.Server
}

// New starts a gateway on the database and stops it with the test.
func New(t testing.TB, d Database) *Gateway {
	t.Helper()
	ctx := context.Background()
	g := &Gateway{Database: d, Log: &Buffer{}}
	log := newLog(g.Log, d.JSONLog)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	g.Store, err = store.Open(ctx, store.Config{
		URL: d.URL, DataDir: d.DataDir, Connections: cmp.Or(d.Connections, 8), Log: log, Observe: func(string) { g.statements.Add(1) },
	})
	must(err)
	t.Cleanup(func() { _ = g.Store.Close() })
	key, err := vault.OpenKey(ctx, g.Store, vault.KeyFile(filepath.Join(d.DataDir, "keyward.key")))
	must(err)
	override := func(name string) (string, bool) {
		if value, ok := d.Overrides[name]; ok {
			return value, true
		}
		return petstore(), name == "KEYWARD_COMPONENT_PETSTORE_BASE_URL"
	}
	components, err := usualCatalog()
	if len(d.Overrides) > 0 {
		components, err = catalog.Load(catalog.Builtin(), override)
	}
	must(err)
	guard, err := newGuard(d.PublicOnly)
	must(err)
	hostBudget, workspaceBudget, err := budgets(d)
	must(err)
	g.server = httptest.NewUnstartedServer(nil)
	baseURL := "http://" + g.server.Listener.Addr().String()
	m := metrics.New("test")
	m.Register(g.Store.Collectors()...)
	g.Vault, err = vault.Open(ctx, vault.Config{
		Store: g.Store, Key: key, Catalog: components, Verifiers: verifiers.New(guard, nil, log), Override: override, Log: log, Now: d.Now,
		HostBudget: hostBudget, WorkspaceBudget: workspaceBudget, Metrics: m,
		Providers: oauth.New(guard, baseURL+"/oauth/callback", cmp.Or(d.OAuthTimeout, oauth.Timeout)), BaseURL: baseURL, ReturnURLs: d.ReturnURLs,
		OperatorClients: func(provider string) (oauth.Client, bool) {
			client, ok := d.OAuthClients[provider]
			return client, ok
		},
	})
	must(err)
	workspace, err := g.Vault.EnsureWorkspace(ctx)
	must(err)
	g.Workspace = workspace.ID
	g.Auth = auth.New(auth.Config{Store: g.Store, Log: log, Metrics: m, BaseURL: baseURL, OIDC: d.OIDC, Now: d.Now})
	limits := graph.DefaultLimits()
	if d.Limits != nil {
		d.Limits(&limits)
	}
	origins, err := httpserver.ParseOrigins(d.AllowedOrigins)
	must(err)
	g.server.Config.Handler = httpserver.New(httpserver.Config{
		GraphQL: g.Auth.Require(graph.NewHandler(&graph.Resolver{Vault: g.Vault, Auth: g.Auth, BaseURL: "http://localhost"}, limits, log)),
		MaxBody: limits.BodyBytes, Origins: origins,
		Runtime: g.Auth.Require(runtime.New(g.Vault, auth.Caller, log)),
		OAuth:   oauth.Callback(g.Vault, g.Auth.Visitor),
		SignIn:  g.Auth.Routes(), Ready: g.Store.Ping, Icon: g.Vault.Icon, Log: log, Metrics: m, Local: true,
	})
	g.server.Start()
	g.URL = g.server.URL
	t.Cleanup(g.server.Close)
	return g
}

// Logger writes to the gateway's log.
func (g *Gateway) Logger() *slog.Logger { return newLog(g.Log, g.JSONLog) }

// newLog writes everything, debugging included: what is not in it was never said.
func newLog(w io.Writer, asJSON bool) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// budgets are serve's own, unless the test says otherwise.
func budgets(d Database) (host, workspace models.Budget, err error) {
	command, err := config.Parse([]string{"serve"})
	if err != nil {
		return models.Budget{}, models.Budget{}, err
	}
	return cmp.Or(d.HostBudget, command.Serve.PerHost), cmp.Or(d.WorkspaceBudget, command.Serve.PerWorkspace), nil
}

func newGuard(publicOnly bool) (*egress.Guard, error) {
	if publicOnly {
		return egress.New(nil), nil
	}
	loopback, err := egress.ParseRanges("127.0.0.0/8,::1/128")
	return egress.New(loopback), err
}

// Statements counts the SQL statements that f causes.
func (g *Gateway) Statements(f func()) int64 {
	before := g.statements.Load()
	f()
	return g.statements.Load() - before
}

// Client makes a token of the role and a client that uses it.
func (g *Gateway) Client(t testing.TB, role models.Role) *Client {
	t.Helper()
	return g.ClientOf(t, g.Workspace, role)
}

// ClientOf is Client in another workspace.
func (g *Gateway) ClientOf(t testing.TB, workspace string, role models.Role) *Client {
	t.Helper()
	token, _, err := g.Auth.CreateToken(context.Background(), models.Operator(workspace), auth.NewToken{Name: "test " + string(role), Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return &Client{URL: g.URL, Token: token}
}

// Client speaks GraphQL over HTTP, as a program with a token or as a person with a session cookie.
type Client struct {
	URL   string
	Token string
	// Jar keeps a person's cookies.
	Jar http.CookieJar
	// Workspace is the X-Workspace header; empty for none.
	Workspace string
}

// Vars are an operation's variables.
type Vars map[string]any

// Response is what came back.
type Response struct {
	Status int
	Raw    string
	Data   Object
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

// Code is the first error's code, or empty.
func (r Response) Code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// Do sends an operation.
func (c *Client) Do(t testing.TB, query string, vars Vars) Response {
	t.Helper()
	response, err := c.Try(query, vars)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// Try is Do for goroutines, and for a gateway that may be gone: it returns what went wrong.
func (c *Client) Try(query string, vars Vars) (Response, error) {
	return c.TryContext(context.Background(), query, vars)
}

// TryContext is Try for those who hang up when ctx ends.
func (c *Client) TryContext(ctx context.Context, query string, vars Vars) (Response, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return Response{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		return Response{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.Workspace != "" {
		request.Header.Set("X-Workspace", c.Workspace)
	}
	answer, err := (&http.Client{Jar: c.Jar}).Do(request)
	if err != nil {
		return Response{}, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return Response{}, err
	}
	response := Response{Status: answer.StatusCode, Raw: string(raw)}
	if err := json.Unmarshal(raw, &response); err != nil {
		return response, fmt.Errorf("not JSON: %s", raw)
	}
	return response, nil
}

// Must sends an operation that has to go without errors, and returns its data.
func (c *Client) Must(t testing.TB, query string, vars Vars) Object {
	t.Helper()
	response := c.Do(t, query, vars)
	if len(response.Errors) > 0 {
		t.Fatalf("%s\nerrors: %s", query, response.Raw)
	}
	return response.Data
}

// Object is a JSON object, walked by At.
type Object map[string]any

// At walks a path like "createCredential.credential.flows.nodes.0.name"; nil where it ends early.
func (o Object) At(path string) any {
	var at any = map[string]any(o)
	for part := range strings.SplitSeq(path, ".") {
		switch here := at.(type) {
		case map[string]any:
			at = here[part]
		case []any:
			i := 0
			for _, digit := range part {
				i = i*10 + int(digit-'0')
			}
			if i >= len(here) {
				return nil
			}
			at = here[i]
		default:
			return nil
		}
	}
	return at
}

// Text is At for a string.
func (o Object) Text(path string) string {
	text, _ := o.At(path).(string)
	return text
}

// Int is At for a number.
func (o Object) Int(path string) int {
	n, _ := o.At(path).(float64)
	return int(n)
}

// Len is the length of the list at the path.
func (o Object) Len(path string) int {
	list, _ := o.At(path).([]any)
	return len(list)
}
