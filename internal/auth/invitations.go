package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"keyward/internal/jsonhttp"
	"keyward/internal/store"
	"keyward/models"
)

// Limits of an invitation's life.
const (
	invitationLifetime = 7 * 24 * time.Hour
	maxInvitation      = 30 * 24 * time.Hour
)

// NewInvitation says whom to invite as what.
type NewInvitation struct {
	Role      models.Role
	Note      string     // whom it is for
	ExpiresAt *time.Time // nil: in a week
}

// CreateInvitation makes a link by which one person may join the caller's workspace once. It can't be seen again.
//
// ErrForbidden, ValidationError.
func (a *Authenticator) CreateInvitation(ctx context.Context, caller models.Caller, in NewInvitation) (string, models.Invitation, error) {
	if err := caller.MayChange(models.ManageMembers); err != nil {
		return "", models.Invitation{}, err
	}
	if err := checkRole(in.Role); err != nil {
		return "", models.Invitation{}, err
	}
	if in.Role.Exceeds(caller) {
		return "", models.Invitation{}, tooMuch()
	}
	now := a.now()
	row := models.Invitation{
		WorkspaceID: caller.WorkspaceID, ID: newID(models.InvitationIDPrefix), Role: in.Role, Note: strings.TrimSpace(in.Note),
		InvitedBy: caller.Name, InviterID: caller.ID, CreatedAt: now, ExpiresAt: now.Add(invitationLifetime),
	}
	if in.ExpiresAt != nil {
		row.ExpiresAt = in.ExpiresAt.UTC().Truncate(time.Microsecond)
		if left := row.ExpiresAt.Sub(now); left <= 0 || left > maxInvitation {
			return "", row, &models.ValidationError{Issues: []models.ValidationIssue{{Path: []string{"expiresAt"}, Message: "An invitation lasts 30 days at most, and ends in the future."}}}
		}
	}
	if ends := caller.ExpiresAt; ends != nil && ends.Before(row.ExpiresAt) {
		row.ExpiresAt = *ends
	}
	token := newToken(invitationPrefix)
	row.Hash = hashOf(token)
	err := a.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		if err := tx.InsertInvitation(ctx, &row); err != nil {
			return err
		}
		return tx.Record(ctx, caller.Did(now, models.InvitationCreated, models.Target{ID: row.ID, Name: row.Note}).Telling(string(row.Role)))
	})
	return a.baseURL + "/invitation#" + token, row, err
}

// Invitations lists the workspace's open invitations, newest first. ErrForbidden.
func (a *Authenticator) Invitations(ctx context.Context, caller models.Caller, p models.PageArgs) (models.Page[models.Invitation], error) {
	if err := caller.May(models.ManageMembers); err != nil {
		return models.Page[models.Invitation]{}, err
	}
	return a.store.Invitations(ctx, caller.WorkspaceID, a.now(), p)
}

// RevokeInvitation takes an invitation back. ErrForbidden, NotFoundError.
func (a *Authenticator) RevokeInvitation(ctx context.Context, caller models.Caller, id string) error {
	if err := caller.MayChange(models.ManageMembers); err != nil {
		return err
	}
	return a.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		invitation, err := tx.TakeInvitation(ctx, caller.WorkspaceID, id)
		if err != nil {
			return notFound(err, "invitation", "id")
		}
		return tx.Record(ctx, caller.Did(a.now(), models.InvitationRevoked, models.Target{ID: id, Name: invitation.Note}))
	})
}

// invited is what the page of an invitation shows before anybody says yes.
type invited struct {
	Workspace string      `json:"workspace"`
	Role      models.Role `json:"role"`
	InvitedBy string      `json:"invitedBy"`
	// As is the person who is signed in here and would join; empty if nobody is.
	As string `json:"as"`
	// NeedsName: nobody is signed in, so the person says what to be called.
	NeedsName bool `json:"needsName"`
	// NeedsSignIn: nobody is signed in, and the identity provider says who it is.
	NeedsSignIn bool `json:"needsSignIn"`
}

// invitation tells what an invitation is for, and takes the yes: POST /invitation with {"token": "kwi_…"}, and to join with
// "accept": true and, where nobody is signed in, "name". With an identity provider, the answer to them is where to sign in.
func (a *Authenticator) invitation(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token  string
		Accept bool
		Name   string
	}
	if !jsonhttp.Read(w, r, &body) {
		return
	}
	ctx := r.Context()
	invitation, workspace, err := a.openInvitation(ctx, body.Token)
	if errors.Is(err, ErrUnknown) {
		a.log.WarnContext(ctx, "invitation refused", "reason", "it is unknown, used up, taken back or expired", "address", address(r))
		jsonhttp.Refuse(w, http.StatusNotFound, "NOT_FOUND", "This invitation has been used, taken back, or is too old. Ask for another one.")
		return
	}
	var user *models.User
	if cookie, noCookie := r.Cookie(a.sessions.Cookie.Name); err == nil && noCookie == nil {
		_, known, sessionErr := a.session(ctx, cookie.Value)
		if sessionErr == nil {
			user = &known
		} else if !errors.Is(sessionErr, ErrUnknown) {
			err = sessionErr
		}
	}
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	if !body.Accept {
		shown := invited{
			Workspace: workspace.Name, Role: invitation.Role, InvitedBy: invitation.InvitedBy,
			NeedsName: user == nil && a.provider == nil, NeedsSignIn: user == nil && a.provider != nil,
		}
		if user != nil {
			shown.As = user.Name
		}
		jsonhttp.Write(w, http.StatusOK, shown)
		return
	}
	if user == nil && a.provider != nil {
		a.rememberInvitation(w, r, invitation)
		return
	}
	a.accept(w, r, invitation, user, body.Name)
}

// rememberInvitation keeps the yes until the identity provider has said whose it is.
func (a *Authenticator) rememberInvitation(w http.ResponseWriter, r *http.Request, invitation models.Invitation) {
	if err := a.keepFlow(w, r, underWay{Invitation: invitation.ID, Workspace: invitation.WorkspaceID}); err != nil {
		a.refuse(w, r, err)
		return
	}
	jsonhttp.Write(w, http.StatusOK, map[string]string{"signIn": signInPath})
}

// accept makes the person a member. Nobody who is signed in becomes a new person of this gateway's own.
func (a *Authenticator) accept(w http.ResponseWriter, r *http.Request, invitation models.Invitation, user *models.User, name string) {
	isNew := user == nil
	if isNew {
		name = strings.TrimSpace(clean(name, 200))
		if name == "" {
			jsonhttp.Refuse(w, http.StatusBadRequest, "BAD_REQUEST", "Say what to call you.")
			return
		}
		id := newID(models.UserIDPrefix)
		user = &models.User{ID: id, Issuer: models.LocalIssuer, Subject: id, Name: name, CreatedAt: a.now()}
	}
	err := a.take(r.Context(), actor(r, *user), invitation, user, isNew)
	if errors.Is(err, ErrUnknown) {
		jsonhttp.Refuse(w, http.StatusNotFound, "NOT_FOUND", "This invitation was used or taken back just now. Ask for another one.")
		return
	}
	if err == nil && isNew {
		err = a.start(w, r, *user, "by invitation")
	}
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	jsonhttp.Write(w, http.StatusOK, map[string]string{"next": "/w/" + invitation.WorkspaceID})
}

// take uses the invitation up for the person. ErrUnknown where another was faster.
func (a *Authenticator) take(ctx context.Context, by models.Caller, invitation models.Invitation, user *models.User, isNew bool) error {
	by.WorkspaceID = invitation.WorkspaceID
	// Under the lock, as every change of a membership: else a role that is given meanwhile would be lost.
	err := a.store.Change(ctx, invitation.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.TakeInvitation(ctx, invitation.WorkspaceID, invitation.ID); err != nil {
			return err
		}
		if isNew {
			if err := tx.SaveUser(ctx, user); err != nil {
				return err
			}
		}
		if err := a.join(ctx, tx, by, *user, invitation.Role, false); err != nil {
			return err
		}
		return tx.Record(ctx, accepted(by, invitation, a.now()))
	})
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknown
	}
	return err
}

// accepted is the event of an invitation that was used, whatever role the person had already.
func accepted(by models.Caller, invitation models.Invitation, at time.Time) models.AuditEvent {
	by.WorkspaceID = invitation.WorkspaceID
	return by.Did(at, models.InvitationAccepted, models.Target{ID: invitation.ID, Name: invitation.Note}).Telling(string(invitation.Role))
}

// openInvitation finds an invitation that can still be used. ErrUnknown.
func (a *Authenticator) openInvitation(ctx context.Context, token string) (models.Invitation, models.Workspace, error) {
	if !wellFormed(invitationPrefix, token) {
		return models.Invitation{}, models.Workspace{}, ErrUnknown
	}
	invitation, err := a.store.InvitationByHash(ctx, hashOf(token))
	if errors.Is(err, store.ErrNotFound) || (err == nil && !a.now().Before(invitation.ExpiresAt)) {
		return invitation, models.Workspace{}, ErrUnknown
	}
	if err != nil {
		return invitation, models.Workspace{}, fmt.Errorf("look the invitation up: %w", err)
	}
	workspace, err := a.store.Workspace(ctx, invitation.WorkspaceID)
	return invitation, workspace, err
}
