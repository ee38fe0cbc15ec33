// Package template fills the texts that descriptors declare (URLs, headers, bodies) with a credential's values. It guarantees
// that no value breaks out of its place, and that a request goes only to a host that the descriptor lets secrets go to. Its errors
// never repeat a value.
package template

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"strings"

	"keyward/models"
)

// placeholder is {{name}}; the loader sees to it that every name is a field, a variable or a derived value.
var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}`)

// Why a template can't be filled.
var (
	// ErrRejected: the values can't be right, whoever is asked.
	ErrRejected = errors.New("a value is not of the shape that it has to have")
	// ErrForbidden: the values lead to a host that their secrets may not go to.
	ErrForbidden = errors.New("the values lead to a host that their secrets may not go to")
	// ErrUnclear: the descriptor or its values make no sense as a request.
	ErrUnclear = errors.New("the descriptor and the values make no sense as a request")
)

// Scope holds what templates may name. Values stay Secrets until the moment they are written into the request.
type Scope map[string]models.Secret

// New puts values, variables and derived values together; no name means two things. It fails with ErrRejected where a value
// isn't of the shape that another one is derived from.
func New(values models.Values, variables map[string]string, derived map[string]models.Derivation) (Scope, error) {
	s := make(Scope, len(values)+len(variables)+len(derived))
	maps.Copy(s, values)
	for name, text := range variables {
		s[name] = models.NewSecret(text)
	}
	for name, derivation := range derived {
		value, err := derive(derivation, s[derivation.From].Reveal())
		if err != nil {
			return nil, err
		}
		s[name] = models.NewSecret(value)
	}
	return s, nil
}

func derive(d models.Derivation, from string) (value string, err error) {
	if d.Pointer != "" {
		document, _ := Document([]byte(from))
		if value = Scalar(document, d.Pointer); value == "" {
			return "", ErrRejected
		}
	} else {
		pattern, err := regexp.Compile(d.Pattern)
		if err != nil || pattern.NumSubexp() == 0 {
			return "", ErrUnclear
		}
		match := pattern.FindStringSubmatch(from)
		if match == nil {
			return "", ErrRejected
		}
		value = match[1]
	}
	if d.Upper {
		value = strings.ToUpper(value)
	}
	return value, nil
}

// fill replaces each {{name}} by its value, escaped for the place it goes to. What has no value, as an optional field
// may, is the empty string.
func (s Scope) fill(template string, escape func(string) string) string {
	return placeholder.ReplaceAllStringFunc(template, func(match string) string {
		return escape(s[placeholder.FindStringSubmatch(match)[1]].Reveal())
	})
}

// Text fills a template for a place that needs no escaping.
func (s Scope) Text(template string) string {
	return s.fill(template, func(value string) string { return value })
}

// Pairs fills the names and values of headers, a query or a form. A pair whose name or whole value comes to nothing,
// as with an optional field, is left out.
func (s Scope) Pairs(templates map[string]string) map[string]string {
	filled := make(map[string]string, len(templates))
	for nameTemplate, valueTemplate := range templates {
		name, value := s.Text(nameTemplate), s.Text(valueTemplate)
		if name != "" && (value != "" || valueTemplate == "") {
			filled[name] = value
		}
	}
	return filled
}

// json fills a JSON template. The template itself has to be JSON: then every placeholder is inside a string, and no
// value can break out of it.
func (s Scope) json(template string) (string, error) {
	if !json.Valid([]byte(template)) {
		return "", ErrUnclear
	}
	return s.fill(template, func(value string) string {
		quoted, _ := json.Marshal(value) // a string can always be encoded
		return strings.TrimSuffix(strings.TrimPrefix(string(quoted), `"`), `"`)
	}), nil
}
