package verifiers

import (
	"crypto/tls"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"keyward/models"
)

// imapSession is the real server's, which has no user that is told anything but yes and no.
type imapSession struct{ imapserver.Session }

func (s imapSession) Login(user, password string) error {
	for code, who := range map[imap.ResponseCode]string{
		imap.ResponseCodeUnavailable: "busy", imap.ResponseCodeLimit: "often", imap.ResponseCodeAuthorizationFailed: "stranger",
		imap.ResponseCodeExpired: "old", imap.ResponseCodeAlert: "told",
	} {
		if user == who {
			return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: "canary-words"}
		}
	}
	return s.Session.Login(user, password)
}

func (s imapSession) Select(mailbox string, options *imap.SelectOptions) (*imap.SelectData, error) {
	if !options.ReadOnly {
		return nil, &imap.Error{Type: imap.StatusResponseTypeBad, Text: "a dry request changes nothing"}
	}
	return s.Session.Select(mailbox, options)
}

func imapServer(t *testing.T, config *tls.Config, implicit bool) string {
	t.Helper()
	users := imapmemserver.New()
	for _, name := range []string{"somebody", "no-inbox"} {
		user := imapmemserver.NewUser(name, "right")
		if name == "somebody" {
			if err := user.Create("INBOX", nil); err != nil {
				t.Fatal(err)
			}
		}
		users.AddUser(user)
	}
	options := &imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return imapSession{users.NewSession()}, nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true, Logger: quiet,
	}
	if !implicit {
		options.TLSConfig, config = config, nil
	}
	server := imapserver.New(options)
	t.Cleanup(func() { _ = server.Close() })
	return listen(t, server.Serve, config)
}

func TestIMAP(t *testing.T) {
	r := to("imap", "127.0.0.1", imapServer(t, nil, false), "tls", "disable")
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":            {r, accepted()},
		"an empty mailbox": {r.with("user", "no-inbox"), accepted()},
		"wrong password":   {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
		"no password":      {r.with("password", ""), rejected(models.ReasonAuthRejected)},
		"unknown user":     {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
		"expired":          {r.with("user", "old"), rejected(models.ReasonAuthRejected)},
		"with an alert":    {r.with("user", "told"), rejected(models.ReasonAuthRejected)},
		"not allowed":      {r.with("user", "stranger"), rejected(models.ReasonInsufficientScope)},
		"later":            {r.with("user", "busy"), unavailable(models.ReasonUnexpectedResponse)},
		"too often":        {r.with("user", "often"), unavailable(models.ReasonRateLimited)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

func TestIMAP_TLS(t *testing.T) { expectTLS(t, "imap", imapServer) }

// No real server answers like these few lines.
func TestIMAP_answers(t *testing.T) {
	const plain = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n"
	const login = "* OK [CAPABILITY IMAP4rev1] hello\r\n"
	for name, c := range map[string]struct {
		greeting, auth, examine string // answers have no tag
		mode                    string
		want                    Result
		password                bool // may be heard
	}{
		"too busy to greet":           {"* BYE later\r\n", "", "", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"lets in whoever comes":       {"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n", "OK", "OK", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"lets in instead of STARTTLS": {"* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n", "BAD", "OK", "starttls", unavailable(models.ReasonTLSInvalid), false},
		"nothing of STARTTLS":         {login, "BAD", "OK", "starttls", unavailable(models.ReasonTLSInvalid), false},
		"wants TLS first":             {"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello\r\n", "OK", "OK", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"LOGIN":                       {login, "OK", "OK [READ-ONLY]", "disable", accepted(), true},
		"AUTHENTICATE PLAIN":          {plain, "OK", "OK [READ-ONLY]", "disable", accepted(), true},
		"knows no LOGIN":              {login, "BAD", "OK", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"no, without a code":          {login, "NO", "OK", "disable", rejected(models.ReasonAuthRejected), true},
		"too many of them":            {login, "NO [ALERT] Too many simultaneous connections. (Failure)", "OK", "disable", unavailable(models.ReasonRateLimited), true},
		"no, and how to be let in":    {login, "NO [ALERT] Application-specific password required", "OK", "disable", rejected(models.ReasonAuthRejected), true},
		"no, in lower case":           {login, "NO [unavailable]", "OK", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"an inbox of others":          {login, "OK", "NO [NOPERM]", "disable", rejected(models.ReasonInsufficientScope), true},
		"an inbox that is in use":     {login, "OK", "NO [INUSE]", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"an inbox, but not why":       {login, "OK", "NO", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"another's tag":               {login, "OK done\r\nT99 OK", "OK", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"goes while asked":            {login, "OK [CAPABILITY IMAP4rev1] done\r\n* BYE bye\r\n", "BAD", "disable", unavailable(models.ReasonUnexpectedResponse), true},
	} {
		t.Run(name, func(t *testing.T) {
			port, heard := hears(t, c.greeting, func(line string) string {
				tag, command, _ := strings.Cut(line, " ")
				verb, _, _ := strings.Cut(command, " ")
				switch verb {
				case "EXAMINE":
					return tag + " " + c.examine + " done\r\n"
				case "LOGIN", "AUTHENTICATE", "STARTTLS":
					return tag + " " + c.auth + " done\r\n"
				case "CAPABILITY":
					return "* CAPABILITY IMAP4rev1\r\n" + tag + " OK done\r\n"
				}
				return ""
			})
			expect(t, patiently(t, loopback(t), to("imap", "127.0.0.1", port, "tls", c.mode)), c.want)
			all := heard()
			said := strings.Contains(all, "right") || strings.Contains(all, base64.StdEncoding.EncodeToString([]byte("\x00somebody\x00right")))
			if said != c.password {
				t.Errorf("the password was sent: %v", said)
			}
		})
	}
}
