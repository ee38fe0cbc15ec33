package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"keyward/models"
)

// OIDC is an OpenID provider that people sign in with.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string // empty: a public client, which PKCE alone protects
	Scopes       []string
	GroupsClaim  string
	Rules        []Rule
	Name         string // what people call it
	// Client reaches the provider. It follows no redirect.
	Client *http.Client //nolint:forbidigo // handed in: it is a Guard's
}

const (
	// providerTimeout is how long a provider may take for all that one step asks of it.
	providerTimeout = 15 * time.Second
	// maxProviderAnswer bounds what it may send: go-oidc reads all of it.
	maxProviderAnswer = 1 << 20
)

// signingAlgs are what an ID token may be signed with: the provider's private key, never our own secret and never nothing.
var signingAlgs = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// providerError says why a provider's answer was of no use, in words of ours: theirs may hold tokens and codes.
type providerError struct{ reason string }

func (e *providerError) Error() string { return e.reason }

func unusable(reason string) error { return &providerError{reason} }

// identity is what a provider says about a person.
type identity struct {
	subject, name, email string
	verified             bool // the email is the person's
	groups               []string
}

// provider speaks to the OpenID provider. It is looked for when somebody wants to sign in, so a gateway starts without it.
type provider struct {
	OIDC
	redirect string
	found    atomic.Pointer[endpoints]
}

// endpoints is what a provider's discovery document told.
type endpoints struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
	userInfo string
	namesIss bool // it sends iss along with each answer (RFC 9207)
}

func newProvider(c OIDC, baseURL string) *provider {
	client := *c.Client
	client.Transport = bounded{client.Transport}
	c.Client = &client
	return &provider{OIDC: c, redirect: baseURL + "/sign-in/callback"}
}

// bounded ends answers that are too long.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxProviderAnswer)
	}
	return response, err
}

// discover reads the provider's document, once. Whatever it names has to be as safe as the issuer itself.
func (p *provider) discover(ctx context.Context) (*endpoints, error) {
	if known := p.found.Load(); known != nil {
		return known, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.Client), p.Issuer)
	if err != nil {
		return nil, unusable("discovery: " + kindOf(err))
	}
	var document struct {
		JWKS     string   `json:"jwks_uri"`
		Methods  []string `json:"token_endpoint_auth_methods_supported"`
		NamesIss bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&document); err != nil {
		return nil, unusable("discovery: the document is malformed")
	}
	endpoint := found.Endpoint()
	for _, address := range []string{endpoint.AuthURL, endpoint.TokenURL, document.JWKS} {
		if !SafeIssuer(address) {
			return nil, unusable("discovery: an endpoint is missing or not https")
		}
	}
	if userInfo := found.UserInfoEndpoint(); userInfo != "" && !SafeIssuer(userInfo) {
		return nil, unusable("discovery: the userinfo endpoint is not https")
	}
	endpoint.AuthStyle = authStyle(document.Methods, p.ClientSecret)
	known := &endpoints{
		provider: found,
		// Its key set asks in the background, without ctx: the client's own limit ends that.
		verifier: found.Verifier(&oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: signingAlgs}),
		oauth: oauth2.Config{
			ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: p.redirect, Scopes: p.Scopes,
		},
		userInfo: found.UserInfoEndpoint(),
		namesIss: document.NamesIss,
	}
	p.found.Store(known)
	return known, nil
}

// authStyle chooses how we prove who we are: as the document says (basic where it says nothing: OpenID Connect Discovery,
// section 3). To try one after the other would send the code twice.
func authStyle(methods []string, secret string) oauth2.AuthStyle {
	post := slices.Contains(methods, "client_secret_post") && !slices.Contains(methods, "client_secret_basic")
	if secret == "" || post {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// SafeIssuer reports whether the URL is one that a provider may have: https, or http on this machine.
func SafeIssuer(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || (u.Scheme == "http" && (u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())))
}

// identify turns a code into what the provider says about the person (OpenID Connect Core, sections 3.1.3 and 5.3).
func (p *provider) identify(ctx context.Context, known *endpoints, code, verifier, nonce string) (identity, error) {
	ctx = oidc.ClientContext(ctx, p.Client)
	token, err := known.oauth.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return identity{}, unusable("exchange: " + kindOf(err))
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return identity{}, unusable("exchange: no ID token came")
	}
	idToken, err := known.verifier.Verify(ctx, raw)
	if err != nil {
		reason := "not valid, or the keys to check it were not to be had"
		if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
			reason = "expired"
		}
		return identity{}, unusable("ID token: " + reason)
	}
	claims := map[string]json.RawMessage{}
	if err := idToken.Claims(&claims); err != nil {
		return identity{}, unusable("ID token: its claims are malformed")
	}
	azp := text(claims["azp"])
	switch {
	case idToken.Nonce != nonce:
		return identity{}, unusable("ID token: another nonce")
	case idToken.Subject == "" || len(idToken.Subject) > 255: // the length is OpenID Connect Core's, section 2
		return identity{}, unusable("ID token: no subject")
	case azp != p.ClientID && (azp != "" || len(idToken.Audience) > 1):
		return identity{}, unusable("ID token: for another party")
	case idToken.AccessTokenHash != "" && idToken.VerifyAccessToken(token.AccessToken) != nil:
		return identity{}, unusable("ID token: of another access token")
	}
	if known.userInfo != "" && p.lacks(claims) {
		if err := addUserInfo(ctx, known, token, idToken.Subject, claims); err != nil {
			return identity{}, err
		}
	}
	return p.read(idToken.Subject, claims), nil
}

// lacks: the ID token leaves something to the userinfo endpoint, as it may where there is an access token.
func (p *provider) lacks(claims map[string]json.RawMessage) bool {
	wanted := []string{"name", "email", "email_verified"}
	if slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.kind == ruleGroup }) {
		wanted = append(wanted, p.GroupsClaim)
	}
	return slices.ContainsFunc(wanted, func(claim string) bool { return claims[claim] == nil })
}

// addUserInfo adds what the userinfo endpoint says to what the ID token said. An address and whether it was verified stay
// together. Without an answer there is no sign-in: a rule would seem not to fit any more.
func addUserInfo(ctx context.Context, known *endpoints, token *oauth2.Token, subject string, claims map[string]json.RawMessage) error {
	info, err := known.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return unusable("userinfo: " + kindOf(err))
	}
	more := map[string]json.RawMessage{}
	if info.Subject != subject || info.Claims(&more) != nil {
		return unusable("userinfo: about somebody else")
	}
	if claims["email"] == nil || claims["email_verified"] == nil {
		delete(claims, "email")
		delete(claims, "email_verified")
	} else {
		delete(more, "email")
		delete(more, "email_verified")
	}
	for claim, value := range more {
		if claims[claim] == nil {
			claims[claim] = value
		}
	}
	return nil
}

func (p *provider) read(subject string, claims map[string]json.RawMessage) identity {
	who := identity{subject: subject, email: clean(text(claims["email"]), 320)}
	verified := string(claims["email_verified"])
	who.verified = who.email == text(claims["email"]) && (verified == "true" || verified == `"true"`) // some send text
	if json.Unmarshal(claims[p.GroupsClaim], &who.groups) != nil {
		who.groups = nil
		if one := text(claims[p.GroupsClaim]); one != "" {
			who.groups = []string{one}
		}
	}
	for _, name := range []string{text(claims["name"]), text(claims["preferred_username"]), who.email, subject} {
		if who.name = clean(name, 200); who.name != "" {
			break
		}
	}
	return who
}

func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// user is the person as a row.
func (p *provider) user(who identity, now time.Time) models.User {
	return models.User{ID: newID(models.UserIDPrefix), Issuer: p.Issuer, Subject: who.subject, Name: who.name, Email: who.email, CreatedAt: now}
}

// oauthErrors are the words of RFC 6749, section 5.2. Whatever else a provider says is not repeated.
var oauthErrors = []string{"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}

// kindOf names what went wrong with a provider without a word of what it sent.
func kindOf(err error) string {
	var network net.Error
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		if slices.Contains(oauthErrors, refused.ErrorCode) {
			return refused.ErrorCode
		}
		return "status " + strconv.Itoa(refused.Response.StatusCode)
	}
	if _, ok := errors.AsType[*oidc.IssuerMismatchError](err); ok {
		return "the document is another issuer's; mind a slash at the end of --oidc-issuer"
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer in time"
	case network != nil:
		return "not reachable"
	}
	return "no usable answer"
}
