package screen

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// annasWeek is a stage that shows Anna's week, with a card of Tuesday's.
func annasWeek() (*stage, clock.Card) {
	s := wednesday()
	day := clock.Date{Year: 2026, Month: 3, Day: 30}
	card := clock.Card{ID: "c", In: &clock.Event{At: at("2026-03-31 08:00")}, Out: &clock.Event{At: at("2026-03-31 16:30"), Note: "tired"}}
	s.model.Me.Rules = clock.DefaultRules
	s.model.Teams[0].FirstDay = 1
	s.model.Person = desk.Person{ID: "a", Week: desk.Period{First: day, Next: day.AddDays(7)}, Days: &wire.PersonDays{
		Team: "t1", Person: wire.Person{ID: "a", Name: "Anna Lind"}, From: day, To: day.AddDays(7), Cards: []clock.Card{card}, AsOf: s.now,
	}}
	s.model.Card = desk.Card{Person: "a", ID: "c", Trail: &wire.Trail{Team: "t1", Card: &card}}
	return s, card
}

func TestPersonTellsTheirWeek(t *testing.T) {
	s, _ := annasWeek()
	p := &Person{Store: s}
	screen := s.show(t, p)
	p.address = address{team: "t1", person: "a"}
	screen.change(func(m *desk.Model) {
		m.Amends = []wire.Amended{{ID: "x", Card: "c", Op: wire.Replace, Status: wire.Conflicted, Person: wire.Person{ID: "a", Name: "Anna Lind"}, By: wire.Person{Name: "Sara"}}}
	})
	screen.has("Anna Lind", "8 h 30 min", "No break, 30 min due", "Nothing recorded", "Sara changes a card of Anna Lind", "Somebody has to decide.",
		"/team/card?card=c&person=a&team=t1", "tired")
	screen.lacks("confirm-week") // the card waits
	screen.change(func(m *desk.Model) { m.Amends = nil })
	p.confirm(app.Context{}, ui.Act{})
	if got := s.asked[len(s.asked)-1]; got != "confirm a 1" {
		t.Errorf("asked %s", got)
	}
	screen.change(func(m *desk.Model) { m.Person.Days, m.Person.Trouble = nil, wire.Problem{Code: wire.CodeNotMember} })
	screen.has(`data-problem="nobody"`)
}

func TestCardIsSentOnlyWhole(t *testing.T) {
	s, card := annasWeek()
	c := &Card{Store: s}
	screen := s.show(t, c)
	c.address = address{team: "t1", person: "a", card: "c"}
	screen.change(func(*desk.Model) {})
	screen.has("Card of Anna Lind", "Nobody has changed this card here.", `data-act="confirm-card"`)
	c.correct(app.Context{}, ui.Act{})
	c.send(app.Context{}, ui.Act{})
	c.write(c.form.Write(desk.FieldWhy, "why"))
	c.send(app.Context{}, ui.Act{}) // nothing is changed
	c.write(c.form.Write(desk.FieldOut, "2026-03-31T07:00"))
	c.send(app.Context{}, ui.Act{})
	screen.change(func(*desk.Model) {})
	screen.has("Work ends before it begins.")
	if len(s.amended) != 0 {
		t.Fatalf("sent %+v", s.amended)
	}
	c.write(c.form.Write(desk.FieldOut, "2026-03-31T15:00").Write(desk.FieldOutNote, ""))
	screen.change(func(*desk.Model) {})
	screen.has(`data-differs="changed"`, "No break, 30 min due", "7 h")
	c.send(app.Context{}, ui.Act{})
	if len(s.amended) != 1 || !s.amended[0].Seen.Says(card) || s.amended[0].Next.Out.At != at("2026-03-31 15:00") || s.amended[0].Next.Out.Note != "" {
		t.Fatalf("sent %+v", s.amended)
	}
	screen.change(func(m *desk.Model) {
		m.Errand = desk.Errand{Op: wire.Replace, N: 1, At: s.now, Failed: wire.CodeGraphDown}
	})
	if screen.has(`data-act="save-card"`); c.form == nil || c.form.Why() != "why" {
		t.Error("what was written is gone with what went wrong")
	}
	c.send(app.Context{}, ui.Act{})
	screen.change(func(m *desk.Model) { m.Errand = desk.Errand{Op: wire.Replace, N: 1, At: s.now + 1} })
	if screen.has("The card is changed."); c.form != nil || s.draft.Touched() {
		t.Error("the form is still there")
	}
}

// A card that is added while Teams is slow has no id yet: it is followed to the week
// in which it waits, and not to a screen with nothing on it.
func TestAddedCardIsFollowed(t *testing.T) {
	added := at("2026-03-31 18:00")
	for want, made := range map[string]wire.Amended{
		cardPath("t1", "a", "new"):                                       {Card: "new", Status: wire.Delivered},
		personPath("t1", "a", clock.Date{Year: 2026, Month: 3, Day: 31}): {Status: wire.Sending, After: &clock.Card{In: &clock.Event{At: added}}},
		personPath("t1", "a", clock.Date{Year: 2026, Month: 4, Day: 1}):  {Status: wire.Accepted},
	} {
		s, _ := annasWeek()
		c, went := &Card{Store: s}, ""
		screen := s.show(t, c)
		c.address = address{team: "t1", person: "a", day: clock.Date{Year: 2026, Month: 4, Day: 1}, navigate: func(path string) { went = path }}
		c.doing = wire.Create
		made.ID, made.Team, made.Op = "x", "t1", wire.Create
		screen.change(func(m *desk.Model) { m.Errand = desk.Errand{Op: wire.Create, N: 1, At: s.now, Amended: &made} })
		if went != want {
			t.Errorf("%s with card %q leads to %q, want %q", made.Status, made.Card, went, want)
		}
	}
}

func TestClashShowsThreeVersions(t *testing.T) {
	s, card := annasWeek()
	theirs, mine := card, card
	theirs.Out, mine.Out = &clock.Event{At: at("2026-03-31 17:00")}, &clock.Event{At: at("2026-03-31 16:00")}
	c := &Card{Store: s}
	screen := s.show(t, c)
	c.address = address{team: "t1", person: "a", card: "c"}
	clash := wire.Amended{
		ID: "x", Card: "c", Op: wire.Replace, Status: wire.Conflicted, Code: wire.CodeChanged, By: wire.Person{Name: "Sara"}, Before: &card, After: &mine,
		Conflict: &wire.Conflict{Stands: &theirs, Become: &mine, Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceMine}},
	}
	screen.change(func(m *desk.Model) { m.Amends = []wire.Amended{clash} })
	screen.has("This card was changed meanwhile", "changed by both", `data-act="clash-mine"`, `data-act="clash-keep"`)
	screen.lacks(`data-act="correct"`)
	clash.Conflict = &wire.Conflict{Stands: &theirs, Choices: []wire.Choice{wire.ChoiceKeep}}
	screen.change(func(m *desk.Model) { m.Amends = []wire.Amended{clash} })
	if screen.lacks("clash-mine"); !strings.Contains(screen.text(), "Only Sara can have their change written.") {
		t.Errorf("another supervisor reads %s", screen.text())
	}
}
