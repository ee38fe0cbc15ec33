package vault

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"keyward/internal/store"
	"keyward/models"
)

// FlowsByID reads those that exist.
func (v *Vault) FlowsByID(ctx context.Context, caller models.Caller, ids []string) ([]models.Flow, error) {
	if err := caller.May(models.ReadFlows); err != nil {
		return nil, err
	}
	return v.store.FlowsByID(ctx, caller.WorkspaceID, ids)
}

// Flows lists flows by name, then id.
func (v *Vault) Flows(ctx context.Context, caller models.Caller, f models.FlowFilter, p models.PageArgs) (models.Page[models.Flow], error) {
	if err := caller.May(models.ReadFlows); err != nil {
		return models.Page[models.Flow]{}, err
	}
	f.Search = fold(strings.TrimSpace(f.Search))
	return v.store.Flows(ctx, caller.WorkspaceID, f, p)
}

// FlowsOfCredentials reads the same page of the flows that use each credential.
func (v *Vault) FlowsOfCredentials(ctx context.Context, caller models.Caller, credentials []string, active *bool, p models.PageArgs) (map[string]models.Page[models.Flow], error) {
	if err := caller.May(models.ReadFlows); err != nil {
		return nil, err
	}
	return v.store.FlowsOfCredentials(ctx, caller.WorkspaceID, credentials, active, p)
}

// ActiveFlowCounts counts the active flows that use each credential.
func (v *Vault) ActiveFlowCounts(ctx context.Context, caller models.Caller, credentials []string) (map[string]int, error) {
	if err := caller.May(models.ReadFlows); err != nil {
		return nil, err
	}
	active := true
	return v.store.FlowCounts(ctx, caller.WorkspaceID, credentials, &active)
}

// Step is a step and what keeps it from running, nil when nothing does.
type Step struct {
	models.FlowStep
	Problem *models.FlowProblem
}

// Steps reads the flows' steps in their order.
func (v *Vault) Steps(ctx context.Context, caller models.Caller, flows []string) (map[string][]Step, error) {
	if err := caller.May(models.ReadFlows); err != nil {
		return nil, err
	}
	rows, err := v.store.Steps(ctx, caller.WorkspaceID, flows, v.now())
	steps := make(map[string][]Step, len(rows))
	for flow, list := range rows {
		for _, row := range list {
			steps[flow] = append(steps[flow], Step{FlowStep: row.FlowStep, Problem: v.problem(&row.FlowStep, row.CredentialStatus)})
		}
	}
	return steps, err
}

// Workspace reads the caller's.
func (v *Vault) Workspace(ctx context.Context, caller models.Caller) (models.Workspace, error) {
	w, err := v.store.Workspace(ctx, caller.WorkspaceID)
	return w, notFound(err, "workspace")
}

// StepSpec is a step as it shall be.
type StepSpec struct {
	Key         string
	ComponentID string
	Function    *string
	// Credential is what was said of it: nothing (Given false), none (nil), or an id.
	Credential *string
	Given      bool
}

// CreateFlow makes an inactive flow. NotFoundError, ComponentMismatchError.
func (v *Vault) CreateFlow(ctx context.Context, caller models.Caller, name string, specs []StepSpec) (models.Flow, error) {
	if err := caller.MayChange(models.WriteFlows); err != nil {
		return models.Flow{}, err
	}
	name = strings.TrimSpace(name)
	flow := models.Flow{
		WorkspaceID: caller.WorkspaceID, ID: newID(models.FlowIDPrefix), Name: name, SortName: fold(name),
		Version: 1, CreatedAt: v.now(), UpdatedAt: v.now(),
	}
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		steps, err := v.layOut(ctx, tx, &flow, specs, nil)
		if err != nil {
			return err
		}
		if err := tx.InsertFlow(ctx, &flow, rows(steps)); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.FlowCreated, flowTarget(&flow)))
	})
	return flow, err
}

// FlowEdit is what UpdateFlow changes. Nil leaves a thing as it is.
type FlowEdit struct {
	ID              string
	ExpectedVersion int32
	Name            *string
	Steps           *[]StepSpec
}

// UpdateFlow changes the name, the steps, or both.
//
// NotFoundError, ConflictError, ComponentMismatchError, FlowNotActivatableError when an active flow would lack what it
// needs.
func (v *Vault) UpdateFlow(ctx context.Context, caller models.Caller, in FlowEdit) (models.Flow, error) {
	if err := caller.MayChange(models.WriteFlows); err != nil {
		return models.Flow{}, err
	}
	var flow models.Flow
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		var err error
		if flow, err = tx.Flow(ctx, caller.WorkspaceID, in.ID); err != nil {
			return notFound(err, "flow", "id")
		}
		if flow.Version != in.ExpectedVersion {
			return &models.ConflictError{CurrentVersion: flow.Version}
		}
		if in.Name != nil {
			flow.Name = strings.TrimSpace(*in.Name)
			flow.SortName = fold(flow.Name)
		}
		flow.Version++
		flow.UpdatedAt = v.now()
		if in.Steps != nil {
			if err := v.replaceSteps(ctx, tx, &flow, *in.Steps); err != nil {
				return err
			}
		}
		if err := tx.UpdateFlow(ctx, &flow); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.FlowUpdated, flowTarget(&flow)).Telling(changedFlow(in)))
	})
	return flow, err
}

// changedFlow says what an edit changed, by the names of things.
func changedFlow(in FlowEdit) string {
	var parts []string
	if in.Name != nil {
		parts = append(parts, "name")
	}
	if in.Steps != nil {
		parts = append(parts, "steps")
	}
	return strings.Join(parts, ", ")
}

func (v *Vault) replaceSteps(ctx context.Context, tx *store.Tx, flow *models.Flow, specs []StepSpec) error {
	old, err := tx.Steps(ctx, flow.WorkspaceID, []string{flow.ID}, v.now())
	if err != nil {
		return err
	}
	steps, err := v.layOut(ctx, tx, flow, specs, old[flow.ID])
	if err != nil {
		return err
	}
	if flow.Active {
		if problems := v.unfit(steps, old[flow.ID]); len(problems) > 0 {
			return needed(problems, "steps")
		}
	}
	return tx.ReplaceSteps(ctx, flow.WorkspaceID, flow.ID, rows(steps))
}

// unfit finds the steps that lack a credential, or are newly given one that can't be used. A credential that went bad while
// the flow ran is no reason to refuse other edits.
func (v *Vault) unfit(steps, old []store.StepRow) []models.FlowProblem {
	var problems []models.FlowProblem
	for _, step := range steps {
		problem := v.problem(&step.FlowStep, step.CredentialStatus)
		kept := slices.ContainsFunc(old, func(o store.StepRow) bool {
			return o.Key == step.Key && o.CredentialID != nil && step.CredentialID != nil && *o.CredentialID == *step.CredentialID
		})
		if problem != nil && !kept {
			problems = append(problems, *problem)
		}
	}
	return problems
}

func rows(steps []store.StepRow) []models.FlowStep {
	list := make([]models.FlowStep, len(steps))
	for i, step := range steps {
		list[i] = step.FlowStep
	}
	return list
}

// layOut makes the rows of a flow's steps. An omitted credential keeps the old step's; a new step takes the one that the
// flow's other steps of its component use, if they agree.
func (v *Vault) layOut(ctx context.Context, tx *store.Tx, flow *models.Flow, specs []StepSpec, old []store.StepRow) ([]store.StepRow, error) {
	steps := make([]store.StepRow, len(specs))
	var isNew []int
	for i, spec := range specs {
		component, err := v.components.current(ctx, tx.Reader, flow.WorkspaceID, spec.ComponentID)
		if err != nil {
			return nil, notFound(err, "component", "steps", strconv.Itoa(i), "componentId")
		}
		steps[i].FlowStep = models.FlowStep{
			WorkspaceID: flow.WorkspaceID, FlowID: flow.ID, Key: spec.Key, Position: int32(i),
			ComponentID: component.ID, Function: spec.Function,
			CredentialID: spec.Credential, NeedsCredential: component.RequiresCredential(), Active: flow.Active,
		}
		if spec.Given {
			continue
		}
		was := slices.IndexFunc(old, func(o store.StepRow) bool { return o.Key == spec.Key })
		switch {
		case was < 0:
			isNew = append(isNew, i)
		case old[was].ComponentID == component.ID:
			steps[i].CredentialID = old[was].CredentialID
		}
	}
	for _, i := range isNew {
		steps[i].CredentialID = agreed(steps, steps[i].ComponentID)
	}
	return steps, v.lookUp(ctx, tx, flow.WorkspaceID, steps)
}

// agreed is the one credential that the steps of a component use; nil when there is none, or more than one.
func agreed(steps []store.StepRow, component string) *string {
	var credential *string
	for _, step := range steps {
		if step.ComponentID != component || step.CredentialID == nil {
			continue
		}
		if credential != nil && *credential != *step.CredentialID {
			return nil
		}
		credential = step.CredentialID
	}
	return credential
}

// lookUp fills in the status of the steps' credentials. NotFoundError, ComponentMismatchError.
func (v *Vault) lookUp(ctx context.Context, tx *store.Tx, workspace string, steps []store.StepRow) error {
	var ids []string
	for _, step := range steps {
		if step.CredentialID != nil {
			ids = append(ids, *step.CredentialID)
		}
	}
	slices.Sort(ids)
	found, err := tx.CredentialsByID(ctx, workspace, slices.Compact(ids))
	if err != nil {
		return err
	}
	byID := make(map[string]models.Credential, len(found))
	for _, c := range found {
		byID[c.ID] = c
	}
	for i, step := range steps {
		if step.CredentialID == nil {
			continue
		}
		path := []string{"steps", strconv.Itoa(i), "credentialId"}
		c, ok := byID[*step.CredentialID]
		if !ok {
			return &models.NotFoundError{What: "credential", Path: path}
		}
		if c.ComponentID != step.ComponentID {
			return v.mismatch(ctx, tx.Reader, workspace, step.ComponentID, c.ComponentID, path)
		}
		steps[i].CredentialStatus = v.StatusOf(&c)
	}
	return nil
}

// DeleteFlow deletes a flow, active or not. NotFoundError, ConflictError.
func (v *Vault) DeleteFlow(ctx context.Context, caller models.Caller, id string, expectedVersion *int32) error {
	if err := caller.MayChange(models.WriteFlows); err != nil {
		return err
	}
	return v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		flow, err := tx.Flow(ctx, caller.WorkspaceID, id)
		if err != nil {
			return notFound(err, "flow", "id")
		}
		if expectedVersion != nil && flow.Version != *expectedVersion {
			return &models.ConflictError{CurrentVersion: flow.Version}
		}
		if err := tx.DeleteFlow(ctx, caller.WorkspaceID, id); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.FlowDeleted, flowTarget(&flow)))
	})
}

// Activate starts a flow if every step has a usable credential. NotFoundError, FlowNotActivatableError.
func (v *Vault) Activate(ctx context.Context, caller models.Caller, id string) (models.Flow, error) {
	return v.setActive(ctx, caller, id, true)
}

// Deactivate stops a flow. NotFoundError.
func (v *Vault) Deactivate(ctx context.Context, caller models.Caller, id string) (models.Flow, error) {
	return v.setActive(ctx, caller, id, false)
}

func (v *Vault) setActive(ctx context.Context, caller models.Caller, id string, active bool) (models.Flow, error) {
	action := models.FlowDeactivated
	if active {
		action = models.FlowActivated
	}
	if err := caller.MayChange(models.WriteFlows); err != nil {
		return models.Flow{}, err
	}
	var flow models.Flow
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		var err error
		if flow, err = tx.Flow(ctx, caller.WorkspaceID, id); err != nil {
			return notFound(err, "flow", "id")
		}
		if flow.Active == active {
			return nil
		}
		if active {
			steps, err := tx.Steps(ctx, caller.WorkspaceID, []string{id}, v.now())
			if err != nil {
				return err
			}
			if problems := v.unfit(steps[id], nil); len(problems) > 0 {
				return &models.FlowNotActivatableError{Problems: problems, Path: []string{"id"}}
			}
		}
		flow.Active, flow.UpdatedAt = active, v.now()
		if err := tx.SetFlowActive(ctx, caller.WorkspaceID, id, active, flow.UpdatedAt); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, action, flowTarget(&flow)))
	})
	return flow, err
}
