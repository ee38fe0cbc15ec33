package verifiers

import (
	"bytes"
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"keyward/internal/testservers"
	"keyward/models"
)

func execMariaDB(t *testing.T, s testservers.Server, statements ...string) {
	t.Helper()
	db, err := sql.Open("mysql", s.User+":"+s.Password+"@tcp("+s.Addr()+")/")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range statements {
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func TestMySQL(t *testing.T) {
	server := testservers.MariaDB(t)
	user := server.Database // a name of its own
	execMariaDB(t, server,
		"create user "+user+"_stranger identified by 'right'",
		"create user "+user+"_locked identified by 'right' account lock")
	t.Cleanup(func() { execMariaDB(t, server, "drop user "+user+"_stranger, "+user+"_locked") })
	r := loginTo("mysql", server, "tls", "disable")
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":                    {r, accepted()},
		"without a database":       {r.with("database", ""), accepted()},
		"wrong password":           {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
		"no password":              {r.with("password", ""), rejected(models.ReasonAuthRejected)},
		"unknown user":             {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
		"unknown database":         {r.with("database", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
		"not allowed there":        {r.with("user", user+"_stranger", "password", "right"), rejected(models.ReasonInsufficientScope)},
		"locked":                   {r.with("user", user+"_locked", "password", "right", "database", ""), rejected(models.ReasonAuthRejected)},
		"socket account over TCP":  {r.with("user", "root"), rejected(models.ReasonAuthRejected)},
		"TLS is not offered":       {loginTo("mysql", server), unavailable(models.ReasonTLSInvalid)},
		"an unknown TLS mode":      {loginTo("mysql", server, "tls", "preferred"), unavailable(models.ReasonTLSInvalid)},
		"TLS without verification": {loginTo("mysql", server, "tls", "skip-verify"), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

func TestMySQL_outcomes(t *testing.T) {
	server := testservers.MariaDB(t)
	outcomes(t, service{
		plain: loginTo("mysql", server, "tls", "disable"), secure: loginTo("mysql", server),
		behind: func(config *tls.Config, talked *atomic.Bool) func(net.Conn) { return mysqlTLS(server, config, talked) },
	})
}

const flagTLS = 0x08 // CLIENT_SSL, in the second byte of the capabilities

// mysqlTLS stands before the real server, which has no certificate: it offers TLS in the server's greeting, ends it,
// and passes the rest on. The SSL request that it swallows is one packet in the count of both sides.
func mysqlTLS(server testservers.Server, config *tls.Config, talked *atomic.Bool) func(net.Conn) {
	return func(conn net.Conn) {
		upstream, err := net.Dial("tcp", server.Addr())
		if err != nil {
			return
		}
		defer func() { _ = upstream.Close() }()
		greeting := readPacket(upstream)
		capabilities := 4 + 1 + bytes.IndexByte(greeting[5:], 0) + 1 + 4 + 8 + 1
		greeting[capabilities+1] |= flagTLS
		_, _ = conn.Write(greeting)
		readPacket(conn)
		secure := tls.Server(conn, config)
		if secure.Handshake() != nil {
			return
		}
		talked.Store(true)
		login := readPacket(secure)
		login[3]--
		login[5] &^= flagTLS
		_, _ = upstream.Write(login)
		answer := readPacket(upstream)
		answer[3]++
		_, _ = secure.Write(answer)
		splice(secure, upstream)
	}
}

func readPacket(r io.Reader) []byte {
	head := make([]byte, 4)
	_, _ = io.ReadFull(r, head)
	packet := append(head, make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)...)
	_, _ = io.ReadFull(r, packet[4:])
	return packet
}

func packet(number byte, body string) []byte {
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
	head[3] = number
	return append(head, body...)
}

// greet is a server's first packet, with the capabilities that the driver insists on.
func greet(plugin string) []byte {
	return packet(0, "\x0a8.0.0\x00"+"\x01\x00\x00\x00"+"abcdefgh\x00"+"\x01\x82"+"\x21\x02\x00"+"\x0a\x00"+"\x15"+
		strings.Repeat("\x00", 10)+"ijklmnopqrst\x00"+plugin+"\x00")
}

// No real server is hostile: these few lines are.
func TestMySQL_hostile_servers(t *testing.T) {
	server := testservers.Server{Host: "127.0.0.1", User: "u", Password: "canary-password", Database: "d"}
	const ok = "\x00\x00\x00\x02\x00\x00\x00"
	for name, talk := range map[string]func(net.Conn){
		"wants the password in clear text": func(conn net.Conn) {
			_, _ = conn.Write(greet("mysql_clear_password"))
			readPacket(conn)
			_, _ = conn.Write(packet(2, "\xfemysql_clear_password\x00"))
		},
		"wants the oldest digest": func(conn net.Conn) {
			_, _ = conn.Write(greet("mysql_old_password"))
			readPacket(conn)
			_, _ = conn.Write(packet(2, "\xfe"))
		},
		"wants a file": func(conn net.Conn) {
			_, _ = conn.Write(greet("mysql_native_password"))
			readPacket(conn)
			_, _ = conn.Write(packet(2, ok))
			readPacket(conn)
			_, _ = conn.Write(packet(1, "\xfb/proc/self/environ"))
		},
		"sends a greeting that ends early": func(conn net.Conn) { _, _ = conn.Write(packet(0, "\x0a8.0.0\x00\x01")) },
		"never stops": func(conn net.Conn) {
			_, _ = conn.Write([]byte{0xff, 0xff, 0xff, 0})
			_, _ = io.Copy(conn, endless{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var heard bytes.Buffer
			done := make(chan struct{})
			_, port := serve(t, func(conn net.Conn) {
				defer close(done)
				talk(conn)
				_, _ = io.Copy(&heard, conn)
			})
			before := allocated()
			r := loginTo("mysql", server, "tls", "disable").with("port", port)
			expect(t, patiently(t, loopback(t), r), unavailable(models.ReasonUnexpectedResponse))
			if grew := allocated() - before; grew > 40<<20 { // a packet may announce 16 MiB, whatever then comes
				t.Errorf("it cost %d MiB", grew>>20)
			}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				t.Fatal("the connection was left open")
			}
			if strings.Contains(heard.String(), "canary") || strings.Contains(heard.String(), "PATH=") {
				t.Error("more was sent than a digest")
			}
		})
	}
}
