package ui

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// counted counts how often it is drawn.
type counted struct {
	Week
	drawn *int
}

func (c counted) Draw() app.UI {
	*c.drawn++
	return c.Week.Draw()
}

// ticking is drawn with every tick.
type ticking struct {
	app.Compo
	ctx   app.Context
	ticks int
	shown string
	drawn int
}

// OnPreRender is OnMount without a browser.
func (a *ticking) OnPreRender(ctx app.Context) { a.ctx = ctx }

func (a *ticking) Render() app.UI {
	week := Week{Totals: []Total{{Label: "Today", Shown: a.shown}}, Bars: []Bar{{Day: "2026-03-24", Height: 50}}}
	return app.Div().Body(app.Span().Text(a.ticks), &Still{Of: counted{week, &a.drawn}})
}

// TestStillIsDrawnWhenItChanges: not with every tick of what is around it.
func TestStillIsDrawnWhenItChanges(t *testing.T) {
	a := &ticking{shown: "1 h"}
	engine := app.NewTestEngine()
	if err := engine.Load(a); err != nil {
		t.Fatal(err)
	}
	engine.ConsumeAll()
	tick := func(shown, want string) {
		t.Helper()
		a.ctx.Dispatch(func(app.Context) { a.ticks++; a.shown = shown })
		engine.ConsumeAll()
		if got := app.HTMLString(a); !strings.Contains(got, want) {
			t.Errorf("it is drawn as %s, want %s in it", got, want)
		}
	}
	tick("1 h", "<span>1</span>")
	first := a.drawn
	tick("1 h", "<span>2</span>")
	tick("1 h", "<span>3</span>")
	if a.drawn != first || first == 0 {
		t.Errorf("it was drawn %d times, and %d more while it stayed what it was", first, a.drawn-first)
	}
	tick("2 h", "2 h")
	if a.drawn != first+1 {
		t.Errorf("after a change it was drawn %d times, want once", a.drawn-first)
	}
}
