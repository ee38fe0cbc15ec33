package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// Rotation replaces every workspace's keys. Gateways may go on reading and writing meanwhile, and it may be stopped at
// any moment: how far it got is in the database, and the next run goes on from there.
type Rotation struct {
	Store *store.Store
	Key   *Key
	// DropOld takes the older keys out of a keyset once no credential and no OAuth client of its workspace needs them.
	DropOld bool
	// Batch is how many credentials are sealed anew in one transaction.
	Batch int
	// Progress is told after each batch how far it is.
	Progress func(underNewKeys, all int64)
}

// Rotated says what a rotation did.
type Rotated struct {
	Resumed     bool // it went on with one that had been stopped
	Workspaces  int  // that got new keys
	Credentials int64
	Dropped     int // older keys
}

// Run rotates. A credential that does not open stays as it is, and so does the rotation unfinished: the error names it.
func (r Rotation) Run(ctx context.Context) (Rotated, error) {
	var (
		done   Rotated
		number int32
	)
	keys, err := newKeyring(r.Store, r.Key)
	if err != nil {
		return done, err
	}
	total, err := r.Store.AllCredentials(ctx)
	if err != nil {
		return done, err
	}
	err = r.Store.Save(ctx, func(tx *store.Tx) (err error) {
		number, done.Resumed, err = tx.BeginRotation(ctx)
		return err
	})
	if err != nil {
		return done, fmt.Errorf("begin the rotation: %w", err)
	}
	run := &rotating{Rotation: r, Rotated: &done, keys: keys, number: number, total: total}
	if err := run.all(ctx); err != nil {
		return done, err
	}
	if len(run.unopenable) > 0 {
		return done, fmt.Errorf("%d of the credentials and OAuth clients do not open with any of their workspace's keys and stay as they are, the first being %s: put them back from a backup or delete them, then run this again to finish", len(run.unopenable), run.unopenable[0])
	}
	return done, r.Store.Save(ctx, func(tx *store.Tx) error { return tx.EndRotation(ctx, number) })
}

// rotating is a rotation that runs.
type rotating struct {
	Rotation
	*Rotated
	keys       *keyring
	number     int32
	total      int64
	under      int64    // new keys
	unopenable []string // by id or name
}

// keysetsAtOnce is how many workspaces are looked at in one query.
const keysetsAtOnce = 100

func (r *rotating) all(ctx context.Context) error {
	return eachKeyset(ctx, r.Store.Reader, func(row models.Keyset) error {
		if err := r.workspace(ctx, row.WorkspaceID); err != nil {
			return fmt.Errorf("%s: %w", row.WorkspaceID, err)
		}
		return nil
	})
}

// workspace gives one workspace new keys and seals its credentials and OAuth clients with them. One that is deleted meanwhile is done.
func (r *rotating) workspace(ctx context.Context, id string) error {
	err := r.newKeys(ctx, id)
	if err == nil {
		err = r.reseal(ctx, id)
	}
	if err == nil && r.DropOld {
		err = r.dropOld(ctx, id)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if _, gone := errors.AsType[*models.NotFoundError](err); gone {
		return nil
	}
	return err
}

// newKeys gives the keyset new keys, unless this rotation has done so before it was stopped.
func (r *rotating) newKeys(ctx context.Context, workspace string) error {
	changed, err := r.change(ctx, workspace, "new keys", func(old models.Keyset) (next models.Keyset, check func(*store.Tx) error, err error) {
		if next = old; old.Rotation >= r.number {
			return next, nil, nil
		}
		next.Revision, next.Rotation = old.Revision+1, r.number
		_, next.Wrapped, err = r.Key.AddKeys(workspace, old.Wrapped)
		return next, nil, err
	})
	if changed {
		r.Workspaces++
	}
	return err
}

// dropOld takes older keys out of the keyset, in a transaction that keeps it from changing and then finds no credential
// that needs them.
func (r *rotating) dropOld(ctx context.Context, workspace string) error {
	var dropped int
	changed, err := r.change(ctx, workspace, "older keys dropped", func(old models.Keyset) (next models.Keyset, check func(*store.Tx) error, err error) {
		var set *seal.Keyset
		next = old
		if set, next.Wrapped, dropped, err = r.Key.DropOldKeys(workspace, old.Wrapped); err != nil || dropped == 0 {
			return old, nil, err
		}
		next.Revision = old.Revision + 1
		return next, func(tx *store.Tx) error {
			_, others, err := tx.KeyUse(ctx, workspace, set.KeyID())
			if err == nil && others > 0 {
				err = errStillNeeded
			}
			return err
		}, nil
	})
	if errors.Is(err, errStillNeeded) { // by what does not open: run reports it
		return nil
	}
	if changed {
		r.Dropped += dropped
	}
	return err
}

var errStillNeeded = errors.New("a credential still needs the older keys")

// change replaces a keyset by what make makes of it, if nobody else changes it meanwhile; else it makes it again. The
// key-encryption key is asked outside the transaction: who keeps it may be slow. check runs inside, after the change. What
// it was is told in the audit.
func (r *rotating) change(ctx context.Context, workspace, what string, make func(models.Keyset) (models.Keyset, func(*store.Tx) error, error)) (changed bool, err error) {
	for range maxStale {
		old, err := r.Store.Keyset(ctx, workspace)
		if err != nil {
			return false, err
		}
		next, check, err := make(old)
		if errors.Is(err, seal.ErrUnopenable) {
			_, err = r.keys.open(&old) // says it better
		}
		if err != nil || next.Revision == old.Revision {
			return false, err
		}
		err = r.Store.Save(ctx, func(tx *store.Tx) (err error) {
			if changed, err = tx.ReplaceKeyset(ctx, old, next); err != nil || !changed {
				return err
			}
			if check != nil {
				if err := check(tx); err != nil {
					return err
				}
			}
			return tx.Record(ctx, keysChanged(workspace, what))
		})
		if err != nil || changed {
			return changed && err == nil, err
		}
	}
	return false, errStale
}

// keysChanged is the operator's event about a workspace's keys.
func keysChanged(workspace, what string) models.AuditEvent {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return models.Operator(workspace).Did(now, models.KeysRotated, models.Target{ID: workspace}).Telling(what)
}

// reseal seals what other keys than the newest have sealed. Whatever is sealed meanwhile is under the newest already;
// what is only renamed is not, so it goes through the rows until it misses none.
func (r *rotating) reseal(ctx context.Context, workspace string) error {
	var key int64
	err := r.keys.with(ctx, workspace, func(keyset *seal.Keyset) error {
		key = keyset.KeyID()
		return nil
	})
	if err != nil {
		return err
	}
	all, others, err := r.Store.KeyUse(ctx, workspace, key)
	if err != nil {
		return err
	}
	r.under += all - others
	for missed := 1; missed > 0; {
		if missed, err = r.clients(ctx, workspace, key); err != nil {
			return err
		}
		for after := ""; ; {
			rows, err := r.Store.CredentialsUnderOtherKeys(ctx, workspace, key, after, r.Batch)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			n, err := r.batch(ctx, workspace, rows)
			if err != nil {
				return err
			}
			missed += n
			after = rows[len(rows)-1].ID
		}
	}
	return nil
}

// clients seals the workspace's OAuth clients anew, which are few, and counts those that it missed because they moved since they were read.
func (r *rotating) clients(ctx context.Context, workspace string, key int64) (missed int, err error) {
	all, err := r.Store.OAuthClients(ctx, workspace)
	if err != nil {
		return 0, err
	}
	rows := slices.DeleteFunc(all, func(c models.OAuthClient) bool { return c.KeyID == key })
	if len(rows) == 0 {
		return 0, nil
	}
	var unopenable []string
	err = r.keys.save(ctx, workspace, r.Store.Save, func(tx *store.Tx, keyset *seal.Keyset) error {
		missed, unopenable = 0, nil
		for _, row := range rows {
			next, err := resealClient(keyset, row)
			if errors.Is(err, seal.ErrUnopenable) {
				now, err := tx.OAuthClient(ctx, workspace, row.Provider)
				if err == nil && bytes.Equal(now.Sealed, row.Sealed) {
					unopenable = append(unopenable, fmt.Sprintf("the OAuth client of %s in %s", row.Provider, workspace))
				} else {
					missed++
				}
				continue
			}
			if err != nil {
				return err
			}
			saved, err := tx.ResealOAuthClient(ctx, &row, &next)
			if err != nil {
				return err
			}
			if !saved {
				missed++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	r.tell(len(rows)-missed-len(unopenable), unopenable)
	return missed, nil
}

// tell counts what was sealed anew, and remembers what does not open.
func (r *rotating) tell(resealed int, unopenable []string) {
	r.under += int64(resealed)
	for _, name := range unopenable {
		if !slices.Contains(r.unopenable, name) {
			r.unopenable = append(r.unopenable, name)
		}
	}
	r.Progress(r.under, r.total)
}

// batch seals rows anew in one transaction, and counts those that it missed because they moved since they were read.
func (r *rotating) batch(ctx context.Context, workspace string, rows []models.Credential) (missed int, err error) {
	var unopenable []string
	err = r.keys.save(ctx, workspace, r.Store.Save, func(tx *store.Tx, keyset *seal.Keyset) error {
		missed, unopenable = 0, nil
		for _, row := range rows {
			next, err := reseal(keyset, row)
			if errors.Is(err, seal.ErrUnopenable) {
				now, err := tx.Credential(ctx, workspace, row.ID)
				if err == nil && now.SecretRevision == row.SecretRevision {
					unopenable = append(unopenable, row.ID)
				} else {
					missed++
				}
				continue
			}
			if err != nil {
				return err
			}
			saved, err := tx.ResealCredential(ctx, &next, row.Version, row.SecretRevision)
			if err != nil {
				return err
			}
			if !saved {
				missed++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	resealed := len(rows) - missed - len(unopenable)
	r.Credentials += int64(resealed)
	r.tell(resealed, unopenable)
	return missed, nil
}

// resealClient opens a client's secret and seals it for its next revision.
func resealClient(keyset *seal.Keyset, row models.OAuthClient) (models.OAuthClient, error) {
	next := row
	next.Revision++
	secret, err := keyset.Open(clientPlace(&row), row.Sealed)
	if err != nil {
		return next, err
	}
	next.Sealed, next.KeyID, err = keyset.Seal(clientPlace(&next), secret)
	return next, err
}

// reseal opens both ciphertexts of a row and seals them for its next revision.
func reseal(keyset *seal.Keyset, row models.Credential) (models.Credential, error) {
	next := row
	next.SecretRevision++
	values, err := keyset.Open(place(purposeValues, &row), row.Sealed)
	if err != nil {
		return next, err
	}
	shown, err := keyset.Open(place(purposeShown, &row), row.Shown)
	if err != nil {
		return next, err
	}
	if next.Sealed, next.KeyID, err = keyset.Seal(place(purposeValues, &next), values); err != nil {
		return next, err
	}
	next.Shown, _, err = keyset.Seal(place(purposeShown, &next), shown)
	return next, err
}
