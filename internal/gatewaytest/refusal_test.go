package gatewaytest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/internal/vault"
	"keyward/models"
)

// Nobody tries values unseen by hanging up before the answer.
func TestRefusal_is_told_though_the_caller_hangs_up(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			ctx, hangUp := context.WithCancel(t.Context())
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				hangUp()
				w.WriteHeader(http.StatusForbidden)
			}))
			defer service.Close()
			d := NewDatabase(t, dialect)
			d.Overrides = map[string]string{"KEYWARD_COMPONENT_PETSTORE_BASE_URL": service.URL}
			g := New(t, d)
			_, err := g.Vault.Create(ctx, models.Operator(g.Workspace), vault.NewCredential{
				ComponentID: "cmp_petstore", Fields: []vault.Field{{Key: "apiKey", Value: models.NewFieldValue("guessed")}},
			})
			if err == nil || ctx.Err() == nil {
				t.Fatalf("hung up: %v; %v", ctx.Err(), err)
			}
			if n := Count(t, g.SQL(t), "SELECT count(*) FROM audit_events WHERE outcome = 'REFUSED'"); n != 1 {
				t.Errorf("%d refusals were recorded: %s", n, g.Log)
			}
		})
	}
}
