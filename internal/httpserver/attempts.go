package httpserver

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"keyward/internal/jsonhttp"
)

// rememberedAddresses is how many addresses' attempts are counted. Who is forgotten begins anew; to be forgotten, one needs
// as many other addresses.
const rememberedAddresses = 100_000

// attempts bounds what one address may do before anybody is signed in: what it asks for is looked up, and some of it is
// written down. perMinute of 0 bounds nothing.
func attempts(perMinute int, next http.Handler) http.Handler {
	if perMinute <= 0 {
		return next
	}
	addresses, _ := lru.New[netip.Prefix, *rate.Limiter](rememberedAddresses) // fails for sizes below 1 only
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := network(r.RemoteAddr)
		fresh := rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)
		limiter, known, _ := addresses.PeekOrAdd(from, fresh)
		if known {
			addresses.Get(from) // it stays among the newest
		} else {
			limiter = fresh
		}
		reservation := limiter.Reserve()
		if wait := reservation.Delay(); wait > 0 {
			reservation.Cancel()
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			jsonhttp.Refuse(w, http.StatusTooManyRequests, "RATE_LIMITED", "Too many attempts from your network. Wait "+wait.Round(time.Second).String()+", then try again.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// network is what one client can choose its addresses from: one on IPv4, 64 bits' worth on IPv6.
func network(remote string) netip.Prefix {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	addr, bits := peer.Addr().Unmap().WithZone(""), 32
	if addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.Prefix(bits) // both lengths fit
	return prefix
}
