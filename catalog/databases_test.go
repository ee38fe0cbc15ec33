package catalog

import (
	"strings"
	"testing"
)

// The pattern of a connection URI takes what its note shows, and nothing that the verifier would not dial.
func TestBuiltin_URIs(t *testing.T) {
	for key, c := range builtins(t) {
		method, ok := c.Method("uri")
		if !ok {
			continue
		}
		t.Run(key, func(t *testing.T) {
			field, _ := method.Field("uri")
			pattern, err := wholePattern(field.Pattern)
			if err != nil {
				t.Fatal(err)
			}
			if !pattern.MatchString(field.Placeholder) || !field.Secret || field.PatternMessage == "" || field.Note == "" {
				t.Errorf("%q does not fit, is not secret, or nothing is said of it", field.Placeholder)
			}
			for _, uri := range []string{
				"", "db.example.com", "https://db.example.com/", field.Placeholder + " ", field.Placeholder + "#fragment",
				field.Placeholder + "?sslrootcert=/etc/passwd", "file:///etc/passwd",
				scheme(field.Placeholder) + "://user:pass@a.example.com,b.example.com/orders",
				scheme(field.Placeholder) + "://user:pass@/orders", scheme(field.Placeholder) + "+srv://user:pass@db.example.com/orders",
				scheme(field.Placeholder) + "://user:pass@db.example.com:65536/orders",
				scheme(field.Placeholder) + "://user:p@ss@db.example.com/0",
			} {
				if pattern.MatchString(uri) {
					t.Errorf("%q fits", uri)
				}
			}
		})
	}
}

func scheme(uri string) string {
	before, _, _ := strings.Cut(uri, ":")
	return before
}
