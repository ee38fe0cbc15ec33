package vault

import (
	"context"
	"strconv"

	"keyward/internal/store"
	"keyward/models"
)

// Delete deletes a credential and unlinks it from the steps of inactive flows. While an active flow uses it, the
// refusal names those flows.
//
// It returns whether their providers took OAuth tokens back. NotFoundError, ConflictError, CredentialInUseError.
func (v *Vault) Delete(ctx context.Context, caller models.Caller, id string, expectedVersion *int32) ([]models.Revocation, error) {
	return v.delete(ctx, caller, func(r store.Reader) ([]models.Credential, error) {
		active, err := r.ActiveFlows(ctx, caller.WorkspaceID, []string{id}, MaxPage)
		if err != nil {
			return nil, err
		}
		if flows, used := active[id]; used {
			return nil, &models.CredentialInUseError{CredentialID: id, Flows: flows}
		}
		c, err := r.Credential(ctx, caller.WorkspaceID, id)
		if err != nil {
			return nil, notFound(err, "credential", "id")
		}
		if expectedVersion != nil && c.Version != *expectedVersion {
			return nil, &models.ConflictError{CurrentVersion: c.Version}
		}
		return []models.Credential{c}, nil
	})
}

// DeleteAll deletes all of the credentials, as Delete does, or none. The refusal names every one that an active flow uses.
//
// NotFoundError, CredentialsInUseError.
func (v *Vault) DeleteAll(ctx context.Context, caller models.Caller, ids []string) ([]models.Revocation, error) {
	return v.delete(ctx, caller, func(r store.Reader) ([]models.Credential, error) {
		found, err := r.CredentialsByID(ctx, caller.WorkspaceID, ids)
		if err != nil {
			return nil, err
		}
		byID := make(map[string]models.Credential, len(found))
		for _, c := range found {
			byID[c.ID] = c
		}
		for i, id := range ids {
			if _, there := byID[id]; !there {
				return nil, &models.NotFoundError{What: "credential", Path: []string{"ids", strconv.Itoa(i)}}
			}
		}
		active, err := r.ActiveFlows(ctx, caller.WorkspaceID, ids, MaxPage)
		if err != nil {
			return nil, err
		}
		var blocked []models.BlockedCredential
		all := make([]models.Credential, len(ids))
		for i, id := range ids {
			all[i] = byID[id]
			if flows, used := active[id]; used {
				blocked = append(blocked, models.BlockedCredential{Credential: all[i], Flows: flows})
			}
		}
		if len(blocked) > 0 {
			return nil, &models.CredentialsInUseError{Blocked: blocked}
		}
		return all, nil
	})
}

// delete deletes what deletable finds, if it finds the same again once nobody else can tie anything to it. What providers gave is then given
// back to them; whether they took it doesn't undo the deletion.
func (v *Vault) delete(ctx context.Context, caller models.Caller, deletable func(store.Reader) ([]models.Credential, error)) ([]models.Revocation, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return nil, err
	}
	// Refusing needs no lock: what is refused here was so at that moment.
	if _, err := deletable(v.store.Reader); err != nil {
		return nil, err
	}
	var (
		deleted []models.Credential
		grants  map[string]models.Grant
	)
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		list, err := deletable(tx.Reader)
		if err != nil {
			return err
		}
		deleted = list
		ids, events := make([]string, len(list)), make([]models.AuditEvent, len(list))
		for i := range list {
			ids[i] = list[i].ID
			events[i] = v.did(caller, models.CredentialDeleted, credentialTarget(&list[i]))
		}
		if grants, err = tx.Grants(ctx, caller.WorkspaceID, ids); err != nil {
			return err
		}
		if err := tx.UnlinkCredentials(ctx, caller.WorkspaceID, ids, v.now()); err != nil {
			return err
		}
		if err := tx.DeleteCredentials(ctx, caller.WorkspaceID, ids); err != nil {
			return err
		}
		return tx.Record(ctx, events...)
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime) // whoever hangs up has deleted all the same
	defer cancel()
	return v.revoke(ctx, deleted, grants), nil
}

func flowIDs(flows []models.Flow) []string {
	ids := make([]string, len(flows))
	for i, flow := range flows {
		ids[i] = flow.ID
	}
	return ids
}
