package graph_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"keyward/graph"
)

// builtIn is what the prelude brings.
func builtIn(d *ast.Definition) bool { return d.BuiltIn || strings.HasPrefix(d.Name, "__") }

func schema() *ast.Schema { return graph.NewExecutableSchema(graph.Config{}).Schema() }

func TestSchema_describes_everything(t *testing.T) {
	for _, d := range schema().Types {
		if builtIn(d) {
			continue
		}
		if d.Description == "" {
			t.Errorf("type %s", d.Name)
		}
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			if f.Description == "" {
				t.Errorf("field %s.%s", d.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Description == "" {
					t.Errorf("argument %s.%s(%s)", d.Name, f.Name, a.Name)
				}
			}
		}
		for _, v := range d.EnumValues {
			if v.Description == "" {
				t.Errorf("value %s.%s", d.Name, v.Name)
			}
		}
	}
}

// Clients ask for `... on Error` and get every failure, those that are added later too.
func TestSchema_every_failure_is_an_Error(t *testing.T) {
	s := schema()
	for _, union := range s.Types {
		if union.Kind != ast.Union {
			continue
		}
		for _, member := range union.Types {
			if !strings.HasSuffix(member, "Success") && !slices.Contains(s.Types[member].Interfaces, "Error") {
				t.Errorf("%s in %s is neither a success nor an Error", member, union.Name)
			}
		}
	}
}

// FieldValue, which carries secrets in, is in no output type.
func TestSchema_no_output_can_carry_a_secret(t *testing.T) {
	for _, d := range schema().Types {
		if d.Kind != ast.Object && d.Kind != ast.Interface {
			continue
		}
		for _, f := range d.Fields {
			if f.Type.Name() == "FieldValue" || f.Type.Name() == "JSON" {
				t.Errorf("%s.%s", d.Name, f.Name)
			}
		}
	}
}

// The contract is what clients were promised: it may be added to, never renamed, narrowed or removed.
func TestSchema_keeps_the_contract(t *testing.T) {
	text, err := os.ReadFile("testdata/contract.graphql")
	if err != nil {
		t.Fatal(err)
	}
	contract, err := gqlparser.LoadSchema(&ast.Source{Name: "contract.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	real := schema()
	for name, promised := range contract.Types {
		if builtIn(promised) {
			continue
		}
		d := real.Types[name]
		if d == nil || d.Kind != promised.Kind {
			t.Errorf("%s is gone or of another kind", name)
			continue
		}
		for _, f := range promised.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				keepsField(t, name, f, d.Fields.ForName(f.Name))
			}
		}
		for _, f := range d.Fields {
			if d.Kind == ast.InputObject && promised.Fields.ForName(f.Name) == nil && f.Type.NonNull && f.DefaultValue == nil {
				t.Errorf("%s.%s was added and is required", name, f.Name)
			}
		}
		for _, v := range promised.EnumValues {
			if d.EnumValues.ForName(v.Name) == nil {
				t.Errorf("%s.%s is gone", name, v.Name)
			}
		}
		for _, member := range append(slices.Clone(promised.Types), promised.Interfaces...) {
			if !slices.Contains(append(slices.Clone(d.Types), d.Interfaces...), member) {
				t.Errorf("%s no longer has %s", name, member)
			}
		}
	}
}

func keepsField(t *testing.T, typeName string, promised, f *ast.FieldDefinition) {
	t.Helper()
	if f == nil || f.Type.String() != promised.Type.String() || f.DefaultValue.String() != promised.DefaultValue.String() {
		t.Errorf("%s.%s is gone or of another type", typeName, promised.Name)
		return
	}
	for _, a := range promised.Arguments {
		kept := f.Arguments.ForName(a.Name)
		if kept == nil || kept.Type.String() != a.Type.String() || kept.DefaultValue.String() != a.DefaultValue.String() {
			t.Errorf("%s.%s(%s) is gone or of another type", typeName, promised.Name, a.Name)
		}
	}
}
