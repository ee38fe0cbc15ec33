package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExternal_refuses_what_can_not_work(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("whsec_canary\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const urls, secret = "--external-verifiers=https://verifier.example.com/keyward,https://10.0.0.1:9443/", "--external-verifier-secret=whsec_canary"
	for _, c := range []struct {
		arguments []string
		want      string // in the error; empty: it works
	}{
		{nil, ""},
		{[]string{secret}, ""},
		{[]string{urls, secret}, ""},
		{[]string{urls, "--external-verifier-secret-file=" + file}, ""},
		{[]string{urls}, "unsigned, anybody could ask them"},
		{[]string{urls, secret, "--external-verifier-secret-file=" + file}, "keep one of them"},
		{[]string{urls, "--external-verifier-secret-file=/nope"}, "can't be read"},
		{[]string{"--external-verifiers=http://verifier.example.com/", secret}, "must be whole https URLs"},
		{[]string{"--external-verifiers=https://", secret}, "must be whole https URLs"},
		{[]string{"--external-verifiers=https://me:canary@verifier.example.com/", secret}, "without a user or a #"},
		{[]string{"--external-verifiers=https://verifier.example.com/#x", secret}, "without a user or a #"},
		{[]string{"--external-verifiers=*", secret}, "must be whole https URLs"},
	} {
		command, err := Parse(append([]string{"serve"}, c.arguments...))
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.arguments, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the error repeats a secret", c.arguments)
		}
		if err == nil && len(c.arguments) > 1 && command.Serve.Secret != "whsec_canary" {
			t.Errorf("%s: the secret is %q", c.arguments, command.Serve.Secret)
		}
	}
}
