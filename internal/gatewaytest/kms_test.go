package gatewaytest_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// transit is a stand-in for Vault's or OpenBao's transit engine, over TLS: Debian has neither. It binds what it wraps to
// the key's name and the associated data.
func transit(t *testing.T) (host string, env []string) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Plaintext  string `json:"plaintext"`
			Ciphertext string `json:"ciphertext"`
			Data       string `json:"associated_data"`
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		bound := fmt.Sprintf("vault:v1:%s:%s:", name, in.Data)
		text, ours := strings.CutPrefix(in.Ciphertext, bound)
		answer := map[string]string{"plaintext": text}
		switch {
		case name == "slow":
			<-r.Context().Done()
			return
		case r.Header.Get("X-Vault-Token") != "Canary-Pa55word", name == "forbidden":
			w.WriteHeader(http.StatusForbidden)
		case name == "broken":
			w.WriteHeader(http.StatusServiceUnavailable)
		case strings.Contains(r.URL.Path, "/encrypt/"):
			answer = map[string]string{"ciphertext": bound + in.Plaintext}
		case !ours:
			w.WriteHeader(http.StatusBadRequest)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": answer, "errors": []string{"Canary-Pa55word"}})
	}))
	t.Cleanup(server.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(roots, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return server.Listener.Addr().String(), []string{"SSL_CERT_FILE=" + roots, "VAULT_TOKEN=Canary-Pa55word"}
}

// finish runs a command in an environment to its end.
func finish(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	p := launch(t, env, args...)
	code = p.code(t)
	return p.stdout.String(), p.stderr.String(), code
}

// A key that can't be asked, or is another one, keeps a gateway from starting: within seconds, in one sentence that
// names the setting, and without the token.
func TestStart_refuses_a_key_that_does_not_open(t *testing.T) {
	t.Parallel()
	host, env := transit(t)
	for name, c := range map[string]struct {
		uri  string
		env  []string
		says string
	}{
		"an unknown scheme":      {"azure-kms://x", env, "must begin with"},
		"no scheme":              {"keyward.key", env, "must begin with"},
		"a file without a name":  {"file:", env, "file's path"},
		"half a name":            {"aws-kms://arn:aws:kms:eu-central-1", env, "ARN"},
		"no credentials":         {"gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k", env, "GOOGLE_APPLICATION_CREDENTIALS"},
		"no token":               {"hcvault://" + host + "/transit/keys/good", env[:1], "VAULT_TOKEN"},
		"another key":            {"hcvault://" + host + "/transit/keys/other", env, "another key"},
		"another key file":       {"file:" + filepath.Join(t.TempDir(), "missing"), env, "missing"},
		"nobody there":           {"hcvault://127.0.0.1:1/transit/keys/good", env, "nothing answers there"},
		"a metadata service":     {"hcvault://169.254.169.254/transit/keys/good", env, "never reached"},
		"a refusal":              {"hcvault://" + host + "/transit/keys/forbidden", env, "refuses Keyward's credentials"},
		"a service out of order": {"hcvault://" + host + "/transit/keys/broken", env, "out of order"},
		"a slow service":         {"hcvault://" + host + "/transit/keys/slow", env, "in time"},
		"an unknown certificate": {"hcvault://" + host + "/transit/keys/good", env[1:], "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Database{Dialect: "sqlite", DataDir: t.TempDir()}
			good := "hcvault://" + host + "/transit/keys/good"
			if _, stderr, code := finish(t, env, append([]string{"token", "create", "--name", "x", "--role", "OWNER", "--key", good}, flags(d)...)...); code != 0 {
				t.Fatalf("with the right key it ended with %d: %s", code, stderr)
			}
			began := time.Now()
			p := launchServe(t, c.env, append(flags(d), "--key", c.uri)...)
			code := p.code(t)
			said := p.stderr.String()
			if code != 1 || !oneSentence.MatchString(said) || p.stdout.String() != "" || !strings.Contains(said, c.says) || !strings.Contains(said, "--key (KEYWARD_KEY)") || strings.Contains(said, "Canary") {
				t.Errorf("it ended with %d and said %q and %q", code, said, p.stdout)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	t.Run("two keys", func(t *testing.T) {
		_, said, code := finish(t, env, "serve", "--key", "file:a", "--key-file", "b")
		if code != 1 || !oneSentence.MatchString(said) || !strings.Contains(said, "--key-file") {
			t.Errorf("it ended with %d and said %q", code, said)
		}
	})
}

// The outer key moves from a file to a service and on to another file, under a running gateway, and no row changes.
func TestRewrap(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			host, env := transit(t)
			d := NewDatabase(t, dialect)
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			ids := fill(t, c, 10)
			other := g.NewWorkspace(t, "other")
			db := d.SQL(t)
			before := look(t, d, db)

			service, file := "hcvault://"+host+"/transit/keys/good", filepath.Join(t.TempDir(), "new", "keyward.key")
			rewrap := func(args ...string) (string, string, int) {
				return finish(t, env, append(append([]string{"keys", "rewrap"}, flags(d)...), args...)...)
			}
			for _, uri := range []string{"hcvault://" + host + "/transit/keys/broken", "hcvault://127.0.0.1:1/transit/keys/x", "azure-kms://x", "file:" + keyFile(d)} {
				if stdout, said, code := rewrap("--new-key", uri); code != 1 || !oneSentence.MatchString(said) || stdout != "" || !strings.Contains(said, "--new-key (KEYWARD_NEW_KEY)") || strings.Contains(said, "Canary") {
					t.Errorf("to %s it ended with %d: %q %q", uri, code, stdout, said)
				}
			}
			if stdout, said, code := rewrap("--new-key", service); code != 0 || !strings.Contains(stdout, "2 workspaces") || !strings.Contains(stdout, "--key "+service) {
				t.Fatalf("it ended with %d: %q %q", code, stdout, said)
			}

			// The gateway goes on with what it has opened; of the rest it says what is wrong.
			opens(t, c, ids)
			ids["after"] = c.Petstore(t, "after")
			refused := g.ClientOf(t, other, models.RoleOwner).Do(t, CreateCredential, Vars{"input": Vars{
				"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}},
			}})
			if refused.Code() != "INTERNAL" || !strings.Contains(g.Log.String(), "after keyward keys rewrap, start it with the new key") {
				t.Errorf("a keyset that it never opened: %s\n%s", refused.Raw, g.Log)
			}
			if _, said, code := finish(t, env, append([]string{"token", "create", "--name", "x", "--role", "OWNER"}, flags(d)...)...); code != 1 || !strings.Contains(said, "another key") {
				t.Errorf("with the former key it ended with %d: %s", code, said)
			}
			if _, said, code := rewrap("--new-key", "file:"+file); code != 1 || !strings.Contains(said, "another key") {
				t.Errorf("from the former key it ended with %d: %s", code, said)
			}
			if stdout, said, code := finish(t, env, rotate(d, "--key", service)...); code != 0 || !strings.Contains(stdout, "new keys for 2 workspaces, 11 credentials") {
				t.Errorf("the rotation ended with %d: %q %q", code, stdout, said)
			}

			if stdout, said, code := rewrap("--key", service, "--new-key", "file:"+file); code != 0 {
				t.Fatalf("it ended with %d: %q %q", code, stdout, said)
			}
			if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
				t.Errorf("the new file: %v, %v", info, err)
			}
			if err := os.Rename(file, keyFile(d)); err != nil { // where look, and a gateway for tests, want it
				t.Fatal(err)
			}
			after := look(t, d, db)
			for id, was := range before.state {
				if now := after.state[id]; now.version != was.version || now.updated != was.updated {
					t.Errorf("%s was %v and is %v", id, was, now)
				}
			}
			delete(ids, "after") // it has no tags
			opens(t, &Client{URL: New(t, d).URL, Token: c.Token}, ids)
		})
	}
}
