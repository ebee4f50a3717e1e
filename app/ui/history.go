package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// HistoryWeek is a week of the history, its days the latest first.
type HistoryWeek struct {
	ID     string // ISO date of its first day; stands in data-week
	Title  string
	Dates  string
	Shown  string // its total
	Spoken string
	Empty  string // said when there are no days
	Days   []HistoryDay
	Act    *Act // what can be done about the whole week; may be nil
}

// HistoryDay is one day with its cards.
type HistoryDay struct {
	Date   string // ISO; stands in data-day
	Title  string
	Shown  string
	Spoken string
	Cards  []HistoryCard
}

// HistoryCard is one card.
type HistoryCard struct {
	ID     string
	Times  string // "08:02 – 16:30"
	Shown  string
	Spoken string
	Open   bool
	Lines  []HistoryLine
	// More leads to the card's own screen, by its address; Spoken says which.
	More, MoreText, MoreSpoken string
}

// HistoryLine is one thing to know about a card: a break, a note, a clock
// change, where it was begun and ended, who confirmed it. Kind is "break",
// "note", "place", "change", "confirmed" or "trouble".
type HistoryLine struct {
	Kind  string
	Glyph Glyph
	Text  string
	Aside string
}

// Draw gives the week.
func (w HistoryWeek) Draw() app.UI {
	days := make([]app.UI, len(w.Days))
	for i, d := range w.Days {
		days[i] = d.draw()
	}
	return app.Section().Class("week").DataSet("week", w.ID).Body(
		app.Div().Class("week-head").Body(
			app.H2().Class("week-title").Text(w.Title),
			app.P().Class("week-dates").Text(w.Dates),
			figure("week-total", w.Shown, w.Spoken),
		),
		app.If(len(days) == 0, func() app.UI { return app.P().Class("week-empty").Text(w.Empty) }),
		app.IfSlice(len(days) > 0, func() []app.UI { return days }),
		app.If(w.Act != nil, func() app.UI { return app.Div().Class("week-act").Body(w.Act) }),
	)
}

func (d HistoryDay) draw() app.UI {
	cards := make([]app.UI, len(d.Cards))
	for i, c := range d.Cards {
		cards[i] = c.Draw()
	}
	return app.Article().Class("day").DataSet("day", d.Date).Body(
		app.Div().Class("day-head").Body(
			app.H3().Class("day-title").Text(d.Title),
			figure("day-total", d.Shown, d.Spoken),
		),
		app.Ul().Class("day-cards").Body(cards...),
	)
}

// Draw gives the card as an item of a list.
func (c HistoryCard) Draw() app.UI {
	lines := make([]app.UI, len(c.Lines))
	for i, l := range c.Lines {
		lines[i] = l.draw()
	}
	item := app.Li().Class("card").DataSet("card", c.ID)
	if c.Open {
		item.Class("is-open")
	}
	return item.Body(
		app.Div().Class("card-head").Body(
			app.P().Class("card-times").Text(c.Times),
			figure("card-total", c.Shown, c.Spoken),
		),
		app.IfSlice(len(lines) > 0, func() []app.UI {
			return []app.UI{app.Ul().Class("card-lines").Body(lines...)}
		}),
		app.If(c.More != "", func() app.UI {
			return app.A().Class("link", "card-more").DataSet("act", "card").DataSet("value", c.ID).Href(c.More).
				Aria("label", c.MoreSpoken).Text(c.MoreText)
		}),
	)
}

func (l HistoryLine) draw() app.UI {
	return app.Li().Class("line", "line-"+l.Kind).Body(
		l.Glyph.Draw(),
		app.Span().Class("line-text").Text(l.Text),
		app.If(l.Aside != "", func() app.UI { return app.Span().Class("line-aside").Text(l.Aside) }),
	)
}

// figure shows a length of time; a screen reader hears it in whole words.
func figure(class, shown, spoken string) app.UI {
	return app.P().Class(class).Body(
		Unseen(spoken),
		app.Span().Aria("hidden", true).Text(shown),
	)
}
