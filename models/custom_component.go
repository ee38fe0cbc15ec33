package models

import "fmt"

// DescriptorInvalidError: a descriptor breaks the catalog's rules.
type DescriptorInvalidError struct{ Problems []DescriptorProblem }

// DescriptorProblem is one thing that is wrong with a descriptor, at a place of it (RFC 6901).
type DescriptorProblem struct{ Pointer, Message string }

func (e *DescriptorInvalidError) Error() string {
	if len(e.Problems) == 1 {
		return "The descriptor can't be used, for one reason: see problems."
	}
	return fmt.Sprintf("The descriptor can't be used, for %d reasons: see problems.", len(e.Problems))
}

// ComponentChangeKind says what a new version of a component takes from those who use the old one.
type ComponentChangeKind string

// The kinds of the schema's ComponentChangeKind.
const (
	FieldRemoved  ComponentChangeKind = "FIELD_REMOVED"
	FieldRequired ComponentChangeKind = "FIELD_REQUIRED"
	MethodRemoved ComponentChangeKind = "METHOD_REMOVED"
)

// ComponentChange is one such change.
type ComponentChange struct {
	Kind   ComponentChangeKind
	Method string
	Field  string // empty where it is about the whole method
}

// Message says in a sentence what the change means.
func (c ComponentChange) Message() string {
	switch c.Kind {
	case FieldRemoved:
		return fmt.Sprintf("The auth method %s no longer has the field %s: what was typed there is dropped when a credential is edited.", c.Method, c.Field)
	case FieldRequired:
		return fmt.Sprintf("The auth method %s now requires the field %s: credentials without it have to be given it when they are edited.", c.Method, c.Field)
	}
	return fmt.Sprintf("The auth method %s is gone: its credentials stay as they are, and no new ones can be made.", c.Method)
}

// ComponentBreakingChangeError: a new version would break credentials that were made with the old one. Nothing was saved.
type ComponentBreakingChangeError struct {
	Changes     []ComponentChange
	Credentials Page[Credential] // the first page of those that it would break; Total is -1 for who may not read credentials
}

func (e *ComponentBreakingChangeError) Error() string {
	changes := "1 thing"
	if n := len(e.Changes); n > 1 {
		changes = fmt.Sprintf("%d things", n)
	}
	const wayOut = " Nothing was saved. Put back what was taken away, import it under another key, or set force."
	switch {
	case e.Credentials.Total < 0:
		return "The new version changes " + changes + " that credentials rely on." + wayOut
	case e.Credentials.Total == 0:
		return "The new version changes " + changes + " that credentials rely on, although none is made with it yet." + wayOut
	}
	var names []string
	for _, c := range e.Credentials.Items[:min(maxNamed, len(e.Credentials.Items))] {
		names = append(names, c.Name)
	}
	return fmt.Sprintf("The new version changes %s that credentials rely on: %s.%s", changes, quoted(names, e.Credentials.Total), wayOut)
}
