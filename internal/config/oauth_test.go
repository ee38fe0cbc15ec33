package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestOAuth_refuses_what_can_not_work(t *testing.T) {
	for _, c := range []struct {
		argument, want string // in the error; empty: it works
	}{
		{"--oauth-return-urls=https://app.example.com/connected?tab=1,http://localhost:5173/", ""},
		{"--oauth-return-urls=http://127.0.0.1:5173/connected", ""},
		{"--oauth-return-urls=http://[::1]/", ""},
		{"--oauth-return-urls=http://app.example.com/connected", "http only on this machine"},
		{"--oauth-return-urls=http://10.0.0.1/", "http only on this machine"},
		{"--oauth-return-urls=https://app.example.com/#connected", "without a user or a #"},
		{"--oauth-return-urls=https://app.example.com/#", "without a user or a #"},
		{"--oauth-return-urls=https://me:canary@app.example.com/", "without a user or a #"},
		{"--oauth-return-urls=https://app.example.com/,/connected", "must be whole URLs"},
		{"--oauth-return-urls=javascript:alert(1)", "must be whole URLs"},
		{"--oauth-return-urls=com.example.app://connected", "must be whole URLs"},
		{"--oauth-return-urls=https://", "must be whole URLs"},
		{"--oauth-timeout=1s", ""},
		{"--oauth-timeout=30s", ""},
		{"--oauth-timeout=999ms", "from 1s to 30s"},
		{"--oauth-timeout=31s", "from 1s to 30s"},
	} {
		_, err := Parse([]string{"serve", c.argument})
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.argument, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the error repeats a secret", c.argument)
		}
	}
	command, err := Parse([]string{"serve"})
	if err != nil || command.Serve.Timeout != 15*time.Second || len(command.Serve.ReturnURLs) != 0 {
		t.Errorf("by default %v, %v; %v", command.Serve.Timeout, command.Serve.ReturnURLs, err)
	}
}

func TestOAuthClients(t *testing.T) {
	dir := t.TempDir()
	file, empty := filepath.Join(dir, "secret"), filepath.Join(dir, "empty")
	for name, content := range map[string]string{file: "canary from the file\n", empty: " \n"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name        string
		environment []string
		want        string // the clients, and what is unknown
		err         string
	}{
		{"none", []string{"PATH=/bin", "KEYWARD_OAUTH_TIMEOUT=15s", "KEYWARD_OAUTH_RETURN_URLS=https://x"}, "", ""},
		{"with a secret", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_ID= id ", "KEYWARD_OAUTH_GITHUB_CLIENT_SECRET=canary=="}, "github id canary==", ""},
		{"public", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_ID=id"}, "github id ", ""},
		{"a hyphen", []string{"KEYWARD_OAUTH_TWITTER_X_CLIENT_ID=id", "KEYWARD_OAUTH_TWITTER_X_CLIENT_SECRET_FILE=" + file}, "twitter-x id canary from the file", ""},
		{"two", []string{"KEYWARD_OAUTH_TWITTER_X_CLIENT_ID=x", "KEYWARD_OAUTH_GITHUB_CLIENT_ID=g"}, "github g , twitter-x x ", ""},
		{"set to nothing", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_ID=", "KEYWARD_OAUTH_GITHUB_CLIENT_SECRET="}, "", ""},
		{"no such provider", []string{"KEYWARD_OAUTH_GITHUP_CLIENT_ID=canary", "KEYWARD_OAUTH_GITHUB_CLIENT_KEY=canary"}, "KEYWARD_OAUTH_GITHUB_CLIENT_KEY?, KEYWARD_OAUTH_GITHUP_CLIENT_ID?", ""},
		{"a secret without an id", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_SECRET=canary"}, "", "KEYWARD_OAUTH_GITHUB_CLIENT_ID is missing"},
		{"a file without an id", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_SECRET_FILE=" + file}, "", "KEYWARD_OAUTH_GITHUB_CLIENT_ID is missing"},
		{"two secrets", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_ID=id", "KEYWARD_OAUTH_GITHUB_CLIENT_SECRET=canary", "KEYWARD_OAUTH_GITHUB_CLIENT_SECRET_FILE=" + file}, "", "keep one of them"},
		{"an empty file", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_ID=id", "KEYWARD_OAUTH_GITHUB_CLIENT_SECRET_FILE=" + empty}, "", "names an empty file"},
		{"no file", []string{"KEYWARD_OAUTH_GITHUB_CLIENT_ID=id", "KEYWARD_OAUTH_GITHUB_CLIENT_SECRET_FILE=" + filepath.Join(dir, "none")}, "", "can't be read"},
	} {
		clients, unknown, err := OAuthClients([]string{"github", "twitter-x"}, c.environment)
		if (err == nil) != (c.err == "") || (err != nil && !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v", c.name, err)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, clients, unknown), "canary") {
			t.Errorf("%s: a secret can be read", c.name)
		}
		var got []string
		for provider, client := range clients {
			got = append(got, provider+" "+client.ID+" "+client.Secret.Reveal())
		}
		for _, name := range unknown {
			got = append(got, name+"?")
		}
		slices.Sort(got)
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s", c.name, text)
		}
	}
	if got := OAuthSetting("twitter-x-oauth1", "CLIENT_ID"); got != "KEYWARD_OAUTH_TWITTER_X_OAUTH1_CLIENT_ID" {
		t.Error(got)
	}
}
