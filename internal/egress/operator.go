package egress

import "net/netip"

// Operator makes a guard for what the operator's own settings name, such as an identity provider: private addresses and
// this machine are as good as public ones there, metadata addresses are not. Nothing that a person or a descriptor names
// may go through it.
func Operator() *Guard {
	return New([]Range{{Prefix: netip.MustParsePrefix("0.0.0.0/0")}, {Prefix: netip.MustParsePrefix("::/0")}})
}
