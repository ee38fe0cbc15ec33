package verifiers

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"keyward/models"
)

// to is a dry request of a protocol to a host and port, with a user and a password.
func to(protocol, host, port string, params ...string) Request {
	r := Request{
		&models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}"}, Params: map[string]string{
			"host": "{{host}}", "port": "{{port}}", "user": "{{user}}", "password": "{{password}}",
		}},
		values("host", host, "port", port, "user", "somebody", "password", "right"),
	}
	for i := 0; i < len(params); i += 2 {
		r.DryRequest.Params[params[i]] = params[i+1]
	}
	return r
}

// listen serves on a free port of this machine until the test ends.
func listen(t *testing.T, serve func(net.Listener) error, config *tls.Config) (port string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.WithoutCancel(t.Context()), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	port = strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if config != nil {
		l = tls.NewListener(l, config)
	}
	go func() { _ = serve(l) }()
	return port
}

// starter starts a protocol's real server: with config for TLS, from the first byte if implicit. Whoever says "somebody"
// and "right" is let in.
type starter func(t *testing.T, config *tls.Config, implicit bool) (port string)

// expectTLS shows that a protocol's passwords go only to whom the certificate belongs, unless TLS was given up expressly.
func expectTLS(t *testing.T, protocol string, start starter, params ...string) {
	t.Helper()
	noTLS := unavailable(models.ReasonTLSInvalid)
	deaf := noTLS
	if protocol == "ldap" { // slapd hangs up on what it can't read
		deaf = unavailable(models.ReasonConnectionRefused)
	}
	for name, c := range map[string]struct {
		config *tls.Config
		from   string // how the server has TLS
		mode   string // how the client wants it
		host   string
		want   Result
	}{
		"TLS":                                {trusted(t), "implicit", "implicit", "localhost", accepted()},
		"TLS where none is named":            {trusted(t), "implicit", "", "localhost", accepted()},
		"TLS, self-signed":                   {selfSigned(t), "implicit", "implicit", "localhost", noTLS},
		"TLS, other name":                    {trusted(t), "implicit", "implicit", "127.0.0.1", noTLS},
		"STARTTLS":                           {trusted(t), "starttls", "starttls", "localhost", accepted()},
		"STARTTLS, self-signed":              {selfSigned(t), "starttls", "starttls", "localhost", noTLS},
		"STARTTLS, other name":               {trusted(t), "starttls", "starttls", "127.0.0.1", noTLS},
		"STARTTLS is not offered":            {nil, "", "starttls", "localhost", noTLS},
		"none":                               {nil, "", "disable", "localhost", accepted()},
		"a server without TLS":               {nil, "", "implicit", "localhost", deaf},
		"a mode that nobody heard of":        {nil, "", "prefer", "localhost", deaf},
		"none, where there would be some":    {trusted(t), "starttls", "disable", "localhost", accepted()},
		"TLS without verification is no way": {selfSigned(t), "implicit", "skip-verify", "localhost", noTLS},
	} {
		t.Run(name, func(t *testing.T) {
			r := to(protocol, c.host, start(t, c.config, c.from == "implicit"), append(params, "tls", c.mode)...)
			expect(t, patiently(t, loopback(t), r), c.want)
		})
	}
}

// hears answers a client's lines by a script, and tells afterwards what was heard.
func hears(t *testing.T, greeting string, answer func(line string) string) (port string, heard func() string) {
	t.Helper()
	var all bytes.Buffer
	done := make(chan struct{})
	_, port = serve(t, func(conn net.Conn) {
		defer close(done)
		_, _ = io.WriteString(conn, greeting)
		buffer := make([]byte, 4096)
		for {
			n, err := conn.Read(buffer)
			all.Write(buffer[:n])
			if err != nil {
				return
			}
			for line := range strings.Lines(string(buffer[:n])) {
				_, _ = io.WriteString(conn, answer(strings.TrimRight(line, "\r\n")))
			}
		}
	})
	return port, func() string {
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			t.Error("the connection was left open")
		}
		return all.String()
	}
}

// Whatever a server does, it ends in time, costs little and is no yes and no no.
func TestSessions_hostile_servers(t *testing.T) {
	flood := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			block := []byte(strings.Repeat(text, 1+(16<<10)/len(text)))
			for err := error(nil); err == nil; {
				_, err = conn.Write(block)
			}
		}
	}
	for _, protocol := range []string{"ftp", "imap", "ldap", "smtp"} {
		for _, mode := range []string{"disable", "starttls", "implicit"} {
			for name, talk := range map[string]func(net.Conn){
				"zeros":             func(conn net.Conn) { _, _ = io.Copy(conn, endless{}) },
				"one endless line":  flood("x"),
				"endless lines":     flood("220-hello\r\n"),
				"endless untagged":  flood("* OK still here\r\n"),
				"a huge literal":    flood("* OK [X {4294967290}\r\n"),
				"a huge BER packet": flood("\x30\x84\x7f\xff\xff\xff\x02\x01\x01\x61\x84\x7f\xff\xff\xff"),
				"greets and goes":   func(conn net.Conn) { _, _ = io.WriteString(conn, "220 hello\r\n* OK hello\r\n") },
				"greets, is silent": func(conn net.Conn) {
					_, _ = io.WriteString(conn, "220 hello\r\n* OK hello\r\n")
					_, _ = io.Copy(io.Discard, conn)
				},
			} {
				t.Run(protocol+"/"+mode+"/"+name, func(t *testing.T) {
					host, port := serve(t, talk)
					before, began := allocated(), time.Now()
					got := within(t, 300*time.Millisecond, loopback(t), to(protocol, host, port, "tls", mode))
					if got.Outcome != models.Unavailable {
						t.Errorf("got %v", got)
					}
					if took := time.Since(began); took > 3*time.Second {
						t.Errorf("it took %s", took)
					}
					if grew := allocated() - before; grew > 32<<20 {
						t.Errorf("it cost %d MiB", grew>>20)
					}
				})
			}
		}
	}
}
