package page

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// The fields of a correction.
const (
	fieldIn  = "field-in"
	fieldOut = "field-out"
	fieldWhy = "field-why"
)

// correction is a card as it is being put right: what was typed, field by field.
// Nothing of it goes before it went through.
type correction struct {
	seen   *clock.Card // nil for one that is missing
	starts map[string]string
	typed  map[string]string
	breaks []breakRow
	wrong  string
}

// breakRow is a break of a correction, was nil for a new one.
type breakRow struct {
	was  *clock.Break
	gone bool
}

func newCorrection(v view, seen *clock.Card) *correction {
	f := &correction{seen: seen, starts: map[string]string{}, typed: map[string]string{}}
	if seen == nil {
		return f
	}
	start := func(field string, e *clock.Event) {
		if e != nil {
			f.starts[field] = v.local(e.At)
		}
	}
	start(fieldIn, seen.In)
	start(fieldOut, seen.Out)
	for i := range seen.Breaks {
		b := &seen.Breaks[i]
		f.breaks = append(f.breaks, breakRow{was: b})
		start(breakField(i, "from"), &b.Start)
		start(breakField(i, "to"), b.End)
	}
	return f
}

func breakField(i int, end string) string { return "field-break-" + strconv.Itoa(i) + "-" + end }

// draw gives the form.
func (f *correction) draw(c *Card, v view) app.UI {
	times := ui.Times{Typed: func(field, text string) { f.typed[field] = text }}
	one := func(id string, label words.Key) ui.TimesRow {
		return ui.TimesRow{ID: id, Label: words.T(label), Start: f.starts[id]}
	}
	times.Rows = append(times.Rows, one(fieldIn, words.CorrectFrom))
	for i, b := range f.breaks {
		from, to := breakField(i, "from"), breakField(i, "to")
		drop := &ui.Act{Name: "drop-break", Value: strconv.Itoa(i), Class: "link", Label: words.T(words.BreakDrop), On: c.dropBreak}
		if b.gone {
			drop.Label = words.T(words.BreakKeep)
		}
		times.Rows = append(times.Rows, ui.TimesRow{
			ID: from, Label: words.T(words.BreakFrom), Start: f.starts[from],
			Until: to, UntilL: words.T(words.BreakTo), UntilS: f.starts[to], Gone: b.gone, Drop: drop,
		})
	}
	times.Add = &ui.Act{Name: "add-break", Class: "link", Label: words.T(words.BreakAdd), On: c.addBreak}
	return app.Section().Class("panel", "correction").Body(
		times.Draw(),
		app.Div().Class("times-rows").Body(times.End(one(fieldOut, words.CorrectTo))),
		f.say(c, v),
	)
}

// say asks why, and holds the buttons.
func (f *correction) say(c *Card, v view) *ui.Say {
	own := c.own(v, f.seen)
	send, remove := words.T(words.CorrectSend), words.T(words.CorrectDelete)
	if own {
		send, remove = words.T(words.CorrectSave), words.T(words.EditDelete)
	}
	wrong := f.wrong
	for _, fault := range v.Card.Faults {
		wrong = words.Together(words.Joined, wrong, words.Fault(fault.Code))
	}
	say := &ui.Say{
		Typed: func(text string) { f.typed[fieldWhy] = text },
		ID:    fieldWhy, Label: words.T(words.CorrectWhy), Error: wrong,
		Send: &ui.Act{Name: "send-correction", Class: "primary", Label: send, Busy: v.Card.Sending, On: c.send},
	}
	say.Others = []*ui.Act{{Name: "cancel", Class: "link", Label: words.T(words.Cancel), On: c.cancel}}
	if f.seen != nil {
		say.Others = append(say.Others, &ui.Act{Name: "delete-card", Class: "link", Label: remove, Busy: v.Card.Sending, On: c.remove})
	} else {
		say.Others = nil
	}
	return say
}

func (c *Card) addBreak(app.Context, ui.Act) {
	c.form.breaks = append(c.form.breaks, breakRow{})
	c.focus(breakField(len(c.form.breaks)-1, "from"))
}

func (c *Card) dropBreak(_ app.Context, act ui.Act) {
	if i, err := strconv.Atoi(act.Value); err == nil && i < len(c.form.breaks) {
		c.form.breaks[i].gone = !c.form.breaks[i].gone
	}
}

// send asks for the card as it was typed; what is wrong with it is said, and it
// stays.
func (c *Card) send(_ app.Context, act ui.Act) {
	v := look(c.Store)
	f, why := c.form, strings.TrimSpace(act.Value)
	own := c.own(v, f.seen)
	next, wrong := f.next(v)
	switch {
	case wrong != "":
	case f.seen != nil && next.Says(*f.seen):
		wrong = words.T(words.CorrectSame)
	case why == "" && !own:
		wrong = words.T(words.CorrectEmpty)
	}
	if f.wrong = wrong; wrong != "" {
		c.focus(fieldWhy)
		return
	}
	c.sent(own)
	c.Store.Correct(f.seen, &next, why, own)
}

// remove asks that the card be deleted.
func (c *Card) remove(_ app.Context, act ui.Act) {
	v := look(c.Store)
	own := c.own(v, c.form.seen)
	why := strings.TrimSpace(c.form.typed[fieldWhy])
	if c.form.wrong = ""; why == "" && !own {
		c.form.wrong = words.T(words.CorrectEmpty)
		c.focus(fieldWhy)
		return
	}
	c.sent(own)
	c.Store.Correct(c.form.seen, nil, why, own)
}

func (c *Card) sent(own bool) {
	c.finished = words.T(words.CorrectSent)
	if own {
		c.finished = words.T(words.CorrectDone)
	}
}

// next gives the card as it was typed, and what is wrong with it. What was not
// touched stays to the millisecond.
func (f *correction) next(v view) (clock.Card, string) {
	var next clock.Card
	if f.seen != nil {
		next = *f.seen
	}
	next.In, next.Out, next.Breaks = f.event(v, fieldIn, next.In), f.event(v, fieldOut, next.Out), nil
	for i, b := range f.breaks {
		if b.gone {
			continue
		}
		var one clock.Break
		var end *clock.Event
		if b.was != nil {
			one, end = *b.was, b.was.End
		}
		start := f.event(v, breakField(i, "from"), &one.Start)
		if one.End = f.event(v, breakField(i, "to"), end); start == nil {
			if one.End != nil {
				return next, words.T(words.TimeMissing)
			}
			continue // an empty row
		}
		one.Start = *start
		next.Breaks = append(next.Breaks, one)
	}
	if next.In == nil {
		return next, words.Fault(clock.FaultNoIn)
	}
	var wrong []string
	for _, fault := range clock.NewFaults(f.seen, next, historyCards(v.Model), v.now) {
		wrong = append(wrong, words.Fault(fault.Code))
	}
	return next, words.Together(words.Joined, wrong...)
}

// event reads a field that held was.
func (f *correction) event(v view, field string, was *clock.Event) *clock.Event {
	text, touched := f.typed[field]
	if !touched || text == f.starts[field] {
		if f.starts[field] == "" {
			return nil
		}
		return was
	}
	at, ok := v.instant(text)
	if !ok {
		return nil
	}
	e := clock.Event{At: at}
	if was != nil {
		e.Note = was.Note
	}
	return &e
}
