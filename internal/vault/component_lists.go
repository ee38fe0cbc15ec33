package vault

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"keyward/catalog"
	"keyward/models"
)

// Icon returns a component's SVG.
func (v *Vault) Icon(key string) ([]byte, bool) {
	component := v.components.byID[models.ComponentID(key)]
	if component == nil || len(component.Icon) == 0 {
		return nil, false
	}
	return component.Icon, true
}

// ComponentFilter narrows a list of components.
type ComponentFilter struct {
	Search    string
	Category  models.ComponentCategory
	Connected bool
}

// ComponentsByID finds those that the workspace can connect to.
func (v *Vault) ComponentsByID(ctx context.Context, caller models.Caller, ids []string) (map[string]*models.Component, error) {
	if err := caller.May(models.ReadComponents); err != nil {
		return nil, err
	}
	return v.components.findAll(ctx, v.store.Reader, caller.WorkspaceID, ids)
}

// ComponentByKey finds one by its key, the workspace's own before the catalog's; nil when there is none.
func (v *Vault) ComponentByKey(ctx context.Context, caller models.Caller, key string) (*models.Component, error) {
	if !catalog.IsKey(key) {
		return nil, caller.May(models.ReadComponents)
	}
	custom, builtin := models.CustomComponentID(caller.WorkspaceID, key), models.ComponentID(key)
	found, err := v.ComponentsByID(ctx, caller, []string{custom, builtin})
	if component := found[custom]; component != nil {
		return component, err
	}
	return found[builtin], err
}

// listed calls each with the components that a list of the filter shows, by title: retired ones only while the workspace has credentials
// for them. counts are the workspace's credentials by component.
func (v *Vault) listed(ctx context.Context, workspace string, f ComponentFilter, counts map[string]int, each func(*models.Component)) error {
	all, err := v.components.all(ctx, v.store.Reader, workspace)
	if err != nil {
		return err
	}
	if counts == nil && (f.Connected || slices.ContainsFunc(all, func(c *models.Component) bool { return c.Retired })) {
		if counts, err = v.store.CredentialCounts(ctx, workspace); err != nil {
			return err
		}
	}
	search := fold(strings.TrimSpace(f.Search))
	for _, component := range all {
		switch {
		case (f.Connected || component.Retired) && counts[component.ID] == 0,
			f.Category != "" && component.Category != f.Category,
			!strings.Contains(fold(component.Title), search) && !strings.Contains(component.Key, search):
			continue
		}
		each(component)
	}
	return nil
}

// Components lists components by title. Retired ones are listed only while the workspace has credentials for them.
func (v *Vault) Components(ctx context.Context, caller models.Caller, f ComponentFilter, p models.PageArgs) (models.Page[*models.Component], error) {
	result := models.Page[*models.Component]{}
	if err := caller.May(models.ReadComponents); err != nil {
		return result, err
	}
	err := v.listed(ctx, caller.WorkspaceID, f, nil, func(component *models.Component) {
		result.Total++
		if after := p.After; after != nil && cmp.Or(cmp.Compare(fold(component.Title), after.SortName), cmp.Compare(component.ID, after.ID)) <= 0 {
			return
		}
		if len(result.Items) < p.First {
			result.Items = append(result.Items, component)
		} else {
			result.HasNext = true
		}
	})
	return result, err
}

// CategoryCount is how many components of a family a list would show, and how many credentials the workspace has for them.
type CategoryCount struct {
	Category                models.ComponentCategory
	Components, Credentials int
}

// CategoryCounts counts all families, in their order, those with none included. Credentials count only where the caller may read them.
func (v *Vault) CategoryCounts(ctx context.Context, caller models.Caller, f ComponentFilter) ([]CategoryCount, error) {
	if err := caller.May(models.ReadComponents); err != nil {
		return nil, err
	}
	counts, err := v.store.CredentialCounts(ctx, caller.WorkspaceID)
	if err != nil {
		return nil, err
	}
	list := make([]CategoryCount, len(models.Categories))
	for i, category := range models.Categories {
		list[i].Category = category
	}
	err = v.listed(ctx, caller.WorkspaceID, f, counts, func(component *models.Component) {
		if i := slices.Index(models.Categories, component.Category); i >= 0 {
			list[i].Components++
			list[i].Credentials += counts[component.ID]
		}
	})
	return list, err
}

// ComponentCursor is a component's place in the list.
func ComponentCursor(c *models.Component) models.Cursor {
	return models.Cursor{SortName: fold(c.Title), ID: c.ID}
}

// CredentialCounts counts the workspace's credentials by component.
func (v *Vault) CredentialCounts(ctx context.Context, caller models.Caller) (map[string]int, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.CredentialCounts(ctx, caller.WorkspaceID)
}

// ComponentsOf finds the components of credentials or steps as they are now.
func (v *Vault) ComponentsOf(ctx context.Context, caller models.Caller, ids []string) (map[string]*models.Component, error) {
	if err := caller.May(models.ReadComponents); err != nil {
		return nil, err
	}
	return v.components.currentAll(ctx, v.store.Reader, caller.WorkspaceID, ids)
}

// MethodOf finds a credential's auth method as it was when the credential was saved.
func (v *Vault) MethodOf(ctx context.Context, caller models.Caller, c *models.Credential) (*models.AuthMethod, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.methodOf(ctx, c)
}

// methodOf is MethodOf for who may, and outside any transaction: it reads by a connection of its own.
func (v *Vault) methodOf(ctx context.Context, c *models.Credential) (*models.AuthMethod, error) {
	component, err := v.components.version(ctx, v.store.Reader, c.ComponentID, c.ComponentVersion)
	if err != nil {
		return nil, err
	}
	return methodIn(component, c.Method), nil
}

// methodIn finds a component's method. Of one that can't be read any more, only the key is known.
func methodIn(component *models.Component, key string) *models.AuthMethod {
	if method, ok := component.Method(key); ok {
		return method
	}
	return &models.AuthMethod{Key: key, Title: key, Kind: models.AuthCustom}
}
