package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Ask is a field for a day and a time, with the button that takes it. Days and
// times are local ones, written as the field holds them: "2026-03-31T16:30".
// What was typed stays the browser's own until it is about something else.
type Ask struct {
	app.Compo

	ID    string // of the field
	Value string // what it is about: the id of a press
	Label string
	Hint  string // may be empty
	Start string // what it holds at first; may be empty
	Min   string // what the browser offers begins here; may be empty
	Max   string
	Error string // what is wrong with what was typed; may be empty
	Send  string // what the button says
	Busy  bool
	On    func(ctx app.Context, about, text string)

	about, first, text string
	drawn              bool
}

// Render draws field and button.
func (a *Ask) Render() app.UI {
	if !a.drawn || a.about != a.Value {
		a.drawn, a.about, a.first, a.text = true, a.Value, a.Start, a.Start
	}
	field := app.Input().ID(a.ID).Class("ask-field").Type("datetime-local").
		// The form around it, if any, is for presses.
		Attr("form", "none").Attr("value", a.first).
		Aria("describedby", a.ID+"-error "+a.ID+"-hint").
		OnInput(a.typed)
	if a.Min != "" {
		field.Min(a.Min)
	}
	if a.Max != "" {
		field.Max(a.Max)
	}
	if a.Error != "" {
		field.Aria("invalid", true)
	}
	return app.Div().Class("ask").Body(
		app.Label().Class("ask-label").For(a.ID).Text(a.Label),
		app.If(a.Hint != "", func() app.UI { return app.P().ID(a.ID + "-hint").Class("ask-hint").Text(a.Hint) }),
		field,
		app.P().ID(a.ID+"-error").Class("ask-error").Role("alert").Text(a.Error),
		&Act{Name: a.ID, Value: a.Value, Class: "second", Label: a.Send, Busy: a.Busy, On: a.send},
	)
}

func (a *Ask) typed(ctx app.Context, _ app.Event) { a.text = ctx.JSSrc().Get("value").String() }
func (a *Ask) send(ctx app.Context, _ Act)        { a.On(ctx, a.Value, a.text) }
