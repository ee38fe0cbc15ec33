package catalog

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is kept of a descriptor describes the same component, of the catalog and of elastic.io's.
func TestSlim_describes_the_same_component(t *testing.T) {
	texts := map[string][]byte{"all that is passed over": []byte(`{"title": "<A> & \u2028", "triggers": {"a": "` + strings.Repeat("x", 1000) + `"}, "actions": [1e3], "fields": {"b": {}}, "x": [null, true, -1.50, ""]}`)}
	for _, pattern := range []string{"*/component.json", "testdata/elastic/*.json", "../../shared/descriptors/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if texts[file], err = os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	if builtin, err := fs.Glob(Builtin(), "*/component.json"); err != nil || len(texts) < len(builtin) {
		t.Fatalf("%d descriptors: %v", len(texts), err)
	}
	for name, text := range texts {
		whole, err := Parse("thing", text, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		slim, err := Slim(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		kept, err := Parse("thing", slim, nil, nil)
		if err != nil {
			t.Errorf("%s, what is kept: %v", name, err)
			continue
		}
		whole.Descriptor, whole.Version, kept.Descriptor, kept.Version = nil, "", nil, ""
		if diff := cmp.Diff(whole, kept); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if len(slim) > len(text) || bytes.Contains(slim, []byte(`"triggers"`)) {
			t.Errorf("%s: %d bytes of %d are kept", name, len(slim), len(text))
		}
		if again, err := Slim(slim); err != nil || !bytes.Equal(again, slim) {
			t.Errorf("%s: it changes again: %v", name, err)
		}
	}
	if slim, err := Slim(texts["all that is passed over"]); err != nil || string(slim) != `{"title":"<A> & \u2028","x":[null,true,-1.50,""]}` {
		t.Errorf("%s %v", slim, err)
	}
}
