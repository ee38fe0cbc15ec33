package gatewaytest_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// A gateway is killed while it renews a token; another one goes on. No token is lost but where the provider had answered and nobody had saved
// what it said, and that is told.
func TestOAuth_killed_while_renewing(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		d := NewDatabase(t, dialect)
		p := NewProvider(t)
		arguments := flags(d, "--oauth-timeout", "1s", "--egress-allow", "127.0.0.0/8,::1/128")
		stays := serve(t, arguments...)
		dies := serve(t, arguments...)
		p.ServesAt(stays.baseURL() + "/oauth/callback")
		owner := &Client{URL: stays.url, Token: newToken(t, d)}
		p.Life.Store(int64(1900 * time.Millisecond)) // which is told as one whole second
		id := connectAs(t, owner, p, "ada")
		flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": "cmp_oauth2", "credentialId": id}}}}).Text("createFlow.flow.id")
		owner.Activate(t, flow)
		stdout, _, _ := run(t, append([]string{"token", "create", "--name", "runtime", "--role", string(models.RoleRuntime)}, flags(d)...)...)
		runtime := strings.TrimSpace(stdout)
		// lease asks until it gets an answer that is final.
		lease := func(of *process) (int, Object) {
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
				status, answer, _ := (&Client{URL: of.url, Token: runtime}).Post(t, "/runtime/leases", Vars{"flowId": flow, "stepKey": "s"})
				if status != http.StatusServiceUnavailable || time.Now().After(deadline) {
					return status, answer
				}
			}
		}
		version := func() string {
			return fmt.Sprint(Rows(t, d.SQL(t), "SELECT token_version FROM oauth_grants"))
		}
		const beforeTheProviderHeard, whileItsAnswerIsOnTheWay, atAnyMoment = "before the provider heard", "while its answer is on the way", "at any moment"
		for _, when := range []string{beforeTheProviderHeard, whileItsAnswerIsOnTheWay, atAnyMoment, atAnyMoment, atAnyMoment} {
			time.Sleep(1100 * time.Millisecond) // it ends
			before := version()
			var heard, killed, once = make(chan struct{}), make(chan struct{}), sync.Once{}
			fault := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				first := false
				once.Do(func() { first = true })
				if !first {
					next.ServeHTTP(w, r)
					return
				}
				if when == beforeTheProviderHeard {
					close(heard)
					<-killed
					return
				}
				answer := httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				close(heard)
				if when == whileItsAnswerIsOnTheWay {
					<-killed
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(answer.Body.Bytes())
			}
			p.Fault.Store(&fault)
			var all sync.WaitGroup
			all.Go(func() { // it is killed before it answers, or doesn't get that far
				_, _ = (&Client{URL: dies.url, Token: runtime}).Try(`{ viewer { name } }`, nil)
				request, _ := http.NewRequest(http.MethodPost, dies.url+"/runtime/leases", strings.NewReader(fmt.Sprintf(`{"flowId":%q,"stepKey":"s"}`, flow)))
				request.Header.Set("Authorization", "Bearer "+runtime)
				request.Header.Set("Content-Type", "application/json")
				if answer, err := http.DefaultClient.Do(request); err == nil {
					_ = answer.Body.Close()
				}
			})
			select {
			case <-heard:
			case <-time.After(15 * time.Second):
				t.Fatalf("%s: it was not renewed\n%s\n%s", when, dies.stderr, stays.stderr)
			}
			if when == atAnyMoment {
				time.Sleep(rand.N(20 * time.Millisecond))
			}
			if err := dies.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-dies.ended
			close(killed)
			saved := version() != before
			type told struct {
				status int
				answer Object
			}
			answers := make(chan told, 10)
			for range cap(answers) {
				all.Go(func() {
					status, answer := lease(stays)
					answers <- told{status, answer}
				})
			}
			all.Wait()
			p.Fault.Store(nil)
			close(answers)
			now := owner.Must(t, ConnectionOf, Vars{"id": id})
			lost := now.Text("credential.status") == "NEEDS_REAUTHORIZATION"
			t.Logf("%s: saved %t, lost %t, reuses %d", when, saved, lost, p.Reuses.Load())
			for answer := range answers {
				switch {
				case lost && answer.status == http.StatusConflict:
				case !lost && answer.status == http.StatusOK && alive(t, p, answer.answer.Text("values.accessToken")):
				default:
					t.Errorf("%s: lost %t, and a caller was told %d %v", when, lost, answer.status, answer.answer)
				}
			}
			switch {
			case lost && now.Text("credential.connection.problem.reason") != string(models.OAuthRenewalInterrupted):
				t.Errorf("%s: %v", when, now)
			case lost && (saved || when == beforeTheProviderHeard), !lost && when == whileItsAnswerIsOnTheWay:
				t.Errorf("%s: saved %t, lost %t", when, saved, lost)
			case lost:
				if done := owner.Connect(t, p, "ada", Vars{"credentialId": id}); done.Text(credential+"status") != "VERIFIED" {
					t.Fatalf("%v", done)
				}
			}
			dies = serve(t, arguments...)
		}
	})
}

// baseURL is where the process says that browsers reach it.
func (p *process) baseURL() string { return strings.Replace(p.url, "127.0.0.1", "localhost", 1) }
