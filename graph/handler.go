package graph

import (
	"log/slog"
	"maps"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

// cachedQueries is how many parsed and validated documents are kept.
const cachedQueries = 1_000

// NewHandler serves the API. It expects auth.Require in front of it.
func NewHandler(r *Resolver, log *slog.Logger) http.Handler {
	h := handler.New(NewExecutableSchema(Config{Schema: public(), Resolvers: r, Complexity: costs()}))
	h.AddTransport(transport{})
	h.SetQueryCache(lru.New[*ast.QueryDocument](cachedQueries))
	h.SetParserTokenLimit(maxTokens)
	h.SetDisableSuggestion(true)
	h.Use(&limits{})
	h.AroundRootFields(enforcePolicy)
	h.SetErrorPresenter(presenter(log))
	h.SetRecoverFunc(recoverer(log))
	return h
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
