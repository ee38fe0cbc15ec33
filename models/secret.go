package models

import (
	"fmt"
	"log/slog"
)

const redacted = "[secret]"

// Secret is text that must not be seen. Every way of printing or encoding it (each fmt verb, JSON, text, slog) yields
// "[secret]"; only Reveal reads it.
type Secret struct{ text string }

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text. Only vault, seal, verifiers, oauth and runtime may call it; the linter refuses others.
func (s Secret) Reveal() string { return s.text }

// Equal reports whether both hold the same text.
func (s Secret) Equal(other Secret) bool { return s.text == other.text }

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(redacted)) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }

// Values are a credential's field values by field key. A checkbox holds "true" or "false", a multi-select a JSON array
// of strings; everything else is the text itself.
type Values map[string]Secret

// FieldValue is one value as a client sent it, before any spec has looked at it: nil, string, bool, json.Number or
// []string. Like Secret it never prints what it holds.
type FieldValue struct{ raw any }

// NewFieldValue wraps what a JSON decoder (with UseNumber) produced.
func NewFieldValue(raw any) FieldValue { return FieldValue{raw} }

// Reveal returns what was sent. The same callers as for Secret.Reveal.
func (v FieldValue) Reveal() any { return v.raw }

// IsNull reports whether null was sent.
func (v FieldValue) IsNull() bool { return v.raw == nil }

func (FieldValue) String() string               { return redacted }
func (FieldValue) GoString() string             { return redacted }
func (FieldValue) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(redacted)) }
func (FieldValue) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (FieldValue) LogValue() slog.Value         { return slog.StringValue(redacted) }
