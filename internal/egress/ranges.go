package egress

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Range is a block of addresses that may be reached although it is not public.
type Range struct {
	Prefix netip.Prefix
	Port   uint16 // 0 means any
}

func (r Range) contains(target netip.AddrPort) bool {
	return (r.Port == 0 || r.Port == target.Port()) && r.Prefix.Contains(target.Addr())
}

// ParseRanges reads a comma-separated list. An item is an address or a CIDR block, with a port if only that one is
// meant: "10.0.0.0/8", "127.0.0.1:5432", "::1/128", "[::1]:5432". An empty list is no range at all.
func ParseRanges(list string) ([]Range, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	var ranges []Range
	for item := range strings.SplitSeq(list, ",") {
		r, err := parseRange(strings.TrimSpace(item))
		if err != nil {
			return nil, fmt.Errorf("range %q can't be used: %w; write it like 10.0.0.0/8, 127.0.0.1:5432 or [::1/128]:5432", strings.TrimSpace(item), err)
		}
		ranges = append(ranges, r)
	}
	return ranges, nil
}

func parseRange(item string) (Range, error) {
	block, port := item, ""
	switch inner, bracketed := strings.CutPrefix(item, "["); {
	case bracketed:
		var found bool
		if block, port, found = strings.Cut(inner, "]"); !found {
			return Range{}, errors.New("its bracket isn't closed")
		}
		if port, found = strings.CutPrefix(port, ":"); !found {
			return Range{}, errors.New("brackets are for a port, and none follows")
		}
	case strings.Count(item, ":") == 1:
		block, port, _ = strings.Cut(item, ":")
	}
	prefix, err := parseBlock(block)
	if err != nil {
		return Range{}, err
	}
	if block == item {
		return Range{Prefix: prefix}, nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return Range{}, errors.New("a port is a number from 1 to 65535")
	}
	return Range{Prefix: prefix, Port: uint16(number)}, nil
}

func parseBlock(block string) (netip.Prefix, error) {
	var prefix netip.Prefix
	if strings.Contains(block, "/") {
		var err error
		if prefix, err = netip.ParsePrefix(block); err != nil {
			return netip.Prefix{}, errors.New("it is no CIDR block")
		}
	} else {
		addr, err := netip.ParseAddr(block)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, errors.New("it is no IP address")
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	switch {
	case prefix.Addr().Is4In6():
		return netip.Prefix{}, errors.New("it is an IPv4 address in IPv6 clothes")
	case prefix != prefix.Masked():
		return netip.Prefix{}, fmt.Errorf("it has bits set behind its length; %s may be meant", prefix.Masked())
	}
	return prefix, nil
}
