package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"keyward/models"
)

// OAuth says how people connect their accounts to components.
type OAuth struct {
	ReturnURLs []string      `name:"oauth-return-urls" env:"KEYWARD_OAUTH_RETURN_URLS" placeholder:"URLS" help:"Pages of other frontends that a browser may come back to once somebody has connected an account, exactly, separated by commas. By default only this gateway's own."`
	Timeout    time.Duration `name:"oauth-timeout" env:"KEYWARD_OAUTH_TIMEOUT" default:"15s" placeholder:"TIME" help:"How long an OAuth provider may take to answer (${default}), 1s to 30s. A renewal that was cut off, with the gateway that made it, is tried again by another after twice as long."`
}

func (o *OAuth) check() error {
	if o.Timeout < time.Second || o.Timeout > 30*time.Second {
		return errors.New("--oauth-timeout must be from 1s to 30s")
	}
	for _, text := range o.ReturnURLs {
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" || u.User != nil || strings.Contains(text, "#") || (u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname()))) {
			return errors.New("--oauth-return-urls must be whole URLs like https://app.example.com/connected, without a user or a #; http only on this machine")
		}
	}
	return nil
}

// OAuthClient is the operator's client at a provider.
type OAuthClient struct {
	ID     string
	Secret models.Secret
}

const oauthPrefix = "KEYWARD_OAUTH_"

// OAuthSetting is the setting of a provider's client: KEYWARD_OAUTH_GOOGLE_CLIENT_ID.
func OAuthSetting(provider, what string) string {
	return oauthPrefix + strings.ToUpper(strings.ReplaceAll(provider, "-", "_")) + "_" + what
}

// OAuthClients reads the operator's clients of the providers: KEYWARD_OAUTH_<PROVIDER>_CLIENT_ID, and its secret in _CLIENT_SECRET or in the
// file that _CLIENT_SECRET_FILE names. unknown are settings of that kind in the environment that no provider has.
func OAuthClients(providers, environment []string) (clients map[string]OAuthClient, unknown []string, err error) {
	set := map[string]string{}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, oauthPrefix) && strings.Contains(name, "_CLIENT_") && value != "" {
			set[name] = value
		}
	}
	take := func(name string) string {
		value := set[name]
		delete(set, name)
		return value
	}
	clients = map[string]OAuthClient{}
	for _, provider := range providers {
		id := take(OAuthSetting(provider, "CLIENT_ID"))
		secret := take(OAuthSetting(provider, "CLIENT_SECRET"))
		file := take(OAuthSetting(provider, "CLIENT_SECRET_FILE"))
		switch {
		case id == "" && (secret != "" || file != ""):
			return nil, nil, fmt.Errorf("%s is missing: the secret says nothing without it", OAuthSetting(provider, "CLIENT_ID"))
		case id == "":
			continue
		case secret != "" && file != "":
			return nil, nil, fmt.Errorf("%s and %s both give the secret: keep one of them", OAuthSetting(provider, "CLIENT_SECRET"), OAuthSetting(provider, "CLIENT_SECRET_FILE"))
		case file != "":
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, nil, fmt.Errorf("%s can't be read: %w", OAuthSetting(provider, "CLIENT_SECRET_FILE"), err)
			}
			if secret = strings.TrimSpace(string(text)); secret == "" {
				return nil, nil, fmt.Errorf("%s names an empty file: put the secret into it, or leave the setting out", OAuthSetting(provider, "CLIENT_SECRET_FILE"))
			}
		}
		clients[provider] = OAuthClient{ID: strings.TrimSpace(id), Secret: models.NewSecret(secret)}
	}
	for name := range set {
		unknown = append(unknown, name)
	}
	return clients, unknown, nil
}
