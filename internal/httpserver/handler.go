// Package httpserver is Keyward's front door. Every request gets an id, a log line that holds nothing of what was sent,
// limits, and an answer with security headers, whatever happens behind it; a panic becomes an answer too. On shutdown it
// stops taking new connections and lets the requests under way finish.
package httpserver

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"keyward/internal/jsonhttp"
	"keyward/internal/metrics"
	"keyward/web"
)

const readyTimeout = 2 * time.Second

// Config is what stands behind the door.
type Config struct {
	// GraphQL authenticates by itself. Reading a body of more than MaxBody bytes gives it an *http.MaxBytesError: it answers 413.
	GraphQL http.Handler
	MaxBody int
	// Origins may call GraphQL from browsers, besides our own pages.
	Origins *Origins
	// Runtime hands out secrets: POST /runtime/leases. It authenticates by itself.
	Runtime http.Handler
	// SignIn answers what signs people in and out, by pattern: "POST /sign-in".
	SignIn map[string]http.Handler
	// SignInsPerMinute is how often one address may ask for that; 0 means as often as it likes.
	SignInsPerMinute int
	// OAuth takes people back from providers: GET /oauth/callback.
	OAuth http.Handler
	// Ready asks the database whether it can work. It gets 2 seconds.
	Ready func(context.Context) error
	// Icon finds a component's SVG by the component's key.
	Icon func(componentKey string) ([]byte, bool)
	// Sample is the Petstore API, which sees paths relative to /sample/petstore/v2; nil leaves it out.
	Sample http.Handler
	// HTTPS: clients come by https, and shall never come another way.
	HTTPS bool
	// TrustedProxies are those whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	Log            *slog.Logger

	// Metrics counts requests and shows what was counted; nil does neither. See metricsPage for who may see it.
	Metrics      *metrics.Metrics
	MetricsToken string
	Local        bool // clients reach it on this machine
}

// Handler answers all of Keyward's routes.
type Handler struct {
	next     http.Handler
	draining atomic.Bool
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	h.next.ServeHTTP(w, r)
}

// New puts the routes together.
func New(c Config) *Handler { return newHandler(c, web.Files()) }

func newHandler(c Config, files fs.FS) *Handler {
	h := &Handler{}
	mux := http.NewServeMux()
	mux.Handle("/graphql", graphql(c))
	mux.Handle("/graphiql", readOnly(page(files, "graphiql.html")))
	mux.Handle("GET /sign-in", page(files, "sign-in.html"))
	mux.Handle("GET /invitation", page(files, "sign-in.html"))
	if c.Runtime != nil {
		mux.Handle("/runtime/leases", noStore(sameOrigin(post(bounded(c.MaxBody, c.Runtime)))))
	}
	signIn := attempts(c.SignInsPerMinute, signInRoutes(c.SignIn))
	for pattern, next := range c.SignIn {
		if pattern != "GET /sign-in/methods" { // it only reads, and every page asks it
			next = signIn
		}
		mux.Handle(pattern, noStore(sameOrigin(next)))
	}
	if c.OAuth != nil {
		mux.Handle("GET /oauth/callback", noStore(attempts(c.SignInsPerMinute, c.OAuth)))
	}
	mux.Handle("/assets/{name}", readOnly(asset(files)))
	mux.Handle("/healthz", readOnly(http.HandlerFunc(healthy)))
	mux.Handle("/readyz", readOnly(h.ready(c)))
	mux.Handle("/components/{key}/icon.svg", readOnly(icon(c.Icon)))
	if c.Sample != nil {
		mux.Handle("/sample/petstore/v2/", http.StripPrefix("/sample/petstore/v2", c.Sample))
	}
	if c.Metrics != nil {
		mux.Handle("/metrics", readOnly(metricsPage(c.Metrics, c.MetricsToken, c.Local)))
	}
	mux.Handle("/{$}", readOnly(app(files)))
	mux.Handle("/w/", readOnly(app(files)))
	mux.Handle("/connected", readOnly(app(files))) // where providers lead back to, if it is not known whose workspace began
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		sentence(w, http.StatusNotFound, "There is nothing at this address. Keyward is at /, GraphiQL at /graphiql, the API at /graphql.")
	})
	h.next = behind(c.TrustedProxies, observed(c, recovered(c.Log, mux)))
	return h
}

// graphql takes POST only, from our own pages, from frontends that are allowed, and from whatever is no browser.
func graphql(c Config) http.Handler {
	return noStore(c.Origins.wrap(crossOrigin(), post(bounded(c.MaxBody, c.GraphQL))))
}

// post refuses other methods before anybody is asked who they are: they are wrong whoever it is.
func post(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			jsonhttp.Refuse(w, http.StatusMethodNotAllowed, "BAD_REQUEST", "Send this as POST.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// bounded bounds a request's body, and the time that there is for it.
func bounded(maxBody int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, int64(maxBody))
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// signInRoutes serves them all, so that they share what one address may do.
func signInRoutes(routes map[string]http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { routes[r.Pattern].ServeHTTP(w, r) })
}

// sameOrigin refuses what another site's page makes a browser send.
func sameOrigin(next http.Handler) http.Handler { return crossOrigin().Handler(next) }

func crossOrigin() *http.CrossOriginProtection {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		jsonhttp.Refuse(w, http.StatusForbidden, "FORBIDDEN", "This request comes from another site's page. Open Keyward itself, or call from a server with an API token.")
	}))
	return guard
}

func healthy(w http.ResponseWriter, _ *http.Request) { sentence(w, http.StatusOK, "ok") }

func (h *Handler) ready(c Config) http.Handler {
	return noStore(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.draining.Load() {
			readiness(w, false, "Keyward is shutting down. Send requests to another instance.")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := c.Ready(ctx); err != nil {
			// Its text may hold a connection string. What went wrong, the database's own log and metrics say.
			c.Log.WarnContext(r.Context(), "not ready", requestID(r), errorType(err))
			readiness(w, false, "Keyward can't work with its database. Check that it is running and reachable from here.")
			return
		}
		readiness(w, true, "Keyward is ready.")
	}))
}

func readiness(w http.ResponseWriter, ready bool, message string) {
	status := http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	jsonhttp.Write(w, status, struct {
		Ready   bool   `json:"ready"`
		Message string `json:"message"`
	}{ready, message})
}
