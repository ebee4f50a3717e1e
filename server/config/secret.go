package config

import (
	"fmt"
	"log/slog"
)

// Secret is a text that must not be shown. Every way of printing it, fmt with
// any verb, JSON, text, slog, says "(set)" or "(not set)". The text lies
// behind a pointer, so it stays hidden even where fmt walks through unexported
// fields and cannot call methods. The zero Secret is not set.
type Secret struct{ text *string }

// NewSecret hides text. An empty text makes a Secret that is not set.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal gives the text itself; empty when not set.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsSet reports whether there is a text.
func (s Secret) IsSet() bool { return s.text != nil }

// String says whether the secret is set.
func (s Secret) String() string {
	if s.IsSet() {
		return "(set)"
	}
	return "(not set)"
}

// Format answers every verb of fmt with String, because fmt would print the
// fields of a value for a verb that it does not expect.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText serves encoding/json, encoding/xml and whatever else writes
// text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue serves log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
