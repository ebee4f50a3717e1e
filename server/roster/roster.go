// Package roster knows which teams a person belongs to and where one can clock
// in.
//
// What Graph says of it changes seldom and costs a call per team, so it is kept
// for Fresh and used for longer while Graph is down. A team that is not on a
// kept list is looked for once more before it is called unknown.
//
// Authorization begins here: a team that is not on the person's own list does
// not exist for that person.
package roster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/place"
)

const (
	// Fresh is how long a list is used without asking again.
	Fresh = time.Hour
	// again is how old a list must be to be read anew for a team that is not
	// on it.
	again = time.Minute
	// patience is how long a new list is waited for when there is an old one.
	patience = time.Second
	// deadline bounds one reading.
	deadline = 20 * time.Second
)

// ErrUnknown says that a team is not one of the person's. ErrStore says that
// the database fails.
var (
	ErrUnknown = errors.New("not a team of this person")
	ErrStore   = errors.New("store of teams fails")
)

// Team is a team as it is kept. Its JSON is the format of the store.
type Team struct {
	wire.Team
	// Approved is the team's approved location, which browsers are not told;
	// nil when it has none.
	Approved *graph.Location `json:"approved,omitempty"`
}

// Store keeps lists of teams.
type Store interface {
	// Teams gives a person's list and when it was read; 0 when there is none.
	Teams(ctx context.Context, person string) ([]Team, clock.Instant, error)
	// SetTeams replaces it.
	SetTeams(ctx context.Context, person string, teams []Team, read clock.Instant) error
}

// Directory answers for teams; it is Graph.
type Directory interface {
	JoinedTeams(ctx context.Context, who graph.Caller) ([]graph.Team, error)
	Schedule(ctx context.Context, who graph.Caller, team string) (graph.Schedule, error)
}

// Roster reads through to Graph. Its methods are safe for use by several
// goroutines.
type Roster struct {
	Store Store
	Graph Directory
	Now   func() time.Time
	Log   *slog.Logger

	flight singleflight.Group
}

// Key says whose teams, and who asks.
type Key struct {
	Person string
	Caller graph.Caller
}

// Teams lists the person's teams, those without a time clock too, in the order
// Graph gives them. When Graph cannot be asked, an older list is given.
func (r *Roster) Teams(ctx context.Context, k Key) ([]wire.Team, error) {
	kept, err := r.teams(ctx, k)
	if err != nil {
		return nil, err
	}
	teams := make([]wire.Team, len(kept))
	for i, t := range kept {
		teams[i] = t.Team
	}
	return teams, nil
}

func (r *Roster) teams(ctx context.Context, k Key) ([]Team, error) {
	teams, read, err := r.Store.Teams(ctx, k.Person)
	if err != nil {
		return nil, fmt.Errorf("%w: read kept teams: %w", ErrStore, err)
	}
	if read == 0 {
		return r.read(ctx, k)
	}
	if r.age(read) < Fresh {
		return teams, nil
	}
	hurry, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	fresh, err := r.read(hurry, k)
	if err != nil {
		r.Log.WarnContext(ctx, "the kept teams are used", "age_s", int64(r.age(read).Seconds()), "err", err)
		return teams, nil
	}
	return fresh, nil
}

// Team gives one of the person's teams. The error wraps ErrUnknown when it is
// not theirs.
func (r *Roster) Team(ctx context.Context, k Key, id string) (wire.Team, error) {
	t, err := r.find(ctx, k, id)
	return t.Team, err
}

// Approved gives the approved location of one of the person's teams, and nil
// when it has none or it cannot be learned.
func (r *Roster) Approved(ctx context.Context, k Key, id string) *graph.Location {
	t, err := r.find(ctx, k, id)
	if err != nil {
		r.Log.WarnContext(ctx, "approved location not learned", "team", id, "err", err)
	}
	return t.Approved
}

func (r *Roster) find(ctx context.Context, k Key, id string) (Team, error) {
	teams, err := r.teams(ctx, k)
	if err != nil {
		return Team{}, err
	}
	if t, ok := named(teams, id); ok {
		return t, nil
	}
	if _, read, err := r.Store.Teams(ctx, k.Person); err == nil && r.age(read) > again {
		if teams, err = r.read(ctx, k); err != nil {
			return Team{}, err
		}
		if t, ok := named(teams, id); ok {
			return t, nil
		}
	}
	return Team{}, fmt.Errorf("team %q: %w", id, ErrUnknown)
}

func (r *Roster) age(read clock.Instant) time.Duration {
	return clock.At(r.Now()).Sub(read).Duration()
}

func named(teams []Team, id string) (Team, bool) {
	for _, t := range teams {
		if t.ID == id {
			return t, true
		}
	}
	return Team{}, false
}

// read asks Graph; several asking for one person ask once.
func (r *Roster) read(ctx context.Context, k Key) ([]Team, error) {
	done := r.flight.DoChan(k.Person, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline)
		defer cancel()
		return r.ask(ctx, k)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.([]Team), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *Roster) ask(ctx context.Context, k Key) ([]Team, error) {
	now := clock.At(r.Now())
	joined, err := r.Graph.JoinedTeams(ctx, k.Caller)
	if err != nil {
		return nil, fmt.Errorf("read joined teams: %w", err)
	}
	teams := make([]Team, 0, len(joined))
	for _, j := range joined {
		t, err := r.withSchedule(ctx, k.Caller, Team{Team: wire.Team{ID: j.ID, Name: j.Name}})
		if err != nil {
			return nil, err
		}
		teams = append(teams, t)
	}
	if err := r.Store.SetTeams(ctx, k.Person, teams, now); err != nil {
		return nil, fmt.Errorf("%w: keep teams: %w", ErrStore, err)
	}
	return teams, nil
}

// withSchedule says of a team whether one can clock in there. Graph lists every
// team a person is in; one without a schedule answers 404.
func (r *Roster) withSchedule(ctx context.Context, who graph.Caller, t Team) (Team, error) {
	s, err := r.Graph.Schedule(ctx, who, t.ID)
	switch {
	case errors.Is(err, graph.ErrNotFound), err == nil && !s.Enabled:
		t.Why = wire.CodeNoSchedule
		return t, nil
	case err != nil:
		return t, fmt.Errorf("read schedule of team %s: %w", t.ID, err)
	}
	t.Zone, t.FirstDay = s.TimeZone, int(s.FirstDay)
	t.Clock = s.TimeClock
	if !t.Clock {
		t.Why = wire.CodeNoTimeClock
		return t, nil
	}
	if s.Approved != nil && place.Known(*s.Approved) {
		t.Approved, t.Located = s.Approved, true
	}
	return t, nil
}
