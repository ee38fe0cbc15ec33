// Package seal keeps secrets unreadable at rest, and in their place. A key-encryption key, which lies in a file or with a
// Keeper and never in the database, wraps one keyset per workspace; a workspace's keyset seals its values. There are two
// levels so that the outer key can move to another keeper without a single row being sealed anew, and so that a
// keyset opens one workspace only.
//
// What is sealed (AES-256-GCM by Tink, a fresh random nonce each time) is bound to a Place: it opens nowhere else, not
// after a single bit changed, and not under another key. Errors never say what was inside.
package seal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/tink"

	"keyward/models"
)

var (
	// ErrWrongKey: the key-encryption key is not the one that the check value was made with.
	ErrWrongKey = errors.New("this is not the key that the database was sealed with: put the right key file back")
	// ErrUnopenable: a ciphertext was changed, belongs elsewhere, or was sealed with another key.
	ErrUnopenable = errors.New("this ciphertext does not open here: it was changed, moved, or sealed with another key")
)

// Place is where a sealed value belongs. All of it is part of what the seal binds, so that a ciphertext copied into
// another row, column, workspace or revision does not open there.
type Place struct {
	Purpose    string // what the value is for
	Workspace  string
	Credential string
	Component  string
	Revision   int32
}

// placeFormat changes when the encoding of a Place does; what was sealed before then has to be resealed.
const placeFormat = "keyward place 1"

func (p Place) associatedData() []byte {
	bound := bind(placeFormat, p.Purpose, p.Workspace, p.Credential, p.Component)
	return binary.BigEndian.AppendUint32(bound, uint32(p.Revision)) //nolint:gosec // the same 32 bits
}

// bind joins the parts, each behind its length, so that no two lists give the same bytes.
func bind(parts ...string) []byte {
	var joined []byte
	for _, part := range parts {
		joined = binary.BigEndian.AppendUint64(joined, uint64(len(part)))
		joined = append(joined, part...)
	}
	return joined
}

// Keyset holds a workspace's keys: one set for sealing, one for keyed hashes. It may be used by many at once.
type Keyset struct {
	workspace string
	aead      tink.AEAD
	primaryID uint32
	mac       tink.MAC
}

// Format prints no key, under any verb.
func (Keyset) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[keyset]") }

// Seal encrypts plaintext for a place in the keyset's own workspace. keyID names the key within the keyset that did it;
// the ciphertext begins with it as well: the byte 1, then four bytes, big endian.
func (k *Keyset) Seal(p Place, plaintext []byte) (ciphertext []byte, keyID int64, err error) {
	if p.Purpose == "" || p.Workspace != k.workspace {
		return nil, 0, fmt.Errorf("refused to seal: the place has no purpose or belongs to another workspace than the keyset")
	}
	ciphertext, err = k.aead.Encrypt(plaintext, p.associatedData())
	if err != nil {
		return nil, 0, fmt.Errorf("seal: %w", err)
	}
	return ciphertext, int64(k.primaryID), nil
}

// Open decrypts what Seal made for the same place, with whichever key of the keyset. Anything else is ErrUnopenable.
func (k *Keyset) Open(p Place, ciphertext []byte) ([]byte, error) {
	if p.Workspace != k.workspace {
		return nil, ErrUnopenable
	}
	plaintext, err := k.aead.Decrypt(ciphertext, p.associatedData())
	if err != nil {
		return nil, ErrUnopenable
	}
	return plaintext, nil
}

// SealValues seals a credential's values; see Seal.
func (k *Keyset) SealValues(p Place, values models.Values) (ciphertext []byte, keyID int64, err error) {
	// As bytes, since JSON would replace what is no UTF-8 in a string.
	plain := make(map[string][]byte, len(values))
	for key, value := range values {
		plain[key] = []byte(value.Reveal())
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return nil, 0, errors.New("seal: the values can't be encoded")
	}
	return k.Seal(p, text)
}

// OpenValues opens what SealValues sealed; see Open.
func (k *Keyset) OpenValues(p Place, ciphertext []byte) (models.Values, error) {
	text, err := k.Open(p, ciphertext)
	if err != nil {
		return nil, err
	}
	var plain map[string][]byte
	if json.Unmarshal(text, &plain) != nil { // its error would quote the text
		return nil, ErrUnopenable
	}
	values := make(models.Values, len(plain))
	for key, value := range plain {
		values[key] = models.NewSecret(string(value))
	}
	return values, nil
}

// KeyID names the key that Seal uses now.
func (k *Keyset) KeyID() int64 { return int64(k.primaryID) }

// MAC is a keyed hash (HMAC-SHA-256) of data, useless for guessing data without the keyset. It changes when the keyset
// gets a new key: compare with VerifyMAC.
func (k *Keyset) MAC(data []byte) ([]byte, error) {
	sum, err := k.mac.ComputeMAC(data)
	if err != nil {
		return nil, fmt.Errorf("compute a keyed hash: %w", err)
	}
	return sum, nil
}

// VerifyMAC reports whether sum is data's MAC, by whichever key of the keyset.
func (k *Keyset) VerifyMAC(sum, data []byte) bool { return k.mac.VerifyMAC(sum, data) == nil }
