package page

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// part is ui.Still for what holds functions: it is drawn anew only when Of, by its
// values, is another.
type part struct {
	app.Compo
	Of   any
	draw func() app.UI // stays the one of the first drawing, as go-app has it
}

// Render draws it.
func (p *part) Render() app.UI { return p.draw() }

// screen keeps a mounted screen fresh: it draws again when the Model changes
// and as time passes.
type screen struct {
	cancel func()        // of the subscription; nil before follow
	later  func(func())  // calls after the next drawing; nil before follow
	redraw func()        // draws again; nil before follow
	gone   chan struct{} // closed when the screen is left; nil before tick
}

// follow calls changed, on the goroutine that draws, after every change.
func (s *screen) follow(ctx app.Context, source Source, changed func(app.Context)) {
	s.later = func(f func()) { ctx.Defer(func(app.Context) { f() }) }
	s.redraw = func() { ctx.Dispatch(func(app.Context) {}) }
	s.cancel = source.Subscribe(func() { ctx.Dispatch(changed) })
}

// focus gives the focus, once the screen was drawn, to the first of these
// elements that is there then.
func (s *screen) focus(ids ...string) {
	if s.later != nil {
		s.later(func() { browser.FocusFirst(ids...) })
	}
}

// tick calls beat, or draws again where that is nil, whenever a whole number of
// periods has passed since the instant that since gives, while the page can be seen.
func (s *screen) tick(source Source, period clock.Span, since func() clock.Instant, beat func()) {
	if beat == nil {
		beat = s.redraw
	}
	gone := make(chan struct{})
	s.gone = gone
	go func() {
		for {
			past := source.Now().Sub(since()) % period
			select {
			case <-time.After((period - past).Duration() + 5*time.Millisecond):
			case <-gone:
				return
			}
			if browser.Visible() {
				beat()
			}
		}
	}()
}

// leave ends what follow and tick began.
func (s *screen) leave() {
	if s.cancel != nil {
		s.cancel()
	}
	if s.gone != nil {
		close(s.gone)
	}
	*s = screen{}
}

// frame puts a screen's own elements between head and foot, or the question
// whether to sign out all the same. said is announced once to assistive
// technology when it changes.
func frame(v view, path, said string, who ui.Who, body ...app.UI) app.UI {
	if v.Leaving {
		body, who = []app.UI{leaving(v, who.On).Draw()}, ui.Who{}
	}
	page := app.Div().Class("page").DataSet("state", string(v.State()))
	return page.Body(
		top(v, path),
		app.Main().ID("main").Class("main").Body(body...),
		ui.Slot(who.Text != "", who.Draw),
		app.P().Class("unseen").Role("status").Text(said),
	)
}

func top(v view, path string) app.UI {
	t := ui.Top{App: words.T(words.AppName), Label: words.T(words.NavLabel)}
	if v.Leaving {
		return &ui.Still{Of: t}
	}
	if v.Me.Person.ID != "" && v.Phase != state.SignedOut {
		t.Links = []ui.Link{
			{Path: PathClock, Name: "clock", Label: words.T(words.NavClock), Glyph: ui.GlyphClock, Here: path == PathClock},
			{Path: PathHistory, Name: "history", Label: words.T(words.NavHistory), Glyph: ui.GlyphHistory, Here: path == PathHistory},
		}
		if slices.ContainsFunc(v.Me.Teams, func(t wire.Team) bool { return t.Supervisor }) {
			t.Links = append(t.Links, ui.Link{Path: wire.ScreenTeam, Name: "team", Label: words.T(words.NavTeam), Glyph: ui.GlyphTeam})
		}
	}
	if v.Phase == state.Opening {
		return &ui.Still{Of: t} // as the server drew it
	}
	t.Links = append(t.Links, ui.Link{
		Path: PathSettings, Name: "settings", Label: words.T(words.SettingsTitle), Glyph: ui.GlyphSettings,
		Small: true, Here: path == PathSettings,
	})
	return &ui.Still{Of: t}
}

// leaving asks whether to sign out while presses wait, and says what becomes of
// them.
func leaving(v view, anyway handler) ui.Blank {
	all, unsafe := v.Unsent()
	b := ui.Blank{
		Problem: "leaving", Glyph: ui.GlyphDevice,
		Title: words.N(words.LeavingTitle, int64(all)),
		Text:  []string{words.T(words.LeavingText, "name", v.Me.Person.Name)},
		Act:   &ui.Act{Name: "stay", Class: "primary", Label: words.T(words.LeavingStay), On: v.stay},
		Other: &ui.Act{Name: "sign-out-anyway", Class: "second", Label: words.T(words.LeavingGo), On: anyway},
	}
	switch {
	case all == 0:
		b.Title, b.Text, b.Glyph = words.T(words.LeavingNone), nil, ui.GlyphCheck
		b.Other.Label = words.T(words.SignOut)
	case unsafe > 0:
		b.Text = []string{words.N(words.LeavingUnsafe, int64(unsafe)), words.T(words.LeavingWait)}
		b.Other.Label = words.T(words.LeavingLose)
	}
	return b
}

func (v view) stay(app.Context, ui.Act) { v.door.Stay() }

// who is the foot of the screen; empty when nobody is signed in.
func who(v view, on func(app.Context, ui.Act)) ui.Who {
	if v.Me.Person.ID == "" || v.Phase == state.SignedOut {
		return ui.Who{}
	}
	return ui.Who{
		Text:    words.T(words.SignedInAs, "name", v.Me.Person.Name),
		SignOut: words.T(words.SignOut),
		On:      on,
	}
}
