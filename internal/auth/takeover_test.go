package auth_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

func typename(data Object, field string) string { return data.Text(field + ".__typename") }

// The oldest workspace is where the operator's commands and the provider's rules work: it does not become another's.
func TestWorkspaces_the_first_stays(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		owner.Must(t, CreateWorkspace, Vars{"input": Vars{"name": "Tenant B"}})
		owner.Workspace = g.Workspace
		if data := owner.Must(t, DeleteWorkspace, Vars{"input": Vars{"id": g.Workspace, "name": "My workspace"}}); typename(data, "deleteWorkspace") != "ValidationError" {
			t.Errorf("%v", data)
		}
	})
}

// A person makes so many workspaces a day and no more, whatever they delete: each has budgets of its own.
func TestWorkspaces_are_bounded(t *testing.T) {
	eachTimed(t, func(t *testing.T, g *Gateway, c *clock) {
		owner := g.Owner(t)
		owner.Workspace = g.Workspace
		create := func() (string, string) {
			c.move(time.Millisecond)
			data := owner.Must(t, CreateWorkspace, Vars{"input": Vars{"name": "W"}})
			return typename(data, "createWorkspace"), data.Text("createWorkspace.workspace.id")
		}
		for i := range 10 {
			kind, id := create()
			if kind != "CreateWorkspaceSuccess" {
				t.Fatalf("number %d: %s", i, kind)
			}
			if i%2 == 0 {
				there := *owner
				there.Workspace = id
				there.Must(t, DeleteWorkspace, Vars{"input": Vars{"id": id, "name": "W"}})
			}
		}
		if kind, _ := create(); kind != "ValidationError" {
			t.Errorf("the eleventh: %s", kind)
		}
		c.move(24 * time.Hour)
		if kind, _ := create(); kind != "CreateWorkspaceSuccess" {
			t.Errorf("a day later: %s", kind)
		}
	})
}

// What is limited can't make anything that is less so: no token, no invitation, no role, and it destroys nothing.
func TestScopes_are_not_shed(t *testing.T) {
	eachTimed(t, func(t *testing.T, g *Gateway, c *clock) {
		owner := g.Owner(t)
		member := owner.Joined(t, g, "M", models.RoleViewer).Must(t, whoAmI, nil).Text("viewer.id")
		limited := func(scopes []models.Right, ends any) *Client {
			data := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "OWNER", "scopes": scopes, "expiresAt": ends}})
			return &Client{URL: g.URL, Token: data.Text("createApiToken.token")}
		}
		hr := limited([]models.Right{models.ManageMembers}, nil)
		for _, role := range []models.Role{models.RoleOwner, models.RoleEditor, models.RoleViewer} {
			if data := hr.Must(t, CreateInvitation, Vars{"input": Vars{"role": role}}); typename(data, "createInvitation") != "ValidationError" {
				t.Errorf("it invites a %s: %v", role, typename(data, "createInvitation"))
			}
			if data := hr.Must(t, UpdateMember, Vars{"input": Vars{"id": member, "role": role}}); typename(data, "updateMember") != "ValidationError" {
				t.Errorf("it makes somebody a %s: %v", role, data)
			}
		}
		readers := limited([]models.Right{models.ManageMembers, models.ReadCredentials, models.ReadFlows}, nil)
		if data := readers.Must(t, CreateInvitation, Vars{"input": Vars{"role": "VIEWER"}}); typename(data, "createInvitation") != "CreateInvitationSuccess" {
			t.Errorf("what it holds itself: %v", data)
		}
		if response := hr.Do(t, DeleteWorkspace, Vars{"input": Vars{"id": g.Workspace, "name": "My workspace"}}); response.Code() != "FORBIDDEN" {
			t.Errorf("it destroys: %s", response.Raw)
		}
		ending := limited(nil, c.now().Add(time.Hour))
		for name, ends := range map[string]any{"never": nil, "later": c.now().Add(2 * time.Hour)} {
			if data := ending.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "VIEWER", "expiresAt": ends}}); typename(data, "createApiToken") != "ValidationError" {
				t.Errorf("a token that ends %s: %v", name, typename(data, "createApiToken"))
			}
		}
		link := ending.Must(t, CreateInvitation, Vars{"input": Vars{"role": "OWNER"}}).Text("createInvitation.link")
		c.move(time.Hour)
		if status, _, _ := g.Stranger(t).Post(t, "/invitation", Vars{"token": TokenOf(link), "accept": true, "name": "Eve"}); status != http.StatusNotFound {
			t.Errorf("its invitation outlives it: %d", status)
		}
	})
}

// A time that no database keeps is refused, and never hides a list.
func TestAPITokens_end_in_time(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		for _, at := range []string{"9999-12-31T23:59:59-23:59", "2999-12-31T23:59:59.123456789+14:00"} {
			if data := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "VIEWER", "expiresAt": at}}); typename(data, "createApiToken") != "ValidationError" {
				t.Errorf("%s: %v", at, typename(data, "createApiToken"))
			}
		}
		zoned := time.Now().Add(time.Hour).In(time.FixedZone("", 14*3600)).Format(time.RFC3339Nano)
		owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "VIEWER", "expiresAt": zoned}})
		owner.Must(t, `{ apiTokens { nodes { name expiresAt } } }`, nil)
	})
}

// begun sends the head of a request and the beginning of its body; the function that it returns sends the rest.
func begun(t *testing.T, g *Gateway, token, body string) func() (int, string) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(g.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, _ = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", token, len(body), body[:10])
	return func() (int, string) {
		_, _ = io.WriteString(conn, body[10:])
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(raw)
	}
}

// Who holds a request back until after they are revoked is revoked.
func TestRequire_looks_again_after_a_slow_body(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	owner := g.Owner(t)
	made := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "leaked", "role": "OWNER"}})
	token := made.Text("createApiToken.token")
	const persist = `{"query":"mutation { createApiToken(input: {name: \"x\", role: OWNER}) { __typename } }"}`
	slow, fine := begun(t, g, token, persist), begun(t, g, g.Client(t, models.RoleOwner).Token, persist)
	time.Sleep(300 * time.Millisecond) // both have been looked up
	owner.Must(t, RevokeAPIToken, Vars{"input": Vars{"id": made.Text("createApiToken.apiToken.id")}})
	time.Sleep(time.Second)
	if status, raw := slow(); status != http.StatusUnauthorized {
		t.Errorf("revoked meanwhile: %d %s", status, raw)
	}
	if status, raw := fine(); status != http.StatusOK || !strings.Contains(raw, "Success") {
		t.Errorf("only slow: %d", status)
	}
}

// waiting holds back what writes events, so that a transaction stays open with all its locks.
func waiting(t *testing.T, g *Gateway) (release func()) {
	t.Helper()
	block, err := g.SQL(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := block.Exec("LOCK TABLE audit_events IN EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	return func() { _ = block.Rollback() }
}

// Who is taken out while their own request waits for the lock does nothing more.
func TestMembers_who_wait_are_looked_up_again(t *testing.T) {
	g := New(t, NewDatabase(t, "postgres")) // SQLite has one writer
	owner := g.Owner(t)
	eve, bob := owner.Joined(t, g, "Eve", models.RoleOwner), owner.Joined(t, g, "Bob", models.RoleOwner)
	id := func(c *Client) string { return c.Must(t, whoAmI, nil).Text("viewer.id") }
	eves, bobs := id(eve), id(bob)
	release := waiting(t, g)
	var both sync.WaitGroup
	both.Go(func() { _, _ = owner.Try(RemoveMember, Vars{"input": Vars{"id": eves}}) })
	time.Sleep(300 * time.Millisecond)
	var late Response
	both.Go(func() { late, _ = eve.Try(RemoveMember, Vars{"input": Vars{"id": bobs}}) })
	time.Sleep(300 * time.Millisecond)
	release()
	both.Wait()
	if late.Code() != "FORBIDDEN" {
		t.Errorf("%d %s", late.Status, late.Raw)
	}
	if n := Count(t, g.SQL(t), "SELECT count(*) FROM memberships"); n != 2 {
		t.Errorf("%d members are left", n)
	}
}

// An invitation that is accepted beside a promotion does not undo it.
func TestInvitation_beside_a_promotion(t *testing.T) {
	g := New(t, NewDatabase(t, "postgres"))
	owner := g.Owner(t)
	ada := owner.Joined(t, g, "Ada", models.RoleViewer)
	adas := ada.Must(t, whoAmI, nil).Text("viewer.id")
	link := owner.Must(t, CreateInvitation, Vars{"input": Vars{"role": "EDITOR"}}).Text("createInvitation.link")
	release := waiting(t, g)
	var both sync.WaitGroup
	both.Go(func() { _, _ = owner.Try(UpdateMember, Vars{"input": Vars{"id": adas, "role": "OWNER"}}) })
	time.Sleep(300 * time.Millisecond)
	both.Go(func() { ada.Post(t, "/invitation", Vars{"token": TokenOf(link), "accept": true}) })
	time.Sleep(300 * time.Millisecond)
	release()
	both.Wait()
	if viewer := ada.Must(t, whoAmI, nil); viewer.Text("viewer.role") != "OWNER" {
		t.Errorf("%v", viewer)
	}
}

// Who is taken out, stepped down or revoked doesn't come back by an invitation of their own.
func TestInvitations_go_with_who_made_them(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		owner := g.Owner(t)
		for name, end := range map[string]func(id string){
			"taken out":    func(id string) { owner.Must(t, RemoveMember, Vars{"input": Vars{"id": id}}) },
			"stepped down": func(id string) { owner.Must(t, UpdateMember, Vars{"input": Vars{"id": id, "role": "EDITOR"}}) },
		} {
			eve := owner.Joined(t, g, "Eve", models.RoleOwner)
			link := eve.Must(t, CreateInvitation, Vars{"input": Vars{"role": "OWNER"}}).Text("createInvitation.link")
			end(eve.Must(t, whoAmI, nil).Text("viewer.id"))
			if status, _, _ := eve.Post(t, "/invitation", Vars{"token": TokenOf(link), "accept": true}); status != http.StatusNotFound {
				t.Errorf("%s: %d", name, status)
			}
		}
		made := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": "x", "role": "OWNER"}})
		link := (&Client{URL: g.URL, Token: made.Text("createApiToken.token")}).Must(t, CreateInvitation, Vars{"input": Vars{"role": "OWNER"}}).Text("createInvitation.link")
		owner.Must(t, RevokeAPIToken, Vars{"input": Vars{"id": made.Text("createApiToken.apiToken.id")}})
		if status, _, _ := g.Stranger(t).Post(t, "/invitation", Vars{"token": TokenOf(link), "accept": true, "name": "Eve"}); status != http.StatusNotFound {
			t.Errorf("a revoked token's: %d", status)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM audit_events WHERE action = 'INVITATION_REVOKED'"); n != 3 {
			t.Errorf("%d events", n)
		}
	})
}

// Two credentials in headers of one name are two callers, an empty one included.
func TestRequire_refuses_two_headers(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	token, cookie := g.Client(t, models.RoleViewer).Token, cookieOf(t, g.Owner(t))
	for name, headers := range map[string][]string{
		"an empty one first": {"", "Bearer " + token}, "an empty one last": {"Bearer " + token, ""}, "two tokens": {"Bearer " + token, "Bearer kw_x"},
	} {
		for _, withCookie := range []bool{false, true} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.URL+"/graphql", strings.NewReader(`{"query":"{ viewer { role } }"}`))
			if err != nil {
				t.Fatal(err)
			}
			request.Header["Authorization"] = slices.Clone(headers)
			request.Header.Set("Content-Type", "application/json")
			if withCookie {
				request.AddCookie(&http.Cookie{Name: "keyward", Value: cookie})
			}
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusBadRequest {
				t.Errorf("%s, with a cookie %v: %d", name, withCookie, answer.StatusCode)
			}
		}
	}
}

// Whoever hangs up has tried all the same.
func TestAudit_tells_of_those_who_hang_up(t *testing.T) {
	asked := make(chan struct{}, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		time.Sleep(200 * time.Millisecond)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(service.Close)
	d := NewDatabase(t, "sqlite")
	d.Overrides = map[string]string{"KEYWARD_COMPONENT_PETSTORE_BASE_URL": service.URL}
	g := New(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, _ = g.Client(t, models.RoleEditor).TryContext(ctx, CheckCredential, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "guess"}}}})
	for range 100 {
		if Count(t, g.SQL(t), "SELECT count(*) FROM audit_events WHERE action = 'CREDENTIAL_CHECKED'") == 1 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("there is no event")
}
