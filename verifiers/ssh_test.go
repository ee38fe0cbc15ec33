package verifiers

import (
	"bytes"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

	"keyward/models"
)

// factors makes a server ask for several methods, one after the other: the password "right", the key, and a code that
// nobody knows. What it was told as the code is counted.
func factors(key gossh.PublicKey, codes *atomic.Int32, methods ...string) ssh.Option {
	no := errors.New("no")
	var from func(int) gossh.ServerAuthCallbacks
	from = func(i int) (next gossh.ServerAuthCallbacks) {
		answer := func(right bool) (*gossh.Permissions, error) {
			switch {
			case !right:
				return nil, no
			case i == len(methods)-1:
				return &gossh.Permissions{}, nil
			}
			return nil, &gossh.PartialSuccessError{Next: from(i + 1)}
		}
		switch methods[i] {
		case "password":
			next.PasswordCallback = func(_ gossh.ConnMetadata, given []byte) (*gossh.Permissions, error) {
				return answer(string(given) == "right")
			}
		case "publickey":
			next.PublicKeyCallback = func(_ gossh.ConnMetadata, given gossh.PublicKey) (*gossh.Permissions, error) {
				return answer(bytes.Equal(given.Marshal(), key.Marshal()))
			}
		case "keyboard-interactive":
			next.KeyboardInteractiveCallback = func(_ gossh.ConnMetadata, ask gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
				if _, err := ask("", "", []string{"Code:"}, []bool{false}); err == nil {
					codes.Add(1)
				}
				return nil, no
			}
		}
		return next
	}
	return func(server *ssh.Server) error {
		server.ServerConfigCallback = func(ssh.Context) *gossh.ServerConfig {
			first := from(0)
			return &gossh.ServerConfig{
				PasswordCallback: first.PasswordCallback, PublicKeyCallback: first.PublicKeyCallback,
				// gliderlabs' would let everybody in, having no handlers of its own.
				NoClientAuthCallback: func(gossh.ConnMetadata) (*gossh.Permissions, error) { return nil, no },
			}
		}
		return nil
	}
}

// A server may want a second factor: what was right before it is not refused, and a password is not told as a code.
func TestSFTP_second_factor(t *testing.T) {
	_, signer := sshKey(t, newEd25519(t), "")
	key, his := sshKey(t, newEd25519(t), "")
	stranger, _ := sshKey(t, newEd25519(t), "")
	first := pinning(gossh.FingerprintSHA256(signer.PublicKey()))
	no, unclear := rejected(models.ReasonAuthRejected), unavailable(models.ReasonUnexpectedResponse)
	const password, publickey, code = "password", "publickey", "keyboard-interactive"
	for name, c := range map[string]struct {
		methods []string
		pairs   []string
		want    Result
	}{
		"a password, then a code":                {[]string{password, code}, []string{"password", "right"}, unclear},
		"a wrong password, then a code":          {[]string{password, code}, []string{"password", "wrong"}, no},
		"a key, then a code":                     {[]string{publickey, code}, []string{"privateKey", key}, unclear},
		"a key, then a code, with a password":    {[]string{publickey, code}, []string{"privateKey", key, "password", "right"}, unclear},
		"another key, then a code":               {[]string{publickey, code}, []string{"privateKey", stranger}, no},
		"a key, then a password":                 {[]string{publickey, password}, []string{"privateKey", key, "password", "right"}, first},
		"a key, then a wrong password":           {[]string{publickey, password}, []string{"privateKey", key, "password", "wrong"}, no},
		"a key, then a password that is missing": {[]string{publickey, password}, []string{"privateKey", key}, unclear},
		"a password, then a key":                 {[]string{password, publickey}, []string{"privateKey", key, "password", "right"}, first},
		"a password, then a key that is missing": {[]string{password, publickey}, []string{"password", "right"}, unclear},
		"a key, a password, then a code":         {[]string{publickey, password, code}, []string{"privateKey", key, "password", "right"}, unclear},
	} {
		t.Run(name, func(t *testing.T) {
			var codes atomic.Int32
			port := sshServer(t, signer, factors(his.PublicKey(), &codes, c.methods...))
			expect(t, patiently(t, loopback(t), toSFTP(port, c.pairs...)), c.want)
			if n := codes.Load(); n > 0 {
				t.Errorf("the server was told %d codes", n)
			}
		})
	}
}

func TestSFTP_second_factor_sshd(t *testing.T) {
	s := startSSHD(t, "AuthenticationMethods publickey,keyboard-interactive", "KbdInteractiveAuthentication yes")
	stranger, _ := sshKey(t, newEd25519(t), "")
	r := toSFTP(s.port, "user", s.user, "privateKey", s.key)
	expect(t, patiently(t, loopback(t), r), unavailable(models.ReasonUnexpectedResponse))
	expect(t, patiently(t, loopback(t), r.with("password", "right")), unavailable(models.ReasonUnexpectedResponse))
	expect(t, patiently(t, loopback(t), r.with("privateKey", stranger)), rejected(models.ReasonAuthRejected))
}
