package verifiers

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"keyward/internal/template"
	"keyward/models"
)

const (
	// maxKeyBytes is more than an RSA key of 8192 bits takes; longer ones would only keep the machine busy.
	maxKeyBytes = 8 << 10
	// behind is how far the other side's clock may be behind ours.
	behind = time.Minute
)

// signJWT signs the declared claims with the credential's own private key, and puts the token into the scope. A key that can't sign
// so is rejected before anybody is asked.
func signJWT(s template.Scope, declared *models.JWT, now time.Time) error {
	key, err := parseKey(s.Text(declared.PrivateKey))
	if err != nil {
		return err
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return errRejected
	}
	digest := sha256.Sum256(spki)
	s[models.KeyFingerprint] = models.NewSecret("SHA256:" + base64.StdEncoding.EncodeToString(digest[:]))
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.SignatureAlgorithm(declared.Algorithm), Key: jose.JSONWebKey{Key: key, KeyID: s.Text(declared.KeyID)}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return errRejected // a key of another kind than the algorithm's
	}
	issued := now.Add(-behind)
	claims := map[string]any{"iat": issued.Unix(), "exp": issued.Add(time.Duration(declared.Lifetime) * time.Second).Unix()}
	for name, value := range s.Pairs(declared.Claims) {
		claims[name] = value
	}
	signed, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		return errRejected
	}
	s[models.JWTName] = models.NewSecret(signed)
	return nil
}

// parseKey reads a private key in PEM: PKCS #8, or the older forms of RSA and elliptic curves. It must not be encrypted.
func parseKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if block == nil || len(block.Bytes) > maxKeyBytes {
		return nil, errRejected
	}
	var (
		key any
		err error
	)
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, errRejected
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errRejected
}
