package template

import "testing"

func TestMayReach_wildcards(t *testing.T) {
	for host, want := range map[string]bool{"a.example.com": true, "a.b.example.com": true, "A.EXAMPLE.com.": true, "example.com": false, "a.example.com.evil.test": false} {
		if got := (Scope{}).MayReach([]string{"*.example.com:443"}, "", host, "443"); got != want {
			t.Errorf("%s: %v", host, got)
		}
		if (Scope{}).MayReach([]string{"*.example.com:443"}, "", host, "8443") {
			t.Errorf("%s: another port", host)
		}
	}
}
