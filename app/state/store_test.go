package state

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

func TestADay(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.want(t, "open", Ready, clock.Out)
		for _, step := range []struct {
			kind clock.Kind
			then clock.State
		}{{clock.ClockIn, clock.In}, {clock.StartBreak, clock.OnBreak}, {clock.EndBreak, clock.In}, {clock.StartBreak, clock.OnBreak}, {clock.ClockOut, clock.Out}} {
			a.Press(step.kind, " a note ")
			synctest.Wait()
			a.want(t, "just pressed", Ready, step.then, Here)
			settle()
			a.want(t, "delivered", Ready, step.then)
			if last := a.Model().Last; last == nil || last.Kind != step.kind || last.Place != InGraph || last.Note != "a note" {
				t.Errorf("Last after %s = %+v", step.kind, last)
			}
		}
		if cards := a.Model().Cards; len(cards) != 1 || len(cards[0].Breaks) != 2 || cards[0].Open() {
			t.Errorf("cards after the day = %+v", cards)
		}
	})
}

func TestPressIsShownWhereItIs(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.down, s.hold = true, true })
		a.Press(clock.ClockIn, "")
		settle()
		a.want(t, "offline", Ready, clock.In, Here)
		if p := a.Model(); !p.Offline || p.Presses[0].Code != wire.CodeOffline {
			t.Errorf("offline: Offline %v, press %+v", p.Offline, p.Presses[0])
		}
		s.set(func() { s.down = false })
		a.Resume()
		settle()
		a.want(t, "online", Ready, clock.In, AtServer)
		if a.Model().Offline {
			t.Error("still offline when the server answered")
		}
		s.release("anna", wire.Delivered)
		settle()
		a.want(t, "delivered", Ready, clock.In)
	})
}

func TestRefusedLaterStaysUntilDismissed(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.hold = true
		a := m.open()
		a.Press(clock.ClockIn, "")
		settle()
		a.want(t, "accepted", Ready, clock.In, AtServer)
		s.release("anna", wire.Refused)
		settle()
		a.want(t, "refused", Ready, clock.Out, Rejected)
		a.kill()
		b := m.open()
		b.want(t, "after restart", Ready, clock.Out, Rejected)
		b.Dismiss(b.Model().Presses[0].ID)
		settle()
		b.want(t, "dismissed", Ready, clock.Out)
		b.kill()
		m.open().want(t, "after another restart", Ready, clock.Out)
	})
}

func TestRefusedWhileNobodyListenedIsHeardOf(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.hold = true
		a := m.open()
		a.Press(clock.ClockIn, "")
		settle()
		a.kill()
		settle()
		s.release("anna", wire.Refused)
		b := m.open()
		b.want(t, "after restart", Ready, clock.Out, Rejected)
	})
}

func TestOrderIsRefusedHere(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Press(clock.ClockOut, "")
		settle()
		a.want(t, "clock out while out", Ready, clock.Out)
		if got := a.Model().Trouble; got != wire.CodeOrder {
			t.Errorf("Trouble = %q, want %q", got, wire.CodeOrder)
		}
		a.ClearTrouble()
		if got := a.Model().Trouble; got != "" {
			t.Errorf("Trouble after ClearTrouble = %q", got)
		}
	})
}

func TestSecondTapChangesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		for range 4 {
			a.Press(clock.ClockIn, "")
			time.Sleep(300 * time.Millisecond)
		}
		settle()
		a.want(t, "four taps", Ready, clock.In)
		if n := len(s.seen); n != 1 || a.Model().Trouble != "" {
			t.Errorf("%d presses, trouble %q; want one and none", n, a.Model().Trouble)
		}
	})
}

func TestTwoTabsSeeTheSame(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, b := m.open(), m.open()
		s.set(func() { s.down = true })
		a.Press(clock.ClockIn, "")
		settle()
		b.want(t, "offline press in the other tab", Ready, clock.In, Here)
		b.Press(clock.StartBreak, "")
		settle()
		a.want(t, "and one here", Ready, clock.OnBreak, Here, Here)
		s.set(func() { s.down = false })
		b.Resume()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		a.want(t, "first tab at the end", Ready, clock.OnBreak)
		b.want(t, "second tab at the end", Ready, clock.OnBreak)
		if len(s.seen) != 2 {
			t.Errorf("%d presses, want 2", len(s.seen))
		}
	})
}

func TestLostAnswers(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.lost = true })
		a.Press(clock.ClockIn, "")
		settle()
		a.want(t, "answer lost", Ready, clock.In, Here)
		s.set(func() { s.lost = false })
		a.Resume()
		settle()
		a.want(t, "answered", Ready, clock.In)
		if got := len(s.cards["annat1"]); got != 1 {
			t.Errorf("%d cards, want 1", got)
		}
	})
}

func TestSessionEndsWithAPressWaiting(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.person = "" })
		a.Press(clock.ClockIn, "")
		settle()
		a.want(t, "session ended", SignedOut, clock.In, Here)
		if p := a.Model().Presses[0]; p.Code != wire.CodeSignedOut {
			t.Errorf("press waits for %q, want %q", p.Code, wire.CodeSignedOut)
		}
		a.SignIn("")
		settle()
		if want := "/auth/login?return=%2Fhistory%3Fx%3D1"; m.assigned[0] != want {
			t.Errorf("SignIn leaves for %q, want %q", m.assigned[0], want)
		}
		a.kill()
		b := m.open()
		b.want(t, "still signed out after reload", SignedOut, clock.Unknown, Here)
		b.kill()
		s.set(func() { s.person = "anna" })
		c := m.open()
		c.want(t, "signed in again", Ready, clock.In)
		if len(s.seen) != 1 {
			t.Errorf("%d presses arrived, want 1", len(s.seen))
		}
	})
}

func TestAnotherPersonSeesNothingOfTheLast(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Press(clock.ClockIn, "")
		settle()
		s.set(func() { s.down = true })
		a.Press(clock.StartBreak, "")
		settle()
		s.set(func() { s.down, s.person = false, "bob" })
		b := m.open() // another tab, in which Bob signed in
		for name, tab := range map[string]*tab{"new tab": b, "old tab": a} {
			tab.want(t, name, Ready, clock.Out)
			got := tab.Model()
			if got.Me.Person.ID != "bob" || got.Last != nil || len(got.Cards) != 0 || got.Others != 1 {
				t.Errorf("%s: Model = %+v, want Bob's alone, and one of others", name, got)
			}
		}
		if len(s.seen) != 1 {
			t.Errorf("%d presses arrived, want Anna's first alone", len(s.seen))
		}
		s.set(func() { s.person = "anna" })
		m.open().want(t, "Anna again", Ready, clock.OnBreak)
	})
}

func TestSignOut(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a, b := m.open(), m.open()
		a.Press(clock.ClockIn, "")
		settle()
		a.SignOut()
		settle()
		for name, tab := range map[string]*tab{"here": a, "other tab": b} {
			tab.want(t, name, SignedOut, clock.Unknown)
			if got := tab.Model(); got.Me.Person.ID != "" || got.Last != nil {
				t.Errorf("%s: Model after SignOut = %+v", name, got)
			}
		}
		if len(m.assigned) != 1 || m.assigned[0] != "https://idp.example/bye" {
			t.Errorf("left for %q, want the provider", m.assigned)
		}
		if all, _ := m.memory.Load(t.Context()); len(all) != 0 {
			t.Errorf("remembered after SignOut: %q", all)
		}
		s.set(func() { s.down = true })
		m.open().want(t, "opened offline", Broken, clock.Unknown)
	})
}

func TestSignOutWithoutNetworkSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		s.set(func() { s.down = true })
		a.SignOut()
		settle()
		if got := a.Model(); got.Phase != Ready || got.Trouble != wire.CodeOffline || len(m.assigned) != 0 {
			t.Errorf("phase %v, trouble %q, left for %q; want to stay and say offline", got.Phase, got.Trouble, m.assigned)
		}
	})
}

func TestOpenWithoutNetworkShowsWhatIsRemembered(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Press(clock.ClockIn, "")
		settle()
		a.kill()
		s.set(func() { s.down = true })
		b := m.open()
		b.want(t, "offline", Ready, clock.In)
		b.Press(clock.StartBreak, "")
		settle()
		b.want(t, "pressed offline", Ready, clock.OnBreak, Here)
		if got := b.Model(); !got.Offline || got.Stale != wire.CodeOffline || got.AsOf == 0 {
			t.Errorf("offline %v, stale %q, as of %d", got.Offline, got.Stale, got.AsOf)
		}
		s.set(func() { s.down = false })
		time.Sleep(2 * time.Minute)
		synctest.Wait() // by itself
		b.want(t, "online", Ready, clock.OnBreak)
	})
}

// A press that is in Teams stays in sight over a start without a network, also when
// no answer has shown it on a card yet.
func TestOpenWithoutNetworkShowsWhatWasDelivered(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		for _, k := range []clock.Kind{clock.ClockIn, clock.ClockOut} {
			a.Press(k, "")
			settle()
		}
		s.set(func() { s.unread = true })
		a.Press(clock.ClockIn, "")
		settle()
		if got := a.box.Entries(); len(got) != 0 {
			t.Fatalf("the outbox holds %+v", got)
		}
		a.kill()
		s.set(func() { s.down = true })
		b := m.open()
		if got := b.Model(); got.Phase != Ready || clock.StateOf(got.Shown()) != clock.In {
			t.Errorf("phase %v, %s", got.Phase, clock.StateOf(got.Shown()))
		} else if len(got.Shown()) != 2 {
			t.Errorf("remembers %+v, want the card before too", got.Shown())
		}
		s.set(func() { s.down, s.unread = false, false })
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		b.want(t, "online", Ready, clock.In)
	})
}

func TestBrokenUntilTheServerAnswers(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		s.down = true
		a := m.open()
		a.want(t, "nothing known", Broken, clock.Unknown)
		s.set(func() { s.down, s.problem = false, wire.CodeInternal })
		a.Refresh()
		settle()
		if got := a.Model(); got.Offline || got.Trouble != wire.CodeInternal {
			t.Errorf("offline %v, trouble %q; want the server's problem", got.Offline, got.Trouble)
		}
		s.set(func() { s.problem = "" })
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		a.want(t, "answered", Ready, clock.Out)
	})
}

func TestStorageFullStillPresses(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		self := &tab{alive: true}
		d := m.deps(self)
		d.Presses, d.Memory = brokenDisk{}, brokenDisk{}
		self.Store = New(d)
		a := m.start(self)
		s.set(func() { s.down = true })
		a.Press(clock.ClockIn, "")
		settle()
		a.want(t, "not safe", Ready, clock.In, Unsafe)
		s.set(func() { s.down = false })
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		a.want(t, "delivered", Ready, clock.In)
	})
}

func TestTeams(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Press(clock.ClockIn, "")
		settle()
		a.ChooseTeam("nobody's")
		a.ChooseTeam("t2")
		settle()
		a.want(t, "second team", Ready, clock.Out)
		if a.Model().Team != "t2" {
			t.Errorf("team = %q, want t2", a.Model().Team)
		}
		a.kill()
		b := m.open()
		if b.Model().Team != "t2" {
			t.Errorf("team after restart = %q, want t2", b.Model().Team)
		}
		b.kill()
		m.prefs.Store(PrefTeam, "gone")
		c := m.open()
		c.want(t, "with a team that is gone", Ready, clock.In)
	})
}

func TestAnswerForTheTeamBeforeIsDropped(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		a.Press(clock.ClockIn, "")
		settle()
		a.Refresh()
		a.Older()
		a.ChooseTeam("t2")
		settle()
		if got := a.Model(); got.Team != "t2" || len(got.Cards) != 0 || got.History.From != 0 {
			t.Errorf("team %q with %d cards, history from %d; want t2 and nothing", got.Team, len(got.Cards), got.History.From)
		}
	})
}

func TestEvents(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		if s.listeners() != 1 {
			t.Fatalf("%d listeners, want 1", s.listeners())
		}
		elsewhere := wire.Receipt{ID: "x", Team: "t1", Kind: clock.ClockIn, Status: wire.Accepted, At: now(), Received: now()}
		s.emit(client.Event{Receipt: &elsewhere})
		synctest.Wait()
		a.want(t, "pressed on another device", Ready, clock.In, AtServer)
		s.set(func() { s.deliver("anna", &elsewhere) })
		s.emit(client.Event{Receipt: &elsewhere})
		settle()
		a.want(t, "delivered from there", Ready, clock.In)
		before := s.readings()
		s.emit(client.Event{Cards: &wire.CardsChanged{Team: "t2", AsOf: now() + 1}})
		s.emit(client.Event{Cards: &wire.CardsChanged{Team: "t1", AsOf: 1}})
		settle()
		if s.readings() != before {
			t.Error("read again for another team or older cards")
		}
		s.emit(client.Event{Cards: &wire.CardsChanged{Team: "t1", AsOf: now() + 1}})
		settle()
		if s.readings() != before+1 {
			t.Errorf("%d readings for changed cards, want 1", s.readings()-before)
		}
		a.Pause()
		settle()
		if s.listeners() != 0 {
			t.Error("listening while hidden")
		}
		a.Resume()
		settle()
		if s.listeners() != 1 {
			t.Error("not listening when shown again")
		}
	})
}

func TestComingBackReadsAtMostOnceInAWhile(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		time.Sleep(time.Minute)
		synctest.Wait()
		before := s.readings()
		for range 5 {
			a.Resume()
			time.Sleep(time.Second)
		}
		if got := s.readings() - before; got != 1 {
			t.Errorf("%d readings for five signs in 5 s, want 1", got)
		}
		time.Sleep(15 * time.Second)
		a.Resume()
		settle()
		if got := s.readings() - before; got != 2 {
			t.Errorf("%d readings after 20 s, want 2", got)
		}
	})
}

func TestHistoryIsJoined(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		day := 24 * clock.Hour
		add := func(id string, ago clock.Span) {
			in := now().Add(-ago)
			s.cards["annat1"] = append(s.cards["annat1"], clock.Card{ID: id, Team: "t1", In: &clock.Event{At: in}, Out: &clock.Event{At: in + 5}})
		}
		s.set(func() { add("old", 60*day); add("edge", 35*day); add("recent", 3*day) })
		a := m.open()
		ids := func() string {
			var ids []string
			for _, c := range a.Model().HistoryShown() {
				ids = append(ids, c.ID)
			}
			return strings.Join(ids, " ")
		}
		a.Older()
		a.Older() // while the first is under way
		settle()
		if got := ids(); got != "recent" && got != "edge recent" || len(s.history) != 1 {
			t.Errorf("history after one step = %q in %d readings", got, len(s.history))
		}
		a.Older()
		settle()
		if got := ids(); got != "old edge recent" {
			t.Errorf("history after two steps = %q", got)
		}
		if h := s.history; h[1].To != h[0].From || h[1].Length() != stepBack {
			t.Errorf("steps %v do not join", h)
		}
		s.set(func() {
			s.cards["annat1"] = s.cards["annat1"][:2]
			add("new", day)
		})
		a.Refresh()
		settle()
		if got := ids(); got != "old edge new" {
			t.Errorf("history after a card went and one came = %q", got)
		}
		s.set(func() { s.down = true })
		a.Older()
		settle()
		if got := a.Model().History; got.Trouble != wire.CodeOffline || got.Loading || ids() != "old edge new" {
			t.Errorf("history offline: %+v", got)
		}
	})
}

func TestServerThatTakesNoPressIsNotHammered(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		before := s.readings()
		a.box.Deps.Sender = refusing{}
		a.Press(clock.ClockIn, "")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if got := s.readings() - before; got > 40 {
			t.Errorf("%d readings in 10 minutes", got)
		}
		a.want(t, "not taken", Ready, clock.In, Here)
	})
}

func TestNothingHappensBeforeOpen(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		self := &tab{}
		a := New(m.deps(self))
		a.Press(clock.ClockIn, "")
		a.Refresh()
		a.Older()
		a.Resume()
		a.Pause()
		a.ChooseTeam("t1")
		a.Dismiss("x")
		a.Heard([]byte(`{"kind":"presses"}`))
		a.Heard([]byte(`not JSON`))
		settle()
		if got := a.Model(); got.Phase != Opening || s.readings() != 0 {
			t.Errorf("phase %v after %d readings before Open", got.Phase, s.readings())
		}
	})
}

func TestSubscribersAreTold(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		told := make(chan clock.State, 100)
		cancel := a.Subscribe(func() { told <- a.Model().State() })
		a.Press(clock.ClockIn, "")
		settle()
		var last clock.State
		for len(told) > 0 {
			last = <-told
		}
		if last != clock.In {
			t.Errorf("last told state = %q, want %q", last, clock.In)
		}
		a.change(func(*Model) {})
		settle()
		if len(told) != 0 {
			t.Error("told when nothing changed")
		}
		cancel()
		a.Press(clock.StartBreak, "")
		settle()
		if len(told) != 0 {
			t.Error("told after cancel")
		}
	})
}
