package egress

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"keyward/models"
)

// listen accepts on a loopback address and counts what comes.
func listen(t *testing.T, addr string) (netip.AddrPort, *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	var count atomic.Int32
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			_ = c.Close()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String()), &count
}

func ranges(t *testing.T, list string) []Range {
	t.Helper()
	r, err := ParseRanges(list)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func answering(addrs ...string) func(context.Context, string) ([]netip.Addr, error) {
	return func(context.Context, string) ([]netip.Addr, error) {
		var parsed []netip.Addr
		for _, a := range addrs {
			parsed = append(parsed, netip.MustParseAddr(a))
		}
		return parsed, nil
	}
}

// Every family that security.md forbids, and the odd spellings of them.
var forbidden = map[string][]string{
	"loopback":           {"127.0.0.1", "127.255.255.254", "::1"},
	"private":            {"10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1"},
	"link-local":         {"169.254.1.1", "fe80::1", "fe80::1%lo"},
	"shared (CGNAT)":     {"100.64.0.1", "100.127.255.254"},
	"unique local":       {"fc00::1", "fd12:3456::1"},
	"site-local":         {"fec0::1"},
	"NAT64":              {"64:ff9b::a00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1"},
	"6to4":               {"2002:a00:1::1", "2002:7f00:1::"},
	"Teredo":             {"2001::1", "2001:0:7f00:1::"},
	"IPv4-mapped":        {"::ffff:127.0.0.1", "::ffff:8.8.8.8"},
	"IPv4-compatible":    {"::127.0.0.1", "::8.8.8.8"},
	"multicast":          {"224.0.0.1", "239.255.255.250", "ff02::1"},
	"unspecified":        {"0.0.0.0", "0.1.2.3", "::"},
	"broadcast,reserved": {"255.255.255.255", "240.0.0.1"},
	"documentation":      {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"},
	"benchmarking":       {"198.18.0.1"},
	"metadata":           {"169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"},
}

func TestGuard_refuses(t *testing.T) {
	g := New(nil)
	for family, addrs := range forbidden {
		t.Run(family, func(t *testing.T) {
			for _, addr := range addrs {
				target := net.JoinHostPort(addr, "443")
				if _, err := g.DialContext(t.Context(), "tcp", target); !errors.Is(err, ErrForbidden) {
					t.Errorf("DialContext(%s) = %v, want ErrForbidden", target, err)
				}
				network := "tcp6"
				if netip.MustParseAddr(addr).Is4() {
					network = "tcp4"
				}
				if err := g.control(network, target, nil); !errors.Is(err, ErrForbidden) {
					t.Errorf("at the moment of dialling %s: %v, want ErrForbidden", target, err)
				}
			}
		})
	}
}

func TestGuard_lets_public_addresses_pass(t *testing.T) {
	g := New(nil)
	for _, addr := range []string{"8.8.8.8", "168.63.129.17", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"} {
		if err := g.check(netip.AddrPortFrom(netip.MustParseAddr(addr), 5432)); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestGuard_refuses_other_networks(t *testing.T) {
	g := New(ranges(t, "0.0.0.0/0,::/0"))
	for _, network := range []string{"unix", "udp", "udp4", "ip4:icmp", "unixgram", ""} {
		if _, err := g.DialContext(t.Context(), network, "127.0.0.1:53"); !errors.Is(err, ErrForbidden) {
			t.Errorf("DialContext(%q) = %v, want ErrForbidden", network, err)
		}
	}
	if err := g.control("udp4", "127.0.0.1:53", nil); !errors.Is(err, ErrForbidden) {
		t.Errorf("control(udp4) = %v, want ErrForbidden", err)
	}
}

func TestGuard_allows_only_its_ranges(t *testing.T) {
	here, count := listen(t, "127.0.0.1:0")
	there, _ := listen(t, "127.0.0.1:0")
	bare := New(nil)
	for name, c := range map[string]struct {
		guard   *Guard
		target  netip.AddrPort
		allowed bool
	}{
		"nothing by default":    {bare, here, false},
		"a whole range":         {New(ranges(t, "127.0.0.0/8")), here, true},
		"that port":             {New([]Range{{netip.MustParsePrefix("127.0.0.1/32"), here.Port()}}), here, true},
		"another port":          {New([]Range{{netip.MustParsePrefix("127.0.0.1/32"), here.Port()}}), there, false},
		"another range":         {New(ranges(t, "10.0.0.0/8")), here, false},
		"an extra one":          {bare.With(Range{netip.MustParsePrefix("127.0.0.1/32"), here.Port()}), here, true},
		"extra ones don't leak": {bare, here, false},
	} {
		t.Run(name, func(t *testing.T) {
			before := count.Load()
			conn, err := c.guard.DialContext(t.Context(), "tcp", c.target.String())
			if c.allowed && err != nil {
				t.Fatal(err)
			}
			if !c.allowed && !errors.Is(err, ErrForbidden) {
				t.Fatalf("got %v, want ErrForbidden", err)
			}
			if conn != nil {
				_ = conn.Close()
			}
			if !c.allowed && count.Load() != before {
				t.Error("something was dialled all the same")
			}
		})
	}
}

func TestGuard_never_reaches_metadata(t *testing.T) {
	g := New(ranges(t, "0.0.0.0/0,::/0")).With(ranges(t, "169.254.169.254:80,[fd00:ec2::254]:80")...)
	addrs := []string{
		"64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254", "::ffff:169.254.169.254",
		"fe80::a9fe:a9fe", "fe80::a9fe:a9fe%lo", "64:ff9b::168.63.129.16",
	}
	for _, addr := range metadata {
		addrs = append(addrs, addr.String())
	}
	for _, addr := range addrs {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, err := g.DialContext(ctx, "tcp", net.JoinHostPort(addr, "80")); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v, want ErrForbidden", addr, err)
		}
		cancel()
	}
}

func TestGuard_names(t *testing.T) {
	t.Run("localhost is refused", func(t *testing.T) {
		here, count := listen(t, "127.0.0.1:0")
		_, err := New(nil).DialContext(t.Context(), "tcp", net.JoinHostPort("localhost", portOf(here)))
		if !errors.Is(err, ErrForbidden) || count.Load() != 0 {
			t.Errorf("got %v after %d connections, want ErrForbidden", err, count.Load())
		}
	})
	t.Run("odd spellings of loopback never connect", func(t *testing.T) {
		here, count := listen(t, "127.0.0.1:0")
		for _, host := range []string{"127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1."} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if conn, err := New(nil).DialContext(ctx, "tcp", net.JoinHostPort(host, portOf(here))); err == nil {
				_ = conn.Close()
				t.Errorf("%s was dialled", host)
			}
			cancel()
		}
		if count.Load() != 0 {
			t.Error("something was dialled")
		}
	})
	t.Run("of several addresses only permitted ones are dialled", func(t *testing.T) {
		private, privateCount := listen(t, "127.0.0.1:0")
		_, count := listen(t, net.JoinHostPort("127.0.0.2", portOf(private)))
		g := newGuard(ranges(t, "127.0.0.2"), answering("127.0.0.1", "::ffff:127.0.0.2"))
		conn, err := g.DialContext(t.Context(), "tcp", net.JoinHostPort("mixed.example.com", portOf(private)))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		waitFor(t, func() bool { return count.Load() == 1 })
		if privateCount.Load() != 0 {
			t.Error("the forbidden address was dialled")
		}
	})
	t.Run("all forbidden", func(t *testing.T) {
		_, err := newGuard(nil, answering("10.0.0.1", "::1")).DialContext(t.Context(), "tcp", "internal.example.com:80")
		if !errors.Is(err, ErrForbidden) {
			t.Errorf("got %v, want ErrForbidden", err)
		}
	})
	t.Run("the next address is tried", func(t *testing.T) {
		here, _ := listen(t, "127.0.0.2:0")
		g := newGuard(ranges(t, "127.0.0.0/8"), answering("127.0.0.3", "127.0.0.2"))
		conn, err := g.DialContext(t.Context(), "tcp", net.JoinHostPort("two.example.com", portOf(here)))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	})
	t.Run("a thousand addresses are no port scan", func(t *testing.T) {
		many := make([]string, 1000)
		for i := range many {
			many[i] = "127.0.0.9"
		}
		targets, err := newGuard(ranges(t, "127.0.0.0/8"), answering(many...)).targets(t.Context(), "many.example.com:80")
		if err != nil || len(targets) != maxAddresses {
			t.Errorf("%d targets, %v; want %d", len(targets), err, maxAddresses)
		}
	})
	t.Run("unknown", func(t *testing.T) {
		_, err := newGuard(nil, answering()).DialContext(t.Context(), "tcp", "nope.invalid:80")
		if Reason(err) != models.ReasonHostNotFound {
			t.Errorf("got %v", err)
		}
	})
}

// A name may resolve to a public address for every check and to a private one when it counts. So the last word is
// spoken where the kernel is given the address.
func TestGuard_rebinding_is_refused_while_dialling(t *testing.T) {
	here, count := listen(t, "127.0.0.1:0")
	if _, err := New(nil).connect(t.Context(), "tcp", here); !errors.Is(err, ErrForbidden) {
		t.Errorf("got %v, want ErrForbidden", err)
	}
	time.Sleep(10 * time.Millisecond)
	if count.Load() != 0 {
		t.Error("connected all the same")
	}
}

func portOf(a netip.AddrPort) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatal("it didn't happen in a second")
}
