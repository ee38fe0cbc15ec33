package auth_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"keyward/internal/auth"
	"keyward/internal/gatewaytest"
	"keyward/models"
)

const rules = "group:admins=OWNER, domain:example.com=VIEWER, email:ed@example.com=EDITOR, email:kay@elsewhere.org=EDITOR"

// eachDirectory runs a test on a gateway of each dialect, signed in to by a real provider.
func eachDirectory(t *testing.T, run func(t *testing.T, d *directory, g *gatewaytest.Gateway)) {
	t.Helper()
	for _, dialect := range gatewaytest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := newDirectory(t)
			run(t, d, d.gateway(t, gatewaytest.NewDatabase(t, dialect), rules))
		})
	}
}

func TestOIDC_rules_give_roles_and_take_them(t *testing.T) {
	eachDirectory(t, func(t *testing.T, d *directory, g *gatewaytest.Gateway) {
		d.add("ada", "ada@example.com", true, "staff", "admins")
		d.add("bob", "bob@elsewhere.org", true, "admins")
		for _, step := range []struct {
			what, name, to, viewer string
			change                 func()
			event                  string
		}{
			{what: "a group makes an owner, though the domain fits too", name: "ada", to: "/", viewer: "ada Lovelace, OWNER", event: "MEMBER_ADDED OWNER, by rule"},
			{what: "again: nothing changes", name: "ada", to: "/", viewer: "ada Lovelace, OWNER", event: "MEMBER_ADDED OWNER, by rule"},
			{
				what: "the last owner keeps the role", name: "ada", to: "/", viewer: "ada Lovelace, OWNER", event: "MEMBER_ADDED OWNER, by rule",
				change: func() { d.groups["sub-ada"] = []string{"staff"} },
			},
			{what: "another owner", name: "bob", to: "/", viewer: "bob Lovelace, OWNER", event: "MEMBER_ADDED OWNER, by rule"},
			{what: "now the first one loses it", name: "ada", to: "/", viewer: "ada Lovelace, VIEWER", event: "MEMBER_UPDATED OWNER to VIEWER, by rule"},
			{
				what: "an address that was not verified fits no rule", name: "ada", to: "/sign-in?problem=stranger", viewer: "UNAUTHENTICATED",
				change: func() { d.people["sub-ada"].EmailVerified = false }, event: "MEMBER_REMOVED VIEWER, by rule",
			},
			{
				what: "back again", name: "ada", to: "/", viewer: "ada Lovelace, VIEWER",
				change: func() { d.people["sub-ada"].EmailVerified = true }, event: "MEMBER_ADDED VIEWER, by rule",
			},
			{
				what: "a role that a person gave stays", name: "ada", to: "/", viewer: "ada Lovelace, EDITOR",
				change: func() {
					d.people["sub-ada"].EmailVerified = false
					var id string
					if err := g.SQL(t).QueryRow("SELECT id FROM users WHERE subject = 'sub-ada'").Scan(&id); err != nil {
						t.Fatal(err)
					}
					if _, err := g.Auth.SetRole(context.Background(), models.Operator(g.Workspace), id, models.RoleEditor); err != nil {
						t.Fatal(err)
					}
				},
				event: "MEMBER_UPDATED VIEWER to EDITOR",
			},
		} {
			if step.change != nil {
				step.change()
			}
			b := newBrowser(t)
			if to := b.signIn(g, step.name); to != step.to {
				t.Errorf("%s: to %s", step.what, to)
			}
			if viewer := b.viewer(g); viewer != step.viewer {
				t.Errorf("%s: %s instead of %s", step.what, viewer, step.viewer)
			}
			var event string
			err := g.SQL(t).QueryRow("SELECT action || ' ' || detail FROM audit_events WHERE action LIKE 'MEMBER%' ORDER BY id DESC LIMIT 1").Scan(&event)
			if err != nil || event != step.event {
				t.Errorf("%s: %s, %v", step.what, event, err)
			}
		}
		if n := gatewaytest.Count(t, g.SQL(t), "SELECT count(*) FROM users WHERE issuer LIKE 'http%'"); n != 2 {
			t.Errorf("%d people", n)
		}
		if n := gatewaytest.Count(t, g.SQL(t), "SELECT count(*) FROM audit_events WHERE action = 'SESSION_STARTED' AND detail = 'by identity provider'"); n != 7 {
			t.Errorf("%d sessions are in the audit", n)
		}
	})
}

func TestOIDC_keeps_nothing_of_a_stranger(t *testing.T) {
	eachDirectory(t, func(t *testing.T, d *directory, g *gatewaytest.Gateway) {
		d.add("mallory", "mallory@elsewhere.org", true, "Admins", "admins2")
		b := newBrowser(t)
		if to := b.signIn(g, "mallory"); to != "/sign-in?problem=stranger" {
			t.Error(to)
		}
		if viewer := b.viewer(g); viewer != "UNAUTHENTICATED" {
			t.Error(viewer)
		}
		for _, table := range []string{"users", "sessions", "memberships", "session_data"} {
			if n := gatewaytest.Count(t, g.SQL(t), "SELECT count(*) FROM "+table); n != 0 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
		if !strings.Contains(g.Log.String(), "no rule, no membership and no invitation") {
			t.Error("the log doesn't say why")
		}
		_, _, body := b.get(g.URL + "/sign-in/methods?problem=stranger")
		if !strings.Contains(body, "Ask an owner for an invitation") || !strings.Contains(body, `"name":"the directory"`) {
			t.Error(body)
		}
	})
}

func TestOIDC_takes_an_invitation(t *testing.T) {
	eachDirectory(t, func(t *testing.T, d *directory, g *gatewaytest.Gateway) {
		d.add("carol", "carol@elsewhere.org", false)
		invite := func() string {
			link, _, err := g.Auth.CreateInvitation(context.Background(), models.Operator(g.Workspace), auth.NewInvitation{Role: models.RoleEditor})
			if err != nil {
				t.Fatal(err)
			}
			_, token, _ := strings.Cut(link, "#")
			return token
		}
		token, b := invite(), newBrowser(t)
		_, shown := b.post(g.URL+"/invitation", `{"token": "`+token+`"}`)
		if !strings.Contains(shown, `"needsName":false,"needsSignIn":true`) {
			t.Error(shown)
		}
		if to := b.signIn(g, "carol"); to != "/sign-in?problem=stranger" {
			t.Errorf("who only looked at an invitation went to %s", to)
		}
		_, answer := b.post(g.URL+"/invitation", `{"token": "`+token+`", "accept": true, "name": "Somebody"}`)
		if strings.TrimSpace(answer) != `{"signIn":"/sign-in/oidc"}` {
			t.Error(answer)
		}
		if n := gatewaytest.Count(t, g.SQL(t), "SELECT count(*) FROM users"); n != 0 {
			t.Errorf("%d people were made by the yes alone", n)
		}
		if to, viewer := b.signIn(g, "carol"), b.viewer(g); to != "/" || viewer != "carol Lovelace, EDITOR" {
			t.Errorf("%s, to %s", viewer, to)
		}
		if n := gatewaytest.Count(t, g.SQL(t), "SELECT count(*) FROM memberships WHERE NOT by_rule"); n != 1 {
			t.Errorf("%d memberships that no rule gave", n)
		}
		if to := newBrowser(t).signIn(g, "carol"); to != "/" {
			t.Errorf("the next time: to %s", to)
		}

		d.add("dan", "dan@elsewhere.org", true)
		token, late := invite(), newBrowser(t)
		late.post(g.URL+"/invitation", `{"token": "`+token+`", "accept": true}`)
		callback := late.toCallback(g, "dan")
		var id string
		if err := g.SQL(t).QueryRow("SELECT id FROM invitations").Scan(&id); err != nil {
			t.Fatal(err)
		}
		if err := g.Auth.RevokeInvitation(context.Background(), models.Operator(g.Workspace), id); err != nil {
			t.Fatal(err)
		}
		if to := late.arrive(g, callback); to != "/sign-in?problem=invited" {
			t.Errorf("with an invitation that was taken back: to %s", to)
		}
	})
}

func TestOIDC_refuses_what_is_not_this_browsers_own_sign_in(t *testing.T) {
	for _, dialect := range gatewaytest.Dialects {
		t.Run(dialect, func(t *testing.T) {
			d, database := newDirectory(t), gatewaytest.NewDatabase(t, dialect)
			var ahead time.Duration
			database.Now = func() time.Time { return time.Now().Add(ahead) }
			g := d.gateway(t, database, rules)
			d.add("ada", "ada@example.com", true)
			for what, c := range map[string]struct {
				change func(url.Values)
				by     func(mine *browser) *browser
				late   time.Duration
				want   string
			}{
				"its own":            {want: "/"},
				"in time":            {late: 9 * time.Minute, want: "/"},
				"expired":            {late: 10 * time.Minute, want: "expired"},
				"another state":      {change: func(q url.Values) { q.Set("state", strings.Repeat("A", 26)) }, want: "expired"},
				"no state":           {change: func(q url.Values) { q.Del("state") }, want: "expired"},
				"another iss":        {change: func(q url.Values) { q.Set("iss", "https://evil.example.com") }, want: "provider"},
				"its own iss":        {change: func(q url.Values) { q.Set("iss", d.url) }, want: "/"},
				"another code":       {change: func(q url.Values) { q.Set("code", "made-up-canary-code") }, want: "provider"},
				"no code":            {change: func(q url.Values) { q.Del("code") }, want: "provider"},
				"denied":             {change: func(q url.Values) { q.Set("error", "access_denied"); q.Set("error_description", "canary") }, want: "denied"},
				"an unknown error":   {change: func(q url.Values) { q.Set("error", "canary") }, want: "provider"},
				"error and no state": {change: func(q url.Values) { q.Set("error", "access_denied"); q.Del("state") }, want: "expired"},
				"another browser's":  {by: func(*browser) *browser { return newBrowser(t) }, want: "expired"},
				"another browser's that has one of its own": {by: func(*browser) *browser {
					other := newBrowser(t)
					other.toCallback(g, "ada")
					return other
				}, want: "expired"},
				"an invitation's, before it began": {by: func(mine *browser) *browser {
					link, _, err := g.Auth.CreateInvitation(context.Background(), models.Operator(g.Workspace), auth.NewInvitation{Role: models.RoleViewer})
					if err != nil {
						t.Fatal(err)
					}
					_, token, _ := strings.Cut(link, "#")
					mine.post(g.URL+"/invitation", `{"token": "`+token+`", "accept": true}`)
					return mine
				}, change: func(q url.Values) { q.Set("state", "") }, want: "expired"},
			} {
				ahead = 0
				mine := newBrowser(t)
				callback, err := url.Parse(mine.toCallback(g, "ada"))
				if err != nil {
					t.Fatal(err)
				}
				q := callback.Query()
				if c.change != nil {
					c.change(q)
				}
				callback.RawQuery = q.Encode()
				by := mine
				if c.by != nil {
					by = c.by(mine)
				}
				key := &http.Cookie{Name: "keyward-sign-in", Value: by.cookie(g, "keyward-sign-in"), Path: "/"}
				ahead = c.late
				to := strings.TrimPrefix(by.arrive(g, callback.String()), "/sign-in?problem=")
				if to != c.want {
					t.Errorf("%s: to %s instead of %s", what, to, c.want)
				}
				if viewer := by.viewer(g); (viewer == "ada Lovelace, VIEWER") != (c.want == "/") {
					t.Errorf("%s: %s", what, viewer)
				}
				// Whatever became of it, it is used up, even for a browser that doesn't forget the cookie.
				if here, err := url.Parse(g.URL); err == nil && key.Value != "" {
					by.client.Jar.SetCookies(here, []*http.Cookie{key})
				}
				by.do(by.client.Post(g.URL+"/sign-out", "application/json", strings.NewReader("{}")))
				if again := by.arrive(g, callback.String()); again != "/sign-in?problem=expired" {
					t.Errorf("%s, a second time: to %s", what, again)
				}
				if state := q.Get("state"); state != "" && strings.Contains(g.Log.String(), state) {
					t.Errorf("%s: the log holds the state", what)
				}
			}
			if strings.Contains(g.Log.String(), "canary") {
				t.Error("the log holds what was sent")
			}
		})
	}
}

// Whatever is asked for, a sign-in ends on this site.
func TestOIDC_comes_back_to_the_page_that_was_wanted(t *testing.T) {
	long := "/w/" + strings.Repeat("x", 2<<10-len("/w/"))
	eachDirectory(t, func(t *testing.T, d *directory, g *gatewaytest.Gateway) {
		d.add("ada", "ada@example.com", true)
		for next, want := range map[string]string{
			"/w/ws_1/credentials?status=EXPIRED&q=a%20b": "/w/ws_1/credentials?status=EXPIRED&q=a%20b",
			"/graphiql": "/graphiql",
			"/":         "/",
			long:        long,
			long + "x":  "/",
			"":          "/",
			"w/ws_1":    "/",
			" /w/ws_1":  "/",
			"?a=b":      "/",
			"#a":        "/",
			"..":        "/",

			"//evil.example":            "/",
			"///evil.example":           "/",
			"/\\evil.example":           "/",
			"\\\\evil.example":          "/",
			"/w/..\\..\\\\evil.example": "/",
			"/\t/evil.example":          "/",
			"/\n/evil.example":          "/",
			"\t//evil.example":          "/",
			"/w\r\nSet-Cookie: a=b":     "/",
			"/w\x00":                    "/",
			"/%zz":                      "/",
			"https://evil.example/w/":   "/",
			"https:/evil.example":       "/",
			"HTTPS:evil.example":        "/",
			"javascript:alert(1)":       "/",
			"data:text/html,x":          "/",
			"//ada@evil.example":        "/",
			"//evil.example:80/w/..":    "/",
			g.URL + "/w/ws_1":           "/",
			"/.//evil.example":          "/evil.example",
			"/w/..//evil.example":       "/evil.example",
			"/%2f%2fevil.example":       "/%2f%2fevil.example",
			"/%5cevil.example":          "/%5cevil.example",
			"/w/@evil.example":          "/w/@evil.example",
			"/w/?next=//evil.example":   "/w/?next=//evil.example",
			"/w/\u2028//evil.example":   "/w/%e2%80%a8/evil.example",
			"/\uff0fevil.example":       "/%ef%bc%8fevil.example",
		} {
			b := newBrowser(t)
			callback := b.toCallback(g, "ada", next)
			if strings.Contains(callback, "evil") {
				t.Errorf("%q went to the provider: %s", next, callback)
			}
			status, to, body := b.get(callback + "&next=//evil.example")
			if to = strings.TrimPrefix(to, g.URL); status != http.StatusSeeOther || to != want {
				t.Errorf("%q leads to %d %q instead of %q: %s", next, status, to, want, body)
			}
			if viewer := b.viewer(g); viewer != "ada Lovelace, VIEWER" {
				t.Errorf("%q: %s", next, viewer)
			}
		}

		// What one sign-in asked for is nothing to the next one, which has the same cookie, and a refused one leads nowhere.
		b := newBrowser(t)
		b.toCallback(g, "ada", "/w/ws_1")
		if to := b.signIn(g, "ada"); to != "/" {
			t.Errorf("without a page: to %s", to)
		}
		callback := newBrowser(t).toCallback(g, "ada", "/w/ws_1")
		if to := newBrowser(t).arrive(g, callback); to != "/sign-in?problem=expired" {
			t.Errorf("in another browser: to %s", to)
		}
	})
}

func TestOIDC_starts_a_session_of_its_own(t *testing.T) {
	eachDirectory(t, func(t *testing.T, d *directory, g *gatewaytest.Gateway) {
		d.add("ada", "ada@example.com", true)
		b := newBrowser(t)
		at, _ := url.Parse(g.URL)
		b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "keyward", Value: "chosen-by-somebody-else", Path: "/"}})
		b.signIn(g, "ada")
		first := b.cookie(g, "keyward")
		b.signIn(g, "ada")
		second := b.cookie(g, "keyward")
		if first == "chosen-by-somebody-else" || first == second || len(second) < 40 {
			t.Error("a session token was kept over a sign-in")
		}
		if b.cookie(g, "keyward-sign-in") != "" {
			t.Error("the sign-in's cookie stayed")
		}
		b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "keyward", Value: first, Path: "/"}})
		if viewer := b.viewer(g); viewer != "UNAUTHENTICATED" {
			t.Errorf("the session before still is %s", viewer)
		}
		// The two kinds of cookie are nothing to each other.
		b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "keyward-sign-in", Value: second, Path: "/"}})
		if _, to, _ := b.get(g.URL + "/sign-in/callback?state="); !strings.HasSuffix(to, "problem=expired") {
			t.Errorf("a session as a sign-in: to %s", to)
		}
	})
}

func TestOIDC_trusts_no_forged_answer(t *testing.T) {
	g, f := forged(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	say := func(claim string, value any) func(*forger) {
		return func(f *forger) { f.claims = func(claims map[string]any) { claims[claim] = value } }
	}
	for what, c := range map[string]struct {
		change func(*forger)
		want   string
		reason string
	}{
		"as it should be":              {want: "/"},
		"signed with another key":      {func(f *forger) { f.sign = func(c map[string]any) string { return signed(c, other) } }, "provider", "ID token: not valid"},
		"not signed":                   {func(f *forger) { f.sign = func(c map[string]any) string { return unsigned("none", c) + "." } }, "provider", "ID token: not valid"},
		"signed with our secret":       {func(f *forger) { f.sign = signedWithSecret }, "provider", "ID token: not valid"},
		"no token at all":              {func(f *forger) { f.sign = func(map[string]any) string { return "" } }, "provider", "no ID token came"},
		"another nonce":                {say("nonce", "other"), "provider", "another nonce"},
		"no nonce":                     {say("nonce", ""), "provider", "another nonce"},
		"another audience":             {say("aud", "other"), "provider", "ID token: not valid"},
		"several audiences, no party":  {say("aud", []string{clientID, "other"}), "provider", "for another party"},
		"another party":                {say("azp", "other"), "provider", "for another party"},
		"another issuer":               {say("iss", "https://evil.example.com"), "provider", "ID token: not valid"},
		"expired":                      {say("exp", time.Now().Add(-time.Minute).Unix()), "provider", "ID token: expired"},
		"no subject":                   {say("sub", ""), "provider", "no subject"},
		"of another access token":      {say("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "provider", "of another access token"},
		"groups in one text":           {say("groups", "admins"), "/", ""},
		"verified as a text":           {func(f *forger) { f.claims = with("groups", nil, "email_verified", "true") }, "/", ""},
		"verified in words":            {func(f *forger) { f.claims = with("groups", nil, "email_verified", "yes") }, "stranger", ""},
		"a domain inside of another":   {func(f *forger) { f.claims = with("groups", nil, "email", "eve@example.com.evil.org") }, "stranger", ""},
		"a domain behind another":      {func(f *forger) { f.claims = with("groups", nil, "email", "eve@evil-example.com") }, "stranger", ""},
		"a letter that looks the same": {func(f *forger) { f.claims = with("groups", nil, "email", "\u212aay@elsewhere.org") }, "stranger", ""},
		"userinfo about somebody else": {func(f *forger) { f.claims = with("name", nil); f.userInfo = map[string]any{"sub": "sub-other"} }, "provider", "about somebody else"},
		"userinfo that fills in": {func(f *forger) {
			f.claims = with("groups", nil)
			f.userInfo = map[string]any{"sub": "sub-eve", "groups": []string{"admins"}}
		}, "/", ""},
		"userinfo that verifies another address": {func(f *forger) {
			f.claims = with("groups", nil, "email_verified", nil)
			f.userInfo = map[string]any{"sub": "sub-eve", "email": "eve@evil.org", "email_verified": true}
		}, "stranger", ""},
		"it names itself otherwise": {func(f *forger) { f.document = func(d map[string]any) { d["issuer"] = "https://evil.example.com" } }, "provider", "another issuer's"},
		"an endpoint in the clear": {func(f *forger) {
			f.document = func(d map[string]any) { d["token_endpoint"] = "http://example.com/token" }
		}, "provider", "missing or not https"},
		"userinfo in the clear": {func(f *forger) {
			f.document = func(d map[string]any) { d["userinfo_endpoint"] = "http://example.com/u" }
		}, "provider", "not https"},
		"no keys": {func(f *forger) { f.document = func(d map[string]any) { delete(d, "jwks_uri") } }, "provider", "missing or not https"},
		"iss promised and not sent": {func(f *forger) {
			f.document = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
		}, "provider", "of another issuer"},
		"the document is an error":  {answerWith("/.well-known/openid-configuration", 500, "canary"), "provider", "discovery: no usable answer"},
		"the document is huge":      {answerWith("/.well-known/openid-configuration", 200, strings.Repeat(" ", 2<<20)+"{}"), "provider", "discovery: no usable answer"},
		"the document is elsewhere": {redirect("/.well-known/openid-configuration"), "provider", "discovery: no usable answer"},
		"the keys are huge":         {func(f *forger) { answerWith("/keys", 200, strings.Repeat(" ", 2<<20)+f.keys())(f) }, "provider", "ID token: not valid"},
		"the exchange is refused":   {answerWith("/token", 400, `{"error": "invalid_client", "error_description": "canary"}`), "provider", "exchange: invalid_client"},
		"refused in its own words":  {answerWith("/token", 400, `{"error": "canary"}`), "provider", "exchange: status 400"},
		"the exchange is broken":    {answerWith("/token", 502, "canary"), "provider", "exchange: status 502"},
		"the exchange is huge":      {answerWith("/token", 200, strings.Repeat(" ", 2<<20)+"{}"), "provider", "exchange: no usable answer"},
		"it hangs":                  {hang("/token"), "provider", "exchange: no answer in time"},
		"it hangs at once":          {hang("/.well-known/openid-configuration"), "provider", "discovery: no answer in time"},
		"it hangs up":               {hangUp("/token"), "provider", "exchange: not reachable"},
	} {
		t.Run(what, func(t *testing.T) {
			g, f := forged(t)
			if c.change != nil {
				c.change(f)
			}
			b := newBrowser(t)
			to := strings.TrimPrefix(b.signIn(g, ""), "/sign-in?problem=")
			if to != c.want {
				t.Errorf("to %s instead of %s\n%s", to, c.want, g.Log)
			}
			if viewer := b.viewer(g); (viewer == "Eve, OWNER" || viewer == "Eve, VIEWER") != (c.want == "/") {
				t.Error(viewer)
			}
			log := g.Log.String()
			for _, secret := range []string{"canary", "the-code", clientSecret, "eyJ"} {
				if strings.Contains(log, secret) {
					t.Errorf("the log holds %s: %s", secret, log)
				}
			}
			if !strings.Contains(log, c.reason) {
				t.Errorf("the log doesn't tell the reason: %s", log)
			}
			if n := f.tokens.Load(); n > 1 {
				t.Errorf("the code was sent %d times", n)
			}
		})
	}
	// A provider that was down is asked again, and it didn't keep the gateway from starting.
	f.before = func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}
	b := newBrowser(t)
	if to := b.signIn(g, ""); to != "/sign-in?problem=provider" {
		t.Errorf("while it is down: to %s", to)
	}
	f.before = nil
	if to := b.signIn(g, ""); to != "/" {
		t.Errorf("once it is up: to %s", to)
	}
}

// forged is a gateway whose provider can be told to lie. Its patience is short.
func forged(t *testing.T) (*gatewaytest.Gateway, *forger) {
	t.Helper()
	f, database := newForger(t), gatewaytest.NewDatabase(t, "sqlite")
	database.OIDC = settings(t, f.url, rules)
	client := *database.OIDC.Client
	client.Timeout = 500 * time.Millisecond
	database.OIDC.Client = &client
	return gatewaytest.New(t, database), f
}

// with changes claims, given by turns of name and value; nil takes one away.
func with(pairs ...any) func(map[string]any) {
	return func(claims map[string]any) {
		for i := 0; i < len(pairs); i += 2 {
			if claims[pairs[i].(string)] = pairs[i+1]; pairs[i+1] == nil {
				delete(claims, pairs[i].(string))
			}
		}
	}
}

func at(path string, do func(w http.ResponseWriter, r *http.Request)) func(*forger) {
	return func(f *forger) {
		f.before = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != path {
				return false
			}
			if path == "/token" {
				f.tokens.Add(1)
			}
			do(w, r)
			return true
		}
	}
}

func answerWith(path string, status int, body string) func(*forger) {
	return at(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func redirect(path string) func(*forger) {
	return at(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
}

func hang(path string) func(*forger) {
	return at(path, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then, nobody sees that the other side has hung up
		<-r.Context().Done()
	})
}

func hangUp(path string) func(*forger) {
	return at(path, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

func TestOIDC_guards_its_cookie(t *testing.T) {
	g, f := forged(t)
	for base, want := range map[string]string{
		"https://keyward.example.com": "__Host-keyward-sign-in; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax",
		"http://localhost:8080":       "keyward-sign-in; Path=/; Max-Age=600; HttpOnly; SameSite=Lax",
	} {
		a := auth.New(auth.Config{Store: g.Store, Log: slog.New(slog.DiscardHandler), BaseURL: base, OIDC: settings(t, f.url, "")})
		response := httptest.NewRecorder()
		a.Routes()["GET /sign-in/oidc"].ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/sign-in/oidc", nil))
		name, rest, _ := strings.Cut(response.Header().Get("Set-Cookie"), "=")
		value, attributes, _ := strings.Cut(rest, ";")
		if name+";"+attributes != want || len(value) < 26 {
			t.Errorf("%s: %s; %s", base, name, attributes)
		}
		to, err := url.Parse(response.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		q := to.Query()
		if q.Get("redirect_uri") != base+"/sign-in/callback" || len(q.Get("state")) < 26 || len(q.Get("nonce")) < 26 || q.Get("state") == q.Get("nonce") {
			t.Errorf("%s: %s", base, to)
		}
		if strings.Contains(to.String(), clientSecret) || q.Get("client_id") != clientID {
			t.Error("the secret is in the address")
		}
	}
	_, _, body := newBrowser(t).get(gatewaytest.New(t, gatewaytest.NewDatabase(t, "sqlite")).URL + "/sign-in/methods")
	var none struct{ OIDC *struct{} }
	if err := json.Unmarshal([]byte(body), &none); err != nil || none.OIDC != nil {
		t.Errorf("without a provider: %s, %v", body, err)
	}
}

func TestParseRules(t *testing.T) {
	for _, good := range []string{
		"", "group:admins=OWNER", " domain:example.com=VIEWER , email:ada@example.com=EDITOR ", "group:cn=admins;ou=people=OWNER", "group:a:b=VIEWER",
	} {
		if _, err := auth.ParseRules(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"admins=OWNER", "group:admins", "group:=OWNER", "group:admins=RUNTIME", "group:admins=owner", "group:a=OWNER,", "domain:*.example.com=VIEWER",
		"domain:@example.com=VIEWER", "domain:example=VIEWER", "domain:ada@example.com=VIEWER", "email:example.com=VIEWER", "email:@example.com=VIEWER",
		"email:ada@localhost=VIEWER", "user:ada=VIEWER", "=OWNER", "domain:.com=VIEWER",
	} {
		if _, err := auth.ParseRules(bad); err == nil || !strings.Contains(err.Error(), "write it like group:keyward-admins=OWNER") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
