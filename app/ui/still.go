package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Slot is the place of what comes and goes. go-app tells siblings apart by where
// they stand: without it, all that follows would be made anew.
func Slot(there bool, draw func() app.UI) app.UI {
	return app.Div().Class("slot").Body(app.If(there, draw))
}

// Still is what changes less often than what is around it, as the week beside a
// clock that ticks: go-app draws it anew only when Of is another. Of is compared
// by its values and so must hold no functions.
type Still struct {
	app.Compo
	Of interface{ Draw() app.UI }
}

// Render draws it.
func (s *Still) Render() app.UI { return s.Of.Draw() }
