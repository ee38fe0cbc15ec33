// Package requestid names each request, so that a log line, an answer and a person's report can be brought together.
// Ids are made here and never taken from outside: nobody else's text gets into the log by this way.
package requestid

import (
	"context"
	"crypto/rand"
)

type key struct{}

// New returns a fresh id: at least 128 random bits as 26 characters of base32 (RFC 4648).
func New() string { return rand.Text() }

// With returns a context that carries the id.
func With(ctx context.Context, id string) context.Context { return context.WithValue(ctx, key{}, id) }

// From returns the id that ctx carries, or "" where there is none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
