package models

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrForbidden: the caller's role, or its token's scopes, may not do this at all.
var ErrForbidden = errors.New("forbidden")

// ErrUndecided: the caller has several workspaces and named none, so nothing can be changed.
var ErrUndecided = fmt.Errorf("%w: no workspace was chosen", ErrForbidden)

// BadRequestError: a query's argument makes no sense (a tampered cursor, two selectors). Message may be shown.
type BadRequestError struct{ Message string }

func (e *BadRequestError) Error() string { return e.Message }

// NotFoundError: there is no such thing in the caller's workspace. Whose else it may be is never said.
type NotFoundError struct {
	What string // "credential", "flow", …
	Path []string
	// Message says it better than the usual sentence, where there is something better to say.
	Message string
}

func (e *NotFoundError) Error() string {
	if e.Message != "" {
		return e.Message
	}
	return fmt.Sprintf("There is no such %s in this workspace. It may have been deleted: reload and choose another.", e.What)
}

// ValidationError lists everything that is wrong with an input at once.
type ValidationError struct{ Issues []ValidationIssue }

// Join adds issues about places that have none yet, and returns nil where there are none at all.
func (e *ValidationError) Join(issues []ValidationIssue) error {
	all := e.Issues
	for _, issue := range issues {
		if !slices.ContainsFunc(all, func(known ValidationIssue) bool { return slices.Equal(known.Path, issue.Path) }) {
			all = append(all, issue)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &ValidationError{Issues: all}
}

// ValidationIssue is one thing that is wrong. Message never repeats the value.
type ValidationIssue struct {
	Path    []string
	Message string
}

func (e *ValidationError) Error() string {
	if len(e.Issues) == 1 {
		return e.Issues[0].Message
	}
	return fmt.Sprintf("%d things have to be put right first: see issues.", len(e.Issues))
}

// ConflictError: somebody else changed it in the meantime.
type ConflictError struct{ CurrentVersion int32 }

func (e *ConflictError) Error() string {
	return "Somebody changed this in the meantime. Reload it, look at what changed, and try again."
}

// VerificationFailedError: the dry request did not accept the values, so nothing was saved.
type VerificationFailedError struct {
	Verification Verification
	// Asked: nothing was to be saved, only asked for.
	Asked bool
}

func (e *VerificationFailedError) Error() string {
	if e.Asked {
		return e.Verification.Message()
	}
	if e.Verification.Outcome == Rejected {
		return e.Verification.Message() + " Nothing was saved."
	}
	if e.Verification.Outcome == NotVerifiable {
		return e.Verification.Message() + " To do so, set saveUnverified. Nothing was saved."
	}
	return e.Verification.Message() + " Nothing was saved; to save it unverified all the same, set saveUnverified."
}

// CredentialInUseError names the active flows that keep a credential from being deleted.
type CredentialInUseError struct {
	CredentialID string
	Flows        Page[Flow] // the first page, in the transaction that refused; Total is always set
}

func (e *CredentialInUseError) Error() string {
	var names []string
	for _, flow := range e.Flows.Items[:min(maxNamed, len(e.Flows.Items))] {
		names = append(names, flow.Name)
	}
	list := quoted(names, e.Flows.Total)
	if e.Flows.Total == 1 {
		return "The active flow " + list + " uses this credential. Stop or delete that flow, or give it another credential of the same component; then this one can be deleted."
	}
	return fmt.Sprintf("%d active flows use this credential: %s. Stop or delete them, or give them another credential of the same component; then this one can be deleted.", e.Flows.Total, list)
}

// CredentialsInUseError names the credentials, of those that were to be deleted together, that active flows use.
type CredentialsInUseError struct{ Blocked []BlockedCredential }

// BlockedCredential is a credential and the active flows that keep it from being deleted: the first page, in the
// transaction that refused; Total is always set.
type BlockedCredential struct {
	Credential Credential
	Flows      Page[Flow]
}

func (e *CredentialsInUseError) Error() string {
	var names []string
	for _, b := range e.Blocked[:min(maxNamed, len(e.Blocked))] {
		names = append(names, b.Credential.Name)
	}
	list := quoted(names, len(e.Blocked))
	if len(e.Blocked) == 1 {
		return "Nothing was deleted, because an active flow uses the credential " + list + ". Stop or delete its flows, give them another credential of the same component, or leave it out."
	}
	return fmt.Sprintf("Nothing was deleted, because active flows use %d of these credentials: %s. Stop or delete those flows, give them other credentials of the same components, or leave these out.", len(e.Blocked), list)
}

// maxNamed is how many names a sentence holds.
const maxNamed = 3

func quoted(names []string, of int) string {
	list := "«" + strings.Join(names, "», «") + "»"
	if more := of - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// ComponentMismatchError: a credential can only be linked to steps of its own component.
type ComponentMismatchError struct {
	Expected *Component // the step's
	Actual   *Component // the credential's
	Path     []string
}

func (e *ComponentMismatchError) Error() string {
	if !e.Expected.RequiresCredential() {
		return fmt.Sprintf("%s needs no credential: leave its step without one.", e.Expected.Title)
	}
	return fmt.Sprintf("The step belongs to %s, the credential to %s. Choose a credential of %s, or make a new one.",
		e.Expected.Title, e.Actual.Title, e.Expected.Title)
}

// FlowNotActivatableError: a flow is not, or would no longer be, fit to be active.
type FlowNotActivatableError struct {
	Problems []FlowProblem
	Path     []string
}

func (e *FlowNotActivatableError) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0].Message
	}
	return fmt.Sprintf("%d steps keep this flow from being active: see problems.", len(e.Problems))
}

// IdempotencyKeyReusedError: the key was used before, with another input.
type IdempotencyKeyReusedError struct{}

func (e *IdempotencyKeyReusedError) Error() string {
	return "This idempotencyKey was used before with another input. Use a new key for a new request."
}

// LastOwnerError: a workspace needs somebody who can manage it.
type LastOwnerError struct{}

func (e *LastOwnerError) Error() string {
	return "This is the workspace's last owner. Make somebody else an owner first."
}
