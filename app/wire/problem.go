package wire

import "timeclock/app/clock"

// Code names what went wrong. The set is closed and append-only: codes cross
// the wire between programs of different age.
type Code string

// The problem codes, with the HTTP status each is answered with.
const (
	CodeMalformed   Code = "malformed"         // 400: body, id or parameter is not what it should be
	CodeSignedOut   Code = "signed_out"        // 401: no session, or it ended
	CodeCrossSite   Code = "cross_site"        // 403: not from this origin's pages
	CodeForbidden   Code = "forbidden"         // 403: this person may not
	CodeNotFound    Code = "not_found"         // 404: no such thing
	CodeTeamUnknown Code = "team_unknown"      // 404: not a team of this person
	CodeNotMember   Code = "not_member"        // 404: that person is not of the team
	CodeMethod      Code = "method"            // 405: wrong method
	CodeOrder       Code = "order"             // 409: this press may not follow the present state
	CodeNoSchedule  Code = "no_schedule"       // 409: the team has no schedule
	CodeNoTimeClock Code = "no_time_clock"     // 409: the team's time clock is off
	CodeIDReused    Code = "id_reused"         // 409: the id names another press
	CodeOpenLong    Code = "open_too_long"     // 409: the card was left open; when did work end?
	CodeTwin        Code = "twin"              // 409: the press is on the cards twice
	CodeConfirmed   Code = "confirmed"         // 409: the card is confirmed
	CodeKept        Code = "kept"              // 409: a person chose what stands on the card
	CodeDecided     Code = "decided"           // 409: there is nothing to decide, or not so
	CodeChanged     Code = "changed"           // 409: the card does not stand as it was seen
	CodeGone        Code = "gone"              // 409: the card is not there any more
	CodeExpired     Code = "expired"           // 409: the request was not answered in time
	CodeUndone      Code = "undone"            // 409: whoever pressed it for the person took it back
	CodeTooLate     Code = "too_late"          // 409: it may have been sent already
	CodeTooLarge    Code = "too_large"         // 413: body beyond its limit
	CodeTooOld      Code = "too_old"           // 422: pressed longer ago than is accepted
	CodeFuture      Code = "future"            // 422: dated in the future
	CodeUnsound     Code = "unsound"           // 422: a card cannot stand so; Faults tells why
	CodeReason      Code = "reason_needed"     // 422: a word why is needed
	CodeClock       Code = "clock"             // 422: by a device's clock that was found to be wrong
	CodeRefused     Code = "graph_refused"     // 409: Graph said no
	CodeBusy        Code = "busy"              // 429: too much at once; RetryAfter tells
	CodeInternal    Code = "internal"          // 500: a fault of this server
	CodeGraphDown   Code = "graph_unavailable" // 502: Graph cannot be reached or fails
	CodeStore       Code = "store_unavailable" // 503: this server's database fails
	CodeProvider    Code = "provider_down"     // 503: the sign-in provider cannot be reached
	CodeGraphSlow   Code = "graph_timeout"     // 504: Graph did not answer in time

	// CodeOffline is never sent: the browser makes it when no answer came.
	CodeOffline Code = "offline"
)

// ContentTypeProblem is the media type of a Problem (RFC 9457).
const ContentTypeProblem = "application/problem+json"

// Problem is the body of every answer under /api that is not a success
// (RFC 9457). It is an error, so that a caller can ask for its Code.
type Problem struct {
	Type   string `json:"type"` // "urn:timeclock:problem:" + Code
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   Code   `json:"code"`
	// RequestID finds the log lines of the request.
	RequestID string `json:"requestId,omitempty"`
	// RetryAfter is in seconds; 0 when nothing is known.
	RetryAfter int `json:"retryAfter,omitempty"`
	// StepUp says, with CodeSignedOut, that the provider wants to ask the person
	// something before they go on.
	StepUp bool `json:"stepUp,omitempty"`
	// Faults says for CodeUnsound what cannot be true of the card.
	Faults []clock.Fault `json:"faults,omitempty"`
}

// NewProblem fills in a Problem; title is for people who read wires.
func NewProblem(status int, code Code, title string) *Problem {
	return &Problem{Type: "urn:timeclock:problem:" + string(code), Title: title, Status: status, Code: code}
}

// Error gives code and title.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Title }
