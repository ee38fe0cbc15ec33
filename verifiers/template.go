package verifiers

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"

	"keyward/models"
)

// placeholder is {{name}}; the loader sees to it that every name is a field, a variable or a derived value.
var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}`)

// scope holds what templates may name. Values stay Secrets until the moment they are written into the request.
type scope map[string]models.Secret

// newScope puts a request's values, variables and derived values together; no name means two things. It fails with
// errRejected where a value isn't of the shape that another one is derived from.
func newScope(r Request) (scope, error) {
	s := make(scope, len(r.Values)+len(r.DryRequest.Variables)+len(r.DryRequest.Derived))
	maps.Copy(s, r.Values)
	for name, text := range r.DryRequest.Variables {
		s[name] = models.NewSecret(text)
	}
	for name, derivation := range r.DryRequest.Derived {
		pattern, err := regexp.Compile(derivation.Pattern)
		if err != nil || pattern.NumSubexp() == 0 {
			return nil, errUnclear
		}
		match := pattern.FindStringSubmatch(s[derivation.From].Reveal())
		if match == nil {
			return nil, errRejected
		}
		s[name] = models.NewSecret(match[1])
	}
	return s, nil
}

// fill replaces each {{name}} by its value, escaped for the place it goes to. What has no value, as an optional field
// may, is the empty string.
func (s scope) fill(template string, escape func(string) string) string {
	return placeholder.ReplaceAllStringFunc(template, func(match string) string {
		return escape(s[placeholder.FindStringSubmatch(match)[1]].Reveal())
	})
}

// text fills a template for a place that needs no escaping.
func (s scope) text(template string) string {
	return s.fill(template, func(value string) string { return value })
}

// pairs fills the names and values of headers, a query or a form. A pair whose name or whole value comes to nothing,
// as with an optional field, is left out.
func (s scope) pairs(templates map[string]string) map[string]string {
	filled := make(map[string]string, len(templates))
	for nameTemplate, valueTemplate := range templates {
		name, value := s.text(nameTemplate), s.text(valueTemplate)
		if name != "" && (value != "" || valueTemplate == "") {
			filled[name] = value
		}
	}
	return filled
}

// json fills a JSON template. The template itself has to be JSON: then every placeholder is inside a string, and no
// value can break out of it.
func (s scope) json(template string) (string, error) {
	if !json.Valid([]byte(template)) {
		return "", errUnclear
	}
	return s.fill(template, func(value string) string {
		quoted, _ := json.Marshal(value) // a string can always be encoded
		return strings.TrimSuffix(strings.TrimPrefix(string(quoted), `"`), `"`)
	}), nil
}
