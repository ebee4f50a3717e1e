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

// beside shows the card before and after, part by part, and what of it does not
// fit the rules then.
func (c *Card) beside(m desk.Model, t tell.Times) app.UI {
	f := c.form
	next, bad := f.Next(t)
	is := &next
	if f.Remove {
		is = nil
	} else if next.In == nil && f.Seen == nil {
		return app.Div()
	}
	return app.Section().Class("beside").Body(
		app.H2().Class("panel-label").Text(words.T(words.MendBeside)),
		besideTable(t, f.Seen, is),
		app.If(is != nil && f.Seen != nil && !f.Changes(next), func() app.UI { return app.P().Class("note-hint").Text(words.T(words.MendSame)) }),
		app.If(!f.Remove, func() app.UI { return c.walls(t) }),
		app.If(is != nil && len(bad) == 0 && m.Person.Days != nil && m.Person.ID == c.person, func() app.UI { return c.foreseen(m, t, next) }),
	)
}

// marks are how a part differs: in a word and a sign, not by its colour alone.
func markOf(d clock.Difference) (class, sign string, word words.Key) {
	switch {
	case d.Same():
		return "same", "", ""
	case d.Was == nil:
		return "added", "+", words.MendAdded
	case d.Is == nil:
		return "gone", "−", words.MendGone
	}
	return "changed", "≠", words.MendChanged
}

// besideTable tells two versions of a card side by side, either of which may be
// nil, with what is worked on them.
func besideTable(t tell.Times, was, is *clock.Card) app.UI {
	day := dateOf(t, firstOf(is, was))
	rows := []app.UI{}
	for _, d := range clock.Compared(was, is) {
		if d.Was == nil && d.Is == nil {
			continue
		}
		class, sign, word := markOf(d)
		rows = append(rows, besideRow(class, sign, word, words.T(partNames[d.Part]), part(t, d.Part, d.Was, day), part(t, d.Part, d.Is, day)))
	}
	worked := func(c *clock.Card) (clock.Span, string) {
		if c == nil || c.In == nil {
			return 0, words.T(words.CompareNone)
		}
		return c.Worked(t.Now), words.Length(c.Worked(t.Now))
	}
	before, beforeText := worked(was)
	after, afterText := worked(is)
	class, sign, word := "same", "", words.Key("")
	if before != after {
		class, sign, word = "changed", "≠", words.MendChanged
	}
	rows = append(rows, besideRow(class, sign, word, words.T(words.MendWorked), beforeText, afterText))
	return app.Table().Class("diff", "beside-table").Body(
		app.THead().Body(app.Tr().Body(
			app.Th().Scope("col").Body(ui.Unseen(words.T(words.MendPart))),
			app.Th().Scope("col").Text(words.T(words.CompareWas)),
			app.Th().Scope("col").Text(words.T(words.CompareIs)),
		)),
		app.TBody().Body(rows...),
	)
}

func firstOf(cards ...*clock.Card) *clock.Card {
	for _, c := range cards {
		if c != nil && c.In != nil {
			return c
		}
	}
	return nil
}

func besideRow(class, sign string, word words.Key, name, was, is string) app.UI {
	return app.Tr().DataSet("differs", class).Body(
		app.Th().Scope("row").Body(
			app.Span().Class("beside-part").Text(name),
			app.If(word != "", func() app.UI {
				return app.Span().Class("beside-mark").Body(app.Span().Class("beside-sign").Aria("hidden", true).Text(sign), app.Span().Text(words.T(word)))
			}),
		),
		app.Td().Class("beside-was").Text(was),
		app.Td().Class("beside-is").Text(is),
	)
}

// foreseen lists what of the card, and of its day and week, does not fit the
// rules as it was written, and what cannot be true of it.
func (c *Card) foreseen(m desk.Model, t tell.Times, next clock.Card) app.UI {
	if next.In == nil {
		return nil
	}
	var lines []app.UI
	for _, f := range c.faults(next) {
		lines = append(lines, warnLine("fault", c.form.faultsText([]clock.Fault{f})))
	}
	if len(lines) == 0 {
		plan := desk.PlanOf(*m.Person.Days, m.TeamOf(), c.Store.TeamZone(), t.Now)
		for _, e := range desk.After(m.Me.Rules, desk.With(m.Person.Days.Cards, next.ID, &next), next, plan) {
			if e.Rule != clock.RuleEdited { // which is what is being done
				lines = append(lines, warnLine(string(e.Rule), found(t, e)))
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return app.Div().Class("warnings").Body(
		app.H2().Class("panel-label").Text(words.T(words.MendRules)),
		app.Ul().Class("odds").Body(lines...),
	)
}

func warnLine(kind, text string) app.UI {
	return app.Li().Class("odd").DataSet("warns", kind).Body(ui.GlyphAlert.Draw(), app.Span().Text(text))
}

// walls tells of times that come twice or not at all, since the clocks change
// then.
func (c *Card) walls(t tell.Times) app.UI {
	var lines []app.UI
	for _, f := range c.form.fields() {
		text, typed := c.form.Typed[f]
		if !typed || text == c.form.Start(f, t) {
			continue
		}
		switch at, ok := t.Instant(text); {
		case !ok:
		case t.Local(at) != text[:len(t.Local(at))]:
			lines = append(lines, warnLine("skipped", words.T(words.MendSkipped, "time", text[len(text)-5:])))
		case t.Local(at.Add(clock.Hour)) == t.Local(at):
			lines = append(lines, warnLine("twice", words.T(words.MendTwice, "time", t.Format.Time(at))))
		}
	}
	return app.If(len(lines) > 0, func() app.UI { return app.Ul().Class("odds").Body(lines...) })
}

// clashID is the heading of a clash.
const clashID = "clash-title"

// clash shows the versions of a card that somebody has to choose between: as it
// was seen, as it is in Teams, and as it was to become.
func clash(s Store, m desk.Model, a wire.Amended) app.UI {
	t := timesOf(s)
	theirs, choices := a.Conflict.Stands, a.Conflict.Choices
	body := []app.UI{
		app.H2().ID(clashID).TabIndex(-1).Class("asks-title").Text(words.T(words.ClashTitle)),
		app.P().Class("clash-text").Text(clashText(a)),
		app.If(a.Reason != "", func() app.UI { return app.P().Class("change-reason").Text(a.Reason) }),
	}
	if theirs != nil && a.Op != wire.Confirm {
		body = append(body, clashParts(t, a))
	} else if theirs != nil {
		body = append(body, besideTable(t, a.Before, theirs))
	}
	mine := mayWrite(choices)
	if b := a.Conflict.Become; mine && b != nil && a.Op == wire.Replace {
		body = append(body, app.P().Class("panel-label").Text(words.T(words.ClashBecome)), besideTable(t, theirs, b))
	}
	act := func(name, class string, key words.Key, choice wire.Choice) app.UI {
		return &ui.Act{Name: name, Value: a.ID, Class: class, Label: words.T(key), Busy: m.Errand.Busy,
			On: func(_ app.Context, act ui.Act) { s.Decide(act.Value, choice) }}
	}
	keep := words.ClashKeep
	if theirs == nil || a.Op == wire.Create {
		keep = words.ClashDrop
	}
	body = append(body, app.If(!mine && a.Code == wire.CodeChanged, func() app.UI {
		return app.P().Class("note-hint").Text(words.T(words.ClashTheyDo, "name", nameOr(a.By.Name)))
	}))
	body = append(body, app.Div().Class("request-acts").Body(
		app.If(mine, func() app.UI { return act("clash-mine", "primary", mineName(a), wire.ChoiceMine) }),
		act("clash-keep", "second", keep, wire.ChoiceKeep),
	))
	return app.Section().Class("panel", "clash").DataSet("clash", a.ID).DataSet("code", string(a.Code)).Body(body...)
}

func mayWrite(choices []wire.Choice) bool {
	for _, c := range choices {
		if c == wire.ChoiceMine {
			return true
		}
	}
	return false
}

// mineName names the choice of what was written here: beside what was changed in
// Teams, where that is another part of the card.
func mineName(a wire.Amended) words.Key {
	if b := a.Conflict.Become; a.Op == wire.Replace && b != nil && a.After != nil && !b.Says(*a.After) {
		return words.ClashMerged
	}
	return words.ClashMine
}

func clashText(a wire.Amended) string {
	switch a.Code {
	case wire.CodeChanged:
		return words.T(words.ClashText, "name", nameOr(a.By.Name))
	case wire.CodeGone:
		return words.T(words.ClashGone)
	case wire.CodeUnsound:
		return words.T(words.ClashOverlap)
	}
	return words.T(words.ClashOther, "why", words.Problem(a.Code).What)
}

// clashParts lists the parts of the three versions, those that differ marked by
// who changed them.
func clashParts(t tell.Times, a wire.Amended) app.UI {
	seen, theirs, yours := a.Before, a.Conflict.Stands, a.After
	day := dateOf(t, firstOf(theirs, seen, yours))
	there, here := partsOf(seen, theirs), partsOf(seen, yours)
	var rows []app.UI
	for _, p := range []clock.Part{clock.PartIn, clock.PartBreak, clock.PartOut, clock.PartNote} {
		class, word := "same", words.Key("")
		switch {
		case there.differ[p] && here.differ[p]:
			class, word = "both", words.ClashBoth
		case there.differ[p]:
			class, word = "there", words.ClashThere
		case here.differ[p]:
			class, word = "here", words.ClashHere
		}
		if class == "same" && p != clock.PartIn && p != clock.PartOut {
			continue
		}
		rows = append(rows, app.Div().Class("clash-part").DataSet("differs", class).Body(
			app.H3().Class("clash-name").Body(
				app.Span().Text(words.T(partNames[p])),
				app.If(word != "", func() app.UI { return app.Span().Class("beside-mark").Text(words.T(word)) }),
			),
			app.Dl().Class("clash-sides").Body(
				clashSide("seen", words.ClashSeen, sayPart(t, seen, p, day)),
				clashSide("theirs", words.ClashTheirs, sayPart(t, theirs, p, day)),
				clashSide("yours", words.ClashYours, sayPart(t, yours, p, day)),
			),
		))
	}
	return app.Div().Class("clash-parts").Body(rows...)
}

func clashSide(side string, label words.Key, text []string) app.UI {
	lines := make([]app.UI, len(text))
	for i, l := range text {
		lines[i] = app.Span().Class("clash-line").Text(l)
	}
	return app.Div().Class("clash-side").DataSet("side", side).Body(
		app.Dt().Class("clash-label").Text(words.T(label)), app.Dd().Body(lines...))
}

// compared tells which parts of two cards differ.
type compared struct{ differ map[clock.Part]bool }

func partsOf(a, b *clock.Card) compared {
	c := compared{map[clock.Part]bool{}}
	for _, d := range clock.Differences(a, b) {
		c.differ[d.Part] = true
	}
	return c
}

// sayPart tells what a card says in one part, a line for each break.
func sayPart(t tell.Times, c *clock.Card, p clock.Part, day clock.Date) []string {
	var lines []string
	for _, d := range clock.Compared(nil, c) {
		if d.Part == p && d.Is != nil {
			lines = append(lines, part(t, p, d.Is, day))
		}
	}
	if len(lines) == 0 {
		return []string{words.T(words.CompareNone)}
	}
	return lines
}
