package gatewaytest_test

import (
	"bytes"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
	"keyward/verifiers"
)

// service is the other side of a dry request, which the test can put into another mood at any time.
type service struct {
	*httptest.Server
	mood atomic.Value // a string: see serve
	gone chan struct{}
	stop func() // lets go of whoever hangs
	hits atomic.Int64
}

func newService(t *testing.T, mood string) *service {
	t.Helper()
	s := &service{gone: make(chan struct{})}
	s.stop = sync.OnceFunc(func() { close(s.gone) })
	s.mood.Store(mood)
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		s.stop()
		s.Close()
	})
	return s
}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	s.hits.Add(1)
	if r.URL.Path == "/trap" { // where redirects would lead
		w.WriteHeader(http.StatusOK)
		return
	}
	switch mood := s.mood.Load(); mood {
	case "accepts":
	case "rejects":
		w.WriteHeader(http.StatusUnauthorized)
	case "breaks":
		w.WriteHeader(http.StatusInternalServerError)
	case "is overloaded":
		w.WriteHeader(http.StatusServiceUnavailable)
	case "asks to slow down":
		w.WriteHeader(http.StatusTooManyRequests)
	case "redirects":
		http.Redirect(w, r, "/trap", http.StatusFound)
	case "redirects and keeps the method":
		http.Redirect(w, r, "/trap", http.StatusTemporaryRedirect)
	case "sends 10 MiB with a yes", "sends 10 MiB with a no":
		if mood == "sends 10 MiB with a no" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		chunk := bytes.Repeat([]byte("x"), 64<<10)
		for range 10 << 20 / len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	case "sends endless headers":
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n")
		for range 1 << 20 {
			if _, err := fmt.Fprint(conn, "X-More: and more\r\n"); err != nil {
				return
			}
		}
	case "hangs":
		s.wait(r)
	case "hangs in the middle":
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte("{"))
		_ = http.NewResponseController(w).Flush()
		s.wait(r)
	case "closes at once":
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	case "closes in the middle":
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("{"))
		panic(http.ErrAbortHandler)
	case "speaks no HTTP":
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = fmt.Fprint(conn, "220 mail.example.com ESMTP\r\n")
			_ = conn.Close()
		}
	}
}

func (s *service) wait(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.gone:
	}
}

// What says neither yes nor no is UNAVAILABLE with its reason, nothing is saved, and with saveUnverified it is saved as
// what it is.
func TestFaults(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		saved := 0
		for mood, reason := range map[string]string{
			"breaks":                         "UNEXPECTED_RESPONSE",
			"is overloaded":                  "UNEXPECTED_RESPONSE",
			"asks to slow down":              "RATE_LIMITED",
			"redirects":                      "UNEXPECTED_RESPONSE",
			"redirects and keeps the method": "UNEXPECTED_RESPONSE",
			"sends 10 MiB with a yes":        "UNEXPECTED_RESPONSE",
			"sends 10 MiB with a no":         "UNEXPECTED_RESPONSE",
			"sends endless headers":          "UNEXPECTED_RESPONSE",
			"closes at once":                 "CONNECTION_REFUSED",
			"closes in the middle":           "CONNECTION_REFUSED",
			"speaks no HTTP":                 "UNEXPECTED_RESPONSE",
			"is not there":                   "CONNECTION_REFUSED",
		} {
			s := newService(t, mood)
			url := s.URL
			if mood == "is not there" {
				url = "http://" + freeAddr(t)
			}
			refused := c.Must(t, CreateCredential, Vars{"input": bearer(url, "token")})
			if got, want := failure(refused), "VerificationFailedError UNAVAILABLE "+reason; got != want {
				t.Errorf("a service that %s: %s, want %s", mood, got, want)
			}
			if n := Count(t, g.SQL(t), "SELECT (SELECT count(*) FROM credentials) + (SELECT count(*) FROM verifications)"); n != 2*saved {
				t.Errorf("a service that %s: %d rows", mood, n)
			}
			input := bearer(url, "token")
			input["saveUnverified"] = true
			kept := c.Must(t, CreateCredential, Vars{"input": input})
			const at = "createCredential.credential."
			if kept.Text(at+"status") != "UNVERIFIED" || kept.Text(at+"lastVerification.outcome") != "UNAVAILABLE" || kept.Text(at+"lastVerification.reason") != reason {
				t.Errorf("a service that %s, saved unverified: %v", mood, kept)
			}
			saved++
			if n := s.hits.Load(); mood != "is not there" && n != 2 {
				t.Errorf("a service that %s was asked %d times for 2 dry requests", mood, n)
			}
		}
		s := newService(t, "rejects")
		input := bearer(s.URL, "token")
		input["saveUnverified"] = true
		if got := failure(c.Must(t, CreateCredential, Vars{"input": input})); got != "VerificationFailedError REJECTED AUTH_REJECTED" {
			t.Errorf("what was rejected is saved unverified: %s", got)
		}
	})
}

// failure says how a createCredential was refused.
func failure(data Object) string {
	const at = "createCredential."
	return strings.TrimSpace(data.Text(at+"__typename") + " " + data.Text(at+"verification.outcome") + " " + data.Text(at+"verification.reason"))
}

// A saved credential keeps its status while its service says neither yes nor no; a no and a yes change it. Each time is
// history.
func TestFaults_of_a_saved_credential(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newService(t, "accepts")
		id := c.Must(t, CreateCredential, Vars{"input": bearer(s.URL, "token")}).Text("createCredential.credential.id")
		want := []string{"ACCEPTED"}
		for _, step := range []struct{ mood, outcome, status string }{
			{"breaks", "UNAVAILABLE", "VERIFIED"},
			{"rejects", "REJECTED", "REJECTED"},
			{"closes at once", "UNAVAILABLE", "REJECTED"},
			{"accepts", "ACCEPTED", "VERIFIED"},
			{"rejects", "REJECTED", "REJECTED"},
			{"accepts", "ACCEPTED", "VERIFIED"},
		} {
			s.mood.Store(step.mood)
			got := c.Must(t, VerifyCredential, Vars{"input": Vars{"id": id}})
			if got.Text("verifyCredential.verification.outcome") != step.outcome || got.Text("verifyCredential.credential.status") != step.status ||
				got.Int("verifyCredential.credential.version") != 1 {
				t.Errorf("the service %s: %v", step.mood, got)
			}
			want = append([]string{step.outcome}, want...)
		}
		history := c.Must(t, `query($id: ID!) { credential(id: $id) { verifications { outcome } } }`, Vars{"id": id})
		for i, outcome := range want {
			if got := history.Text(fmt.Sprintf("credential.verifications.%d.outcome", i)); got != outcome {
				t.Errorf("history, %d back: %s, want %s", i, got, outcome)
			}
		}
	})
}

// Of the history the newest 50 are kept, of each credential by itself.
func TestFaults_history_is_bounded(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		s := newService(t, "accepts")
		other := c.Petstore(t, "other")
		id := c.Must(t, CreateCredential, Vars{"input": bearer(s.URL, "token")}).Text("createCredential.credential.id")
		for i := range 60 {
			s.mood.Store([]string{"breaks", "accepts", "rejects"}[i%3])
			c.Must(t, VerifyCredential, Vars{"input": Vars{"id": id}})
		}
		history := c.Must(t, `query($id: ID!) { credential(id: $id) { verifications(first: 50) { outcome } } }`, Vars{"id": id})
		if n := history.Len("credential.verifications"); n != 50 {
			t.Errorf("%d are shown", n)
		}
		for i := range 50 {
			if got, want := history.Text(fmt.Sprintf("credential.verifications.%d.outcome", i)), []string{"REJECTED", "ACCEPTED", "UNAVAILABLE"}[i%3]; got != want {
				t.Errorf("%d back: %s, want %s", i, got, want)
			}
		}
		for credential, want := range map[string]int{id: 50, other: 1} {
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM verifications WHERE credential_id = '"+credential+"'"); n != want {
				t.Errorf("%d rows, want %d", n, want)
			}
		}
	})
}

// While many callers wait for services that hang, others are served as ever: no wait holds a connection to the database
// or a lock. Each wait ends at the limit, as TIMEOUT. (Both databases at once: the limit is long.)
func TestFaults_hanging_services_harm_nobody_else(t *testing.T) {
	t.Parallel()
	silent, dripping := newService(t, "hangs"), newService(t, "hangs in the middle")
	mute, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0") // nobody ever accepts
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	inputs := []Vars{bearer(silent.URL, "token"), bearer(dripping.URL, "token"), login("postgresql", "sslMode", mute), login("mysql", "tls", mute)}
	const hanging = 60 // a gateway has 8 connections to its database
	var (
		waits    sync.WaitGroup
		gateways []*Gateway
		begun    = time.Now()
	)
	for _, dialect := range Dialects {
		g := New(t, NewDatabase(t, dialect))
		gateways = append(gateways, g)
		c := g.Client(t, models.RoleOwner)
		for i := range hanging {
			input := maps.Clone(inputs[i%4])
			want := "VerificationFailedError UNAVAILABLE TIMEOUT"
			if i%3 == 0 {
				input["saveUnverified"], want = true, "CreateCredentialSuccess"
			}
			waits.Go(func() {
				start := time.Now()
				answer, err := c.Try(CreateCredential, Vars{"input": input})
				took := time.Since(start)
				if got := failure(answer.Data); err != nil || got != want || took < verifiers.Limit || took > verifiers.Limit+10*time.Second {
					t.Errorf("%s: after %s: %s %v", dialect, took, answer.Raw, err)
				}
			})
		}
	}
	for silent.hits.Load()+dripping.hits.Load() < hanging {
		time.Sleep(10 * time.Millisecond)
		if time.Since(begun) > verifiers.Limit {
			t.Error("not all of them get as far as waiting")
			for _, end := range []func(){silent.stop, dripping.stop, func() { _ = mute.Close() }} {
				end()
			}
			break
		}
	}
	for _, g := range gateways {
		c := g.Client(t, models.RoleOwner)
		flow := emptyFlow(t, c, "F")
		for i := range 20 {
			start := time.Now()
			credential := c.Petstore(t, fmt.Sprintf("meanwhile %d", i))
			c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "pets", "credentialId": credential}})
			c.Must(t, `{ credentials { totalCount } }`, nil)
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%s: meanwhile others wait for %s", g.Dialect, took)
			}
		}
	}
	if time.Since(begun) > verifiers.Limit {
		t.Error("it took so long that nobody was waiting any more")
	}
	waits.Wait()
	for _, g := range gateways {
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials WHERE status = 'UNVERIFIED'"); n != hanging/3 {
			t.Errorf("%s: %d were saved unverified", g.Dialect, n)
		}
	}
}

// login is the input for a database at an address, without TLS.
func login(component, tls string, at net.Listener) Vars {
	host, port, _ := net.SplitHostPort(at.Addr().String())
	return Vars{"componentId": "cmp_" + component, "fields": []Vars{
		{"key": "host", "value": host}, {"key": "port", "value": port}, {"key": "database", "value": "d"},
		{"key": "user", "value": "u"}, {"key": "password", "value": "p"}, {"key": tls, "value": "disable"},
	}}
}

// However much services send, and however many at once, little of it is kept in memory. It measures the whole process, so
// nothing runs beside it.
func TestFaults_memory_is_bounded(t *testing.T) {
	d := NewDatabase(t, "sqlite")
	g := New(t, d)
	c := g.Client(t, models.RoleOwner)
	s := newService(t, "sends 10 MiB with a yes")
	before, peak := heap(), atomic.Uint64{}
	done := make(chan struct{})
	var watch, calls sync.WaitGroup
	watch.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				peak.Store(max(peak.Load(), heap()))
			}
		}
	})
	const callers = 100 // 1000 MiB in all
	for range callers {
		calls.Go(func() {
			answer, err := c.Try(CreateCredential, Vars{"input": bearer(s.URL, "token")})
			if got := failure(answer.Data); err != nil || got != "VerificationFailedError UNAVAILABLE UNEXPECTED_RESPONSE" {
				t.Errorf("%s %v", answer.Raw, err)
			}
		})
	}
	calls.Wait()
	close(done)
	watch.Wait()
	if grown := int64(peak.Load()) - int64(before); grown > 100<<20 {
		t.Errorf("%d callers took %d MiB", callers, grown>>20)
	} else {
		t.Logf("%d callers took %d MiB at the peak", callers, grown>>20)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
