package auth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"keyward/internal/jsonhttp"
	"keyward/internal/metrics"
	"keyward/internal/requestid"
	"keyward/internal/store"
	"keyward/models"
)

// ErrUnknown: nobody we know, or no longer.
var ErrUnknown = errors.New("unknown caller")

// Why a request with known credentials is refused all the same.
var (
	errTwoCallers  = errors.New("a token and a session in one request")
	errNotMember   = errors.New("not a member of that workspace")
	errNoWorkspace = errors.New("a member of no workspace")
)

// usedEvery is how exactly it is noted when a token or a session was used last: no write for every request.
const usedEvery = time.Minute

// Config is what an authenticator is made of.
type Config struct {
	Store *store.Store
	Log   *slog.Logger
	// Metrics counts who was not let in; it may be nil.
	Metrics *metrics.Metrics
	// BaseURL is where browsers reach this gateway: it decides how the session cookie is guarded, and links begin with it.
	BaseURL string
	// SessionLifetime is how long a session lasts at most; 0 means a week.
	SessionLifetime time.Duration
	// OIDC is the identity provider; nil where people come by links only.
	OIDC *OIDC
	// Now is the clock; nil means the real one.
	Now func() time.Time
}

// Authenticator knows the callers.
type Authenticator struct {
	store    *store.Store
	log      *slog.Logger
	baseURL  string
	sessions *scs.SessionManager
	metrics  *metrics.Metrics
	provider *provider // nil: none
	clock    func() time.Time
}

// New returns an authenticator on the store's tokens and people.
func New(c Config) *Authenticator {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.SessionLifetime == 0 {
		c.SessionLifetime = 7 * 24 * time.Hour
	}
	sessions := scs.New()
	sessions.Store = c.Store.SessionStore()
	sessions.HashTokenInStore = true
	sessions.Lifetime = c.SessionLifetime
	sessions.Cookie.Name, sessions.Cookie.Secure = "keyward", false
	if strings.HasPrefix(c.BaseURL, "https://") { // __Host- binds it to this host, over TLS (RFC 6265bis, section 4.1.3.2)
		sessions.Cookie.Name, sessions.Cookie.Secure = "__Host-keyward", true
	}
	a := &Authenticator{store: c.Store, log: c.Log, baseURL: c.BaseURL, sessions: sessions, metrics: c.Metrics, clock: c.Now}
	if c.OIDC != nil {
		a.provider = newProvider(*c.OIDC, c.BaseURL)
	}
	return a
}

// Routes are the handlers that sign people in and out, by their patterns. Whoever mounts them has to refuse requests that
// another site's page makes a browser send.
func (a *Authenticator) Routes() map[string]http.Handler {
	routes := map[string]http.Handler{
		"POST /sign-in":        http.HandlerFunc(a.signIn),
		"POST /sign-out":       http.HandlerFunc(a.signOut),
		"POST /invitation":     http.HandlerFunc(a.invitation),
		"GET /sign-in/methods": http.HandlerFunc(a.methods),
	}
	if a.provider != nil {
		routes["GET "+signInPath] = http.HandlerFunc(a.begin)
		routes["GET /sign-in/callback"] = http.HandlerFunc(a.callback)
	}
	return routes
}

// now is in UTC and in microseconds, which is what both databases keep.
func (a *Authenticator) now() time.Time { return a.clock().UTC().Truncate(time.Microsecond) }

// newID makes an id that sorts by time.
func newID(prefix string) string { return prefix + uuid.Must(uuid.NewV7()).String() }

type callerKey struct{}

// Caller returns who is calling; the zero Caller, who may do nothing, where Require was not in the way.
func Caller(ctx context.Context) models.Caller {
	caller, _ := ctx.Value(callerKey{}).(models.Caller)
	return caller
}

// Require lets a request through with its caller, and answers without one: 401 (RFC 6750, section 3), 400 where two
// callers are named at once, 403 where the workspace it names is not the caller's.
func (a *Authenticator) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, err := a.identify(r)
		if err == nil && held(r) { // meanwhile a token may have been revoked, or a member taken out
			caller, err = a.identify(r)
		}
		if err != nil {
			a.count(r, err)
			a.refuse(w, r, err)
			return
		}
		caller.RequestID, caller.Address = requestid.From(r.Context()), address(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
	})
}

// slowBody is how long a body may take before its sender is looked up again.
const slowBody = time.Second

// held takes the request's body, which somebody has bounded, and reports whether the sender kept us waiting for it: whoever
// was known when a request began must not act on that much later.
func held(r *http.Request) bool {
	began := time.Now()
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(&taken{body: bytes.NewReader(body), err: err})
	return time.Since(began) > slowBody
}

// taken is a body that was read, with the error that reading it ended with. It has no other way to be read: none may lose the error.
type taken struct {
	body *bytes.Reader
	err  error
}

func (t *taken) Read(p []byte) (int, error) {
	n, err := t.body.Read(p)
	if errors.Is(err, io.EOF) && t.err != nil {
		return n, t.err
	}
	return n, err
}

// address is where the request came from, without its port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

// workspaceHeader chooses one of a person's workspaces.
const workspaceHeader = "X-Workspace"

// identify finds the caller of a request. ErrUnknown, errTwoCallers, errNotMember, errNoWorkspace.
func (a *Authenticator) identify(r *http.Request) (models.Caller, error) {
	headers := r.Header.Values("Authorization")
	cookie, err := r.Cookie(a.sessions.Cookie.Name)
	switch {
	case len(headers) > 1, len(headers) > 0 && err == nil:
		return models.Caller{}, errTwoCallers
	case err == nil:
		return a.person(r.Context(), cookie.Value, r.Header.Get(workspaceHeader))
	}
	caller, err := a.Authenticate(r.Context(), bearer(r))
	if chosen := r.Header.Get(workspaceHeader); err == nil && chosen != "" && chosen != caller.WorkspaceID {
		return models.Caller{}, errNotMember
	}
	return caller, err
}

// bearer is the token of the Authorization header; empty where there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// refusals are the answers to those who don't get in.
var refusals = map[error]struct {
	status        int
	code, message string
}{
	ErrUnknown:     {http.StatusUnauthorized, "UNAUTHENTICATED", "Sign in, or send an API token that is still valid: Authorization: Bearer kw_… An owner makes one with createApiToken, the operator with keyward token create."},
	errTwoCallers:  {http.StatusBadRequest, "BAD_REQUEST", "Send one session cookie or one API token, not both and not two: it would not be clear who is calling."},
	errNotMember:   {http.StatusForbidden, "FORBIDDEN", "X-Workspace names a workspace that you may not work in. See viewer.workspaces; a token has one only and needs no such header."},
	errNoWorkspace: {http.StatusForbidden, "FORBIDDEN", "You are signed in, and a member of no workspace. Ask an owner for an invitation."},
}

func (a *Authenticator) count(r *http.Request, err error) {
	_, noCookie := r.Cookie(a.sessions.Cookie.Name)
	switch {
	case errors.Is(err, errTwoCallers):
		a.metrics.AuthenticationFailed(metrics.TwoCallers)
	case errors.Is(err, errNotMember), errors.Is(err, errNoWorkspace):
		a.metrics.AuthenticationFailed(metrics.NotMember)
	case !errors.Is(err, ErrUnknown):
	case noCookie == nil:
		a.metrics.AuthenticationFailed(metrics.NoSession)
	case bearer(r) == "":
		a.metrics.AuthenticationFailed(metrics.NoToken)
	default:
		a.metrics.AuthenticationFailed(metrics.UnknownToken)
	}
}

func (a *Authenticator) refuse(w http.ResponseWriter, r *http.Request, err error) {
	for known, answer := range refusals {
		if errors.Is(err, known) {
			a.log.WarnContext(r.Context(), "caller refused", "code", answer.code, "reason", known.Error(), "address", address(r), "request_id", requestid.From(r.Context()))
			if answer.status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="keyward"`)
			}
			jsonhttp.Refuse(w, answer.status, answer.code, answer.message)
			return
		}
	}
	id := requestid.From(r.Context())
	a.log.ErrorContext(r.Context(), "authentication failed", "error", err.Error(), "request_id", id)
	jsonhttp.Fail(w, r, http.StatusServiceUnavailable)
}
