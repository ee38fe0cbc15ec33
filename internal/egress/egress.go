// Package egress is the only way out: every byte that leaves for a host that a person or a descriptor named goes
// through a Guard. It guarantees that the address really dialled is public or in a range that the operator allowed,
// whatever name, redirect or rebinding led to it, and that a cloud's metadata service is never reached.
package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// ErrForbidden: the address is neither public nor in an allowed range. Nothing was sent to it.
var ErrForbidden = errors.New("this gateway may not reach that address")

const (
	// maxHeaderBytes bounds what a server may send as response headers.
	maxHeaderBytes = 64 << 10
	// maxAddresses is how many of a name's addresses are tried: a name with a thousand must not become a port scan.
	maxAddresses = 4
	// callers' contexts are shorter; these stand behind them.
	dialTimeout      = 15 * time.Second
	handshakeTimeout = 10 * time.Second
	clientTimeout    = 30 * time.Second
)

// Guard dials. It never changes after New, so any number of goroutines may share one.
type Guard struct {
	allow  []Range
	public *ssrf.Guardian
	client *http.Client
	lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// New makes a guard that reaches public addresses and the given ranges.
func New(allow []Range) *Guard {
	return newGuard(slices.Clone(allow), func(ctx context.Context, host string) ([]netip.Addr, error) {
		return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	})
}

func newGuard(allow []Range, lookup func(context.Context, string) ([]netip.Addr, error)) *Guard {
	g := &Guard{allow: allow, public: ssrf.New(ssrf.WithAnyPort()), lookup: lookup}
	g.client = &http.Client{
		Timeout:       clientTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // not even the environment's: a proxy would dial for us, unguarded
			DialContext:            g.dialAsking,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    handshakeTimeout,
			MaxResponseHeaderBytes: maxHeaderBytes,
			DisableKeepAlives:      true,
			DisableCompression:     true, // so that a limit on the body is a limit on what it unpacks to
			ForceAttemptHTTP2:      true,
		},
	}
	return g
}

// With derives a guard that may also reach the extra ranges.
func (g *Guard) With(extra ...Range) *Guard {
	return newGuard(slices.Concat(g.allow, extra), g.lookup)
}

// HTTPClient returns the guarded client: no redirect is followed, no proxy and no cookie is used, TLS 1.2 or newer is
// verified, and connections are closed after use. The caller's context sets the limit.
func (g *Guard) HTTPClient() *http.Client { return g.client }

// DialContext connects to addr ("host:port") over tcp, tcp4 or tcp6. Of a name's addresses only permitted ones are
// dialled; if there is none, the error is ErrForbidden and nothing was dialled.
func (g *Guard) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return nil, fmt.Errorf("%w: network %s", ErrForbidden, network)
	}
	targets, err := g.targets(ctx, addr)
	if err != nil {
		return nil, err
	}
	for i, target := range targets {
		var conn net.Conn
		attempt, cancel := share(ctx, len(targets)-i)
		conn, err = g.connect(attempt, network, target)
		cancel()
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func (g *Guard) connect(ctx context.Context, network string, target netip.AddrPort) (net.Conn, error) {
	dialer := &net.Dialer{Control: g.control, Timeout: dialTimeout}
	return dialer.DialContext(ctx, network, target.String())
}

// share gives an attempt its part of the time that is left.
func share(ctx context.Context, attempts int) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok || attempts == 1 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)/time.Duration(attempts))
}

// targets resolves addr to the addresses that may be dialled, at least one.
func (g *Guard) targets(ctx context.Context, addr string) ([]netip.AddrPort, error) {
	host, service, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil || port == 0 {
		return nil, &net.AddrError{Err: "invalid port", Addr: addr}
	}
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var targets []netip.AddrPort
	for _, a := range addrs {
		if target := netip.AddrPortFrom(a, uint16(port)); g.check(target) == nil {
			targets = append(targets, target)
		}
	}
	if len(targets) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrForbidden, addr)
	}
	return targets[:min(len(targets), maxAddresses)], nil
}

func (g *Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	addrs, err := g.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap() // resolvers hand out IPv4 addresses in the 16-byte form
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return addrs, nil
}

// control is called with the address that the kernel is about to connect to: whatever happened before, this is where
// the bytes would go.
func (g *Guard) control(network, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil || (network != "tcp4" && network != "tcp6") {
		return fmt.Errorf("%w: %s %s", ErrForbidden, network, address)
	}
	return g.check(target)
}

func (g *Guard) check(target netip.AddrPort) error {
	switch {
	case isMetadata(target.Addr()):
	case slices.ContainsFunc(g.allow, func(r Range) bool { return r.contains(target) }):
		return nil
	case g.public.SafeAddrPort(target) == nil:
		return nil
	}
	return fmt.Errorf("%w: %s", ErrForbidden, target)
}
