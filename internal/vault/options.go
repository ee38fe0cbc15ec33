package vault

import (
	"context"
	"slices"

	"keyward/internal/store"
	"keyward/models"
)

// OptionsQuestion asks for the options of one field of a form.
type OptionsQuestion struct {
	ComponentID  string
	Method       string // empty: the component's first, or the credential's
	Field        string
	CredentialID string // empty: of a new credential
	Fields       []Field
	// Issues are what was found wrong with the input already; they are told together with what is wrong with the fields.
	Issues []models.ValidationIssue
}

// FetchOptions asks the service for a field's options, with the fields typed in so far, on top of what is stored where it is an edit.
//
// NotFoundError, ValidationError, VerificationFailedError where there are none, RateLimitedError.
func (v *Vault) FetchOptions(ctx context.Context, caller models.Caller, in OptionsQuestion) ([]models.FieldOption, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return nil, err
	}
	var (
		component *models.Component
		m, before *models.AuthMethod
		stored    models.Values
		target    models.Target
		err       error
	)
	if in.CredentialID == "" {
		if component, m, err = v.findMethod(ctx, caller.WorkspaceID, in.ComponentID, in.Method, in.Issues); err != nil {
			return nil, err
		}
		target = models.Target{ID: component.ID, Name: component.Title}
	} else { // whatever the component is by now: an edit of a credential goes on when no new ones are made
		c, err := v.store.Credential(ctx, caller.WorkspaceID, in.CredentialID)
		if err == nil && c.ComponentID != in.ComponentID {
			err = store.ErrNotFound
		}
		if err != nil {
			return nil, notFound(err, "credential", "credentialId")
		}
		target = credentialTarget(&c)
		if component, m, before, err = v.current(ctx, &c); err != nil {
			return nil, err
		}
		if stored, err = v.open(ctx, &c); err != nil {
			return nil, err
		}
	}
	spec, ok := m.Field(in.Field)
	if !ok || spec.OptionsFrom == nil {
		return nil, wrong(in.Issues, []models.ValidationIssue{{Path: []string{"field"}, Message: "This field's options are not fetched. See fetchesOptions of the auth method's fields."}})
	}
	if issues := disclosed(before, m, stored, in.Fields); len(issues) > 0 {
		return nil, wrong(in.Issues, issues)
	}
	values, issues := overlay(m, stored, in.Fields)
	issues = soFar(m, spec, values, in.Fields, issues)
	if stored != nil && movedDestination(before, stored, m, values) {
		issues = append(issues, retype(m, values, in.Fields)...)
	}
	if err := wrong(in.Issues, issues); err != nil {
		return nil, err
	}
	asked := &models.AuthMethod{DryRequest: spec.OptionsFrom.DryRequest}
	var options []models.FieldOption
	found, err := v.budgeted(ctx, caller, component, v.verifiers.Target(asked, values), func(key string) (found models.Verification) {
		options, found = v.verifiers.Options(ctx, key, spec.OptionsFrom, values)
		options = slices.DeleteFunc(options, func(o models.FieldOption) bool {
			return repeatsSecret(m, values, o.Value) || repeatsSecret(m, values, o.Label)
		})
		return found
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	err = v.store.Save(ctx, func(tx *store.Tx) error {
		return tx.Record(ctx, v.did(caller, models.CredentialChecked, target).Telling("options of "+spec.Key+", "+finding(found)))
	})
	if err == nil && found.Outcome != models.Accepted {
		err = &models.VerificationFailedError{Verification: found, Asked: true}
	}
	return options, err
}

// soFar are the issues that matter before a form is filled in whole: with what is given, and with what the request can't do without.
func soFar(m *models.AuthMethod, spec *models.FieldSpec, values models.Values, given []Field, issues []models.ValidationIssue) []models.ValidationIssue {
	issues = slices.DeleteFunc(issues, func(issue models.ValidationIssue) bool {
		key := issue.Path[len(issue.Path)-1]
		_, isSet := values[key]
		return !isSet && !slices.ContainsFunc(given, func(f Field) bool { return f.Key == key && !f.Value.IsNull() })
	})
	for _, key := range spec.OptionsFrom.Needs {
		field, _ := m.Field(key)
		if _, isSet := values[key]; !isSet && field.Required && field.Visible(values) && !slices.ContainsFunc(issues, func(i models.ValidationIssue) bool { return slices.Contains(i.Path, key) }) {
			issues = append(issues, models.ValidationIssue{Path: []string{"fields", key}, Message: field.Label + " is needed to fetch the options."})
		}
	}
	return issues
}
