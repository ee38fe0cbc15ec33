package graph

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

// pageArgs checks what a list is asked for. BadRequestError.
func pageArgs(first int32, after *string, most int32, total bool) (models.PageArgs, error) {
	if first < 1 || first > most {
		return models.PageArgs{}, &models.BadRequestError{Message: fmt.Sprintf("first must be from 1 to %d.", most)}
	}
	p := models.PageArgs{First: int(first), WithTotal: total}
	if after == nil {
		return p, nil
	}
	cursor, err := decodeCursor(*after)
	p.After = cursor
	return p, err
}

func encodeCursor(c models.Cursor) string {
	text, _ := json.Marshal([2]string{c.SortName, c.ID}) // strings always can be
	return base64.RawURLEncoding.EncodeToString(text)
}

// maxCursor bounds what is bound to a statement once for each parent: names have 200 characters, ids fewer.
const maxCursor = 4 << 10

func decodeCursor(text string) (*models.Cursor, error) {
	var (
		parts [2]string
		raw   []byte
		err   = errors.New("too long")
	)
	if len(text) <= maxCursor {
		raw, err = base64.RawURLEncoding.DecodeString(text)
	}
	if err == nil {
		err = json.Unmarshal(raw, &parts)
	}
	if err != nil || strings.ContainsRune(parts[0]+parts[1], 0) {
		return nil, &models.BadRequestError{Message: "after must be a cursor that this list returned: take endCursor of its pageInfo."}
	}
	return &models.Cursor{SortName: parts[0], ID: parts[1]}, nil
}

func pageInfo(hasNext bool, after *models.Cursor, cursors []string) *model.PageInfo {
	info := &model.PageInfo{HasNextPage: hasNext, HasPreviousPage: after != nil}
	if n := len(cursors); n > 0 {
		info.StartCursor, info.EndCursor = &cursors[0], &cursors[n-1]
	}
	return info
}

func flowConnection(p models.Page[models.Flow], nodes []*model.Flow, after *models.Cursor) *model.FlowConnection {
	c := &model.FlowConnection{Nodes: nodes, Edges: make([]*model.FlowEdge, len(nodes)), TotalCount: total(p.Total)}
	cursors := make([]string, len(nodes))
	for i, row := range p.Items {
		cursors[i] = encodeCursor(models.Cursor{SortName: row.SortName, ID: row.ID})
		c.Edges[i] = &model.FlowEdge{Cursor: cursors[i], Node: nodes[i]}
	}
	c.PageInfo = pageInfo(p.HasNext, after, cursors)
	return c
}

func credentialConnection(p models.Page[models.Credential], nodes []*model.Credential, after *models.Cursor) *model.CredentialConnection {
	c := &model.CredentialConnection{Nodes: nodes, Edges: make([]*model.CredentialEdge, len(nodes)), TotalCount: total(p.Total)}
	cursors := make([]string, len(nodes))
	for i, row := range p.Items {
		cursors[i] = encodeCursor(models.Cursor{SortName: row.SortName, ID: row.ID})
		c.Edges[i] = &model.CredentialEdge{Cursor: cursors[i], Node: nodes[i]}
	}
	c.PageInfo = pageInfo(p.HasNext, after, cursors)
	return c
}

func componentConnection(p models.Page[*models.Component], nodes []*model.Component, after *models.Cursor) *model.ComponentConnection {
	c := &model.ComponentConnection{Nodes: nodes, Edges: make([]*model.ComponentEdge, len(nodes)), TotalCount: total(p.Total)}
	cursors := make([]string, len(nodes))
	for i, component := range p.Items {
		cursors[i] = encodeCursor(vault.ComponentCursor(component))
		c.Edges[i] = &model.ComponentEdge{Cursor: cursors[i], Node: nodes[i]}
	}
	c.PageInfo = pageInfo(p.HasNext, after, cursors)
	return c
}

func total(n int) int32 { return int32(max(n, 0)) } //nolint:gosec // rows of one workspace
