package vault

import (
	"context"
	"fmt"
	"strings"
	"time"

	"keyward/internal/store"
	"keyward/models"
)

// CreateWorkspace makes a workspace with a keyset of its own, whose owner the caller is. Only people can: a token belongs
// to a workspace, and one more would have nobody in it. ErrForbidden.
func (v *Vault) CreateWorkspace(ctx context.Context, caller models.Caller, name string) (models.Workspace, error) {
	if err := caller.May(models.ManageMembers); err != nil {
		return models.Workspace{}, err
	}
	if caller.Kind != models.CallerPerson {
		return models.Workspace{}, models.ErrForbidden
	}
	w := models.Workspace{ID: newID(models.WorkspaceIDPrefix), Name: strings.TrimSpace(name), CreatedAt: v.now()}
	_, wrapped, err := v.keys.key.NewKeyset(w.ID)
	if err != nil {
		return w, err
	}
	home := caller
	caller.WorkspaceID = w.ID // the event is the new workspace's first
	return w, v.store.ChangeAs(ctx, home, func(tx *store.Tx) error {
		if err := v.mayMakeAnother(ctx, tx, caller.ID); err != nil {
			return err
		}
		if err := tx.InsertWorkspace(ctx, &w, &models.Keyset{WorkspaceID: w.ID, Wrapped: wrapped, CreatedAt: v.now()}, v.keys.key.check); err != nil {
			return err
		}
		m := models.Membership{WorkspaceID: w.ID, UserID: caller.ID, Role: models.RoleOwner, CreatedAt: v.now()}
		if err := tx.SaveMembership(ctx, &m); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.WorkspaceCreated, models.Target{ID: w.ID, Name: w.Name}))
	})
}

// Limits of making workspaces: each costs a keyset, has budgets of its own, and is told of each sign-in.
const (
	maxWorkspaces  = 50
	workspacesADay = 10
)

// mayMakeAnother bounds how many workspaces a person is in, and how many they make, those that they deleted included. ValidationError.
func (v *Vault) mayMakeAnother(ctx context.Context, tx *store.Tx, person string) error {
	all, err := tx.WorkspacesOf(ctx, person)
	if err != nil {
		return err
	}
	now := v.now()
	made, err := tx.AddWorkspaceCreation(ctx, person, now, now.Add(-24*time.Hour))
	if err != nil {
		return err
	}
	var message string
	switch {
	case len(all) >= maxWorkspaces:
		message = fmt.Sprintf("You are in %d workspaces, which is the most. Leave or delete one first.", len(all))
	case made > workspacesADay:
		message = fmt.Sprintf("You have made %d workspaces within a day, which is the most. Try again tomorrow.", workspacesADay)
	default:
		return nil
	}
	return wrong(nil, []models.ValidationIssue{{Path: []string{"name"}, Message: message}})
}

// RenameWorkspace gives the caller's workspace another name. ErrForbidden.
func (v *Vault) RenameWorkspace(ctx context.Context, caller models.Caller, name string) (models.Workspace, error) {
	if err := caller.MayChange(models.ManageMembers); err != nil {
		return models.Workspace{}, err
	}
	name = strings.TrimSpace(name)
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		if err := tx.RenameWorkspace(ctx, caller.WorkspaceID, name); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.WorkspaceUpdated, models.Target{ID: caller.WorkspaceID, Name: name}))
	})
	if err != nil {
		return models.Workspace{}, err
	}
	return v.Workspace(ctx, caller)
}

// DeleteWorkspace destroys the caller's workspace and everything in it, its keyset included: what was sealed with that
// opens nowhere any more, in no backup that lacks the keyset either. Its audit events stay, for the operator. name has to be the workspace's, as a
// second look; active flows have to be stopped first. The oldest workspace stays: commands and rules would go on in somebody else's.
// Only people can, for a token may be limited to less.
//
// ErrForbidden, NotFoundError, ValidationError.
func (v *Vault) DeleteWorkspace(ctx context.Context, caller models.Caller, id, name string) error {
	if err := caller.MayChange(models.ManageMembers); err != nil {
		return err
	}
	if caller.Kind != models.CallerPerson {
		return models.ErrForbidden
	}
	if id != caller.WorkspaceID {
		return &models.NotFoundError{What: "workspace", Path: []string{"id"}}
	}
	defer v.keys.forget(id)
	return v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		w, err := tx.Workspace(ctx, id)
		if err != nil {
			return notFound(err, "workspace", "id")
		}
		active, err := tx.ActiveFlowCount(ctx, id)
		if err != nil {
			return err
		}
		oldest, err := tx.Workspaces(ctx, 1)
		if err != nil {
			return err
		}
		var issues []models.ValidationIssue
		if strings.TrimSpace(name) != w.Name {
			issues = append(issues, models.ValidationIssue{Path: []string{"name"}, Message: "This is not the workspace's name. Type it exactly, to be sure that it is the right one."})
		}
		if active > 0 {
			issues = append(issues, models.ValidationIssue{Path: []string{"id"}, Message: fmt.Sprintf("%d of its flows are active. Stop them first.", active)})
		}
		if first(oldest).ID == id {
			issues = append(issues, models.ValidationIssue{Path: []string{"id"}, Message: "This is the gateway's first workspace, in which the operator's commands and the identity provider's rules work. It stays."})
		}
		if err := wrong(issues, nil); err != nil {
			return err
		}
		if err := tx.DeleteWorkspace(ctx, id); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.WorkspaceDeleted, models.Target{ID: id, Name: w.Name}))
	})
}
