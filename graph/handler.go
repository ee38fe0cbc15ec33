package graph

import (
	"context"
	"log/slog"
	"maps"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

// Parsed and validated documents are kept, but no large ones: together they must not fill the memory.
const (
	cachedQueries = 1_000
	cachedBytes   = 16 << 10
)

// smallQueries is a cache that keeps small documents only.
type smallQueries struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add keeps the document unless its text is large, or holds a value that will be refused for being in it.
func (c smallQueries) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	if len(text) <= cachedBytes && checkFieldValues(document) == nil {
		c.Cache.Add(ctx, text, document)
	}
}

// NewHandler serves the API. It expects auth.Require in front of it.
func NewHandler(r *Resolver, log *slog.Logger) http.Handler {
	h := handler.New(NewExecutableSchema(Config{Schema: public(), Resolvers: r, Complexity: costs()}))
	h.AddTransport(transport{})
	h.SetQueryCache(smallQueries{lru.New[*ast.QueryDocument](cachedQueries)})
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
