package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Change is one thing that was done to a card, or asked for.
type Change struct {
	ID      string // stands in data-change
	Kind    string // "edit", "press", "elsewhere", "request"; stands in data-kind
	Glyph   Glyph
	Title   string
	When    string
	Reason  string // may be empty
	Compare Compare
	Answer  string // what was said to it; may be empty
	Tone    Tone   // of Answer
	Say     *Say   // may be nil
	Acts    []*Act
}

// Draw gives the change.
func (c Change) Draw() app.UI {
	acts := make([]app.UI, len(c.Acts))
	for i, a := range c.Acts {
		acts[i] = a
	}
	return app.Li().Class("panel", "change").DataSet("change", c.ID).DataSet("kind", c.Kind).Body(
		app.Div().Class("change-head").Body(
			c.Glyph.Draw(),
			app.P().Class("change-title").Text(c.Title),
			app.P().Class("change-when").Text(c.When),
		),
		app.If(c.Reason != "", func() app.UI { return app.P().Class("change-reason").Text(c.Reason) }),
		app.If(len(c.Compare.Rows) > 0, c.Compare.Draw),
		app.If(c.Answer != "", func() app.UI { return app.P().Class("change-answer", "is-"+string(c.Tone)).Text(c.Answer) }),
		app.If(c.Say != nil, func() app.UI { return c.Say }),
		app.If(len(acts) > 0, func() app.UI { return app.Div().Class("change-acts").Body(acts...) }),
	)
}

// Compare puts two versions of a card side by side, part by part.
type Compare struct {
	Part, Was, Is string // the heads of the columns
	Rows          []CompareRow
}

// CompareRow is a part that differs; None stands where there is none.
type CompareRow struct{ Part, Was, Is string }

// Draw gives the table. Its elements are made by name: each of go-app's own kinds
// of element costs the program thousands of bytes.
func (c Compare) Draw() app.UI {
	cell := func(tag, class, text string) app.UI { return app.Elem(tag).Class(class).Text(text) }
	head := func(scope, text string) app.UI { return app.Elem("th").Attr("scope", scope).Text(text) }
	row := func(cells ...app.UI) app.UI { return app.Elem("tr").Body(cells...) }
	rows := make([]app.UI, len(c.Rows))
	for i, r := range c.Rows {
		rows[i] = row(head("row", r.Part), cell("td", "compare-was", r.Was), cell("td", "compare-is", r.Is))
	}
	return app.Elem("table").Class("compare").Body(
		app.Elem("thead").Body(row(app.Elem("td"), head("col", c.Was), head("col", c.Is))),
		app.Elem("tbody").Body(rows...),
	)
}

// Changes lists them under a heading.
func Changes(id, label string, all []Change) app.UI {
	drawn := make([]app.UI, len(all))
	for i, c := range all {
		drawn[i] = c.Draw()
	}
	return app.Section().Class("changes").Body(
		app.H2().ID(id).TabIndex(-1).Class("panel-label").Text(label),
		app.Ul().Class("change-list").Body(drawn...),
	)
}

// Say is a field for some words, with the button that takes them. What was typed
// stays until the field goes.
type Say struct {
	app.Compo

	ID     string
	Label  string
	Error  string // what is wrong with what was typed; may be empty
	Send   *Act   // On is called with the words as its Value
	Others []*Act
	// Typed, if set, is told what is typed.
	Typed func(text string)

	text string
}

// Render draws field and buttons.
func (s *Say) Render() app.UI {
	field := app.Textarea().ID(s.ID).Class("say-field").Rows(2).MaxLength(500).Attr("form", "none").
		Aria("describedby", s.ID+"-error").OnInput(s.typed)
	if s.Error != "" {
		field.Aria("invalid", true)
	}
	others := make([]app.UI, len(s.Others))
	for i, o := range s.Others {
		others[i] = o
	}
	send := *s.Send
	send.On = func(ctx app.Context, act Act) {
		act.Value = s.text
		s.Send.On(ctx, act)
	}
	return app.Div().Class("say").Body(
		app.Label().Class("ask-label").For(s.ID).Text(s.Label),
		field,
		app.P().ID(s.ID+"-error").Class("ask-error").Role("alert").Text(s.Error),
		app.Div().Class("change-acts").Body(
			&Act{Name: send.Name, Class: send.Class, Label: send.Label, Busy: send.Busy, On: send.On},
			app.Div().Class("change-acts").Body(others...),
		),
	)
}

func (s *Say) typed(ctx app.Context, _ app.Event) {
	if s.text = ctx.JSSrc().Get("value").String(); s.Typed != nil {
		s.Typed(s.text)
	}
}

// Times are the fields of a card that is to be put right. What is typed is told
// at once and stays the browser's own; the rows never change their places.
type Times struct {
	Rows  []TimesRow
	Add   *Act
	Typed func(field, text string)
}

// TimesRow is a pair of fields, or one where Until is empty, with what they hold
// at first.
type TimesRow struct {
	ID, Label, Start      string
	Until, UntilL, UntilS string // the second field, its label and start
	Gone                  bool   // it is taken away
	Drop                  *Act   // may be nil
}

// Draw gives the fields.
func (t Times) Draw() app.UI {
	rows := make([]app.UI, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = t.row(r)
	}
	return app.Div().Class("times").Body(
		app.Div().Class("times-rows").Body(rows...),
		app.If(t.Add != nil, func() app.UI { return t.Add }),
	)
}

// End draws a row that stands behind the button.
func (t Times) End(r TimesRow) app.UI { return t.row(r) }

func (t Times) row(r TimesRow) app.UI {
	row := app.Div().Class("times-row")
	if r.Gone {
		row.Class("is-gone")
	}
	return row.Body(
		t.field(r.ID, r.Label, r.Start, r.Gone),
		app.If(r.Until != "", func() app.UI { return t.field(r.Until, r.UntilL, r.UntilS, r.Gone) }),
		app.If(r.Drop != nil, func() app.UI { return r.Drop }),
	)
}

func (t Times) field(id, label, start string, gone bool) app.UI {
	return app.Div().Class("times-field").Body(
		app.Label().Class("ask-label").For(id).Text(label),
		app.Input().ID(id).Class("ask-field").Type("datetime-local").Attr("form", "none").Attr("value", start).Disabled(gone).
			OnInput(func(ctx app.Context, _ app.Event) { t.Typed(id, ctx.JSSrc().Get("value").String()) }),
	)
}
