package ui

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

func TestActTellsItsOwnerWhichItIs(t *testing.T) {
	var got []string
	on := func(_ app.Context, act Act) { got = append(got, act.Name+" "+act.Value) }
	row := &Act{Name: "dismiss", Value: "one", On: on}
	row.click(app.Context{}, app.Event{})
	row.Value = "two" // as go-app does when the row above is gone
	row.click(app.Context{}, app.Event{})
	if want := "dismiss one, dismiss two"; strings.Join(got, ", ") != want {
		t.Errorf("clicks told %q, want %q", got, want)
	}
	(&Act{Name: "clockIn", Kind: "clockIn"}).click(app.Context{}, app.Event{})
}

func TestActIsASubmitButtonOnlyForAPress(t *testing.T) {
	for _, row := range []struct {
		act  Act
		want []string
	}{
		{Act{Name: "clockIn", Kind: "clockIn", Label: "Clock in", Spoken: "Clock in as Anna"},
			[]string{`type="submit"`, `name="kind"`, `value="clockIn"`, `data-act="clockIn"`, `aria-label="Clock in as Anna"`}},
		{Act{Name: "dismiss", Value: "p1", Label: "Dismiss"},
			[]string{`type="button"`, `data-act="dismiss"`, `data-value="p1"`}},
		{Act{Name: "clockOut", Kind: "clockOut", Busy: true},
			[]string{"is-busy", "aria-disabled"}},
	} {
		markup := draw(t, &row.act)
		for _, want := range row.want {
			if !strings.Contains(markup, want) {
				t.Errorf("the button %q lacks %s:\n%s", row.act.Label, want, markup)
			}
		}
	}
}

func TestAskBeginsAnewAboutSomethingElse(t *testing.T) {
	var got []string
	a := &Ask{ID: "f", Value: "one", Start: "2026-03-31T16:30", On: func(_ app.Context, about, text string) { got = append(got, about+" "+text) }}
	a.Render()
	a.send(app.Context{}, Act{})
	a.text = "2026-03-31T17:00"
	a.Start = "2026-03-31T16:45" // the proposal changed, which overrules nobody
	a.Render()
	a.send(app.Context{}, Act{})
	a.Value, a.Start = "two", ""
	a.Render()
	a.send(app.Context{}, Act{})
	if want := "one 2026-03-31T16:30, one 2026-03-31T17:00, two "; strings.Join(got, ", ") != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestNothingSetsAStyle(t *testing.T) {
	on := func(app.Context, Act) {}
	act := func() *Act { return &Act{Name: "x", Label: "x", Glyph: GlyphCheck, Sub: "y", On: on} }
	for name, part := range map[string]app.UI{
		"top":      Top{App: "x", Links: []Link{{Path: "/", Name: "clock", Glyph: GlyphClock, Here: true}}}.Draw(),
		"hero":     Hero{State: "onBreak", Since: "x", Second: act(), NotYou: act(), Ahead: []string{"x"}}.Draw(),
		"opening":  Opening{Presses: []Plain{{Kind: "clockIn"}}}.Draw(),
		"note":     Note{Start: "x", Max: 5}.Draw(),
		"notice":   Notice{Problem: "x", Detail: "x", Act: act()}.Draw(),
		"blank":    Blank{Text: []string{"x"}, Detail: "x", Act: act(), Other: act()}.Draw(),
		"section":  Section{Text: []string{"x"}, Facts: []Side{{"x", "y"}}, Steps: []Step{{GlyphPlus, "x"}}, Rows: []Row{{Mark: "x", Act: act()}, {Sure: &Sure{"x", act(), act()}}}, Wait: "x", Wrong: &Notice{Other: act()}, Acts: []*Act{act()}}.Draw(),
		"skeleton": Skeleton("x", 2),
		"shift":    Shift{Times: "x", Title: "x", Done: 40}.Draw(),
		"week":     Week{Totals: []Total{{Aside: "x"}}, Bars: []Bar{{Height: 50, Today: true}}}.Draw(),
		"presses":  Presses("id", "x", []Press{{Place: "here", Problem: "x", Do: "x", Dismiss: act()}}),
		"question": Question{Propose: act(), Ask: &Ask{ID: "a", Start: "x", Hint: "x", Error: "x"}, Other: act(), NotYou: act()}.Draw(),
		"conflict": Conflict{Sides: []Side{{"x", "y"}}, Choices: []*Act{act()}, Ask: &Ask{ID: "a"}, Trouble: "x"}.Draw(),
		"chooser":  Chooser{Teams: []Team{{ID: "a", Chosen: true}, {ID: "b", Why: "x"}}, On: on}.Draw(),
		"history":  HistoryWeek{Days: []HistoryDay{{Cards: []HistoryCard{{Open: true, Lines: []HistoryLine{{Aside: "x"}}}}}}}.Draw(),
	} {
		if markup := draw(t, &frame{part: part}); strings.Contains(markup, "style=") {
			t.Errorf("%s has a style attribute, which the Content-Security-Policy forbids:\n%s", name, markup)
		}
	}
}

// frame makes a component of any element.
type frame struct {
	app.Compo
	part app.UI
}

func (f *frame) Render() app.UI { return f.part }

// draw gives the markup of c in go-app's engine.
func draw(t *testing.T, c app.Composer) string {
	t.Helper()
	engine := app.NewTestEngine()
	if err := engine.Load(c); err != nil {
		t.Fatalf("load: %v", err)
	}
	engine.ConsumeAll()
	return app.HTMLString(c)
}
