package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/words"
)

var glyphs = map[clock.Kind]ui.Glyph{
	clock.ClockIn:    ui.GlyphIn,
	clock.StartBreak: ui.GlyphBreak,
	clock.EndBreak:   ui.GlyphBack,
	clock.ClockOut:   ui.GlyphOut,
}

// opening is the hero while the state is not known. Once the person and the
// team are, presses go through the Store, which keeps them; before, the
// browser sends them. Where nobody is known and there is no network they are
// held.
func (c *Clock) opening(v view) app.UI {
	o := ui.Opening{Title: words.T(words.PageOpening), Aid: words.T(words.PageOpeningAid)}
	if v.Phase == state.Ready {
		o.On = c.press
	}
	if v.Phase == state.Broken {
		o.Title, o.Aid, o.On = words.T(words.HeldNobody), words.T(words.HeldNobodyAid), c.hold
	}
	if v.Phase == state.Ready && !v.Loading {
		o.Title, o.Aid = words.T(words.StateUnknown), words.T(words.StateUnknownAid)
	}
	for _, k := range clock.Kinds {
		label := words.Act(k)
		if k == clock.EndBreak {
			label = words.T(words.PageEndBreak)
		}
		o.Presses = append(o.Presses, ui.Plain{Kind: string(k), Label: label, Glyph: glyphs[k]})
	}
	return o.Draw()
}

// hero is the state and what may follow it, the likeliest as the disc.
func (c *Clock) hero(v view) ui.Hero {
	standing := v.State()
	allowed := clock.Allowed(standing)
	h := ui.Hero{
		State:  string(standing),
		Title:  words.State(standing),
		Since:  since(v),
		Figure: figure(v),
		Aside:  heroAside(v),
		Disc:   c.disc(v, allowed[0]),
		NotYou: &ui.Act{Name: "not-you", Class: "link", Label: words.T(words.NotYou), On: c.notYou},
	}
	if len(allowed) > 1 {
		k := allowed[1]
		h.Second = &ui.Act{
			Name: string(k), Kind: string(k), Class: "second", Label: words.Act(k),
			Glyph: glyphs[k], Busy: c.settling(v), On: c.press,
		}
	}
	h.Ahead = aheads(v, allowed)
	return h
}

// aheads says what presses would break, each thing once.
func aheads(v view, kinds []clock.Kind) []string {
	var lines []string
	told := ""
	for _, k := range kinds {
		if text := v.ahead(k); text != "" && text != told {
			told = text
			lines = append(lines, words.T(words.ActAhead, "act", words.Act(k), "text", text))
		}
	}
	return lines
}

func (c *Clock) disc(v view, k clock.Kind) ui.Disc {
	name := v.Me.Person.Name
	return ui.Disc{
		Kind: string(k), Label: words.Act(k), Sub: words.T(words.AsPerson, "name", name),
		Glyph: glyphs[k], Busy: c.settling(v), On: c.press,
	}
}

// since tells when the present state began.
func since(v view) string {
	cards := v.Shown()
	if open := clock.Current(cards); open != nil {
		at := open.In.At
		if b := open.OpenBreak(); b != nil {
			at = b.Start.At
		}
		return words.T(words.SinceTime, "time", v.when(at))
	}
	if at := lastOut(cards); at != 0 && clock.DateOf(at, v.zone) == v.today() {
		return words.T(words.SinceTime, "time", v.when(at))
	}
	return ""
}

// lastOut gives the latest clock-out among cards, or 0.
func lastOut(cards []clock.Card) clock.Instant {
	var at clock.Instant
	for _, c := range cards {
		if c.Out != nil {
			at = max(at, c.Out.At)
		}
	}
	return at
}

// figure is the large number: the time worked on this card, the length of the
// break, or the time of day.
func figure(v view) ui.Figure {
	open := clock.Current(v.Shown())
	if open == nil {
		now := v.format.Time(v.now)
		return ui.Figure{Shown: now, Spoken: words.Labels(words.TimeNow, now)}
	}
	label, length := words.WorkedClock, open.Worked(v.now)
	if b := open.OpenBreak(); b != nil {
		label, length = words.BreakClock, max(0, v.now.Sub(b.Start.At))
	}
	return ui.Figure{Shown: words.Ticking(length), Spoken: words.Labels(label, words.Spoken(length))}
}

// tickFrom gives an instant from which the figure counts whole seconds.
func tickFrom(v view) clock.Instant {
	open := clock.Current(v.Shown())
	if open == nil {
		return 0
	}
	if b := open.OpenBreak(); b != nil {
		return b.Start.At
	}
	return v.now.Add(-open.Worked(v.now))
}

// redrawn is how often all of the clock is drawn again, counted from the instant
// its figure is, so that minutes are told as they come.
const redrawn = 10 * clock.Second

// beat gives what is done every second: the figure alone is written, and goes past
// go-app, which would compare the whole screen for it.
func (c *Clock) beat() func() {
	var last clock.Span
	redraw := c.redraw
	return func() {
		v := look(c.Store)
		passed := v.now.Sub(tickFrom(v)) / redrawn
		settles := c.pressed != 0 && v.now.Sub(c.pressed).Abs() < 2*sameTap // its end is to be seen
		if passed != last || settles {
			last = passed
			redraw()
			return
		}
		browser.SetText(ui.FigureID, figure(v).Shown)
	}
}

// heroAside is what stands still below a ticking break.
func heroAside(v view) string {
	open := clock.Current(v.Shown())
	if open == nil || open.OpenBreak() == nil {
		return ""
	}
	return words.T(words.WorkedSoFar, "length", words.Length(open.Worked(v.now)))
}
