package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"keyward/models"
)

// Error is one thing that is wrong with a descriptor: a sentence that names the file, the place and the reason.
type Error struct {
	File    string
	Pointer string // RFC 6901; empty for the file as a whole
	Reason  string
}

func (e *Error) Error() string {
	if e.Pointer == "" {
		return e.File + ": " + e.Reason
	}
	return e.File + ": at " + e.Pointer + ": " + e.Reason
}

// Problems takes apart what Load and Parse return: everything that is wrong with descriptors.
func Problems(err error) []*Error {
	if one, ok := err.(*Error); ok { //nolint:errorlint // this walks the tree itself
		return []*Error{one}
	}
	var all []*Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			all = append(all, Problems(one)...)
		}
	}
	return all
}

// reader turns one descriptor into a component and gathers what is wrong with it on the way.
type reader struct {
	file      string
	key       string
	override  func(name string) (string, bool)
	variables map[string]string
	problems  []*Error
	warnings  []models.DescriptorWarning
	patterns  int // the size of those that were read
}

// maxProblems bounds what is told of one descriptor: a hostile one could be wrong in a hundred thousand places.
const maxProblems = 100

func (r *reader) fail(pointer, format string, args ...any) {
	if len(r.problems) >= maxProblems {
		return
	}
	problem := Error{File: r.file, Pointer: pointer, Reason: fmt.Sprintf(format, args...)}
	// Methods that share a verification would say the same thing once each.
	if !slices.ContainsFunc(r.problems, func(p *Error) bool { return *p == problem }) {
		r.problems = append(r.problems, &problem)
	}
}

// warn notes what a descriptor may do but somebody should know.
func (r *reader) warn(pointer, format string, args ...any) {
	warning := models.DescriptorWarning{Pointer: pointer, Message: fmt.Sprintf(format, args...)}
	if len(r.warnings) < maxProblems && !slices.Contains(r.warnings, warning) {
		r.warnings = append(r.warnings, warning)
	}
}

// err joins the problems, those of one place together.
func (r *reader) err() error {
	slices.SortStableFunc(r.problems, func(a, b *Error) int { return strings.Compare(a.Pointer, b.Pointer) })
	all := make([]error, len(r.problems))
	for i, p := range r.problems {
		all[i] = p
	}
	return errors.Join(all...)
}
