package verifiers

import (
	"errors"
	"net"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

var (
	errHostKey = errors.New("the server's key is not the pinned one")
	// errMoreAsked: the server wants to know what no field holds, such as a code that changes.
	errMoreAsked = errors.New("the server asks for more than the fields hold")
)

// maxPrivateKey is a longer text than any private key that is in use: reading one costs.
const maxPrivateKey = 16 << 10

// readPrivateKey reads what ssh-keygen or openssl wrote. A key that can't be read, or not with this passphrase, can't be
// right, whoever is asked.
func readPrivateKey(text, passphrase string) (ssh.Signer, error) {
	if len(text) > maxPrivateKey {
		return nil, errRejected
	}
	key, err := ssh.ParsePrivateKey([]byte(text))
	if _, encrypted := errors.AsType[*ssh.PassphraseMissingError](err); encrypted && passphrase != "" {
		key, err = ssh.ParsePrivateKeyWithPassphrase([]byte(text), []byte(passphrase))
	}
	if err != nil {
		return nil, errRejected // not err: it may quote the key
	}
	return key, nil
}

// pins are fingerprints of host keys.
type pins []string

var fingerprint = regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`)

// readPins finds the fingerprints in a text: one or several, alone or in the lines that ssh-keygen -l writes.
func readPins(text string) pins {
	var found pins
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(", ;\t\r\n", r) }) {
		if word = strings.TrimRight(word, "="); fingerprint.MatchString(word) {
			found = append(found, word)
		}
	}
	return found
}

// hostKeyKinds are the host keys that are taken, the best first. The order never changes, so that a server with several
// shows the same one each time.
var hostKeyKinds = [][]string{
	{ssh.KeyAlgoED25519},
	{ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521},
	{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
}

// attempts are the algorithms to ask for, a connection each. Where a key is pinned, each kind gets its turn: a fingerprint
// doesn't tell of which kind its key is, and the server would show only its first.
func (p pins) attempts() [][]string {
	if len(p) == 0 {
		return [][]string{slices.Concat(hostKeyKinds...)}
	}
	return hostKeyKinds
}

// isNegotiation: the server has no host key of the kind that was asked for.
func isNegotiation(err error) bool {
	_, ok := errors.AsType[*ssh.AlgorithmNegotiationError](err)
	return ok
}

// sshTalk is one connection's log-in.
type sshTalk struct {
	sftpLogin
	fingerprint string // of the key that the server has shown
	offered     bool   // something of the login
}

// isPinned lets the log-in go on: with a pinned key, or, where none is pinned yet, with the first that is seen.
func (t *sshTalk) isPinned(_ string, _ net.Addr, key ssh.PublicKey) error {
	t.fingerprint = ssh.FingerprintSHA256(key)
	if len(t.pins) > 0 && !slices.Contains(t.pins, t.fingerprint) {
		return errHostKey
	}
	return nil
}

// next chooses how to log in. Whatever it is, it is tried once: a server counts failures. After a factor that was right,
// a key or a password may still follow, but no question: it is most often for a code that changes.
func (t *sshTalk) next(c *ssh.ClientAuthContext) (ssh.AuthMethod, error) {
	for _, tried := range c.TriedMethods { // and failed
		if tried != "none" {
			return nil, nil //nolint:nilnil // there is no other
		}
	}
	may := func(method string) bool {
		return slices.Contains(c.AllowedMethods, method) && !slices.Contains(c.PartialSuccessMethods, method)
	}
	switch {
	case t.key != nil && may("publickey"):
		t.offered = true
		return ssh.PublicKeys(t.key), nil
	case t.password != "" && may("password"):
		t.offered = true
		return ssh.Password(t.password), nil
	case len(c.PartialSuccessMethods) > 0:
		return nil, errMoreAsked
	case t.password != "" && may("keyboard-interactive"):
		t.offered = true
		return ssh.KeyboardInteractive(t.answer()), nil
	}
	return nil, nil //nolint:nilnil // there is none
}

// answer tells the password, once, to the one question whose answer isn't shown.
func (t *sshTalk) answer() ssh.KeyboardInteractiveChallenge {
	told := false
	return func(_, _ string, questions []string, shown []bool) ([]string, error) {
		switch {
		case len(questions) == 0:
			return nil, nil
		case told || len(questions) > 1 || shown[0]:
			return nil, errMoreAsked
		}
		told = true
		return []string{t.password}, nil
	}
}
