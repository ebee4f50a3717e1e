package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// ErrEnded says that there is no session, or no longer: sign in again.
// ErrUnavailable says that the provider cannot be reached or fails; the session
// lives on. ErrConfig says that the provider refuses this server, whoever is
// asking; the session lives on and an operator must act. ErrStore says that the
// database fails, so that nothing is known about the session.
var (
	ErrEnded       = errors.New("session ended")
	ErrUnavailable = errors.New("sign-in provider unavailable")
	ErrConfig      = errors.New("sign-in provider refuses this server")
	ErrStore       = errors.New("session store fails")
)

// StepUp is the error of tokens that are no good until the person has signed in
// again and answered what the provider asks then. It wraps ErrEnded: the session
// is over, and remembers for the next sign-in what to ask for.
type StepUp struct {
	// Claims is what to ask for (OpenID Connect Core §5.5), a JSON object;
	// empty when the provider only said that it must ask something.
	Claims string
	// Again says that the sign-in which began the session had asked for the
	// same, a moment ago: to ask once more by itself would go round in circles.
	Again bool
}

// Error tells nothing of the claims.
func (StepUp) Error() string { return "the provider wants to ask the person something" }

// Unwrap gives ErrEnded.
func (StepUp) Unwrap() error { return ErrEnded }

// Person is somebody, as the provider names them for good.
type Person struct {
	Tenant string // of Entra: tid; of another provider: derived from the issuer; holds no dot
	Object string // of Entra: oid, which is the id in Graph; of another provider: sub
	Name   string // to be shown, never to decide by; may change and may be empty
}

// Key identifies the person in this product: tenant and object joined by a dot.
func (p Person) Key() string { return p.Tenant + "." + p.Object }

// LogID stands for the person in logs; the same person has the same always.
func (p Person) LogID() string { return logID("person " + p.Key()) }

// Session is what the server knows of somebody signed in, without the tokens.
type Session struct {
	// Hash is the hex SHA-256 of the id in the cookie. It may be stored, for
	// AccessToken; in a log stands LogID.
	Hash    string
	Person  Person
	Created time.Time
	Seen    time.Time // when a request last came, within a minute
	Expires time.Time // it ends then whatever happens
	Issuer  string
	Sid     string // the provider's name for its own session; may be empty
	Subject string // the provider's name for the person (sub), to match its notices
	Roles   []string
	Device  Device
	// Hint is Tokens.Hint; only End gives it.
	Hint string
	// Parted is set when the person has signed out while a press was on its
	// way. The session is over; its tokens still deliver that press.
	Parted bool
}

// LogID stands for the session in logs.
func (s Session) LogID() string { return logID("session " + s.Hash) }

func logID(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// Tokens are what the provider gave for a session. They never leave the server.
type Tokens struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh,omitempty"` // empty when the provider gave none
	ID      string    `json:"id,omitempty"`      // the verified one of the sign-in, kept as it was
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"` // of Access
	// Hint is what the provider wants to be told at sign-out, so that it need
	// not ask which of several people is meant. Mostly empty.
	Hint string `json:"hint,omitempty"`

	// StepUp, when not empty, is the claims object the person must be asked for
	// before there are tokens again; the others are empty then.
	StepUp string `json:"stepUp,omitempty"`
	Again  bool   `json:"again,omitempty"` // see StepUp.Again
	// Asked is the claims object that the sign-in had been asked for.
	Asked string `json:"asked,omitempty"`
}

// Refresher renews tokens at the provider.
type Refresher interface {
	// Refresh trades old.Refresh for new tokens. It must have verified an ID
	// token that came with them against old.ID, and gives Refresh "" when the
	// provider wants the old one used again. Its error wraps ErrEnded when no
	// repetition can succeed, ErrConfig when the fault is this server's, and
	// is taken for ErrUnavailable otherwise.
	Refresh(ctx context.Context, old Tokens) (Tokens, error)
}

// Revoker tells the provider that tokens are not needed any more.
type Revoker interface {
	// Revoke has the provider forget t, if it can (RFC 7009).
	Revoke(ctx context.Context, t Tokens) error
}

type contextKey struct{}

// found is what Load puts into the context, by its address.
type found struct {
	session Session
	err     error
	manager *Manager // nil from With
}

// LogIDs gives what stands for person and session in logs.
func (f *found) LogIDs() (person, session string) {
	return f.session.Person.LogID(), f.session.LogID()
}

// Current gives the session of the request, as found by Manager.Load. Its error
// wraps ErrEnded when there is none, and ErrStore when that could not be
// learned: answering that one like the first would send everybody to sign in
// again when the database has a bad moment.
func Current(ctx context.Context) (Session, error) {
	f, ok := ctx.Value(contextKey{}).(*found)
	if !ok {
		return Session{}, ErrEnded
	}
	return f.session, f.err
}

// From gives the session of the request, or false when there is none or it
// could not be learned; Current tells these apart.
func From(ctx context.Context) (Session, bool) {
	s, err := Current(ctx)
	return s, err == nil
}

// Still reports whether the session of the request, as Current gave it, lives
// yet. It is for requests that stay open: what cannot be learned ends nothing.
func Still(ctx context.Context) bool {
	f, ok := ctx.Value(contextKey{}).(*found)
	if !ok || f.err != nil || f.manager == nil {
		return ok && f.err == nil
	}
	live, err := f.manager.Live(ctx, f.session.Hash)
	return live || err != nil
}

// With gives a context in which Current finds s. It is for tests and for work
// done in the name of a session outside its requests.
func With(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, contextKey{}, &found{session: s})
}
