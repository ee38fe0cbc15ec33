package gatewaytest_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// call is one side of a race.
type call struct {
	operation string
	vars      Vars
}

// race is two operations sent at the same moment to two gateways over one database.
type race struct {
	name   string
	rounds int // on PostgreSQL; SQLite, which has one writer at a time, gets a fifth
	// prepare makes what a round is about.
	prepare func(t *testing.T, c *Client, name string) [2]call
	// ends are how the two may end, "first/second". Each has to be seen, or the two never met.
	ends []string
	// withoutConstraints takes away what stands behind the rules, so that only they are left.
	withoutConstraints bool
}

// Whatever two gateways do at the same moment: never an active flow without its credential, never both and never
// neither, and nobody is told of a deadlock.
func TestRace(t *testing.T) {
	for _, r := range races {
		for _, dialect := range Dialects {
			if r.withoutConstraints && dialect == "sqlite" {
				continue // SQLite can't drop them
			}
			t.Run(r.name+"/"+dialect, func(t *testing.T) {
				t.Parallel()
				r.run(t, dialect)
			})
		}
	}
}

var races = []race{
	{name: "delete against activate", rounds: 1000, prepare: deleteAgainstActivate, ends: []string{
		"DeleteCredentialSuccess/FlowNotActivatableError", "CredentialInUseError/ActivateFlowSuccess",
	}},
	{name: "delete against activate, by the rules alone", rounds: 200, withoutConstraints: true, prepare: deleteAgainstActivate, ends: []string{
		"DeleteCredentialSuccess/FlowNotActivatableError", "CredentialInUseError/ActivateFlowSuccess",
	}},
	{name: "delete of two against activate", rounds: 200, prepare: deleteTwoAgainstActivate, ends: []string{
		"DeleteCredentialsSuccess/FlowNotActivatableError", "CredentialsInUseError/ActivateFlowSuccess",
	}},
	{name: "delete of two against activate, by the rules alone", rounds: 200, withoutConstraints: true, prepare: deleteTwoAgainstActivate, ends: []string{
		"DeleteCredentialsSuccess/FlowNotActivatableError", "CredentialsInUseError/ActivateFlowSuccess",
	}},
	{name: "unlink against activate", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		flow := c.Flow(t, name, c.Petstore(t, name))
		return [2]call{link(flow, nil), {ActivateFlow, Vars{"id": flow}}}
	}, ends: []string{"LinkCredentialSuccess/FlowNotActivatableError", "FlowNotActivatableError/ActivateFlowSuccess"}},
	{name: "link against activate", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		flow, credential := emptyFlow(t, c, name), c.Petstore(t, name)
		return [2]call{link(flow, credential), {ActivateFlow, Vars{"id": flow}}}
	}, ends: []string{"LinkCredentialSuccess/FlowNotActivatableError", "LinkCredentialSuccess/ActivateFlowSuccess"}},
	{name: "link against delete", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		credential := c.Petstore(t, name)
		flow := c.Flow(t, name, c.Petstore(t, name+" now"))
		c.Activate(t, flow)
		return [2]call{link(flow, credential), deletion(credential)}
	}, ends: []string{"LinkCredentialSuccess/CredentialInUseError", "NotFoundError/DeleteCredentialSuccess"}},
	{name: "replace against delete of the replacement", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		from, to := c.Petstore(t, name), c.Petstore(t, name+" new")
		c.Activate(t, c.Flow(t, name, from))
		return [2]call{{ReplaceCredential, Vars{"fromId": from, "toId": to}}, deletion(to)}
	}, ends: []string{"ReplaceCredentialSuccess/CredentialInUseError", "NotFoundError/DeleteCredentialSuccess"}},
	{name: "replace against delete of the replaced", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		from, to := c.Petstore(t, name), c.Petstore(t, name+" new")
		c.Activate(t, c.Flow(t, name, from))
		return [2]call{{ReplaceCredential, Vars{"fromId": from, "toId": to}}, deletion(from)}
	}, ends: []string{"ReplaceCredentialSuccess/CredentialInUseError", "ReplaceCredentialSuccess/DeleteCredentialSuccess"}},
	{name: "updateFlow against delete", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		credential := c.Petstore(t, name)
		flow := c.Flow(t, name, c.Petstore(t, name+" now"))
		c.Activate(t, flow)
		return [2]call{{UpdateFlow, Vars{"id": flow, "expectedVersion": 1, "steps": steps(credential)}}, deletion(credential)}
	}, ends: []string{"UpdateFlowSuccess/CredentialInUseError", "NotFoundError/DeleteCredentialSuccess"}},
	{name: "deactivate against delete", rounds: 200, prepare: func(t *testing.T, c *Client, name string) [2]call {
		credential := c.Petstore(t, name)
		flow := c.Flow(t, name, credential)
		c.Activate(t, flow)
		return [2]call{{DeactivateFlow, Vars{"id": flow}}, deletion(credential)}
	}, ends: []string{"DeactivateFlowSuccess/CredentialInUseError", "DeactivateFlowSuccess/DeleteCredentialSuccess"}},
}

func deleteAgainstActivate(t *testing.T, c *Client, name string) [2]call {
	credential := c.Petstore(t, name)
	flow := c.Flow(t, name, credential)
	return [2]call{deletion(credential), {ActivateFlow, Vars{"id": flow}}}
}

func deleteTwoAgainstActivate(t *testing.T, c *Client, name string) [2]call {
	free, credential := c.Petstore(t, name+" free"), c.Petstore(t, name)
	flow := c.Flow(t, name, credential)
	return [2]call{{DeleteCredentials, Vars{"ids": []string{free, credential}}}, {ActivateFlow, Vars{"id": flow}}}
}

func deletion(credential string) call { return call{DeleteCredential, Vars{"id": credential}} }

func link(flow string, credential any) call {
	return call{LinkCredential, Vars{"flowId": flow, "stepKey": "pets", "credentialId": credential}}
}

func steps(credential any) []Vars {
	return []Vars{{"key": "pets", "componentId": "cmp_petstore", "credentialId": credential}}
}

func emptyFlow(t *testing.T, c *Client, name string) string {
	t.Helper()
	return c.Must(t, CreateFlow, Vars{"input": Vars{"name": name, "steps": steps(nil)}}).Text("createFlow.flow.id")
}

func (r race) run(t *testing.T, dialect string) {
	d := NewDatabase(t, dialect)
	if d.URL != "" {
		d.URL += "&synchronous_commit=off" // who sees what, and when, stays the same; only the waiting for the disk goes
	}
	gateways := [2]*Client{New(t, d).Client(t, models.RoleOwner), New(t, d).Client(t, models.RoleOwner)}
	db := d.SQL(t)
	if r.withoutConstraints {
		dropConstraints(t, db)
	}
	rounds := r.rounds
	if dialect == "sqlite" {
		rounds /= 5
	}
	seen := map[string]int{}
	took := time.Millisecond
	for round := range rounds {
		calls := r.prepare(t, gateways[round%2], fmt.Sprintf("round %d", round))
		var end string
		end, took = meet(t, gateways, calls, took)
		if seen[end]++; !slices.Contains(r.ends, end) {
			t.Fatalf("round %d ended in %s", round, end)
		}
		if n := Count(t, db, broken); n > 0 {
			t.Fatalf("round %d ended in %s and left %d broken steps", round, end, n)
		}
	}
	for _, end := range r.ends {
		if seen[end] == 0 {
			t.Errorf("the two never met: %v", seen)
		}
	}
	t.Log(rounds, "rounds:", seen)
}

// meet sends both calls and says how they ended, and how long that took. One of them starts up to that much later, so
// that over the rounds every statement of the one meets every statement of the other.
func meet(t *testing.T, gateways [2]*Client, calls [2]call, took time.Duration) (string, time.Duration) {
	t.Helper()
	var (
		ends  [2]string
		lag   [2]time.Duration
		ready sync.WaitGroup
		done  sync.WaitGroup
	)
	lag[rand.N(2)] = rand.N(min(took, 20*time.Millisecond))
	ready.Add(2)
	start := time.Now()
	for i, c := range calls {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			time.Sleep(lag[i])
			ends[i] = outcome(gateways[i].Try(c.operation, Vars{"input": c.vars}))
		})
	}
	done.Wait()
	return ends[0] + "/" + ends[1], time.Since(start)
}

// outcome is the name of the type that a mutation answered with, or what else came.
func outcome(response Response, err error) string {
	if err != nil || response.Status != http.StatusOK || len(response.Errors) > 0 {
		return fmt.Sprintf("(%d %s %v)", response.Status, response.Raw, err)
	}
	for _, answer := range response.Data {
		object, _ := answer.(map[string]any)
		name, _ := object["__typename"].(string)
		return name
	}
	return "nothing"
}

// broken counts the steps that should not be: active without what they need, linked with what is gone, or out of step
// with their flow.
const broken = `SELECT count(*) FROM flow_steps s JOIN flows f ON f.workspace_id = s.workspace_id AND f.id = s.flow_id
	WHERE (f.active AND s.needs_credential AND s.credential_id IS NULL) OR s.active <> f.active
	OR (s.credential_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM credentials c
		WHERE c.workspace_id = s.workspace_id AND c.component_id = s.component_id AND c.id = s.credential_id))`

func dropConstraints(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
		WHERE conrelid = 'flow_steps'::regclass AND contype IN ('c', 'f')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var dropped int
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(definition, "REFERENCES flows") {
			continue // it carries active over to the steps, which the rules build on
		}
		if _, err := db.ExecContext(t.Context(), "ALTER TABLE flow_steps DROP CONSTRAINT "+name); err != nil {
			t.Fatal(err)
		}
		dropped++
	}
	if err := rows.Err(); err != nil || dropped < 2 {
		t.Fatalf("dropped %d constraints: %v", dropped, err)
	}
}
