package seal

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	gcmpb "github.com/tink-crypto/tink-go/v2/proto/aes_gcm_go_proto"
	"google.golang.org/protobuf/proto"
)

func TestKEK_OpenKeyset(t *testing.T) {
	kek := testKEK(t)
	set, wrapped, err := kek.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("opens what was sealed before", func(t *testing.T) {
		sealed := mustSeal(t, set, here, []byte("s3cret"))
		again, err := kek.OpenKeyset("ws_1", wrapped)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(here, sealed); err != nil || string(got) != "s3cret" {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
	})
	other := testKEK(t)
	_, foreign, err := kek.NewKeyset("ws_2")
	if err != nil {
		t.Fatal(err)
	}
	var parts wrappedKeyset
	if err := json.Unmarshal(wrapped, &parts); err != nil {
		t.Fatal(err)
	}
	swapped := mustJSON(t, wrappedKeyset{AEAD: parts.MAC, MAC: parts.AEAD})
	halved := mustJSON(t, map[string]json.RawMessage{"aead": parts.AEAD})
	for name, try := range map[string]func() (*Keyset, error){
		"another workspace's":        func() (*Keyset, error) { return kek.OpenKeyset("ws_1", foreign) },
		"for another workspace":      func() (*Keyset, error) { return kek.OpenKeyset("ws_2", wrapped) },
		"with another key":           func() (*Keyset, error) { return other.OpenKeyset("ws_1", wrapped) },
		"with its two keys swapped":  func() (*Keyset, error) { return kek.OpenKeyset("ws_1", swapped) },
		"cut short":                  func() (*Keyset, error) { return kek.OpenKeyset("ws_1", wrapped[:len(wrapped)/2]) },
		"empty":                      func() (*Keyset, error) { return kek.OpenKeyset("ws_1", nil) },
		"without its keyed-hash key": func() (*Keyset, error) { return kek.OpenKeyset("ws_1", halved) },
	} {
		t.Run("refused "+name, func(t *testing.T) {
			if set, err := try(); !errors.Is(err, ErrUnopenable) || set != nil {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, _, err := kek.NewKeyset(""); err == nil {
		t.Error("made a keyset for no workspace")
	}
}

func TestKEK_Check(t *testing.T) {
	kek := testKEK(t)
	check, err := kek.Check()
	if err != nil {
		t.Fatal(err)
	}
	if err := kek.VerifyCheck(check); err != nil {
		t.Errorf("its own: %v", err)
	}
	for name, sealed := range map[string][]byte{"none": nil, "cut short": check[:len(check)-1]} {
		if err := kek.VerifyCheck(sealed); !errors.Is(err, ErrWrongKey) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := testKEK(t).VerifyCheck(check); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another key's: got %v", err)
	}
}

func TestKeyset_algorithm(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	kek, err := CreateKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the key-encryption key is AES-256-GCM", func(t *testing.T) { assertAES256GCM(t, cleartext(t, path)) })

	set, wrapped, err := kek.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a workspace's key is AES-256-GCM", func(t *testing.T) { assertAES256GCM(t, unwrapped(t, kek, "ws_1", wrapped)) })

	t.Run("a ciphertext begins with the key's id", func(t *testing.T) {
		sealed, keyID, err := set.Seal(here, []byte("s3cret"))
		if err != nil {
			t.Fatal(err)
		}
		primary := unwrapped(t, kek, "ws_1", wrapped).KeysetInfo().GetPrimaryKeyId()
		if sealed[0] != 1 || binary.BigEndian.Uint32(sealed[1:5]) != primary || keyID != int64(primary) {
			t.Errorf("prefix %x, key id %d, want 01 and %d", sealed[:5], keyID, primary)
		}
		if want := 5 + 12 + len("s3cret") + 16; len(sealed) != want {
			t.Errorf("%d bytes, want %d: prefix, nonce, text, tag", len(sealed), want)
		}
	})
}

func TestKeys_are_never_printed(t *testing.T) {
	kek := testKEK(t)
	set, _, err := kek.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for want, values := range map[string][]any{"[key]": {kek, *kek}, "[keyset]": {set, *set}} {
			for _, v := range values {
				if got := fmt.Sprintf(verb, v); got != want {
					t.Errorf("%s of %T prints more than %s", verb, v, want)
				}
			}
		}
	}
}

func cleartext(t *testing.T, path string) *keyset.Handle {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	return handle
}

func unwrapped(t *testing.T, kek *KEK, workspace string, wrapped []byte) *keyset.Handle {
	t.Helper()
	var parts wrappedKeyset
	if err := json.Unmarshal(wrapped, &parts); err != nil {
		t.Fatal(err)
	}
	handle, err := kek.unwrap(parts.AEAD, bind(forAEADKeyset, workspace))
	if err != nil {
		t.Fatal(err)
	}
	return handle
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func assertAES256GCM(t *testing.T, handle *keyset.Handle) {
	t.Helper()
	info := handle.KeysetInfo()
	if len(info.GetKeyInfo()) != 1 || info.GetKeyInfo()[0].GetTypeUrl() != "type.googleapis.com/google.crypto.tink.AesGcmKey" ||
		info.GetKeyInfo()[0].GetOutputPrefixType().String() != "TINK" {
		t.Fatalf("got %v", info)
	}
	if size := len(keyBytes(t, handle)); size != 32 {
		t.Errorf("a key of %d bytes, want 32", size)
	}
}

func keyBytes(t *testing.T, handle *keyset.Handle) []byte {
	t.Helper()
	var key gcmpb.AesGcmKey
	if err := proto.Unmarshal(insecurecleartextkeyset.KeysetMaterial(handle).GetKey()[0].GetKeyData().GetValue(), &key); err != nil {
		t.Fatal("not an AES-GCM key")
	}
	return key.GetKeyValue()
}
