package config

import (
	"strings"
	"testing"

	"keyward/graph"
)

func TestLimits_are_the_defaults_of_graph(t *testing.T) {
	command, err := Parse([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := graph.Limits(command.Serve.Limits), graph.DefaultLimits(); got != want {
		t.Errorf("%+v instead of %+v", got, want)
	}
}

func TestLimits_are_checked(t *testing.T) {
	for _, flag := range []string{"--max-body-bytes", "--max-tokens", "--max-depth", "--max-fields", "--max-aliases", "--max-directives", "--max-complexity", "--cost-per-minute", "--query-cache-bytes"} {
		for _, value := range []string{"-1", "2147483648"} {
			if _, err := Parse([]string{"serve", flag + "=" + value}); err == nil || !strings.Contains(err.Error(), flag+" must be from") {
				t.Errorf("%s=%s: %v", flag, value, err)
			}
		}
		if _, err := Parse([]string{"serve", flag + "=1"}); err != nil {
			t.Errorf("%s=1: %v", flag, err)
		}
	}
	for _, flag := range []string{"--max-tokens", "--max-depth", "--max-fields", "--max-complexity", "--max-body-bytes"} {
		if _, err := Parse([]string{"serve", flag + "=0"}); err == nil {
			t.Errorf("%s=0 lets nothing through", flag)
		}
	}
}

func TestServe_does_not_allow_its_own_origin(t *testing.T) {
	_, err := Parse([]string{"serve", "--base-url=https://keyward.example.com", "--allowed-origins=https://app.example.com,https://keyward.example.com"})
	if err == nil || !strings.Contains(err.Error(), "--allowed-origins") {
		t.Errorf("%v", err)
	}
}
