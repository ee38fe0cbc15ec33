package store

import (
	"context"
	"time"

	"keyward/models"
)

// flowPrefix keeps sign-ins under way apart from sessions: a cookie of the one is nothing to the other.
const flowPrefix = "sign-in:"

// InsertSignIn keeps what a sign-in under way has to know when the browser comes back, under the hash of its cookie,
// after dropping those that nobody came back to.
func (t *Tx) InsertSignIn(ctx context.Context, hash string, data []byte, now, until time.Time) error {
	db := t.db.WithContext(ctx)
	if err := db.Where("expires_at <= ?", now).Delete(&models.SessionData{}).Error; err != nil {
		return err
	}
	return db.Create(&models.SessionData{Token: flowPrefix + hash, Data: data, ExpiresAt: until}).Error
}

// TakeSignIn uses up what InsertSignIn kept. ErrNotFound, also where another request was faster.
func (t *Tx) TakeSignIn(ctx context.Context, hash string, now time.Time) ([]byte, error) {
	var row models.SessionData
	err := t.remove(ctx, &row, "token = ? AND expires_at > ?", flowPrefix+hash, now)
	return row.Data, err
}
