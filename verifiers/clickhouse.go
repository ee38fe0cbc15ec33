package verifiers

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"

	"keyward/internal/egress"
	"keyward/models"
)

// clickhouseVerifier asks a ClickHouse server for 1 over its HTTP interface (https://clickhouse.com/docs/interfaces/http).
// Parameters: host, port (of that interface), database, user, password, and tls: "disable" means no TLS, anything else
// verified TLS. Or uri: an https or http address with all of them, whose query says nothing.
type clickhouseVerifier struct{}

var _ Verifier = clickhouseVerifier{}

var clickhouseDialect = dialect{
	schemes: []string{"https", "http"}, port: "8443", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Scheme == "http" },
}

func (clickhouseVerifier) Target(r Request) (string, error) { return loginHost(r, clickhouseDialect) }

func (clickhouseVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, clickhouseDialect)
	if err != nil {
		return failure(err)
	}
	req, err := clickhouseRequest(ctx, l)
	if err != nil {
		return errUnclear.Result
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
	if resp.StatusCode == http.StatusOK {
		if string(body) == "1\n" {
			return accepted()
		}
		return unavailable(models.ReasonUnexpectedResponse)
	}
	code := resp.Header.Get("X-Clickhouse-Exception-Code")
	if found := clickhouseException.FindSubmatch(body); code == "" && found != nil {
		code = string(found[1])
	}
	return clickhouseResult(code)
}

// clickhouseRequest is a GET, which ClickHouse lets read only. The login leaves as basic authentication, which takes
// characters that a header of its own would not.
func clickhouseRequest(ctx context.Context, l login) (*http.Request, error) {
	u := url.URL{Scheme: "https", Host: net.JoinHostPort(l.host, l.port), Path: "/"}
	if l.plain {
		u.Scheme = "http"
	}
	query := url.Values{"query": {"SELECT 1"}}
	if l.database != "" {
		query.Set("database", l.database)
	}
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(l.user, l.password)
	return req, nil
}

// clickhouseException is how an error's text begins; servers before 19 send no header with its code.
var clickhouseException = regexp.MustCompile(`^Code: ([0-9]+)[.,]`)

// Error codes, from ClickHouse's system.errors.
func clickhouseResult(code string) Result {
	switch code {
	case "516", // AUTHENTICATION_FAILED
		"192", "193", "194": // UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD: before version 20
		return rejected(models.ReasonAuthRejected)
	case "81": // UNKNOWN_DATABASE
		return rejected(models.ReasonDatabaseNotFound)
	case "291", "497": // DATABASE_ACCESS_DENIED, ACCESS_DENIED
		return rejected(models.ReasonInsufficientScope)
	case "195": // IP_ADDRESS_NOT_ALLOWED
		return unavailable(models.ReasonConnectionRefused)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}
