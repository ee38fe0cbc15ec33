package auth_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

func TestInvitation(t *testing.T) {
	eachTimed(t, func(t *testing.T, g *Gateway, c *clock) {
		owner := g.Owner(t)
		data := owner.Must(t, CreateInvitation, Vars{"input": Vars{"role": "EDITOR", "note": "for Ada"}})
		link, id := data.Text("createInvitation.link"), data.Text("createInvitation.invitation.id")
		token := TokenOf(link)
		if want := g.URL + "/invitation#" + token; link != want || token == "" {
			t.Errorf("the link's parts are others: %d characters", len(link))
		}
		open := owner.Must(t, `{ invitations { totalCount nodes { id role note invitedBy } } }`, nil)
		if open.Int("invitations.totalCount") != 1 || open.Text("invitations.nodes.0.id") != id || open.Text("invitations.nodes.0.note") != "for Ada" {
			t.Errorf("%v", open)
		}
		ada := g.Stranger(t)
		status, shown, _ := ada.Post(t, "/invitation", Vars{"token": token})
		if status != http.StatusOK || shown.Text("workspace") != "My workspace" || shown.Text("role") != "EDITOR" || shown.At("needsName") != true || shown.Text("as") != "" {
			t.Errorf("%d %v", status, shown)
		}
		if status, _, _ := ada.Post(t, "/invitation", Vars{"token": token, "accept": true, "name": " \u202e"}); status != http.StatusBadRequest {
			t.Errorf("without a name: %d", status)
		}
		if status, answer, _ := ada.Post(t, "/invitation", Vars{"token": token, "accept": true, "name": "Ada"}); status != http.StatusOK {
			t.Fatalf("%d %v", status, answer)
		}
		viewer := ada.Must(t, whoAmI, nil)
		if viewer.Text("viewer.name") != "Ada" || viewer.Text("viewer.role") != "EDITOR" || viewer.Text("viewer.workspace.id") != g.Workspace {
			t.Errorf("%v", viewer)
		}
		refused := func(name, token string) {
			t.Helper()
			if status, answer, response := g.Stranger(t).Post(t, "/invitation", Vars{"token": token, "accept": true, "name": "Eve"}); status != http.StatusNotFound || len(response.Cookies()) > 0 {
				t.Errorf("%s: %d %v", name, status, answer)
			}
		}
		refused("used", token)
		refused("none", "")
		refused("an API token", owner.Token)
		taken := owner.Must(t, CreateInvitation, Vars{"input": Vars{"role": "VIEWER"}})
		back := owner.Must(t, `mutation($id: ID!) { revokeInvitation(input: {id: $id}) { __typename } }`, Vars{"id": taken.Text("createInvitation.invitation.id")})
		if back.Text("revokeInvitation.__typename") != "RevokeInvitationSuccess" {
			t.Errorf("%v", back)
		}
		refused("taken back", TokenOf(taken.Text("createInvitation.link")))
		late := owner.Must(t, CreateInvitation, Vars{"input": Vars{"role": "VIEWER", "expiresAt": c.now().Add(time.Hour)}})
		c.move(time.Hour)
		refused("expired", TokenOf(late.Text("createInvitation.link")))
		for name, input := range map[string]Vars{
			"RUNTIME": {"role": "RUNTIME"}, "past": {"role": "VIEWER", "expiresAt": c.now().Add(-time.Minute)},
			"too late": {"role": "VIEWER", "expiresAt": c.now().Add(31 * 24 * time.Hour)}, "a note of two lines": {"role": "VIEWER", "note": "a\nb"},
		} {
			if data := owner.Must(t, CreateInvitation, Vars{"input": input}); data.Text("createInvitation.__typename") != "ValidationError" {
				t.Errorf("%s: %v", name, data)
			}
		}
	})
}

// Somebody who is signed in joins as who they are; a role they have already is not lowered.
func TestInvitation_for_somebody_who_is_signed_in(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		ada := owner.Joined(t, g, "Ada", models.RoleEditor)
		id := ada.Must(t, whoAmI, nil).Text("viewer.id")
		accept := func(role models.Role) {
			t.Helper()
			link := owner.Must(t, CreateInvitation, Vars{"input": Vars{"role": role}}).Text("createInvitation.link")
			if _, shown, _ := ada.Post(t, "/invitation", Vars{"token": TokenOf(link)}); shown.Text("as") != "Ada" || shown.At("needsName") != false {
				t.Errorf("%v", shown)
			}
			if status, answer, response := ada.Post(t, "/invitation", Vars{"token": TokenOf(link), "accept": true}); status != http.StatusOK || len(response.Cookies()) > 0 {
				t.Fatalf("%d %v", status, answer)
			}
		}
		accept(models.RoleViewer)
		if viewer := ada.Must(t, whoAmI, nil); viewer.Text("viewer.role") != "EDITOR" || viewer.Text("viewer.id") != id {
			t.Errorf("%v", viewer)
		}
		accept(models.RoleOwner)
		if viewer := ada.Must(t, whoAmI, nil); viewer.Text("viewer.role") != "OWNER" || viewer.Text("viewer.id") != id {
			t.Errorf("%v", viewer)
		}
	})
}

func TestMembers(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		me := owner.Must(t, whoAmI, nil).Text("viewer.id")
		ada := owner.Joined(t, g, "Ada", models.RoleViewer)
		adas := ada.Must(t, whoAmI, nil).Text("viewer.id")
		list := owner.Must(t, `{ members(first: 1) { totalCount nodes { id name role byRule } pageInfo { hasNextPage endCursor } } }`, nil)
		rest := owner.Must(t, `query($after: String) { members(after: $after) { totalCount nodes { id name role } } }`, Vars{"after": list.Text("members.pageInfo.endCursor")})
		if list.Int("members.totalCount") != 2 || list.Text("members.nodes.0.id") != me || rest.Len("members.nodes") != 1 || rest.Text("members.nodes.0.name") != "Ada" {
			t.Errorf("%v %v", list, rest)
		}
		answer := func(c *Client, operation, name string, input Vars) string {
			t.Helper()
			return c.Must(t, operation, Vars{"input": input}).Text(name + ".__typename")
		}
		if got := answer(owner, UpdateMember, "updateMember", Vars{"id": me, "role": "EDITOR"}); got != "LastOwnerError" {
			t.Errorf("the last owner steps down: %s", got)
		}
		if got := answer(owner, RemoveMember, "removeMember", Vars{"id": me}); got != "LastOwnerError" {
			t.Errorf("the last owner leaves: %s", got)
		}
		if got := answer(owner, UpdateMember, "updateMember", Vars{"id": adas, "role": "RUNTIME"}); got != "ValidationError" {
			t.Errorf("a person with the role RUNTIME: %s", got)
		}
		if got := answer(owner, UpdateMember, "updateMember", Vars{"id": "user_0", "role": "OWNER"}); got != "NotFoundError" {
			t.Errorf("nobody: %s", got)
		}
		if response := ada.Do(t, UpdateMember, Vars{"input": Vars{"id": adas, "role": "OWNER"}}); response.Code() != "FORBIDDEN" {
			t.Errorf("a viewer makes herself an owner: %s", response.Raw)
		}
		if response := ada.Do(t, RemoveMember, Vars{"input": Vars{"id": me}}); response.Code() != "FORBIDDEN" {
			t.Errorf("a viewer removes an owner: %s", response.Raw)
		}
		// A new role holds from the next request on, and so does the end of a membership.
		if got := answer(owner, UpdateMember, "updateMember", Vars{"id": adas, "role": "OWNER"}); got != "UpdateMemberSuccess" {
			t.Errorf("%s", got)
		}
		if response := ada.Do(t, `{ members { totalCount } }`, nil); response.Code() != "" {
			t.Errorf("%s", response.Raw)
		}
		if got := answer(ada, RemoveMember, "removeMember", Vars{"id": me}); got != "RemoveMemberSuccess" {
			t.Errorf("%s", got)
		}
		if response := owner.Do(t, whoAmI, nil); response.Status != http.StatusForbidden {
			t.Errorf("taken out, and still in: %d %s", response.Status, response.Raw)
		}
		bob := ada.Joined(t, g, "Bob", models.RoleViewer)
		if got := answer(bob, RemoveMember, "removeMember", Vars{"id": bob.Must(t, whoAmI, nil).Text("viewer.id")}); got != "RemoveMemberSuccess" {
			t.Errorf("leaving: %s", got)
		}
	})
}

// Two owners who take the role from each other at once don't leave a workspace without any.
func TestMembers_keep_an_owner(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		for round := range 10 {
			first := g.Owner(t)
			second := first.Joined(t, g, fmt.Sprint("second", round), models.RoleOwner)
			ids := []string{first.Must(t, whoAmI, nil).Text("viewer.id"), second.Must(t, whoAmI, nil).Text("viewer.id")}
			var both sync.WaitGroup
			for i, c := range []*Client{first, second} {
				both.Go(func() { _, _ = c.Try(RemoveMember, Vars{"input": Vars{"id": ids[1-i]}}) })
			}
			both.Wait()
			var owners int
			if err := g.SQL(t).QueryRow("SELECT count(*) FROM memberships WHERE role = 'OWNER'").Scan(&owners); err != nil {
				t.Fatal(err)
			}
			if owners < 1 {
				t.Fatalf("round %d: no owner is left", round)
			}
			if _, err := g.SQL(t).Exec("DELETE FROM memberships"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestWorkspaces(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		made := owner.Must(t, CreateWorkspace, Vars{"input": Vars{"name": "Second"}})
		second := made.Text("createWorkspace.workspace.id")
		viewer := owner.Must(t, whoAmI, nil)
		if viewer.Text("viewer.workspace.id") != g.Workspace || viewer.Len("viewer.workspaces") != 2 || viewer.Text("viewer.workspaces.1.id") != second {
			t.Errorf("%v", viewer)
		}
		// With several workspaces and none named: reading from the first, no writing.
		const flow = `mutation { createFlow(input: {name: "F", steps: []}) { __typename } }`
		if response := owner.Do(t, `{ flows { totalCount } credentials { totalCount } members { totalCount } }`, nil); response.Data.At("flows.totalCount") == nil {
			t.Errorf("reading: %s", response.Raw)
		}
		if response := owner.Do(t, flow, nil); response.Code() != "FORBIDDEN" {
			t.Errorf("writing into none: %s", response.Raw)
		}
		inSecond := *owner
		inSecond.Workspace = second
		if data := inSecond.Must(t, flow, nil); data.Text("createFlow.__typename") != "CreateFlowSuccess" {
			t.Errorf("%v", data)
		}
		inFirst := *owner
		inFirst.Workspace = g.Workspace
		if data := inFirst.Must(t, `{ flows { totalCount } viewer { workspace { id } } }`, nil); data.Int("flows.totalCount") != 0 || data.Text("viewer.workspace.id") != g.Workspace {
			t.Errorf("%v", data)
		}
		credential := inSecond.Petstore(t, "sealed with keys of its own")
		// Strangers to a workspace, and tokens of another.
		ada := inFirst.Joined(t, g, "Ada", models.RoleOwner)
		ada.Workspace = second
		if response := ada.Do(t, whoAmI, nil); response.Status != http.StatusForbidden || response.Code() != "FORBIDDEN" {
			t.Errorf("%d %s", response.Status, response.Raw)
		}
		token := g.Client(t, models.RoleOwner)
		token.Workspace = second
		if response := token.Do(t, whoAmI, nil); response.Status != http.StatusForbidden || response.Code() != "FORBIDDEN" {
			t.Errorf("%d %s", response.Status, response.Raw)
		}
		token.Workspace = g.Workspace
		if response := token.Do(t, CreateWorkspace, Vars{"input": Vars{"name": "T"}}); response.Code() != "FORBIDDEN" {
			t.Errorf("a token makes a workspace: %s", response.Raw)
		}
		if data := inSecond.Must(t, `mutation { updateWorkspace(input: {name: "Renamed"}) { ... on UpdateWorkspaceSuccess { workspace { name } } } }`, nil); data.Text("updateWorkspace.workspace.name") != "Renamed" {
			t.Errorf("%v", data)
		}

		remove := func(c *Client, id, name string) string {
			return c.Must(t, DeleteWorkspace, Vars{"input": Vars{"id": id, "name": name}}).Text("deleteWorkspace.__typename")
		}
		busy := inSecond.Flow(t, "busy", credential)
		inSecond.Activate(t, busy)
		if got := remove(&inSecond, second, "Renamed"); got != "ValidationError" {
			t.Errorf("with an active flow: %s", got)
		}
		inSecond.Must(t, DeactivateFlow, Vars{"input": Vars{"id": busy}})
		if got := remove(&inSecond, second, "renamed"); got != "ValidationError" {
			t.Errorf("by another name: %s", got)
		}
		if got := remove(&inFirst, second, "Renamed"); got != "NotFoundError" {
			t.Errorf("from another workspace: %s", got)
		}
		if got := remove(&inSecond, second, "Renamed"); got != "DeleteWorkspaceSuccess" {
			t.Errorf("%s", got)
		}
		for _, table := range []string{"workspaces WHERE id", "keysets WHERE workspace_id", "credentials WHERE workspace_id", "flows WHERE workspace_id", "flow_steps WHERE workspace_id", "memberships WHERE workspace_id"} {
			var left int
			if err := g.SQL(t).QueryRow("SELECT count(*) FROM " + table + " = '" + second + "'").Scan(&left); err != nil || left != 0 {
				t.Errorf("%s: %d left, %v", table, left, err)
			}
		}
		if response := inSecond.Do(t, whoAmI, nil); response.Status != http.StatusForbidden {
			t.Errorf("in a destroyed workspace: %d", response.Status)
		}
		if got := remove(&inFirst, g.Workspace, "My workspace"); got != "ValidationError" {
			t.Errorf("the only workspace: %s", got)
		}
	})
}
