package vault

import (
	"context"
	"errors"
	"slices"
	"time"

	"keyward/internal/oauth"
	"keyward/internal/requestid"
	"keyward/models"
)

// GivenTokens are tokens that a provider gave elsewhere: who moves to Keyward brings them along, and nobody has to say yes again.
type GivenTokens struct {
	// Access may be missing where there is Refresh. Secret goes with an access token of OAuth 1.0a.
	Access, Refresh, Secret models.FieldValue
	EndsAt                  *time.Time // of the access token; nil: it has none, or none is known
	Scopes                  []string   // nil: those that the method asks for
	Captured                []CapturedValue
}

// CapturedValue is one that came with the tokens.
type CapturedValue struct{ Name, Value string }

// issues says what is wrong with the tokens for a method. No message repeats a value.
func (t *GivenTokens) issues(m *models.AuthMethod) []models.ValidationIssue {
	var found []models.ValidationIssue
	add := func(message string, path ...string) {
		found = append(found, models.ValidationIssue{Path: append([]string{"tokens"}, path...), Message: message})
	}
	if !m.Connects() {
		add(m.Title + " has no tokens of a provider: leave tokens out, and give fields.")
		return found
	}
	for name, value := range map[string]models.FieldValue{"accessToken": t.Access, "refreshToken": t.Refresh, "tokenSecret": t.Secret} {
		if text, ok := value.Reveal().(string); !value.IsNull() && (!ok || text == "") {
			add("A token is a text that is not empty.", name)
		}
	}
	first := m.OAuth1 != nil
	switch {
	case t.Access.IsNull() && t.Refresh.IsNull():
		add("Give an accessToken, a refreshToken, or both.")
	case first && t.Access.IsNull():
		add("OAuth 1.0 has no refresh tokens: give the accessToken and its tokenSecret.", "accessToken")
	case first && t.Secret.IsNull():
		add("An access token of OAuth 1.0 needs its tokenSecret.", "tokenSecret")
	case !first && !t.Secret.IsNull():
		add("Only OAuth 1.0 has a tokenSecret.", "tokenSecret")
	}
	for _, captured := range t.Captured {
		if m.OAuth2 == nil || !slices.ContainsFunc(m.OAuth2.Captures, func(c models.Capture) bool { return c.Name == captured.Name }) {
			add("No such value comes with this method's tokens.", "captured")
		}
	}
	return found
}

func (t *GivenTokens) tokens() models.Tokens {
	secret := func(value models.FieldValue) models.Secret {
		text, _ := value.Reveal().(string)
		return models.NewSecret(text)
	}
	tokens := models.Tokens{Access: secret(t.Access), Refresh: secret(t.Refresh), Secret: secret(t.Secret), Captured: map[string]string{}}
	for _, captured := range t.Captured {
		tokens.Captured[captured.Name] = captured.Value
	}
	return tokens
}

// takeover makes tokens that were given elsewhere a credential's.
type takeover struct {
	*Vault
	caller     models.Caller
	component  *models.Component
	connection oauth.Connection
	granted    oauth.Granted
	tried      models.Verification
	// renewed: the old tokens may be worth nothing from then on, so the new ones have to be saved unless the service says no to them.
	renewed bool
}

// tryGiven tries tokens that were given elsewhere. An access token that has ended, or that the service doesn't take, is renewed first, if it
// can be. ValidationError, RateLimitedError.
func (v *Vault) tryGiven(ctx context.Context, caller models.Caller, component *models.Component, m *models.AuthMethod, values models.Values, given *GivenTokens) (*takeover, *models.Grant, error) {
	client, err := v.client(ctx, caller.WorkspaceID, m)
	if err != nil {
		return nil, nil, refusedTokens(err)
	}
	t := &takeover{Vault: v, caller: caller, component: component, connection: oauth.Connection{Method: m, Values: values, Client: client, Scopes: m.Scopes}}
	t.granted.Scopes = given.Scopes
	if t.granted.Tokens, err = oauth.Adopt(m, given.tokens()); err != nil {
		return nil, nil, refusedTokens(err)
	}
	if given.EndsAt != nil {
		t.granted.Life = given.EndsAt.Sub(v.now())
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime) // who hangs up must not lose a token that came
	defer cancel()
	useless := t.granted.Tokens.IsZero() || (given.EndsAt != nil && t.granted.Life <= 0)
	if !useless {
		if err := t.try(ctx); err != nil {
			return nil, nil, err
		}
		useless = t.tried.Outcome == models.Rejected && t.tried.Reason == models.ReasonAuthRejected
	}
	if useless && t.granted.Tokens.CanRenew() {
		if err := t.renew(ctx); err != nil {
			return nil, nil, err
		}
	} else if t.tried.Outcome == "" { // it has ended, and nothing can renew it
		t.tried = models.Verification{Outcome: models.Rejected, Reason: models.ReasonAuthRejected, CheckedAt: v.now()}
	}
	grant := v.newGrant(m, client.ID, m.Scopes, t.granted)
	grant.AccountID, grant.AccountName = t.tried.Account.ID, t.tried.Account.Name
	return t, &grant, nil
}

// try makes the dry request with the tokens, once what comes with them is known.
func (t *takeover) try(ctx context.Context) error {
	c := t.connection
	if c.Method.OAuth2 != nil && c.Method.OAuth2.Metadata != nil {
		err := t.asking(ctx, t.caller.WorkspaceID, c, func() (err error) {
			t.granted.Tokens, err = t.providers.Complete(ctx, c, t.granted.Tokens)
			return err
		})
		if refused, ok := errors.AsType[*models.OAuthError](err); ok {
			t.tried = t.untried(refused)
			if refused.Reason == models.OAuthRefused { // it is the token that was tried
				t.tried.Outcome, t.tried.Reason = models.Rejected, models.ReasonAuthRejected
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
	var err error
	t.tried, err = t.Vault.try(ctx, t.caller, t.component, c.Method, t.values())
	return err
}

// renew gets new tokens for the refresh token and tries those. That they could not be tried keeps nobody from saving them. RateLimitedError:
// nothing was renewed.
func (t *takeover) renew(ctx context.Context) error {
	var next oauth.Granted
	err := t.asking(ctx, t.caller.WorkspaceID, t.connection, func() (err error) {
		next, err = t.providers.Refresh(ctx, t.connection, t.granted.Tokens)
		return err
	})
	if refused, ok := errors.AsType[*models.OAuthError](err); ok {
		t.tried = verdict(refused.Reason)
		t.tried.CheckedAt = t.now()
		return nil
	}
	if err != nil {
		return err
	}
	if next.Scopes == nil {
		next.Scopes = t.granted.Scopes
	}
	t.granted, t.renewed = next, true
	if err := t.try(ctx); err != nil {
		t.tried = models.Verification{Outcome: models.Unavailable, Reason: models.ReasonUnexpectedResponse, CheckedAt: t.now()}
		if _, limited := errors.AsType[*models.RateLimitedError](err); limited {
			t.tried.Reason = models.ReasonRateLimited
		} else {
			t.log.ErrorContext(ctx, "renewed tokens could not be tried", "component", t.component.ID, "workspace", t.caller.WorkspaceID, "error", err.Error(), "request_id", requestid.From(ctx))
		}
	}
	return nil
}

func (t *takeover) values() models.Values { return t.connection.Values.With(t.granted.Tokens) }

// refusedTokens turns a provider's reason into what is wrong with the input.
func refusedTokens(err error) error {
	refused, ok := errors.AsType[*models.OAuthError](err)
	if !ok {
		return err
	}
	message := refused.Reason.Message()
	if refused.Reason == models.OAuthMalformedAnswer {
		message = "A token, or a value that comes with it, is missing or not of the form that the component's descriptor asks for."
	}
	return &models.ValidationError{Issues: []models.ValidationIssue{{Path: []string{"tokens"}, Message: message}}}
}
