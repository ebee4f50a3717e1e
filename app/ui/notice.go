package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Notice says that something is not as usual, and what to do.
type Notice struct {
	Problem string // the code; stands in data-problem
	Tone    Tone
	What    string
	Do      string
	Detail  string // for an administrator; may be empty
	Act     *Act   // what one can do about it here; may be nil
	Other   *Act   // the other thing one can do; may be nil
	Glyph   Glyph  // instead of that of the tone; may be empty
}

// Tone is how serious a Notice is.
type Tone string

// Calm: nothing is lost and nothing need be done. Grave: something is.
const (
	Calm  Tone = "calm"
	Grave Tone = "grave"
)

// Draw gives the notice.
func (n Notice) Draw() app.UI {
	box := app.Div().Class("notice", "notice-"+string(n.Tone))
	if n.Problem != "" {
		box.DataSet("problem", n.Problem)
	}
	return box.Body(
		n.glyph().Draw(),
		app.Div().Class("notice-text").Body(
			app.P().Class("notice-what").Text(n.What),
			app.P().Class("notice-do").Text(n.Do),
			app.If(n.Detail != "", func() app.UI { return app.P().Class("notice-detail").Text(n.Detail) }),
			app.If(n.Act != nil, func() app.UI { return n.Act }),
			app.If(n.Other != nil, func() app.UI { return n.Other }),
		),
	)
}

func (n Notice) glyph() Glyph {
	if n.Glyph != "" {
		return n.Glyph
	}
	if n.Tone == Grave {
		return GlyphAlert
	}
	return GlyphClock
}

// Notices draws several, in order; nothing when there are none.
func Notices(all []Notice) app.UI {
	drawn := make([]app.UI, len(all))
	for i, n := range all {
		drawn[i] = n.Draw()
	}
	return app.Div().Class("notices").Body(drawn...)
}

// Strip draws several at the lower edge of the window, where they come and go
// without moving the button from under a finger.
func Strip(all []Notice) app.UI {
	drawn := make([]app.UI, len(all))
	for i, n := range all {
		drawn[i] = n.Draw()
	}
	return app.Div().Class("strip").Body(drawn...)
}

// Blank fills a screen that has nothing of its own to show: a welcome, an
// empty list, a failure.
type Blank struct {
	Problem string
	Glyph   Glyph
	Title   string
	Text    []string
	Detail  string
	Act     *Act
	Other   *Act // the other way on; may be nil
}

// Draw gives the blank.
func (b Blank) Draw() app.UI {
	lines := make([]app.UI, len(b.Text))
	for i, line := range b.Text {
		lines[i] = app.P().Text(line)
	}
	box := app.Section().Class("blank")
	if b.Problem != "" {
		box.DataSet("problem", b.Problem)
	}
	return box.Body(
		app.Div().Class("blank-glyph").Body(b.Glyph.Draw()),
		app.H1().ID(StandingID).TabIndex(-1).Class("blank-title").Text(b.Title),
		app.Div().Class("blank-text").Body(lines...),
		app.If(b.Act != nil, func() app.UI { return b.Act }),
		app.If(b.Other != nil, func() app.UI { return b.Other }),
		app.If(b.Detail != "", func() app.UI { return app.P().Class("notice-detail").Text(b.Detail) }),
	)
}

// Skeleton stands where lines rows of something are being read. Label is for
// assistive technology.
func Skeleton(label string, lines int) app.UI {
	bars := make([]app.UI, lines)
	for i := range bars {
		bars[i] = app.Span().Class("skeleton-line")
	}
	return app.Div().Class("skeleton").Role("img").Aria("label", label).Body(bars...)
}
