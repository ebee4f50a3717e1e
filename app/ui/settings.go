package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Section is one part of the settings.
type Section struct {
	Name  string // stands in data-section
	Title string
	Text  []string
	Facts []Side
	Steps []Step
	// Choices are drawn one below the other.
	Choices []Choice
	Rows    []Row
	Wait    string  // while Rows are being read; empty otherwise
	Wrong   *Notice // what went wrong here; may be nil
	Sure    *Sure   // asked about the whole; takes the place of Acts
	Acts    []*Act
}

// Step is one of several things to do in order, with a picture of what to look
// for.
type Step struct {
	Glyph Glyph
	Text  string
}

// Row is one of several things of a kind.
type Row struct {
	Value string // stands in data-value
	Glyph Glyph
	Title string
	Mark  string // what sets it apart; may be empty
	Text  []string
	Act   *Act  // may be nil
	Sure  *Sure // takes the place of Act
}

// SureID is the question of a Sure, of which there is one at a time.
const SureID = "sure"

// Sure asks before something is done that cannot be undone.
type Sure struct {
	Text    string
	Yes, No *Act
}

// Draw gives the section.
func (s Section) Draw() app.UI {
	text := make([]app.UI, len(s.Text))
	for i, line := range s.Text {
		text[i] = app.P().Class("section-text").Text(line)
	}
	return app.Section().Class("panel", "section").DataSet("section", s.Name).Body(
		app.H2().Class("section-title").Text(s.Title),
		app.Div().Class("section-texts").Body(text...),
		app.If(len(s.Choices) > 0, s.choices),
		app.If(len(s.Facts) > 0, s.facts),
		app.If(len(s.Steps) > 0, s.steps),
		app.If(len(s.Rows) > 0, s.rows),
		app.If(s.Wait != "", func() app.UI { return Skeleton(s.Wait, 2) }),
		app.If(s.Wrong != nil, func() app.UI { return s.Wrong.Draw() }),
		ways(s.Sure, s.Acts...),
	)
}

func (s Section) choices() app.UI {
	list := make([]app.UI, len(s.Choices))
	for i, c := range s.Choices {
		list[i] = c.Draw()
	}
	return app.Div().Class("choices").Body(list...)
}

func (s Section) facts() app.UI {
	list := make([]app.UI, 0, 2*len(s.Facts))
	for _, f := range s.Facts {
		list = append(list, app.Dt().Class("side-label").Text(f.Label), app.Dd().Class("side-text").Text(f.Text))
	}
	return app.Dl().Class("facts").Body(list...)
}

func (s Section) steps() app.UI {
	list := make([]app.UI, len(s.Steps))
	for i, step := range s.Steps {
		list[i] = app.Li().Class("step").Body(
			app.Span().Class("step-picture").Body(step.Glyph.Draw()), app.Span().Text(step.Text))
	}
	return app.Ol().Class("steps").Body(list...)
}

func (s Section) rows() app.UI {
	list := make([]app.UI, len(s.Rows))
	for i, r := range s.Rows {
		list[i] = r.draw()
	}
	return app.Ul().Class("rows").Body(list...)
}

func (r Row) draw() app.UI {
	text := make([]app.UI, len(r.Text))
	for i, line := range r.Text {
		text[i] = app.P().Class("row-line").Text(line)
	}
	return app.Li().Class("row").DataSet("value", r.Value).Body(
		r.Glyph.Draw(),
		app.Div().Class("row-text").Body(
			app.P().Class("row-title").Text(r.Title),
			app.If(r.Mark != "", func() app.UI { return app.P().Class("row-mark").Text(r.Mark) }),
			app.Div().Body(text...),
			ways(r.Sure, r.Act),
		),
	)
}

// ways gives what can be done, or the question that stands in its place.
func ways(sure *Sure, acts ...*Act) app.UI {
	box := app.Div().Class("ways")
	if sure != nil {
		return box.Class("is-asking").Role("group").Aria("labelledby", SureID).Body(
			app.P().ID(SureID).TabIndex(-1).Class("sure").Text(sure.Text), sure.Yes, sure.No)
	}
	var list []app.UI
	for _, a := range acts {
		if a != nil {
			list = append(list, a)
		}
	}
	return box.Body(list...)
}
