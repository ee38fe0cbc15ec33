package verifiers

import (
	"context"
	"strings"
	"unicode"

	"keyward/internal/template"
	"keyward/models"
)

// maxOptions is more than a person would look through.
const maxOptions = 1000

// Options fetches a field's options with the values that are typed in so far. It is bounded as Verify is, goes where Verify may, and
// reports in the same words why there are none; Accepted says that there may be some.
func (r *Registry) Options(ctx context.Context, componentKey string, from *models.OptionsFrom, values models.Values) (options []models.FieldOption, found models.Verification) {
	guard := r.guardOf(componentKey)
	found = r.timed(func() Result {
		return r.within(ctx, "http", func(ctx context.Context) Result {
			s, err := newScope(Request{from.DryRequest, values})
			if err != nil {
				return failure(err)
			}
			a, _, err := fetch(ctx, guard.HTTPClient(), s, from.DryRequest.Request, from.DryRequest.Hosts)
			if err != nil {
				return failure(err)
			}
			judged := judge(from.DryRequest, a)
			if judged.Outcome != models.Accepted {
				return judged
			}
			var listed bool
			if options, listed = optionsIn(a.body, from); !listed {
				return unavailable(models.ReasonUnexpectedResponse)
			}
			return judged
		})
	})
	return options, found
}

// optionsIn reads the options out of an answer: texts that may be shown, each value once.
func optionsIn(body []byte, from *models.OptionsFrom) (options []models.FieldOption, listed bool) {
	document, _ := template.Document(body)
	items, _ := template.Lookup(document, from.Items)
	list, listed := items.([]any)
	options, seen := []models.FieldOption{}, map[string]bool{}
	for _, item := range list {
		it := map[string]any{"it": item} // so that an empty pointer is the item itself
		value := told(it, "/it"+from.Value)
		if value == "" || seen[value] || len(options) == maxOptions {
			continue
		}
		seen[value] = true
		options = append(options, models.FieldOption{Value: value, Label: label(template.Scalar(it, "/it"+from.Label), value)})
	}
	return options, listed
}

// label is a text that fits on a line, or the value where there is none.
func label(text, value string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "")))
	if runes := []rune(text); len(runes) > maxTold {
		text = string(runes[:maxTold])
	}
	if text == "" {
		return value
	}
	return text
}
