package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOIDC_refuses_what_can_not_work(t *testing.T) {
	dir := t.TempDir()
	secret, empty := filepath.Join(dir, "secret"), filepath.Join(dir, "empty")
	for name, content := range map[string]string{secret: "from the file\n", empty: "\n"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const issuer, id = "--oidc-issuer=https://login.example.com/", "--oidc-client-id=keyward"
	for _, c := range []struct {
		args []string
		want string // in the error; empty: it works
	}{
		{nil, ""},
		{[]string{issuer, id}, ""},
		{[]string{"--oidc-issuer=http://localhost:9998", id}, ""},
		{[]string{"--oidc-issuer=http://[::1]:9998", id}, ""},
		{[]string{issuer, id, "--oidc-client-secret-file=" + secret}, ""},
		{[]string{id}, "--oidc-issuer is missing"},
		{[]string{"--oidc-rules=group:a=OWNER"}, "--oidc-issuer is missing"},
		{[]string{issuer}, "--oidc-client-id is missing"},
		{[]string{"--oidc-issuer=http://login.example.com", id}, "must begin with https://"},
		{[]string{"--oidc-issuer=login.example.com", id}, "must be a URL"},
		{[]string{"--oidc-issuer=ftp://login.example.com", id}, "must be a URL"},
		{[]string{"--oidc-issuer=https://me:canary@login.example.com", id}, "must be a URL"},
		{[]string{"--oidc-issuer=https://login.example.com?a=b", id}, "must be a URL"},
		{[]string{"--oidc-issuer=https://", id}, "must be a URL"},
		{[]string{issuer, id, "--oidc-scopes=profile"}, "must hold openid"},
		{[]string{issuer, id, "--oidc-client-secret=canary", "--oidc-client-secret-file=" + secret}, "keep one of them"},
		{[]string{issuer, id, "--oidc-client-secret-file=" + empty}, "empty file"},
		{[]string{issuer, id, "--oidc-client-secret-file=" + filepath.Join(dir, "none")}, "can't be read"},
	} {
		command, err := Parse(append([]string{"serve"}, c.args...))
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: %v", c.args, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%v: the error repeats a secret", c.args)
		}
		if err == nil && command.Serve.ClientSecretFile != "" && command.Serve.ClientSecret != "from the file" {
			t.Errorf("%v: the secret is %d characters long", c.args, len(command.Serve.ClientSecret))
		}
	}
}

func TestOIDC_takes_its_secret_from_the_environment(t *testing.T) {
	for name, value := range map[string]string{
		"KEYWARD_OIDC_ISSUER": "https://login.example.com", "KEYWARD_OIDC_CLIENT_ID": "keyward", "KEYWARD_OIDC_CLIENT_SECRET": "from the environment",
		"KEYWARD_OIDC_RULES": "group:a=OWNER,domain:example.com=VIEWER", "KEYWARD_OIDC_SCOPES": "openid,groups",
	} {
		t.Setenv(name, value)
	}
	command, err := Parse([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	o := command.Serve.OIDC
	if o.ClientSecret != "from the environment" || o.Rules != "group:a=OWNER,domain:example.com=VIEWER" || strings.Join(o.Scopes, " ") != "openid groups" || o.GroupsClaim != "groups" {
		t.Errorf("%d scopes, rules %q", len(o.Scopes), o.Rules)
	}
}
