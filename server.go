// Keyward keeps the credentials of an integration platform. This file is the wiring: command line → parts → run.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"syscall"

	"keyward/catalog"
	"keyward/graph"
	"keyward/internal/auth"
	"keyward/internal/config"
	"keyward/internal/egress"
	"keyward/internal/httpserver"
	"keyward/internal/sample"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// version is set by the build.
var version = "development"

func main() {
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

// openVault opens the key and records the catalog.
func openVault(ctx context.Context, st *store.Store, keyFile string, guard *egress.Guard, exceptions map[string]*egress.Guard,
	override func(string) (string, bool), log *slog.Logger,
) (*vault.Vault, error) {
	key, err := vault.OpenKey(ctx, st, keyFile)
	if err != nil {
		return nil, err
	}
	components, err := catalog.Load(catalog.Builtin(), override)
	if err != nil {
		return nil, err
	}
	for _, name := range catalog.UnknownSettings(components, os.Environ()) {
		log.Warn("no component of this release has a variable for this setting", "setting", name)
	}
	return vault.Open(ctx, vault.Config{Store: st, Key: key, Catalog: components, Verifiers: verifiers.New(guard, exceptions, log), Override: override, Log: log})
}

func createToken(ctx context.Context, c config.TokenCreate, stdout io.Writer, log *slog.Logger) (err error) {
	st, err := open(ctx, c.Database, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	v, err := openVault(ctx, st, c.KeyFile, egress.New(nil), nil, os.LookupEnv, log)
	if err != nil {
		return err
	}
	workspace, err := v.EnsureWorkspace(ctx)
	if err != nil {
		return err
	}
	token, err := auth.New(st, log).CreateToken(ctx, auth.NewToken{Workspace: workspace.ID, Name: c.TokenName, Role: c.Role})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, token)
	return err
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
	handlers := httpserver.Config{MaxBody: c.BodyBytes, Origins: origins, Ready: st.Ping, Log: log}
	if c.Sample {
		own := egress.Range{Prefix: netip.PrefixFrom(address.Addr(), address.Addr().BitLen()), Port: address.Port()}
		exceptions["petstore"] = guard.With(own)
		override = sampleOverride(address)
		handlers.Sample = sample.New()
	}
	v, err := openVault(ctx, st, c.KeyFile, guard, exceptions, override, log)
	if err != nil {
		return err
	}
	workspace, err := v.EnsureWorkspace(ctx)
	if err != nil {
		return err
	}
	callers := auth.New(st, log)
	if c.Sample {
		if err := greet(ctx, stdout, callers, workspace, c.BaseURL); err != nil {
			return err
		}
	}
	handlers.Icon = v.Icon
	handlers.GraphQL = callers.Require(graph.NewHandler(&graph.Resolver{Vault: v, BaseURL: c.BaseURL}, graph.Limits(c.Limits), log))
	if c.Exposed() {
		log.Warn("tokens cross the network in the clear unless a proxy in front speaks https: say so with --base-url", "addr", c.Addr)
	}
	log.Info("serving", "version", version, "addr", ln.Addr().String(), "base_url", c.BaseURL, "database", st.Dialect(), "egress_allow", c.EgressAllow)
	err = httpserver.Serve(ctx, ln, httpserver.New(handlers), log)
	log.Info("stopped")
	return err
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

  API token   %[2]s
              (OWNER of «%[3]s», until the next start)
  Try it      curl -s %[1]s/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer %[2]s' -d '{"query":"{ viewer { name role } component(key: \"petstore\") { id title credentialCount } }"}'
  GraphiQL    %[1]s/graphiql
              (paste the token into «API token», then Connect)

Stop with Ctrl-C.

`

// greet makes a token for the walk-through and prints it: to the terminal, never to the log.
func greet(ctx context.Context, stdout io.Writer, callers *auth.Authenticator, workspace models.Workspace, baseURL string) error {
	token, err := callers.CreateToken(ctx, auth.NewToken{Workspace: workspace.ID, Name: "sample (printed at the start)", Role: models.RoleOwner, Replace: true})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, welcome, baseURL, token, workspace.Name)
	return err
}
