package models

import (
	"slices"
	"time"
)

// Role is what a caller may do in a workspace.
type Role string

// OWNER manages, EDITOR writes, VIEWER reads. RUNTIME does none of it: it may only use, and only it may read secrets.
const (
	RoleOwner   Role = "OWNER"
	RoleEditor  Role = "EDITOR"
	RoleViewer  Role = "VIEWER"
	RoleRuntime Role = "RUNTIME"
)

// Right is one thing that a caller may do. A role holds several; a token's scopes name those of them that it keeps.
type Right string

// The rights. Reading a secret is one of its own: whoever manages credentials can't, whoever reads secrets can't manage.
const (
	ReadComponents   Right = "components:read" // every reading role's, whatever the scopes: the catalog is no secret
	ReadCredentials  Right = "credentials:read"
	WriteCredentials Right = "credentials:write"
	ReadFlows        Right = "flows:read"
	WriteFlows       Right = "flows:write"
	ReadSecrets      Right = "secrets:read"
	ManageMembers    Right = "members:manage"
	ManageTokens     Right = "tokens:manage"
	ManageClients    Right = "clients:manage"
	ManageComponents Right = "components:manage"
	ReadAudit        Right = "audit:read"
)

// Rights are all that a token can be limited to.
var Rights = []Right{ReadCredentials, WriteCredentials, ReadFlows, WriteFlows, ReadSecrets, ManageMembers, ManageTokens, ManageClients, ManageComponents, ReadAudit}

var roleRights = map[Role][]Right{
	RoleOwner: {
		ReadComponents, ReadCredentials, ReadFlows, WriteCredentials, WriteFlows, ManageMembers, ManageTokens, ManageClients, ManageComponents, ReadAudit,
	},
	RoleEditor:  {ReadComponents, ReadCredentials, ReadFlows, WriteCredentials, WriteFlows},
	RoleViewer:  {ReadComponents, ReadCredentials, ReadFlows},
	RoleRuntime: {ReadSecrets},
}

// Holds reports whether the role brings the right.
func (r Role) Holds(right Right) bool { return slices.Contains(roleRights[r], right) }

// CallerKind says what sort of caller it is.
type CallerKind string

// The kinds. OPERATOR is whoever runs the program's commands on the machine itself; SYSTEM is the program by itself.
const (
	CallerToken    CallerKind = "API_TOKEN"
	CallerPerson   CallerKind = "PERSON"
	CallerOperator CallerKind = "OPERATOR"
	CallerSystem   CallerKind = "SYSTEM"
)

// Caller is who is asking, in which workspace. Its zero value may do nothing.
type Caller struct {
	Kind        CallerKind
	ID          string // of the API token, or of the person
	Name        string
	WorkspaceID string
	Role        Role
	Scopes      []Right // what a token is limited to; empty means all that its role holds
	ExpiresAt   *time.Time
	SessionID   string // a person's
	// Undecided: a person with several workspaces who named none. Reading goes to the first, writing nowhere.
	Undecided bool
	// RequestID and Address are for the audit: which request, and where it came from.
	RequestID string
	Address   string
}

// Operator is whoever runs the program's commands, as an owner of the workspace.
func Operator(workspace string) Caller {
	return Caller{Kind: CallerOperator, ID: "operator", Name: "operator", WorkspaceID: workspace, Role: RoleOwner}
}

// May says whether the caller holds the right: nil or ErrForbidden. It is what reading asks; changing asks MayChange.
func (c Caller) May(right Right) error {
	limited := len(c.Scopes) > 0 && right != ReadComponents && !slices.Contains(c.Scopes, right)
	if c.WorkspaceID == "" || limited || !c.Role.Holds(right) {
		return ErrForbidden
	}
	return nil
}

// MayChange says whether the caller may change what the right is about: nil, ErrForbidden or, where no workspace was chosen, ErrUndecided.
func (c Caller) MayChange(right Right) error {
	if err := c.May(right); err != nil {
		return err
	}
	if c.Undecided {
		return ErrUndecided
	}
	return nil
}

// Exceeds reports whether the role brings more than the caller may hand on: a token that is limited to scopes would not be limited
// if it could make itself a friend who isn't.
func (r Role) Exceeds(c Caller) bool {
	return len(c.Scopes) > 0 && slices.ContainsFunc(roleRights[r], func(right Right) bool { return c.May(right) != nil })
}

// Prefixes of ids.
const (
	WorkspaceIDPrefix  = "ws_"
	UserIDPrefix       = "user_"
	SessionIDPrefix    = "session_"
	TokenIDPrefix      = "token_"
	InvitationIDPrefix = "invitation_"
)

// Workspace is a row: an organization or a person; it owns credentials and flows.
type Workspace struct {
	ID        string    `gorm:"primaryKey"`
	Name      string    `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null;autoCreateTime:false"`
}

// APIToken is a row: what is kept of a token. The token itself is shown once and never stored.
type APIToken struct {
	WorkspaceID string    `gorm:"primaryKey"`
	ID          string    `gorm:"primaryKey"`
	Name        string    `gorm:"not null"`
	Role        Role      `gorm:"not null"`
	Scopes      []Right   `gorm:"serializer:json;not null"`
	Hash        []byte    `gorm:"not null"` // SHA-256 of the token: 160 random bits need no slow hash
	CreatedAt   time.Time `gorm:"not null;autoCreateTime:false"`
	ExpiresAt   *time.Time
	LastUsedAt  *time.Time // to the minute
}

// TableName spells the table as people would.
func (APIToken) TableName() string { return "api_tokens" }

// LocalIssuer is the issuer of people whom this gateway knows by a link alone.
const LocalIssuer = "local"

// User is a row: a person, named by who vouches for them (an OpenID issuer) and by the name they have there.
type User struct {
	ID        string    `gorm:"primaryKey"`
	Issuer    string    `gorm:"not null"`
	Subject   string    `gorm:"not null"`
	Name      string    `gorm:"not null"`
	Email     string    `gorm:"not null"` // as the issuer said it; empty if it didn't
	CreatedAt time.Time `gorm:"not null;autoCreateTime:false"`
}

// Membership is a row: a person's role in a workspace.
type Membership struct {
	WorkspaceID string `gorm:"primaryKey"`
	UserID      string `gorm:"primaryKey"`
	Role        Role   `gorm:"not null"`
	// ByRule: given by a rule about the identity provider's groups or domains, looked at again at every sign-in; not by a
	// person, which stays.
	ByRule    bool      `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null;autoCreateTime:false"`
}

// Session is a row: one browser in which a person is signed in. Deleting it signs out at once.
type Session struct {
	ID         string    `gorm:"primaryKey"`
	UserID     string    `gorm:"not null"`
	CreatedAt  time.Time `gorm:"not null;autoCreateTime:false"`
	LastSeenAt time.Time `gorm:"not null"` // to the minute
	ExpiresAt  time.Time `gorm:"not null"`
	UserAgent  string    `gorm:"not null"`
	Address    string    `gorm:"not null"`
}

// SessionData is a row: what the cookie's token stands for, under its hash.
type SessionData struct {
	Token     string    `gorm:"primaryKey"`
	Data      []byte    `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
}

// TableName is not the plural that gorm would make.
func (SessionData) TableName() string { return "session_data" }

// SignInLink is a row: a link that signs a person in once. The link itself is shown once and never stored.
type SignInLink struct {
	Hash      []byte    `gorm:"primaryKey"`
	UserID    string    `gorm:"not null"`
	ExpiresAt time.Time `gorm:"not null"`
}

// Invitation is a row: a link by which one person may join a workspace once.
type Invitation struct {
	WorkspaceID string    `gorm:"primaryKey"`
	ID          string    `gorm:"primaryKey"`
	Hash        []byte    `gorm:"not null"`
	Role        Role      `gorm:"not null"`
	Note        string    `gorm:"not null"` // whom it is for, in the inviter's words
	InvitedBy   string    `gorm:"not null"` // a caller's name
	InviterID   string    `gorm:"not null"` // and id: who loses the right to invite takes their invitations along
	CreatedAt   time.Time `gorm:"not null;autoCreateTime:false"`
	ExpiresAt   time.Time `gorm:"not null"`
}

// WorkspaceCreation is a row: a person made a workspace.
type WorkspaceCreation struct {
	UserID    string    `gorm:"primaryKey"`
	CreatedAt time.Time `gorm:"primaryKey;autoCreateTime:false"`
}

// Member is a person in a workspace, as a list shows them.
type Member struct {
	UserID    string
	Name      string
	Email     string
	Role      Role
	ByRule    bool
	CreatedAt time.Time
}

// WorkspaceRole is a workspace and a person's role in it.
type WorkspaceRole struct {
	WorkspaceID string
	Name        string
	Role        Role
}
