// Package model holds the schema's types in Go. Most are generated; those here have fields with arguments, whose answers
// are loaded before the executor asks for them.
package model

import (
	"time"

	"keyward/models"
)

// PageKey tells apart the pages that one request asks of one object.
type PageKey struct {
	First  int32
	After  string
	Active string // "", "true" or "false"
	// Outcome is empty for all of them.
	Outcome models.VerificationOutcome
}

// NewPageKey makes a key from a field's arguments.
func NewPageKey(first int32, after *string, active *bool) PageKey {
	key := PageKey{First: first}
	if after != nil {
		key.After = *after
	}
	if active != nil {
		key.Active = "false"
		if *active {
			key.Active = "true"
		}
	}
	return key
}

// Component is the schema's Component.
type Component struct {
	Source             *models.Component
	ID                 string
	Key                string
	Version            string
	Custom             bool
	Retired            bool
	Title              string
	Description        string
	Category           models.ComponentCategory
	IconURL            *string
	DocsURL            *string
	RequiresCredential bool
	AuthMethods        []*AuthMethod
	CredentialCount    int32
	CredentialPages    map[PageKey]*CredentialConnection
}

// IsNode marks it as a Node.
func (Component) IsNode() {}

// Credentials answers from what was loaded.
func (c *Component) Credentials(first int32, after *string) *CredentialConnection {
	return c.CredentialPages[NewPageKey(first, after, nil)]
}

// Credential is the schema's Credential.
type Credential struct {
	Source               models.Credential
	ID                   string
	Version              int32
	Name                 string
	Component            *Component
	ComponentVersion     string
	AuthMethod           *AuthMethod
	Status               models.CredentialStatus
	Fields               []*CredentialField
	LastVerification     *Verification
	History              []*Verification // newest first, as many as were asked for
	ExpiresAt            *time.Time
	GrantedScopes        []string
	MissingScopes        []string
	AccessTokenExpiresAt *time.Time
	Connection           *OAuthConnection
	FlowPages            map[PageKey]*FlowConnection
	ActiveFlowCount      int32
	Tags                 []string
	LastUsedAt           *time.Time
	CreatedAt            time.Time
	UpdatedAt            time.Time
}

// IsNode marks it as a Node.
func (Credential) IsNode() {}

// Verifications answers from what was loaded.
func (c *Credential) Verifications(first int32) []*Verification {
	return c.History[:min(int(first), len(c.History))]
}

// Flows answers from what was loaded.
func (c *Credential) Flows(first int32, after *string, active *bool) *FlowConnection {
	return c.FlowPages[NewPageKey(first, after, active)]
}

// CredentialInUseError is the schema's CredentialInUseError.
type CredentialInUseError struct {
	Code            ErrorCode
	Message         string
	Path            []string
	ActiveFlowCount int32
	FlowPages       map[PageKey]*FlowConnection
}

// IsError marks it as an Error.
func (CredentialInUseError) IsError() {}

// IsDeleteCredentialResult marks it as an answer of deleteCredential.
func (CredentialInUseError) IsDeleteCredentialResult() {}

// BlockedCredential is the schema's BlockedCredential.
type BlockedCredential struct {
	Credential      *Credential
	ActiveFlowCount int32
	FlowPages       map[PageKey]*FlowConnection
}

// ActiveFlows answers from what was loaded.
func (b *BlockedCredential) ActiveFlows(first int32, after *string) *FlowConnection {
	return b.FlowPages[NewPageKey(first, after, nil)]
}

// ActiveFlows answers from what was loaded.
func (e *CredentialInUseError) ActiveFlows(first int32, after *string) *FlowConnection {
	return e.FlowPages[NewPageKey(first, after, nil)]
}

// VerificationJob is the schema's VerificationJob.
type VerificationJob struct {
	ID            string
	Status        models.VerificationJobStatus
	Component     *Component
	Total         int32
	Done          int32
	Accepted      int32
	Rejected      int32
	Unavailable   int32
	NotVerifiable int32
	Skipped       int32
	WaitsUntil    *time.Time
	StartedBy     *AuditActor
	CreatedAt     time.Time
	FinishedAt    *time.Time
	ResultPages   map[PageKey]*VerificationResultConnection
}

// IsNode marks it as a Node.
func (VerificationJob) IsNode() {}

// Results answers from what was loaded.
func (j *VerificationJob) Results(first int32, after *string, outcome *models.VerificationOutcome) *VerificationResultConnection {
	return j.ResultPages[NewResultsKey(first, after, outcome)]
}

// NewResultsKey makes a key from the arguments of a job's results.
func NewResultsKey(first int32, after *string, outcome *models.VerificationOutcome) PageKey {
	key := NewPageKey(first, after, nil)
	if outcome != nil {
		key.Outcome = *outcome
	}
	return key
}
