package vault

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"keyward/internal/store"
	"keyward/models"
)

// linkTarget finds the step that a credential of the component is to be linked with; under names the input that holds
// the reference, if any. NotFoundError, ComponentMismatchError.
func (v *Vault) linkTarget(ctx context.Context, r store.Reader, caller models.Caller, ref StepRef, component *models.Component, under ...string) (models.Flow, models.FlowStep, error) {
	flow, err := r.Flow(ctx, caller.WorkspaceID, ref.FlowID)
	if err != nil {
		return flow, models.FlowStep{}, notFound(err, "flow", append(slices.Clone(under), "flowId")...)
	}
	steps, err := r.Steps(ctx, caller.WorkspaceID, []string{ref.FlowID}, v.now())
	if err != nil {
		return flow, models.FlowStep{}, err
	}
	i := slices.IndexFunc(steps[ref.FlowID], func(s store.StepRow) bool { return s.Key == ref.StepKey })
	if i < 0 {
		return flow, models.FlowStep{}, &models.NotFoundError{
			What: "step", Path: append(slices.Clone(under), "stepKey"),
			Message: "The flow has no step of that key. It may have been changed: reload it and choose another.",
		}
	}
	step := steps[ref.FlowID][i].FlowStep
	if component != nil && step.ComponentID != component.ID {
		return flow, step, v.mismatch(ctx, r, caller.WorkspaceID, step.ComponentID, component.ID, append(slices.Clone(under), "stepKey"))
	}
	return flow, step, nil
}

// mismatch names both components.
func (v *Vault) mismatch(ctx context.Context, r store.Reader, workspace, expected, actual string, path []string) error {
	e, err := v.components.current(ctx, r, workspace, expected)
	if err != nil {
		return err
	}
	a, err := v.components.current(ctx, r, workspace, actual)
	if err != nil {
		return err
	}
	return &models.ComponentMismatchError{Expected: e, Actual: a, Path: path}
}

// Link links a step with a credential of its component, or unlinks it where credential is nil.
//
// NotFoundError, ComponentMismatchError, FlowNotActivatableError when an active flow would lose what it needs.
func (v *Vault) Link(ctx context.Context, caller models.Caller, ref StepRef, credential *string) (models.Flow, error) {
	if err := caller.MayChange(models.WriteFlows); err != nil {
		return models.Flow{}, err
	}
	var flow models.Flow
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		action, target := models.CredentialUnlinked, models.Target{}
		var (
			step   models.FlowStep
			status models.CredentialStatus
			err    error
		)
		if flow, step, err = v.linkTarget(ctx, tx.Reader, caller, ref, nil); err != nil {
			return err
		}
		if credential != nil {
			c, err := tx.Credential(ctx, caller.WorkspaceID, *credential)
			if err != nil {
				return notFound(err, "credential", "credentialId")
			}
			if c.ComponentID != step.ComponentID {
				return v.mismatch(ctx, tx.Reader, caller.WorkspaceID, step.ComponentID, c.ComponentID, []string{"credentialId"})
			}
			status, action, target = v.StatusOf(&c), models.CredentialLinked, credentialTarget(&c)
		} else if step.CredentialID != nil {
			target.ID = *step.CredentialID
		}
		step.CredentialID = credential
		if problem := v.problem(&step, status); flow.Active && problem != nil {
			return needed([]models.FlowProblem{*problem}, "credentialId")
		}
		if err := tx.SetStepCredential(ctx, caller.WorkspaceID, flow.ID, step.Key, credential); err != nil {
			return err
		}
		if err := tx.TouchFlow(ctx, caller.WorkspaceID, flow.ID, v.now()); err != nil {
			return err
		}
		if target.ID != "" { // else there was nothing to take away
			if err := tx.Record(ctx, v.did(caller, action, target).Related(flow.ID).Telling("step "+step.Key)); err != nil {
				return err
			}
		}
		flow, err = tx.Flow(ctx, caller.WorkspaceID, flow.ID)
		return err
	})
	return flow, err
}

// Replace puts another credential of the same component in the place of one, in the named flows, or in all where flows
// is nil. It returns the flows it changed, by name.
//
// NotFoundError, ComponentMismatchError, FlowNotActivatableError.
func (v *Vault) Replace(ctx context.Context, caller models.Caller, from, to string, flows []string) ([]models.Flow, error) {
	if err := caller.MayChange(models.WriteFlows); err != nil {
		return nil, err
	}
	var changed []models.Flow
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		old, replacement, err := v.replacement(ctx, tx, caller, from, to)
		if err != nil {
			return err
		}
		if err := named(ctx, tx, caller.WorkspaceID, flows); err != nil {
			return err
		}
		if changed, err = tx.FlowsUsing(ctx, caller.WorkspaceID, from, flows); err != nil {
			return err
		}
		if err := v.fit(ctx, tx, changed, from, replacement); err != nil {
			return err
		}
		if err := tx.RelinkSteps(ctx, caller.WorkspaceID, flowIDs(changed), from, to, v.now()); err != nil {
			return err
		}
		for i := range changed {
			changed[i].Version++
			changed[i].UpdatedAt = v.now()
		}
		return tx.Record(ctx, v.did(caller, models.CredentialReplaced, credentialTarget(&old)).Related(to).Telling(fmt.Sprintf("flows: %d", len(changed))))
	})
	return changed, err
}

func (v *Vault) replacement(ctx context.Context, tx *store.Tx, caller models.Caller, from, to string) (old, replacement models.Credential, err error) {
	both, err := tx.CredentialsByID(ctx, caller.WorkspaceID, []string{from, to})
	if err != nil {
		return old, replacement, err
	}
	find := func(id, path string) (models.Credential, error) {
		for _, c := range both {
			if c.ID == id {
				return c, nil
			}
		}
		return models.Credential{}, &models.NotFoundError{What: "credential", Path: []string{path}}
	}
	if old, err = find(from, "fromId"); err != nil {
		return old, replacement, err
	}
	if replacement, err = find(to, "toId"); err != nil {
		return old, replacement, err
	}
	switch {
	case from == to:
		err = wrong(nil, []models.ValidationIssue{{Path: []string{"toId"}, Message: "A credential can't be replaced by itself: choose another one."}})
	case old.ComponentID != replacement.ComponentID:
		err = v.mismatch(ctx, tx.Reader, caller.WorkspaceID, old.ComponentID, replacement.ComponentID, []string{"toId"})
	}
	return old, replacement, err
}

// named refuses flows that don't exist.
func named(ctx context.Context, tx *store.Tx, workspace string, ids []string) error {
	flows, err := tx.FlowsByID(ctx, workspace, ids)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if !slices.ContainsFunc(flows, func(f models.Flow) bool { return f.ID == id }) {
			return &models.NotFoundError{What: "flow", Path: []string{"flowIds", strconv.Itoa(i)}}
		}
	}
	return nil
}

// fit refuses an unusable replacement for active flows.
func (v *Vault) fit(ctx context.Context, tx *store.Tx, flows []models.Flow, from string, replacement models.Credential) error {
	active := slices.DeleteFunc(slices.Clone(flows), func(f models.Flow) bool { return !f.Active })
	status := v.StatusOf(&replacement)
	if status.Usable() || len(active) == 0 {
		return nil
	}
	steps, err := tx.Steps(ctx, replacement.WorkspaceID, flowIDs(active), v.now())
	if err != nil {
		return err
	}
	var problems []models.FlowProblem
	for _, flow := range active {
		for _, row := range steps[flow.ID] {
			if row.CredentialID != nil && *row.CredentialID == from {
				problem := v.problem(&row.FlowStep, status)
				problem.Message = fmt.Sprintf("In the active flow «%s»: %s", flow.Name, problem.Message)
				problems = append(problems, *problem)
			}
		}
	}
	return &models.FlowNotActivatableError{Problems: problems, Path: []string{"toId"}}
}

// needed refuses to take from an active flow what it needs, at the place of the input.
func needed(problems []models.FlowProblem, path string) error {
	for i := range problems {
		if p := &problems[i]; p.Kind == models.ProblemCredentialMissing {
			p.Message = fmt.Sprintf("The flow is active and its step «%s» needs a credential. Give it one, or stop the flow first.", p.StepKey)
		}
	}
	return &models.FlowNotActivatableError{Problems: problems, Path: []string{path}}
}

// problem says what keeps a step from running with a credential of this status; nil when nothing does.
func (v *Vault) problem(step *models.FlowStep, status models.CredentialStatus) *models.FlowProblem {
	title := v.components.titleOf(step.ComponentID)
	p := models.FlowProblem{StepKey: step.Key}
	switch {
	case step.CredentialID == nil && step.NeedsCredential:
		p.Kind = models.ProblemCredentialMissing
		p.Message = fmt.Sprintf("The step «%s» has no credential. Choose one of %s, or make a new one.", step.Key, title)
	case step.CredentialID == nil || status.Usable():
		return nil
	case status == models.StatusNeedsReauthorization:
		p.Kind = models.ProblemCredentialNeedsReauthorization
		p.Message = fmt.Sprintf("The credential of the step «%s» has to be connected to %s again.", step.Key, title)
	case status == models.StatusExpired:
		p.Kind = models.ProblemCredentialExpired
		p.Message = fmt.Sprintf("The credential of the step «%s» has expired. Renew it, or choose another of %s.", step.Key, title)
	default:
		p.Kind = models.ProblemCredentialRejected
		p.Message = fmt.Sprintf("%s rejected the credential of the step «%s». Edit it, or choose another one.", title, step.Key)
	}
	return &p
}
