package gatewaytest_test

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"keyward/catalog"
	. "keyward/internal/gatewaytest"
	"keyward/internal/store"
	"keyward/internal/vault"
)

// A gateway that can't keep its promises doesn't start: it ends with 1 and one sentence that names what to put right,
// and no password.
func TestStart_refuses(t *testing.T) {
	t.Parallel()
	const password = "Canary-Pa55word"
	for name, c := range map[string]struct {
		prepare func(t *testing.T, d Database) []string // more arguments, after it broke something
		says    []string
	}{
		"a missing key file": {func(t *testing.T, d Database) []string {
			remove(t, keyFile(d))
			return nil
		}, []string{"keyward.key", "missing", "--key-file", "KEYWARD_KEY_FILE"}},
		"another database's key file": {func(t *testing.T, d Database) []string {
			other := Database{Dialect: "sqlite", DataDir: t.TempDir()}
			newToken(t, other)
			return []string{"--key-file", keyFile(other)}
		}, []string{"keyward.key", "another key", "--key-file", "KEYWARD_KEY_FILE"}},
		"a truncated key file": {func(t *testing.T, d Database) []string {
			if err := os.Truncate(keyFile(d), 40); err != nil {
				t.Fatal(err)
			}
			return nil
		}, []string{"keyward.key", "no whole key"}},
		"an empty key file": {func(t *testing.T, d Database) []string {
			if err := os.Truncate(keyFile(d), 0); err != nil {
				t.Fatal(err)
			}
			return nil
		}, []string{"keyward.key", "no whole key"}},
		"a key file that everybody may read": {func(t *testing.T, d Database) []string {
			if err := os.Chmod(keyFile(d), 0o644); err != nil {
				t.Fatal(err)
			}
			return nil
		}, []string{"keyward.key", "chmod 600"}},
		"a database file that is none": {func(t *testing.T, d Database) []string {
			for _, suffix := range []string{"-wal", "-shm"} {
				_ = os.Remove(d.File() + suffix)
			}
			if err := os.WriteFile(d.File(), []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
			return nil
		}, []string{"keyward.db", "not a database"}},
		"a data folder that is a file": {func(t *testing.T, d Database) []string {
			return []string{"--data-dir", d.File()}
		}, []string{"keyward.db", "not a directory"}},
		"a busy address": {func(t *testing.T, d Database) []string {
			ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = ln.Close() })
			return []string{"--addr", ln.Addr().String()}
		}, []string{"--addr", "127.0.0.1:", "in use"}},
		"an address without a port": {with("--addr", "localhost"), []string{"--addr", "HOST:PORT"}},
		"the sample for everybody's base URL": {with("--sample", "--base-url", "https://keyward.example.com"),
			[]string{"--sample", "--base-url"}},
		"the sample on every address":   {with("--sample", "--addr", "0.0.0.0:0"), []string{"--sample", "--addr"}},
		"plain HTTP on a public host":   {with("--base-url", "http://keyward.example.com"), []string{"--base-url", "https://"}},
		"a base URL with a password":    {with("--base-url", "https://keyward:"+password+"@keyward.example.com"), []string{"--base-url"}},
		"a base URL that is none":       {with("--base-url", "keyward.example.com"), []string{"--base-url"}},
		"ranges that are none":          {with("--egress-allow", "10.0.0.0/33"), []string{"--egress-allow"}},
		"a short token for metrics":     {with("--metrics-token", "Canary"), []string{"--metrics-token", "16"}},
		"a budget that is none":         {with("--dry-requests-per-host", "300"), []string{"--dry-requests-per-host", "BURST+PER_MINUTE"}},
		"an unknown log format":         {with("--log-format", "xml"), []string{"--log-format", "text", "json"}},
		"another kind of database":      {with("--database-url", "mysql://keyward:"+password+"@127.0.0.1/keyward"), []string{"--database-url", "postgres://"}},
		"an unreadable database URL":    {with("--database-url", "postgres://keyward:"+password+"%zz@127.0.0.1/keyward"), []string{"--database-url", "postgres://"}},
		"a password in a wrong place":   {with("--database-url", "postgres://127.0.0.1/keyward?sslmode="+password), []string{"--database-url"}},
		"nobody at the database's port": {with("--database-url", "postgres://keyward:"+password+"@127.0.0.1:1/keyward"), []string{"PostgreSQL", "127.0.0.1:1"}},
		"a misspelt flag":               {with("--databse-url=postgres://keyward:" + password + "@127.0.0.1/keyward"), []string{"--databse-url"}},
		"a flag left out":               {with("postgres://keyward:" + password + "@127.0.0.1/keyward"), []string{"unexpected argument"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Database{Dialect: "sqlite", DataDir: t.TempDir()}
			newToken(t, d)
			more := c.prepare(t, d)
			p := launchServe(t, nil, append(flags(d), more...)...)
			if code := p.code(t); code != 1 {
				t.Errorf("it ended with %d", code)
			}
			said := p.stderr.String()
			if !oneSentence.MatchString(said) || p.stdout.String() != "" || strings.Contains(said, password) {
				t.Errorf("it said %q and %q", said, p.stdout)
			}
			for _, word := range c.says {
				if !strings.Contains(said, word) {
					t.Errorf("it didn't say %q: %s", word, said)
				}
			}
		})
	}
}

var oneSentence = regexp.MustCompile(`^keyward: [^\n]+\n$`)

func with(args ...string) func(*testing.T, Database) []string {
	return func(*testing.T, Database) []string { return args }
}

func keyFile(d Database) string { return filepath.Join(d.DataDir, "keyward.key") }

func remove(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

// A wrong password is not told from its error either.
func TestStart_refuses_a_database_that_refuses(t *testing.T) {
	t.Parallel()
	d := NewDatabase(t, "postgres")
	before, rest, _ := strings.Cut(d.URL, "@")
	d.URL = before + "-Canary-Pa55word@" + rest
	_, said, code := run(t, append([]string{"migrate"}, flags(d)...)...)
	if code != 1 || !oneSentence.MatchString(said) || strings.Contains(said, "Canary") || !strings.Contains(said, "password authentication failed") {
		t.Errorf("it ended with %d and said %s", code, said)
	}
}

// A descriptor that breaks the schema keeps the catalog from loading, and says where it is broken.
func TestStart_refuses_a_broken_descriptor(t *testing.T) {
	for what, c := range map[string]struct{ from, to, says string }{
		"JSON":           {`"title"`, `title`, "catalog/petstore/component.json"},
		"a member":       {`"title"`, `"tittle"`, "tittle"},
		"a variable":     {`{{baseUrl}}`, `{{basUrl}}`, "basUrl"},
		"a dry request":  {`"protocol": "http"`, `"protocol": 7`, "/verification/protocol"},
		"its conditions": {`"status": [200]`, `"status": ["200"]`, "/verification/accept"},
	} {
		t.Run(what, func(t *testing.T) {
			builtin, err := catalog.Load(catalog.Builtin(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, component := range builtin {
				if component.Key != "petstore" {
					continue
				}
				text := strings.ReplaceAll(string(component.Descriptor), c.from, c.to)
				_, err := catalog.Load(fstest.MapFS{"petstore/component.json": {Data: []byte(text)}}, nil)
				if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "petstore/component.json") {
					t.Errorf("it said %v", err)
				}
				return
			}
			t.Fatal("no petstore")
		})
	}
}

// Several gateways started at once on nothing at all agree on one schema, one key and one workspace.
func TestStart_at_once(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := EmptyDatabase(t, dialect)
			var started [4]*process
			for i := range started {
				started[i] = launchServe(t, nil, flags(d)...)
			}
			for _, p := range started {
				p.ready(t)
			}
			if n := Count(t, d.SQL(t), "SELECT count(*) FROM workspaces"); n != 1 {
				t.Errorf("%d workspaces", n)
			}
			// What one has sealed, every other one opens.
			token := newToken(t, d)
			input := bearer("https://127.0.0.1:1/", "a token")
			input["saveUnverified"] = true
			credential := (&Client{URL: started[0].url, Token: token}).Must(t, CreateCredential, Vars{"input": input}).Text("createCredential.credential.id")
			for _, p := range started {
				c := &Client{URL: p.url, Token: token}
				shown := c.Must(t, `query($id: ID!) { credential(id: $id) { fields { value } } }`, Vars{"id": credential})
				if got := shown.Text("credential.fields.0.value"); got != "https://127.0.0.1:1/" {
					t.Errorf("it shows %v", shown)
				}
			}
		})
	}
}

// The same from the narrowest place: the schema is there, and nothing in it. With one key file all start; of two with
// key files of their own one wins, and the other refuses to seal anything.
func TestStart_at_once_after_migrating(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			for range 5 {
				d := NewDatabase(t, dialect)
				shared := keyFile(d)
				for _, err := range openAtOnce(t, d, shared, shared, shared, shared) {
					if err != nil {
						t.Errorf("with one key file: %v", err)
					}
				}
				d = NewDatabase(t, dialect)
				errs := openAtOnce(t, d, filepath.Join(t.TempDir(), "one.key"), filepath.Join(t.TempDir(), "two.key"))
				if refused := errors.Join(errs...); (errs[0] == nil) == (errs[1] == nil) || !strings.Contains(refused.Error(), "sealed") {
					t.Errorf("with two: %v", refused)
				}
			}
		})
	}
}

// openAtOnce does for each key file what a start does, all at the same moment.
func openAtOnce(t *testing.T, d Database, keyFiles ...string) []error {
	t.Helper()
	ctx := t.Context()
	errs := make([]error, len(keyFiles))
	var ready, done sync.WaitGroup
	ready.Add(len(keyFiles))
	for i, file := range keyFiles {
		st, err := store.Open(ctx, store.Config{URL: d.URL, DataDir: d.DataDir, Connections: 4})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close() })
		components, err := catalog.Load(catalog.Builtin(), nil)
		if err != nil {
			t.Fatal(err)
		}
		done.Go(func() {
			ready.Done()
			ready.Wait()
			key, err := vault.OpenKey(ctx, st, vault.KeyFile(file))
			if err != nil {
				errs[i] = err
				return
			}
			v, err := vault.Open(ctx, vault.Config{Store: st, Key: key, Catalog: components})
			if err == nil {
				_, err = v.EnsureWorkspace(ctx)
			}
			errs[i] = err
		})
	}
	done.Wait()
	return errs
}

// The token that the command prints works, for its role and no more.
func TestTokenCreate(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			p := serve(t, flags(d)...)
			c := &Client{URL: p.url}
			if got := c.Do(t, `{ viewer { name role } }`, nil); got.Status != 401 || got.Code() != "UNAUTHENTICATED" {
				t.Errorf("without a token: %d %s", got.Status, got.Raw)
			}
			for _, role := range []string{"OWNER", "EDITOR", "VIEWER", "RUNTIME"} {
				stdout, stderr, code := run(t, append([]string{"token", "create", "--name", "CRM " + role, "--role", role}, flags(d)...)...)
				if code != 0 || !tokenLine.MatchString(stdout) || stderr != "" {
					t.Fatalf("it ended with %d: %q %q", code, stdout, stderr)
				}
				c.Token = strings.TrimSpace(stdout)
				data := c.Do(t, `{ viewer { name role } }`, nil).Data
				if data.Text("viewer.name") != "CRM "+role || data.Text("viewer.role") != role {
					t.Errorf("%s is %v", role, data)
				}
			}
			for _, args := range [][]string{{"--role", "OWNER"}, {"--name", "x"}, {"--name", "x", "--role", "ADMIN"}, {"--name", " ", "--role", "OWNER"}} {
				stdout, stderr, code := run(t, append(append([]string{"token", "create"}, args...), flags(d)...)...)
				if code != 1 || stdout != "" || !oneSentence.MatchString(stderr) {
					t.Errorf("%q ended with %d: %q %q", args, code, stdout, stderr)
				}
			}
		})
	}
}

// Help names every setting's variable; what is of one call alone, like a token's name, has none of that form.
func TestHelp(t *testing.T) {
	t.Parallel()
	database := []string{"DATABASE_URL", "DATA_DIR", "KEY_FILE", "KEY", "KEY_TOKEN_FILE", "DATABASE_CONNECTIONS"}
	for command, variables := range map[string][]string{
		"":             nil,
		"serve":        append([]string{"ADDR", "BASE_URL", "SAMPLE", "EGRESS_ALLOW", "LOG_FORMAT"}, database...),
		"migrate":      database,
		"token":        nil,
		"token create": database,
		"sign-in-link": append([]string{"ADDR", "BASE_URL"}, database...),
		"audit":        nil,
		"audit export": database,
		"keys":         nil,
		"keys rotate":  append([]string{"DROP_OLD", "BATCH"}, database...),
		"keys rewrap":  append([]string{"NEW_KEY"}, database...),
		"version":      nil,
	} {
		stdout, stderr, code := run(t, append(strings.Fields(command), "--help")...)
		if code != 0 || stderr != "" || !strings.Contains(stdout, "Usage: keyward "+command) {
			t.Errorf("%q ended with %d: %q %q", command, code, stdout, stderr)
		}
		for _, variable := range variables {
			if !strings.Contains(stdout, "$KEYWARD_"+variable) {
				t.Errorf("%q doesn't mention KEYWARD_%s:\n%s", command, variable, stdout)
			}
		}
		for _, flag := range regexp.MustCompile(`(?m)^ +--([a-z-]+)`).FindAllStringSubmatch(stdout, -1) {
			variable := "$KEYWARD_" + strings.ToUpper(strings.ReplaceAll(flag[1], "-", "_"))
			if !slices.Contains([]string{"name", "role", "scopes", "lifetime", "user", "workspace", "since", "until"}, flag[1]) && !strings.Contains(stdout, variable) {
				t.Errorf("%q has no variable for --%s", command, flag[1])
			}
		}
	}
}

// The environment sets what a flag does not, and a flag wins.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	d, other := Database{Dialect: "sqlite", DataDir: t.TempDir()}, Database{Dialect: "sqlite", DataDir: t.TempDir()}
	addr := freeAddr(t)
	p := launch(t, []string{"KEYWARD_ADDR=" + addr, "KEYWARD_DATA_DIR=" + d.DataDir, "KEYWARD_LOG_FORMAT=json", "KEYWARD_SAMPLE=true"},
		"serve", "--data-dir", other.DataDir)
	p.url = "http://" + addr
	p.ready(t)
	if _, err := os.Stat(other.File()); err != nil {
		t.Errorf("the flag did not win: %v", err)
	}
	if _, err := os.Stat(d.File()); err == nil {
		t.Error("the environment won over a flag")
	}
	var token string
	for range 100 { // what it printed gets here a little later than its first answer, on a busy machine
		if token = regexp.MustCompile(`kw_[a-z2-7]{39}`).FindString(p.stdout.String()); token != "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if token == "" {
		t.Errorf("no token at the start: %s", p.stdout)
	} else {
		(&Client{URL: p.url, Token: token}).Petstore(t, "walk-through")
	}
	for line := range strings.Lines(p.stderr.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if stdout, stderr, code := run(t, "version"); code != 0 || stderr != "" || !regexp.MustCompile(`^keyward \S+\n$`).MatchString(stdout) {
		t.Errorf("it ended with %d: %q %q", code, stdout, stderr)
	}
}
