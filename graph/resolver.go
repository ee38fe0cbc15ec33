// Package graph is the GraphQL API. A resolver finds the caller, calls vault once and returns; what the answer's nested
// fields need is loaded for all rows at once before the executor walks them (load.go). Errors become answers in one place
// (errors.go).
package graph

import (
	"keyward/internal/auth"
	"keyward/internal/vault"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Vault *vault.Vault
	Auth  *auth.Authenticator
	// BaseURL is where this gateway is reached, without a slash at its end: icons are linked from it.
	BaseURL string
}
