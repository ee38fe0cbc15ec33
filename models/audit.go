package models

import "time"

// AuditIDPrefix begins every audit event's id.
const AuditIDPrefix = "event_"

// AuditAction is what was done, or tried.
type AuditAction string

// The actions of the schema's AuditAction.
const (
	CredentialCreated  AuditAction = "CREDENTIAL_CREATED"
	CredentialUpdated  AuditAction = "CREDENTIAL_UPDATED"
	CredentialDeleted  AuditAction = "CREDENTIAL_DELETED"
	CredentialChecked  AuditAction = "CREDENTIAL_CHECKED"
	CredentialVerified AuditAction = "CREDENTIAL_VERIFIED"
	CredentialReplaced AuditAction = "CREDENTIAL_REPLACED"
	CredentialLinked   AuditAction = "CREDENTIAL_LINKED"
	CredentialUnlinked AuditAction = "CREDENTIAL_UNLINKED"
	SecretRead         AuditAction = "SECRET_READ"
	FlowCreated        AuditAction = "FLOW_CREATED"
	FlowUpdated        AuditAction = "FLOW_UPDATED"
	FlowDeleted        AuditAction = "FLOW_DELETED"
	FlowActivated      AuditAction = "FLOW_ACTIVATED"
	FlowDeactivated    AuditAction = "FLOW_DEACTIVATED"
	TokenCreated       AuditAction = "TOKEN_CREATED"
	TokenRevoked       AuditAction = "TOKEN_REVOKED"
	SessionStarted     AuditAction = "SESSION_STARTED"
	SessionEnded       AuditAction = "SESSION_ENDED"
	SignInLinkCreated  AuditAction = "SIGN_IN_LINK_CREATED"
	MemberAdded        AuditAction = "MEMBER_ADDED"
	MemberUpdated      AuditAction = "MEMBER_UPDATED"
	MemberRemoved      AuditAction = "MEMBER_REMOVED"
	InvitationCreated  AuditAction = "INVITATION_CREATED"
	InvitationRevoked  AuditAction = "INVITATION_REVOKED"
	InvitationAccepted AuditAction = "INVITATION_ACCEPTED"
	WorkspaceCreated   AuditAction = "WORKSPACE_CREATED"
	WorkspaceUpdated   AuditAction = "WORKSPACE_UPDATED"
	WorkspaceDeleted   AuditAction = "WORKSPACE_DELETED"
	KeysRotated        AuditAction = "KEYS_ROTATED"

	CredentialConnected     AuditAction = "CREDENTIAL_CONNECTED"
	CredentialRenewalFailed AuditAction = "CREDENTIAL_RENEWAL_FAILED"
	OAuthClientSet          AuditAction = "OAUTH_CLIENT_SET"
	OAuthClientDeleted      AuditAction = "OAUTH_CLIENT_DELETED"

	VerificationStarted  AuditAction = "VERIFICATION_STARTED"
	VerificationCanceled AuditAction = "VERIFICATION_CANCELED"

	ComponentImported AuditAction = "COMPONENT_IMPORTED"
	ComponentDeleted  AuditAction = "COMPONENT_DELETED"
)

// AuditOutcome is how it ended.
type AuditOutcome string

// The outcomes. What REFUSED was refused for is the event's Detail.
const (
	AuditDone    AuditOutcome = "DONE"
	AuditRefused AuditOutcome = "REFUSED"
)

// AuditEvent is a row that is written once, in the transaction of what it tells, and never changed: who did what to what,
// how it ended, in which request and from where. It holds no value of any field.
type AuditEvent struct {
	WorkspaceID string       `gorm:"primaryKey" json:"workspaceId"`
	ID          string       `gorm:"primaryKey" json:"id"` // sorts by time
	At          time.Time    `gorm:"not null" json:"at"`
	Action      AuditAction  `gorm:"not null" json:"action"`
	Outcome     AuditOutcome `gorm:"not null" json:"outcome"`
	ActorKind   CallerKind   `gorm:"not null" json:"actorKind"`
	ActorID     string       `gorm:"not null" json:"actorId"`
	ActorName   string       `gorm:"not null" json:"actorName"`
	TargetID    string       `gorm:"not null" json:"targetId"`
	TargetName  string       `gorm:"not null" json:"targetName"` // as it was called then
	// RelatedID is the other thing it was about: the flow of a link, the replacement of a credential.
	RelatedID string `gorm:"not null" json:"relatedId,omitempty"`
	// Detail is in words of a fixed vocabulary: an error's code, a verification's outcome, a role, keys of changed fields.
	Detail    string `gorm:"not null" json:"detail,omitempty"`
	RequestID string `gorm:"not null" json:"requestId,omitempty"`
	Address   string `gorm:"not null" json:"address,omitempty"`
}

// Target is what an event is about.
type Target struct{ ID, Name string }

// Did makes an event of what the caller did; the store gives it its id.
func (c Caller) Did(at time.Time, action AuditAction, target Target) AuditEvent {
	return AuditEvent{
		WorkspaceID: c.WorkspaceID, At: at, Action: action, Outcome: AuditDone,
		ActorKind: c.Kind, ActorID: c.ID, ActorName: c.Name,
		TargetID: target.ID, TargetName: target.Name, RequestID: c.RequestID, Address: c.Address,
	}
}

// Related says what else the event is about.
func (e AuditEvent) Related(id string) AuditEvent {
	e.RelatedID = id
	return e
}

// Telling adds the detail.
func (e AuditEvent) Telling(detail string) AuditEvent {
	e.Detail = detail
	return e
}

// Refused turns the event into that of a try which was refused for the reason.
func (e AuditEvent) Refused(code string) AuditEvent {
	e.Outcome, e.Detail = AuditRefused, code
	return e
}

// AuditFilter narrows the list of events.
type AuditFilter struct {
	Actions  []AuditAction
	Outcome  AuditOutcome
	ActorID  string
	TargetID string // as target or as the related thing
	Since    *time.Time
	Until    *time.Time // up to, and not at, this moment
}
