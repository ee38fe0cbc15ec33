package oauth

import (
	"context"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

const (
	// maxAnswer is how much of an answer is read.
	maxAnswer = 256 << 10
	// maxToken bounds a token: an ID of somebody in many groups comes to a few kilobytes.
	maxToken = 32 << 10
	// maxCaptured bounds a captured value.
	maxCaptured = 2 << 10
	// maxLife is beyond what any provider means.
	maxLife = 100 * 365 * 24 * time.Hour
)

// post sends a token request and returns the answer as JSON, whatever form it came in.
func (p *Providers) post(ctx context.Context, o *models.OAuth2, e *endpoints, to string, form url.Values) (any, error) {
	for name, value := range e.scope.Pairs(o.TokenParameters) {
		form.Set(name, value)
	}
	status, answer, err := p.send(ctx, o, e, to, form)
	if err != nil {
		return nil, err
	}
	said := answer.word()
	switch {
	case status >= 500 || status == http.StatusTooManyRequests:
		return nil, failed(models.OAuthProviderUnavailable)
	case said != "":
		return nil, failed(refusal(said))
	case status == http.StatusUnauthorized:
		return nil, failed(models.OAuthClientRejected)
	case status >= 400:
		return nil, failed(models.OAuthRefused)
	case status < 200 || status > 299 || answer.document == nil:
		return nil, failed(models.OAuthMalformedAnswer)
	}
	return answer.document, nil
}

// answer is a token answer; its document is nil where it is none.
type answer struct{ document any }

// word is what the provider calls its refusal, if it is one. Some send it with a status of 200.
func (a answer) word() string {
	found, _ := template.Lookup(a.document, "/error")
	if text, _ := found.(string); text != "" { // some say false where there is none
		return text
	}
	if strings.HasPrefix(template.Scalar(a.document, "/status"), "BAD_") { // HubSpot's
		return template.Scalar(a.document, "/status")
	}
	return ""
}

// send posts a form as the client. It returns the status and what the answer holds.
func (p *Providers) send(ctx context.Context, o *models.OAuth2, e *endpoints, to string, form url.Values) (int, answer, error) {
	switch o.ClientAuthentication {
	case models.ClientPost:
		form.Set("client_id", e.client.ID)
		if secret := e.client.Secret.Reveal(); secret != "" {
			form.Set("client_secret", secret)
		}
	case models.ClientNone:
		form.Set("client_id", e.client.ID)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, answer{}, failed(models.OAuthUnreachable)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Keyward")
	if o.ClientAuthentication == models.ClientBasic { // both encoded as in a form: RFC 6749, section 2.3.1
		request.SetBasicAuth(url.QueryEscape(e.client.ID), url.QueryEscape(e.client.Secret.Reveal()))
	}
	status, body, contentType, err := p.do(request)
	if err != nil {
		return 0, answer{}, err
	}
	return status, parse(contentType, body), nil
}

// parse reads JSON, or what some providers send instead: a form.
func parse(contentType string, body []byte) answer {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return answer{}
	}
	if document, isJSON := template.Document(body); isJSON && (strings.HasSuffix(media, "json") || media == "text/javascript") {
		if _, isObject := document.(map[string]any); isObject {
			return answer{document}
		}
		return answer{}
	}
	if media == "application/x-www-form-urlencoded" || media == "text/plain" {
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return answer{}
		}
		document := map[string]any{}
		for name := range values {
			document[name] = values.Get(name)
		}
		return answer{document}
	}
	return answer{}
}

func (p *Providers) do(request *http.Request) (status int, body []byte, contentType string, err error) {
	response, err := p.client.Do(request)
	if err != nil {
		return 0, nil, "", unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil && egress.Reason(err) == models.ReasonTimeout:
		return 0, nil, "", failed(models.OAuthTimeout)
	case err != nil || len(body) > maxAnswer:
		return 0, nil, "", failed(models.OAuthMalformedAnswer)
	}
	return response.StatusCode, body, response.Header.Get("Content-Type"), nil
}

func unreachable(err error) error {
	switch egress.Reason(err) {
	case models.ReasonTimeout:
		return failed(models.OAuthTimeout)
	case models.ReasonTargetForbidden:
		return failed(models.OAuthTargetForbidden)
	}
	return failed(models.OAuthUnreachable)
}

// unfilled says why a URL or a request could not be made of the values.
func unfilled(err error) error {
	if errors.Is(err, template.ErrForbidden) {
		return failed(models.OAuthTargetForbidden)
	}
	return failed(models.OAuthUnreachable)
}

// refusals are the words of RFC 6749 (sections 4.1.2.1 and 5.2) and those that vendors use in their place. Whatever else a provider
// says is a refusal without a reason.
var refusals = map[string]models.OAuthReason{
	"access_denied": models.OAuthAccessDenied, "consent_required": models.OAuthAccessDenied, "login_required": models.OAuthAccessDenied,
	"interaction_required": models.OAuthAccessDenied,
	"invalid_grant":        models.OAuthGrantInvalid, "bad_verification_code": models.OAuthGrantInvalid, "bad_refresh_token": models.OAuthGrantInvalid,
	"invalid_code": models.OAuthGrantInvalid, "code_already_used": models.OAuthGrantInvalid, "invalid_refresh_token": models.OAuthGrantInvalid,
	"token_expired": models.OAuthGrantInvalid, "token_revoked": models.OAuthGrantInvalid, "BAD_REFRESH_TOKEN": models.OAuthGrantInvalid,
	"BAD_AUTH_CODE": models.OAuthGrantInvalid, "invalid_token": models.OAuthGrantInvalid,
	"invalid_client": models.OAuthClientRejected, "unauthorized_client": models.OAuthClientRejected, "incorrect_client_credentials": models.OAuthClientRejected,
	"redirect_uri_mismatch": models.OAuthClientRejected, "bad_redirect_uri": models.OAuthClientRejected, "bad_client_secret": models.OAuthClientRejected,
	"invalid_client_id": models.OAuthClientRejected, "invalid_client_secret": models.OAuthClientRejected, "BAD_CLIENT_ID": models.OAuthClientRejected,
	"BAD_CLIENT_SECRET": models.OAuthClientRejected, "BAD_REDIRECT_URI": models.OAuthClientRejected, "application_suspended": models.OAuthClientRejected,
	"invalid_scope":           models.OAuthScopeRejected,
	"server_error":            models.OAuthProviderUnavailable,
	"temporarily_unavailable": models.OAuthProviderUnavailable, "slow_down": models.OAuthProviderUnavailable, "ratelimited": models.OAuthProviderUnavailable,
	"internal_error": models.OAuthProviderUnavailable, "fatal_error": models.OAuthProviderUnavailable, "service_unavailable": models.OAuthProviderUnavailable,
}

func refusal(word string) models.OAuthReason {
	if reason, known := refusals[word]; known {
		return reason
	}
	return models.OAuthRefused
}

// read takes a token answer apart (RFC 6749, section 5.1).
func read(o *models.OAuth2, document any) (Granted, error) {
	g := Granted{Tokens: models.Tokens{
		Access:  models.NewSecret(template.Scalar(document, o.Answer.AccessToken)),
		Refresh: models.NewSecret(template.Scalar(document, o.Answer.RefreshToken)),
	}}
	if !isToken(g.Tokens.Access.Reveal()) || (g.Tokens.Refresh.Reveal() != "" && !isToken(g.Tokens.Refresh.Reveal())) {
		return Granted{}, failed(models.OAuthMalformedAnswer)
	}
	if text := template.Scalar(document, o.Answer.ExpiresIn); text != "" {
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(seconds) {
			return Granted{}, failed(models.OAuthMalformedAnswer)
		}
		if seconds > 0 && seconds < maxLife.Seconds() { // 0 means no end where it is sent
			g.Life = time.Duration(seconds * float64(time.Second))
		}
	}
	switch scope, _ := template.Lookup(document, o.Answer.Scope); scope := scope.(type) {
	case string:
		if scope != "" {
			g.Scopes = offered(scope, o.ScopeSeparator)
		}
	case []any: // Twitch's, and others'
		g.Scopes = []string{}
		for _, one := range scope {
			if text, ok := one.(string); ok {
				g.Scopes = append(g.Scopes, offered(text, o.ScopeSeparator)...)
			}
		}
		slices.Sort(g.Scopes)
	}
	if slices.ContainsFunc(g.Scopes, func(scope string) bool { return !plain(scope, maxCaptured) }) || len(g.Scopes) > 500 {
		return Granted{}, failed(models.OAuthMalformedAnswer)
	}
	return g, nil
}

// isToken: visible ASCII (RFC 6749, appendix A.12), spaces excepted: it goes into a header.
func isToken(text string) bool {
	return text != "" && len(text) <= maxToken && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func plain(text string, most int) bool {
	return len(text) <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// cut takes the value out of the text; it reports whether there is one.
func cut(c models.Capture, text string) (string, bool) {
	if text == "" || !plain(text, maxCaptured) {
		return "", false
	}
	if c.Pattern == "" {
		return text, true
	}
	pattern, err := regexp.Compile(`\A(?:` + c.Pattern + `)\z`)
	if err != nil {
		return "", false
	}
	match := pattern.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return match[min(1, len(match)-1)], true
}
