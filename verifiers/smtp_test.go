package verifiers

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"keyward/models"
)

// mailer is a session of the real server: it knows one user.
type mailer struct{ mechanisms []string }

func (m mailer) AuthMechanisms() []string { return m.mechanisms }

func (m mailer) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		switch {
		case user == "somebody" && password == "right":
			return nil
		case user == "busy":
			return &smtp.SMTPError{Code: 454, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "canary-words: later"}
		case user == "weak":
			return &smtp.SMTPError{Code: 534, EnhancedCode: smtp.EnhancedCode{5, 7, 9}, Message: "make a password for this application"}
		case user == "odd":
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "who knows"}
		}
		return smtp.ErrAuthFailed
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case sasl.Login:
		return &loginServer{check: check}, nil
	case "CRAM-MD5":
		return &cramServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (mailer) Reset()                               {}
func (mailer) Logout() error                        { return nil }
func (mailer) Mail(string, *smtp.MailOptions) error { return errors.New("no mail was to be sent") }
func (mailer) Rcpt(string, *smtp.RcptOptions) error { return errors.New("no mail was to be sent") }
func (mailer) Data(io.Reader) error                 { return errors.New("no mail was to be sent") }

// loginServer is LOGIN's other side, which go-sasl doesn't have.
type loginServer struct {
	check func(user, password string) error
	user  *string
	asked bool
}

func (s *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case !s.asked:
		s.asked = true
		return []byte("Username:"), false, nil
	case s.user == nil:
		user := string(response)
		s.user = &user
		return []byte("Password:"), false, nil
	}
	return nil, true, s.check(*s.user, string(response))
}

// cramServer is CRAM-MD5's other side (RFC 2195).
type cramServer struct {
	check func(user, password string) error
	asked bool
}

const cramChallenge = "<1896.697170952@mail.example.com>"

func (s *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if !s.asked {
		s.asked = true
		return []byte(cramChallenge), false, nil
	}
	user, digest, _ := strings.Cut(string(response), " ")
	mac := hmac.New(md5.New, []byte("right"))
	mac.Write([]byte(cramChallenge))
	if digest != hex.EncodeToString(mac.Sum(nil)) {
		return nil, true, s.check(user, "wrong")
	}
	return nil, true, s.check(user, "right")
}

func smtpServer(mechanisms ...string) starter {
	return func(t *testing.T, config *tls.Config, implicit bool) string {
		t.Helper()
		server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return mailer{mechanisms}, nil }))
		server.Domain, server.AllowInsecureAuth, server.ErrorLog = "mail.example.com", true, quiet
		t.Cleanup(func() { _ = server.Close() })
		if implicit {
			return listen(t, server.Serve, config)
		}
		server.TLSConfig = config
		return listen(t, server.Serve, nil)
	}
}

func TestSMTP(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "LOGIN", "CRAM-MD5"} {
		r := to("smtp", "127.0.0.1", smtpServer(mechanism)(t, nil, false), "tls", "disable")
		for name, c := range map[string]struct {
			request Request
			want    Result
		}{
			"right":            {r, accepted()},
			"wrong password":   {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
			"no password":      {r.with("password", ""), rejected(models.ReasonAuthRejected)},
			"unknown user":     {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
			"another password": {r.with("user", "weak"), rejected(models.ReasonAuthRejected)},
			"later":            {r.with("user", "busy"), unavailable(models.ReasonUnexpectedResponse)},
			"some other no":    {r.with("user", "odd"), unavailable(models.ReasonUnexpectedResponse)},
		} {
			t.Run(mechanism+"/"+name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
		}
	}
	t.Run("no mechanism that is known here", func(t *testing.T) {
		r := to("smtp", "127.0.0.1", smtpServer("GSSAPI")(t, nil, false), "tls", "disable")
		expect(t, patiently(t, loopback(t), r), unavailable(models.ReasonUnexpectedResponse))
	})
}

func TestSMTP_TLS(t *testing.T) { expectTLS(t, "smtp", smtpServer("PLAIN")) }

// No real server answers like these few lines.
func TestSMTP_answers(t *testing.T) {
	plain := base64.StdEncoding.EncodeToString([]byte("\x00somebody\x00right"))
	for name, c := range map[string]struct {
		greeting, hello, auth string
		mode                  string
		want                  Result
		password              bool // may be heard
	}{
		"no mail service here":      {"554 go away\r\n", "", "", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"too busy to greet":         {"421 too many connections\r\n", "", "", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"nothing of STARTTLS":       {"220 hello\r\n", "250-hello\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "starttls", unavailable(models.ReasonTLSInvalid), false},
		"a yes before the question": {"220 hello\r\n235 2.7.0 ok\r\n", "250-hello\r\n250 AUTH PLAIN\r\n", "535 no\r\n", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"a challenge that is none":  {"220 hello\r\n", "250-hello\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n", "334 !!!\r\n", "disable", unavailable(models.ReasonUnexpectedResponse), false},
		"asks on and on":            {"220 hello\r\n", "250-hello\r\n250 AUTH PLAIN\r\n", "334 \r\n", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"goes while asked":          {"220 hello\r\n", "250-hello\r\n250 AUTH PLAIN\r\n", "421 bye\r\n", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"knows no AUTH":             {"220 hello\r\n", "250-hello\r\n250 AUTH PLAIN\r\n", "502 what\r\n", "disable", unavailable(models.ReasonUnexpectedResponse), true},
		"says yes":                  {"220 hello\r\n", "250-hello\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "disable", accepted(), true},
	} {
		t.Run(name, func(t *testing.T) {
			port, heard := hears(t, c.greeting, func(line string) string {
				switch {
				case strings.HasPrefix(line, "EHLO"):
					return c.hello
				case strings.HasPrefix(line, "QUIT"):
					return "221 bye\r\n"
				}
				return c.auth
			})
			expect(t, patiently(t, loopback(t), to("smtp", "127.0.0.1", port, "tls", c.mode)), c.want)
			if said := strings.Contains(heard(), plain); said != c.password {
				t.Errorf("the password was sent: %v", said)
			}
		})
	}
}
