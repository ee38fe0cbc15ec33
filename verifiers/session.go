package verifiers

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"

	"keyward/internal/template"
)

// session is a login at a server of one of the protocols that know two ways to TLS. Their parameter tls says "disable"
// for none and "starttls" for TLS that begins with a command; anything else means TLS from the first byte. Either TLS is
// verified, and a server that won't begin it hears no password.
type session struct {
	login
	upgrade bool // by a command
}

// usualPorts are a protocol's, unless another is named.
type usualPorts struct{ secure, upgrade, plain string }

func newSession(r Request, s template.Scope, usual usualPorts) (session, error) {
	d := dialect{tls: "tls", port: usual.secure}
	upgrade := false
	switch s.Text(r.DryRequest.Params[d.tls]) {
	case "disable":
		d.port = usual.plain
	case "starttls":
		d.port, upgrade = usual.upgrade, true
	}
	l, err := newLogin(r, s, d)
	return session{l, upgrade}, err
}

// sessionHost is the host that a session would dial.
func sessionHost(r Request, usual usualPorts) (string, error) {
	s, err := newScope(r)
	if err != nil {
		return "", err
	}
	session, err := newSession(r, s, usual)
	return session.host, err
}

func (s session) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
}

// open dials out, with TLS unless that comes later or not at all. The connection is closed when ctx ends.
func (s session) open(ctx context.Context, out *line) (*heardConn, error) {
	first := s.login
	first.plain = s.plain || s.upgrade
	conn, err := out.open(ctx, first)
	if err != nil {
		return nil, err
	}
	return &heardConn{Conn: conn}, nil
}

// connect is open for a request: what each of these verifiers begins with.
func connect(ctx context.Context, out *line, r Request, usual usualPorts) (session, *heardConn, error) {
	scope, err := newScope(r)
	if err != nil {
		return session{}, nil, err
	}
	s, err := newSession(r, scope, usual)
	if err != nil {
		return session{}, nil, err
	}
	conn, err := s.open(ctx, out)
	return s, conn, err
}

// heardConn keeps the error that the network answered first: most of these protocols' clients put only its text into
// theirs.
type heardConn struct {
	net.Conn
	mu    sync.Mutex
	first error
}

func (c *heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.hear(err)
	return n, err
}

func (c *heardConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.hear(err)
	return n, err
}

func (c *heardConn) hear(err error) {
	if err == nil || errors.Is(err, net.ErrClosed) { // by ourselves
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first == nil {
		c.first = err
	}
}

// or is what the network answered, or else what the client made of it.
func (c *heardConn) or(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.first != nil:
		return c.first
	case errors.Is(err, net.ErrClosed): // the client hung up, over what it could not understand
		return errUnclear
	}
	return err
}
