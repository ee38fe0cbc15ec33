package requestid_test

import (
	"context"
	"regexp"
	"testing"

	"keyward/internal/requestid"
)

func TestNew(t *testing.T) {
	shape := regexp.MustCompile(`^[A-Z2-7]{26}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := requestid.New()
		if !shape.MatchString(id) {
			t.Fatalf("id %q is not 26 characters of base32", id)
		}
		if seen[id] {
			t.Fatalf("id %q came twice", id)
		}
		seen[id] = true
	}
}

func TestFrom(t *testing.T) {
	ctx := context.Background()
	if id := requestid.From(ctx); id != "" {
		t.Errorf("a bare context carries %q", id)
	}
	if id := requestid.From(requestid.With(ctx, "ABC")); id != "ABC" {
		t.Errorf("carried id is %q, want ABC", id)
	}
}
