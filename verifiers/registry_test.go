package verifiers

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/models"
)

var quiet = log.New(io.Discard, "", 0)

// dryRequestTo is a dry request of each protocol to a host and port that people type in. A new protocol needs a line.
func dryRequestTo(t *testing.T, protocol string) *models.DryRequest {
	t.Helper()
	login := map[string]string{"host": "{{host}}", "port": "{{port}}", "database": "{{database}}", "user": "{{user}}", "password": "{{password}}"}
	switch protocol {
	case "http":
		return &models.DryRequest{
			Protocol: "http", Hosts: []string{"{{host}}"},
			Request: &models.HTTPRequest{Method: "GET", URL: "https://{{host}}:{{port}}/", Headers: map[string]string{"X-Key": "{{password}}"}},
		}
	case "amqp", "mqtt", "nats":
		delete(login, "database")
		login["tls"] = "disable"
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: login}
	case "kafka":
		delete(login, "database")
		login["mechanism"], login["tls"] = "PLAIN", "disable"
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: login}
	case "aws", "s3":
		login["accessKeyId"], login["secretAccessKey"], login["region"] = "{{user}}", "{{password}}", "us-east-1"
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: login}
	case "clickhouse", "imap", "ldap", "mongodb", "mysql", "oracle", "postgres", "redis", "smtp", "sqlserver", "ftp":
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: login}
	case "graphql", "odata", "soap":
		params := map[string]string{"url": "https://{{host}}:{{port}}/", "user": "{{user}}", "password": "{{password}}"}
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: params}
	case "sftp":
		login["hostKey"] = "{{hostKey}}"
		return &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: login}
	}
	if protocol == "external" { // its address is the operator's, not one that people type in
		return nil
	}
	t.Fatalf("protocol %s has no dry request in this test: add it", protocol)
	return nil
}

func TestEveryVerifier(t *testing.T) {
	silentHost, silentPort := serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	closingHost, closingPort := serve(t, func(net.Conn) {})
	closed := httptest.NewServer(http.NotFoundHandler())
	_, closedPort, _ := net.SplitHostPort(closed.Listener.Addr().String())
	closed.Close()
	for _, protocol := range New(egress.New(nil), nil, slog.Default()).Protocols() {
		dry := dryRequestTo(t, protocol)
		if dry == nil {
			continue
		}
		ask := func(guard *egress.Guard, host, port string) Result {
			v := values("host", host, "port", port, "database", "d", "user", "u", "password", "p")
			return within(t, 300*time.Millisecond, guard, Request{dry, v})
		}
		t.Run(protocol+"/closed port", func(t *testing.T) {
			expect(t, ask(loopback(t), "127.0.0.1", closedPort), unavailable(models.ReasonConnectionRefused))
		})
		t.Run(protocol+"/closed connection", func(t *testing.T) {
			expect(t, ask(loopback(t), closingHost, closingPort), unavailable(models.ReasonConnectionRefused))
		})
		t.Run(protocol+"/silence", func(t *testing.T) {
			began := time.Now()
			expect(t, ask(loopback(t), silentHost, silentPort), unavailable(models.ReasonTimeout))
			if took := time.Since(began); took > 10*time.Second { // Limit is 15 s
				t.Errorf("it took %s", took)
			}
		})
		t.Run(protocol+"/loopback without allowance", func(t *testing.T) {
			for _, host := range []string{"127.0.0.1", "localhost"} {
				expect(t, ask(egress.New(nil), host, silentPort), unavailable(models.ReasonTargetForbidden))
			}
		})
		t.Run(protocol+"/unknown host", func(t *testing.T) {
			// Where no resolver can be asked, silence is its answer.
			got := ask(loopback(t), "nope.invalid", silentPort)
			if got != unavailable(models.ReasonHostNotFound) && got != unavailable(models.ReasonTimeout) {
				t.Errorf("got %v", got)
			}
		})
		t.Run(protocol+"/undeclared host", func(t *testing.T) {
			for _, hosts := range [][]string{nil, {"db.example.com"}} {
				other := *dry
				other.Hosts = hosts
				v := values("host", silentHost, "port", silentPort, "password", "p")
				expect(t, patiently(t, loopback(t), Request{&other, v}), unavailable(models.ReasonTargetForbidden))
			}
		})
		t.Run(protocol+"/nonsense", func(t *testing.T) {
			for _, host := range []string{"/var/run/postgresql", "a b", "user@127.0.0.1", "127.0.0.1:" + silentPort, ""} {
				if got := ask(loopback(t), host, silentPort); got.Outcome != models.Unavailable ||
					(got.Reason != models.ReasonTargetForbidden && got.Reason != models.ReasonHostNotFound) {
					t.Errorf("%q: got %v", host, got)
				}
			}
			for _, port := range []string{"0", "65536", "-1", "x"} {
				if got := ask(loopback(t), silentHost, port); got.Outcome != models.Unavailable {
					t.Errorf("port %q: got %v", port, got)
				}
			}
		})
		t.Run(protocol+"/an endless answer", func(t *testing.T) {
			host, port := serve(t, func(conn net.Conn) { _, _ = io.Copy(conn, endless{}) })
			if got := ask(loopback(t), host, port); got.Outcome != models.Unavailable {
				t.Errorf("got %v", got)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// fake answers as it is told, in place of a protocol.
type fake func(ctx context.Context, guard *egress.Guard, r Request) Result

func (f fake) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	return f(ctx, guard, r)
}

func (fake) Target(Request) (string, error) { return "", errUnclear }

func withFake(f fake) (*Registry, *models.AuthMethod) {
	registry := New(egress.New(nil), nil, slog.Default())
	registry.verifiers = map[string]Verifier{"fake": f}
	return registry, &models.AuthMethod{DryRequest: &models.DryRequest{Protocol: "fake"}}
}

func TestRegistry_Verify(t *testing.T) {
	t.Run("fills the verification in", func(t *testing.T) {
		registry, method := withFake(func(context.Context, *egress.Guard, Request) Result { return rejected(models.ReasonAuthRejected) })
		clock := time.Date(2026, 3, 1, 12, 0, 0, 123_456_789, time.FixedZone("", 3600))
		registry.now = func() time.Time { clock = clock.Add(250 * time.Millisecond); return clock }
		got := registry.Verify(t.Context(), "x", method, nil)
		want := models.Verification{
			Outcome: models.Rejected, Reason: models.ReasonAuthRejected, DurationMs: 250,
			CheckedAt: time.Date(2026, 3, 1, 11, 0, 0, 623_000_000, time.UTC),
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
	t.Run("gives an exception its own guard", func(t *testing.T) {
		own, usual := egress.New(nil), egress.New(nil)
		var used *egress.Guard
		registry := New(usual, map[string]*egress.Guard{"petstore": own}, slog.Default())
		registry.verifiers = map[string]Verifier{"fake": fake(func(_ context.Context, g *egress.Guard, _ Request) Result { used = g; return accepted() })}
		method := &models.AuthMethod{DryRequest: &models.DryRequest{Protocol: "fake"}}
		if registry.Verify(t.Context(), "petstore", method, nil); used != own {
			t.Error("the exception was dialled by the usual guard")
		}
		if registry.Verify(t.Context(), "petstore2", method, nil); used != usual {
			t.Error("another component got the exception's guard")
		}
	})
	t.Run("knows no such protocol", func(t *testing.T) {
		registry, _ := withFake(nil)
		method := &models.AuthMethod{DryRequest: &models.DryRequest{Protocol: "gopher"}}
		expectVerification(t, registry.Verify(t.Context(), "x", method, nil), models.ReasonUnexpectedResponse)
		expectVerification(t, registry.Verify(t.Context(), "x", &models.AuthMethod{}, nil), models.ReasonUnexpectedResponse)
	})
	t.Run("sets the limit", func(t *testing.T) {
		registry, method := withFake(func(ctx context.Context, _ *egress.Guard, _ Request) Result {
			<-ctx.Done()
			return unavailable(models.ReasonConnectionRefused) // as a driver might
		})
		if registry.limit != 15*time.Second {
			t.Errorf("the limit is %s", registry.limit)
		}
		registry.limit = 10 * time.Millisecond
		expectVerification(t, registry.Verify(t.Context(), "x", method, nil), models.ReasonTimeout)
	})
	t.Run("ends with its caller", func(t *testing.T) {
		registry, method := withFake(func(ctx context.Context, _ *egress.Guard, _ Request) Result {
			<-ctx.Done()
			return unavailable(models.ReasonUnexpectedResponse)
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		expectVerification(t, registry.Verify(ctx, "x", method, nil), models.ReasonTimeout)
	})
	t.Run("lets no strange outcome through", func(t *testing.T) {
		for _, outcome := range []models.VerificationOutcome{"", models.NotVerifiable} {
			registry, method := withFake(func(context.Context, *egress.Guard, Request) Result {
				return Result{Outcome: outcome, Reason: models.ReasonUnexpectedResponse}
			})
			expectVerification(t, registry.Verify(t.Context(), "x", method, nil), models.ReasonUnexpectedResponse)
		}
	})
	t.Run("survives a panic and says nothing of it", func(t *testing.T) {
		var logged bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
		defer slog.SetDefault(before)
		registry, method := withFake(func(_ context.Context, _ *egress.Guard, r Request) Result { panic(r.Values["key"].Reveal()) })
		expectVerification(t, registry.Verify(t.Context(), "x", method, values("key", "canary-in-a-panic")), models.ReasonUnexpectedResponse)
		if !strings.Contains(logged.String(), "panicked") || strings.Contains(logged.String(), "canary") {
			t.Errorf("logged: %s", logged.String())
		}
	})
	// A protocol is a block in catalog/schema.json ($defs/params) and a line in New.
	t.Run("has the protocols that descriptors may name", func(t *testing.T) {
		if diff := cmp.Diff(catalog.Protocols(), New(egress.New(nil), nil, slog.Default()).Protocols()); diff != "" {
			t.Error(diff)
		}
	})
}

func expectVerification(t *testing.T, got models.Verification, reason models.VerificationReason) {
	t.Helper()
	if got.Outcome != models.Unavailable || got.Reason != reason {
		t.Errorf("got %s %s, want UNAVAILABLE %s", got.Outcome, got.Reason, reason)
	}
}
