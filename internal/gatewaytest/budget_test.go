package gatewaytest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// clock is one that tests turn.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Now().UnixMicro())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMicro(c.at.Load()) }
func (c *clock) advance(d time.Duration) { c.at.Add(d.Microseconds()) }
func (c *clock) budget(d *Database, h, w models.Budget) {
	d.Now, d.HostBudget, d.WorkspaceBudget = c.now, h, w
}

// counting is a service that counts whom it hears, and lets in those whose token is "right".
func counting(t *testing.T, host string) (url string, heard *atomic.Int64) {
	t.Helper()
	heard = &atomic.Int64{}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer right" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	_ = server.Listener.Close()
	server.Listener = ln
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			heard.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, heard
}

// try checks a token and says what came of it: a dry request's outcome, or the name of an error.
func try(t testing.TB, c *Client, url, token string) string {
	t.Helper()
	return checked(c.Do(t, CheckCredential, Vars{"input": bearer(url, token)}))
}

func checked(r Response) string {
	if found := r.Data.Text("checkCredential.verification.outcome"); found != "" {
		return found
	}
	return outcome(r, nil)
}

// fail spends n of the budgets.
func fail(t testing.TB, c *Client, url string, n int) {
	t.Helper()
	for range n {
		if got := try(t, c, url, "wrong"); got != "REJECTED" {
			t.Fatalf("got %s", got)
		}
	}
}

const limited = "RateLimitedError"

// With serve's own budgets, the ports of a host are not scanned: after 300 that nobody answered on, none is dialled, by
// whichever protocol and however the host is spelt.
func TestBudget_ends_a_port_scan(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			d.Now = newClock().now
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			got := map[string]int{}
			for port := 1; port <= 1000; port++ {
				input := Vars{"componentId": "cmp_postgresql", "fields": []Vars{
					{"key": "host", "value": []string{"127.0.0.1", "::ffff:127.0.0.1"}[port/2%2]}, {"key": "port", "value": fmt.Sprint(port)},
					{"key": "database", "value": "d"}, {"key": "user", "value": "u"}, {"key": "password", "value": "p"},
				}}
				if port%2 == 0 {
					input = bearer(fmt.Sprintf("http://127.0.0.1:%d/%d", port, port), "t")
				}
				got[checked(c.Do(t, CheckCredential, Vars{"input": input}))]++
			}
			if got["UNAVAILABLE"]+got["REJECTED"] != 300 || got[limited] != 700 {
				t.Errorf("%v", got)
			}
			open, heard := counting(t, "127.0.0.1")
			if got := try(t, c, open, "right"); got != limited || heard.Load() != 0 {
				t.Errorf("an open port: %s, heard %d times", got, heard.Load())
			}
		})
	}
}

// Nor are passwords guessed: the service isn't asked any more, whatever the operation; nothing is saved, nothing
// recorded, and the answer says when to come back.
func TestBudget_ends_guessing(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 5, PerMinute: 30}, models.Budget{Burst: 50, PerMinute: 60})
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			url, heard := counting(t, "127.0.0.1")
			id := c.Must(t, CreateCredential, Vars{"input": bearer(url, "right")}).Text("createCredential.credential.id")
			fail(t, c, url, 5)
			before := heard.Load()
			saved, recorded := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"), Count(t, g.SQL(t), "SELECT count(*) FROM verifications")
			insist := bearer(url, "right")
			insist["saveUnverified"] = true
			for operation, input := range map[string]Vars{
				CheckCredential: bearer(url, "right"), CreateCredential: insist, VerifyCredential: {"id": id},
				UpdateCredential: {"id": id, "expectedVersion": 1, "saveUnverified": true, "fields": []Vars{{"key": "token", "value": "other"}}},
			} {
				r := c.Do(t, strings.Replace(operation, "{ code message path }", "{ code message path } ... on RateLimitedError { retryAfterMs }", 1), Vars{"input": input})
				if got := outcome(r, nil); got != limited {
					t.Errorf("%s: %s", got, r.Raw)
				}
				const says = `"message":"Too many dry requests of this workspace to this host have failed: 5 at once and 30 more each minute are the most. Try again in 2 seconds."`
				if !strings.Contains(r.Raw, says) || !strings.Contains(r.Raw, `"retryAfterMs":2000`) || !strings.Contains(r.Raw, `"code":"RATE_LIMITED"`) {
					t.Errorf("it says %s", r.Raw)
				}
			}
			if n := heard.Load() - before; n != 0 {
				t.Errorf("it was asked %d times", n)
			}
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"); n != saved {
				t.Errorf("%d credentials, there were %d", n, saved)
			}
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM verifications"); n != recorded {
				t.Errorf("%d verifications, there were %d", n, recorded)
			}
			// What makes no dry request goes on.
			data := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "name": "renamed"}})
			if data.Text("updateCredential.credential.name") != "renamed" {
				t.Errorf("%v", data)
			}
		})
	}
}

// What the service accepts costs nothing, and what it costs us is known: one read; a failure, a write and the clean-up.
func TestBudget_is_only_for_what_fails(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 2, PerMinute: 1}, models.Budget{Burst: 3, PerMinute: 1})
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			url, _ := counting(t, "127.0.0.1")
			for i := range 700 {
				if got := try(t, c, url, "right"); got != "ACCEPTED" {
					t.Fatalf("number %d: %s", i, got)
				}
			}
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM dry_request_budgets"); n != 0 {
				t.Errorf("%d rows", n)
			}
			for token, want := range map[string]int64{"right": 3, "wrong": 5} { // one of each is the authentication's, one the audit's
				if n := g.Statements(func() { try(t, c, url, token) }); n != want {
					t.Errorf("%s: %d statements", token, n)
				}
			}
		})
	}
}

// Gateways that share a database share the budgets.
func TestBudget_is_shared(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 6, PerMinute: 60}, models.Budget{Burst: 100, PerMinute: 60})
			one, two := New(t, d), New(t, d)
			a, b := one.Client(t, models.RoleOwner), two.Client(t, models.RoleEditor)
			url, heard := counting(t, "127.0.0.1")
			for range 3 {
				fail(t, a, url, 1)
				fail(t, b, url, 1)
			}
			if first, second := try(t, a, url, "right"), try(t, b, url, "right"); first != limited || second != limited || heard.Load() != 6 {
				t.Errorf("%s and %s, heard %d times", first, second, heard.Load())
			}
		})
	}
}

// They come back with time, no faster and no further than they were.
func TestBudget_comes_back(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 3, PerMinute: 6}, models.Budget{Burst: 100, PerMinute: 60})
			c := New(t, d).Client(t, models.RoleOwner)
			url, _ := counting(t, "127.0.0.1")
			expect := func(when string, wants ...string) {
				t.Helper()
				for i, want := range wants {
					if got := try(t, c, url, "wrong"); got != want {
						t.Errorf("%s, number %d: %s, want %s", when, i, got, want)
					}
				}
			}
			expect("at first", "REJECTED", "REJECTED", "REJECTED", limited)
			at.advance(9 * time.Second)
			expect("too early", limited)
			at.advance(time.Second)
			expect("after 10 s", "REJECTED", limited)
			at.advance(20 * time.Second)
			expect("after 20 s", "REJECTED", "REJECTED", limited)
			at.advance(-time.Hour) // another gateway's clock
			expect("an hour back", limited)
			at.advance(25 * time.Hour)
			expect("a day later", "REJECTED", "REJECTED", "REJECTED", limited)
		})
	}
}

// Nobody pays for others: not another workspace, nor another host, until the workspace's own budget is spent.
func TestBudget_of_others_is_unharmed(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 3, PerMinute: 1}, models.Budget{Burst: 5, PerMinute: 1})
			g := New(t, d)
			c, other := g.Client(t, models.RoleOwner), g.ClientOf(t, g.NewWorkspace(t, "other"), models.RoleOwner)
			url, heard := counting(t, "127.0.0.1")
			elsewhere := strings.Replace(url, "127.0.0.1", "localhost", 1)
			fail(t, c, url, 3)
			if got := try(t, c, url, "right"); got != limited {
				t.Errorf("the host: %s", got)
			}
			fail(t, c, elsewhere, 2)
			before := heard.Load()
			for _, where := range []string{elsewhere, "http://localhost:1", "http://192.0.2.1", "http://10.0.0.1"} {
				r := c.Do(t, CheckCredential, Vars{"input": bearer(where, "right")})
				if checked(r) != limited || !strings.Contains(r.Raw, "dry requests of this workspace have failed: 5 at once and 1 more") {
					t.Errorf("the workspace, to %s: %s", where, r.Raw)
				}
			}
			if n := heard.Load() - before; n != 0 {
				t.Errorf("heard %d times", n)
			}
			fail(t, other, url, 3)
			if got := try(t, other, url, "right"); got != limited {
				t.Errorf("the other's: %s", got)
			}
			if got := try(t, other, elsewhere, "right"); got != "ACCEPTED" {
				t.Errorf("the other's, elsewhere: %s", got)
			}
		})
	}
}

// What never gets as far as a host, or isn't let to it, is paid for too.
func TestBudget_counts_what_is_forbidden(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 100, PerMinute: 1}, models.Budget{Burst: 4, PerMinute: 1})
			d.PublicOnly = true
			c := New(t, d).Client(t, models.RoleOwner)
			for i := range 4 {
				if got := try(t, c, fmt.Sprintf("http://127.0.0.%d", i+1), "t"); got != "UNAVAILABLE" {
					t.Errorf("%s", got)
				}
			}
			if got := try(t, c, "http://127.0.0.5", "t"); got != limited {
				t.Errorf("%s", got)
			}
		})
	}
}

// held is a service that keeps everybody waiting until it is released, and then answers all of them alike.
func held(t *testing.T, status int) (url string, waiting *atomic.Int64, release func()) {
	t.Helper()
	waiting = &atomic.Int64{}
	gate := make(chan struct{})
	release = sync.OnceFunc(func() { close(gate) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		waiting.Add(1)
		select {
		case <-gate:
		case <-r.Context().Done():
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(release)
	return server.URL, waiting, release
}

// eventually waits for what has to come.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 1000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("not within 10 s: %s", what)
}

// Many at once get no further than one after the other: those under way count as failed, until they turn out well. One
// host's budget holds, and so does the workspace's where they go to several.
func TestBudget_of_many_at_once(t *testing.T) {
	t.Parallel()
	ten, hundred := models.Budget{Burst: 10, PerMinute: 1}, models.Budget{Burst: 100, PerMinute: 1}
	for _, dialect := range Dialects {
		for name, c := range map[string]struct {
			host, workspace models.Budget
			names           []string
			status          int
			later           string
		}{
			"one host, rejected":      {ten, hundred, []string{"127.0.0.1"}, http.StatusUnauthorized, limited},
			"one host, accepted":      {ten, hundred, []string{"127.0.0.1"}, http.StatusOK, "ACCEPTED"},
			"several hosts, rejected": {hundred, ten, []string{"127.0.0.1", "localhost"}, http.StatusUnauthorized, limited},
			"several hosts, accepted": {hundred, ten, []string{"127.0.0.1", "localhost"}, http.StatusOK, "ACCEPTED"},
		} {
			t.Run(dialect+"/"+name, func(t *testing.T) {
				t.Parallel()
				d, at := NewDatabase(t, dialect), newClock()
				at.budget(&d, c.host, c.workspace)
				g := New(t, d)
				client, other := g.Client(t, models.RoleOwner), g.ClientOf(t, g.NewWorkspace(t, "other"), models.RoleOwner)
				url, waiting, release := held(t, c.status)
				open, _ := counting(t, "127.0.0.1")
				var refused, answered atomic.Int64
				var all sync.WaitGroup
				for i := range 50 {
					all.Go(func() {
						where := strings.Replace(url, "127.0.0.1", c.names[i%len(c.names)], 1)
						r, err := client.Try(CheckCredential, Vars{"input": bearer(where, "t")})
						if err == nil && checked(r) == limited {
							refused.Add(1)
							return
						}
						answered.Add(1)
					})
				}
				eventually(t, "ten are under way and the others refused", func() bool { return refused.Load() == 40 && waiting.Load() == 10 })
				if got := try(t, other, open, "right"); got != "ACCEPTED" {
					t.Errorf("another workspace meanwhile: %s", got)
				}
				release()
				all.Wait()
				if waiting.Load() != 10 || answered.Load() != 10 {
					t.Errorf("%d were asked, %d answered", waiting.Load(), answered.Load())
				}
				if got := try(t, client, open, "right"); got != c.later {
					t.Errorf("afterwards: %s, want %s", got, c.later)
				}
			})
		}
	}
}

// Where a failure can't be charged, nobody hears of it: else a database in trouble would open the door to guessing.
func TestBudget_tells_nothing_that_is_not_charged(t *testing.T) {
	t.Parallel()
	for dialect, broken := range map[string]string{
		"sqlite":   "CREATE TRIGGER broken BEFORE INSERT ON dry_request_budgets BEGIN SELECT RAISE(ABORT, 'broken'); END",
		"postgres": "ALTER TABLE dry_request_budgets ADD CHECK (spent < 0)",
	} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			g := New(t, NewDatabase(t, dialect))
			c := g.Client(t, models.RoleOwner)
			if _, err := g.SQL(t).Exec(broken); err != nil {
				t.Fatal(err)
			}
			url, _ := counting(t, "127.0.0.1")
			r := c.Do(t, CheckCredential, Vars{"input": bearer(url, "wrong")})
			if r.Code() != "INTERNAL" || strings.Contains(r.Raw, "REJECTED") {
				t.Errorf("%s", r.Raw)
			}
			if got := try(t, c, url, "right"); got != "ACCEPTED" {
				t.Errorf("%s", got)
			}
		})
	}
}

// Who hangs up before the answer pays all the same.
func TestBudget_charges_those_who_hang_up(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d, at := NewDatabase(t, dialect), newClock()
			at.budget(&d, models.Budget{Burst: 2, PerMinute: 1}, models.Budget{Burst: 100, PerMinute: 1})
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			url, waiting, _ := held(t, http.StatusOK)
			db := g.SQL(t)
			for i := int64(1); i <= 2; i++ {
				hungUp(t, c, bearer(url, "t"), func() bool { return waiting.Load() == i })
				eventually(t, "it is charged", func() bool {
					return int64(Count(t, db, "SELECT CAST(COALESCE(sum(spent), 0) AS integer) FROM dry_request_budgets WHERE target = '127.0.0.1'")) == i
				})
			}
			if got := try(t, c, url, "t"); got != limited || waiting.Load() != 2 {
				t.Errorf("%s, asked %d times", got, waiting.Load())
			}
		})
	}
}

// hungUp checks values and hangs up when it is time.
func hungUp(t *testing.T, c *Client, input Vars, time func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = c.TryContext(ctx, CheckCredential, Vars{"input": input})
	}()
	eventually(t, "it is under way", time)
	cancel()
	<-done
}
