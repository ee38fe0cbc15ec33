package verifiers

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keyward/internal/egress"
	"keyward/models"
)

// maxBody is how much of an answer is read. A longer one says nothing, whatever its status.
const maxBody = 64 << 10

var errTooLong = errors.New("the answer is longer than a dry request reads")

// httpVerifier makes the request that a descriptor declares and judges the answer by its rules.
type httpVerifier struct{}

var _ Verifier = httpVerifier{}

func (httpVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	req, err := buildRequest(ctx, r)
	if err != nil {
		return failure(err)
	}
	resp, err := guard.HTTPClient().Do(req)
	if err != nil {
		return failure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp.Body)
	if err != nil {
		return failure(err)
	}
	return judge(r.DryRequest, answer{status: resp.StatusCode, body: body})
}

func readBody(body io.Reader) ([]byte, error) {
	read, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if len(read) > maxBody {
		return nil, errTooLong
	}
	return read, err
}

func (httpVerifier) Target(r Request) (string, error) {
	_, target, err := httpTarget(r)
	if err != nil {
		return "", err
	}
	return target.Hostname(), nil
}

// httpTarget fills the URL, whose host is one that the credential's secrets may go to.
func httpTarget(r Request) (scope, *url.URL, error) {
	declared := r.DryRequest.Request
	if declared == nil {
		return nil, nil, errUnclear
	}
	s, err := newScope(r)
	if err != nil {
		return nil, nil, err
	}
	target, err := s.url(declared.URL)
	if err != nil {
		return nil, nil, err
	}
	if !s.mayReach(r.DryRequest.Hosts, hostOf(declared.URL), target.Hostname(), portOf(target)) {
		return nil, nil, errForbidden
	}
	return s, target, nil
}

func buildRequest(ctx context.Context, r Request) (*http.Request, error) {
	s, target, err := httpTarget(r)
	if err != nil {
		return nil, err
	}
	declared := r.DryRequest.Request
	query := encode(s.pairs(declared.Query))
	target.RawQuery = strings.Trim(target.RawQuery+"&"+query, "&")
	body, contentType, err := s.body(declared)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, declared.Method, target.String(), strings.NewReader(body))
	if err != nil {
		return nil, errUnclear // not err: it quotes the URL
	}
	req.Header.Set("User-Agent", "Keyward")
	req.Header.Set("Accept", "application/json")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req, s.authenticate(req, declared)
}

// body fills the declared body: JSON, a form or none.
func (s scope) body(declared *models.HTTPRequest) (body, contentType string, err error) {
	switch {
	case declared.JSON != "":
		body, err = s.json(declared.JSON)
		return body, "application/json", err
	case len(declared.Form) > 0:
		return encode(s.pairs(declared.Form)), "application/x-www-form-urlencoded", nil
	}
	return "", "", nil
}

func encode(pairs map[string]string) string {
	values := make(url.Values, len(pairs))
	for name, value := range pairs {
		values.Set(name, value)
	}
	return values.Encode()
}

// authenticate sets the declared headers and Basic authentication.
func (s scope) authenticate(req *http.Request, declared *models.HTTPRequest) error {
	headers := s.pairs(declared.Headers)
	for _, name := range slices.Sorted(maps.Keys(headers)) { // two templates may come to one name: always the same one wins
		value := headers[name]
		if !MayNameHeader(name) || hasControl(value) {
			return errRejected
		}
		req.Header.Set(name, value)
	}
	if declared.Basic != nil {
		username, password := s.text(declared.Basic.Username), s.text(declared.Basic.Password)
		// RFC 7617, section 2: no colon in the user name, no control character in either.
		if strings.Contains(username, ":") || hasControl(username) || hasControl(password) {
			return errRejected
		}
		req.SetBasicAuth(username, password)
	}
	return nil
}

// reservedHeaders are the connection's own (RFC 9110, section 7.6.1) and those that decide where a request ends or
// whom it is for.
var reservedHeaders = []string{
	"Connection", "Content-Length", "Cookie", "Expect", "Host", "Keep-Alive", "Set-Cookie", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

// MayNameHeader reports whether name is a token (RFC 9110, section 5.6.2) and no reserved header's. A person may have
// typed it.
func MayNameHeader(name string) bool {
	for _, c := range []byte(name) {
		alphanumeric := '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
		if !alphanumeric && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	canonical := http.CanonicalHeaderKey(name)
	return name != "" && !strings.HasPrefix(canonical, "Proxy-") && !slices.Contains(reservedHeaders, canonical)
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f })
}
