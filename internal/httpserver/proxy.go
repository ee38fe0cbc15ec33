package httpserver

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// behind puts the client's address into RemoteAddr where a trusted proxy forwards the request: the last address of
// X-Forwarded-For that is not a trusted proxy's own. What stands before it anybody could have written. From everybody
// else the header is ignored.
func behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	if len(proxies) == 0 {
		return next
	}
	trusted := func(addr netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !trusted(peer.Addr().Unmap()) {
			next.ServeHTTP(w, r)
			return
		}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			addr, err := netip.ParseAddr(strings.TrimSpace(hop))
			if err != nil {
				break // not an address: nothing before it can be believed
			}
			r = r.Clone(r.Context())
			r.RemoteAddr = net.JoinHostPort(addr.Unmap().String(), "0")
			if !trusted(addr.Unmap()) {
				break
			}
		}
		next.ServeHTTP(w, r)
	})
}
