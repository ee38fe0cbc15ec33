package verifiers

import (
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"goftp.io/server/v2"
	"goftp.io/server/v2/driver/file"

	"keyward/models"
)

func ftpServer(t *testing.T, config *tls.Config, implicit bool) (port string) {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "inbox"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := file.NewDriver(root)
	if err != nil {
		t.Fatal(err)
	}
	port = freePort(t)
	number, _ := strconv.Atoi(port)
	s, err := server.NewServer(&server.Options{
		Driver: files, Auth: &server.SimpleAuth{Name: "somebody", Password: "right"}, Perm: server.NewSimplePerm("o", "g"),
		Hostname: "127.0.0.1", Port: number, Logger: new(server.DiscardLogger),
		TLS: config != nil, TLSConfig: config, ExplicitFTPS: !implicit,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Shutdown() })
	go func() { _ = s.ListenAndServe() }()
	for range 200 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = conn.Close()
			return port
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the FTP server does not answer")
	return ""
}

func TestFTP(t *testing.T) {
	r := to("ftp", "127.0.0.1", ftpServer(t, nil, false), "tls", "disable", "path", "{{path}}")
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":                      {r, accepted()},
		"a folder":                   {r.with("path", "/inbox"), accepted()},
		"a folder from where it is":  {r.with("path", "inbox"), accepted()},
		"a folder that is not there": {r.with("path", "/nope"), rejected(models.ReasonDatabaseNotFound)},
		"a file":                     {r.with("path", "/file"), rejected(models.ReasonDatabaseNotFound)},
		"wrong password":             {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
		"no password":                {r.with("password", ""), unavailable(models.ReasonUnexpectedResponse)}, // goftp: a command without its parameter
		"unknown user":               {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
		"a second command":           {r.with("path", "/inbox\r\nDELE /file"), unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

func TestFTP_TLS(t *testing.T) { expectTLS(t, "ftp", ftpServer) }

// No real server answers like these few lines.
func TestFTP_answers(t *testing.T) {
	const hello, unclear = "220 hello\r\n", models.ReasonUnexpectedResponse
	no := rejected(models.ReasonAuthRejected)
	for name, c := range map[string]struct {
		greeting, user, pass, cwd string
		mode                      string
		want                      Result
		password                  bool // may be heard
	}{
		"says yes":                        {hello, "331 password", "230 in", "250 there", "disable", accepted(), true},
		"takes several lines":             {"220-hello\r\n220 there\r\n", "331-your\r\n331 password", "230-in\r\n 230 no\r\n230 in", "250 there", "disable", accepted(), true},
		"too busy to greet":               {"421 too many\r\n", "", "", "", "disable", unavailable(unclear), false},
		"wants to be waited for":          {"120 in an hour\r\n", "", "", "", "disable", unavailable(unclear), false},
		"lets in whoever comes":           {hello, "230 in", "230 in", "250 there", "disable", unavailable(unclear), false},
		"wants TLS first":                 {hello, "530 encryption first", "", "", "disable", unavailable(unclear), false},
		"knows no such user":              {hello, "430 who", "", "", "disable", no, false},
		"wants an account too":            {hello, "331 password", "332 account", "", "disable", unavailable(unclear), true},
		"says no":                         {hello, "331 password", "530 no", "", "disable", no, true},
		"has no place for now":            {hello, "331 password", "530 Sorry, the maximum number of clients (30) from your host are already connected.", "", "disable", unavailable(unclear), true},
		"says no by RFC 2228":             {hello, "331 password", "430 no", "", "disable", no, true},
		"is too busy now":                 {hello, "331 password", "421 later", "", "disable", unavailable(unclear), true},
		"can't check now":                 {hello, "331 password", "431 later", "", "disable", unavailable(unclear), true},
		"keeps the folder":                {hello, "331 password", "230 in", "530 not you", "disable", rejected(models.ReasonInsufficientScope), true},
		"keeps the folder for now":        {hello, "331 password", "230 in", "450 busy", "disable", unavailable(unclear), true},
		"has no TLS":                      {hello, "331 password", "230 in", "250 there", "starttls", unavailable(models.ReasonTLSInvalid), false},
		"nonsense where a code has to be": {hello, "hello", "", "", "disable", unavailable(unclear), false},
	} {
		t.Run(name, func(t *testing.T) {
			port, heard := hears(t, c.greeting, func(line string) string {
				verb, _, _ := strings.Cut(line, " ")
				reply, ok := map[string]string{"USER": c.user, "PASS": c.pass, "CWD": c.cwd, "QUIT": "221 bye"}[verb]
				if !ok {
					reply = "502 what"
				}
				return reply + "\r\n"
			})
			r := to("ftp", "127.0.0.1", port, "tls", c.mode, "path", "/inbox")
			expect(t, patiently(t, loopback(t), r), c.want)
			if said := strings.Contains(heard(), "right"); said != c.password {
				t.Errorf("the password was sent: %v", said)
			}
		})
	}
}
