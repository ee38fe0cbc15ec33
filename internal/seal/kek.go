package seal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KEK is the key-encryption key: it wraps the workspaces' keysets and does nothing else. Who keeps it, a key file or a
// Keeper, is behind tink.AEAD.
type KEK struct {
	aead   tink.AEAD
	remote bool
}

// Keeper keeps a key-encryption key elsewhere and lets nobody have it: it wraps and unwraps by itself. Its Decrypt
// returns ErrUnopenable for what was not wrapped by its key for the same associated data; its other errors are
// sentences about why it could not be asked.
type Keeper interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// Kept is the key that a keeper has.
func Kept(keeper Keeper) *KEK { return &KEK{aead: keeper, remote: true} }

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

// VerifyCheck returns ErrWrongKey unless sealed comes from this key's Check; a Keeper's own errors besides.
func (k *KEK) VerifyCheck(sealed []byte) error {
	text, err := k.aead.Decrypt(sealed, bind(forCheck))
	if err != nil && k.remote && !errors.Is(err, ErrUnopenable) {
		return err
	}
	if err != nil || string(text) != forCheck {
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

// handles are a workspace's two sets of keys, unwrapped.
type handles struct{ aead, mac *keyset.Handle }

// NewKeyset makes a workspace's keyset. wrapped is what to store of it.
func (k *KEK) NewKeyset(workspaceID string) (set *Keyset, wrapped []byte, err error) {
	if workspaceID == "" {
		return nil, nil, fmt.Errorf("make a keyset: it needs a workspace")
	}
	var h handles
	if h.aead, err = keyset.NewHandle(aead.AES256GCMKeyTemplate()); err != nil {
		return nil, nil, fmt.Errorf("make a keyset: %w", err)
	}
	if h.mac, err = keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate()); err != nil {
		return nil, nil, fmt.Errorf("make a keyset: %w", err)
	}
	if set, err = newKeyset(workspaceID, h); err != nil {
		return nil, nil, fmt.Errorf("make a keyset: %w", err)
	}
	wrapped, err = k.wrapBoth(workspaceID, h)
	return set, wrapped, err
}

// OpenKeyset opens what NewKeyset wrapped for the same workspace. Anything else is ErrUnopenable; where the key has a
// Keeper, its own errors besides.
func (k *KEK) OpenKeyset(workspaceID string, wrapped []byte) (*Keyset, error) {
	h, err := k.unwrapBoth(workspaceID, wrapped)
	if err != nil {
		return nil, err
	}
	set, err := newKeyset(workspaceID, h)
	if err != nil {
		return nil, fmt.Errorf("open a keyset: %w", err)
	}
	return set, nil
}

func (k *KEK) wrapBoth(workspaceID string, h handles) ([]byte, error) {
	var (
		parts wrappedKeyset
		err   error
	)
	if parts.AEAD, err = k.wrap(h.aead, bind(forAEADKeyset, workspaceID)); err != nil {
		return nil, err
	}
	if parts.MAC, err = k.wrap(h.mac, bind(forMACKeyset, workspaceID)); err != nil {
		return nil, err
	}
	wrapped, err := json.Marshal(parts)
	if err != nil {
		return nil, fmt.Errorf("encode a keyset: %w", err)
	}
	return wrapped, nil
}

func (k *KEK) unwrapBoth(workspaceID string, wrapped []byte) (handles, error) {
	var (
		parts wrappedKeyset
		h     handles
		err   error
	)
	if json.Unmarshal(wrapped, &parts) != nil {
		return h, ErrUnopenable
	}
	if h.aead, err = k.unwrap(parts.AEAD, bind(forAEADKeyset, workspaceID)); err != nil {
		return h, err
	}
	h.mac, err = k.unwrap(parts.MAC, bind(forMACKeyset, workspaceID))
	return h, err
}

func (k *KEK) wrap(handle *keyset.Handle, boundTo []byte) ([]byte, error) {
	var out bytes.Buffer
	asked := &asked{AEAD: k.aead}
	if err := handle.WriteWithAssociatedData(keyset.NewJSONWriter(&out), asked, boundTo); err != nil {
		return nil, fmt.Errorf("wrap a keyset: %w", cmp.Or(asked.err, err))
	}
	return out.Bytes(), nil
}

func (k *KEK) unwrap(wrapped, boundTo []byte) (*keyset.Handle, error) {
	asked := &asked{AEAD: k.aead}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewJSONReader(bytes.NewReader(wrapped)), asked, boundTo)
	if err != nil && k.remote && asked.err != nil {
		return nil, asked.err
	}
	if err != nil {
		return nil, ErrUnopenable
	}
	return handle, nil
}

// asked remembers a key's own error: Tink keeps only its text.
type asked struct {
	tink.AEAD
	err error
}

func (a *asked) Encrypt(plaintext, associatedData []byte) (sealed []byte, err error) {
	sealed, a.err = a.AEAD.Encrypt(plaintext, associatedData)
	return sealed, a.err
}

func (a *asked) Decrypt(sealed, associatedData []byte) (plaintext []byte, err error) {
	plaintext, a.err = a.AEAD.Decrypt(sealed, associatedData)
	return plaintext, a.err
}

func newKeyset(workspaceID string, h handles) (*Keyset, error) {
	sealer, err := aead.New(h.aead)
	if err != nil {
		return nil, err
	}
	hasher, err := mac.New(h.mac)
	if err != nil {
		return nil, err
	}
	primary, err := h.aead.Primary()
	if err != nil {
		return nil, err
	}
	return &Keyset{workspace: workspaceID, aead: sealer, primaryID: primary.KeyID(), mac: hasher}, nil
}
