package gatewaytest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
)

// slowService accepts everything, as long as it isn't told to hold requests back until released.
type slowService struct {
	*httptest.Server
	holds    atomic.Bool
	held     atomic.Int32
	released chan struct{}
}

func newSlowService(t *testing.T) *slowService {
	t.Helper()
	s := &slowService{released: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if s.holds.Load() {
			s.held.Add(1)
			<-s.released
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// saved makes n credentials of the service.
func (s *slowService) saved(t *testing.T, c *Client, n int) {
	t.Helper()
	for i := range n {
		if data := c.Must(t, CreateCredential, Vars{"input": bearer(s.URL, fmt.Sprint(i))}); data.Text("createCredential.credential.status") != "VERIFIED" {
			t.Fatalf("%v", data)
		}
	}
}

func progress(t *testing.T, c *Client, job string) Object {
	t.Helper()
	return c.Must(t, VerificationJob, Vars{"id": job})["verificationJob"].(map[string]any)
}

// comesTo waits for up to a minute.
func comesTo(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 600 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("it never comes to this: %s", what)
}

// A gateway is killed while it verifies: another one takes up what it was at, and each credential counts once.
func TestVerificationJob_killed(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, s := NewDatabase(t, dialect), newSlowService(t)
			token := newToken(t, d)
			dies, stays := serve(t, flags(d, "--egress-allow", "127.0.0.0/8")...), serve(t, flags(d, "--egress-allow", "127.0.0.0/8")...)
			c := &Client{URL: stays.url, Token: token}
			const n = 20
			s.saved(t, c, n)
			s.holds.Store(true)
			job := (&Client{URL: dies.url, Token: token}).Must(t, VerifyCredentials, Vars{"input": Vars{}}).Text("verifyCredentials.job.id")
			comesTo(t, "both gateways ask", func() bool { return s.held.Load() == 4 })
			_ = dies.cmd.Process.Kill()
			<-dies.ended
			s.holds.Store(false)
			close(s.released)
			comesTo(t, "what the killed one was not at is done", func() bool { return progress(t, c, job).Int("done") >= n-4 })
			if now := progress(t, c, job); now.Int("done") == n || now.Text("status") != "RUNNING" {
				t.Errorf("nobody was killed at anything: %v", now)
			}
			comesTo(t, "all is done", func() bool { return progress(t, c, job).Text("status") == "DONE" })
			if now := progress(t, c, job); now.Int("accepted") != n || now.Int("done") != n {
				t.Errorf("%v", now)
			}
			if again := Count(t, d.SQL(t), "SELECT count(*) FROM verifications"); again != 2*n {
				t.Errorf("%d verifications of %d credentials that were verified twice", again, n)
			}
		})
	}
}

// Asked to stop, a gateway finishes what it is at, gives nothing up half-way, and leaves the rest for whoever comes next.
func TestVerificationJob_SIGTERM(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, s := NewDatabase(t, dialect), newSlowService(t)
			c := &Client{Token: newToken(t, d)}
			p := serve(t, flags(d, "--egress-allow", "127.0.0.0/8")...)
			c.URL = p.url
			s.saved(t, c, 10)
			s.holds.Store(true)
			job := c.Must(t, VerifyCredentials, Vars{"input": Vars{}}).Text("verifyCredentials.job.id")
			comesTo(t, "it asks", func() bool { return s.held.Load() == 2 })
			p.signal(t, syscall.SIGTERM)
			comesTo(t, "it takes no calls", func() bool { return status(p.url+"/readyz") == 0 })
			s.holds.Store(false)
			close(s.released)
			if code := p.code(t); code != 0 {
				t.Errorf("it ended with %d\n%s", code, p.stderr)
			}
			db := d.SQL(t)
			done := Count(t, db, "SELECT count(*) FROM verification_items WHERE outcome = 'ACCEPTED'")
			if left := Count(t, db, "SELECT count(*) FROM verification_items WHERE outcome = '' AND lease_until IS NULL"); done < 2 || done > 4 || done+left != 10 {
				t.Errorf("%d are done, and %d are nobody's", done, left)
			}
			next := serve(t, flags(d, "--egress-allow", "127.0.0.0/8")...)
			c.URL = next.url
			comesTo(t, "all is done", func() bool { return progress(t, c, job).Text("status") == "DONE" })
			if now := progress(t, c, job); now.Int("accepted") != 10 {
				t.Errorf("%v", now)
			}
		})
	}
}

// The operator gives a workspace a component of its own beside a running gateway, and is told what changed, or stands against it.
func TestComponent_import(t *testing.T) {
	t.Parallel()
	const v1 = `{"title": "Acme", "credentials": {"fields": {"apiKey": {"label": "API key", "viewClass": "PasswordFieldView"}, "shop": {"label": "Shop", "viewClass": "StrangeView"}}}}`
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			p := serve(t, flags(d)...)
			c := &Client{URL: p.url, Token: newToken(t, d)}
			folder := filepath.Join(t.TempDir(), "acme")
			file := filepath.Join(folder, "component.json")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			command := func(descriptor string, more ...string) (string, string, int) {
				if err := os.WriteFile(file, []byte(descriptor), 0o600); err != nil {
					t.Fatal(err)
				}
				return run(t, append([]string{"component", "import", file}, flags(d, more...)...)...)
			}
			stdout, stderr, code := command(v1)
			found := c.Must(t, `{ component(key: "acme") { id custom title } }`, nil)
			if code != 0 || !strings.Contains(stdout, "is imported") || !strings.Contains(stdout, found.Text("component.id")) || !strings.Contains(stdout, "StrangeView") || found.At("component.custom") != true {
				t.Errorf("%d %s %s %v", code, stdout, stderr, found)
			}
			made := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": found.Text("component.id"), "name": "mine", "saveUnverified": true, "fields": []Vars{{"key": "apiKey", "value": "k"}}}})
			if made.Text("createCredential.credential.status") != "UNVERIFIED" {
				t.Errorf("%v", made)
			}
			if stdout, _, code := command(v1); code != 0 || !strings.Contains(stdout, "nothing changed") {
				t.Errorf("%d %s", code, stdout)
			}
			v2 := strings.Replace(v1, `"apiKey"`, `"token"`, 1)
			if stdout, stderr, code := command(v2); code != 1 || !strings.Contains(stdout, "no longer has the field apiKey") || !strings.Contains(stdout, made.Text("createCredential.credential.id")) || !strings.Contains(stderr, "force") {
				t.Errorf("%d %s %s", code, stdout, stderr)
			}
			if stdout, _, code := command(v2, "--force"); code != 0 || !strings.Contains(stdout, "has a new version") {
				t.Errorf("%d %s", code, stdout)
			}
			for name, wrong := range map[string]struct {
				descriptor string
				more       []string
				says       string
			}{
				"no title":        {"{}", nil, "must have title"},
				"the catalog's":   {v1, []string{"--component-key", "petstore"}, "--component-key: The catalog has"},
				"no key":          {v1, []string{"--component-key", "A b"}, "--component-key: A key"},
				"not a workspace": {v1, []string{"--workspace", "ws_none"}, "--workspace: there is no workspace"},
			} {
				if stdout, stderr, code := command(wrong.descriptor, wrong.more...); code != 1 || !strings.Contains(stdout+stderr, wrong.says) {
					t.Errorf("%s: %d %s %s", name, code, stdout, stderr)
				}
			}
		})
	}
}
