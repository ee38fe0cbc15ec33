package vault

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"keyward/internal/oauth"
	"keyward/internal/requestid"
	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

const (
	// authorizationTime is how long a person may take at the provider, and a frontend to ask what came of it.
	authorizationTime = 10 * time.Minute
	// maxAuthorizations is how many people of a workspace may be at providers at once.
	maxAuthorizations = 500
	// finishTime bounds what is finished though nobody may wait any more. The callback makes one exchange, a metadata request and a dry request;
	// a deletion gives tokens back.
	finishTime = 90 * time.Second

	purposeAuthorization = "authorization"
)

// NewAuthorization is what Authorize begins.
type NewAuthorization struct {
	ComponentID    string
	CredentialID   string // to connect again
	Method         string // empty: the first that connects
	Name           string
	Fields         []Field
	Scopes         []string // nil: the method's
	LinkTo         *StepRef
	Tags           []string
	SaveUnverified bool
	ReturnTo       string
	Issues         []models.ValidationIssue
}

// away is what has to be known when the person comes back. It is sealed: it holds what was typed in and PKCE's verifier.
type away struct {
	Caller           models.Caller
	ComponentVersion string
	Method           string
	CredentialID     string `json:",omitempty"`
	Name             string
	Values           map[string][]byte // typed
	Scopes           []string
	LinkTo           *StepRef `json:",omitempty"`
	Tags             []string `json:",omitempty"`
	SaveUnverified   bool
	ClientID         string
	Pending          oauth.Pending
}

// Started is a person on the way.
type Started struct {
	URL       string // the provider's page
	ExpiresAt time.Time
}

// Authorize begins to connect: it returns the provider's page on which a person says yes.
//
// ValidationError, NotFoundError, ComponentMismatchError, OAuthError, RateLimitedError.
func (v *Vault) Authorize(ctx context.Context, caller models.Caller, in NewAuthorization) (Started, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return Started{}, err
	}
	if in.LinkTo != nil {
		if err := caller.MayChange(models.WriteFlows); err != nil {
			return Started{}, err
		}
	}
	if in.LinkTo != nil { // whose flow it is comes before everything else that may be wrong
		if _, _, err := v.linkTarget(ctx, v.store.Reader, caller, *in.LinkTo, nil, "linkTo"); err != nil {
			return Started{}, err
		}
	}
	component, m, values, scopes, err := v.toConnect(ctx, caller, in)
	if err != nil {
		return Started{}, err
	}
	if in.LinkTo != nil {
		if _, _, err := v.linkTarget(ctx, v.store.Reader, caller, *in.LinkTo, component, "linkTo"); err != nil {
			return Started{}, err
		}
	}
	now := v.now()
	waiting, err := v.store.Authorizations(ctx, caller.WorkspaceID, now)
	if err != nil {
		return Started{}, err
	}
	if waiting >= maxAuthorizations {
		return Started{}, &models.RateLimitedError{Limited: "Too many connections of this workspace wait for somebody to say yes.", RetryAfter: time.Minute}
	}
	client, err := v.client(ctx, caller.WorkspaceID, m)
	if err != nil {
		return Started{}, err
	}
	c := oauth.Connection{Method: m, Values: values, Client: client, Scopes: scopes}
	var (
		page, key string
		pending   oauth.Pending
	)
	err = v.asking(ctx, caller.WorkspaceID, c, func() (err error) {
		page, key, pending, err = v.providers.Begin(ctx, c)
		return err
	})
	if err != nil {
		return Started{}, err
	}
	what := away{
		Caller: caller, ComponentVersion: component.Version, Method: m.Key, CredentialID: in.CredentialID, Name: strings.TrimSpace(in.Name),
		Values: map[string][]byte{}, Scopes: scopes, LinkTo: in.LinkTo, Tags: sortedTags(in.Tags), SaveUnverified: in.SaveUnverified,
		ClientID: client.ID, Pending: pending,
	}
	for field, value := range values {
		what.Values[field] = []byte(value.Reveal())
	}
	row := models.Authorization{
		StateHash: hashed(key), WorkspaceID: caller.WorkspaceID, ID: newID(models.AuthorizationIDPrefix), CallerKind: caller.Kind, CallerID: caller.ID,
		SessionID: caller.SessionID, ComponentID: component.ID, ReturnTo: in.ReturnTo, ExpiresAt: now.Add(authorizationTime),
	}
	if row.ReturnTo == "" {
		row.ReturnTo = v.baseURL + "/w/" + caller.WorkspaceID + "/connected"
	}
	err = v.keys.save(ctx, caller.WorkspaceID, v.store.Save, func(tx *store.Tx, keyset *seal.Keyset) (err error) {
		if row.Sealed, err = sealJSON(keyset, authorizationPlace(&row), what); err != nil {
			return err
		}
		return tx.InsertAuthorization(ctx, &row, now)
	})
	return Started{page, row.ExpiresAt}, err
}

func authorizationPlace(a *models.Authorization) seal.Place {
	return seal.Place{Purpose: purposeAuthorization, Workspace: a.WorkspaceID, Credential: a.ID, Component: a.ComponentID}
}

// hashed is what is stored of a random text: 128 random bits need no slow hash.
func hashed(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// toConnect checks the input, and finds what it connects: by which method, with which values, asking for which scopes.
func (v *Vault) toConnect(ctx context.Context, caller models.Caller, in NewAuthorization) (component *models.Component, m *models.AuthMethod, values models.Values, scopes []string, err error) {
	var known *models.Component
	if in.ComponentID != "" {
		if known, err = v.components.find(ctx, v.store.Reader, caller.WorkspaceID, in.ComponentID); err != nil {
			return nil, nil, nil, nil, notFound(err, "component", "componentId")
		}
	}
	found := in.Issues
	refuse := func(path, message string) {
		found = append(found, models.ValidationIssue{Path: []string{path}, Message: message})
	}
	if in.ReturnTo != "" && !slices.Contains(v.returnURLs, in.ReturnTo) {
		refuse("returnTo", "This address is not one that the operator allows to come back to. Leave it out, or have it added to KEYWARD_OAUTH_RETURN_URLS.")
	}
	var stored, before = models.Values(nil), (*models.AuthMethod)(nil)
	switch {
	case in.CredentialID != "":
		if in.ComponentID != "" || in.Method != "" || in.LinkTo != nil || in.Tags != nil || in.Name != "" {
			refuse("credentialId", "To connect a credential again, give nothing but its id, and fields or scopes that shall change: it keeps its component, method, name, tags and links.")
		}
		c, err := v.store.Credential(ctx, caller.WorkspaceID, in.CredentialID)
		if err != nil {
			return nil, nil, nil, nil, notFound(err, "credential", "credentialId")
		}
		if component, m, before, err = v.current(ctx, &c); err != nil {
			return nil, nil, nil, nil, err
		}
		if stored, err = v.open(ctx, &c); err != nil {
			return nil, nil, nil, nil, err
		}
		stored = stored.Typed()
		g, err := v.store.Grant(ctx, caller.WorkspaceID, c.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, nil, nil, nil, err
		}
		scopes = g.RequestedScopes
	case in.ComponentID == "":
		refuse("componentId", "Say what to connect to, or which credential to connect again.")
		return nil, nil, nil, nil, wrong(found, nil)
	default:
		method := in.Method
		if method == "" {
			if i := slices.IndexFunc(known.Methods, func(m models.AuthMethod) bool { return m.Connects() }); i >= 0 {
				method = known.Methods[i].Key
			}
		}
		if component, m, err = v.findMethod(ctx, caller.WorkspaceID, in.ComponentID, method, found); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	if !m.Connects() {
		refuse("authMethod", "Nobody has to say yes at a provider for this way to sign in. Use createCredential.")
		return nil, nil, nil, nil, wrong(found, nil)
	}
	if issues := disclosed(before, m, stored, in.Fields); len(issues) > 0 {
		return nil, nil, nil, nil, wrong(found, issues)
	}
	values, issues := overlay(m, stored, in.Fields)
	if before != nil && movedDestination(before, stored, m, values) {
		issues = append(issues, retype(m, values, in.Fields)...)
	}
	if err := wrong(found, issues); err != nil {
		return nil, nil, nil, nil, err
	}
	if in.Scopes != nil {
		scopes = in.Scopes
	} else if scopes == nil {
		scopes = m.Scopes
	}
	return component, m, values, slices.Clone(scopes), nil
}

// current is the component and method that a person's change moves a credential to: as they are now, unless the method is no longer
// there; before is the method that it was saved with.
func (v *Vault) current(ctx context.Context, c *models.Credential) (component *models.Component, m, before *models.AuthMethod, err error) {
	if component, err = v.components.version(ctx, v.store.Reader, c.ComponentID, c.ComponentVersion); err != nil {
		return nil, nil, nil, err
	}
	if before, err = v.methodOf(ctx, c); err != nil {
		return nil, nil, nil, err
	}
	m = before
	now, err := v.components.find(ctx, v.store.Reader, c.WorkspaceID, c.ComponentID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, nil, nil, err
	}
	if now != nil && !now.Retired {
		if method, ok := now.Method(c.Method); ok {
			component, m = now, method
		}
	}
	return component, m, before, nil
}

// asking asks a provider within the workspace's budget of requests that may fail: it must not be anybody's port scanner either.
// RateLimitedError.
func (v *Vault) asking(ctx context.Context, workspace string, c oauth.Connection, ask func() error) error {
	end, err := v.budget.begin(ctx, workspace, v.providers.Target(c))
	if err != nil {
		return err
	}
	err = ask()
	return errors.Join(err, end(ctx, err != nil))
}

// outcome is what came of an authorization: what a ticket tells.
type outcome struct {
	Reason         models.OAuthReason       `json:"reason,omitempty"`
	Verification   *models.Verification     `json:"verification,omitempty"`
	NotFound       *models.NotFoundError    `json:"notFound,omitempty"`
	Issues         []models.ValidationIssue `json:"issues,omitempty"`
	RetryAfter     time.Duration            `json:"retryAfter,omitempty"`
	Internal       string                   `json:"internal,omitempty"`
	CredentialID   string                   `json:"credentialId,omitempty"`
	Reauthorized   bool                     `json:"reauthorized,omitempty"`
	AccountChanged bool                     `json:"accountChanged,omitempty"`
	Mismatch       *[2]string               `json:"mismatch,omitempty"`
}

// FinishAuthorization takes a person back from a provider, with the callback's parameters: it checks that they are of this browser's
// session and used for the first time, gets the tokens, makes a dry request with them and saves. It returns where the browser goes on to,
// with a ticket for what came of it, or why there is none, behind the #.
func (v *Vault) FinishAuthorization(ctx context.Context, visitor models.Caller, answer url.Values) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTime) // a code can be used once, whoever hangs up
	defer cancel()
	elsewhere := func(reason models.OAuthReason) string { return v.baseURL + "/connected#problem=" + string(reason) }
	key := oauth.KeyOf(answer)
	if key == "" || len(key) > 1000 {
		return elsewhere(models.OAuthAuthorizationExpired)
	}
	var (
		a    models.Authorization
		used bool
	)
	err := v.store.Save(ctx, func(tx *store.Tx) (err error) {
		a, used, err = tx.UseAuthorization(ctx, hashed(key), v.now())
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return elsewhere(models.OAuthAuthorizationExpired)
	}
	if err != nil {
		v.log.ErrorContext(ctx, "an authorization could not be read", "error", err.Error(), "request_id", requestid.From(ctx))
		return elsewhere(models.OAuthProviderUnavailable)
	}
	switch {
	// A person's has to come back to the session that began it; a token has none, and its frontend holds the ticket against what it began.
	case a.SessionID != "" && a.SessionID != visitor.SessionID:
		v.log.WarnContext(ctx, "an authorization came back to another session", "caller", a.CallerID, "workspace", a.WorkspaceID, "request_id", requestid.From(ctx))
		return elsewhere(models.OAuthOtherSession)
	case used || !v.now().Before(a.ExpiresAt):
		return v.ticket(ctx, &a, outcome{Reason: models.OAuthAuthorizationExpired})
	}
	return v.ticket(ctx, &a, v.finish(ctx, &a, answer))
}

// ticket keeps the outcome for whoever began, and adds the ticket to the address.
func (v *Vault) ticket(ctx context.Context, a *models.Authorization, what outcome) string {
	text := rand.Text()
	result, err := json.Marshal(what)
	if err == nil {
		err = v.store.Save(ctx, func(tx *store.Tx) error {
			return tx.InsertOAuthTicket(ctx, &models.OAuthTicket{
				Hash: hashed(text), WorkspaceID: a.WorkspaceID, CallerKind: a.CallerKind, CallerID: a.CallerID, SessionID: a.SessionID,
				Result: result, ExpiresAt: v.now().Add(authorizationTime),
			})
		})
	}
	if err != nil {
		v.log.ErrorContext(ctx, "what came of an authorization could not be kept", "error", err.Error(), "request_id", requestid.From(ctx))
		return a.ReturnTo + "#problem=" + string(models.OAuthProviderUnavailable)
	}
	return a.ReturnTo + "#ticket=" + text
}

// finish does the work and says what came of it.
func (v *Vault) finish(ctx context.Context, a *models.Authorization, answer url.Values) outcome {
	saved, reauthorized, changed, err := v.connect(ctx, a, answer)
	if err == nil {
		return outcome{CredentialID: saved.ID, Reauthorized: reauthorized, AccountChanged: changed}
	}
	if e, ok := errors.AsType[*models.OAuthError](err); ok {
		return outcome{Reason: e.Reason}
	}
	if e, ok := errors.AsType[*models.VerificationFailedError](err); ok {
		return outcome{Verification: &e.Verification}
	}
	if e, ok := errors.AsType[*models.NotFoundError](err); ok {
		return outcome{NotFound: e}
	}
	if e, ok := errors.AsType[*models.ValidationError](err); ok {
		return outcome{Issues: e.Issues}
	}
	if e, ok := errors.AsType[*models.ComponentMismatchError](err); ok {
		return outcome{Mismatch: &[2]string{e.Expected.ID, e.Actual.ID}}
	}
	if e, ok := errors.AsType[*models.RateLimitedError](err); ok {
		return outcome{RetryAfter: e.RetryAfter, Internal: e.Limited}
	}
	if errors.Is(err, models.ErrForbidden) {
		return outcome{NotFound: &models.NotFoundError{What: "credential", Message: "You may not make credentials in this workspace any more. Nothing was saved."}}
	}
	v.log.ErrorContext(ctx, "an authorization failed", "error", err.Error(), "request_id", requestid.From(ctx))
	return outcome{Internal: "failed"}
}

// connect gets the tokens, tries them and saves.
func (v *Vault) connect(ctx context.Context, a *models.Authorization, answer url.Values) (saved models.Credential, reauthorized, changed bool, err error) {
	var what away
	err = v.keys.with(ctx, a.WorkspaceID, func(keyset *seal.Keyset) error {
		text, err := keyset.Open(authorizationPlace(a), a.Sealed)
		if err != nil {
			return err
		}
		if json.Unmarshal(text, &what) != nil { // its error would quote the text
			return seal.ErrUnopenable
		}
		return nil
	})
	if errors.Is(err, seal.ErrUnopenable) { // by a key that was dropped since
		return saved, false, false, &models.OAuthError{Reason: models.OAuthAuthorizationExpired}
	}
	if err != nil {
		return saved, false, false, err
	}
	component, err := v.components.version(ctx, v.store.Reader, a.ComponentID, what.ComponentVersion)
	if errors.Is(err, store.ErrNotFound) { // deleted, or changed more than once
		return saved, false, false, &models.OAuthError{Reason: models.OAuthAuthorizationExpired}
	}
	if err != nil {
		return saved, false, false, err
	}
	m, ok := component.Method(what.Method)
	if !ok {
		return saved, false, false, &models.OAuthError{Reason: models.OAuthAuthorizationExpired}
	}
	client, err := v.client(ctx, a.WorkspaceID, m)
	if err == nil && client.ID != what.ClientID {
		err = &models.OAuthError{Reason: models.OAuthClientChanged}
	}
	if err != nil {
		return saved, false, false, err
	}
	values := models.Values{}
	for field, value := range what.Values {
		values[field] = models.NewSecret(string(value))
	}
	c := oauth.Connection{Method: m, Values: values, Client: client, Scopes: what.Scopes}
	var granted oauth.Granted
	err = v.asking(ctx, a.WorkspaceID, c, func() (err error) {
		granted, err = v.providers.Finish(ctx, c, what.Pending, answer)
		return err
	})
	if err != nil {
		return saved, false, false, err
	}
	values = values.With(granted.Tokens)
	tried, err := v.try(ctx, what.Caller, component, m, values)
	var status models.CredentialStatus
	if err == nil {
		status, err = admit(tried, what.SaveUnverified)
	}
	if err != nil {
		// The tokens are not given back: at some providers, Google for one, that would end all that the account granted to this client.
		v.tellRefusal(ctx, what.Caller, models.CredentialConnected, models.Target{ID: cmp.Or(what.CredentialID, component.ID), Name: what.Name}, err)
		return saved, false, false, err
	}
	g := v.newGrant(m, client.ID, what.Scopes, granted)
	g.AccountID, g.AccountName = tried.Account.ID, tried.Account.Name
	made := connected{component: component, method: m, values: values, status: status, tried: tried, grant: g}
	if what.CredentialID != "" {
		saved, changed, err = v.reconnect(ctx, what, made)
		return saved, true, changed, err
	}
	saved, err = v.insertConnected(ctx, what, made)
	return saved, false, false, err
}

// connected is what shall be saved of a connection.
type connected struct {
	component *models.Component
	method    *models.AuthMethod
	values    models.Values
	status    models.CredentialStatus
	tried     models.Verification
	grant     models.Grant
}

func (v *Vault) insertConnected(ctx context.Context, what away, made connected) (models.Credential, error) {
	now := v.now()
	c := models.Credential{
		WorkspaceID: what.Caller.WorkspaceID, ID: newID(models.CredentialIDPrefix), ComponentID: made.component.ID, ComponentVersion: made.component.Version,
		Method: made.method.Key, Name: nameOr(what.Name, made.component), Status: made.status, Version: 1, SecretRevision: 1,
		TokenEndsAt: tokenEnd(&made.grant), CreatedAt: now, UpdatedAt: now,
	}
	c.SortName = fold(c.Name)
	in := NewCredential{LinkTo: what.LinkTo, Tags: what.Tags}
	return c, v.insert(ctx, what.Caller, &c, record(made.tried, &c), made.component, in, now, &made.grant, func(keyset *seal.Keyset) ([]byte, error) {
		return nil, sealInto(keyset, &c, made.method, made.values)
	})
}

// reconnect puts the new tokens in the place of the old ones: same id, same links. changed: they open another account.
func (v *Vault) reconnect(ctx context.Context, what away, made connected) (saved models.Credential, changed bool, err error) {
	caller := what.Caller
	for range maxStale {
		err = v.keys.save(ctx, caller.WorkspaceID, func(ctx context.Context, fn func(*store.Tx) error) error { return v.store.ChangeAs(ctx, caller, fn) },
			func(tx *store.Tx, keyset *seal.Keyset) error {
				c, err := tx.Credential(ctx, caller.WorkspaceID, what.CredentialID)
				if err != nil {
					return notFound(err, "credential", "credentialId")
				}
				before, err := tx.Grant(ctx, caller.WorkspaceID, c.ID)
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
				version, revision := c.Version, c.SecretRevision
				c.ComponentVersion, c.Status, c.TokenEndsAt, c.UpdatedAt = made.component.Version, made.status, tokenEnd(&made.grant), v.now()
				c.Version++
				c.SecretRevision++
				if err := sealInto(keyset, &c, made.method, made.values); err != nil {
					return err
				}
				done, err := tx.UpdateCredential(ctx, &c, version, revision)
				if err != nil {
					return componentGone(err, "credentialId")
				}
				if !done {
					return errResealed
				}
				changed = before.AccountID != "" && before.AccountID != made.grant.AccountID
				detail := finding(made.tried)
				if changed {
					detail += ", another account"
				}
				g := made.grant
				g.WorkspaceID, g.CredentialID, g.TokenVersion = c.WorkspaceID, c.ID, before.TokenVersion+1
				if err := tx.SaveGrant(ctx, &g); err != nil {
					return err
				}
				if err := tx.AddVerification(ctx, record(made.tried, &c)); err != nil {
					return err
				}
				saved = c
				return tx.Record(ctx, v.did(caller, models.CredentialConnected, credentialTarget(&c)).Telling(detail))
			})
		if !errors.Is(err, errResealed) {
			break
		}
	}
	return saved, changed, err
}

// Completed is what a ticket told.
type Completed struct {
	Credential                   models.Credential
	Reauthorized, AccountChanged bool
}

// CompleteAuthorization tells whoever began an authorization what came of it, once.
//
// NotFoundError, OAuthError, VerificationFailedError, ValidationError, ComponentMismatchError, RateLimitedError.
func (v *Vault) CompleteAuthorization(ctx context.Context, caller models.Caller, text string) (Completed, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return Completed{}, err
	}
	unknown := &models.NotFoundError{What: "ticket", Path: []string{"ticket"}, Message: "This ticket was used, is older than 10 minutes, or belongs to somebody else's connection. Look whether the credential is there; if it isn't, connect again."}
	hash := hashed(text)
	ticket, err := v.store.OAuthTicket(ctx, hash)
	if errors.Is(err, store.ErrNotFound) {
		return Completed{}, unknown
	}
	if err != nil {
		return Completed{}, err
	}
	if ticket.WorkspaceID != caller.WorkspaceID || ticket.CallerKind != caller.Kind || ticket.CallerID != caller.ID || ticket.SessionID != caller.SessionID || !v.now().Before(ticket.ExpiresAt) {
		return Completed{}, unknown
	}
	err = v.store.Save(ctx, func(tx *store.Tx) error { return tx.TakeOAuthTicket(ctx, hash) })
	if errors.Is(err, store.ErrNotFound) {
		return Completed{}, unknown
	}
	if err != nil {
		return Completed{}, err
	}
	var told outcome
	if err := json.Unmarshal(ticket.Result, &told); err != nil {
		return Completed{}, err
	}
	switch {
	case told.Reason != "":
		return Completed{}, &models.OAuthError{Reason: told.Reason}
	case told.Verification != nil:
		return Completed{}, &models.VerificationFailedError{Verification: *told.Verification}
	case told.NotFound != nil:
		return Completed{}, told.NotFound
	case told.Issues != nil:
		return Completed{}, &models.ValidationError{Issues: told.Issues}
	case told.Mismatch != nil:
		return Completed{}, v.mismatch(ctx, v.store.Reader, caller.WorkspaceID, told.Mismatch[0], told.Mismatch[1], []string{"linkTo", "stepKey"})
	case told.RetryAfter > 0:
		return Completed{}, &models.RateLimitedError{Limited: told.Internal, RetryAfter: told.RetryAfter}
	case told.Internal != "":
		return Completed{}, errors.New("the authorization failed: see the log at the time of the callback")
	}
	c, err := v.store.Credential(ctx, caller.WorkspaceID, told.CredentialID)
	return Completed{c, told.Reauthorized, told.AccountChanged}, notFound(err, "credential")
}
