package verifiers

import (
	"bufio"
	"context"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"keyward/internal/testservers"
	"keyward/models"
)

// execRedis gives a command to the test server as its administrator.
func execRedis(t *testing.T, s testservers.Server, command ...string) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), "tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	talk := redisTalk{conn, bufio.NewReader(conn)}
	if err := talk.do("OK", "AUTH", s.User, s.Password); err != nil {
		t.Fatal(err)
	}
	if err := talk.do("OK", command...); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
}

func TestRedis(t *testing.T) {
	server := testservers.Redis(t)
	execRedis(t, server, "ACL", "SETUSER", "frugal", "on", ">right", "~*", "+get")
	execRedis(t, server, "ACL", "SETUSER", "gone", "off", ">right", "~*", "+@all")
	r := loginTo("redis", server, "tls", "disable")
	outcomes(t, service{
		plain: r, secure: loginTo("redis", server), behind: behindTLS(server.Addr()), untold: models.ReasonTimeout,
		cases: map[string]outcome{
			"the password alone":                       {r.with("user", ""), accepted()},
			"without a database":                       {r.with("database", ""), accepted()},
			"another database":                         {r.with("database", "15"), accepted()},
			"a wrong password":                         {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
			"a wrong password alone":                   {r.with("password", "wrong", "user", ""), rejected(models.ReasonAuthRejected)},
			"an unknown user":                          {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
			"a user that is off":                       {r.with("user", "gone", "password", "right"), rejected(models.ReasonAuthRejected)},
			"neither user nor password":                {r.with("user", "", "password", ""), rejected(models.ReasonAuthRejected)},
			"a password that would be another command": {r.with("password", "x\r\nPING\r\n"), rejected(models.ReasonAuthRejected)},
			"a user who may not even ping":             {r.with("user", "frugal", "password", "right", "database", "0"), accepted()},
			"a user who may not select":                {r.with("user", "frugal", "password", "right", "database", "1"), rejected(models.ReasonInsufficientScope)},
			"a database beyond the last":               {r.with("database", "16"), rejected(models.ReasonDatabaseNotFound)},
			"a database that is no number":             {r.with("database", "orders"), rejected(models.ReasonDatabaseNotFound)},
		},
	})
}

func TestRedis_by_uri(t *testing.T) {
	server := testservers.Redis(t)
	for name, c := range map[string]struct {
		uri  string
		want Result
	}{
		"redis is plain":       {server.URL(), accepted()},
		"the password alone":   {"redis://:" + server.Password + "@" + server.Addr(), accepted()},
		"a query says nothing": {server.URL() + "?tls_cert_file=/nope&max_retries=9", accepted()},
		"a wrong password":     {"redis://:wrong@" + server.Addr(), rejected(models.ReasonAuthRejected)},
		"a wrong database":     {strings.TrimSuffix(server.URL(), "0") + "99", rejected(models.ReasonDatabaseNotFound)},
		"a socket is no host":  {"redis:///var/run/redis.sock", unavailable(models.ReasonHostNotFound)},
		"another scheme":       {"unix" + strings.TrimPrefix(server.URL(), "redis"), unavailable(models.ReasonHostNotFound)},
		"a list of several":    {"redis://127.0.0.1:1,127.0.0.1:2/0", unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), byURI("redis", c.uri)), c.want) })
	}
	t.Run("rediss is TLS", func(t *testing.T) {
		_, port := serve(t, behindTLS(server.Addr())(trusted(t), new(atomic.Bool)))
		u := url.URL{Scheme: "rediss", User: url.UserPassword(server.User, server.Password), Host: "localhost:" + port, Path: "/0"}
		expect(t, patiently(t, loopback(t), byURI("redis", u.String())), accepted())
	})
}

// What older servers and other states say, and what no server should: these few lines stand for them.
func TestRedis_answers(t *testing.T) {
	r := loginTo("redis", testservers.Server{Host: "127.0.0.1", User: "u", Password: "canary-password", Database: "1"}, "tls", "disable")
	for name, c := range map[string]struct {
		answers []string
		want    Result
	}{
		"yes":                           {[]string{"+OK\r\n", "+OK\r\n", "+PONG\r\n"}, accepted()},
		"an old server's no":            {[]string{"-ERR invalid password\r\n"}, rejected(models.ReasonAuthRejected)},
		"no password is set":            {[]string{"-ERR Client sent AUTH, but no password is set\r\n"}, rejected(models.ReasonAuthRejected)},
		"no password is set, today":     {[]string{"-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\r\n"}, rejected(models.ReasonAuthRejected)},
		"no users yet":                  {[]string{"-ERR wrong number of arguments for 'auth' command\r\n"}, rejected(models.ReasonAuthRejected)},
		"a cluster has one database":    {[]string{"+OK\r\n", "-ERR SELECT is not allowed in cluster mode\r\n"}, rejected(models.ReasonDatabaseNotFound)},
		"still loading":                 {[]string{"+OK\r\n", "+OK\r\n", "-LOADING Redis is loading the dataset in memory\r\n"}, unavailable(models.ReasonUnexpectedResponse)},
		"too many clients":              {[]string{"-ERR max number of clients reached\r\n"}, unavailable(models.ReasonUnexpectedResponse)},
		"protected mode":                {[]string{"-DENIED Redis is running in protected mode\r\n"}, unavailable(models.ReasonConnectionRefused)},
		"a yes to nothing":              {[]string{"+PONG\r\n"}, unavailable(models.ReasonUnexpectedResponse)},
		"a yes without its end":         {[]string{"+OK\n"}, unavailable(models.ReasonUnexpectedResponse)},
		"an empty line":                 {[]string{"\r\n"}, unavailable(models.ReasonUnexpectedResponse)},
		"a terabyte announced":          {[]string{"$1099511627776\r\nx"}, unavailable(models.ReasonUnexpectedResponse)},
		"a push where the answer is":    {[]string{">1000000000\r\n"}, unavailable(models.ReasonUnexpectedResponse)},
		"a line without end":            {[]string{"-ERR " + strings.Repeat("x", 64<<10)}, unavailable(models.ReasonUnexpectedResponse)},
		"an error that only looks like": {[]string{"-WRONGPASSWORDS abound\r\n"}, unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			_, port := serve(t, conversation(c.answers...))
			before := allocated()
			expect(t, patiently(t, loopback(t), r.with("port", port)), c.want)
			if grew := allocated() - before; grew > 4<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
		})
	}
}
