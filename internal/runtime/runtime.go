// Package runtime hands flow runtimes the secrets of the steps they run. It is the only place where a secret leaves
// Keyward, and asks vault for each: the caller needs the right secrets:read, which no role that manages credentials
// holds, the flow has to be active, and the reading is recorded before the secret goes out.
package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"time"

	"keyward/internal/jsonhttp"
	"keyward/internal/requestid"
	"keyward/internal/vault"
	"keyward/models"
)

var idText = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// Handler answers POST /runtime/leases.
type Handler struct {
	vault  *vault.Vault
	caller func(context.Context) models.Caller
	log    *slog.Logger
}

// New makes the handler. caller tells who is asking; whoever mounts it has made sure that somebody is.
func New(v *vault.Vault, caller func(context.Context) models.Caller, log *slog.Logger) *Handler {
	return &Handler{vault: v, caller: caller, log: log}
}

// lease is the answer: 200.
type lease struct {
	CredentialID string         `json:"credentialId"`
	Component    string         `json:"component"`
	AuthMethod   string         `json:"authMethod"`
	Values       map[string]any `json:"values"`    // by field: a string, a checkbox's boolean, a multi-select's list of strings
	ExpiresAt    time.Time      `json:"expiresAt"` // ask again before; not when the secret itself expires
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct{ FlowID, StepKey string }
	if !jsonhttp.Read(w, r, &body) {
		return
	}
	if body.FlowID == "" || body.StepKey == "" {
		jsonhttp.Refuse(w, http.StatusBadRequest, "BAD_REQUEST", `Say which step: {"flowId": "flow_…", "stepKey": "…"}.`)
		return
	}
	if !idText.MatchString(body.FlowID) || !idText.MatchString(body.StepKey) { // nothing has such an id, and no database needs to see it
		jsonhttp.Refuse(w, http.StatusNotFound, "NOT_FOUND", (&models.NotFoundError{What: "step"}).Error())
		return
	}
	caller := h.caller(r.Context())
	found, err := h.vault.Lease(r.Context(), caller, vault.StepRef{FlowID: body.FlowID, StepKey: body.StepKey})
	if err != nil {
		h.fail(w, r, err)
		return
	}
	answer := lease{
		CredentialID: found.Credential.ID, Component: found.Component.Key, AuthMethod: found.Method.Key,
		Values: make(map[string]any, len(found.Values)), ExpiresAt: found.ExpiresAt,
	}
	for key, value := range found.Values {
		answer.Values[key] = typed(found.Method, key, value.Reveal())
	}
	jsonhttp.Write(w, http.StatusOK, answer)
}

// typed gives a value the type that its field shows to people.
func typed(m *models.AuthMethod, key, text string) any {
	spec, ok := m.Field(key)
	if !ok {
		return text
	}
	switch spec.View {
	case models.ViewCheckbox:
		return text == "true"
	case models.ViewMultiSelect:
		var list []string
		if json.Unmarshal([]byte(text), &list) == nil {
			return list
		}
	}
	return text
}

func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if e, ok := errors.AsType[*models.NotFoundError](err); ok {
		jsonhttp.Refuse(w, http.StatusNotFound, "NOT_FOUND", e.Error())
		return
	}
	if e, ok := errors.AsType[*models.FlowNotActivatableError](err); ok {
		jsonhttp.Refuse(w, http.StatusConflict, "FLOW_NOT_ACTIVATABLE", e.Error())
		return
	}
	if e, ok := errors.AsType[*models.OAuthError](err); ok { // the token has ended, and its provider gives no other just now
		w.Header().Set("Retry-After", "5")
		jsonhttp.Refuse(w, http.StatusServiceUnavailable, "OAUTH_FAILED", e.Error())
		return
	}
	if errors.Is(err, models.ErrForbidden) {
		h.log.WarnContext(r.Context(), "forbidden", "field", "lease", "caller", h.caller(r.Context()).ID, "request_id", requestid.From(r.Context()))
		jsonhttp.Refuse(w, http.StatusForbidden, "FORBIDDEN", "Only a token of the role RUNTIME, with the scope secrets:read if it is limited, is handed secrets.")
		return
	}
	h.log.ErrorContext(r.Context(), "a lease failed", "error", err.Error(), "request_id", requestid.From(r.Context()))
	jsonhttp.Fail(w, r, http.StatusInternalServerError)
}
