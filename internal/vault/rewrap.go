package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// Rewrap wraps every keyset, and the key check, with another key-encryption key: all of them in one transaction, each
// opened again before, and nothing else changes. A file that does not exist is made. Gateways that run with the former
// key go on with the keysets that they have in memory; those that they open later fail, and say so.
func Rewrap(ctx context.Context, st *store.Store, key *Key, source KeySource) (keysets int, err error) {
	next, err := source.create()
	if err != nil {
		return 0, err
	}
	if err := next.VerifyCheck(key.check); err == nil {
		return 0, fmt.Errorf("%s: the keys in this database are wrapped with this key already", source.Setting)
	}
	check, err := next.Check()
	if err == nil {
		err = next.VerifyCheck(check)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", source.Setting, err)
	}
	for range maxStale {
		// Outside the transaction: who keeps a key may be slow, and gateways wait for what the transaction holds.
		moves, err := rewrapped(ctx, st, key.KEK, next)
		if err != nil {
			return 0, err
		}
		err = st.Save(ctx, func(tx *store.Tx) error {
			if err := tx.ReplaceKeyCheck(ctx, key.check, check); err != nil {
				return err
			}
			return replaceAll(ctx, tx, moves)
		})
		if !errors.Is(err, errStale) {
			return len(moves), err
		}
	}
	return 0, errStale
}

// move is a keyset as it is stored and as it shall be.
type move struct{ from, to models.Keyset }

func rewrapped(ctx context.Context, st *store.Store, key, next *seal.KEK) (map[string]move, error) {
	moves := map[string]move{}
	err := eachKeyset(ctx, st.Reader, func(row models.Keyset) error {
		to := row
		var err error
		if to.Wrapped, err = key.Rewrap(next, row.WorkspaceID, row.Wrapped); err != nil {
			return fmt.Errorf("the keyset of %s can't be moved, so nothing was: %w", row.WorkspaceID, err)
		}
		moves[row.WorkspaceID] = move{row, to}
		return nil
	})
	return moves, err
}

// replaceAll replaces every keyset there is. errStale when one came or changed since it was wrapped.
func replaceAll(ctx context.Context, tx *store.Tx, moves map[string]move) error {
	left := len(moves)
	err := eachKeyset(ctx, tx.Reader, func(row models.Keyset) error {
		m, ok := moves[row.WorkspaceID]
		if !ok || !bytes.Equal(m.from.Wrapped, row.Wrapped) {
			return errStale
		}
		left--
		replaced, err := tx.ReplaceKeyset(ctx, m.from, m.to)
		if err == nil && !replaced {
			err = errStale
		}
		if err == nil {
			err = tx.Record(ctx, keysChanged(row.WorkspaceID, "wrapped with another key"))
		}
		return err
	})
	if err == nil && left > 0 { // a workspace was deleted: count again
		err = errStale
	}
	return err
}

func eachKeyset(ctx context.Context, r store.Reader, do func(models.Keyset) error) error {
	for after := ""; ; {
		rows, err := r.KeysetsAfter(ctx, after, keysetsAtOnce)
		if err != nil {
			return fmt.Errorf("read keysets: %w", err)
		}
		for _, row := range rows {
			if err := do(row); err != nil {
				return err
			}
			after = row.WorkspaceID
		}
		if len(rows) < keysetsAtOnce {
			return nil
		}
	}
}
