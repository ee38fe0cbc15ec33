package vault_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"log/slog"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/internal/gatewaytest"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// Every method that takes a caller asks for the caller's role by itself, whoever calls it.
func TestVault_asks_every_caller_for_the_role(t *testing.T) {
	g := gatewaytest.New(t, gatewaytest.NewDatabase(t, "sqlite"))
	ctx := context.Background()
	writers := []string{"Create", "Update", "Delete", "Check", "Verify", "Replace", "Link", "CreateFlow", "UpdateFlow", "DeleteFlow", "Activate", "Deactivate"}
	free := []string{"Workspace"} // a caller may know where it is
	v := reflect.ValueOf(g.Vault)
	tried := 0
	for i := range v.NumMethod() {
		method, name := v.Method(i), v.Type().Method(i).Name
		if method.Type().NumIn() < 2 || method.Type().In(1) != reflect.TypeFor[models.Caller]() {
			continue
		}
		tried++
		call := func(role models.Role) error {
			args := []reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(models.Caller{ID: "t", WorkspaceID: g.Workspace, Role: role})}
			for n := 2; n < method.Type().NumIn(); n++ {
				in := method.Type().In(n)
				if in.Kind() == reflect.Pointer && in.Elem() == reflect.TypeFor[models.Credential]() {
					args = append(args, reflect.New(in.Elem()))
					continue
				}
				args = append(args, reflect.Zero(in))
			}
			results := method.Call(args)
			err, _ := results[len(results)-1].Interface().(error)
			return err
		}
		writes := false
		for _, writer := range writers {
			writes = writes || writer == name
		}
		for role, allowed := range map[models.Role]bool{
			"": false, models.RoleRuntime: false, models.RoleViewer: !writes, models.RoleEditor: true, models.RoleOwner: true,
		} {
			if name == free[0] {
				continue
			}
			if refused := errors.Is(call(role), models.ErrForbidden); refused == allowed {
				t.Errorf("%s as %q: refused %v", name, role, refused)
			}
		}
	}
	if tried < 25 {
		t.Errorf("only %d methods take a caller", tried)
	}
}

const descriptor = `{"title":"Thing","description":"x","category":"SERVICE","variables":{"baseUrl":{"default":"http://HOST","description":"x"}},"methods":[{"key":"k","title":"K","kind":"API_KEY",
	"fields":{"token":{"label":"Token","viewClass":"PasswordFieldView","required":true},"note":{"label":"Region","viewClass":"TextFieldView","secret":false}},
	"hosts":["{{baseUrl}}"],"verification":{"protocol":"http","source":"https://example.com","request":{"method":"GET","url":"{{baseUrl}}/me","headers":{"x":"{{token}}"}},
	"accept":{"status":[200]},"reject":{"status":[401]}}}]}`

// openVault opens a vault on the store whose catalog is the descriptor, if any, with HOST replaced.
func openVault(t *testing.T, st *store.Store, dir, text, host string) (*vault.Vault, models.Caller) {
	t.Helper()
	ctx := context.Background()
	files := fstest.MapFS{}
	if text != "" {
		files["thing/component.json"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "HOST", host))}
	}
	components, err := catalog.Load(files, noOverride)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.OpenKey(ctx, st, filepath.Join(dir, "keyward.key"))
	if err != nil {
		t.Fatal(err)
	}
	allow, _ := egress.ParseRanges("127.0.0.0/8")
	v, err := vault.Open(ctx, vault.Config{
		Store: st, Key: key, Catalog: components, Verifiers: verifiers.New(egress.New(allow), nil, slog.Default()), Override: noOverride,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := v.EnsureWorkspace(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return v, models.Caller{ID: "t", WorkspaceID: w.ID, Role: models.RoleOwner}
}

func noOverride(string) (string, bool) { return "", false }

func field(key, value string) vault.Field {
	return vault.Field{Key: key, Value: models.NewFieldValue(value)}
}

// A credential keeps the descriptor it was made with. When a newer one sends secrets elsewhere, an edit wants them typed
// again; when the component retires, its credentials stay, and no new ones are made.
func TestVault_keeps_descriptors(t *testing.T) {
	for _, dialect := range gatewaytest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			ctx := context.Background()
			var asked []string
			serve := func(name string) string {
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked = append(asked, name) }))
				t.Cleanup(s.Close)
				return strings.TrimPrefix(s.URL, "http://")
			}
			first, second := serve("first"), serve("second")
			d := gatewaytest.NewDatabase(t, dialect)
			st, err := store.Open(ctx, store.Config{URL: d.URL, DataDir: d.DataDir})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = st.Close() })

			v, caller := openVault(t, st, d.DataDir, descriptor, first)
			c, err := v.Create(ctx, caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "t"), field("note", "eu")}})
			if err != nil {
				t.Fatal(err)
			}

			v, caller = openVault(t, st, d.DataDir, descriptor, second) // a new version with other hosts
			if _, _, err := v.Verify(ctx, caller, c.ID); err != nil || asked[len(asked)-1] != "first" {
				t.Errorf("the stored descriptor is not the one used: %v, %v", asked, err)
			}
			_, err = v.Update(ctx, caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("note", "us")}})
			if e, ok := errors.AsType[*models.ValidationError](err); !ok || e.Issues[0].Path[1] != "token" {
				t.Errorf("the secret followed the new hosts: %v, %v", err, asked)
			}
			moved, err := v.Update(ctx, caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("note", "us"), field("token", "t")}})
			if err != nil || asked[len(asked)-1] != "second" || moved.ComponentVersion == c.ComponentVersion {
				t.Errorf("typed again: %v, %v", err, asked)
			}

			v, caller = openVault(t, st, d.DataDir, "", "") // the folder is gone
			page, err := v.Components(ctx, caller, vault.ComponentFilter{}, models.PageArgs{First: 10})
			if err != nil || len(page.Items) != 1 || !page.Items[0].Retired || page.Items[0].Title != "Thing" {
				t.Errorf("%+v, %v", page, err)
			}
			if m, err := v.MethodOf(ctx, &moved); err != nil || m.Key != "k" {
				t.Errorf("%+v, %v", m, err)
			}
			if _, _, err := v.Verify(ctx, caller, c.ID); err != nil {
				t.Error(err)
			}
			_, err = v.Create(ctx, caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "t")}})
			if e, ok := errors.AsType[*models.ValidationError](err); !ok || !strings.Contains(e.Error(), "retired") {
				t.Errorf("a new one: %v", err)
			}
			if err := v.Delete(ctx, caller, c.ID, nil); err != nil {
				t.Error(err)
			}
			if page, err = v.Components(ctx, caller, vault.ComponentFilter{}, models.PageArgs{First: 10}); err != nil || len(page.Items) != 0 {
				t.Errorf("nobody needs it any more: %+v, %v", page, err)
			}
		})
	}
}

// A row whose ciphertext was swapped with another's doesn't open.
func TestVault_opens_no_swapped_row(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		ctx := context.Background()
		c := g.Client(t, models.RoleOwner)
		caller := models.Caller{ID: "t", WorkspaceID: g.Workspace, Role: models.RoleOwner}
		a, b := c.Petstore(t, "a"), c.Petstore(t, "b")
		one, err := g.Vault.Credential(ctx, caller, a)
		if err != nil {
			t.Fatal(err)
		}
		two, err := g.Vault.Credential(ctx, caller, b)
		if err != nil {
			t.Fatal(err)
		}
		one.Shown, one.Sealed = two.Shown, two.Sealed
		err = g.Store.Save(ctx, func(tx *store.Tx) error {
			_, err := tx.UpdateCredential(ctx, &one, one.Version, one.SecretRevision)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := g.Vault.Verify(ctx, caller, a); err == nil {
			t.Error("the swapped values opened")
		}
		if _, err := g.Vault.Shown(ctx, caller, &one); err == nil {
			t.Error("the swapped fields opened")
		}
		if one.KeyID == 0 || one.KeyID != two.KeyID {
			t.Errorf("key ids %d and %d", one.KeyID, two.KeyID)
		}
	})
}
