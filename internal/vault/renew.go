package vault

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"keyward/internal/oauth"
	"keyward/internal/requestid"
	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/models"
)

const (
	// renewAhead is how long before its end a token is renewed, unless half of its life is shorter.
	renewAhead = 15 * time.Minute
	// After a failure the next try waits a moment, then twice as long each time, up to the most.
	firstBackoff, mostBackoff = 5 * time.Second, 15 * time.Minute
	// saveTime is how long a token that came is held while the database can't take it.
	saveTime = 60 * time.Second
)

// newGrant is what is known of a connection that was just made.
func (v *Vault) newGrant(m *models.AuthMethod, clientID string, scopes []string, granted oauth.Granted) models.Grant {
	g := models.Grant{
		Provider: m.Provider(), ClientID: clientID, RequestedScopes: scopes, GrantedScopes: granted.Scopes, TokenVersion: 1,
		Renewable: granted.Tokens.CanRenew() || m.Mints(),
	}
	if g.RequestedScopes == nil {
		g.RequestedScopes = []string{}
	}
	if g.GrantedScopes == nil {
		g.GrantedScopes = slices.Clone(g.RequestedScopes)
	}
	v.lives(&g, granted.Life)
	return g
}

// lives sets the times that follow from how long a new access token lives, and forgets what went wrong before.
func (v *Vault) lives(g *models.Grant, life time.Duration) {
	now := v.now()
	g.RenewedAt, g.EndsAt, g.RenewsAt = now, nil, nil
	g.Failures, g.LeaseID, g.LeaseUntil, g.Problem, g.ProblemAt = 0, "", nil, models.OAuthNone, nil
	if life <= 0 {
		return
	}
	end := now.Add(life)
	g.EndsAt = &end
	if g.Renewable {
		at := end.Add(-min(renewAhead, life/2))
		g.RenewsAt = &at
	}
}

// tokenEnd is when the token ends that nothing but a person can renew.
func tokenEnd(g *models.Grant) *time.Time {
	if g.Renewable {
		return nil
	}
	return g.EndsAt
}

// mint gets tokens for values that bring their own client, and what is then known of the connection. Where it can't, found says why: no
// token is no yes either. What is saved all the same gets its token when somebody needs one.
func (v *Vault) mint(ctx context.Context, workspace string, m *models.AuthMethod, values models.Values) (minted models.Values, g models.Grant, found *models.Verification, err error) {
	client, err := v.client(ctx, workspace, m)
	c := oauth.Connection{Method: m, Values: values.Typed(), Client: client, Scopes: m.Scopes}
	began := v.now()
	var granted oauth.Granted
	if err == nil {
		err = v.asking(ctx, workspace, c, func() (err error) {
			granted, err = v.providers.Mint(ctx, c)
			return err
		})
	}
	refused, isRefused := errors.AsType[*models.OAuthError](err)
	if err != nil && !isRefused {
		return values, g, nil, err
	}
	g = v.newGrant(m, client.ID, m.Scopes, granted)
	if !isRefused {
		return values.With(granted.Tokens), g, nil, nil
	}
	now := v.now()
	g.EndsAt, g.RenewsAt, g.Problem, g.ProblemAt = &now, &now, refused.Reason, &now
	told := verdict(refused.Reason)
	told.CheckedAt = now
	told.DurationMs = int32(now.Sub(began).Milliseconds()) //nolint:gosec // a provider's time-out is seconds
	return values, g, &told, nil
}

// verdict is what a provider's refusal says of the values that were tried.
func verdict(reason models.OAuthReason) models.Verification {
	switch reason {
	case models.OAuthClientRejected, models.OAuthGrantInvalid, models.OAuthAccessDenied, models.OAuthClientMissing, models.OAuthClientChanged, models.OAuthRenewalInterrupted:
		return models.Verification{Outcome: models.Rejected, Reason: models.ReasonAuthRejected}
	case models.OAuthScopeRejected:
		return models.Verification{Outcome: models.Rejected, Reason: models.ReasonInsufficientScope}
	case models.OAuthTimeout:
		return models.Verification{Outcome: models.Unavailable, Reason: models.ReasonTimeout}
	case models.OAuthUnreachable:
		return models.Verification{Outcome: models.Unavailable, Reason: models.ReasonConnectionRefused}
	case models.OAuthTargetForbidden:
		return models.Verification{Outcome: models.Unavailable, Reason: models.ReasonTargetForbidden}
	}
	return models.Verification{Outcome: models.Unavailable, Reason: models.ReasonUnexpectedResponse}
}

// fresh returns the credential with an access token that is alive, renewing it if it is time. While a token is alive a renewal that fails
// is no failure of whoever needs it. Credentials without tokens come back as they are. OAuthError.
func (v *Vault) fresh(ctx context.Context, c models.Credential) (models.Credential, models.Grant, error) {
	g, err := v.store.Grant(ctx, c.WorkspaceID, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return c, g, nil
	}
	if err != nil {
		return c, g, err
	}
	// Read after the grant: who reads it before may be told of a new token and use the old one.
	if c, err = v.store.Credential(ctx, c.WorkspaceID, c.ID); err != nil {
		return c, g, notFound(err, "credential")
	}
	now := v.now()
	alive := g.EndsAt == nil || now.Before(*g.EndsAt)
	due := g.RenewsAt != nil && !now.Before(*g.RenewsAt)
	switch {
	case alive && !due:
		return c, g, nil
	case !due && g.Problem != models.OAuthNone: // it waits for a person, or for the next try
		return c, g, &models.OAuthError{Reason: g.Problem}
	case !due: // nothing renews it
		return c, g, nil
	}
	renewed, grant, err := v.renew(ctx, g)
	if _, refused := errors.AsType[*models.OAuthError](err); refused && alive {
		return c, g, nil
	}
	return renewed, grant, err
}

// renewal is what came of one.
type renewal struct {
	models.Credential
	models.Grant
}

// renew gets a new token in the place of the one that g speaks of: one request to the provider, whoever asks in whichever gateway, for the
// lease on its row is what lets one go ahead. The others read what the winner saved. In this gateway they wait for it together, which
// spares the database but is not what it hangs on. OAuthError.
func (v *Vault) renew(ctx context.Context, g models.Grant) (models.Credential, models.Grant, error) {
	done := v.renewals.DoChan(g.WorkspaceID+"/"+g.CredentialID, func() (any, error) {
		// Whoever hangs up doesn't stop it: a token that was given and not saved is lost.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*v.leaseTime()+saveTime)
		defer cancel()
		return v.renewOnce(detached, g)
	})
	select {
	case result := <-done:
		r, _ := result.Val.(renewal)
		return r.Credential, r.Grant, result.Err
	case <-ctx.Done():
		return models.Credential{}, g, ctx.Err()
	}
}

// leaseTime is beyond what a renewal takes, the provider's time to answer included. When it has passed, whoever held the lease is gone.
func (v *Vault) leaseTime() time.Duration { return 2 * v.providers.Timeout() }

func (v *Vault) renewOnce(ctx context.Context, seen models.Grant) (renewal, error) {
	lease := newID("")
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		g, err := v.store.Grant(ctx, seen.WorkspaceID, seen.CredentialID)
		if err != nil {
			return renewal{}, notFound(err, "credential")
		}
		switch {
		case g.TokenVersion != seen.TokenVersion: // somebody else was faster
			c, err := v.store.Credential(ctx, g.WorkspaceID, g.CredentialID)
			return renewal{c, g}, notFound(err, "credential")
		case g.Problem.Ends() || g.Failures > seen.Failures: // somebody else failed
			return renewal{}, &models.OAuthError{Reason: g.Problem}
		}
		now, leased := v.now(), false
		err = v.store.Save(ctx, func(tx *store.Tx) (err error) {
			leased, err = tx.LeaseGrant(ctx, &g, lease, now, now.Add(v.leaseTime()))
			return err
		})
		if err != nil {
			return renewal{}, err
		}
		if leased {
			return v.renewLeased(ctx, g)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return renewal{}, &models.OAuthError{Reason: models.OAuthTimeout}
		}
	}
}

// interrupted reports whether the provider may have answered an earlier renewal without anybody having saved what it said.
func interrupted(g *models.Grant) bool {
	if g.LeaseID != "" { // whoever held it is gone
		return true
	}
	return slices.Contains([]models.OAuthReason{models.OAuthTimeout, models.OAuthUnreachable, models.OAuthMalformedAnswer, models.OAuthProviderUnavailable}, g.Problem)
}

// renewLeased asks the provider, outside any transaction, and saves what came before anybody uses it. g is as it was before the lease.
func (v *Vault) renewLeased(ctx context.Context, g models.Grant) (renewal, error) {
	c, err := v.store.Credential(ctx, g.WorkspaceID, g.CredentialID)
	if err != nil {
		return renewal{}, notFound(err, "credential")
	}
	m, err := v.methodOf(ctx, &c)
	if err != nil {
		return renewal{}, err
	}
	values, err := v.open(ctx, &c)
	if err != nil {
		return renewal{}, err
	}
	granted, err := v.ask(ctx, &g, m, values)
	if refused, ok := errors.AsType[*models.OAuthError](err); ok {
		return v.saveFailure(ctx, g, refused.Reason)
	}
	if err != nil {
		return renewal{}, err
	}
	return v.saveRenewal(ctx, g, m, granted)
}

func (v *Vault) ask(ctx context.Context, g *models.Grant, m *models.AuthMethod, values models.Values) (oauth.Granted, error) {
	client, err := v.client(ctx, g.WorkspaceID, m)
	if err != nil {
		return oauth.Granted{}, err
	}
	if client.ID != g.ClientID {
		return oauth.Granted{}, &models.OAuthError{Reason: models.OAuthClientChanged}
	}
	connection := oauth.Connection{Method: m, Values: values.Typed(), Client: client, Scopes: g.RequestedScopes}
	switch {
	case m.Mints():
		return v.providers.Mint(ctx, connection)
	case m.OAuth2 == nil: // by a descriptor that can't be read
		return oauth.Granted{}, &models.OAuthError{Reason: models.OAuthRefused}
	}
	return v.providers.Refresh(ctx, connection, values.Tokens())
}

// errSuperseded: the connection has other tokens by now, so what came is of no use.
var errSuperseded = errors.New("the tokens were replaced meanwhile")

// saveRenewal saves the tokens with whatever the credential's values are by then. While the database can't, it tries again: they are all
// that there is.
func (v *Vault) saveRenewal(ctx context.Context, g models.Grant, m *models.AuthMethod, granted oauth.Granted) (renewal, error) {
	version := g.TokenVersion
	g.TokenVersion++
	if granted.Scopes != nil {
		g.GrantedScopes = granted.Scopes
	}
	v.lives(&g, granted.Life)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTime)
	defer cancel()
	var saved models.Credential
	save := func(tx *store.Tx, keyset *seal.Keyset) error {
		c, err := tx.Credential(ctx, g.WorkspaceID, g.CredentialID)
		if err != nil {
			return notFound(err, "credential")
		}
		values, err := keyset.OpenValues(place(purposeValues, &c), c.Sealed)
		if err != nil {
			return err
		}
		revision := c.SecretRevision
		c.SecretRevision++
		c.TokenEndsAt = tokenEnd(&g)
		if err := sealInto(keyset, &c, m, values.With(granted.Tokens)); err != nil {
			return err
		}
		done, err := tx.RenewCredential(ctx, &c, revision)
		if err != nil {
			return err
		}
		if !done {
			return errResealed
		}
		if done, err = tx.UpdateGrant(ctx, &g, version); err != nil {
			return err
		}
		if !done {
			return errSuperseded
		}
		saved = c
		return nil
	}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := v.keys.save(ctx, g.WorkspaceID, v.store.Save, save)
		if err == nil {
			v.metrics.TokenRenewed("renewed")
			return renewal{saved, g}, nil
		}
		if _, gone := errors.AsType[*models.NotFoundError](err); gone {
			return renewal{}, err
		}
		if errors.Is(err, errSuperseded) {
			return v.winner(ctx, g)
		}
		if !errors.Is(err, errResealed) {
			v.log.WarnContext(ctx, "a renewed token could not be saved yet", "credential", g.CredentialID, "workspace", g.WorkspaceID, "error", err.Error(), "request_id", requestid.From(ctx))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			v.log.ErrorContext(ctx, "a renewed token could not be saved and is lost", "credential", g.CredentialID, "workspace", g.WorkspaceID, "error", err.Error(), "request_id", requestid.From(ctx))
			return renewal{}, err
		}
	}
}

// winner reads what somebody else saved.
func (v *Vault) winner(ctx context.Context, g models.Grant) (renewal, error) {
	now, err := v.store.Grant(ctx, g.WorkspaceID, g.CredentialID)
	if err != nil {
		return renewal{}, notFound(err, "credential")
	}
	c, err := v.store.Credential(ctx, g.WorkspaceID, g.CredentialID)
	return renewal{c, now}, notFound(err, "credential")
}

// saveFailure writes down why there is no new token. Where only a person can help, the credential needs to be connected again; all else may
// pass, says nothing about the credential, and is tried again later. If there is a newer token by now, the refusal was of the old one.
func (v *Vault) saveFailure(ctx context.Context, g models.Grant, reason models.OAuthReason) (renewal, error) {
	if reason == models.OAuthGrantInvalid && interrupted(&g) {
		reason = models.OAuthRenewalInterrupted
	}
	now := v.now()
	g.Problem, g.ProblemAt, g.LeaseID, g.LeaseUntil = reason, &now, "", nil
	g.Failures++
	if reason.Ends() {
		g.RenewsAt = nil
	} else {
		at := now.Add(backoff(g.Failures))
		g.RenewsAt = &at
	}
	superseded := false
	err := v.store.Save(ctx, func(tx *store.Tx) error {
		done, err := tx.UpdateGrant(ctx, &g, g.TokenVersion)
		if superseded = err == nil && !done; err != nil || superseded {
			return err
		}
		if !reason.Ends() {
			return nil
		}
		c, err := tx.Credential(ctx, g.WorkspaceID, g.CredentialID)
		if err != nil {
			return notFound(err, "credential")
		}
		if err := tx.LoseConnection(ctx, c.WorkspaceID, c.ID); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(systemIn(g.WorkspaceID), models.CredentialRenewalFailed, credentialTarget(&c)).Refused(string(reason)))
	})
	switch {
	case err != nil:
		return renewal{}, err
	case superseded:
		return v.winner(ctx, g)
	}
	v.metrics.TokenRenewed(string(reason))
	v.log.WarnContext(ctx, "a token could not be renewed", "credential", g.CredentialID, "workspace", g.WorkspaceID, "reason", string(reason), "failures", g.Failures, "request_id", requestid.From(ctx))
	return renewal{}, &models.OAuthError{Reason: reason}
}

// backoff is how long to wait after so many failures in a row, a fifth more or less, so that not all come back at once.
func backoff(failures int32) time.Duration {
	wait := firstBackoff << min(failures-1, 20)
	wait = min(wait, mostBackoff)
	return wait - wait/5 + rand.N(2*wait/5) //nolint:gosec // nothing is at stake
}

// systemIn is the program by itself, in a workspace.
func systemIn(workspace string) models.Caller {
	return models.Caller{Kind: models.CallerSystem, ID: "system", Name: "Keyward", WorkspaceID: workspace}
}

// Renew renews up to n of all workspaces' tokens that are due, so that whoever needs one finds it alive. It returns how many were due. Several
// gateways may do it at once.
func (v *Vault) Renew(ctx context.Context, n int) (int, error) {
	due, err := v.store.DueGrants(ctx, v.now(), n)
	if err != nil {
		return 0, err
	}
	rand.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] }) //nolint:gosec // so that other gateways begin elsewhere
	work := make(chan models.Grant)
	finished := make(chan struct{})
	const atOnce = 8
	for range atOnce {
		go func() {
			defer func() { finished <- struct{}{} }()
			for g := range work {
				_, _, err := v.renew(ctx, g)
				_, refused := errors.AsType[*models.OAuthError](err)
				_, gone := errors.AsType[*models.NotFoundError](err)
				if err != nil && !refused && !gone && ctx.Err() == nil {
					v.log.ErrorContext(ctx, "a renewal failed", "credential", g.CredentialID, "workspace", g.WorkspaceID, "error", err.Error())
				}
			}
		}()
	}
	for _, g := range due {
		select {
		case work <- g:
		case <-ctx.Done():
		}
	}
	close(work)
	for range atOnce {
		<-finished
	}
	return len(due), ctx.Err()
}

// revoke gives the tokens of deleted credentials back to their providers, a few at once. What it couldn't, the person can.
func (v *Vault) revoke(ctx context.Context, deleted []models.Credential, grants map[string]models.Grant) []models.Revocation {
	var all []models.Revocation
	type one struct {
		at         int
		revocation models.Revocation
	}
	results := make(chan one)
	gate := make(chan struct{}, 4)
	running := 0
	for _, c := range deleted {
		m, err := v.methodOf(ctx, &c)
		if err != nil || (m.OAuth2 == nil && m.OAuth1 == nil) {
			continue
		}
		at := running
		running++
		go func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			results <- one{at, v.revokeOne(ctx, &c, m, grants[c.ID])}
		}()
	}
	all = make([]models.Revocation, running)
	for range running {
		r := <-results
		all[r.at] = r.revocation
	}
	return all
}

func (v *Vault) revokeOne(ctx context.Context, c *models.Credential, m *models.AuthMethod, g models.Grant) models.Revocation {
	r := models.Revocation{CredentialID: c.ID, Provider: v.components.titleOf(c.ComponentID), Outcome: models.RevocationFailed}
	values, err := v.open(ctx, c)
	if err != nil {
		return r
	}
	client, err := v.client(ctx, c.WorkspaceID, m)
	if err != nil || client.ID != g.ClientID { // another client's tokens are nothing to this one
		return r
	}
	r.Outcome = v.providers.Revoke(ctx, oauth.Connection{Method: m, Values: values.Typed(), Client: client}, values.Tokens())
	return r
}
