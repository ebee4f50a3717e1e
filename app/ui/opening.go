package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Opening is the clock before the state is known: the disc without one, and
// the four presses as plain buttons of the form. The server's first page has
// the same elements and classes.
type Opening struct {
	Title, Aid string
	Presses    []Plain
	// On takes a press; without it the browser itself sends the form.
	On func(app.Context, Act)
}

// Plain is one press whose button is there in every state.
type Plain struct {
	Kind, Label string
	Glyph       Glyph
}

// Draw gives the hero that is still to come.
func (o Opening) Draw() app.UI {
	buttons := make([]app.UI, len(o.Presses))
	for i, p := range o.Presses {
		buttons[i] = p.draw(o.On)
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

func (p Plain) draw(on func(app.Context, Act)) app.UI {
	return &Act{Name: p.Kind, Kind: p.Kind, Class: "plain-act", Label: p.Label, Glyph: p.Glyph, On: on}
}
