package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Ids of elements on the board.
const (
	rowsID     = "rows"
	sectionsID = "sections"
	searchID   = "search"
)

// Board is the team as it is now.
type Board struct {
	app.Compo
	follower

	Store Store

	shown *shown
	step  desk.Step // of acting for others, as last seen
	alone string    // who is acted for, when that is one person
}

// shown is what the board shows, worked out once for what it depends on. It is not
// changed. That n comes first lets go-app tell one from another, field by field,
// without a look at a thousand rows.
type shown struct {
	n      int // how many were there before
	all    []*desk.Row
	view   desk.View
	minute clock.Instant

	rows  []*desk.Row
	count map[desk.Group]int
}

// OnPreRender is OnMount without a browser, for tests.
func (b *Board) OnPreRender(ctx app.Context) { b.load(ctx) }

// OnMount begins to follow the Store.
func (b *Board) OnMount(ctx app.Context) {
	b.load(ctx)
	b.tick(ctx, b.Store)
	ctx.Page().SetTitle(words.T(words.DeskTitle) + " · " + words.T(words.AppName))
}

func (b *Board) load(ctx app.Context) { b.follow(ctx, b.Store, b.changed) }

// OnDismount ends what OnMount began.
func (b *Board) OnDismount() { b.leave() }

// changed is called after every change of the Model.
func (b *Board) changed() { b.later(b.attend) }

// attend opens and closes the dialog as the Model says. The focus goes to its
// title when another step has begun, and back to whoever was acted for.
func (b *Board) attend() {
	m := b.Store.Model()
	step, before := m.Behalf.Step, b.step
	b.step = step
	if step != desk.Idle {
		if b.alone = ""; len(m.Behalf.Acts) == 1 {
			b.alone = m.Behalf.Acts[0].Person.ID
		}
		if browser.OpenDialog(actingID) || step != before {
			browser.FocusFirst(actingTitleID)
		}
		return
	}
	if browser.CloseDialog(actingID) && (b.alone != "" || len(m.Chosen) == 0) {
		browser.FocusFirst("person-"+b.alone, searchID)
	}
}

// Render draws the screen that fits the Model.
func (b *Board) Render() app.UI {
	if gate := gate(b.Store); gate != nil {
		return frame(b.Store, "board", wire.ScreenTeam, "", gate)
	}
	m := b.Store.Model()
	b.choose(m)
	return frame(b.Store, "board", wire.ScreenTeam, b.said(m), app.Div().Class("board").Body(
		b.head(m),
		ui.Notices(b.notices(m)),
		b.people(m),
		b.chosenBar(m),
		&acting{Store: b.Store, Behalf: m.Behalf, Minute: b.shown.minute},
	))
}

// choose works out the rows that are shown.
func (b *Board) choose(m desk.Model) {
	now := b.Store.Now()
	minute := now - now%clock.Instant(clock.Minute)
	was := b.shown
	if was != nil && was.minute == minute && was.view == m.View && sameRows(was.all, m.Board.Rows) {
		return
	}
	b.shown = &shown{
		all: m.Board.Rows, view: m.View, minute: minute,
		rows:  m.View.Select(m.Board.Rows, browser.Fold(m.View.Search), now),
		count: desk.Count(m.Board.Rows, now),
	}
	if was != nil {
		b.shown.n = was.n + 1
	}
}

// sameRows reports whether both are one slice, whose rows do not change.
func sameRows(a, b []*desk.Row) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// said is announced: how many are shown, when something was searched for.
func (b *Board) said(m desk.Model) string {
	if !m.Board.Read() || m.View.Search == "" && (m.View.Group == desk.All || m.View.Group == "") {
		return ""
	}
	return words.N(words.BoardShown, int64(len(b.shown.rows)))
}

func (b *Board) notices(m desk.Model) []ui.Notice {
	again := &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: b.refresh}
	var all []ui.Notice
	switch {
	case m.Board.Trouble.Code != "" && m.Board.Read():
		all = append(all, trouble(m.Board.Trouble.Code, again))
	case m.Board.Stale == wire.CodeRefused:
		all = append(all, ui.Notice{Problem: "hidden", Tone: ui.Calm, What: words.T(words.BoardHidden), Do: words.T(words.BoardHiddenDo)})
	case m.Board.Stale != "":
		all = append(all, trouble(m.Board.Stale, again))
	}
	if m.Board.ShiftsStale != "" {
		all = append(all, ui.Notice{Problem: "shifts", Tone: ui.Calm, What: words.T(words.BoardNoShifts), Do: words.T(words.BoardNoShiftsDo)})
	}
	return all
}

// people is the list of them, or what stands in its place.
func (b *Board) people(m desk.Model) app.UI {
	switch {
	case !m.Board.Read() && m.Board.Trouble.Code != "":
		return failed(m.Board.Trouble, b.refresh).Draw()
	case !m.Board.Read():
		return ui.Skeleton(words.T(words.BoardReading), 8)
	case len(m.Board.Rows) == 0:
		return ui.Blank{Problem: "empty", Glyph: ui.GlyphTeam, Title: words.T(words.BoardEmpty), Text: []string{words.T(words.BoardEmptyDo)}}.Draw()
	}
	return app.Div().Class("people").Body(
		b.groups(m),
		b.tools(m),
		b.table(m),
		app.If(len(b.shown.rows) == 0, func() app.UI {
			return ui.Blank{Problem: "none", Glyph: ui.GlyphTeam, Title: words.T(words.BoardNone), Act: &ui.Act{
				Name: "show-all", Class: "second", Label: words.T(words.BoardShowAll), On: b.showAll,
			}}.Draw()
		}),
	)
}

// table lists the rows that are shown.
func (b *Board) table(m desk.Model) app.UI {
	return app.Div().Class("table").Role("table").
		Aria("label", words.T(words.BoardPeople)).Aria("rowcount", len(b.shown.rows)+1).Body(
		tableHead(),
		&list{Store: b.Store, Shown: b.shown, Chosen: m.Chosen, Zone: m.TeamOf().Zone},
	)
}

func (b *Board) refresh(app.Context, ui.Act) { b.Store.Refresh() }

func (b *Board) showAll(app.Context, ui.Act) {
	browser.SetValue(searchID, "")
	b.Store.Show(func(v *desk.View) { v.Group, v.Search = desk.All, "" })
	b.focus(searchID)
}
