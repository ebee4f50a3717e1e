package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// WhereID is the id of what Where draws.
const WhereID = "where"

// Where tells, below the button, whether presses say where they are made, and
// lets that be chosen.
type Where struct {
	Name  string // how it stands; stands in data-where
	Lines []string
	Acts  []*Act
}

// Draw gives the lines; nothing when there are none.
func (w Where) Draw() app.UI {
	box := app.Div().ID(WhereID).TabIndex(-1).Class("where").DataSet("where", w.Name)
	if len(w.Lines) == 0 {
		return box
	}
	lines := make([]app.UI, len(w.Lines))
	for i, line := range w.Lines {
		lines[i] = app.P().Class("where-line").Text(line)
	}
	acts := make([]app.UI, len(w.Acts))
	for i, act := range w.Acts {
		acts[i] = act
	}
	return box.Body(
		GlyphPlace.Draw(),
		app.Div().Class("where-text").Body(append(lines, app.Div().Class("where-acts").Body(acts...))...),
	)
}
