package vault

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"keyward/catalog"
	"keyward/internal/store"
	"keyward/models"
)

// components is the catalog in memory: what there is now, what has retired, and the older descriptors that credentials
// were made with, read when first needed.
type components struct {
	store    *store.Store
	log      *slog.Logger
	override func(string) (string, bool)
	byID     map[string]*models.Component
	sorted   []*models.Component // by title, then id
	older    *lru.Cache[[2]string, *models.Component]
}

func openComponents(ctx context.Context, c Config, now time.Time) (*components, error) {
	older, err := lru.New[[2]string, *models.Component](1024)
	if err != nil {
		return nil, err
	}
	all := &components{store: c.Store, log: c.Log, override: c.Override, byID: map[string]*models.Component{}, older: older}
	var (
		records  []models.ComponentRecord
		versions []models.ComponentVersion
	)
	for _, component := range c.Catalog {
		all.byID[component.ID] = component
		icon := component.Icon
		if icon == nil {
			icon = []byte{}
		}
		records = append(records, models.ComponentRecord{ID: component.ID, Version: component.Version})
		versions = append(versions, models.ComponentVersion{
			ComponentID: component.ID, Version: component.Version, Descriptor: component.Descriptor, Icon: icon, CreatedAt: now,
		})
	}
	if err := c.Store.Save(ctx, func(tx *store.Tx) error { return tx.SaveComponents(ctx, records, versions) }); err != nil {
		return nil, err
	}
	if err := all.addRetired(ctx); err != nil {
		return nil, err
	}
	for _, component := range all.byID {
		all.sorted = append(all.sorted, component)
	}
	slices.SortFunc(all.sorted, func(a, b *models.Component) int {
		return cmp.Or(cmp.Compare(fold(a.Title), fold(b.Title)), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// addRetired adds what was in the catalog once: no list goes blank because a folder did, or because its stored
// descriptor can no longer be read.
func (c *components) addRetired(ctx context.Context) error {
	records, err := c.store.Components(ctx)
	if err != nil {
		return err
	}
	for _, record := range records {
		if c.byID[record.ID] != nil {
			continue
		}
		component, err := c.version(ctx, c.store.Reader, record.ID, record.Version)
		if err != nil {
			return err
		}
		retired := *component
		retired.Retired = true
		c.byID[record.ID] = &retired
	}
	return nil
}

// version finds one descriptor version of a component, by way of the reader at hand: inside a transaction a second
// connection must not be waited for. ErrNotFound of the store.
func (c *components) version(ctx context.Context, r store.Reader, id, version string) (*models.Component, error) {
	if now := c.byID[id]; now != nil && now.Version == version {
		return now, nil
	}
	if old, ok := c.older.Get([2]string{id, version}); ok {
		return old, nil
	}
	row, err := r.ComponentVersion(ctx, id, version)
	if err != nil {
		return nil, err
	}
	key := strings.TrimPrefix(id, models.ComponentIDPrefix)
	component, err := catalog.Parse(key, row.Descriptor, row.Icon, c.override)
	if err != nil { // a descriptor of another release, which this one can't read: its credentials can still be seen
		c.log.ErrorContext(ctx, "a stored component descriptor can't be read", "component", id, "version", version, "error", err.Error())
		component = &models.Component{ID: id, Key: key, Version: version, Title: key, Category: models.CategoryService, Retired: true}
	}
	c.older.Add([2]string{id, version}, component)
	return component, nil
}

// current finds what the catalog holds now, retired components included. What only a newer gateway knows is found as it
// was recorded last. ErrNotFound of the store.
func (c *components) current(ctx context.Context, r store.Reader, id string) (*models.Component, error) {
	if now := c.byID[id]; now != nil {
		return now, nil
	}
	record, err := r.Component(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.version(ctx, r, id, record.Version)
}

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

// Component finds a component by id or key; nil when there is none.
func (v *Vault) Component(_ context.Context, caller models.Caller, id string) (*models.Component, error) {
	if err := caller.May(models.ReadComponents); err != nil {
		return nil, err
	}
	return v.components.byID[id], nil
}

// Components lists components by title. Retired ones are listed only while the workspace has credentials for them.
func (v *Vault) Components(ctx context.Context, caller models.Caller, f ComponentFilter, p models.PageArgs) (models.Page[*models.Component], error) {
	result := models.Page[*models.Component]{}
	if err := caller.May(models.ReadComponents); err != nil {
		return result, err
	}
	var counts map[string]int
	if f.Connected || slices.ContainsFunc(v.components.sorted, func(c *models.Component) bool { return c.Retired }) {
		var err error
		if counts, err = v.store.CredentialCounts(ctx, caller.WorkspaceID); err != nil {
			return result, err
		}
	}
	search := fold(strings.TrimSpace(f.Search))
	for _, component := range v.components.sorted {
		title := fold(component.Title)
		switch {
		case (f.Connected || component.Retired) && counts[component.ID] == 0,
			f.Category != "" && component.Category != f.Category,
			!strings.Contains(title, search) && !strings.Contains(component.Key, search):
			continue
		}
		result.Total++
		if after := p.After; after != nil && cmp.Or(cmp.Compare(title, after.SortName), cmp.Compare(component.ID, after.ID)) <= 0 {
			continue
		}
		if len(result.Items) < p.First {
			result.Items = append(result.Items, component)
		} else {
			result.HasNext = true
		}
	}
	return result, nil
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

// ComponentOf finds the component of a credential or step as it is now.
func (v *Vault) ComponentOf(ctx context.Context, caller models.Caller, id string) (*models.Component, error) {
	if err := caller.May(models.ReadComponents); err != nil {
		return nil, err
	}
	return v.components.current(ctx, v.store.Reader, id)
}

// MethodOf finds a credential's auth method as it was when the credential was saved.
func (v *Vault) MethodOf(ctx context.Context, caller models.Caller, c *models.Credential) (*models.AuthMethod, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.methodOf(ctx, c)
}

func (v *Vault) methodOf(ctx context.Context, c *models.Credential) (*models.AuthMethod, error) {
	component, err := v.components.version(ctx, v.store.Reader, c.ComponentID, c.ComponentVersion)
	if err != nil {
		return nil, err
	}
	if method, ok := component.Method(c.Method); ok {
		return method, nil
	}
	return &models.AuthMethod{Key: c.Method, Title: c.Method, Kind: models.AuthCustom}, nil
}
