package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// Tallied are the stores that can say how much is in them, on one database.
type Tallied struct {
	Journal interface {
		journal.Store
		Backlog(ctx context.Context) ([]telemetry.Backlog, error)
	}
	Sessions interface {
		session.Store
		session.Grants
		Live(ctx context.Context, now, idle time.Time) (int, error)
	}
}

// Tallies is what counting must get right in every store. open gives empty ones.
func Tallies(t *testing.T, open func(t *testing.T) Tallied) {
	t.Run("open presses, by what they wait for", func(t *testing.T) { tallyBacklog(t, open(t)) })
	t.Run("sessions that live", func(t *testing.T) { tallySessions(t, open(t)) })
}

func tallyBacklog(t *testing.T, s Tallied) {
	if found, err := s.Journal.Backlog(t.Context()); err != nil || len(found) != 0 {
		t.Fatalf("Backlog of an empty store = %v, %v; want none", found, err)
	}
	for i, row := range []struct {
		status wire.Status
		code   wire.Code
		before clock.Instant
	}{
		{wire.Delivered, "", 0}, {wire.Refused, wire.CodeOrder, 0},
		{wire.Accepted, "", 0}, {wire.Accepted, wire.CodeGraphDown, 9}, {wire.Accepted, wire.CodeSignedOut, 9},
		{wire.Accepted, wire.CodeSignedOut, 0}, {wire.Conflicted, wire.CodeOrder, 0}, {wire.Sending, "", 0}, {wire.Unsure, "", 3},
		{wire.Conflicted, wire.CodeTwin, 0},
	} {
		e := press(fmt.Sprintf("p%d", i), "anna")
		e.Received = clock.Instant(1_700_000_000_000 - 1000*i)
		e = accept(t, s.Journal, e)
		e.Status, e.Code, e.NotBefore = row.status, row.code, row.before
		if _, err := s.Journal.Update(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.Journal.Backlog(t.Context())
	if err != nil {
		t.Fatalf("Backlog: %v", err)
	}
	var got []string
	for _, b := range found {
		got = append(got, fmt.Sprint(b.Waits, " ", b.Count, " ", 1_700_000_000-b.Oldest.Unix()))
	}
	slices.Sort(got)
	want := []string{"accepted 3 4", "conflict 2 9", "sending 1 7", "signed_out 1 5", "unknown 1 8"}
	if !slices.Equal(got, want) {
		t.Errorf("Backlog = %q, want %q", got, want)
	}
}

func tallySessions(t *testing.T, s Tallied) {
	now := begun.Add(10 * time.Hour)
	for i, row := range []struct{ seen, expires time.Duration }{
		{9 * time.Hour, 100 * time.Hour}, {5*time.Hour + time.Second, 11 * time.Hour},
		{5 * time.Hour, 100 * time.Hour}, {9 * time.Hour, 10 * time.Hour}, {9 * time.Hour, 100 * time.Hour},
	} {
		n := signedIn(fmt.Sprintf("h%d", i), "anna")
		n.Seen, n.Expires = begun.Add(row.seen), begun.Add(row.expires)
		if err := s.Sessions.Create(t.Context(), n, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sessions.Part(t.Context(), "h4", now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sessions.Live(t.Context(), now, now.Add(-5*time.Hour)); err != nil || n != 2 {
		t.Errorf("Live = %d, %v; want those that neither expired, nor idled, nor were signed out of: 2", n, err)
	}
}
