package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KEK is the key-encryption key: it wraps the workspaces' keysets and does nothing else. Who keeps it is behind
// tink.AEAD: today a key file, and whatever else Tink can ask.
type KEK struct{ aead tink.AEAD }

// Format prints no key, under any verb.
func (KEK) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[key]") }

// What the key-encryption key seals is bound to one of these, so that neither passes for another.
const (
	forCheck      = "keyward key check 1"
	forAEADKeyset = "keyward keyset for sealing 1"
	forMACKeyset  = "keyward keyset for keyed hashes 1"
)

// Check makes a value to store in the database, by which VerifyCheck knows the key again.
func (k *KEK) Check() ([]byte, error) {
	sealed, err := k.aead.Encrypt([]byte(forCheck), bind(forCheck))
	if err != nil {
		return nil, fmt.Errorf("seal the key check: %w", err)
	}
	return sealed, nil
}

// VerifyCheck returns ErrWrongKey unless sealed comes from this key's Check.
func (k *KEK) VerifyCheck(sealed []byte) error {
	if _, err := k.aead.Decrypt(sealed, bind(forCheck)); err != nil {
		return ErrWrongKey
	}
	return nil
}

// wrappedKeyset is how a keyset is stored: two of Tink's encrypted keysets, as JSON. Key ids and algorithms can be
// read there; keys can't.
type wrappedKeyset struct {
	AEAD json.RawMessage `json:"aead"`
	MAC  json.RawMessage `json:"mac"`
}

// NewKeyset makes a workspace's keyset. wrapped is what to store of it.
func (k *KEK) NewKeyset(workspaceID string) (set *Keyset, wrapped []byte, err error) {
	if workspaceID == "" {
		return nil, nil, fmt.Errorf("make a keyset: it needs a workspace")
	}
	forSealing, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, fmt.Errorf("make a keyset: %w", err)
	}
	forHashing, err := keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		return nil, nil, fmt.Errorf("make a keyset: %w", err)
	}
	set, err = newKeyset(workspaceID, forSealing, forHashing)
	if err != nil {
		return nil, nil, fmt.Errorf("make a keyset: %w", err)
	}
	var parts wrappedKeyset
	if parts.AEAD, err = k.wrap(forSealing, bind(forAEADKeyset, workspaceID)); err != nil {
		return nil, nil, err
	}
	if parts.MAC, err = k.wrap(forHashing, bind(forMACKeyset, workspaceID)); err != nil {
		return nil, nil, err
	}
	if wrapped, err = json.Marshal(parts); err != nil {
		return nil, nil, fmt.Errorf("encode a keyset: %w", err)
	}
	return set, wrapped, nil
}

// OpenKeyset opens what NewKeyset wrapped for the same workspace. Anything else is ErrUnopenable.
func (k *KEK) OpenKeyset(workspaceID string, wrapped []byte) (*Keyset, error) {
	var parts wrappedKeyset
	if json.Unmarshal(wrapped, &parts) != nil {
		return nil, ErrUnopenable
	}
	forSealing, err := k.unwrap(parts.AEAD, bind(forAEADKeyset, workspaceID))
	if err != nil {
		return nil, err
	}
	forHashing, err := k.unwrap(parts.MAC, bind(forMACKeyset, workspaceID))
	if err != nil {
		return nil, err
	}
	set, err := newKeyset(workspaceID, forSealing, forHashing)
	if err != nil {
		return nil, fmt.Errorf("open a keyset: %w", err)
	}
	return set, nil
}

func (k *KEK) wrap(handle *keyset.Handle, boundTo []byte) ([]byte, error) {
	var out bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewJSONWriter(&out), k.aead, boundTo); err != nil {
		return nil, fmt.Errorf("wrap a keyset: %w", err)
	}
	return out.Bytes(), nil
}

func (k *KEK) unwrap(wrapped, boundTo []byte) (*keyset.Handle, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(wrapped)), k.aead, boundTo)
	if err != nil {
		return nil, ErrUnopenable
	}
	return handle, nil
}

func newKeyset(workspaceID string, forSealing, forHashing *keyset.Handle) (*Keyset, error) {
	sealer, err := aead.New(forSealing)
	if err != nil {
		return nil, err
	}
	hasher, err := mac.New(forHashing)
	if err != nil {
		return nil, err
	}
	primary, err := forSealing.Primary()
	if err != nil {
		return nil, err
	}
	return &Keyset{workspace: workspaceID, aead: sealer, primaryID: primary.KeyID(), mac: hasher}, nil
}
