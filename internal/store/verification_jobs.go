package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyward/models"
)

// VerificationJob reads one. ErrNotFound.
func (r Reader) VerificationJob(ctx context.Context, workspace, id string) (models.VerificationJob, error) {
	var job models.VerificationJob
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Take(&job).Error
	return job, notFound(err)
}

// VerificationJobsByID reads those that exist.
func (r Reader) VerificationJobsByID(ctx context.Context, workspace string, ids []string) ([]models.VerificationJob, error) {
	var rows []models.VerificationJob
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&rows).Error
	return rows, err
}

// VerificationJobs reads a page, newest first.
func (r Reader) VerificationJobs(ctx context.Context, workspace string, p models.PageArgs) (models.Page[models.VerificationJob], error) {
	return newest[models.VerificationJob](r.db.WithContext(ctx).Model(&models.VerificationJob{}).Where("workspace_id = ?", workspace), p)
}

// VerificationResults reads the same page of what each job found, in the order of its items: all of it, or one outcome's. It counts nothing:
// the jobs' counters do.
func (r Reader) VerificationResults(ctx context.Context, workspace string, jobs []string, outcome models.VerificationOutcome, after int32, first int) (map[string]models.Page[models.VerificationItem], error) {
	rows, err := each[models.VerificationItem](ctx, r, jobs, func(job string) *gorm.DB {
		db := r.db.Model(&models.VerificationItem{}).Where("workspace_id = ? AND job_id = ? AND position > ?", workspace, job, after)
		if outcome != "" {
			db = db.Where("outcome = ?", outcome)
		} else {
			db = db.Where("outcome <> ''")
		}
		return db.Order("position").Limit(first + 1)
	})
	if err != nil {
		return nil, err
	}
	byJob := make(map[string][]models.VerificationItem, len(jobs))
	for _, row := range rows {
		byJob[row.JobID] = append(byJob[row.JobID], row)
	}
	order := func(a, b models.VerificationItem) int { return cmp.Compare(a.Position, b.Position) }
	return pages(jobs, byJob, order, nil, models.PageArgs{First: first}), nil
}

// RunningVerificationJob finds the workspace's job of that selection that still runs, and counts all that do. ErrNotFound.
func (r Reader) RunningVerificationJob(ctx context.Context, workspace, selection string) (job models.VerificationJob, running int, err error) {
	var rows []models.VerificationJob
	err = r.db.WithContext(ctx).Where("workspace_id = ? AND status = ?", workspace, models.JobRunning).Find(&rows).Error
	if err != nil {
		return job, 0, err
	}
	for _, row := range rows {
		if row.Selection == selection {
			return row, len(rows), nil
		}
	}
	return job, len(rows), ErrNotFound
}

// RunningVerificationJobs reads up to n running jobs of all workspaces: the oldest of each workspace, then the second of each, and so on.
// Those of which some items wait come behind all others, so that however many they are, they keep none from being seen.
func (r Reader) RunningVerificationJobs(ctx context.Context, now time.Time, n int) ([]models.VerificationJob, error) {
	const waits = "CASE WHEN waits_until > ? THEN 1 ELSE 0 END"
	var rows []models.VerificationJob
	err := r.db.WithContext(ctx).Where("status = ?", models.JobRunning).
		Order(clause.OrderBy{Expression: clause.Expr{SQL: waits + ", row_number() OVER (PARTITION BY workspace_id, " + waits + " ORDER BY id), id", Vars: []any{now, now}}}).
		Limit(n).Find(&rows).Error
	return rows, err
}

// InsertVerificationJob writes a job with an item for each of the workspace's credentials that it selects, by name: those with these
// ids, those of the job's component, or all. It sets how many they are.
func (t *Tx) InsertVerificationJob(ctx context.Context, job *models.VerificationJob, ids []string) error {
	if err := t.db.WithContext(ctx).Create(job).Error; err != nil {
		return err
	}
	selected := t.db.Model(&models.Credential{}).
		Select("workspace_id, ? AS job_id, row_number() OVER (ORDER BY sort_name, id) AS position, id, component_id, '' AS outcome, '' AS reason, 0 AS duration_ms, 0 AS tries, '' AS lease_id", job.ID).
		Where("workspace_id = ?", job.WorkspaceID)
	if job.ComponentID != "" {
		selected = selected.Where("component_id = ?", job.ComponentID)
	}
	if ids != nil {
		selected = selected.Where("id IN ?", ids)
	}
	done := t.db.WithContext(ctx).Exec("INSERT INTO verification_items (workspace_id, job_id, position, credential_id, component_id, outcome, reason, duration_ms, tries, lease_id) ?", selected)
	if done.Error != nil {
		return done.Error
	}
	job.Total = int32(done.RowsAffected) //nolint:gosec // credentials of one workspace
	if job.Total == 0 {
		job.Status, job.FinishedAt = models.JobDone, &job.CreatedAt
	}
	return t.db.WithContext(ctx).Model(job).Select("total", "status", "finished_at").UpdateColumns(job).Error
}

// LeaseVerificationItem takes the next item of a running job that nobody is at and whose component isn't among those to leave out.
// ErrNotFound where there is none.
func (t *Tx) LeaseVerificationItem(ctx context.Context, job *models.VerificationJob, without []string, lease string, now, until time.Time) (models.VerificationItem, error) {
	var locked []clause.Expression
	if t.db.Name() == "postgres" { // what another gateway is taking at this moment is not waited for
		locked = append(locked, clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
	}
	item, err := t.nextItem(ctx, job, without, now, locked...)
	if err != nil {
		return item, err
	}
	item.LeaseID, item.LeaseUntil = lease, &until
	item.Tries++
	return item, t.db.WithContext(ctx).Model(&item).Select("lease_id", "lease_until", "tries").UpdateColumns(&item).Error
}

// HasVerificationItem reports whether there is one that LeaseVerificationItem would take.
func (r Reader) HasVerificationItem(ctx context.Context, job *models.VerificationJob, without []string, now time.Time) (bool, error) {
	_, err := r.nextItem(ctx, job, without, now)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// nextItem seeks one between each two of the components to leave out, in the order of the index: leaving them out row by row would read all
// that there are of them. ErrNotFound.
func (r Reader) nextItem(ctx context.Context, job *models.VerificationJob, without []string, now time.Time, locked ...clause.Expression) (item models.VerificationItem, err error) {
	without = slices.Compact(slices.Sorted(slices.Values(without)))
	for i := range len(without) + 1 {
		db := r.db.WithContext(ctx).Clauses(locked...).Where("workspace_id = ? AND job_id = ? AND outcome = '' AND (lease_until IS NULL OR lease_until <= ?)", job.WorkspaceID, job.ID, now)
		if i > 0 {
			db = db.Where("component_id > ?", without[i-1])
		}
		if i < len(without) {
			db = db.Where("component_id < ?", without[i])
		}
		if err = notFound(db.Order("component_id, position").Take(&item).Error); !errors.Is(err, ErrNotFound) {
			break
		}
	}
	return item, err
}

// KeepVerificationItem holds the lease for longer, if it is still the holder's; it reports whether it is.
func (t *Tx) KeepVerificationItem(ctx context.Context, i *models.VerificationItem, until time.Time) (bool, error) {
	done := t.leased(ctx, i).UpdateColumn("lease_until", until)
	return done.RowsAffected == 1, done.Error
}

// ReturnVerificationItem gives an item back, with as many tries as it has.
func (t *Tx) ReturnVerificationItem(ctx context.Context, i *models.VerificationItem) error {
	return t.leased(ctx, i).UpdateColumns(map[string]any{"lease_id": "", "lease_until": nil, "tries": i.Tries}).Error
}

func (t *Tx) leased(ctx context.Context, i *models.VerificationItem) *gorm.DB {
	return t.db.WithContext(ctx).Model(&models.VerificationItem{}).
		Where("workspace_id = ? AND job_id = ? AND position = ? AND lease_id = ? AND outcome = ''", i.WorkspaceID, i.JobID, i.Position, i.LeaseID)
}

// counters are the columns that count a job's outcomes.
var counters = map[models.VerificationOutcome]string{
	models.Accepted: "accepted", models.Rejected: "rejected", models.Unavailable: "unavailable", models.NotVerifiable: "not_verifiable", models.Skipped: "skipped",
}

// FinishVerificationItem writes down what was found of an item, counts it, and ends the job with its last one. An item that somebody
// else has finished stays as it is, and isn't counted twice.
func (t *Tx) FinishVerificationItem(ctx context.Context, i *models.VerificationItem, now time.Time) error {
	done := t.db.WithContext(ctx).Model(i).Where("outcome = ''").Select("outcome", "reason", "checked_at", "duration_ms").UpdateColumns(i)
	if done.Error != nil || done.RowsAffected == 0 {
		return done.Error
	}
	job := func() *gorm.DB {
		return t.db.WithContext(ctx).Model(&models.VerificationJob{}).Where("workspace_id = ? AND id = ?", i.WorkspaceID, i.JobID)
	}
	counter := counters[i.Outcome]
	if err := job().UpdateColumn(counter, gorm.Expr(counter+" + 1")).Error; err != nil {
		return err
	}
	return job().Where("status = ? AND accepted + rejected + unavailable + not_verifiable + skipped >= total", models.JobRunning).
		UpdateColumns(map[string]any{"status": models.JobDone, "finished_at": now, "waits_until": nil}).Error
}

// DelayVerificationJob notes until when some of its items wait; nil: none does.
func (t *Tx) DelayVerificationJob(ctx context.Context, workspace, id string, until *time.Time) error {
	return t.db.WithContext(ctx).Model(&models.VerificationJob{}).Where("workspace_id = ? AND id = ? AND status = ?", workspace, id, models.JobRunning).
		UpdateColumn("waits_until", until).Error
}

// CancelVerificationJob ends a job that runs, and reports whether it did. The items that nobody has begun are dropped; those that a gateway
// is at are still finished.
func (t *Tx) CancelVerificationJob(ctx context.Context, workspace, id string, now time.Time) (bool, error) {
	done := t.db.WithContext(ctx).Model(&models.VerificationJob{}).Where("workspace_id = ? AND id = ? AND status = ?", workspace, id, models.JobRunning).
		UpdateColumns(map[string]any{"status": models.JobCanceled, "finished_at": now, "waits_until": nil})
	if done.Error != nil || done.RowsAffected == 0 {
		return false, done.Error
	}
	return true, t.db.WithContext(ctx).Where("workspace_id = ? AND job_id = ? AND outcome = '' AND (lease_until IS NULL OR lease_until <= ?)", workspace, id, now).
		Delete(&models.VerificationItem{}).Error
}

// DropEndedVerificationJobs deletes the workspace's jobs that don't run any more, but for the newest kept ones, with their items.
func (t *Tx) DropEndedVerificationJobs(ctx context.Context, workspace string, kept int) error {
	ended := func() *gorm.DB {
		return t.db.WithContext(ctx).Model(&models.VerificationJob{}).Where("workspace_id = ? AND status <> ?", workspace, models.JobRunning)
	}
	return ended().Where("id NOT IN (?)", ended().Select("id").Order("id DESC").Limit(kept)).Delete(nil).Error
}

// DeleteVerificationJobs deletes those that began before that moment, of all workspaces, with their items.
func (t *Tx) DeleteVerificationJobs(ctx context.Context, before time.Time) error {
	return t.db.WithContext(ctx).Where("created_at < ?", before).Delete(&models.VerificationJob{}).Error
}
