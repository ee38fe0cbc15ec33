package seal

import (
	"encoding/binary"
	"errors"
	"testing"
)

func TestKEK_AddKeys(t *testing.T) {
	kek := testKEK(t)
	first, wrapped, err := kek.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	old := mustSeal(t, first, here, []byte("s3cret"))
	sum, err := first.MAC([]byte("input"))
	if err != nil {
		t.Fatal(err)
	}
	set, added, err := kek.AddKeys("ws_1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	sealed, keyID, err := set.Seal(here, []byte("s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	if keyID == first.KeyID() || keyID != set.KeyID() || int64(binary.BigEndian.Uint32(sealed[1:5])) != keyID {
		t.Errorf("sealed with key %d, prefix %x; the first was %d", keyID, sealed[:5], first.KeyID())
	}
	if text, err := set.Open(here, old); err != nil || string(text) != "s3cret" {
		t.Errorf("what the older key sealed: %v", err)
	}
	if !set.VerifyMAC(sum, []byte("input")) || set.VerifyMAC(sum, []byte("other")) {
		t.Error("the older key's hash does not match, or any does")
	}
	if again, err := set.MAC([]byte("input")); err != nil || string(again) == string(sum) || first.VerifyMAC(again, []byte("input")) {
		t.Error("hashes are still made with the older key")
	}

	newest, dropped, n, err := kek.DropOldKeys("ws_1", added)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	assertAES256GCM(t, unwrapped(t, kek, "ws_1", dropped)) // one key, the new one, of that kind
	if newest.KeyID() != keyID || !newest.VerifyMAC(sum, []byte("input")) {
		t.Error("it dropped the wrong key, or one for hashes")
	}
	if _, err := newest.Open(here, sealed); err != nil {
		t.Errorf("what the newest key sealed: %v", err)
	}
	if _, err := newest.Open(here, old); !errors.Is(err, ErrUnopenable) {
		t.Errorf("a dropped key still opens: %v", err)
	}
	if _, _, n, err := kek.DropOldKeys("ws_1", dropped); n != 0 || err != nil {
		t.Errorf("nothing to drop: %d, %v", n, err)
	}
	if _, _, err := kek.AddKeys("ws_2", wrapped); !errors.Is(err, ErrUnopenable) {
		t.Errorf("for another workspace: %v", err)
	}
	if _, _, err := testKEK(t).AddKeys("ws_1", wrapped); !errors.Is(err, ErrUnopenable) {
		t.Errorf("with another key: %v", err)
	}
}

// Keys for hashes are not dropped with the others, so they must not grow for ever: services wrap 4 KiB.
func TestKEK_AddKeys_many_times(t *testing.T) {
	kek := testKEK(t)
	_, wrapped, err := kek.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	var size int
	for n := range 3 * keptHashKeys {
		var set *Keyset
		if set, wrapped, err = kek.AddKeys("ws_1", wrapped); err != nil {
			t.Fatal(err)
		}
		sum, err := set.MAC([]byte("input"))
		if err != nil || !set.VerifyMAC(sum, []byte("input")) {
			t.Fatal(err)
		}
		if _, wrapped, _, err = kek.DropOldKeys("ws_1", wrapped); err != nil {
			t.Fatal(err)
		}
		if n == keptHashKeys {
			size = len(wrapped)
		}
	}
	if len(wrapped) > size+100 || size > 8000 {
		t.Errorf("it grew from %d to %d bytes", size, len(wrapped))
	}
}

func TestKEK_Rewrap(t *testing.T) {
	from, to := testKEK(t), testKEK(t)
	set, wrapped, err := from.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	moved, err := from.Rewrap(to, "ws_1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	again, err := to.OpenKeyset("ws_1", moved)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Open(here, mustSeal(t, set, here, []byte("s3cret"))); err != nil {
		t.Errorf("it is another keyset: %v", err)
	}
	if _, err := from.OpenKeyset("ws_1", moved); !errors.Is(err, ErrUnopenable) {
		t.Errorf("the former key still opens it: %v", err)
	}
	if _, err := to.Rewrap(from, "ws_1", wrapped); !errors.Is(err, ErrUnopenable) {
		t.Errorf("by another key: %v", err)
	}
	// A keeper that loses what it wraps is found out before anything is stored.
	if _, err := from.Rewrap(Kept(loser{}), "ws_1", wrapped); err == nil {
		t.Error("moved to a keeper that does not give it back")
	}
}

type loser struct{}

func (loser) Encrypt(plaintext, _ []byte) ([]byte, error) { return plaintext[:1], nil }
func (loser) Decrypt([]byte, []byte) ([]byte, error)      { return nil, ErrUnopenable }
