package store

import (
	"context"
	"fmt"
	"time"

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
	return t.db.WithContext(ctx).CreateInBatches(&events, 500).Error
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
		db = db.Where("id IN (SELECT id FROM audit_events WHERE workspace_id = ? AND target_id = ? UNION SELECT id FROM audit_events WHERE workspace_id = ? AND related_id = ?)",
			workspace, f.TargetID, workspace, f.TargetID)
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
		db = db.Where("at >= ? AND id >= ?", f.Since.UTC(), idAt(*f.Since, -idSlack))
	}
	if f.Until != nil {
		db = db.Where("at < ? AND id < ?", f.Until.UTC(), idAt(*f.Until, idSlack))
	}
	return db
}

// idSlack is how far an id's time and its event's may be apart: several clocks write them.
const idSlack = time.Hour

// idAt is where ids of that time begin (RFC 9562, section 5.7: a UUIDv7 begins with milliseconds), so that a span of time is one of
// the primary key.
func idAt(at time.Time, slack time.Duration) string {
	ms := min(max(at.Add(slack).UnixMilli(), 0), 1<<48-1)
	return fmt.Sprintf("%s%08x-%04x", models.AuditIDPrefix, ms>>16, ms&0xffff)
}
