package kms

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"keyward/internal/egress"
	"keyward/internal/seal"
)

// The services are fakes at the HTTP level, over real TLS: AWS and Google run theirs only in their clouds, and Debian
// packages neither Vault nor OpenBao. Each fake speaks the documented wire format and binds what it wraps to its key
// and to the associated data, as the service does.

const (
	awsURI   = "aws-kms://arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-0000-0000-000000000000"
	gcpURI   = "gcp-kms://projects/p/locations/europe-west3/keyRings/r/cryptoKeys/k"
	vaultURI = "hcvault://vault.example.com:8200/transit/keys/keyward"
	// canary is in all that the fakes say when they fail, and in the credentials.
	canary = "CanaryQ7xZp"
)

// fake is a service.
type fake struct {
	uri     string
	handler func(key string) http.HandlerFunc
	env     func(t *testing.T) map[string]string
	// says answers a refusal as the service words it.
	says  func(w http.ResponseWriter, status int)
	host  string        // that may be asked
	limit time.Duration // of a call; 0 is more than a busy machine needs
}

var fakes = map[string]fake{
	"AWS KMS":          {uri: awsURI, handler: fakeAWS, env: awsEnv, says: awsSays, host: "kms.eu-central-1.amazonaws.com:443"},
	"Google Cloud KMS": {uri: gcpURI, handler: fakeGCP, env: gcpEnv, says: gcpSays, host: "cloudkms.googleapis.com:443"},
	"Vault":            {uri: vaultURI, handler: fakeVault, env: vaultEnv, says: vaultSays, host: "vault.example.com:8200"},
}

// wrapped is how every fake wraps: in the clear, which a test may do.
type wrapped struct{ Key, Text, Data string }

func wrap(key, text, data string) string {
	b, _ := json.Marshal(wrapped{key, text, data})
	return base64.StdEncoding.EncodeToString(b)
}

func unwrap(key, ciphertext, data string) (text string, ok bool) {
	var w wrapped
	b, err := base64.StdEncoding.DecodeString(ciphertext)
	if err != nil || json.Unmarshal(b, &w) != nil || w.Key != key || w.Data != data {
		return "", false
	}
	return w.Text, true
}

func fakeAWS(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			KeyID             string `json:"KeyId"`
			Plaintext         string
			CiphertextBlob    string
			EncryptionContext map[string]string
		}
		if json.NewDecoder(r.Body).Decode(&in) != nil || r.Method != "POST" || r.URL.Path != "/" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-amz-json-1.1") ||
			!strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential="+canary) || !strings.Contains(r.Header.Get("Authorization"), "/eu-central-1/kms/aws4_request") ||
			"aws-kms://"+in.KeyID != awsURI || in.EncryptionContext["associatedData"] == "" {
			awsSays(w, 418)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		switch r.Header.Get("X-Amz-Target") {
		case "TrentService.Encrypt":
			reply(w, map[string]string{"CiphertextBlob": wrap(key, in.Plaintext, in.EncryptionContext["associatedData"]), "KeyId": in.KeyID})
		case "TrentService.Decrypt":
			text, ok := unwrap(key, in.CiphertextBlob, in.EncryptionContext["associatedData"])
			if !ok {
				awsError(w, 400, "InvalidCiphertextException")
				return
			}
			reply(w, map[string]string{"Plaintext": text, "KeyId": in.KeyID, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})
		}
	}
}

func awsSays(w http.ResponseWriter, status int) {
	if status == 403 { // AWS says it so
		awsError(w, 400, "AccessDeniedException")
		return
	}
	awsError(w, status, "KMSInternalException")
}

func awsError(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(status)
	reply(w, map[string]string{"__type": kind, "message": canary})
}

func awsEnv(*testing.T) map[string]string {
	return map[string]string{"AWS_ACCESS_KEY_ID": canary, "AWS_SECRET_ACCESS_KEY": canary}
}

func fakeGCP(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			reply(w, map[string]any{"access_token": canary, "token_type": "Bearer", "expires_in": 3600})
			return
		}
		var in struct{ Plaintext, Ciphertext, AdditionalAuthenticatedData string }
		path, call, _ := strings.Cut(r.URL.Path, ":")
		if json.NewDecoder(r.Body).Decode(&in) != nil || r.Method != "POST" || path != "/v1/"+strings.TrimPrefix(gcpURI, "gcp-kms://") ||
			r.Header.Get("Authorization") != "Bearer "+canary || in.AdditionalAuthenticatedData == "" {
			gcpSays(w, 418)
			return
		}
		switch call {
		case "encrypt":
			out := wrap(key, in.Plaintext, in.AdditionalAuthenticatedData)
			raw, _ := base64.StdEncoding.DecodeString(out)
			reply(w, map[string]any{"ciphertext": out, "ciphertextCrc32c": checksum(raw), "verifiedPlaintextCrc32c": true, "verifiedAdditionalAuthenticatedDataCrc32c": true})
		case "decrypt":
			raw, _ := base64.URLEncoding.DecodeString(in.Ciphertext)
			text, ok := unwrap(key, base64.StdEncoding.EncodeToString(raw), in.AdditionalAuthenticatedData)
			if !ok {
				gcpError(w, 400, "INVALID_ARGUMENT")
				return
			}
			plain, _ := base64.URLEncoding.DecodeString(text)
			reply(w, map[string]any{"plaintext": base64.StdEncoding.EncodeToString(plain), "plaintextCrc32c": checksum(plain)})
		}
	}
}

func checksum(b []byte) string {
	return fmt.Sprint(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func gcpSays(w http.ResponseWriter, status int) {
	gcpError(w, status, map[int]string{403: "PERMISSION_DENIED", 500: "INTERNAL"}[status])
}

func gcpError(w http.ResponseWriter, status int, kind string) {
	w.WriteHeader(status)
	reply(w, map[string]any{"error": map[string]any{"code": status, "message": canary, "status": kind}})
}

func gcpEnv(t *testing.T) map[string]string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "keyward@p.iam.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	return map[string]string{"GOOGLE_APPLICATION_CREDENTIALS": write(t, text)}
}

func fakeVault(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Plaintext      string `json:"plaintext"`
			Ciphertext     string `json:"ciphertext"`
			AssociatedData string `json:"associated_data"`
		}
		if json.NewDecoder(r.Body).Decode(&in) != nil || (r.Method != "PUT" && r.Method != "POST") || r.Header.Get("X-Vault-Token") != canary || in.AssociatedData == "" {
			vaultSays(w, 418)
			return
		}
		switch r.URL.Path {
		case "/v1/transit/encrypt/keyward":
			reply(w, map[string]any{"data": map[string]any{"ciphertext": "vault:v1:" + wrap(key, in.Plaintext, in.AssociatedData), "key_version": 1}})
		case "/v1/transit/decrypt/keyward":
			text, ok := unwrap(key, strings.TrimPrefix(in.Ciphertext, "vault:v1:"), in.AssociatedData)
			if !ok {
				vaultSays(w, 400)
				return
			}
			reply(w, map[string]any{"data": map[string]any{"plaintext": text}})
		}
	}
}

func vaultSays(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	reply(w, map[string]any{"errors": []string{canary}})
}

func vaultEnv(*testing.T) map[string]string { return map[string]string{"VAULT_TOKEN": canary} }

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func write(t *testing.T, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// ask opens the keeper with a client that finds the server under every name, and remembers which were asked for.
func ask(t *testing.T, f fake, h http.HandlerFunc) (k *keeper, hosts func() []string) {
	t.Helper()
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	var (
		mu    sync.Mutex
		asked []string
	)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	client := &http.Client{CheckRedirect: egress.New(nil).HTTPClient().CheckRedirect, Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com"},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			mu.Lock()
			asked = append(asked, addr)
			mu.Unlock()
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}}
	env := f.env(t)
	k, err := open(Config{URI: f.uri, Getenv: func(name string) string { return env[name] }, Limit: cmp.Or(f.limit, time.Minute)}, client)
	if err != nil {
		t.Fatal(err)
	}
	return k, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return asked
	}
}

func TestKeeper_wraps_and_unwraps(t *testing.T) {
	for name, f := range fakes {
		t.Run(name, func(t *testing.T) {
			k, hosts := ask(t, f, f.handler("one"))
			text := []byte("a keyset \x00\xff, for example")
			sealed, err := k.Encrypt(text, []byte("here"))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := k.Decrypt(sealed, []byte("here")); err != nil || string(got) != string(text) {
				t.Errorf("it unwraps %q, %v", got, err)
			}
			if got, err := k.Decrypt(sealed, []byte("there")); !errors.Is(err, seal.ErrUnopenable) {
				t.Errorf("elsewhere it unwraps %q, %v", got, err)
			}
			if _, err := k.Decrypt(nil, []byte("here")); !errors.Is(err, seal.ErrUnopenable) {
				t.Errorf("nothing: %v", err)
			}
			other, _ := ask(t, f, f.handler("two"))
			if got, err := other.Decrypt(sealed, []byte("here")); !errors.Is(err, seal.ErrUnopenable) {
				t.Errorf("another key unwraps %q, %v", got, err)
			}
			for _, host := range hosts() {
				if host != f.host && host != "oauth2.googleapis.com:443" {
					t.Errorf("it asked %s", host)
				}
			}
		})
	}
}

// Whole keysets go through, and a wrong key is told from a service that can't be asked.
func TestKept(t *testing.T) {
	for name, f := range fakes {
		t.Run(name, func(t *testing.T) {
			one, _ := ask(t, f, f.handler("one"))
			two, _ := ask(t, f, f.handler("two"))
			down, _ := ask(t, f, func(w http.ResponseWriter, _ *http.Request) { f.says(w, 500) })
			key := seal.Kept(one)
			check, err := key.Check()
			if err != nil {
				t.Fatal(err)
			}
			_, keyset, err := key.NewKeyset("ws_1")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := key.OpenKeyset("ws_1", keyset); err != nil || key.VerifyCheck(check) != nil {
				t.Errorf("its own: %v", err)
			}
			if _, err := key.OpenKeyset("ws_2", keyset); !errors.Is(err, seal.ErrUnopenable) {
				t.Errorf("another workspace's: %v", err)
			}
			if _, err := seal.Kept(two).OpenKeyset("ws_1", keyset); !errors.Is(err, seal.ErrUnopenable) || !errors.Is(seal.Kept(two).VerifyCheck(check), seal.ErrWrongKey) {
				t.Errorf("another key: %v", err)
			}
			for _, err := range []error{seal.Kept(down).VerifyCheck(check), second(seal.Kept(down).OpenKeyset("ws_1", keyset))} {
				if err == nil || errors.Is(err, seal.ErrWrongKey) || errors.Is(err, seal.ErrUnopenable) || !strings.Contains(err.Error(), "out of order") {
					t.Errorf("out of order: %v", err)
				}
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestKeeper_says_what_is_wrong(t *testing.T) {
	for name, f := range fakes {
		for what, c := range map[string]struct {
			handler http.HandlerFunc
			says    string
		}{
			"403":     {func(w http.ResponseWriter, _ *http.Request) { f.says(w, 403) }, "refuses Keyward's credentials"},
			"500":     {func(w http.ResponseWriter, _ *http.Request) { f.says(w, 500) }, "out of order"},
			"garbage": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>" + canary)) }, "what it answers is not"},
			"nothing": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }, "what it answers is not"},
			"hang-up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "nothing answers there"},
			"silence": {func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // only then is a hang-up noticed
				<-r.Context().Done()
			}, "in time"},
			"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://elsewhere.example.com/", http.StatusTemporaryRedirect)
			}, "what it answers is not"},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				f, h := f, c.handler
				if what == "silence" {
					f.limit = time.Second
				}
				if name == "Google Cloud KMS" && what != "silence" { // the token comes from another host, which is well
					h = func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path == "/token" {
							fakeGCP("")(w, r)
							return
						}
						c.handler(w, r)
					}
				}
				k, hosts := ask(t, f, h)
				for call, err := range map[string]error{
					"encrypt": second(k.Encrypt([]byte("text"), []byte("here"))), "decrypt": second(k.Decrypt([]byte("vault:v1:x"), []byte("here"))),
				} {
					if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), f.uri) || !strings.HasPrefix(err.Error(), name) ||
						strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "\n") || errors.Is(err, seal.ErrUnopenable) {
						t.Errorf("%s: it said %v", call, err)
					}
				}
				for _, host := range hosts() {
					if strings.HasPrefix(host, "elsewhere") {
						t.Error("it followed")
					}
				}
			})
		}
	}
}

// Through the operator's guard: this machine may be asked, whose port is closed here, and a metadata service may not.
func TestOpen_is_guarded(t *testing.T) {
	for host, says := range map[string]string{"127.0.0.1:1": "nothing answers there", "169.254.169.254": "never reached", "[fd00:ec2::254]:8200": "never reached"} {
		key, err := Open(Config{URI: "hcvault://" + host + "/transit/keys/keyward", Guard: egress.Operator(), Getenv: func(string) string { return canary }})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := key.Check(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestOpen_refuses(t *testing.T) {
	none := func(string) string { return "" }
	for uri, says := range map[string]string{
		"azure-kms://x": "it must begin with", "": "it must begin with", "aws-kms://key/x": "the key's ARN", "aws-kms://arn:aws:kms:eu:1:key/x": "the key's ARN",
		"gcp-kms://projects/p": "resource name", "hcvault://vault.example.com/transit": "the key's place", "hcvault://user:pass@vault/transit/keys/k": "the key's place",
		awsURI: "AWS_ACCESS_KEY_ID", gcpURI: "GOOGLE_APPLICATION_CREDENTIALS", vaultURI: "VAULT_TOKEN",
	} {
		if _, err := Open(Config{URI: uri, Guard: egress.Operator(), Getenv: none}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", uri, err)
		}
	}
	broken := write(t, []byte(`{"type": "authorized_user", "refresh_token": "`+canary+`"}`))
	_, err := Open(Config{URI: gcpURI, Guard: egress.Operator(), Getenv: func(string) string { return broken }})
	if err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("a person's credentials: %v", err)
	}
}

// A token's file is read for every call, so whoever renews the token need not start Keyward again.
func TestVault_token_file(t *testing.T) {
	file := write(t, []byte("old\n"))
	server := httptest.NewTLSServer(fakeVault("one"))
	defer server.Close()
	k, err := open(Config{URI: strings.Replace(vaultURI, "vault.example.com:8200", server.Listener.Addr().String(), 1), Getenv: func(string) string { return "" }, TokenFile: file}, server.Client())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Encrypt([]byte("text"), []byte("here")); err == nil {
		t.Error("the old token was good")
	}
	for text, says := range map[string]string{canary + "\n": "", "": "--key-token-file"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Encrypt([]byte("text"), []byte("here")); (err == nil) != (says == "") || (err != nil && !strings.Contains(err.Error(), says)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAWS_wraps_no_more_than_it_can(t *testing.T) {
	k, hosts := ask(t, fakes["AWS KMS"], fakeAWS("one"))
	if _, err := k.Encrypt(make([]byte, 4097), []byte("here")); err == nil || !strings.Contains(err.Error(), "--drop-old") || len(hosts()) > 0 {
		t.Errorf("it said %v and asked %v", err, hosts())
	}
}

// With a web identity, AWS is asked for credentials by the same guarded client.
func TestAWS_web_identity(t *testing.T) {
	token := write(t, []byte("web identity"))
	f := fakes["AWS KMS"]
	f.env = func(*testing.T) map[string]string {
		return map[string]string{"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/keyward", "AWS_WEB_IDENTITY_TOKEN_FILE": token}
	}
	k, hosts := ask(t, f, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "" {
			_ = r.ParseForm()
			if r.Form.Get("Action") != "AssumeRoleWithWebIdentity" || r.Form.Get("WebIdentityToken") != "web identity" {
				w.WriteHeader(400)
				return
			}
			_, _ = fmt.Fprintf(w, `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
				<AccessKeyId>%[1]s</AccessKeyId><SecretAccessKey>%[1]s</SecretAccessKey><SessionToken>%[1]s</SessionToken><Expiration>%[2]s</Expiration>
				</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`, canary, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
			return
		}
		fakeAWS("one")(w, r)
	})
	sealed, err := k.Encrypt([]byte("text"), []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := k.Decrypt(sealed, []byte("here")); err != nil || string(text) != "text" {
		t.Errorf("%q %v", text, err)
	}
	if asked := hosts(); len(asked) != 3 || asked[0] != "sts.eu-central-1.amazonaws.com:443" {
		t.Errorf("it asked %v", asked)
	}
}
