package verifiers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

func pemOf(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// minted is Google's form of a dry request: a key in JSON, and a token for what it signs.
func minted(base string) *models.DryRequest {
	return &models.DryRequest{
		Protocol: "http", Hosts: []string{"{{base}}"}, Variables: map[string]string{"base": base},
		Derived: map[string]models.Derivation{
			"email": {From: "key", Pointer: "/client_email"}, "pem": {From: "key", Pointer: "/private_key"}, "kid": {From: "key", Pointer: "/private_key_id"},
		},
		JWT: &models.JWT{
			Algorithm: "RS256", PrivateKey: "{{pem}}", KeyID: "{{kid}}", Lifetime: 600,
			Claims: map[string]string{"iss": "{{email}}", "sub": "{{subject}}", "aud": "{{base}}/token", "scope": "read", "fp": "{{keyFingerprint}}"},
		},
		Request: &models.HTTPRequest{
			Method: "POST", URL: "{{base}}/token",
			Form: map[string]string{"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "{{jwt}}"},
		},
		Accept: []models.ResponseRule{{Status: []int{200}, JSON: []models.JSONCondition{{Pointer: "/access_token", Exists: new(true)}}}},
		Reject: []models.ResponseRule{{Status: []int{400, 401}, JSON: []models.JSONCondition{{Pointer: "/error", In: []any{"invalid_grant", "invalid_client"}}}}},
	}
}

func TestHTTP_jwt(t *testing.T) {
	right, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	wrong, _ := rsa.GenerateKey(rand.Reader, 2048)
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	var claims map[string]any
	var header jose.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := jwt.ParseSigned(r.PostFormValue("assertion"), []jose.SignatureAlgorithm{jose.RS256})
		claims = nil
		if err != nil || token.Claims(right.Public(), &claims) != nil {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`)
			return
		}
		header = token.Headers[0]
		_, _ = io.WriteString(w, `{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}`)
	}))
	defer s.Close()
	keyFile := func(key string) string {
		text, _ := json.Marshal(map[string]string{
			"type": "service_account", "client_email": "robot@example.com", "private_key_id": "k-1", "private_key": key, "token_uri": "https://elsewhere.example.com/token",
		})
		return string(text)
	}
	der, _ := x509.MarshalPKCS8PrivateKey(right)
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}))
	for name, c := range map[string]struct {
		key  string
		want Result
	}{
		"right":                 {keyFile(pemOf(t, right)), accepted()},
		"with blanks around it": {"\n " + keyFile("  "+pemOf(t, right)+"\n\n"), accepted()},
		"another key":           {keyFile(pemOf(t, wrong)), rejected(models.ReasonAuthRejected)},
		"a key of another kind": {keyFile(pemOf(t, curve)), rejected(models.ReasonAuthRejected)},
		"an encrypted key":      {keyFile(encrypted), rejected(models.ReasonAuthRejected)},
		"no key":                {keyFile("geheim"), rejected(models.ReasonAuthRejected)},
		"half a key":            {keyFile(pemOf(t, right)[:800]), rejected(models.ReasonAuthRejected)},
		"an endless key":        {keyFile(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: append(der, make([]byte, maxKeyBytes)...)}))), rejected(models.ReasonAuthRejected)},
		"no JSON":               {pemOf(t, right), rejected(models.ReasonAuthRejected)},
		"JSON of another kind":  {`{"client_email":7}`, rejected(models.ReasonAuthRejected)},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, patiently(t, loopback(t), Request{minted(s.URL), values("key", c.key)}), c.want)
		})
	}
	t.Run("what is signed", func(t *testing.T) {
		before := time.Now()
		expect(t, patiently(t, loopback(t), Request{minted(s.URL), values("key", keyFile(pemOf(t, right)))}), accepted())
		spki, _ := x509.MarshalPKIXPublicKey(right.Public())
		digest := sha256.Sum256(spki)
		issued, _ := claims["iat"].(float64)
		if age := before.Unix() - int64(issued); age < 58 || age > 60 {
			t.Errorf("issued %d seconds ago", age)
		}
		want := map[string]any{
			"iss": "robot@example.com", "aud": s.URL + "/token", "scope": "read", "fp": "SHA256:" + base64.StdEncoding.EncodeToString(digest[:]),
			"iat": issued, "exp": issued + 600, // and no sub, since nobody is impersonated
		}
		if diff := cmp.Diff(want, claims); diff != "" || header.KeyID != "k-1" || header.ExtraHeaders["typ"] != "JWT" {
			t.Errorf("%s %+v", diff, header)
		}
	})
	t.Run("without a key's id, by an older form of key", func(t *testing.T) {
		dry := minted(s.URL)
		dry.JWT.KeyID = ""
		older := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(right)}))
		expect(t, patiently(t, loopback(t), Request{dry, values("key", keyFile(older))}), accepted())
		if header.KeyID != "" {
			t.Errorf("%+v", header)
		}
	})
	for _, answer := range []string{`{"error":"temporarily_unavailable"}`, `{"error":"invalid_scope"}`, `<html>`} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.Copy(w, strings.NewReader(answer))
		}))
		expect(t, patiently(t, loopback(t), Request{minted(s.URL), values("key", keyFile(pemOf(t, right)))}), unavailable(models.ReasonUnexpectedResponse))
		s.Close()
	}
}
