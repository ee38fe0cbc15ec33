package graph

import (
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// NewHandler serves the API. It expects auth.Require in front of it.
func NewHandler(r *Resolver, limits Limits, log *slog.Logger) http.Handler {
	return newServer(NewExecutableSchema(Config{Schema: public(), Resolvers: r, Complexity: costs()}), limits, log)
}

func newServer(schema graphql.ExecutableSchema, limits Limits, log *slog.Logger) *handler.Server {
	h := handler.New(schema)
	known := newQueryCache(limits.QueryCacheBytes)
	h.AddTransport(transport{budget: newBudget(limits.CostPerMinute, time.Now)})
	h.SetQueryCache(known)
	h.SetParserTokenLimit(limits.Tokens)
	h.SetDisableSuggestion(true)
	h.SetValidationRulesFn(withoutSuggestions)
	h.Use(&checks{limits: limits, known: known})
	h.AroundRootFields(enforcePolicy)
	h.SetErrorPresenter(presenter(log))
	h.SetRecoverFunc(recoverer(log))
	return h
}

// withoutSuggestions are the validator's rules, without those that look for names of the schema that resemble a wrong one:
// that tells about the schema, and takes long for long names. gqlgen's own switch changes the other two.
func withoutSuggestions() *rules.Rules {
	list := rules.NewDefaultRules()
	for name, rule := range map[string]core.Rule{
		"KnownArgumentNames":  rules.KnownArgumentNamesRuleWithoutSuggestions,
		"KnownTypeNames":      rules.KnownTypeNamesRuleWithoutSuggestions,
		"ValuesOfCorrectType": rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	} {
		list.ReplaceRule(name, rule.RuleFunc)
	}
	return list
}

// public is the schema as clients see it: without the directives that only steer the code generator, and without @defer,
// whose parts our transport would not deliver.
func public() *ast.Schema {
	schema := *NewExecutableSchema(Config{}).Schema()
	schema.Directives = maps.Clone(schema.Directives)
	for _, name := range []string{"goTag", "goField", "defer"} {
		delete(schema.Directives, name)
	}
	return &schema
}
