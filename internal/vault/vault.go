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
	"golang.org/x/sync/singleflight"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"keyward/internal/metrics"
	"keyward/internal/oauth"
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
	// Providers gives tokens for OAuth; OperatorClients finds the operator's client of one.
	Providers       *oauth.Providers
	OperatorClients func(provider string) (oauth.Client, bool)
	// BaseURL is where browsers reach the gateway; ReturnURLs are where else they may go once a connection is made.
	BaseURL    string
	ReturnURLs []string
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

	providers       *oauth.Providers
	operatorClients func(string) (oauth.Client, bool)
	baseURL         string
	returnURLs      []string
	renewals        singleflight.Group
	verifying       *verifying
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
	v := &Vault{store: c.Store, keys: keys, verifiers: c.Verifiers, metrics: c.Metrics, log: c.Log, clock: c.Now, verifying: newVerifying()}
	v.providers, v.operatorClients, v.baseURL, v.returnURLs = c.Providers, c.OperatorClients, c.BaseURL, c.ReturnURLs
	if v.operatorClients == nil {
		v.operatorClients = func(string) (oauth.Client, bool) { return oauth.Client{}, false }
	}
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

// componentGone says what came of a component while a credential of it was tried.
func componentGone(err error, path string) error {
	if errors.Is(err, store.ErrNoComponent) {
		return &models.NotFoundError{What: "component", Path: []string{path}, Message: "The component was deleted, or changed more than once, while the values were tried. Nothing was saved: reload, and try again if it is still there."}
	}
	return err
}

// notFound turns the store's word into the caller's.
func notFound(err error, what string, path ...string) error {
	if errors.Is(err, store.ErrNotFound) {
		return &models.NotFoundError{What: what, Path: path}
	}
	return err
}
