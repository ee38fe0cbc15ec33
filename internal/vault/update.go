package vault

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// CredentialEdit is what Update changes. Nil leaves a thing as it is.
type CredentialEdit struct {
	ID              string
	ExpectedVersion int32
	Name            *string
	Fields          []Field
	Tags            *[]string
	SaveUnverified  bool
	// ExpiresAt is the end, nil for none; it counts where NewEnd says so.
	ExpiresAt *time.Time
	NewEnd    bool
	// Issues are what was found wrong with the input already; they are told together with what is wrong with the fields.
	Issues []models.ValidationIssue
}

// Update overlays the given fields on the stored ones, verifies the whole, then saves if nothing moved since. Where no
// field changes, nobody is asked.
//
// NotFoundError, ConflictError, ValidationError, VerificationFailedError, RateLimitedError.
func (v *Vault) Update(ctx context.Context, caller models.Caller, in CredentialEdit) (c models.Credential, err error) {
	var e edited
	defer func() {
		v.tellRefusal(ctx, caller, models.CredentialUpdated, models.Target{ID: in.ID, Name: e.name}, err)
	}()
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return models.Credential{}, err
	}
	for range maxStale {
		if c, err = v.update(ctx, caller, in, &e); !errors.Is(err, errResealed) {
			return c, err
		}
	}
	return c, errResealed
}

// errResealed: the row was sealed anew, by a rotation, since it was read. Nobody's edit is in the way, so the same edit
// is made to what is there now.
var errResealed = errors.New("the credential was sealed anew while it was edited")

// edited is what an edit makes of a credential's values: verified already, and sealed when they are saved.
type edited struct {
	name   string // before
	method *models.AuthMethod
	asked  models.Values        // the values as they were typed
	values models.Values        // with the tokens that they got by themselves, and what the dry request told
	grant  *models.Grant        // of those tokens
	tried  *models.Verification // nil: no value changes
}

func (v *Vault) update(ctx context.Context, caller models.Caller, in CredentialEdit, e *edited) (saved models.Credential, err error) {
	c, err := v.store.Credential(ctx, caller.WorkspaceID, in.ID)
	if err != nil {
		return c, notFound(err, "credential", "id")
	}
	if c.Version != in.ExpectedVersion {
		return c, &models.ConflictError{CurrentVersion: c.Version}
	}
	seenVersion, seenRevision, oldName := c.Version, c.SecretRevision, c.Name
	e.name = oldName
	if in.Name != nil {
		if name := strings.TrimSpace(*in.Name); name != "" {
			c.Name, c.SortName = name, fold(name)
		}
	}
	newEnd := in.NewEnd && !sameEnd(c.ExpiresAt, ending(in.ExpiresAt))
	if newEnd {
		c.ExpiresAt = ending(in.ExpiresAt)
		in.Issues = slices.Concat(in.Issues, v.endIssues(c.ExpiresAt))
	}
	if err := v.edit(ctx, caller, &c, in, e); err != nil {
		return c, err
	}
	sameTags, err := v.sameTags(ctx, &c, in.Tags)
	if err != nil || (sameTags && !newEnd && e.tried == nil && c.Name == oldName) {
		return c, err // a save that changes nothing is no conflict for others
	}
	told := v.did(caller, models.CredentialUpdated, credentialTarget(&c)).Telling(changes(in, e.tried, c.Name != oldName, !sameTags, newEnd))
	c.Version++
	c.UpdatedAt = v.now()
	save := func(tx *store.Tx) error {
		if err := v.saveEdit(ctx, tx, &c, e.tried, seenVersion, seenRevision); err != nil {
			return err
		}
		if e.grant != nil {
			if err := v.replaceGrant(ctx, tx, &c, *e.grant); err != nil {
				return err
			}
		}
		if in.Tags != nil {
			if err := tx.ReplaceTags(ctx, c.WorkspaceID, c.ID, sortedTags(*in.Tags)); err != nil {
				return err
			}
		}
		if err := tx.Record(ctx, told); err != nil {
			return err
		}
		saved, err = tx.Credential(ctx, c.WorkspaceID, c.ID)
		return err
	}
	if e.tried == nil {
		err = v.store.Save(ctx, save)
		return saved, err
	}
	err = v.keys.save(ctx, c.WorkspaceID, v.store.Save, func(tx *store.Tx, keyset *seal.Keyset) error {
		if err := sealInto(keyset, &c, e.method, e.values); err != nil {
			return err
		}
		return save(tx)
	})
	return saved, err
}

// changes says what an edit changed, by the names of things, never by their values.
func changes(in CredentialEdit, tried *models.Verification, name, tags, end bool) string {
	var parts []string
	if name {
		parts = append(parts, "name")
	}
	if tags {
		parts = append(parts, "tags")
	}
	if end {
		parts = append(parts, "expiresAt")
	}
	if tried != nil {
		for _, field := range in.Fields {
			parts = append(parts, "fields."+field.Key)
		}
		parts = append(parts, finding(*tried))
	}
	return strings.Join(parts, ", ")
}

func sameEnd(a, b *time.Time) bool { return (a == nil) == (b == nil) && (a == nil || a.Equal(*b)) }

// sameTags reports whether nothing else than the stored tags is asked for.
func (v *Vault) sameTags(ctx context.Context, c *models.Credential, tags *[]string) (bool, error) {
	if tags == nil {
		return true, nil
	}
	stored, err := v.store.Tags(ctx, c.WorkspaceID, []string{c.ID})
	return slices.Equal(stored[c.ID], sortedTags(*tags)), err
}

// saveEdit saves the row if nothing moved since: all of it with its verification, or, where nobody was asked, only its
// name and end, so that what a verification finds at the same time stays.
func (v *Vault) saveEdit(ctx context.Context, tx *store.Tx, c *models.Credential, tried *models.Verification, version, revision int32) error {
	if tried == nil {
		renamed, err := tx.RenameCredential(ctx, c, version)
		if err == nil && !renamed {
			return v.moved(ctx, tx, c, version)
		}
		return err
	}
	saved, err := tx.UpdateCredential(ctx, c, version, revision)
	if err != nil {
		return componentGone(err, "id")
	}
	if !saved {
		return v.moved(ctx, tx, c, version)
	}
	return tx.AddVerification(ctx, record(*tried, c))
}

// replaceGrant puts what is known of new tokens in the place of what was known of the old ones.
func (v *Vault) replaceGrant(ctx context.Context, tx *store.Tx, c *models.Credential, g models.Grant) error {
	before, err := tx.Grant(ctx, c.WorkspaceID, c.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	g.WorkspaceID, g.CredentialID, g.TokenVersion = c.WorkspaceID, c.ID, before.TokenVersion+1
	return tx.SaveGrant(ctx, &g)
}

// moved says why a save found nothing to change: deleted, changed by somebody else, or only sealed anew.
func (v *Vault) moved(ctx context.Context, tx *store.Tx, c *models.Credential, version int32) error {
	now, err := tx.Credential(ctx, c.WorkspaceID, c.ID)
	if err != nil {
		return notFound(err, "credential", "id")
	}
	if now.Version == version {
		return errResealed
	}
	return &models.ConflictError{CurrentVersion: now.Version}
}

// edit puts the given fields into the row: checked and verified, to be sealed when it is saved. Where no value changes,
// it leaves the row alone. e comes from an earlier run of the same edit: nobody is asked twice about the same values.
func (v *Vault) edit(ctx context.Context, caller models.Caller, c *models.Credential, in CredentialEdit, e *edited) error {
	earlier := *e
	*e = edited{name: earlier.name}
	if len(in.Fields) == 0 {
		return wrong(in.Issues, nil)
	}
	component, m, beforeMethod, err := v.current(ctx, c)
	if err != nil {
		return err
	}
	stored, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	stored = stored.Typed() // tokens that the new values get take the old ones' place
	if issues := disclosed(beforeMethod, m, stored, in.Fields); len(issues) > 0 {
		return wrong(in.Issues, issues)
	}
	values, issues := overlay(m, stored, in.Fields)
	if len(in.Issues) == 0 && len(issues) == 0 && maps.Equal(values, stored) {
		return nil
	}
	if m.Connects() {
		for _, field := range in.Fields {
			issues = append(issues, models.ValidationIssue{Path: []string{"fields", field.Key}, Message: "The connection was made with this value. To change it, connect again: authorizeCredential with credentialId."})
		}
	}
	if movedDestination(beforeMethod, stored, m, values) {
		issues = append(issues, retype(m, values, in.Fields)...)
	}
	if err := wrong(in.Issues, issues); err != nil {
		return err
	}
	if earlier.tried == nil || !maps.Equal(earlier.asked, values) {
		tried, all, grant, err := v.tryNew(ctx, caller, component, m, values)
		if err != nil {
			return err
		}
		earlier.tried, earlier.asked, earlier.values, earlier.grant = &tried, values, all, grant
	}
	if c.Status, err = admit(*earlier.tried, in.SaveUnverified); err != nil {
		return err
	}
	c.ComponentVersion = component.Version
	c.SecretRevision++
	*e = edited{name: earlier.name, method: m, asked: earlier.asked, values: earlier.values, grant: earlier.grant, tried: earlier.tried}
	if e.grant != nil {
		c.TokenEndsAt = tokenEnd(e.grant)
	}
	return nil
}

// Verify runs the dry request for a saved credential again and records the outcome. Only a yes or a no changes the
// status: a broken network says nothing about a credential. NotFoundError, RateLimitedError.
func (v *Vault) Verify(ctx context.Context, caller models.Caller, id string) (models.Credential, models.Verification, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return models.Credential{}, models.Verification{}, err
	}
	return v.verify(ctx, caller, id, "", func(*store.Tx, models.Verification) error { return nil })
}

// verify is Verify for who may; related is what else the event is about, and also is saved with the outcome.
func (v *Vault) verify(ctx context.Context, caller models.Caller, id, related string, also func(*store.Tx, models.Verification) error) (models.Credential, models.Verification, error) {
	c, err := v.store.Credential(ctx, caller.WorkspaceID, id)
	if err != nil {
		return c, models.Verification{}, notFound(err, "credential", "id")
	}
	component, err := v.components.version(ctx, v.store.Reader, c.ComponentID, c.ComponentVersion)
	if err != nil {
		return c, models.Verification{}, err
	}
	m, err := v.methodOf(ctx, &c)
	if err != nil {
		return c, models.Verification{}, err
	}
	found, c, err := v.tryStored(ctx, caller, component, m, c)
	if err != nil {
		return c, models.Verification{}, err
	}
	tried := record(found, &c)
	ctx, cancel := afterwards(ctx)
	defer cancel()
	var now models.Credential
	err = v.saveFound(ctx, m, &c, *tried, func(tx *store.Tx, revision int32) error {
		lost, err := v.lost(ctx, tx, m, &c)
		if err != nil {
			return err
		}
		if status, told := statuses[tried.Outcome]; told && !lost {
			if err := tx.SetCredentialStatus(ctx, c.WorkspaceID, c.ID, revision, status); err != nil {
				return err
			}
		}
		if now, err = tx.Credential(ctx, c.WorkspaceID, c.ID); err != nil {
			return err
		}
		if err := tx.AddVerification(ctx, tried); err != nil {
			return err
		}
		if err := tx.Record(ctx, v.did(caller, models.CredentialVerified, credentialTarget(&now)).Related(related).Telling(finding(*tried))); err != nil {
			return err
		}
		return also(tx, *tried)
	})
	return now, *tried, notFound(err, "credential", "id") // deleted meanwhile
}

// tryStored runs the dry request with what is stored: with tokens that are alive, and if the service says no to one all the same, with a
// newer one. Whatever was renewed for it is saved.
func (v *Vault) tryStored(ctx context.Context, caller models.Caller, component *models.Component, m *models.AuthMethod, c models.Credential) (models.Verification, models.Credential, error) {
	try := func(c models.Credential) (models.Verification, error) {
		values, err := v.open(ctx, &c)
		if err != nil {
			return models.Verification{}, err
		}
		return v.try(ctx, caller, component, m, values)
	}
	if m.OAuth2 == nil {
		found, err := try(c)
		return found, c, err
	}
	now, g, err := v.fresh(ctx, c)
	if refused, ok := errors.AsType[*models.OAuthError](err); ok {
		return v.untried(refused), c, nil
	}
	if err != nil {
		return models.Verification{}, c, err
	}
	found, err := try(now)
	if err != nil || found.Outcome != models.Rejected || found.Reason != models.ReasonAuthRejected || !g.Renewable || g.Problem.Ends() || now.SecretRevision != c.SecretRevision {
		return found, now, err
	}
	again, _, err := v.renew(ctx, g)
	if refused, ok := errors.AsType[*models.OAuthError](err); ok {
		return v.untried(refused), c, nil
	}
	if err != nil {
		return found, now, err
	}
	found, err = try(again)
	return found, again, err
}

// untried is the outcome where there is no token to try. What may pass says nothing about the credential.
func (v *Vault) untried(refused *models.OAuthError) models.Verification {
	found := verdict(refused.Reason)
	if found.Outcome == models.Rejected && !refused.Reason.Ends() {
		found = models.Verification{Outcome: models.Unavailable, Reason: models.ReasonUnexpectedResponse}
	}
	found.CheckedAt = v.now()
	return found
}

// lost reports whether a credential has to be connected again. It stays so, though its last token may still be alive.
func (v *Vault) lost(ctx context.Context, tx *store.Tx, m *models.AuthMethod, c *models.Credential) (bool, error) {
	if m.OAuth2 == nil {
		return false, nil
	}
	g, err := tx.Grant(ctx, c.WorkspaceID, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return g.Problem.Ends(), err
}

// statuses are what the outcomes that tell something make of a credential.
var statuses = map[models.VerificationOutcome]models.CredentialStatus{
	models.Accepted: models.StatusVerified,
	models.Rejected: models.StatusRejected,
}
