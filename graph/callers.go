package graph

import (
	"context"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

// list asks for a page of rows that need nothing else loaded, and turns it into what a connection is made of.
func list[Row, Node, Edge any](
	ctx context.Context, r *Resolver, name string, first int32, after *string,
	read func(loader, models.PageArgs) (models.Page[Row], error),
	id func(Row) string, node func(Row) *Node, edge func(string, *Node) *Edge,
) (edges []*Edge, nodes []*Node, info *model.PageInfo, count int32, err error) {
	l, sel := r.load(ctx)
	_, withTotal := connection(l.op, sel, name)
	args, err := pageArgs(first, after, vault.MaxPage, withTotal)
	if err != nil {
		return nil, nil, nil, 0, err
	}
	page, err := read(l, args)
	if err != nil {
		return nil, nil, nil, 0, err
	}
	edges, nodes = make([]*Edge, len(page.Items)), make([]*Node, len(page.Items))
	cursors := make([]string, len(page.Items))
	for i, row := range page.Items {
		cursors[i], nodes[i] = encodeCursor(models.Cursor{ID: id(row)}), node(row)
		edges[i] = edge(cursors[i], nodes[i])
	}
	return edges, nodes, pageInfo(page.HasNext, args.After, cursors), total(page.Total), nil
}

func newSession(s models.Session, current string) *model.Session {
	return &model.Session{
		ID: s.ID, Current: s.ID == current, CreatedAt: s.CreatedAt, LastSeenAt: s.LastSeenAt, ExpiresAt: s.ExpiresAt,
		UserAgent: s.UserAgent, Address: s.Address,
	}
}

func newMember(m models.Member) *model.Member {
	return &model.Member{ID: m.UserID, Name: m.Name, Email: optional(m.Email), Role: m.Role, ByRule: m.ByRule, CreatedAt: m.CreatedAt}
}

func newInvitation(i models.Invitation) *model.Invitation {
	return &model.Invitation{ID: i.ID, Role: i.Role, Note: i.Note, InvitedBy: i.InvitedBy, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt}
}

func newAPIToken(t models.APIToken) *model.APIToken {
	return &model.APIToken{
		ID: t.ID, Name: t.Name, Role: t.Role, Scopes: scopeTexts(t.Scopes),
		CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt,
	}
}

func scopeTexts(scopes []models.Right) []string {
	texts := make([]string, len(scopes))
	for i, scope := range scopes {
		texts[i] = string(scope)
	}
	return texts
}

func newScopes(texts []string) []models.Right {
	scopes := make([]models.Right, len(texts))
	for i, text := range texts {
		scopes[i] = models.Right(text)
	}
	return scopes
}

func newAuditEvent(e models.AuditEvent) *model.AuditEvent {
	return &model.AuditEvent{
		ID: e.ID, At: e.At, Action: e.Action, Outcome: e.Outcome,
		Actor:    &model.AuditActor{Kind: e.ActorKind, ID: e.ActorID, Name: e.ActorName},
		TargetID: e.TargetID, TargetName: e.TargetName, RelatedID: optional(e.RelatedID), Detail: optional(e.Detail),
		RequestID: optional(e.RequestID), Address: optional(e.Address),
	}
}

func newAuditFilter(in *model.AuditFilter) models.AuditFilter {
	if in == nil {
		return models.AuditFilter{}
	}
	f := models.AuditFilter{Actions: in.Actions, ActorID: text(in.ActorID), TargetID: text(in.TargetID), Since: in.Since, Until: in.Until}
	if in.Outcome != nil {
		f.Outcome = *in.Outcome
	}
	return f
}
