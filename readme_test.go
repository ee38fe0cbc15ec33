package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The README's walk-through is run as it stands, against a server started as `make run` starts it.
func TestReadme_walk_through_works(t *testing.T) {
	address := freeAddress(t)
	dir := t.TempDir()
	binary := filepath.Join(dir, "keyward")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	server := exec.Command(binary, "serve", "--sample", "--addr", address, "--data-dir", filepath.Join(dir, "data"))
	stdout, err := os.Create(filepath.Join(dir, "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	server.Stdout = stdout
	stderr, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	server.Stderr = stderr
	server.Env = append(os.Environ(), "KEYWARD_COMPONENT_PETSTORE_BASEURL=misspelt")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
	})
	waitFor(t, "http://"+address+"/readyz")

	printed, err := os.ReadFile(stdout.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(printed), "/graphiql") || !strings.Contains(string(printed), "«API token»") {
		t.Errorf("it doesn't say where GraphiQL takes the token:\n%s", printed)
	}
	if log, err := os.ReadFile(stderr.Name()); err != nil || !strings.Contains(string(log), "setting=KEYWARD_COMPONENT_PETSTORE_BASEURL") {
		t.Errorf("a misspelt setting is not told: %s, %v", log, err)
	}
	line := regexp.MustCompile(`curl .*`).FindString(string(printed))
	if out, err := exec.Command("bash", "-c", line).Output(); err != nil || !strings.Contains(string(out), `"role":"OWNER"`) {
		t.Errorf("the printed line %q gave %s, %v", line, out, err)
	}

	token, err := exec.Command(binary, "token", "create", "--name", "readme", "--role", "OWNER", "--data-dir", filepath.Join(dir, "data")).Output()
	if err != nil {
		t.Fatal(err)
	}
	script := strings.Join(blocks(t, "sh"), "\n")
	script = strings.ReplaceAll(script, "kw_…", strings.TrimSpace(string(token)))
	script = strings.ReplaceAll(script, "http://localhost:8080", "http://"+address)
	run := exec.Command("bash", "-euo", "pipefail", "-c", script)
	run.Dir = dir
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"key":"apiKey"`, "VERIFICATION_FAILED", `"status":"VERIFIED"`, `"status":"ACTIVE"`, `"values":{"apiKey":"secret"}`, `"action":"SECRET_READ"`, "CREDENTIAL_IN_USE", "Pets to CRM", `"status":"INACTIVE"`, "deletedCredentialId"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the walk-through shows no %s:\n%s", want, out)
		}
	}
}

// The README tells every setting, and none that isn't there.
func TestReadme_tells_every_setting(t *testing.T) {
	help, err := exec.Command("go", "run", ".", "serve", "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, help)
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	settings := regexp.MustCompile(`\$KEYWARD_[A-Z_]+`).FindAllString(string(help), -1)
	if len(settings) < 9 {
		t.Fatalf("the help tells %v", settings)
	}
	for _, setting := range settings {
		if !strings.Contains(string(text), "`"+strings.TrimPrefix(setting, "$")+"`") {
			t.Errorf("%s is not in the README", setting)
		}
	}
	for _, setting := range regexp.MustCompile("`KEYWARD_[A-Z_]+`").FindAllString(string(text), -1) {
		if name := "$" + strings.Trim(setting, "`"); !slices.Contains(settings, name) && name != "$KEYWARD_COMPONENT_PETSTORE_BASE_URL" {
			t.Errorf("the README tells of %s, the help doesn't", name)
		}
	}
}

// blocks returns the README's code blocks of a language.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		list = append(list, m[1])
	}
	return list
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

func waitFor(t *testing.T, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-ctx.Done():
			t.Fatal("the server did not get ready")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
