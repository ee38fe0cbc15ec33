package models

import "time"

// ComponentRecord is a row: a component that was in the catalog at some time, or is a workspace's own. The catalog's retire, they never vanish.
type ComponentRecord struct {
	ID      string `gorm:"primaryKey"`
	Version string `gorm:"not null"` // the newest one seen
	// WorkspaceID is whose own it is; nil: the catalog's.
	WorkspaceID *string
	// Retired: a workspace's own that is kept only for what still uses it.
	Retired bool `gorm:"not null"`
}

// TableName names the table by what it holds.
func (ComponentRecord) TableName() string { return "components" }

// ComponentVersion is a row: one descriptor as it was, for the credentials made with it.
type ComponentVersion struct {
	ComponentID string    `gorm:"primaryKey"`
	Version     string    `gorm:"primaryKey"`
	Descriptor  []byte    `gorm:"not null"`
	Icon        []byte    `gorm:"not null"`
	CreatedAt   time.Time `gorm:"not null;autoCreateTime:false"`
}

// Keyset is a row: a workspace's keyset, wrapped by the key-encryption key.
type Keyset struct {
	WorkspaceID string    `gorm:"primaryKey"`
	Wrapped     []byte    `gorm:"not null"`
	CreatedAt   time.Time `gorm:"not null;autoCreateTime:false"`
	// Revision moves when keys come or go: a gateway that has another one in memory must not seal with it.
	Revision int32 `gorm:"not null"`
	// Rotation is the last one that gave it a new key.
	Rotation int32 `gorm:"not null"`
}

// KeyCheck is the one row by which a start with the wrong key-encryption key is noticed.
type KeyCheck struct {
	ID     int32  `gorm:"primaryKey;autoIncrement:false"` // always 1
	Sealed []byte `gorm:"not null"`
	// Rotation is the newest one's number. Rotating: it is not finished.
	Rotation int32 `gorm:"not null"`
	Rotating bool  `gorm:"not null"`
}

// IdempotencyKey is a row: the credential that a repeated createCredential call gets again.
type IdempotencyKey struct {
	WorkspaceID string `gorm:"primaryKey"`
	CallerID    string `gorm:"primaryKey"`
	Operation   string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	// InputHash is a keyed hash: the input holds secrets.
	InputHash    []byte    `gorm:"not null"`
	CredentialID string    `gorm:"not null"`
	CreatedAt    time.Time `gorm:"not null;autoCreateTime:false"`
}

// PageArgs asks for one page of a list that is ordered by name, then id.
type PageArgs struct {
	First int
	After *Cursor
	// WithTotal: count the whole list as well.
	WithTotal bool
}

// Cursor is a place in a list: behind the row with this sort name and id.
type Cursor struct {
	SortName string
	ID       string
}

// Page is one page of a list.
type Page[T any] struct {
	Items   []T
	HasNext bool
	Total   int // -1 where nobody asked
}
