package page

import (
	"reflect"
	"slices"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// toldWeek is a week as it was told, and of what.
type toldWeek struct {
	of     clock.Week
	this   clock.Date // the present week then
	format browser.Format
	told   ui.HistoryWeek
	n      int // another whenever told is
}

// tellWeeks puts cards into weeks, the latest first. This week stands there
// even when nothing was recorded in it. A week that is over is told as it was before:
// a year takes a slow phone several frames.
func (h *History) tellWeeks(v view, cards []clock.Card) []toldWeek {
	weeks := clock.Weeks(clock.Days(cards, v.zone), time.Weekday(v.team.FirstDay))
	this := v.weekOf(v.today())
	if len(weeks) == 0 || weeks[0].First.Compare(this) < 0 {
		weeks = append([]clock.Week{{First: this}}, weeks...)
	}
	before := make(map[clock.Date]toldWeek, len(h.weeks))
	for _, w := range h.weeks {
		before[w.of.First] = w
	}
	empty := words.T(words.WeekEmpty)
	if len(cards) == 0 {
		empty = words.T(words.HistoryEmpty)
	}
	told := make([]toldWeek, len(weeks))
	for i, w := range weeks {
		known, ok := before[w.First]
		same := ok && known.this == this && known.format == v.format && known.told.Empty == empty
		if !same || goesOn(w) || !reflect.DeepEqual(known.of, w) {
			h.told++
			known = toldWeek{of: w, this: this, format: v.format, told: v.tellWeek(w, this, empty), n: h.told}
		}
		told[i] = known
	}
	return told
}

// goesOn reports whether a card of w is open.
func goesOn(w clock.Week) bool {
	return slices.ContainsFunc(w.Days, func(d clock.Day) bool {
		return slices.ContainsFunc(d.Cards, clock.Card.Open)
	})
}

func (v view) tellWeek(w clock.Week, this clock.Date, empty string) ui.HistoryWeek {
	total := w.Worked(v.now)
	told := ui.HistoryWeek{
		ID:     w.First.String(),
		Title:  words.T(words.WeekOf, "date", v.format.DateYear(w.First)),
		Shown:  words.Length(total),
		Spoken: words.Spoken(total),
		Empty:  empty,
	}
	switch w.First {
	case this:
		told.Title, told.Dates = words.T(words.ThisWeek), told.Title
	case this.AddDays(-7):
		told.Title, told.Dates = words.T(words.LastWeek), told.Title
	}
	// Shares run in the order of time, the rows in the other.
	var sum clock.Span
	told.Days = make([]ui.HistoryDay, len(w.Days))
	for i := len(w.Days) - 1; i >= 0; i-- {
		told.Days[i] = v.tellDay(w.Days[i], sum)
		sum += w.Days[i].Worked(v.now)
	}
	return told
}

// tellDay tells a day that follows sum of the same week.
func (v view) tellDay(d clock.Day, sum clock.Span) ui.HistoryDay {
	shown := share(sum, d.Worked(v.now))
	told := ui.HistoryDay{
		Date: d.Date.String(), Title: v.format.Date(d.Date),
		Shown: words.Length(shown), Spoken: words.Spoken(shown),
	}
	for _, c := range d.Cards {
		told.Cards = append(told.Cards, v.tellCard(c, d.Date, sum))
		sum += c.Worked(v.now)
	}
	return told
}

func (v view) tellCard(c clock.Card, day clock.Date, sum clock.Span) ui.HistoryCard {
	shown := share(sum, c.Worked(v.now))
	return ui.HistoryCard{
		ID:    c.ID,
		Times: v.fromTo(c.In.At, out(c), day),
		Shown: words.Length(shown), Spoken: words.Spoken(shown),
		Open: c.Open(),
		More: cardPath(c.ID), MoreText: words.T(words.CardLook),
		MoreSpoken: words.T(words.CardLookAt, "times", v.fromTo(c.In.At, out(c), day)),
		Lines:      v.tellLines(c),
	}
}

func out(c clock.Card) clock.Instant {
	if c.Out == nil {
		return 0
	}
	return c.Out.At
}

// tellLines tells everything about a card but its times and total.
func (v view) tellLines(c clock.Card) []ui.HistoryLine {
	var lines []ui.HistoryLine
	note := func(text string) {
		if text != "" {
			lines = append(lines, ui.HistoryLine{Kind: "note", Glyph: ui.GlyphNote, Text: text})
		}
	}
	note(c.In.Note)
	for _, b := range c.Breaks {
		lines = append(lines, v.tellBreak(b, c))
		note(b.Start.Note)
		note(b.Note)
		if b.End != nil {
			note(b.End.Note)
		}
	}
	if c.Out != nil {
		note(c.Out.Note)
	}
	note(c.Note)
	if where := wheres(c); where != "" {
		lines = append(lines, ui.HistoryLine{Kind: "place", Glyph: ui.GlyphPlace, Text: where})
	}
	if change := words.ClockChange(c.ClockChange(v.zone, v.now), c.Worked(v.now), c.Open()); change != "" {
		lines = append(lines, ui.HistoryLine{Kind: "change", Glyph: ui.GlyphClock, Text: change})
	}
	if confirmed := words.Confirmed(c.ByPerson, c.BySupervisor); confirmed != "" {
		lines = append(lines, ui.HistoryLine{Kind: "confirmed", Glyph: ui.GlyphCheck, Text: confirmed})
	}
	return lines
}

func (v view) tellBreak(b clock.Break, c clock.Card) ui.HistoryLine {
	var to clock.Instant
	end := c.Presence(v.now).To
	if b.End != nil {
		to, end = b.End.At, b.End.At
	}
	length := clock.Stretch{From: b.Start.At, To: end}.Length()
	return ui.HistoryLine{
		Kind: "break", Glyph: ui.GlyphBreak,
		Text:  words.T(words.CardBreak, "times", v.fromTo(b.Start.At, to, clock.DateOf(b.Start.At, v.zone))),
		Aside: words.Length(length),
	}
}
