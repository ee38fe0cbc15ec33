package verifiers

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// sftpVerifier logs in to an SSH server and looks at one folder by SFTP. Parameters: host, port, user; password, or
// privateKey and its passphrase; path, or nothing for the folder that a log-in begins in; and hostKey, which pins the
// server: nothing of the login is sent to one whose key has another fingerprint. Where hostKey is an empty field, the
// key of the first success is what the field shall hold from then on.
type sftpVerifier struct{}

var _ Verifier = sftpVerifier{}

var sftpDialect = dialect{port: "22"}

func (sftpVerifier) Target(r Request) (string, error) { return loginHost(r, sftpDialect) }

func (sftpVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	l, err := newSFTPLogin(r)
	if err != nil {
		return failure(err)
	}
	found := errUnclear.Result
	for _, wanted := range l.pins.attempts() {
		result, again := l.attempt(ctx, guard, wanted)
		if !again {
			return result
		}
		if result.Reason == models.ReasonHostKeyChanged {
			found = result
		}
	}
	return found
}

// sftpLogin is what is tried, the same on each connection.
type sftpLogin struct {
	login
	key    ssh.Signer // before the password, where there is one
	path   string
	pins   pins
	pinned string // the field that shall hold the host key; empty where none shall
}

func newSFTPLogin(r Request) (sftpLogin, error) {
	s, err := newScope(r)
	if err != nil {
		return sftpLogin{}, err
	}
	l := sftpLogin{path: s.Text(r.DryRequest.Params["path"])}
	if l.login, err = newLogin(r, s, sftpDialect); err != nil {
		return sftpLogin{}, err
	}
	known := s.Text(r.DryRequest.Params["hostKey"])
	if l.pins = readPins(known); len(l.pins) == 0 {
		l.pinned = emptyField(r, "hostKey")
		if l.pinned == "" || strings.TrimSpace(known) != "" {
			return sftpLogin{}, errUnclear // else any server could take another's place, each time
		}
	}
	if text := s.Text(r.DryRequest.Params["privateKey"]); strings.TrimSpace(text) != "" {
		l.key, err = readPrivateKey(text, s.Text(r.DryRequest.Params["passphrase"]))
	}
	return l, err
}

// emptyField is the field that a parameter is, where nothing stands in it.
func emptyField(r Request, param string) string {
	name := template.Sole(r.DryRequest.Params[param])
	_, variable := r.DryRequest.Variables[name]
	_, derived := r.DryRequest.Derived[name]
	if _, filled := r.Values[name]; filled || variable || derived {
		return ""
	}
	return name
}

// attempt makes one connection, on which the server is asked for a host key of one of the wanted algorithms. Another
// attempt may help where that key is not pinned, or where there is none.
func (l sftpLogin) attempt(ctx context.Context, guard *egress.Guard, wanted []string) (result Result, again bool) {
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.dial(ctx, "tcp", net.JoinHostPort(l.host, l.port))
	if err != nil {
		return failure(err), false
	}
	context.AfterFunc(ctx, out.hangUp)
	heard := &heardConn{Conn: conn}
	talk := &sshTalk{sftpLogin: l}
	config := &ssh.ClientConfig{
		User: l.user, AuthCallback: talk.next, HostKeyCallback: talk.isPinned, HostKeyAlgorithms: wanted, ClientVersion: "SSH-2.0-Keyward",
	}
	transport, channels, requests, err := ssh.NewClientConn(heard, l.host, config)
	switch {
	case errors.Is(err, errHostKey):
		return unavailable(models.ReasonHostKeyChanged), true
	case len(l.pins) > 0 && isNegotiation(err):
		return errUnclear.Result, true
	case err != nil:
		return sshResult(heard, err), false
	case !talk.offered:
		return errUnclear.Result, false // let in without being asked for anything, which says nothing of these values
	}
	client := ssh.NewClient(transport, channels, requests)
	defer func() { _ = client.Close() }()
	if err := lookAt(client, l.path); err != nil {
		return sftpResult(heard, err), false
	}
	yes := accepted()
	if l.pinned != "" {
		yes.Pin = models.Pin{Field: l.pinned, Value: talk.fingerprint}
	}
	return yes, false
}

// lookAt opens SFTP and looks at a folder, or asks for the one that it begins in.
func lookAt(client *ssh.Client, path string) error {
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return err
	}
	granted, err := session.SendRequest("subsystem", true, ssh.Marshal(struct{ Name string }{"sftp"}))
	if err != nil {
		return err
	}
	if !granted {
		return os.ErrPermission
	}
	files, err := sftp.NewClientPipe(out, in)
	if err != nil {
		return err
	}
	if path == "" {
		_, err = files.Getwd()
		return err
	}
	info, err := files.Stat(path)
	if err == nil && !info.IsDir() {
		return os.ErrNotExist
	}
	return err
}

// sshResult reads why nobody was let in. Only what the SSH client says when no way is left is the server's no.
func sshResult(heard *heardConn, err error) Result {
	switch {
	case errors.Is(err, errMoreAsked):
		return errUnclear.Result
	case anyText(err, "ssh: unable to authenticate"):
		return rejected(models.ReasonAuthRejected)
	}
	return failure(heard.or(err))
}

// sftpResult reads what was wrong after the log-in.
func sftpResult(heard *heardConn, err error) Result {
	var refused *ssh.OpenChannelError
	switch {
	case errors.Is(err, os.ErrNotExist):
		return rejected(models.ReasonDatabaseNotFound)
	case errors.Is(err, os.ErrPermission), errors.As(err, &refused) && refused.Reason == ssh.Prohibited:
		return rejected(models.ReasonInsufficientScope)
	}
	if _, ok := errors.AsType[*sftp.StatusError](err); ok {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	return failure(heard.or(err))
}

// anyText reports whether an error, or what it wraps, begins with text: some have no other name.
func anyText(err error, text string) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if strings.HasPrefix(err.Error(), text) {
			return true
		}
	}
	return false
}
