package oauth

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"keyward/internal/template"
	"keyward/models"
)

// endpoints are where one connection's provider is, and who we are there.
type endpoints struct {
	scope                            template.Scope
	client                           Client
	authorization, token, revocation string
	issuer                           string // what iss has to be; empty: nobody said
	namesIssuer                      bool   // the provider promises to send iss (RFC 9207)
}

func (p *Providers) endpoints(ctx context.Context, c Connection) (*endpoints, error) {
	o := c.Method.OAuth2
	scope, err := template.New(c.Values.Typed(), o.Variables, nil)
	if err != nil {
		return nil, unfilled(err)
	}
	e := &endpoints{scope: scope, client: c.Client, issuer: scope.Text(o.Issuer)}
	if o.ClientID != "" {
		e.client = Client{ID: scope.Text(o.ClientID), Secret: models.NewSecret(scope.Text(o.ClientSecret))}
	}
	if e.client.ID == "" {
		return nil, failed(models.OAuthClientMissing)
	}
	if o.Discovery != "" {
		if err := p.discover(ctx, o, e); err != nil {
			return nil, err
		}
	}
	for to, from := range map[*string]string{&e.authorization: o.AuthorizationURL, &e.token: o.TokenURL, &e.revocation: o.RevocationURL} {
		if from == "" {
			continue
		}
		if scope.Text(from) == "" { // an optional field, left empty
			continue
		}
		filled, err := scope.Target(from, o.Hosts)
		if err != nil {
			return nil, unfilled(err)
		}
		*to = filled.String()
	}
	for _, url := range []string{e.authorization, e.token, e.revocation} {
		if url != "" && !secure(url) {
			return nil, failed(models.OAuthTargetForbidden)
		}
	}
	if e.token == "" || (e.authorization == "" && c.Method.Connects()) {
		return nil, failed(models.OAuthMalformedAnswer)
	}
	return e, nil
}

// secure: https, or http on this machine (RFC 8252, section 8.3), whose addresses the guard refuses unless the operator allows them.
func secure(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || (u.Scheme == "http" && (u.Hostname() == "localhost" || (err == nil && addr.IsLoopback())))
}

// issued compares iss where it is sent, and wants it where it was promised (RFC 9207). Without a known issuer it has to be of the
// host that the person was sent to.
func (e *endpoints) issued(answer url.Values) bool {
	iss := answer.Get("iss")
	switch {
	case iss == "":
		return !e.namesIssuer
	case e.issuer != "":
		return iss == e.issuer
	}
	named, err := url.Parse(iss)
	asked, askedErr := url.Parse(e.authorization)
	return err == nil && askedErr == nil && named.Scheme == asked.Scheme && strings.EqualFold(named.Host, asked.Host)
}

// metadata is what an issuer says of itself (RFC 8414, section 2).
type metadata struct {
	authorization, token, revocation string
	namesIssuer                      bool
	readAt                           time.Time
}

// cache keeps issuers' metadata for an hour.
type cache struct {
	mu   sync.Mutex
	kept map[string]metadata
}

const (
	metadataTime = time.Hour
	maxIssuers   = 1000
)

func (c *cache) get(issuer string) (metadata, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.kept[issuer]
	return found, ok && time.Since(found.readAt) < metadataTime
}

func (c *cache) put(issuer string, m metadata) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= maxIssuers {
		c.kept = map[string]metadata{}
	}
	c.kept[issuer] = m
}

// discover reads the issuer's metadata: where OpenID Connect Discovery has them, else where RFC 8414 has. go-oidc knows only the
// former, and not every provider of tokens is one of identities.
func (p *Providers) discover(ctx context.Context, o *models.OAuth2, e *endpoints) error {
	issuer, err := e.scope.Target(o.Discovery, o.Hosts)
	if err != nil {
		return unfilled(err)
	}
	e.issuer = issuer.String()
	if !secure(e.issuer) || issuer.RawQuery != "" {
		return failed(models.OAuthTargetForbidden)
	}
	found, ok := p.discovered.get(e.issuer)
	if !ok {
		at := *issuer
		at.Path = ""
		path := strings.TrimSuffix(issuer.Path, "/")
		for _, place := range []string{
			strings.TrimSuffix(e.issuer, "/") + "/.well-known/openid-configuration",
			at.String() + "/.well-known/oauth-authorization-server" + path,
		} {
			found, err = p.readMetadata(ctx, place, e.issuer)
			if refused, ok := errors.AsType[*models.OAuthError](err); !ok || refused.Reason != models.OAuthMalformedAnswer { // there, or no use asking on
				break
			}
		}
		if err != nil {
			return err
		}
		p.discovered.put(e.issuer, found)
	}
	e.authorization, e.token, e.revocation, e.namesIssuer = found.authorization, found.token, found.revocation, found.namesIssuer
	return nil
}

func (p *Providers) readMetadata(ctx context.Context, place, issuer string) (metadata, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return metadata{}, failed(models.OAuthUnreachable)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Keyward")
	status, body, _, err := p.do(request)
	if err != nil {
		return metadata{}, err
	}
	document, isJSON := template.Document(body)
	switch {
	case status >= 500 || status == http.StatusTooManyRequests:
		return metadata{}, failed(models.OAuthProviderUnavailable)
	case status != http.StatusOK || !isJSON:
		return metadata{}, failed(models.OAuthMalformedAnswer)
	case template.Scalar(document, "/issuer") != issuer: // RFC 8414, section 3.3
		return metadata{}, failed(models.OAuthWrongIssuer)
	}
	return metadata{
		authorization: template.Scalar(document, "/authorization_endpoint"), token: template.Scalar(document, "/token_endpoint"),
		revocation:  template.Scalar(document, "/revocation_endpoint"),
		namesIssuer: template.Scalar(document, "/authorization_response_iss_parameter_supported") == "true",
		readAt:      time.Now(),
	}, nil
}
