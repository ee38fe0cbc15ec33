package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"keyward/models"
)

// Session reads one and who it belongs to. ErrNotFound.
func (r Reader) Session(ctx context.Context, id string) (models.Session, models.User, error) {
	var s models.Session
	if err := r.db.WithContext(ctx).Where("id = ?", id).Take(&s).Error; err != nil {
		return s, models.User{}, notFound(err)
	}
	u, err := r.User(ctx, s.UserID)
	return s, u, err
}

// Sessions reads a person's sessions that have not expired, newest first.
func (r Reader) Sessions(ctx context.Context, user string, now time.Time, most int) ([]models.Session, error) {
	var rows []models.Session
	err := r.db.WithContext(ctx).Where("user_id = ? AND expires_at > ?", user, now).Order("id DESC").Limit(most).Find(&rows).Error
	return rows, err
}

// InsertSession writes a new one, after dropping those that have expired.
func (t *Tx) InsertSession(ctx context.Context, s *models.Session, now time.Time) error {
	for _, expired := range []any{&models.Session{}, &models.SessionData{}} {
		if err := t.db.WithContext(ctx).Where("expires_at <= ?", now).Delete(expired).Error; err != nil {
			return err
		}
	}
	return t.db.WithContext(ctx).Create(s).Error
}

// DeleteSession ends a person's session. ErrNotFound.
func (t *Tx) DeleteSession(ctx context.Context, user, id string) error {
	var s models.Session
	return t.remove(ctx, &s, "id = ? AND user_id = ?", id, user)
}

// SawSession notes when a session was used.
func (s *Store) SawSession(ctx context.Context, id string, at time.Time) error {
	return s.write.WithContext(ctx).Model(&models.Session{}).Where("id = ?", id).UpdateColumn("last_seen_at", at).Error
}

// SessionStore keeps what session cookies stand for, as scs wants it kept. It is given hashes of tokens, never tokens.
type SessionStore struct{ store *Store }

// SessionStore returns the store's.
func (s *Store) SessionStore() SessionStore { return SessionStore{s} }

// FindCtx reads what a token stands for.
func (s SessionStore) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	var row models.SessionData
	err = notFound(s.store.db.WithContext(ctx).Where("token = ? AND expires_at > ?", token, time.Now().UTC()).Take(&row).Error)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return row.Data, err == nil, err
}

// CommitCtx saves it.
func (s SessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := models.SessionData{Token: token, Data: data, ExpiresAt: expiry.UTC()}
	return s.store.write.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "token"}}, DoUpdates: clause.AssignmentColumns([]string{"data", "expires_at"}),
	}).Create(&row).Error
}

// DeleteCtx forgets it.
func (s SessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.store.write.WithContext(ctx).Where("token = ?", token).Delete(&models.SessionData{}).Error
}

// Find is FindCtx for callers without a context.
func (s SessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (s SessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for callers without a context.
func (s SessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
