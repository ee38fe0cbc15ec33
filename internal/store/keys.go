package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyward/models"
)

// ErrOtherKey: the keysets are wrapped by another key-encryption key than the caller's.
var ErrOtherKey = errors.New("the keysets are wrapped by another key now")

// locking takes the rows that a query finds. On SQLite, where the immediate transaction is the lock, FOR … is left out.
func (t *Tx) locking(ctx context.Context, strength string) *gorm.DB {
	return t.db.WithContext(ctx).Clauses(clause.Locking{Strength: strength})
}

// HoldKeyset reads a workspace's keyset and keeps it as it is until the transaction ends: what is sealed with it is
// committed before anything changes it. ErrNotFound.
func (t *Tx) HoldKeyset(ctx context.Context, workspace string) (models.Keyset, error) {
	var k models.Keyset
	err := t.locking(ctx, clause.LockingStrengthShare).Where("workspace_id = ?", workspace).Take(&k).Error
	return k, notFound(err)
}

// KeysetsAfter reads the keysets of the next n workspaces, by the workspace's id.
func (r Reader) KeysetsAfter(ctx context.Context, workspace string, n int) ([]models.Keyset, error) {
	var rows []models.Keyset
	err := r.db.WithContext(ctx).Where("workspace_id > ?", workspace).Order("workspace_id").Limit(n).Find(&rows).Error
	return rows, err
}

// ReplaceKeyset puts next in the place of old if that is still what is stored, and reports whether it did. It waits for
// whoever holds the keyset, and keeps them waiting until the transaction ends.
func (t *Tx) ReplaceKeyset(ctx context.Context, old, next models.Keyset) (bool, error) {
	done := t.db.WithContext(ctx).Model(&models.Keyset{}).
		Where("workspace_id = ? AND revision = ? AND wrapped = ?", old.WorkspaceID, old.Revision, old.Wrapped).
		Select("wrapped", "revision", "rotation").UpdateColumns(&next)
	return done.RowsAffected == 1, done.Error
}

// DeleteKeyset destroys a workspace's keys: nothing that they sealed opens again, from no backup of other tables
// either. Whoever deletes a workspace calls it first, after taking the workspace's row: savers hold the keyset before
// they touch a credential. Gateways that have the keyset in memory can't save with it any more. ErrNotFound.
func (t *Tx) DeleteKeyset(ctx context.Context, workspace string) error {
	done := t.db.WithContext(ctx).Where("workspace_id = ?", workspace).Delete(&models.Keyset{})
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return done.Error
}

// CredentialsUnderOtherKeys reads the next n of a workspace's credentials that another key than this one sealed, by id.
func (r Reader) CredentialsUnderOtherKeys(ctx context.Context, workspace string, key int64, after string, n int) ([]models.Credential, error) {
	var rows []models.Credential
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id > ? AND key_id <> ?", workspace, after, key).
		Order("id").Limit(n).Find(&rows).Error
	return rows, err
}

// AllCredentials counts those of all workspaces, and their OAuth clients.
func (r Reader) AllCredentials(ctx context.Context) (n int64, err error) {
	if err := r.db.WithContext(ctx).Model(&models.Credential{}).Count(&n).Error; err != nil {
		return 0, err
	}
	var clients int64
	err = r.db.WithContext(ctx).Model(&models.OAuthClient{}).Count(&clients).Error
	return n + clients, err
}

// KeyUse counts a workspace's credentials: all, and those that another key than this one sealed. Its OAuth clients count as well.
func (r Reader) KeyUse(ctx context.Context, workspace string, key int64) (all, others int64, err error) {
	var n struct{ Total, Others int64 }
	err = r.db.WithContext(ctx).Model(&models.Credential{}).Where("workspace_id = ?", workspace).
		Select("count(*) AS total, count(CASE WHEN key_id <> ? THEN 1 END) AS others", key).Scan(&n).Error
	if err != nil {
		return 0, 0, err
	}
	var clients struct{ Total, Others int64 }
	err = r.db.WithContext(ctx).Model(&models.OAuthClient{}).Where("workspace_id = ?", workspace).
		Select("count(*) AS total, count(CASE WHEN key_id <> ? THEN 1 END) AS others", key).Scan(&clients).Error
	return n.Total + clients.Total, n.Others + clients.Others, err
}

// ResealCredential saves what is sealed, with its revision, if neither counter has moved since version and revision were
// read; it reports whether it did. Nothing that a person sees changes, not even the time.
func (t *Tx) ResealCredential(ctx context.Context, c *models.Credential, version, revision int32) (bool, error) {
	done := t.db.WithContext(ctx).Model(c).Select("sealed", "shown", "key_id", "secret_revision").
		Where("version = ? AND secret_revision = ?", version, revision).UpdateColumns(c)
	return done.RowsAffected == 1, done.Error
}

// BeginRotation returns the number of the rotation that is under way, or begins one.
func (t *Tx) BeginRotation(ctx context.Context) (number int32, resumed bool, err error) {
	var k models.KeyCheck
	if err := t.locking(ctx, clause.LockingStrengthUpdate).Where("id = 1").Take(&k).Error; err != nil {
		return 0, false, notFound(err)
	}
	if k.Rotating {
		return k.Rotation, true, nil
	}
	k.Rotation++
	k.Rotating = true
	return k.Rotation, false, t.db.WithContext(ctx).Model(&k).Select("rotation", "rotating").UpdateColumns(&k).Error
}

// EndRotation records that the rotation is finished.
func (t *Tx) EndRotation(ctx context.Context, number int32) error {
	return t.db.WithContext(ctx).Model(&models.KeyCheck{}).Where("id = 1 AND rotation = ?", number).UpdateColumn("rotating", false).Error
}

// HoldKeyCheck keeps the key-encryption key as it is until the transaction ends. ErrOtherKey if check is not its.
func (t *Tx) HoldKeyCheck(ctx context.Context, check []byte) error {
	return t.keyCheckIs(ctx, clause.LockingStrengthShare, check)
}

// ReplaceKeyCheck puts next in the place of old, and lets nobody wrap a keyset until the transaction ends. ErrOtherKey
// if old is not what is stored.
func (t *Tx) ReplaceKeyCheck(ctx context.Context, old, next []byte) error {
	if err := t.keyCheckIs(ctx, clause.LockingStrengthUpdate, old); err != nil {
		return err
	}
	return t.db.WithContext(ctx).Model(&models.KeyCheck{}).Where("id = 1").UpdateColumn("sealed", next).Error
}

func (t *Tx) keyCheckIs(ctx context.Context, strength string, check []byte) error {
	var k models.KeyCheck
	if err := t.locking(ctx, strength).Where("id = 1").Take(&k).Error; err != nil {
		return notFound(err)
	}
	if string(k.Sealed) != string(check) {
		return ErrOtherKey
	}
	return nil
}
