package verifiers

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"keyward/internal/egress"
	"keyward/models"
)

const externalSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // of the examples of Standard Webhooks

// elsewhere is a verifier outside the process: a real https server that believes only what is signed.
func elsewhere(t *testing.T, answer http.HandlerFunc, self bool) string {
	t.Helper()
	webhook, err := standardwebhooks.NewWebhook(externalSecret)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := webhook.Verify(body, r.Header); err != nil || seen[r.Header.Get("webhook-id")] {
			t.Errorf("the signature: %v", err)
		}
		seen[r.Header.Get("webhook-id")] = true
		var asked map[string]any
		if err := json.Unmarshal(body, &asked); err != nil {
			t.Error(err)
		}
		want := map[string]any{"component": "own", "method": "pin", "values": map[string]any{"pin": "12\"34", "user": "jane"}}
		if diff := cmp.Diff(want, asked); diff != "" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %v\n%s", r.Method, r.Header, diff)
		}
		answer(w, r)
	}))
	s.TLS, s.Config.ErrorLog = trusted(t), quiet
	if self {
		s.TLS = selfSigned(t)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1) + "/keyward"
}

func askElsewhere(t *testing.T, guard *egress.Guard, url string, allowed ...string) Result {
	t.Helper()
	registry, err := New(guard, nil, slog.New(slog.DiscardHandler)).WithExternal(allowed, models.NewSecret(externalSecret))
	if err != nil {
		t.Fatal(err)
	}
	registry.limit = time.Second
	dry := &models.DryRequest{Protocol: "external", External: &models.External{URL: url, Component: "own", Method: "pin"}}
	return registry.ask(t.Context(), guard, Request{dry, values("pin", `12"34`, "user", "jane")})
}

func TestExternal_answers(t *testing.T) {
	unclear := unavailable(models.ReasonUnexpectedResponse)
	for body, want := range map[string]Result{
		`{"verified": true}`:        accepted(),
		"\n {\"verified\":true} \n": accepted(),
		`{"verified": true, "note": "extra members are no matter"}`: accepted(),
		`{"verified": false}`:                                 rejected(models.ReasonAuthRejected),
		`{"verified": false, "reason": "AUTH_REJECTED"}`:      rejected(models.ReasonAuthRejected),
		`{"verified": false, "reason": "INSUFFICIENT_SCOPE"}`: rejected(models.ReasonInsufficientScope),
		`{"verified": false, "reason": "DATABASE_NOT_FOUND"}`: rejected(models.ReasonDatabaseNotFound),
		`{"verified": false, "reason": "TIMEOUT"}`:            unavailable(models.ReasonTimeout),
		`{"verified": false, "reason": "TLS_INVALID"}`:        unavailable(models.ReasonTLSInvalid),
		`{"verified": false, "reason": "because"}`:            unclear,
		`{"verified": false, "reason": 7}`:                    unclear,
		`{"verified": false, "reason": null}`:                 unclear,
		`{"verified": true, "reason": "AUTH_REJECTED"}`:       unclear,
		`{"verified": true, "verified": false}`:               unclear,
		`{"verified": false, "verified": true}`:               unclear,
		`{"verified": true} {"verified": false}`:              unclear,
		`{"verified": true} x`:                                unclear,
		`{"verified": "true"}`:                                unclear,
		`{"verified": 1}`:                                     unclear,
		`{"verified": null}`:                                  unclear,
		`{"Verified": true}`:                                  unclear,
		`{"verified": {"verified": true}}`:                    unclear,
		`[{"verified": true}]`:                                unclear,
		`{"verified": true`:                                   unclear,
		`{}`:                                                  unclear,
		`{"ok": true}`:                                        unclear,
		`true`:                                                unclear,
		`false`:                                               unclear,
		`null`:                                                unclear,
		``:                                                    unclear,
		`<html>verified: true</html>`:                         unclear,
		`{"verified": true}` + strings.Repeat(" ", maxBody):   unclear,
	} {
		t.Run(body[:min(len(body), 60)], func(t *testing.T) {
			url := elsewhere(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }, false)
			expect(t, askElsewhere(t, loopback(t), url, url), want)
		})
	}
	for status, want := range map[int]Result{
		201: unclear, 202: unclear, 302: unclear, 307: unclear, 401: unclear, 403: unclear, 404: unclear, 429: unavailable(models.ReasonRateLimited), 500: unclear, 503: unclear,
	} {
		url := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/keyward" {
				t.Error("a redirect was followed")
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"verified": true}`)
		}, false)
		if got := askElsewhere(t, loopback(t), url, url); got != want {
			t.Errorf("%d: got %v, want %v", status, got, want)
		}
	}
}

func TestExternal_network(t *testing.T) {
	yes := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"verified": true}`) }
	self := elsewhere(t, yes, true)
	expect(t, askElsewhere(t, loopback(t), self, self), unavailable(models.ReasonTLSInvalid))
	silent := elsewhere(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false)
	expect(t, askElsewhere(t, loopback(t), silent, silent), unavailable(models.ReasonTimeout))
	closing := elsewhere(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false)
	expect(t, askElsewhere(t, loopback(t), closing, closing), unavailable(models.ReasonConnectionRefused))
	url := elsewhere(t, yes, false)
	expect(t, askElsewhere(t, egress.New(nil), url, url), unavailable(models.ReasonTargetForbidden))
}

// Nothing is sent to an address that the operator did not name, to the letter.
func TestExternal_only_where_the_operator_allows(t *testing.T) {
	url := elsewhere(t, func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }, false)
	for _, allowed := range [][]string{nil, {strings.TrimSuffix(url, "/keyward")}, {url + "/"}, {url + "?"}, {strings.ToUpper(url)}} {
		expect(t, askElsewhere(t, loopback(t), url, allowed...), unavailable(models.ReasonTargetForbidden))
	}
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked without TLS") }))
	defer plain.Close()
	expect(t, askElsewhere(t, loopback(t), plain.URL, plain.URL), unavailable(models.ReasonTargetForbidden))
	dry := &models.DryRequest{Protocol: "external", External: &models.External{URL: url}}
	expect(t, patiently(t, loopback(t), Request{dry, nil}), unavailable(models.ReasonTargetForbidden))
}

func TestRegistry_WithExternal_secrets(t *testing.T) {
	registry := New(egress.New(nil), nil, slog.Default())
	for secret, good := range map[string]bool{
		externalSecret: true, "whsec_" + strings.Repeat("QUFB", 21): true,
		"": false, "whsec_": false, strings.TrimPrefix(externalSecret, "whsec_"): false, "whsec_QUFBQUFB": false, "whsec_!" + externalSecret: false,
		"whsec_" + strings.Repeat("QUFB", 22): false,
	} {
		_, err := registry.WithExternal([]string{"https://verifier.example.com"}, models.NewSecret(secret))
		if (err == nil) != good || (err != nil && len(secret) > 6 && strings.Contains(err.Error(), secret[6:])) {
			t.Errorf("%q: %v", secret, err)
		}
	}
}
