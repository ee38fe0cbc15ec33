package vault

import (
	"context"
	"time"

	"keyward/internal/store"
	"keyward/models"
)

// leaseTime is for how long a runtime may use what it was handed before it asks again: an edit reaches it by then.
const leaseTime = 5 * time.Minute

// Lease is what a runtime is handed for a step.
type Lease struct {
	Credential models.Credential
	Component  *models.Component
	Method     *models.AuthMethod
	Values     models.Values
	ExpiresAt  time.Time
}

// Lease hands a runtime the values that a step of an active flow runs with. It is the only way by which a secret leaves
// the vault, it needs a right that no managing role holds, and it leaves an event.
//
// ErrForbidden; NotFoundError for a flow that is not there or not active, for a step that is not there or has no
// credential; FlowNotActivatableError for a credential that can't be used.
func (v *Vault) Lease(ctx context.Context, caller models.Caller, ref StepRef) (lease Lease, err error) {
	if err := caller.May(models.ReadSecrets); err != nil {
		return lease, err
	}
	defer func() {
		v.tellRefusal(ctx, caller, models.SecretRead, credentialTarget(&lease.Credential), err)
	}()
	err = v.store.Save(ctx, func(tx *store.Tx) error {
		flow, step, err := v.linkTarget(ctx, tx.Reader, caller, ref, nil)
		if err != nil {
			return err
		}
		switch {
		case !flow.Active:
			return &models.NotFoundError{What: "flow", Path: []string{"flowId"}, Message: "This flow is not active. Only an active flow is handed secrets: activate it first."}
		case step.CredentialID == nil:
			return &models.NotFoundError{What: "credential", Path: []string{"stepKey"}, Message: "This step has no credential, and needs none."}
		}
		c, err := tx.Credential(ctx, caller.WorkspaceID, *step.CredentialID)
		if err != nil {
			return notFound(err, "credential", "stepKey")
		}
		lease.Credential = c
		if problem := v.problem(&step, v.StatusOf(&c)); problem != nil {
			return &models.FlowNotActivatableError{Problems: []models.FlowProblem{*problem}, Path: []string{"stepKey"}}
		}
		now := v.now()
		if err := tx.UsedCredential(ctx, c.WorkspaceID, c.ID, now); err != nil {
			return err
		}
		lease.ExpiresAt = now.Add(leaseTime)
		return tx.Record(ctx, v.did(caller, models.SecretRead, credentialTarget(&c)).Related(flow.ID).Telling("step "+step.Key))
	})
	if err != nil {
		return lease, err
	}
	c := &lease.Credential
	if lease.Component, err = v.components.version(ctx, v.store.Reader, c.ComponentID, c.ComponentVersion); err != nil {
		return lease, err
	}
	if lease.Method, err = v.methodOf(ctx, c); err != nil {
		return lease, err
	}
	lease.Values, err = v.open(ctx, c)
	return lease, err
}
