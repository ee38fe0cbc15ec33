package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"keyward/models"
)

// Flow reads one. ErrNotFound.
func (r Reader) Flow(ctx context.Context, workspace, id string) (models.Flow, error) {
	var f models.Flow
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Take(&f).Error
	return f, notFound(err)
}

// FlowsByID reads those that exist.
func (r Reader) FlowsByID(ctx context.Context, workspace string, ids []string) ([]models.Flow, error) {
	var rows []models.Flow
	if len(ids) == 0 {
		return nil, nil
	}
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&rows).Error
	return rows, err
}

// Flows reads a page, by name, then id.
func (r Reader) Flows(ctx context.Context, workspace string, f models.FlowFilter, p models.PageArgs) (models.Page[models.Flow], error) {
	var rows []models.Flow
	err := behind(r.filterFlows(ctx, workspace, f), "flows", p.After).Order(byName("flows")).Limit(p.First + 1).Find(&rows).Error
	result := page(rows, p.First)
	if err != nil || !p.WithTotal {
		return result, err
	}
	var total int64
	err = r.filterFlows(ctx, workspace, f).Count(&total).Error
	result.Total = int(total)
	return result, err
}

func (r Reader) filterFlows(ctx context.Context, workspace string, f models.FlowFilter) *gorm.DB {
	db := r.db.WithContext(ctx).Model(&models.Flow{}).Where("flows.workspace_id = ?", workspace)
	if f.Active != nil {
		db = db.Where("flows.active = ?", *f.Active)
	}
	if f.CredentialID != "" {
		db = db.Where("EXISTS (SELECT 1 FROM flow_steps s WHERE s.workspace_id = flows.workspace_id AND s.flow_id = flows.id AND s.credential_id = ?)", f.CredentialID)
	}
	return contains(db, "flows", f.Search)
}

type flowOf struct {
	Parent string
	models.Flow
}

// FlowsOfCredentials reads the same page of the flows that use each credential, in one statement (two with totals).
func (r Reader) FlowsOfCredentials(ctx context.Context, workspace string, credentials []string, active *bool, p models.PageArgs) (map[string]models.Page[models.Flow], error) {
	rows, err := each[flowOf](ctx, r, credentials, func(credential string) *gorm.DB {
		// From the steps' index to the flows, not the other way round: a credential has few flows, a workspace many.
		using := r.db.Model(&models.FlowStep{}).Distinct("flow_id").Where("workspace_id = ? AND credential_id = ?", workspace, credential)
		if active != nil {
			using = using.Where("active = ?", *active)
		}
		db := r.db.Model(&models.Flow{}).Select("? AS parent, flows.*", credential).
			Where("flows.workspace_id = ? AND flows.id IN (?)", workspace, using)
		return behind(db, "flows", p.After).Order(byName("flows")).Limit(p.First + 1)
	})
	if err != nil {
		return nil, err
	}
	byCredential := make(map[string][]models.Flow, len(credentials))
	for _, row := range rows {
		byCredential[row.Parent] = append(byCredential[row.Parent], row.Flow)
	}
	var totals map[string]int
	if p.WithTotal {
		if totals, err = r.FlowCounts(ctx, workspace, credentials, active); err != nil {
			return nil, err
		}
	}
	return pages(credentials, byCredential, flowOrder, totals, p), nil
}

// FlowCounts counts the flows that use each credential: all, the active or the inactive ones.
func (r Reader) FlowCounts(ctx context.Context, workspace string, credentials []string, active *bool) (map[string]int, error) {
	if len(credentials) == 0 {
		return nil, nil //nolint:nilnil // an empty map reads the same
	}
	db := r.db.WithContext(ctx).Model(&models.FlowStep{}).Select("credential_id AS id, count(DISTINCT flow_id) AS n").
		Where("workspace_id = ? AND credential_id IN ?", workspace, credentials)
	if active != nil {
		db = db.Where("active = ?", *active)
	}
	var rows []counted
	err := db.Group("credential_id").Scan(&rows).Error
	return counts(rows), err
}

type flowAndTotal struct {
	Parent string
	models.Flow
	Total int
}

// ActiveFlows reads the first n active flows that use each credential, and how many there are, in one statement: as one
// moment saw them. A credential that none uses is not in it.
func (r Reader) ActiveFlows(ctx context.Context, workspace string, credentials []string, n int) (map[string]models.Page[models.Flow], error) {
	rows, err := each[flowAndTotal](ctx, r, credentials, func(credential string) *gorm.DB {
		using := r.db.Model(&models.FlowStep{}).Distinct("flow_id").Where("workspace_id = ? AND credential_id = ? AND active", workspace, credential)
		return r.db.Model(&models.Flow{}).Select("? AS parent, flows.*, count(*) OVER () AS total", credential).
			Where("flows.workspace_id = ? AND flows.id IN (?)", workspace, using).Order(byName("flows")).Limit(n)
	})
	result := map[string]models.Page[models.Flow]{}
	for _, row := range rows {
		page := result[row.Parent]
		page.Items, page.Total = append(page.Items, row.Flow), row.Total
		page.HasNext = page.Total > len(page.Items)
		result[row.Parent] = page
	}
	for _, page := range result {
		slices.SortFunc(page.Items, flowOrder) // a UNION promises none
	}
	return result, err
}

func flowOrder(a, b models.Flow) int {
	return cmp.Or(cmp.Compare(a.SortName, b.SortName), cmp.Compare(a.ID, b.ID))
}

// StepRow is a step with the status of its credential at some moment, empty where it has none.
type StepRow struct {
	models.FlowStep
	CredentialStatus models.CredentialStatus
}

// Steps reads the flows' steps in their order, each with its credential's status at that moment.
func (r Reader) Steps(ctx context.Context, workspace string, flows []string, now time.Time) (map[string][]StepRow, error) {
	if len(flows) == 0 {
		return nil, nil //nolint:nilnil // an empty map reads the same
	}
	var rows []StepRow
	err := r.db.WithContext(ctx).Model(&models.FlowStep{}).
		Select("flow_steps.*, CASE WHEN c.expires_at <= ? OR c.token_ends_at <= ? THEN ? ELSE COALESCE(c.status, '') END AS credential_status", now, now, models.StatusExpired).
		Joins("LEFT JOIN credentials c ON c.workspace_id = flow_steps.workspace_id AND c.id = flow_steps.credential_id").
		Where("flow_steps.workspace_id = ? AND flow_steps.flow_id IN ?", workspace, flows).
		Order("flow_steps.position").Scan(&rows).Error
	result := make(map[string][]StepRow, len(flows))
	for _, row := range rows {
		result[row.FlowID] = append(result[row.FlowID], row)
	}
	return result, err
}

// InsertFlow writes a new flow and its steps.
func (t *Tx) InsertFlow(ctx context.Context, f *models.Flow, steps []models.FlowStep) error {
	if err := t.db.WithContext(ctx).Create(f).Error; err != nil {
		return err
	}
	return t.insertSteps(ctx, steps)
}

func (t *Tx) insertSteps(ctx context.Context, steps []models.FlowStep) error {
	if len(steps) == 0 {
		return nil
	}
	return t.db.WithContext(ctx).Create(&steps).Error
}

// UpdateFlow saves the flow's name, version and time.
func (t *Tx) UpdateFlow(ctx context.Context, f *models.Flow) error {
	return t.db.WithContext(ctx).Model(f).Select("name", "sort_name", "version", "updated_at").UpdateColumns(f).Error
}

// ReplaceSteps puts these steps in the place of the flow's.
func (t *Tx) ReplaceSteps(ctx context.Context, workspace, flow string, steps []models.FlowStep) error {
	err := t.db.WithContext(ctx).Where("workspace_id = ? AND flow_id = ?", workspace, flow).Delete(&models.FlowStep{}).Error
	if err != nil {
		return err
	}
	return t.insertSteps(ctx, steps)
}

// SetStepCredential links a step, or unlinks it with nil.
func (t *Tx) SetStepCredential(ctx context.Context, workspace, flow, step string, credential *string) error {
	return t.db.WithContext(ctx).Model(&models.FlowStep{}).
		Where("workspace_id = ? AND flow_id = ? AND key = ?", workspace, flow, step).UpdateColumn("credential_id", credential).Error
}

// SetFlowActive starts or stops a flow; its steps follow by the foreign key, and the check on them refuses an active
// flow with a step that lacks its credential.
func (t *Tx) SetFlowActive(ctx context.Context, workspace, id string, active bool, now time.Time) error {
	return t.db.WithContext(ctx).Model(&models.Flow{}).Where("workspace_id = ? AND id = ?", workspace, id).
		UpdateColumns(map[string]any{"active": active, "updated_at": now}).Error
}

// DeleteFlow deletes a flow and its steps.
func (t *Tx) DeleteFlow(ctx context.Context, workspace, id string) error {
	return t.db.WithContext(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Delete(&models.Flow{}).Error
}

// FlowsUsing reads the flows with a step that uses the credential, by name, then id: the named ones, or all where flows
// is nil.
func (r Reader) FlowsUsing(ctx context.Context, workspace, credential string, flows []string) ([]models.Flow, error) {
	using := r.db.Model(&models.FlowStep{}).Distinct("flow_id").Where("workspace_id = ? AND credential_id = ?", workspace, credential)
	if flows != nil {
		using = using.Where("flow_id IN ?", flows)
	}
	var rows []models.Flow
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id IN (?)", workspace, using).Order(byName("flows")).Find(&rows).Error
	return rows, err
}

// RelinkSteps puts another credential in the place of one in the steps of these flows, and moves the flows'
// versions.
func (t *Tx) RelinkSteps(ctx context.Context, workspace string, flows []string, from, to string, now time.Time) error {
	const atOnce = 500 // bind parameters have a limit
	for ; len(flows) > 0; flows = flows[min(atOnce, len(flows)):] {
		some := flows[:min(atOnce, len(flows))]
		err := t.db.WithContext(ctx).Model(&models.FlowStep{}).
			Where("workspace_id = ? AND credential_id = ? AND flow_id IN ?", workspace, from, some).UpdateColumn("credential_id", to).Error
		if err != nil {
			return err
		}
		if err := t.touchFlows(ctx, workspace, some, now); err != nil {
			return err
		}
	}
	return nil
}

// UnlinkCredentials takes the credentials from all steps that use them, and moves the flows' versions.
func (t *Tx) UnlinkCredentials(ctx context.Context, workspace string, credentials []string, now time.Time) error {
	using := t.db.Model(&models.FlowStep{}).Select("flow_id").Where("workspace_id = ? AND credential_id IN ?", workspace, credentials)
	err := t.db.WithContext(ctx).Model(&models.Flow{}).Where("workspace_id = ? AND id IN (?)", workspace, using).
		UpdateColumns(map[string]any{"version": gorm.Expr("version + 1"), "updated_at": now}).Error
	if err != nil {
		return err
	}
	return t.db.WithContext(ctx).Model(&models.FlowStep{}).
		Where("workspace_id = ? AND credential_id IN ?", workspace, credentials).UpdateColumn("credential_id", nil).Error
}

func (t *Tx) touchFlows(ctx context.Context, workspace string, ids []string, now time.Time) error {
	return t.db.WithContext(ctx).Model(&models.Flow{}).Where("workspace_id = ? AND id IN ?", workspace, ids).
		UpdateColumns(map[string]any{"version": gorm.Expr("version + 1"), "updated_at": now}).Error
}

// TouchFlow moves a flow's version after one of its steps was linked.
func (t *Tx) TouchFlow(ctx context.Context, workspace, id string, now time.Time) error {
	return t.touchFlows(ctx, workspace, []string{id}, now)
}

// ActiveFlowCount counts the workspace's active flows.
func (r Reader) ActiveFlowCount(ctx context.Context, workspace string) (int, error) {
	var n int64
	err := r.db.WithContext(ctx).Model(&models.Flow{}).Where("workspace_id = ? AND active", workspace).Count(&n).Error
	return int(n), err
}
