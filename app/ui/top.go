package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Link leads to another screen.
type Link struct {
	Path, Name, Label string // Name stands in data-act
	Glyph             Glyph
	Here              bool // it is the screen being shown
	Small             bool // the glyph stands for the label
}

// Top is the head of every screen: the product's name and the ways to go.
type Top struct {
	App   string
	Label string // of the navigation, for assistive technology
	Links []Link
}

// Draw gives the head.
func (t Top) Draw() app.UI {
	return app.Header().Class("top").Body(
		app.Div().Class("brand").Body(
			mark(),
			app.Span().Class("brand-name").Text(t.App),
		),
		app.If(len(t.Links) > 0, t.nav),
	)
}

func (t Top) nav() app.UI {
	links := make([]app.UI, len(t.Links))
	for i, l := range t.Links {
		a := app.A().Class("top-link").Href(l.Path).DataSet("act", l.Name)
		if l.Here {
			a.Aria("current", "page")
		}
		label := app.Span().Text(l.Label)
		if l.Small {
			a.Class("is-small")
			label.Class("unseen")
		}
		links[i] = a.Body(l.Glyph.Draw(), label)
	}
	return app.Nav().Class("top-nav").Aria("label", t.Label).Body(links...)
}

// mark is the sign of web/icons/icon.svg, reduced, in the colour of the state.
func mark() app.UI {
	return svg("0 0 32 32").Class("mark").Body(
		svgPart("circle").Attr("cx", 16).Attr("cy", 16).Attr("r", 14).Class("mark-disc"),
		svgPart("path").Attr("d", "M16 8.500V16l5 3.500").Class("mark-hands"),
	)
}

// Who tells who is signed in and lets them leave.
type Who struct {
	Text    string // "Signed in as Anna Lind"
	SignOut string
	On      func(app.Context, Act)
}

// Draw gives the foot of the screen.
func (w Who) Draw() app.UI {
	return app.Footer().Class("who").Body(
		app.Span().Class("who-name").Text(w.Text),
		&Act{Name: "sign-out", Class: "link", Label: w.SignOut, On: w.On},
	)
}
