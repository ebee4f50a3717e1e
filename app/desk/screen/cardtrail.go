package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// trail lists what was done to the card and what was said to that, the latest
// first.
func (c *Card) trail(m desk.Model, t tell.Times, card *clock.Card) app.UI {
	trail := m.Card.Trail
	if trail == nil || m.Card.ID != c.card {
		return app.If(m.Card.Trouble.Code == "", func() app.UI { return ui.Skeleton(words.T(words.CardReading), 3) })
	}
	name := nameIn(m, c.person)
	var all []ui.Change
	if e := trail.Elsewhere; e != nil {
		told := ui.Change{
			ID: "elsewhere", Kind: "elsewhere", Glyph: ui.GlyphAlert, When: t.When(e.At), Compare: compare(t, e.Was, card),
			Title: words.T(words.ChangeTeams, "name", nameOr(e.By.Name)),
		}
		all = append(all, c.said(told, name, e.Reply))
	}
	for i := len(trail.Requests) - 1; i >= 0; i-- {
		if trail.Requests[i].State != wire.Granted {
			all = append(all, c.request(t, trail.Requests[i]))
		}
	}
	for i := len(trail.Changes) - 1; i >= 0; i-- {
		all = append(all, c.said(change(t, trail.Changes[i]), name, trail.Changes[i].Reply))
	}
	for i := len(trail.Requests) - 1; i >= 0; i-- {
		if trail.Requests[i].State == wire.Granted {
			all = append(all, c.request(t, trail.Requests[i]))
		}
	}
	if len(all) == 0 {
		return app.P().Class("week-empty").Text(words.T(words.MendUntouched))
	}
	return ui.Changes("changes", words.T(words.ChangesLabel), all)
}

// change tells of one thing that was done here.
func change(t tell.Times, w wire.Change) ui.Change {
	told := ui.Change{ID: w.ID, Kind: "edit", Glyph: ui.GlyphNote, When: t.When(w.At), Reason: w.Reason}
	by := nameOr(w.By.Name)
	switch w.Op {
	case "":
		told.Kind, told.Glyph = "press", ui.GlyphClock
		told.Title = words.T(words.MendPressed, "name", by, "act", words.Act(w.Press), "time", t.When(w.Time))
		return told
	case wire.Confirm:
		told.Kind, told.Glyph = "confirm", ui.GlyphCheck
	default:
		told.Compare = compare(t, w.Before, w.After)
	}
	told.Title = words.T(changeNames[w.Op], "name", by)
	return told
}

var changeNames = map[wire.Op]words.Key{
	wire.Create: words.ChangeMade, wire.Replace: words.ChangeEdited, wire.Delete: words.ChangeDeleted, wire.Confirm: words.ChangeConfirmed,
}

// said adds what the person said to a change, and to an objection what to do.
func (c *Card) said(told ui.Change, name string, r *wire.Reply) ui.Change {
	switch {
	case r == nil:
	case r.Agrees:
		told.Answer, told.Tone = words.T(words.MendAgrees, "name", name), ui.Calm
	default:
		told.Answer = words.Together(words.Joined, words.T(words.MendObjects, "name", name, "word", r.Word), words.T(words.MendObjectsDo))
		told.Tone = ui.Grave
		if c.form == nil {
			told.Acts = []*ui.Act{{Name: "correct", Class: "second", Label: words.T(words.MendAct), On: c.correct}}
		}
	}
	return told
}

// request tells what the person asked for and what has become of it.
func (c *Card) request(t tell.Times, r wire.Request) ui.Change {
	told := ui.Change{
		ID: r.ID, Kind: "request", Glyph: ui.GlyphHistory, Title: words.T(words.MendAsked, "name", nameOr(r.Person.Name)), When: t.When(r.Made),
		Reason: r.Text, Compare: compare(t, r.Seen, r.Next), Tone: ui.Calm,
	}
	by := nameOr(r.By.Name)
	switch r.State {
	case wire.Asked:
		told.Answer = words.T(words.MendAsksOpen)
		told.Acts = []*ui.Act{{Name: "answer", Class: "second", Label: words.T(words.MendAsksLook), On: func(ctx app.Context, _ ui.Act) {
			ctx.Navigate(wire.ScreenRequests)
		}}}
	case wire.Granted:
		told.Answer, told.Compare = words.T(words.MendAsksDone, "name", by), ui.Compare{}
	case wire.Declined:
		told.Answer = words.T(words.MendAsksDeclined, "name", by, "word", r.Word)
	case wire.Withdrawn:
		told.Answer = words.T(words.MendAsksBack, "name", nameOr(r.Person.Name))
	default:
		told.Answer = words.T(words.MendAsksOld)
	}
	return told
}

// compare puts the parts in which two versions of a card differ side by side.
func compare(t tell.Times, was, is *clock.Card) ui.Compare {
	shown := ui.Compare{Part: words.T(words.ComparePart), Was: words.T(words.CompareWas), Is: words.T(words.CompareIs)}
	day := dateOf(t, firstOf(is, was))
	for _, d := range clock.Differences(was, is) {
		shown.Rows = append(shown.Rows, ui.CompareRow{Part: words.T(partNames[d.Part]), Was: part(t, d.Part, d.Was, day), Is: part(t, d.Part, d.Is, day)})
	}
	return shown
}
