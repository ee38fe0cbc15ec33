package verifiers

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"keyward/internal/egress"
	"keyward/models"
)

// externalVerifier asks a verifier of the operator's own, for components that need code to be tried: POST of the values, signed as
// Standard Webhooks has it (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). Only the
// addresses that the operator named are ever asked, whatever descriptors say.
type externalVerifier struct {
	urls   []string
	signer *standardwebhooks.Webhook
}

var _ Verifier = externalVerifier{}

// The secret's form in Standard Webhooks.
const (
	secretPrefix   = "whsec_"
	minSecretBytes = 24
	maxSecretBytes = 64
)

// ErrExternalSecret says what is wrong with a secret, and not what it is.
var ErrExternalSecret = errors.New("must be whsec_ and the Base64 text of 24 to 64 random bytes: make one with  echo whsec_$(openssl rand -base64 32)")

// WithExternal returns a registry that may also ask the verifiers at these addresses. ErrExternalSecret.
func (r *Registry) WithExternal(urls []string, secret models.Secret) (*Registry, error) {
	key, prefixed := strings.CutPrefix(secret.Reveal(), secretPrefix)
	raw, err := base64.StdEncoding.DecodeString(key)
	if !prefixed || err != nil || len(raw) < minSecretBytes || len(raw) > maxSecretBytes {
		return nil, ErrExternalSecret
	}
	signer, err := standardwebhooks.NewWebhookRaw(raw)
	if err != nil {
		return nil, ErrExternalSecret
	}
	with := *r
	with.verifiers = maps.Clone(r.verifiers)
	with.verifiers["external"] = externalVerifier{urls: slices.Clone(urls), signer: signer}
	return &with, nil
}

func (v externalVerifier) Target(r Request) (string, error) {
	target, err := v.target(r)
	if err != nil {
		return "", err
	}
	return target.Hostname(), nil
}

func (v externalVerifier) target(r Request) (*url.URL, error) {
	external := r.DryRequest.External
	if external == nil || !slices.Contains(v.urls, external.URL) {
		return nil, errForbidden
	}
	target, err := url.Parse(external.URL)
	if err != nil || target.Scheme != "https" {
		return nil, errForbidden
	}
	return target, nil
}

func (v externalVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	target, err := v.target(r)
	if err != nil {
		return failure(err)
	}
	req, err := v.question(ctx, target, r)
	if err != nil {
		return failure(errUnclear)
	}
	resp, err := guard.HTTPClient().Do(req)
	if err != nil {
		return failure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp.Body)
	switch {
	case err != nil:
		return failure(err)
	case resp.StatusCode == http.StatusTooManyRequests:
		return unavailable(models.ReasonRateLimited)
	case resp.StatusCode != http.StatusOK:
		return unavailable(models.ReasonUnexpectedResponse)
	}
	return judgeExternal(body)
}

// question is the signed request. A new id each time lets the verifier refuse what somebody sends again.
func (v externalVerifier) question(ctx context.Context, target *url.URL, r Request) (*http.Request, error) {
	values := make(map[string]string, len(r.Values))
	for name, value := range r.Values {
		values[name] = value.Reveal()
	}
	body, err := json.Marshal(map[string]any{"component": r.DryRequest.External.Component, "method": r.DryRequest.External.Method, "values": values})
	if err != nil {
		return nil, err
	}
	id, now := "msg_"+uuid.NewString(), time.Now()
	signature, err := v.signer.Sign(id, now, body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Keyward")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// no are the reasons that mean a service's own no. Others say why there is no answer.
var (
	no      = []models.VerificationReason{models.ReasonAuthRejected, models.ReasonInsufficientScope, models.ReasonDatabaseNotFound}
	neither = []models.VerificationReason{
		models.ReasonHostNotFound, models.ReasonConnectionRefused, models.ReasonTimeout, models.ReasonTLSInvalid,
		models.ReasonTargetForbidden, models.ReasonRateLimited, models.ReasonUnexpectedResponse,
	}
)

// judgeExternal takes {"verified": true} for a yes and nothing else, least of all an answer that leaves verified out.
func judgeExternal(body []byte) Result {
	answer, ok := members(body)
	verified, isBool := answer["verified"].(bool)
	given, hasReason := answer["reason"]
	reason, isText := given.(string)
	why := models.VerificationReason(reason)
	switch {
	case !ok || !isBool:
	case verified && !hasReason:
		return accepted()
	case verified:
	case !hasReason:
		return rejected(models.ReasonAuthRejected)
	case isText && slices.Contains(no, why):
		return rejected(why)
	case isText && slices.Contains(neither, why):
		return unavailable(why)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}

// members reads an object, alone in its text and with no name twice: encoding/json would take the last of them.
func members(body []byte) (map[string]any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, false
	}
	found := map[string]any{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, false
		}
		if _, twice := found[name.(string)]; twice { //nolint:forcetypeassert // an object's name
			return nil, false
		}
		found[name.(string)] = value //nolint:forcetypeassert // an object's name
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	_, err := d.Token()
	return found, errors.Is(err, io.EOF)
}
