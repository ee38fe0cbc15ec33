package httpserver

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// running is a Handler behind Serve, whose GraphQL tells when a request came in and answers on release.
type running struct {
	addr    string
	came    chan struct{}
	release chan struct{}
	stop    context.CancelFunc
	ended   chan error
}

func run(t *testing.T, drain time.Duration) running {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := running{ln.Addr().String(), make(chan struct{}, 1), make(chan struct{}), stop, make(chan error, 1)}
	c := config()
	c.Log = slog.New(slog.DiscardHandler)
	c.GraphQL = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.came <- struct{}{}
		select {
		case <-s.release:
			sentence(w, http.StatusOK, "finished")
		case <-r.Context().Done():
		}
	})
	go func() { s.ended <- serveUntil(ctx, ln, newHandler(c, built), c.Log, drain) }()
	t.Cleanup(stop)
	return s
}

// slow sends a request that stays under way, and answers with what came of it.
func (s running) slow() <-chan string {
	answer := make(chan string, 1)
	go func() {
		res, err := http.Post("http://"+s.addr+"/graphql", "application/json", strings.NewReader("{}"))
		if err != nil {
			answer <- "cut off"
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		answer <- string(body)
	}()
	<-s.came
	return answer
}

func (s running) refusesNewConnections(t *testing.T) {
	t.Helper()
	for range 200 {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			return
		}
		conn.Close()
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("new connections are still taken")
}

func TestServe_drains(t *testing.T) {
	s := run(t, drainTimeout)
	early, err := net.Dial("tcp", s.addr) // connected before the end, asks after it
	if err != nil {
		t.Fatal(err)
	}
	defer early.Close()
	answer := s.slow()
	s.stop()
	s.refusesNewConnections(t)

	if _, err := io.WriteString(early, "GET /readyz HTTP/1.1\r\nHost: keyward\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(early), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 503 || !res.Close || !strings.Contains(string(body), "shutting down") {
		t.Errorf("readiness while draining is %d %s, want 503 and the end of the connection", res.StatusCode, body)
	}

	time.Sleep(linger + 200*time.Millisecond) // well into the time in which only the request under way keeps Serve
	select {
	case err := <-s.ended:
		t.Fatalf("Serve returned (%v) with a request under way", err)
	case text := <-answer:
		t.Fatalf("the request under way was answered %q too early", text)
	default:
	}
	close(s.release)
	if text := <-answer; text != "finished\n" {
		t.Errorf("the request under way got %q, want its answer", text)
	}
	if err := <-s.ended; err != nil {
		t.Errorf("a clean end is reported as %v", err)
	}
}

func TestServe_cuts_off_what_does_not_finish(t *testing.T) {
	s := run(t, 50*time.Millisecond)
	answer := s.slow()
	s.stop()
	if err := <-s.ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Serve returned %v, want that the time ran out", err)
	}
	select {
	case text := <-answer:
		if text == "finished\n" {
			t.Error("the request was answered although it was never released")
		}
	case <-time.After(10 * time.Second):
		t.Error("the request still hangs on after Serve returned")
	}
}

func TestServe_reports_a_dead_listener(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	c := config()
	c.Log = slog.New(slog.DiscardHandler)
	if err := Serve(context.Background(), ln, newHandler(c, built), c.Log); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve returned %v, want that the listener is closed", err)
	}
}

func TestServe_refuses_long_headers(t *testing.T) {
	s := run(t, drainTimeout)
	req, err := http.NewRequest("GET", "http://"+s.addr+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Long", strings.Repeat("x", 40<<10))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("40 KiB of headers are answered %d, want 431", res.StatusCode)
	}
}

func TestLimits_leave_room_for_a_dry_request(t *testing.T) {
	if writeTimeout < 45*time.Second || readHeaderTimeout <= 0 || readTimeout <= 0 || idleTimeout <= 0 {
		t.Error("a limit is missing, or writing has less than 45 s")
	}
}

func TestErrorLog_keeps_only_the_kind(t *testing.T) {
	log := &logBuffer{}
	_, _ = errorKinds{slog.New(slog.NewJSONHandler(log, nil))}.Write([]byte("http: panic serving 127.0.0.1:1: " + canary))
	_, _ = errorKinds{slog.New(slog.NewJSONHandler(log, nil))}.Write([]byte(canary))
	if text := log.String(); !strings.Contains(text, `"panic serving"`) || !strings.Contains(text, `"other"`) || strings.Contains(text, canary) {
		t.Errorf("logged:\n%s", text)
	}
}
