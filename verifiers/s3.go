package verifiers

import (
	"context"
	"net/http"
	"net/netip"
	"regexp"

	"keyward/internal/egress"
	"keyward/internal/template"
)

// s3Verifier lists at most one object of a bucket, or the buckets where none is named, at Amazon S3 or a service that
// speaks its protocol (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). Parameters: host and
// port of the endpoint, region, bucket, accessKeyId, secretAccessKey, sessionToken, style: "virtual" puts the bucket
// before the host, anything else into the path; and tls: "disable" means no TLS, anything else verified TLS.
type s3Verifier struct{}

var _ Verifier = s3Verifier{}

var s3Dialect = dialect{port: "443", plainPort: "80", tls: "tls"}

func (s3Verifier) Target(r Request) (string, error) {
	s, err := newScope(r)
	if err != nil {
		return "", err
	}
	at, err := newS3Place(r, s)
	return at.host, err
}

func (s3Verifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	at, err := newS3Place(r, s)
	if err != nil {
		return failure(err)
	}
	keys, err := newAWSKeys(r, s)
	if err != nil {
		return failure(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.origin()+at.path, nil)
	if err != nil {
		return errUnclear.Result
	}
	a, err := keys.ask(guard, req, "s3")
	if err != nil {
		return failure(err)
	}
	if a.status == http.StatusOK && a.root == at.yes {
		return accepted()
	}
	return a.result()
}

// s3Place is where to ask, and what document says yes.
type s3Place struct {
	login
	path, yes string
}

var (
	bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$`)
	// hostBucket may stand before a host: with a dot in it, no certificate would fit.
	hostBucket = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)
)

func newS3Place(r Request, s template.Scope) (s3Place, error) {
	l, err := newLogin(r, s, s3Dialect)
	if err != nil {
		return s3Place{}, err
	}
	at := s3Place{login: l, path: "/", yes: "ListAllMyBucketsResult"}
	bucket := s.Text(r.DryRequest.Params["bucket"])
	if bucket == "" {
		return at, nil
	}
	if !bucketName.MatchString(bucket) {
		return s3Place{}, errNoBucket
	}
	at.yes = "ListBucketResult"
	_, notAddress := netip.ParseAddr(l.host)
	if s.Text(r.DryRequest.Params["style"]) == "virtual" && hostBucket.MatchString(bucket) && notAddress != nil {
		at.host = bucket + "." + l.host // belongs to whom the host belongs to
	} else {
		at.path += bucket
	}
	at.path += "?list-type=2&max-keys=1"
	return at, nil
}
