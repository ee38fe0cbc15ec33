package graph

import (
	"context"
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/vektah/gqlparser/v2/ast"
)

// A parsed document takes up to this many bytes of memory for each byte of its text, besides a fixed part (measured by
// TestQueryCache_keeps_within_its_bytes).
const (
	documentBytes        = 1 << 10
	documentBytesPerByte = 130
)

// queryCache keeps parsed and validated documents, the ones used last, in a bounded part of the memory.
type queryCache struct {
	most int // bytes

	mu        sync.Mutex
	documents *simplelru.LRU[string, *ast.QueryDocument]
	bytes     int
}

func newQueryCache(most int) *queryCache {
	c := &queryCache{most: most}
	c.documents, _ = simplelru.NewLRU(math.MaxInt, func(text string, _ *ast.QueryDocument) { c.bytes -= weight(text) }) // fails for sizes below 1 only
	return c
}

func weight(text string) int { return documentBytes + documentBytesPerByte*len(text) }

// Get finds a document by its text.
func (c *queryCache) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.documents.Get(text)
}

// Add keeps a document unless it is too large, or holds a value that will be refused for being in it.
func (c *queryCache) Add(_ context.Context, text string, document *ast.QueryDocument) {
	if weight(text) > c.most || checkFieldValues(document) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.documents.Contains(text) { // another request was faster
		return
	}
	c.documents.Add(text, document)
	for c.bytes += weight(text); c.bytes > c.most; {
		c.documents.RemoveOldest()
	}
}
