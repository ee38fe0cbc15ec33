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

// KeySource says where the key-encryption key is: in a file, or kept by somebody else.
type KeySource struct {
	File string
	// Kept is the key of the keeper at URI, where File is empty.
	Kept *seal.KEK
	URI  string
	// Setting is what the operator has to change if it is the wrong one.
	Setting string
}

// KeyFile is the source that is a file.
func KeyFile(path string) KeySource {
	return KeySource{File: path, Setting: "--key-file (KEYWARD_KEY_FILE)"}
}

func (s KeySource) String() string {
	if s.File != "" {
		return "the key file " + s.File
	}
	return "the key " + s.URI
}

func (s KeySource) open() (*seal.KEK, error) {
	if s.File == "" {
		return s.Kept, nil
	}
	return seal.OpenKeyFile(s.File)
}

// create makes the file, unless it is there or the key is kept elsewhere.
func (s KeySource) create() (*seal.KEK, error) {
	if s.File == "" {
		return s.Kept, nil
	}
	if err := os.MkdirAll(filepath.Dir(s.File), 0o700); err != nil {
		return nil, fmt.Errorf("make the key file's folder: %w", err)
	}
	key, err := seal.CreateKeyFile(s.File)
	if errors.Is(err, fs.ErrExist) {
		return seal.OpenKeyFile(s.File)
	}
	return key, err
}

// Key is a key-encryption key that was found to be the database's.
type Key struct {
	*seal.KEK
	check []byte // what is stored of it: when that changes, it is the database's no longer
}

// OpenKey opens the key-encryption key. A file is made only while the database is new: once something is sealed, a
// missing or wrong key is an error, never a reason for another one.
func OpenKey(ctx context.Context, st *store.Store, source KeySource) (*Key, error) {
	// In this order: the check is written before any keyset, so a keyset without it is no start that is under way.
	used, err := st.HasKeysets(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for keysets: %w", err)
	}
	check, err := st.KeyCheck(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound) && used:
		return nil, errors.New("this database holds sealed credentials but not the value that tells the right key (key_checks is empty): restore it from a whole backup")
	case errors.Is(err, store.ErrNotFound):
		return firstKey(ctx, st, source)
	case err != nil:
		return nil, fmt.Errorf("read the key check: %w", err)
	}
	key, err := source.open()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the credentials in this database are sealed, and the key file %s that opens them is missing: put it back, or say with %s where it is", source.File, source.Setting)
	}
	if err != nil {
		return nil, err
	}
	return checked(key, check, source)
}

func firstKey(ctx context.Context, st *store.Store, source KeySource) (*Key, error) {
	key, err := source.create()
	if err != nil {
		return nil, err
	}
	check, err := key.Check()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.Setting, err)
	}
	err = st.Save(ctx, func(tx *store.Tx) error { return tx.InsertKeyCheck(ctx, check) })
	if !errors.Is(err, store.ErrExists) {
		return &Key{KEK: key, check: check}, err
	}
	// Another gateway was first: it decided which key it is.
	if check, err = st.KeyCheck(ctx); err != nil {
		return nil, err
	}
	return checked(key, check, source)
}

func checked(key *seal.KEK, check []byte, source KeySource) (*Key, error) {
	err := key.VerifyCheck(check)
	if errors.Is(err, seal.ErrWrongKey) {
		return nil, fmt.Errorf("%s does not open the credentials in this database, which were sealed with another key: put the right one there, or say with %s where it is", source, source.Setting)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.Setting, err)
	}
	return &Key{KEK: key, check: check}, nil
}

// EnsureWorkspace returns the oldest workspace, and makes one while there is none.
func (v *Vault) EnsureWorkspace(ctx context.Context) (models.Workspace, error) {
	existing, err := v.store.Workspaces(ctx, 1)
	if err != nil || len(existing) == 1 {
		return first(existing), err
	}
	w := models.Workspace{ID: models.WorkspaceIDPrefix + "default", Name: "My workspace", CreatedAt: v.now()}
	_, wrapped, err := v.keys.key.NewKeyset(w.ID)
	if err != nil {
		return w, err
	}
	// The fixed id lets one of several gateways that start at once win; the others read what it made.
	err = v.store.Save(ctx, func(tx *store.Tx) error {
		return tx.InsertWorkspace(ctx, &w, &models.Keyset{WorkspaceID: w.ID, Wrapped: wrapped, CreatedAt: v.now()}, v.keys.key.check)
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

// What a ciphertext is for; part of what the seal binds.
const (
	purposeValues = "credential values"
	purposeShown  = "credential as shown"
)

func place(purpose string, c *models.Credential) seal.Place {
	return seal.Place{Purpose: purpose, Workspace: c.WorkspaceID, Credential: c.ID, Component: c.ComponentID, Revision: c.SecretRevision}
}

// sealInto seals the values, and what a person may see of them, into the row; its ids and revision must be set.
func sealInto(keyset *seal.Keyset, c *models.Credential, m *models.AuthMethod, values models.Values) error {
	var err error
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
func (v *Vault) open(ctx context.Context, c *models.Credential) (values models.Values, err error) {
	err = v.opening(ctx, c, func(keyset *seal.Keyset, c *models.Credential) (err error) {
		values, err = keyset.OpenValues(place(purposeValues, c), c.Sealed)
		return err
	})
	return values, err
}

// opening runs open with the row's keyset. A row that was read just before it was sealed anew may need a key that has
// been dropped since: then open gets the row as it is now.
func (v *Vault) opening(ctx context.Context, c *models.Credential, open func(*seal.Keyset, *models.Credential) error) error {
	err := v.keys.with(ctx, c.WorkspaceID, func(keyset *seal.Keyset) error { return open(keyset, c) })
	if !errors.Is(err, seal.ErrUnopenable) {
		return err
	}
	now, readErr := v.store.Credential(ctx, c.WorkspaceID, c.ID)
	if readErr != nil || now.SecretRevision == c.SecretRevision {
		return err
	}
	return v.keys.with(ctx, c.WorkspaceID, func(keyset *seal.Keyset) error { return open(keyset, &now) })
}
