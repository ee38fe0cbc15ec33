package verifiers

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gliderlabs/ssh"
	"github.com/pkg/sftp"
	gossh "golang.org/x/crypto/ssh"

	"keyward/models"
)

// sshKey is a new key as OpenSSH writes it, encrypted where there is a passphrase.
func sshKey(t *testing.T, key any, passphrase string) (text string, signer gossh.Signer) {
	t.Helper()
	signer, err := gossh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(key, "")
	if passphrase != "" {
		block, err = gossh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block)), signer
}

func newEd25519(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newRSA(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// openSSH is Debian's sshd, run by somebody who is nobody else: he logs in as himself, by a key.
type openSSH struct {
	port, user, dir   string
	ed25519, rsa      string // its host keys' fingerprints
	key, sealed, weak string // his: plain, under the passphrase "phrase", and of RSA
}

func startSSHD(t *testing.T, more ...string) openSSH {
	t.Helper()
	d := newDaemon(t)
	s := openSSH{user: d.user, dir: d.dir}
	hostEd, edSigner := sshKey(t, newEd25519(t), "")
	hostRSA, rsaSigner := sshKey(t, newRSA(t), "")
	s.ed25519, s.rsa = gossh.FingerprintSHA256(edSigner.PublicKey()), gossh.FingerprintSHA256(rsaSigner.PublicKey())
	hisEd, hisRSA := newEd25519(t), newRSA(t)
	s.sealed, _ = sshKey(t, hisEd, "phrase")
	var edPublic, rsaPublic gossh.Signer
	s.key, edPublic = sshKey(t, hisEd, "")
	s.weak, rsaPublic = sshKey(t, hisRSA, "")
	keys := d.write(t, "authorized_keys", string(gossh.MarshalAuthorizedKey(edPublic.PublicKey()))+string(gossh.MarshalAuthorizedKey(rsaPublic.PublicKey())))
	s.port = freePort(t)
	// PAM, since without it sshd takes an account for locked whose password it may not look at.
	config := d.write(t, "sshd_config", strings.Join(append(more, // of two lines for the same, the first counts
		"ListenAddress 127.0.0.1:"+s.port, "HostKey "+d.write(t, "host_ed25519", hostEd), "HostKey "+d.write(t, "host_rsa", hostRSA),
		"AuthorizedKeysFile "+keys, "StrictModes no", "UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
		"PidFile none", "LogLevel VERBOSE",
	), "\n")+"\n")
	d.serve(t, s.port, "openssh-server", "/usr/sbin/sshd", "-D", "-e", "-f", config)
	return s
}

// toSFTP is a dry request as the component declares it.
func toSFTP(port string, pairs ...string) Request {
	r := to("sftp", "127.0.0.1", port, "hostKey", "{{hostKey}}", "privateKey", "{{privateKey}}", "passphrase", "{{passphrase}}", "path", "{{path}}")
	delete(r.Values, "password")
	return r.with(pairs...)
}

func pinning(fingerprint string) Result {
	yes := accepted()
	yes.Pin = models.Pin{Field: "hostKey", Value: fingerprint}
	return yes
}

func TestSFTP_sshd(t *testing.T) {
	s := startSSHD(t, "Subsystem sftp internal-sftp")
	r := toSFTP(s.port, "user", s.user, "privateKey", s.key)
	stranger, _ := sshKey(t, newEd25519(t), "")
	closed := filepath.Join(s.dir, "closed")
	if err := os.MkdirAll(filepath.Join(closed, "inner"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o755) })
	no, first := rejected(models.ReasonAuthRejected), pinning(s.ed25519)
	changed := unavailable(models.ReasonHostKeyChanged)
	other := "SHA256:" + strings.Repeat("x", 43)
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"a key":                         {r, first},
		"a key with blanks around":      {r.with("privateKey", "\r\n"+strings.ReplaceAll(s.key, "\n", "\r\n")+"\r\n"), first},
		"an RSA key":                    {r.with("privateKey", s.weak), first},
		"an encrypted key":              {r.with("privateKey", s.sealed, "passphrase", "phrase"), first},
		"a passphrase that is not used": {r.with("passphrase", "phrase"), first},
		"a wrong passphrase":            {r.with("privateKey", s.sealed, "passphrase", "wrong"), no},
		"no passphrase":                 {r.with("privateKey", s.sealed), no},
		"another key":                   {r.with("privateKey", stranger), no},
		"no key at all":                 {r.with("privateKey", "ssh-ed25519 AAAA"), no},
		"a key that is too long":        {r.with("privateKey", s.key+strings.Repeat("\n", maxPrivateKey)), no},
		"another user":                  {r.with("user", "stranger"), no},
		"a password, where keys count":  {r.with("privateKey", "", "password", "right"), no},
		"nothing":                       {r.with("privateKey", ""), no},
		"a folder":                      {r.with("path", s.dir), first},
		"a folder that is not there":    {r.with("path", s.dir+"/nope"), rejected(models.ReasonDatabaseNotFound)},
		"a file":                        {r.with("path", s.dir+"/sshd_config"), rejected(models.ReasonDatabaseNotFound)},
		"a folder of others":            {r.with("path", closed+"/inner"), rejected(models.ReasonInsufficientScope)},
		"pinned":                        {r.with("hostKey", s.ed25519), accepted()},
		"pinned, its other key":         {r.with("hostKey", s.rsa), accepted()},
		"pinned, one of two":            {r.with("hostKey", other+","+s.rsa), accepted()},
		"pinned by ssh-keygen's lines":  {r.with("hostKey", "2048 "+s.rsa+" root@example.com (RSA)\n256 "+other+" x (ED25519)\n"), accepted()},
		"pinned with the padding":       {r.with("hostKey", s.ed25519+"="), accepted()},
		"another pin":                   {r.with("hostKey", other), changed},
		"another pin, a wrong login":    {r.with("hostKey", other, "privateKey", stranger), changed},
		"a pin that nobody can read":    {r.with("hostKey", "ssh-ed25519 AAAA"), unavailable(models.ReasonUnexpectedResponse)},
		"a pin of blanks":               {r.with("hostKey", " "), unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
	t.Run("the same pin each time", func(t *testing.T) {
		for range 5 {
			expect(t, patiently(t, loopback(t), r), first)
		}
	})
	for name, param := range map[string]string{"no parameter for a pin": "", "a pin that could not be saved": "{{a}}{{b}}", "a pin of blanks, given": " "} {
		t.Run(name, func(t *testing.T) {
			other := toSFTP(s.port, "user", s.user, "privateKey", s.key)
			other.DryRequest.Params["hostKey"] = param
			expect(t, patiently(t, loopback(t), other), unavailable(models.ReasonUnexpectedResponse))
		})
	}
}

func TestSFTP_without_SFTP(t *testing.T) {
	s := startSSHD(t)
	r := toSFTP(s.port, "user", s.user, "privateKey", s.key)
	expect(t, patiently(t, loopback(t), r), rejected(models.ReasonInsufficientScope))
}

// sshServer is gliderlabs' in process, with SFTP: sshd takes passwords only where it runs as root.
func sshServer(t *testing.T, signer gossh.Signer, options ...ssh.Option) (port string) {
	t.Helper()
	server := &ssh.Server{SubsystemHandlers: map[string]ssh.SubsystemHandler{"sftp": func(s ssh.Session) {
		files, err := sftp.NewServer(s, sftp.ReadOnly())
		if err == nil {
			_ = files.Serve()
		}
	}}}
	server.AddHostKey(signer)
	for _, option := range options {
		if err := server.SetOption(option); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = server.Close() })
	return listen(t, server.Serve, nil)
}

func TestSFTP_password(t *testing.T) {
	_, signer := sshKey(t, newEd25519(t), "")
	first := pinning(gossh.FingerprintSHA256(signer.PublicKey()))
	no, unclear := rejected(models.ReasonAuthRejected), unavailable(models.ReasonUnexpectedResponse)
	var asked atomic.Int32
	password := ssh.PasswordAuth(func(ctx ssh.Context, given string) bool {
		asked.Add(1)
		return ctx.User() == "somebody" && given == "right"
	})
	questions := func(shown bool, all ...string) ssh.Option {
		return ssh.KeyboardInteractiveAuth(func(ctx ssh.Context, ask gossh.KeyboardInteractiveChallenge) bool {
			for _, question := range all {
				asked.Add(1)
				answers, err := ask("", "", strings.Split(question, "|"), make([]bool, strings.Count(question, "|")+1))
				if shown {
					answers, err = ask("", "", []string{question}, []bool{true})
				}
				if err != nil || answers[0] != "right" || ctx.User() != "somebody" {
					return false
				}
			}
			return true
		})
	}
	for name, c := range map[string]struct {
		options []ssh.Option
		pairs   []string
		want    Result
		asked   int32
	}{
		"a password":                    {[]ssh.Option{password}, nil, first, 1},
		"a wrong password":              {[]ssh.Option{password}, []string{"password", "wrong"}, no, 1},
		"another user":                  {[]ssh.Option{password}, []string{"user", "stranger"}, no, 1},
		"no password":                   {[]ssh.Option{password}, []string{"password", ""}, no, 0},
		"by question":                   {[]ssh.Option{questions(false, "Password:")}, nil, first, 1},
		"by question, wrong":            {[]ssh.Option{questions(false, "Password:")}, []string{"password", "wrong"}, no, 1},
		"either way, wrong, tried once": {[]ssh.Option{password, questions(false, "Password:")}, []string{"password", "wrong"}, no, 1},
		"a code too":                    {[]ssh.Option{questions(false, "Password:", "Code:")}, nil, unclear, 2},
		"two questions at once":         {[]ssh.Option{questions(false, "Password:|Code:")}, nil, unclear, 1},
		"a question for all to see":     {[]ssh.Option{questions(true, "Name:")}, nil, unclear, 1},
		"whoever comes":                 {nil, nil, unclear, 0},
	} {
		t.Run(name, func(t *testing.T) {
			asked.Store(0)
			r := toSFTP(sshServer(t, signer, c.options...), "password", "right").with(c.pairs...)
			expect(t, patiently(t, loopback(t), r), c.want)
			if asked.Load() != c.asked {
				t.Errorf("the server asked %d times, want %d", asked.Load(), c.asked)
			}
		})
	}
	t.Run("another host key hears nothing", func(t *testing.T) {
		asked.Store(0)
		r := toSFTP(sshServer(t, signer, password), "password", "right", "hostKey", "SHA256:"+strings.Repeat("x", 43))
		expect(t, patiently(t, loopback(t), r), unavailable(models.ReasonHostKeyChanged))
		if asked.Load() != 0 {
			t.Error("the password was sent")
		}
	})
	t.Run("hangs up while asked", func(t *testing.T) {
		cut := ssh.PasswordAuth(func(ctx ssh.Context, _ string) bool {
			_ = ctx.Value(connKey{}).(net.Conn).Close()
			return false
		})
		keep := ssh.WrapConn(func(ctx ssh.Context, conn net.Conn) net.Conn {
			ctx.SetValue(connKey{}, conn)
			return conn
		})
		r := toSFTP(sshServer(t, signer, cut, keep), "password", "right")
		expect(t, patiently(t, loopback(t), r), unavailable(models.ReasonConnectionRefused))
	})
}

type connKey struct{}

// No real server is hostile: these few lines are.
func TestSFTP_hostile_servers(t *testing.T) {
	for name, talk := range map[string]func(net.Conn){
		"endless lines before its version": func(conn net.Conn) {
			for err := error(nil); err == nil; {
				_, err = io.WriteString(conn, strings.Repeat("hello\r\n", 1000))
			}
		},
		"a version without end": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "SSH-2.0-")
			_, _ = io.Copy(conn, endless{})
		},
		"silence after its version": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "SSH-2.0-x\r\n")
			_, _ = io.Copy(io.Discard, conn)
		},
		"a huge packet": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "SSH-2.0-x\r\n\x7f\xff\xff\xff\x04\x14")
			_, _ = io.Copy(conn, endless{})
		},
		"SSH 1": func(conn net.Conn) { _, _ = io.WriteString(conn, "SSH-1.5-x\r\n") },
	} {
		for _, pin := range []string{"", "SHA256:" + strings.Repeat("x", 43)} {
			t.Run(fmt.Sprintf("%s/%t", name, pin != ""), func(t *testing.T) {
				_, port := serve(t, talk)
				before, began := allocated(), time.Now()
				r := toSFTP(port, "password", "right")
				if pin != "" {
					r = r.with("hostKey", pin)
				}
				got := within(t, 500*time.Millisecond, loopback(t), r)
				if got.Outcome != models.Unavailable || got.Reason == models.ReasonHostKeyChanged {
					t.Errorf("got %v", got)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("it took %s", took)
				}
				if grew := allocated() - before; grew > 16<<20 {
					t.Errorf("it cost %d MiB", grew>>20)
				}
			})
		}
	}
}

// A private key whose encryption was made to cost days is not even begun.
func TestSFTP_costly_key(t *testing.T) {
	block := struct {
		Cipher, KDF, Options string
		N                    uint32
		Public, Private      string
	}{"aes256-ctr", "bcrypt", string(gossh.Marshal(struct {
		Salt   string
		Rounds uint32
	}{strings.Repeat("s", 16), 1 << 30})), 1, string(gossh.Marshal(struct{ Type, Key string }{"ssh-ed25519", strings.Repeat("k", 32)})), strings.Repeat("p", 64)}
	text := pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: append([]byte("openssh-key-v1\x00"), gossh.Marshal(block)...)})
	done := make(chan Result, 1)
	go func() {
		done <- patiently(t, loopback(t), toSFTP("1", "privateKey", string(text), "passphrase", "phrase"))
	}()
	select {
	case got := <-done:
		expect(t, got, rejected(models.ReasonAuthRejected))
	case <-time.After(5 * time.Second):
		t.Fatal("it is still at it")
	}
}
