package graph

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const oneOfProblem = "This input takes exactly one of its fields, and that not null."

// checkOneOf enforces @oneOf (https://spec.graphql.org/September2025/#sec-OneOf-Input-Objects) on variables. gqlparser does
// so in documents only.
func checkOneOf(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	for _, variable := range operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(variable.Variable)}
		if err := checkOneOfIn(schema, variable.Type, variables[variable.Variable], path); err != nil {
			return err
		}
	}
	return nil
}

func checkOneOfIn(schema *ast.Schema, of *ast.Type, value any, path ast.Path) *gqlerror.Error {
	if of.Elem != nil {
		switch list := value.(type) {
		case []any:
			return checkOneOfEach(schema, of.Elem, list, path)
		case []map[string]any: // gqlparser makes a list of an only object
			return checkOneOfEach(schema, of.Elem, list, path)
		}
		return checkOneOfIn(schema, of.Elem, value, path)
	}
	object, ok := value.(map[string]any)
	definition := schema.Types[of.NamedType]
	if !ok || definition == nil || definition.Kind != ast.InputObject {
		return nil
	}
	if definition.Directives.ForName("oneOf") != nil {
		for _, only := range object {
			if len(object) != 1 || only == nil {
				return gqlerror.ErrorPathf(path, oneOfProblem)
			}
		}
		if len(object) == 0 {
			return gqlerror.ErrorPathf(path, oneOfProblem)
		}
	}
	for _, f := range definition.Fields {
		if err := checkOneOfIn(schema, f.Type, object[f.Name], append(path[:len(path):len(path)], ast.PathName(f.Name))); err != nil {
			return err
		}
	}
	return nil
}

func checkOneOfEach[Value any](schema *ast.Schema, of *ast.Type, list []Value, path ast.Path) *gqlerror.Error {
	for i, value := range list {
		if err := checkOneOfIn(schema, of, value, append(path[:len(path):len(path)], ast.PathIndex(i))); err != nil {
			return err
		}
	}
	return nil
}
