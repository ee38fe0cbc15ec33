package gatewaytest_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
)

// A command that works on what is kept makes no empty database where there is none.
func TestCommands_invent_no_database(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"audit", "export"}, {"keys", "rotate"}, {"keys", "rewrap", "--new-key", "file:new"}, {"component", "import", "/dev/null"}} {
		dir := filepath.Join(t.TempDir(), "elsewhere")
		stdout, stderr, code := run(t, append(command, "--data-dir", dir)...)
		if _, err := os.Stat(dir); code != 1 || stdout != "" || !strings.Contains(stderr, "--data-dir") || !os.IsNotExist(err) {
			t.Errorf("%v ended with %d: %q %q, %v", command, code, stdout, stderr, err)
		}
	}
}

// The operator's commands work beside a running gateway: a link signs in, a limited token is limited, the audit can be
// exported, and holds what the commands themselves did.
func TestCommands(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			d := NewDatabase(t, dialect)
			gateway := serve(t, flags(d)...)
			began := time.Now()
			stdout, stderr, code := run(t, append([]string{"sign-in-link", "--base-url", gateway.url}, flags(d)...)...)
			if link := regexp.MustCompile(`^` + regexp.QuoteMeta(gateway.url) + `/sign-in#kwl_[a-z2-7]{39}\n$`); code != 0 || !link.MatchString(stdout) || stderr != "" {
				t.Fatalf("sign-in-link ended with %d and %d characters: %s", code, len(stdout), stderr)
			}
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			person := Client{URL: gateway.url, Jar: jar}
			if status, answer, _ := person.Post(t, "/sign-in", Vars{"token": TokenOf(strings.TrimSpace(stdout))}); status != http.StatusOK {
				t.Fatalf("%d %v", status, answer)
			}
			viewer := person.Must(t, `{ viewer { id name kind role } }`, nil)
			if viewer.Text("viewer.kind") != "PERSON" || viewer.Text("viewer.role") != "OWNER" {
				t.Errorf("%v", viewer)
			}
			if own, _, _ := run(t, append([]string{"sign-in-link", "--addr", "127.0.0.1:4711"}, flags(d)...)...); !strings.HasPrefix(own, "http://localhost:4711/sign-in#") {
				t.Errorf("the link leads to %s", strings.SplitN(own, "#", 2)[0])
			}
			again, _, code := run(t, append([]string{"sign-in-link", "--user", viewer.Text("viewer.id"), "--base-url", gateway.url}, flags(d)...)...)
			if status, _, _ := person.Post(t, "/sign-in", Vars{"token": TokenOf(strings.TrimSpace(again))}); code != 0 || status != http.StatusOK {
				t.Errorf("by id: %d, %d", code, status)
			}
			if _, stderr, code := run(t, append([]string{"sign-in-link", "--user", "user_0"}, flags(d)...)...); code != 1 || !strings.Contains(stderr, "no such person") {
				t.Errorf("for nobody: %d %s", code, stderr)
			}

			stdout, stderr, code = run(t, append([]string{"token", "create", "--name", "reader", "--role", "OWNER", "--scopes", "flows:read,audit:read", "--lifetime", "1h"}, flags(d)...)...)
			if code != 0 || !tokenLine.MatchString(stdout) {
				t.Fatalf("%d %s", code, stderr)
			}
			reader := Client{URL: gateway.url, Token: strings.TrimSpace(stdout)}
			if response := reader.Do(t, `{ flows { totalCount } credentials { totalCount } }`, nil); response.Code() != "FORBIDDEN" {
				t.Errorf("%s", response.Raw)
			}
			reader.Must(t, `{ flows { totalCount } viewer { scopes } }`, nil)
			tokens := person.Must(t, `{ apiTokens { nodes { name scopes expiresAt } } }`, nil)
			if tokens.Len("apiTokens.nodes.0.scopes") != 2 || tokens.Text("apiTokens.nodes.0.expiresAt") == "" {
				t.Errorf("%v", tokens)
			}
			if _, stderr, code := run(t, append([]string{"token", "create", "--name", "x", "--role", "VIEWER", "--scopes", "flows:write"}, flags(d)...)...); code != 1 || !strings.Contains(stderr, "does not hold") {
				t.Errorf("%d %s", code, stderr)
			}

			stdout, stderr, code = run(t, append([]string{"audit", "export", "--since", began.Add(-time.Minute).UTC().Format(time.RFC3339)}, flags(d)...)...)
			if code != 0 {
				t.Fatalf("%d %s", code, stderr)
			}
			seen := map[string]int{}
			for line := range strings.Lines(stdout) {
				var event Object
				if err := json.Unmarshal([]byte(line), &event); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				if event.Text("id") == "" || event.Text("at") == "" || event.Text("workspaceId") == "" {
					t.Errorf("%s", line)
				}
				seen[event.Text("action")+" by "+event.Text("actorKind")]++
			}
			if seen["SIGN_IN_LINK_CREATED by OPERATOR"] != 3 || seen["SESSION_STARTED by PERSON"] != 2 || seen["TOKEN_CREATED by OPERATOR"] != 1 {
				t.Errorf("%v", seen)
			}
			if stdout, _, code := run(t, append([]string{"audit", "export", "--workspace", "ws_0"}, flags(d)...)...); code != 0 || stdout != "" {
				t.Errorf("of another workspace: %d %s", code, stdout)
			}
		})
	}
}
