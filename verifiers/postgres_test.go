package verifiers

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"keyward/internal/testservers"
	"keyward/models"
)

func loginTo(protocol string, s testservers.Server, params ...string) Request {
	dry := &models.DryRequest{Protocol: protocol, Hosts: []string{"{{host}}:{{port}}"}, Params: map[string]string{
		"host": "{{host}}", "port": "{{port}}", "database": "{{database}}", "user": "{{user}}", "password": "{{password}}",
	}}
	for i := 0; i < len(params); i += 2 {
		dry.Params[params[i]] = params[i+1]
	}
	return Request{dry, values("host", s.Host, "port", strconv.Itoa(s.Port), "database", s.Database, "user", s.User, "password", s.Password)}
}

func (r Request) with(pairs ...string) Request {
	v := maps.Clone(r.Values)
	maps.Copy(v, values(pairs...))
	return Request{r.DryRequest, v}
}

func execPostgres(t *testing.T, s testservers.Server, statements ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // a cleanup runs when the test's own context is over
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func TestPostgres(t *testing.T) {
	server := testservers.Postgres(t)
	role := server.Database // a name of its own
	execPostgres(t, server,
		"create role "+role+"_limited login password 'right' connection limit 0",
		"create role "+role+"_stranger login password 'right'",
		"create role "+testservers.Trusted+" login", "create role "+testservers.Barred+" login password 'right'",
		"revoke connect on database "+server.Database+" from public",
		"grant connect on database "+server.Database+" to "+testservers.Trusted,
		"grant connect on database "+server.Database+" to "+role+"_limited")
	t.Cleanup(func() {
		execPostgres(t, server,
			"revoke connect on database "+server.Database+" from "+role+"_limited, "+testservers.Trusted,
			"drop role "+role+"_limited", "drop role "+role+"_stranger", "drop role "+testservers.Trusted, "drop role "+testservers.Barred)
	})
	r := loginTo("postgres", server, "sslMode", "disable")
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":               {r, accepted()},
		"wrong password":      {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
		"no password":         {r.with("password", ""), rejected(models.ReasonAuthRejected)},
		"unknown user":        {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
		"unknown database":    {r.with("database", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
		"may not connect":     {r.with("user", role+"_stranger", "password", "right"), rejected(models.ReasonInsufficientScope)},
		"too many":            {r.with("user", role+"_limited", "password", "right"), unavailable(models.ReasonUnexpectedResponse)},
		"nobody asks for it":  {r.with("user", testservers.Trusted), unavailable(models.ReasonUnexpectedResponse)},
		"none is needed":      {r.with("user", testservers.Trusted, "password", ""), accepted()},
		"not from here":       {r.with("user", testservers.Barred, "password", "right"), unavailable(models.ReasonConnectionRefused)},
		"a NUL in the user":   {r.with("user", "a\x00b"), unavailable(models.ReasonUnexpectedResponse)},
		"TLS is not offered":  {loginTo("postgres", server), unavailable(models.ReasonTLSInvalid)},
		"an unknown TLS mode": {loginTo("postgres", server, "sslMode", "prefer"), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

func TestPostgres_outcomes(t *testing.T) {
	server := testservers.Postgres(t)
	outcomes(t, service{
		plain: loginTo("postgres", server, "sslMode", "disable"), secure: loginTo("postgres", server),
		behind: func(config *tls.Config, talked *atomic.Bool) func(net.Conn) {
			return postgresTLS(server, config, talked)
		},
	})
}

// postgresTLS stands before the real server, which has no certificate: it answers the SSLRequest, ends the TLS, and
// passes the rest on.
func postgresTLS(server testservers.Server, config *tls.Config, talked *atomic.Bool) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.ReadFull(conn, make([]byte, 8)); err != nil {
			return
		}
		_, _ = conn.Write([]byte("S"))
		secure := tls.Server(conn, config)
		if secure.Handshake() != nil {
			return
		}
		talked.Store(true)
		upstream, err := net.Dial("tcp", server.Addr())
		if err != nil {
			return
		}
		splice(secure, upstream)
	}
}

func TestPostgres_knows_nothing_of_this_machine(t *testing.T) {
	server := testservers.Postgres(t)
	home := t.TempDir()
	passfile := filepath.Join(home, ".pgpass")
	line := strings.Join([]string{server.Host, strconv.Itoa(server.Port), server.Database, server.User, server.Password}, ":")
	if err := os.WriteFile(passfile, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"HOME": home, "PGHOST": "db.example.com", "PGPORT": "nonsense", "PGDATABASE": "nowhere", "PGUSER": "nobody", "PGPASSWORD": "wrong",
		"PGPASSFILE": passfile, "PGSSLMODE": "nonsense", "PGSSLCERT": "/nowhere", "PGSSLKEY": "/nowhere", "PGSSLROOTCERT": "/nowhere",
		"PGSSLCERTMODE": "nonsense", "PGSSLNEGOTIATION": "direct", "PGSSLSNI": "0", "PGSERVICE": "nowhere", "PGSERVICEFILE": "/nowhere",
		"PGOPTIONS": "-c search_path=nowhere -c nonsense=1", "PGAPPNAME": "else", "PGTZ": "nonsense", "PGCONNECT_TIMEOUT": "nonsense",
		"PGTARGETSESSIONATTRS": "standby", "PGMINPROTOCOLVERSION": "9", "PGMAXPROTOCOLVERSION": "9", "PGCHANNELBINDING": "require",
		"PGREQUIREAUTH": "gss",
	} {
		t.Setenv(name, value)
	}
	right := loginTo("postgres", server, "sslMode", "disable")
	expect(t, patiently(t, loopback(t), right), accepted())
	expect(t, patiently(t, loopback(t), right.with("password", "")), rejected(models.ReasonAuthRejected))
	expect(t, patiently(t, loopback(t), loginTo("postgres", server)), unavailable(models.ReasonTLSInvalid))
}

// message frames one message of PostgreSQL's protocol.
func message(kind byte, body string) []byte {
	frame := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)+4))
	return append(frame, body...)
}

// No real server is hostile: these few lines are.
func TestPostgres_hostile_servers(t *testing.T) {
	server := testservers.Server{Host: "127.0.0.1", User: "u", Password: "canary-password", Database: "d"}
	authenticated := string(message('R', "\x00\x00\x00\x00"))
	for name, talk := range map[string]func(net.Conn){
		"wants the password in clear text": func(conn net.Conn) {
			_, _ = conn.Write(message('R', "\x00\x00\x00\x03"))
		},
		"never stops": func(conn net.Conn) {
			_, _ = io.WriteString(conn, authenticated)
			noise := message('S', "name"+strings.Repeat("x", 1000)+"\x00value\x00") // once: what it costs is counted below
			for err := error(nil); err == nil; {
				_, err = conn.Write(noise)
			}
		},
		"announces a gigabyte": func(conn net.Conn) {
			_, _ = io.WriteString(conn, authenticated+"S\x40\x00\x00\x00")
			_, _ = io.Copy(conn, endless{})
		},
		"is ready before anybody logged in": func(conn net.Conn) { _, _ = conn.Write(message('Z', "I")) },
		"invents an error": func(conn net.Conn) {
			_, _ = conn.Write(message('E', "SFATAL\x00C57P03\x00Mserver refused TLS connection\x00\x00"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var heard bytes.Buffer
			done := make(chan struct{})
			_, port := serve(t, func(conn net.Conn) {
				defer close(done)
				startup := make([]byte, 4)
				_, _ = io.ReadFull(conn, startup)
				_, _ = io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(startup))-4)
				talk(conn)
				_, _ = io.Copy(&heard, conn)
			})
			before := allocated()
			r := loginTo("postgres", server, "sslMode", "disable").with("port", port)
			expect(t, patiently(t, loopback(t), r), unavailable(models.ReasonUnexpectedResponse))
			if grew := allocated() - before; grew > 8<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				t.Fatal("the connection was left open")
			}
			if strings.Contains(heard.String(), "canary") {
				t.Error("the password was sent")
			}
		})
	}
}

// allocated counts the bytes this process ever allocated.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}
