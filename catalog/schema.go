package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

const (
	schemaURL    = "urn:keyward:component"
	maxKeyLength = 64
)

var componentKey = regexp.MustCompile(`\A[a-z0-9](-?[a-z0-9]){0,63}\z`)

// schema is schema.json: compiled, and as a document to find descriptions in.
type schema struct {
	compiled *jsonschema.Schema
	document any
}

// theSchema is compiled at its first use. It comes with the binary, so that it compiles is a matter for tests.
var theSchema = sync.OnceValue(func() schema {
	text, err := builtin.ReadFile("schema.json")
	if err != nil {
		panic(fmt.Sprintf("catalog: %v", err))
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(fmt.Sprintf("catalog: schema.json: %v", err))
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaURL, document); err != nil {
		panic(fmt.Sprintf("catalog: schema.json: %v", err))
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		panic(fmt.Sprintf("catalog: schema.json: %v", err))
	}
	return schema{compiled, document}
})

// conform checks a descriptor against schema.json.
func (r *reader) conform(root value) {
	s := theSchema()
	err := s.compiled.Validate(root.plain())
	if broken, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		r.explain(broken, s)
	} else if err != nil {
		r.fail("", "can't be checked: %s", err)
	}
}

// explain reports the innermost rules that were broken: the outer ones only say that an inner one was. The schema does
// without propertyNames, whose errors the validator reports at a wrong place; patternProperties do the same.
func (r *reader) explain(e *jsonschema.ValidationError, s schema) {
	pointer := ""
	for _, token := range e.InstanceLocation {
		pointer += "/" + escape(token)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			r.fail(pointer+"/"+escape(name), "is not a known key here: %s", s.description(e.SchemaURL))
		}
		return
	case *kind.AnyOf, *kind.OneOf, *kind.Not:
	default:
		if len(e.Causes) > 0 {
			for _, cause := range e.Causes {
				r.explain(cause, s)
			}
			return
		}
	}
	r.fail(pointer, "%s", s.reason(e))
}

func (s schema) reason(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("must be %s, not %s", strings.Join(k.Want, " or "), k.Got)
	case *kind.Enum:
		return "must be one of " + list(k.Want)
	case *kind.Const:
		return fmt.Sprintf("must be %v", k.Want)
	case *kind.Required:
		return "must have " + strings.Join(k.Missing, " and ")
	case *kind.MaxLength:
		return fmt.Sprintf("must have at most %d characters", k.Want)
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties: // all of which are 1 in the schema
		return "must not be empty"
	case *kind.UniqueItems:
		return "must not hold the same twice"
	}
	return "is not what belongs here: " + s.description(e.SchemaURL)
}

func list(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, ", ")
}

// description is the nearest description around a place of the schema: what the schema's author would have said.
func (s schema) description(location string) string {
	_, fragment, _ := strings.Cut(location, "#")
	nearest := ""
	at := s.document
	for token := range strings.SplitSeq(fragment, "/") {
		object, ok := at.(map[string]any)
		if !ok {
			break
		}
		if token != "" {
			if plain, err := url.PathUnescape(token); err == nil {
				token = plain
			}
			object, _ = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)].(map[string]any)
		}
		if text, ok := object["description"].(string); ok {
			nearest = text
		}
		at = object
	}
	return nearest
}
