package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyward/internal/oauth"
	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

// OAuthProvider is who gives tokens to components, and the client that a workspace connects with.
type OAuthProvider struct {
	Key        string
	Components []*models.Component // by title
	Client     *OAuthClient        // nil: nobody can connect yet
}

// OAuthClient is a registered client without its secret.
type OAuthClient struct {
	ClientID    string
	Own         bool // the workspace's; else the operator's
	Connections int  // of this workspace
	UpdatedAt   *time.Time
}

const purposeClient = "oauth client"

func clientPlace(c *models.OAuthClient) seal.Place {
	return seal.Place{Purpose: purposeClient, Workspace: c.WorkspaceID, Credential: c.Provider, Component: c.ClientID, Revision: c.Revision}
}

// CallbackURL is the redirect URI, exactly as it is sent.
func (v *Vault) CallbackURL() string { return v.providers.CallbackURL() }

// OAuthProviders lists those that registered clients belong to, by key, with the workspace's clients: those that a component names now, and
// those that the workspace has a client or connections of, though only an earlier version or a retired component names them.
func (v *Vault) OAuthProviders(ctx context.Context, caller models.Caller) ([]OAuthProvider, error) {
	if err := caller.May(models.ReadComponents); err != nil {
		return nil, err
	}
	own, err := v.store.OAuthClients(ctx, caller.WorkspaceID)
	if err != nil {
		return nil, err
	}
	counts, err := v.store.ConnectionCounts(ctx, caller.WorkspaceID)
	if err != nil {
		return nil, err
	}
	components, err := v.components.all(ctx, v.store.Reader, caller.WorkspaceID)
	if err != nil {
		return nil, err
	}
	byKey := map[string]*OAuthProvider{}
	for _, component := range components {
		for i := range component.Methods {
			key := component.Methods[i].Provider()
			if key == "" || component.Retired {
				continue
			}
			if byKey[key] == nil {
				byKey[key] = &OAuthProvider{Key: key, Client: v.clientShown(own, key, counts)}
			}
			if p := byKey[key]; !slices.Contains(p.Components, component) {
				p.Components = append(p.Components, component)
			}
		}
	}
	earlier := func(key string) {
		if key == "" || byKey[key] != nil {
			return
		}
		byKey[key] = &OAuthProvider{Key: key, Client: v.clientShown(own, key, counts)}
		for _, component := range components {
			if namesProvider(component, key) {
				byKey[key].Components = append(byKey[key].Components, component)
			}
		}
	}
	for i := range own {
		earlier(own[i].Provider)
	}
	for client := range counts {
		earlier(client.Provider)
	}
	all := make([]OAuthProvider, 0, len(byKey))
	for _, p := range byKey {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b OAuthProvider) int { return strings.Compare(a.Key, b.Key) })
	return all, nil
}

// namesProvider reports whether a component names the provider, in its current version or, if it is a workspace's own, in whatever version.
func namesProvider(c *models.Component, key string) bool {
	if c.Custom {
		return strings.HasPrefix(key, models.CustomProvidersOf(c.Key))
	}
	return slices.ContainsFunc(c.Methods, func(m models.AuthMethod) bool { return m.Provider() == key })
}

func (v *Vault) clientShown(own []models.OAuthClient, provider string, counts map[store.RegisteredClient]int) *OAuthClient {
	var shown OAuthClient
	if i := slices.IndexFunc(own, func(c models.OAuthClient) bool { return c.Provider == provider }); i >= 0 {
		shown = OAuthClient{ClientID: own[i].ClientID, Own: true, UpdatedAt: &own[i].UpdatedAt}
	} else if client, ok := v.operatorClient(provider); ok {
		shown = OAuthClient{ClientID: client.ID}
	} else {
		return nil
	}
	shown.Connections = counts[store.RegisteredClient{Provider: provider, ClientID: shown.ClientID}]
	return &shown
}

// oauthProvider finds one. NotFoundError.
func (v *Vault) oauthProvider(ctx context.Context, caller models.Caller, key string) (OAuthProvider, error) {
	all, err := v.OAuthProviders(ctx, caller)
	if err != nil {
		return OAuthProvider{}, err
	}
	for _, p := range all {
		if p.Key == key {
			return p, nil
		}
	}
	return OAuthProvider{}, &models.NotFoundError{What: "OAuth provider", Path: []string{"provider"}, Message: "No component connects through a provider of that name. See oauthProviders."}
}

// client finds the registered client that a method connects with in the workspace; zero where the method needs none. OAuthError.
func (v *Vault) client(ctx context.Context, workspace string, m *models.AuthMethod) (oauth.Client, error) {
	provider := m.Provider()
	if provider == "" {
		return oauth.Client{}, nil
	}
	row, err := v.store.OAuthClient(ctx, workspace, provider)
	if errors.Is(err, store.ErrNotFound) {
		if client, ok := v.operatorClient(provider); ok {
			return client, nil
		}
		return oauth.Client{}, &models.OAuthError{Reason: models.OAuthClientMissing}
	}
	if err != nil {
		return oauth.Client{}, err
	}
	secret, err := v.openClient(ctx, &row)
	return oauth.Client{ID: row.ClientID, Secret: secret}, err
}

// operatorClient is the operator's at a provider of the catalog. A workspace's own components say themselves where their provider is, so
// none of them is ever given the operator's secret.
func (v *Vault) operatorClient(provider string) (oauth.Client, bool) {
	if strings.HasPrefix(provider, models.CustomProvider) {
		return oauth.Client{}, false
	}
	return v.operatorClients(provider)
}

// openClient opens the secret. A row that was read just before it was sealed anew is read once more, as opening does.
func (v *Vault) openClient(ctx context.Context, c *models.OAuthClient) (models.Secret, error) {
	var values models.Values
	open := func(keyset *seal.Keyset) (err error) {
		values, err = keyset.OpenValues(clientPlace(c), c.Sealed)
		return err
	}
	err := v.keys.with(ctx, c.WorkspaceID, open)
	if errors.Is(err, seal.ErrUnopenable) {
		if now, readErr := v.store.OAuthClient(ctx, c.WorkspaceID, c.Provider); readErr == nil && now.Revision != c.Revision {
			*c = now
			err = v.keys.with(ctx, c.WorkspaceID, open)
		}
	}
	if err != nil {
		return models.Secret{}, fmt.Errorf("open the OAuth client of %s: %w", c.Provider, err)
	}
	return values["secret"], nil
}

// SetOAuthClient gives the workspace a client of its own at a provider, or changes it. A secret that isn't given stays, if the client
// id does. NotFoundError, ValidationError.
func (v *Vault) SetOAuthClient(ctx context.Context, caller models.Caller, provider, clientID string, secret *Field, found []models.ValidationIssue) (OAuthProvider, error) {
	if err := caller.MayChange(models.ManageClients); err != nil {
		return OAuthProvider{}, err
	}
	if _, err := v.oauthProvider(ctx, caller, provider); err != nil {
		return OAuthProvider{}, err
	}
	clientID = strings.TrimSpace(clientID)
	row, err := v.store.OAuthClient(ctx, caller.WorkspaceID, provider)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return OAuthProvider{}, err
	}
	kept := models.Secret{}
	switch {
	case secret != nil:
		text, ok := secret.Value.Reveal().(string)
		if ok = ok || secret.Value.IsNull(); !ok || len(text) > 4096 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			found = append(found, models.ValidationIssue{Path: []string{"clientSecret"}, Message: "The client secret must be one line of text, or null for a public client."})
		}
		kept = models.NewSecret(strings.TrimSpace(text))
	case row.ClientID == clientID && row.Revision > 0:
		if kept, err = v.openClient(ctx, &row); err != nil {
			return OAuthProvider{}, err
		}
	case row.Revision > 0:
		found = append(found, models.ValidationIssue{Path: []string{"clientSecret"}, Message: "Another client has another secret: give it, or null for a public client."})
	}
	if err := wrong(found, nil); err != nil {
		return OAuthProvider{}, err
	}
	row.WorkspaceID, row.Provider, row.ClientID, row.UpdatedAt = caller.WorkspaceID, provider, clientID, v.now()
	row.Revision++
	err = v.keys.save(ctx, caller.WorkspaceID, func(ctx context.Context, fn func(*store.Tx) error) error { return v.store.ChangeAs(ctx, caller, fn) },
		func(tx *store.Tx, keyset *seal.Keyset) error {
			var err error
			if row.Sealed, row.KeyID, err = keyset.SealValues(clientPlace(&row), models.Values{"secret": kept}); err != nil {
				return err
			}
			if err := tx.SaveOAuthClient(ctx, &row); err != nil {
				return err
			}
			return tx.Record(ctx, v.did(caller, models.OAuthClientSet, models.Target{ID: provider, Name: provider}))
		})
	if err != nil {
		return OAuthProvider{}, err
	}
	return v.oauthProvider(ctx, caller, provider)
}

// DeleteOAuthClient takes the workspace's own client away. It returns the provider, which may not be listed any more. NotFoundError.
func (v *Vault) DeleteOAuthClient(ctx context.Context, caller models.Caller, provider string) (OAuthProvider, error) {
	if err := caller.MayChange(models.ManageClients); err != nil {
		return OAuthProvider{}, err
	}
	left, err := v.oauthProvider(ctx, caller, provider)
	if err != nil {
		return OAuthProvider{}, err
	}
	err = v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		if err := tx.DeleteOAuthClient(ctx, caller.WorkspaceID, provider); err != nil {
			return notFound(err, "OAuth client", "provider")
		}
		return tx.Record(ctx, v.did(caller, models.OAuthClientDeleted, models.Target{ID: provider, Name: provider}))
	})
	if err != nil {
		return OAuthProvider{}, err
	}
	counts, err := v.store.ConnectionCounts(ctx, caller.WorkspaceID)
	left.Client = v.clientShown(nil, provider, counts)
	return left, err
}

// Grants reads what is known of the credentials' connections.
func (v *Vault) Grants(ctx context.Context, caller models.Caller, credentials []string) (map[string]models.Grant, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.Grants(ctx, caller.WorkspaceID, credentials)
}

// sealJSON and openJSON are for what is kept while a person is at a provider.
func sealJSON(keyset *seal.Keyset, at seal.Place, what any) ([]byte, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return nil, errors.New("what a person is away for can't be encoded")
	}
	sealed, _, err := keyset.Seal(at, text)
	return sealed, err
}
