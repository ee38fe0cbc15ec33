package graph

import (
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

// What is read costs more than what is only written out. A point took up to 9 µs on two busy cores, with a
// hundred credentials in twenty flows of ten steps.
const (
	listCost     = 200   // a list of the workspace
	rowsListCost = 30    // a list of each row of another list
	auditCost    = 5_000 // the audit, which grows without end
	lookupCost   = 5     // what is looked up for each row
	// schemaCost is for each field that introspection asks for: it answers for every type.
	schemaCost = 200
)

// costs multiplies what is asked of a list's rows by their number; where nobody says how many, by more than there
// usually are.
func costs() ComplexityRoot {
	var c ComplexityRoot
	c.Query.Components = func(child int, first int32, _ *string, _ *model.ComponentFilter) int {
		return rows(listCost, child, first)
	}
	c.Query.Credentials = func(child int, first int32, _ *string, _ *model.CredentialFilter) int {
		return rows(listCost, child, first)
	}
	c.Query.Flows = func(child int, first int32, _ *string, _ *model.FlowFilter) int { return rows(listCost, child, first) }
	c.Query.Nodes = func(child int, ids []string) int { return rows(listCost, child, bounded(len(ids))) }
	c.Query.Members = func(child int, first int32, _ *string) int { return rows(listCost, child, first) }
	c.Query.Invitations = func(child int, first int32, _ *string) int { return rows(listCost, child, first) }
	c.Query.APITokens = func(child int, first int32, _ *string) int { return rows(listCost, child, first) }
	c.Query.AuditEvents = func(child int, first int32, _ *string, _ *model.AuditFilter) int {
		return rows(auditCost, child, first)
	}
	c.Mutation.DeleteCredentials = func(child int, in model.DeleteCredentialsInput) int {
		return rows(listCost, child, bounded(len(in.Ids)))
	}
	c.Query.VerificationJobs = func(child int, first int32, _ *string) int { return rows(listCost, child, first) }
	c.VerificationJob.Results = func(child int, first int32, _ *string, _ *models.VerificationOutcome) int {
		return rows(rowsListCost, child, first)
	}
	c.VerificationJob.Component = func(child int) int { return rows(lookupCost, child, 1) }
	c.Mutation.VerifyCredentials = func(child int, in model.VerifyCredentialsInput) int {
		return rows(listCost+len(in.Ids), child, 1)
	}
	c.Query.ComponentCategories = func(child int, _ *model.ComponentCategoryFilter) int { return rows(listCost, child, 10) }
	c.ComponentBreakingChangeError.Credentials = func(child int) int { return rows(listCost, child, vault.MaxPage) }
	c.Query.OauthProviders = func(child int) int { return rows(listCost, child, 20) }
	c.OAuthProvider.Components = func(child int) int { return rows(1, child, 4) }
	c.OAuthProvider.Client = func(child int) int { return rows(lookupCost, child, 1) }
	c.Credential.Connection = func(child int) int { return rows(lookupCost, child, 1) }
	c.Viewer.Sessions = func(child int) int { return rows(listCost, child, 20) }
	c.Component.Credentials = func(child int, first int32, _ *string) int { return rows(rowsListCost, child, first) }
	c.Component.AuthMethods = func(child int) int { return rows(1, child, 3) }
	c.AuthMethod.Fields = func(child int) int { return rows(1, child, 3) }
	c.Credential.Fields = func(child int) int { return rows(lookupCost, child, 3) }
	c.Credential.Tags = func(child int) int { return rows(lookupCost, child, 1) }
	c.Credential.ActiveFlowCount = func(child int) int { return rows(lookupCost, child, 1) }
	c.Credential.LastVerification = func(child int) int { return rows(lookupCost, child, 1) }
	c.Credential.Verifications = func(child int, first int32) int { return rows(rowsListCost, child, first) }
	c.Credential.Flows = func(child int, first int32, _ *string, _ *bool) int { return rows(rowsListCost, child, first) }
	c.Flow.Steps = func(child int) int { return rows(lookupCost, child, 10) }
	c.BlockedCredential.ActiveFlows = func(child int, first int32, _ *string) int { return rows(rowsListCost, child, first) }
	c.CredentialInUseError.ActiveFlows = func(child int, first int32, _ *string) int { return rows(rowsListCost, child, first) }
	return c
}

// introspectionCost is what the costs of fields leave out.
func introspectionCost(op *graphql.OperationContext, limit int) int {
	scratch := &graphql.OperationContext{Doc: op.Doc, Variables: op.Variables}
	asked := 0
	for _, f := range graphql.CollectFields(scratch, op.Operation.SelectionSet, []string{"Query"}) {
		if strings.HasPrefix(f.Name, "__") {
			asked += newMeasure(op.Doc, limit).of(f.Selections).fields
		}
	}
	return asked * schemaCost
}

// mostCost is beyond every limit: what exceeds it needs no exact number.
const mostCost = 1 << 31

// rows never overflows.
func rows(fixed, child int, n int32) int {
	child, times := max(child, 0), max(int(n), 1)
	if child > mostCost/times {
		return mostCost
	}
	return fixed + child*times
}
