package vault_test

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/internal/gatewaytest"
	"keyward/internal/metrics"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// Every method that takes a caller asks for the caller's role by itself, whoever calls it.
func TestVault_asks_every_caller_for_the_role(t *testing.T) {
	g := gatewaytest.New(t, gatewaytest.NewDatabase(t, "sqlite"))
	ctx := context.Background()
	needs := map[string]models.Right{ // what isn't listed needs only reading
		"Create": models.WriteCredentials, "Update": models.WriteCredentials, "Delete": models.WriteCredentials, "DeleteAll": models.WriteCredentials, "Check": models.WriteCredentials,
		"Verify": models.WriteCredentials, "Replace": models.WriteFlows, "Link": models.WriteFlows, "CreateFlow": models.WriteFlows,
		"UpdateFlow": models.WriteFlows, "DeleteFlow": models.WriteFlows, "Activate": models.WriteFlows, "Deactivate": models.WriteFlows,
		"Lease": models.ReadSecrets, "AuditEvents": models.ReadAudit, "RenameWorkspace": models.ManageMembers, "DeleteWorkspace": models.ManageMembers,
		"CreateWorkspace": models.ManageMembers, "Authorize": models.WriteCredentials, "CompleteAuthorization": models.WriteCredentials,
		"SetOAuthClient": models.ManageClients, "DeleteOAuthClient": models.ManageClients,
		"StartVerification": models.WriteCredentials, "CancelVerification": models.WriteCredentials,
		"ImportComponent": models.ManageComponents, "DeleteComponent": models.ManageComponents, "FetchOptions": models.WriteCredentials,
	}
	// A caller may know where it is; who comes back from a provider is told nothing, and does what somebody with the right began.
	free := []string{"Workspace", "FinishAuthorization"}
	// What everybody may see, what the wiring and the jobs call, what a row tells.
	nobodys := []string{"Icon", "CallbackURL", "EnsureWorkspace", "Renew", "StatusOf", "WaitsUntil", "WorkOff"}
	v := reflect.ValueOf(g.Vault)
	tried := 0
	for i := range v.NumMethod() {
		method, name := v.Method(i), v.Type().Method(i).Name
		if method.Type().NumIn() < 2 || method.Type().In(1) != reflect.TypeFor[models.Caller]() {
			if !slices.Contains(nobodys, name) {
				t.Errorf("%s takes no caller", name)
			}
			continue
		}
		tried++
		call := func(role models.Role) error {
			if role.Holds(models.ReadComponents) { // who changes something is looked up again
				err := g.Store.Save(ctx, func(tx *store.Tx) error {
					u := models.User{ID: "t", Issuer: models.LocalIssuer, Subject: "t", CreatedAt: time.Now().UTC()}
					if err := tx.SaveUser(ctx, &u); err != nil {
						return err
					}
					return tx.SaveMembership(ctx, &models.Membership{WorkspaceID: g.Workspace, UserID: "t", Role: role, CreatedAt: u.CreatedAt})
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			args := []reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(models.Caller{Kind: models.CallerPerson, ID: "t", WorkspaceID: g.Workspace, Role: role})}
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
		need := cmp.Or(needs[name], models.ReadComponents)
		for _, role := range []models.Role{"", models.RoleRuntime, models.RoleViewer, models.RoleEditor, models.RoleOwner} {
			allowed := role.Holds(need)
			if slices.Contains(free, name) {
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
	key, err := vault.OpenKey(ctx, st, vault.KeyFile(filepath.Join(dir, "keyward.key")))
	if err != nil {
		t.Fatal(err)
	}
	allow, _ := egress.ParseRanges("127.0.0.0/8")
	v, err := vault.Open(ctx, vault.Config{
		Store: st, Key: key, Catalog: components, Verifiers: verifiers.New(egress.New(allow), nil, slog.Default()), Override: noOverride, Log: slog.Default(),
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
			if m, err := v.MethodOf(ctx, caller, &moved); err != nil || m.Key != "k" {
				t.Errorf("%+v, %v", m, err)
			}
			if _, _, err := v.Verify(ctx, caller, c.ID); err != nil {
				t.Error(err)
			}
			_, err = v.Create(ctx, caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "t")}})
			if e, ok := errors.AsType[*models.ValidationError](err); !ok || !strings.Contains(e.Error(), "retired") {
				t.Errorf("a new one: %v", err)
			}
			if _, err := v.Delete(ctx, caller, c.ID, nil); err != nil {
				t.Error(err)
			}
			if page, err = v.Components(ctx, caller, vault.ComponentFilter{}, models.PageArgs{First: 10}); err != nil || len(page.Items) != 0 {
				t.Errorf("nobody needs it any more: %+v, %v", page, err)
			}
		})
	}
}

// Without limits, nobody is refused and nothing is counted.
func TestVault_with_no_budgets(t *testing.T) {
	for _, dialect := range gatewaytest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			ctx := context.Background()
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
			t.Cleanup(s.Close)
			d := gatewaytest.NewDatabase(t, dialect)
			st, err := store.Open(ctx, store.Config{URL: d.URL, DataDir: d.DataDir})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = st.Close() })
			v, caller := openVault(t, st, d.DataDir, descriptor, strings.TrimPrefix(s.URL, "http://"))
			for range 20 {
				found, err := v.Check(ctx, caller, "cmp_thing", "k", []vault.Field{field("token", "t")}, nil)
				if err != nil || found.Outcome != models.Rejected {
					t.Fatalf("%v, %v", found, err)
				}
			}
			if n := gatewaytest.Count(t, d.SQL(t), "SELECT count(*) FROM dry_request_budgets"); n != 0 {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// What only another release knows is no label of its own.
func TestVault_counts_unknown_components_as_other(t *testing.T) {
	ctx := context.Background()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	d := gatewaytest.NewDatabase(t, "sqlite")
	st, err := store.Open(ctx, store.Config{DataDir: d.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	key, err := vault.OpenKey(ctx, st, vault.KeyFile(filepath.Join(d.DataDir, "keyward.key")))
	if err != nil {
		t.Fatal(err)
	}
	allow, _ := egress.ParseRanges("127.0.0.0/8")
	m := metrics.New("test")
	early, err := vault.Open(ctx, vault.Config{
		Store: st, Key: key, Verifiers: verifiers.New(egress.New(allow), nil, slog.Default()), Override: noOverride, Metrics: m, Log: slog.Default(),
	})
	if err != nil {
		t.Fatal(err)
	}
	late, caller := openVault(t, st, d.DataDir, descriptor, strings.TrimPrefix(s.URL, "http://"))
	c, err := late.Create(ctx, caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "t")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := early.Verify(ctx, caller, c.ID); err != nil {
		t.Fatal(err)
	}
	shown := httptest.NewRecorder()
	m.Handler().ServeHTTP(shown, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if text := shown.Body.String(); !strings.Contains(text, `keyward_dry_requests_total{component="other",outcome="ACCEPTED",reason=""} 1`) || strings.Contains(text, "thing") {
		t.Errorf("%s", text)
	}
}

// A row whose ciphertext was swapped with another's doesn't open.
func TestVault_opens_no_swapped_row(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		ctx := context.Background()
		c := g.Client(t, models.RoleOwner)
		caller := models.Caller{ID: "t", WorkspaceID: g.Workspace, Role: models.RoleOwner}
		a, b := c.Petstore(t, "a"), c.Petstore(t, "b")
		one, err := g.Store.Credential(ctx, g.Workspace, a)
		if err != nil {
			t.Fatal(err)
		}
		two, err := g.Store.Credential(ctx, g.Workspace, b)
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

// A newer descriptor calls public, or hints at, what was a secret when it was typed in: it stays one until it is typed
// again.
func TestVault_keeps_secret_what_was_typed_in_as_a_secret(t *testing.T) {
	ctx := context.Background()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	host := strings.TrimPrefix(s.URL, "http://")
	const secret = "CANARY-of-more-than-twenty-characters"
	const password = `"viewClass":"PasswordFieldView"`
	for name, specs := range map[string][2]string{
		"public":        {password, password + `,"secret":false`},
		"generated":     {password, password + `,"generated":true`},
		"a single line": {`"viewClass":"TextAreaView","secret":true,"generated":true`, password + `,"generated":true`},
	} {
		t.Run(name, func(t *testing.T) {
			d := gatewaytest.NewDatabase(t, "sqlite")
			st, err := store.Open(ctx, store.Config{DataDir: d.DataDir})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = st.Close() })
			v, caller := openVault(t, st, d.DataDir, strings.Replace(descriptor, password, specs[0], 1), host)
			c, err := v.Create(ctx, caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", secret), field("note", "eu")}})
			if err != nil {
				t.Fatal(err)
			}
			v, caller = openVault(t, st, d.DataDir, strings.Replace(descriptor, password, specs[1], 1), host)
			_, err = v.Update(ctx, caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("note", "us")}})
			if e, ok := errors.AsType[*models.ValidationError](err); !ok || e.Issues[0].Path[1] != "token" {
				t.Errorf("an edit of another field disclosed it: %v", err)
			}
			if _, err = v.Update(ctx, caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("note", "us"), field("token", secret)}}); err != nil {
				t.Error(err)
			}
		})
	}
}

// Also where the descriptor it was made with can't be read any more.
func TestVault_takes_what_it_no_longer_knows_for_a_secret(t *testing.T) {
	ctx := context.Background()
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	host := strings.TrimPrefix(s.URL, "http://")
	d := gatewaytest.NewDatabase(t, "sqlite")
	st, err := store.Open(ctx, store.Config{DataDir: d.DataDir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	v, caller := openVault(t, st, d.DataDir, strings.Replace(descriptor, `"label":"Region","viewClass":"TextFieldView","secret":false`, `"label":"Region","viewClass":"TextFieldView","secret":true`, 1), host)
	c, err := v.Create(ctx, caller, vault.NewCredential{ComponentID: "cmp_thing", Fields: []vault.Field{field("token", "t"), field("note", "CANARY")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.SQL(t).Exec(`UPDATE component_versions SET descriptor = CAST('{}' AS BLOB)`); err != nil {
		t.Fatal(err)
	}
	v, caller = openVault(t, st, d.DataDir, descriptor, host)
	_, err = v.Update(ctx, caller, vault.CredentialEdit{ID: c.ID, ExpectedVersion: 1, Fields: []vault.Field{field("token", "other")}})
	if e, ok := errors.AsType[*models.ValidationError](err); !ok || e.Issues[0].Path[1] != "note" {
		t.Errorf("an edit of another field disclosed it: %v", err)
	}
}

// A stored descriptor that this release can't read keeps nothing from starting, nor its credentials from being seen.
func TestVault_starts_with_an_unreadable_stored_descriptor(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		ctx := context.Background()
		id := g.Client(t, models.RoleOwner).Petstore(t, "one")
		if _, err := g.SQL(t).Exec(`UPDATE component_versions SET descriptor = component_versions.icon`); err != nil { // an SVG
			t.Fatal(err)
		}
		v, caller := openVault(t, g.Store, g.DataDir, "", "")
		caller.WorkspaceID = g.Workspace
		c, err := g.Store.Credential(ctx, g.Workspace, id)
		if err != nil {
			t.Fatal(err)
		}
		components, err := v.ComponentsOf(ctx, caller, []string{c.ComponentID})
		if component := components[c.ComponentID]; err != nil || component == nil || component.Title != "petstore" || !component.Retired {
			t.Errorf("%+v, %v", component, err)
		}
		if m, err := v.MethodOf(ctx, caller, &c); err != nil || m.Key != "api-key" {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err := v.Delete(ctx, caller, id, nil); err != nil {
			t.Error(err)
		}
	})
}

// An edit of the name saves nothing else: what a verification finds at the same time stays.
func TestVault_renaming_keeps_the_status_found_meanwhile(t *testing.T) {
	for _, dialect := range gatewaytest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := gatewaytest.NewDatabase(t, dialect)
			id := gatewaytest.New(t, d).Client(t, models.RoleOwner).Petstore(t, "one")
			var armed atomic.Bool
			d.Now = func() time.Time { // an edit looks at the clock between its read and its save
				if armed.CompareAndSwap(true, false) {
					if _, err := d.SQL(t).Exec(`UPDATE credentials SET status = 'REJECTED'`); err != nil {
						t.Error(err)
					}
				}
				return time.Now()
			}
			c := gatewaytest.New(t, d).Client(t, models.RoleOwner)
			armed.Store(true)
			data := c.Must(t, gatewaytest.UpdateCredential, gatewaytest.Vars{"input": gatewaytest.Vars{"id": id, "expectedVersion": 1, "name": "other"}})
			if armed.Load() || data.Text("updateCredential.credential.status") != "REJECTED" || data.Text("updateCredential.credential.name") != "other" {
				t.Errorf("%v", data)
			}
		})
	}
}

// Two gateways that start at once on one empty database make one workspace.
func TestVault_EnsureWorkspace_at_once(t *testing.T) {
	ctx := context.Background()
	for _, dialect := range gatewaytest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := gatewaytest.NewDatabase(t, dialect)
			var stores []*store.Store
			for range 2 {
				st, err := store.Open(ctx, store.Config{URL: d.URL, DataDir: d.DataDir})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = st.Close() })
				stores = append(stores, st)
			}
			var wg sync.WaitGroup
			for _, st := range stores {
				wg.Go(func() { openVault(t, st, d.DataDir, "", "") })
			}
			wg.Wait()
		})
	}
}

// Once something is sealed, no other key is made, whatever is missing.
func TestOpenKey_makes_no_second_key(t *testing.T) {
	gatewaytest.Each(t, func(t *testing.T, g *gatewaytest.Gateway) {
		elsewhere := filepath.Join(t.TempDir(), "keyward.key")
		if _, err := vault.OpenKey(context.Background(), g.Store, vault.KeyFile(elsewhere)); err == nil || !strings.Contains(err.Error(), elsewhere) {
			t.Errorf("a missing key file: %v", err)
		}
		if _, err := g.SQL(t).Exec(`DELETE FROM key_checks`); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.OpenKey(context.Background(), g.Store, vault.KeyFile(elsewhere)); err == nil || !strings.Contains(err.Error(), "backup") {
			t.Errorf("a missing check: %v", err)
		}
		if _, err := os.Stat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a key file was made: %v", err)
		}
	})
}
