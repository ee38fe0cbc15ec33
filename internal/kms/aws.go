package kms

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	awskmsapi "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/tink-crypto/tink-go-awskms/v3/integration/awskms"
)

var awsARN = regexp.MustCompile(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$`)

// openAWS takes the region from the key's name, and credentials from the environment or a web identity. The SDK's own
// chain would go on to files and the metadata service, which the guard refuses.
func openAWS(c Config, client *http.Client, key string) (service, error) {
	named := awsARN.FindStringSubmatch(key)
	if named == nil {
		return service{}, errors.New("write aws-kms:// and the key's ARN: aws-kms://arn:aws:kms:eu-central-1:111122223333:key/…")
	}
	provider, err := awsCredentials(c, client, named[1])
	if err != nil {
		return service{}, err
	}
	api := awskmsapi.New(awskmsapi.Options{
		Region: named[1], HTTPClient: client, Credentials: provider, RetryMaxAttempts: 2, BaseEndpoint: endpoint(c, "AWS_ENDPOINT_URL_KMS"),
	})
	aead, err := awskms.NewAEADWithContext(context.Background(), key, awskms.WithKMS(api))
	if err != nil {
		return service{}, errors.New("the AWS library can't use this key")
	}
	return service{
		name: "AWS KMS", encrypt: aead.EncryptWithContext, decrypt: aead.DecryptWithContext, answered: awsAnswered,
		most: 4096, // the service's limit
	}, nil
}

func awsCredentials(c Config, client *http.Client, region string) (aws.CredentialsProvider, error) {
	if id, secret := c.Getenv("AWS_ACCESS_KEY_ID"), c.Getenv("AWS_SECRET_ACCESS_KEY"); id != "" && secret != "" {
		return credentials.NewStaticCredentialsProvider(id, secret, c.Getenv("AWS_SESSION_TOKEN")), nil
	}
	role, file := c.Getenv("AWS_ROLE_ARN"), c.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")
	if role == "" || file == "" {
		return nil, errors.New("AWS credentials are missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE; the metadata service is never asked")
	}
	api := sts.New(sts.Options{Region: region, HTTPClient: client, RetryMaxAttempts: 2, BaseEndpoint: endpoint(c, "AWS_ENDPOINT_URL_STS")})
	return aws.NewCredentialsCache(stscreds.NewWebIdentityRoleProvider(api, role, stscreds.IdentityTokenFile(file), func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = "keyward"
	})), nil
}

func endpoint(c Config, variable string) *string {
	if url := c.Getenv(variable); url != "" {
		return &url
	}
	return nil
}

func awsAnswered(err error) verdict {
	api, said := errors.AsType[smithy.APIError](err)
	if !said {
		return unclear
	}
	switch api.ErrorCode() {
	case "InvalidCiphertextException", "IncorrectKeyException", "InvalidKeyUsageException":
		return wrongKey
	case "AccessDeniedException", "AccessDenied", "UnrecognizedClientException", "InvalidSignatureException", "SignatureDoesNotMatch",
		"ExpiredTokenException", "ExpiredToken", "InvalidClientTokenId", "InvalidIdentityToken", "IncompleteSignature", "MissingAuthenticationToken":
		return denied
	case "NotFoundException":
		return noKey
	case "DisabledException", "KMSInvalidStateException", "KeyUnavailableException":
		return unusable
	}
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return byStatus(answer.HTTPStatusCode())
	}
	return unclear
}
