package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Opening is the clock before anything is known: the disc without a state, and
// the four presses as plain buttons of the form, which the browser itself
// sends. The server's first page has the same elements and classes.
type Opening struct {
	Title, Aid string
	Presses    []Plain
}

// Plain is one press that the browser itself sends.
type Plain struct {
	Kind, Label string
	Glyph       Glyph
}

// Draw gives the hero that is still to come.
func (o Opening) Draw() app.UI {
	buttons := make([]app.UI, len(o.Presses))
	for i, p := range o.Presses {
		buttons[i] = p.draw()
	}
	return app.Section().Class("hero").Body(
		app.Div().Class("hero-state").Body(
			app.H1().Class("hero-title").Text(o.Title),
			app.P().Class("hero-aside").Text(o.Aid),
		),
		app.Div().Class("hero-press").Body(
			app.Div().Class("disc", "disc-opening").Aria("hidden", true).Body(GlyphClock.Draw()),
		),
		app.Div().Class("plain").Body(buttons...),
	)
}

func (p Plain) draw() app.UI {
	return app.Button().Class("plain-act").Type("submit").Name("kind").Value(p.Kind).DataSet("act", p.Kind).Body(
		p.Glyph.Draw(),
		app.Span().Class("act-label").Text(p.Label),
	)
}
