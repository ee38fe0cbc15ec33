package models

import "testing"

func TestFieldSpec_Visible(t *testing.T) {
	waiting := FieldSpec{Key: "queue", VisibleWhen: &FieldCondition{Field: "use", OneOf: []string{"queues", "topics"}}}
	for name, c := range map[string]struct {
		use  string
		want bool
	}{
		"one of the values":       {"topics", true},
		"another":                 {"files", false},
		"nothing":                 {"", false},
		"several, with one":       {`["files","queues"]`, true},
		"several others":          {`["files","mails"]`, false},
		"a text that looks alike": {`["queues"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := waiting.Visible(Values{"use": NewSecret(c.use)}); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if plain := (&FieldSpec{Key: "host"}); !plain.Visible(nil) {
		t.Error("a field without a condition is hidden")
	}
}
