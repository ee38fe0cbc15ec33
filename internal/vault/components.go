package vault

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"keyward/catalog"
	"keyward/internal/store"
	"keyward/models"
)

// components is the catalog in memory: what there is now, what has retired, and the older descriptors that credentials
// were made with, read when first needed. Workspaces' own components are looked up in the database each time, so that a
// gateway sees at once what another one imported; only their descriptors, which never change, are kept.
type components struct {
	store    *store.Store
	log      *slog.Logger
	override func(string) (string, bool)
	byID     map[string]*models.Component
	sorted   []*models.Component // by title, then id
	older    *lru.Cache[[2]string, *models.Component]
	custom   *lru.Cache[[2]string, *models.Component]
}

func openComponents(ctx context.Context, c Config, now time.Time) (*components, error) {
	older, err := lru.New[[2]string, *models.Component](1024)
	if err != nil {
		return nil, err
	}
	custom, err := lru.New[[2]string, *models.Component](256)
	if err != nil {
		return nil, err
	}
	all := &components{store: c.Store, log: c.Log, override: c.Override, byID: map[string]*models.Component{}, older: older, custom: custom}
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
	slices.SortFunc(all.sorted, byTitle)
	return all, nil
}

func byTitle(a, b *models.Component) int {
	return cmp.Or(cmp.Compare(fold(a.Title), fold(b.Title)), cmp.Compare(a.ID, b.ID))
}

// addRetired adds what was in the catalog once: no list goes blank because a folder did, or because its stored
// descriptor can no longer be read.
func (c *components) addRetired(ctx context.Context) error {
	records, err := c.store.CatalogComponents(ctx)
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
	if old := c.kept(id, version); old != nil {
		return old, nil
	}
	row, err := r.ComponentVersion(ctx, id, version)
	if err != nil {
		return nil, err
	}
	return c.read(ctx, &row), nil
}

// kept finds a stored descriptor version in memory; nil when it isn't there.
func (c *components) kept(id, version string) *models.Component {
	kept := c.older
	if _, custom := models.ComponentKey(id); custom {
		kept = c.custom
	}
	component, _ := kept.Get([2]string{id, version})
	return component
}

// read takes a stored descriptor for what it describes, and keeps it in memory.
func (c *components) read(ctx context.Context, row *models.ComponentVersion) *models.Component {
	key, custom := models.ComponentKey(row.ComponentID)
	var (
		component *models.Component
		err       error
	)
	if custom {
		component, err = parseCustom(row.ComponentID, row.Descriptor)
	} else {
		component, err = catalog.Parse(key, row.Descriptor, row.Icon, c.override)
	}
	if err != nil { // a descriptor of another release, which this one can't read: its credentials can still be seen
		c.log.ErrorContext(ctx, "a stored component descriptor can't be read", "component", row.ComponentID, "version", row.Version, "error", err.Error())
		component = &models.Component{ID: row.ComponentID, Key: key, Version: row.Version, Title: key, Category: models.CategoryService, Retired: true, Custom: custom}
	}
	component.Version = row.Version // the digest of the whole text, of which less may be kept
	if custom {
		component.Descriptor, component.Warnings = nil, nil // which may be large, and are not needed any more
		c.custom.Add([2]string{row.ComponentID, row.Version}, component)
		return component
	}
	c.older.Add([2]string{row.ComponentID, row.Version}, component)
	return component
}

// find finds what a workspace may connect to now, retired components included. ErrNotFound of the store.
func (c *components) find(ctx context.Context, r store.Reader, workspace, id string) (*models.Component, error) {
	if now := c.byID[id]; now != nil {
		return now, nil
	}
	found, err := c.findAll(ctx, r, workspace, []string{id})
	if err == nil && found[id] == nil {
		err = store.ErrNotFound
	}
	return found[id], err
}

// findAll is find for many at once.
func (c *components) findAll(ctx context.Context, r store.Reader, workspace string, ids []string) (map[string]*models.Component, error) {
	found, err := c.currentAll(ctx, r, workspace, ids)
	for id := range found {
		if _, custom := models.ComponentKey(id); !custom && c.byID[id] == nil { // only a newer gateway knows how to connect to it
			delete(found, id)
		}
	}
	return found, err
}

// current is find, and what only a newer gateway knows, as it was recorded last. ErrNotFound of the store.
func (c *components) current(ctx context.Context, r store.Reader, workspace, id string) (*models.Component, error) {
	found, err := c.currentAll(ctx, r, workspace, []string{id})
	if err == nil && found[id] == nil {
		err = store.ErrNotFound
	}
	return found[id], err
}

// currentAll is current for many at once.
func (c *components) currentAll(ctx context.Context, r store.Reader, workspace string, ids []string) (map[string]*models.Component, error) {
	found := make(map[string]*models.Component, len(ids))
	var unknown []string
	for _, id := range ids {
		if now := c.byID[id]; now != nil {
			found[id] = now
		} else if !slices.Contains(unknown, id) {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return found, nil
	}
	records, err := r.ComponentsByID(ctx, workspace, unknown)
	if err != nil {
		return nil, err
	}
	list, err := c.recorded(ctx, r, records)
	for _, component := range list {
		found[component.ID] = component
	}
	return found, err
}

// recorded finds what the records stand for, without what was deleted since they were read. What is not in memory is read at once, however
// much that is: reading pushes out of memory what was there, so nothing is looked for there twice.
func (c *components) recorded(ctx context.Context, r store.Reader, records []models.ComponentRecord) ([]*models.Component, error) {
	found := make(map[string]*models.Component, len(records))
	var unread []string
	for _, record := range records {
		if found[record.ID] = c.kept(record.ID, record.Version); found[record.ID] == nil {
			unread = append(unread, record.ID)
		}
	}
	if len(unread) > 0 {
		rows, err := r.CurrentVersions(ctx, unread)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			found[rows[i].ComponentID] = c.read(ctx, &rows[i])
		}
	}
	list := make([]*models.Component, 0, len(records))
	for _, record := range records {
		component := found[record.ID]
		if component == nil {
			continue
		}
		if record.Retired && !component.Retired {
			retired := *component
			retired.Retired = true
			component = &retired
		}
		list = append(list, component)
	}
	return list, nil
}

// all are what a workspace can connect to, by title, then id: the catalog and its own, retired components included.
func (c *components) all(ctx context.Context, r store.Reader, workspace string) ([]*models.Component, error) {
	records, err := r.CustomComponents(ctx, workspace)
	if err != nil || len(records) == 0 {
		return c.sorted, err
	}
	custom, err := c.recorded(ctx, r, records)
	if err != nil {
		return nil, err
	}
	list := slices.Clone(c.sorted)
	for _, component := range custom {
		at, _ := slices.BinarySearchFunc(list, component, byTitle)
		list = slices.Insert(list, at, component)
	}
	return list, nil
}

// titleOf is what people call a component, as far as it can be told without asking anybody.
func (c *components) titleOf(id string) string {
	if component := c.byID[id]; component != nil {
		return component.Title
	}
	key, _ := models.ComponentKey(id)
	return key
}
