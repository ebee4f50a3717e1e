package desk

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// hall is a server of one team whose board a test decides.
type hall struct {
	office

	mu    sync.Mutex
	board wire.Board
	reads int
	weeks int           // read of a person
	fresh bool          // the last of these was asked of Graph
	cards int           // of which was read what was done to them
	slow  time.Duration // until a board is answered
	tell  func(client.DeskEvent)
}

func (h *hall) Board(context.Context, string, bool) (wire.Board, error) {
	h.mu.Lock()
	h.reads++
	b, slow := h.board, h.slow
	h.mu.Unlock()
	time.Sleep(slow)
	return b, nil
}

func (h *hall) Person(_ context.Context, team, person string, from, to clock.Date, fresh bool) (wire.PersonDays, error) {
	h.mu.Lock()
	h.weeks, h.fresh = h.weeks+1, fresh
	slow := h.slow
	h.mu.Unlock()
	time.Sleep(slow)
	return wire.PersonDays{Team: team, Person: wire.Person{ID: person}, Gone: true, From: from, To: to}, nil
}

func (h *hall) TrailOf(_ context.Context, team, _, card string) (wire.Trail, error) {
	h.mu.Lock()
	h.cards++
	slow := h.slow
	h.mu.Unlock()
	time.Sleep(slow)
	return wire.Trail{Team: team, Card: &clock.Card{ID: card}}, nil
}

func (h *hall) Watch(ctx context.Context, _ string, handle func(client.DeskEvent)) error {
	h.mu.Lock()
	h.tell = handle
	h.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

// rowAt is somebody in state s, as worked out at at.
func rowAt(s clock.State, at clock.Instant) wire.Row {
	return wire.Row{Person: wire.Person{ID: "anna", Name: "Anna"}, State: s, At: at}
}

// openHall opens a desk at a hall. Its clock goes with that of the test.
func openHall(t *testing.T, zone clock.Zone, rows ...wire.Row) (*hall, *Store) {
	t.Helper()
	return openSlowHall(t, zone, 0, rows...)
}

// openSlowHall opens a desk at one that answers boards that are
// being read, so much later than they were.
func openSlowHall(t *testing.T, zone clock.Zone, slow time.Duration, rows ...wire.Row) (*hall, *Store) {
	t.Helper()
	h := &hall{board: wire.Board{Team: "t", AsOf: noon, Rows: rows, Reading: slow > 0}, slow: slow}
	begun := time.Now()
	mono := func() time.Duration { return time.Since(begun) }
	s := New(Deps{
		Server: h, Watch: outbox.NewWatch(mono, func() clock.Instant { return noon.Add(clock.Of(mono())) }),
		Zone: func(string) clock.Zone { return zone }, ID: func() string { return "id" }, Fold: strings.ToLower,
		Pref: func(string) string { return "" }, SetPref: func(string, string) {},
	})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s.Open(ctx)
	synctest.Wait()
	return h, s
}

func (h *hall) asked() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reads
}

func (h *hall) says(c wire.BoardChanged) {
	c.Team = "t"
	h.mu.Lock()
	tell := h.tell
	h.mu.Unlock()
	tell(client.DeskEvent{Board: &c})
	synctest.Wait()
}

func TestOfTwoRowsTheLaterCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openHall(t, clock.UTC, rowAt(clock.Out, noon))
		h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.In, noon+20)}})
		h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.OnBreak, noon+10)}})
		if got := s.Model().Board.Rows[0].State; got != clock.In {
			t.Errorf("after an event that was overtaken: %s, want %s", got, clock.In)
		}
		s.Refresh() // is answered with the row of noon
		synctest.Wait()
		if got := s.Model().Board.Rows[0].State; got != clock.In {
			t.Errorf("after an answer that was overtaken: %s, want %s", got, clock.In)
		}
		h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.Out, noon+20)}})
		if got := s.Model().Board.Rows[0].State; got != clock.Out {
			t.Errorf("after news of the same moment: %s, want %s", got, clock.Out)
		}
	})
}

// A board of a thousand takes seconds on a slow network. What happens meanwhile is
// heard first, and must not be lost behind it.
func TestNewsOvertakesTheFirstBoard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openSlowHall(t, clock.UTC, 2*time.Second, rowAt(clock.Out, noon))
		h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.In, noon+20)}})
		h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.OnBreak, noon+10)}})
		h.says(wire.BoardChanged{AsOf: noon + 15})
		if s.Model().Board.Read() {
			t.Fatal("there is a board before it was answered")
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		b := s.Model().Board
		if len(b.Rows) != 1 || b.Rows[0].State != clock.In {
			t.Errorf("after the answer: %+v, want what was told before it", b.Rows)
		}
		if b.Loading || b.AsOf != noon+15 {
			t.Errorf("after the answer it is being read: %t, as of %d; want that it was read", b.Loading, b.AsOf)
		}
	})
}

// A board that is older than the stream lacks what happened between the two.
func TestBoardIsReadAgainOnceTheStreamIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openHall(t, clock.UTC, rowAt(clock.Out, noon))
		h.mu.Lock()
		h.board.Rows = []wire.Row{rowAt(clock.In, noon+20)}
		tell := h.tell
		h.mu.Unlock()
		tell(client.DeskEvent{Opened: true})
		synctest.Wait()
		if got := s.Model().Board.Rows[0].State; got != clock.In {
			t.Errorf("%s, want what happened before the stream was open", got)
		}
	})
}

// Somebody who has left has no row, and what is shown of them is read anew all the same.
func TestWhatIsShownOfSomebodyWhoHasLeftIsReadAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openHall(t, clock.UTC, rowAt(clock.Out, noon))
		s.ShowPerson("Otto", clock.DateOf(noon, clock.UTC))
		synctest.Wait()
		for _, row := range []struct {
			told wire.BoardChanged
			want int // weeks read, in all
		}{
			{wire.BoardChanged{Gone: []string{"somebody"}}, 1},
			{wire.BoardChanged{Rows: []wire.Row{rowAt(clock.In, noon+1)}}, 1},
			{wire.BoardChanged{Gone: []string{"otto"}}, 2},
			{wire.BoardChanged{All: true}, 3},
		} {
			h.says(row.told)
			h.mu.Lock()
			if h.weeks != row.want {
				t.Errorf("after %+v the week was read %d times, want %d", row.told, h.weeks, row.want)
			}
			h.mu.Unlock()
		}
	})
}

// What happens while a week and a card are read may not be in the answer, and they
// are read once more, however often it happened.
func TestWhatHappensDuringAReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openHall(t, clock.UTC, rowAt(clock.Out, noon))
		h.mu.Lock()
		h.slow = time.Second
		h.mu.Unlock()
		s.ShowPerson("anna", clock.DateOf(noon, clock.UTC))
		s.ShowCard("anna", "c")
		synctest.Wait()
		for i := range 3 {
			h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.In, noon+clock.Instant(i)+1)}})
			if i == 0 {
				s.ReadPerson(true) // somebody asks for it, too
			}
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.weeks != 2 || h.cards != 2 {
			t.Errorf("the week was read %d times and the card %d, want 2 of each", h.weeks, h.cards)
		}
		if !h.fresh {
			t.Error("somebody asked what Graph says now, and it was not asked")
		}
		if m := s.Model(); m.Person.Loading || m.Card.Loading || m.Card.Trail == nil {
			t.Errorf("after that it reads still: %v, %v", m.Person.Loading, m.Card.Loading)
		}
	})
}

func TestOnlyAReadingTellsWhetherTheBoardIsStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openHall(t, clock.UTC, rowAt(clock.Out, noon))
		h.says(wire.BoardChanged{Stale: wire.CodeBusy})
		h.says(wire.BoardChanged{Rows: []wire.Row{rowAt(clock.In, noon+20)}})
		if b := s.Model().Board; b.Stale != wire.CodeBusy || b.Rows[0].State != clock.In {
			t.Errorf("after a row: stale %q, %s; want it stale still, and the row", b.Stale, b.Rows[0].State)
		}
		h.says(wire.BoardChanged{AsOf: noon + 30})
		if b := s.Model().Board; b.Stale != "" || b.AsOf != noon+30 {
			t.Errorf("after a reading: stale %q, as of %d", b.Stale, b.AsOf)
		}
	})
}

// Shifts of a large team may come after the board that says they are missing.
func TestShiftsThatComeLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, s := openHall(t, clock.UTC, rowAt(clock.Out, noon))
		answers := func(now clock.Instant) wire.Code {
			h.mu.Lock()
			h.board.Now, h.board.ShiftsStale = now, wire.CodeGraphSlow
			h.mu.Unlock()
			s.Refresh()
			synctest.Wait()
			return s.Model().Board.ShiftsStale
		}
		if got := answers(noon + 10); got != wire.CodeGraphSlow {
			t.Errorf("while they are read it says %q, want that they are missing", got)
		}
		h.says(wire.BoardChanged{ShiftsRead: noon + 20})
		if got := s.Model().Board.ShiftsStale; got != "" {
			t.Errorf("when they have come it says %q", got)
		}
		if got := answers(noon + 15); got != "" {
			t.Errorf("after an answer that was overtaken it says %q", got)
		}
		if got := answers(noon + 30); got != wire.CodeGraphSlow {
			t.Errorf("when they are missing later it says %q", got)
		}
	})
}

func TestBoardIsReadWhenADayBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone, err := time.LoadLocation("Asia/Kathmandu")
		if err != nil {
			t.Fatal(err)
		}
		h, s := openHall(t, clock.InLocation(zone), rowAt(clock.Out, noon))
		before := h.asked()
		midnight := clock.DateOf(s.Now(), s.TeamZone()).AddDays(1).Start(s.TeamZone())
		time.Sleep(midnight.Sub(s.Now()).Duration() - time.Second)
		synctest.Wait()
		if n := h.asked() - before; n != 0 {
			t.Errorf("read %d times before midnight", n)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if n := h.asked() - before; n != 1 {
			t.Errorf("read %d times after midnight, want once", n)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := h.asked() - before; n != 2 {
			t.Errorf("read %d times after two midnights", n)
		}
	})
}
