package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Hero is the state a person is in and the one button that changes it. State
// is told in words, by colour, and by the shape of the disc.
type Hero struct {
	State  string // "clockedOut", "clockedIn", "onBreak"; stands in data-state
	Title  string // the state in words
	Since  string
	Figure Figure
	Aside  string // one line below the figure; may be empty
	Disc   Disc
	Second *Act // the other thing one may do now; may be nil
	NotYou *Act
	// Ahead says what a press would break. It stands last, so that no button
	// moves when it comes and goes.
	Ahead []string
}

// FigureID is the id of what Figure shows.
const FigureID = "figure"

// Figure is a number that ticks. A screen reader hears Spoken, which says what it
// is and changes by the minute, and only when it asks.
type Figure struct{ Shown, Spoken string }

// Disc is the button.
type Disc struct {
	Kind   string // the press it makes; stands in data-act
	Label  string
	Sub    string
	Spoken string
	Glyph  Glyph
	Busy   bool
	On     func(app.Context, Act)
}

// Facts gives what is seen of the hero but for the ticking figure: it is as it was
// while that is the same.
func (h Hero) Facts() any {
	second, notYou := h.Second.Facts(), h.NotYou.Facts()
	h.Figure.Shown, h.Disc.On, h.Second, h.NotYou = "", nil, nil, nil
	return []any{h, second, notYou}
}

// Draw gives the hero.
func (h Hero) Draw() app.UI {
	return app.Section().Class("hero").DataSet("state", h.State).Body(
		app.Div().Class("hero-state").Body(
			app.H1().ID(StandingID).TabIndex(-1).Class("hero-title").Text(h.Title),
			app.P().Class("hero-since").Text(h.Since),
			h.Figure.draw(),
			app.P().Class("hero-aside").Text(h.Aside),
		),
		app.Div().Class("hero-press").Body(
			&Act{
				Name: h.Disc.Kind, Kind: h.Disc.Kind, Class: "disc",
				Label: h.Disc.Label, Sub: h.Disc.Sub, Spoken: h.Disc.Spoken,
				Glyph: h.Disc.Glyph, Busy: h.Disc.Busy, On: h.Disc.On,
			},
			app.If(h.NotYou != nil, func() app.UI { return h.NotYou }),
		),
		Slot(h.Second != nil, func() app.UI { return h.Second }),
		app.If(len(h.Ahead) > 0, h.ahead),
	)
}

func (h Hero) ahead() app.UI {
	return app.Ul().Class("hero-ahead").Body(app.Range(h.Ahead).Slice(func(i int) app.UI {
		return app.Li().Body(GlyphAlert.Draw(), app.Span().Text(h.Ahead[i]))
	}))
}

// usualFigure is the length of "0:00:00"; a longer figure is set smaller.
const usualFigure = 7

func (f Figure) draw() app.UI {
	p := app.P().Class("hero-figure").Role("timer").Aria("live", "off")
	if len(f.Shown) > usualFigure {
		p.Class("is-long")
	}
	return p.Body(
		Unseen(f.Spoken),
		app.Span().ID(FigureID).Aria("hidden", true).Text(f.Shown),
	)
}

// Note is the field for a note. Its text stays the browser's own: Start is
// only what it holds when it is first drawn.
type Note struct {
	Label, Hint string
	Start       string
	Max         int // characters
	OnInput     app.EventHandler
}

// Draw gives the field.
func (n Note) Draw() app.UI {
	field := app.Textarea().ID("note").Name("note").Class("note-field").
		Attr("maxlength", n.Max).Rows(1).
		Aria("describedby", "note-hint").
		OnInput(n.OnInput)
	if n.Start != "" {
		field.Attr("value", n.Start)
	}
	return app.Div().Class("note").Body(
		app.Label().Class("note-label").For("note").Text(n.Label),
		field,
		app.P().ID("note-hint").Class("note-hint").Text(n.Hint),
	)
}
