// Keyward keeps the credentials of an integration platform. This file is the wiring: command line → parts → run.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"keyward/catalog"
	"keyward/graph"
	"keyward/internal/auth"
	"keyward/internal/config"
	"keyward/internal/egress"
	"keyward/internal/httpserver"
	"keyward/internal/jobs"
	"keyward/internal/kms"
	"keyward/internal/metrics"
	"keyward/internal/oauth"
	"keyward/internal/runtime"
	"keyward/internal/sample"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// version is set by the build.
var version = "development"

func main() {
	log.SetOutput(io.Discard) //nolint:forbidigo // libraries write there what servers sent; the gateway itself writes nothing
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "keyward:", err)
		os.Exit(1)
	}
}

// run does what the command line says until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	command, err := config.Parse(args)
	if err != nil {
		return err
	}
	switch command.Name {
	case "serve":
		return serve(ctx, command.Serve, stdout, newLog(command.Serve.LogFormat, stderr))
	case "migrate":
		st, err := open(ctx, command.Migrate, newLog("text", stderr))
		if err != nil {
			return err
		}
		return st.Close()
	case "token create":
		return createToken(ctx, command.Token.Create, stdout, newLog("text", stderr))
	case "sign-in-link":
		return signInLink(ctx, command.SignInLink, stdout, newLog("text", stderr))
	case "audit export":
		return exportAudit(ctx, command.Audit.Export, stdout, newLog("text", stderr))
	case "keys rewrap":
		return rewrapKeys(ctx, command.Keys.Rewrap, stdout, stderr)
	case "keys rotate":
		return rotateKeys(ctx, command.Keys.Rotate, stdout, stderr)
	case "component list":
		return listComponents(command.Component.List.JSON, stdout)
	case "component show <key>":
		return showComponent(command.Component.Show.Key, stdout)
	case "component import <file>":
		return importComponent(ctx, command.Component.Import, os.Stdin, stdout, newLog("text", stderr))
	case "component check <file>":
		return checkDescriptor(command.Component.Check.File, os.Stdin, stdout)
	default:
		_, err := fmt.Fprintln(stdout, "keyward", version)
		return err
	}
}

func newLog(format string, w io.Writer) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

func open(ctx context.Context, c config.Database, log *slog.Logger) (*store.Store, error) {
	st, err := store.Open(ctx, store.Config{URL: c.DatabaseURL, DataDir: c.DataDir, Connections: c.Connections, Log: log})
	if err != nil && c.DatabaseURL != "" {
		err = fmt.Errorf("--database-url (KEYWARD_DATABASE_URL): %w", err)
	}
	return st, err
}

// openVault opens the key and records the catalog; c holds the rest of what a vault is made of.
func openVault(ctx context.Context, c vault.Config, settings config.Database) (*vault.Vault, error) {
	var err error
	if c.Key, err = openKey(ctx, c.Store, settings); err != nil {
		return nil, err
	}
	if c.Catalog, err = catalog.Load(catalog.Builtin(), c.Override); err != nil {
		return nil, err
	}
	if c.OperatorClients, err = operatorClients(c.Catalog, c.Log); err != nil {
		return nil, err
	}
	for _, name := range catalog.UnknownSettings(c.Catalog, os.Environ()) {
		c.Log.Warn("no component of this release has a variable for this setting", "setting", name)
	}
	return vault.Open(ctx, c)
}

// operatorClients reads the OAuth clients that the operator's settings name.
func operatorClients(components []*models.Component, log *slog.Logger) (func(string) (oauth.Client, bool), error) {
	var providers []string
	for _, component := range components {
		for i := range component.Methods {
			if provider := component.Methods[i].Provider(); provider != "" && !slices.Contains(providers, provider) {
				providers = append(providers, provider)
			}
		}
	}
	clients, unknown, err := config.OAuthClients(providers, os.Environ())
	for _, name := range unknown {
		log.Warn("no component of this release connects through this setting's provider", "setting", name)
	}
	return func(provider string) (oauth.Client, bool) {
		client, ok := clients[provider]
		return oauth.Client{ID: client.ID, Secret: client.Secret}, ok
	}, err
}

// openKey opens the key-encryption key that the settings name.
func openKey(ctx context.Context, st *store.Store, c config.Database) (*vault.Key, error) {
	if c.Key == "" {
		return vault.OpenKey(ctx, st, vault.KeyFile(c.KeyFile))
	}
	source, err := keyAt(c.Key, c.KeyTokenFile, "--key (KEYWARD_KEY)")
	if err != nil {
		return nil, err
	}
	return vault.OpenKey(ctx, st, source)
}

func keyAt(uri, tokenFile, setting string) (vault.KeySource, error) {
	source := vault.KeySource{URI: uri, Setting: setting}
	if file, ok := strings.CutPrefix(uri, "file:"); ok {
		if source.File = strings.TrimPrefix(file, "//"); source.File == "" {
			return source, fmt.Errorf("%s: write file: and the file's path", setting)
		}
		return source, nil
	}
	var err error
	source.Kept, err = kms.Open(kms.Config{URI: uri, Guard: egress.Operator(), Getenv: os.Getenv, TokenFile: tokenFile})
	if err != nil {
		return source, fmt.Errorf("%s: %w", setting, err)
	}
	return source, nil
}

func serve(ctx context.Context, c config.Serve, stdout io.Writer, log *slog.Logger) (err error) {
	allow, err := egress.ParseRanges(c.EgressAllow)
	if err != nil {
		return fmt.Errorf("--egress-allow: %w", err)
	}
	origins, err := httpserver.ParseOrigins(c.AllowedOrigins)
	if err != nil {
		return fmt.Errorf("--allowed-origins: %w", err)
	}
	provider, err := openIDProvider(c.OIDC)
	if err != nil {
		return err
	}
	st, err := open(ctx, c.Database, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr (KEYWARD_ADDR), choose another: %w", err)
	}
	defer ln.Close() // the server has closed it, unless something before it failed
	address := netip.MustParseAddrPort(ln.Addr().String())
	c.Listening(address.Port())
	guard, override := egress.New(allow), os.LookupEnv
	exceptions := map[string]*egress.Guard{}
	m := metrics.New(version)
	m.Register(st.Collectors()...)
	handlers := httpserver.Config{
		MaxBody: c.BodyBytes, Origins: origins, Ready: st.Ping, HTTPS: strings.HasPrefix(c.BaseURL, "https://"), TrustedProxies: c.Proxies,
		Metrics: m, MetricsToken: c.MetricsToken, Local: c.Local(), Log: log,
	}
	if c.Sample {
		own := egress.Range{Prefix: netip.PrefixFrom(address.Addr(), address.Addr().BitLen()), Port: address.Port()}
		exceptions["petstore"] = guard.With(own)
		override = sampleOverride(address)
		handlers.Sample = sample.New()
	}
	registry, err := newRegistry(guard, exceptions, c.External, log)
	if err != nil {
		return err
	}
	v, err := openVault(ctx, vault.Config{
		Store: st, Verifiers: registry, Override: override,
		Providers: oauth.New(guard, c.BaseURL+"/oauth/callback", c.Timeout), BaseURL: c.BaseURL, ReturnURLs: c.ReturnURLs,
		HostBudget: c.PerHost, WorkspaceBudget: c.PerWorkspace, Metrics: m, Log: log,
	}, c.Database)
	if err != nil {
		return err
	}
	workspace, err := v.EnsureWorkspace(ctx)
	if err != nil {
		return err
	}
	callers := auth.New(auth.Config{Store: st, Log: log, Metrics: m, BaseURL: c.BaseURL, SessionLifetime: c.SessionLifetime, OIDC: provider})
	if c.Sample {
		if err := greet(ctx, stdout, callers, workspace, c.BaseURL, v.CallbackURL()); err != nil {
			return err
		}
	}
	handlers.Icon = v.Icon
	handlers.OAuth = oauth.Callback(v, callers.Visitor)
	handlers.Runtime = callers.Require(runtime.New(v, auth.Caller, log))
	handlers.SignIn, handlers.SignInsPerMinute = callers.Routes(), c.SignInsPerMinute
	handlers.GraphQL = callers.Require(graph.NewHandler(&graph.Resolver{Vault: v, Auth: callers, BaseURL: c.BaseURL}, graph.Limits(c.Limits), log))
	if c.Exposed() {
		log.Warn("tokens cross the network in the clear unless a proxy in front speaks https: say so with --base-url", "addr", c.Addr)
	}
	log.Info("serving", "version", version, "addr", ln.Addr().String(), "base_url", c.BaseURL, "oauth_callback", v.CallbackURL(), "database", st.Dialect(), "egress_allow", c.EgressAllow)
	working, stopWork := context.WithCancel(ctx)
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		jobs.Run(working, v, log)
	}()
	err = httpserver.Serve(ctx, ln, httpserver.New(handlers), log)
	stopWork()
	<-worked
	log.Info("stopped")
	return err
}

// newRegistry is how dry requests are made, by way of the operator's own verifiers too, where the settings name any.
func newRegistry(guard *egress.Guard, exceptions map[string]*egress.Guard, c config.External, log *slog.Logger) (*verifiers.Registry, error) {
	registry := verifiers.New(guard, exceptions, log)
	if len(c.Verifiers) == 0 {
		return registry, nil
	}
	registry, err := registry.WithExternal(c.Verifiers, models.NewSecret(c.Secret))
	if err != nil {
		return nil, fmt.Errorf("--external-verifier-secret (KEYWARD_EXTERNAL_VERIFIER_SECRET): %w", err)
	}
	return registry, nil
}

// openIDProvider is what people sign in with; nil where the settings name none. It is not asked for anything yet.
func openIDProvider(c config.OIDC) (*auth.OIDC, error) {
	if c.Issuer == "" {
		return nil, nil //nolint:nilnil // there need not be one
	}
	rules, err := auth.ParseRules(c.Rules)
	if err != nil {
		return nil, fmt.Errorf("--oidc-rules: %w", err)
	}
	return &auth.OIDC{
		Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: c.Scopes, GroupsClaim: c.GroupsClaim,
		Rules: rules, Name: c.Name, Client: egress.Operator().HTTPClient(),
	}, nil
}

// sampleOverride points the petstore component at this gateway's own sample, unless the operator says otherwise.
func sampleOverride(address netip.AddrPort) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := os.LookupEnv(name)
		if !ok && name == "KEYWARD_COMPONENT_PETSTORE_BASE_URL" {
			return "http://" + address.String() + "/sample/petstore/v2", true
		}
		return value, ok
	}
}

const welcome = `
Keyward is ready at %[1]s

  Sign in     %[4]s
              (once, within 15 minutes; another: bin/keyward sign-in-link --base-url %[1]s)
  API token   %[2]s
              (OWNER of «%[3]s», until the next start)
  Try it      curl -s %[1]s/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer %[2]s' -d '{"query":"{ viewer { name role } component(key: \"petstore\") { id title credentialCount } }"}'
  GraphiQL    %[1]s/graphiql
              (sign in, or paste the token into «API token», then Connect)
  OAuth       %[5]s
              (the callback URL to register at providers, exactly so)

Stop with Ctrl-C.

`

// greet makes a link and a token for the walk-through and prints them: to the terminal, never to the log.
func greet(ctx context.Context, stdout io.Writer, callers *auth.Authenticator, workspace models.Workspace, baseURL, callbackURL string) error {
	operator := models.Operator(workspace.ID)
	token, _, err := callers.CreateToken(ctx, operator, auth.NewToken{Name: "sample (printed at the start)", Role: models.RoleOwner, Replace: true})
	if err != nil {
		return err
	}
	link, err := callers.CreateSignInLink(ctx, operator, "")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, welcome, baseURL, token, workspace.Name, link, callbackURL)
	return err
}
