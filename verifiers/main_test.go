package verifiers

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"keyward/internal/egress"
	"keyward/models"
)

// authority signs the tests' certificates. TestMain makes the system trust it, so that verification runs for real.
var authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "verifiers")
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
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// trusted is a server's TLS for localhost that the system trusts; selfSigned is one that it doesn't.
func trusted(t *testing.T) *tls.Config {
	return serverTLS(t, authority.cert, authority.key, time.Now().Add(time.Hour))
}
func selfSigned(t *testing.T) *tls.Config { return serverTLS(t, nil, nil, time.Now().Add(time.Hour)) }

// ended is a server's TLS of which all would be right, had its certificate not run out a minute ago.
func ended(t *testing.T) *tls.Config {
	return serverTLS(t, authority.cert, authority.key, time.Now().Add(-time.Minute))
}

func serverTLS(t *testing.T, parent *x509.Certificate, signer *ecdsa.PrivateKey, until time.Time) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
	}
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// loopback is a guard that may reach this machine.
func loopback(t *testing.T) *egress.Guard {
	t.Helper()
	ranges, err := egress.ParseRanges("127.0.0.0/8,::1/128")
	if err != nil {
		t.Fatal(err)
	}
	return egress.New(ranges)
}

func values(pairs ...string) models.Values {
	v := models.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = models.NewSecret(pairs[i+1])
	}
	return v
}

func expect(t *testing.T, got, want Result) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// within runs a verifier under the registry's care with a short limit.
func within(t *testing.T, limit time.Duration, guard *egress.Guard, r Request) Result {
	t.Helper()
	registry := New(guard, nil, slog.Default())
	registry.limit = limit
	return registry.ask(t.Context(), guard, r)
}

// patience is as long as any machine needs, for what is not a matter of time.
const patience = 30 * time.Second

func patiently(t *testing.T, guard *egress.Guard, r Request) Result {
	t.Helper()
	return within(t, patience, guard, r)
}

// timeFor is short only where time has to run out.
func timeFor(want Result) time.Duration {
	if want.Reason == models.ReasonTimeout {
		return 300 * time.Millisecond
	}
	return patience
}

// serve runs a server of a few lines on loopback: talk is called for each connection.
func serve(t *testing.T, talk func(net.Conn)) (host, port string) {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				talk(conn)
			}()
		}
	}()
	return "127.0.0.1", strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// splice copies both ways until either side is done.
func splice(a, b net.Conn) {
	go func() {
		_, _ = io.Copy(a, b)
		_ = a.Close()
	}()
	_, _ = io.Copy(b, a)
	_ = b.Close()
}
