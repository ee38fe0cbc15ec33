package gatewaytest_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/internal/vault"
	"keyward/models"
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
		passOn(w, answer)
	})
	connectAs(t, g.Owner(t), p, "ada")
	p.Fault.Store(nil)
	if tokens.Access == "" || tokens.Refresh == "" {
		t.Fatal("no tokens came by")
	}
	return tokens.Access, tokens.Refresh
}

func passOn(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
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

// The provider takes a refresh token once: who hangs up while it answers must not lose what came of it.
func TestOAuth_tokens_are_saved_though_the_caller_hangs_up(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		g, p, _ := connected(t, dialect)
		_, refresh := elsewhere(t, g, p)
		var fields []vault.Field
		for _, f := range p.Fields() {
			fields = append(fields, vault.Field{Key: f["key"].(string), Value: models.NewFieldValue(f["value"])})
		}
		ctx, hangUp := context.WithCancel(t.Context())
		p.Spoil(func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
			hangUp()
			passOn(w, answer)
		})
		saved, err := g.Vault.Create(ctx, models.Operator(g.Workspace), vault.NewCredential{
			ComponentID: "cmp_oauth2", Method: "authorization-code", Fields: fields, Tokens: &vault.GivenTokens{Refresh: models.NewFieldValue(refresh)},
		})
		if ctx.Err() == nil || err != nil || saved.Status != models.StatusVerified {
			t.Fatalf("hung up: %v; %q, %v", ctx.Err(), saved.Status, err)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM oauth_grants WHERE credential_id = '"+saved.ID+"'"); n != 1 {
			t.Errorf("%d connections were saved", n)
		}
	})
}

// Nor are they lost where the workspace has no budget left for the service that would be asked about them.
func TestOAuth_tokens_are_saved_though_the_budget_is_spent(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		d := NewDatabase(t, dialect)
		d.Now, d.HostBudget = newClock().now, models.Budget{Burst: 1, PerMinute: 1}
		g, p := New(t, d), NewProvider(t)
		p.Serves(g)
		owner := g.Owner(t)
		_, refresh := elsewhere(t, g, p)
		service, heard := counting(t, "127.0.0.1")
		service = strings.Replace(service, "127.0.0.1", "localhost", 1) // the provider is another host
		fields := p.Fields()
		fields[len(fields)-1]["value"] = service
		bring := func(tokens Vars) Object {
			return owner.Must(t, bringAlong, Vars{"input": Vars{"componentId": "cmp_oauth2", "authMethod": "authorization-code", "fields": fields, "tokens": tokens}})
		}
		if spent := bring(Vars{"accessToken": "wrong"}); spent.Text("createCredential.verification.outcome") != "REJECTED" {
			t.Fatal(spent)
		}
		before := p.Refreshes.Load()
		if told := bring(Vars{"accessToken": "wrong", "refreshToken": refresh}); told.Text("createCredential.__typename") != limited || p.Refreshes.Load() != before {
			t.Errorf("nothing was renewed, so nothing had to be saved: %v", told)
		}
		saved := bring(Vars{"refreshToken": refresh})
		if saved.Text("createCredential.credential.status") != "UNVERIFIED" || p.Refreshes.Load() != before+1 || heard.Load() != 1 {
			t.Errorf("%d renewals, the service heard of %d: %v", p.Refreshes.Load()-before, heard.Load(), saved)
		}
		verified := owner.Must(t, `query($id: ID!) { credential(id: $id) { lastVerification { outcome reason } } }`, Vars{"id": saved.Text("createCredential.credential.id")})
		if verified.Text("credential.lastVerification.outcome") != "UNAVAILABLE" || verified.Text("credential.lastVerification.reason") != "RATE_LIMITED" {
			t.Error(verified)
		}
	})
}
