package wire

import "timeclock/app/clock"

// PathSessions is for the person's own sessions: GET gives Sessions. POST to
// PathSessions + "/" + an id + PathEnd ends that one, POST to PathSessions +
// PathEnd all but the one that asks; both answer SessionsEnded. The one that
// asks is ended by PathLogout, which also says where to sign out at the
// provider.
const (
	PathSessions = "/api/sessions"
	PathEnd      = "/end"
)

// Session is one of the person's sign-ins.
type Session struct {
	ID string `json:"id"` // names it in this product; opaque
	// Browser, System and Form are words of closed sets for the screen to
	// translate, empty when not known: edge, chrome, firefox, safari, opera,
	// samsung, teams; windows, macos, linux, android, ios, chromeos; computer,
	// tablet, phone.
	Browser string        `json:"browser,omitempty"`
	System  string        `json:"system,omitempty"`
	Form    string        `json:"form,omitempty"`
	Created clock.Instant `json:"created"`
	Seen    clock.Instant `json:"seen"`    // within a minute
	Expires clock.Instant `json:"expires"` // it ends then at the latest
	Current bool          `json:"current,omitempty"`
}

// Sessions answers PathSessions: those that live, the one seen last first.
type Sessions struct {
	Sessions []Session `json:"sessions"`
}

// SessionsEnded tells how many were ended.
type SessionsEnded struct {
	Ended int `json:"ended"`
}
