package egress

import (
	"bytes"
	"net/netip"
	"slices"
)

// metadata are the addresses where clouds hand out a machine's own credentials and certificates.
var metadata = []netip.Addr{
	netip.MustParseAddr("169.254.169.254"), // AWS, Azure, Google Cloud, Oracle Cloud, DigitalOcean, OpenStack
	netip.MustParseAddr("169.254.170.2"),   // AWS: task credentials of ECS
	netip.MustParseAddr("169.254.170.23"),  // AWS: pod identity of EKS
	netip.MustParseAddr("169.254.42.42"),   // Scaleway
	netip.MustParseAddr("169.254.0.23"),    // Tencent Cloud
	netip.MustParseAddr("168.63.129.16"),   // Azure's wire server, on a public address
	netip.MustParseAddr("100.100.100.200"), // Alibaba Cloud
	netip.MustParseAddr("192.0.0.192"),     // Oracle Cloud
	netip.MustParseAddr("fd00:ec2::254"),   // AWS
	netip.MustParseAddr("fd00:ec2::23"),    // AWS: pod identity of EKS
	netip.MustParseAddr("fd20:ce::254"),    // Google Cloud
	netip.MustParseAddr("fd00:42::42"),     // Scaleway
	netip.MustParseAddr("fe80::a9fe:a9fe"), // OpenStack
}

// IPv6 blocks that carry an IPv4 address, and the byte at which it begins.
var carriers = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},  // NAT64, RFC 6052
	{netip.MustParsePrefix("::ffff:0:0/96"), 12}, // IPv4-mapped, RFC 4291
	{netip.MustParsePrefix("::/96"), 12},         // IPv4-compatible, RFC 4291
	{netip.MustParsePrefix("2002::/16"), 2},      // 6to4, RFC 3056
}

// isMetadata reports whether addr is a metadata service's, in whatever clothes. One with a zone
// needs no look: it is in no range and not public.
func isMetadata(addr netip.Addr) bool {
	if slices.Contains(metadata, addr) {
		return true
	}
	raw := addr.As16()
	for _, c := range carriers {
		head := c.prefix.Addr().As16()
		if addr.Is6() && bytes.HasPrefix(raw[:], head[:c.prefix.Bits()/8]) &&
			slices.Contains(metadata, netip.AddrFrom4([4]byte(raw[c.at:]))) {
			return true
		}
	}
	return false
}
