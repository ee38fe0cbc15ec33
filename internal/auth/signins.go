package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"keyward/internal/jsonhttp"
	"keyward/internal/requestid"
	"keyward/internal/store"
	"keyward/models"
)

const (
	signInPath = "/sign-in/oidc"
	// signInTime is how long a person may take at the provider.
	signInTime = 10 * time.Minute
	// maxParameter bounds what a provider sends through the browser.
	maxParameter = 4 << 10
	// maxNext bounds the path that a sign-in comes back to.
	maxNext = 2 << 10
)

// underWay is what has to be known when the browser comes back from the provider. The browser holds the key to it in a
// cookie, so another one can't come in its place (RFC 9700, section 4.7), and it is used up by the first look.
type underWay struct {
	State, Nonce, Verifier string
	// Invitation and Workspace are the invitation that the person has said yes to.
	Invitation, Workspace string
	// Next is where the person wanted to go, a path here.
	Next string
}

// problems are why a sign-in came to nothing. The page is told the key only: a sentence in its address could be anybody's.
var problems = map[string]string{
	"denied":   "The sign-in was cancelled, or the identity provider did not allow it. Try again, or ask whoever runs it.",
	"expired":  "This sign-in took longer than 10 minutes, was finished already, or was begun in another browser. Begin again here.",
	"provider": "The identity provider could not be reached, or answered something that can’t be trusted. Try again; if it stays, tell the operator, who finds the reason in the log.",
	"stranger": "The identity provider knows you, but no rule gives you a role here and no invitation is waiting for you. Ask an owner for an invitation.",
	"invited":  "You are known, but the invitation was used, taken back or expired in the meantime. Ask for another one.",
	"internal": "Something went wrong here, not with you. Try again; if it stays, tell the operator.",
}

// methods tells pages what they can offer: whether somebody is signed in here, which scripts can't see by themselves, the
// provider, and the sentence to a ?problem=.
func (a *Authenticator) methods(w http.ResponseWriter, r *http.Request) {
	var body struct {
		SignedIn bool          `json:"signedIn"`
		OIDC     *signInMethod `json:"oidc"`
		Problem  string        `json:"problem,omitempty"`
	}
	if cookie, err := r.Cookie(a.sessions.Cookie.Name); err == nil {
		_, _, err := a.session(r.Context(), cookie.Value)
		if err != nil && !errors.Is(err, ErrUnknown) {
			a.refuse(w, r, err)
			return
		}
		body.SignedIn = err == nil
	}
	if a.provider != nil {
		body.OIDC = &signInMethod{a.provider.Name, signInPath}
	}
	body.Problem = problems[r.URL.Query().Get("problem")]
	jsonhttp.Write(w, http.StatusOK, body)
}

type signInMethod struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// begin sends the browser to the provider: GET /sign-in/oidc, or GET /sign-in/oidc?next=/w/… to come back to that page.
func (a *Authenticator) begin(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), providerTimeout)
	defer cancel()
	known, err := a.provider.discover(ctx)
	if err != nil {
		a.problem(w, r, "provider", err)
		return
	}
	flow, err := a.takeFlow(r) // an invitation may wait in it
	if err != nil && !errors.Is(err, ErrUnknown) {
		a.problem(w, r, "internal", err)
		return
	}
	flow.State, flow.Nonce, flow.Verifier = rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	flow.Next = pageHere(r.URL.Query().Get("next"))
	if err := a.keepFlow(w, r, flow); err != nil {
		a.problem(w, r, "internal", err)
		return
	}
	provider := known.oauth.AuthCodeURL(flow.State, oidc.Nonce(flow.Nonce), oauth2.S256ChallengeOption(flow.Verifier))
	http.Redirect(w, r, provider, http.StatusSeeOther)
}

// callback takes the browser back from the provider: GET /sign-in/callback. Every answer is a redirect, so that the code
// and the state stay in no address bar and get to no script.
func (a *Authenticator) callback(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), providerTimeout)
	defer cancel()
	flow, err := a.takeFlow(r)
	a.writeCookie(w, "", -1)
	query := r.URL.Query()
	switch {
	case errors.Is(err, ErrUnknown):
		a.problem(w, r, "expired", unusable("callback: no sign-in is under way in this browser"))
		return
	case err != nil:
		a.problem(w, r, "internal", err)
		return
	case flow.State == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(flow.State)) != 1:
		a.problem(w, r, "expired", unusable("callback: another state"))
		return
	}
	known, err := a.provider.discover(ctx)
	if err != nil {
		a.problem(w, r, "provider", err)
		return
	}
	if iss := query.Get("iss"); iss != a.provider.Issuer && (iss != "" || known.namesIss) {
		a.problem(w, r, "provider", unusable("callback: of another issuer"))
		return
	}
	if query.Has("error") {
		a.refused(w, r, query.Get("error"))
		return
	}
	code := query.Get("code")
	if code == "" || len(code) > maxParameter {
		a.problem(w, r, "provider", unusable("callback: no code"))
		return
	}
	who, err := a.provider.identify(ctx, known, code, flow.Verifier, flow.Nonce)
	if err != nil {
		a.problem(w, r, "provider", err)
		return
	}
	a.arrived(w, r, flow, who)
}

// refused: the provider did not sign the person in.
func (a *Authenticator) refused(w http.ResponseWriter, r *http.Request, why string) {
	if why == "access_denied" || why == "login_required" || why == "interaction_required" || why == "consent_required" {
		a.problem(w, r, "denied", unusable("callback: "+why))
		return
	}
	a.problem(w, r, "provider", unusable("callback: an error"))
}

// arrived lets the person in whom the provider has vouched for.
func (a *Authenticator) arrived(w http.ResponseWriter, r *http.Request, flow underWay, who identity) {
	user, err := a.admit(r, flow, who)
	switch {
	case errors.Is(err, errStranger) && flow.Invitation != "":
		a.problem(w, r, "invited", err)
		return
	case errors.Is(err, errStranger):
		a.problem(w, r, "stranger", err)
		return
	case err == nil:
		err = a.start(w, r, user, "by identity provider")
	}
	if err != nil {
		a.problem(w, r, "internal", err)
		return
	}
	http.Redirect(w, r, cmp.Or(flow.Next, "/"), http.StatusSeeOther)
}

// pageHere returns the address if it is a path of this site, and nothing otherwise: a sign-in must lead nobody to another
// site. To browsers a \ is a /, and // begins another site's address; url.Parse refuses the control characters they skip.
func pageHere(address string) string {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxNext || u.Scheme != "" || u.Host != "" || u.User != nil ||
		!strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") || strings.Contains(address, `\`) {
		return ""
	}
	return address
}

// problem tells the log why, in words of ours, and the person what to do.
func (a *Authenticator) problem(w http.ResponseWriter, r *http.Request, key string, why error) {
	log := a.log.WarnContext
	if key == "internal" {
		log = a.log.ErrorContext
	}
	log(r.Context(), "sign-in refused", "reason", why.Error(), "address", address(r), "request_id", requestid.From(r.Context()))
	http.Redirect(w, r, "/sign-in?"+url.Values{"problem": {key}}.Encode(), http.StatusSeeOther)
}

// keepFlow remembers a sign-in under way and gives the browser the key to it.
func (a *Authenticator) keepFlow(w http.ResponseWriter, r *http.Request, flow underWay) error {
	data, err := json.Marshal(flow)
	if err != nil {
		return err
	}
	key, now := rand.Text(), a.now()
	err = a.store.Save(r.Context(), func(tx *store.Tx) error {
		return tx.InsertSignIn(r.Context(), flowHash(key), data, now, now.Add(signInTime))
	})
	if err != nil {
		return fmt.Errorf("remember the sign-in: %w", err)
	}
	a.writeCookie(w, key, int(signInTime.Seconds()))
	return nil
}

// takeFlow uses up what the browser's cookie is the key to. ErrUnknown.
func (a *Authenticator) takeFlow(r *http.Request) (underWay, error) {
	cookie, err := r.Cookie(a.flowCookie())
	if err != nil {
		return underWay{}, ErrUnknown
	}
	var data []byte
	err = a.store.Save(r.Context(), func(tx *store.Tx) (err error) {
		data, err = tx.TakeSignIn(r.Context(), flowHash(cookie.Value), a.now())
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return underWay{}, ErrUnknown
	}
	if err != nil {
		return underWay{}, fmt.Errorf("look the sign-in up: %w", err)
	}
	var flow underWay
	return flow, json.Unmarshal(data, &flow)
}

func flowHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// flowCookie is guarded as the session's is, and named after it.
func (a *Authenticator) flowCookie() string { return a.sessions.Cookie.Name + "-sign-in" }

func (a *Authenticator) writeCookie(w http.ResponseWriter, key string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever there is TLS
		Name: a.flowCookie(), Value: key, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: a.sessions.Cookie.Secure,
		SameSite: http.SameSiteLaxMode, // Strict would not come back with the provider's redirect
	})
}

// errStranger: the provider knows the person, and nothing here lets them in.
var errStranger = errors.New("no rule, no membership and no invitation lets the person in")

// admit brings what is known of the person up to date, and their membership by the rules, and takes the invitation they
// said yes to. errStranger where they belong nowhere in the end.
func (a *Authenticator) admit(r *http.Request, flow underWay, who identity) (models.User, error) {
	ctx := r.Context()
	oldest, err := a.store.Workspaces(ctx, 1)
	if err != nil {
		return models.User{}, fmt.Errorf("look the workspace of the rules up: %w", err)
	}
	if len(oldest) == 0 {
		return models.User{}, errStranger
	}
	var (
		user    models.User
		belongs bool
	)
	err = a.store.Change(ctx, oldest[0].ID, func(tx *store.Tx) error {
		belongs, user = false, a.provider.user(who, a.now())
		invitation, err := a.waiting(ctx, tx, flow)
		if err != nil {
			return err
		}
		role := roleOf(a.provider.Rules, who)
		if _, err := tx.UserBySubject(ctx, user.Issuer, user.Subject); errors.Is(err, store.ErrNotFound) && role == "" && invitation == nil {
			return nil // nothing is kept of a stranger
		}
		if err := tx.SaveUser(ctx, &user); err != nil {
			return err
		}
		if err := a.applyRules(ctx, tx, actor(r, user), oldest[0].ID, role); err != nil {
			return err
		}
		if invitation != nil {
			by := actor(r, user)
			by.WorkspaceID = invitation.WorkspaceID
			if err := tx.Record(ctx, accepted(by, *invitation, a.now())); err != nil {
				return err
			}
			if err := a.join(ctx, tx, by, user, invitation.Role, false); err != nil {
				return err
			}
		}
		places, err := tx.WorkspacesOf(ctx, user.ID)
		belongs = len(places) > 0
		return err
	})
	if err == nil && !belongs {
		err = errStranger
	}
	return user, err
}

// waiting takes the invitation that the person said yes to before the provider was asked; nil if it can't be used any more.
func (a *Authenticator) waiting(ctx context.Context, tx *store.Tx, flow underWay) (*models.Invitation, error) {
	if flow.Invitation == "" {
		return nil, nil //nolint:nilnil // there need not be one
	}
	if err := tx.Lock(ctx, flow.Workspace); errors.Is(err, store.ErrNoWorkspace) {
		return nil, nil //nolint:nilnil // the same
	} else if err != nil {
		return nil, err
	}
	invitation, err := tx.TakeInvitation(ctx, flow.Workspace, flow.Invitation)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !a.now().Before(invitation.ExpiresAt)) {
		return nil, nil //nolint:nilnil // the same
	}
	return &invitation, err
}

// applyRules makes the membership what the rules say now. One that a person gave is left alone, and so is the last
// owner's: nobody could manage the workspace.
func (a *Authenticator) applyRules(ctx context.Context, tx *store.Tx, user models.Caller, workspace string, role models.Role) error {
	was, err := tx.Member(ctx, workspace, user.ID)
	isMember := err == nil
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	case isMember && (!was.ByRule || was.Role == role), !isMember && role == "":
		return nil
	}
	user.WorkspaceID = workspace
	target, now := models.Target{ID: user.ID, Name: user.Name}, a.now()
	if isMember {
		err := keepOwner(ctx, tx, workspace, was, role)
		if _, last := errors.AsType[*models.LastOwnerError](err); last {
			a.log.WarnContext(ctx, "a rule would take the role from the workspace's last owner, who keeps it", "workspace", workspace, "user", user.ID)
			return nil
		}
		if err != nil {
			return err
		}
	}
	if role == "" {
		if err := tx.DeleteMembership(ctx, workspace, user.ID); err != nil {
			return err
		}
		return tx.Record(ctx, user.Did(now, models.MemberRemoved, target).Telling(string(was.Role)+", by rule"))
	}
	membership := models.Membership{WorkspaceID: workspace, UserID: user.ID, Role: role, ByRule: true, CreatedAt: now}
	if err := tx.SaveMembership(ctx, &membership); err != nil {
		return err
	}
	if isMember {
		return tx.Record(ctx, user.Did(now, models.MemberUpdated, target).Telling(string(was.Role)+" to "+string(role)+", by rule"))
	}
	return tx.Record(ctx, user.Did(now, models.MemberAdded, target).Telling(string(role)+", by rule"))
}
