package httpserver

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/jub0bs/cors"
)

// Origins are other single-page frontends, which may call /graphql with a bearer token and never with cookies. nil allows none, as
// does ParseOrigins of nothing.
type Origins struct {
	list []string
	cors *cors.Middleware
}

const originForm = "give exact origins, separated by commas, like https://app.example.com: https (http only for this machine), no path, no slash at the end, no *"

// ParseOrigins reads exact origins, separated by commas.
func ParseOrigins(text string) (*Origins, error) {
	o := &Origins{}
	if strings.TrimSpace(text) == "" {
		return o, nil
	}
	for origin := range strings.SplitSeq(text, ",") {
		origin = strings.TrimSpace(origin)
		if !exactOrigin(origin) {
			return nil, errors.New(originForm)
		}
		o.list = append(o.list, origin)
	}
	var err error
	o.cors, err = cors.NewMiddleware(cors.Config{
		Origins: o.list, Methods: []string{http.MethodPost}, RequestHeaders: []string{"Authorization", "Content-Type", "X-Workspace"},
		ResponseHeaders: []string{"Retry-After", "X-Request-Id"}, MaxAgeInSeconds: 600,
	})
	if err != nil { // it knows more about hosts than we do
		return nil, errors.New(originForm)
	}
	return o, nil
}

// exactOrigin refuses what the middleware would take: patterns, and http to other machines. What no browser sends as Origin
// (a path, capitals, a scheme's own port), the middleware refuses.
func exactOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || strings.Contains(text, "*") {
		return false
	}
	switch u.Scheme {
	case "https":
		return true
	case "http":
		addr, err := netip.ParseAddr(u.Hostname())
		return u.Hostname() == "localhost" || err == nil && addr.IsLoopback()
	}
	return false
}

// wrap answers preflights, tells browsers which frontends may read an answer, and has guard let those through.
func (o *Origins) wrap(guard *http.CrossOriginProtection, next http.Handler) http.Handler {
	if o == nil || o.cors == nil {
		return guard.Handler(next)
	}
	for _, origin := range o.list {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			panic(err) // ParseOrigins takes none of which that could be said
		}
	}
	allowed := o.cors.Wrap(o.withoutCookies(guard.Handler(next)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			w.Header().Set("Vary", "Origin") // of other methods' answers, the middleware says so
		}
		allowed.ServeHTTP(w, r)
	})
}

// withoutCookies has a foreign frontend's request speak for the token that it brings, not for whoever sits before the browser.
func (o *Origins) withoutCookies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" && slices.Contains(o.list, r.Header.Get("Origin")) {
			r = r.Clone(r.Context())
			r.Header.Del("Cookie")
		}
		next.ServeHTTP(w, r)
	})
}
