package screen

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// formErrorID is where it is said what is wrong with what was written.
const formErrorID = "form-error"

// form is a Draft on the screen.
type form struct {
	desk.Draft
	first map[desk.Field]string // what the fields hold when they are drawn first
	wrong map[desk.Field]string // what is wrong with a field
	fault string                // what is wrong with the whole
}

func fieldID(f desk.Field) string { return "field-" + string(f) }

// newForm draws a Draft with what was typed into it.
func newForm(d desk.Draft, s Store) *form {
	f := &form{Draft: d, first: map[desk.Field]string{}}
	for _, field := range f.fields() {
		f.first[field] = d.Shown(field, timesOf(s))
	}
	return f
}

// suggest writes the day into the times of a card that is to be added, from the
// shift of that day where one is planned.
func (f *form) suggest(day clock.Date, s Store) {
	if day == (clock.Date{}) || f.Touched() {
		return
	}
	m, zone := s.Model(), s.TeamZone()
	if m.Person.Days == nil || m.Person.ID != f.Person {
		return
	}
	for _, shift := range m.Person.Days.Shifts {
		if clock.DateOf(shift.Start, zone) == day && shift.End <= s.Now() {
			f.first[desk.FieldIn], f.first[desk.FieldOut] = timesOf(s).Local(shift.Start), timesOf(s).Local(shift.End)
			f.Draft = f.Write(desk.FieldIn, f.first[desk.FieldIn]).Write(desk.FieldOut, f.first[desk.FieldOut])
			return
		}
	}
}

// fields lists the fields of the form in their order, but for the reason's.
func (f *form) fields() []desk.Field {
	all := []desk.Field{desk.FieldIn, desk.FieldInNote}
	for i := range f.Breaks {
		for _, p := range []desk.BreakPart{desk.BreakFrom, desk.BreakTo, desk.BreakFromNote, desk.BreakNote, desk.BreakToNote} {
			all = append(all, desk.BreakField(i, p))
		}
	}
	return append(all, desk.FieldOut, desk.FieldOutNote, desk.FieldNote, desk.FieldWhy)
}

// writing draws the form: the fields, before and after, and what speaks against
// it.
func (c *Card) writing(m desk.Model, t tell.Times) app.UI {
	f := c.form
	locked := f.Seen != nil && (f.Seen.ByPerson || f.Seen.BySupervisor)
	body := []app.UI{
		app.If(locked, func() app.UI {
			return ui.Notice{Problem: "locked", Tone: ui.Calm, Glyph: ui.GlyphCheck, What: words.T(words.MendLocked), Do: words.T(words.MendLockedDo)}.Draw()
		}),
	}
	if f.Remove {
		body = append(body,
			app.H2().Class("asks-title").Text(words.T(words.MendRemoveTitle)),
			app.P().Class("note-hint").Text(words.T(words.MendRemoveText)))
	} else {
		body = append(body, c.times(m)...)
	}
	body = append(body, c.beside(m, t), c.why(m), c.formActs(m))
	return app.Form().Class("panel", "mend").Attr("novalidate", true).OnSubmit(c.submitted).Body(body...)
}

// times asks for the times and notes.
func (c *Card) times(m desk.Model) []app.UI {
	f := c.form
	rows := []app.UI{
		app.P().Class("note-hint").Text(words.T(words.MendZone, "zone", m.TeamOf().Zone)),
		app.Div().Class("mend-row").Body(
			c.time(desk.FieldIn, words.T(words.CorrectFrom), false), c.note(desk.FieldInNote, words.T(words.MendInNote), false)),
	}
	for i, b := range f.Breaks {
		rows = append(rows, c.breakRow(i, b))
	}
	return append(rows,
		app.Div().Class("mend-more").Body(&ui.Act{Name: "add-break", Class: "link", Label: words.T(words.BreakAdd), On: c.addBreak}),
		app.Div().Class("mend-row").Body(
			c.time(desk.FieldOut, words.T(words.CorrectTo), false), c.note(desk.FieldOutNote, words.T(words.MendOutNote), false)),
		c.note(desk.FieldNote, words.T(words.MendNote), false),
	)
}

func (c *Card) breakRow(i int, b desk.DraftBreak) app.UI {
	field := func(p desk.BreakPart) desk.Field { return desk.BreakField(i, p) }
	parts := []app.UI{
		app.Legend().Class("mend-legend").Text(words.T(words.MendBreak, "n", strconv.Itoa(i+1))),
		app.Div().Class("mend-row").Body(
			c.time(field(desk.BreakFrom), words.T(words.BreakFrom), b.Gone), c.time(field(desk.BreakTo), words.T(words.BreakTo), b.Gone)),
	}
	if b.Was != nil && b.Was.Start.Note != "" {
		parts = append(parts, c.note(field(desk.BreakFromNote), words.T(words.MendFromNote), b.Gone))
	}
	parts = append(parts, c.note(field(desk.BreakNote), words.T(words.MendBreakNote), b.Gone))
	if b.Was != nil && b.Was.End != nil && b.Was.End.Note != "" {
		parts = append(parts, c.note(field(desk.BreakToNote), words.T(words.MendToNote), b.Gone))
	}
	drop := words.BreakDrop
	if b.Gone {
		drop = words.BreakKeep
	}
	parts = append(parts, &ui.Act{Name: "drop-break", Value: strconv.Itoa(i), Class: "link", Label: words.T(drop), On: c.dropBreak})
	row := app.FieldSet().Class("mend-break")
	if b.Gone {
		row.Class("is-gone")
	}
	return row.Body(parts...)
}

// time is a field for a local time.
func (c *Card) time(f desk.Field, label string, gone bool) app.UI {
	id := fieldID(f)
	return app.Div().Class("field").Body(
		app.Label().Class("field-label").For(id).Text(label),
		app.Input().ID(id).Class("ask-field").Type("datetime-local").Attr("value", c.form.first[f]).Disabled(gone).
			Aria("describedby", id+"-error").Aria("invalid", c.form.wrong[f] != "").OnInput(c.typed(f), app.EventScope(string(f))),
		app.P().ID(id+"-error").Class("ask-error").Role("alert").Text(c.form.wrong[f]),
	)
}

// note is a field for some words.
func (c *Card) note(f desk.Field, label string, gone bool) app.UI {
	id := fieldID(f)
	return app.Div().Class("field").Body(
		app.Label().Class("field-label").For(id).Text(label),
		app.Textarea().ID(id).Class("note-field").Rows(1).Attr("maxlength", wire.MaxCardNote).Attr("value", c.form.first[f]).Disabled(gone).
			OnInput(c.typed(f), app.EventScope(string(f))),
	)
}

func (c *Card) typed(f desk.Field) app.EventHandler {
	return func(ctx app.Context, _ app.Event) {
		if c.form != nil {
			c.write(c.form.Write(f, valueOf(ctx)))
			delete(c.form.wrong, f)
		}
	}
}

// write takes what was written, and keeps it.
func (c *Card) write(d desk.Draft) {
	c.form.Draft, c.kept = d, false
	c.Store.KeepDraft(d)
}

func (c *Card) addBreak(app.Context, ui.Act) {
	c.write(c.form.AddBreak())
	c.focus(fieldID(desk.BreakField(len(c.form.Breaks)-1, desk.BreakFrom)))
}

func (c *Card) dropBreak(_ app.Context, act ui.Act) {
	if i, err := strconv.Atoi(act.Value); err == nil {
		c.write(c.form.DropBreak(i))
	}
}

// why asks for the reason.
func (c *Card) why(m desk.Model) app.UI {
	id := fieldID(desk.FieldWhy)
	return app.Div().Class("field").Body(
		app.Label().Class("field-label").For(id).Text(words.T(words.MendWhy)),
		app.Textarea().ID(id).Class("note-field").Rows(2).Attr("maxlength", wire.MaxNote).Attr("value", c.form.first[desk.FieldWhy]).
			Aria("describedby", id+"-hint "+id+"-error").Aria("invalid", c.form.wrong[desk.FieldWhy] != "").Aria("required", true).
			OnInput(c.typed(desk.FieldWhy), app.EventScope(string(desk.FieldWhy))),
		app.P().ID(id+"-hint").Class("note-hint").Text(words.T(words.MendWhyHint, "name", nameIn(m, c.person))),
		app.P().ID(id+"-error").Class("ask-error").Role("alert").Text(c.form.wrong[desk.FieldWhy]),
	)
}

// formActs says what is wrong with the whole, and holds the buttons.
func (c *Card) formActs(m desk.Model) app.UI {
	send := &ui.Act{Name: "save-card", Class: "primary", Label: words.T(words.MendSave), Busy: m.Errand.Busy, On: c.send}
	switch {
	case c.form.Remove:
		send.Name, send.Label = "delete-card", words.T(words.MendRemoveSure)
	case c.form.Seen == nil:
		send.Label = words.T(words.MendAdd)
	}
	return app.Div().Class("mend-acts").Body(
		app.P().ID(formErrorID).TabIndex(-1).Class("ask-error").Role("alert").Text(c.wrongWith(m)),
		app.Div().Class("request-acts").Body(
			send,
			app.If(c.card != "", func() app.UI {
				return &ui.Act{Name: "cancel", Class: "link", Label: words.T(words.Cancel), On: c.cancel}
			}),
		),
	)
}

// wrongWith says what is wrong with the whole: as was found here, or as the
// server said.
func (c *Card) wrongWith(m desk.Model) string {
	if c.form.fault != "" || m.Errand.Failed == "" || m.Errand.Busy {
		return c.form.fault
	}
	if len(m.Errand.Faults) > 0 {
		return c.form.faultsText(m.Errand.Faults)
	}
	advice := problem(m.Errand.Failed)
	return words.Together(words.Joined, advice.What, advice.Do)
}

func (c *Card) cancel(app.Context, ui.Act) {
	c.form, c.kept = nil, false
	c.Store.KeepDraft(desk.Draft{})
	c.focus(cardTitleID)
}

func (c *Card) submitted(ctx app.Context, e app.Event) {
	e.PreventDefault()
	c.send(ctx, ui.Act{})
}

// send has done what was written, or says what is wrong with it.
func (c *Card) send(app.Context, ui.Act) {
	f := c.form
	if f == nil || c.Store.Model().Errand.Busy {
		return
	}
	next, ok := c.check()
	if !ok {
		return
	}
	c.done = ""
	switch {
	case f.Remove:
		c.doing = wire.Delete
		c.Store.Amend(f.Seen, nil, f.Why())
	case f.Seen == nil:
		c.doing = wire.Create
		c.Store.Amend(nil, &next, f.Why())
	default:
		c.doing = wire.Replace
		c.Store.Amend(f.Seen, &next, f.Why())
	}
}

// check gives the card as it was written, and whether it can be sent; the focus
// goes to what is wrong.
func (c *Card) check() (next clock.Card, ok bool) {
	f := c.form
	next, bad := f.Next(timesOf(c.Store))
	f.wrong, f.fault = map[desk.Field]string{}, ""
	if f.Why() == "" {
		f.wrong[desk.FieldWhy] = words.T(words.MendWhyMissing)
	}
	if !f.Remove {
		for _, field := range bad {
			f.wrong[field] = words.T(words.TimeMissing)
		}
		switch faults := c.faults(next); {
		case next.In == nil:
			f.wrong[desk.FieldIn] = words.T(words.FaultNoIn)
		case len(bad) > 0:
		case len(faults) > 0:
			f.fault = f.faultsText(faults)
		case !f.Changes(next):
			f.fault = words.T(words.MendSame)
		}
	}
	for _, field := range f.fields() {
		if f.wrong[field] != "" {
			c.focus(fieldID(field))
			return next, false
		}
	}
	if f.fault != "" {
		c.focus(formErrorID)
	}
	return next, f.fault == ""
}

// faults lists what cannot be true of a card as it was written.
func (c *Card) faults(next clock.Card) []clock.Fault {
	var others []clock.Card
	if m := c.Store.Model(); m.Person.Days != nil && m.Person.ID == c.person {
		others = m.Person.Days.Cards
	}
	return clock.NewFaults(c.form.Seen, next, others, c.Store.Now())
}

var faultNames = map[clock.FaultCode]words.Key{
	clock.FaultNoIn: words.FaultNoIn, clock.FaultNoOut: words.FaultNoOut, clock.FaultFuture: words.FaultFuture,
	clock.FaultBackwards: words.FaultBackwards, clock.FaultBreakBackwards: words.FaultBreakBackwards,
	clock.FaultBreakOutside: words.FaultBreakOutside, clock.FaultBreakOverlap: words.FaultBreakOverlap,
	clock.FaultBreakOpen: words.FaultBreakOpen, clock.FaultOverlap: words.FaultOverlap,
}

// faultsText says what cannot be true of a card.
func (f *form) faultsText(all []clock.Fault) string {
	var said []string
	for _, one := range all {
		key, known := faultNames[one.Code]
		if !known {
			said = append(said, words.Problem(wire.CodeUnsound).What)
			continue
		}
		said = append(said, words.T(key, "n", strconv.Itoa(f.Row(one.Break)), "length", words.Exact(one.By)))
	}
	return words.Together(words.Joined, said...)
}
