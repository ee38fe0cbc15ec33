package verifiers

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"keyward/models"
)

// natsServer runs a real server on loopback.
func natsServer(t *testing.T, options natsserver.Options) (port string) {
	t.Helper()
	options.Host, options.Port, options.NoLog, options.NoSigs = "127.0.0.1", natsserver.RANDOM_PORT, true, true
	server, err := natsserver.NewServer(&options)
	if err != nil {
		t.Fatal(err)
	}
	go server.Start()
	t.Cleanup(func() { server.Shutdown(); server.WaitForShutdown() })
	if !server.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	return strconv.Itoa(server.Addr().(*net.TCPAddr).Port)
}

func natsRequest(port string, pairs ...string) Request {
	dry := &models.DryRequest{Protocol: "nats", Hosts: []string{"{{host}}"}, Params: map[string]string{}}
	for _, name := range []string{"host", "port", "user", "password", "token", "seed", "credentials", "tls"} {
		dry.Params[name] = "{{" + name + "}}"
	}
	return Request{dry, values("host", "127.0.0.1", "port", port, "tls", "disable")}.with(pairs...)
}

func nkey(t *testing.T, kind nkeys.PrefixByte) (pair nkeys.KeyPair, public, seed string) {
	t.Helper()
	pair, err := nkeys.CreatePair(kind)
	if err != nil {
		t.Fatal(err)
	}
	public, _ = pair.PublicKey()
	text, _ := pair.Seed()
	return pair, public, string(text)
}

// natsAccounts is a server that knows people by JWTs, with the .creds text of one of them.
func natsAccounts(t *testing.T) (port string, credentials func(ends time.Time) string) {
	t.Helper()
	operator, operatorID, _ := nkey(t, nkeys.PrefixByteOperator)
	account, accountID, _ := nkey(t, nkeys.PrefixByteAccount)
	_, userID, seed := nkey(t, nkeys.PrefixByteUser)
	claims := jwt.NewAccountClaims(accountID)
	accountJWT, err := claims.Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	resolver := &natsserver.MemAccResolver{}
	if err := resolver.Store(accountID, accountJWT); err != nil {
		t.Fatal(err)
	}
	trusted := jwt.NewOperatorClaims(operatorID)
	port = natsServer(t, natsserver.Options{TrustedOperators: []*jwt.OperatorClaims{trusted}, AccountResolver: resolver})
	return port, func(ends time.Time) string {
		user := jwt.NewUserClaims(userID)
		user.Expires = ends.Unix()
		text, err := user.Encode(account)
		if err != nil {
			t.Fatal(err)
		}
		creds, err := jwt.FormatUserConfig(text, []byte(seed))
		if err != nil {
			t.Fatal(err)
		}
		return string(creds)
	}
}

func TestNATS(t *testing.T) {
	_, alice, seed := nkey(t, nkeys.PrefixByteUser)
	_, _, stranger := nkey(t, nkeys.PrefixByteUser)
	people := natsServer(t, natsserver.Options{Users: []*natsserver.User{{Username: "alice", Password: "right"}}})
	token := natsServer(t, natsserver.Options{Authorization: "s3cr3t/token"})
	keys := natsServer(t, natsserver.Options{Nkeys: []*natsserver.NkeyUser{{Nkey: alice}}})
	open := natsServer(t, natsserver.Options{})
	guests := natsServer(t, natsserver.Options{NoAuthUser: "guest", Users: []*natsserver.User{
		{Username: "alice", Password: "right"}, {Username: "guest", Password: "guest"},
	}})
	jwts, credentials := natsAccounts(t)
	_, others := natsAccounts(t)
	hour := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":                      {natsRequest(people, "user", "alice", "password", "right"), accepted()},
		"wrong password":             {natsRequest(people, "user", "alice", "password", "wrong"), rejected(models.ReasonAuthRejected)},
		"unknown user":               {natsRequest(people, "user", "nobody", "password", "right"), rejected(models.ReasonAuthRejected)},
		"nobody":                     {natsRequest(people), rejected(models.ReasonAuthRejected)},
		"a token":                    {natsRequest(token, "token", "s3cr3t/token"), accepted()},
		"a wrong token":              {natsRequest(token, "token", "wrong"), rejected(models.ReasonAuthRejected)},
		"an NKey":                    {natsRequest(keys, "seed", seed), accepted()},
		"a stranger's NKey":          {natsRequest(keys, "seed", stranger), rejected(models.ReasonAuthRejected)},
		"no NKey at all":             {natsRequest(keys, "seed", "/etc/hostname"), rejected(models.ReasonAuthRejected)},
		"credentials":                {natsRequest(jwts, "credentials", credentials(hour)), accepted()},
		"ended credentials":          {natsRequest(jwts, "credentials", credentials(time.Now().Add(-time.Minute))), rejected(models.ReasonAuthRejected)},
		"another operator's":         {natsRequest(jwts, "credentials", others(hour)), rejected(models.ReasonAuthRejected)},
		"no credentials":             {natsRequest(jwts, "credentials", "/etc/hostname"), rejected(models.ReasonAuthRejected)},
		"anybody":                    {natsRequest(open), accepted()},
		"anybody, with a password":   {natsRequest(open, "user", "alice", "password", "right"), unavailable(models.ReasonUnexpectedResponse)},
		"anybody, with no user":      {natsRequest(open, "password", "right"), unavailable(models.ReasonUnexpectedResponse)},
		"anybody, with a token":      {natsRequest(open, "token", "s3cr3t/token"), unavailable(models.ReasonUnexpectedResponse)},
		"anybody, with an NKey":      {natsRequest(open, "seed", seed), unavailable(models.ReasonUnexpectedResponse)},
		"anybody, with credentials":  {natsRequest(open, "credentials", credentials(hour)), unavailable(models.ReasonUnexpectedResponse)},
		"anybody, by URI":            {byURI("nats", "nats://s3cr3t@127.0.0.1:"+open), unavailable(models.ReasonUnexpectedResponse)},
		"guests too":                 {natsRequest(guests, "user", "alice", "password", "right"), unavailable(models.ReasonUnexpectedResponse)},
		"guests too, wrong password": {natsRequest(guests, "user", "alice", "password", "wrong"), rejected(models.ReasonAuthRejected)},
		"TLS is not offered":         {natsRequest(people, "user", "alice", "password", "right", "tls", "verify"), unavailable(models.ReasonTLSInvalid)},
		"an unknown TLS mode":        {natsRequest(people, "user", "alice", "password", "right", "tls", "prefer"), unavailable(models.ReasonTLSInvalid)},
		"by URI":                     {byURI("nats", "nats://alice:right@127.0.0.1:"+people), accepted()},
		"wrong by URI":               {byURI("nats", "nats://alice:wrong@127.0.0.1:"+people), rejected(models.ReasonAuthRejected)},
		"a token by URI":             {byURI("nats", "nats://"+url.QueryEscape("s3cr3t/token")+"@127.0.0.1:"+token), accepted()},
		"TLS by URI":                 {byURI("nats", "tls://alice:right@127.0.0.1:"+people), unavailable(models.ReasonTLSInvalid)},
		"another scheme":             {byURI("nats", "ws://alice:right@127.0.0.1:"+people), unavailable(models.ReasonHostNotFound)},
		"two servers":                {byURI("nats", "nats://u:p@127.0.0.1:1,nats://127.0.0.1:"+people), unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

func TestNATS_TLS(t *testing.T) {
	for name, c := range map[string]struct {
		host, mode string
		tls        *tls.Config
		want       Result
	}{
		"verified":             {"localhost", "", trusted(t), accepted()},
		"the server insists":   {"localhost", "disable", trusted(t), accepted()},
		"self-signed":          {"localhost", "", selfSigned(t), unavailable(models.ReasonTLSInvalid)},
		"insisted self-signed": {"localhost", "disable", selfSigned(t), unavailable(models.ReasonTLSInvalid)},
		"other name":           {"127.0.0.1", "", trusted(t), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) {
			port := natsServer(t, natsserver.Options{Username: "alice", Password: "right", TLS: true, TLSConfig: c.tls, TLSTimeout: 5})
			r := natsRequest(port, "host", c.host, "user", "alice", "password", "right", "tls", c.mode)
			expect(t, patiently(t, loopback(t), r), c.want)
		})
	}
}

// No real server is hostile: these few lines are.
func TestNATS_hostile_servers(t *testing.T) {
	var dialled atomic.Int32
	_, elsewhere := serve(t, func(net.Conn) { dialled.Add(1) })
	info := `INFO {"server_id":"x","version":"2.10.0","proto":1,"auth_required":true,"max_payload":1048576,` +
		`"connect_urls":["127.0.0.1:` + elsewhere + `"]}` + "\r\n"
	for name, c := range map[string]struct {
		talk func(net.Conn)
		want Result
	}{
		"hangs up after the log-in": {func(conn net.Conn) {
			_, _ = io.WriteString(conn, info)
			_, _ = bufio.NewReader(conn).ReadString('\n')
		}, unavailable(models.ReasonConnectionRefused)},
		"says something else": {func(conn net.Conn) {
			_, _ = io.WriteString(conn, info)
			_, _ = bufio.NewReader(conn).ReadString('\n')
			_, _ = io.WriteString(conn, "-ERR 'canary'\r\n")
		}, unavailable(models.ReasonUnexpectedResponse)},
		"a line without end": {func(conn net.Conn) {
			_, _ = io.WriteString(conn, "INFO {")
			_, _ = io.Copy(conn, endless{})
		}, unavailable(models.ReasonUnexpectedResponse)},
		"talks on after the log-in": {func(conn net.Conn) {
			_, _ = io.WriteString(conn, info)
			_, _ = bufio.NewReader(conn).ReadString('\n')
			_, _ = io.WriteString(conn, "PONG\r\n"+strings.Repeat(info, 1000))
			_, _ = io.Copy(conn, endless{})
		}, accepted()},
		"is no NATS server": {func(conn net.Conn) { _, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2\r\n") }, unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			var heard bytes.Buffer
			done := make(chan struct{})
			_, port := serve(t, func(conn net.Conn) {
				defer close(done)
				c.talk(conn)
				if c.want.Reason != models.ReasonConnectionRefused {
					_, _ = io.Copy(&heard, conn)
				}
			})
			before := allocated()
			r := natsRequest(port, "user", "alice", "password", "right")
			expect(t, patiently(t, loopback(t), r), c.want)
			if grew := allocated() - before; grew > 10<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				t.Fatal("the connection was left open")
			}
		})
	}
	if n := dialled.Load(); n > 0 {
		t.Errorf("a server that another one advertised was dialled %d times", n)
	}
}
