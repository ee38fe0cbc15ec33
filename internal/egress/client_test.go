package egress

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyward/models"
)

// authority signs the tests' certificates. TestMain makes the system trust it, so that verification runs for real.
var authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// proxied: the proxy that the environment names was used.
var proxied atomic.Bool

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "egress")
	if err != nil {
		panic(err)
	}
	authority.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, authority.key.Public(), authority.key)
	if err != nil {
		panic(err)
	}
	authority.cert, _ = x509.ParseCertificate(der)
	file := filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		panic(err)
	}
	_ = os.Setenv("SSL_CERT_FILE", file)
	// Set for the whole process, because net/http reads them once.
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied.Store(true) }))
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		_ = os.Setenv(name, proxy.URL)
	}
	code := m.Run()
	proxy.Close()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func certificate(t *testing.T, name string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority.cert, key.Public(), authority.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// loopback resolves every name to 127.0.0.1 and may go there.
func loopback(t *testing.T) *Guard {
	return newGuard(ranges(t, "127.0.0.0/8"), answering("127.0.0.1"))
}

func at(name, serverURL string) string {
	return strings.Replace(serverURL, "127.0.0.1", name, 1)
}

func TestHTTPClient_TLS(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	good := certificate(t, "api.example.com", time.Now().Add(time.Hour))
	self := httptest.NewTLSServer(ok)
	t.Cleanup(self.Close)
	for name, c := range map[string]struct {
		config *tls.Config
		reason models.VerificationReason
	}{
		"valid":       {&tls.Config{Certificates: []tls.Certificate{good}}, models.ReasonNone},
		"self-signed": {self.TLS, models.ReasonTLSInvalid},
		"other name":  {&tls.Config{Certificates: []tls.Certificate{certificate(t, "other.example.com", time.Now().Add(time.Hour))}}, models.ReasonTLSInvalid},
		"expired":     {&tls.Config{Certificates: []tls.Certificate{certificate(t, "api.example.com", time.Now().Add(-time.Minute))}}, models.ReasonTLSInvalid},
		"TLS 1.1":     {&tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, models.ReasonTLSInvalid},
		"wants ours":  {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert}, models.ReasonTLSInvalid},
		"no TLS":      {nil, models.ReasonTLSInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(ok)
			s.Config.ErrorLog = quiet
			if c.config != nil {
				s.TLS = c.config.Clone()
				s.StartTLS()
			} else {
				s.Start()
			}
			defer s.Close()
			url := at("api.example.com", strings.Replace(s.URL, "http://", "https://", 1))
			resp, err := loopback(t).HTTPClient().Get(url)
			if err == nil {
				_ = resp.Body.Close()
			}
			if got := Reason(err); got != c.reason {
				t.Errorf("%v (%v), want %q", got, err, c.reason)
			}
		})
	}
}

func TestHTTPClient_follows_no_redirect(t *testing.T) {
	var followed atomic.Bool
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			followed.Store(true)
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer s.Close()
	resp, err := loopback(t).HTTPClient().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusTemporaryRedirect || followed.Load() {
		t.Errorf("status %d, followed %v", resp.StatusCode, followed.Load())
	}
}

func TestHTTPClient_uses_no_proxy(t *testing.T) {
	var direct atomic.Bool
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { direct.Store(true) }))
	defer s.Close()
	// Not the URL with 127.0.0.1: net/http spares loopback its proxies, and the test would show nothing.
	resp, err := loopback(t).HTTPClient().Get(at("api.example.com", s.URL))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if proxied.Load() || !direct.Load() {
		t.Errorf("proxied %v, direct %v", proxied.Load(), direct.Load())
	}
}

func TestHTTPClient_keeps_nothing(t *testing.T) {
	var closed, cookies atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int32(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	client := loopback(t).HTTPClient()
	for range 2 {
		resp, err := client.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	waitFor(t, func() bool { return closed.Load() == 2 })
	if cookies.Load() != 0 {
		t.Error("a cookie came back")
	}
}

func TestHTTPClient_bounds_the_header(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 2*maxHeaderBytes))
	}))
	defer s.Close()
	resp, err := loopback(t).HTTPClient().Get(s.URL)
	if err == nil {
		_ = resp.Body.Close()
	}
	if got := Reason(err); got != models.ReasonUnexpectedResponse {
		t.Errorf("got %q (%v)", got, err)
	}
}

func TestHTTPClient_is_guarded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	defer s.Close()
	resp, err := New(nil).HTTPClient().Get(s.URL)
	if err == nil {
		_ = resp.Body.Close()
	}
	if got := Reason(err); got != models.ReasonTargetForbidden {
		t.Errorf("got %q (%v)", got, err)
	}
}
