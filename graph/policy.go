package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"keyward/internal/auth"
	"keyward/models"
)

// policies says which right each root field needs; anyone is for whoever is known at all. vault and auth ask again, for
// they have the last word; here a caller who may not do a thing learns nothing else about the request. A field without a
// policy is refused.
var policies = map[string]func(models.Caller) error{
	"viewer": anyone, "revokeSession": anyone, "createWorkspace": anyone, "removeMember": anyone,

	"__schema": right(models.ReadComponents), "__type": right(models.ReadComponents),
	"node": right(models.ReadComponents), "nodes": right(models.ReadComponents),
	"components": right(models.ReadComponents), "component": right(models.ReadComponents),
	"credentials": right(models.ReadCredentials), "credential": right(models.ReadCredentials),
	"flows": right(models.ReadFlows), "flow": right(models.ReadFlows),

	"createCredential": right(models.WriteCredentials), "updateCredential": right(models.WriteCredentials),
	"deleteCredential": right(models.WriteCredentials), "checkCredential": right(models.WriteCredentials),
	"verifyCredential":  right(models.WriteCredentials),
	"replaceCredential": right(models.WriteFlows), "linkCredential": right(models.WriteFlows),
	"createFlow": right(models.WriteFlows), "updateFlow": right(models.WriteFlows), "deleteFlow": right(models.WriteFlows),
	"activateFlow": right(models.WriteFlows), "deactivateFlow": right(models.WriteFlows),

	"members": right(models.ManageMembers), "updateMember": right(models.ManageMembers),
	"invitations": right(models.ManageMembers), "createInvitation": right(models.ManageMembers), "revokeInvitation": right(models.ManageMembers),
	"updateWorkspace": right(models.ManageMembers), "deleteWorkspace": right(models.ManageMembers),
	"apiTokens": right(models.ManageTokens), "createApiToken": right(models.ManageTokens), "revokeApiToken": right(models.ManageTokens),
	"auditEvents": right(models.ReadAudit),
}

func anyone(caller models.Caller) error {
	if caller.Role == "" {
		return models.ErrForbidden
	}
	return nil
}

func right(r models.Right) func(models.Caller) error {
	return func(caller models.Caller) error { return caller.May(r) }
}

// enforcePolicy refuses root fields that the caller may not use.
func enforcePolicy(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	field := graphql.GetRootFieldContext(ctx).Field
	err := models.ErrForbidden
	if policy := policies[field.Name]; policy != nil {
		err = policy(auth.Caller(ctx))
	}
	if err == nil {
		return next(ctx)
	}
	graphql.AddError(ctx, gqlerror.WrapPath(ast.Path{ast.PathName(field.Alias)}, err))
	return graphql.Null
}
