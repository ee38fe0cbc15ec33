package models

import "time"

// Role is what a caller may do in a workspace.
type Role string

// OWNER and EDITOR write, VIEWER reads, RUNTIME does neither: it may only use.
const (
	RoleOwner   Role = "OWNER"
	RoleEditor  Role = "EDITOR"
	RoleViewer  Role = "VIEWER"
	RoleRuntime Role = "RUNTIME"
)

// MayRead reports whether the role may read credentials and flows.
func (r Role) MayRead() bool { return r == RoleOwner || r == RoleEditor || r == RoleViewer }

// MayWrite reports whether the role may change credentials and flows.
func (r Role) MayWrite() bool { return r == RoleOwner || r == RoleEditor }

// Caller is who is asking, in which workspace. Its zero value may do nothing.
type Caller struct {
	ID          string // of the API token
	Name        string
	WorkspaceID string
	Role        Role
	Scopes      []string
}

// WorkspaceIDPrefix begins every workspace's id.
const WorkspaceIDPrefix = "ws_"

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
	Hash        []byte    `gorm:"not null"` // SHA-256 of the token: 160 random bits need no slow hash
	CreatedAt   time.Time `gorm:"not null;autoCreateTime:false"`
	ExpiresAt   *time.Time
}

// TableName spells the table as people would.
func (APIToken) TableName() string { return "api_tokens" }
