package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"keyward/internal/metrics"
	"keyward/internal/requestid"
	"keyward/internal/store"
	"keyward/models"
)

// ErrUnknown: nobody we know, or no longer.
var ErrUnknown = errors.New("unknown caller")

// Authenticator knows the callers.
type Authenticator struct {
	store *store.Store
	log   *slog.Logger
	now   func() time.Time

	metrics *metrics.Metrics
}

// New returns an authenticator on the store's tokens. It counts failures in m, which may be nil.
func New(st *store.Store, m *metrics.Metrics, log *slog.Logger) *Authenticator {
	return &Authenticator{store: st, log: log, now: time.Now, metrics: m}
}

// NewToken says what a token shall be.
type NewToken struct {
	Workspace string
	Name      string
	Role      models.Role
	ExpiresAt *time.Time // nil: never
	// Replace deletes the workspace's other tokens of that name first.
	Replace bool
}

// CreateToken makes a token and returns it: the only time that it can be seen.
func (a *Authenticator) CreateToken(ctx context.Context, in NewToken) (string, error) {
	in.Name = strings.TrimSpace(in.Name)
	if in.Name == "" || len(in.Name) > 200 || strings.ContainsRune(in.Name, 0) {
		return "", errors.New("a token needs a name of 1 to 200 characters")
	}
	token := newToken()
	row := models.APIToken{
		WorkspaceID: in.Workspace, ID: "token_" + uuid.Must(uuid.NewV7()).String(), Name: in.Name, Role: in.Role,
		Hash: hashOf(token), CreatedAt: a.now().UTC().Truncate(time.Microsecond), ExpiresAt: in.ExpiresAt,
	}
	err := a.store.Save(ctx, func(tx *store.Tx) error {
		if in.Replace {
			if err := tx.DeleteAPITokensByName(ctx, in.Workspace, in.Name); err != nil {
				return err
			}
		}
		return tx.InsertAPIToken(ctx, &row)
	})
	if err != nil {
		return "", fmt.Errorf("save the token: %w", err)
	}
	return token, nil
}

// Authenticate finds the caller that a token stands for. ErrUnknown.
func (a *Authenticator) Authenticate(ctx context.Context, token string) (models.Caller, error) {
	if !wellFormed(token) {
		return models.Caller{}, ErrUnknown
	}
	row, err := a.store.APITokenByHash(ctx, hashOf(token))
	if errors.Is(err, store.ErrNotFound) {
		return models.Caller{}, ErrUnknown
	}
	if err != nil {
		return models.Caller{}, fmt.Errorf("look the token up: %w", err)
	}
	if row.ExpiresAt != nil && !a.now().Before(*row.ExpiresAt) {
		return models.Caller{}, ErrUnknown
	}
	return models.Caller{ID: row.ID, Name: row.Name, WorkspaceID: row.WorkspaceID, Role: row.Role}, nil
}

type callerKey struct{}

// Caller returns who is calling; the zero Caller, who may do nothing, where Require was not in the way.
func Caller(ctx context.Context) models.Caller {
	caller, _ := ctx.Value(callerKey{}).(models.Caller)
	return caller
}

// Require lets a request through with its caller, and answers 401 (RFC 6750, section 3) without one.
func (a *Authenticator) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "bearer") {
			token = ""
		}
		caller, err := a.Authenticate(r.Context(), strings.TrimSpace(token))
		switch {
		case errors.Is(err, ErrUnknown):
			why := metrics.UnknownToken
			if token == "" {
				why = metrics.NoToken
			}
			a.metrics.AuthenticationFailed(why)
			w.Header().Set("WWW-Authenticate", `Bearer realm="keyward"`)
			refuse(w, http.StatusUnauthorized, `{"errors":[{"message":"Send an API token that is still valid: Authorization: Bearer kw_… The operator makes one with keyward token create.","extensions":{"code":"UNAUTHENTICATED"}}]}`)
		case err != nil:
			id := requestid.From(r.Context())
			a.log.ErrorContext(r.Context(), "authentication failed", "error", err.Error(), "request_id", id)
			refuse(w, http.StatusServiceUnavailable, fmt.Sprintf(`{"errors":[{"message":"Something went wrong here, not with you. Try again; if it stays, tell the operator this request id: %s","extensions":{"code":"INTERNAL","requestId":%q}}]}`, id, id))
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, caller)))
		}
	})
}

func refuse(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}
