package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Team is one choice of the Chooser.
type Team struct {
	ID, Name string
	Chosen   bool
	Why      string // why it cannot be chosen; empty when it can
}

// Chooser asks for the team.
type Chooser struct {
	Title, Text string
	Teams       []Team
	On          func(app.Context, Act)
}

// Draw gives the question and its answers.
func (c Chooser) Draw() app.UI {
	rows := make([]app.UI, len(c.Teams))
	for i, t := range c.Teams {
		rows[i] = c.row(t)
	}
	return app.Section().Class("chooser").Body(
		app.H1().Class("chooser-title").Text(c.Title),
		app.P().Class("chooser-text").Text(c.Text),
		app.Ul().Class("chooser-list").Body(rows...),
	)
}

func (c Chooser) row(t Team) app.UI {
	if t.Why != "" {
		return app.Li().Class("chooser-off").DataSet("team", t.ID).Body(
			app.P().Class("chooser-name").Text(t.Name),
			app.P().Class("chooser-why").Text(t.Why),
		)
	}
	act := &Act{Name: "choose-team", Value: t.ID, Class: "chooser-act", Label: t.Name, On: c.On}
	if t.Chosen {
		act.Glyph = GlyphCheck
	}
	return app.Li().DataSet("team", t.ID).Body(act)
}

// TeamLine names the chosen team above the clock. Change is nil when there is
// no other.
type TeamLine struct {
	ID, Label, Name string
	Change          *Act
}

// Draw gives the line.
func (t TeamLine) Draw() app.UI {
	return app.P().Class("team-line").DataSet("team", t.ID).Body(
		Unseen(t.Label+":"),
		app.Span().Class("team-name").Text(t.Name),
		app.If(t.Change != nil, func() app.UI { return t.Change }),
	)
}
