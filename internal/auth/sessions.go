package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"keyward/internal/jsonhttp"
	"keyward/internal/requestid"
	"keyward/internal/store"
	"keyward/models"
)

// sessionKey is where a cookie's data names the session's row.
const sessionKey = "session"

// maxSessions is how many of a person's sessions are listed.
const maxSessions = 100

// person finds who a session cookie belongs to, and the workspace to work in: the chosen one, or the first.
func (a *Authenticator) person(ctx context.Context, cookie, chosen string) (models.Caller, error) {
	session, user, err := a.session(ctx, cookie)
	if err != nil {
		return models.Caller{}, err
	}
	places, err := a.store.WorkspacesOf(ctx, user.ID)
	if err != nil {
		return models.Caller{}, fmt.Errorf("look the person's workspaces up: %w", err)
	}
	if len(places) == 0 {
		return models.Caller{}, errNoWorkspace
	}
	at := 0
	if chosen != "" {
		if at = slices.IndexFunc(places, func(p models.WorkspaceRole) bool { return p.WorkspaceID == chosen }); at < 0 {
			return models.Caller{}, errNotMember
		}
	}
	return models.Caller{
		Kind: models.CallerPerson, ID: user.ID, Name: user.Name, WorkspaceID: places[at].WorkspaceID, Role: places[at].Role,
		SessionID: session.ID, Undecided: chosen == "" && len(places) > 1,
	}, nil
}

// session finds the session and the person that a cookie stands for. ErrUnknown.
func (a *Authenticator) session(ctx context.Context, cookie string) (models.Session, models.User, error) {
	loaded, err := a.sessions.Load(ctx, cookie)
	if err != nil {
		return models.Session{}, models.User{}, fmt.Errorf("read what the session cookie stands for: %w", err)
	}
	id := a.sessions.GetString(loaded, sessionKey)
	if id == "" {
		return models.Session{}, models.User{}, ErrUnknown
	}
	session, user, err := a.store.Session(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return session, user, ErrUnknown
	}
	if err != nil {
		return session, user, fmt.Errorf("look the session up: %w", err)
	}
	now := a.now()
	if !now.Before(session.ExpiresAt) {
		return session, user, ErrUnknown
	}
	if now.Sub(session.LastSeenAt) >= usedEvery {
		a.noted(ctx, a.store.SawSession(ctx, session.ID, now))
	}
	return session, user, nil
}

// Visitor is who is signed in in the browser that sent the request; nobody, if nobody is. It names no workspace.
func (a *Authenticator) Visitor(r *http.Request) models.Caller {
	visitor := models.Caller{RequestID: requestid.From(r.Context()), Address: address(r)}
	cookie, err := r.Cookie(a.sessions.Cookie.Name)
	if err != nil {
		return visitor
	}
	session, user, err := a.session(r.Context(), cookie.Value)
	if err != nil {
		if !errors.Is(err, ErrUnknown) {
			a.log.ErrorContext(r.Context(), "a session could not be looked up", "error", err.Error(), "request_id", requestid.From(r.Context()))
		}
		return visitor
	}
	visitor.Kind, visitor.ID, visitor.Name, visitor.SessionID = models.CallerPerson, user.ID, user.Name, session.ID
	return visitor
}

// start signs the person in: a new session under a new cookie, whatever the browser had before. What it had ends.
func (a *Authenticator) start(w http.ResponseWriter, r *http.Request, user models.User, how string) error {
	ctx, now := r.Context(), a.now()
	if cookie, err := r.Cookie(a.sessions.Cookie.Name); err == nil {
		if err := a.end(r, cookie.Value); err != nil {
			return err
		}
	}
	session := models.Session{
		ID: newID(models.SessionIDPrefix), UserID: user.ID, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(a.sessions.Lifetime),
		UserAgent: clean(r.UserAgent(), 200), Address: address(r),
	}
	err := a.store.Save(ctx, func(tx *store.Tx) error {
		if err := tx.InsertSession(ctx, &session, now); err != nil {
			return err
		}
		return a.recordSession(ctx, tx, actor(r, user), models.SessionStarted, session.ID, how)
	})
	if err != nil {
		return fmt.Errorf("save the session: %w", err)
	}
	if ctx, err = a.sessions.Load(ctx, ""); err != nil {
		return err
	}
	a.sessions.Put(ctx, sessionKey, session.ID)
	token, expiry, err := a.sessions.Commit(ctx)
	if err != nil {
		return fmt.Errorf("save what the session cookie stands for: %w", err)
	}
	a.sessions.WriteSessionCookie(ctx, w, token, expiry)
	return nil
}

// actor is the person as the one who did something, before a workspace is known.
func actor(r *http.Request, user models.User) models.Caller {
	return models.Caller{Kind: models.CallerPerson, ID: user.ID, Name: user.Name, RequestID: requestid.From(r.Context()), Address: address(r)}
}

// recordSession tells each of the person's workspaces that a session began or ended: it is into all of them.
func (a *Authenticator) recordSession(ctx context.Context, tx *store.Tx, caller models.Caller, action models.AuditAction, session, detail string) error {
	places, err := tx.WorkspacesOf(ctx, caller.ID)
	if err != nil {
		return err
	}
	if len(places) == 0 {
		places = []models.WorkspaceRole{{}}
	}
	events := make([]models.AuditEvent, len(places))
	for i, place := range places {
		caller.WorkspaceID = place.WorkspaceID
		events[i] = caller.Did(a.now(), action, models.Target{ID: session, Name: caller.Name}).Telling(detail)
	}
	return tx.Record(ctx, events...)
}

// clean keeps what is printable of a text that a stranger sent, and not too much of it.
func clean(text string, most int) string {
	kept := strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(kept); len(runes) > most {
		kept = string(runes[:most])
	}
	return kept
}

// Sessions lists the person's own, newest first; a token has none.
func (a *Authenticator) Sessions(ctx context.Context, caller models.Caller) ([]models.Session, error) {
	if caller.Kind != models.CallerPerson {
		return nil, nil
	}
	return a.store.Sessions(ctx, caller.ID, a.now(), maxSessions)
}

// RevokeSession ends one of the person's own sessions, wherever it is. NotFoundError.
func (a *Authenticator) RevokeSession(ctx context.Context, caller models.Caller, id string) error {
	return a.store.Save(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteSession(ctx, caller.ID, id); err != nil {
			return notFound(err, "session", "id")
		}
		return a.recordSession(ctx, tx, caller, models.SessionEnded, id, "revoked")
	})
}

// Workspaces lists where the caller may work: a person's workspaces, a token's one.
func (a *Authenticator) Workspaces(ctx context.Context, caller models.Caller) ([]models.WorkspaceRole, error) {
	if caller.Kind == models.CallerPerson {
		return a.store.WorkspacesOf(ctx, caller.ID)
	}
	w, err := a.store.Workspace(ctx, caller.WorkspaceID)
	return []models.WorkspaceRole{{WorkspaceID: w.ID, Name: w.Name, Role: caller.Role}}, notFound(err, "workspace")
}

// signOut ends the session of the request's cookie, if there is one, and takes the cookie back.
func (a *Authenticator) signOut(w http.ResponseWriter, r *http.Request) {
	if !jsonhttp.Read(w, r, &struct{}{}) {
		return
	}
	if cookie, err := r.Cookie(a.sessions.Cookie.Name); err == nil {
		if err := a.end(r, cookie.Value); err != nil {
			a.refuse(w, r, err)
			return
		}
		a.sessions.WriteSessionCookie(r.Context(), w, "", time.Time{})
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a *Authenticator) end(r *http.Request, cookie string) error {
	ctx := r.Context()
	session, user, err := a.session(ctx, cookie)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	err = a.store.Save(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteSession(ctx, user.ID, session.ID); err != nil {
			return err
		}
		return a.recordSession(ctx, tx, actor(r, user), models.SessionEnded, session.ID, "signed out")
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("end the session: %w", err)
	}
	loaded, err := a.sessions.Load(ctx, cookie)
	if err != nil {
		return err
	}
	return a.sessions.Destroy(loaded)
}
