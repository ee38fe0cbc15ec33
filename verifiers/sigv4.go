package verifiers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"keyward/internal/egress"
	"keyward/internal/template"
	"keyward/models"
)

// awsKeys sign requests to AWS, and to what speaks its language.
type awsKeys struct {
	aws.Credentials
	region string
}

// signable is what fits in the headers of a signed request.
var signable = regexp.MustCompile(`^[!-~]*$`)

// newAWSKeys reads the parameters accessKeyId, secretAccessKey, sessionToken and region, which is us-east-1 if it is
// left empty.
func newAWSKeys(r Request, s template.Scope) (awsKeys, error) {
	param := func(name string) string { return s.Text(r.DryRequest.Params[name]) }
	keys := awsKeys{
		Credentials: aws.Credentials{
			AccessKeyID: param("accessKeyId"), SecretAccessKey: param("secretAccessKey"), SessionToken: param("sessionToken"),
		},
		region: param("region"),
	}
	if keys.region == "" {
		keys.region = "us-east-1"
	}
	if keys.AccessKeyID == "" || keys.SecretAccessKey == "" ||
		!signable.MatchString(keys.AccessKeyID+keys.SessionToken+keys.region) || strings.ContainsAny(keys.AccessKeyID+keys.region, "/,=") {
		return awsKeys{}, errRejected
	}
	return keys, nil
}

// awsAnswer is what came back. S3 has its errors at the root of the document, other services one level below.
type awsAnswer struct {
	status int
	root   string
	awsError
	Error    awsError `xml:"Error"`
	Identity struct {
		Account string `xml:"Account"`
		ARN     string `xml:"Arn"`
	} `xml:"GetCallerIdentityResult"`
}

type awsError struct {
	Code    string `xml:"Code"`
	Message string `xml:"Message"`
	Region  string `xml:"Region"` // the right one, where the asked one is wrong
}

// ask signs a request without a body and sends it (AWS Signature Version 4).
func (k awsKeys) ask(guard *egress.Guard, req *http.Request, service string) (awsAnswer, error) {
	nothing := sha256.Sum256(nil)
	hash := hex.EncodeToString(nothing[:])
	req.Header.Set("X-Amz-Content-Sha256", hash)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	if err := signer.SignHTTP(req.Context(), k.Credentials, req, hash, service, k.region, time.Now()); err != nil {
		return awsAnswer{}, errUnclear
	}
	resp, err := guard.HTTPClient().Do(req)
	if err != nil {
		return awsAnswer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return awsAnswer{}, err
	}
	a := awsAnswer{status: resp.StatusCode}
	a.read(body)
	return a, nil
}

// read takes what it can from a body whose end may be missing: a listing says yes by its first element. What can't be
// read leaves the answer without a root, and so without a meaning.
func (a *awsAnswer) read(body []byte) {
	document := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := document.Token()
		if err != nil {
			return
		}
		if start, ok := token.(xml.StartElement); ok {
			a.root = start.Name.Local
			_ = document.DecodeElement(a, &start) // a listing may be cut off; an error that is has no code
			return
		}
	}
}

// The codes are AWS' own (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html).
var awsCodes = []struct {
	result Result
	codes  []string
}{
	{rejected(models.ReasonAuthRejected), []string{
		"InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
		"ExpiredToken", "ExpiredTokenException", "InvalidToken", "IncompleteSignature", "AuthFailure", "Unauthorized",
	}},
	{rejected(models.ReasonInsufficientScope), []string{
		"AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AccountProblem", "NotSignedUp", "OptInRequired", "InvalidObjectState",
	}},
	{rejected(models.ReasonDatabaseNotFound), []string{"NoSuchBucket", "InvalidBucketName"}},
	{rejected(models.ReasonWrongRegion), []string{"PermanentRedirect", "IllegalLocationConstraintException"}},
	{unavailable(models.ReasonRateLimited), []string{"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded"}},
}

// result judges an answer that isn't a yes.
func (a awsAnswer) result() Result {
	told := a.awsError
	if a.root == "ErrorResponse" {
		told = a.Error
	}
	switch {
	case a.status < 300 || told.Code == "" || (a.root != "Error" && a.root != "ErrorResponse"):
	case told.saysClock():
		return unavailable(models.ReasonUnexpectedResponse)
	case told.Region != "" && told.Code == "AuthorizationHeaderMalformed":
		return rejected(models.ReasonWrongRegion)
	default:
		for _, known := range awsCodes {
			if slices.Contains(known.codes, told.Code) {
				return known.result
			}
		}
	}
	if a.status == http.StatusTooManyRequests {
		return unavailable(models.ReasonRateLimited)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}

// saysClock: a signature that is too old or too young says that our clock or theirs is wrong, and nothing about the keys.
func (e awsError) saysClock() bool {
	return e.Code == "RequestTimeTooSkewed" || e.Code == "RequestExpired" ||
		strings.HasPrefix(e.Message, "Signature expired") || strings.HasPrefix(e.Message, "Signature not yet current")
}
