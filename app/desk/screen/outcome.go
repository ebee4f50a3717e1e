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

// foreseen shows what will come of it, row by row.
func (a *acting) foreseen() app.UI {
	t, b := timesOf(a.Store), a.Behalf
	able := b.Able()
	rows := make([]app.UI, len(b.Acts))
	for i, act := range b.Acts {
		rows[i] = outcome(act, b, t, foresight)
	}
	return app.Div().Class("dialog-body").Body(
		a.head(a.summary(t)),
		app.If(able < len(b.Acts), func() app.UI {
			return app.P().Class("dialog-text").Text(words.N(words.ActingLeftOut, int64(len(b.Acts)-able)))
		}),
		app.P().Class("dialog-reason").Body(ui.GlyphNote.Draw(), app.Span().Text(b.Reason)),
		ui.Notices(a.troubles()),
		app.Ul().Class("outcomes").Aria("label", words.T(words.ActingOutcome)).Body(rows...),
		app.Div().Class("dialog-acts").Body(
			app.If(able > 0, func() app.UI {
				return &ui.Act{Name: "run", Class: "primary", Busy: b.Busy, Label: a.order(able), On: func(app.Context, ui.Act) { a.Store.Run() }}
			}),
			&ui.Act{Name: "rewrite", Class: "second", Label: words.T(words.ActingChange), On: func(app.Context, ui.Act) { a.Store.Rewrite() }},
			a.leaveAct(words.ActingCancel),
		),
	)
}

// order says what the button does: "Clock out 3 people".
func (a *acting) order(n int) string {
	if len(a.Behalf.Acts) == 1 {
		return words.T(words.ActingRunOne, "act", words.T(actKeys[a.Behalf.Kind]), "name", a.Behalf.Acts[0].Person.Name)
	}
	return words.N(words.ActingRun, int64(n), "act", words.T(actKeys[a.Behalf.Kind]))
}

// summary says what is about to be done, and when that is or was.
func (a *acting) summary(t tell.Times) string {
	what := words.T(actKeys[a.Behalf.Kind])
	if a.Behalf.Stated == 0 {
		return words.T(words.ActingDoNow, "act", what)
	}
	return words.T(words.PressAt, "act", what, "time", t.When(a.Behalf.Stated))
}

// ran shows what came of it, row by row.
func (a *acting) ran() app.UI {
	t, b := timesOf(a.Store), a.Behalf
	rows := make([]app.UI, len(b.Acts))
	for i, act := range b.Acts {
		rows[i] = outcome(act, b, t, result)
	}
	failed, onWay := b.Count(desk.Failed), b.Count(desk.OnWay)
	title := words.T(words.ActingRunning)
	if !b.Busy {
		title = a.tally(failed)
	}
	return app.Div().Class("dialog-body").DataSet("ran", !b.Busy).Body(
		a.head(title),
		app.P().Class("unseen").Role("status").Text(said(b, title)),
		ui.Notices(a.troubles()),
		app.Ul().Class("outcomes").Aria("label", words.T(words.ActingOutcome)).Body(rows...),
		app.Div().Class("dialog-acts").Body(
			&ui.Act{Name: "leave", Class: "primary", Label: words.T(words.ActingDone), On: a.leaveAct(words.ActingDone).On},
			app.If(failed > 0, func() app.UI {
				return &ui.Act{Name: "run-again", Class: "second", Busy: b.Busy, Label: words.N(words.ActingAgain, int64(failed)), On: func(app.Context, ui.Act) { a.Store.Run() }}
			}),
			app.If(onWay > 0, func() app.UI {
				return &ui.Act{Name: "undo", Class: "second", Busy: b.Busy, Label: words.N(words.ActingUndo, int64(onWay)), On: func(app.Context, ui.Act) { a.Store.Undo() }}
			}),
		),
	)
}

// tally says what came of all of them.
func (a *acting) tally(failed int) string {
	b := a.Behalf
	done := words.N(words.ActingTallied, int64(b.Count(desk.Done, desk.OnWay)), "done", words.Done(b.Kind))
	if undone := b.Count(desk.Undone); undone > 0 {
		done = words.Together(words.Joined, done, words.N(words.ActingUndone, int64(undone)))
	}
	if failed > 0 {
		return words.Together(words.Joined, done, words.N(words.ActingFailed, int64(failed)))
	}
	return done
}

// said is announced once, when the run is over.
func said(b desk.Behalf, title string) string {
	if b.Busy {
		return ""
	}
	return title
}

// line is what is told of one person.
type line struct {
	kind  string // stands in data-fate
	glyph ui.Glyph
	text  string
}

func outcome(act desk.Act, b desk.Behalf, t tell.Times, tell func(desk.Act, desk.Behalf, tell.Times) line) app.UI {
	l := tell(act, b, t)
	return app.Li().Class("outcome").DataSet("fate", l.kind).DataSet("person", act.Person.ID).Body(
		l.glyph.Draw(),
		app.Div().Class("outcome-text").Body(
			app.P().Class("outcome-name").Text(act.Person.Name),
			app.P().Class("outcome-what").Text(l.text),
		),
	)
}

// foresight tells what would come of an act.
func foresight(act desk.Act, b desk.Behalf, t tell.Times) line {
	switch r := act.Foreseen; {
	case r == nil:
		return line{"waits", ui.GlyphClock, words.T(words.Reading)}
	case r.Code != "":
		return line{"left-out", ui.GlyphAlert, words.T(words.ActingNot, "why", why(r.Code, r.State))}
	case r.Card != nil:
		return line{"able", kindGlyphs[b.Kind], words.T(words.ActingBecomes, "card", cardTimes(t, *r.Card, b.Kind))}
	}
	return line{"able", kindGlyphs[b.Kind], words.T(actKeys[b.Kind])}
}

// why says what speaks against a press for somebody who stands there.
func why(code wire.Code, s clock.State) string {
	if code == wire.CodeOrder {
		return words.T(whyOrder[s])
	}
	if key, ok := whyNot[code]; ok {
		return words.T(key)
	}
	return words.Problem(code).What
}

var whyOrder = map[clock.State]words.Key{
	clock.In: words.WhyIn, clock.OnBreak: words.WhyBreak, clock.Out: words.WhyOut, clock.Unknown: words.WhyUnknown,
}

var whyNot = map[wire.Code]words.Key{
	wire.CodeOpenLong: words.WhyOpen, wire.CodeConfirmed: words.WhyConfirmed, wire.CodeNotMember: words.WhyGone,
	wire.CodeTooOld: words.WhyOld, wire.CodeOffline: words.WhyOffline,
}

// result tells what came of an act.
func result(act desk.Act, b desk.Behalf, t tell.Times) line {
	switch act.Fate() {
	case desk.LeftOut:
		return line{"left-out", ui.GlyphAlert, words.T(words.ActingNot, "why", why(act.Code(), act.Foreseen.State))}
	case desk.Waits:
		return line{"waits", ui.GlyphClock, words.T(words.ActingWaits)}
	case desk.OnWay:
		return line{"on-way", ui.GlyphServer, words.T(words.ActingOnWay)}
	case desk.Undone:
		return line{"undone", ui.GlyphBack, words.T(words.ActingTaken)}
	case desk.Disputed:
		return line{"disputed", ui.GlyphAlert, words.T(words.ActingDisputed)}
	case desk.Failed:
		return line{"failed", ui.GlyphAlert, words.T(words.ActingNot, "why", why(act.Code(), clock.Unknown))}
	}
	at := act.Result.Receipt.Recorded
	if at == 0 {
		at = act.Result.Receipt.At
	}
	return line{"done", ui.GlyphCheck, words.T(words.ActingInTeams, "time", t.When(at))}
}

// cardTimes tells a card from its beginning to its end, with its breaks where k
// is about one.
func cardTimes(t tell.Times, c clock.Card, k clock.Kind) string {
	var from, to clock.Instant
	if c.In != nil {
		from = c.In.At
	}
	if c.Out != nil {
		to = c.Out.At
	}
	if from == 0 {
		return t.When(to)
	}
	day := clock.DateOf(from, t.Zone)
	text := t.FromTo(from, to, day)
	if day != t.Today() {
		text = words.T(words.DateTime, "date", t.Format.Date(day), "time", text)
	}
	if k != clock.StartBreak && k != clock.EndBreak {
		return text
	}
	for _, b := range c.Breaks {
		var end clock.Instant
		if b.End != nil {
			end = b.End.At
		}
		text += " · " + words.T(words.CardBreak, "times", t.FromTo(b.Start.At, end, clock.DateOf(b.Start.At, t.Zone)))
	}
	return text
}
