package verifiers

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"keyward/internal/template"
	"keyward/models"
)

// answer is what a service sent back.
type answer struct {
	status int
	body   []byte
}

// judge applies the rules: Unavailable first, then Accept, then Reject. What none of them foresaw is no answer.
func judge(dry *models.DryRequest, a answer) Result {
	document, isJSON := template.Document(a.body)
	matching := func(rules []models.ResponseRule) (models.ResponseRule, bool) {
		i := slices.IndexFunc(rules, func(rule models.ResponseRule) bool { return matches(rule, a.status, document, isJSON) })
		if i < 0 {
			return models.ResponseRule{}, false
		}
		return rules[i], true
	}
	unclear := models.ReasonUnexpectedResponse
	if a.status == http.StatusTooManyRequests {
		unclear = models.ReasonRateLimited
	}
	if rule, ok := matching(dry.Unavailable); ok {
		return unavailable(reasonOr(rule.Reason, unclear))
	}
	if a.status >= 500 || a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout {
		// Trouble is neither yes nor no, whatever its body repeats; a rule has to name its status to mean it.
		dry = &models.DryRequest{Accept: named(dry.Accept), Reject: named(dry.Reject), Account: dry.Account}
	}
	if _, ok := matching(dry.Accept); ok {
		yes := accepted()
		yes.Account = models.Account{ID: told(document, dry.Account.ID), Name: told(document, dry.Account.Name)}
		return yes
	}
	if rule, ok := matching(dry.Reject); ok {
		return rejected(reasonOr(rule.Reason, models.ReasonAuthRejected))
	}
	return unavailable(unclear)
}

// named are the rules that say which statuses they are about.
func named(rules []models.ResponseRule) []models.ResponseRule {
	return slices.DeleteFunc(slices.Clone(rules), func(rule models.ResponseRule) bool { return len(rule.Status) == 0 })
}

// maxTold bounds what a service may tell of an account.
const maxTold = 300

func told(document any, pointer string) string { return showable(template.Scalar(document, pointer)) }

// showable is text if it is a line that may be shown, and nothing otherwise.
func showable(text string) string {
	turns := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
	if utf8.RuneCountInString(text) > maxTold || !utf8.ValidString(text) || strings.ContainsFunc(text, turns) {
		return ""
	}
	return text
}

func reasonOr(reason, usual models.VerificationReason) models.VerificationReason {
	if reason == models.ReasonNone {
		return usual
	}
	return reason
}

func matches(rule models.ResponseRule, status int, document any, isJSON bool) bool {
	if len(rule.Status) > 0 && !slices.Contains(rule.Status, status) {
		return false
	}
	for _, condition := range rule.JSON {
		if !isJSON || !holds(condition, document) {
			return false
		}
	}
	return true
}

func holds(c models.JSONCondition, document any) bool {
	value, found := template.Lookup(document, c.Pointer)
	switch {
	case c.Exists != nil:
		return found == *c.Exists
	case c.In != nil:
		return found && slices.ContainsFunc(c.In, func(want any) bool { return equalJSON(want, value) })
	}
	return found && equalJSON(c.Equals, value)
}

// equalJSON compares what a descriptor wants with what a body holds, numbers by value: 1, 1.0 and 1e0 are one.
func equalJSON(want, got any) bool {
	if w, ok := number(want); ok {
		g, ok := number(got)
		return ok && equalNumbers(w, g)
	}
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok || len(got) != len(want) {
			return false
		}
		for key, value := range want {
			if other, ok := got[key]; !ok || !equalJSON(value, other) {
				return false
			}
		}
		return true
	case []any:
		got, ok := got.([]any)
		return ok && slices.EqualFunc(want, got, equalJSON)
	case string, bool, nil:
		return want == got
	}
	return false
}

// number is the decimal text of a number of any type that a descriptor may have been decoded to.
func number(value any) (string, bool) {
	switch n := value.(type) {
	case json.Number:
		return n.String(), true
	case float64:
		return strconv.FormatFloat(n, 'g', -1, 64), true
	case int:
		return strconv.Itoa(n), true
	}
	return "", false
}

func equalNumbers(a, b string) bool {
	if x, err := strconv.ParseInt(a, 10, 64); err == nil {
		if y, err := strconv.ParseInt(b, 10, 64); err == nil {
			return x == y
		}
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}
