package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Shift is the planned shift beside the clock.
type Shift struct {
	Label string // "Your shift"
	Times string // "08:00 – 16:30"; empty when none is planned
	Title string
	When  string // "starts in 12 min", or that none is planned
	// Done is how much of it has passed, in percent; negative draws no bar.
	Done int
}

// Draw gives the shift.
func (s Shift) Draw() app.UI {
	return app.Section().Class("panel", "shift").Body(
		app.H2().Class("panel-label").Text(s.Label),
		app.If(s.Times != "", func() app.UI {
			return app.P().Class("shift-times").Body(
				app.Text(s.Times),
				app.If(s.Title != "", func() app.UI { return app.Span().Class("shift-title").Text(s.Title) }),
			)
		}),
		app.P().Class("shift-when").Text(s.When),
		app.If(s.Done >= 0, s.bar),
	)
}

func (s Shift) bar() app.UI {
	return svg("0 0 100 4").Class("shift-bar").Attr("preserveAspectRatio", "none").Body(
		svgPart("rect").Class("bar-rest").Attr("width", 100).Attr("height", 4),
		svgPart("rect").Class("bar-done").Attr("width", min(s.Done, 100)).Attr("height", 4),
	)
}

// Total is one figure with its name.
type Total struct{ Label, Shown, Spoken, Aside string }

func (t Total) draw() app.UI {
	return app.Div().Class("total").Body(
		app.H2().Class("panel-label").Text(t.Label),
		app.P().Class("total-figure").Body(
			Unseen(t.Spoken),
			app.Span().Aria("hidden", true).Text(t.Shown),
		),
		app.If(t.Aside != "", func() app.UI { return app.P().Class("total-aside").Text(t.Aside) }),
	)
}

// Bar is one day of the week's picture.
type Bar struct {
	Day    string // ISO date; stands in data-day
	Letter string // the day's short name
	Spoken string // the day and its hours in words
	Height int    // in percent of the tallest
	Today  bool
}

// Week is what was worked today and this week.
type Week struct {
	Totals []Total
	Label  string // of the picture
	Bars   []Bar
}

// Draw gives figures and picture.
func (w Week) Draw() app.UI {
	totals := make([]app.UI, len(w.Totals))
	for i, t := range w.Totals {
		totals[i] = t.draw()
	}
	bars := make([]app.UI, len(w.Bars))
	for i, b := range w.Bars {
		bars[i] = b.draw()
	}
	return app.Section().Class("panel", "week-panel").Body(
		app.Div().Class("totals").Body(totals...),
		app.Ol().Class("bars").Aria("label", w.Label).Body(bars...),
	)
}

// The picture of one day, in SVG units.
const (
	barWidth  = 20
	barHeight = 48
)

func (b Bar) draw() app.UI {
	height := 0
	if b.Height > 0 {
		height = max(3, barHeight*min(b.Height, 100)/100)
	}
	item := app.Li().Class("bar").DataSet("day", b.Day)
	if b.Today {
		item.Class("is-today")
	}
	return item.Body(
		svg("0 0 20 48").Class("bar-picture").Body(
			svgPart("rect").Class("bar-rest").
				Attr("width", barWidth).Attr("height", barHeight).Attr("rx", 5),
			svgPart("rect").Class("bar-done").
				Attr("y", barHeight-height).Attr("width", barWidth).Attr("height", height).Attr("rx", 5),
		),
		app.Span().Class("bar-letter").Aria("hidden", true).Text(b.Letter),
		Unseen(b.Spoken),
	)
}

// Press tells where one press is.
type Press struct {
	Place   string // "here", "server", "graph", "rejected", "unsafe", "disputed", or "team" for somebody else's; stands in data-place
	What    string // "Clock in at 08:02"
	Where   string // in words, with the time it came there
	Do      string // what to do about it; may be empty
	Problem string
	Glyph   Glyph
	Dismiss *Act
}

// Draw gives the line.
func (p Press) Draw() app.UI {
	line := app.Li().Class("press").DataSet("place", p.Place)
	if p.Problem != "" {
		line.DataSet("problem", p.Problem)
	}
	return line.Body(
		p.Glyph.Draw(),
		app.Div().Class("press-text").Body(
			app.P().Class("press-what").Text(p.What),
			app.P().Class("press-where").Text(p.Where),
			app.If(p.Do != "", func() app.UI { return app.P().Class("press-do").Text(p.Do) }),
			app.If(p.Dismiss != nil, func() app.UI { return p.Dismiss }),
		),
	)
}

// Presses lists presses; id is that of its heading, which label is.
func Presses(id, label string, all []Press) app.UI {
	lines := make([]app.UI, len(all))
	for i, p := range all {
		lines[i] = p.Draw()
	}
	return app.Section().Class("panel", "presses").Body(
		app.H2().ID(id).TabIndex(-1).Class("panel-label").Text(label),
		app.Ul().Class("press-list").Body(lines...),
	)
}

// Age tells how old the data is and lets one read it anew.
type Age struct {
	Text    string
	Refresh *Act
}

// Draw gives the line.
func (a Age) Draw() app.UI {
	return app.P().Class("age").Body(
		app.Span().Class("age-text").Text(a.Text),
		app.If(a.Refresh != nil, func() app.UI { return a.Refresh }),
	)
}
