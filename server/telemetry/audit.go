package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
)

// Event is something that an auditor asks about. The set is closed and
// append-only: people search their logs for these words.
type Event string

// The events, each with the attributes it carries beside AuditKey and the
// request's id. People and sessions stand as the hashes that their LogID gives.
const (
	SignedIn        Event = "sign_in"          // person, session; again when it replaced a session
	SignInRefused   Event = "sign_in_refused"  // reason, status
	SignedOut       Event = "sign_out"         // person, session
	StepUpAsked     Event = "step_up"          // person, session; the provider wants to ask the person something
	SteppedUp       Event = "step_up_done"     // person, session
	SessionEnded    Event = "session_ended"    // person, session, by, reason
	DeliveryGranted Event = "delivery_granted" // person, session, minutes
	LogoutRefused   Event = "logout_refused"   // reason; of a notice that claims to be the provider's
	Denied          Event = "denied"           // person, session, method, route, status; action, reason, team, for
	ActedFor        Event = "acted_for"        // person, session, team, for, kind, press
	Undone          Event = "undone"           // person, session, team, for, kind, press
	Corrected       Event = "corrected"        // person, session, team, for, kind, press
)

// By says who ended a session.
const (
	ByPerson        = "person"        // from another of the person's sessions
	ByProvider      = "provider"      // by a notice, or by refusing its tokens
	ByAdministrator = "administrator" // by timeclock sessions end
	BySignIn        = "sign_in"       // a new sign-in in the same browser
)

// AuditKey marks a line of the audit log; its value is true.
const AuditKey = "audit"

// auditKeys are the only attributes that an audit line may have.
var auditKeys = []string{"person", "session", "by", "reason", "status", "minutes", "count", "method", "route", "again",
	"action", "team", "for", "kind", "press"}

// Audit writes the audit log: who came and went, and what was refused to whom.
// It is the only place that does, and it lets nothing through but short words
// and hashes under the names it knows, so that no line can hold a token, a name
// or what a stranger sent.
type Audit struct{ Log *slog.Logger }

// Write adds a line.
func (a Audit) Write(ctx context.Context, e Event, attrs ...slog.Attr) {
	level := slog.LevelInfo
	if e == SignInRefused || e == LogoutRefused || e == Denied {
		level = slog.LevelWarn
	}
	kept := make([]slog.Attr, 0, len(attrs)+1)
	for _, attr := range attrs {
		if attr.Equal(slog.String(attr.Key, "")) {
			continue
		}
		kept = append(kept, harmless(attr))
	}
	a.Log.LogAttrs(ctx, level, string(e), append(kept, slog.Bool(AuditKey, true))...)
}

// harmless gives attr, or its name alone when it is none that may stand there.
func harmless(attr slog.Attr) slog.Attr {
	const longest = 80
	kind := attr.Value.Kind()
	known := slices.Contains(auditKeys, attr.Key)
	plain := kind == slog.KindInt64 || kind == slog.KindBool ||
		kind == slog.KindString && len(attr.Value.String()) <= longest && words(attr.Value.String())
	if known && plain {
		return attr
	}
	return slog.String(attr.Key, "withheld")
}

// words reports whether s is of letters, digits and what stands in the pattern
// of a route.
func words(s string) bool {
	for _, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && !slices.Contains([]byte("_-/{}. "), c) {
			return false
		}
	}
	return true
}

// Identified is somebody signed in.
type Identified interface {
	// LogIDs gives the hashes that stand for person and session in logs.
	LogIDs() (person, session string)
}

// Identify notes whose request ctx belongs to, so that a refusal of it can be
// laid to somebody.
func Identify(ctx context.Context, who Identified) {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		r.who = who
	}
}

// Deny notes that something was refused to a person, by the hash: in the line of
// the request of ctx where it is theirs, else in a line of its own.
func (a Audit) Deny(ctx context.Context, person string, attrs ...slog.Attr) {
	if r, ok := ctx.Value(requestKey{}).(*request); ok && r.why == nil {
		if theirs, _ := r.ids(); theirs == person {
			r.why = attrs
			return
		}
	}
	a.Write(ctx, Denied, append(attrs, slog.String("person", person))...)
}

// denied writes the audit line of a request that was refused to whoever made
// it. That nobody is signed in is no refusal of this kind.
func (t *Requests) denied(r *http.Request, seen *request, status int) {
	if status != http.StatusForbidden && seen.why == nil {
		return
	}
	person, session := seen.ids()
	Audit{t.Log}.Write(r.Context(), Denied, append(seen.why,
		slog.String("person", person), slog.String("session", session),
		slog.String("method", method(r.Method)), slog.String("route", seen.route), slog.Int("status", status))...)
}
