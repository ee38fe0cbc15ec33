package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"keyward/internal/oauth"
	"keyward/models"
)

func TestAnswer(t *testing.T) {
	s := serve(t, nil)
	slack := func(o *models.OAuth2) {
		o.ScopeSeparator = ","
		o.Answer = models.TokenAnswer{
			AccessToken: "/authed_user/access_token", RefreshToken: "/authed_user/refresh_token", ExpiresIn: "/authed_user/expires_in", Scope: "/authed_user/scope",
		}
	}
	commas := func(o *models.OAuth2) { o.ScopeSeparator = "," }
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, contentType, answer string
		change                    func(*models.OAuth2)
		access, refresh, scopes   string
		life                      time.Duration
	}{
		{"RFC 6749's example", "application/json;charset=UTF-8", `{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA"}`, nil, "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA", "nil", time.Hour},
		{"nested, as Slack's", "application/json; charset=utf-8", `{"ok":true,"access_token":"xoxb-bot","authed_user":{"scope":"chat:write,channels:read","access_token":"xoxe.xoxp-1","refresh_token":"xoxe-1","expires_in":43200}}`, slack, "xoxe.xoxp-1", "xoxe-1", "channels:read chat:write", 12 * time.Hour},
		{"a form, as GitHub's", form + "; charset=utf-8", `access_token=gho_1&scope=repo%2Cread%3Auser&token_type=bearer&expires_in=28800`, commas, "gho_1", "", "read:user repo", 8 * time.Hour},
		{"a form called text", "text/plain", `access_token=token&expires=5`, nil, "token", "", "nil", 0},
		{"JSON called JavaScript", "text/javascript; charset=UTF-8", `{"access_token":"token"}`, nil, "token", "", "nil", 0},
		{"another kind of JSON", "application/vnd.thing+json", `{"access_token":"token"}`, nil, "token", "", "nil", 0},
		{"expires_in as text", "application/json", `{"access_token":"token","expires_in":"3600"}`, nil, "token", "", "nil", time.Hour},
		{"expires_in with a fraction", "application/json", `{"access_token":"token","expires_in":1.5}`, nil, "token", "", "nil", 1500 * time.Millisecond},
		{"expires_in 0 sets no end", "application/json", `{"access_token":"token","expires_in":0}`, nil, "token", "", "nil", 0},
		{"expires_in below 0 sets no end", "application/json", `{"access_token":"token","expires_in":-1}`, nil, "token", "", "nil", 0},
		{"expires_in null sets no end", "application/json", `{"access_token":"token","expires_in":null}`, nil, "token", "", "nil", 0},
		{"expires_in beyond anything sets no end", "application/json", `{"access_token":"token","expires_in":1e300}`, nil, "token", "", "nil", 0},
		{"scopes as an array", "application/json", `{"access_token":"token","scope":["b","a c",7]}`, nil, "token", "", "a b c", 0},
		{"no scopes in an array", "application/json", `{"access_token":"token","scope":[]}`, nil, "token", "", "", 0},
		{"an empty scope", "application/json", `{"access_token":"token","scope":""}`, nil, "token", "", "nil", 0},
		{"scopes twice", "application/json", `{"access_token":"token","scope":"b a  b"}`, nil, "token", "", "a b", 0},
		{"commas within scopes", "application/json", `{"access_token":"token","scope":"b,c a"}`, nil, "token", "", "a b,c", 0},
		{"an error that says there is none", "application/json", `{"access_token":"token","error":false}`, nil, "token", "", "nil", 0},
	} {
		s.says(says(http.StatusOK, tt.contentType, tt.answer))
		g, err := finish(t, connection(s, tt.change), code)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if g.Tokens.Access.Reveal() != tt.access || g.Tokens.Refresh.Reveal() != tt.refresh || scopes(g) != tt.scopes || g.Life != tt.life {
			t.Errorf("%s: access %q, refresh %q, scopes %q, life %v", tt.name, g.Tokens.Access.Reveal(), g.Tokens.Refresh.Reveal(), scopes(g), g.Life)
		}
	}
}

func TestAnswer_refused(t *testing.T) {
	s := serve(t, nil)
	const json, form = "application/json", "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name              string
		status            int
		contentType, text string
		want              models.OAuthReason
	}{
		{"GitHub, with a status of 200", 200, json, `{"error":"bad_verification_code","error_description":"` + said + `","error_uri":"https://docs.github.com/"}`, models.OAuthGrantInvalid},
		{"GitHub, as a form", 200, form, `error=incorrect_client_credentials&error_description=` + said, models.OAuthClientRejected},
		{"GitHub, another redirect URI", 200, json, `{"error":"redirect_uri_mismatch"}`, models.OAuthClientRejected},
		{"Slack, a code", 200, json, `{"ok":false,"error":"invalid_code"}`, models.OAuthGrantInvalid},
		{"Slack, a secret", 200, json, `{"ok":false,"error":"bad_client_secret"}`, models.OAuthClientRejected},
		{"Slack, a refresh token", 200, json, `{"ok":false,"error":"invalid_refresh_token"}`, models.OAuthGrantInvalid},
		{"Slack, slow down", 200, json, `{"ok":false,"error":"ratelimited"}`, models.OAuthProviderUnavailable},
		{"Slack, any other", 200, json, `{"ok":false,"error":"` + said + `"}`, models.OAuthRefused},
		{"HubSpot", 400, json, `{"status":"BAD_REFRESH_TOKEN","message":"` + said + `"}`, models.OAuthGrantInvalid},
		{"HubSpot, with a status of 200", 200, json, `{"status":"BAD_CLIENT_SECRET","message":"` + said + `"}`, models.OAuthClientRejected},
		{"HubSpot, any other", 400, json, `{"status":"BAD_WEATHER"}`, models.OAuthRefused},
		{"RFC 6749, the grant", 400, json, `{"error":"invalid_grant"}`, models.OAuthGrantInvalid},
		{"RFC 6749, the client", 401, json, `{"error":"invalid_client"}`, models.OAuthClientRejected},
		{"RFC 6749, the scope", 400, json, `{"error":"invalid_scope"}`, models.OAuthScopeRejected},
		{"RFC 6749, the request", 400, json, `{"error":"invalid_request"}`, models.OAuthRefused},
		{"401 and no word", 401, "text/html", said, models.OAuthClientRejected},
		{"400 and no word", 400, "text/html", said, models.OAuthRefused},
		{"400 and an error that is an object", 400, json, `{"error":{"message":"` + said + `"}}`, models.OAuthRefused},
		{"500 with a word", 500, json, `{"error":"invalid_grant"}`, models.OAuthProviderUnavailable},
		{"429 with a word", 429, json, `{"error":"invalid_grant"}`, models.OAuthProviderUnavailable},
		{"a refusal beside a token", 200, json, `{"access_token":"canary","error":"access_denied"}`, models.OAuthAccessDenied},
		{"204", 204, json, "", models.OAuthMalformedAnswer},
		{"a page", 200, "text/html", "<p>" + said, models.OAuthMalformedAnswer},
		{"no type", 200, "", "", models.OAuthMalformedAnswer},
		{"a type that is none", 200, ";;", `{"access_token":"canary"}`, models.OAuthMalformedAnswer},
		{"an array", 200, json, `["canary"]`, models.OAuthMalformedAnswer},
		{"two documents", 200, json, `{"access_token":"canary"}{}`, models.OAuthMalformedAnswer},
		{"no token", 200, json, `{"access_token":""}`, models.OAuthMalformedAnswer},
		{"a token with a line break", 200, json, `{"access_token":"canary\r\nX-A: b"}`, models.OAuthMalformedAnswer},
		{"a token with a space", 200, json, `{"access_token":"canary b"}`, models.OAuthMalformedAnswer},
		{"a token beyond ASCII", 200, json, `{"access_token":"canaryé"}`, models.OAuthMalformedAnswer},
		{"a long token", 200, json, `{"access_token":"` + strings.Repeat("x", 32<<10+1) + `"}`, models.OAuthMalformedAnswer},
		{"a refresh token with a line break", 200, json, `{"access_token":"canary","refresh_token":"canary\n"}`, models.OAuthMalformedAnswer},
		{"expires_in is nonsense", 200, json, `{"access_token":"canary","expires_in":"soon"}`, models.OAuthMalformedAnswer},
		{"expires_in is no number", 200, json, `{"access_token":"canary","expires_in":"NaN"}`, models.OAuthMalformedAnswer},
		{"a scope with a control character", 200, json, `{"access_token":"canary","scope":"a\u0000b"}`, models.OAuthMalformedAnswer},
		{"a thousand scopes", 200, json, `{"access_token":"canary","scope":"` + numbers(1000) + `"}`, models.OAuthMalformedAnswer},
		{"a long answer", 200, json, `{"access_token":"canary","x":"` + strings.Repeat("x", 256<<10) + `"}`, models.OAuthMalformedAnswer},
	} {
		s.says(says(tt.status, tt.contentType, tt.text))
		g, err := finish(t, connection(s, nil), code)
		if reason(err) != tt.want || !g.Tokens.IsZero() {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		if reason(err).Message() == "" || reason(err).Message() != err.Error() {
			t.Errorf("%s: it says %q", tt.name, err)
		}
	}
	// In the callback: what the provider says there is judged alike, and it is not asked for tokens.
	before := s.count()
	for name, tt := range map[string]struct {
		answer string
		want   models.OAuthReason
	}{
		"no": {"error=access_denied&error_description=" + said, models.OAuthAccessDenied}, "a scope": {"error=invalid_scope", models.OAuthScopeRejected},
		"busy": {"error=temporarily_unavailable", models.OAuthProviderUnavailable}, "a word of its own": {"error=" + said, models.OAuthRefused},
		"an empty word": {"error=&code=code", models.OAuthRefused}, "no code": {"state=state", models.OAuthMalformedAnswer},
	} {
		values, _ := url.ParseQuery(tt.answer)
		if _, err := finish(t, connection(s, nil), values); reason(err) != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s.count() != before {
		t.Error("it was asked for tokens")
	}
}

func numbers(n int) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(strings.Repeat("a", 1+i%9) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)) + " ")
	}
	return text.String()
}

func TestCapture(t *testing.T) {
	s := serve(t, nil)
	metadata := saysJSON(`[{"id":"tenant-1","name":"Ours"}]`)
	s.says(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			saysJSON(`{"access_token":"token","instance_url":"https://ours.example.com","n":7,"yes":true}`)(w, r)
			return
		}
		metadata(w, r)
	})
	c := func(captures ...models.Capture) oauth.Connection {
		c := connection(s, func(o *models.OAuth2) {
			o.Captures = captures
			o.Metadata = &models.HTTPRequest{Method: http.MethodGet, URL: s.URL + "/metadata/{{host}}", Headers: map[string]string{"Authorization": "Bearer {{accessToken}}"}}
		})
		return c
	}
	host := models.Capture{Name: "host", From: models.FromToken, Pointer: "/instance_url", Pattern: `https://([a-z.]+)`}
	all := c(host,
		models.Capture{Name: "number", From: models.FromToken, Pointer: "/n"},
		models.Capture{Name: "whole", From: models.FromToken, Pointer: "/instance_url", Pattern: `https://[a-z.]+`},
		models.Capture{Name: "realm", From: models.FromCallback, Parameter: "realmId", Pattern: `[0-9]+`},
		models.Capture{Name: "tenant", From: models.FromMetadata, Pointer: "/0/id"})
	back := url.Values{"code": {"code"}, "realmId": {"123"}}
	g, err := finish(t, all, back)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"host": "ours.example.com", "number": "7", "whole": "https://ours.example.com", "realm": "123", "tenant": "tenant-1"} {
		if got := g.Tokens.Captured[name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// What came with the tokens may stand in the metadata request.
	if asked := s.last(t); asked.URL.Path != "/metadata/ours.example.com" || asked.Header.Get("Authorization") != "Bearer token" {
		t.Errorf("asked for %s", asked.URL)
	}
	for name, change := range map[string]func(*models.Capture){
		"not there": func(c *models.Capture) { c.Pointer = "/none" }, "not the whole value": func(c *models.Capture) { c.Pattern = "ours" },
		"a pattern that is none": func(c *models.Capture) { c.Pattern = "(" },
		"not in the callback": func(c *models.Capture) {
			*c = models.Capture{Name: "host", From: models.FromCallback, Parameter: "none"}
		},
		"another text there": func(c *models.Capture) {
			*c = models.Capture{Name: "host", From: models.FromCallback, Parameter: "realmId", Pattern: "[a-z]+"}
		},
		"not in the metadata": func(c *models.Capture) {
			*c = models.Capture{Name: "host", From: models.FromMetadata, Pointer: "/1/id"}
		},
	} {
		spoilt := host
		change(&spoilt)
		if _, err := finish(t, c(spoilt), back); reason(err) != models.OAuthMalformedAnswer {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, realm := range []string{"a\nb", strings.Repeat("1", 2<<10+1), "\xff"} {
		if _, err := finish(t, c(models.Capture{Name: "realm", From: models.FromCallback, Parameter: "realm"}), url.Values{"code": {"code"}, "realm": {realm}}); reason(err) != models.OAuthMalformedAnswer {
			t.Errorf("%.10q: %v", realm, err)
		}
	}
	tenant := models.Capture{Name: "tenant", From: models.FromMetadata, Pointer: "/0/id"}
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		want   models.OAuthReason
	}{
		{"500", says(500, "application/json", said), models.OAuthProviderUnavailable},
		{"429", says(429, "application/json", said), models.OAuthProviderUnavailable},
		{"403", says(403, "application/json", said), models.OAuthRefused},
		{"a page", says(200, "text/html", said), models.OAuthMalformedAnswer},
		{"nothing in it", saysJSON(`[]`), models.OAuthMalformedAnswer},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, models.OAuthTimeout},
	} {
		metadata = tt.answer
		if _, err := finish(t, c(tenant), back); reason(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	// The access token goes to the declared hosts only.
	elsewhere := c(tenant)
	elsewhere.Method.OAuth2.MetadataHosts = []string{"api.example.com"}
	if _, err := finish(t, elsewhere, back); reason(err) != models.OAuthTargetForbidden || s.last(t).URL.Path != "/token" {
		t.Errorf("%v, asked for %s", err, s.last(t).URL)
	}
}
