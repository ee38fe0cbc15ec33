package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"keyward/models"
)

// Record writes events in the transaction of what they tell.
func (t *Tx) Record(ctx context.Context, events ...models.AuditEvent) error {
	if len(events) == 0 {
		return nil
	}
	for i := range events {
		events[i].ID = models.AuditIDPrefix + uuid.Must(uuid.NewV7()).String()
	}
	return t.db.WithContext(ctx).Create(&events).Error
}

// AuditEvents reads a page of the workspace's events, newest first.
func (r Reader) AuditEvents(ctx context.Context, workspace string, f models.AuditFilter, p models.PageArgs) (models.Page[models.AuditEvent], error) {
	db := r.db.WithContext(ctx).Model(&models.AuditEvent{}).Where("workspace_id = ?", workspace)
	if len(f.Actions) > 0 {
		db = db.Where("action IN ?", f.Actions)
	}
	if f.Outcome != "" {
		db = db.Where("outcome = ?", f.Outcome)
	}
	if f.ActorID != "" {
		db = db.Where("actor_id = ?", f.ActorID)
	}
	if f.TargetID != "" {
		db = db.Where("(target_id = ? OR related_id = ?)", f.TargetID, f.TargetID)
	}
	return newest[models.AuditEvent](within(db, f), p)
}

// EachAuditEvent calls each with every event of one workspace or, where it is empty, of all, those of destroyed ones
// included: by workspace, then oldest first. It reads in batches, so it holds no lock between them.
func (r Reader) EachAuditEvent(ctx context.Context, workspace string, f models.AuditFilter, each func(models.AuditEvent) error) error {
	const batch = 500
	var last models.AuditEvent
	for {
		db := within(r.db.WithContext(ctx).Where("(workspace_id, id) > (?, ?)", last.WorkspaceID, last.ID), f)
		if workspace != "" {
			db = db.Where("workspace_id = ?", workspace)
		}
		var rows []models.AuditEvent
		if err := db.Order("workspace_id, id").Limit(batch).Find(&rows).Error; err != nil {
			return err
		}
		for _, last = range rows {
			if err := each(last); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
	}
}

// within narrows a query to the filter's span of time.
func within(db *gorm.DB, f models.AuditFilter) *gorm.DB {
	if f.Since != nil {
		db = db.Where("at >= ?", f.Since.UTC())
	}
	if f.Until != nil {
		db = db.Where("at < ?", f.Until.UTC())
	}
	return db
}
