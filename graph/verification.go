package graph

import (
	"context"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"keyward/graph/model"
	"keyward/internal/vault"
	"keyward/models"
)

func (l loader) newVerificationJob(job *models.VerificationJob) *model.VerificationJob {
	return &model.VerificationJob{
		ID: job.ID, Status: job.Status, Total: job.Total, Done: job.Finished(), Accepted: job.Accepted, Rejected: job.Rejected,
		Unavailable: job.Unavailable, NotVerifiable: job.NotVerifiable, Skipped: job.Skipped, WaitsUntil: l.Vault.WaitsUntil(job),
		StartedBy: &model.AuditActor{Kind: job.CallerKind, ID: job.CallerID, Name: job.CallerName}, CreatedAt: job.CreatedAt, FinishedAt: job.FinishedAt,
	}
}

func (l loader) verificationJobs(ctx context.Context, rows []models.VerificationJob, sel ast.SelectionSet) ([]*model.VerificationJob, error) {
	nodes := make([]*model.VerificationJob, len(rows))
	for i := range rows {
		nodes[i] = l.newVerificationJob(&rows[i])
	}
	if len(nodes) == 0 {
		return nodes, nil
	}
	for _, f := range fields(l.op, sel, "VerificationJob") {
		switch f.name {
		case "component":
			var ids []string
			for _, row := range rows {
				if row.ComponentID != "" {
					ids = append(ids, row.ComponentID)
				}
			}
			byID, err := l.componentsByID(ctx, ids, f.sel)
			if err != nil {
				return nil, err
			}
			for i, row := range rows {
				nodes[i].Component = byID[row.ComponentID]
			}
		case "results":
			if err := l.resultsOf(ctx, rows, nodes, f); err != nil {
				return nil, err
			}
		}
	}
	return nodes, nil
}

// resultsOf reads the same page of each job's results, and the credentials of all of them at once.
func (l loader) resultsOf(ctx context.Context, jobs []models.VerificationJob, nodes []*model.VerificationJob, f *field) error {
	nodeSel, _ := connection(l.op, f.sel, "VerificationResult")
	args, err := pageArgs(f.first(), f.after(), vault.MaxPage, false)
	if err != nil {
		return err
	}
	outcome := models.VerificationOutcome("")
	if only := f.outcome(); only != nil {
		outcome = *only
	}
	pages, err := l.Vault.VerificationResults(ctx, l.caller, jobs, outcome, args)
	if err != nil {
		return err
	}
	var ids []string
	for _, page := range pages {
		for _, item := range page.Items {
			ids = append(ids, item.CredentialID)
		}
	}
	credentials := map[string]*model.Credential{}
	if credentialSel, asked := below(l.op, nodeSel, "VerificationResult", "credential"); asked {
		slices.Sort(ids)
		rows, err := l.Vault.CredentialsByID(ctx, l.caller, slices.Compact(ids))
		if err != nil {
			return err
		}
		loaded, err := l.credentials(ctx, rows, credentialSel)
		if err != nil {
			return err
		}
		for _, node := range loaded {
			credentials[node.ID] = node
		}
	}
	key := model.NewResultsKey(f.first(), f.after(), f.outcome())
	for _, job := range nodes {
		if job.ResultPages == nil {
			job.ResultPages = map[model.PageKey]*model.VerificationResultConnection{}
		}
		job.ResultPages[key] = resultConnection(pages[job.ID], credentials, args.After)
	}
	return nil
}

func resultConnection(p models.Page[models.VerificationItem], credentials map[string]*model.Credential, after *models.Cursor) *model.VerificationResultConnection {
	c := &model.VerificationResultConnection{
		Nodes: make([]*model.VerificationResult, len(p.Items)), Edges: make([]*model.VerificationResultEdge, len(p.Items)), TotalCount: total(p.Total),
	}
	cursors := make([]string, len(p.Items))
	for i := range p.Items {
		item := &p.Items[i]
		c.Nodes[i] = &model.VerificationResult{CredentialID: item.CredentialID, Credential: credentials[item.CredentialID]}
		if tried := item.Verification(); tried != nil {
			c.Nodes[i].Verification = newVerification(*tried)
		}
		cursors[i] = encodeCursor(models.Cursor{ID: strconv.Itoa(int(item.Position))})
		c.Edges[i] = &model.VerificationResultEdge{Cursor: cursors[i], Node: c.Nodes[i]}
	}
	c.PageInfo = pageInfo(p.HasNext, after, cursors)
	return c
}

func jobConnection(p models.Page[models.VerificationJob], nodes []*model.VerificationJob, after *models.Cursor) *model.VerificationJobConnection {
	c := &model.VerificationJobConnection{Nodes: nodes, Edges: make([]*model.VerificationJobEdge, len(nodes)), TotalCount: total(p.Total)}
	cursors := make([]string, len(nodes))
	for i, node := range nodes {
		cursors[i] = encodeCursor(models.Cursor{ID: node.ID})
		c.Edges[i] = &model.VerificationJobEdge{Cursor: cursors[i], Node: node}
	}
	c.PageInfo = pageInfo(p.HasNext, after, cursors)
	return c
}

// jobBelow loads what a success is asked of its job.
func (l loader) jobBelow(ctx context.Context, job models.VerificationJob, sel ast.SelectionSet, success string) (*model.VerificationJob, error) {
	jobSel, _ := below(l.op, sel, success, "job")
	return one(l.verificationJobs(ctx, []models.VerificationJob{job}, jobSel))
}
