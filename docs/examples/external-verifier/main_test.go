package main

import (
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http/httptest"
	"testing"

	"keyward/internal/egress"
	"keyward/models"
	"keyward/verifiers"
)

// The example answers a gateway, and only one that has its secret.
func TestVerifier(t *testing.T) {
	secret := func(seed string) string {
		sum := sha256.Sum256([]byte(seed))
		return "whsec_" + base64.StdEncoding.EncodeToString(sum[:])
	}
	s := httptest.NewTLSServer(verifier(secret("a")))
	defer s.Close()
	ranges, err := egress.ParseRanges("127.0.0.1/32")
	if err != nil {
		t.Fatal(err)
	}
	guard := egress.New(ranges)
	guard.HTTPClient().Transport = s.Client().Transport // which trusts the test server
	method := &models.AuthMethod{DryRequest: &models.DryRequest{Protocol: "external", External: &models.External{URL: s.URL, Component: "own", Method: "pin"}}}
	for _, c := range []struct {
		secret, pin string
		want        models.VerificationOutcome
	}{{"a", "1234", models.Accepted}, {"a", "4321", models.Rejected}, {"b", "1234", models.Unavailable}} {
		registry, err := verifiers.New(guard, nil, slog.New(slog.DiscardHandler)).WithExternal([]string{s.URL}, models.NewSecret(secret(c.secret)))
		if err != nil {
			t.Fatal(err)
		}
		found := registry.Verify(t.Context(), "own", method, models.Values{"pin": models.NewSecret(c.pin)})
		if found.Outcome != c.want {
			t.Errorf("%+v: got %s %s", c, found.Outcome, found.Reason)
		}
	}
}
