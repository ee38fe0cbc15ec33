package vault_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"keyward/internal/gatewaytest"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
)

func rotation(t *testing.T, g *gatewaytest.Gateway, dropOld bool) (vault.Rotated, error) {
	t.Helper()
	key, err := vault.OpenKey(t.Context(), g.Store, vault.KeyFile(g.DataDir+"/keyward.key"))
	if err != nil {
		t.Fatal(err)
	}
	return vault.Rotation{Store: g.Store, Key: key, DropOld: dropOld, Batch: 2, Progress: func(int64, int64) {}}.Run(t.Context())
}

func petstore(g *gatewaytest.Gateway, workspace, key string) (models.Credential, error) {
	return g.Vault.Create(context.Background(), models.Caller{ID: "t", WorkspaceID: workspace, Role: models.RoleOwner}, vault.NewCredential{
		ComponentID: "cmp_petstore", Fields: []vault.Field{field("apiKey", "secret")}, IdempotencyKey: key,
	})
}

// A gateway that has a keyset in memory saves nothing into a workspace whose keyset was destroyed, nor with the former
// keys into one of the same id that was made since.
func TestVault_saves_nothing_under_destroyed_keys(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		other := gatewaytest.New(t, g.Database)
		workspace := g.NewWorkspace(t, "gone")
		c, err := petstore(other, workspace, "")
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		destroy := func() error {
			return g.Store.Change(ctx, workspace, func(tx *store.Tx) error { return tx.DeleteKeyset(ctx, workspace) })
		}
		if err := destroy(); err != nil {
			t.Fatal(err)
		}
		if err := destroy(); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("destroyed twice: %v", err)
		}
		for range 2 { // with the keyset in memory, and without
			if _, err := petstore(other, workspace, ""); !isNotFound(err) {
				t.Errorf("saved: %v", err)
			}
		}
		if _, err := petstore(other, g.Workspace, ""); err != nil {
			t.Errorf("another workspace: %v", err)
		}
		// other gets the former keyset back into memory, as a gateway that noticed nothing has it.
		stale := gatewaytest.New(t, g.Database)
		again := func() {
			key, err := vault.OpenKey(ctx, g.Store, vault.KeyFile(g.DataDir+"/keyward.key"))
			if err != nil {
				t.Fatal(err)
			}
			_, wrapped, err := key.NewKeyset(workspace)
			if err != nil {
				t.Fatal(err)
			}
			id := workspace
			_, err = g.Database.SQL(t).ExecContext(ctx, map[string]string{
				"sqlite":   "INSERT INTO keysets (workspace_id, wrapped, created_at) VALUES (?, ?, strftime('%Y-%m-%d %H:%M:%f+00:00', 'now'))",
				"postgres": "INSERT INTO keysets (workspace_id, wrapped, created_at) VALUES ($1, $2, now())",
			}[g.Dialect], id, wrapped)
			if err != nil {
				t.Fatal(err)
			}
		}
		again()
		if _, err := petstore(stale, workspace, ""); err != nil {
			t.Fatal(err)
		}
		if err := destroy(); err != nil {
			t.Fatal(err)
		}
		again()
		made, err := petstore(stale, workspace, "")
		if err != nil || made.KeyID == c.KeyID {
			t.Fatal(made.KeyID, err)
		}
		if _, err := gatewaytest.New(t, g.Database).Vault.Shown(ctx, models.Caller{ID: "t", WorkspaceID: workspace, Role: models.RoleOwner}, &made); err != nil {
			t.Errorf("it was sealed with keys that are gone: %v", err)
		}
	})
}

func isNotFound(err error) bool {
	_, ok := errors.AsType[*models.NotFoundError](err)
	return ok
}

// A repeated call gets the first result across a rotation, whichever keys its gateway has in memory.
func TestVault_repeats_across_a_rotation(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		other := gatewaytest.New(t, g.Database)
		if _, err := petstore(other, g.Workspace, "warm"); err != nil {
			t.Fatal(err)
		}
		before, err := petstore(g, g.Workspace, "before")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rotation(t, g, true); err != nil {
			t.Fatal(err)
		}
		after, err := petstore(g, g.Workspace, "after")
		if err != nil || after.KeyID == before.KeyID {
			t.Fatal(after.KeyID, before.KeyID, err)
		}
		for key, want := range map[string]string{"before": before.ID, "after": after.ID} {
			for _, gateway := range []*gatewaytest.Gateway{other, g, gatewaytest.New(t, g.Database)} {
				if again, err := petstore(gateway, g.Workspace, key); err != nil || again.ID != want {
					t.Errorf("%s is %s, %v", key, again.ID, err)
				}
			}
		}
		_, err = g.Vault.Create(t.Context(), models.Caller{ID: "t", WorkspaceID: g.Workspace, Role: models.RoleOwner}, vault.NewCredential{
			ComponentID: "cmp_petstore", Name: "another", Fields: []vault.Field{field("apiKey", "secret")}, IdempotencyKey: "before",
		})
		if _, reused := errors.AsType[*models.IdempotencyKeyReusedError](err); !reused {
			t.Errorf("another input: %v", err)
		}
	})
}

// A row that was read before its key was dropped is shown all the same.
func TestVault_shows_what_was_sealed_anew_meanwhile(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		c, err := petstore(g, g.Workspace, "")
		if err != nil {
			t.Fatal(err)
		}
		if done, err := rotation(t, g, true); err != nil || done.Dropped != 1 {
			t.Fatal(done, err)
		}
		cold := gatewaytest.New(t, g.Database)
		fields, err := cold.Vault.Shown(t.Context(), models.Caller{ID: "t", WorkspaceID: g.Workspace, Role: models.RoleOwner}, &c)
		if err != nil || len(fields) != 1 {
			t.Errorf("%v %v", fields, err)
		}
	})
}

// What does not open stays as it is and keeps the rotation unfinished, without another key, until it is gone.
func TestRotation_leaves_what_does_not_open(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		var ids []string
		for range 5 {
			c, err := petstore(g, g.Workspace, "")
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, c.ID)
		}
		db := g.SQL(t)
		if _, err := db.ExecContext(t.Context(), "UPDATE credentials SET shown = sealed WHERE id = '"+ids[1]+"'"); err != nil {
			t.Fatal(err)
		}
		for run := range 2 {
			done, err := rotation(t, g, true)
			if err == nil || !strings.Contains(err.Error(), ids[1]) || done.Dropped != 0 || done.Resumed != (run == 1) || done.Workspaces != 1-run || done.Credentials != int64(4-4*run) {
				t.Errorf("run %d: %+v, %v", run, done, err)
			}
		}
		if _, err := db.ExecContext(t.Context(), "DELETE FROM credentials WHERE id = '"+ids[1]+"'"); err != nil {
			t.Fatal(err)
		}
		if done, err := rotation(t, g, true); err != nil || !done.Resumed || done.Workspaces != 0 || done.Dropped != 1 {
			t.Errorf("%+v, %v", done, err)
		}
	})
}

// interrupted opens another store on the gateway's database that runs between, once, after the first statement that
// has the text.
func interrupted(t *testing.T, g *gatewaytest.Gateway, after string, between func()) *store.Store {
	t.Helper()
	var once sync.Once
	st, err := store.Open(t.Context(), store.Config{URL: g.Database.URL, DataDir: g.DataDir, Connections: 4, Observe: func(sql string) {
		if strings.Contains(strings.ToLower(strings.NewReplacer(`"`, "", "`", "").Replace(sql)), after) {
			once.Do(between)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// A credential that is renamed between reading and sealing is not forgotten under the older key.
func TestRotation_misses_no_row_that_moves(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		c, err := petstore(g, g.Workspace, "")
		if err != nil {
			t.Fatal(err)
		}
		name := "renamed"
		renamed := false
		st := interrupted(t, g, "order by id limit", func() {
			_, err := g.Vault.Update(context.Background(), models.Caller{ID: "t", WorkspaceID: g.Workspace, Role: models.RoleOwner},
				vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Name: &name})
			if renamed = err == nil; err != nil {
				t.Error(err)
			}
		})
		key, err := vault.OpenKey(t.Context(), st, vault.KeyFile(g.DataDir+"/keyward.key"))
		if err != nil {
			t.Fatal(err)
		}
		done, err := vault.Rotation{Store: st, Key: key, DropOld: true, Batch: 10, Progress: func(int64, int64) {}}.Run(t.Context())
		if err != nil || done.Credentials != 1 || done.Dropped != 1 || !renamed {
			t.Errorf("%+v, %v, renamed %v", done, err, renamed)
		}
		now, err := g.Store.Credential(t.Context(), g.Workspace, c.ID)
		if err != nil || now.Name != name || now.KeyID == c.KeyID || now.Version != 2 {
			t.Errorf("%+v %v", now, err)
		}
	})
}

// An edit beside a rotation is no conflict: it is made to what is there now, and nobody is asked twice.
func TestVault_Update_beside_a_rotation(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		var asked atomic.Int32
		upstream := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
		t.Cleanup(upstream.Close)
		host := strings.TrimPrefix(upstream.URL, "http://")
		v, caller := openVault(t, g.Store, g.DataDir, descriptor, host)
		c, err := v.Create(t.Context(), caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "first")}})
		if err != nil {
			t.Fatal(err)
		}
		st := interrupted(t, g, "from credentials where workspace_id", func() {
			if done, err := rotation(t, g, true); err != nil || done.Credentials != 1 {
				t.Errorf("%+v %v", done, err)
			}
		})
		v, caller = openVault(t, st, g.DataDir, descriptor, host)
		saved, err := v.Update(t.Context(), caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("token", "second")}})
		if err != nil || saved.Version != 2 || saved.KeyID == c.KeyID || saved.SecretRevision != c.SecretRevision+2 || asked.Load() != 2 {
			t.Errorf("version %d, revision %d, asked %d times, %v", saved.Version, saved.SecretRevision, asked.Load(), err)
		}
	})
}

// An edit that comes between reading a row and sealing it anew is not overwritten by what was read.
func TestRotation_overwrites_no_edit(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		var sent atomic.Value
		upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { sent.Store(r.Header.Get("x")) }))
		t.Cleanup(upstream.Close)
		v, caller := openVault(t, g.Store, g.DataDir, descriptor, strings.TrimPrefix(upstream.URL, "http://"))
		c, err := v.Create(t.Context(), caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "first")}})
		if err != nil {
			t.Fatal(err)
		}
		st := interrupted(t, g, "order by id limit", func() {
			if _, err := v.Update(context.Background(), caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("token", "second")}}); err != nil {
				t.Error(err)
			}
		})
		key, err := vault.OpenKey(t.Context(), st, vault.KeyFile(g.DataDir+"/keyward.key"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (vault.Rotation{Store: st, Key: key, Batch: 10, Progress: func(int64, int64) {}}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := v.Verify(t.Context(), caller, c.ID); err != nil || sent.Load() != "second" {
			t.Errorf("it holds %v, %v", sent.Load(), err)
		}
	})
}

// A workspace's OAuth client goes along: no older key is needed for it, and a row that was read before still opens.
func TestRotation_seals_OAuth_clients(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		owner := models.Operator(g.Workspace)
		set := func(provider, id string) {
			t.Helper()
			secret := field("clientSecret", "client secret of "+provider)
			if _, err := g.Vault.SetOAuthClient(t.Context(), owner, provider, id, &secret, nil); err != nil {
				t.Fatal(err)
			}
		}
		set("github", "ours")
		set("slack", "ours too")
		if _, err := petstore(g, g.Workspace, ""); err != nil {
			t.Fatal(err)
		}
		db := g.SQL(t)
		before := gatewaytest.Rows(t, db, "SELECT provider, key_id, sealed FROM oauth_clients")
		var progress []int64
		key, err := vault.OpenKey(t.Context(), g.Store, vault.KeyFile(g.DataDir+"/keyward.key"))
		if err != nil {
			t.Fatal(err)
		}
		done, err := vault.Rotation{Store: g.Store, Key: key, DropOld: true, Batch: 2, Progress: func(under, all int64) { progress = append(progress, under, all) }}.Run(t.Context())
		if err != nil || done.Credentials != 1 || done.Dropped != 1 || len(progress) < 2 || progress[len(progress)-2] != 3 || progress[len(progress)-1] != 3 {
			t.Errorf("%+v, %v, progress %v", done, err, progress)
		}
		after := gatewaytest.Rows(t, db, "SELECT provider, key_id, sealed FROM oauth_clients")
		for i := range before {
			if before[i] == after[i] {
				t.Errorf("%s was not sealed anew", strings.Fields(before[i])[0])
			}
		}
		for name, gateway := range map[string]*gatewaytest.Gateway{"with the older keyset in memory": g, "new": gatewaytest.New(t, g.Database)} {
			// The secret is kept with the same id, which opens it.
			if _, err := gateway.Vault.SetOAuthClient(t.Context(), owner, "github", "ours", nil, nil); err != nil {
				t.Errorf("a gateway %s: %v", name, err)
			}
		}
		if done, err := rotation(t, g, true); err != nil || done.Dropped != 1 {
			t.Errorf("again: %+v, %v", done, err)
		}
	})
}

// A client that is set between reading and sealing is not overwritten by what was read, whatever its revision.
func TestRotation_overwrites_no_OAuth_client(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		owner := models.Operator(g.Workspace)
		first, second := field("clientSecret", "first"), field("clientSecret", "second")
		if _, err := g.Vault.SetOAuthClient(t.Context(), owner, "github", "one", &first, nil); err != nil {
			t.Fatal(err)
		}
		st := interrupted(t, g, "order by provider", func() {
			_, deleted := g.Vault.DeleteOAuthClient(context.Background(), owner, "github")
			_, set := g.Vault.SetOAuthClient(context.Background(), owner, "github", "two", &second, nil)
			if err := errors.Join(deleted, set); err != nil {
				t.Error(err)
			}
		})
		key, err := vault.OpenKey(t.Context(), st, vault.KeyFile(g.DataDir+"/keyward.key"))
		if err != nil {
			t.Fatal(err)
		}
		done, err := vault.Rotation{Store: st, Key: key, DropOld: true, Batch: 2, Progress: func(int64, int64) {}}.Run(t.Context())
		if err != nil || done.Dropped != 1 {
			t.Errorf("%+v, %v", done, err)
		}
		row, err := g.Store.OAuthClient(t.Context(), g.Workspace, "github")
		if err != nil || row.ClientID != "two" {
			t.Errorf("%s, %v", row.ClientID, err)
		}
		if _, err := gatewaytest.New(t, g.Database).Vault.SetOAuthClient(t.Context(), owner, "github", "two", nil, nil); err != nil {
			t.Errorf("it does not open: %v", err)
		}
	})
}

// A client that does not open keeps the rotation unfinished, and is named.
func TestRotation_leaves_an_OAuth_client_that_does_not_open(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		owner := models.Operator(g.Workspace)
		secret := field("clientSecret", "secret")
		if _, err := g.Vault.SetOAuthClient(t.Context(), owner, "github", "ours", &secret, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := g.SQL(t).ExecContext(t.Context(), "UPDATE oauth_clients SET client_id = 'moved'"); err != nil {
			t.Fatal(err)
		}
		if done, err := rotation(t, g, true); err == nil || !strings.Contains(err.Error(), "the OAuth client of github") || done.Dropped != 0 {
			t.Errorf("%+v, %v", done, err)
		}
		if _, err := g.Vault.DeleteOAuthClient(t.Context(), owner, "github"); err != nil {
			t.Fatal(err)
		}
		if done, err := rotation(t, g, true); err != nil || !done.Resumed || done.Dropped != 1 {
			t.Errorf("%+v, %v", done, err)
		}
	})
}
