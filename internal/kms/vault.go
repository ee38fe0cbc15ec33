package kms

import (
	"context"
	"errors"
	"net/http"
	"os"
	"regexp"
	"strings"

	"github.com/hashicorp/vault/api"
	"github.com/tink-crypto/tink-go-hcvault/v2/integration/hcvault"
)

var vaultKey = regexp.MustCompile(`^([^/@?#]+)(/[^?#]+/keys/[^/?#]+)$`)

// openVault speaks to Vault's or OpenBao's transit engine, always by https.
func openVault(c Config, client *http.Client, key string) (service, error) {
	named := vaultKey.FindStringSubmatch(key)
	if named == nil {
		return service{}, errors.New("write hcvault:// and the key's place: hcvault://vault.example.com:8200/transit/keys/…")
	}
	token, err := vaultToken(c)
	if err != nil {
		return service{}, err
	}
	vault, err := api.NewClient(&api.Config{Address: "https://" + named[1], HttpClient: client, Timeout: c.Limit, DisableRedirects: true})
	if err != nil { // its text may quote the environment
		return service{}, errors.New("Vault's library can't use this address, or a VAULT_… variable")
	}
	vault.SetToken(token)
	aead, err := hcvault.NewAEAD(named[2], vault.Logical())
	if err != nil {
		return service{}, errors.New("write hcvault:// and the key's place: hcvault://vault.example.com:8200/transit/keys/…")
	}
	with := func(call func(text, data []byte) ([]byte, error)) func(context.Context, []byte, []byte) ([]byte, error) {
		return func(_ context.Context, text, data []byte) ([]byte, error) { // the client's time-out ends it
			token, err := vaultToken(c)
			if err != nil {
				return nil, err
			}
			vault.SetToken(token)
			return call(text, data)
		}
	}
	return service{name: "Vault", encrypt: with(aead.Encrypt), decrypt: with(aead.Decrypt), answered: vaultAnswered}, nil
}

func vaultToken(c Config) (string, error) {
	if c.TokenFile == "" {
		if token := c.Getenv("VAULT_TOKEN"); token != "" {
			return token, nil
		}
		return "", sentence("Vault's token is missing: set VAULT_TOKEN, or name its file with --key-token-file (KEYWARD_KEY_TOKEN_FILE)")
	}
	text, err := os.ReadFile(c.TokenFile)
	if token := strings.TrimSpace(string(text)); err == nil && token != "" {
		return token, nil
	}
	return "", sentence("the file that --key-token-file (KEYWARD_KEY_TOKEN_FILE) names can't be read, or is empty")
}

func vaultAnswered(err error) verdict {
	answer, ok := errors.AsType[*api.ResponseError](err)
	switch {
	case !ok:
		return unclear
	case answer.StatusCode == http.StatusBadRequest:
		return wrongKey
	}
	return byStatus(answer.StatusCode)
}
