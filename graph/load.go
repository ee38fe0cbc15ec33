package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"keyward/graph/model"
	"keyward/internal/auth"
	"keyward/internal/vault"
	"keyward/models"
)

// loader fills in what an answer's selection asks for, level by level and for all rows at once. So a list costs the same
// number of queries at 1 and at 100 rows, whatever the timing, and no field needs a goroutine or a wait.
type loader struct {
	*Resolver
	caller models.Caller
	op     *graphql.OperationContext
}

// load returns the loader of this request, and what is asked below the current field.
func (r *Resolver) load(ctx context.Context) (loader, ast.SelectionSet) {
	op, sel := asked(ctx)
	return loader{Resolver: r, caller: auth.Caller(ctx), op: op}, sel
}

const maxVerifications = 50

func (l loader) components(ctx context.Context, list []*models.Component, sel ast.SelectionSet) ([]*model.Component, error) {
	nodes := make([]*model.Component, len(list))
	for i, source := range list {
		nodes[i] = newComponent(source, l.BaseURL)
	}
	if len(nodes) == 0 {
		return nodes, nil
	}
	for _, f := range fields(l.op, sel, "Component") {
		switch f.name {
		case "authMethods":
			var all []*models.AuthMethod
			for _, c := range nodes {
				for i := range c.Source.Methods {
					all = append(all, &c.Source.Methods[i])
				}
			}
			made, err := l.authMethods(ctx, all, f.sel)
			if err != nil {
				return nil, err
			}
			for _, c := range nodes {
				for i := range c.Source.Methods {
					c.AuthMethods = append(c.AuthMethods, made[&c.Source.Methods[i]])
				}
			}
		case "credentialCount":
			counts, err := l.Vault.CredentialCounts(ctx, l.caller)
			if err != nil {
				return nil, err
			}
			for _, c := range nodes {
				c.CredentialCount = total(counts[c.ID])
			}
		case "credentials":
			if err := l.credentialsOf(ctx, nodes, f); err != nil {
				return nil, err
			}
		}
	}
	return nodes, nil
}

func (l loader) credentialsOf(ctx context.Context, components []*model.Component, f *field) error {
	nodeSel, withTotal := connection(l.op, f.sel, "Credential")
	args, err := pageArgs(f.first(), f.after(), vault.MaxPage, withTotal)
	if err != nil {
		return err
	}
	ids := make([]string, len(components))
	for i, c := range components {
		ids[i] = c.ID
	}
	pages, err := l.Vault.CredentialsOfComponents(ctx, l.caller, ids, args)
	if err != nil {
		return err
	}
	var all []models.Credential
	for _, id := range ids {
		all = append(all, pages[id].Items...)
	}
	nodes, err := l.credentials(ctx, all, nodeSel)
	if err != nil {
		return err
	}
	key := model.NewPageKey(f.first(), f.after(), nil)
	for _, c := range components {
		page := pages[c.ID]
		if c.CredentialPages == nil {
			c.CredentialPages = map[model.PageKey]*model.CredentialConnection{}
		}
		c.CredentialPages[key] = credentialConnection(page, nodes[:len(page.Items)], args.After)
		nodes = nodes[len(page.Items):]
	}
	return nil
}

func (l loader) credentials(ctx context.Context, rows []models.Credential, sel ast.SelectionSet) ([]*model.Credential, error) {
	nodes := make([]*model.Credential, len(rows))
	ids := make([]string, len(rows))
	for i := range rows {
		nodes[i] = newCredential(&rows[i], l.Vault.StatusOf(&rows[i]))
		ids[i] = rows[i].ID
	}
	if len(nodes) == 0 {
		return nodes, nil
	}
	asked := fields(l.op, sel, "Credential")
	if slices.ContainsFunc(asked, func(f *field) bool { return slices.Contains(ofGrants, f.name) }) {
		grants, err := l.Vault.Grants(ctx, l.caller, ids)
		if err != nil {
			return nil, err
		}
		for _, c := range nodes {
			if g, ok := grants[c.ID]; ok {
				setGrant(c, &g)
			}
		}
	}
	for _, f := range asked {
		if err := l.credentialField(ctx, nodes, ids, f); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

func (l loader) credentialField(ctx context.Context, nodes []*model.Credential, ids []string, f *field) error {
	switch f.name {
	case "component":
		return l.componentsOfCredentials(ctx, nodes, f.sel)
	case "authMethod", "fields":
		return l.methodAndFields(ctx, nodes, f)
	case "lastVerification":
		return l.verifications(ctx, nodes, ids, 1)
	case "verifications":
		if _, err := pageArgs(f.first(), nil, maxVerifications, false); err != nil {
			return err
		}
		return l.verifications(ctx, nodes, ids, int(f.first()))
	case "flows":
		return l.flowsOf(ctx, nodes, ids, f)
	case "activeFlowCount":
		counts, err := l.Vault.ActiveFlowCounts(ctx, l.caller, ids)
		if err != nil {
			return err
		}
		for _, c := range nodes {
			c.ActiveFlowCount = total(counts[c.ID])
		}
	case "tags":
		tags, err := l.Vault.Tags(ctx, l.caller, ids)
		if err != nil {
			return err
		}
		for _, c := range nodes {
			c.Tags = tags[c.ID]
		}
	}
	return nil
}

func (l loader) componentsOfCredentials(ctx context.Context, nodes []*model.Credential, sel ast.SelectionSet) error {
	ids := make([]string, len(nodes))
	for i, c := range nodes {
		ids[i] = c.Source.ComponentID
	}
	byID, err := l.componentsByID(ctx, ids, sel)
	if err != nil {
		return err
	}
	for _, c := range nodes {
		c.Component = byID[c.Source.ComponentID]
	}
	return nil
}

// component finds one by its id or by its key; nil when there is none.
func (l loader) component(ctx context.Context, id, key *string) (*models.Component, error) {
	if key != nil {
		return l.Vault.ComponentByKey(ctx, l.caller, *key)
	}
	found, err := l.Vault.ComponentsByID(ctx, l.caller, []string{*id})
	return found[*id], err
}

// componentsByID loads each component once, however often its id is given.
func (l loader) componentsByID(ctx context.Context, ids []string, sel ast.SelectionSet) (map[string]*model.Component, error) {
	sources, err := l.Vault.ComponentsOf(ctx, l.caller, ids)
	if err != nil {
		return nil, err
	}
	list := slices.Collect(maps.Values(sources))
	byID := make(map[string]*model.Component, len(list))
	nodes, err := l.components(ctx, list, sel)
	for _, node := range nodes {
		byID[node.ID] = node
	}
	return byID, err
}

// ofGrants are the fields of a credential that tell of its connection.
var ofGrants = []string{"grantedScopes", "missingScopes", "accessTokenExpiresAt", "connection"}

// authMethods makes each method once, with who gives its tokens where that is asked for.
func (l loader) authMethods(ctx context.Context, list []*models.AuthMethod, sel ast.SelectionSet) (map[*models.AuthMethod]*model.AuthMethod, error) {
	made := make(map[*models.AuthMethod]*model.AuthMethod, len(list))
	var connecting []*models.AuthMethod
	for _, m := range list {
		if made[m] == nil {
			made[m] = newAuthMethod(m)
			if m.Connects() {
				connecting = append(connecting, m)
			}
		}
	}
	settingsSel, asked := below(l.op, sel, "AuthMethod", "oauth")
	if !asked || len(connecting) == 0 {
		return made, nil
	}
	var providers map[string]*model.OAuthProvider
	if providerSel, asked := below(l.op, settingsSel, "OAuthSettings", "provider"); asked {
		found, err := l.Vault.OAuthProviders(ctx, l.caller)
		if err != nil {
			return nil, err
		}
		if providers, err = l.oauthProviders(ctx, found, providerSel); err != nil {
			return nil, err
		}
	}
	for _, m := range connecting {
		made[m].Oauth = &model.OAuthSettings{CallbackURL: l.Vault.CallbackURL(), Provider: providers[m.Provider()]}
	}
	return made, nil
}

func (l loader) oauthProviders(ctx context.Context, list []vault.OAuthProvider, sel ast.SelectionSet) (map[string]*model.OAuthProvider, error) {
	componentSel, asked := below(l.op, sel, "OAuthProvider", "components")
	made := make(map[string]*model.OAuthProvider, len(list))
	var all []*models.Component
	for _, p := range list {
		made[p.Key] = &model.OAuthProvider{Key: p.Key, CallbackURL: l.Vault.CallbackURL(), Client: newOAuthClient(p.Client), Components: []*model.Component{}}
		all = append(all, p.Components...)
	}
	if !asked {
		return made, nil
	}
	nodes, err := l.components(ctx, all, componentSel)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		made[p.Key].Components, nodes = nodes[:len(p.Components)], nodes[len(p.Components):]
	}
	return made, nil
}

func (l loader) oauthProvider(ctx context.Context, p vault.OAuthProvider, sel ast.SelectionSet, success string) (*model.OAuthProvider, error) {
	providerSel, _ := below(l.op, sel, success, "provider")
	made, err := l.oauthProviders(ctx, []vault.OAuthProvider{p}, providerSel)
	return made[p.Key], err
}

func (l loader) methodAndFields(ctx context.Context, nodes []*model.Credential, f *field) error {
	methods := make([]*models.AuthMethod, len(nodes))
	for i, c := range nodes {
		var err error
		if methods[i], err = l.Vault.MethodOf(ctx, l.caller, &c.Source); err != nil {
			return err
		}
	}
	if f.name == "authMethod" {
		made, err := l.authMethods(ctx, methods, f.sel)
		if err != nil {
			return err
		}
		for i, c := range nodes {
			c.AuthMethod = made[methods[i]]
		}
		return nil
	}
	for i, c := range nodes {
		m := methods[i]
		shown, err := l.Vault.Shown(ctx, l.caller, &c.Source)
		if err != nil {
			return err
		}
		c.Fields = newCredentialFields(m, shown)
	}
	return nil
}

// verifications loads the newest n; what an earlier field of the selection loaded is kept where it is longer.
func (l loader) verifications(ctx context.Context, nodes []*model.Credential, ids []string, n int) error {
	byID, err := l.Vault.Verifications(ctx, l.caller, ids, n)
	if err != nil {
		return err
	}
	for _, c := range nodes {
		list := byID[c.ID]
		if len(list) > len(c.History) {
			c.History = make([]*model.Verification, len(list))
			for i := range list {
				c.History[i] = newVerification(list[i])
			}
		}
		if len(c.History) > 0 {
			c.LastVerification = c.History[0]
		}
	}
	return nil
}

func (l loader) flowsOf(ctx context.Context, nodes []*model.Credential, ids []string, f *field) error {
	nodeSel, withTotal := connection(l.op, f.sel, "Flow")
	args, err := pageArgs(f.first(), f.after(), vault.MaxPage, withTotal)
	if err != nil {
		return err
	}
	pages, err := l.Vault.FlowsOfCredentials(ctx, l.caller, ids, f.active(), args)
	if err != nil {
		return err
	}
	var all []models.Flow
	for _, id := range ids {
		all = append(all, pages[id].Items...)
	}
	flows, err := l.flows(ctx, all, nodeSel)
	if err != nil {
		return err
	}
	key := model.NewPageKey(f.first(), f.after(), f.active())
	for _, c := range nodes {
		page := pages[c.ID]
		if c.FlowPages == nil {
			c.FlowPages = map[model.PageKey]*model.FlowConnection{}
		}
		c.FlowPages[key] = flowConnection(page, flows[:len(page.Items)], args.After)
		flows = flows[len(page.Items):]
	}
	return nil
}

func (l loader) flows(ctx context.Context, rows []models.Flow, sel ast.SelectionSet) ([]*model.Flow, error) {
	nodes := make([]*model.Flow, len(rows))
	ids := make([]string, len(rows))
	for i := range rows {
		nodes[i] = newFlow(&rows[i])
		ids[i] = rows[i].ID
	}
	if len(nodes) == 0 {
		return nodes, nil
	}
	asked := fields(l.op, sel, "Flow")
	if !slices.ContainsFunc(asked, func(f *field) bool { return f.name == "steps" || f.name == "problems" }) {
		return nodes, nil
	}
	slices.Sort(ids)
	steps, err := l.Vault.Steps(ctx, l.caller, slices.Compact(ids)) // one flow may be listed under several credentials
	if err != nil {
		return nil, err
	}
	var all []stepOf
	for _, flow := range nodes {
		flow.Problems = []*model.FlowProblem{}
		flow.Steps = []*model.FlowStep{}
		for i := range steps[flow.ID] {
			step := &steps[flow.ID][i]
			node := newFlowStep(step)
			flow.Steps = append(flow.Steps, node)
			all = append(all, stepOf{row: step, node: node})
			if step.Problem != nil {
				flow.Problems = append(flow.Problems, newFlowProblem(*step.Problem))
			}
		}
	}
	stepSel, _ := below(l.op, sel, "Flow", "steps")
	return nodes, l.steps(ctx, all, stepSel)
}

type stepOf struct {
	row  *vault.Step
	node *model.FlowStep
}

func (l loader) steps(ctx context.Context, steps []stepOf, sel ast.SelectionSet) error {
	for _, f := range fields(l.op, sel, "FlowStep") {
		switch f.name {
		case "component":
			ids := make([]string, len(steps))
			for i, step := range steps {
				ids[i] = step.row.ComponentID
			}
			byID, err := l.componentsByID(ctx, ids, f.sel)
			if err != nil {
				return err
			}
			for _, step := range steps {
				step.node.Component = byID[step.row.ComponentID]
			}
		case "credential":
			if err := l.credentialsOfSteps(ctx, steps, f.sel); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l loader) credentialsOfSteps(ctx context.Context, steps []stepOf, sel ast.SelectionSet) error {
	var ids []string
	for _, step := range steps {
		if step.row.CredentialID != nil {
			ids = append(ids, *step.row.CredentialID)
		}
	}
	slices.Sort(ids)
	rows, err := l.Vault.CredentialsByID(ctx, l.caller, slices.Compact(ids))
	if err != nil {
		return err
	}
	nodes, err := l.credentials(ctx, rows, sel)
	if err != nil {
		return err
	}
	byID := make(map[string]*model.Credential, len(nodes))
	for _, node := range nodes {
		byID[node.ID] = node
	}
	for _, step := range steps {
		if step.row.CredentialID != nil {
			step.node.Credential = byID[*step.row.CredentialID]
		}
	}
	return nil
}

// one is the only element of what was loaded; nil when nothing was found.
func one[T any](nodes []*T, err error) (*T, error) {
	if err != nil || len(nodes) == 0 {
		return nil, err
	}
	return nodes[0], nil
}

// credentialBelow loads what a success is asked of its credential.
func (l loader) credentialBelow(ctx context.Context, saved models.Credential, sel ast.SelectionSet, success string) (*model.Credential, error) {
	credentialSel, _ := below(l.op, sel, success, "credential")
	return one(l.credentials(ctx, []models.Credential{saved}, credentialSel))
}

// flowBelow loads what a success is asked of its flow.
func (l loader) flowBelow(ctx context.Context, saved models.Flow, sel ast.SelectionSet, success string) (*model.Flow, error) {
	flowSel, _ := below(l.op, sel, success, "flow")
	return one(l.flows(ctx, []models.Flow{saved}, flowSel))
}
