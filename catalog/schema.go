package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
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

// IsKey reports whether a component may have this key.
func IsKey(key string) bool { return componentKey.MatchString(key) }

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
	addProtocols(document)
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

// Protocols lists what a verification may name as its protocol, sorted: the blocks of $defs/params.
func Protocols() []string { return protocolsOf(theSchema().document) }

func protocolsOf(document any) []string {
	var names []string
	for name := range at(document, "$defs", "params") {
		if name != "$comment" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// addProtocols writes out what the blocks of $defs/params mean, so that adding a protocol takes its block and nothing else.
func addProtocols(document any) {
	verification := at(document, "$defs", "verification")
	var names, rules []any
	for _, name := range protocolsOf(document) {
		names = append(names, name)
		rules = append(rules, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"protocol": map[string]any{"const": name}}},
			"then": map[string]any{"properties": map[string]any{"params": map[string]any{"$ref": "#/$defs/params/" + name}}},
		})
	}
	at(verification, "properties", "protocol")["enum"] = names
	verification["allOf"] = rules
}

// at finds an object within a document; nil where there is none.
func at(document any, keys ...string) map[string]any {
	object, _ := document.(map[string]any)
	for _, key := range keys {
		object, _ = object[key].(map[string]any)
	}
	return object
}

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
		known := ""
		if names := s.properties(e.SchemaURL); len(names) > 0 {
			known = "; known are " + strings.Join(names, ", ")
		}
		for _, name := range k.Properties {
			r.fail(pointer+"/"+escape(name), "is not a known key here%s: %s", known, s.description(e.SchemaURL))
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
	case *kind.MaxItems:
		return fmt.Sprintf("must have at most %d items", k.Want)
	case *kind.MaxProperties:
		return fmt.Sprintf("must have at most %d keys", k.Want)
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties: // all of which are 1 in the schema
		return "must not be empty"
	case *kind.AnyOf:
		return alternatives(e) + s.description(e.SchemaURL)
	case *kind.UniqueItems:
		return "must not hold the same twice"
	}
	return "is not what belongs here: " + s.description(e.SchemaURL)
}

// alternatives says which keys would do, where that is what an anyOf is about.
func alternatives(e *jsonschema.ValidationError) string {
	var sets []string
	for _, cause := range e.Causes {
		required, ok := cause.ErrorKind.(*kind.Required)
		if !ok {
			return "is not what belongs here: "
		}
		sets = append(sets, strings.Join(required.Missing, " and "))
	}
	return "must have " + strings.Join(sets, " or ") + ": "
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
	nearest := ""
	for _, object := range s.around(location) {
		if text, ok := object["description"].(string); ok {
			nearest = text
		}
	}
	return nearest
}

// properties are the keys that an object of the schema knows.
func (s schema) properties(location string) []string {
	around := s.around(location)
	return slices.Sorted(maps.Keys(at(around[len(around)-1], "properties")))
}

// around are the schema's objects on the way to a place, from the outside in; the last one is nil where there is no such place.
func (s schema) around(location string) []map[string]any {
	_, fragment, _ := strings.Cut(location, "#")
	object, _ := s.document.(map[string]any)
	objects := []map[string]any{object}
	for token := range strings.SplitSeq(strings.TrimPrefix(fragment, "/"), "/") {
		if plain, err := url.PathUnescape(token); err == nil {
			token = plain
		}
		if token != "" {
			object = at(object, strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
			objects = append(objects, object)
		}
	}
	return objects
}
