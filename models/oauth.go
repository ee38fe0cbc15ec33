package models

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ClientAuthentication is how an OAuth client says who it is (RFC 6749, section 2.3.1).
type ClientAuthentication string

// In the Authorization header, in the body, or by its id alone.
const (
	ClientBasic ClientAuthentication = "basic"
	ClientPost  ClientAuthentication = "post"
	ClientNone  ClientAuthentication = "none"
)

// OAuth2 is how a method's tokens are had. Texts may hold {{field}} and {{variable}} names.
type OAuth2 struct {
	// Provider gives the tokens; registered clients belong to it.
	Provider         string
	AuthorizationURL string
	TokenURL         string
	RevocationURL    string // empty: there is none
	Issuer           string // what iss has to be; empty: it has to be of the authorization URL's origin
	Discovery        string // the issuer whose metadata name the URLs that are empty here
	// Hosts are the only hosts that codes, tokens and the client's secret may go to, as in DryRequest.
	Hosts     []string
	Variables map[string]string
	// ClientID and ClientSecret are templates where each credential brings its own client; else ClientID is empty.
	ClientID, ClientSecret  string
	ClientAuthentication    ClientAuthentication
	PKCE                    bool
	ScopeSeparator          string
	Audience                string
	AuthorizationParameters map[string]string
	TokenParameters         map[string]string
	Answer                  TokenAnswer
	Metadata                *HTTPRequest
	MetadataHosts           []string // where the access token may go for it
	Captures                []Capture
}

// TokenAnswer says where a token answer has what, as JSON Pointers.
type TokenAnswer struct{ AccessToken, RefreshToken, ExpiresIn, Scope string }

// CaptureSource is where a captured value comes from.
type CaptureSource string

// The token answer, the answer of the metadata request, or the parameters of the callback.
const (
	FromToken    CaptureSource = "token"
	FromMetadata CaptureSource = "metadata"
	FromCallback CaptureSource = "callback"
)

// Capture is a value that comes with a connection: an API host, a tenant's id. It is no secret.
type Capture struct {
	Name      string
	From      CaptureSource
	Pointer   string // in a JSON answer
	Parameter string // of the callback
	Pattern   string // RE2, against the whole value; its first group, if it has one, is the value
}

// OAuth1 is how a method's tokens are had by OAuth 1.0a (RFC 5849).
type OAuth1 struct {
	Provider         string
	RequestTokenURL  string
	AuthorizationURL string
	AccessTokenURL   string
	Hosts            []string
	Variables        map[string]string
	Signature        string // HMAC-SHA1 or HMAC-SHA256
}

// Connects reports whether a person has to say yes at a provider, so that authorizeCredential makes the credential.
func (m *AuthMethod) Connects() bool {
	return (m.Kind == AuthOAuth2AuthorizationCode && m.OAuth2 != nil) || (m.Kind == AuthOAuth1 && m.OAuth1 != nil)
}

// Mints reports whether access tokens are had for the credential's own client (RFC 6749, section 4.4).
func (m *AuthMethod) Mints() bool { return m.Kind == AuthOAuth2ClientCredentials && m.OAuth2 != nil }

// Provider names whose registered client a method uses; empty where it uses none.
func (m *AuthMethod) Provider() string {
	switch {
	case m.OAuth2 != nil && m.OAuth2.ClientID == "":
		return m.OAuth2.Provider
	case m.OAuth1 != nil:
		return m.OAuth1.Provider
	}
	return ""
}

// Names of the values that a connection adds to a credential's own. A field can't have such a name: a colon is in none.
const (
	grantPrefix = "oauth:"
	// AccessToken is what texts of a dry request call the access token.
	AccessToken = "accessToken"
	// TokenSecret goes with an OAuth 1.0a token.
	TokenSecret = "tokenSecret"

	// ConsumerKey and ConsumerSecret are OAuth 1.0a's client, which signs requests.
	ConsumerKey    = grantPrefix + "consumerKey"
	ConsumerSecret = grantPrefix + "consumerSecret"

	refreshToken = grantPrefix + "refreshToken"
	accessToken  = grantPrefix + AccessToken
	tokenSecret  = grantPrefix + TokenSecret
	captured     = grantPrefix + "captured:"
)

// Tokens are what a provider gave: the secret part of a connection, sealed with the credential's values.
type Tokens struct {
	Access, Refresh Secret
	Secret          Secret // OAuth 1.0a's
	Captured        map[string]string
}

// CanRenew: there is a refresh token.
func (t Tokens) CanRenew() bool { return t.Refresh.Reveal() != "" }

// IsZero: there are none.
func (t Tokens) IsZero() bool { return t.Access.Reveal() == "" }

// Tokens takes them out of a credential's values.
func (v Values) Tokens() Tokens {
	t := Tokens{Access: v[accessToken], Refresh: v[refreshToken], Secret: v[tokenSecret], Captured: map[string]string{}}
	for key, value := range v {
		if name, ok := strings.CutPrefix(key, captured); ok {
			t.Captured[name] = value.Reveal()
		}
	}
	return t
}

// Typed is the values without tokens: what a person typed.
func (v Values) Typed() Values {
	typed := make(Values, len(v))
	for key, value := range v {
		if !strings.HasPrefix(key, grantPrefix) {
			typed[key] = value
		}
	}
	return typed
}

// With adds tokens to the typed values, in the place of those that were there.
func (v Values) With(t Tokens) Values {
	all := v.Typed()
	for key, value := range map[string]Secret{accessToken: t.Access, refreshToken: t.Refresh, tokenSecret: t.Secret} {
		if value.Reveal() != "" {
			all[key] = value
		}
	}
	for name, value := range t.Captured {
		all[captured+name] = NewSecret(value)
	}
	return all
}

// Named is the values by the names that templates know them by: the fields, the access token and what was captured. The
// refresh token is not among them.
func (v Values) Named() Values {
	named := v.Typed()
	t := v.Tokens()
	if t.IsZero() {
		return named
	}
	named[AccessToken] = t.Access
	if t.Secret.Reveal() != "" {
		named[TokenSecret] = t.Secret
	}
	for name, value := range t.Captured {
		named[name] = NewSecret(value)
	}
	return named
}

// Grant is a row: what is known of a credential's connection, but for the tokens themselves.
type Grant struct {
	WorkspaceID  string `gorm:"primaryKey"`
	CredentialID string `gorm:"primaryKey"`
	Provider     string `gorm:"not null"` // empty where the credential brings its own client
	// ClientID is the registered client that the tokens were given to: another one can't renew them.
	ClientID        string   `gorm:"not null"`
	RequestedScopes []string `gorm:"serializer:json;not null"`
	GrantedScopes   []string `gorm:"serializer:json;not null"`
	AccountID       string   `gorm:"not null"`
	AccountName     string   `gorm:"not null"`
	Renewable       bool     `gorm:"not null"`
	// TokenVersion moves with every new token. Whoever saves one compares it.
	TokenVersion int32     `gorm:"not null"`
	RenewedAt    time.Time `gorm:"not null"`
	EndsAt       *time.Time
	// RenewsAt is when to renew the access token ahead of its end, or to try again after a failure.
	RenewsAt *time.Time
	Failures int32 `gorm:"not null"`
	// LeaseID and LeaseUntil say who is renewing it. A lease that has passed without a new version was interrupted.
	LeaseID    string `gorm:"not null"`
	LeaseUntil *time.Time
	Problem    OAuthReason `gorm:"not null"`
	ProblemAt  *time.Time
}

// TableName spells the table as people would.
func (Grant) TableName() string { return "oauth_grants" }

// Missing are the scopes that were asked for and not granted. offline_access never counts: it asks for a refresh token, and
// providers don't name it among what they granted.
func (g *Grant) Missing() []string {
	missing := []string{}
	for _, scope := range g.RequestedScopes {
		if scope != "offline_access" && !slices.Contains(g.GrantedScopes, scope) {
			missing = append(missing, scope)
		}
	}
	return missing
}

// OAuthClient is a row: a workspace's own client at a provider.
type OAuthClient struct {
	WorkspaceID string    `gorm:"primaryKey"`
	Provider    string    `gorm:"primaryKey"`
	ClientID    string    `gorm:"not null"`
	Sealed      []byte    `gorm:"not null"` // the secret
	KeyID       int64     `gorm:"not null"`
	Revision    int32     `gorm:"not null"`
	UpdatedAt   time.Time `gorm:"not null;autoUpdateTime:false"`
}

// TableName spells the table as people would.
func (OAuthClient) TableName() string { return "oauth_clients" }

// Authorization is a row: a person is at a provider. It is used up by the first answer that names its state.
type Authorization struct {
	StateHash   []byte     `gorm:"primaryKey"`
	WorkspaceID string     `gorm:"not null"`
	ID          string     `gorm:"not null"` // what the seal binds to
	CallerKind  CallerKind `gorm:"not null"`
	CallerID    string     `gorm:"not null"`
	SessionID   string     `gorm:"not null"`
	ComponentID string     `gorm:"not null"`
	// Sealed is the rest: the verifier, the fields, what shall be saved.
	Sealed    []byte    `gorm:"not null"`
	ReturnTo  string    `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
	UsedAt    *time.Time
}

// AuthorizationIDPrefix begins every authorization's id.
const AuthorizationIDPrefix = "auth_"

// OAuthTicket is a row: what came of an authorization, for whoever began it to ask once.
type OAuthTicket struct {
	Hash        []byte     `gorm:"primaryKey"`
	WorkspaceID string     `gorm:"not null"`
	CallerKind  CallerKind `gorm:"not null"`
	CallerID    string     `gorm:"not null"`
	SessionID   string     `gorm:"not null"`
	// Result is the outcome as JSON; it holds no secret.
	Result    []byte    `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
}

// TableName spells the table as people would.
func (OAuthTicket) TableName() string { return "oauth_tickets" }

// OAuthReason is why a connection could not be made or renewed.
type OAuthReason string

// The reasons of the schema's OAuthErrorReason.
const (
	OAuthNone                 OAuthReason = ""
	OAuthAccessDenied         OAuthReason = "ACCESS_DENIED"
	OAuthAuthorizationExpired OAuthReason = "AUTHORIZATION_EXPIRED"
	OAuthOtherSession         OAuthReason = "OTHER_SESSION"
	OAuthWrongIssuer          OAuthReason = "WRONG_ISSUER"
	OAuthClientMissing        OAuthReason = "CLIENT_MISSING"
	OAuthClientRejected       OAuthReason = "CLIENT_REJECTED"
	OAuthClientChanged        OAuthReason = "CLIENT_CHANGED"
	OAuthScopeRejected        OAuthReason = "SCOPE_REJECTED"
	OAuthGrantInvalid         OAuthReason = "GRANT_INVALID"
	OAuthRenewalInterrupted   OAuthReason = "RENEWAL_INTERRUPTED"
	OAuthTimeout              OAuthReason = "TIMEOUT"
	OAuthUnreachable          OAuthReason = "UNREACHABLE"
	OAuthTargetForbidden      OAuthReason = "TARGET_FORBIDDEN"
	OAuthProviderUnavailable  OAuthReason = "PROVIDER_UNAVAILABLE"
	OAuthMalformedAnswer      OAuthReason = "MALFORMED_ANSWER"
	OAuthRefused              OAuthReason = "REFUSED"
)

// oauthMessages have a place for who is meant: a provider's or a component's title.
var oauthMessages = map[OAuthReason]string{
	OAuthAccessDenied:         "Access was not granted. Connect again and say yes there, or ask whoever administers the account to allow it.",
	OAuthAuthorizationExpired: "This connection was finished already, took longer than 10 minutes, or was never begun here. Connect again.",
	OAuthOtherSession:         "This connection was begun in another session than the one that came back, so nothing was saved. Connect again in this one.",
	OAuthWrongIssuer:          "The answer came from another provider than the one that was asked, so nothing was saved. Connect again; if it stays, tell the operator.",
	OAuthClientMissing:        "There is no OAuth client for this provider yet. An owner of the workspace can set one, or the operator can.",
	OAuthClientRejected:       "The provider does not accept the OAuth client. Check its id and secret, and that the callback URL is registered there exactly as it is shown.",
	OAuthClientChanged:        "It was connected through another OAuth client than the one that is set now. Connect it again.",
	OAuthScopeRejected:        "The provider does not grant one of the scopes. Ask for others, or have the OAuth client allowed to ask for them.",
	OAuthGrantInvalid:         "The provider says that the access was withdrawn or has expired. Connect it again.",
	OAuthRenewalInterrupted:   "A renewal was interrupted after the provider may have answered, and what it answered is lost. Connect it again.",
	OAuthTimeout:              "The provider did not answer in time. Try again later.",
	OAuthUnreachable:          "The provider could not be reached. Check its address, and try again later.",
	OAuthTargetForbidden:      "This gateway is not allowed to reach the provider's address. Use a public address, or ask the operator to allow this one.",
	OAuthProviderUnavailable:  "The provider has trouble of its own, or asked to slow down. Try again in a few minutes.",
	OAuthMalformedAnswer:      "The provider answered something that can't be understood. Check that its address is the right one, and try again later.",
	OAuthRefused:              "The provider refused. Check what the OAuth client is allowed to do there, and connect again.",
}

// Message says in a sentence what happened and what to do next.
func (r OAuthReason) Message() string { return oauthMessages[r] }

// Ends reports whether only a person can help: the tokens are of no use any more. Everything else may pass.
func (r OAuthReason) Ends() bool {
	return r == OAuthGrantInvalid || r == OAuthRenewalInterrupted || r == OAuthClientChanged
}

// OAuthError: the provider refused, or could not be asked. Nothing was saved.
type OAuthError struct{ Reason OAuthReason }

func (e *OAuthError) Error() string { return e.Reason.Message() }

// RevocationOutcome is what came of giving tokens back.
type RevocationOutcome string

// The outcomes of the schema's RevocationOutcome.
const (
	Revoked                RevocationOutcome = "REVOKED"
	RevocationNotSupported RevocationOutcome = "NOT_SUPPORTED"
	RevocationFailed       RevocationOutcome = "FAILED"
)

// Revocation is whether a provider took a deleted credential's tokens back.
type Revocation struct {
	CredentialID string
	Outcome      RevocationOutcome
	Provider     string // its title, for the sentence
}

// Message says in a sentence what happened and what to do next.
func (r Revocation) Message() string {
	switch r.Outcome {
	case Revoked:
		return fmt.Sprintf("%s took the tokens back: nobody can use them any more.", r.Provider)
	case RevocationNotSupported:
		return fmt.Sprintf("%s offers no way to give tokens back. Whoever connected the account can withdraw the access there.", r.Provider)
	}
	return fmt.Sprintf("%s could not be asked to take the tokens back, or refused. Whoever connected the account can withdraw the access there.", r.Provider)
}
