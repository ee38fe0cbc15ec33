package verifiers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/dghubble/oauth1"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// maxBody is how much of an answer is read. A longer one says nothing, whatever its status.
const maxBody = 64 << 10

var errTooLong = errors.New("the answer is longer than a dry request reads")

// httpVerifier makes the request that a descriptor declares and judges the answer by its rules.
type httpVerifier struct{}

var _ Verifier = httpVerifier{}

func (httpVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	dry := r.DryRequest
	if dry.Request == nil {
		return failure(errUnclear)
	}
	s, err := newScope(r)
	if err == nil && dry.JWT != nil {
		err = signJWT(s, dry.JWT, time.Now())
	}
	if err != nil {
		return failure(err)
	}
	if dry.Session != nil {
		if opened := openSession(ctx, guard, s, dry); opened.Outcome != models.Accepted {
			return opened
		}
		defer closeSession(ctx, guard, s, dry)
	}
	client := guard.HTTPClient()
	if dry.Signature != "" {
		client = signing(ctx, guard, r)
	}
	a, _, err := fetch(ctx, client, s, dry.Request, dry.Hosts)
	if err != nil {
		return failure(err)
	}
	return judge(dry, a)
}

// fetch makes a declared request.
func fetch(ctx context.Context, client *http.Client, s template.Scope, declared *models.HTTPRequest, hosts []string) (answer, http.Header, error) {
	req, err := s.Request(ctx, declared, hosts)
	if err != nil {
		return answer{}, nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp.Body)
	return answer{status: resp.StatusCode, body: body}, resp.Header, err
}

// signing is the guarded client, which signs what it sends (RFC 5849, section 3).
func signing(ctx context.Context, guard *egress.Guard, r Request) *http.Client {
	config := oauth1.NewConfig(r.Values[models.ConsumerKey].Reveal(), r.Values[models.ConsumerSecret].Reveal())
	if r.DryRequest.Signature == "HMAC-SHA256" {
		config.Signer = &oauth1.HMAC256Signer{ConsumerSecret: config.ConsumerSecret}
	}
	token := oauth1.NewToken(r.Values[models.AccessToken].Reveal(), r.Values[models.TokenSecret].Reveal())
	guarded := guard.HTTPClient()
	signing := config.Client(context.WithValue(ctx, oauth1.HTTPClient, guarded), token)
	signing.CheckRedirect, signing.Timeout = guarded.CheckRedirect, guarded.Timeout
	return signing
}

func readBody(body io.Reader) ([]byte, error) {
	read, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if len(read) > maxBody {
		return nil, errTooLong
	}
	return read, err
}

func (httpVerifier) Target(r Request) (string, error) {
	declared := r.DryRequest.Request
	if declared == nil {
		return "", errUnclear
	}
	s, err := newScope(r)
	if err != nil {
		return "", err
	}
	target, err := s.Target(declared.URL, r.DryRequest.Hosts)
	if err != nil {
		return "", err
	}
	return target.Hostname(), nil
}

func newScope(r Request) (template.Scope, error) {
	return template.New(r.Values, r.DryRequest.Variables, r.DryRequest.Derived)
}
