package model

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"keyward/models"
)

// MarshalDateTime writes a moment in UTC as RFC 3339 does.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, strconv.Quote(t.UTC().Format(time.RFC3339Nano)))
	})
}

// UnmarshalDateTime reads RFC 3339.
func UnmarshalDateTime(v any) (time.Time, error) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, errDateTime
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, errDateTime
	}
	return t.UTC(), nil
}

var errDateTime = &models.BadRequestError{Message: "A DateTime is a string like 2026-11-23T14:05:06Z."}

// MarshalID writes an id.
func MarshalID(id string) graphql.Marshaler { return graphql.MarshalString(id) }

// nobodysID is an id that nothing has. It is not the empty one: in a filter that would mean no filter.
const nobodysID = "-"

// UnmarshalID reads an id. What can't be one of ours becomes an id that nothing has: it is not found, like any other such,
// and what was sent never reaches a database.
func UnmarshalID(v any) (string, error) {
	id, err := graphql.UnmarshalID(v)
	if err != nil || id == "" || len(id) > 100 || strings.ContainsFunc(id, func(r rune) bool { return r < '!' || r > '~' }) {
		return nobodysID, nil //nolint:nilerr // see above
	}
	return id, nil
}

// MarshalFieldValue exists because gqlgen wants a pair; no output type has a FieldValue.
func MarshalFieldValue(models.FieldValue) graphql.Marshaler { return graphql.Null }

// UnmarshalFieldValue takes a string, a boolean, a number, a list of strings or null. Its error never repeats the value.
func UnmarshalFieldValue(v any) (models.FieldValue, error) {
	switch value := v.(type) {
	case nil, string, bool, json.Number:
		return models.NewFieldValue(value), nil
	case []any:
		texts := make([]string, len(value))
		for i, element := range value {
			text, ok := element.(string)
			if !ok {
				return models.FieldValue{}, errFieldValue
			}
			texts[i] = text
		}
		return models.NewFieldValue(texts), nil
	}
	return models.FieldValue{}, errFieldValue
}

var errFieldValue = &models.BadRequestError{Message: "A FieldValue is a string, a boolean, a number or a list of strings."}

// MarshalInt writes a whole number of 32 bits.
func MarshalInt(n int32) graphql.Marshaler { return graphql.MarshalInt32(n) }

// UnmarshalInt reads one.
func UnmarshalInt(v any) (int32, error) {
	n, err := graphql.UnmarshalInt32(v)
	if err != nil {
		return 0, &models.BadRequestError{Message: "An Int is a whole number from -2147483648 to 2147483647."}
	}
	return n, nil
}
