package verifiers

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"time"

	"keyward/internal/egress"
	"keyward/models"
)

// ftpVerifier logs in to an FTP server and steps into a folder. Parameters: host, port, user, password, path for the
// folder, if any, and tls as session has it; "starttls" is AUTH TLS (RFC 4217). Nothing is listed, so there is no second
// connection to a place of the server's choice. Of FTP it takes these few commands; clients for all of it keep the code
// of an answer to themselves.
type ftpVerifier struct{}

var _ Verifier = ftpVerifier{}

var ftpPorts = usualPorts{secure: "990", upgrade: "21", plain: "21"}

func (ftpVerifier) Target(r Request) (string, error) { return sessionHost(r, ftpPorts) }

func (ftpVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	out := &line{guard: guard}
	defer out.hangUp()
	s, conn, err := connect(ctx, out, r, ftpPorts)
	if err != nil {
		return failure(err)
	}
	folder, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	talk, err := ftpGreeted(ctx, s, conn)
	if err != nil {
		return failure(err)
	}
	if err := talk.login(s); err != nil {
		return failure(err)
	}
	if err := talk.enter(folder.Text(r.DryRequest.Params["path"])); err != nil {
		return failure(err)
	}
	_ = conn.SetDeadline(time.Now().Add(closeTimeout))
	_, _ = talk.ask("QUIT")
	return accepted()
}

// ftpTalk is the control connection.
type ftpTalk struct{ *textproto.Conn }

// ftpGreeted is one that was greeted on, with TLS where the session wants that.
func ftpGreeted(ctx context.Context, s session, conn net.Conn) (ftpTalk, error) {
	talk := ftpTalk{textproto.NewConn(conn)}
	if code, err := talk.answer(); err != nil || code != 220 {
		return talk, cmp.Or[error](err, errUnclear)
	}
	if !s.upgrade {
		return talk, nil
	}
	if code, err := talk.ask("AUTH TLS"); err != nil || code != 234 {
		return talk, cmp.Or[error](err, errNoTLS)
	}
	secure := tls.Client(conn, s.tlsConfig())
	return ftpTalk{textproto.NewConn(secure)}, secure.HandshakeContext(ctx)
}

// Reply codes, from RFC 959, section 5.4, and RFC 2228. All of 4yz is for now only, but for 430.
func (t ftpTalk) login(s session) error {
	code, err := t.ask("USER " + s.user)
	switch {
	case err != nil:
		return err
	case code == 430, code == 530 && !s.plain: // without TLS it may be about that
		return errRejected
	case code == 230 && s.password == "":
		return nil
	case code != 331: // also 230: let in without being asked for the password, which says nothing of it
		return errUnclear
	}
	code, said, err := t.say("PASS " + s.password)
	switch {
	case err != nil:
		return err
	case code == 530 && crowded.MatchString(said):
		return errUnclear
	case code == 430, code == 530:
		return errRejected
	case code != 230:
		return errUnclear
	}
	return nil
}

// enter steps into a folder. 550 is all that servers say, whether it isn't there or isn't for all.
func (t ftpTalk) enter(folder string) error {
	if folder == "" {
		return nil
	}
	code, err := t.ask("CWD " + folder)
	switch {
	case err != nil:
		return err
	case code == 550:
		return refusal{rejected(models.ReasonDatabaseNotFound)}
	case code == 530:
		return refusal{rejected(models.ReasonInsufficientScope)}
	case code/100 != 2:
		return errUnclear
	}
	return nil
}

func (t ftpTalk) ask(command string) (code int, err error) {
	code, _, err = t.say(command)
	return code, err
}

func (t ftpTalk) say(command string) (code int, said string, err error) {
	if strings.ContainsAny(command, "\r\n\x00") {
		return 0, "", errUnclear // it would be two
	}
	if err := t.PrintfLine("%s", command); err != nil {
		return 0, "", err
	}
	return t.ReadResponse(0)
}

func (t ftpTalk) answer() (code int, err error) {
	code, _, err = t.ReadResponse(0)
	return code, err
}

// crowded is what servers say that refuse anybody for now, with the code or the answer of a wrong password: ProFTPD's «maximum number of
// clients», Gmail's «Too many simultaneous connections».
var crowded = regexp.MustCompile(`(?i)maximum number|too many .*(connection|client|user|session|login)`)
