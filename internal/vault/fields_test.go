package vault

import (
	"strings"
	"testing"

	"keyward/models"
)

// What nobody can stop is over soon, whatever pattern a workspace's own component has and however long the text is: no text is matched that
// makes more than maxMatching steps of it.
func TestCheck_long_texts_against_large_patterns(t *testing.T) {
	if maxMatching > 4<<20 {
		t.Errorf("%d steps take more than a tenth of a second", maxMatching)
	}
	spec := &models.FieldSpec{Key: "a", Label: "Name", View: models.ViewText, Pattern: ".{0,450}b", PatternMessage: "It doesn't fit."}
	size := compiled(spec.Pattern).size
	if size < 450 { // each repetition is a step
		t.Errorf("the pattern comes to %d steps", size)
	}
	longest := maxMatching / size
	for length, want := range map[int]string{100: "It doesn't fit.", longest: "It doesn't fit.", longest + 1: "Name is too long to be looked at.", MaxFieldBytes: "Name is too long to be looked at."} {
		if got := check(spec, strings.Repeat("a", length)); got != want {
			t.Errorf("%d characters: %q", length, got)
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
