package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// told is an event in short: action, outcome, what it was done to and what else it says.
type told struct{ action, outcome, target, related, detail string }

func (c auditor) events(t *testing.T, filter Vars) []told {
	t.Helper()
	data := c.Must(t, AuditEvents, Vars{"filter": filter})
	list := make([]told, data.Len("auditEvents.nodes"))
	for i := range list {
		at := fmt.Sprintf("auditEvents.nodes.%d.", i)
		list[len(list)-1-i] = told{data.Text(at + "action"), data.Text(at + "outcome"), data.Text(at + "targetId"), data.Text(at + "relatedId"), data.Text(at + "detail")}
		if data.Text(at+"at") == "" || data.Text(at+"actor.name") == "" || data.Text(at+"targetId") == "" {
			t.Errorf("not whole: %v", data.At(strings.TrimSuffix(at, ".")))
		}
	}
	return list
}

// auditor reads the audit.
type auditor struct{ *Client }

// Everything that is done leaves its event, and so do values that a service rejects.
func TestAudit(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := auditor{g.Owner(t)}
		since := time.Now()
		c := owner.Petstore(t, "C")
		spare := owner.Petstore(t, "spare")
		flow := owner.Flow(t, "F", c)
		input := func(operation string, in Vars) Object { return owner.Must(t, operation, Vars{"input": in}) }
		key := func(value string) []Vars { return []Vars{{"key": "apiKey", "value": value}} }

		input(CreateCredential, Vars{"componentId": "cmp_petstore", "name": "typo", "fields": key("wrong")})
		input(CreateCredential, Vars{"componentId": "cmp_petstore", "name": "no fields", "fields": []Vars{}})
		input(CheckCredential, Vars{"componentId": "cmp_petstore", "fields": key("wrong")})
		input(UpdateCredential, Vars{"id": spare, "expectedVersion": 1, "name": "renamed", "tags": []string{"t"}})
		input(UpdateCredential, Vars{"id": spare, "expectedVersion": 2, "name": "renamed"}) // nothing changes
		input(VerifyCredential, Vars{"id": c})
		owner.Activate(t, flow)
		owner.Activate(t, flow) // it is active already
		input(DeleteCredential, Vars{"id": c})
		input(ReplaceCredential, Vars{"fromId": c, "toId": spare})
		input(LinkCredential, Vars{"flowId": flow, "stepKey": "pets", "credentialId": nil})
		input(DeactivateFlow, Vars{"id": flow})
		input(LinkCredential, Vars{"flowId": flow, "stepKey": "pets", "credentialId": nil})
		input(LinkCredential, Vars{"flowId": flow, "stepKey": "pets", "credentialId": c})
		input(UpdateFlow, Vars{"id": flow, "expectedVersion": 4, "name": "G"})
		input(DeleteFlow, Vars{"id": flow})
		input(DeleteCredential, Vars{"id": c})
		token := input(CreateAPIToken, Vars{"name": "T", "role": "VIEWER"}).Text("createApiToken.apiToken.id")
		input(RevokeAPIToken, Vars{"id": token})
		ada := owner.Joined(t, g, "Ada", models.RoleViewer)
		adas := ada.Must(t, `{ viewer { id } }`, nil).Text("viewer.id")
		input(UpdateMember, Vars{"id": adas, "role": "EDITOR"})
		ada.Post(t, "/sign-out", Vars{})
		input(RemoveMember, Vars{"id": adas})

		want := []told{
			{"CREDENTIAL_CREATED", "DONE", c, "cmp_petstore", "ACCEPTED"},
			{"CREDENTIAL_CREATED", "DONE", spare, "cmp_petstore", "ACCEPTED"},
			{"FLOW_CREATED", "DONE", flow, "", ""},
			{"CREDENTIAL_CREATED", "REFUSED", "cmp_petstore", "", "VERIFICATION_FAILED REJECTED AUTH_REJECTED"},
			{"CREDENTIAL_CHECKED", "DONE", "cmp_petstore", "", "REJECTED AUTH_REJECTED"},
			{"CREDENTIAL_UPDATED", "DONE", spare, "", "name, tags"},
			{"CREDENTIAL_VERIFIED", "DONE", c, "", "ACCEPTED"},
			{"FLOW_ACTIVATED", "DONE", flow, "", ""},
			{"CREDENTIAL_REPLACED", "DONE", c, spare, "flows: 1"},
			{"FLOW_DEACTIVATED", "DONE", flow, "", ""},
			{"CREDENTIAL_UNLINKED", "DONE", spare, flow, "step pets"},
			{"CREDENTIAL_LINKED", "DONE", c, flow, "step pets"},
			{"FLOW_UPDATED", "DONE", flow, "", "name"},
			{"FLOW_DELETED", "DONE", flow, "", ""},
			{"CREDENTIAL_DELETED", "DONE", c, "", ""},
			{"TOKEN_CREATED", "DONE", token, "", "VIEWER"},
			{"TOKEN_REVOKED", "DONE", token, "", ""},
		}
		got := owner.events(t, Vars{"since": since})
		for i, event := range want {
			if i >= len(got) || got[i] != event {
				t.Fatalf("event %d:\n%v instead of\n%v\nof %v", i, slices.Concat(got, make([]told, i+1))[i], event, got)
			}
		}
		var actions []string
		for _, event := range got[len(want):] {
			actions = append(actions, event.action+" "+event.detail)
		}
		if people := []string{
			"INVITATION_CREATED VIEWER", "MEMBER_ADDED VIEWER", "INVITATION_ACCEPTED VIEWER", "SESSION_STARTED by invitation", "MEMBER_UPDATED VIEWER to EDITOR",
			"SESSION_ENDED signed out", "MEMBER_REMOVED EDITOR",
		}; !slices.Equal(actions, people) {
			t.Errorf("%q instead of %q", actions, people)
		}
	})
}

// An event names who, in which request and from where; lists can be narrowed and paged; nobody but an owner sees them.
func TestAudit_list(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := auditor{g.Client(t, models.RoleOwner)}
		other := g.Client(t, models.RoleEditor)
		me, editor := owner.Must(t, `{ viewer { id } }`, nil).Text("viewer.id"), other.Must(t, `{ viewer { id } }`, nil).Text("viewer.id")
		c, d := owner.Petstore(t, "C"), other.Petstore(t, "D")
		flow := other.Flow(t, "F", d)
		event := owner.Must(t, AuditEvents, Vars{"filter": Vars{"targetId": c}})
		if event.Int("auditEvents.totalCount") != 1 || event.Text("auditEvents.nodes.0.actor.id") != me || event.Text("auditEvents.nodes.0.actor.kind") != "API_TOKEN" ||
			event.Text("auditEvents.nodes.0.targetName") != "C" || event.Text("auditEvents.nodes.0.address") != "127.0.0.1" {
			t.Errorf("%v", event)
		}
		if id := event.Text("auditEvents.nodes.0.requestId"); id == "" || !strings.Contains(g.Log.String(), id) {
			t.Errorf("the request id %q is not in the log", id)
		}
		for name, filter := range map[string]Vars{
			"2 by the editor": {"actorId": editor}, "2 of that action": {"actions": []string{"CREDENTIAL_CREATED"}},
			"1 about the flow": {"targetId": flow}, "0 in the future": {"since": time.Now().Add(time.Hour)}, "0 before": {"until": time.Now().Add(-time.Hour)},
			"0 refused": {"outcome": "REFUSED"}, "0 of nobody": {"actorId": "nobody"},
		} {
			if got := len(owner.events(t, filter)); fmt.Sprint(got) != name[:1] {
				t.Errorf("%s: %d", name, got)
			}
		}
		var seen []string
		after := any(nil)
		for range 20 {
			page := owner.Must(t, `query($after: String) { auditEvents(first: 1, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`, Vars{"after": after})
			seen = append(seen, page.Text("auditEvents.nodes.0.id"))
			if after = page.Text("auditEvents.pageInfo.endCursor"); page.At("auditEvents.pageInfo.hasNextPage") == false {
				break
			}
		}
		if all := owner.Must(t, AuditEvents, nil); len(seen) != all.Int("auditEvents.totalCount") || !slices.IsSortedFunc(seen, func(a, b string) int { return strings.Compare(b, a) }) {
			t.Errorf("%d pages for %d events", len(seen), all.Int("auditEvents.totalCount"))
		}
		theirs := auditor{g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)}
		if got := theirs.events(t, Vars{"targetId": c}); len(got) != 0 {
			t.Errorf("another workspace sees %v", got)
		}
	})
}

// What can't be recorded is not done: both are one transaction.
func TestAudit_is_part_of_what_it_tells(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Client(t, models.RoleOwner)
		c := owner.Petstore(t, "C")
		flow := owner.Flow(t, "F", c)
		link := owner.Flow(t, "G", c)
		if _, err := g.SQL(t).Exec("ALTER TABLE audit_events RENAME TO gone"); err != nil {
			t.Fatal(err)
		}
		dump := func() string {
			t.Helper()
			var text string
			for _, table := range []string{"credentials", "flows", "flow_steps", "verifications", "api_tokens", "invitations", "memberships", "workspaces", "sessions"} {
				text += table + fmt.Sprintln(Rows(t, g.SQL(t), "SELECT * FROM "+table))
			}
			return text
		}
		owner.Do(t, `{ viewer { id } }`, nil) // whose time of last use is noted now
		before := dump()
		for operation, in := range map[string]Vars{
			CreateCredential: {"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}},
			UpdateCredential: {"id": c, "expectedVersion": 1, "name": "X"}, DeleteFlow: {"id": flow}, ActivateFlow: {"id": flow},
			LinkCredential: {"flowId": link, "stepKey": "pets", "credentialId": nil}, VerifyCredential: {"id": c},
			CreateFlow: {"name": "H", "steps": []Vars{}}, UpdateFlow: {"id": flow, "expectedVersion": 1, "name": "X"},
			CreateAPIToken: {"name": "T", "role": "OWNER"}, CreateInvitation: {"role": "OWNER"},
			`mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { __typename } }`: {"name": "X"},
		} {
			if response := owner.Do(t, operation, Vars{"input": in}); response.Code() != "INTERNAL" {
				t.Errorf("done without its event: %s", response.Raw)
			}
		}
		if after := dump(); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}

// The database itself keeps events as they are.
func TestAudit_is_append_only(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		g.Client(t, models.RoleOwner).Petstore(t, "C")
		for _, statement := range []string{"UPDATE audit_events SET actor_name = 'x'", "DELETE FROM audit_events"} {
			if _, err := g.SQL(t).Exec(statement); err == nil || !strings.Contains(err.Error(), "never changed or deleted") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}
