package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// keyring opens workspaces' keysets and keeps them, so that the key-encryption key is asked once. Other processes may
// change the stored ones at any time (keyward keys rotate, a workspace that is deleted), so: reading trusts what is kept
// until something does not open, and saving makes sure in its own transaction.
type keyring struct {
	store *store.Store
	key   *Key
	kept  *lru.Cache[string, *keptKeyset]
}

// keptKeyset is a keyset as it was stored at a revision. A workspace that was deleted and made again may come to the
// same revision, and differs by the time.
type keptKeyset struct {
	*seal.Keyset
	revision  int32
	createdAt time.Time
}

func (k *keptKeyset) isOf(row *models.Keyset) bool {
	return k.revision == row.Revision && k.createdAt.Equal(row.CreatedAt)
}

func newKeyring(st *store.Store, key *Key) (*keyring, error) {
	kept, err := lru.New[string, *keptKeyset](4096)
	return &keyring{store: st, key: key, kept: kept}, err
}

// forget drops a workspace's keyset from memory.
func (r *keyring) forget(workspace string) { r.kept.Remove(workspace) }

// with runs use with the workspace's keyset, and where that fails although another one is stored by now, once more with
// that one: what use was given may have been sealed by a key that came since. NotFoundError when the workspace is gone.
func (r *keyring) with(ctx context.Context, workspace string, use func(*seal.Keyset) error) error {
	k, kept := r.kept.Get(workspace)
	var failed error
	if kept {
		if failed = use(k.Keyset); failed == nil {
			return nil
		}
	}
	row, err := r.store.Keyset(ctx, workspace)
	if err != nil {
		return r.gone(workspace, err)
	}
	if kept && k.isOf(&row) {
		return failed
	}
	if k, err = r.open(&row); err != nil {
		return err
	}
	return use(k.Keyset)
}

// maxStale is how often a save may find that the keyset changed since it was opened: each time a rotation has to end.
const maxStale = 5

// save runs fn in a transaction that begin begins, with the workspace's keyset, which nobody changes until the
// transaction ends. So nothing is ever committed under a key that a rotation has replaced: fn seals, as often as it is
// run. NotFoundError when the workspace is gone.
func (r *keyring) save(ctx context.Context, workspace string, begin func(context.Context, func(*store.Tx) error) error,
	fn func(*store.Tx, *seal.Keyset) error,
) error {
	k, _ := r.kept.Get(workspace)
	for range maxStale {
		var stored models.Keyset
		err := begin(ctx, func(tx *store.Tx) error {
			var err error
			if stored, err = tx.HoldKeyset(ctx, workspace); err != nil {
				return r.gone(workspace, err)
			}
			if k == nil || !k.isOf(&stored) {
				return errStale
			}
			return fn(tx, k.Keyset)
		})
		if !errors.Is(err, errStale) {
			return err
		}
		// Outside the transaction: who keeps the key-encryption key may be slow.
		if k, err = r.open(&stored); err != nil {
			return err
		}
	}
	return errStale
}

// errStale: the keyset in memory is not the one that is stored.
var errStale = errors.New("the workspace's keys change faster than anything can be saved with them")

func (r *keyring) open(row *models.Keyset) (*keptKeyset, error) {
	set, err := r.key.OpenKeyset(row.WorkspaceID, row.Wrapped)
	if errors.Is(err, seal.ErrUnopenable) {
		return nil, fmt.Errorf("the keyset of %s does not open with the key that this process was started with: after keyward keys rewrap, start it with the new key (--key, KEYWARD_KEY): %w", row.WorkspaceID, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the keyset of %s: %w", row.WorkspaceID, err)
	}
	k := &keptKeyset{Keyset: set, revision: row.Revision, createdAt: row.CreatedAt}
	r.kept.Add(row.WorkspaceID, k)
	return k, nil
}

// gone forgets a workspace that has no keyset any more.
func (r *keyring) gone(workspace string, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read the workspace's keyset: %w", err)
	}
	r.forget(workspace)
	return &models.NotFoundError{What: "workspace", Message: "This workspace has been deleted. Nothing was saved."}
}
