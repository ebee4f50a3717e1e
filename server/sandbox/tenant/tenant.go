package tenant

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// Caller is who a bearer token speaks for.
type Caller struct {
	Object  string   // the person's object id; empty for an application
	App     string   // the application's client id
	AppName string   // its display name
	Scopes  []string // delegated permissions (scp)
	Roles   []string // application permissions (roles)
}

// Verifier checks the signature, audience and life of an access token and
// tells whom it speaks for. Any error answers 401.
type Verifier func(ctx context.Context, token string) (Caller, error)

// Config is what a tenant is made of.
type Config struct {
	URL       string           // public root without a version, as it stands in links: "http://127.0.0.1:8091/graph"
	Verify    Verifier         // required
	Directory Directory        // people and teams
	Dir       string           // folder of the snapshot; empty keeps everything in memory
	Limits    Limits           // the zero value lifts every limit
	Now       func() time.Time // nil is time.Now; stamps and limits follow it
	Log       *slog.Logger     // nil discards
}

// Tenant is the Graph. Open makes one; it is safe for concurrent use.
type Tenant struct {
	url    string
	verify Verifier
	people Directory
	now    func() time.Time
	log    *slog.Logger
	store  store
	fresh  bool

	done chan struct{}  // closed by Close
	late sync.WaitGroup // effects still to come after their answer

	mu        sync.Mutex // guards all below, and the schedules of people
	assume    Assumptions
	throttle  throttle
	cards     map[string]Card
	planned   map[string]Shift
	absent    map[string]TimeOff
	schedules map[string]Schedule // as PUT made them, by team
	past      []undo
	hidden    []hidden
	faults    faults
	calls     []Call
}

// Open makes a tenant, with the cards and shifts of the snapshot in cfg.Dir
// when there is one.
func Open(cfg Config) (*Tenant, error) {
	t := &Tenant{
		url: strings.TrimSuffix(cfg.URL, "/"), verify: cfg.Verify,
		people: Directory{People: cfg.Directory.People, Teams: slices.Clone(cfg.Directory.Teams)},
		now:    cfg.Now, log: cfg.Log, store: store{dir: cfg.Dir},
		done:      make(chan struct{}),
		assume:    Assumed(),
		throttle:  throttle{limits: cfg.Limits, buckets: map[string]*bucket{}},
		cards:     map[string]Card{},
		planned:   map[string]Shift{},
		absent:    map[string]TimeOff{},
		schedules: map[string]Schedule{},
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.log == nil {
		t.log = slog.New(slog.DiscardHandler)
	}
	kept, err := t.store.load()
	if err != nil {
		return nil, fmt.Errorf("open tenant: %w", err)
	}
	t.fresh = kept == nil
	if kept != nil {
		t.restore(*kept)
	}
	return t, nil
}

// restore takes up what a snapshot kept.
func (t *Tenant) restore(kept snapshot) {
	for _, c := range kept.Cards {
		t.cards[c.ID] = c
	}
	for _, s := range kept.Shifts {
		t.planned[s.ID] = s
	}
	for _, o := range kept.TimesOff {
		t.absent[o.ID] = o
	}
	for id, s := range kept.Schedules {
		if team := t.people.Team(id); team != nil {
			t.schedules[id], team.Schedule = s, &s
		}
	}
}

// Fresh reports whether the tenant began without a snapshot.
func (t *Tenant) Fresh() bool { return t.fresh }

// Close gives up waiting: delayed calls end without effect, late effects are
// dropped. It returns when none is left. The snapshot is on disk already.
func (t *Tenant) Close() {
	close(t.done)
	t.late.Wait()
}

// Seed adds cards, shifts and times off that are not there yet; one whose id is
// known stays as it is. It returns when they are on disk.
func (t *Tenant) Seed(cards []Card, shifts []Shift, off ...TimeOff) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range cards {
		if _, ok := t.cards[c.ID]; !ok {
			t.cards[c.ID] = c.clone()
		}
	}
	for _, s := range shifts {
		if _, ok := t.planned[s.ID]; !ok {
			t.planned[s.ID] = s
		}
	}
	for _, o := range off {
		if _, ok := t.absent[o.ID]; !ok {
			t.absent[o.ID] = o
		}
	}
	if err := t.save(); err != nil {
		return fmt.Errorf("seed tenant: %w", err)
	}
	return nil
}

// Remove takes cards away as if they had never been; those that are not there
// are passed over.
func (t *Tenant) Remove(cards ...string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range cards {
		delete(t.cards, id)
	}
	if err := t.save(); err != nil {
		return fmt.Errorf("remove cards: %w", err)
	}
	return nil
}

// Cards gives the cards of a team, or of all teams when team is empty, in the
// order they were created.
func (t *Tenant) Cards(team string) []Card {
	t.mu.Lock()
	defer t.mu.Unlock()
	var cards []Card
	for _, c := range t.cards {
		if team == "" || strings.EqualFold(c.Team, team) {
			cards = append(cards, c.clone())
		}
	}
	slices.SortFunc(cards, byCreation)
	return cards
}

// byCreation is the order of a list nobody asked to order; that it is the real
// service's order is an assumption.
func byCreation(a, b Card) int {
	if c := a.Created.Compare(b.Created); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// Assume flips rows of the table of assumptions from now on.
func (t *Tenant) Assume(flip func(*Assumptions)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	flip(&t.assume)
}

// Suppose takes up one reading of one row of the table of assumptions, as
// [Assumptions.Set] does.
func (t *Tenant) Suppose(name, value string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.assume.Set(name, value)
}

// SetLimits changes the limits from now on, with full buckets.
func (t *Tenant) SetLimits(l Limits) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.throttle = throttle{limits: l, buckets: map[string]*bucket{}}
}
