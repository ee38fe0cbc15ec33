package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyward/catalog"
	"keyward/models"
)

func command(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr strings.Builder
	err := run(t.Context(), args, &stdout, &stderr)
	if stderr.Len() > 0 {
		t.Errorf("%v wrote to the log: %s", args, stderr.String())
	}
	return stdout.String(), err
}

func TestComponent_list(t *testing.T) {
	t.Chdir(t.TempDir())
	components, err := catalog.Load(catalog.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	table, err := command(t, "component", "list")
	if err != nil {
		t.Fatal(err)
	}
	printed, err := command(t, "component", "list", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var list []listed
	if err := json.Unmarshal([]byte(printed), &list); err != nil || len(list) != len(components) {
		t.Fatalf("%d components, %v", len(list), err)
	}
	for i, c := range components {
		if list[i].Key != c.Key || list[i].Family != c.Category || len(list[i].Methods) != len(c.Methods) {
			t.Errorf("%+v", list[i])
		}
		if !strings.Contains(table, "\n"+c.Key+" ") || strings.Contains(row(table, c.Key), "nothing") {
			t.Errorf("%s: %q", c.Key, row(table, c.Key))
		}
		for _, m := range list[i].Methods {
			if m.VerifiedBy == "" {
				t.Errorf("%s: %s is verified by nothing", c.Key, m.Key)
			}
		}
	}
	if filter := strings.Fields(row(table, "filter")); strings.Join(filter, " ") != "filter Filter UTILITY - no credential" {
		t.Errorf("%q", filter)
	}
	// The families' counts are those of the rows, and come to the number in all.
	sum := 0
	for _, family := range []models.ComponentCategory{"CRM", "ERP", "ECOMMERCE", "MARKETING", "FINANCE", "OFFICE", "PROTOCOL", "SERVICE", "DATABASE", "UTILITY"} {
		n := 0
		for _, c := range components {
			if c.Category == family {
				n++
			}
		}
		if counted := strings.Fields(row(table, string(family))); n > 0 && (len(counted) != 2 || counted[1] != number(n)) {
			t.Errorf("%s has %d: %q", family, n, counted)
		}
		sum += n
	}
	if all := strings.Fields(row(table, "in all")); len(all) != 3 || all[2] != number(sum) {
		t.Errorf("%q, want %d", all, sum)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) != 0 {
		t.Errorf("listing left %v, %v", left, err)
	}
}

func number(n int) string { text, _ := json.Marshal(n); return string(text) }

// row is the line of a table that begins with a word.
func row(table, begin string) string {
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, begin+" ") {
			return line
		}
	}
	return ""
}

func TestComponent_show(t *testing.T) {
	t.Setenv("KEYWARD_COMPONENT_PETSTORE_BASE_URL", "https://pets.example.com/v2")
	for key, want := range map[string][]string{
		"petstore":   {"api-key: ", "apiKey ", "required, secret", "http GET {{baseUrl}}/user/me", "Secrets go to: pets.example.com", "KEYWARD_COMPONENT_PETSTORE_BASE_URL", "Source: https://"},
		"postgresql": {"postgres database={{database}} host={{host}}", "Secrets go to: {{host}}", "destination"},
		"salesforce": {"Tokens' hosts: *.salesforce.com", "OAuth client: salesforce, the workspace's own or KEYWARD_OAUTH_SALESFORCE_CLIENT_ID"},
		"filter":     {"need no credential"},
	} {
		printed, err := command(t, "component", "show", key)
		for _, text := range want {
			if err != nil || !strings.Contains(printed, text) {
				t.Errorf("%s: no %q in %s, %v", key, text, printed, err)
			}
		}
	}
	if _, err := command(t, "component", "show", "nowhere"); err == nil || !strings.Contains(err.Error(), "component list") {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestComponent_check(t *testing.T) {
	file := filepath.Join(t.TempDir(), "component.json")
	check := func(descriptor string) (string, error) {
		if err := os.WriteFile(file, []byte(descriptor), 0o600); err != nil {
			t.Fatal(err)
		}
		return command(t, "component", "check", file)
	}
	t.Run("the form, and what somebody should know", func(t *testing.T) {
		printed, err := check(`{"title":"T","credentials":{"fields":{"apiKey":{"label":"The key","viewClass":"HologramView"}}}}`)
		if err != nil || !strings.Contains(printed, "apiKey  The key  text, secret") || !strings.Contains(printed, "NOT_VERIFIABLE") ||
			!strings.Contains(printed, "/credentials/fields/apiKey/viewClass: ") {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	t.Run("every problem with its place", func(t *testing.T) {
		printed, err := check(`{"title":7,"category":"TOYS\u001b[2J"}`)
		if err == nil || !strings.Contains(err.Error(), "2 problems") || !strings.Contains(printed, "/title: must be string") || !strings.Contains(printed, "\n/category: ") && !strings.HasPrefix(printed, "/category: ") {
			t.Errorf("%v\n%s", err, printed)
		}
	})
	t.Run("a descriptor that plays with the terminal", func(t *testing.T) {
		for _, descriptor := range []string{`{"title":"T","\u001b[2J\u009b":1,"methods":{"\u001b]0;x":1}}`, `{"title":"\u001b[2JT\u202e","credentials":{"fields":{"a":{"label":"\u001b[2J","viewClass":"\u001b[2J"}}}}`} {
			printed, err := check(descriptor)
			if strings.ContainsAny(printed, "\x1b\u009b\u202e") {
				t.Errorf("%q, %v", printed, err)
			}
		}
	})
	t.Run("a megabyte and more", func(t *testing.T) {
		printed, err := check(`{"title":"` + strings.Repeat("x", 2<<20) + `"}`)
		if err == nil || printed != "component.json: is too long: the most is 1048576 bytes\n" {
			t.Errorf("%v\n%.200s", err, printed)
		}
	})
	t.Run("standard input", func(t *testing.T) {
		var printed strings.Builder
		if err := checkDescriptor("-", strings.NewReader(`{"title":"Piped"}`), &printed); err != nil || !strings.HasPrefix(printed.String(), "Piped (component), SERVICE") {
			t.Errorf("%v\n%s", err, printed.String())
		}
	})
	t.Run("no file", func(t *testing.T) {
		if _, err := command(t, "component", "check", file+"x"); err == nil {
			t.Error("was there")
		}
	})
}
