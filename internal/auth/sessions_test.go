package auth_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"keyward/internal/auth"
	. "keyward/internal/gatewaytest"
	"keyward/models"
)

const whoAmI = `{ viewer { id name kind role workspace { id } workspaces { id name } sessions { id current userAgent address } } }`

// clock is a time that tests move.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += by
}

// eachTimed runs a test on a gateway of each dialect whose time can be moved.
func eachTimed(t *testing.T, run func(t *testing.T, g *Gateway, c *clock)) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			c := &clock{}
			d := NewDatabase(t, dialect)
			d.Now = c.now
			run(t, New(t, d), c)
		})
	}
}

func TestSignIn(t *testing.T) {
	eachTimed(t, func(t *testing.T, g *Gateway, c *clock) {
		ctx, operator := context.Background(), models.Operator(g.Workspace)
		link, err := g.Auth.CreateSignInLink(ctx, operator, "")
		if err != nil {
			t.Fatal(err)
		}
		address, token, found := strings.Cut(link, "#")
		if !found || address != g.URL+"/sign-in" || !strings.HasPrefix(token, "kwl_") {
			t.Errorf("the link's parts: %s and %d characters", address, len(token))
		}
		browser := g.Stranger(t)
		status, answer, response := browser.Post(t, "/sign-in", Vars{"token": token})
		if status != http.StatusOK || answer.Text("next") != "/" {
			t.Fatalf("%d %v", status, answer)
		}
		cookies := response.Cookies()
		if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" || cookies[0].Domain != "" {
			t.Errorf("cookies: %d, HttpOnly %v", len(cookies), cookies[0].HttpOnly)
		}
		if n := len(cookies[0].Value); n < 43 { // 256 bits in base64
			t.Errorf("a session token of %d characters", n)
		}
		viewer := browser.Must(t, whoAmI, nil)
		if viewer.Text("viewer.kind") != "PERSON" || viewer.Text("viewer.role") != "OWNER" || viewer.Text("viewer.workspace.id") != g.Workspace {
			t.Errorf("%v", viewer)
		}
		if viewer.Len("viewer.sessions") != 1 || viewer.At("viewer.sessions.0.current") != true || viewer.Text("viewer.sessions.0.address") != "127.0.0.1" {
			t.Errorf("%v", viewer)
		}
		again := g.Stranger(t)
		if status, answer, response := again.Post(t, "/sign-in", Vars{"token": token}); status != http.StatusUnauthorized || len(response.Cookies()) != 0 {
			t.Errorf("the link works twice: %d %v", status, answer)
		}
		late, err := g.Auth.CreateSignInLink(ctx, operator, "")
		if err != nil {
			t.Fatal(err)
		}
		c.move(15 * time.Minute)
		if status, answer, _ := again.Post(t, "/sign-in", Vars{"token": TokenOf(late)}); status != http.StatusUnauthorized {
			t.Errorf("a link works after 15 minutes: %d %v", status, answer)
		}
		apiToken := g.Client(t, models.RoleOwner).Token
		for name, wrong := range map[string]string{"none": "", "cut": token[:20], "an API token": apiToken, "with NUL": "kwl_\x00"} {
			if status, answer, _ := again.Post(t, "/sign-in", Vars{"token": wrong}); status != http.StatusUnauthorized || strings.Contains(answer.Text("errors.0.message"), apiToken) {
				t.Errorf("%s: %d %v", name, status, answer)
			}
		}
		if _, err := g.Auth.CreateSignInLink(ctx, operator, "user_nobody"); err == nil {
			t.Error("a link for nobody was made")
		}
	})
}

// A link is taken once, however many take it at the same time.
func TestSignIn_once(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		link, err := g.Auth.CreateSignInLink(context.Background(), models.Operator(g.Workspace), "")
		if err != nil {
			t.Fatal(err)
		}
		var taken sync.Map
		var all sync.WaitGroup
		for i := range 8 {
			browser := g.Stranger(t)
			all.Go(func() {
				if status, _, _ := browser.Post(t, "/sign-in", Vars{"token": TokenOf(link)}); status == http.StatusOK {
					taken.Store(i, true)
				}
			})
		}
		all.Wait()
		n := 0
		taken.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("taken %d times", n)
		}
	})
}

// On https the cookie is bound to the host and to TLS.
func TestSessionCookie_on_https(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	a := auth.New(auth.Config{Store: g.Store, Log: g.Logger(), BaseURL: "https://keyward.example.com"})
	link, err := a.CreateSignInLink(context.Background(), models.Operator(g.Workspace), "")
	if err != nil || !strings.HasPrefix(link, "https://keyward.example.com/sign-in#kwl_") {
		t.Fatal(err)
	}
	response := Serve(t, a.Routes()["POST /sign-in"], http.MethodPost, `{"token": "`+TokenOf(link)+`"}`, "Content-Type", "application/json")
	cookie := response.Result().Cookies()[0]
	if cookie.Name != "__Host-keyward" || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("%s: secure %v, HttpOnly %v, path %q, domain %q", cookie.Name, cookie.Secure, cookie.HttpOnly, cookie.Path, cookie.Domain)
	}
}

// What a browser brought along before signing in is not what it is signed in with.
func TestSignIn_takes_a_new_cookie(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	attacker := g.Owner(t)
	planted := cookieOf(t, attacker)
	link, err := g.Auth.CreateSignInLink(context.Background(), models.Operator(g.Workspace), "")
	if err != nil {
		t.Fatal(err)
	}
	status, _, response := (&Client{URL: g.URL}).Post(t, "/sign-in", Vars{"token": TokenOf(link)}, "Cookie", "keyward="+planted)
	if status != http.StatusOK || response.Cookies()[0].Value == planted {
		t.Errorf("%d, the same cookie: %v", status, response.Cookies()[0].Value == planted)
	}
}

func TestSessions_end(t *testing.T) {
	eachTimed(t, func(t *testing.T, g *Gateway, c *clock) {
		first, second := g.Owner(t), g.Owner(t)
		stolen := cookieOf(t, first)
		var other string
		viewer := first.Must(t, whoAmI, nil)
		for i, current := range []string{"viewer.sessions.0", "viewer.sessions.1"} {
			if viewer.At(current+".current") == false {
				other = viewer.Text([]string{"viewer.sessions.0.id", "viewer.sessions.1.id"}[i])
			}
		}
		const revoke = `mutation($id: ID!) { revokeSession(input: {id: $id}) { __typename } }`
		if data := first.Must(t, revoke, Vars{"id": other}); data.Text("revokeSession.__typename") != "RevokeSessionSuccess" {
			t.Errorf("%v", data)
		}
		if response := second.Do(t, whoAmI, nil); response.Status != http.StatusUnauthorized {
			t.Errorf("a revoked session: %d %s", response.Status, response.Raw)
		}
		member := first.Joined(t, g, "Ada", models.RoleViewer)
		mine := first.Must(t, whoAmI, nil).Text("viewer.sessions.0.id")
		if data := member.Must(t, revoke, Vars{"id": mine}); data.Text("revokeSession.__typename") != "NotFoundError" {
			t.Errorf("somebody else's session: %v", data)
		}
		if data := g.Client(t, models.RoleOwner).Must(t, revoke, Vars{"id": mine}); data.Text("revokeSession.__typename") != "NotFoundError" {
			t.Errorf("a token revokes a session: %v", data)
		}
		status, _, response := first.Post(t, "/sign-out", Vars{})
		if cookies := response.Cookies(); status != http.StatusNoContent || len(cookies) != 1 || cookies[0].MaxAge >= 0 {
			t.Errorf("sign-out: %d, cookies %d", status, len(cookies))
		}
		for _, cookie := range []string{stolen, "x", ""} {
			if status := apiStatus(t, g, cookie); status != http.StatusUnauthorized {
				t.Errorf("after signing out a copy of the cookie works: %d", status)
			}
		}
		if status, _, _ := first.Post(t, "/sign-out", Vars{}); status != http.StatusNoContent {
			t.Errorf("signing out twice: %d", status)
		}
		c.move(7 * 24 * time.Hour)
		if response := member.Do(t, whoAmI, nil); response.Status != http.StatusUnauthorized {
			t.Errorf("after its lifetime: %d", response.Status)
		}
	})
}

// What is stored of a session opens nothing: only a hash of the cookie's token is there.
func TestSessions_are_stored_by_hash(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		cookie := cookieOf(t, g.Owner(t))
		var stored string
		if err := g.SQL(t).QueryRow("SELECT token FROM session_data").Scan(&stored); err != nil {
			t.Fatal(err)
		}
		if stored == cookie || strings.Contains(stored, cookie) || strings.Contains(cookie, stored) {
			t.Error("the token itself is stored")
		}
		if status := apiStatus(t, g, stored); status != http.StatusUnauthorized {
			t.Errorf("what is stored works as a cookie: %d", status)
		}
	})
}

// Who comes with two names is nobody.
func TestRequire_refuses_two_callers(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	owner := g.Owner(t)
	for name, token := range map[string]string{"a good token": g.Client(t, models.RoleOwner).Token, "a bad one": "kw_bad"} {
		both := Client{URL: g.URL, Token: token, Jar: owner.Jar}
		if response := both.Do(t, whoAmI, nil); response.Status != http.StatusBadRequest || response.Code() != "BAD_REQUEST" {
			t.Errorf("%s: %d %s", name, response.Status, response.Raw)
		}
	}
}

// cookieOf is the session cookie's value.
func cookieOf(t *testing.T, c *Client) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, c.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	cookies := c.Jar.Cookies(request.URL)
	if len(cookies) != 1 {
		t.Fatalf("%d cookies", len(cookies))
	}
	return cookies[0].Value
}

// apiStatus is what the API answers to a session cookie.
func apiStatus(t *testing.T, g *Gateway, cookie string) int {
	t.Helper()
	status, _, _ := (&Client{URL: g.URL}).Post(t, "/graphql", Vars{"query": whoAmI}, "Cookie", "keyward="+cookie)
	return status
}
