package seal

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyward/models"
)

var here = Place{Purpose: "credential values", Workspace: "ws_1", Credential: "cred_1", Component: "cmp_petstore", Revision: 7}

func TestKeyset_Seal(t *testing.T) {
	set, _ := newTestKeyset(t, "ws_1")
	t.Run("opens at the same place", func(t *testing.T) {
		for _, want := range [][]byte{[]byte("s3cret"), bytes.Repeat([]byte{0}, 1<<20), {}} {
			got, err := set.Open(here, mustSeal(t, set, here, want))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes: got %d bytes, %v", len(want), len(got), err)
			}
		}
	})
	t.Run("opens nowhere else", func(t *testing.T) {
		sealed := mustSeal(t, set, here, []byte("s3cret"))
		for name, move := range map[string]func(*Place){
			"purpose":    func(p *Place) { p.Purpose = "credential as shown" },
			"workspace":  func(p *Place) { p.Workspace = "ws_2" },
			"credential": func(p *Place) { p.Credential = "cred_2" },
			"component":  func(p *Place) { p.Component = "cmp_other" },
			"revision":   func(p *Place) { p.Revision++ },
			"a shifted boundary": func(p *Place) {
				p.Credential, p.Component = "cred_1cmp", "_petstore"
			},
		} {
			moved := here
			move(&moved)
			if _, err := set.Open(moved, sealed); !errors.Is(err, ErrUnopenable) {
				t.Errorf("another %s: got %v", name, err)
			}
		}
	})
	t.Run("uses a fresh nonce each time", func(t *testing.T) {
		seen := map[string]bool{}
		for range 100 {
			nonce := string(mustSeal(t, set, here, []byte("same"))[5:17])
			if seen[nonce] {
				t.Fatal("a nonce came twice")
			}
			seen[nonce] = true
		}
	})
	t.Run("refused for another workspace or no purpose", func(t *testing.T) {
		for _, p := range []Place{{Purpose: "x", Workspace: "ws_2"}, {Purpose: "x"}, {Workspace: "ws_1"}} {
			if _, _, err := set.Seal(p, nil); err == nil {
				t.Errorf("sealed for %+v", p)
			}
		}
	})
}

// The workspace is bound by the cipher too, not only by the comparison before it.
func TestPlace_binds_the_workspace(t *testing.T) {
	set, _ := newTestKeyset(t, "ws_1")
	sealed := mustSeal(t, set, here, []byte("s3cret"))
	set.workspace = "ws_2"
	there := here
	there.Workspace = "ws_2"
	if _, err := set.Open(there, sealed); !errors.Is(err, ErrUnopenable) {
		t.Errorf("got %v", err)
	}
}

func TestBind_is_unambiguous(t *testing.T) {
	lists := [][]string{{}, {""}, {"", ""}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {strings.Repeat("\x00", 8)}, {"a\x00", "b"}, {"a", "\x00b"}}
	seen := map[string][]string{}
	for _, parts := range lists {
		bound := string(bind(parts...))
		if twin, ok := seen[bound]; ok {
			t.Errorf("%q and %q give the same bytes", parts, twin)
		}
		seen[bound] = parts
	}
}

func TestKeyset_Open_refuses(t *testing.T) {
	set, _ := newTestKeyset(t, "ws_1")
	sealed := mustSeal(t, set, here, []byte("s3cret"))
	t.Run("every truncation", func(t *testing.T) {
		for n := range sealed {
			if _, err := set.Open(here, sealed[:n]); !errors.Is(err, ErrUnopenable) {
				t.Errorf("%d of %d bytes: got %v", n, len(sealed), err)
			}
		}
	})
	t.Run("every flipped bit", func(t *testing.T) {
		for bit := range len(sealed) * 8 {
			flipped := bytes.Clone(sealed)
			flipped[bit/8] ^= 1 << (bit % 8)
			if _, err := set.Open(here, flipped); !errors.Is(err, ErrUnopenable) {
				t.Errorf("bit %d: got %v", bit, err)
			}
		}
	})
	t.Run("another keyset of the same workspace", func(t *testing.T) {
		other, _ := newTestKeyset(t, "ws_1")
		if _, err := other.Open(here, sealed); !errors.Is(err, ErrUnopenable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestKeyset_Values(t *testing.T) {
	set, _ := newTestKeyset(t, "ws_1")
	want := models.Values{
		"apiKey": models.NewSecret("s3cret"), "empty": models.NewSecret(""), "text": models.NewSecret("line\nÜ\x00"),
		"bytes": models.NewSecret("\xff\xfe"),
	}
	sealed, _, err := set.SealValues(here, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := set.OpenValues(here, sealed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" { // Secret has an Equal, and prints nothing
		t.Errorf("the values changed: %s", diff)
	}
	if empty, err := set.OpenValues(here, mustSeal(t, set, here, []byte("{}"))); err != nil || empty == nil {
		t.Errorf("no values: got %v, %v", empty, err)
	}
	_, err = set.OpenValues(here, mustSeal(t, set, here, []byte(`{"apiKey": canary}`)))
	if !errors.Is(err, ErrUnopenable) || strings.Contains(err.Error(), "canary") {
		t.Errorf("no JSON inside: got %v", err)
	}
}

func TestKeyset_MAC(t *testing.T) {
	kek := testKEK(t)
	set, wrapped, err := kek.NewKeyset("ws_1")
	if err != nil {
		t.Fatal(err)
	}
	again, err := kek.OpenKeyset("ws_1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	sum := mustMAC(t, set, "input")
	if !bytes.Equal(sum, mustMAC(t, again, "input")) {
		t.Error("differs for the same input after a restart")
	}
	if bytes.Equal(sum, mustMAC(t, set, "input2")) {
		t.Error("is the same for another input")
	}
	other, _ := newTestKeyset(t, "ws_1")
	if bytes.Equal(sum[5:], mustMAC(t, other, "input")[5:]) {
		t.Error("is the same without the keyset")
	}
	if len(sum) != 5+32 {
		t.Errorf("%d bytes, want Tink's prefix and 32", len(sum))
	}
}

func FuzzOpen(f *testing.F) {
	kek := testKEK(f)
	set, wrapped, err := kek.NewKeyset("ws_1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(mustSeal(f, set, here, []byte("s3cret"))[:20])
	f.Add(wrapped[:len(wrapped)-1])
	f.Add([]byte{1, 0, 0, 0, 0})
	f.Add([]byte(`{"aead":{},"mac":{}}`))
	f.Fuzz(func(t *testing.T, junk []byte) {
		if _, err := set.Open(here, junk); !errors.Is(err, ErrUnopenable) {
			t.Errorf("Open: %v", err)
		}
		if _, err := set.OpenValues(here, junk); !errors.Is(err, ErrUnopenable) {
			t.Errorf("OpenValues: %v", err)
		}
		if _, err := kek.OpenKeyset("ws_1", junk); !errors.Is(err, ErrUnopenable) {
			t.Errorf("OpenKeyset: %v", err)
		}
		if err := kek.VerifyCheck(junk); !errors.Is(err, ErrWrongKey) {
			t.Errorf("VerifyCheck: %v", err)
		}
	})
}

func testKEK(t testing.TB) *KEK {
	t.Helper()
	kek, err := CreateKeyFile(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	return kek
}

func newTestKeyset(t testing.TB, workspace string) (*Keyset, []byte) {
	t.Helper()
	set, wrapped, err := testKEK(t).NewKeyset(workspace)
	if err != nil {
		t.Fatal(err)
	}
	return set, wrapped
}

func mustSeal(t testing.TB, set *Keyset, p Place, plaintext []byte) []byte {
	t.Helper()
	sealed, _, err := set.Seal(p, plaintext)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func mustMAC(t testing.TB, set *Keyset, data string) []byte {
	t.Helper()
	sum, err := set.MAC([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
