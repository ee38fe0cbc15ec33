package template

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// Document decodes the whole body, numbers as they were written.
func Document(body []byte) (any, bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return document, err == io.EOF
}

// Lookup follows a JSON pointer (RFC 6901).
func Lookup(document any, pointer string) (any, bool) {
	if pointer == "" {
		return document, true
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil, false
	}
	for token := range strings.SplitSeq(rest, "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch at := document.(type) {
		case map[string]any:
			if document, ok = at[token]; !ok {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || strconv.Itoa(i) != token || i < 0 || i >= len(at) {
				return nil, false
			}
			document = at[i]
		default:
			return nil, false
		}
	}
	return document, true
}

// Scalar is the text, number or boolean at a pointer; empty where there is none.
func Scalar(document any, pointer string) string {
	if pointer == "" {
		return ""
	}
	found, _ := Lookup(document, pointer)
	switch value := found.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}
