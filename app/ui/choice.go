package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Choice is one thing chosen out of a few, all of them in sight. It takes hold
// at once.
type Choice struct {
	Name  string // what the buttons do; stands in data-act
	Label string
	Shown bool // whether Label stands above the options, too
	Of    []Option
	On    func(app.Context, Act)
}

// Option is what can be chosen.
type Option struct {
	Value  string
	Label  string
	Lang   string // of Label, where that is another language than the page's
	Chosen bool
}

// Draw gives the options as buttons of which one is down.
func (c Choice) Draw() app.UI {
	options := make([]app.UI, len(c.Of))
	for i, o := range c.Of {
		act := &Act{Name: c.Name, Value: o.Value, Class: "option", Label: o.Label, Lang: o.Lang, Toggle: Up, On: c.On}
		if o.Chosen {
			act.Toggle, act.Glyph = Down, GlyphCheck
		}
		options[i] = act
	}
	group := app.Div().Class("options").Role("group").Aria("label", c.Label).Body(options...)
	if !c.Shown {
		return group
	}
	return app.Div().Body(app.P().Class("options-label").Aria("hidden", true).Text(c.Label), group)
}
