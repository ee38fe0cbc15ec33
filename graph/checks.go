package graph

import (
	"context"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"keyward/internal/auth"
	"keyward/internal/vault"
	"keyward/models"
)

// verifying are the mutations that make a dry request.
var verifying = []string{"createCredential", "updateCredential", "checkCredential", "fetchFieldOptions", "verifyCredential"}

// checks refuses what would cost too much: first to validate, then to run.
type checks struct {
	limits Limits
	known  *queryCache
	schema graphql.ExecutableSchema
}

var (
	_ graphql.HandlerExtension          = &checks{}
	_ graphql.OperationParameterMutator = &checks{}
	_ graphql.OperationContextMutator   = &checks{}
)

// ExtensionName names it in gqlgen's statistics.
func (*checks) ExtensionName() string { return "Checks" }

// Validate takes the schema whose fields' costs count.
func (c *checks) Validate(schema graphql.ExecutableSchema) error {
	c.schema = schema
	return nil
}

// MutateOperationParameters looks at a document before it is validated, for validation is what some documents are made to
// keep busy. One that is in the cache has been looked at.
func (c *checks) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if _, known := c.known.Get(ctx, params.Query); known {
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: params.Query}, c.limits.Tokens)
	if err != nil {
		problem := gqlerror.WrapIfUnwrapped(err)
		if len(problem.Locations) == 0 { // the parser tells a place for everything but its limit
			return tooCostly("The document is too long: %d tokens are the most.", c.limits.Tokens)
		}
		errcode.Set(problem, errcode.ParseFailed)
		return problem
	}
	return c.limits.checkDocument(doc)
}

// MutateOperationContext refuses an operation that must not be run as it stands or is too costly, and decides about
// introspection.
func (c *checks) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	caller := auth.Caller(ctx)
	op.DisableIntrospection = caller.May(models.ReadComponents) != nil
	if err := checkScopes(op, caller); err != nil {
		return err
	}
	if err := checkOneOf(c.schema.Schema(), op.Operation, op.Variables); err != nil {
		return err
	}
	if err := checkFieldValues(op.Doc); err != nil {
		return err
	}
	if err := checkPages(op); err != nil {
		return err
	}
	if op.Operation.Operation == ast.Mutation {
		if err := checkMutations(op); err != nil {
			return err
		}
	}
	cost := complexity.Calculate(ctx, c.schema, op.Operation, op.Variables) + introspectionCost(op, c.limits.Fields)
	if cost > c.limits.Complexity {
		return tooCostly("The query would cost more than %d. Ask for fewer rows (first) or fewer fields.", c.limits.Complexity)
	}
	op.Stats.SetExtension(complexityOf, cost)
	return nil
}

// complexityOf finds an operation's complexity among its statistics.
const complexityOf = "Complexity"

// checkDocument refuses a document that is too deep, too wide or too tangled. Nothing in it has been validated.
func (l Limits) checkDocument(doc *ast.QueryDocument) *gqlerror.Error {
	if n := len(doc.Operations); n > maxOperations {
		return tooCostly("The document has %d operations; %d are the most.", n, maxOperations)
	}
	if n := len(doc.Fragments); n > maxFragments {
		return tooCostly("The document has %d fragments; %d are the most.", n, maxFragments)
	}
	seen := survey(doc)
	switch {
	case seen.aliases > l.Aliases:
		return tooCostly("The document has %d aliases; %d are the most.", seen.aliases, l.Aliases)
	case seen.directives > l.Directives:
		return tooCostly("The document has %d directives; %d are the most.", seen.directives, l.Directives)
	case seen.nesting > maxNesting:
		return tooCostly("A value in the document is nested more than %d deep.", maxNesting)
	case seen.effort > maxEffort:
		return tooCostly("Checking the document would take too long: name each field once, and send fewer operations and fragments at a time.")
	}
	m := newMeasure(doc, l.Fields)
	for _, operation := range doc.Operations {
		size := m.of(operation.SelectionSet)
		switch {
		case m.circular:
			return &gqlerror.Error{Message: "A fragment spreads itself.", Extensions: map[string]any{"code": codeBadRequest}}
		case size.depth > l.Depth:
			return tooCostly("The query is nested %d levels deep; %d is the most.", size.depth, l.Depth)
		case size.fields > l.Fields:
			return tooCostly("The query asks for more than %d fields.", l.Fields)
		}
	}
	return nil
}

// counts is what a document holds as it is written, fragments not spread.
type counts struct {
	aliases, directives, nesting int
	// effort is about the most that validation can come to, in comparisons of two fields.
	effort int

	fields int             // of the operation or fragment at hand
	names  map[string]load // and what answers under each name
}

// load is how many fields answer under one name, and how many levels of selections they lie in, taken together: fields are
// compared anew for each level that they have in common.
type load struct{ fields, levels int }

// fieldEffort is what looking at a field takes, compared with comparing two.
const fieldEffort = 20

func survey(doc *ast.QueryDocument) counts {
	var c counts
	everywhere := map[string]load{}
	// Validation starts from each operation and fragment, and follows spreads: what lies in a fragment may be looked at, and
	// compared, anew each time. Fields of different fragments are compared once.
	roots := len(doc.Operations) + len(doc.Fragments)
	look := func(set ast.SelectionSet) {
		c.fields, c.names = 0, map[string]load{}
		c.inSelection(set, 1)
		c.effort += roots * (fieldEffort*c.fields + comparisons(c.names))
		for name, here := range c.names {
			all := everywhere[name]
			everywhere[name] = load{all.fields + here.fields, all.levels + here.levels}
		}
	}
	for _, operation := range doc.Operations {
		c.inDirectives(operation.Directives)
		for _, variable := range operation.VariableDefinitions {
			c.inDirectives(variable.Directives)
			c.inValue(variable.DefaultValue, 1)
		}
		look(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		c.inDirectives(fragment.Directives)
		look(fragment.SelectionSet)
	}
	c.effort += comparisons(everywhere)
	return c
}

// comparisons is about how many comparisons fields of one name need.
func comparisons(names map[string]load) int {
	sum := 0
	for _, l := range names {
		sum += l.fields * l.levels / 2
	}
	return sum
}

func (c *counts) inSelection(set ast.SelectionSet, level int) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Alias != s.Name {
				c.aliases++
			}
			c.fields++
			here := c.names[s.Alias]
			c.names[s.Alias] = load{here.fields + 1, here.levels + level}
			c.inDirectives(s.Directives)
			for _, argument := range s.Arguments {
				c.inValue(argument.Value, 1)
			}
			c.inSelection(s.SelectionSet, level+1)
		case *ast.InlineFragment:
			c.inDirectives(s.Directives)
			c.inSelection(s.SelectionSet, level+1)
		case *ast.FragmentSpread:
			c.inDirectives(s.Directives)
		}
	}
}

func (c *counts) inDirectives(list ast.DirectiveList) {
	c.directives += len(list)
	for _, directive := range list {
		for _, argument := range directive.Arguments {
			c.inValue(argument.Value, 1)
		}
	}
}

func (c *counts) inValue(value *ast.Value, depth int) {
	if value == nil {
		return
	}
	c.nesting = max(c.nesting, depth)
	for _, child := range value.Children {
		c.inValue(child.Value, depth+1)
	}
}

// checkFieldValues refuses a field's value that is written into the document, a variable's default included: documents are
// cached, logged by proxies and shown in tools, and a secret has no business there.
func checkFieldValues(doc *ast.QueryDocument) *gqlerror.Error {
	var refused *gqlerror.Error
	var look func(value *ast.Value)
	look = func(value *ast.Value) {
		if value == nil || refused != nil {
			return
		}
		if value.Definition != nil && value.Definition.Name == "FieldValue" && value.Kind != ast.Variable && value.Kind != ast.NullValue {
			refused = &gqlerror.Error{
				Message:    "A field's value must be sent as a variable: the document is no place for a secret.",
				Locations:  []gqlerror.Location{{Line: value.Position.Line, Column: value.Position.Column}},
				Extensions: map[string]any{"code": codeBadRequest},
			}
		}
		for _, child := range value.Children {
			look(child.Value)
		}
	}
	inSet := func(set ast.SelectionSet) {
		for _, selection := range set {
			if f, ok := selection.(*ast.Field); ok {
				for _, argument := range f.Arguments {
					look(argument.Value)
				}
			}
		}
	}
	for _, operation := range doc.Operations {
		for _, variable := range operation.VariableDefinitions {
			look(variable.DefaultValue)
		}
		eachSelection(operation.SelectionSet, inSet)
	}
	for _, fragment := range doc.Fragments {
		eachSelection(fragment.SelectionSet, inSet)
	}
	return refused
}

// checkPages refuses a page that no list would give before anything is run: a mutation must not be carried out and then
// answer with an error because of what was asked of its result.
func checkPages(op *graphql.OperationContext) *gqlerror.Error {
	var refused *gqlerror.Error
	look := func(set ast.SelectionSet) {
		for _, selection := range set {
			f, ok := selection.(*ast.Field)
			if !ok || f.Definition == nil || f.Definition.Arguments.ForName("first") == nil || refused != nil {
				continue
			}
			asked, most := &field{args: f.ArgumentMap(op.Variables)}, int32(vault.MaxPage)
			if f.Name == "verifications" {
				most = maxVerifications
			}
			if _, err := pageArgs(asked.first(), asked.after(), most, false); err != nil {
				refused = &gqlerror.Error{Message: f.Name + ": " + err.Error(), Extensions: map[string]any{"code": codeBadRequest}}
			}
		}
	}
	eachSelection(op.Operation.SelectionSet, look)
	for _, fragment := range op.Doc.Fragments {
		eachSelection(fragment.SelectionSet, look)
	}
	return refused
}

// eachSelection shows every selection that is written in set, without following fragments' names.
func eachSelection(set ast.SelectionSet, look func(ast.SelectionSet)) {
	look(set)
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			eachSelection(s.SelectionSet, look)
		case *ast.InlineFragment:
			eachSelection(s.SelectionSet, look)
		}
	}
}

func checkMutations(op *graphql.OperationContext) *gqlerror.Error {
	scratch := &graphql.OperationContext{Doc: op.Doc, Variables: op.Variables}
	mutations, dry := 0, 0
	for _, f := range graphql.CollectFields(scratch, op.Operation.SelectionSet, []string{"Mutation"}) {
		mutations++
		if slices.Contains(verifying, f.Name) {
			dry++
		}
	}
	if mutations > maxMutations {
		return tooCostly("The operation holds %d mutations; %d is the most. Send several operations.", mutations, maxMutations)
	}
	if dry > maxVerifying {
		return tooCostly("The operation holds %d mutations that make a dry request; %d is the most. Send one operation each.", dry, maxVerifying)
	}
	return nil
}

func tooCostly(format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": codeTooCostly}}
}

type extent struct{ depth, fields int }

// measure finds an operation's extent, written out: a fragment counts wherever it is spread, but is looked at once, so that
// nested fragments can't blow up the counting.
type measure struct {
	doc       *ast.QueryDocument
	limit     int // of fields: more are not told apart
	fragments map[string]extent
	open      map[string]bool // the fragments that we are in
	circular  bool
}

func newMeasure(doc *ast.QueryDocument, limit int) *measure {
	return &measure{doc: doc, limit: limit, fragments: map[string]extent{}, open: map[string]bool{}}
}

func (m *measure) of(set ast.SelectionSet) extent {
	var all extent
	for _, selection := range set {
		var one extent
		switch s := selection.(type) {
		case *ast.Field:
			one = m.of(s.SelectionSet)
			one.depth++
			one.fields++
		case *ast.InlineFragment:
			one = m.of(s.SelectionSet)
		case *ast.FragmentSpread:
			one = m.ofFragment(s.Name)
		}
		all.depth = max(all.depth, one.depth)
		all.fields = min(all.fields+one.fields, m.limit+1)
	}
	return all
}

func (m *measure) ofFragment(name string) extent {
	if known, seen := m.fragments[name]; seen {
		return known
	}
	if m.open[name] {
		m.circular = true
		return extent{}
	}
	fragment := m.doc.Fragments.ForName(name)
	if fragment == nil { // the validator says so
		return extent{}
	}
	m.open[name] = true
	size := m.of(fragment.SelectionSet)
	delete(m.open, name)
	m.fragments[name] = size
	return size
}
