// Package verifiers makes the dry request: it asks a service whether it takes a credential's values before anybody
// relies on them. It guarantees that only a service's own yes is ACCEPTED and only its own no is REJECTED; everything
// else (a broken network, a time-out, an answer that nobody foresaw) is UNAVAILABLE. Secrets go only to the hosts that
// the component declares, through egress, and never into an error, a log or a Result.
package verifiers

import (
	"context"

	"keyward/internal/egress"
	"keyward/models"
)

// Request is what to try: how, and with which values.
type Request struct {
	DryRequest *models.DryRequest
	Values     models.Values
}

// Result is what was found: Accepted, Rejected or Unavailable, never NotVerifiable.
type Result struct {
	Outcome models.VerificationOutcome
	Reason  models.VerificationReason
	// Account is whose account the values open, where an accepted answer told.
	Account models.Account
	// Pin is what the credential has to hold from now on, where an accepted answer told.
	Pin models.Pin
}

// Verifier speaks one protocol. It dials through guard only, returns when ctx ends, and is safe for concurrent use.
type Verifier interface {
	// Target tells the host that Verify would dial. It fails where the request can't be made, or may not go there.
	Target(r Request) (host string, err error)
	Verify(ctx context.Context, guard *egress.Guard, r Request) Result
}

func accepted() Result { return Result{Outcome: models.Accepted} }

func rejected(reason models.VerificationReason) Result {
	return Result{Outcome: models.Rejected, Reason: reason}
}

func unavailable(reason models.VerificationReason) Result {
	return Result{Outcome: models.Unavailable, Reason: reason}
}

// refusal is an error that already knows the result: what the values amount to before anybody is asked.
type refusal struct{ Result }

func (r refusal) Error() string { return string(r.Outcome) + ": " + string(r.Reason) }

var (
	// errRejected: the values can't be right, whoever is asked.
	errRejected = refusal{rejected(models.ReasonAuthRejected)}
	// errForbidden: the values lead to a host that their secrets may not go to.
	errForbidden = refusal{unavailable(models.ReasonTargetForbidden)}
	// errNoHost: what stands for a host can't be the name or address of one.
	errNoHost = refusal{unavailable(models.ReasonHostNotFound)}
	// errNoBucket: no bucket, topic or the like can have that name.
	errNoBucket = refusal{rejected(models.ReasonDatabaseNotFound)}
	// errUnclear: the descriptor or its values make no sense as a request.
	errUnclear = refusal{unavailable(models.ReasonUnexpectedResponse)}
)
