package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
)

// OIDC says which identity provider people sign in with.
type OIDC struct {
	Issuer           string   `name:"oidc-issuer" env:"KEYWARD_OIDC_ISSUER" placeholder:"URL" help:"The OpenID provider that people sign in with, exactly as it names itself. By default none: they come by sign-in links."`
	ClientID         string   `name:"oidc-client-id" env:"KEYWARD_OIDC_CLIENT_ID" placeholder:"ID" help:"What the provider calls this gateway. Its redirect URI there is <base-url>/sign-in/callback."`
	ClientSecret     string   `name:"oidc-client-secret" env:"KEYWARD_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"The secret that goes with it; give it by the variable or by a file, not on a command line. Without one, PKCE alone protects the sign-in."`
	ClientSecretFile string   `name:"oidc-client-secret-file" env:"KEYWARD_OIDC_CLIENT_SECRET_FILE" placeholder:"FILE" help:"Where the secret is, in place of the secret."`
	Scopes           []string `name:"oidc-scopes" env:"KEYWARD_OIDC_SCOPES" default:"openid,profile,email" placeholder:"SCOPE" help:"What to ask the provider for (${default})."`
	GroupsClaim      string   `name:"oidc-groups-claim" env:"KEYWARD_OIDC_GROUPS_CLAIM" default:"groups" placeholder:"CLAIM" help:"Which of its claims holds a person's groups (${default})."`
	Rules            string   `name:"oidc-rules" env:"KEYWARD_OIDC_RULES" placeholder:"RULES" help:"Who gets which role in the oldest workspace, separated by commas: group:keyward-admins=OWNER, domain:example.com=VIEWER, email:ada@example.com=EDITOR. The highest that fits counts, anew at each sign-in. Without rules, people come by invitation."`
	Name             string   `name:"oidc-name" env:"KEYWARD_OIDC_NAME" default:"single sign-on" placeholder:"NAME" help:"What the button calls the provider (${default})."`
}

func (o *OIDC) check() error {
	if o.Issuer == "" {
		if o.ClientID != "" || o.ClientSecret != "" || o.ClientSecretFile != "" || o.Rules != "" {
			return errors.New("--oidc-issuer is missing: the other settings of OpenID Connect say nothing without it")
		}
		return nil
	}
	issuer, err := url.Parse(o.Issuer)
	if err != nil || issuer.Hostname() == "" || issuer.User != nil || issuer.RawQuery != "" || issuer.Fragment != "" ||
		(issuer.Scheme != "https" && issuer.Scheme != "http") {
		return errors.New("--oidc-issuer must be a URL like https://login.example.com, without a user, a query and a fragment")
	}
	if issuer.Scheme == "http" && !loopback(issuer.Hostname()) {
		return errors.New("--oidc-issuer must begin with https:// unless it names this machine: anybody on the way could sign in as anybody")
	}
	if o.ClientID == "" {
		return errors.New("--oidc-client-id is missing: register this gateway with the identity provider, and give the id that you get there")
	}
	if !slices.Contains(o.Scopes, "openid") {
		return errors.New("--oidc-scopes must hold openid: without it the provider does not say who signs in")
	}
	return o.readSecret()
}

// readSecret takes the secret from its file.
func (o *OIDC) readSecret() error {
	if o.ClientSecretFile == "" {
		return nil
	}
	if o.ClientSecret != "" {
		return errors.New("--oidc-client-secret and --oidc-client-secret-file both give the secret: keep one of them")
	}
	secret, err := os.ReadFile(o.ClientSecretFile)
	if err != nil {
		return fmt.Errorf("--oidc-client-secret-file can't be read: %w", err)
	}
	if o.ClientSecret = strings.TrimSpace(string(secret)); o.ClientSecret == "" {
		return errors.New("--oidc-client-secret-file names an empty file: put the secret into it, or leave the setting out")
	}
	return nil
}
