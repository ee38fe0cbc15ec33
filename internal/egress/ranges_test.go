package egress

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseRanges(t *testing.T) {
	r := func(prefix string, port uint16) Range { return Range{netip.MustParsePrefix(prefix), port} }
	for list, want := range map[string][]Range{
		"":                        nil,
		"  ":                      nil,
		"127.0.0.0/8,::1/128":     {r("127.0.0.0/8", 0), r("::1/128", 0)},
		"10.0.0.0/8:5432":         {r("10.0.0.0/8", 5432)},
		"192.168.1.7":             {r("192.168.1.7/32", 0)},
		"192.168.1.7:22":          {r("192.168.1.7/32", 22)},
		"::1":                     {r("::1/128", 0)},
		"[::1]:5432":              {r("::1/128", 5432)},
		"[::1/128]:5432":          {r("::1/128", 5432)},
		" fd00::/8 , [fd00::]:80": {r("fd00::/8", 0), r("fd00::/128", 80)},
	} {
		got, err := ParseRanges(list)
		if err != nil {
			t.Errorf("ParseRanges(%q): %v", list, err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateComparable(Range{})); diff != "" {
			t.Errorf("ParseRanges(%q): %s", list, diff)
		}
	}
}

func TestParseRanges_refusals_name_the_item(t *testing.T) {
	for _, bad := range []string{
		"localhost", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/8:0", "10.0.0.0/8:65536", "10.0.0.0/8:", "10.0.0.0/8:http",
		"[::1]", "[::1", "[::1]5432", "[::1]:", "::1/128:5432", "::ffff:10.0.0.0/104", "fe80::1%eth0", "fe80::%eth0/64", "*", "10.0.0.0-10.0.0.9",
	} {
		_, err := ParseRanges("127.0.0.1," + bad)
		if err == nil || !strings.Contains(err.Error(), `"`+bad+`"`) {
			t.Errorf("ParseRanges(%q) = %v, want an error that names the item", bad, err)
		}
	}
	if _, err := ParseRanges("127.0.0.1,"); err == nil {
		t.Error("an empty item was accepted")
	}
}
