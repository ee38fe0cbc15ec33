package graph

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

const notOneObject = `The body must be one JSON object: {"query": "…", "variables": {…}}.`

// parseBody reads a request's JSON. A key that is given twice counts as it was given last, and no key in other letters than
// the specification's counts at all: nothing in front of us may understand a request differently.
func parseBody(body []byte) (*graphql.RawParams, *refusal) {
	if refusal := scan(body); refusal != nil {
		return nil, refusal
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil || keys == nil {
		return nil, bad(malformed, notOneObject)
	}
	var query *string
	params := &graphql.RawParams{}
	for key, into := range map[string]any{
		"query": &query, "operationName": &params.OperationName, "variables": &params.Variables, "extensions": &params.Extensions,
	} {
		if keys[key] == nil {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(keys[key]))
		decoder.UseNumber()
		if err := decoder.Decode(into); err != nil {
			return nil, bad(malformed, "The body's "+key+" is of the wrong type: query and operationName are strings, variables and extensions objects.")
		}
	}
	if query == nil {
		return nil, bad(malformed, "The body has no query.")
	}
	params.Query = *query
	return params, nil
}

// scan looks at JSON before it is decoded: values are many times as large as their text, and what is not Unicode would be
// put right silently, a secret included.
func scan(body []byte) *refusal {
	if !utf8.Valid(body) {
		return bad(malformed, "The body must be in UTF-8.")
	}
	depth, values := 0, 1
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			end, whole := scanString(body, i+1)
			if !whole {
				return bad(malformed, `A string in the body has half a surrogate pair (\ud800 to \udfff): that is no character.`)
			}
			i = end
		case '{', '[':
			if depth++; depth > maxNesting {
				return &refusal{malformed, codeTooCostly, "The body's JSON is nested too deep."}
			}
			values++
		case '}', ']':
			depth--
		case ',', ':':
			values++
		}
		if values > maxJSONValues {
			return &refusal{malformed, codeTooCostly, "The body's JSON holds too many values."}
		}
	}
	return nil
}

// scanString returns where the string that begins at i ends, and whether its surrogates come in pairs.
func scanString(body []byte, i int) (end int, whole bool) {
	high := false // the last character was the first half of a pair
	for ; i < len(body); i++ {
		var unit rune
		switch body[i] {
		case '"':
			return i, !high
		case '\\':
			i++
			if code, ok := unicodeEscape(body, i); ok {
				unit = code
				i += 4
			}
		}
		low := unit >= 0xDC00 && unit <= 0xDFFF
		if low != high {
			return i, false
		}
		high = unit >= 0xD800 && unit <= 0xDBFF
	}
	return i, true // without an end, which the decoder will say
}

// unicodeEscape reads u and four digits.
func unicodeEscape(body []byte, i int) (rune, bool) {
	if i+4 >= len(body) || body[i] != 'u' {
		return 0, false
	}
	var unit rune
	for _, digit := range body[i+1 : i+5] {
		switch {
		case '0' <= digit && digit <= '9':
			unit = unit<<4 | rune(digit-'0')
		case 'a' <= digit|0x20 && digit|0x20 <= 'f':
			unit = unit<<4 | rune(digit|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}
