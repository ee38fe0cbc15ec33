package vault

import (
	"context"
	"errors"
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
//
// OAuthError where its access token has ended and can't be renewed just now.
func (v *Vault) Lease(ctx context.Context, caller models.Caller, ref StepRef) (lease Lease, err error) {
	for range maxStale {
		if lease, err = v.lease(ctx, caller, ref); !errors.Is(err, errNotFresh) {
			return lease, err
		}
		if _, _, err := v.fresh(ctx, lease.Credential); err != nil {
			return lease, v.leaseProblem(ctx, caller, ref, lease.Credential, err)
		}
	}
	return lease, err
}

// errNotFresh: it is time to renew the access token, before anybody is handed it.
var errNotFresh = errors.New("the access token is to be renewed first")

// leaseProblem says what keeps a step from running whose token could not be renewed.
func (v *Vault) leaseProblem(ctx context.Context, caller models.Caller, ref StepRef, c models.Credential, err error) error {
	if refused, ok := errors.AsType[*models.OAuthError](err); !ok || !refused.Reason.Ends() {
		return err
	}
	step := models.FlowStep{Key: ref.StepKey, ComponentID: c.ComponentID, CredentialID: &c.ID}
	refusal := &models.FlowNotActivatableError{Problems: []models.FlowProblem{*v.problem(&step, models.StatusNeedsReauthorization)}, Path: []string{"stepKey"}}
	v.tellRefusal(ctx, caller, models.SecretRead, credentialTarget(&c), refusal)
	return refusal
}

func (v *Vault) lease(ctx context.Context, caller models.Caller, ref StepRef) (lease Lease, err error) {
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
		lease.ExpiresAt = now.Add(leaseTime)
		// By the transaction's own connection: leases that each waited for another one would wait for each other.
		if lease.Component, err = v.components.version(ctx, tx.Reader, c.ComponentID, c.ComponentVersion); err != nil {
			return err
		}
		lease.Method = methodIn(lease.Component, c.Method)
		if lease.Method.OAuth2 != nil || lease.Method.OAuth1 != nil {
			g, err := tx.Grant(ctx, c.WorkspaceID, c.ID)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			// Read after the grant: who reads it before may be told of a new token and hand out the old one.
			if c, err = tx.Credential(ctx, caller.WorkspaceID, c.ID); err != nil {
				return notFound(err, "credential", "stepKey")
			}
			lease.Credential = c
			if g.EndsAt != nil && (!now.Before(*g.EndsAt) || (g.RenewsAt != nil && !now.Before(*g.RenewsAt))) {
				return errNotFresh
			}
			if g.EndsAt != nil && g.EndsAt.Before(lease.ExpiresAt) {
				lease.ExpiresAt = *g.EndsAt
			}
		}
		if err := tx.UsedCredential(ctx, c.WorkspaceID, c.ID, now); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.SecretRead, credentialTarget(&c)).Related(flow.ID).Telling("step "+step.Key))
	})
	if err != nil {
		return lease, err
	}
	values, err := v.open(ctx, &lease.Credential)
	if err != nil {
		return lease, err
	}
	lease.Values, err = v.handedOut(ctx, lease.Credential.WorkspaceID, lease.Method, values)
	return lease, err
}

// handedOut is what a runtime needs of the values: of a connection the access token and what came with it, never what renews it.
func (v *Vault) handedOut(ctx context.Context, workspace string, m *models.AuthMethod, values models.Values) (models.Values, error) {
	if m.OAuth2 == nil && m.OAuth1 == nil {
		return values, nil
	}
	named, err := v.named(ctx, workspace, m, values)
	if err != nil {
		return nil, err
	}
	for key := range values.Typed() {
		if spec, ok := m.Field(key); !ok || spec.Secret {
			delete(named, key)
		}
	}
	for secret, name := range map[string]string{models.ConsumerKey: "consumerKey", models.ConsumerSecret: "consumerSecret"} {
		if value, ok := named[secret]; ok {
			named[name] = value
			delete(named, secret)
		}
	}
	return named, nil
}
