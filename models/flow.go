package models

import "time"

// FlowIDPrefix begins every flow's id.
const FlowIDPrefix = "flow_"

// Flow is a row: an ordered list of steps that runs while it is active.
type Flow struct {
	WorkspaceID string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"`
	Name        string `gorm:"not null"`
	SortName    string `gorm:"not null"`
	Active      bool   `gorm:"not null"`
	// Version moves with every change of the name, the steps or their credentials.
	Version   int32     `gorm:"not null"`
	CreatedAt time.Time `gorm:"not null;autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"not null;autoUpdateTime:false"`
}

// FlowStep is a row: one step of a flow.
type FlowStep struct {
	WorkspaceID string `gorm:"primaryKey"`
	FlowID      string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	Position    int32  `gorm:"not null"`
	ComponentID string `gorm:"not null"`
	Function    *string
	// CredentialID is the credential the step uses, if it has one.
	CredentialID *string
	// NeedsCredential and Active stand here for the constraint behind the rule: an active flow's step that needs a
	// credential has one. Active follows the flow's by foreign key.
	NeedsCredential bool `gorm:"not null"`
	Active          bool `gorm:"not null"`
}

// FlowFilter narrows a list of flows.
type FlowFilter struct {
	Active       *bool
	CredentialID string
	Search       string
}

// FlowProblemKind says what keeps a flow from being activated.
type FlowProblemKind string

// The kinds of the schema's FlowProblemKind.
const (
	ProblemCredentialMissing              FlowProblemKind = "CREDENTIAL_MISSING"
	ProblemCredentialRejected             FlowProblemKind = "CREDENTIAL_REJECTED"
	ProblemCredentialNeedsReauthorization FlowProblemKind = "CREDENTIAL_NEEDS_REAUTHORIZATION"
	ProblemCredentialExpired              FlowProblemKind = "CREDENTIAL_EXPIRED"
)

// FlowProblem is one reason why a flow can't be activated.
type FlowProblem struct {
	StepKey string
	Kind    FlowProblemKind
	Message string
}
