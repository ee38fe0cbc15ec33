package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyward/internal/metrics"
	"keyward/internal/requestid"
	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// CredentialsByID reads those that exist.
func (v *Vault) CredentialsByID(ctx context.Context, caller models.Caller, ids []string) ([]models.Credential, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.CredentialsByID(ctx, caller.WorkspaceID, ids)
}

// Credentials lists credentials by name, then id.
func (v *Vault) Credentials(ctx context.Context, caller models.Caller, f models.CredentialFilter, p models.PageArgs) (models.Page[models.Credential], error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return models.Page[models.Credential]{}, err
	}
	f.Search, f.Now = fold(strings.TrimSpace(f.Search)), v.now()
	return v.store.Credentials(ctx, caller.WorkspaceID, f, p)
}

// CredentialsOfComponents reads the same page of each component's credentials.
func (v *Vault) CredentialsOfComponents(ctx context.Context, caller models.Caller, components []string, p models.PageArgs) (map[string]models.Page[models.Credential], error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.CredentialsOfComponents(ctx, caller.WorkspaceID, components, p)
}

// StatusOf is what is known of the credential now.
func (v *Vault) StatusOf(c *models.Credential) models.CredentialStatus { return c.StatusAt(v.now()) }

// Tags reads the credentials' tags, in alphabetical order.
func (v *Vault) Tags(ctx context.Context, caller models.Caller, credentials []string) (map[string][]string, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.Tags(ctx, caller.WorkspaceID, credentials)
}

// Verifications reads the newest n of each credential's, newest first.
func (v *Vault) Verifications(ctx context.Context, caller models.Caller, credentials []string, n int) (map[string][]models.Verification, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.Verifications(ctx, caller.WorkspaceID, credentials, n)
}

// Shown opens what a person may see of a credential's fields.
func (v *Vault) Shown(ctx context.Context, caller models.Caller, c *models.Credential) ([]models.ShownField, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	if c.WorkspaceID != caller.WorkspaceID {
		return nil, &models.NotFoundError{What: "credential"}
	}
	var text []byte
	err := v.opening(ctx, c, func(keyset *seal.Keyset, c *models.Credential) (err error) {
		text, err = keyset.Open(place(purposeShown, c), c.Shown)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open what is shown of %s: %w", c.ID, err)
	}
	var fields []models.ShownField
	err = json.Unmarshal(text, &fields)
	return fields, err
}

// tryNew is try for values that are to be saved: where these get tokens by themselves, it gets them first, and returns the values with
// them, and with what the dry request told, and what is then known of the connection. RateLimitedError.
func (v *Vault) tryNew(ctx context.Context, caller models.Caller, component *models.Component, m *models.AuthMethod, values models.Values) (models.Verification, models.Values, *models.Grant, error) {
	var grant *models.Grant
	if m.Mints() {
		minted, g, refused, err := v.mint(ctx, caller.WorkspaceID, m, values)
		if err != nil {
			return models.Verification{}, values, nil, err
		}
		if refused != nil {
			return *refused, values, &g, nil
		}
		values, grant = minted, &g
	}
	tried, err := v.try(ctx, caller, component, m, values)
	if grant != nil {
		grant.AccountID, grant.AccountName = tried.Account.ID, tried.Account.Name
	}
	values, _ = pinned(m, values, tried)
	return tried, values, grant, err
}

// try runs the dry request, if there is one, within the workspace's budget. RateLimitedError.
func (v *Vault) try(ctx context.Context, caller models.Caller, component *models.Component, m *models.AuthMethod, values models.Values) (models.Verification, error) {
	if m.DryRequest == nil {
		return models.Verification{Outcome: models.NotVerifiable, CheckedAt: v.now()}, nil
	}
	values, err := v.named(ctx, caller.WorkspaceID, m, values)
	if err != nil {
		return models.Verification{}, err
	}
	return v.budgeted(ctx, caller, component, v.verifiers.Target(m, values), func(key string) models.Verification {
		found := v.verifiers.Verify(ctx, key, m, values)
		for _, told := range []*string{&found.Account.ID, &found.Account.Name} {
			if repeatsSecret(m, values, *told) {
				*told = ""
			}
		}
		return found
	})
}

// repeatsSecret reports whether a service tells what it was told: then nobody is shown it. Shorter secrets are in many a text by chance.
func repeatsSecret(m *models.AuthMethod, values models.Values, text string) bool {
	const shortest = 8
	for key, value := range values {
		spec, isField := m.Field(key)
		secret := isField && spec.Secret || !isField && (key == models.AccessToken || key == models.TokenSecret)
		if hidden := value.Reveal(); secret && len(hidden) >= shortest && strings.Contains(text, hidden) {
			return true
		}
	}
	return false
}

// budgeted asks a service, at host, within the workspace's budget. ask gets the key by which the operator may have made an exception.
// RateLimitedError.
func (v *Vault) budgeted(ctx context.Context, caller models.Caller, component *models.Component, host string, ask func(key string) models.Verification) (models.Verification, error) {
	end, err := v.budget.begin(ctx, caller.WorkspaceID, host)
	if err != nil {
		if _, limited := errors.AsType[*models.RateLimitedError](err); limited {
			v.log.WarnContext(ctx, "dry request refused: the budget is spent", "caller", caller.ID, "workspace", caller.WorkspaceID, "request_id", requestid.From(ctx))
		}
		return models.Verification{}, err
	}
	exception := component.Key
	if component.Custom { // whatever it is called, it is nobody whom the operator made an exception for
		exception = ""
	}
	result := ask(exception)
	result.CheckedAt = v.now()
	key := component.Key
	if v.components.byID[component.ID] == nil {
		key = metrics.Other // a workspace's own, or only a newer gateway knows it
	}
	v.metrics.DryRequest(key, result)
	return result, end(ctx, result.Outcome != models.Accepted)
}

// named is the values by the names that a dry request knows them by.
func (v *Vault) named(ctx context.Context, workspace string, m *models.AuthMethod, values models.Values) (models.Values, error) {
	if m.OAuth2 == nil && m.OAuth1 == nil {
		return values, nil
	}
	values = values.Named()
	if m.OAuth1 == nil {
		return values, nil
	}
	client, err := v.client(ctx, workspace, m)
	values[models.ConsumerKey], values[models.ConsumerSecret] = models.NewSecret(client.ID), client.Secret
	return values, err
}

// afterwards is for writing down what a dry request has shown: whoever hangs up before the answer has asked all the same.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), chargeTimeout)
}

// admit decides whether values may be saved after a dry request, and as what. Only an answer is a yes.
func admit(tried models.Verification, saveUnverified bool) (models.CredentialStatus, error) {
	switch {
	case tried.Outcome == models.Accepted:
		return models.StatusVerified, nil
	case tried.Outcome != models.Rejected && saveUnverified:
		return models.StatusUnverified, nil
	}
	return "", &models.VerificationFailedError{Verification: tried}
}

// record makes a verification the credential's.
func record(tried models.Verification, c *models.Credential) *models.Verification {
	tried.WorkspaceID, tried.CredentialID, tried.ID = c.WorkspaceID, c.ID, newID("")
	return &tried
}

// findMethod finds the component and method that an input names. NotFoundError, or ValidationError for the method, with
// what was found wrong with the input already.
func (v *Vault) findMethod(ctx context.Context, workspace, componentID, method string, shape []models.ValidationIssue) (*models.Component, *models.AuthMethod, error) {
	component, err := v.components.find(ctx, v.store.Reader, workspace, componentID)
	if err != nil {
		return nil, nil, notFound(err, "component", "componentId")
	}
	refuse := func(path, message string) error {
		return wrong(shape, []models.ValidationIssue{{Path: []string{path}, Message: message}})
	}
	if component.Retired {
		return nil, nil, refuse("componentId", component.Title+" has been retired: its credentials can still be used, but no new ones made.")
	}
	if !component.RequiresCredential() {
		return nil, nil, refuse("componentId", component.Title+" needs no credential: use it in a flow as it is.")
	}
	found, ok := component.Method(method)
	if !ok {
		return nil, nil, refuse("authMethod", component.Title+" has no such auth method. See its authMethods.")
	}
	return component, found, nil
}

// wrong is everything that is wrong with an input: with its shape, and with its fields; nil when nothing is.
func wrong(shape, fields []models.ValidationIssue) error {
	return (&models.ValidationError{Issues: shape}).Join(fields)
}

// Check runs the dry request alone, for values that are not saved; issues are what was found wrong with the input
// already. NotFoundError, ValidationError, RateLimitedError.
func (v *Vault) Check(ctx context.Context, caller models.Caller, componentID, method string, fields []Field, found []models.ValidationIssue) (models.Verification, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return models.Verification{}, err
	}
	component, m, err := v.findMethod(ctx, caller.WorkspaceID, componentID, method, found)
	if err != nil {
		return models.Verification{}, err
	}
	values, issues := overlay(m, nil, fields)
	if err := wrong(found, append(issues, connectsElsewhere(m)...)); err != nil {
		return models.Verification{}, err
	}
	tried, _, _, err := v.tryNew(ctx, caller, component, m, values)
	if err != nil {
		return tried, err
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	return tried, v.store.Save(ctx, func(tx *store.Tx) error {
		return tx.Record(ctx, v.did(caller, models.CredentialChecked, models.Target{ID: component.ID, Name: component.Title}).Telling(finding(tried)))
	})
}

// ending is a credential's end as both databases keep it.
func ending(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	end := at.UTC().Truncate(time.Microsecond)
	return &end
}

// endIssues refuses an end that has passed.
func (v *Vault) endIssues(end *time.Time) []models.ValidationIssue {
	if end == nil || end.After(v.now()) {
		return nil
	}
	return []models.ValidationIssue{{
		Path: []string{"expiresAt"}, Message: "This moment has passed. Give one in the future, or none where there is no end.",
	}}
}

// sortedTags drops blanks around tags, and repetitions.
func sortedTags(tags []string) []string {
	trimmed := make([]string, len(tags))
	for i, tag := range tags {
		trimmed[i] = strings.TrimSpace(tag)
	}
	return slices.Compact(slices.Sorted(slices.Values(trimmed)))
}
