package storetest

import (
	"context"
	"reflect"
	"sync"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/roster"
)

// Roster is what every roster.Store must pass. open gives an empty store, and
// again the same store as another process would see it.
func Roster(t *testing.T, open func(t *testing.T) (first roster.Store, reopen func() roster.Store)) {
	list := []roster.Team{
		{Team: wire.Team{ID: "t1", Name: "Bäckerei \x00 & Söhne", Zone: "Europe/Vienna", Clock: true, Located: true},
			Approved: &graph.Location{Latitude: 48.2082, Longitude: 16.3738}},
		{Team: wire.Team{ID: "t2", Why: wire.CodeNotFound}},
	}
	t.Run("nobody has a list at first", func(t *testing.T) {
		s, _ := open(t)
		wantTeams(t, s, "anna", nil, 0)
	})
	t.Run("a list comes back whole, for its person, across a restart", func(t *testing.T) {
		s, reopen := open(t)
		setTeams(t, s, "anna", list, 10)
		wantTeams(t, reopen(), "anna", list, 10)
		wantTeams(t, s, "ben", nil, 0)
	})
	t.Run("a list replaces the one before", func(t *testing.T) {
		s, _ := open(t)
		setTeams(t, s, "anna", list, 10)
		setTeams(t, s, "anna", list[1:], 20)
		wantTeams(t, s, "anna", list[1:], 20)
		setTeams(t, s, "anna", []roster.Team{}, 30)
		wantTeams(t, s, "anna", []roster.Team{}, 30)
	})
	t.Run("many set the same list at once", func(t *testing.T) {
		s, reopen := open(t)
		other := reopen()
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() { setTeams(t, s, "anna", list, 10) })
			wg.Go(func() { setTeams(t, other, "anna", list, 10) })
		}
		wg.Wait()
		wantTeams(t, s, "anna", list, 10)
	})
}

func setTeams(t *testing.T, s roster.Store, person string, teams []roster.Team, read clock.Instant) {
	t.Helper()
	if err := s.SetTeams(context.WithoutCancel(t.Context()), person, teams, read); err != nil {
		t.Errorf("SetTeams(%s) = %v", person, err)
	}
}

func wantTeams(t *testing.T, s roster.Store, person string, want []roster.Team, read clock.Instant) {
	t.Helper()
	got, at, err := s.Teams(t.Context(), person)
	if err != nil || at != read || !reflect.DeepEqual(got, want) {
		t.Errorf("Teams(%s) = %+v as of %d, %v; want %+v as of %d", person, got, at, err, want, read)
	}
}
