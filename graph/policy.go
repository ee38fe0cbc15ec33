package graph

import (
	"context"
	"fmt"

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
	"viewer": anyone, "rateLimit": anyone, "revokeSession": anyone, "removeMember": anyone, "createWorkspace": inPerson(models.ManageMembers),

	"__schema": right(models.ReadComponents), "__type": right(models.ReadComponents),
	"node": right(models.ReadComponents), "nodes": right(models.ReadComponents),
	"components": right(models.ReadComponents), "component": right(models.ReadComponents),
	"credentials": right(models.ReadCredentials), "credential": right(models.ReadCredentials),
	"flows": right(models.ReadFlows), "flow": right(models.ReadFlows),

	"createCredential": change(models.WriteCredentials), "updateCredential": change(models.WriteCredentials),
	"deleteCredential": change(models.WriteCredentials), "deleteCredentials": change(models.WriteCredentials), "checkCredential": change(models.WriteCredentials), "fetchFieldOptions": change(models.WriteCredentials),
	"verifyCredential":  change(models.WriteCredentials),
	"verifyCredentials": change(models.WriteCredentials), "cancelVerificationJob": change(models.WriteCredentials),
	"verificationJobs": right(models.ReadCredentials), "verificationJob": right(models.ReadCredentials),
	"replaceCredential": change(models.WriteFlows), "linkCredential": change(models.WriteFlows),
	"createFlow": change(models.WriteFlows), "updateFlow": change(models.WriteFlows), "deleteFlow": change(models.WriteFlows),
	"activateFlow": change(models.WriteFlows), "deactivateFlow": change(models.WriteFlows),

	"members": right(models.ManageMembers), "updateMember": change(models.ManageMembers),
	"invitations": right(models.ManageMembers), "createInvitation": change(models.ManageMembers), "revokeInvitation": change(models.ManageMembers),
	"updateWorkspace": change(models.ManageMembers), "deleteWorkspace": inPerson(models.ManageMembers),
	"apiTokens": right(models.ManageTokens), "createApiToken": change(models.ManageTokens), "revokeApiToken": change(models.ManageTokens),
	"auditEvents": right(models.ReadAudit),

	"oauthProviders":      right(models.ReadComponents),
	"authorizeCredential": change(models.WriteCredentials), "completeAuthorization": change(models.WriteCredentials),
	"componentCategories": right(models.ReadComponents),
	"importComponent":     change(models.ManageComponents), "deleteComponent": change(models.ManageComponents),
	"setOAuthClient": change(models.ManageClients), "deleteOAuthClient": change(models.ManageClients),
}

func anyone(caller models.Caller) error {
	if caller.Role == "" {
		return models.ErrForbidden
	}
	return nil
}

// inPerson is for what no token can do: a workspace that one made would have nobody in it, and one that may manage members only has no
// business destroying credentials.
func inPerson(r models.Right) func(models.Caller) error {
	return func(caller models.Caller) error {
		if caller.Kind != models.CallerPerson {
			return models.ErrForbidden
		}
		return caller.May(r)
	}
}

func change(r models.Right) func(models.Caller) error {
	return func(caller models.Caller) error { return caller.MayChange(r) }
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

// readingRights says what asking for the fields of a type, or for one field, needs besides the root field's right. A role
// that may do a thing may read what comes of it; a token's scopes may say otherwise.
var readingRights = map[string]models.Right{
	"Credential": models.ReadCredentials, "CredentialConnection": models.ReadCredentials,
	"OAuthClient.credentialCount": models.ReadCredentials, "Credential.activeFlowCount": models.ReadFlows, "Component.credentialCount": models.ReadCredentials, "Component.credentials": models.ReadCredentials, "ComponentCategoryCount.credentialCount": models.ReadCredentials,
	"ComponentBreakingChangeError.credentialCount": models.ReadCredentials, "ComponentBreakingChangeError.credentials": models.ReadCredentials,
	"VerificationJob": models.ReadCredentials, "VerificationJobConnection": models.ReadCredentials,
	"Flow": models.ReadFlows, "FlowConnection": models.ReadFlows, "FlowStep": models.ReadFlows,
}

// checkScopes refuses what a limited token may not read before anything is run: a mutation must not be carried out and then
// answer with an error because of what was asked of its result.
func checkScopes(op *graphql.OperationContext, caller models.Caller) *gqlerror.Error {
	if len(caller.Scopes) == 0 {
		return nil
	}
	var refused *gqlerror.Error
	look := func(set ast.SelectionSet) {
		for _, selection := range set {
			f, ok := selection.(*ast.Field)
			if !ok || f.ObjectDefinition == nil || refused != nil {
				continue
			}
			for _, asked := range []string{f.ObjectDefinition.Name, f.ObjectDefinition.Name + "." + f.Name} {
				if needed, listed := readingRights[asked]; listed && f.Name != "__typename" && caller.May(needed) != nil {
					refused = &gqlerror.Error{
						Message:    fmt.Sprintf("Your token's scopes don't let you read %s: it needs %s. Ask for less, or for another token.", asked, needed),
						Extensions: map[string]any{"code": codeForbidden},
					}
				}
			}
		}
	}
	eachSelection(op.Operation.SelectionSet, look)
	for _, fragment := range op.Doc.Fragments {
		eachSelection(fragment.SelectionSet, look)
	}
	return refused
}
