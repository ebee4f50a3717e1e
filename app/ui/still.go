package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Still is what changes less often than what is around it, as the week beside a
// clock that ticks: go-app draws it anew only when Of is another. Of is compared
// by its values and so must hold no functions.
type Still struct {
	app.Compo
	Of interface{ Draw() app.UI }
}

// Render draws it.
func (s *Still) Render() app.UI { return s.Of.Draw() }
