package verifiers

import (
	"context"
	"errors"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"keyward/internal/egress"
	"keyward/models"
)

// smtpVerifier logs in to a mail server's submission service and sends no mail. Parameters: host, port, user, password,
// and tls as session has it. Without TLS a digest is sent where the server takes one.
type smtpVerifier struct{}

var _ Verifier = smtpVerifier{}

// RFC 8314: submission with TLS from the first byte, and with STARTTLS.
var submissionPorts = usualPorts{secure: "465", upgrade: "587", plain: "587"}

var (
	errNoTLS  = refusal{unavailable(models.ReasonTLSInvalid)}
	errNoAuth = errors.New("the server offers no way to log in that is known here")
)

func (smtpVerifier) Target(r Request) (string, error) { return sessionHost(r, submissionPorts) }

func (smtpVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	out := &line{guard: guard}
	defer out.hangUp()
	s, conn, err := connect(ctx, out, r, submissionPorts)
	if err != nil {
		return failure(err)
	}
	client, err := smtpClient(s, conn)
	if err != nil {
		return smtpResult(err)
	}
	auth, err := smtpAuth(s, client)
	if err != nil {
		return failure(err)
	}
	if err := client.Auth(auth); err != nil {
		return smtpResult(err)
	}
	_ = conn.SetDeadline(time.Now().Add(closeTimeout))
	_ = client.Quit()
	return accepted()
}

// smtpClient is one that has said hello, after TLS where the session wants that.
func smtpClient(s session, conn *heardConn) (*smtp.Client, error) {
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, err
	}
	if err := client.Hello("localhost"); err != nil || !s.upgrade {
		return client, err
	}
	if offered, _ := client.Extension("STARTTLS"); !offered {
		return nil, errNoTLS
	}
	return client, client.StartTLS(s.tlsConfig())
}

func smtpAuth(s session, client *smtp.Client) (smtp.Auth, error) {
	_, list := client.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(list))
	known := []string{"PLAIN", "LOGIN", "CRAM-MD5"}
	if s.plain {
		slices.Reverse(known)
	}
	for _, mechanism := range known {
		if !slices.Contains(offered, mechanism) {
			continue
		}
		switch mechanism {
		case "PLAIN":
			return &sayings{mechanism, []string{"\x00" + s.user + "\x00" + s.password}, true}, nil
		case "LOGIN":
			return &sayings{mechanism, []string{s.user, s.password}, false}, nil
		}
		return smtp.CRAMMD5Auth(s.user, s.password), nil
	}
	return nil, errNoAuth
}

// sayings is a mechanism that says the same whatever it is asked: PLAIN (RFC 4616), all of it at once, and LOGIN, one after
// the other. net/smtp's own PLAIN would refuse a connection that was chosen to be without TLS.
type sayings struct {
	mechanism string
	say       []string
	atOnce    bool
}

func (a *sayings) Start(*smtp.ServerInfo) (string, []byte, error) {
	if !a.atOnce {
		return a.mechanism, nil, nil
	}
	first, _ := a.Next(nil, true)
	return a.mechanism, first, nil
}

func (a *sayings) Next(_ []byte, more bool) ([]byte, error) {
	switch {
	case !more:
		return nil, nil
	case len(a.say) == 0:
		return nil, errors.New("the server asks for more than a user and a password")
	}
	next := a.say[0]
	a.say = a.say[1:]
	return []byte(next), nil
}

// Replies to AUTH, from RFC 4954, section 6. All of 4yz is for now only.
func smtpResult(err error) Result {
	refused, ok := errors.AsType[*textproto.Error](err)
	switch {
	case !ok:
		return failure(err)
	case refused.Code == 534, refused.Code == 535:
		return rejected(models.ReasonAuthRejected)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}
