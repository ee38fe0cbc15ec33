package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keyward/internal/store"
	"keyward/models"
)

// NewToken says what a token shall be.
type NewToken struct {
	Name      string
	Role      models.Role
	Scopes    []models.Right // empty: all that the role holds
	ExpiresAt *time.Time     // nil: never
	// Replace deletes the workspace's other tokens of that name first.
	Replace bool
}

// maxTokenLifetime is how far away a token's end may be. One may have none.
const maxTokenLifetime = 10 * 366 * 24 * time.Hour

// CreateToken makes a token of the caller's workspace and returns it: the only time that it can be seen.
//
// ErrForbidden, ValidationError.
func (a *Authenticator) CreateToken(ctx context.Context, caller models.Caller, in NewToken) (string, models.APIToken, error) {
	if err := caller.MayChange(models.ManageTokens); err != nil {
		return "", models.APIToken{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	if in.ExpiresAt != nil {
		at := in.ExpiresAt.UTC().Truncate(time.Microsecond)
		in.ExpiresAt = &at
	}
	if err := (&models.ValidationError{}).Join(a.tokenIssues(caller, in)); err != nil {
		return "", models.APIToken{}, err
	}
	token := newToken(TokenPrefix)
	row := models.APIToken{
		WorkspaceID: caller.WorkspaceID, ID: newID(models.TokenIDPrefix), Name: in.Name, Role: in.Role,
		Scopes: append([]models.Right{}, in.Scopes...), Hash: hashOf(token), CreatedAt: a.now(), ExpiresAt: in.ExpiresAt,
	}
	err := a.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		if in.Replace {
			replaced, err := tx.DeleteAPITokensByName(ctx, caller.WorkspaceID, in.Name)
			if err != nil {
				return err
			}
			for _, old := range replaced {
				if err := tx.Record(ctx, caller.Did(a.now(), models.TokenRevoked, models.Target{ID: old.ID, Name: old.Name}).Telling("replaced")); err != nil {
					return err
				}
			}
		}
		if err := tx.InsertAPIToken(ctx, &row); err != nil {
			return err
		}
		return tx.Record(ctx, caller.Did(a.now(), models.TokenCreated, models.Target{ID: row.ID, Name: row.Name}).Telling(string(row.Role)))
	})
	if err != nil {
		return "", row, err
	}
	return token, row, nil
}

func (a *Authenticator) tokenIssues(caller models.Caller, in NewToken) []models.ValidationIssue {
	var issues []models.ValidationIssue
	wrong := func(message string, path ...string) {
		issues = append(issues, models.ValidationIssue{Path: path, Message: message})
	}
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 200 || strings.ContainsRune(in.Name, 0) {
		wrong("A token needs a name of 1 to 200 characters.", "name")
	}
	for i, scope := range in.Scopes {
		place := []string{"scopes", fmt.Sprint(i)}
		switch {
		case !slices.Contains(models.Rights, scope):
			wrong("There is no such scope. Choose among "+joined(models.Rights)+".", place...)
		case !in.Role.Holds(scope):
			wrong(fmt.Sprintf("The role %s does not hold this right, so a scope can't give it.", in.Role), place...)
		}
	}
	// A limited token that could make an unlimited one would not be limited.
	if len(caller.Scopes) > 0 && (len(in.Scopes) == 0 || slices.ContainsFunc(in.Scopes, func(s models.Right) bool { return !slices.Contains(caller.Scopes, s) })) {
		wrong("A token that is limited to scopes can only make tokens that are limited to some of them.", "scopes")
	}
	switch ends := in.ExpiresAt; {
	case ends != nil && !ends.After(a.now()):
		wrong("This moment has passed: the token would be of no use.", "expiresAt")
	case ends != nil && ends.After(a.now().Add(maxTokenLifetime)):
		wrong("A token that ends does so within ten years.", "expiresAt")
	case caller.ExpiresAt != nil && (ends == nil || ends.After(*caller.ExpiresAt)):
		wrong("A token that ends can only make tokens that end no later.", "expiresAt")
	}
	return issues
}

func joined(rights []models.Right) string {
	texts := make([]string, len(rights))
	for i, right := range rights {
		texts[i] = string(right)
	}
	return strings.Join(texts, ", ")
}

// Tokens lists the workspace's tokens, newest first, expired ones included. ErrForbidden.
func (a *Authenticator) Tokens(ctx context.Context, caller models.Caller, p models.PageArgs) (models.Page[models.APIToken], error) {
	if err := caller.May(models.ManageTokens); err != nil {
		return models.Page[models.APIToken]{}, err
	}
	return a.store.APITokens(ctx, caller.WorkspaceID, p)
}

// RevokeToken deletes a token: whoever uses it is unknown from then on. ErrForbidden, NotFoundError.
func (a *Authenticator) RevokeToken(ctx context.Context, caller models.Caller, id string) error {
	if err := caller.MayChange(models.ManageTokens); err != nil {
		return err
	}
	return a.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		token, err := tx.DeleteAPIToken(ctx, caller.WorkspaceID, id)
		if err != nil {
			return notFound(err, "token", "id")
		}
		if err := a.withdraw(ctx, tx, caller, id); err != nil {
			return err
		}
		return tx.Record(ctx, caller.Did(a.now(), models.TokenRevoked, models.Target{ID: id, Name: token.Name}))
	})
}

// notFound turns the store's word into the caller's.
func notFound(err error, what string, path ...string) error {
	if errors.Is(err, store.ErrNotFound) {
		return &models.NotFoundError{What: what, Path: path}
	}
	return err
}

// Authenticate finds the caller that a token stands for. ErrUnknown.
func (a *Authenticator) Authenticate(ctx context.Context, token string) (models.Caller, error) {
	if !wellFormed(TokenPrefix, token) {
		return models.Caller{}, ErrUnknown
	}
	row, err := a.store.APITokenByHash(ctx, hashOf(token))
	if errors.Is(err, store.ErrNotFound) {
		return models.Caller{}, ErrUnknown
	}
	if err != nil {
		return models.Caller{}, fmt.Errorf("look the token up: %w", err)
	}
	now := a.now()
	if row.ExpiresAt != nil && !now.Before(*row.ExpiresAt) {
		return models.Caller{}, ErrUnknown
	}
	if row.LastUsedAt == nil || now.Sub(*row.LastUsedAt) >= usedEvery {
		a.noted(ctx, a.store.UsedAPIToken(ctx, row.WorkspaceID, row.ID, now))
	}
	return models.Caller{
		Kind: models.CallerToken, ID: row.ID, Name: row.Name, WorkspaceID: row.WorkspaceID, Role: row.Role, Scopes: row.Scopes,
		ExpiresAt: row.ExpiresAt,
	}, nil
}

// noted logs that a time of last use could not be kept. It is no reason to turn a caller away.
func (a *Authenticator) noted(ctx context.Context, err error) {
	if err != nil {
		a.log.WarnContext(ctx, "the time of last use could not be saved", "error", err.Error())
	}
}
