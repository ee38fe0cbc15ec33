// Package config turns the command line and the environment into one struct, and refuses what is missing or unsafe.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"keyward/models"
)

// Command is a parsed command line. Name says which of the commands was given; only its struct is filled.
type Command struct {
	Name string `kong:"-"`

	Serve   Serve    `cmd:"" help:"Serve the gateway. KEYWARD_COMPONENT_<KEY>_<NAME> gives a component's variable another value; KEYWARD_OAUTH_<PROVIDER>_CLIENT_ID and _CLIENT_SECRET (or _CLIENT_SECRET_FILE) are the OAuth client that workspaces without their own connect with; SSL_CERT_FILE names another bundle of certificate authorities for dry requests."`
	Migrate Database `cmd:"" help:"Bring the database's schema up to date, and do nothing else. serve does so by itself."`
	Token   struct {
		Create TokenCreate `cmd:"" help:"Make an API token and print it, alone, on one line. It can't be shown again."`
	} `cmd:"" help:"API tokens."`
	SignInLink SignInLink `cmd:"" name:"sign-in-link" help:"Make a link that signs a person in once, within 15 minutes, and print it, alone, on one line: by default an owner of the oldest workspace."`
	Audit      struct {
		Export AuditExport `cmd:"" help:"Write audit events as JSON lines: by workspace, then oldest first."`
	} `cmd:"" help:"The audit."`
	Keys      Keys      `cmd:"" help:"The keys that seal credentials."`
	Component Component `cmd:"" help:"Components: what can be connected to."`
	Version   struct{}  `cmd:"" help:"Print the version."`
}

// Database says where everything is kept.
type Database struct {
	DatabaseURL  string `name:"database-url" env:"KEYWARD_DATABASE_URL" placeholder:"URL" help:"PostgreSQL, as postgres://user:password@host:5432/database?sslmode=verify-full. Without it, an embedded database in the data folder."`
	DataDir      string `name:"data-dir" env:"KEYWARD_DATA_DIR" default:"./data" placeholder:"FOLDER" help:"Where the embedded database and the key file are (${default})."`
	KeyFile      string `name:"key-file" env:"KEYWARD_KEY_FILE" placeholder:"FILE" help:"The key that opens every credential. Made at the first start, with mode 0600; without it nothing can be opened, so keep a copy apart from the database's. By default keyward.key in the data folder."`
	Key          string `env:"KEYWARD_KEY" placeholder:"URI" help:"Where that key is, instead of --key-file: file:PATH, aws-kms://arn:aws:kms:…, gcp-kms://projects/…/cryptoKeys/… or hcvault://HOST:PORT/transit/keys/NAME (Vault, OpenBao). Credentials come from the variables that the vendors' tools use; metadata services are never asked."`
	KeyTokenFile string `name:"key-token-file" env:"KEYWARD_KEY_TOKEN_FILE" placeholder:"FILE" help:"A file that holds the token for hcvault://, read for every call; instead of VAULT_TOKEN."`
	Connections  int    `name:"database-connections" env:"KEYWARD_DATABASE_CONNECTIONS" default:"16" placeholder:"N" help:"How many connections to the database are kept, at least 2 (${default})."`
}

// Serve is the gateway's settings.
type Serve struct {
	Database
	Addr        string `env:"KEYWARD_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen (${default})."`
	BaseURL     string `name:"base-url" env:"KEYWARD_BASE_URL" placeholder:"URL" help:"Where browsers and clients reach this gateway. By default http://localhost and the port."`
	Sample      bool   `env:"KEYWARD_SAMPLE" help:"Serve a sample Petstore API for the walk-through, let the petstore component reach it, and print a token at the start. Only on this machine."`
	EgressAllow string `name:"egress-allow" env:"KEYWARD_EGRESS_ALLOW" placeholder:"RANGES" help:"Private addresses that dry requests may reach, separated by commas: 10.0.0.0/8, ::1/128, 192.168.1.5/32:5432. By default none; metadata addresses never."`
	Limits
	AllowedOrigins string `name:"allowed-origins" env:"KEYWARD_ALLOWED_ORIGINS" placeholder:"ORIGINS" help:"Other single-page frontends that may call /graphql from browsers, with a bearer token and never with cookies: exact origins, separated by commas, like https://app.example.com. By default none."`
	LogFormat      string `name:"log-format" env:"KEYWARD_LOG_FORMAT" enum:"text,json" default:"text" help:"How to write the log: text or json (${default})."`

	TrustedProxies  []string      `name:"trusted-proxies" env:"KEYWARD_TRUSTED_PROXIES" placeholder:"RANGES" help:"Proxies whose X-Forwarded-For is believed when the audit and the log say where a request came from: 10.0.0.0/8,::1/128. By default none."`
	SessionLifetime time.Duration `name:"session-lifetime" env:"KEYWARD_SESSION_LIFETIME" default:"168h" placeholder:"TIME" help:"How long people stay signed in at most (${default})."`

	SignInsPerMinute int           `name:"sign-ins-per-minute" env:"KEYWARD_SIGN_INS_PER_MINUTE" default:"120" placeholder:"N" help:"How often one address may ask for something of the sign-in pages in a minute (${default}), counted by each gateway for itself. 0 means as often as it likes."`
	PerHost          models.Budget `name:"dry-requests-per-host" env:"KEYWARD_DRY_REQUESTS_PER_HOST" default:"300+30" placeholder:"BURST+PER_MINUTE" help:"How many dry requests of a workspace to one host may fail: so many at once, and so many more each minute (${default}). Those that the service accepts don't count. 0 sets no limit."`
	PerWorkspace     models.Budget `name:"dry-requests-per-workspace" env:"KEYWARD_DRY_REQUESTS_PER_WORKSPACE" default:"600+120" placeholder:"BURST+PER_MINUTE" help:"The same of a workspace's dry requests to all hosts together (${default})."`
	OAuth
	External
	MetricsToken string `name:"metrics-token" env:"KEYWARD_METRICS_TOKEN" placeholder:"TOKEN" help:"Whoever sends this as a bearer token may read /metrics; 16 characters or more. Without it, only this machine may, and only where --base-url names this machine."`
	OIDC

	// Proxies is TrustedProxies, read.
	Proxies []netip.Prefix `kong:"-"`

	ownBaseURL bool // nobody gave one
}

// TokenCreate says what the token shall be.
type TokenCreate struct {
	Database
	TokenName string         `name:"name" env:"KEYWARD_TOKEN_NAME" required:"" placeholder:"NAME" help:"What to call it, e.g. the system that will use it."`
	Role      models.Role    `env:"KEYWARD_TOKEN_ROLE" required:"" enum:"OWNER,EDITOR,VIEWER,RUNTIME" placeholder:"ROLE" help:"What it may do: OWNER manages, EDITOR reads and writes, VIEWER reads, RUNTIME does neither and may read secrets."`
	Scopes    []models.Right `env:"KEYWARD_TOKEN_SCOPES" placeholder:"SCOPE" help:"What to limit it to, of what the role holds: credentials:read, credentials:write, flows:read, flows:write, secrets:read, members:manage, tokens:manage, clients:manage, components:manage, audit:read. By default everything."`
	Lifetime  time.Duration  `env:"KEYWARD_TOKEN_LIFETIME" placeholder:"TIME" help:"How long it lasts, e.g. 720h. By default until it is revoked."`
}

// ExpiresAt is when a token that is made now ends; nil for never.
func (t *TokenCreate) ExpiresAt(now time.Time) *time.Time {
	if t.Lifetime == 0 {
		return nil
	}
	at := now.UTC().Add(t.Lifetime).Truncate(time.Microsecond)
	return &at
}

// SignInLink says whom the link is for.
type SignInLink struct {
	Database
	Addr    string `env:"KEYWARD_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the gateway listens (${default}): the link has its port, unless --base-url says more."`
	BaseURL string `name:"base-url" env:"KEYWARD_BASE_URL" placeholder:"URL" help:"Where browsers reach this gateway. By default http://localhost and the port."`
	User    string `placeholder:"ID" help:"Whom it signs in, by the id that the query members shows. By default the owner whom links without a name stand for; that person becomes an owner of the oldest workspace."`
}

// AuditExport says which events to write.
type AuditExport struct {
	Database
	Workspace string     `placeholder:"ID" help:"Only this workspace's. By default all, those of destroyed ones included."`
	Since     *time.Time `placeholder:"TIME" help:"At this moment or later, as 2026-11-23T14:05:06Z."`
	Until     *time.Time `placeholder:"TIME" help:"Before this moment."`
}

// Parse reads the command line and the environment. Asked for help, it prints it and exits.
func Parse(args []string) (*Command, error) {
	var c Command
	parser, err := kong.New(&c,
		kong.Name("keyward"),
		kong.Description("Keyward keeps the credentials of an integration platform: verified before they are saved, sealed, and never let go while an active flow needs them. Each setting has an environment variable, named behind it."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		if strings.HasPrefix(err.Error(), "unexpected argument") { // it may be a URL with a password whose flag was left out
			return nil, errors.New("unexpected argument: there is no such command, or a value lacks its flag in front; see keyward --help")
		}
		return nil, err
	}
	c.Name = parsed.Command()
	for _, database := range []*Database{&c.Serve.Database, &c.Migrate, &c.Token.Create.Database, &c.SignInLink.Database, &c.Audit.Export.Database, &c.Keys.Rotate.Database, &c.Keys.Rewrap.Database, &c.Component.Import.Database} {
		if database.Key != "" && database.KeyFile != "" && c.Name != "version" {
			return nil, errors.New("--key (KEYWARD_KEY) and --key-file (KEYWARD_KEY_FILE) both say which key to use: give one of them")
		}
		if database.KeyFile == "" {
			database.KeyFile = filepath.Join(database.DataDir, "keyward.key")
		}
	}
	switch c.Name {
	case "serve":
		return &c, errors.Join(c.Serve.Database.check(), c.Serve.Limits.check(), c.Serve.check(), c.Serve.OIDC.check(), c.Serve.OAuth.check(), c.Serve.External.check())
	case "migrate":
		return &c, c.Migrate.check()
	case "token create":
		return &c, c.Token.Create.check()
	case "sign-in-link":
		return &c, errors.Join(c.SignInLink.check(), c.SignInLink.checkBase())
	case "audit export":
		return &c, c.Audit.Export.check()
	case "component import <file>":
		return &c, c.Component.Import.check()
	case "keys rotate":
		return &c, c.Keys.Rotate.check()
	case "keys rewrap":
		return &c, c.Keys.Rewrap.check()
	}
	return &c, nil
}

func (d *Database) check() error {
	if d.Connections < 2 {
		return fmt.Errorf("--database-connections must be 2 or more")
	}
	return nil
}

func (s *Serve) check() error {
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("--addr must be HOST:PORT, like 127.0.0.1:8080")
	}
	if s.BaseURL == "" {
		s.BaseURL = "http://localhost:" + port // of port 0, Listening tells the real one
		s.ownBaseURL = true
	}
	base, err := checkBaseURL(&s.BaseURL)
	if err != nil {
		return err
	}
	for _, text := range s.TrustedProxies {
		prefix, err := netip.ParsePrefix(text)
		if err != nil || prefix != prefix.Masked() {
			return fmt.Errorf("--trusted-proxies must be ranges like 10.0.0.0/8, separated by commas")
		}
		s.Proxies = append(s.Proxies, prefix)
	}
	if s.SessionLifetime < time.Minute {
		return fmt.Errorf("--session-lifetime must be a minute or more, like 12h")
	}
	for origin := range strings.SplitSeq(s.AllowedOrigins, ",") {
		if strings.TrimSpace(origin) == s.BaseURL {
			return fmt.Errorf("--allowed-origins must not name --base-url: its own pages may call anyway, and with cookies")
		}
	}
	if s.Sample && (!loopback(base.Hostname()) || !loopback(host)) {
		return fmt.Errorf("--sample prints an owner's token and lets a component reach this machine, so it needs --addr and --base-url on this machine (127.0.0.1 or localhost)")
	}
	if s.MetricsToken != "" && len(s.MetricsToken) < minMetricsToken {
		return fmt.Errorf("--metrics-token must have %d characters or more, best random ones: whoever guesses it can read the metrics", minMetricsToken)
	}
	return nil
}

// checkBaseURL takes the slash from its end.
func checkBaseURL(text *string) (*url.URL, error) {
	*text = strings.TrimRight(*text, "/")
	base, err := url.Parse(*text)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" || base.User != nil || base.Path != "" || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("--base-url must be a URL like https://keyward.example.com, without a path")
	}
	if base.Scheme == "http" && !loopback(base.Hostname()) {
		return nil, fmt.Errorf("--base-url must begin with https:// unless it names this machine: tokens would cross the network in the clear")
	}
	return base, nil
}

func (l *SignInLink) checkBase() error {
	if l.BaseURL == "" {
		_, port, err := net.SplitHostPort(l.Addr)
		if err != nil {
			return errors.New("--addr must be HOST:PORT, like 127.0.0.1:8080")
		}
		l.BaseURL = "http://localhost:" + port
	}
	_, err := checkBaseURL(&l.BaseURL)
	return err
}

const minMetricsToken = 16

// Local reports whether clients reach the gateway on this machine.
func (s *Serve) Local() bool {
	base, err := url.Parse(s.BaseURL)
	return err == nil && loopback(base.Hostname())
}

// Exposed reports whether the gateway listens beyond this machine while nothing says that clients come by https.
func (s *Serve) Exposed() bool {
	host, _, err := net.SplitHostPort(s.Addr)
	return err == nil && !loopback(host) && !strings.HasPrefix(s.BaseURL, "https://")
}

// Listening tells the port that was taken for port 0.
func (s *Serve) Listening(port uint16) {
	if s.ownBaseURL {
		s.BaseURL = fmt.Sprintf("http://localhost:%d", port)
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
