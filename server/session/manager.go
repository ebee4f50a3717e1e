package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/sessions"
	"golang.org/x/sync/singleflight"

	"timeclock/app/wire"
	"timeclock/server/telemetry"
)

// Config is what a Manager needs. All fields without a default are required.
type Config struct {
	Sessions  Store
	People    People
	Tokens    TokenStore
	Grants    Grants
	Refresher Refresher
	Keys      *Keys

	// Revoker is told of tokens whose session was ended here. May be nil.
	Revoker Revoker

	// Holds tells whether a press that s made is still on its way. Then the
	// tokens of s outlive its sign-out, for GrantFor at most. May be nil.
	Holds func(ctx context.Context, s Session) (bool, error)

	Idle time.Duration // a session not seen for so long has ended; default 12 h
	Max  time.Duration // a session ends so long after it began; default 168 h

	// InsecureHTTP gives the cookie a name and no Secure attribute, so that
	// browsers take it over plain http. For a loopback address only.
	InsecureHTTP bool

	// Lax lets browsers send the cookie also when a link on another site leads
	// here. Nothing here looks at it then.
	Lax bool

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default slog.Default(); gets the audit lines
}

// Manager begins, finds and ends sessions and hands out their access tokens.
// Its methods may be called by several goroutines.
type Manager struct {
	sessions  Store
	people    People
	tokens    TokenStore
	grants    Grants
	holds     func(context.Context, Session) (bool, error)
	refresher Refresher
	revoker   Revoker
	vault     *Vault
	cookies   *cookies
	idle, max time.Duration
	now       func() time.Time
	log       *slog.Logger
	audit     telemetry.Audit

	bySession, byPerson *Rates
	handed              handed
	ready               recent[string, ready] // by hash

	flight   singleflight.Group // renewals under way, by hash
	renewals sync.RWMutex       // held for reading by each of them, so that Run can wait
}

const (
	touchEvery   = time.Minute
	touchTimeout = time.Second
	expireEvery  = 10 * time.Minute
)

// GrantFor is how long the tokens of a press on its way outlive a sign-out.
const GrantFor = 30 * time.Minute

// New makes a Manager.
func New(c Config) (*Manager, error) {
	if c.Sessions == nil || c.People == nil || c.Tokens == nil || c.Grants == nil || c.Refresher == nil || c.Keys == nil {
		return nil, errors.New("sessions: stores, refresher and keys are required")
	}
	m := &Manager{
		sessions: c.Sessions, people: c.People, tokens: c.Tokens, grants: c.Grants, holds: c.Holds,
		refresher: c.Refresher, revoker: c.Revoker,
		vault: c.Keys.Vault("tokens"),
		idle:  c.Idle, max: c.Max, now: c.Now, log: c.Log,
		bySession: NewRates(sessionEvery, sessionBurst), byPerson: NewRates(personEvery, personBurst),
	}
	if m.idle == 0 {
		m.idle = 12 * time.Hour
	}
	if m.max == 0 {
		m.max = 7 * 24 * time.Hour
	}
	if m.idle < touchEvery*2 || m.max < m.idle {
		return nil, fmt.Errorf("sessions: idle lifetime %s must be at least %s and at most the absolute lifetime %s", m.idle, touchEvery*2, m.max)
	}
	if m.now == nil {
		m.now = time.Now
	}
	if m.log == nil {
		m.log = slog.Default()
	}
	m.audit = telemetry.Audit{Log: m.log}
	m.cookies = newCookies(c.Keys, m.max, c.InsecureHTTP)
	if c.Lax {
		m.cookies.options.SameSite = http.SameSiteLaxMode
	}
	m.cookies.find = m.find
	m.cookies.remove = m.EndHash
	return m, nil
}

// Cookies gives the store through which gorilla/sessions reads and writes the
// session cookie.
func (m *Manager) Cookies() sessions.Store { return m.cookies }

// Load finds the session of each request and puts it into the context, for
// Current and From. It never answers by itself. Used twice, it reads once. For
// a session, or a person, that asks too much, Current gives a wire.Problem with
// wire.CodeBusy.
func (m *Manager) Load(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if _, done := ctx.Value(contextKey{}).(*found); done {
			next.ServeHTTP(w, r)
			return
		}
		f := &found{manager: m}
		if f.session, f.err = m.read(r); f.err == nil {
			telemetry.Identify(ctx, f)
			f.err = m.bound(f.session)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, contextKey{}, f)))
	})
}

// bound counts a request of s and refuses it when that is too much.
func (m *Manager) bound(s Session) error {
	now := m.now()
	wait, ok := m.bySession.Take(s.Hash, now)
	if ok {
		wait, ok = m.byPerson.Take(s.Person.Key(), now)
	}
	if ok {
		return nil
	}
	p := wire.ProblemOf(wire.CodeBusy, "too much at once from one session or person")
	p.RetryAfter = int(wait/time.Second) + 1
	return p
}

// read gives the live session of r's cookie, and notes that it was seen.
func (m *Manager) read(r *http.Request) (Session, error) {
	hash, ok := m.cookies.hash(r)
	if !ok {
		return Session{}, ErrEnded
	}
	s, err := m.find(r.Context(), hash)
	if errors.Is(err, ErrEnded) {
		var demand StepUp
		if _, _, why := m.open(r.Context(), hash); errors.As(why, &demand) {
			err = demand
		}
	}
	if err != nil {
		if !errors.Is(err, ErrEnded) && r.Context().Err() == nil { // else the browser is gone
			m.log.ErrorContext(r.Context(), "session not read", "err", err)
		}
		return Session{}, err
	}
	return m.touch(r.Context(), s)
}

// touch moves the idle limit of s. That it could not be moved is no reason to
// refuse the request.
func (m *Manager) touch(ctx context.Context, s Session) (Session, error) {
	now := m.now()
	if now.Sub(s.Seen) < touchEvery {
		return s, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), touchTimeout)
	defer cancel()
	live, err := m.sessions.Touch(ctx, s.Hash, now, now.Add(-m.idle))
	if err != nil {
		m.log.WarnContext(ctx, "session not touched", "session", s.LogID(), "err", err)
		return s, nil
	}
	if !live {
		return Session{}, ErrEnded
	}
	s.Seen = now
	return s, nil
}

// find gives the live session stored under hash.
func (m *Manager) find(ctx context.Context, hash string) (Session, error) {
	s, ok, err := m.sessions.Find(ctx, hash)
	if err != nil {
		return Session{}, fmt.Errorf("%w: find session: %w", ErrStore, err)
	}
	if !ok || !m.live(s) {
		return Session{}, ErrEnded
	}
	return s, nil
}

// live reports whether s is not over in any way.
func (m *Manager) live(s Session) bool {
	now := m.now()
	return !s.Parted && now.Before(s.Expires) && now.Sub(s.Seen) < m.idle
}

// SignIn is what begins a session.
type SignIn struct {
	Person   Person
	Issuer   string
	Sid      string
	Subject  string
	Roles    []string
	Tokens   Tokens
	Replaces string // hash of the session the browser had before; may be empty
}

// Start begins a session under a new id and sets its cookie. The session named
// by in.Replaces and that of r's cookie end in the same transaction.
func (m *Manager) Start(ctx context.Context, w http.ResponseWriter, r *http.Request, in SignIn) (Session, error) {
	if in.Person.Tenant == "" || in.Person.Object == "" {
		return Session{}, errors.New("start session: the person has no identity")
	}
	id, now := newID(), m.now()
	s := Session{
		Hash: hashOf(id), Person: in.Person, Issuer: in.Issuer, Sid: in.Sid, Subject: in.Subject, Roles: in.Roles,
		Created: now, Seen: now, Expires: now.Add(m.max), Device: DeviceOf(r.UserAgent()),
	}
	sealed, err := m.seal(s.Hash, in.Tokens)
	if err != nil {
		return Session{}, err
	}
	old := []string{in.Replaces}
	if id, ok := m.cookies.id(r); ok {
		old = append(old, hashOf(id))
	}
	rest, ended, err := m.part(ctx, old)
	if err != nil {
		return Session{}, err
	}
	if err := m.sessions.Create(ctx, s, sealed, rest...); err != nil {
		return Session{}, fmt.Errorf("%w: create session: %w", ErrStore, err)
	}
	m.ended(ctx, ended, telemetry.BySignIn)
	c := sessions.NewSession(m.cookies, m.cookies.name)
	options := m.cookies.options
	c.ID, c.Options = id, &options
	if err := c.Save(r, w); err != nil {
		return Session{}, err
	}
	return s, nil
}

// Live reports whether the session stored under hash is live.
func (m *Manager) Live(ctx context.Context, hash string) (bool, error) {
	_, err := m.find(ctx, hash)
	if errors.Is(err, ErrEnded) {
		return false, nil
	}
	return err == nil, err
}

// Run removes expired sessions from time to time until ctx is done, and then
// waits for token renewals under way, so that none is lost: the database must
// stay open until it returns, and until nobody asks for a token any more.
func (m *Manager) Run(ctx context.Context) {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for {
		if err := m.Expire(ctx); err != nil && ctx.Err() == nil {
			m.log.ErrorContext(ctx, "expired sessions not removed", "err", err)
		}
		select {
		case <-ctx.Done():
			m.renewals.Lock() // had when no renewal is left
			m.renewals.Unlock()
			return
		case <-tick.C:
			m.ready.dropAll()
		}
	}
}

// Expire removes all expired sessions, a part at a time so that others can
// write in between.
func (m *Manager) Expire(ctx context.Context) error {
	for {
		n, err := m.sessions.Expire(ctx, m.now())
		if err != nil {
			return fmt.Errorf("%w: expire sessions: %w", ErrStore, err)
		}
		if n == 0 {
			return nil
		}
	}
}
