package vault

import (
	"context"
	"maps"

	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// pinned is the values with what an accepted dry request told, where its field is empty.
func pinned(m *models.AuthMethod, values models.Values, tried models.Verification) (models.Values, bool) {
	_, filled := values[tried.Pin.Field]
	_, known := m.Field(tried.Pin.Field)
	if filled || !known || tried.Outcome != models.Accepted {
		return values, false
	}
	values = maps.Clone(values)
	values[tried.Pin.Field] = models.NewSecret(tried.Pin.Value)
	return values, true
}

// saveFound runs save in the transaction that writes down what trying the row seen has shown. Where the dry request told
// something, it is sealed into the row first; revision is the row's then.
func (v *Vault) saveFound(ctx context.Context, m *models.AuthMethod, seen *models.Credential, tried models.Verification, save func(tx *store.Tx, revision int32) error) error {
	if tried.Pin.Field == "" {
		return v.store.Save(ctx, func(tx *store.Tx) error { return save(tx, seen.SecretRevision) })
	}
	return v.keys.save(ctx, seen.WorkspaceID, v.store.Save, func(tx *store.Tx, keyset *seal.Keyset) error {
		revision, err := pin(ctx, tx, keyset, m, seen, tried)
		if err != nil {
			return err
		}
		return save(tx, revision)
	})
}

// pin seals what the dry request told into the row. One that was edited or sealed anew since it was tried is left alone,
// and learns it the next time.
func pin(ctx context.Context, tx *store.Tx, keyset *seal.Keyset, m *models.AuthMethod, seen *models.Credential, tried models.Verification) (revision int32, err error) {
	c, err := tx.Credential(ctx, seen.WorkspaceID, seen.ID)
	if err != nil || c.SecretRevision != seen.SecretRevision {
		return seen.SecretRevision, err
	}
	values, err := keyset.OpenValues(place(purposeValues, &c), c.Sealed)
	if err != nil {
		return 0, err
	}
	values, learned := pinned(m, values, tried)
	if !learned {
		return seen.SecretRevision, nil
	}
	c.SecretRevision++
	if err := sealInto(keyset, &c, m, values); err != nil {
		return 0, err
	}
	if done, err := tx.RenewCredential(ctx, &c, seen.SecretRevision); err != nil || !done {
		return seen.SecretRevision, err
	}
	return c.SecretRevision, nil
}
