package runtime_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// A runtime is handed what a step of an active flow runs with; it leaves an event and the time of last use.
func TestLease(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner, runtime := g.Client(t, models.RoleOwner), g.Client(t, models.RoleRuntime)
		credential := owner.Petstore(t, "C")
		flow := owner.Flow(t, "F", credential)
		ask := func(c *Client, body any) (int, Object) {
			t.Helper()
			status, answer, response := c.Post(t, "/runtime/leases", body)
			if response.Header.Get("Cache-Control") != "no-store" || response.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%v", response.Header)
			}
			return status, answer
		}
		step := Vars{"flowId": flow, "stepKey": "pets"}
		if status, answer := ask(runtime, step); status != http.StatusNotFound || !strings.Contains(answer.Text("errors.0.message"), "not active") {
			t.Errorf("of an inactive flow: %d %v", status, answer)
		}
		owner.Activate(t, flow)
		status, answer := ask(runtime, step)
		if status != http.StatusOK || answer.Text("values.apiKey") != "secret" || answer.Text("credentialId") != credential || answer.Text("component") != "petstore" || answer.Text("authMethod") == "" {
			t.Errorf("%d, credential %s", status, answer.Text("credentialId"))
		}
		if until, err := time.Parse(time.RFC3339, answer.Text("expiresAt")); err != nil || time.Until(until) > 5*time.Minute || time.Until(until) < 4*time.Minute {
			t.Errorf("until %s", answer.Text("expiresAt"))
		}
		seen := owner.Must(t, `query($id: ID!) { credential(id: $id) { lastUsedAt version } auditEvents(filter: {actions: [SECRET_READ]}) { nodes { outcome actor { kind name } targetId relatedId detail } } }`, Vars{"id": credential})
		if seen.Text("credential.lastUsedAt") == "" || seen.Int("credential.version") != 1 || seen.Len("auditEvents.nodes") != 1 ||
			seen.Text("auditEvents.nodes.0.targetId") != credential || seen.Text("auditEvents.nodes.0.relatedId") != flow || seen.Text("auditEvents.nodes.0.actor.name") != "test RUNTIME" {
			t.Errorf("%v", seen)
		}
		// Reading a secret is a right of its own: no managing role holds it.
		for _, role := range []models.Role{models.RoleOwner, models.RoleEditor, models.RoleViewer} {
			if status, answer := ask(g.Client(t, role), step); status != http.StatusForbidden || answer.At("values") != nil {
				t.Errorf("%s: %d", role, status)
			}
		}
		if status, answer := ask(g.Owner(t), step); status != http.StatusForbidden || answer.At("values") != nil {
			t.Errorf("a signed-in owner: %d", status)
		}
		if status, answer := ask(&Client{URL: g.URL}, step); status != http.StatusUnauthorized || answer.At("values") != nil {
			t.Errorf("nobody: %d", status)
		}
		stranger := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleRuntime)
		theirs, nobodys := first(ask(stranger, step)), first(ask(stranger, Vars{"flowId": "flow_0", "stepKey": "pets"}))
		if theirs != http.StatusNotFound || theirs != nobodys {
			t.Errorf("another workspace's: %d, nobody's: %d", theirs, nobodys)
		}
		for name, body := range map[string]any{
			"an unknown step": Vars{"flowId": flow, "stepKey": "x"}, "NUL": Vars{"flowId": flow + "\x00", "stepKey": "pets"},
			"long": Vars{"flowId": strings.Repeat("x", 2000), "stepKey": "pets"},
		} {
			if status, _ := ask(runtime, body); status != http.StatusNotFound {
				t.Errorf("%s: %d", name, status)
			}
		}
		for name, body := range map[string]any{"a list": []any{step}, "another key": Vars{"flowId": flow, "stepKey": "pets", "x": 1}, "a number": 7, "nothing": Vars{}} {
			if status, _ := ask(runtime, body); status != http.StatusBadRequest {
				t.Errorf("%s: %d", name, status)
			}
		}
		if text := g.Log.String(); strings.Contains(text, `"secret"`) {
			t.Error("the secret is in the log")
		}
	})
}

func first(status int, _ Object) int { return status }

// A lease that finds nothing in memory takes no second connection inside its transaction: as many leases at once as the pool has
// connections would wait for each other.
func TestLease_takes_one_connection(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			owner := New(t, d).Client(t, models.RoleOwner)
			component := owner.Import(t, "acme", `{"title": "Acme", "credentials": {"fields": {"apiKey": {"label": "API key", "viewClass": "PasswordFieldView"}}}}`)
			made := owner.Must(t, CreateCredential, Vars{"input": Vars{"componentId": component, "saveUnverified": true, "fields": []Vars{{"key": "apiKey", "value": "k-1"}}}})
			flow := owner.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{{"key": "s", "componentId": component, "credentialId": made.Text("createCredential.credential.id")}}}}).Text("createFlow.flow.id")
			owner.Activate(t, flow)
			d.Connections = 1
			runtime := New(t, d).Client(t, models.RoleRuntime)
			began := time.Now()
			status, answer, _ := runtime.Post(t, "/runtime/leases", Vars{"flowId": flow, "stepKey": "s"})
			if status != http.StatusOK || answer.Text("values.apiKey") != "k-1" || answer.Text("component") != "acme" {
				t.Errorf("%d %v after %s", status, answer, time.Since(began).Round(time.Second))
			}
		})
	}
}

// A credential that went bad is not handed out.
func TestLease_refuses_a_rejected_credential(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	owner, runtime := g.Client(t, models.RoleOwner), g.Client(t, models.RoleRuntime)
	credential := owner.Petstore(t, "C")
	flow := owner.Flow(t, "F", credential)
	owner.Activate(t, flow)
	if _, err := g.SQL(t).Exec("UPDATE credentials SET status = 'REJECTED'"); err != nil {
		t.Fatal(err)
	}
	status, answer, _ := runtime.Post(t, "/runtime/leases", Vars{"flowId": flow, "stepKey": "pets"})
	if status != http.StatusConflict || answer.Text("errors.0.extensions.code") != "FLOW_NOT_ACTIVATABLE" || answer.At("values") != nil {
		t.Errorf("%d %v", status, answer.Text("errors.0.extensions.code"))
	}
	refused := owner.Must(t, AuditEvents, Vars{"filter": Vars{"actions": []string{"SECRET_READ"}}})
	if refused.Text("auditEvents.nodes.0.outcome") != "REFUSED" || refused.Text("auditEvents.nodes.0.targetId") != credential {
		t.Errorf("%v", refused)
	}
}
