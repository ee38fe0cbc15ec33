package models

import "time"

// CredentialIDPrefix begins every credential's id.
const CredentialIDPrefix = "cred_"

// CredentialStatus is what is known of a credential.
type CredentialStatus string

// The statuses. Usable ones are VERIFIED and UNVERIFIED.
const (
	StatusVerified             CredentialStatus = "VERIFIED"
	StatusUnverified           CredentialStatus = "UNVERIFIED"
	StatusRejected             CredentialStatus = "REJECTED"
	StatusNeedsReauthorization CredentialStatus = "NEEDS_REAUTHORIZATION"
	StatusExpired              CredentialStatus = "EXPIRED"
)

// Usable reports whether an active flow may run with a credential of this status.
func (s CredentialStatus) Usable() bool { return s == StatusVerified || s == StatusUnverified }

// Credential is a row: named, sealed values for one auth method of one component.
type Credential struct {
	WorkspaceID      string `gorm:"primaryKey"`
	ID               string `gorm:"primaryKey"`
	ComponentID      string `gorm:"not null"`
	ComponentVersion string `gorm:"not null"` // the descriptor it was made with
	Method           string `gorm:"not null"`
	Name             string `gorm:"not null"`
	// SortName is Name folded for ordering and search, so that both databases agree.
	SortName string `gorm:"not null"`
	// Status is what dry requests have shown; what holds now, StatusAt tells.
	Status CredentialStatus `gorm:"not null"`
	// ExpiresAt is when whoever issued the key lets it end, as a person said.
	ExpiresAt *time.Time
	// TokenEndsAt is when an access token ends that nothing but a person can renew.
	TokenEndsAt *time.Time
	// Version moves with people's edits. Clients send it back.
	Version int32 `gorm:"not null"`
	// SecretRevision moves with every reseal: an edit, a refresh, a rotation. It is part of what the seal binds.
	SecretRevision int32 `gorm:"not null"`
	// KeyID names the key, within the workspace's keyset, that sealed this row.
	KeyID int64 `gorm:"not null"`
	// Shown and Sealed are ciphertexts: what a person may see (public values and hints), and the values themselves.
	Shown      []byte `gorm:"not null"`
	Sealed     []byte `gorm:"not null"`
	LastUsedAt *time.Time
	CreatedAt  time.Time `gorm:"not null;autoCreateTime:false"`
	UpdatedAt  time.Time `gorm:"not null;autoUpdateTime:false"`
}

// StatusAt is EXPIRED once the credential's end, or its token's, has passed, whatever dry requests have shown.
func (c *Credential) StatusAt(now time.Time) CredentialStatus {
	if passed(c.ExpiresAt, now) || passed(c.TokenEndsAt, now) {
		return StatusExpired
	}
	return c.Status
}

func passed(end *time.Time, now time.Time) bool { return end != nil && !now.Before(*end) }

// CredentialTag is a word a person put on a credential to find it again. Never secret.
type CredentialTag struct {
	WorkspaceID  string `gorm:"primaryKey"`
	CredentialID string `gorm:"primaryKey"`
	Tag          string `gorm:"primaryKey"`
}

// ShownField is a stored field as a person may see it.
type ShownField struct {
	Key    string   `json:"key"`
	IsSet  bool     `json:"isSet"`
	Value  *string  `json:"value,omitempty"`  // public ones only
	Values []string `json:"values,omitempty"` // of a public multi-select
	Hint   *string  `json:"hint,omitempty"`   // the last four characters of a long generated key
}

// CredentialFilter narrows a list of credentials.
type CredentialFilter struct {
	ComponentID string
	Statuses    []CredentialStatus
	Now         time.Time // when the statuses shall hold
	Search      string
	Tags        []string // all of them
	Unused      bool
	// ExpiresBefore: only those with an end, their own or their token's, before this moment.
	ExpiresBefore *time.Time
}
