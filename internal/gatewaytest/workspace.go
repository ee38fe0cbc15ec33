package gatewaytest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
)

// NewWorkspace makes another workspace and returns its id.
func (g *Gateway) NewWorkspace(t testing.TB, name string) string {
	t.Helper()
	ctx := context.Background()
	key, err := vault.OpenKey(ctx, g.Store, vault.KeyFile(filepath.Join(g.DataDir, "keyward.key")))
	if err != nil {
		t.Fatal(err)
	}
	id := models.WorkspaceIDPrefix + name
	_, wrapped, err := key.NewKeyset(id)
	if err != nil {
		t.Fatal(err)
	}
	check, err := g.Store.KeyCheck(ctx)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	err = g.Store.Save(ctx, func(tx *store.Tx) error {
		return tx.InsertWorkspace(ctx, &models.Workspace{ID: id, Name: name, CreatedAt: now}, &models.Keyset{WorkspaceID: id, Wrapped: wrapped, CreatedAt: now}, check)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
