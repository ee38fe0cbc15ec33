package vault_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"keyward/internal/egress"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// A workspace's own component of the name that the operator made an exception for reaches what everybody may reach, and no more.
func TestImportComponent_gets_no_exception(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	asked := false
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	t.Cleanup(s.Close)
	st, err := store.Open(ctx, store.Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	key, err := vault.OpenKey(ctx, st, vault.KeyFile(filepath.Join(dir, "keyward.key")))
	if err != nil {
		t.Fatal(err)
	}
	loopback, err := egress.ParseRanges("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	exceptions := map[string]*egress.Guard{"sample": egress.New(loopback)}
	v, err := vault.Open(ctx, vault.Config{Store: st, Key: key, Verifiers: verifiers.New(egress.New(nil), exceptions, slog.Default()), Override: noOverride, Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	w, err := v.EnsureWorkspace(ctx)
	if err != nil {
		t.Fatal(err)
	}
	operator := models.Operator(w.ID)
	done, err := v.ImportComponent(ctx, operator, vault.NewComponent{Key: "sample", Descriptor: []byte(`{"title": "Sample", "methods": [{"key": "key", "title": "API key", "kind": "API_KEY",
		"fields": {"apiKey": {"label": "API key", "viewClass": "PasswordFieldView"}}, "verification": {"protocol": "http", "source": "https://docs.example.com",
		"request": {"method": "GET", "url": "` + s.URL + `", "headers": {"X-Key": "{{apiKey}}"}}, "accept": {"status": [200]}, "reject": [{"status": [401]}]}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	tried, err := v.Check(ctx, operator, done.Component.ID, "", []vault.Field{field("apiKey", "k")}, nil)
	if err != nil || tried.Reason != models.ReasonTargetForbidden || asked {
		t.Errorf("%+v %v, asked %t", tried, err, asked)
	}
}
