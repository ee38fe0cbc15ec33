package models

import "time"

// VerificationOutcome is what a dry request showed.
type VerificationOutcome string

// The outcomes. A verifier answers one of the first three; NOT_VERIFIABLE is vault's word.
const (
	Accepted      VerificationOutcome = "ACCEPTED"
	Rejected      VerificationOutcome = "REJECTED"
	Unavailable   VerificationOutcome = "UNAVAILABLE"
	NotVerifiable VerificationOutcome = "NOT_VERIFIABLE"
)

// VerificationReason is a fixed vocabulary: a remote system's own words never reach a client.
type VerificationReason string

// The reasons. ReasonNone goes with ACCEPTED and NOT_VERIFIABLE.
const (
	ReasonNone               VerificationReason = ""
	ReasonAuthRejected       VerificationReason = "AUTH_REJECTED"
	ReasonInsufficientScope  VerificationReason = "INSUFFICIENT_SCOPE"
	ReasonHostNotFound       VerificationReason = "HOST_NOT_FOUND"
	ReasonHostKeyChanged     VerificationReason = "HOST_KEY_CHANGED"
	ReasonConnectionRefused  VerificationReason = "CONNECTION_REFUSED"
	ReasonTimeout            VerificationReason = "TIMEOUT"
	ReasonTLSInvalid         VerificationReason = "TLS_INVALID"
	ReasonTargetForbidden    VerificationReason = "TARGET_FORBIDDEN"
	ReasonRateLimited        VerificationReason = "RATE_LIMITED"
	ReasonDatabaseNotFound   VerificationReason = "DATABASE_NOT_FOUND"
	ReasonWrongRegion        VerificationReason = "WRONG_REGION"
	ReasonUnexpectedResponse VerificationReason = "UNEXPECTED_RESPONSE"
)

// Verification is one dry request and its outcome.
type Verification struct {
	WorkspaceID  string              `gorm:"primaryKey"`
	CredentialID string              `gorm:"primaryKey"`
	ID           string              `gorm:"primaryKey"` // UUIDv7 text: sorts by time
	Outcome      VerificationOutcome `gorm:"not null"`
	Reason       VerificationReason  `gorm:"not null"`
	CheckedAt    time.Time           `gorm:"not null"`
	DurationMs   int32               `gorm:"not null"`
	// Account is whose account the values open, where the service told.
	Account Account `gorm:"-"`
	// Pin is what the credential has to hold from now on.
	Pin Pin `gorm:"-"`
}

// Pin is a public field's value that a dry request learned at its first success, such as the key that a server is known
// by from then on. It counts where the field is empty.
type Pin struct{ Field, Value string }

// Message says in a sentence what was found and what to do next.
func (v Verification) Message() string {
	switch v.Outcome {
	case Accepted:
		return "The service accepted these values."
	case NotVerifiable:
		return "There is no dry request for this kind of credential, so nobody could be asked. It can be saved as unverified."
	}
	if text, ok := reasonMessages[v.Reason]; ok {
		return text
	}
	if v.Outcome == Rejected {
		return reasonMessages[ReasonAuthRejected]
	}
	return reasonMessages[ReasonUnexpectedResponse]
}

var reasonMessages = map[VerificationReason]string{
	ReasonAuthRejected:       "The service rejected these values. Check for typos, and that the key or password is still valid.",
	ReasonInsufficientScope:  "The service knows these values but does not allow what they are needed for. Give them more rights there, or use others.",
	ReasonHostNotFound:       "No such host was found. Check the host name or address for typos.",
	ReasonHostKeyChanged:     "The server has another key than the one that is known here, so nothing was sent: somebody may be in between. Ask whoever runs it; if the key was changed, put the new fingerprint in its place.",
	ReasonConnectionRefused:  "The host is there but refused or dropped the connection. Check the port, and that the service is running and lets this gateway in.",
	ReasonTimeout:            "The service did not answer in time. Try again later, and check that its firewall lets this gateway in.",
	ReasonTLSInvalid:         "The service offers no encryption, or its certificate could not be verified, so nothing was sent. Check the host name and port, have its certificate renewed, or, on a network you trust, choose a connection without encryption.",
	ReasonTargetForbidden:    "This gateway is not allowed to reach that address. Use a public address, or ask the operator to allow this one.",
	ReasonRateLimited:        "Too many requests were made of the service. Try again in a few minutes.",
	ReasonDatabaseNotFound:   "The server let us in but has no database, bucket, topic, folder, entry or virtual host of that name. Check the name for typos.",
	ReasonWrongRegion:        "What is named here is kept in another region. Choose the region that it is in.",
	ReasonUnexpectedResponse: "The service answered in a way that says neither yes nor no. Try again later, and check that the address is the right one.",
}
