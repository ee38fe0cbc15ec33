package config

import (
	"strings"
	"testing"

	"keyward/models"
)

func TestServe_knows_where_it_is_reached(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"by default":        {nil, "http://localhost:4711"},
		"of a chosen port":  {[]string{"--addr", "127.0.0.1:0"}, "http://localhost:4711"},
		"where it is told":  {[]string{"--base-url", "https://keyward.example.com/"}, "https://keyward.example.com"},
		"told another port": {[]string{"--base-url", "http://localhost:9"}, "http://localhost:9"},
	} {
		command, err := Parse(append([]string{"serve"}, c.args...))
		if err != nil {
			t.Fatal(err)
		}
		command.Serve.Listening(4711)
		if command.Serve.BaseURL != c.want {
			t.Errorf("%s: %s", name, command.Serve.BaseURL)
		}
	}
}

func TestServe_is_exposed_without_https(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want bool
	}{
		"on this machine":         {nil, false},
		"on every address":        {[]string{"--addr", "0.0.0.0:8080"}, true},
		"told a local base URL":   {[]string{"--addr", ":8080", "--base-url", "http://localhost:8080"}, true},
		"behind a proxy with TLS": {[]string{"--addr", ":8080", "--base-url", "https://keyward.example.com"}, false},
	} {
		command, err := Parse(append([]string{"serve"}, c.args...))
		if err != nil || command.Serve.Exposed() != c.want {
			t.Errorf("%s: %v, %v", name, !c.want, err)
		}
	}
}

func TestServe_has_budgets_for_dry_requests(t *testing.T) {
	for want, args := range map[[2]models.Budget][]string{
		{{Burst: 300, PerMinute: 30}, {Burst: 600, PerMinute: 120}}: nil,
		{{Burst: 5, PerMinute: 1}, {}}:                              {"--dry-requests-per-host", "5+1", "--dry-requests-per-workspace", "0"},
	} {
		command, err := Parse(append([]string{"serve"}, args...))
		if err != nil || [2]models.Budget{command.Serve.PerHost, command.Serve.PerWorkspace} != want {
			t.Errorf("%v: %+v, %v", args, command, err)
		}
	}
	if _, err := Parse([]string{"serve", "--dry-requests-per-host", "many"}); err == nil || !strings.Contains(err.Error(), "--dry-requests-per-host: must be BURST+PER_MINUTE") {
		t.Errorf("no budget: %v", err)
	}
}

func TestServe_wants_a_long_token_for_metrics(t *testing.T) {
	if _, err := Parse([]string{"serve", "--metrics-token", "0123456789abcde"}); err == nil || strings.Contains(err.Error(), "0123") {
		t.Errorf("15 characters: %v", err)
	}
	command, err := Parse([]string{"serve", "--metrics-token", "0123456789abcdef"})
	if err != nil || command.Serve.MetricsToken != "0123456789abcdef" || !command.Serve.Local() {
		t.Errorf("16 characters: %+v, %v", command, err)
	}
	if command, err = Parse([]string{"serve", "--base-url", "https://keyward.example.com"}); err != nil || command.Serve.Local() {
		t.Errorf("reached elsewhere: %+v, %v", command, err)
	}
}

func TestParse_puts_the_key_file_into_the_data_folder(t *testing.T) {
	for want, args := range map[string][]string{
		"data/keyward.key": {"serve"}, "/var/lib/keyward/keyward.key": {"migrate", "--data-dir", "/var/lib/keyward"},
		"/run/secrets/key": {"serve", "--key-file", "/run/secrets/key"},
	} {
		command, err := Parse(args)
		if err != nil {
			t.Fatal(err)
		}
		got := command.Serve.KeyFile
		if args[0] == "migrate" {
			got = command.Migrate.KeyFile
		}
		if got != want {
			t.Errorf("%v: %s", args, got)
		}
	}
}

func TestParse_refuses(t *testing.T) {
	for name, args := range map[string][]string{
		"a proxy that is no range":         {"serve", "--trusted-proxies", "proxy.example.com"},
		"a proxy range with bits behind":   {"serve", "--trusted-proxies", "10.0.0.1/8"},
		"a session of no time":             {"serve", "--session-lifetime", "1s"},
		"a link over http":                 {"sign-in-link", "--base-url", "http://keyward.example.com"},
		"a link to a page":                 {"sign-in-link", "--base-url", "https://keyward.example.com/x"},
		"an audit since no time":           {"audit", "export", "--since", "yesterday"},
		"a role that there is not":         {"token", "create", "--name", "x", "--role", "ADMIN"},
		"a token that lasts no known time": {"token", "create", "--name", "x", "--role", "OWNER", "--lifetime", "forever"},
	} {
		if _, err := Parse(args); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
