package seal

import (
	"bytes"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// AddKeys gives a wrapped keyset a new key for sealing and one for keyed hashes. The keyset that is returned uses them,
// and still opens what the older ones sealed. Errors are OpenKeyset's.
func (k *KEK) AddKeys(workspaceID string, wrapped []byte) (set *Keyset, rewrapped []byte, err error) {
	return k.change(workspaceID, wrapped, func(h *handles) error {
		if h.aead, err = withNewPrimary(h.aead, aead.AES256GCMKeyTemplate()); err != nil {
			return err
		}
		if h.mac, err = withNewPrimary(h.mac, mac.HMACSHA256Tag256KeyTemplate()); err != nil {
			return err
		}
		h.mac, err = onlyNewest(h.mac, keptHashKeys)
		return err
	})
}

// keptHashKeys is how many keys for hashes are kept. Hashes are needed for a day; services wrap 4 KiB.
const keptHashKeys = 12

// onlyNewest drops the oldest keys: Tink keeps them in the order in which they came.
func onlyNewest(handle *keyset.Handle, n int) (*keyset.Handle, error) {
	manager, keys := keyset.NewManagerFromHandle(handle), handle.KeysetInfo().GetKeyInfo()
	for _, key := range keys[:max(0, len(keys)-n)] {
		if err := manager.Delete(key.GetKeyId()); err != nil {
			return nil, err
		}
	}
	return manager.Handle()
}

func withNewPrimary(handle *keyset.Handle, template *tinkpb.KeyTemplate) (*keyset.Handle, error) {
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(template)
	if err != nil {
		return nil, err
	}
	if err := manager.SetPrimary(id); err != nil {
		return nil, err
	}
	return manager.Handle()
}

// DropOldKeys takes every key for sealing but the newest out of a wrapped keyset: what the others sealed never opens
// again. Keys for hashes stay; they open nothing. Errors are OpenKeyset's.
func (k *KEK) DropOldKeys(workspaceID string, wrapped []byte) (set *Keyset, rewrapped []byte, dropped int, err error) {
	set, rewrapped, err = k.change(workspaceID, wrapped, func(h *handles) error {
		manager, info := keyset.NewManagerFromHandle(h.aead), h.aead.KeysetInfo()
		for _, key := range info.GetKeyInfo() {
			if key.GetKeyId() == info.GetPrimaryKeyId() {
				continue
			}
			if err := manager.Delete(key.GetKeyId()); err != nil {
				return err
			}
			dropped++
		}
		h.aead, err = manager.Handle()
		return err
	})
	return set, rewrapped, dropped, err
}

func (k *KEK) change(workspaceID string, wrapped []byte, change func(*handles) error) (*Keyset, []byte, error) {
	h, err := k.unwrapBoth(workspaceID, wrapped)
	if err != nil {
		return nil, nil, err
	}
	if err := change(&h); err != nil {
		return nil, nil, fmt.Errorf("change a keyset: %w", err)
	}
	set, err := newKeyset(workspaceID, h)
	if err != nil {
		return nil, nil, fmt.Errorf("change a keyset: %w", err)
	}
	rewrapped, err := k.wrapBoth(workspaceID, h)
	return set, rewrapped, err
}

// Rewrap wraps a keyset with another key-encryption key, opens it with that one again, and makes sure that it is the
// same. Errors are OpenKeyset's, of either key.
func (k *KEK) Rewrap(next *KEK, workspaceID string, wrapped []byte) ([]byte, error) {
	h, err := k.unwrapBoth(workspaceID, wrapped)
	if err != nil {
		return nil, err
	}
	rewrapped, err := next.wrapBoth(workspaceID, h)
	if err != nil {
		return nil, err
	}
	set, err := newKeyset(workspaceID, h)
	if err != nil {
		return nil, fmt.Errorf("open a keyset: %w", err)
	}
	again, err := next.OpenKeyset(workspaceID, rewrapped)
	if err != nil {
		return nil, fmt.Errorf("open a keyset with the new key: %w", err)
	}
	if err := sameKeys(workspaceID, set, again); err != nil {
		return nil, err
	}
	return rewrapped, nil
}

// sameKeys tries whether each keyset opens what the other sealed.
func sameKeys(workspaceID string, a, b *Keyset) error {
	p, text := Place{Purpose: "keyward rewrap probe 1", Workspace: workspaceID}, []byte("probe")
	for range 2 {
		sealed, _, err := a.Seal(p, text)
		if err != nil {
			return err
		}
		opened, err := b.Open(p, sealed)
		if err != nil {
			return err
		}
		sum, err := a.MAC(text)
		if err != nil {
			return err
		}
		if !bytes.Equal(opened, text) || !b.VerifyMAC(sum, text) {
			return ErrUnopenable
		}
		a, b = b, a
	}
	return nil
}
