package gatewaytest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
)

// elsewhere connects an account at another gateway, as if that were another product, and takes the tokens from there.
func elsewhere(t *testing.T, g *Gateway, p *Provider) (access, refresh string) {
	t.Helper()
	var tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	p.Spoil(func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		_ = json.Unmarshal(answer.Body.Bytes(), &tokens)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
	connectAs(t, g.Owner(t), p, "ada")
	p.Fault.Store(nil)
	if tokens.Access == "" || tokens.Refresh == "" {
		t.Fatal("no tokens came by")
	}
	return tokens.Access, tokens.Refresh
}

const bringAlong = `mutation($input: CreateCredentialInput!) { createCredential(input: $input) { __typename ... on Error { code message }
	... on ValidationError { issues { path message } } ... on VerificationFailedError { verification { outcome reason } }
	... on CreateCredentialSuccess { credential { id status accessTokenExpiresAt grantedScopes missingScopes connection { renewable problem { reason } account { id } } } } } }`

func TestOAuth_tokens_are_brought_along(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, clock := connected(t, dialect)
		owner := g.Owner(t)
		bring := func(tokens, more Vars) Object {
			input := Vars{"componentId": "cmp_oauth2", "authMethod": "authorization-code", "fields": p.Fields(), "tokens": tokens}
			for key, value := range more {
				input[key] = value
			}
			return owner.Must(t, bringAlong, Vars{"input": input})
		}
		const made = "createCredential.credential."

		t.Run("as they are, and renewed in time", func(t *testing.T) {
			access, refresh := elsewhere(t, g, p)
			before := p.Refreshes.Load()
			ends := clock.now().Add(time.Hour).UTC().Truncate(time.Second)
			saved := bring(Vars{"accessToken": access, "refreshToken": refresh, "expiresAt": ends.Format(time.RFC3339), "scopes": []string{"openid"}}, Vars{"idempotencyKey": "one"})
			if saved.Text(made+"status") != "VERIFIED" || saved.At(made+"connection.renewable") != true || saved.Len(made+"grantedScopes") != 1 {
				t.Fatal(saved)
			}
			if got, _ := time.Parse(time.RFC3339, saved.Text(made+"accessTokenExpiresAt")); !got.Equal(ends) {
				t.Errorf("it ends at %s, want %s", got, ends)
			}
			if p.Refreshes.Load() != before {
				t.Error("a token that is alive was renewed")
			}
			again := bring(Vars{"accessToken": access, "refreshToken": refresh, "expiresAt": ends.Format(time.RFC3339), "scopes": []string{"openid"}}, Vars{"idempotencyKey": "one"})
			if again.Text(made+"id") != saved.Text(made+"id") {
				t.Errorf("a repeated call: %v", again)
			}
			if other := bring(Vars{"accessToken": access}, Vars{"idempotencyKey": "one"}); other.Text("createCredential.code") != "IDEMPOTENCY_KEY_REUSED" {
				t.Errorf("other tokens under the same key: %v", other)
			}
			clock.advance(50 * time.Minute)
			if verified := owner.Must(t, VerifyCredential, Vars{"input": Vars{"id": saved.Text(made + "id")}}); verified.Text("verifyCredential.verification.outcome") != "ACCEPTED" {
				t.Error(verified)
			}
			if p.Refreshes.Load() != before+1 || p.Reuses.Load() != 0 {
				t.Errorf("%d renewals, %d reuses", p.Refreshes.Load()-before, p.Reuses.Load())
			}
			for _, secret := range []string{access, refresh} {
				if strings.Contains(g.Log.String(), secret) {
					t.Error("a token is in the log")
				}
			}
		})
		for name, tokens := range map[string]func(access, refresh string) Vars{
			"by the refresh token alone":             func(_, refresh string) Vars { return Vars{"refreshToken": refresh} },
			"with an access token that nobody takes": func(_, refresh string) Vars { return Vars{"accessToken": "dead", "refreshToken": refresh} },
			"with an access token whose time is over": func(access, refresh string) Vars {
				return Vars{"accessToken": access, "refreshToken": refresh, "expiresAt": "2020-01-01T00:00:00Z"}
			},
		} {
			t.Run(name, func(t *testing.T) {
				before := p.Refreshes.Load()
				saved := bring(tokens(elsewhere(t, g, p)), nil)
				if saved.Text(made+"status") != "VERIFIED" || saved.At(made+"connection.renewable") != true || p.Refreshes.Load() != before+1 {
					t.Errorf("%d renewals: %v", p.Refreshes.Load()-before, saved)
				}
			})
		}
		t.Run("saved though the service can't be asked, once they were renewed", func(t *testing.T) {
			broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
			t.Cleanup(broken.Close)
			fields := p.Fields()
			fields[len(fields)-1]["value"] = broken.URL + "/me"
			access, refresh := elsewhere(t, g, p)
			if told := bring(Vars{"accessToken": access, "refreshToken": refresh}, Vars{"fields": fields}); told.Text("createCredential.verification.outcome") != "UNAVAILABLE" {
				t.Errorf("nothing was renewed, so nothing had to be saved: %v", told)
			}
			if saved := bring(Vars{"refreshToken": refresh}, Vars{"fields": fields}); saved.Text(made+"status") != "UNVERIFIED" {
				t.Error(saved)
			}
		})
		t.Run("refused where they are worth nothing", func(t *testing.T) {
			count := func() int { return Count(t, g.SQL(t), "SELECT count(*) FROM credentials") }
			before := count()
			for name, tokens := range map[string]Vars{
				"dead":             {"accessToken": "dead"},
				"dead, both":       {"accessToken": "dead", "refreshToken": "dead"},
				"over, for good":   {"accessToken": "dead", "expiresAt": "2020-01-01T00:00:00Z"},
				"a dead refresher": {"refreshToken": "dead"},
			} {
				if told := bring(tokens, Vars{"saveUnverified": true}); told.Text("createCredential.verification.outcome") != "REJECTED" {
					t.Errorf("%s: %v", name, told)
				}
			}
			for name, tokens := range map[string]Vars{
				"none":                {},
				"one of OAuth 1.0":    {"accessToken": "a", "tokenSecret": "s"},
				"a number":            {"accessToken": 7},
				"an empty one":        {"accessToken": ""},
				"one with a line end": {"accessToken": "a\r\nX-Evil: 1"},
				"an unknown value":    {"accessToken": "a", "captured": []Vars{{"name": "host", "value": "evil.example"}}},
			} {
				told := bring(tokens, nil)
				if path := told.At("createCredential.issues.0.path.0"); path != "tokens" || strings.Contains(told.Text("createCredential.issues.0.message"), "Evil") {
					t.Errorf("%s: %v", name, told)
				}
			}
			told := owner.Must(t, bringAlong, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}, "tokens": Vars{"accessToken": "a"}}})
			if told.At("createCredential.issues.0.path.0") != "tokens" {
				t.Error(told)
			}
			if count() != before {
				t.Error("something was saved")
			}
		})
	})
}
