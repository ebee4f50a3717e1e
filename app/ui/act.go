package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Toggle is how a button stands that stays down.
type Toggle string

// Up and Down are the two ways; other buttons have none.
const (
	Up   Toggle = "false"
	Down Toggle = "true"
)

// Act is a button. On is called with the Act as it stands when pressed.
type Act struct {
	app.Compo

	Name   string // what it does; stands in data-act
	Value  string // what it does it to: the id of a team or a press
	Class  string
	Label  string
	Sub    string // a second, smaller line
	Spoken string // what a screen reader says instead of Label
	Glyph  Glyph
	Lang   string // of Label, where that is another language than the page's
	Toggle Toggle // of a button that stays down
	// Busy shows that the last press is still settling. The button keeps its
	// place and its focus.
	Busy bool
	// Kind makes it a submit button of the page's form, so that a press is
	// taken even after the program has stopped.
	Kind string
	// On may be nil for a submit button: the browser then sends the form.
	On func(ctx app.Context, act Act)
}

// Facts gives what is seen of a, and nothing of none.
func (a *Act) Facts() Act {
	if a == nil {
		return Act{}
	}
	seen := *a
	seen.On = nil
	return seen
}

// Render draws the button.
func (a *Act) Render() app.UI {
	button := app.Button().Class(a.Class).DataSet("act", a.Name).OnClick(a.click)
	if a.Kind != "" {
		button.Type("submit").Name("kind").Value(a.Kind)
	} else {
		button.Type("button")
	}
	if a.Value != "" {
		button.DataSet("value", a.Value)
	}
	if a.Spoken != "" {
		button.Aria("label", a.Spoken)
	}
	if a.Toggle != "" {
		button.Aria("pressed", string(a.Toggle))
	}
	label := app.Span().Class("act-label").Text(a.Label)
	if a.Lang != "" {
		label.Lang(a.Lang)
	}
	if a.Busy {
		button.Class("is-busy").Aria("disabled", true)
	}
	return button.Body(
		app.If(a.Glyph != "", a.Glyph.Draw),
		label,
		app.If(a.Sub != "", func() app.UI { return app.Text(" ") }), // in the name, where the two are read together
		app.If(a.Sub != "", func() app.UI { return app.Span().Class("act-sub").Text(a.Sub) }),
	)
}

func (a *Act) click(ctx app.Context, e app.Event) {
	if a.On == nil {
		return
	}
	if e.Value != nil {
		e.PreventDefault()
	}
	a.On(ctx, *a)
}
