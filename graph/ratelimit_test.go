package graph_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"keyward/graph"
	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// A caller's budget is spent by what it asks, and tells how far it goes.
func TestRateLimit(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleRuntime)
	ask := func(more string) (cost, remaining int) {
		t.Helper()
		query := `{ rateLimit { limit cost remaining resetAt } ` + more + `}`
		data := c.Must(t, query, nil)
		reset, err := time.Parse(time.RFC3339, data.Text("rateLimit.resetAt"))
		if data.Int("rateLimit.limit") != 60_000_000 || err != nil || time.Until(reset) > time.Minute {
			t.Errorf("%v, %v", data, err)
		}
		return data.Int("rateLimit.cost"), data.Int("rateLimit.remaining")
	}
	small, _ := ask("")
	large, left := ask(strings.Repeat("__typename ", 100))
	if body := len(`__typename `) * 100; small < 100 || large < small+body || large > small+body+200 || left > 60_000_000 || left < 59_000_000 {
		t.Errorf("%d points, then %d; %d left", small, large, left)
	}
}

func TestRateLimit_refuses_who_has_spent_all(t *testing.T) {
	d := NewDatabase(t, "sqlite")
	d.Limits = func(l *graph.Limits) { l.CostPerMinute = 3_000 }
	g := New(t, d)
	for name, spending := range map[string]struct {
		body string
		runs bool // it is executed as long as the budget lasts
	}{
		"queries":                       {`{"query":"{ viewer { id } }"}`, true},
		"invalid documents":             {`{"query":"{ nope }"}`, false},
		"documents that are no GraphQL": {`{"query":"{"}`, false},
		"too costly ones":               {`{"query":"{ flows(first: 100) { nodes { steps { credential { flows(first: 100) { nodes { id } } } } } } }"}`, false},
		"broken JSON":                   {`{"query`, false},
		"large bodies":                  {`{"query":"{ nope }","variables":{"x":"` + strings.Repeat("x", 1000) + `"}}`, false},
		"mutations":                     {`{"query":"mutation { createFlow(input: {name: \"F\", steps: []}) { __typename } }"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			workspace := g.NewWorkspace(t, name)
			c := g.ClientOf(t, workspace, models.RoleOwner)
			times := 0
			for ; times < 40; times++ {
				response, body := post(t, c, spending.body)
				if response.StatusCode != 429 {
					if spending.runs != (response.StatusCode == 200 && strings.Contains(body, `"data"`)) {
						t.Fatalf("%d %s", response.StatusCode, body)
					}
					continue
				}
				var answer Response
				if err := json.Unmarshal([]byte(body), &answer); err != nil || len(answer.Errors) != 1 || answer.Code() != "RATE_LIMITED" || answer.Data != nil {
					t.Fatalf("%v %s", err, body)
				}
				seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
				ms, _ := answer.Errors[0].Extensions["retryAfterMs"].(float64)
				if err != nil || seconds < 1 || seconds > 60 || ms <= float64(seconds-1)*1000 || ms > float64(seconds)*1000 {
					t.Errorf("Retry-After %q, retryAfterMs %v", response.Header.Get("Retry-After"), ms)
				}
				break
			}
			if times == 0 || times >= 30 { // each costs 100 at least
				t.Errorf("refused after %d", times)
			}
			if name == "mutations" {
				page, err := g.Vault.Flows(t.Context(), models.Caller{WorkspaceID: workspace, Role: models.RoleViewer}, models.FlowFilter{}, models.PageArgs{First: 100})
				if err != nil || len(page.Items) != times {
					t.Errorf("%d were answered, %d were made (%v)", times, len(page.Items), err)
				}
			}
			if other := g.ClientOf(t, g.Workspace, models.RoleOwner).Do(t, `{ viewer { id } }`, nil); other.Status != 200 {
				t.Errorf("another caller: %d %s", other.Status, other.Raw)
			}
		})
	}
}

// What an operation asks for costs, not only what it says.
func TestRateLimit_counts_complexity(t *testing.T) {
	d := NewDatabase(t, "sqlite")
	d.Limits = func(l *graph.Limits) { l.CostPerMinute = 3_000 }
	c := New(t, d).Client(t, models.RoleOwner)
	const query = `{ credentials(first: 100) { nodes { id name status version createdAt updatedAt lastUsedAt grantedScopes } } }` // about 1,100 points
	for i, want := range []string{"", "", "RATE_LIMITED"} {
		if response := c.Do(t, query, nil); response.Code() != want {
			t.Errorf("%d: %d %s", i, response.Status, response.Raw)
		}
	}
}
