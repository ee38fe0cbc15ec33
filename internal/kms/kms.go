// Package kms asks key management services to wrap keysets: AWS KMS, Google Cloud KMS, and the transit engine of Vault
// or OpenBao. The key never leaves the service. It guarantees that every byte goes through the guarded client that it
// is given, that a call ends within a few seconds, and that its errors are sentences without anything that a service
// answered.
package kms

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"keyward/internal/egress"
	"keyward/internal/seal"
	"keyward/models"
)

// Config says which key, and how to ask for it.
type Config struct {
	// URI is aws-kms://arn:aws:kms:…, gcp-kms://projects/…/cryptoKeys/… or hcvault://host/transit/keys/….
	URI string
	// Guard reaches the service: egress.Operator.
	Guard *egress.Guard
	// Getenv looks up the credentials where the vendors' own tools do.
	Getenv func(string) string
	// TokenFile holds Vault's token, instead of VAULT_TOKEN. It is read for every call, so that it can be renewed.
	TokenFile string
	// Limit ends a call; 0 means 5 seconds.
	Limit time.Duration
}

// Open makes the key that the service keeps. It asks nobody yet.
func Open(c Config) (*seal.KEK, error) {
	k, err := open(c, c.Guard.HTTPClient())
	if err != nil {
		return nil, err
	}
	return seal.Kept(k), nil
}

func open(c Config, guarded *http.Client) (*keeper, error) {
	if c.Limit == 0 {
		c.Limit = 5 * time.Second
	}
	client := *guarded // a copy: Vault's library changes it
	client.Timeout = c.Limit
	for scheme, with := range map[string]func(Config, *http.Client, string) (service, error){
		"aws-kms://": openAWS, "gcp-kms://": openGCP, "hcvault://": openVault,
	} {
		if key, ok := strings.CutPrefix(c.URI, scheme); ok {
			s, err := with(c, &client, key)
			return &keeper{service: s, uri: c.URI, limit: c.Limit}, err
		}
	}
	return nil, errors.New("it must begin with file:, aws-kms://, gcp-kms:// or hcvault://")
}

// service is one vendor's.
type service struct {
	name             string
	encrypt, decrypt func(ctx context.Context, text, associatedData []byte) ([]byte, error)
	// answered finds out what the service itself said.
	answered func(error) verdict
	// most is how many bytes it wraps; 0 means enough.
	most int
}

// verdict is what a service's error means.
type verdict int

const (
	unclear verdict = iota // not the service's word: the network's, or garbage
	wrongKey
	denied
	noKey
	unusable
	broken
)

// keeper is a seal.Keeper.
type keeper struct {
	service
	uri   string
	limit time.Duration
}

// Encrypt wraps.
func (k *keeper) Encrypt(plaintext, associatedData []byte) ([]byte, error) {
	if k.most > 0 && len(plaintext) > k.most {
		return nil, fmt.Errorf("%s wraps %d bytes at most, and this keyset has grown beyond: drop its older keys with keyward keys rotate --drop-old before you move to this key", k.name, k.most)
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.limit)
	defer cancel()
	wrapped, err := k.encrypt(ctx, plaintext, associatedData)
	if err == nil && len(wrapped) == 0 {
		err = errNothing
	}
	return wrapped, k.explain(ctx, err, false)
}

// Decrypt unwraps. seal.ErrUnopenable for what this key did not wrap.
func (k *keeper) Decrypt(wrapped, associatedData []byte) ([]byte, error) {
	if len(wrapped) == 0 {
		return nil, seal.ErrUnopenable
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.limit)
	defer cancel()
	plaintext, err := k.decrypt(ctx, wrapped, associatedData)
	if err == nil && len(plaintext) == 0 { // nobody wraps nothing
		err = errNothing
	}
	return plaintext, k.explain(ctx, err, true)
}

// sentence is an error of ours: it says all there is to say.
type sentence string

func (s sentence) Error() string { return string(s) }

var errNothing = errors.New("an empty answer")

// explain replaces an error by a sentence: what services answer may hold what was sent.
func (k *keeper) explain(ctx context.Context, err error, opening bool) error {
	if err == nil {
		return nil
	}
	if ours, ok := errors.AsType[sentence](err); ok {
		return ours
	}
	switch k.answered(err) {
	case wrongKey:
		if opening {
			return seal.ErrUnopenable
		}
		return fmt.Errorf("%s can't wrap with %s: it has to be a key for symmetric encryption", k.name, k.uri)
	case denied:
		return fmt.Errorf("%s refuses Keyward's credentials for %s: they must be valid and have the right to encrypt and decrypt with that key", k.name, k.uri)
	case noKey:
		return fmt.Errorf("%s knows no key %s: compare its name", k.name, k.uri)
	case unusable:
		return fmt.Errorf("%s does not let %s be used now: see whether the key is disabled or about to be deleted", k.name, k.uri)
	case broken:
		return fmt.Errorf("%s is out of order: it answered for %s with an error of its own", k.name, k.uri)
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	reason := egress.Reason(err)
	text, ok := map[models.VerificationReason]string{
		models.ReasonTimeout:           "it does not answer in time",
		models.ReasonHostNotFound:      "its host is not found",
		models.ReasonConnectionRefused: "nothing answers there",
		models.ReasonTLSInvalid:        "its certificate can't be verified, or it speaks no TLS",
		models.ReasonTargetForbidden:   "it is at an address that is never reached, such as a metadata service's",
	}[reason]
	if !ok {
		text = "what it answers is not what such a service says"
	}
	return fmt.Errorf("%s can't be asked for %s: %s", k.name, k.uri, text)
}

// byStatus is what an HTTP status tells, where a service says no more.
func byStatus(status int) verdict {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return denied
	case status == http.StatusNotFound:
		return noKey
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		return broken
	}
	return unclear
}
