package verifiers

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"keyward/internal/egress"
	"keyward/internal/testservers"
)

const (
	canary    = "canary-4f1d\r\nsecret"
	canaryEnv = "KEYWARD_TEST_CANARY"
)

// A secret shows up in no result, log or error, also where the other side sends it back. What a driver prints to
// standard error is seen too: the test runs itself as a process and reads all that it writes.
func TestCanary(t *testing.T) {
	if os.Getenv(canaryEnv) != "" {
		plantCanaries(t)
		return
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCanary$", "-test.v")
	child.Env = append(os.Environ(), canaryEnv+"=1", "GOTRACEBACK=all")
	output, err := child.CombinedOutput()
	if err != nil || strings.Count(string(output), "result: ") < 30 {
		t.Fatalf("%v\n%s", err, output)
	}
	if strings.Contains(string(output), "canary-4f1d") {
		t.Errorf("a secret was seen:\n%s", output)
	}
}

func plantCanaries(t *testing.T) {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})))
	show := func(guard *egress.Guard, r Request) {
		fmt.Printf("result: %v %+v %#v %v\n", r.DryRequest.Protocol, within(t, 300*time.Millisecond, guard, r), r.Values, r)
	}
	hosts := map[string]func(net.Conn){
		"echo":    func(conn net.Conn) { _, _ = io.Copy(conn, conn) },
		"silence": func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) },
		"closed":  func(net.Conn) {},
		"garbage": func(conn net.Conn) { _, _ = io.WriteString(conn, strings.Repeat("garbage\n", 1000)) },
		"postgres error": func(conn net.Conn) {
			_, _ = conn.Write(message('E', "SFATAL\x00C28P01\x00M"+canary+"\x00\x00"))
		},
		"mysql error": func(conn net.Conn) { _, _ = conn.Write(packet(0, "\xff\x15\x04#28000"+canary)) },
	}
	for _, protocol := range New(egress.New(nil), nil, slog.Default()).Protocols() {
		for _, talk := range hosts {
			host, port := serve(t, talk)
			for _, mode := range []string{"disable", ""} {
				dry := dryRequestTo(t, protocol)
				if dry == nil {
					continue
				}
				if dry.Params != nil {
					dry.Params["sslMode"], dry.Params["tls"] = mode, mode
				}
				v := values("host", host, "port", port, "database", canary, "user", canary, "password", canary)
				show(loopback(t), Request{dry, v})
				show(egress.New(nil), Request{dry, v})
			}
		}
	}
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.Copy(w, r.Body)
	}))
	defer echo.Close()
	dry := petstore(echo.URL)
	dry.Request.Method, dry.Request.URL, dry.Request.JSON, dry.Request.Headers = "POST", "{{baseUrl}}/{{apiKey}}?x={{apiKey}}", `{"k":"{{apiKey}}"}`, nil
	show(loopback(t), Request{dry, values("apiKey", canary)})
	show(egress.New(nil), Request{dry, values("apiKey", canary)})
	dry.Request.URL = "http://{{apiKey}}.example.com/"
	show(loopback(t), Request{dry, values("apiKey", canary)})
	show(loopback(t), loginTo("postgres", testservers.Postgres(t), "sslMode", "disable").with("password", canary))
	show(loopback(t), loginTo("mysql", testservers.MariaDB(t), "tls", "disable").with("password", canary))
}
