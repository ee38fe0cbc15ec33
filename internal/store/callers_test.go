package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"keyward/models"
)

// Who comes second to what can be used once gets nothing, even if it was still there when they looked.
func TestTake_gives_it_to_one(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		ctx, now := context.Background(), time.Now().UTC().Truncate(time.Microsecond)
		user := models.User{ID: "user_1", Issuer: models.LocalIssuer, Subject: "1", Name: "Ada", CreatedAt: now}
		link := models.SignInLink{Hash: []byte("hash"), UserID: user.ID, ExpiresAt: now.Add(time.Minute)}
		err := s.Save(ctx, func(tx *Tx) error {
			if err := tx.SaveUser(ctx, &user); err != nil {
				return err
			}
			return tx.InsertSignInLink(ctx, &link, now)
		})
		if err != nil {
			t.Fatal(err)
		}
		second := make(chan error, 1)
		take := func(tx *Tx) error {
			_, err := tx.TakeSignInLink(ctx, link.Hash)
			return err
		}
		err = s.Save(ctx, func(tx *Tx) error {
			if err := take(tx); err != nil {
				return err
			}
			go func() { second <- s.Save(ctx, take) }()
			time.Sleep(200 * time.Millisecond) // it has looked by now, or waits to
			return nil
		})
		if err != nil {
			t.Errorf("the first: %v", err)
		}
		if err := <-second; !errors.Is(err, ErrNotFound) {
			t.Errorf("the second: %v", err)
		}
	})
}
