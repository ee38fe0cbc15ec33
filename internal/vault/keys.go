package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// OpenKey opens the key-encryption key. The file is made only while the database is new: once something is sealed, a
// missing or wrong key is an error, never a reason for another one.
func OpenKey(ctx context.Context, st *store.Store, path string) (*seal.KEK, error) {
	// In this order: the check is written before any keyset, so a keyset without it is no start that is under way.
	used, err := st.HasKeysets(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for keysets: %w", err)
	}
	sealed, err := st.KeyCheck(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound) && used:
		return nil, errors.New("this database holds sealed credentials but not the value that tells the right key (key_checks is empty): restore it from a whole backup")
	case errors.Is(err, store.ErrNotFound):
		return firstKey(ctx, st, path)
	case err != nil:
		return nil, fmt.Errorf("read the key check: %w", err)
	}
	key, err := seal.OpenKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the credentials in this database are sealed, and the key file %s that opens them is missing: put it back, or say with --key-file (KEYWARD_KEY_FILE) where it is", path)
	}
	if err != nil {
		return nil, err
	}
	return key, checkKey(key, sealed, path)
}

func firstKey(ctx context.Context, st *store.Store, path string) (*seal.KEK, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the key file's folder: %w", err)
	}
	key, err := seal.CreateKeyFile(path)
	if errors.Is(err, fs.ErrExist) {
		key, err = seal.OpenKeyFile(path)
	}
	if err != nil {
		return nil, err
	}
	check, err := key.Check()
	if err != nil {
		return nil, err
	}
	err = st.Save(ctx, func(tx *store.Tx) error { return tx.InsertKeyCheck(ctx, check) })
	if !errors.Is(err, store.ErrExists) {
		return key, err
	}
	// Another gateway was first: it decided which key it is.
	sealed, err := st.KeyCheck(ctx)
	if err != nil {
		return nil, err
	}
	return key, checkKey(key, sealed, path)
}

func checkKey(key *seal.KEK, sealed []byte, path string) error {
	if err := key.VerifyCheck(sealed); err != nil {
		return fmt.Errorf("the key file %s does not open the credentials in this database, which were sealed with another key: put the right file there, or say with --key-file (KEYWARD_KEY_FILE) where it is", path)
	}
	return nil
}

// EnsureWorkspace returns the oldest workspace, and makes one while there is none.
func (v *Vault) EnsureWorkspace(ctx context.Context) (models.Workspace, error) {
	existing, err := v.store.Workspaces(ctx, 1)
	if err != nil || len(existing) == 1 {
		return first(existing), err
	}
	w := models.Workspace{ID: models.WorkspaceIDPrefix + "default", Name: "My workspace", CreatedAt: v.now()}
	_, wrapped, err := v.key.NewKeyset(w.ID)
	if err != nil {
		return w, err
	}
	// The fixed id lets one of several gateways that start at once win; the others read what it made.
	err = v.store.Save(ctx, func(tx *store.Tx) error {
		return tx.InsertWorkspace(ctx, &w, &models.Keyset{WorkspaceID: w.ID, Wrapped: wrapped, CreatedAt: v.now()})
	})
	if errors.Is(err, store.ErrExists) {
		return v.store.Workspace(ctx, w.ID)
	}
	return w, err
}

func first[T any](list []T) (zero T) {
	if len(list) == 0 {
		return zero
	}
	return list[0]
}

// keyset opens the workspace's keyset, once.
func (v *Vault) keyset(ctx context.Context, workspace string) (*seal.Keyset, error) {
	if k, ok := v.keysets.Get(workspace); ok {
		return k, nil
	}
	row, err := v.store.Keyset(ctx, workspace)
	if err != nil {
		return nil, fmt.Errorf("read the workspace's keyset: %w", err)
	}
	k, err := v.key.OpenKeyset(workspace, row.Wrapped)
	if err != nil {
		return nil, fmt.Errorf("open the workspace's keyset: %w", err)
	}
	v.keysets.Add(workspace, k)
	return k, nil
}

// What a ciphertext is for; part of what the seal binds.
const (
	purposeValues = "credential values"
	purposeShown  = "credential as shown"
)

func place(purpose string, c *models.Credential) seal.Place {
	return seal.Place{Purpose: purpose, Workspace: c.WorkspaceID, Credential: c.ID, Component: c.ComponentID, Revision: c.SecretRevision}
}

// sealInto seals the values, and what a person may see of them, into the row; its ids and revision must be set.
func (v *Vault) sealInto(ctx context.Context, c *models.Credential, m *models.AuthMethod, values models.Values) error {
	keyset, err := v.keyset(ctx, c.WorkspaceID)
	if err != nil {
		return err
	}
	if c.Sealed, c.KeyID, err = keyset.SealValues(place(purposeValues, c), values); err != nil {
		return fmt.Errorf("seal the values: %w", err)
	}
	text, err := json.Marshal(shown(m, values))
	if err != nil {
		return err
	}
	if c.Shown, _, err = keyset.Seal(place(purposeShown, c), text); err != nil {
		return fmt.Errorf("seal what is shown: %w", err)
	}
	return nil
}

// open opens the values.
func (v *Vault) open(ctx context.Context, c *models.Credential) (models.Values, error) {
	keyset, err := v.keyset(ctx, c.WorkspaceID)
	if err != nil {
		return nil, err
	}
	return keyset.OpenValues(place(purposeValues, c), c.Sealed)
}
