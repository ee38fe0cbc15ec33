package oauth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/dghubble/oauth1"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// signed is a provider by OAuth 1.0a, with what its last answer's status was: the library's errors quote the answer.
type signed struct {
	*oauth1.Config
	status int
}

func (p *Providers) signed(ctx context.Context, c Connection) (*signed, error) {
	o := c.Method.OAuth1
	if c.Client.ID == "" {
		return nil, failed(models.OAuthClientMissing)
	}
	scope, err := template.New(c.Values.Typed(), o.Variables, nil)
	if err != nil {
		return nil, unfilled(err)
	}
	s := &signed{Config: oauth1.NewConfig(c.Client.ID, c.Client.Secret.Reveal())}
	s.CallbackURL = p.callback
	if o.Signature == "HMAC-SHA256" {
		s.Signer = &oauth1.HMAC256Signer{ConsumerSecret: s.ConsumerSecret}
	}
	for to, from := range map[*string]string{
		&s.Endpoint.RequestTokenURL: o.RequestTokenURL, &s.Endpoint.AuthorizeURL: o.AuthorizationURL, &s.Endpoint.AccessTokenURL: o.AccessTokenURL,
	} {
		filled, err := scope.Target(from, o.Hosts)
		if err != nil {
			return nil, unfilled(err)
		}
		if *to = filled.String(); !secure(*to) {
			return nil, failed(models.OAuthTargetForbidden)
		}
	}
	client := *p.client
	client.Timeout, client.Transport = 0, &bound{ctx: ctx, timeout: p.timeout, next: client.Transport, signed: s}
	s.HTTPClient = &client
	return s, nil
}

// bound ties the library's requests, which take no context, to one, and reads their answers, bounded, with a note of the status: of what
// goes wrong after that the library leaves nothing but a text.
type bound struct {
	ctx     context.Context //nolint:containedctx // for one exchange
	timeout time.Duration
	next    http.RoundTripper
	signed  *signed
}

func (b *bound) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(b.ctx, b.timeout)
	defer cancel()
	response, err := b.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, maxAnswer))
	if err != nil {
		if egress.Reason(err) == models.ReasonTimeout {
			return nil, err
		}
		body = nil // half of an answer is none
	}
	b.signed.status = response.StatusCode
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// reason makes sense of an error of the library; unauthorized is what 401 means at this step.
func (s *signed) reason(err error, unauthorized models.OAuthReason) error {
	if network, ok := errors.AsType[*url.Error](err); ok && s.status == 0 {
		return unreachable(network)
	}
	switch {
	case s.status >= 500 || s.status == http.StatusTooManyRequests:
		return failed(models.OAuthProviderUnavailable)
	case s.status == http.StatusUnauthorized || s.status == http.StatusForbidden:
		return failed(unauthorized)
	case s.status >= 400:
		return failed(models.OAuthRefused)
	}
	return failed(models.OAuthMalformedAnswer)
}

func (p *Providers) begin1(ctx context.Context, c Connection) (page, key string, pending Pending, err error) {
	s, err := p.signed(ctx, c)
	if err != nil {
		return "", "", pending, err
	}
	token, secret, err := s.RequestToken()
	if err != nil {
		return "", "", pending, s.reason(err, models.OAuthClientRejected)
	}
	to, err := s.AuthorizationURL(token)
	if err != nil {
		return "", "", pending, failed(models.OAuthMalformedAnswer)
	}
	return to.String(), token, Pending{State: token, Secret: secret}, nil
}

func (p *Providers) finish1(ctx context.Context, c Connection, pending Pending, answer url.Values) (Granted, error) {
	if answer.Has("denied") {
		return Granted{}, failed(models.OAuthAccessDenied)
	}
	verifier := answer.Get("oauth_verifier")
	if verifier == "" {
		return Granted{}, failed(models.OAuthMalformedAnswer)
	}
	s, err := p.signed(ctx, c)
	if err != nil {
		return Granted{}, err
	}
	token, secret, err := s.AccessToken(pending.State, pending.Secret, verifier)
	if err != nil {
		return Granted{}, s.reason(err, models.OAuthGrantInvalid)
	}
	if !isToken(token) || !isToken(secret) {
		return Granted{}, failed(models.OAuthMalformedAnswer)
	}
	return Granted{Tokens: models.Tokens{Access: models.NewSecret(token), Secret: models.NewSecret(secret)}}, nil
}
