package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyward/models"
)

// Credential reads one. ErrNotFound.
func (r Reader) Credential(ctx context.Context, workspace, id string) (models.Credential, error) {
	var c models.Credential
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id = ?", workspace, id).Take(&c).Error
	return c, notFound(err)
}

// CredentialsByID reads those that exist.
func (r Reader) CredentialsByID(ctx context.Context, workspace string, ids []string) ([]models.Credential, error) {
	var rows []models.Credential
	if len(ids) == 0 {
		return nil, nil
	}
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&rows).Error
	return rows, err
}

// CredentialIDs tells which of the ids the workspace has credentials of.
func (r Reader) CredentialIDs(ctx context.Context, workspace string, ids []string) (map[string]bool, error) {
	there := make(map[string]bool, len(ids))
	if len(ids) == 0 {
		return there, nil
	}
	var found []string
	err := r.db.WithContext(ctx).Model(&models.Credential{}).Where("workspace_id = ? AND id IN ?", workspace, ids).Pluck("id", &found).Error
	for _, id := range found {
		there[id] = true
	}
	return there, err
}

// Credentials reads a page, by name, then id.
func (r Reader) Credentials(ctx context.Context, workspace string, f models.CredentialFilter, p models.PageArgs) (models.Page[models.Credential], error) {
	var rows []models.Credential
	err := behind(r.filterCredentials(ctx, workspace, f), "credentials", p.After).
		Order(byName("credentials")).Limit(p.First + 1).Find(&rows).Error
	result := page(rows, p.First)
	if err != nil || !p.WithTotal {
		return result, err
	}
	var total int64
	err = r.filterCredentials(ctx, workspace, f).Count(&total).Error
	result.Total = int(total)
	return result, err
}

func (r Reader) filterCredentials(ctx context.Context, workspace string, f models.CredentialFilter) *gorm.DB {
	db := r.db.WithContext(ctx).Model(&models.Credential{}).Where("credentials.workspace_id = ?", workspace)
	if f.ComponentID != "" {
		db = db.Where("credentials.component_id = ?", f.ComponentID)
	}
	if len(f.Statuses) > 0 {
		db = withStatus(db, f.Statuses, f.Now)
	}
	if f.ExpiresBefore != nil {
		db = db.Where("(credentials.expires_at < ? OR credentials.token_ends_at < ?)", f.ExpiresBefore.UTC(), f.ExpiresBefore.UTC())
	}
	db = contains(db, "credentials", f.Search)
	for _, tag := range f.Tags {
		db = db.Where("EXISTS (SELECT 1 FROM credential_tags t WHERE t.workspace_id = credentials.workspace_id AND t.credential_id = credentials.id AND t.tag = ?)", tag)
	}
	if f.Unused {
		db = db.Where("NOT EXISTS (SELECT 1 FROM flow_steps s WHERE s.workspace_id = credentials.workspace_id AND s.credential_id = credentials.id)")
	}
	return db
}

// withStatus narrows a query to credentials that have one of the statuses at that moment, as StatusAt reckons.
func withStatus(db *gorm.DB, statuses []models.CredentialStatus, now time.Time) *gorm.DB {
	if slices.Contains(statuses, models.StatusExpired) {
		return db.Where("(credentials.status IN ? OR credentials.expires_at <= ? OR credentials.token_ends_at <= ?)", statuses, now, now)
	}
	return db.Where("credentials.status IN ? AND (credentials.expires_at IS NULL OR credentials.expires_at > ?) AND (credentials.token_ends_at IS NULL OR credentials.token_ends_at > ?)", statuses, now, now)
}

// CredentialsOfComponents reads the same page of each component's credentials, in one statement (two with totals).
func (r Reader) CredentialsOfComponents(ctx context.Context, workspace string, components []string, p models.PageArgs) (map[string]models.Page[models.Credential], error) {
	rows, err := each[models.Credential](ctx, r, components, func(component string) *gorm.DB {
		return behind(r.filterCredentials(ctx, workspace, models.CredentialFilter{ComponentID: component}), "credentials", p.After).
			Order(byName("credentials")).Limit(p.First + 1)
	})
	if err != nil {
		return nil, err
	}
	byComponent := make(map[string][]models.Credential, len(components))
	for _, row := range rows {
		byComponent[row.ComponentID] = append(byComponent[row.ComponentID], row)
	}
	var totals map[string]int
	if p.WithTotal {
		if totals, err = r.CredentialCounts(ctx, workspace); err != nil {
			return nil, err
		}
	}
	order := func(a, b models.Credential) int {
		return cmp.Or(cmp.Compare(a.SortName, b.SortName), cmp.Compare(a.ID, b.ID))
	}
	return pages(components, byComponent, order, totals, p), nil
}

// pages puts together what each and a count returned.
func pages[T any](parents []string, rows map[string][]T, order func(a, b T) int, totals map[string]int, p models.PageArgs) map[string]models.Page[T] {
	result := make(map[string]models.Page[T], len(parents))
	for _, parent := range parents {
		slices.SortFunc(rows[parent], order) // a UNION promises none
		one := page(rows[parent], p.First)
		if p.WithTotal {
			one.Total = totals[parent]
		}
		result[parent] = one
	}
	return result
}

type counted struct {
	ID string
	N  int
}

func counts(rows []counted) map[string]int {
	result := make(map[string]int, len(rows))
	for _, row := range rows {
		result[row.ID] = row.N
	}
	return result
}

// CredentialCounts counts the workspace's credentials per component, in one GROUP BY.
func (r Reader) CredentialCounts(ctx context.Context, workspace string) (map[string]int, error) {
	var rows []counted
	err := r.db.WithContext(ctx).Model(&models.Credential{}).Select("component_id AS id, count(*) AS n").
		Where("workspace_id = ?", workspace).Group("component_id").Scan(&rows).Error
	return counts(rows), err
}

// Tags reads the credentials' tags, in alphabetical order.
func (r Reader) Tags(ctx context.Context, workspace string, credentials []string) (map[string][]string, error) {
	var rows []models.CredentialTag
	if len(credentials) == 0 {
		return nil, nil //nolint:nilnil // an empty map reads the same
	}
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND credential_id IN ?", workspace, credentials).Order("tag").Find(&rows).Error
	result := make(map[string][]string, len(credentials))
	for _, row := range rows {
		result[row.CredentialID] = append(result[row.CredentialID], row.Tag)
	}
	return result, err
}

// Verifications reads the newest n of each credential's, newest first.
func (r Reader) Verifications(ctx context.Context, workspace string, credentials []string, n int) (map[string][]models.Verification, error) {
	rows, err := each[models.Verification](ctx, r, credentials, func(credential string) *gorm.DB {
		return r.db.Model(&models.Verification{}).Where("workspace_id = ? AND credential_id = ?", workspace, credential).
			Order("id DESC").Limit(n)
	})
	result := make(map[string][]models.Verification, len(credentials))
	for _, row := range rows {
		result[row.CredentialID] = append(result[row.CredentialID], row)
	}
	for _, list := range result {
		slices.SortFunc(list, func(a, b models.Verification) int { return cmp.Compare(b.ID, a.ID) }) // a UNION promises none
	}
	return result, err
}

// InsertCredential writes a new row and its tags. ErrNoComponent.
func (t *Tx) InsertCredential(ctx context.Context, c *models.Credential, tags []string) error {
	if err := t.db.WithContext(ctx).Create(c).Error; err != nil {
		return noComponent(err)
	}
	return t.insertTags(ctx, c.WorkspaceID, c.ID, tags)
}

func (t *Tx) insertTags(ctx context.Context, workspace, credential string, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	rows := make([]models.CredentialTag, len(tags))
	for i, tag := range tags {
		rows[i] = models.CredentialTag{WorkspaceID: workspace, CredentialID: credential, Tag: tag}
	}
	return t.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// ReplaceTags puts these tags in the place of the credential's.
func (t *Tx) ReplaceTags(ctx context.Context, workspace, credential string, tags []string) error {
	err := t.db.WithContext(ctx).Where("workspace_id = ? AND credential_id = ?", workspace, credential).Delete(&models.CredentialTag{}).Error
	if err != nil {
		return err
	}
	return t.insertTags(ctx, workspace, credential, tags)
}

// noComponent takes a foreign key that points nowhere for the version of the component: nothing else that a credential refers to goes away
// while its workspace's keys are held.
func noComponent(err error) error {
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return ErrNoComponent
	}
	return err
}

// UpdateCredential saves every column if neither counter has moved since version and revision were read; it reports
// whether it did. ErrNoComponent.
func (t *Tx) UpdateCredential(ctx context.Context, c *models.Credential, version, revision int32) (bool, error) {
	done := t.db.WithContext(ctx).Model(c).Select("*").Omit("created_at", "last_used_at").
		Where("version = ? AND secret_revision = ?", version, revision).Updates(c)
	return done.RowsAffected == 1, noComponent(done.Error)
}

// RenameCredential saves the name, the end, the version and the time if the version has not moved since it was read; it
// reports whether it did.
func (t *Tx) RenameCredential(ctx context.Context, c *models.Credential, version int32) (bool, error) {
	done := t.db.WithContext(ctx).Model(c).Select("name", "sort_name", "expires_at", "version", "updated_at").
		Where("version = ?", version).UpdateColumns(c)
	return done.RowsAffected == 1, done.Error
}

// SetCredentialStatus sets the status if the sealed values are still those of the revision.
func (t *Tx) SetCredentialStatus(ctx context.Context, workspace, id string, revision int32, status models.CredentialStatus) error {
	return t.db.WithContext(ctx).Model(&models.Credential{}).
		Where("workspace_id = ? AND id = ? AND secret_revision = ?", workspace, id, revision).UpdateColumn("status", status).Error
}

// UsedCredential notes when a runtime was handed the values.
func (t *Tx) UsedCredential(ctx context.Context, workspace, id string, at time.Time) error {
	return t.db.WithContext(ctx).Model(&models.Credential{}).
		Where("workspace_id = ? AND id = ?", workspace, id).UpdateColumn("last_used_at", at).Error
}

// DeleteCredentials deletes the rows, their tags and their history. The database refuses while a step still names one.
func (t *Tx) DeleteCredentials(ctx context.Context, workspace string, ids []string) error {
	return t.db.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Delete(&models.Credential{}).Error
}

// KeptVerifications is how many of a credential's verifications are kept.
const KeptVerifications = 50

// InsertVerification writes a new credential's first one. ErrNotFound if the credential is gone.
func (t *Tx) InsertVerification(ctx context.Context, v *models.Verification) error {
	err := t.db.WithContext(ctx).Create(v).Error
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return ErrNotFound
	}
	return err
}

// AddVerification writes another one and drops what is older than the newest 50. ErrNotFound if the credential is gone.
func (t *Tx) AddVerification(ctx context.Context, v *models.Verification) error {
	if err := t.InsertVerification(ctx, v); err != nil {
		return err
	}
	kept := t.db.Model(&models.Verification{}).Select("id").
		Where("workspace_id = ? AND credential_id = ?", v.WorkspaceID, v.CredentialID).Order("id DESC").Limit(KeptVerifications)
	return t.db.WithContext(ctx).Where("workspace_id = ? AND credential_id = ? AND id NOT IN (?)", v.WorkspaceID, v.CredentialID, kept).
		Delete(&models.Verification{}).Error
}
