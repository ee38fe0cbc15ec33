// Package vault holds the rules: what may be saved, linked, activated and deleted, and by whom. It knows no SQL and no
// HTTP. Every method takes the caller, works in the caller's workspace only, and returns models.ErrForbidden when the
// caller's role may not do the thing at all.
package vault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"keyward/internal/metrics"
	"keyward/internal/store"
	"keyward/models"
	"keyward/verifiers"
)

// MaxPage is the most rows that one page may have.
const MaxPage = 100

// Config is what a vault is made of.
type Config struct {
	Store *store.Store
	Key   *Key
	// Catalog is what can be connected to.
	Catalog   []*models.Component
	Verifiers *verifiers.Registry
	// Override looks up the operator's value for a descriptor's variable, as catalog.Parse wants it.
	Override func(string) (string, bool)
	// HostBudget and WorkspaceBudget are how many dry requests of a workspace may fail: to one host, and in all.
	HostBudget, WorkspaceBudget models.Budget
	Metrics                     *metrics.Metrics // nil: nobody counts
	Log                         *slog.Logger
	// Now is the clock; nil means the real one.
	Now func() time.Time
}

// Vault applies the rules.
type Vault struct {
	store      *store.Store
	keys       *keyring
	components *components
	verifiers  *verifiers.Registry
	log        *slog.Logger
	budget     *budget
	metrics    *metrics.Metrics
	clock      func() time.Time
}

// Open records the catalog in the database and returns a vault that is ready for work.
func Open(ctx context.Context, c Config) (*Vault, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	keys, err := newKeyring(c.Store, c.Key)
	if err != nil {
		return nil, err
	}
	v := &Vault{store: c.Store, keys: keys, verifiers: c.Verifiers, metrics: c.Metrics, log: c.Log, clock: c.Now}
	v.budget = newBudget(c)
	if v.components, err = openComponents(ctx, c, v.now()); err != nil {
		return nil, fmt.Errorf("record the catalog: %w", err)
	}
	return v, nil
}

// now is in UTC and in microseconds, which is what both databases keep.
func (v *Vault) now() time.Time { return v.clock().UTC().Truncate(time.Microsecond) }

// newID makes an id that sorts by time.
func newID(prefix string) string { return prefix + uuid.Must(uuid.NewV7()).String() }

// fold makes text comparable: what people take for the same letters, in any case, becomes the same bytes.
func fold(text string) string { return cases.Fold().String(norm.NFC.String(text)) }

// notFound turns the store's word into the caller's.
func notFound(err error, what string, path ...string) error {
	if errors.Is(err, store.ErrNotFound) {
		return &models.NotFoundError{What: what, Path: path}
	}
	return err
}
