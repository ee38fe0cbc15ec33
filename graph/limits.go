package graph

import (
	"context"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"keyward/graph/model"
	"keyward/internal/auth"
	"keyward/internal/vault"
	"keyward/models"
)

// What one request may ask for. A standard introspection query is 15 deep.
const (
	maxTokens     = 2_000
	maxDepth      = 15
	maxFields     = 5_000
	maxComplexity = 100_000
	maxMutations  = 10
)

// asking are the mutations that make a dry request. One operation may hold one of them: each can take 15 s, and many would
// make a port scanner.
var asking = []string{"createCredential", "updateCredential", "checkCredential", "verifyCredential"}

// limits refuses what would cost too much before anything is run. Every cost is that of the document written out: a
// fragment counts wherever it is spread, but is looked at once, so that nested fragments can't blow up the counting.
type limits struct{ schema graphql.ExecutableSchema }

var (
	_ graphql.HandlerExtension        = &limits{}
	_ graphql.OperationContextMutator = &limits{}
)

// ExtensionName names it in gqlgen's statistics.
func (*limits) ExtensionName() string { return "Limits" }

// Validate takes the schema whose fields' costs count.
func (l *limits) Validate(schema graphql.ExecutableSchema) error {
	l.schema = schema
	return nil
}

// MutateOperationContext refuses an operation that is too deep, too wide or too costly, and decides about introspection.
func (l *limits) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	caller := auth.Caller(ctx)
	op.DisableIntrospection = caller.May(models.ReadComponents) != nil
	if err := checkScopes(op, caller); err != nil {
		return err
	}
	size := (&measure{fragments: map[string]extent{}}).of(op.Operation.SelectionSet)
	switch {
	case size.depth > maxDepth:
		return tooCostly("The query is nested %d levels deep; %d is the most.", size.depth, maxDepth)
	case size.fields > maxFields:
		return tooCostly("The query asks for more than %d fields.", maxFields)
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
	if cost := complexity.Calculate(ctx, l.schema, op.Operation, op.Variables); cost > maxComplexity {
		return tooCostly("The query would cost more than %d. Ask for fewer rows (first) or fewer fields.", maxComplexity)
	}
	return nil
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
		if slices.Contains(asking, f.Name) {
			dry++
		}
	}
	if mutations > maxMutations {
		return tooCostly("The operation holds %d mutations; %d is the most. Send several operations.", mutations, maxMutations)
	}
	if dry > 1 {
		return tooCostly("The operation holds %d mutations that make a dry request; 1 is the most. Send one operation each.", dry)
	}
	return nil
}

func tooCostly(format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": codeTooCostly}}
}

type extent struct{ depth, fields int }

// measure knows the extents of the fragments it has seen. The validator has refused cycles.
type measure struct{ fragments map[string]extent }

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
			known, seen := m.fragments[s.Name]
			if !seen {
				known = m.of(s.Definition.SelectionSet)
				m.fragments[s.Name] = known
			}
			one = known
		}
		all.depth = max(all.depth, one.depth)
		all.fields = min(all.fields+one.fields, maxFields+1)
	}
	return all
}

// costs multiplies what is asked of a list's rows by their number; where nobody says how many, by more than there
// usually are.
func costs() ComplexityRoot {
	var c ComplexityRoot
	c.Query.Components = func(child int, first int32, _ *string, _ *model.ComponentFilter) int { return rows(child, first) }
	c.Query.Credentials = func(child int, first int32, _ *string, _ *model.CredentialFilter) int { return rows(child, first) }
	c.Query.Flows = func(child int, first int32, _ *string, _ *model.FlowFilter) int { return rows(child, first) }
	c.Query.Nodes = func(child int, ids []string) int { return rows(child, int32(min(len(ids), maxFields))) }
	c.Component.Credentials = func(child int, first int32, _ *string) int { return rows(child, first) }
	c.Component.AuthMethods = func(child int) int { return rows(child, 3) }
	c.AuthMethod.Fields = func(child int) int { return rows(child, 3) }
	c.Query.Members = func(child int, first int32, _ *string) int { return rows(child, first) }
	c.Query.Invitations = c.Query.Members
	c.Query.APITokens = c.Query.Members
	c.Query.AuditEvents = func(child int, first int32, _ *string, _ *model.AuditFilter) int { return rows(child, first) }
	c.Viewer.Sessions = func(child int) int { return rows(child, 20) }
	c.Credential.Fields = func(child int) int { return rows(child, 3) }
	c.Credential.Verifications = func(child int, first int32) int { return rows(child, first) }
	c.Credential.Flows = func(child int, first int32, _ *string, _ *bool) int { return rows(child, first) }
	c.Flow.Steps = func(child int) int { return rows(child, 20) }
	c.CredentialInUseError.ActiveFlows = func(child int, first int32, _ *string) int { return rows(child, first) }
	return c
}

// rows never overflows: what exceeds the limit needs no exact number.
func rows(child int, n int32) int {
	return min(1+max(child, 0)*max(int(n), 1), maxComplexity+1)
}
