package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"keyward/internal/auth"
	"keyward/models"
)

// policies says who may use each root field at all. vault asks again, for it has the last word; here a role that may not
// do a thing learns nothing else about its request. A field without a policy is refused.
var policies = map[string]func(models.Role) bool{
	"viewer": anyone, "rateLimit": anyone, "__schema": models.Role.MayRead, "__type": models.Role.MayRead,

	"node": models.Role.MayRead, "nodes": models.Role.MayRead,
	"components": models.Role.MayRead, "component": models.Role.MayRead,
	"credentials": models.Role.MayRead, "credential": models.Role.MayRead,
	"flows": models.Role.MayRead, "flow": models.Role.MayRead,

	"createCredential": models.Role.MayWrite, "updateCredential": models.Role.MayWrite, "deleteCredential": models.Role.MayWrite,
	"checkCredential": models.Role.MayWrite, "verifyCredential": models.Role.MayWrite, "replaceCredential": models.Role.MayWrite,
	"createFlow": models.Role.MayWrite, "updateFlow": models.Role.MayWrite, "deleteFlow": models.Role.MayWrite,
	"activateFlow": models.Role.MayWrite, "deactivateFlow": models.Role.MayWrite, "linkCredential": models.Role.MayWrite,
}

func anyone(role models.Role) bool { return role != "" }

// enforcePolicy refuses root fields that the caller's role may not use.
func enforcePolicy(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	field := graphql.GetRootFieldContext(ctx).Field
	if allows := policies[field.Name]; allows != nil && allows(auth.Caller(ctx).Role) {
		return next(ctx)
	}
	graphql.AddError(ctx, gqlerror.WrapPath(ast.Path{ast.PathName(field.Alias)}, models.ErrForbidden))
	return graphql.Null
}
