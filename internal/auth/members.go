package auth

import (
	"context"
	"slices"

	"keyward/internal/store"
	"keyward/models"
)

// peopleRoles are the roles that people may have. RUNTIME is for programs.
var peopleRoles = []models.Role{models.RoleOwner, models.RoleEditor, models.RoleViewer}

func checkRole(role models.Role) error {
	if slices.Contains(peopleRoles, role) {
		return nil
	}
	return &models.ValidationError{Issues: []models.ValidationIssue{{
		Path: []string{"role"}, Message: "People are OWNER, EDITOR or VIEWER. RUNTIME is for programs: make them an API token.",
	}}}
}

// Members lists the workspace's people, by id, which is the order in which they became known. ErrForbidden.
func (a *Authenticator) Members(ctx context.Context, caller models.Caller, p models.PageArgs) (models.Page[models.Member], error) {
	if err := caller.May(models.ManageMembers); err != nil {
		return models.Page[models.Member]{}, err
	}
	return a.store.Members(ctx, caller.WorkspaceID, p)
}

// SetRole gives a member another role. A role that a rule gave becomes one that stays. It holds from the person's next request on.
//
// ErrForbidden, ValidationError, NotFoundError, LastOwnerError.
func (a *Authenticator) SetRole(ctx context.Context, caller models.Caller, user string, role models.Role) (models.Member, error) {
	if err := caller.MayChange(models.ManageMembers); err != nil {
		return models.Member{}, err
	}
	if err := checkRole(role); err != nil {
		return models.Member{}, err
	}
	if role.Exceeds(caller) {
		return models.Member{}, tooMuch()
	}
	var member models.Member
	err := a.changeMember(ctx, caller, user, func(tx *store.Tx, was models.Member) error {
		if err := keepOwner(ctx, tx, caller.WorkspaceID, was, role); err != nil {
			return err
		}
		m := models.Membership{WorkspaceID: caller.WorkspaceID, UserID: user, Role: role, CreatedAt: was.CreatedAt}
		if err := tx.SaveMembership(ctx, &m); err != nil {
			return err
		}
		member = was
		member.Role, member.ByRule = role, false
		if !role.Holds(models.ManageMembers) {
			if err := a.withdraw(ctx, tx, caller, user); err != nil {
				return err
			}
		}
		return tx.Record(ctx, caller.Did(a.now(), models.MemberUpdated, models.Target{ID: user, Name: was.Name}).Telling(string(was.Role)+" to "+string(role)))
	})
	return member, err
}

// RemoveMember takes a person out of the workspace, from their next request on. Everybody may take out themselves.
//
// ErrForbidden, NotFoundError, LastOwnerError.
func (a *Authenticator) RemoveMember(ctx context.Context, caller models.Caller, user string) error {
	if err := caller.MayChange(models.ManageMembers); err != nil && (caller.Undecided || caller.Kind != models.CallerPerson || caller.ID != user) {
		return err
	}
	return a.changeMember(ctx, caller, user, func(tx *store.Tx, was models.Member) error {
		if err := keepOwner(ctx, tx, caller.WorkspaceID, was, ""); err != nil {
			return err
		}
		if err := tx.DeleteMembership(ctx, caller.WorkspaceID, user); err != nil {
			return err
		}
		if err := a.withdraw(ctx, tx, caller, user); err != nil {
			return err
		}
		return tx.Record(ctx, caller.Did(a.now(), models.MemberRemoved, models.Target{ID: user, Name: was.Name}).Telling(string(was.Role)))
	})
}

// withdraw takes back the invitations of a caller who may invite no longer: they would let themselves in again.
func (a *Authenticator) withdraw(ctx context.Context, tx *store.Tx, by models.Caller, inviter string) error {
	invitations, err := tx.DeleteInvitationsBy(ctx, by.WorkspaceID, inviter)
	if err != nil {
		return err
	}
	events := make([]models.AuditEvent, len(invitations))
	for i, invitation := range invitations {
		events[i] = by.Did(a.now(), models.InvitationRevoked, models.Target{ID: invitation.ID, Name: invitation.Note}).Telling("with who made it")
	}
	return tx.Record(ctx, events...)
}

// tooMuch refuses a role that holds more than a limited token may hand on. ValidationError.
func tooMuch() error {
	return &models.ValidationError{Issues: []models.ValidationIssue{{
		Path: []string{"role"}, Message: "A token that is limited to scopes can't give a role that holds more than those.",
	}}}
}

func (a *Authenticator) changeMember(ctx context.Context, caller models.Caller, user string, change func(*store.Tx, models.Member) error) error {
	return a.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		was, err := tx.Member(ctx, caller.WorkspaceID, user)
		if err != nil {
			return notFound(err, "member", "id")
		}
		return change(tx, was)
	})
}

// keepOwner refuses to take the role from a workspace's last owner. LastOwnerError.
func keepOwner(ctx context.Context, tx *store.Tx, workspace string, was models.Member, role models.Role) error {
	if was.Role != models.RoleOwner || role == models.RoleOwner {
		return nil
	}
	owners, err := tx.Owners(ctx, workspace)
	if err == nil && owners < 2 {
		return &models.LastOwnerError{}
	}
	return err
}

// join makes the person a member, or raises the role they have; a higher one stays.
func (a *Authenticator) join(ctx context.Context, tx *store.Tx, by models.Caller, user models.User, role models.Role, byRule bool) error {
	was, err := tx.Member(ctx, by.WorkspaceID, user.ID)
	if err == nil && slices.Index(peopleRoles, was.Role) <= slices.Index(peopleRoles, role) {
		return nil
	}
	m := models.Membership{WorkspaceID: by.WorkspaceID, UserID: user.ID, Role: role, ByRule: byRule, CreatedAt: a.now()}
	if err := tx.SaveMembership(ctx, &m); err != nil {
		return err
	}
	return tx.Record(ctx, by.Did(a.now(), models.MemberAdded, models.Target{ID: user.ID, Name: user.Name}).Telling(string(role)))
}
