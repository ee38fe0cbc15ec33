package graph

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

func (l loader) imported(ctx context.Context, done vault.Imported, sel ast.SelectionSet) (*model.ImportComponentSuccess, error) {
	success := &model.ImportComponentSuccess{
		Created: done.Created, Changed: done.Changed, Warnings: make([]*model.DescriptorWarning, len(done.Component.Warnings)),
	}
	for i, w := range done.Component.Warnings {
		success.Warnings[i] = &model.DescriptorWarning{Pointer: w.Pointer, Message: w.Message}
	}
	componentSel, _ := below(l.op, sel, "ImportComponentSuccess", "component")
	var err error
	success.Component, err = one(l.components(ctx, []*models.Component{done.Component}, componentSel))
	return success, err
}

func (l loader) breakingChange(ctx context.Context, sel ast.SelectionSet, e *models.ComponentBreakingChangeError) (any, error) {
	typed := &model.ComponentBreakingChangeError{
		Code: model.ErrorCodeComponentBreakingChange, Message: e.Error(), Path: []string{"descriptor"},
		Changes: make([]*model.ComponentChange, len(e.Changes)), CredentialCount: total(e.Credentials.Total),
	}
	for i, c := range e.Changes {
		typed.Changes[i] = &model.ComponentChange{Kind: c.Kind, Method: c.Method, Field: optional(c.Field), Message: c.Message()}
	}
	credentialSel, _ := below(l.op, sel, "ComponentBreakingChangeError", "credentials")
	var err error
	typed.Credentials, err = l.credentials(ctx, e.Credentials.Items, credentialSel)
	return typed, err
}
