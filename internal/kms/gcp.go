package kms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"

	"github.com/tink-crypto/tink-go-gcpkms/v2/integration/gcpkms"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

var gcpKey = regexp.MustCompile(`^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$`)

const gcpScope = "https://www.googleapis.com/auth/cloudkms"

// openGCP speaks REST: the library's other transport, gRPC, would dial by itself.
func openGCP(c Config, client *http.Client, key string) (service, error) {
	if !gcpKey.MatchString(key) {
		return service{}, errors.New("write gcp-kms:// and the key's resource name: gcp-kms://projects/…/locations/…/keyRings/…/cryptoKeys/…")
	}
	tokens, err := gcpTokens(c, client)
	if err != nil {
		return service{}, err
	}
	signed := *client
	signed.Transport = &oauth2.Transport{Source: tokens, Base: client.Transport}
	kms, err := gcpkms.NewClient(context.Background(), c.URI, gcpkms.WithTransport(gcpkms.TransportREST), gcpkms.WithGoogleAPIClientOptions(option.WithHTTPClient(&signed)))
	if err != nil {
		return service{}, errors.New("the Google library can't use this key")
	}
	aead, err := kms.GetAEAD(c.URI)
	if err != nil {
		return service{}, errors.New("the Google library can't use this key")
	}
	return service{
		name:     "Google Cloud KMS",
		encrypt:  func(_ context.Context, text, data []byte) ([]byte, error) { return aead.Encrypt(text, data) }, // the client's time-out ends it
		decrypt:  func(_ context.Context, text, data []byte) ([]byte, error) { return aead.Decrypt(text, data) },
		answered: gcpAnswered,
	}, nil
}

// gcpTokens reads a service account's key or a workload identity's configuration. Google's own search would go on to
// the metadata service, which the guard refuses.
func gcpTokens(c Config, client *http.Client) (oauth2.TokenSource, error) {
	file := c.Getenv("GOOGLE_APPLICATION_CREDENTIALS")
	if file == "" {
		return nil, errors.New("Google credentials are missing: name a service account's key file, or a workload identity's, in GOOGLE_APPLICATION_CREDENTIALS; the metadata service is never asked")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("GOOGLE_APPLICATION_CREDENTIALS names a file that can't be read: %w", err)
	}
	var kind struct{ Type google.CredentialsType }
	unusable := errors.New("GOOGLE_APPLICATION_CREDENTIALS names a file that is neither a service account's key nor a workload identity's configuration")
	if json.Unmarshal(text, &kind) != nil || (kind.Type != google.ServiceAccount && kind.Type != google.ExternalAccount) {
		return nil, unusable
	}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, client)
	found, err := google.CredentialsFromJSONWithType(ctx, text, kind.Type, gcpScope)
	if err != nil { // its text may quote the file
		return nil, unusable
	}
	return found.TokenSource, nil
}

func gcpAnswered(err error) verdict {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		if refused.Response != nil && refused.Response.StatusCode >= http.StatusInternalServerError {
			return broken
		}
		return denied
	}
	answer, ok := errors.AsType[*googleapi.Error](err)
	switch {
	case !ok:
		return unclear
	case answer.Code == http.StatusBadRequest && strings.Contains(answer.Body, "FAILED_PRECONDITION"):
		return unusable
	case answer.Code == http.StatusBadRequest:
		return wrongKey
	}
	return byStatus(answer.Code)
}
