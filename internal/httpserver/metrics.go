package httpserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"strings"

	"keyward/internal/metrics"
)

// metricsPage shows the metrics to whoever has the token. Without one set, only this machine sees them, and only on a
// gateway that local says is reached on this machine: a proxy that hands on everybody's requests comes from here as
// well, and not each of them says that it does.
func metricsPage(m *metrics.Metrics, token string, local bool) http.Handler {
	page := noStore(m.Handler())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case token == "" && (!local || !fromHere(r)):
			sentence(w, http.StatusNotFound, "Metrics are not shown here. To see them, start Keyward with --metrics-token and send that token.")
		case token != "" && !bears(r, token):
			w.Header().Set("WWW-Authenticate", `Bearer realm="keyward metrics"`)
			sentence(w, http.StatusUnauthorized, "Send the token of --metrics-token: Authorization: Bearer …")
		default:
			page.ServeHTTP(w, r)
		}
	})
}

// route is the mux's pattern, which is one of ours; of what matches none, the one that stands for all the rest.
func route(r *http.Request) string {
	if r.Pattern == "" || r.Pattern == "/" {
		return metrics.Other
	}
	return r.Pattern
}

// fromHere reports whether a process on this machine asks for itself. A browser may be made to by another site's page,
// under that site's name, so the name has to be this machine's too.
func fromHere(r *http.Request) bool {
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && namesHere(r.Host)
}

func namesHere(hostport string) bool {
	if host, _, _ := strings.Cut(hostport, ":"); host == "localhost" {
		return true
	}
	if addr, err := netip.ParseAddrPort(hostport); err == nil {
		return addr.Addr().IsLoopback()
	}
	addr, err := netip.ParseAddr(strings.Trim(hostport, "[]"))
	return err == nil && addr.IsLoopback()
}

func bears(r *http.Request, token string) bool {
	scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	a, b := sha256.Sum256([]byte(strings.TrimSpace(sent))), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && strings.EqualFold(scheme, "bearer")
}
