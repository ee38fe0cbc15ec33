package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// External says which verifiers of the operator's own may be asked.
type External struct {
	Verifiers  []string `name:"external-verifiers" env:"KEYWARD_EXTERNAL_VERIFIERS" placeholder:"URLS" help:"Addresses that may be sent a credential's values to be verified there, where a component's descriptor names them: exact https URLs, separated by commas. By default none."`
	Secret     string   `name:"external-verifier-secret" env:"KEYWARD_EXTERNAL_VERIFIER_SECRET" placeholder:"SECRET" help:"What those requests are signed with: whsec_ and the Base64 text of 24 to 64 random bytes. Better in the variable, or a file, than on a command line."`
	SecretFile string   `name:"external-verifier-secret-file" env:"KEYWARD_EXTERNAL_VERIFIER_SECRET_FILE" placeholder:"FILE" help:"A file that holds it."`
}

func (e *External) check() error {
	for _, text := range e.Verifiers {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.Contains(text, "#") {
			return errors.New("--external-verifiers must be whole https URLs like https://verifier.example.com/keyward, without a user or a #")
		}
	}
	switch {
	case len(e.Verifiers) == 0:
		return nil
	case e.Secret != "" && e.SecretFile != "":
		return errors.New("--external-verifier-secret and --external-verifier-secret-file both give the secret: keep one of them")
	case e.SecretFile != "":
		text, err := os.ReadFile(e.SecretFile)
		if err != nil {
			return fmt.Errorf("--external-verifier-secret-file can't be read: %w", err)
		}
		e.Secret = strings.TrimSpace(string(text))
	case e.Secret == "":
		return errors.New("--external-verifiers needs --external-verifier-secret or --external-verifier-secret-file: unsigned, anybody could ask them")
	}
	return nil
}
