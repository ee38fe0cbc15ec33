package graph

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// gqlgen's cache of collected fields goes by addresses and keeps nothing alive. A selection that was put together here and
// is garbage by now must not lend its fields to the next one at its address.
func TestFields_survives_garbage_collection(t *testing.T) {
	doc, errs := gqlparser.LoadQueryWithRules(parsedSchema, `{ a: flow(id: "x") { id name } b: flow(id: "x") { steps { key } problems { kind } } }`, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	op := &graphql.OperationContext{Doc: doc}
	below := func(i int) ast.SelectionSet { return doc.Operations[0].SelectionSet[i].(*ast.Field).SelectionSet }
	for round := range 2000 {
		i := rand.IntN(2)                                  // in no pattern that addresses could follow
		list := fields(op, slices.Clone(below(i)), "Flow") // a selection of our own, soon gone
		if want := [][]string{{"id", "name"}, {"steps", "problems"}}[i]; len(list) != 2 || list[0].name != want[0] || list[1].name != want[1] {
			t.Fatalf("round %d: another selection's fields", round)
		}
		if round%10 == 0 {
			runtime.GC()
		}
	}
}
