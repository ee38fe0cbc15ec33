package vault

import (
	"context"
	"errors"
	"strings"

	"keyward/internal/requestid"
	"keyward/internal/store"
	"keyward/models"
)

// AuditEvents lists what was done in the workspace, newest first. ErrForbidden.
func (v *Vault) AuditEvents(ctx context.Context, caller models.Caller, f models.AuditFilter, p models.PageArgs) (models.Page[models.AuditEvent], error) {
	if err := caller.May(models.ReadAudit); err != nil {
		return models.Page[models.AuditEvent]{}, err
	}
	return v.store.AuditEvents(ctx, caller.WorkspaceID, f, p)
}

// did makes an event of what the caller does now.
func (v *Vault) did(caller models.Caller, action models.AuditAction, target models.Target) models.AuditEvent {
	return caller.Did(v.now(), action, target)
}

func credentialTarget(c *models.Credential) models.Target {
	return models.Target{ID: c.ID, Name: c.Name}
}

func flowTarget(f *models.Flow) models.Target { return models.Target{ID: f.ID, Name: f.Name} }

// finding is an outcome with its reason, for an event.
func finding(tried models.Verification) string {
	return strings.TrimSpace(string(tried.Outcome) + " " + string(tried.Reason))
}

// tellRefusal records a try that somebody may want to see although nothing came of it: values that a service rejected, a
// secret that was not handed out. What merely can't be done as things are is told to who tried, and costs no write. The
// answer doesn't hang on it.
func (v *Vault) tellRefusal(ctx context.Context, caller models.Caller, action models.AuditAction, target models.Target, err error) {
	why := ""
	if e, ok := errors.AsType[*models.VerificationFailedError](err); ok {
		why = "VERIFICATION_FAILED " + finding(e.Verification)
	} else if _, ok := errors.AsType[*models.FlowNotActivatableError](err); ok {
		why = "FLOW_NOT_ACTIVATABLE"
	}
	if why == "" {
		return
	}
	ctx = context.WithoutCancel(ctx) // who hangs up in time must not be able to guess unseen
	err = v.store.Save(ctx, func(tx *store.Tx) error {
		return tx.Record(ctx, v.did(caller, action, target).Refused(why))
	})
	if err != nil {
		v.log.ErrorContext(ctx, "a refusal could not be recorded", "action", action, "error", err.Error(), "request_id", requestid.From(ctx))
	}
}
