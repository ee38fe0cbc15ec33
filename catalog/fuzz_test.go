package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Whatever a descriptor is, it is read or refused, soon; what is read holds what the package promises.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"*/component.json", "testdata/elastic/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, text := range []string{
		``, `null`, `{"title":"T","credentials":null}`, `{"title":"T","credentials":{"fields":{"a":null}}}`,
		`{"title":"T","credentials":{"fields":{"o":{"viewClass":"OAuthFieldView"}},"oauth2":{"auth_uri":"{{","token_uri":"}}{{a}}://"}}}`,
		`{"title":"T","envVars":[1,{"name":"A"},null],"credentials":{"fields":{"a":{"viewClass":"HTTPAuthView"},"b":{"viewClass":"WebhookAuthView"}}}}`,
		`{"title":"<a href='https://x'><script>","credentials":{"fields":{"a":{"note":"<a href=\"//","visibleWhen":{"field":"a","oneOf":["a"]}}}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, descriptor []byte) {
		began := time.Now()
		c, err := Parse("fuzzed", descriptor, nil, nil)
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("took %s", took)
		}
		if err != nil {
			for _, p := range Problems(err) {
				if p.Reason == "" || (p.Pointer != "" && p.Pointer[0] != '/') {
					t.Errorf("%+v", p)
				}
			}
			return
		}
		if strings.TrimSpace(c.Title) == "" || len(c.Version) != 64 {
			t.Errorf("title %q, version %q", c.Title, c.Version)
		}
		for i := range c.Methods {
			m := &c.Methods[i]
			if o := m.OAuth2; o != nil && len(o.Hosts) == 0 {
				t.Errorf("%s has no host that tokens may go to", m.Key)
			}
			for _, field := range m.Fields {
				if strings.ContainsAny(field.Note+field.Label+field.Placeholder, "\x00\x1b\u202e") || strings.ContainsAny(field.Key, ":{}") {
					t.Errorf("%+v", field)
				}
			}
		}
		again, err := Parse("fuzzed", descriptor, nil, nil)
		if err != nil || again.Version != c.Version {
			t.Errorf("the second time: %v", err)
		}
	})
}
