package graph

import "keyward/graph/model"

// costs multiplies what is asked of a list's rows by their number; where nobody says how many, by more than there
// usually are.
func costs() ComplexityRoot {
	var c ComplexityRoot
	c.Query.Components = func(child int, first int32, _ *string, _ *model.ComponentFilter) int { return rows(child, first) }
	c.Query.Credentials = func(child int, first int32, _ *string, _ *model.CredentialFilter) int { return rows(child, first) }
	c.Query.Flows = func(child int, first int32, _ *string, _ *model.FlowFilter) int { return rows(child, first) }
	c.Query.Nodes = func(child int, ids []string) int { return rows(child, int32(min(len(ids), maxJSONValues))) } //nolint:gosec // no more than that
	c.Component.Credentials = func(child int, first int32, _ *string) int { return rows(child, first) }
	c.Component.AuthMethods = func(child int) int { return rows(child, 3) }
	c.AuthMethod.Fields = func(child int) int { return rows(child, 3) }
	c.Credential.Fields = func(child int) int { return rows(child, 3) }
	c.Credential.Verifications = func(child int, first int32) int { return rows(child, first) }
	c.Credential.Flows = func(child int, first int32, _ *string, _ *bool) int { return rows(child, first) }
	c.Flow.Steps = func(child int) int { return rows(child, 20) }
	c.CredentialInUseError.ActiveFlows = func(child int, first int32, _ *string) int { return rows(child, first) }
	return c
}

// mostCost is beyond every limit: what exceeds it needs no exact number.
const mostCost = 1 << 31

// rows never overflows.
func rows(child int, n int32) int {
	child, times := max(child, 0), max(int(n), 1)
	if child > mostCost/times {
		return mostCost
	}
	return 1 + child*times
}
