package egress

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
)

func TestOperator_reaches_private_addresses_and_no_metadata(t *testing.T) {
	guard := Operator()
	for _, addr := range metadata {
		for _, target := range []string{addr.String(), mapped(addr)} {
			if _, err := guard.DialContext(context.Background(), "tcp", net.JoinHostPort(target, "80")); !errors.Is(err, ErrForbidden) {
				t.Errorf("%s: %v", target, err)
			}
		}
	}
	for _, target := range []string{"10.1.2.3:443", "127.0.0.1:8080", "[::1]:443", "[fd12::1]:443", "[2606:4700::1]:443"} {
		if err := guard.check(netip.MustParseAddrPort(target)); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func mapped(addr netip.Addr) string {
	if addr.Is4() {
		return "::ffff:" + addr.String()
	}
	return addr.String()
}
