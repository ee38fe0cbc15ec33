package graph

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"keyward/models"
)

// field is a field that a selection asks for, with everything that is asked below it. The same field under several
// aliases is one field here; with other arguments it is another.
type field struct {
	name string
	args map[string]any
	sel  ast.SelectionSet
}

// fields returns what the selection asks of an object of the type, in whatever fragments on the type, its interfaces or
// its unions it is asked.
func fields(op *graphql.OperationContext, sel ast.SelectionSet, typeName string) []*field {
	types := []string{typeName}
	for _, abstract := range parsedSchema.Implements[typeName] {
		types = append(types, abstract.Name)
	}
	// A context of its own: CollectFields caches by the selection's address without keeping it alive, and some of these
	// selections are put together here and gone soon.
	scratch := &graphql.OperationContext{Doc: op.Doc, Variables: op.Variables}
	var list []*field
	byKey := map[string]*field{}
	for _, collected := range graphql.CollectFields(scratch, sel, types) {
		if collected.Definition == nil { // __typename
			continue
		}
		args := collected.ArgumentMap(op.Variables)
		maps.DeleteFunc(args, func(_ string, value any) bool { return value == nil }) // null and omitted are the same here
		key := collected.Name
		if len(args) > 0 {
			text, _ := json.Marshal(args) // arguments came from JSON
			key += string(text)
		}
		one := byKey[key]
		if one == nil {
			one = &field{name: collected.Name, args: args}
			byKey[key] = one
			list = append(list, one)
		}
		one.sel = append(one.sel, collected.Selections...)
	}
	return list
}

// asked returns the selection below the current field.
func asked(ctx context.Context) (*graphql.OperationContext, ast.SelectionSet) {
	return graphql.GetOperationContext(ctx), graphql.GetFieldContext(ctx).Field.Selections
}

// below returns the selection below one field of an object, and whether it is asked for.
func below(op *graphql.OperationContext, sel ast.SelectionSet, typeName, name string) (ast.SelectionSet, bool) {
	var (
		result ast.SelectionSet
		found  bool
	)
	for _, f := range fields(op, sel, typeName) {
		if f.name == name {
			result, found = append(result, f.sel...), true
		}
	}
	return result, found
}

// connection takes a connection's selection apart: what is asked of its nodes, and whether of the total.
func connection(op *graphql.OperationContext, sel ast.SelectionSet, node string) (nodes ast.SelectionSet, total bool) {
	for _, f := range fields(op, sel, node+"Connection") {
		switch f.name {
		case "nodes":
			nodes = append(nodes, f.sel...)
		case "edges":
			edge, _ := below(op, f.sel, node+"Edge", "node")
			nodes = append(nodes, edge...)
		case "totalCount":
			total = true
		}
	}
	return nodes, total
}

// first is 0, which no list takes, for what is no number of 32 bits: the executor refuses that too, but only later.
func (f *field) first() int32 {
	var n int64
	switch value := f.args["first"].(type) {
	case int64:
		n = value
	case int:
		n = int64(value)
	case int32:
		return value
	case json.Number:
		n, _ = value.Int64()
	}
	if n != int64(int32(n)) {
		return 0
	}
	return int32(n)
}

func (f *field) after() *string {
	if after, ok := f.args["after"].(string); ok {
		return &after
	}
	return nil
}

func (f *field) outcome() *models.VerificationOutcome {
	if text, ok := f.args["outcome"].(string); ok {
		outcome := models.VerificationOutcome(text)
		return &outcome
	}
	return nil
}

func (f *field) active() *bool {
	if active, ok := f.args["active"].(bool); ok {
		return &active
	}
	return nil
}
