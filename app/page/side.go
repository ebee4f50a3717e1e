package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// shiftOf tells of the shift that matters now: the one that is on, the one the
// open card was for, the next one, or the last one of today.
func shiftOf(v view) ui.Shift {
	s, ok := v.shift()
	if !ok {
		return ui.Shift{Label: words.T(words.ShiftLabel), When: words.T(words.ShiftNone), Done: -1}
	}
	stretch := clock.Stretch{From: s.Start, To: s.End}
	position, length := clock.Against(stretch, v.now)
	shown := ui.Shift{
		Label: words.T(words.ShiftLabel),
		Times: words.T(words.ShiftTimes, "from", v.format.Time(s.Start), "to", v.format.Time(s.End)),
		Title: s.Title,
		Done:  -1,
	}
	switch {
	case position == clock.Before && clock.DateOf(s.Start, v.zone) != v.today():
		shown.Label = words.T(words.ShiftNext)
		shown.When = v.format.Date(clock.DateOf(s.Start, v.zone))
	case position == clock.Before && length < clock.Minute:
		shown.When = words.T(words.ShiftStarts)
	case position == clock.Before:
		shown.When = words.T(words.ShiftStartsIn, "length", words.Length(length))
	case position == clock.Past:
		shown.When = words.T(words.ShiftEnded, "length", words.Length(length))
	default:
		shown.Done = int(100 * v.now.Sub(s.Start) / stretch.Length())
		shown.When = words.T(words.ShiftEndsIn, "length", words.Length(length))
		if v.State() == clock.Out {
			shown.When = words.T(words.ShiftStarted, "length", words.Length(v.now.Sub(s.Start)))
		}
	}
	return shown
}

func (v view) shift() (wire.Shift, bool) {
	stretches := v.stretches()
	i := clock.Upcoming(stretches, v.now)
	on := i >= 0 && stretches[i].Contains(v.now)
	if ended := v.endedShift(stretches); ended >= 0 && !on {
		if v.State() != clock.Out || i < 0 || clock.DateOf(stretches[i].From, v.zone) != v.today() {
			i = ended
		}
	}
	if i < 0 {
		return wire.Shift{}, false
	}
	return v.Shifts[i], true
}

func (v view) stretches() []clock.Stretch {
	all := make([]clock.Stretch, len(v.Shifts))
	for i, s := range v.Shifts {
		all[i] = clock.Stretch{From: s.Start, To: s.End}
	}
	return all
}

// endedShift gives the index of the shift that ended last and that the open
// card was for or that ended today; or -1.
func (v view) endedShift(stretches []clock.Stretch) int {
	open := clock.Current(v.Shown())
	found := -1
	for i, s := range stretches {
		if s.To > v.now || found >= 0 && s.To <= stretches[found].To {
			continue
		}
		if open != nil && open.In.At < s.To || open == nil && clock.DateOf(s.To, v.zone) == v.today() {
			found = i
		}
	}
	return found
}

// week is what was worked on a day and in its week, as it is shown: in whole minutes
// and percents, so that it changes only when that does.
type week struct {
	first, day, today clock.Date
	worked            [7]clock.Span // by day, parts of total
	heights           [7]int        // by day, in percent of the tallest
	total, paused     clock.Span    // paused is that of day
	format            browser.Format
}

// fullBar is the time that fills a bar, unless a day had more.
const fullBar = 9 * clock.Hour

// weekOf adds up. A night shift that goes on past midnight belongs to the day it
// began, so while one is on, that day is "today".
func weekOf(v view) week {
	cards := v.Shown()
	w := week{day: v.today(), today: v.today(), format: v.format}
	if open := clock.Current(cards); open != nil {
		w.day = clock.DateOf(open.In.At, v.zone)
	}
	w.first = v.weekOf(w.day)
	cards = clock.Began(cards, clock.Stretch{From: w.first.Start(v.zone), To: w.first.AddDays(7).Start(v.zone)})
	byDay := map[clock.Date]clock.Span{}
	tallest := fullBar
	for _, d := range clock.Days(cards, v.zone) {
		byDay[d.Date] = d.Worked(v.now)
		tallest = max(tallest, byDay[d.Date])
	}
	var sum clock.Span
	for i := range w.worked {
		worked := byDay[w.first.AddDays(i)]
		w.worked[i], w.heights[i] = share(sum, worked), int(100*worked/tallest)
		sum += worked
	}
	w.total = minutes(clock.Worked(cards, v.now))
	w.paused = minutes(clock.Paused(clock.Began(cards, w.day.StretchOf(v.zone)), v.now))
	return w
}

// Draw tells it.
func (w week) Draw() app.UI {
	today := ui.Total{Label: words.T(words.Today)}
	if w.day != w.today {
		today.Label = w.format.Date(w.day)
	}
	bars := make([]ui.Bar, len(w.worked))
	for i, worked := range w.worked {
		d := w.first.AddDays(i)
		bars[i] = ui.Bar{
			Day:    d.String(),
			Letter: w.format.Letter(d),
			Spoken: words.T(words.DayLength, "day", w.format.Date(d), "length", words.Spoken(worked)),
			Height: w.heights[i],
			Today:  d == w.day,
		}
		if d == w.day {
			today.Shown, today.Spoken = words.Length(worked), words.Spoken(worked)
		}
	}
	if w.paused > 0 {
		today.Aside = words.T(words.OfBreaks, "length", words.Length(w.paused))
	}
	return ui.Week{
		Totals: []ui.Total{today, {Label: words.T(words.ThisWeek), Shown: words.Length(w.total), Spoken: words.Spoken(w.total)}},
		Label:  words.T(words.WeekLabel),
		Bars:   bars,
	}.Draw()
}

var placeNames = map[state.Place]string{
	state.Here: "here", state.AtServer: "server", state.InGraph: "graph",
	state.Rejected: "rejected", state.Unsafe: "unsafe", state.Disputed: "disputed",
}

var placeGlyphs = map[state.Place]ui.Glyph{
	state.Here: ui.GlyphDevice, state.AtServer: ui.GlyphServer, state.InGraph: ui.GlyphCheck,
	state.Rejected: ui.GlyphAlert, state.Unsafe: ui.GlyphAlert, state.Disputed: ui.GlyphAlert,
}

// pressLines tells where the presses are, the latest first, but for the one
// that is being decided about elsewhere on the screen.
func pressLines(v view, deciding string, dismiss handler) []ui.Press {
	var lines []ui.Press
	for i := len(v.Presses) - 1; i >= 0; i-- {
		if p := v.Presses[i]; p.ID != deciding {
			lines = append(lines, pressLine(v, p, dismiss))
		}
	}
	if v.Last == nil {
		return lines
	}
	for _, p := range v.Presses {
		if p.ID == v.Last.ID {
			return lines
		}
	}
	return append(lines, pressLine(v, *v.Last, dismiss))
}

func pressLine(v view, p state.Press, dismiss handler) ui.Press {
	line := ui.Press{
		Place: placeNames[p.Place], What: pressWhat(v, p), Where: pressWhere(v, p),
		Problem: string(p.Code), Glyph: placeGlyphs[p.Place],
	}
	switch {
	case p.Place == state.Rejected:
		line.Do = words.Problem(p.Code).Do
		line.Dismiss = &ui.Act{Name: "dismiss", Value: p.ID, Class: "link", Label: words.T(words.Dismiss), On: dismiss}
	case p.Place == state.Disputed:
	case p.Code != "" && p.Code != wire.CodeOffline && p.Place != state.InGraph:
		line.Do = words.Problem(p.Code).What
	}
	return line
}

// pressWhat names a press and its time, and how sure that time is.
func pressWhat(v view, p state.Press) string {
	what := words.T(words.PressAt, "act", words.Act(p.Kind), "time", v.when(p.When()))
	switch {
	case p.Stated != 0 && p.Stated != p.At:
		what = words.T(words.PressStated, "press", what, "time", v.when(p.At))
	default:
		what = timed(what, p.Bound, p.Trust)
	}
	if p.Team == v.Team {
		return what
	}
	for _, t := range v.Me.Teams {
		if t.ID == p.Team {
			return words.T(words.PressTeam, "press", what, "team", t.Name)
		}
	}
	return what
}

// timed adds to a press how sure its time is, where that is worth telling.
func timed(what string, bound clock.Span, trust wire.Trust) string {
	switch {
	case bound < clock.Minute:
		return what
	case trust == wire.Device:
		return words.T(words.PressDevice, "press", what, "length", words.Length(bound))
	}
	return words.T(words.PressBound, "press", what, "length", words.Length(bound))
}

// pressWhere tells where a press is and since when.
func pressWhere(v view, p state.Press) string {
	at := p.Done
	if at == 0 {
		at = p.At
	}
	switch p.Place {
	case state.Here:
		return placed(v, p, words.T(words.PlaceHere, "time", v.when(at)))
	case state.AtServer:
		return placed(v, p, words.T(words.PlaceServer, "time", v.when(at)))
	case state.InGraph:
		return placed(v, p, deviation(p, words.T(words.PlaceGraph, "time", v.when(at))))
	case state.Rejected:
		return words.Together(words.Joined, words.T(words.PlaceRejected), words.Problem(p.Code).What)
	case state.Disputed:
		return words.T(words.PlaceDisputed)
	}
	return words.T(words.PlaceUnsafe)
}

// deviation adds to where a press is by how much the time on the card is
// another than that of the press.
func deviation(p state.Press, where string) string {
	off := p.Recorded.Sub(p.When())
	switch {
	case p.Recorded == 0 || off.Abs() < clock.Second:
		return where
	case off > 0:
		return words.T(words.RecordedLater, "place", where, "length", words.Exact(off))
	}
	return words.T(words.RecordedSoon, "place", where, "length", words.Exact(-off))
}

// age tells how old the cards are.
func age(v view, refresh handler) ui.Age {
	if v.AsOf == 0 && !v.Loading {
		return ui.Age{Text: words.T(words.NeverRead), Refresh: again(refresh)}
	}
	a := ui.Age{
		Text:    words.T(words.AsOf, "time", v.when(v.AsOf)),
		Refresh: &ui.Act{Name: "refresh", Class: "link", Label: words.T(words.Refresh), Busy: v.Loading, On: refresh},
	}
	if v.Loading {
		a.Text = words.T(words.Reading)
	}
	if note := v.zoneNote(); note != "" {
		a.Text = words.T(words.Sentences, "first", a.Text, "second", note)
	}
	return a
}
