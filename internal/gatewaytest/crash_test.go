package gatewaytest_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
)

const atOnce = 200

// Killed while it saves: what was answered is there and opens, what was not is whole or absent, and the same calls
// again make each credential exactly once.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			db := d.SQL(t)
			token := newToken(t, d)
			p := serve(t, flags(d, "--sample")...)
			cut := 0
			for run, moment := range []int32{1, 30, 60, 90, 120} {
				name := func(i int) string { return fmt.Sprintf("run %d no %03d", run, i) }
				answered := createAll(&Client{URL: p.url, Token: token}, name, func(n int32) {
					if n == moment {
						_ = p.cmd.Process.Kill()
					}
				})
				<-p.ended
				cut += atOnce - len(answered)
				saved := wholeOrAbsent(t, d, db, run)
				t.Logf("killed at answer %d: %d answered, %d saved", moment, len(answered), saved)

				p = serve(t, flags(d, "--sample")...)
				c := &Client{URL: p.url, Token: token}
				opens(t, c, answered)
				again := createAll(c, name, func(int32) {})
				for name, id := range answered {
					if again[name] != id {
						t.Errorf("%s was %s, and %s when asked for again", name, id, again[name])
					}
				}
				opens(t, c, again)
				if n := Count(t, db, fmt.Sprintf("SELECT count(*) FROM credentials WHERE name LIKE 'run %d %%'", run)); n != atOnce || len(again) != atOnce {
					t.Errorf("asked again, %d were answered and %d are there", len(again), n)
				}
			}
			if cut < atOnce {
				t.Errorf("killed too late: in all runs only %d calls went without an answer", cut)
			}
		})
	}
}

// createAll makes all credentials at once and returns the ids of those that were answered with success. It calls each
// with the number of answers so far.
func createAll(c *Client, name func(int) string, each func(n int32)) map[string]string {
	var (
		mu      sync.Mutex
		calls   sync.WaitGroup
		answers atomic.Int32
		ids     = map[string]string{}
	)
	for i := range atOnce {
		calls.Go(func() {
			response, err := c.Try(CreateCredential, Vars{"input": Vars{
				"componentId": "cmp_petstore", "name": name(i), "fields": []Vars{{"key": "apiKey", "value": "secret"}},
				"tags": []string{"one", "two"}, "idempotencyKey": name(i),
			}})
			id := response.Data.Text("createCredential.credential.id")
			if err != nil || id == "" {
				return
			}
			each(answers.Add(1))
			mu.Lock()
			defer mu.Unlock()
			ids[name(i)] = id
		})
	}
	calls.Wait()
	return ids
}

// wholeOrAbsent looks at the rows that a killed run left and returns how many credentials there are of it: each with
// its one verification, its tags and its idempotency key, and none of these without it.
func wholeOrAbsent(t *testing.T, d Database, db *sql.DB, run int) int {
	t.Helper()
	for what, query := range map[string]string{
		"credentials without their rows": fmt.Sprintf(`SELECT count(*) FROM credentials c WHERE name LIKE 'run %d %%' AND (
			(SELECT count(*) FROM verifications v WHERE v.workspace_id = c.workspace_id AND v.credential_id = c.id) <> 1 OR
			(SELECT count(*) FROM credential_tags g WHERE g.workspace_id = c.workspace_id AND g.credential_id = c.id) <> 2 OR
			(SELECT count(*) FROM idempotency_keys k WHERE k.workspace_id = c.workspace_id AND k.credential_id = c.id) <> 1)`, run),
		"verifications alone":    `SELECT count(*) FROM verifications WHERE credential_id NOT IN (SELECT id FROM credentials)`,
		"tags alone":             `SELECT count(*) FROM credential_tags WHERE credential_id NOT IN (SELECT id FROM credentials)`,
		"idempotency keys alone": `SELECT count(*) FROM idempotency_keys WHERE credential_id NOT IN (SELECT id FROM credentials)`,
	} {
		if n := Count(t, db, query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if d.Dialect == "sqlite" {
		var state string
		if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&state); err != nil || state != "ok" {
			t.Errorf("integrity check: %s %v", state, err)
		}
	}
	return Count(t, db, fmt.Sprintf("SELECT count(*) FROM credentials WHERE name LIKE 'run %d %%'", run))
}

// opens shows and verifies credentials: both need what is sealed in them.
func opens(t *testing.T, c *Client, ids map[string]string) {
	t.Helper()
	var (
		calls sync.WaitGroup
		turns = make(chan struct{}, 8)
	)
	for name, id := range ids {
		calls.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			shown, err := c.Try(`query($id: ID!) { credential(id: $id) { name status tags fields { key isSet } } }`, Vars{"id": id})
			if err != nil || shown.Data.Text("credential.name") != name || shown.Data.At("credential.fields.0.isSet") != true || shown.Data.Len("credential.tags") != 2 {
				t.Errorf("%s shows as %s %v", name, shown.Raw, err)
			}
			tried, err := c.Try(VerifyCredential, Vars{"input": Vars{"id": id}})
			if err != nil || tried.Data.Text("verifyCredential.verification.outcome") != "ACCEPTED" {
				t.Errorf("%s verifies as %s %v", name, tried.Raw, err)
			}
		})
	}
	calls.Wait()
}

// Asked to stop, a gateway answers the call that is waiting for a slow service, saves what it says it saved, takes no
// new calls and ends with 0.
func TestSIGTERM(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			asked, answer := make(chan struct{}), make(chan struct{})
			slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				close(asked)
				<-answer
			}))
			t.Cleanup(slow.Close)
			d := NewDatabase(t, dialect)
			c := &Client{Token: newToken(t, d)}
			p := serve(t, flags(d, "--egress-allow", "127.0.0.0/8")...)
			c.URL = p.url
			got := make(chan string)
			go func() {
				response, err := c.Try(CreateCredential, Vars{"input": bearer(slow.URL, "slow")})
				got <- fmt.Sprint(response.Data.Text("createCredential.credential.status"), err)
			}()
			<-asked
			p.signal(t, syscall.SIGTERM)
			for status(p.url+"/readyz") == http.StatusOK {
				time.Sleep(10 * time.Millisecond)
			}
			time.Sleep(700 * time.Millisecond) // past the time that open connections linger
			if s := status(p.url + "/healthz"); s != 0 {
				t.Errorf("a new call is answered with %d", s)
			}
			close(answer)
			if answer := <-got; answer != "VERIFIED<nil>" {
				t.Errorf("the call under way ended in %s\n%s", answer, p.stderr)
			}
			if code := p.code(t); code != 0 {
				t.Errorf("it ended with %d\n%s", code, p.stderr)
			}
			if n := Count(t, d.SQL(t), "SELECT count(*) FROM credentials WHERE status = 'VERIFIED'"); n != 1 {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// bearer is the input for a credential of any HTTP API with a bearer token.
func bearer(url, token string) Vars {
	return Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "fields": []Vars{
		{"key": "testUrl", "value": url}, {"key": "token", "value": token},
	}}
}
