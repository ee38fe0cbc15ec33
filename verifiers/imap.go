package verifiers

import (
	"context"
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"keyward/internal/egress"
	"keyward/models"
)

// imapVerifier logs in to a mailbox's server (RFC 9051, RFC 3501) and looks at the inbox without changing it. Parameters:
// host, port, user, password, and tls as session has it.
type imapVerifier struct{}

var _ Verifier = imapVerifier{}

var imapPorts = usualPorts{secure: "993", upgrade: "143", plain: "143"}

func (imapVerifier) Target(r Request) (string, error) { return sessionHost(r, imapPorts) }

func (imapVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	out := &line{guard: guard}
	defer out.hangUp()
	s, conn, err := connect(ctx, out, r, imapPorts)
	if err != nil {
		return failure(err)
	}
	client, err := imapClient(s, conn)
	if err != nil {
		return imapResult(conn, err)
	}
	defer func() {
		out.hangUp() // first, so that Close waits for nobody
		_ = client.Close()
	}()
	if err := imapLogin(s, client); err != nil {
		return imapResult(conn, err)
	}
	if _, err := client.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return inboxResult(conn, err)
	}
	_ = client.Logout() // unanswered: a server may take its time
	return accepted()
}

// imapClient is one that was greeted, after TLS where the session wants that.
func imapClient(s session, conn *heardConn) (*imapclient.Client, error) {
	if s.upgrade {
		client, err := imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: s.tlsConfig()})
		if refused, ok := errors.AsType[*imap.Error](err); ok && refused.Type != imap.StatusResponseTypeBye {
			return nil, errNoTLS
		}
		return client, err
	}
	client := imapclient.New(conn, nil)
	if err := client.WaitGreeting(); err != nil {
		_ = client.Close()
		return nil, err
	}
	return client, nil
}

func imapLogin(s session, client *imapclient.Client) error {
	if client.State() != imap.ConnStateNotAuthenticated {
		return errUnclear // let in without being asked for anything (PREAUTH), which says nothing of these values
	}
	switch caps := client.Caps(); {
	case caps == nil:
		return errUnclear
	case caps.Has(imap.AuthCap(sasl.Plain)):
		return client.Authenticate(sasl.NewPlainClient("", s.user, s.password))
	case caps.Has(imap.CapLoginDisabled):
		return errUnclear
	}
	return client.Login(s.user, s.password).Wait()
}

// imapResult reads the answer to a log-in. A NO is the server's no (RFC 9051, section 6.2.3) unless its code says that
// it is about something else (RFC 5530).
func imapResult(conn *heardConn, err error) Result {
	refused, ok := errors.AsType[*imap.Error](err)
	switch {
	case !ok && !errors.As(err, new(refusal)):
		return failure(conn.or(err))
	case !ok:
		return failure(err)
	case refused.Type != imap.StatusResponseTypeNo:
		return unavailable(models.ReasonUnexpectedResponse)
	}
	if crowded.MatchString(refused.Text) {
		return unavailable(models.ReasonRateLimited)
	}
	switch imap.ResponseCode(strings.ToUpper(string(refused.Code))) {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeServerBug, imap.ResponseCodeClientBug,
		imap.ResponseCodeContactAdmin, imap.ResponseCodePrivacyRequired, imap.ResponseCodeCorruption, imap.ResponseCodeCannot:
		return unavailable(models.ReasonUnexpectedResponse)
	case imap.ResponseCodeLimit:
		return unavailable(models.ReasonRateLimited)
	case imap.ResponseCodeAuthorizationFailed, imap.ResponseCodeNoPerm:
		return rejected(models.ReasonInsufficientScope)
	}
	return rejected(models.ReasonAuthRejected)
}

// inboxResult reads the answer to looking at the inbox, after the log-in was taken.
func inboxResult(conn *heardConn, err error) Result {
	refused, ok := errors.AsType[*imap.Error](err)
	if ok && refused.Type == imap.StatusResponseTypeNo {
		switch imap.ResponseCode(strings.ToUpper(string(refused.Code))) {
		case imap.ResponseCodeNonExistent: // until the first mail comes
			return accepted()
		case imap.ResponseCodeNoPerm, imap.ResponseCodeAuthorizationFailed:
			return rejected(models.ReasonInsufficientScope)
		}
		return unavailable(models.ReasonUnexpectedResponse)
	}
	return imapResult(conn, err)
}
