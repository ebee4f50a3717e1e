package screen

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// follower keeps a mounted screen fresh: it draws again when the Model changes
// and as time passes.
type follower struct {
	cancel func()        // of the subscription; nil before follow
	later  func(func())  // calls after the next drawing; nil before follow
	gone   chan struct{} // closed when the screen is left; nil before tick
}

// follow calls changed, on the goroutine that draws, after every change.
func (f *follower) follow(ctx app.Context, s Store, changed func()) {
	f.later = func(f func()) { ctx.Defer(func(app.Context) { f() }) }
	f.cancel = s.Subscribe(func() { ctx.Dispatch(func(app.Context) { changed() }) })
}

// tick draws again whenever a minute is full, while the page can be seen.
func (f *follower) tick(ctx app.Context, s Store) {
	gone := make(chan struct{})
	f.gone = gone
	go func() {
		for {
			left := clock.Minute - clock.Span(s.Now())%clock.Minute
			select {
			case <-time.After(left.Duration() + 5*time.Millisecond):
			case <-gone:
				return
			}
			if browser.Visible() {
				ctx.Dispatch(func(app.Context) {})
			}
		}
	}()
}

// leave ends what follow and tick began.
func (f *follower) leave() {
	if f.cancel != nil {
		f.cancel()
	}
	if f.gone != nil {
		close(f.gone)
	}
	*f = follower{}
}

// focus gives the focus, once the screen was drawn, to the first of these
// elements that is there then.
func (f *follower) focus(ids ...string) {
	if f.later != nil {
		f.later(func() { browser.FocusFirst(ids...) })
	}
}

// frame puts a screen's own elements between head and foot. said is announced
// once to assistive technology when it changes.
func frame(s Store, name, path, said string, body ...app.UI) app.UI {
	m := s.Model()
	return app.Div().Class("page").DataSet("screen", name).Body(
		top(m, path),
		app.Main().ID("main").Class("main").Body(body...),
		app.If(m.Me.Person.ID != "", func() app.UI {
			return ui.Who{
				Text: words.T(words.SignedInAs, "name", m.Me.Person.Name), SignOut: words.T(words.SignOut),
				On: func(app.Context, ui.Act) { s.SignOut() },
			}.Draw()
		}),
		app.P().Class("unseen").Role("status").Text(said),
	)
}

func top(m desk.Model, path string) app.UI {
	links := []ui.Link{{Path: "/", Name: "clock", Label: words.T(words.NavClock), Glyph: ui.GlyphClock}}
	if m.Phase == desk.Ready {
		links = append(links,
			ui.Link{Path: wire.ScreenTeam, Name: "team", Label: words.T(words.NavTeam), Glyph: ui.GlyphTeam, Here: path == wire.ScreenTeam},
			ui.Link{Path: wire.ScreenRequests, Name: "requests", Label: words.T(words.RequestsTitle), Glyph: ui.GlyphNote, Here: path == wire.ScreenRequests},
			ui.Link{Path: wire.ScreenReport, Name: "report", Label: words.T(words.ReportTitle), Glyph: ui.GlyphWeek, Here: path == wire.ScreenReport})
	}
	links = append(links, ui.Link{Path: wire.ScreenSettings, Name: "settings", Label: words.T(words.SettingsTitle), Glyph: ui.GlyphSettings, Small: true})
	return ui.Top{App: words.T(words.AppName), Label: words.T(words.NavLabel), Links: links}.Draw()
}

// gate gives what stands in place of every screen while nobody may see one; nil
// when the person may.
func gate(s Store) app.UI {
	m := s.Model()
	switch m.Phase {
	case desk.Opening:
		return app.Div().Class("board").Body(
			app.H1().Class("unseen").Text(words.T(words.DeskTitle)),
			ui.Skeleton(words.T(words.PageOpening), 6),
		)
	case desk.SignedOut:
		return ui.Blank{
			Glyph: ui.GlyphTeam, Title: words.T(words.WelcomeTitle), Text: []string{words.T(words.DeskWelcome)},
			Act: &ui.Act{Name: "sign-in", Class: "primary", Label: words.T(words.SignIn), On: func(app.Context, ui.Act) { s.SignIn() }},
		}.Draw()
	case desk.Denied:
		return ui.Blank{
			Problem: "denied", Glyph: ui.GlyphAlert,
			Title: words.T(words.DeskDeniedTitle), Text: []string{words.T(words.DeskDeniedText)},
		}.Draw()
	case desk.Broken:
		return failed(m.Trouble, func(app.Context, ui.Act) { s.Retry() }).Draw()
	}
	return nil
}

// failed fills a screen that could not be read.
func failed(p wire.Problem, again func(app.Context, ui.Act)) ui.Blank {
	advice := problem(p.Code)
	b := ui.Blank{
		Problem: string(p.Code), Glyph: ui.GlyphAlert,
		Title: words.T(words.DeskBroken), Text: []string{advice.What, advice.Do},
		Act: &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: again},
	}
	if p.RequestID != "" {
		b.Detail = words.T(words.Reference, "id", p.RequestID)
	}
	return b
}

// trouble says that something could not be done or read.
func trouble(code wire.Code, act *ui.Act) ui.Notice {
	advice := problem(code)
	return ui.Notice{Problem: string(code), Tone: ui.Grave, What: advice.What, Do: advice.Do, Act: act}
}

// timesOf tells times of the chosen team.
func timesOf(s Store) tell.Times {
	return tell.For(s.Now(), s.TeamZone(), s.Model().TeamOf().Zone)
}

func valueOf(ctx app.Context) string { return ctx.JSSrc().Get("value").String() }
