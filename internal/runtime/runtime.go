// Package runtime hands flow runtimes the secrets of the steps they run. It is the only place where a secret leaves
// Keyward, and asks vault for each: the caller needs the right secrets:read, which no role that manages credentials
// holds, the flow has to be active, and the reading is recorded before the secret goes out.
package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"regexp"
	"time"

	"keyward/internal/requestid"
	"keyward/internal/vault"
	"keyward/models"
)

// maxBody bounds a request: two ids.
const maxBody = 4 << 10

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
	if problem := read(w, r, &body); problem != "" {
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", problem)
		return
	}
	if !idText.MatchString(body.FlowID) || !idText.MatchString(body.StepKey) { // nothing has such an id, and no database needs to see it
		refuse(w, http.StatusNotFound, "NOT_FOUND", (&models.NotFoundError{What: "step"}).Error())
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
	write(w, http.StatusOK, answer)
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

// read takes the body; what is wrong with it is said without repeating it.
func read(w http.ResponseWriter, r *http.Request, into any) string {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return "Send Content-Type: application/json."
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		_, err = decoder.Token() // there must be nothing behind it
	}
	if !errors.Is(err, io.EOF) {
		return `The body must be {"flowId": "flow_…", "stepKey": "…"}.`
	}
	return ""
}

func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if e, ok := errors.AsType[*models.NotFoundError](err); ok {
		refuse(w, http.StatusNotFound, "NOT_FOUND", e.Error())
		return
	}
	if e, ok := errors.AsType[*models.FlowNotActivatableError](err); ok {
		refuse(w, http.StatusConflict, "FLOW_NOT_ACTIVATABLE", e.Error())
		return
	}
	if errors.Is(err, models.ErrForbidden) {
		refuse(w, http.StatusForbidden, "FORBIDDEN", "Only a token of the role RUNTIME, with the scope secrets:read if it is limited, is handed secrets.")
		return
	}
	id := requestid.From(r.Context())
	h.log.ErrorContext(r.Context(), "a lease failed", "error", err.Error(), "request_id", id)
	refuse(w, http.StatusInternalServerError, "INTERNAL", "Something went wrong here, not with you. Try again; if it stays, tell the operator this request id: "+id)
}

// refuse answers in the shape that the GraphQL API has as well.
func refuse(w http.ResponseWriter, status int, code, message string) {
	write(w, status, map[string]any{"errors": []any{map[string]any{"message": message, "extensions": map[string]string{"code": code}}}})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // plain values: only the connection can fail
}
