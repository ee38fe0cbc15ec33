package egress

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"keyward/models"
)

var quiet = log.New(io.Discard, "", 0)

func TestReason(t *testing.T) {
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	for name, c := range map[string]struct {
		err  error
		want models.VerificationReason
	}{
		"none":            {nil, models.ReasonNone},
		"forbidden":       {&net.OpError{Op: "dial", Err: ErrForbidden}, models.ReasonTargetForbidden},
		"no such host":    {&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, models.ReasonHostNotFound},
		"resolver broken": {&net.DNSError{Err: "server misbehaving", IsTemporary: true}, models.ReasonHostNotFound},
		"resolver silent": {&net.DNSError{Err: "i/o timeout", IsTimeout: true}, models.ReasonTimeout},
		"no address":      {&net.AddrError{Err: "missing port in address"}, models.ReasonHostNotFound},
		"refused":         {dial(syscall.ECONNREFUSED), models.ReasonConnectionRefused},
		"unreachable":     {dial(syscall.EHOSTUNREACH), models.ReasonConnectionRefused},
		"reset":           {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, models.ReasonConnectionRefused},
		"closed":          {fmt.Errorf("read: %w", net.ErrClosed), models.ReasonConnectionRefused},
		"EOF":             {io.EOF, models.ReasonConnectionRefused},
		"cut off":         {io.ErrUnexpectedEOF, models.ReasonConnectionRefused},
		"kernel gave up":  {dial(syscall.ETIMEDOUT), models.ReasonTimeout},
		"deadline":        {context.DeadlineExceeded, models.ReasonTimeout},
		"canceled":        {context.Canceled, models.ReasonTimeout},
		"i/o timeout":     {&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, models.ReasonTimeout},
		"certificate":     {x509.UnknownAuthorityError{}, models.ReasonTLSInvalid},
		"plain TLS":       {errors.New("tls: server selected unsupported protocol version 301"), models.ReasonTLSInvalid},
		"else":            {errors.New("malformed HTTP response"), models.ReasonUnexpectedResponse},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Reason(c.err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if c.err == nil {
				return
			}
			wrapped := &url.Error{Op: "Get", Err: errors.Join(errors.New("one of several"), fmt.Errorf("driver: %w", c.err))}
			if got := Reason(wrapped); got != c.want {
				t.Errorf("wrapped: got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReason_of_real_connections(t *testing.T) {
	t.Run("closed port", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		s.Close()
		expectReason(t, s.URL, models.ReasonConnectionRefused)
	})
	t.Run("closed without an answer", func(t *testing.T) {
		here, _ := listen(t, "127.0.0.1:0")
		for range 200 { // net/http has several errors for this: which one depends on when it notices
			expectReason(t, "http://"+here.String(), models.ReasonConnectionRefused)
		}
		expectReason(t, "https://"+here.String(), models.ReasonConnectionRefused)
	})
	t.Run("silence", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		expectReason(t, "http://"+l.Addr().String(), models.ReasonTimeout)
		expectReason(t, "https://"+l.Addr().String(), models.ReasonTimeout)
	})
}

func expectReason(t *testing.T, url string, want models.VerificationReason) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := loopback(t).HTTPClient().Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if got := Reason(err); got != want {
		t.Errorf("%s: %q (%v), want %q", url, got, err, want)
	}
}
