package graph_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/internal/vault"
	"keyward/models"
)

// work lets the gateway work off jobs until stopped, or until the test ends.
func work(t *testing.T, g *Gateway) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		g.Vault.WorkOff(ctx)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	t.Cleanup(stop)
	return stop
}

// job asks for a job until it is as it shall be.
func job(t *testing.T, g *Gateway, c *Client, id string, until func(Object) bool) Object {
	t.Helper()
	var now Object
	for range 2000 {
		data := c.Must(t, VerificationJob, Vars{"id": id})
		now = data["verificationJob"].(map[string]any)
		if sum := now.Int("accepted") + now.Int("rejected") + now.Int("unavailable") + now.Int("notVerifiable") + now.Int("skipped"); sum != now.Int("done") {
			t.Fatalf("the counters don't add up: %v", now)
		}
		if until(now) {
			return now
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it doesn't get there: %v\n%s", now, g.Log)
	return nil
}

func ended(now Object) bool { return now.Text("status") != "RUNNING" }

func start(t *testing.T, c *Client, input Vars) string {
	t.Helper()
	data := c.Must(t, VerifyCredentials, Vars{"input": input})
	id := data.Text("verifyCredentials.job.id")
	if id == "" {
		t.Fatalf("not begun: %v", data)
	}
	return id
}

// rest saves a credential of any HTTP API, unverified where need be.
func rest(t *testing.T, c *Client, name, url, token string) string {
	t.Helper()
	data := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "name": name, "saveUnverified": true, "fields": []Vars{
		{"key": "testUrl", "value": url}, {"key": "token", "value": token},
	}}})
	id := data.Text("createCredential.credential.id")
	if id == "" {
		t.Fatalf("not created: %v", data)
	}
	return id
}

const jobResults = `query($id: ID!, $first: Int!, $after: String, $outcome: VerificationOutcome) { verificationJob(id: $id) { results(first: $first, after: $after, outcome: $outcome) {
	totalCount pageInfo { hasNextPage endCursor } nodes { credentialId credential { id name status lastVerification { outcome } } verification { outcome reason message } } } } }`

// A service that says yes, no, nothing; a credential that is deleted meanwhile: each is told as what it is.
func TestVerificationJob(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		var refuses atomic.Bool
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Header.Get("Authorization") == "Bearer broken":
				w.WriteHeader(http.StatusBadGateway)
			case refuses.Load() && r.Header.Get("Authorization") == "Bearer withdrawn":
				w.WriteHeader(http.StatusUnauthorized)
			}
		}))
		defer service.Close()
		c := g.Client(t, models.RoleEditor)
		names := map[string]string{}
		for _, name := range []string{"broken", "withdrawn", "good"} {
			names[rest(t, c, name, service.URL, name)] = name
		}
		petstore := c.Petstore(t, "petstore")
		names[petstore] = "petstore"
		deleted := rest(t, c, "deleted", service.URL, "deleted")
		names[deleted] = "deleted"

		id := start(t, c, Vars{})
		if again := start(t, c, Vars{}); again != id {
			t.Errorf("the same selection twice makes two jobs: %s and %s", id, again)
		}
		later := c.Petstore(t, "later")
		if got := c.Must(t, DeleteCredential, Vars{"input": Vars{"id": deleted}}); got.Text("deleteCredential.__typename") != "DeleteCredentialSuccess" {
			t.Fatalf("%v", got)
		}
		if now := job(t, g, c, id, func(Object) bool { return true }); now.Int("total") != 5 || now.Int("done") != 0 || now.Text("startedBy.name") != "test EDITOR" {
			t.Errorf("before it began: %v", now)
		}
		refuses.Store(true)
		stop := work(t, g)
		now := job(t, g, c, id, ended)
		stop()
		for field, want := range map[string]int{"total": 5, "done": 5, "accepted": 2, "rejected": 1, "unavailable": 1, "notVerifiable": 0, "skipped": 1} {
			if now.Int(field) != want {
				t.Errorf("%s is %d instead of %d: %v", field, now.Int(field), want, now)
			}
		}
		if now.Text("status") != "DONE" || now.At("finishedAt") == nil || now.At("waitsUntil") != nil {
			t.Errorf("%v", now)
		}
		results := c.Must(t, jobResults, Vars{"id": id, "first": 100})
		var order []string
		for i := range results.Len("verificationJob.results.nodes") {
			at := fmt.Sprintf("verificationJob.results.nodes.%d.", i)
			name := names[results.Text(at+"credentialId")]
			order = append(order, name)
			got := [3]string{results.Text(at + "verification.outcome"), results.Text(at + "verification.reason"), results.Text(at + "credential.status")}
			want := map[string][3]string{
				"broken": {"UNAVAILABLE", "UNEXPECTED_RESPONSE", "UNVERIFIED"}, "withdrawn": {"REJECTED", "AUTH_REJECTED", "REJECTED"},
				"good": {"ACCEPTED", "", "VERIFIED"}, "petstore": {"ACCEPTED", "", "VERIFIED"}, "deleted": {},
			}[name]
			if got != want || (name == "deleted") != (results.At(at+"credential") == nil) {
				t.Errorf("%s: %v instead of %v", name, got, want)
			}
		}
		if !slices.Equal(order, []string{"broken", "deleted", "good", "petstore", "withdrawn"}) || results.Int("verificationJob.results.totalCount") != 5 {
			t.Errorf("%v", order)
		}
		if history := c.Must(t, `query($id: ID!) { credential(id: $id) { verifications { outcome } } }`, Vars{"id": later}); history.Len("credential.verifications") != 1 {
			t.Errorf("one that came later was verified: %v", history)
		}
		first := c.Must(t, jobResults, Vars{"id": id, "first": 1, "outcome": "ACCEPTED"})
		second := c.Must(t, jobResults, Vars{"id": id, "first": 1, "outcome": "ACCEPTED", "after": first.Text("verificationJob.results.pageInfo.endCursor")})
		if first.Text("verificationJob.results.nodes.0.credential.name") != "good" || first.At("verificationJob.results.pageInfo.hasNextPage") != true || first.Int("verificationJob.results.totalCount") != 2 ||
			second.Text("verificationJob.results.nodes.0.credential.name") != "petstore" || second.At("verificationJob.results.pageInfo.hasNextPage") != false {
			t.Errorf("%v\n%v", first, second)
		}
		events := g.Client(t, models.RoleOwner).Must(t, AuditEvents, Vars{"filter": Vars{"targetId": id}})
		if events.Int("auditEvents.totalCount") != 5 {
			t.Errorf("one beginning and four verifications are events: %v", events)
		}
	})
}

func TestVerificationJob_selections(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		a, b := c.Petstore(t, "A"), c.Petstore(t, "B")
		rest(t, c, "C", "http://127.0.0.1:1/", "x")
		total := func(input Vars) int {
			return c.Must(t, VerifyCredentials, Vars{"input": input}).Int("verifyCredentials.job.total")
		}
		if n := total(Vars{"componentId": "cmp_petstore"}); n != 2 {
			t.Errorf("a component's: %d", n)
		}
		if n := total(Vars{"ids": []string{b}}); n != 1 {
			t.Errorf("one: %d", n)
		}
		if start(t, c, Vars{"ids": []string{a, b}}) != start(t, c, Vars{"ids": []string{b, a}}) {
			t.Error("the order of ids makes another job")
		}
		none := c.Must(t, VerifyCredentials, Vars{"input": Vars{"componentId": "cmp_postgresql"}})
		if none.Text("verifyCredentials.job.status") != "DONE" || none.Int("verifyCredentials.job.total") != 0 || none.At("verifyCredentials.job.finishedAt") == nil {
			t.Errorf("nothing to do: %v", none)
		}
		many := make([]string, 1001)
		for i := range many {
			many[i] = fmt.Sprintf("cred_%d", i)
		}
		for name, refused := range map[string]struct {
			input Vars
			as    string
		}{
			"no ids":         {Vars{"ids": []string{}}, "ValidationError"},
			"too many":       {Vars{"ids": many}, "ValidationError"},
			"one twice":      {Vars{"ids": []string{a, a}}, "ValidationError"},
			"both":           {Vars{"ids": []string{a}, "componentId": "cmp_petstore"}, "ValidationError"},
			"nobody's":       {Vars{"ids": []string{a, "cred_nobodys"}}, "NotFoundError"},
			"no component":   {Vars{"componentId": "cmp_none"}, "NotFoundError"},
			"another thing":  {Vars{"ids": []string{"cmp_petstore"}}, "NotFoundError"},
			"nobody's alone": {Vars{"ids": []string{"cred_nobodys"}}, "NotFoundError"},
		} {
			if got := c.Must(t, VerifyCredentials, Vars{"input": refused.input}); got.Text("verifyCredentials.__typename") != refused.as {
				t.Errorf("%s: %v", name, got)
			}
		}
		list := c.Must(t, `{ verificationJobs(first: 3) { totalCount pageInfo { hasNextPage } nodes { id total component { key } } } }`, nil)
		if list.Int("verificationJobs.totalCount") != 4 || list.Len("verificationJobs.nodes") != 3 || list.At("verificationJobs.pageInfo.hasNextPage") != true || list.Text("verificationJobs.nodes.0.component.key") != "postgresql" {
			t.Errorf("%v", list)
		}
		for i := range 8 { // three run already
			input := Vars{"ids": []string{c.Petstore(t, fmt.Sprint(i))}}
			got := c.Must(t, VerifyCredentials, Vars{"input": input})
			if want := map[bool]string{true: "VerifyCredentialsSuccess", false: "RateLimitedError"}[i < 7]; got.Text("verifyCredentials.__typename") != want {
				t.Errorf("job %d: %v", i+4, got)
			}
		}
	})
}

// A job is slow where its service is: what is found meanwhile is told, no more than two are at a host at once, and ending it leaves the rest alone.
func TestVerificationJob_canceled(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		var slow atomic.Bool
		var at, most atomic.Int32
		gate := make(chan struct{})
		service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			if slow.Load() {
				if n := at.Add(1); n > most.Load() {
					most.Store(n)
				}
				<-gate
				at.Add(-1)
			}
		}))
		defer service.Close()
		elsewhere := strings.Replace(service.URL, "127.0.0.1", "localhost", 1) // the Petstore is another host
		c := g.Client(t, models.RoleEditor)
		for i := range 10 {
			rest(t, c, fmt.Sprint(i), elsewhere, "x")
		}
		petstore := c.Petstore(t, "petstore")
		slow.Store(true)
		id := start(t, c, Vars{})
		stop := work(t, g)
		job(t, g, c, id, func(now Object) bool { return now.Int("accepted") == 1 }) // a slow host keeps nobody else waiting
		for at.Load() < 2 {
			time.Sleep(time.Millisecond)
		}
		for range 3 {
			gate <- struct{}{}
		}
		now := job(t, g, c, id, func(now Object) bool { return now.Int("done") >= 4 })
		if now.Text("status") != "RUNNING" || now.Int("total") != 11 {
			t.Errorf("%v", now)
		}
		canceled := c.Must(t, CancelVerificationJob, Vars{"input": Vars{"id": id}})
		if canceled.Text("cancelVerificationJob.job.status") != "CANCELED" || canceled.At("cancelVerificationJob.job.finishedAt") == nil {
			t.Errorf("%v", canceled)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM verification_items WHERE outcome = '' AND lease_until IS NULL"); n != 0 {
			t.Errorf("%d items that nobody is at stay", n)
		}
		close(gate)
		stop()
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM verification_items WHERE outcome = ''"); n != 0 {
			t.Errorf("%d items are not finished", n)
		}
		if found := c.Must(t, jobResults, Vars{"id": id, "first": 100}); found.Len("verificationJob.results.nodes") < 4 {
			t.Errorf("what was found is gone: %v", found)
		}
		if most.Load() != 2 {
			t.Errorf("%d were at one host at once", most.Load())
		}
		now = job(t, g, c, id, ended)
		if now.Text("status") != "CANCELED" || now.Int("done") > 7 { // what was under way is still finished
			t.Errorf("%v", now)
		}
		again := c.Must(t, CancelVerificationJob, Vars{"input": Vars{"id": id}})
		if again.Text("cancelVerificationJob.job.status") != "CANCELED" {
			t.Errorf("%v", again)
		}
		work(t, g)
		done := start(t, c, Vars{"ids": []string{petstore}})
		job(t, g, c, done, ended)
		if over := c.Must(t, CancelVerificationJob, Vars{"input": Vars{"id": done}}); over.Text("cancelVerificationJob.job.status") != "DONE" {
			t.Errorf("%v", over)
		}
	})
}

// hanging is a service at all addresses of this machine that answers until it is told to hang.
type hanging struct {
	port  string
	hangs atomic.Bool
	asked atomic.Int32
	goOn  func()
}

func newHanging(t *testing.T) *hanging {
	t.Helper()
	gate := make(chan struct{})
	s := &hanging{goOn: sync.OnceFunc(func() { close(gate) })}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: ln, Config: &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if s.hangs.Load() {
			s.asked.Add(1)
			<-gate
		}
	})}}
	server.Start()
	t.Cleanup(func() {
		s.goOn()
		server.Close()
	})
	_, s.port, _ = net.SplitHostPort(ln.Addr().String())
	return s
}

// What hangs keeps nobody else waiting: neither a service that many workspaces connect to, nor many services of one workspace.
func TestVerificationJob_beside_what_hangs(t *testing.T) {
	for name, tc := range map[string]struct {
		workspaces int
		hosts      []string // of each workspace's credentials
		asked      int32
	}{
		"one service of many workspaces": {8, []string{"127.0.0.2"}, 2},
		"many services of one workspace": {1, []string{"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8", "127.0.0.9"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			Each(t, func(t *testing.T, g *Gateway) {
				s := newHanging(t)
				for i := range tc.workspaces {
					c := g.ClientOf(t, g.NewWorkspace(t, fmt.Sprint("w", i)), models.RoleEditor)
					for _, host := range tc.hosts {
						rest(t, c, host, "http://"+net.JoinHostPort(host, s.port), "x")
					}
					start(t, c, Vars{})
				}
				c := g.Client(t, models.RoleEditor)
				c.Petstore(t, "A")
				s.hangs.Store(true)
				stop := work(t, g)
				for s.asked.Load() < tc.asked {
					time.Sleep(time.Millisecond)
				}
				job(t, g, c, start(t, c, Vars{}), ended)
				if n := s.asked.Load(); n > tc.asked { // others are, once the first have taken too long
					t.Errorf("%d were asked before it was another one's turn", n)
				}
				s.goOn()
				stop()
			})
		})
	}
}

// It is workspaces that take turns: who began ten jobs is not served ten times as often as who began one.
func TestVerificationJob_takes_turns_by_workspace(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		var asked []string
		var mu sync.Mutex
		service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		}))
		defer service.Close()
		many, one := g.Client(t, models.RoleEditor), g.ClientOf(t, g.NewWorkspace(t, "one"), models.RoleEditor)
		var last string
		for i := range 10 {
			var ids []string
			for n := range 3 {
				ids = append(ids, rest(t, many, fmt.Sprint(i, n), service.URL, "many"))
			}
			last = start(t, many, Vars{"ids": ids})
		}
		for i := range 6 {
			rest(t, one, fmt.Sprint(i), service.URL, "one")
		}
		start(t, one, Vars{})
		mu.Lock()
		asked = nil
		mu.Unlock()
		stop := work(t, g)
		job(t, g, many, last, ended)
		stop()
		end := len(asked) - 1
		for end >= 0 && asked[end] != "one" {
			end--
		}
		if end < 0 || end > 20 { // 6 turns each, and some more for what is done at once
			t.Errorf("another workspace's end at %d of %d: %v", end, len(asked), asked)
		}
	})
}

// Who was shown the door verifies nothing any more, although they began.
func TestVerificationJob_ends_with_the_right(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		made := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "T", "role": "EDITOR"}})
		token := &Client{URL: g.URL, Token: made.Text("createApiToken.token")}
		token.Petstore(t, "A")
		editor := owner.Joined(t, g, "E", models.RoleEditor)
		editorID := editor.Must(t, `{ viewer { id } }`, nil).Text("viewer.id")
		byToken, byPerson := start(t, token, Vars{}), start(t, editor, Vars{"componentId": "cmp_petstore"})
		if got := owner.Must(t, RevokeAPIToken, Vars{"input": Vars{"id": made.Text("createApiToken.apiToken.id")}}); got.Text("revokeApiToken.__typename") != "RevokeApiTokenSuccess" {
			t.Fatalf("%v", got)
		}
		if got := owner.Must(t, UpdateMember, Vars{"input": Vars{"id": editorID, "role": "VIEWER"}}); got.Text("updateMember.__typename") != "UpdateMemberSuccess" {
			t.Fatalf("%v", got)
		}
		work(t, g)
		for _, id := range []string{byToken, byPerson} {
			if now := job(t, g, owner, id, ended); now.Text("status") != "CANCELED" || now.Int("done") != 0 {
				t.Errorf("%v", now)
			}
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM verification_items"); n != 0 {
			t.Errorf("%d items stay", n)
		}
	})
}

// A spent budget makes a job wait, and says until when; it goes on by itself.
func TestVerificationJob_waits_for_the_budget(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			d.HostBudget = models.Budget{Burst: 3, PerMinute: 60}
			g := New(t, d)
			var refuses atomic.Bool
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if refuses.Load() {
					w.WriteHeader(http.StatusUnauthorized)
				}
			}))
			defer service.Close()
			c := g.Client(t, models.RoleEditor)
			for i := range 5 {
				rest(t, c, fmt.Sprint(i), service.URL, "x")
			}
			refuses.Store(true)
			id := start(t, c, Vars{})
			work(t, g)
			waits := job(t, g, c, id, func(now Object) bool { return now.At("waitsUntil") != nil || ended(now) })
			if waits.Text("status") != "RUNNING" || waits.Int("done") < 2 || waits.Int("unavailable") != 0 {
				t.Errorf("%v", waits)
			}
			if now := job(t, g, c, id, ended); now.Text("status") != "DONE" || now.Int("rejected") != 5 || now.At("waitsUntil") != nil {
				t.Errorf("%v", now)
			}
		})
	}
}

// Asking how far a job is costs the same however many credentials it has; a list of jobs with results, however many jobs.
func TestVerificationJob_progress_is_cheap(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		var ids []string
		for i := range 20 {
			ids = append(ids, c.Petstore(t, fmt.Sprint(i)))
		}
		poll := func(id string) int64 {
			return g.Statements(func() { c.Must(t, VerificationJob, Vars{"id": id}) })
		}
		list := func() int64 {
			return g.Statements(func() {
				c.Must(t, `{ verificationJobs(first: 100) { totalCount nodes { component { key } results(first: 5) { totalCount nodes { credential { name } verification { outcome } } } } } }`, nil)
			})
		}
		small := start(t, c, Vars{"ids": ids[:1]})
		stop := work(t, g)
		job(t, g, c, small, ended)
		stop()
		of1, lists1 := poll(small), list()
		for i := range 8 {
			large := start(t, c, Vars{"ids": ids[i:]})
			stop := work(t, g)
			job(t, g, c, large, ended)
			stop()
			if n := poll(large); n != of1 {
				t.Errorf("%d statements instead of %d", n, of1)
			}
		}
		if n := list(); n != lists1 {
			t.Errorf("%d statements for 9 jobs, %d for one", n, lists1)
		}
	})
}

// hastened is a clock that runs so many times as fast.
func hastened(times int) func() time.Time {
	began := time.Now()
	return func() time.Time { return began.Add(time.Duration(times) * time.Since(began)) }
}

// What can't be opened is tried a few times, keeps nobody waiting for ever, and stays what it was.
func TestVerificationJob_ends_although_one_does_not_open(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			d.Now = hastened(20)
			g := New(t, d)
			c := g.Client(t, models.RoleEditor)
			broken, good := c.Petstore(t, "broken"), c.Petstore(t, "good")
			if _, err := g.SQL(t).Exec("UPDATE credentials SET sealed = shown WHERE id = '" + broken + "'"); err != nil {
				t.Fatal(err)
			}
			id := start(t, c, Vars{})
			work(t, g)
			now := job(t, g, c, id, func(now Object) bool { return now.Int("unavailable") == 1 && ended(now) })
			if now.Text("status") != "DONE" || now.Int("accepted") != 1 {
				t.Errorf("%v", now)
			}
			for credential, want := range map[string]int{broken: 1, good: 2} {
				data := c.Must(t, `query($id: ID!) { credential(id: $id) { status verifications { outcome } } }`, Vars{"id": credential})
				if data.Text("credential.status") != "VERIFIED" || data.Len("credential.verifications") != want {
					t.Errorf("%v", data)
				}
			}
		})
	}
}

// What was begun again and again by gateways that are gone may be what ended them: it is begun no more than five times.
func TestVerificationJob_ends_although_one_ends_gateways(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		var asked atomic.Int32
		service := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
		defer service.Close()
		c := g.Client(t, models.RoleEditor)
		tries := map[string]int{}
		for n, name := range map[int]string{0: "a fresh one", 4: "an unlucky one", 5: "the deadly one"} {
			tries[rest(t, c, name, service.URL, name)] = n
		}
		asked.Store(0)
		id := start(t, c, Vars{})
		db := g.SQL(t)
		for credential, n := range tries {
			if _, err := db.Exec(fmt.Sprintf("UPDATE verification_items SET tries = %d, lease_id = 'gone', lease_until = '2020-01-01 00:00:00' WHERE credential_id = '%s'", n, credential)); err != nil {
				t.Fatal(err)
			}
		}
		work(t, g)
		now := job(t, g, c, id, ended)
		if now.Text("status") != "DONE" || now.Int("accepted") != 2 || now.Int("unavailable") != 1 || asked.Load() != 2 {
			t.Errorf("%d were asked about: %v", asked.Load(), now)
		}
		results := c.Must(t, jobResults, Vars{"id": id, "first": 1, "outcome": "UNAVAILABLE"})
		if results.Text("verificationJob.results.nodes.0.credential.name") != "the deadly one" || results.Text("verificationJob.results.nodes.0.credential.status") != "VERIFIED" {
			t.Errorf("%v", results)
		}
	})
}

// Jobs are kept for a week.
func TestVerificationJob_is_kept_for_a_week(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			var later atomic.Int64
			d := NewDatabase(t, dialect)
			d.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
			g := New(t, d)
			c := g.Client(t, models.RoleEditor)
			c.Petstore(t, "A")
			id := start(t, c, Vars{})
			there := func() bool { return c.Must(t, VerificationJob, Vars{"id": id}).At("verificationJob") != nil }
			later.Store(int64(6 * 24 * time.Hour))
			stop := work(t, g)
			job(t, g, c, id, ended)
			stop()
			if !there() {
				t.Error("it is gone too early")
			}
			later.Store(int64(7*24*time.Hour + time.Minute))
			work(t, g)
			for range 200 {
				if !there() {
					if n := Count(t, g.SQL(t), "SELECT count(*) FROM verification_items"); n != 0 {
						t.Errorf("%d items stay", n)
					}
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
			t.Error("it stays for ever")
		})
	}
}

// Nor do more than a hundred stay that have ended; one that runs stays, however old it is.
func TestVerificationJob_the_newest_are_kept(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		running := start(t, c, Vars{"ids": []string{c.Petstore(t, "A")}})
		var empty []string
		for range 101 {
			began, err := g.Vault.StartVerification(context.Background(), models.Operator(g.Workspace), vault.Selection{ComponentID: "cmp_postgresql"})
			if err != nil || began.Status != models.JobDone {
				t.Fatalf("%v, %v", began, err)
			}
			empty = append(empty, began.ID)
		}
		for id, want := range map[string]bool{running: true, empty[0]: false, empty[1]: true, empty[100]: true} {
			if there := c.Must(t, VerificationJob, Vars{"id": id}).At("verificationJob") != nil; there != want {
				t.Errorf("%s is there: %t", id, there)
			}
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM verification_jobs"); n != 101 {
			t.Errorf("%d jobs are kept", n)
		}
	})
}
