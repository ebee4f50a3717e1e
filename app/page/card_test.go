package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// cardOf shows the screen of Tuesday's card, which was read.
func (s *stage) cardOf(t *testing.T, changes ...wire.Change) (*Card, *shown) {
	t.Helper()
	tue := s.model.Cards[1]
	c := &Card{Store: s}
	screen := s.show(t, c)
	c.id = tue.ID
	screen.change(func(m *state.Model) {
		m.Card = state.CardView{ID: tue.ID, Trail: &wire.Trail{Team: "t1", Card: &tue, Changes: changes}}
	})
	c.form = nil
	screen.change(func(*state.Model) {})
	return c, screen
}

// shortened is Tuesday's card as Sara changed it.
func shortened(tue clock.Card) wire.Change {
	was := tue
	was.Out = event("2026-03-31 16:00")
	return wire.Change{ID: "c1", Team: "t1", Person: wire.Person{ID: "anna"}, By: wire.Person{ID: "sara", Name: "Sara"}, Op: wire.Replace,
		Reason: "the alarm was on", At: at("2026-03-31 18:00"), Before: &was, After: &tue}
}

func TestCardTellsWhatChanged(t *testing.T) {
	s := wednesday()
	c, screen := s.cardOf(t, shortened(s.model.Cards[1]))
	screen.has("Sara changed this card", "the alarm was on", "16:00", "15:30", "Before", "After", `data-act="agree"`, `data-act="object"`)
	c.objecting(app.Context{}, ui.Act{Value: "c1"})
	screen.change(func(*state.Model) {})
	screen.has("What is not right?")
	c.object(app.Context{}, ui.Act{Value: "  "})
	screen.change(func(*state.Model) {})
	screen.has("Say in a few words what is not right.")
	s.asked = nil
	c.object(app.Context{}, ui.Act{Value: "I was here "})
	screen.asked("reply c1 false I was here")
	screen.change(func(m *state.Model) {
		m.Card.Done++
		m.Card.Trail.Changes[0].Reply = &wire.Reply{Word: "I was here"}
	})
	screen.has("You said that this is not right: “I was here”", `data-act="agree"`)
	screen.lacks("What is not right?", `data-act="object"`)
}

func TestWhatOneAskedForIsNotAskedAbout(t *testing.T) {
	s := wednesday()
	asked := shortened(s.model.Cards[1])
	asked.Asked = true
	_, screen := s.cardOf(t, asked)
	screen.has("Sara changed this card")
	screen.lacks(`data-act="object"`)
}

func TestCorrectionKeepsWhatWasTyped(t *testing.T) {
	s := wednesday()
	tue := &s.model.Cards[1]
	tue.Out.At += 12_345 // seconds that no field shows
	c, screen := s.cardOf(t)
	c.correct(app.Context{}, ui.Act{})
	screen.change(func(*state.Model) {})
	screen.has(`id="field-in"`, `value="2026-03-31T08:00"`, `value="2026-03-31T15:30"`, "Ask for it", "Ask to delete this card")
	send := func(text string) { c.send(app.Context{}, ui.Act{Value: text}); screen.change(func(*state.Model) {}) }
	s.asked = nil
	send("why")
	screen.has("Nothing is changed yet.")
	c.form.typed[fieldIn] = "2026-03-31T16:00"
	send("why")
	screen.has("Work ends before it begins.")
	c.form.typed[fieldIn] = "2026-03-31T07:30"
	send(" ")
	screen.has("Say in a few words what happened")
	c.addBreak(app.Context{}, ui.Act{})
	c.form.typed[breakField(0, "from")] = "2026-03-31T12:00"
	c.form.typed[breakField(0, "to")] = "2026-03-31T18:00"
	send("I began earlier")
	screen.has("A break lies outside your hours.")
	screen.asked()
	c.form.typed[breakField(0, "to")] = "2026-03-31T12:30"
	send("I began earlier")
	screen.asked("correct I began earlier true false")
	want := s.wanted
	if want.In.At != at("2026-03-31 07:30") || want.Out.At != tue.Out.At || len(want.Breaks) != 1 || want.Breaks[0].End.At != at("2026-03-31 12:30") {
		t.Errorf("asked for is %+v; what was not touched stays to the millisecond", want)
	}
	screen.change(func(m *state.Model) {
		m.Card.Failed, m.Card.Faults = wire.CodeUnsound, []clock.Fault{{Code: clock.FaultOverlap}}
	})
	screen.has("You were on another card at this time.", `id="field-in"`)
	if c.form.typed[fieldIn] == "" {
		t.Error("what was typed is lost")
	}
	screen.change(func(m *state.Model) { m.Card.Failed, m.Card.Faults, m.Card.Done = "", nil, 1 })
	screen.has("Sent to your supervisors.")
	screen.lacks(`id="field-in"`)
}

func TestConfirmedCardsAreLocked(t *testing.T) {
	s := wednesday()
	s.model.Me.OwnEdits = true
	c, screen := s.cardOf(t)
	screen.has("Correct this card", `data-act="confirm-card"`)
	s.asked = nil
	c.confirm(app.Context{}, ui.Act{})
	screen.asked("confirm 1")
	screen.change(func(m *state.Model) { m.Card.Trail.Card.ByPerson = true })
	screen.has("It is confirmed, so you cannot change it yourself.", "Ask for a correction")
	screen.lacks(`data-act="confirm-card"`)
}

func TestHistoryConfirmsAWeek(t *testing.T) {
	s := wednesday(card("open", "2026-04-01 08:00", ""))
	h, screen := s.history(t)
	screen.has(`data-act="confirm-week"`, `href="/card?id=tue"`, `data-act="missed"`)
	s.asked = nil
	h.confirm(app.Context{}, ui.Act{Value: "2026-03-30"})
	screen.asked("confirm 2") // not the one that is open
	screen.change(func(m *state.Model) {
		m.Card.Failed, m.Card.Some = wire.CodeChanged, 2
	})
	screen.has("2 cards were not confirmed.")
	screen.change(func(m *state.Model) {
		m.Card.Failed = ""
		m.Told = []wire.Change{shortened(m.Cards[1])}
	})
	screen.has("Sara changed this card", `data-act="told"`)
	screen.change(func(m *state.Model) { m.Cards[0].ByPerson, m.Cards[1].ByPerson = true, true })
	screen.lacks(`data-act="confirm-week"`)
}

func TestADayThatIsMissingIsAskedFor(t *testing.T) {
	s := wednesday()
	c := &Card{Store: s}
	screen := s.show(t, c)
	screen.has("Add what is missing", `id="field-in"`)
	screen.lacks("This card is not there any more.")
	send := func(text string) { c.send(app.Context{}, ui.Act{Value: text}); screen.change(func(*state.Model) {}) }
	send("I was here")
	screen.has("Say when work began.")
	c.form.typed[fieldIn] = "2026-03-27T08:00"
	send("I was here")
	screen.has("Say when work ended.")
	c.form.typed[fieldOut] = "2026-03-27T12:00"
	send("I was here")
	screen.asked("open card new", "correct I was here true false")
	screen.change(func(m *state.Model) {
		m.Card = state.CardView{ID: state.NewCard, Errand: state.Errand{Done: 1}, Trail: &wire.Trail{Team: "t1", Requests: []wire.Request{
			{ID: "r1", Op: wire.Create, Next: s.wanted, Text: "I was here", Made: s.now, State: wire.Declined, Word: "you were not", By: wire.Person{Name: "Sara"}}}}}
	})
	screen.has("You asked for a correction", "08:00", "12:00", "Declined by Sara: “you were not”", `data-act="correct"`)
	screen.lacks(`id="field-in"`)
}
