package vault_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gliderlabs/ssh"
	"github.com/pkg/sftp"
	gossh "golang.org/x/crypto/ssh"

	"keyward/internal/gatewaytest"
	"keyward/internal/vault"
	"keyward/models"
)

// fileServer is an SFTP server that takes "right" and "new" from anybody. It can be stopped, and can come back with another key.
type fileServer struct {
	port, fingerprint string
	server            *ssh.Server

	mu    sync.Mutex
	heard []string // passwords
	hook  func()   // runs once, while the next password is being looked at
}

func newFileServer(t *testing.T) *fileServer {
	t.Helper()
	s := &fileServer{port: "0"}
	s.start(t)
	t.Cleanup(func() { _ = s.server.Close() })
	return s
}

// start starts it with a new key, on the port that it had.
func (s *fileServer) start(t *testing.T) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+s.port)
	if err != nil {
		t.Fatal(err)
	}
	s.port = strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	s.fingerprint = gossh.FingerprintSHA256(signer.PublicKey())
	s.server = &ssh.Server{
		PasswordHandler: func(_ ssh.Context, given string) bool { return s.hear(given) },
		SubsystemHandlers: map[string]ssh.SubsystemHandler{"sftp": func(session ssh.Session) {
			if files, err := sftp.NewServer(session, sftp.ReadOnly()); err == nil {
				_ = files.Serve()
			}
		}},
	}
	s.server.AddHostKey(signer)
	go func() { _ = s.server.Serve(l) }()
}

func (s *fileServer) stop() { _ = s.server.Close() }

func (s *fileServer) hear(given string) bool {
	s.mu.Lock()
	s.heard = append(s.heard, given)
	hook := s.hook
	s.hook = nil
	s.mu.Unlock()
	if hook != nil {
		hook()
	}
	return given == "right" || given == "new"
}

func (s *fileServer) heardSoFar() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.heard)
}

func (s *fileServer) next(hook func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// sftpVault is a vault whose one component is SFTP as it comes with Keyward, and a credential's fields.
func sftpVault(t *testing.T, g *gatewaytest.Gateway, s *fileServer) (*vault.Vault, models.Caller, vault.NewCredential) {
	t.Helper()
	text, err := os.ReadFile("../../catalog/sftp/component.json")
	if err != nil {
		t.Fatal(err)
	}
	v, caller := openVault(t, g.Store, g.DataDir, string(text), "")
	return v, caller, vault.NewCredential{ComponentID: "cmp_thing", Method: "password", Fields: []vault.Field{
		field("host", "127.0.0.1"), field("port", s.port), field("username", "somebody"), field("password", "right"),
	}}
}

// hostKey is what people see in the field.
func hostKey(t *testing.T, v *vault.Vault, caller models.Caller, c *models.Credential) string {
	t.Helper()
	fields, err := v.Shown(t.Context(), caller, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if f.Key == "hostKey" && f.Value != nil {
			return *f.Value
		}
	}
	return ""
}

// The first success pins the server's key; a server with another one hears nothing, and says nothing about the credential.
func TestHostKey_is_pinned_by_Create(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		s := newFileServer(t)
		v, caller, in := sftpVault(t, g, s)
		c, err := v.Create(t.Context(), caller, in)
		if err != nil || hostKey(t, v, caller, &c) != s.fingerprint || c.SecretRevision != 1 {
			t.Fatalf("pinned %q at revision %d, %v", hostKey(t, v, caller, &c), c.SecretRevision, err)
		}
		s.stop()
		s.start(t)
		before := s.heardSoFar()
		now, found, err := v.Verify(t.Context(), caller, c.ID)
		if err != nil || found.Outcome != models.Unavailable || found.Reason != models.ReasonHostKeyChanged || now.Status != models.StatusVerified {
			t.Errorf("%+v, %s, %v", found, now.Status, err)
		}
		if s.heardSoFar() != before {
			t.Error("the password was sent to a server with another key")
		}
		if hostKey(t, v, caller, &now) == s.fingerprint {
			t.Error("the new key took the old one's place by itself")
		}
	})
}

// Whoever changes or clears the pin decides where the secrets go.
func TestHostKey_is_pinned_by_Update(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		s := newFileServer(t)
		v, caller, in := sftpVault(t, g, s)
		c, err := v.Create(t.Context(), caller, in)
		if err != nil {
			t.Fatal(err)
		}
		first := s.fingerprint
		edit := func(fields ...vault.Field) (models.Credential, error) {
			return v.Update(t.Context(), caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: c.Version, Fields: fields})
		}
		if c, err = edit(field("password", "new")); err != nil || hostKey(t, v, caller, &c) != first {
			t.Fatalf("a new password: %q, %v", hostKey(t, v, caller, &c), err)
		}
		s.stop()
		s.start(t)
		before := s.heardSoFar()
		cleared := vault.Field{Key: "hostKey", Value: models.NewFieldValue(nil)}
		for name, pin := range map[string]vault.Field{"cleared": cleared, "another": field("hostKey", s.fingerprint)} {
			_, err := edit(pin)
			var invalid *models.ValidationError
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), "has to be typed again") {
				t.Errorf("%s without the password: %v", name, err)
			}
		}
		if s.heardSoFar() != before {
			t.Error("the stored password was sent to a server with another key")
		}
		if c, err = edit(cleared, field("password", "right")); err != nil || hostKey(t, v, caller, &c) != s.fingerprint || s.fingerprint == first {
			t.Errorf("cleared, with the password: %q, %v", hostKey(t, v, caller, &c), err)
		}
	})
}

// unverified saves a credential while the server is away.
func unverified(t *testing.T, v *vault.Vault, caller models.Caller, in vault.NewCredential, s *fileServer) models.Credential {
	t.Helper()
	s.stop()
	in.SaveUnverified = true
	c, err := v.Create(t.Context(), caller, in)
	if err != nil || c.Status != models.StatusUnverified || hostKey(t, v, caller, &c) != "" {
		t.Fatalf("%s, %v", c.Status, err)
	}
	s.start(t)
	return c
}

func TestHostKey_is_pinned_by_Verify(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		s := newFileServer(t)
		v, caller, in := sftpVault(t, g, s)
		c := unverified(t, v, caller, in, s)
		now, found, err := v.Verify(t.Context(), caller, c.ID)
		if err != nil || found.Outcome != models.Accepted || now.Status != models.StatusVerified {
			t.Fatalf("%+v, %s, %v", found, now.Status, err)
		}
		if hostKey(t, v, caller, &now) != s.fingerprint || now.SecretRevision != c.SecretRevision+1 || now.Version != c.Version {
			t.Errorf("pinned %q, revision %d, version %d", hostKey(t, v, caller, &now), now.SecretRevision, now.Version)
		}
		again, found, err := v.Verify(t.Context(), caller, c.ID)
		if err != nil || found.Outcome != models.Accepted || again.SecretRevision != now.SecretRevision {
			t.Errorf("again: %+v, revision %d, %v", found, again.SecretRevision, err)
		}
	})
}

// An edit that is saved while a verification is under way wins: what that one learned is of other values.
func TestHostKey_of_Verify_gives_way_to_an_edit(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		s := newFileServer(t)
		v, caller, in := sftpVault(t, g, s)
		c := unverified(t, v, caller, in, s)
		typed := "SHA256:" + strings.Repeat("x", 43)
		s.next(func() {
			edit := vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, SaveUnverified: true, Fields: []vault.Field{field("hostKey", typed), field("password", "new")}}
			if _, err := v.Update(t.Context(), caller, edit); err != nil {
				t.Error(err)
			}
		})
		now, found, err := v.Verify(t.Context(), caller, c.ID)
		if err != nil || found.Outcome != models.Accepted {
			t.Fatalf("%+v, %v", found, err)
		}
		if hostKey(t, v, caller, &now) != typed || now.Status != models.StatusUnverified || now.Version != 2 || now.SecretRevision != 2 {
			t.Errorf("%q, %s, version %d, revision %d", hostKey(t, v, caller, &now), now.Status, now.Version, now.SecretRevision)
		}
	})
}

// A verification that learns the key while an edit is under way is no conflict: the edit is made to what is there now.
func TestHostKey_of_Verify_beside_an_edit(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		s := newFileServer(t)
		v, caller, in := sftpVault(t, g, s)
		c := unverified(t, v, caller, in, s)
		s.next(func() {
			if _, _, err := v.Verify(t.Context(), caller, c.ID); err != nil {
				t.Error(err)
			}
		})
		now, err := v.Update(t.Context(), caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("password", "new")}})
		if err != nil || hostKey(t, v, caller, &now) != s.fingerprint || now.Version != 2 || now.SecretRevision != 3 || now.Status != models.StatusVerified {
			t.Errorf("%q, %s, version %d, revision %d, %v", hostKey(t, v, caller, &now), now.Status, now.Version, now.SecretRevision, err)
		}
	})
}
