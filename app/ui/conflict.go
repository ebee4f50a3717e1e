package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Question stands in place of the disc when a press now would not be what the
// person means: it asks when something was.
type Question struct {
	State   string // as in Hero
	Problem string // why it is asked; stands in data-problem
	Title   string
	Text    string
	Propose *Act // an answer that is likely; may be nil
	Ask     *Ask
	Other   *Act // what the question is wrong about
	NotYou  *Act
}

// Draw gives the question.
func (q Question) Draw() app.UI {
	return app.Section().Class("hero", "question").DataSet("state", q.State).DataSet("problem", q.Problem).Body(
		app.Div().Class("hero-state").Body(
			app.H1().ID(StandingID).TabIndex(-1).Class("question-title").Text(q.Title),
			app.P().Class("hero-since").Text(q.Text),
		),
		app.If(q.Propose != nil, func() app.UI { return q.Propose }),
		q.Ask,
		app.Div().Class("question-ways").Body(q.Other, q.NotYou),
	)
}

// Where the focus goes when what had it is gone.
const (
	StandingID = "standing" // the state in words
	ConflictID = "conflict" // what has to be decided first
	PressesID  = "presses"  // the list of the presses
)

// Side is one side of a conflict.
type Side struct{ Label, Text string }

// Conflict is a press that a person has to decide about: what speaks for and
// against it, and a button for everything that can be chosen.
type Conflict struct {
	ID      string // of the press; stands in data-conflict
	Problem string
	Label   string
	Press   string // "Clock in at 07:58"
	Why     string
	Sides   []Side
	Choices []*Act
	Ask     *Ask   // one more choice; may be nil
	Trouble string // why the last choice came to nothing; may be empty
}

// Draw gives the conflict.
func (c Conflict) Draw() app.UI {
	sides := make([]app.UI, 0, 2*len(c.Sides))
	for _, s := range c.Sides {
		sides = append(sides, app.Dt().Class("side-label").Text(s.Label), app.Dd().Class("side-text").Text(s.Text))
	}
	choices := make([]app.UI, len(c.Choices))
	for i, a := range c.Choices {
		choices[i] = a
	}
	return app.Section().Class("panel", "conflict").DataSet("conflict", c.ID).DataSet("problem", c.Problem).Body(
		app.P().Class("conflict-label").Body(GlyphAlert.Draw(), app.Span().Text(c.Label)),
		app.H2().ID(ConflictID).TabIndex(-1).Class("conflict-press").Text(c.Press),
		app.P().Class("conflict-why").Text(c.Why),
		app.If(len(sides) > 0, func() app.UI { return app.Dl().Class("sides").Body(sides...) }),
		app.P().Class("ask-error").Role("alert").Text(c.Trouble),
		app.Div().Class("choices").Body(choices...),
		app.If(c.Ask != nil, func() app.UI { return c.Ask }),
	)
}
