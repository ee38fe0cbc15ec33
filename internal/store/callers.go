package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"keyward/models"
)

// APITokenByHash finds a token. ErrNotFound.
func (r Reader) APITokenByHash(ctx context.Context, hash []byte) (models.APIToken, error) {
	var t models.APIToken
	err := r.db.WithContext(ctx).Where("hash = ?", hash).Take(&t).Error
	return t, notFound(err)
}

// APITokens reads a page of the workspace's tokens, newest first.
func (r Reader) APITokens(ctx context.Context, workspace string, p models.PageArgs) (models.Page[models.APIToken], error) {
	return newest[models.APIToken](r.db.WithContext(ctx).Model(&models.APIToken{}).Where("workspace_id = ?", workspace), p)
}

// InsertAPIToken writes a new one.
func (t *Tx) InsertAPIToken(ctx context.Context, token *models.APIToken) error {
	return t.db.WithContext(ctx).Create(token).Error
}

// DeleteAPITokensByName deletes the workspace's tokens of that name and returns what they were.
func (t *Tx) DeleteAPITokensByName(ctx context.Context, workspace, name string) ([]models.APIToken, error) {
	var tokens []models.APIToken
	db := t.db.WithContext(ctx).Where("workspace_id = ? AND name = ?", workspace, name)
	if err := db.Session(&gorm.Session{}).Find(&tokens).Error; err != nil {
		return nil, err
	}
	return tokens, db.Delete(&models.APIToken{}).Error
}

// DeleteAPIToken deletes a token and returns what it was. ErrNotFound.
func (t *Tx) DeleteAPIToken(ctx context.Context, workspace, id string) (models.APIToken, error) {
	var token models.APIToken
	return token, t.remove(ctx, &token, "workspace_id = ? AND id = ?", workspace, id)
}

// UsedAPIToken notes when a token was used.
func (s *Store) UsedAPIToken(ctx context.Context, workspace, id string, at time.Time) error {
	return s.write.WithContext(ctx).Model(&models.APIToken{}).
		Where("workspace_id = ? AND id = ?", workspace, id).UpdateColumn("last_used_at", at).Error
}

// remove reads a row into dest and deletes it. ErrNotFound, also where another transaction was faster.
func (t *Tx) remove(ctx context.Context, dest any, where string, args ...any) error {
	if err := t.db.WithContext(ctx).Where(where, args...).Take(dest).Error; err != nil {
		return notFound(err)
	}
	done := t.db.WithContext(ctx).Where(where, args...).Delete(dest)
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return done.Error
}

// newest reads a page of rows whose ids sort by time, the newest first.
func newest[T any](db *gorm.DB, p models.PageArgs) (models.Page[T], error) {
	var (
		rows  []T
		total int64
	)
	if p.WithTotal {
		if err := db.Session(&gorm.Session{}).Count(&total).Error; err != nil {
			return models.Page[T]{}, err
		}
	}
	if p.After != nil {
		db = db.Where("id < ?", p.After.ID)
	}
	err := db.Order("id DESC").Limit(p.First + 1).Find(&rows).Error
	result := page(rows, p.First)
	if p.WithTotal {
		result.Total = int(total)
	}
	return result, err
}

// User reads one. ErrNotFound.
func (r Reader) User(ctx context.Context, id string) (models.User, error) {
	var u models.User
	err := r.db.WithContext(ctx).Where("id = ?", id).Take(&u).Error
	return u, notFound(err)
}

// UserBySubject finds a person by who vouches for them. ErrNotFound.
func (r Reader) UserBySubject(ctx context.Context, issuer, subject string) (models.User, error) {
	var u models.User
	err := r.db.WithContext(ctx).Where("issuer = ? AND subject = ?", issuer, subject).Take(&u).Error
	return u, notFound(err)
}

// SaveUser writes a person, or, where the issuer and the subject are known, what they are called now; u gets the row's id.
func (t *Tx) SaveUser(ctx context.Context, u *models.User) error {
	err := t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "issuer"}, {Name: "subject"}}, DoUpdates: clause.AssignmentColumns([]string{"name", "email"}),
	}).Create(u).Error
	if err != nil {
		return err
	}
	saved, err := t.UserBySubject(ctx, u.Issuer, u.Subject)
	*u = saved
	return err
}

// WorkspacesOf reads where a person belongs, in the order in which they came there.
func (r Reader) WorkspacesOf(ctx context.Context, user string) ([]models.WorkspaceRole, error) {
	var rows []models.WorkspaceRole
	err := r.db.WithContext(ctx).Model(&models.Membership{}).
		Select("memberships.workspace_id, workspaces.name, memberships.role").
		Joins("JOIN workspaces ON workspaces.id = memberships.workspace_id").
		Where("memberships.user_id = ?", user).Order("memberships.created_at, memberships.workspace_id").Scan(&rows).Error
	return rows, err
}

// Members reads a page of the workspace's people, by id.
func (r Reader) Members(ctx context.Context, workspace string, p models.PageArgs) (models.Page[models.Member], error) {
	db := r.db.WithContext(ctx).Model(&models.Membership{}).Joins("JOIN users ON users.id = memberships.user_id").
		Where("memberships.workspace_id = ?", workspace)
	var (
		rows  []models.Member
		total int64
	)
	if p.WithTotal {
		if err := db.Session(&gorm.Session{}).Count(&total).Error; err != nil {
			return models.Page[models.Member]{}, err
		}
	}
	if p.After != nil {
		db = db.Where("memberships.user_id > ?", p.After.ID)
	}
	err := db.Select("users.id AS user_id, users.name, users.email, memberships.role, memberships.by_rule, memberships.created_at").
		Order("memberships.user_id").Limit(p.First + 1).Scan(&rows).Error
	result := page(rows, p.First)
	if p.WithTotal {
		result.Total = int(total)
	}
	return result, err
}

// Member reads one person of the workspace. ErrNotFound.
func (r Reader) Member(ctx context.Context, workspace, user string) (models.Member, error) {
	var rows []models.Member
	err := r.db.WithContext(ctx).Model(&models.Membership{}).Joins("JOIN users ON users.id = memberships.user_id").
		Where("memberships.workspace_id = ? AND memberships.user_id = ?", workspace, user).
		Select("users.id AS user_id, users.name, users.email, memberships.role, memberships.by_rule, memberships.created_at").Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	return first(rows), err
}

func first[T any](list []T) (zero T) {
	if len(list) == 0 {
		return zero
	}
	return list[0]
}

// Owners counts the workspace's people who may manage it.
func (r Reader) Owners(ctx context.Context, workspace string) (int, error) {
	var n int64
	err := r.db.WithContext(ctx).Model(&models.Membership{}).Where("workspace_id = ? AND role = ?", workspace, models.RoleOwner).Count(&n).Error
	return int(n), err
}

// SaveMembership writes a membership, or gives the person another role.
func (t *Tx) SaveMembership(ctx context.Context, m *models.Membership) error {
	return t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "workspace_id"}, {Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"role", "by_rule"}),
	}).Create(m).Error
}

// DeleteMembership takes a person out of the workspace. ErrNotFound.
func (t *Tx) DeleteMembership(ctx context.Context, workspace, user string) error {
	var m models.Membership
	return t.remove(ctx, &m, "workspace_id = ? AND user_id = ?", workspace, user)
}

// InsertSignInLink writes a new one, after dropping those that have expired.
func (t *Tx) InsertSignInLink(ctx context.Context, l *models.SignInLink, now time.Time) error {
	if err := t.db.WithContext(ctx).Where("expires_at <= ?", now).Delete(&models.SignInLink{}).Error; err != nil {
		return err
	}
	return t.db.WithContext(ctx).Create(l).Error
}

// TakeSignInLink uses a link up. ErrNotFound.
func (t *Tx) TakeSignInLink(ctx context.Context, hash []byte) (models.SignInLink, error) {
	var l models.SignInLink
	return l, t.remove(ctx, &l, "hash = ?", hash)
}

// InsertInvitation writes a new one.
func (t *Tx) InsertInvitation(ctx context.Context, i *models.Invitation) error {
	return t.db.WithContext(ctx).Create(i).Error
}

// Invitations reads a page of the workspace's open invitations, newest first.
func (r Reader) Invitations(ctx context.Context, workspace string, now time.Time, p models.PageArgs) (models.Page[models.Invitation], error) {
	return newest[models.Invitation](r.db.WithContext(ctx).Model(&models.Invitation{}).Where("workspace_id = ? AND expires_at > ?", workspace, now), p)
}

// InvitationByHash finds one. ErrNotFound.
func (r Reader) InvitationByHash(ctx context.Context, hash []byte) (models.Invitation, error) {
	var i models.Invitation
	err := r.db.WithContext(ctx).Where("hash = ?", hash).Take(&i).Error
	return i, notFound(err)
}

// DeleteInvitationsBy deletes those that a caller made and returns what they were.
func (t *Tx) DeleteInvitationsBy(ctx context.Context, workspace, inviter string) ([]models.Invitation, error) {
	var invitations []models.Invitation
	db := t.db.WithContext(ctx).Where("workspace_id = ? AND inviter_id = ?", workspace, inviter)
	if err := db.Session(&gorm.Session{}).Find(&invitations).Error; err != nil {
		return nil, err
	}
	return invitations, db.Delete(&models.Invitation{}).Error
}

// Still reports whether a caller is what they were when their request came: a token that is there, a member with that role. Under the
// workspace's lock, nobody takes that away until the transaction ends.
func (t *Tx) Still(ctx context.Context, c models.Caller) (bool, error) {
	var n int64
	var err error
	switch c.Kind {
	case models.CallerToken:
		err = t.db.WithContext(ctx).Model(&models.APIToken{}).Where("workspace_id = ? AND id = ?", c.WorkspaceID, c.ID).Count(&n).Error
	case models.CallerPerson:
		err = t.db.WithContext(ctx).Model(&models.Membership{}).Where("workspace_id = ? AND user_id = ? AND role = ?", c.WorkspaceID, c.ID, c.Role).Count(&n).Error
	default:
		return true, nil // who runs commands on the machine itself
	}
	return n == 1, err
}

// RoleNow is the role that a token or a person has in the workspace by now. ErrNotFound where they have none any more, or the token has ended.
func (r Reader) RoleNow(ctx context.Context, workspace string, kind models.CallerKind, id string, now time.Time) (models.Role, error) {
	db := r.db.WithContext(ctx).Where("workspace_id = ?", workspace).Limit(1)
	if kind == models.CallerToken {
		db = db.Model(&models.APIToken{}).Where("id = ? AND (expires_at IS NULL OR expires_at > ?)", id, now)
	} else {
		db = db.Model(&models.Membership{}).Where("user_id = ?", id)
	}
	var roles []models.Role
	err := db.Pluck("role", &roles).Error
	if err == nil && len(roles) == 0 {
		err = ErrNotFound
	}
	return first(roles), err
}

// AddWorkspaceCreation counts one more, and returns how many the person has made since then, this one included.
func (t *Tx) AddWorkspaceCreation(ctx context.Context, user string, now, since time.Time) (int, error) {
	db := t.db.WithContext(ctx)
	if err := db.Where("user_id = ? AND created_at < ?", user, since).Delete(&models.WorkspaceCreation{}).Error; err != nil {
		return 0, err
	}
	if err := db.Create(&models.WorkspaceCreation{UserID: user, CreatedAt: now}).Error; err != nil {
		return 0, err
	}
	var n int64
	err := db.Model(&models.WorkspaceCreation{}).Where("user_id = ?", user).Count(&n).Error
	return int(n), err
}

// TakeInvitation uses one up, or takes it back, and returns what it was. ErrNotFound.
func (t *Tx) TakeInvitation(ctx context.Context, workspace, id string) (models.Invitation, error) {
	var i models.Invitation
	return i, t.remove(ctx, &i, "workspace_id = ? AND id = ?", workspace, id)
}
