package vault

import (
	"strings"
	"testing"
	"time"

	"keyward/models"
)

// What nobody can stop is over soon, whatever pattern a workspace's own component has and however long the text is.
func TestCheck_long_texts_against_large_patterns(t *testing.T) {
	spec := &models.FieldSpec{Key: "a", Label: "Name", View: models.ViewText, Pattern: ".{0,450}b", PatternMessage: "It doesn't fit."}
	for length, want := range map[int]string{100: "It doesn't fit.", 4_000: "It doesn't fit.", MaxFieldBytes: "Name is too long to be looked at."} {
		began := time.Now()
		if got := check(spec, strings.Repeat("a", length)); got != want {
			t.Errorf("%d characters: %q", length, got)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%d characters took %s", length, took)
		}
	}
	spec.Pattern = `\S+`
	if problem := check(spec, strings.Repeat("a", MaxFieldBytes)); problem != "" {
		t.Error(problem)
	}
}

// An account's name that repeats a token or a secret field isn't shown; one that is what a person typed for all to see is.
func TestRepeatsSecret(t *testing.T) {
	m := &models.AuthMethod{Fields: []models.FieldSpec{{Key: "key", Secret: true}, {Key: "pin", Secret: true}, {Key: "user"}}}
	values := models.Values{}
	for key, text := range map[string]string{"key": "canary-0815", "pin": "7", "user": "ada@example.com", models.AccessToken: "canary-token"} {
		values[key] = models.NewSecret(text)
	}
	for text, want := range map[string]bool{"Bearer canary-0815": true, "canary-token": true, "ada@example.com": false, "Shop 7": false, "": false} {
		if got := repeatsSecret(m, values, text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
