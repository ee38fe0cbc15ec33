package oauth_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"keyward/internal/oauth"
	"keyward/models"
)

// issuer publishes metadata at the paths, and answers token requests.
func issuer(t *testing.T, at map[string]func(base string) string) *server {
	t.Helper()
	s := serve(t, nil)
	s.says(func(w http.ResponseWriter, r *http.Request) {
		if metadata := at[r.URL.Path]; metadata != nil {
			saysJSON(metadata(s.URL))(w, r)
			return
		}
		if r.Method == http.MethodPost {
			saysJSON(`{"access_token":"token"}`)(w, r)
			return
		}
		http.NotFound(w, r)
	})
	return s
}

func metadataOf(issuer string, more string) func(string) string {
	return func(base string) string {
		return fmt.Sprintf(`{"issuer":%q,"authorization_endpoint":"%s/a","token_endpoint":"%s/t","revocation_endpoint":"%s/r"%s}`, strings.ReplaceAll(issuer, "BASE", base), base, base, base, more)
	}
}

// discovered connects to what an issuer says of itself.
func discovered(s *server, path string) oauth.Connection {
	c := connection(s, func(o *models.OAuth2) {
		o.AuthorizationURL, o.TokenURL, o.RevocationURL = "", "", ""
		o.Discovery, o.Hosts = "{{issuer}}", []string{"{{issuer}}"}
	})
	c.Values = models.Values{"issuer": models.NewSecret(s.URL + path)}
	return c
}

func TestDiscovery(t *testing.T) {
	const openID, rfc = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	page := func(string) string { return "<p>Not here" }
	for _, tt := range []struct {
		name, path string
		at         map[string]func(string) string
		want       models.OAuthReason
		asked      string // the paths of the metadata that were asked for
	}{
		{"OpenID's", "", map[string]func(string) string{openID: metadataOf("BASE", ""), rfc: page}, "", openID},
		{"RFC 8414's", "", map[string]func(string) string{rfc: metadataOf("BASE", "")}, "", openID + " " + rfc},
		{"RFC 8414's in the place of a page", "", map[string]func(string) string{openID: page, rfc: metadataOf("BASE", "")}, "", openID + " " + rfc},
		{"OpenID's, with a path", "/tenant", map[string]func(string) string{"/tenant" + openID: metadataOf("BASE/tenant", "")}, "", "/tenant" + openID},
		{"RFC 8414's, with a path", "/tenant", map[string]func(string) string{rfc + "/tenant": metadataOf("BASE/tenant", "")}, "", "/tenant" + openID + " " + rfc + "/tenant"},
		{"a slash behind", "/", map[string]func(string) string{openID: metadataOf("BASE/", "")}, "", openID},
		{"none", "", nil, models.OAuthMalformedAnswer, openID + " " + rfc},
		{"another issuer", "", map[string]func(string) string{openID: metadataOf("https://evil.example.com", ""), rfc: metadataOf("BASE", "")}, models.OAuthWrongIssuer, openID},
		{"another issuer's slash", "", map[string]func(string) string{openID: metadataOf("BASE/", "")}, models.OAuthWrongIssuer, openID},
		{"no issuer", "", map[string]func(string) string{openID: metadataOf("", "")}, models.OAuthWrongIssuer, openID},
		{"no token endpoint", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","authorization_endpoint":"` + base + `/a"}`
		}}, models.OAuthMalformedAnswer, openID},
		{"no authorization endpoint", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","token_endpoint":"` + base + `/t"}`
		}}, models.OAuthMalformedAnswer, openID},
		{"an endpoint without TLS", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","authorization_endpoint":"` + base + `/a","token_endpoint":"http://login.example.com/` + said + `"}`
		}}, models.OAuthTargetForbidden, openID},
		{"a page without TLS", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","authorization_endpoint":"http://login.example.com/a","token_endpoint":"` + base + `/t"}`
		}}, models.OAuthTargetForbidden, openID},
		{"a page that is none", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","authorization_endpoint":"javascript:alert(1)","token_endpoint":"` + base + `/t"}`
		}}, models.OAuthTargetForbidden, openID},
		{"revoking without TLS", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","authorization_endpoint":"` + base + `/a","token_endpoint":"` + base + `/t","revocation_endpoint":"http://10.0.0.1/"}`
		}}, models.OAuthTargetForbidden, openID},
		{"a private token endpoint", "", map[string]func(string) string{openID: func(base string) string {
			return `{"issuer":"` + base + `","authorization_endpoint":"` + base + `/a","token_endpoint":"https://10.0.0.1/t"}`
		}}, models.OAuthTargetForbidden, openID},
	} {
		s := issuer(t, tt.at)
		g, err := finish(t, discovered(s, tt.path), code)
		if reason(err) != tt.want || (err == nil) != (g.Tokens.Access.Reveal() == "token") {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		var asked []string
		for _, r := range s.asked {
			if r.Method == http.MethodGet {
				asked = append(asked, r.URL.Path)
			} else if r.URL.Path != "/t" {
				t.Errorf("%s: the code went to %s", tt.name, r.URL)
			}
		}
		if got := strings.Join(asked, " "); got != tt.asked {
			t.Errorf("%s: asked for %s", tt.name, got)
		}
		if posted := s.count() - len(asked); (posted == 1) != (tt.want == "") {
			t.Errorf("%s: %d token requests", tt.name, posted)
		}
	}
}

func TestDiscovery_faults(t *testing.T) {
	s := serve(t, nil)
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		want   models.OAuthReason
		asked  int
	}{
		{"503", says(503, "text/plain", said), models.OAuthProviderUnavailable, 1},
		{"429", says(429, "text/plain", said), models.OAuthProviderUnavailable, 1},
		{"403", says(403, "text/plain", said), models.OAuthMalformedAnswer, 2},
		{"long", saysJSON(`{"x":"` + strings.Repeat("x", 256<<10) + `"}`), models.OAuthMalformedAnswer, 2},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, models.OAuthTimeout, 1},
	} {
		s.says(tt.answer)
		before := s.count()
		if _, err := finish(t, discovered(s, ""), code); reason(err) != tt.want || s.count()-before != tt.asked {
			t.Errorf("%s: %v, asked %d times", tt.name, err, s.count()-before)
		}
	}
	before := s.count()
	for _, at := range []string{"http://login.example.com", "https://login.example.com/?a=b", "http://10.0.0.1", "nonsense", "https://10.0.0.1"} {
		c := discovered(s, "")
		c.Values = models.Values{"issuer": models.NewSecret(at)}
		if _, err := finish(t, c, code); reason(err) != models.OAuthTargetForbidden {
			t.Errorf("%s: %v", at, err)
		}
	}
	if s.count() != before {
		t.Error("it was asked")
	}
}

func TestDiscovery_is_asked_once(t *testing.T) {
	var asked atomic.Int64
	s := issuer(t, map[string]func(string) string{"/.well-known/openid-configuration": func(base string) string {
		asked.Add(1)
		return metadataOf("BASE", "")(base)
	}})
	p := providers(t)
	c := discovered(s, "")
	for range 5 {
		if _, _, _, err := p.Begin(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Finish(t.Context(), c, oauth.Pending{}, code); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.Revoke(t.Context(), c, models.Tokens{Access: models.NewSecret("token")}); got != models.Revoked || s.last(t).URL.Path != "/r" {
		t.Errorf("%s at %s", got, s.last(t).URL)
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	// What could not be read is asked for again.
	s.says(says(503, "", ""))
	broken := providers(t)
	for range 2 {
		before := s.count()
		if _, _, _, err := broken.Begin(t.Context(), c); reason(err) != models.OAuthProviderUnavailable || s.count() == before {
			t.Errorf("%v", err)
		}
	}
}

// RFC 9207: iss is compared where it is sent, and wanted where it was promised.
func TestFinish_compares_the_issuer(t *testing.T) {
	promise := `,"authorization_response_iss_parameter_supported":true`
	path := "/.well-known/openid-configuration"
	promises := issuer(t, map[string]func(string) string{path: metadataOf("BASE", promise)})
	silent := issuer(t, map[string]func(string) string{path: metadataOf("BASE", "")})
	plain := serve(t, saysJSON(`{"access_token":"token"}`))
	named := connection(plain, func(o *models.OAuth2) { o.Issuer = "https://{{tenant}}.example.com" })
	named.Values = models.Values{"tenant": models.NewSecret("ours")}
	for _, tt := range []struct {
		name string
		c    oauth.Connection
		iss  string
		want bool
	}{
		{"promised and equal", discovered(promises, ""), promises.URL, true},
		{"promised and missing", discovered(promises, ""), "", false},
		{"promised and another", discovered(promises, ""), "https://evil.example.com", false},
		{"promised and almost", discovered(promises, ""), promises.URL + "/", false},
		{"not promised and equal", discovered(silent, ""), silent.URL, true},
		{"not promised and missing", discovered(silent, ""), "", true},
		{"not promised and another", discovered(silent, ""), promises.URL, false},
		{"declared and equal", named, "https://ours.example.com", true},
		{"declared and missing", named, "", true},
		{"declared and another", named, "https://theirs.example.com", false},
		{"declared and the page's", named, plain.URL, false},
		{"unknown, of the page's origin", connection(plain, nil), plain.URL + "/tenant", true},
		{"unknown, missing", connection(plain, nil), "", true},
		{"unknown, of another host", connection(plain, nil), "https://evil.example.com", false},
		{"unknown, of another port", connection(plain, nil), promises.URL, false},
		{"unknown, by TLS", connection(plain, nil), strings.Replace(plain.URL, "http:", "https:", 1), false},
		{"unknown, nonsense", connection(plain, nil), "::", false},
	} {
		for _, with := range []url.Values{{"code": {"code"}}, {"error": {"access_denied"}}} {
			if tt.iss != "" {
				with.Set("iss", tt.iss)
			}
			want := models.OAuthNone
			if with.Has("error") {
				want = models.OAuthAccessDenied
			}
			if !tt.want {
				want = models.OAuthWrongIssuer
			}
			if _, err := finish(t, tt.c, with); reason(err) != want {
				t.Errorf("%s, %v: %v", tt.name, with, err)
			}
		}
	}
}
