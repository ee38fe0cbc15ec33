package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"keyward/models"
)

// Workspace reads one. ErrNotFound.
func (r Reader) Workspace(ctx context.Context, id string) (models.Workspace, error) {
	var w models.Workspace
	err := r.db.WithContext(ctx).Where("id = ?", id).Take(&w).Error
	return w, notFound(err)
}

// Workspaces reads the first n, oldest first.
func (r Reader) Workspaces(ctx context.Context, n int) ([]models.Workspace, error) {
	var rows []models.Workspace
	err := r.db.WithContext(ctx).Order("created_at, id").Limit(n).Find(&rows).Error
	return rows, err
}

// InsertWorkspace writes a new workspace and its keyset, which was wrapped by the key that made keyCheck. ErrExists if
// another gateway was first; ErrOtherKey.
func (t *Tx) InsertWorkspace(ctx context.Context, w *models.Workspace, k *models.Keyset, keyCheck []byte) error {
	if err := t.HoldKeyCheck(ctx, keyCheck); err != nil {
		return err
	}
	if err := exists(t.db.WithContext(ctx).Create(w).Error); err != nil {
		return err
	}
	return t.db.WithContext(ctx).Create(k).Error
}

// HasKeysets reports whether anything was sealed yet.
func (r Reader) HasKeysets(ctx context.Context) (bool, error) {
	var one []string
	err := r.db.WithContext(ctx).Model(&models.Keyset{}).Limit(1).Pluck("workspace_id", &one).Error
	return len(one) > 0, err
}

// Keyset reads a workspace's wrapped keyset. ErrNotFound.
func (r Reader) Keyset(ctx context.Context, workspace string) (models.Keyset, error) {
	var k models.Keyset
	err := r.db.WithContext(ctx).Where("workspace_id = ?", workspace).Take(&k).Error
	return k, notFound(err)
}

// KeyCheck reads the value sealed by the key-encryption key. ErrNotFound while the database is new.
func (r Reader) KeyCheck(ctx context.Context) ([]byte, error) {
	var k models.KeyCheck
	err := r.db.WithContext(ctx).Where("id = 1").Take(&k).Error
	return k.Sealed, notFound(err)
}

// InsertKeyCheck writes it. ErrExists if another gateway was first.
func (t *Tx) InsertKeyCheck(ctx context.Context, sealed []byte) error {
	return exists(t.db.WithContext(ctx).Create(&models.KeyCheck{ID: 1, Sealed: sealed}).Error)
}

func exists(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return ErrExists
	}
	return err
}

// IdempotencyKey finds what a call with this key saved since the given time. ErrNotFound.
func (r Reader) IdempotencyKey(ctx context.Context, workspace, caller, operation, key string, since time.Time) (models.IdempotencyKey, error) {
	var k models.IdempotencyKey
	err := r.db.WithContext(ctx).
		Where("workspace_id = ? AND caller_id = ? AND operation = ? AND key = ? AND created_at >= ?", workspace, caller, operation, key, since).
		Take(&k).Error
	return k, notFound(err)
}

// InsertIdempotencyKey writes it, after dropping the workspace's expired ones. ErrExists if another call was first.
func (t *Tx) InsertIdempotencyKey(ctx context.Context, k *models.IdempotencyKey, since time.Time) error {
	err := t.db.WithContext(ctx).Where("workspace_id = ? AND created_at < ?", k.WorkspaceID, since).Delete(&models.IdempotencyKey{}).Error
	if err != nil {
		return err
	}
	return exists(t.db.WithContext(ctx).Create(k).Error)
}

// RenameWorkspace gives it another name. ErrNotFound.
func (t *Tx) RenameWorkspace(ctx context.Context, id, name string) error {
	done := t.db.WithContext(ctx).Model(&models.Workspace{}).Where("id = ?", id).UpdateColumn("name", name)
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return done.Error
}

// DeleteWorkspace deletes a workspace and all of its rows but the audit's. The rows of steps, tags and verifications go
// with those they belong to.
func (t *Tx) DeleteWorkspace(ctx context.Context, id string) error {
	if err := t.DeleteKeyset(ctx, id); err != nil {
		return err
	}
	for _, rows := range []any{
		&models.Flow{}, &models.Credential{}, &models.IdempotencyKey{}, &models.APIToken{}, &models.Invitation{}, &models.Membership{},
		&models.OAuthClient{}, &models.Authorization{}, &models.OAuthTicket{},
	} {
		if err := t.db.WithContext(ctx).Where("workspace_id = ?", id).Delete(rows).Error; err != nil {
			return err
		}
	}
	if err := t.deleteCustomComponents(ctx, id); err != nil {
		return err
	}
	return t.db.WithContext(ctx).Where("id = ?", id).Delete(&models.Workspace{}).Error
}
