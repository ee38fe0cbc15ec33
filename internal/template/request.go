package template

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keyward/models"
)

// Target fills a request's URL, whose host is one of those that secrets may go to.
func (s Scope) Target(urlTemplate string, hosts []string) (*url.URL, error) {
	target, err := s.URL(urlTemplate)
	if err != nil {
		return nil, err
	}
	if !s.MayReach(hosts, HostOf(urlTemplate), target.Hostname(), portOf(target)) {
		return nil, ErrForbidden
	}
	return target, nil
}

// Request makes the declared request; its secrets go to one of the hosts.
func (s Scope) Request(ctx context.Context, declared *models.HTTPRequest, hosts []string) (*http.Request, error) {
	target, err := s.Target(declared.URL, hosts)
	if err != nil {
		return nil, err
	}
	query := encode(s.Pairs(declared.Query))
	target.RawQuery = strings.Trim(target.RawQuery+"&"+query, "&")
	body, contentType, err := s.body(declared)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, declared.Method, target.String(), strings.NewReader(body))
	if err != nil {
		return nil, ErrUnclear // not err: it quotes the URL
	}
	req.Header.Set("User-Agent", "Keyward")
	req.Header.Set("Accept", "application/json")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req, s.authenticate(req, declared)
}

// body fills the declared body: JSON, a form or none.
func (s Scope) body(declared *models.HTTPRequest) (body, contentType string, err error) {
	switch {
	case declared.JSON != "":
		body, err = s.json(declared.JSON)
		return body, "application/json", err
	case len(declared.Form) > 0:
		return encode(s.Pairs(declared.Form)), "application/x-www-form-urlencoded", nil
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

// authenticate sets the declared headers, cookies and Basic authentication.
func (s Scope) authenticate(req *http.Request, declared *models.HTTPRequest) error {
	headers := s.Pairs(declared.Headers)
	for _, name := range slices.Sorted(maps.Keys(headers)) { // two templates may come to one name: always the same one wins
		value := headers[name]
		if !MayNameHeader(name) || hasControl(value) {
			return ErrRejected
		}
		req.Header.Set(name, value)
	}
	cookies := s.Pairs(declared.Cookies)
	for _, name := range slices.Sorted(maps.Keys(cookies)) {
		cookie := &http.Cookie{Name: name, Value: cookies[name]} //nolint:gosec // it is sent, not set
		if cookie.Valid() != nil {
			return ErrRejected
		}
		req.AddCookie(cookie)
	}
	if declared.Basic != nil {
		username, password := s.Text(declared.Basic.Username), s.Text(declared.Basic.Password)
		// RFC 7617, section 2: no colon in the user name, no control character in either.
		if strings.Contains(username, ":") || hasControl(username) || hasControl(password) {
			return ErrRejected
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
