// Package oauth asks providers for tokens: by OAuth 2.0 (RFC 6749, as RFC 9700 wants it of a client) and OAuth 1.0a (RFC 5849). It
// stores nothing. Every failure is a *models.OAuthError: what a provider wrote gets into no error and no log.
package oauth

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// Timeout is how long a provider may take to answer one request, unless the operator says otherwise.
const Timeout = 15 * time.Second

// Providers asks them. It is safe for concurrent use.
type Providers struct {
	client     *http.Client // guarded
	callback   string
	timeout    time.Duration
	discovered cache
}

// New makes one that sends people back to the callback URL and waits for a provider as long as timeout says.
func New(guard *egress.Guard, callback string, timeout time.Duration) *Providers {
	client := *guard.HTTPClient()
	client.Timeout = timeout
	return &Providers{client: &client, callback: callback, timeout: timeout}
}

// CallbackURL is the redirect URI, exactly as it is sent.
func (p *Providers) CallbackURL() string { return p.callback }

// Timeout is how long a provider may take.
func (p *Providers) Timeout() time.Duration { return p.timeout }

// Client is who we are for a provider.
type Client struct {
	ID     string
	Secret models.Secret
}

// Connection is what is connected: by which method, with which typed values, as which client, asking for which scopes.
type Connection struct {
	Method *models.AuthMethod
	Values models.Values
	Client Client // the registered one; unused where the values bring one along
	Scopes []string
}

// Pending is what has to be known when the person comes back. Its texts are secrets.
type Pending struct {
	State    string
	Verifier string `json:",omitempty"` // PKCE's
	Secret   string `json:",omitempty"` // the temporary credentials', in OAuth 1.0a
}

// Granted is what a provider gave.
type Granted struct {
	Tokens models.Tokens
	// Life is how long the access token lives; zero where the provider sets no end.
	Life time.Duration
	// Scopes are nil where the provider names none: then it granted what was asked for (RFC 6749, section 5.1).
	Scopes []string
}

func failed(reason models.OAuthReason) error { return &models.OAuthError{Reason: reason} }

// Target is the host that would be asked for tokens; empty where the values lead to none.
func (p *Providers) Target(c Connection) string {
	to, hosts, variables := "", []string(nil), map[string]string(nil)
	switch {
	case c.Method.OAuth1 != nil:
		to, hosts, variables = c.Method.OAuth1.RequestTokenURL, c.Method.OAuth1.Hosts, c.Method.OAuth1.Variables
	case c.Method.OAuth2 != nil:
		to, hosts, variables = cmp.Or(c.Method.OAuth2.Discovery, c.Method.OAuth2.TokenURL), c.Method.OAuth2.Hosts, c.Method.OAuth2.Variables
	}
	scope, err := template.New(c.Values.Typed(), variables, nil)
	if err != nil {
		return ""
	}
	target, err := scope.Target(to, hosts)
	if err != nil {
		return ""
	}
	return template.CanonicalHost(target.Hostname())
}

// Begin makes the URL on which a person says yes. key comes back in the callback: it is the state, or OAuth 1.0a's temporary token.
func (p *Providers) Begin(ctx context.Context, c Connection) (page, key string, pending Pending, err error) {
	if c.Method.OAuth1 != nil {
		return p.begin1(ctx, c)
	}
	e, err := p.endpoints(ctx, c)
	if err != nil {
		return "", "", pending, err
	}
	o := c.Method.OAuth2
	pending.State = rand.Text()
	var options []oauth2.AuthCodeOption
	for name, value := range e.scope.Pairs(o.AuthorizationParameters) {
		options = append(options, oauth2.SetAuthURLParam(name, value))
	}
	if len(c.Scopes) > 0 {
		options = append(options, oauth2.SetAuthURLParam("scope", strings.Join(c.Scopes, o.ScopeSeparator)))
	}
	if audience := e.scope.Text(o.Audience); audience != "" {
		options = append(options, oauth2.SetAuthURLParam("audience", audience))
	}
	if o.PKCE {
		pending.Verifier = oauth2.GenerateVerifier()
		options = append(options, oauth2.S256ChallengeOption(pending.Verifier))
	}
	config := oauth2.Config{ClientID: e.client.ID, RedirectURL: p.callback, Endpoint: oauth2.Endpoint{AuthURL: e.authorization}}
	return config.AuthCodeURL(pending.State, options...), pending.State, pending, nil
}

// KeyOf finds what Begin called the key in the callback's parameters.
func KeyOf(answer url.Values) string {
	for _, name := range []string{"state", "oauth_token", "denied"} {
		if key := answer.Get(name); key != "" {
			return key
		}
	}
	return ""
}

// Finish turns the callback's parameters into tokens.
func (p *Providers) Finish(ctx context.Context, c Connection, pending Pending, answer url.Values) (Granted, error) {
	if c.Method.OAuth1 != nil {
		return p.finish1(ctx, c, pending, answer)
	}
	e, err := p.endpoints(ctx, c)
	if err != nil {
		return Granted{}, err
	}
	if !e.issued(answer) {
		return Granted{}, failed(models.OAuthWrongIssuer)
	}
	if answer.Has("error") {
		return Granted{}, failed(refusal(answer.Get("error")))
	}
	code := answer.Get("code")
	if code == "" {
		return Granted{}, failed(models.OAuthMalformedAnswer)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.callback}}
	if pending.Verifier != "" {
		form.Set("code_verifier", pending.Verifier)
	}
	return p.ask(ctx, c, e, form, answer)
}

// Mint gets an access token for the credential's own client (RFC 6749, section 4.4).
func (p *Providers) Mint(ctx context.Context, c Connection) (Granted, error) {
	e, err := p.endpoints(ctx, c)
	if err != nil {
		return Granted{}, err
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(c.Scopes) > 0 {
		form.Set("scope", strings.Join(c.Scopes, c.Method.OAuth2.ScopeSeparator))
	}
	if audience := e.scope.Text(c.Method.OAuth2.Audience); audience != "" {
		form.Set("audience", audience)
	}
	return p.ask(ctx, c, e, form, nil)
}

// Refresh gets a new access token, and often a new refresh token; where none came, the old one stays. What was captured stays as
// well, unless the new answer says otherwise.
func (p *Providers) Refresh(ctx context.Context, c Connection, tokens models.Tokens) (Granted, error) {
	e, err := p.endpoints(ctx, c)
	if err != nil {
		return Granted{}, err
	}
	// The scopes are left out: that asks for those that were granted (RFC 6749, section 6).
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.Refresh.Reveal()}}
	answer, err := p.post(ctx, c.Method.OAuth2, e, e.token, form)
	if err != nil {
		return Granted{}, err
	}
	granted, err := read(c.Method.OAuth2, answer)
	if err != nil {
		return Granted{}, err
	}
	if granted.Tokens.Refresh.Reveal() == "" {
		granted.Tokens.Refresh = tokens.Refresh
	}
	granted.Tokens.Captured = map[string]string{}
	for _, capture := range c.Method.OAuth2.Captures {
		value, ok := "", false
		if capture.From == models.FromToken {
			value, ok = cut(capture, template.Scalar(answer, capture.Pointer))
		}
		if !ok {
			value = tokens.Captured[capture.Name]
		}
		granted.Tokens.Captured[capture.Name] = value
	}
	return granted, nil
}

// Adopt takes tokens that were given elsewhere, with the values that came with them then, as the provider sent them. MALFORMED_ANSWER where
// one is missing or of another form. What the metadata request tells, Complete adds.
func Adopt(m *models.AuthMethod, tokens models.Tokens) (models.Tokens, error) {
	for _, token := range []models.Secret{tokens.Access, tokens.Refresh, tokens.Secret} {
		if text := token.Reveal(); text != "" && !isToken(text) {
			return tokens, failed(models.OAuthMalformedAnswer)
		}
	}
	if m.OAuth2 == nil {
		return tokens, nil
	}
	brought := tokens.Captured
	tokens.Captured = map[string]string{}
	err := take(m.OAuth2, tokens.Captured, false, func(c models.Capture) string { return brought[c.Name] })
	return tokens, err
}

// Complete adds what the metadata request tells, where there is one.
func (p *Providers) Complete(ctx context.Context, c Connection, tokens models.Tokens) (models.Tokens, error) {
	o := c.Method.OAuth2
	if o == nil || o.Metadata == nil {
		return tokens, nil
	}
	metadata, err := p.metadata(ctx, o, c.Values.With(tokens).Named())
	if err != nil {
		return tokens, err
	}
	return tokens, take(o, tokens.Captured, true, func(c models.Capture) string { return template.Scalar(metadata, c.Pointer) })
}

// ask sends a token request and captures what comes with the answer.
func (p *Providers) ask(ctx context.Context, c Connection, e *endpoints, form, callback url.Values) (Granted, error) {
	answer, err := p.post(ctx, c.Method.OAuth2, e, e.token, form)
	if err != nil {
		return Granted{}, err
	}
	granted, err := read(c.Method.OAuth2, answer)
	if err != nil {
		return Granted{}, err
	}
	if granted.Tokens.Captured, err = p.capture(ctx, c, granted.Tokens, answer, callback); err != nil {
		return Granted{}, err
	}
	return granted, nil
}

// Revoke gives the tokens back (RFC 7009): the refresh token, with which the provider shall end all that came of it, else the access token.
func (p *Providers) Revoke(ctx context.Context, c Connection, tokens models.Tokens) models.RevocationOutcome {
	if c.Method.OAuth2 == nil || tokens.IsZero() {
		return models.RevocationNotSupported
	}
	e, err := p.endpoints(ctx, c)
	switch {
	case err != nil:
		return models.RevocationFailed
	case e.revocation == "":
		return models.RevocationNotSupported
	}
	form := url.Values{"token": {tokens.Access.Reveal()}, "token_type_hint": {"access_token"}}
	if refresh := tokens.Refresh.Reveal(); refresh != "" {
		form = url.Values{"token": {refresh}, "token_type_hint": {"refresh_token"}}
	}
	status, _, err := p.send(ctx, c.Method.OAuth2, e, e.revocation, form)
	if err != nil || status < 200 || status > 299 {
		return models.RevocationFailed
	}
	return models.Revoked
}

// capture reads what a connection brings besides the tokens.
func (p *Providers) capture(ctx context.Context, c Connection, tokens models.Tokens, answer any, callback url.Values) (map[string]string, error) {
	tokens.Captured = map[string]string{}
	err := take(c.Method.OAuth2, tokens.Captured, false, func(c models.Capture) string {
		if c.From == models.FromCallback {
			return callback.Get(c.Parameter)
		}
		return template.Scalar(answer, c.Pointer)
	})
	if err != nil {
		return nil, err
	}
	tokens, err = p.Complete(ctx, c, tokens)
	return tokens.Captured, err
}

// take fills in the captured values that come from the metadata request, or all others.
func take(o *models.OAuth2, captured map[string]string, metadata bool, text func(models.Capture) string) error {
	for _, capture := range o.Captures {
		if (capture.From == models.FromMetadata) != metadata {
			continue
		}
		value, ok := cut(capture, text(capture))
		if !ok {
			return failed(models.OAuthMalformedAnswer)
		}
		captured[capture.Name] = value
	}
	return nil
}

func (p *Providers) metadata(ctx context.Context, o *models.OAuth2, values models.Values) (any, error) {
	scope, err := template.New(values, o.Variables, nil)
	if err != nil {
		return nil, unfilled(err)
	}
	request, err := scope.Request(ctx, o.Metadata, o.MetadataHosts)
	if err != nil {
		return nil, unfilled(err)
	}
	status, body, _, err := p.do(request)
	if err != nil {
		return nil, err
	}
	document, isJSON := template.Document(body)
	switch {
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		return nil, failed(models.OAuthProviderUnavailable)
	case status < 200 || status > 299:
		return nil, failed(models.OAuthRefused)
	case !isJSON:
		return nil, failed(models.OAuthMalformedAnswer)
	}
	return document, nil
}

// offered are the scopes without repetitions, in order.
func offered(text, separator string) []string {
	scopes := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || (separator == "," && r == ',') })
	slices.Sort(scopes)
	return slices.Compact(scopes)
}
