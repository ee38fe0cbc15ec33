package verifiers

import (
	"encoding/json"
	"strings"
	"testing"

	"keyward/internal/template"
	"keyward/models"
)

func TestJudge_order(t *testing.T) {
	is := func(pointer string, want any) []models.JSONCondition {
		return []models.JSONCondition{{Pointer: pointer, Equals: want}}
	}
	dry := &models.DryRequest{
		Unavailable: []models.ResponseRule{{JSON: is("/error", "busy"), Reason: models.ReasonRateLimited}, {JSON: is("/error", "down")}},
		Accept:      []models.ResponseRule{{Status: []int{200, 400}}},
		Reject:      []models.ResponseRule{{Status: []int{400, 401, 429}}, {Status: []int{403}, Reason: models.ReasonInsufficientScope}},
	}
	for name, c := range map[string]struct {
		status int
		body   string
		want   Result
	}{
		"unavailable before accept":         {200, `{"error":"busy"}`, unavailable(models.ReasonRateLimited)},
		"unavailable without a reason":      {200, `{"error":"down"}`, unavailable(models.ReasonUnexpectedResponse)},
		"429 without a reason":              {429, `{"error":"down"}`, unavailable(models.ReasonRateLimited)},
		"accept before reject":              {400, ``, accepted()},
		"reject":                            {401, ``, rejected(models.ReasonAuthRejected)},
		"reject with a reason":              {403, ``, rejected(models.ReasonInsufficientScope)},
		"a declared 429 means what it says": {429, ``, rejected(models.ReasonAuthRejected)},
		"none":                              {302, ``, unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, judge(dry, answer{c.status, []byte(c.body)}), c.want) })
	}
	t.Run("rules of bodies alone", func(t *testing.T) {
		dry := &models.DryRequest{Accept: []models.ResponseRule{{JSON: is("/ok", true)}}, Reject: []models.ResponseRule{{JSON: is("/error", "unauthorized")}}}
		for body, want := range map[string]Result{`{"ok":true}`: accepted(), `{"error":"unauthorized"}`: rejected(models.ReasonAuthRejected)} {
			expect(t, judge(dry, answer{403, []byte(body)}), want)
			for status, reason := range map[int]models.VerificationReason{
				500: models.ReasonUnexpectedResponse, 503: models.ReasonUnexpectedResponse, 408: models.ReasonUnexpectedResponse, 429: models.ReasonRateLimited,
			} {
				expect(t, judge(dry, answer{status, []byte(body)}), unavailable(reason))
			}
		}
	})
	t.Run("an account that would turn what is beside it", func(t *testing.T) {
		dry := &models.DryRequest{Accept: []models.ResponseRule{{Status: []int{200}}}, Account: models.AccountPointers{ID: "/id", Name: "/name"}}
		got := judge(dry, answer{200, []byte(`{"id":"7","name":"ada\u202egnp.exe"}`)})
		if got.Outcome != models.Accepted || got.Account != (models.Account{ID: "7"}) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("no rules", func(t *testing.T) {
		expect(t, judge(&models.DryRequest{}, answer{200, nil}), unavailable(models.ReasonUnexpectedResponse))
	})
}

func TestConditions(t *testing.T) {
	body := `{"ok":true,"n":1,"big":9007199254740993,"huge":1e999999999,"s":"1","nil":null,"list":[{"id":7},2],
		"a/b":{"~":"tilde","":"empty"},"obj":{"x":[1,"y"]}}`
	yes, no := true, false
	for name, c := range map[string]struct {
		condition models.JSONCondition
		want      bool
	}{
		"bool":                  {models.JSONCondition{Pointer: "/ok", Equals: true}, true},
		"bool is no string":     {models.JSONCondition{Pointer: "/ok", Equals: "true"}, false},
		"float64":               {models.JSONCondition{Pointer: "/n", Equals: float64(1)}, true},
		"json.Number":           {models.JSONCondition{Pointer: "/n", Equals: json.Number("1.0")}, true},
		"int":                   {models.JSONCondition{Pointer: "/n", Equals: 1}, true},
		"number is no string":   {models.JSONCondition{Pointer: "/s", Equals: 1}, false},
		"string is no number":   {models.JSONCondition{Pointer: "/n", Equals: "1"}, false},
		"large, equal":          {models.JSONCondition{Pointer: "/big", Equals: json.Number("9007199254740993")}, true},
		"large, off by one":     {models.JSONCondition{Pointer: "/big", Equals: json.Number("9007199254740992")}, false},
		"out of range":          {models.JSONCondition{Pointer: "/huge", Equals: 1}, false},
		"null":                  {models.JSONCondition{Pointer: "/nil"}, true},
		"missing is not null":   {models.JSONCondition{Pointer: "/missing"}, false},
		"exists":                {models.JSONCondition{Pointer: "/nil", Exists: &yes}, true},
		"exists not":            {models.JSONCondition{Pointer: "/missing", Exists: &yes}, false},
		"absent":                {models.JSONCondition{Pointer: "/missing", Exists: &no}, true},
		"absent not":            {models.JSONCondition{Pointer: "/ok", Exists: &no}, false},
		"in":                    {models.JSONCondition{Pointer: "/list/1", In: []any{"x", float64(2)}}, true},
		"not in":                {models.JSONCondition{Pointer: "/list/1", In: []any{}}, false},
		"missing is in nothing": {models.JSONCondition{Pointer: "/missing", In: []any{nil}}, false},
		"index":                 {models.JSONCondition{Pointer: "/list/0/id", Equals: 7}, true},
		"leading zero":          {models.JSONCondition{Pointer: "/list/00/id", Equals: 7}, false},
		"behind the end":        {models.JSONCondition{Pointer: "/list/2", Exists: &yes}, false},
		"dash":                  {models.JSONCondition{Pointer: "/list/-", Exists: &yes}, false},
		"escapes":               {models.JSONCondition{Pointer: "/a~1b/~0", Equals: "tilde"}, true},
		"empty token":           {models.JSONCondition{Pointer: "/a~1b/", Equals: "empty"}, true},
		"into a scalar":         {models.JSONCondition{Pointer: "/n/x", Exists: &yes}, false},
		"no pointer":            {models.JSONCondition{Pointer: "ok", Equals: true}, false},
		"whole document":        {models.JSONCondition{Pointer: "", Exists: &yes}, true},
		"object":                {models.JSONCondition{Pointer: "/obj", Equals: map[string]any{"x": []any{float64(1), "y"}}}, true},
		"other object":          {models.JSONCondition{Pointer: "/obj", Equals: map[string]any{"x": []any{float64(1), "z"}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			document, isJSON := template.Document([]byte(body))
			rule := models.ResponseRule{JSON: []models.JSONCondition{c.condition}}
			if got := matches(rule, 200, document, isJSON); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
	t.Run("deep nesting is no document", func(t *testing.T) {
		if _, isJSON := template.Document([]byte(strings.Repeat("[", maxBody))); isJSON {
			t.Error("it was taken for one")
		}
	})
	t.Run("absent in what isn't JSON", func(t *testing.T) {
		rule := models.ResponseRule{JSON: []models.JSONCondition{{Pointer: "/error", Exists: &no}}}
		document, isJSON := template.Document([]byte("<html>"))
		if matches(rule, 200, document, isJSON) {
			t.Error("a page without JSON fulfilled a JSON condition")
		}
	})
}
