package verifiers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"keyward/internal/egress"
	"keyward/models"
)

// awsVerifier asks AWS' Security Token Service whose keys these are, which every key may ask
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html). Parameters: host, the region's
// endpoint of the service; port, if it isn't 443; region, accessKeyId, secretAccessKey, and for temporary keys
// sessionToken. The secret key itself is never sent: it signs.
type awsVerifier struct{}

var _ Verifier = awsVerifier{}

var awsDialect = dialect{port: "443"}

func (awsVerifier) Target(r Request) (string, error) { return loginHost(r, awsDialect) }

func (awsVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, awsDialect)
	if err != nil {
		return failure(err)
	}
	keys, err := newAWSKeys(r, s)
	if err != nil {
		return failure(err)
	}
	query := url.Values{"Action": {"GetCallerIdentity"}, "Version": {"2011-06-15"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.origin()+"/?"+query.Encode(), nil)
	if err != nil {
		return errUnclear.Result
	}
	a, err := keys.ask(guard, req, "sts")
	if err != nil {
		return failure(err)
	}
	if a.status == http.StatusOK && a.root == "GetCallerIdentityResponse" && a.Identity.Account != "" {
		yes := accepted()
		yes.Account = models.Account{ID: showable(a.Identity.Account), Name: showable(a.Identity.ARN)}
		return yes
	}
	return a.result()
}

// origin is the log-in's address as a URL: the usual port is left out, as it is in the Host header that gets signed.
func (l login) origin() string {
	u := url.URL{Scheme: "https", Host: bracketed(l.host)}
	usual := "443"
	if l.plain {
		u.Scheme, usual = "http", "80"
	}
	if l.port != usual {
		u.Host += ":" + l.port
	}
	return u.String()
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}
