package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyward/models"
)

// CatalogComponents reads every component that was ever in the catalog.
func (r Reader) CatalogComponents(ctx context.Context) ([]models.ComponentRecord, error) {
	var rows []models.ComponentRecord
	err := r.db.WithContext(ctx).Where("workspace_id IS NULL").Order("id").Find(&rows).Error
	return rows, err
}

// Component reads one that was ever in the catalog, or that is the workspace's own. ErrNotFound.
func (r Reader) Component(ctx context.Context, workspace, id string) (models.ComponentRecord, error) {
	rows, err := r.ComponentsByID(ctx, workspace, []string{id})
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	return first(rows), err
}

// ComponentsByID reads those that were ever in the catalog, or are the workspace's own.
func (r Reader) ComponentsByID(ctx context.Context, workspace string, ids []string) ([]models.ComponentRecord, error) {
	var rows []models.ComponentRecord
	err := r.db.WithContext(ctx).Where("id IN ? AND (workspace_id IS NULL OR workspace_id = ?)", ids, workspace).Find(&rows).Error
	return rows, err
}

// CustomComponents reads the workspace's own.
func (r Reader) CustomComponents(ctx context.Context, workspace string) ([]models.ComponentRecord, error) {
	var rows []models.ComponentRecord
	err := r.db.WithContext(ctx).Where("workspace_id = ?", workspace).Order("id").Find(&rows).Error
	return rows, err
}

// CustomDescriptorBytes adds up the descriptors of the workspace's own components, all versions of each.
func (r Reader) CustomDescriptorBytes(ctx context.Context, workspace string) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Model(&models.ComponentVersion{}).Select("COALESCE(SUM(LENGTH(component_versions.descriptor)), 0)").
		Joins("JOIN components c ON c.id = component_versions.component_id").Where("c.workspace_id = ?", workspace).Scan(&n).Error
	return n, err
}

// ComponentVersion reads one descriptor as it was. ErrNotFound.
func (r Reader) ComponentVersion(ctx context.Context, component, version string) (models.ComponentVersion, error) {
	var v models.ComponentVersion
	err := r.db.WithContext(ctx).Where("component_id = ? AND version = ?", component, version).Take(&v).Error
	return v, notFound(err)
}

// CurrentVersions reads the newest descriptor of each component.
func (r Reader) CurrentVersions(ctx context.Context, components []string) ([]models.ComponentVersion, error) {
	var rows []models.ComponentVersion
	err := r.db.WithContext(ctx).Joins("JOIN components c ON c.id = component_versions.component_id AND c.version = component_versions.version").
		Where("component_versions.component_id IN ?", components).Find(&rows).Error
	return rows, err
}

// SaveComponents records what the catalog holds now.
func (t *Tx) SaveComponents(ctx context.Context, components []models.ComponentRecord, versions []models.ComponentVersion) error {
	if len(components) == 0 {
		return nil
	}
	err := t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"version"}),
	}).Create(&components).Error
	if err != nil {
		return err
	}
	return t.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&versions, 50).Error
}

// SaveCustomComponent writes a new version of a workspace's own component, or the first one, and drops old versions that nothing was made
// with: of all, as many stay as kept says, the newest. This one stays, though its gateway's clock may be behind others'.
func (t *Tx) SaveCustomComponent(ctx context.Context, c *models.ComponentRecord, v *models.ComponentVersion, kept int) error {
	err := t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"version", "retired"}),
	}).Create(c).Error
	if err != nil {
		return err
	}
	err = t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "component_id"}, {Name: "version"}}, DoUpdates: clause.AssignmentColumns([]string{"created_at"}),
	}).Create(v).Error
	if err != nil {
		return err
	}
	newest := t.db.Model(&models.ComponentVersion{}).Select("version").Where("component_id = ? AND version <> ?", c.ID, c.Version).Order("created_at DESC, version").Limit(kept - 1)
	return unlessUsed(t.db.WithContext(ctx).Where("component_id = ? AND version <> ? AND version NOT IN (?)", c.ID, c.Version, newest).
		Where("NOT EXISTS (SELECT 1 FROM credentials WHERE credentials.component_id = component_versions.component_id AND credentials.component_version = component_versions.version)").
		Delete(&models.ComponentVersion{}).Error)
}

// RetireComponent keeps a workspace's own component only for what still uses it.
func (t *Tx) RetireComponent(ctx context.Context, workspace, id string) error {
	return t.db.WithContext(ctx).Model(&models.ComponentRecord{}).Where("workspace_id = ? AND id = ?", workspace, id).UpdateColumn("retired", true).Error
}

// unused narrows a query to the workspace's own components that no credential and no step uses.
func unused(db *gorm.DB, workspace string) *gorm.DB {
	return db.Where("workspace_id = ?", workspace).
		Where("NOT EXISTS (SELECT 1 FROM credentials WHERE credentials.workspace_id = components.workspace_id AND credentials.component_id = components.id)").
		Where("NOT EXISTS (SELECT 1 FROM flow_steps WHERE flow_steps.workspace_id = components.workspace_id AND flow_steps.component_id = components.id)")
}

// DeleteComponent deletes a workspace's own component with all its versions and its OAuth clients, if no credential and no step uses it; it
// reports whether it did.
func (t *Tx) DeleteComponent(ctx context.Context, workspace, id string) (bool, error) {
	return t.deleteComponents(ctx, workspace, "components.id = ?", id)
}

// DropRetiredComponents deletes the workspace's own components that have retired and that nothing uses any more, with their OAuth clients.
func (t *Tx) DropRetiredComponents(ctx context.Context, workspace string) error {
	_, err := t.deleteComponents(ctx, workspace, "components.retired")
	return err
}

func (t *Tx) deleteComponents(ctx context.Context, workspace, which string, args ...any) (bool, error) {
	var ids []string
	if err := unused(t.db.WithContext(ctx).Model(&models.ComponentRecord{}), workspace).Where(which, args...).Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
		return false, err
	}
	if err := t.db.WithContext(ctx).Where("component_id IN ?", ids).Delete(&models.ComponentVersion{}).Error; err != nil {
		return false, unlessUsed(err)
	}
	if err := t.db.WithContext(ctx).Where("id IN ?", ids).Delete(&models.ComponentRecord{}).Error; err != nil {
		return false, unlessUsed(err)
	}
	for _, id := range ids {
		if err := t.deleteOAuthClientsOf(ctx, workspace, id); err != nil {
			return false, err
		}
	}
	return true, nil
}

// deleteOAuthClientsOf deletes the workspace's clients at the providers that a component of its own has named, in whatever version.
func (t *Tx) deleteOAuthClientsOf(ctx context.Context, workspace, component string) error {
	key, _ := models.ComponentKey(component)
	prefix := models.CustomProvidersOf(key)
	return t.db.WithContext(ctx).Where("workspace_id = ? AND provider >= ? AND provider < ?", workspace, prefix, prefix+"\x7f").Delete(&models.OAuthClient{}).Error
}

// deleteCustomComponents deletes all of a workspace's own, after everything that used them.
func (t *Tx) deleteCustomComponents(ctx context.Context, workspace string) error {
	own := t.db.Model(&models.ComponentRecord{}).Select("id").Where("workspace_id = ?", workspace)
	if err := t.db.WithContext(ctx).Where("component_id IN (?)", own).Delete(&models.ComponentVersion{}).Error; err != nil {
		return err
	}
	return t.db.WithContext(ctx).Where("workspace_id = ?", workspace).Delete(&models.ComponentRecord{}).Error
}

// CredentialsOfMethods reads the first n of a component's credentials that were made by one of these methods, by name, and counts all.
func (r Reader) CredentialsOfMethods(ctx context.Context, workspace, component string, methods []string, n int) (models.Page[models.Credential], error) {
	query := func() *gorm.DB {
		return r.db.WithContext(ctx).Model(&models.Credential{}).Where("credentials.workspace_id = ? AND component_id = ? AND method IN ?", workspace, component, methods)
	}
	var rows []models.Credential
	if err := query().Order(byName("credentials")).Limit(n + 1).Find(&rows).Error; err != nil {
		return models.Page[models.Credential]{}, err
	}
	result := page(rows, n)
	var total int64
	err := query().Count(&total).Error
	result.Total = int(total)
	return result, err
}
