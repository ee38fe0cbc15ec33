package graph

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-playground/validator/v10"

	"keyward/graph/model"
	"keyward/models"
)

// issues holds an input, given by pointer, against the tags of its type.
func issues(input any) []models.ValidationIssue {
	found, _ := errors.AsType[validator.ValidationErrors](inputValidator().Struct(input))
	list := make([]models.ValidationIssue, len(found))
	for i, e := range found {
		list[i] = models.ValidationIssue{Path: issuePath(e.Namespace(), input), Message: issueMessage(e)}
	}
	return list
}

// validate is issues as an error. ValidationError.
func validate(input any) error { return (&models.ValidationError{}).Join(issues(input)) }

// validateFilter is the same for a query's filter, which has no union to answer with. BadRequestError.
func validateFilter(filter any) error {
	err := validate(filter)
	if e, ok := errors.AsType[*models.ValidationError](err); ok {
		return &models.BadRequestError{Message: "filter." + strings.Join(e.Issues[0].Path, ".") + ": " + e.Issues[0].Message}
	}
	return err
}

// scopeToken is RFC 6749, section 3.3.
var scopeToken = regexp.MustCompile(`^[!#-\[\]-~]+$`)

var stepKey = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// inputValidator is made once: it caches what it learns of each type.
var inputValidator = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	v.RegisterCustomTypeFunc(omittableText, graphql.Omittable[*string]{})
	v.RegisterCustomTypeFunc(omittableValue, graphql.Omittable[*models.FieldValue]{})
	for tag, rule := range map[string]validator.Func{
		"text": func(f validator.FieldLevel) bool {
			text := f.Field().String()
			return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
		},
		"line": func(f validator.FieldLevel) bool {
			return !strings.ContainsFunc(f.Field().String(), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) })
		},
		"scope":   func(f validator.FieldLevel) bool { return scopeToken.MatchString(f.Field().String()) },
		"stepkey": func(f validator.FieldLevel) bool { return stepKey.MatchString(f.Field().String()) },
		"notblank": func(f validator.FieldLevel) bool {
			return strings.ContainsFunc(f.Field().String(), func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
		},
	} {
		if err := v.RegisterValidation(tag, rule); err != nil {
			panic(err) // a tag is misspelt here
		}
	}
	v.RegisterStructValidation(func(l validator.StructLevel) {
		if in, ok := l.Current().Interface().(model.FieldInput); ok && !in.Value.IsSet() {
			l.ReportError(in.Value, "value", "Value", "given", "")
		}
	}, model.FieldInput{})
	v.RegisterStructValidation(func(l validator.StructLevel) {
		if in, ok := l.Current().Interface().(model.LinkCredentialInput); ok && !in.CredentialID.IsSet() {
			l.ReportError(in.CredentialID, "credentialId", "CredentialID", "given", "")
		}
	}, model.LinkCredentialInput{})
	return v
})

func omittableText(v reflect.Value) any {
	if o, ok := v.Interface().(graphql.Omittable[*string]); ok && o.Value() != nil {
		return *o.Value()
	}
	return nil
}

// omittableValue keeps the validator away from what may be a secret.
func omittableValue(reflect.Value) any { return nil }

var index = regexp.MustCompile(`^(.*)\[(\d+)\]$`)

// issuePath turns CreateCredentialInput.fields[0].value into fields, apiKey: a field is named by its key, everything else
// by its place.
func issuePath(namespace string, input any) []string {
	_, rest, _ := strings.Cut(namespace, ".")
	var path []string
	for part := range strings.SplitSeq(rest, ".") {
		m := index.FindStringSubmatch(part)
		if m == nil {
			path = append(path, part)
			continue
		}
		i, _ := strconv.Atoi(m[2])
		if given := givenFields(input); m[1] == "fields" && i < len(given) && given[i].Key != "" {
			return append(path, "fields", given[i].Key)
		}
		path = append(path, m[1], m[2])
	}
	return path
}

func givenFields(input any) []*model.FieldInput {
	switch in := input.(type) {
	case *model.CreateCredentialInput:
		return in.Fields
	case *model.UpdateCredentialInput:
		return in.Fields
	case *model.CheckCredentialInput:
		return in.Fields
	case *model.FetchFieldOptionsInput:
		return in.Fields
	case *model.AuthorizeCredentialInput:
		return in.Fields
	}
	return nil
}

func issueMessage(e validator.FieldError) string {
	switch e.Tag() {
	case "required", "notblank", "min":
		return "This must not be empty."
	case "given":
		return "This must be given; null means none."
	case "max":
		if e.Kind() == reflect.String {
			return fmt.Sprintf("This must not be longer than %s characters.", e.Param())
		}
		return fmt.Sprintf("There must not be more than %s of these.", e.Param())
	case "text":
		return "This must be valid Unicode text without NUL characters."
	case "line":
		return "This must be a single line without control characters."
	case "scope":
		return "A scope is one word, without spaces, quotes and backslashes."
	case "stepkey":
		return "A step's key may hold letters, digits, underscores, dots and hyphens only."
	case "unique":
		if e.Param() == "" {
			return "Each of these must be given once only."
		}
		return "Every step needs a key of its own."
	}
	return "This is not valid."
}
