package egress

import (
	"context"
	"net"
	"sync"
)

// askingConn reads nothing before something was written: a request, or with https a handshake. What a server says unasked net/http would
// write to the standard logger, and it may be anything: a secret that it has heard, for one.
type askingConn struct {
	net.Conn
	asked chan struct{}
	once  sync.Once
}

func (g *Guard) dialAsking(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := g.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &askingConn{Conn: conn, asked: make(chan struct{})}, nil
}

func (c *askingConn) Read(p []byte) (int, error) {
	<-c.asked
	return c.Conn.Read(p)
}

func (c *askingConn) Write(p []byte) (int, error) {
	c.release()
	return c.Conn.Write(p)
}

func (c *askingConn) Close() error {
	c.release()
	return c.Conn.Close()
}

func (c *askingConn) release() { c.once.Do(func() { close(c.asked) }) }
