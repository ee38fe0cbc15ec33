package verifiers

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"keyward/models"
)

// standIn answers for whichever vendor's host is asked for, since no vendor's own server can be had here: over TLS, with a
// certificate for that name by the tests' authority. It checks what arrives and says what it is told to.
type standIn struct {
	registry *Registry
	key      *ecdsa.PrivateKey

	mu        sync.Mutex // guards what follows
	requests  []goldenRequest
	replies   []goldenReply
	problems  []string
	arrived   int
	logout    *goldenRequest
	loggedOut int
}

// cutOff is a reply's own header: the connection breaks in the middle of the body.
const cutOff = "Keyward-Test-Cut-Off"

func newStandIn(t *testing.T) *standIn {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &standIn{key: key}
	server := httptest.NewUnstartedServer(s)
	server.TLS = &tls.Config{GetCertificate: s.certificate}
	server.Config.ErrorLog = quiet
	server.StartTLS()
	t.Cleanup(server.Close)
	// The verifiers' own client, but for where it dials to.
	guard := loopback(t)
	guard.HTTPClient().Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return guard.DialContext(ctx, network, server.Listener.Addr().String())
	}
	s.registry = New(guard, nil, slog.New(slog.DiscardHandler))
	return s
}

func (s *standIn) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(3), DNSNames: []string{hello.ServerName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority.cert, s.key.Public(), authority.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: s.key}, err
}

// ask makes the method's dry request and returns what the verifier made of the replies. As many requests arrive as there are
// replies, each as it has to be.
func (s *standIn) ask(t *testing.T, component string, method *models.AuthMethod, want goldenMethod, replies []goldenReply) Result {
	t.Helper()
	s.expect(want, replies)
	found := s.registry.Verify(t.Context(), component, method, want.values())
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, problem := range s.problems {
		t.Error(problem)
	}
	if s.arrived != len(replies) {
		t.Errorf("%d requests arrived, want %d", s.arrived, len(replies))
	}
	if opened := len(replies) > 1; s.logout != nil && (s.loggedOut == 1) != opened {
		t.Errorf("%d sessions were ended after %d requests", s.loggedOut, s.arrived)
	}
	return Result{Outcome: found.Outcome, Reason: found.Reason, Account: found.Account}
}

func (s *standIn) expect(want goldenMethod, replies []goldenReply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.replies, s.problems, s.arrived = want.requests(), replies, nil, 0
	s.logout, s.loggedOut = want.Logout, 0
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.logout != nil && s.arrived == len(s.replies) && s.loggedOut == 0 {
		s.loggedOut++
		s.problems = append(s.problems, s.logout.differences(r)...)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	i := s.arrived
	s.arrived++
	if i >= len(s.replies) || i >= len(s.requests) {
		s.problems = append(s.problems, fmt.Sprintf("%s %s should not have been asked for", r.Method, r.URL.Path))
		w.WriteHeader(http.StatusTeapot)
		return
	}
	s.problems = append(s.problems, s.requests[i].differences(r)...)
	reply := s.replies[i]
	body := text(reply.Body)
	if json.Valid([]byte(body)) {
		w.Header().Set("Content-Type", "application/json")
	}
	for name, value := range reply.Headers {
		w.Header().Set(name, value)
	}
	if w.Header().Get(cutOff) != "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:len(body)/2]
	}
	w.WriteHeader(reply.Status)
	_, _ = io.WriteString(w, body)
}

// text is a body as it goes over the wire.
func text(body json.RawMessage) string {
	var plain string
	if len(body) == 0 || string(body) == "null" || json.Unmarshal(body, &plain) == nil {
		return plain
	}
	return string(body)
}

// differences tells how a request is another than it has to be.
func (want goldenRequest) differences(r *http.Request) (found []string) {
	differ := func(what string, got, want any) {
		if !reflect.DeepEqual(got, want) {
			found = append(found, fmt.Sprintf("%s: got %q, want %q", what, got, want))
		}
	}
	target, err := url.Parse(want.URL)
	if err != nil {
		return []string{err.Error()}
	}
	differ("method", r.Method, want.Method)
	differ("host", []string{r.Host, r.TLS.ServerName}, []string{target.Host, target.Hostname()})
	differ("path", r.URL.EscapedPath(), target.EscapedPath())
	query := url.Values{}
	for name, value := range want.Query {
		query.Set(name, value)
	}
	differ("query", r.URL.Query(), query)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return append(found, err.Error())
	}
	if !equalBodies(want.Body, body) {
		differ("body", string(body), text(want.Body))
	}
	return append(found, want.headerDifferences(r, string(body))...)
}

func (want goldenRequest) headerDifferences(r *http.Request, body string) (found []string) {
	headers := http.Header{"User-Agent": {"Keyward"}, "Accept": {"application/json"}}
	if body != "" {
		headers.Set("Content-Type", "application/x-www-form-urlencoded")
		if json.Valid([]byte(body)) {
			headers.Set("Content-Type", "application/json")
		}
	}
	if body != "" || r.Method == http.MethodPost {
		headers.Set("Content-Length", strconv.Itoa(len(body)))
	}
	for name, value := range want.Headers {
		headers.Set(name, value)
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		got, want := strings.Join(r.Header.Values(name), ", "), headers.Get(name)
		start, open := strings.CutSuffix(want, "…")
		if got != want && (!open || !strings.HasPrefix(got, start)) {
			found = append(found, fmt.Sprintf("header %s: got %q, want %q", name, got, want))
		}
	}
	for name := range r.Header {
		if _, wanted := headers[name]; !wanted && name != "Connection" { // no part of the message
			found = append(found, "header "+name+" is one too many")
		}
	}
	return found
}

// equalBodies compares a text letter by letter, and JSON by what it says.
func equalBodies(want json.RawMessage, got []byte) bool {
	if start, open := strings.CutSuffix(text(want), "…"); text(want) == string(got) || open && strings.HasPrefix(string(got), start) {
		return true
	}
	var wanted, sent any
	if json.Unmarshal(want, &wanted) != nil || json.Unmarshal(got, &sent) != nil {
		return false
	}
	_, isText := wanted.(string)
	return !isText && wanted != nil && reflect.DeepEqual(wanted, sent)
}
