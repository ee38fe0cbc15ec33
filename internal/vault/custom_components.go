package vault

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"keyward/catalog"
	"keyward/internal/store"
	"keyward/models"
)

const (
	// maxCustomComponents is how many components of its own a workspace may have.
	maxCustomComponents = 200
	// keptVersions is how many versions of one are kept although no credential was made with them: the newest, and the one before it, which
	// somebody may be connecting with just now.
	keptVersions = 2
	// maxDescriptor is the most that is kept of one descriptor, and maxDescriptors of all versions of all components of a workspace: whoever
	// lists them on a gateway that has none in memory waits for all to be read.
	maxDescriptor, maxDescriptors = 128 << 10, 16 << 20
	// maxProblems is how many things that are wrong with a descriptor are told at once.
	maxProblems = 100
)

// parseCustom reads the descriptor of a workspace's own component. The operator's settings don't reach it, and its OAuth providers are its
// own: their keys tell the component and where codes, tokens and the client's secret go. So a client that was registered for one provider is
// never shown to another, neither to one of the catalog's name nor to the same one with other addresses.
func parseCustom(id string, descriptor []byte) (*models.Component, error) {
	key, _ := models.ComponentKey(id)
	component, err := catalog.Parse(key, descriptor, nil, nil)
	if err != nil {
		return nil, err
	}
	component.ID, component.Custom = id, true
	for i := range component.Methods {
		m := &component.Methods[i]
		provider := models.CustomProvidersOf(key) + hex.EncodeToString(hashed(m.Provider() + oauthDestination(m))[:16])
		if m.OAuth2 != nil {
			m.OAuth2.Provider = provider
		}
		if m.OAuth1 != nil {
			m.OAuth1.Provider = provider
		}
		if m.DryRequest != nil && m.DryRequest.External != nil {
			m.DryRequest.External.Component = id // so that the operator's verifier can tell it from the catalog's
		}
		m.Use = use(m)
	}
	return component, nil
}

// use writes down what a method does with its values, but for how answers are judged. Whoever imports a component chooses not only the host:
// a secret in another place of the same request, a note that is made or a name that is looked up, would be somebody else's to read.
func use(m *models.AuthMethod) string {
	parts := []any{m.OAuth2, m.OAuth1}
	tried := func(d models.DryRequest) {
		d.Source, d.Unavailable, d.Accept, d.Reject = "", nil, nil, nil
		parts = append(parts, d)
	}
	if m.DryRequest != nil {
		tried(*m.DryRequest)
	}
	for i := range m.Fields {
		if from := m.Fields[i].OptionsFrom; from != nil {
			tried(*from.DryRequest)
			parts = append(parts, from.Items, from.Value, from.Label)
		}
	}
	return written(parts)
}

// NewComponent is a descriptor that a workspace imports.
type NewComponent struct {
	Key        string
	Descriptor []byte
	Force      bool // although it breaks credentials
	DryRun     bool // save nothing
	// Issues are what was found wrong with the input already.
	Issues []models.ValidationIssue
}

// Imported is what came of it, or would.
type Imported struct {
	Component *models.Component
	Created   bool // it was not there before
	Changed   bool // it is new, another version, or back from retirement
}

// ImportComponent gives the workspace a component of its own, or a new version of it. Versions stay, and so does each credential's.
//
// ValidationError, DescriptorInvalidError, ComponentBreakingChangeError.
func (v *Vault) ImportComponent(ctx context.Context, caller models.Caller, in NewComponent) (Imported, error) {
	if err := caller.MayChange(models.ManageComponents); err != nil {
		return Imported{}, err
	}
	if len(in.Issues) == 0 && !catalog.IsKey(in.Key) {
		in.Issues = []models.ValidationIssue{{Path: []string{"key"}, Message: "A key is made of lower-case letters, digits and single dashes, at most 64 of them: my-shop."}}
	}
	if err := wrong(in.Issues, nil); err != nil {
		return Imported{}, err
	}
	id := models.CustomComponentID(caller.WorkspaceID, in.Key)
	component, err := parseCustom(id, in.Descriptor)
	if err == nil {
		component.Descriptor, err = slim(in.Descriptor)
	}
	if err != nil {
		return Imported{}, descriptorInvalid(err)
	}
	result := Imported{Component: component}
	if in.DryRun {
		result.Created, result.Changed, err = v.importable(ctx, v.store.Reader, caller, component, in.Force)
		return result, err
	}
	err = v.store.ChangeAs(ctx, caller, func(tx *store.Tx) (err error) {
		if err := tx.DropRetiredComponents(ctx, caller.WorkspaceID); err != nil {
			return err
		}
		if result.Created, result.Changed, err = v.importable(ctx, tx.Reader, caller, component, in.Force); err != nil || !result.Changed {
			return err
		}
		record := models.ComponentRecord{ID: id, Version: component.Version, WorkspaceID: &caller.WorkspaceID}
		version := models.ComponentVersion{ComponentID: id, Version: component.Version, Descriptor: component.Descriptor, Icon: []byte{}, CreatedAt: v.now()}
		if err := tx.SaveCustomComponent(ctx, &record, &version, keptVersions); err != nil {
			return err
		}
		what := "updated"
		if result.Created {
			what = "created"
		}
		return tx.Record(ctx, v.did(caller, models.ComponentImported, models.Target{ID: id, Name: component.Title}).Telling(what+", version "+component.Version))
	})
	component.Descriptor = nil
	return result, err
}

// slim is what is kept of a descriptor.
func slim(descriptor []byte) ([]byte, error) {
	kept, err := catalog.Slim(descriptor)
	if err == nil && len(kept) > maxDescriptor {
		err = &catalog.Error{Reason: fmt.Sprintf("is too long: without white space and what flows do with the component (triggers, actions, fields) it has %d bytes, and the most is %d", len(kept), maxDescriptor)}
	}
	return kept, err
}

func descriptorInvalid(err error) error {
	found := catalog.Problems(err)
	if len(found) == 0 {
		return err
	}
	invalid := &models.DescriptorInvalidError{}
	for _, p := range found[:min(maxProblems, len(found))] {
		invalid.Problems = append(invalid.Problems, models.DescriptorProblem{Pointer: p.Pointer, Message: p.Reason})
	}
	return invalid
}

// importable refuses what must not be saved, and says whether saving would make a component, or change one.
// ValidationError, ComponentBreakingChangeError.
func (v *Vault) importable(ctx context.Context, r store.Reader, caller models.Caller, next *models.Component, force bool) (created, changed bool, err error) {
	refuse := func(message string) error {
		return wrong(nil, []models.ValidationIssue{{Path: []string{"key"}, Message: message}})
	}
	room := func() error {
		kept, err := r.CustomDescriptorBytes(ctx, caller.WorkspaceID)
		if err == nil && kept+len(next.Descriptor) > maxDescriptors {
			err = refuse("The descriptors of this workspace's own components have 16 MiB together, older versions that credentials were made with included, which is the most. Delete a component first.")
		}
		return err
	}
	builtin := models.ComponentID(next.Key)
	records, err := r.ComponentsByID(ctx, caller.WorkspaceID, []string{next.ID, builtin})
	if err != nil {
		return false, false, err
	}
	i := slices.IndexFunc(records, func(c models.ComponentRecord) bool { return c.ID == next.ID })
	if i < 0 {
		if v.components.byID[builtin] != nil || len(records) > 0 {
			return false, false, refuse("The catalog has a component of this key already. Choose another one.")
		}
		all, err := r.CustomComponents(ctx, caller.WorkspaceID)
		if err != nil {
			return false, false, err
		}
		if len(all) >= maxCustomComponents {
			return false, false, refuse(fmt.Sprintf("This workspace has %d components of its own, which is the most. Delete one first.", len(all)))
		}
		return true, true, room()
	}
	now, err := v.components.version(ctx, r, next.ID, records[i].Version)
	if err != nil {
		return false, false, err
	}
	if changes := breaking(now, next); len(changes) > 0 && !force {
		return false, false, v.breakingChange(ctx, r, caller, next.ID, changes)
	}
	if now.Version != next.Version {
		return false, true, room()
	}
	return false, records[i].Retired, nil
}

// breaking is what a new version takes from those who use the old one.
func breaking(before, now *models.Component) []models.ComponentChange {
	var changes []models.ComponentChange
	for i := range before.Methods {
		old := &before.Methods[i]
		m, ok := now.Method(old.Key)
		if !ok || old.Key == "" {
			changes = append(changes, models.ComponentChange{Kind: models.MethodRemoved, Method: old.Key})
			continue
		}
		for _, spec := range old.Fields {
			if _, kept := m.Field(spec.Key); !kept {
				changes = append(changes, models.ComponentChange{Kind: models.FieldRemoved, Method: m.Key, Field: spec.Key})
			}
		}
		for _, spec := range m.Fields {
			was, known := old.Field(spec.Key)
			if spec.Required && spec.DefaultValue == "" && (!known || !was.Required) {
				changes = append(changes, models.ComponentChange{Kind: models.FieldRequired, Method: m.Key, Field: spec.Key})
			}
		}
	}
	return changes
}

// breakingChange names the credentials that the changes would break to who may read credentials, and else not even their number.
func (v *Vault) breakingChange(ctx context.Context, r store.Reader, caller models.Caller, id string, changes []models.ComponentChange) error {
	refused := &models.ComponentBreakingChangeError{Changes: changes, Credentials: models.Page[models.Credential]{Total: -1}}
	if caller.May(models.ReadCredentials) != nil {
		return refused
	}
	var methods []string
	for _, change := range changes {
		methods = append(methods, change.Method)
	}
	var err error
	if refused.Credentials, err = r.CredentialsOfMethods(ctx, caller.WorkspaceID, id, slices.Compact(methods), MaxPage); err != nil {
		return err
	}
	return refused
}

// DeleteComponent takes a component of its own from the workspace. While credentials or steps use it, it retires instead: they stay as they
// are, and no new credentials are made. Importing its key again brings it back. NotFoundError.
func (v *Vault) DeleteComponent(ctx context.Context, caller models.Caller, id string) (retired bool, err error) {
	if err := caller.MayChange(models.ManageComponents); err != nil {
		return false, err
	}
	err = v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		record, err := tx.Component(ctx, caller.WorkspaceID, id)
		if err == nil && record.WorkspaceID == nil { // the catalog's
			err = store.ErrNotFound
		}
		if err != nil {
			return notFound(err, "component of its own", "id")
		}
		component, err := v.components.version(ctx, tx.Reader, id, record.Version)
		if err != nil {
			return err
		}
		deleted, err := tx.DeleteComponent(ctx, caller.WorkspaceID, id)
		if err != nil {
			return err
		}
		if retired = !deleted; retired {
			err = tx.RetireComponent(ctx, caller.WorkspaceID, id)
		}
		if err != nil {
			return err
		}
		what := "deleted"
		if retired {
			what = "retired"
		}
		return tx.Record(ctx, v.did(caller, models.ComponentDeleted, models.Target{ID: id, Name: component.Title}).Telling(what))
	})
	return retired, err
}
