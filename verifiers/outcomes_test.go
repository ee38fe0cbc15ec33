package verifiers

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyward/models"
)

// service is a database of which every outcome is asked for.
type service struct {
	plain  Request // the right values, and no TLS
	secure Request // the right values, and TLS
	// behind is the same server behind TLS. It notes when somebody took its certificate and went on.
	behind func(config *tls.Config, talked *atomic.Bool) func(net.Conn)
	// untold is what a server without TLS looks like to who asks for it, where it isn't TLS_INVALID: some wait for more.
	untold models.VerificationReason
	// cases are the service's own answers to other values.
	cases map[string]outcome
}

type outcome struct {
	request Request
	want    Result
}

// outcomes is the table that every database's verifier has to pass, with and without TLS.
func outcomes(t *testing.T, s service) {
	t.Helper()
	try := func(name string, r Request, want Result) {
		t.Helper()
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), r), want) })
	}
	try("right", s.plain, accepted())
	for name, c := range s.cases {
		try(name, c.request, c.want)
	}
	t.Run("TLS is not offered", func(t *testing.T) {
		want := unavailable(cmp.Or(s.untold, models.ReasonTLSInvalid))
		expect(t, patiently(t, loopback(t), s.secure), want)
	})
	for name, c := range map[string]struct {
		host string
		tls  *tls.Config
		want Result
	}{
		"verified TLS":                 {"localhost", trusted(t), accepted()},
		"a self-signed certificate":    {"localhost", selfSigned(t), unavailable(models.ReasonTLSInvalid)},
		"a certificate of another":     {"127.0.0.1", trusted(t), unavailable(models.ReasonTLSInvalid)},
		"a TLS older than 1.2":         {"localhost", outdated(trusted(t)), unavailable(models.ReasonTLSInvalid)},
		"a certificate that has ended": {"localhost", ended(t), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) {
			var talked atomic.Bool
			_, port := serve(t, s.behind(c.tls, &talked))
			expect(t, patiently(t, loopback(t), s.secure.with("host", c.host, "port", port)), c.want)
			if talked.Load() != (c.want == accepted()) {
				t.Errorf("the server was talked to: %v", talked.Load())
			}
		})
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	_, closedPort, _ := net.SplitHostPort(closed.Listener.Addr().String())
	closed.Close()
	for name, r := range map[string]Request{"without TLS": s.plain, "with TLS": s.secure} {
		try("nobody listens, "+name, r.with("host", "127.0.0.1", "port", closedPort), unavailable(models.ReasonConnectionRefused))
		t.Run("the name is unknown, "+name, func(t *testing.T) {
			// Where no resolver can be asked, silence is its answer.
			got := patiently(t, loopback(t), r.with("host", "nope.invalid"))
			if got != unavailable(models.ReasonHostNotFound) && got != unavailable(models.ReasonTimeout) {
				t.Errorf("got %v", got)
			}
		})
		t.Run("silence, "+name, func(t *testing.T) {
			_, port := serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
			expect(t, within(t, 300*time.Millisecond, loopback(t), r.with("host", "127.0.0.1", "port", port)), unavailable(models.ReasonTimeout))
		})
		t.Run("a hang-up, "+name, func(t *testing.T) {
			_, port := serve(t, func(net.Conn) {})
			expect(t, patiently(t, loopback(t), r.with("host", "127.0.0.1", "port", port)), unavailable(models.ReasonConnectionRefused))
		})
		for kind, talk := range map[string]func(io.Writer){
			"zeros":   func(w io.Writer) { _, _ = io.Copy(w, endless{}) },
			"noise":   func(w io.Writer) { _, _ = io.Copy(w, repeating("\x8f\xff\x01\x7f\x00garbage\xfe")) },
			"text":    func(w io.Writer) { _, _ = io.Copy(w, repeating("220 welcome to this server\r\n")) },
			"garbage": func(w io.Writer) { _, _ = io.WriteString(w, "garbage\n") },
		} {
			t.Run(kind+", "+name, func(t *testing.T) { hostile(t, r, talk) })
		}
	}
}

// hostile meets a server that says whatever it likes, without end or until it hangs up: the answer is no yes and no
// no, nothing costs much, and the connection is closed after.
func hostile(t *testing.T, r Request, talk func(io.Writer)) {
	t.Helper()
	done := make(chan struct{}, 8)
	_, port := serve(t, func(conn net.Conn) {
		talk(conn)
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
		done <- struct{}{}
	})
	began, before := time.Now(), allocated()
	got := patiently(t, loopback(t), r.with("host", "127.0.0.1", "port", port))
	if got.Outcome != models.Unavailable {
		t.Errorf("got %v", got)
	}
	if grew := allocated() - before; grew > 64<<20 {
		t.Errorf("it cost %d MiB", grew>>20)
	}
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		t.Error("the connection was left open")
	}
}

// repeating says the same without end.
func repeating(text string) io.Reader {
	return &repeater{strings.Repeat(text, 1+(32<<10)/len(text)), 0}
}

type repeater struct {
	text string
	at   int
}

func (r *repeater) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

// behindTLS ends TLS, as a server does that speaks it from the first byte, and passes the rest on to addr.
func behindTLS(addr string) func(*tls.Config, *atomic.Bool) func(net.Conn) {
	return func(config *tls.Config, talked *atomic.Bool) func(net.Conn) {
		return func(conn net.Conn) {
			secure := tls.Server(conn, config)
			if secure.Handshake() != nil {
				return
			}
			var first [1]byte
			if _, err := io.ReadFull(secure, first[:]); err != nil {
				return // who doesn't like the certificate of TLS 1.3 says so after the handshake
			}
			talked.Store(true)
			upstream, err := net.Dial("tcp", addr)
			if err != nil {
				return
			}
			_, _ = upstream.Write(first[:])
			splice(secure, upstream)
		}
	}
}

func outdated(config *tls.Config) *tls.Config {
	config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	return config
}

// conversation is a server that is told what to send after each thing it reads, of whatever length.
func conversation(answers ...string) func(net.Conn) {
	return func(conn net.Conn) {
		buffer := make([]byte, 64<<10)
		for _, answer := range answers {
			if _, err := conn.Read(buffer); err != nil {
				return
			}
			if _, err := conn.Write(bytes.Clone([]byte(answer))); err != nil {
				return
			}
		}
		_, _ = io.Copy(io.Discard, conn)
	}
}
