package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

// nodes loads objects of any type, each type's at once, in the order of their ids; nil where there is none.
func (l loader) nodes(ctx context.Context, ids []string, sel ast.SelectionSet) ([]model.Node, error) {
	if len(ids) > vault.MaxPage {
		return nil, &models.BadRequestError{Message: "Ask for at most 100 ids at once."}
	}
	found := make(map[string]model.Node, len(ids))
	byPrefix := map[string][]string{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		prefix, _, _ := strings.Cut(id, "_")
		byPrefix[prefix+"_"] = append(byPrefix[prefix+"_"], id)
	}
	for prefix, some := range byPrefix {
		if err := l.nodesOf(ctx, prefix, some, sel, found); err != nil {
			return nil, err
		}
	}
	list := make([]model.Node, len(ids))
	for i, id := range ids {
		list[i] = found[id]
	}
	return list, nil
}

func (l loader) nodesOf(ctx context.Context, prefix string, ids []string, sel ast.SelectionSet, found map[string]model.Node) error {
	switch prefix {
	case models.CredentialIDPrefix:
		rows, err := l.Vault.CredentialsByID(ctx, l.caller, ids)
		if err != nil {
			return err
		}
		nodes, err := l.credentials(ctx, rows, sel)
		for _, node := range nodes {
			found[node.ID] = node
		}
		return err
	case models.FlowIDPrefix:
		rows, err := l.Vault.FlowsByID(ctx, l.caller, ids)
		if err != nil {
			return err
		}
		nodes, err := l.flows(ctx, rows, sel)
		for _, node := range nodes {
			found[node.ID] = node
		}
		return err
	case models.ComponentIDPrefix:
		var list []*models.Component
		byID, err := l.Vault.ComponentsByID(ctx, l.caller, ids)
		if err != nil {
			return err
		}
		for _, component := range byID {
			list = append(list, component)
		}
		nodes, err := l.components(ctx, list, sel)
		for _, node := range nodes {
			found[node.ID] = node
		}
		return err
	case models.VerificationJobIDPrefix:
		rows, err := l.Vault.VerificationJobsByID(ctx, l.caller, ids)
		if err != nil {
			return err
		}
		nodes, err := l.verificationJobs(ctx, rows, sel)
		for _, node := range nodes {
			found[node.ID] = node
		}
		return err
	case models.WorkspaceIDPrefix:
		if slices.Contains(ids, l.caller.WorkspaceID) {
			workspace, err := l.Vault.Workspace(ctx, l.caller)
			if err != nil {
				return err
			}
			found[workspace.ID] = newWorkspace(workspace)
		}
	}
	return nil
}
