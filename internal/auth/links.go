package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"keyward/internal/jsonhttp"
	"keyward/internal/store"
	"keyward/models"
)

// linkLifetime is how long a sign-in link can be used.
const linkLifetime = 15 * time.Minute

// ownerSubject is the person whom the operator's sign-in links stand for, unless they name another.
const ownerSubject = "owner"

// CreateSignInLink makes a link that signs a person in once, within 15 minutes. With no user it is the local owner, who
// is made an owner of the operator's workspace; otherwise anybody known, by id. The link is behind the address's #, which
// browsers keep to themselves: it gets into no log, no proxy and no Referer. NotFoundError.
func (a *Authenticator) CreateSignInLink(ctx context.Context, operator models.Caller, user string) (string, error) {
	token, now := newToken(linkPrefix), a.now()
	err := a.store.Save(ctx, func(tx *store.Tx) error {
		person, err := a.linked(ctx, tx, operator, user)
		if err != nil {
			return err
		}
		link := models.SignInLink{Hash: hashOf(token), UserID: person.ID, ExpiresAt: now.Add(linkLifetime)}
		if err := tx.InsertSignInLink(ctx, &link, now); err != nil {
			return err
		}
		return tx.Record(ctx, operator.Did(now, models.SignInLinkCreated, models.Target{ID: person.ID, Name: person.Name}))
	})
	if err != nil {
		return "", err
	}
	return a.baseURL + "/sign-in#" + token, nil
}

func (a *Authenticator) linked(ctx context.Context, tx *store.Tx, operator models.Caller, user string) (models.User, error) {
	if user != "" {
		person, err := tx.User(ctx, user)
		return person, notFound(err, "person")
	}
	owner := models.User{ID: newID(models.UserIDPrefix), Issuer: models.LocalIssuer, Subject: ownerSubject, Name: "Owner", CreatedAt: a.now()}
	if err := tx.SaveUser(ctx, &owner); err != nil {
		return owner, err
	}
	return owner, a.join(ctx, tx, operator, owner, models.RoleOwner, false)
}

// signIn takes {"token": "kwl_…"} from the sign-in page and starts a session: POST /sign-in.
func (a *Authenticator) signIn(w http.ResponseWriter, r *http.Request) {
	var body struct{ Token string }
	if !jsonhttp.Read(w, r, &body) {
		return
	}
	user, err := a.useLink(r.Context(), body.Token)
	if errors.Is(err, ErrUnknown) {
		a.log.WarnContext(r.Context(), "sign-in refused", "reason", "the link is unknown, used up or expired", "address", address(r))
		jsonhttp.Refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "This link has been used, is older than 15 minutes, or was not whole. Ask for another one.")
		return
	}
	if err == nil {
		err = a.start(w, r, user, "by link")
	}
	if err != nil {
		a.refuse(w, r, err)
		return
	}
	jsonhttp.Write(w, http.StatusOK, map[string]string{"next": "/"})
}

// useLink uses a sign-in link up. ErrUnknown.
func (a *Authenticator) useLink(ctx context.Context, token string) (models.User, error) {
	if !wellFormed(linkPrefix, token) {
		return models.User{}, ErrUnknown
	}
	var user models.User
	err := a.store.Save(ctx, func(tx *store.Tx) error {
		link, err := tx.TakeSignInLink(ctx, hashOf(token))
		if err != nil {
			return err
		}
		if !a.now().Before(link.ExpiresAt) {
			return ErrUnknown
		}
		user, err = tx.User(ctx, link.UserID)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return user, ErrUnknown
	}
	if err != nil && !errors.Is(err, ErrUnknown) {
		return user, fmt.Errorf("use the link: %w", err)
	}
	return user, err
}
