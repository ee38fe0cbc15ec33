package verifiers

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"keyward/internal/egress"
	"keyward/internal/template"
)

// maxConversation is how much a database server may send in all: a log-in and one trivial answer.
const maxConversation = 256 << 10

var (
	errTooMuch       = errors.New("the server sent more than a log-in and one answer need")
	errOneConnection = errors.New("a dry request makes one connection")
)

// login is what every database asks for.
type login struct {
	host, port     string
	database       string
	user, password string
	plain          bool       // without TLS, because the credential says so
	options        url.Values // of a URI; what none of our code names says nothing
}

// dialect is what databases differ in.
type dialect struct {
	schemes   []string // of its URIs
	port      string   // unless another is named
	plainPort string   // the same without TLS, where that is another
	tls       string   // the parameter that says "disable" for no TLS; anything else means verified TLS
	// plain reports whether a URI asks for no TLS.
	plain func(uri *url.URL) bool
}

// newLogin reads the parameters that databases share: host, port, database, user, password and the dialect's own for
// TLS, or uri, which holds all of them. Its host is one that the credential's secrets may go to.
func newLogin(r Request, s template.Scope, d dialect) (login, error) {
	param := func(name string) string { return s.Text(r.DryRequest.Params[name]) }
	l := login{
		host: param("host"), port: param("port"),
		database: param("database"),
		user:     param("user"), password: param("password"),
		plain: param(d.tls) == "disable",
	}
	where := r.DryRequest.Params["host"]
	if uri := r.DryRequest.Params["uri"]; uri != "" {
		var err error
		if l, err = d.parse(s.Text(uri)); err != nil {
			return login{}, err
		}
		where = uri
	}
	if l.port == "" {
		l.port = d.port
		if l.plain && d.plainPort != "" {
			l.port = d.plainPort
		}
	}
	if !template.IsHost(l.host) {
		return login{}, errNoHost
	}
	if !s.MayReach(r.DryRequest.Hosts, where, l.host, l.port) {
		return login{}, errForbidden
	}
	if _, err := l.portNumber(); err != nil {
		return login{}, errUnclear
	}
	return l, nil
}

// loginHost is the host that a log-in would dial.
func loginHost(r Request, d dialect) (string, error) {
	s, err := newScope(r)
	if err != nil {
		return "", err
	}
	l, err := newLogin(r, s, d)
	return l.host, err
}

// parse takes a URI apart (RFC 3986). A driver's own parser would read files and the environment that a URI names.
func (d dialect) parse(uri string) (login, error) {
	u, err := url.Parse(uri)
	if err != nil || !slices.Contains(d.schemes, u.Scheme) || u.Fragment != "" || u.Opaque != "" {
		return login{}, errNoHost // not err: it quotes the URI
	}
	password, _ := u.User.Password()
	return login{
		host: u.Hostname(), port: u.Port(),
		database: strings.TrimPrefix(u.Path, "/"),
		user:     u.User.Username(), password: password,
		plain: d.plain(u), options: u.Query(),
	}, nil
}

func (l login) portNumber() (uint16, error) {
	port, err := strconv.ParseUint(l.port, 10, 16)
	return uint16(port), err
}

// line is the one connection of a dry request: guarded, and bounded in what comes back and how long it may take.
type line struct {
	guard *egress.Guard
	most  int // that may come back; maxConversation if 0
	conn  net.Conn
	used  atomic.Bool
}

// dial is what a driver gets for its dialling. It serves once: pgconn would dial again, behind our back, to cancel
// what it asked on a connection that broke.
func (l *line) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if l.used.Swap(true) {
		return nil, errOneConnection
	}
	conn, err := l.guard.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // stands behind the driver's own watching of ctx
	}
	l.conn = &boundedConn{Conn: conn, left: cmp.Or(l.most, maxConversation)}
	return l.conn, nil
}

// open dials where l leads to and, unless l does without, speaks verified TLS there. The connection ends with ctx.
func (l *line) open(ctx context.Context, to login) (net.Conn, error) {
	conn, err := l.dial(ctx, "tcp", net.JoinHostPort(to.host, to.port))
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, l.hangUp) // the registry's ctx ends with the dry request
	if to.plain {
		return conn, nil
	}
	secure := tls.Client(conn, &tls.Config{ServerName: to.host, MinVersion: tls.VersionTLS12})
	return secure, secure.HandshakeContext(ctx)
}

// hangUp closes the connection, also when the driver forgot it because a hostile server made it panic.
func (l *line) hangUp() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
}

// boundedConn stops a server that never stops talking.
type boundedConn struct {
	net.Conn
	left int
}

func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooMuch
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
