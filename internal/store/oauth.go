package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"keyward/models"
)

// Grants reads what is known of the credentials' connections, by the credential's id.
func (r Reader) Grants(ctx context.Context, workspace string, credentials []string) (map[string]models.Grant, error) {
	var rows []models.Grant
	if len(credentials) == 0 {
		return nil, nil //nolint:nilnil // an empty map reads the same
	}
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND credential_id IN ?", workspace, credentials).Find(&rows).Error
	result := make(map[string]models.Grant, len(rows))
	for _, row := range rows {
		result[row.CredentialID] = row
	}
	return result, err
}

// Grant reads one. ErrNotFound.
func (r Reader) Grant(ctx context.Context, workspace, credential string) (models.Grant, error) {
	var g models.Grant
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND credential_id = ?", workspace, credential).Take(&g).Error
	return g, notFound(err)
}

// DueGrants reads the next n connections of all workspaces whose tokens are to be renewed by now and that nobody is renewing.
func (r Reader) DueGrants(ctx context.Context, now time.Time, n int) ([]models.Grant, error) {
	var rows []models.Grant
	err := r.db.WithContext(ctx).Where("renews_at <= ? AND (lease_until IS NULL OR lease_until <= ?)", now, now).
		Order("renews_at").Limit(n).Find(&rows).Error
	return rows, err
}

// SaveGrant writes a connection, in the place of the one that was there.
func (t *Tx) SaveGrant(ctx context.Context, g *models.Grant) error {
	return t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "workspace_id"}, {Name: "credential_id"}}, UpdateAll: true,
	}).Create(g).Error
}

// LeaseGrant takes the lease for renewing the token of that version, and reports whether it did: not where somebody else holds it,
// or there is a newer token.
func (t *Tx) LeaseGrant(ctx context.Context, g *models.Grant, lease string, now, until time.Time) (bool, error) {
	done := t.db.WithContext(ctx).Model(&models.Grant{}).
		Where("workspace_id = ? AND credential_id = ? AND token_version = ? AND (lease_until IS NULL OR lease_until <= ?)", g.WorkspaceID, g.CredentialID, g.TokenVersion, now).
		UpdateColumns(map[string]any{"lease_id": lease, "lease_until": until})
	return done.RowsAffected == 1, done.Error
}

// UpdateGrant saves what came of a renewal, if the token is still that of the version; it reports whether it did.
func (t *Tx) UpdateGrant(ctx context.Context, g *models.Grant, version int32) (bool, error) {
	done := t.db.WithContext(ctx).Model(g).Select("*").Where("token_version = ?", version).Updates(g)
	return done.RowsAffected == 1, done.Error
}

// LoseConnection notes that a credential has to be connected again, whatever its values are.
func (t *Tx) LoseConnection(ctx context.Context, workspace, id string) error {
	return t.db.WithContext(ctx).Model(&models.Credential{}).Where("workspace_id = ? AND id = ?", workspace, id).
		UpdateColumn("status", models.StatusNeedsReauthorization).Error
}

// RenewCredential saves newly sealed tokens and when they end, if nothing was sealed since the revision was read; it reports whether
// it did. Nothing else that a person sees changes, not even the time.
func (t *Tx) RenewCredential(ctx context.Context, c *models.Credential, revision int32) (bool, error) {
	done := t.db.WithContext(ctx).Model(c).Select("sealed", "shown", "key_id", "secret_revision", "token_ends_at").
		Where("secret_revision = ?", revision).UpdateColumns(c)
	return done.RowsAffected == 1, done.Error
}

// ConnectionCounts counts the workspace's connections by provider, in one GROUP BY.
func (r Reader) ConnectionCounts(ctx context.Context, workspace string) (map[string]int, error) {
	var rows []counted
	err := r.db.WithContext(ctx).Model(&models.Grant{}).Select("provider AS id, count(*) AS n").
		Where("workspace_id = ?", workspace).Group("provider").Scan(&rows).Error
	return counts(rows), err
}

// OAuthClients reads the workspace's own clients.
func (r Reader) OAuthClients(ctx context.Context, workspace string) ([]models.OAuthClient, error) {
	var rows []models.OAuthClient
	err := r.db.WithContext(ctx).Where("workspace_id = ?", workspace).Order("provider").Find(&rows).Error
	return rows, err
}

// OAuthClient reads one. ErrNotFound.
func (r Reader) OAuthClient(ctx context.Context, workspace, provider string) (models.OAuthClient, error) {
	var c models.OAuthClient
	err := r.db.WithContext(ctx).Where("workspace_id = ? AND provider = ?", workspace, provider).Take(&c).Error
	return c, notFound(err)
}

// SaveOAuthClient writes a client, in the place of the one that was there.
func (t *Tx) SaveOAuthClient(ctx context.Context, c *models.OAuthClient) error {
	return t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "workspace_id"}, {Name: "provider"}}, UpdateAll: true,
	}).Create(c).Error
}

// ResealOAuthClient puts what next has sealed in the place of old's, if that is still what is stored; it reports whether it did. A client that
// was deleted and set again begins with the same revision.
func (t *Tx) ResealOAuthClient(ctx context.Context, old, next *models.OAuthClient) (bool, error) {
	done := t.db.WithContext(ctx).Model(next).Select("sealed", "key_id", "revision").
		Where("revision = ? AND sealed = ?", old.Revision, old.Sealed).UpdateColumns(next)
	return done.RowsAffected == 1, done.Error
}

// DeleteOAuthClient deletes one. ErrNotFound.
func (t *Tx) DeleteOAuthClient(ctx context.Context, workspace, provider string) error {
	var c models.OAuthClient
	return t.remove(ctx, &c, "workspace_id = ? AND provider = ?", workspace, provider)
}

// InsertAuthorization keeps what has to be known when a person comes back from a provider, after dropping what nobody came back to.
func (t *Tx) InsertAuthorization(ctx context.Context, a *models.Authorization, now time.Time) error {
	for _, ended := range []any{&models.Authorization{}, &models.OAuthTicket{}} {
		if err := t.db.WithContext(ctx).Where("expires_at <= ?", now).Delete(ended).Error; err != nil {
			return err
		}
	}
	return t.db.WithContext(ctx).Create(a).Error
}

// Authorizations counts those under way in a workspace.
func (r Reader) Authorizations(ctx context.Context, workspace string, now time.Time) (int64, error) {
	var n int64
	err := r.db.WithContext(ctx).Model(&models.Authorization{}).Where("workspace_id = ? AND used_at IS NULL AND expires_at > ?", workspace, now).Count(&n).Error
	return n, err
}

// UseAuthorization uses one up: nobody else does from then on. used: somebody did before. ErrNotFound.
func (t *Tx) UseAuthorization(ctx context.Context, state []byte, now time.Time) (a models.Authorization, used bool, err error) {
	err = t.locking(ctx, clause.LockingStrengthUpdate).Where("state_hash = ?", state).Take(&a).Error
	if err != nil {
		return a, false, notFound(err)
	}
	if a.UsedAt != nil {
		return a, true, nil
	}
	return a, false, t.db.WithContext(ctx).Model(&models.Authorization{}).Where("state_hash = ?", state).UpdateColumn("used_at", now).Error
}

// InsertOAuthTicket keeps what came of an authorization.
func (t *Tx) InsertOAuthTicket(ctx context.Context, ticket *models.OAuthTicket) error {
	return t.db.WithContext(ctx).Create(ticket).Error
}

// OAuthTicket reads one. ErrNotFound.
func (r Reader) OAuthTicket(ctx context.Context, hash []byte) (models.OAuthTicket, error) {
	var ticket models.OAuthTicket
	err := r.db.WithContext(ctx).Where("hash = ?", hash).Take(&ticket).Error
	return ticket, notFound(err)
}

// TakeOAuthTicket uses one up. ErrNotFound, also where another request was faster.
func (t *Tx) TakeOAuthTicket(ctx context.Context, hash []byte) error {
	var ticket models.OAuthTicket
	return t.remove(ctx, &ticket, "hash = ?", hash)
}
