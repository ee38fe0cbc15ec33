package verifiers

import (
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"keyward/internal/egress"
	"keyward/models"
)

func s3Error(w http.ResponseWriter, status int, code, message string) {
	region := ""
	if code == "AuthorizationHeaderMalformed" {
		status, region = http.StatusBadRequest, "<Region>eu-central-1</Region>"
	}
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, xml.Header+`<Error><Code>%s</Code><Message>%s</Message>%s<RequestId>4442587FB7D0A2F9</RequestId></Error>`, code, message, region)
}

// s3Store is gofakes3, which stores but doesn't look at signatures: those are checked before it.
func s3Store(t *testing.T) http.Handler {
	t.Helper()
	backend := s3mem.New()
	for _, bucket := range []string{"orders", "with.dots", "locked"} {
		if err := backend.CreateBucket(bucket); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		body := strings.NewReader("x")
		if _, err := backend.PutObject("orders", fmt.Sprintf("key %d", i), nil, body, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	store := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	return signed{
		service: "s3", region: "eu-central-1", now: time.Now, refuse: s3Error,
		secrets: map[string]string{exampleID: exampleSecret, "AKIALIMITED": "limited"},
		next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if id := r.Header.Get("Authorization"); strings.Contains(id, "AKIALIMITED") && !strings.HasPrefix(r.URL.Path, "/orders") {
				s3Error(w, http.StatusForbidden, "AccessDenied", "Access Denied") // gofakes3 knows no rights
				return
			}
			store.ServeHTTP(w, r)
		}),
	}
}

func TestS3(t *testing.T) {
	store := s3Store(t)
	port := over(t, store)
	plain := httptest.NewServer(store)
	t.Cleanup(plain.Close)
	plainURL, _ := url.Parse(plain.URL)
	untrusted := httptest.NewUnstartedServer(store)
	untrusted.TLS = selfSigned(t)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	untrustedURL, _ := url.Parse(untrusted.URL)
	limited := []string{"accessKeyId", "AKIALIMITED", "secretAccessKey", "limited"}
	with := func(more ...string) Request { return awsRequest("s3", port, more...) }
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"the buckets":              {with(), accepted()},
		"a bucket":                 {with("bucket", "orders"), accepted()},
		"a bucket with dots":       {with("bucket", "with.dots", "style", "virtual"), accepted()}, // in the path: before the host, no certificate would fit
		"without TLS, as asked":    {with("bucket", "orders", "tls", "disable", "port", plainURL.Port()), accepted()},
		"unknown key":              {with("accessKeyId", "AKIANOBODY"), rejected(models.ReasonAuthRejected)},
		"wrong secret":             {with("secretAccessKey", "wrong", "bucket", "orders"), rejected(models.ReasonAuthRejected)},
		"a token nobody asked for": {with("sessionToken", "x"), rejected(models.ReasonAuthRejected)},
		"unknown bucket":           {with("bucket", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
		"not a bucket's name":      {with("bucket", "../orders"), rejected(models.ReasonDatabaseNotFound)},
		"allowed there only":       {with(append(limited, "bucket", "orders")...), accepted()},
		"not allowed elsewhere":    {with(append(limited, "bucket", "locked")...), rejected(models.ReasonInsufficientScope)},
		"may not list buckets":     {with(limited...), rejected(models.ReasonInsufficientScope)},
		"another region":           {with("region", "us-east-1"), rejected(models.ReasonWrongRegion)},
		"TLS is not offered":       {with("port", plainURL.Port()), unavailable(models.ReasonTLSInvalid)},
		"self-signed":              {with("port", untrustedURL.Port()), unavailable(models.ReasonTLSInvalid)},
		"other name":               {with("host", "127.0.0.1"), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

// What Amazon answers where a bucket is elsewhere, or the service can't answer.
func TestS3_answers(t *testing.T) {
	answering := func(handler http.HandlerFunc) Request {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		u, _ := url.Parse(server.URL)
		return awsRequest("s3", u.Port(), "host", "127.0.0.1", "tls", "disable", "bucket", "orders")
	}
	code := func(status int, code string) Request {
		return answering(func(w http.ResponseWriter, _ *http.Request) { s3Error(w, status, code, "canary") })
	}
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"elsewhere":         {code(301, "PermanentRedirect"), rejected(models.ReasonWrongRegion)},
		"on the move":       {code(307, "TemporaryRedirect"), unavailable(models.ReasonUnexpectedResponse)},
		"a clock off":       {code(403, "RequestTimeTooSkewed"), unavailable(models.ReasonUnexpectedResponse)},
		"too many requests": {code(503, "SlowDown"), unavailable(models.ReasonRateLimited)},
		"no XML":            {answering(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ListBucketResult") }), unavailable(models.ReasonUnexpectedResponse)},
		"another document": {answering(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<ListAllMyBucketsResult/>")
		}), unavailable(models.ReasonUnexpectedResponse)},
		"a no in a yes": {answering(func(w http.ResponseWriter, _ *http.Request) { s3Error(w, 200, "AccessDenied", "") }), unavailable(models.ReasonUnexpectedResponse)},
		"a page for people": {answering(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<!doctype html><html><Code>AccessDenied</Code></html>")
		}), unavailable(models.ReasonUnexpectedResponse)},
		"a long listing": {answering(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`+strings.Repeat("<Contents/>", 100_000))
		}), accepted()},
		"endless headers": {answering(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			for range 1 << 20 {
				if _, err := io.WriteString(conn, "X-A: "+strings.Repeat("a", 1000)+"\r\n"); err != nil {
					return
				}
			}
		}), unavailable(models.ReasonUnexpectedResponse)},
		"cut off": {answering(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, "<ListBucketResult>")
		}), unavailable(models.ReasonConnectionRefused)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

// A bucket goes before the host where it is asked for and possible.
func TestS3_Target(t *testing.T) {
	registry := New(egress.New(nil), nil, slog.Default())
	for _, c := range []struct{ host, bucket, style, want string }{
		{"s3.example.com", "orders", "virtual", "orders.s3.example.com"},
		{"s3.example.com", "orders", "path", "s3.example.com"},
		{"s3.example.com", "orders", "", "s3.example.com"},
		{"s3.example.com", "", "virtual", "s3.example.com"},
		{"s3.example.com", "with.dots", "virtual", "s3.example.com"},
		{"192.0.2.1", "orders", "virtual", "192.0.2.1"},
		{"2001:db8::1", "orders", "virtual", "2001:db8::1"},
		{"s3.example.com", "a/../b", "virtual", ""},
	} {
		r := awsRequest("s3", "443", "host", c.host, "bucket", c.bucket, "style", c.style)
		if got := registry.Target(&models.AuthMethod{DryRequest: r.DryRequest}, r.Values); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
	for port, want := range map[string]string{"": "https://[2001:db8::1]", "443": "https://[2001:db8::1]", "9000": "https://[2001:db8::1]:9000"} {
		r := awsRequest("s3", port, "host", "2001:db8::1")
		s, _ := newScope(r)
		if at, err := newS3Place(r, s); err != nil || at.origin() != want {
			t.Errorf("got %s, %v, want %s", at.origin(), err, want)
		}
	}
}
