package vault

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// NewCredential is what Create saves.
type NewCredential struct {
	ComponentID    string
	Method         string // empty: the component's first
	Name           string // empty: «My <title> credential»
	Fields         []Field
	LinkTo         *StepRef
	SaveUnverified bool
	Tags           []string
	ExpiresAt      *time.Time
	// Tokens that were given elsewhere, for a method in which a person says yes at a provider; nil: none.
	Tokens         *GivenTokens
	IdempotencyKey string // empty: none
	// Issues are what was found wrong with the input already; they are told together with what is wrong with the fields.
	Issues []models.ValidationIssue
}

// StepRef names a step of a flow.
type StepRef struct{ FlowID, StepKey string }

// idempotencyTime is how long a repeated call gets the first result.
const idempotencyTime = 24 * time.Hour

const createOperation = "createCredential"

// Create verifies with a dry request, then saves, then links the step if one is given: all of it or nothing.
//
// ValidationError, NotFoundError, ComponentMismatchError, VerificationFailedError, IdempotencyKeyReusedError, RateLimitedError.
func (v *Vault) Create(ctx context.Context, caller models.Caller, in NewCredential) (c models.Credential, err error) {
	defer func() {
		v.tellRefusal(ctx, caller, models.CredentialCreated, models.Target{ID: in.ComponentID, Name: strings.TrimSpace(in.Name)}, err)
	}()
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return models.Credential{}, err
	}
	if in.LinkTo != nil {
		if err := caller.MayChange(models.WriteFlows); err != nil {
			return models.Credential{}, err
		}
	}
	in.ExpiresAt = ending(in.ExpiresAt)
	input, err := in.text()
	if err != nil {
		return models.Credential{}, err
	}
	since := v.now().Add(-idempotencyTime)
	if in.IdempotencyKey != "" && len(in.Issues) == 0 {
		if first, err := v.firstResult(ctx, caller, in.IdempotencyKey, input, since); !errors.Is(err, store.ErrNotFound) {
			return first, err
		}
	}
	in.Issues = append(in.Issues, v.endIssues(in.ExpiresAt)...) // only now: a repeated call may come after the end
	component, m, err := v.findMethod(ctx, caller.WorkspaceID, in.ComponentID, in.Method, in.Issues)
	if err != nil {
		return models.Credential{}, err
	}
	values, issues := overlay(m, nil, in.Fields)
	if in.Tokens != nil {
		issues = append(issues, in.Tokens.issues(m)...)
	} else {
		issues = append(issues, connectsElsewhere(m)...)
	}
	if err := wrong(in.Issues, issues); err != nil {
		return models.Credential{}, err
	}
	if in.LinkTo != nil { // before the dry request, so that nobody waits for nothing
		if _, _, err := v.linkTarget(ctx, v.store.Reader, caller, *in.LinkTo, component, "linkTo"); err != nil {
			return models.Credential{}, err
		}
	}
	var (
		tried models.Verification
		grant *models.Grant
	)
	saving := ctx
	if in.Tokens == nil {
		tried, values, grant, err = v.tryNew(ctx, caller, component, m, values)
	} else {
		var t *takeover
		if t, grant, err = v.tryGiven(ctx, caller, component, m, values, in.Tokens); err == nil {
			tried, values = t.tried, t.values()
			if t.renewed { // the tokens that came are all that there is
				in.SaveUnverified = true
				detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime)
				defer cancel()
				saving = detached
			}
		}
	}
	if err != nil {
		return models.Credential{}, err
	}
	status, err := admit(tried, in.SaveUnverified)
	if err != nil {
		return models.Credential{}, err
	}
	now := v.now()
	c = models.Credential{
		WorkspaceID: caller.WorkspaceID, ID: newID(models.CredentialIDPrefix), // made first: the seal binds to it
		ComponentID: component.ID, ComponentVersion: component.Version, Method: m.Key,
		Status: status, ExpiresAt: in.ExpiresAt, Version: 1, SecretRevision: 1, CreatedAt: now, UpdatedAt: now,
	}
	if grant != nil {
		c.TokenEndsAt = tokenEnd(grant)
	}
	c.Name = nameOr(in.Name, component)
	c.SortName = fold(c.Name)
	err = v.insert(saving, caller, &c, record(tried, &c), component, in, since, grant, func(keyset *seal.Keyset) (hash []byte, err error) {
		if in.IdempotencyKey != "" {
			if hash, err = keyset.MAC(input); err != nil {
				return nil, err
			}
		}
		return hash, sealInto(keyset, &c, m, values)
	})
	if errors.Is(err, store.ErrExists) && in.IdempotencyKey != "" { // the same call at the same time was faster
		return v.firstResult(ctx, caller, in.IdempotencyKey, input, since)
	}
	return c, err
}

// nameOr is the name, or the component's own where there is none.
func nameOr(name string, component *models.Component) string {
	if name = strings.TrimSpace(name); name == "" {
		return "My " + component.Title + " credential"
	}
	return name
}

// connectsElsewhere refuses values for a method in which a person has to say yes at a provider.
func connectsElsewhere(m *models.AuthMethod) []models.ValidationIssue {
	if !m.Connects() {
		return nil
	}
	return []models.ValidationIssue{{Path: []string{"authMethod"}, Message: m.Title + " needs somebody to say yes at the provider: use authorizeCredential, or bring tokens along that it gave elsewhere."}}
}

// insert saves everything in one transaction, in which sealed seals it and hashes the input. Linking changes ties, so
// it takes the workspace's lock; without a link there is nothing to lock but the keyset.
func (v *Vault) insert(ctx context.Context, caller models.Caller, c *models.Credential, tried *models.Verification,
	component *models.Component, in NewCredential, since time.Time, grant *models.Grant, sealed func(*seal.Keyset) ([]byte, error),
) error {
	begin := v.store.Save
	if in.LinkTo != nil {
		begin = func(ctx context.Context, fn func(*store.Tx) error) error {
			return v.store.ChangeAs(ctx, caller, fn)
		}
	}
	return v.keys.save(ctx, caller.WorkspaceID, begin, func(tx *store.Tx, keyset *seal.Keyset) error {
		if in.LinkTo != nil {
			if _, _, err := v.linkTarget(ctx, tx.Reader, caller, *in.LinkTo, component, "linkTo"); err != nil {
				return err
			}
		}
		hash, err := sealed(keyset)
		if err != nil {
			return err
		}
		if in.IdempotencyKey != "" {
			key := models.IdempotencyKey{
				WorkspaceID: caller.WorkspaceID, CallerID: caller.ID, Operation: createOperation, Key: in.IdempotencyKey,
				InputHash: hash, CredentialID: c.ID, CreatedAt: c.CreatedAt,
			}
			if err := tx.InsertIdempotencyKey(ctx, &key, since); err != nil {
				return err
			}
		}
		if err := tx.InsertCredential(ctx, c, sortedTags(in.Tags)); err != nil {
			return componentGone(err, "componentId")
		}
		if grant != nil {
			grant.WorkspaceID, grant.CredentialID = c.WorkspaceID, c.ID
			if err := tx.SaveGrant(ctx, grant); err != nil {
				return err
			}
		}
		if err := tx.InsertVerification(ctx, tried); err != nil {
			return err
		}
		if err := tx.Record(ctx, v.did(caller, models.CredentialCreated, credentialTarget(c)).Related(c.ComponentID).Telling(finding(*tried))); err != nil || in.LinkTo == nil {
			return err
		}
		if err := tx.SetStepCredential(ctx, caller.WorkspaceID, in.LinkTo.FlowID, in.LinkTo.StepKey, &c.ID); err != nil {
			return err
		}
		if err := tx.TouchFlow(ctx, caller.WorkspaceID, in.LinkTo.FlowID, v.now()); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.CredentialLinked, credentialTarget(c)).Related(in.LinkTo.FlowID).Telling("step "+in.LinkTo.StepKey))
	})
}

// firstResult reads what an earlier call with this key saved. store.ErrNotFound when there was none;
// IdempotencyKeyReusedError; NotFoundError when its credential was deleted since.
func (v *Vault) firstResult(ctx context.Context, caller models.Caller, key string, input []byte, since time.Time) (models.Credential, error) {
	found, err := v.store.IdempotencyKey(ctx, caller.WorkspaceID, caller.ID, createOperation, key, since)
	if err != nil {
		return models.Credential{}, err
	}
	err = v.keys.with(ctx, caller.WorkspaceID, func(keyset *seal.Keyset) error {
		if !keyset.VerifyMAC(found.InputHash, input) { // or its key came since
			return &models.IdempotencyKeyReusedError{}
		}
		return nil
	})
	if err != nil {
		return models.Credential{}, err
	}
	c, err := v.store.Credential(ctx, caller.WorkspaceID, found.CredentialID)
	if errors.Is(err, store.ErrNotFound) {
		err = &models.NotFoundError{
			What: "credential", Path: []string{"idempotencyKey"},
			Message: "The credential that was made with this idempotencyKey has been deleted since. Use a new key to make another.",
		}
	}
	return c, err
}

// text is all of the input that makes a repeated call the same. It holds secrets: only a keyed hash of it is stored,
// since a plain one of a short secret could be guessed.
func (in *NewCredential) text() ([]byte, error) {
	if in.IdempotencyKey == "" {
		return nil, nil
	}
	fields := make([][2]any, len(in.Fields))
	for i, field := range in.Fields {
		fields[i] = [2]any{field.Key, field.Value.Reveal()}
	}
	all := []any{createOperation, in.ComponentID, in.Method, in.Name, fields, in.LinkTo, in.SaveUnverified, sortedTags(in.Tags)}
	if in.Tokens != nil {
		t := in.Tokens
		all = append(all, []any{t.Access.Reveal(), t.Refresh.Reveal(), t.Secret.Reveal(), t.EndsAt, t.Scopes, t.Captured})
	}
	if in.ExpiresAt != nil { // else as it was before credentials had an end: keys of that time are still in use
		all = append(all, in.ExpiresAt)
	}
	return json.Marshal(all)
}
