package egress

import "net/netip"

// Operator makes a guard for services that the operator named in a setting, such as a key management service: they may
// be on this machine or in a private network. Metadata services stay out of reach, and so does whatever else is not
// public.
func Operator() *Guard {
	var ranges []Range
	for _, block := range []string{
		"127.0.0.0/8", "::1/128",
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
		"100.64.0.0/10", // RFC 6598
		"fc00::/7",      // RFC 4193
	} {
		ranges = append(ranges, Range{Prefix: netip.MustParsePrefix(block)})
	}
	return New(ranges)
}
