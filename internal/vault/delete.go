package vault

import (
	"context"

	"keyward/internal/store"
	"keyward/models"
)

// Delete deletes a credential and unlinks it from the steps of inactive flows. While an active flow uses it, the
// refusal names those flows.
//
// NotFoundError, ConflictError, CredentialInUseError.
func (v *Vault) Delete(ctx context.Context, caller models.Caller, id string, expectedVersion *int32) error {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return err
	}
	// Refusing needs no lock: what is refused here was so at that moment.
	if _, err := v.deletable(ctx, v.store.Reader, caller.WorkspaceID, id, expectedVersion); err != nil {
		return err
	}
	return v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		c, err := v.deletable(ctx, tx.Reader, caller.WorkspaceID, id, expectedVersion)
		if err != nil {
			return err
		}
		using, err := tx.FlowsUsing(ctx, caller.WorkspaceID, id, nil)
		if err != nil {
			return err
		}
		if err := tx.RelinkSteps(ctx, caller.WorkspaceID, flowIDs(using), id, nil, v.now()); err != nil {
			return err
		}
		if err := tx.DeleteCredential(ctx, caller.WorkspaceID, id); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.CredentialDeleted, credentialTarget(&c)))
	})
}

func (v *Vault) deletable(ctx context.Context, r store.Reader, workspace, id string, expectedVersion *int32) (models.Credential, error) {
	active, err := r.ActiveFlows(ctx, workspace, id, MaxPage)
	if err != nil {
		return models.Credential{}, err
	}
	if active.Total > 0 {
		return models.Credential{}, &models.CredentialInUseError{CredentialID: id, Flows: active}
	}
	c, err := r.Credential(ctx, workspace, id)
	if err != nil {
		return c, notFound(err, "credential", "id")
	}
	if expectedVersion != nil && c.Version != *expectedVersion {
		return c, &models.ConflictError{CurrentVersion: c.Version}
	}
	return c, nil
}

func flowIDs(flows []models.Flow) []string {
	ids := make([]string, len(flows))
	for i, flow := range flows {
		ids[i] = flow.ID
	}
	return ids
}
