package catalog

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/publicsuffix"

	"keyward/models"
)

// answersFiles are the golden answers; package verifiers replays them.
func answersFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*/answers.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of golden answers, %v", len(files), err)
	}
	return files
}

func TestAnswers_schema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("answers.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	components := builtins(t)
	for _, file := range answersFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err == nil {
			err = schema.Validate(document)
		}
		if err != nil {
			t.Errorf("%s: %s", file, err)
		}
		if components[filepath.Dir(file)] == nil {
			t.Errorf("%s is of no component", file)
		}
	}
	if inside, _ := fs.Glob(Builtin(), "*/answers.json"); len(inside) > 0 {
		t.Errorf("the binary holds %v", inside)
	}
}

// Whatever is said of a vendor was read from a page of that vendor: of the site that documents the component, or of its
// repositories on GitHub. A protocol's pages are its standard's.
func TestBuiltin_sources(t *testing.T) {
	for key, c := range builtins(t) {
		if !c.RequiresCredential() {
			continue
		}
		sources := map[string]string{"docsUrl": c.DocsURL}
		var descriptor struct {
			Methods []struct{ OAuth2, OAuth1 *struct{ Source string } }
		}
		if err := json.Unmarshal(c.Descriptor, &descriptor); err != nil {
			t.Fatal(err)
		}
		for i, m := range descriptor.Methods {
			if m.OAuth2 != nil {
				sources[c.Methods[i].Key+"'s oauth2"] = m.OAuth2.Source
			}
			if m.OAuth1 != nil {
				sources[c.Methods[i].Key+"'s oauth1"] = m.OAuth1.Source
			}
		}
		for _, m := range c.Methods {
			if m.DryRequest != nil {
				sources[m.Key+"'s verification"] = m.DryRequest.Source
			}
		}
		for what, source := range sources {
			if !sourceOf(c, source) {
				t.Errorf("%s: %s was read from %q, which is no page of the vendor's (%s)", key, what, source, c.DocsURL)
			}
		}
	}
}

func TestAnswers_sources(t *testing.T) {
	components := builtins(t)
	for _, file := range answersFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var answers struct {
			Source  string
			Methods map[string]struct{ Source string }
		}
		if err := json.Unmarshal(text, &answers); err != nil {
			t.Fatalf("%s: %s", file, err)
		}
		sources := []string{answers.Source}
		for _, m := range answers.Methods {
			if m.Source != "" {
				sources = append(sources, m.Source)
			}
		}
		for _, source := range sources {
			if c := components[filepath.Dir(file)]; c != nil && !sourceOf(c, source) {
				t.Errorf("%s: %q is no page of the vendor's (%s)", file, source, c.DocsURL)
			}
		}
	}
}

func sourceOf(c *models.Component, source string) bool {
	site, ok := siteOf(source)
	vendor, _ := siteOf(c.DocsURL)
	return ok && (site == vendor || site == "github.com" || c.Category == models.CategoryProtocol)
}

// siteOf is the registrable domain of a page that can be a vendor's.
func siteOf(page string) (string, bool) {
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" {
		return "", false
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(u.Hostname())
	return site, err == nil && !strings.HasPrefix(site, "example.")
}
