package gallery

import (
	"net/url"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/desk/screen"
	"timeclock/app/page"
	"timeclock/app/wire"
)

// office is a Store of the supervisors' screens that shows one Model.
type office struct {
	screen.Store
	model desk.Model
	draft *desk.Draft
}

func (o office) Model() desk.Model              { return o.model }
func (office) Now() clock.Instant               { return now }
func (office) TeamZone() clock.Zone             { return clock.InLocation(stockholm) }
func (office) Subscribe(func()) (cancel func()) { return func() {} }
func (office) ReadInbox()                       {}
func (office) ReadReport(desk.Span, bool)       {}
func (office) ReadDays(desk.Period)             {}
func (office) ShowPerson(string, clock.Date)    {}
func (office) ShowCard(string, string)          {}
func (office) KeepDraft(desk.Draft)             {}

func (o office) Draft() (desk.Draft, bool) {
	if o.draft == nil {
		return desk.Draft{}, false
	}
	return *o.draft, true
}

// visit is a screen at an address, out of which it reads what it shows.
type visit struct {
	app.Compo
	query url.Values
	Shown app.Composer
}

func (v *visit) OnPreRender(ctx app.Context) {
	ctx.Page().ReplaceURL(&url.URL{Path: "/", RawQuery: v.query.Encode()})
}

func (v *visit) Render() app.UI { return v.Shown }

// supervisor is one signed in, whose team is as it is this morning.
func supervisor(change ...func(*desk.Model)) desk.Model {
	m := desk.Model{
		Phase: desk.Ready, Team: "t1",
		Me: wire.Me{Person: wire.Person{ID: "s", Name: "Sara Virtanen"}, Rules: clock.DefaultRules},
		Teams: []wire.Team{
			{ID: "t1", Name: "Café Norr", Zone: "Europe/Stockholm", FirstDay: 1, Supervisor: true},
			{ID: "t2", Name: "Bakery", Zone: "Europe/Stockholm", FirstDay: 1, Supervisor: true},
		},
		Board: desk.Board{Live: true, AsOf: now.Add(-2 * clock.Minute), Rows: rows()},
		View:  desk.View{Sort: desk.ByName},
	}
	for _, f := range change {
		f(&m)
	}
	return m
}

// rows are people in every state, with everything that can be said of one.
func rows() []*desk.Row {
	on := func(id, name string, s clock.State, since string, worked clock.Span, change ...func(*desk.Row)) *desk.Row {
		r := &desk.Row{Row: wire.Row{Person: wire.Person{ID: id, Name: name}, State: s, Worked: worked}}
		if since != "" {
			r.Since, r.Began = at(since), at(since)
		}
		r.Shifts = []wire.Shift{{Start: at("2026-04-01 08:00"), End: at("2026-04-01 16:30")}}
		for _, f := range change {
			f(r)
		}
		return r
	}
	mark := func(k clock.MarkKind, from, shift string) func(*desk.Row) {
		return func(r *desk.Row) {
			r.Marks = append(r.Marks, clock.Mark{Kind: k, From: at(from), Shift: at(shift)})
		}
	}
	return []*desk.Row{
		on("a", "Anna Lind", clock.In, "2026-04-01 08:02", 0),
		on("b", "Ben Okafor", clock.OnBreak, "2026-04-01 11:00", 2*clock.Hour+58*clock.Minute),
		on("c", "Carla Wolfeschlegelsteinhausen-Bergerdorff", clock.In, "2026-04-01 08:21", 0, mark(clock.Late, "2026-04-01 08:21", "2026-04-01 08:00")),
		on("d", "Dmitri Dubois", clock.In, "2026-03-31 08:00", 0, mark(clock.OpenLong, "2026-04-01 00:00", "2026-03-31 08:00")),
		on("e", "Elsa Eriksen", clock.Out, "", 0, mark(clock.Missing, "2026-04-01 08:05", "2026-04-01 08:00")),
		on("f", "Farid Kaya", clock.Out, "2026-04-01 10:31", 2*clock.Hour+29*clock.Minute, func(r *desk.Row) {
			r.Waiting = []wire.Receipt{{ID: "w", Kind: clock.ClockOut, Status: wire.Accepted, At: at("2026-04-01 10:31")}}
		}),
		on("g", "Greta Larsson", clock.In, "2026-04-01 07:58", 0, func(r *desk.Row) {
			r.Waiting = []wire.Receipt{{ID: "x", Kind: clock.ClockIn, Status: wire.Conflicted, At: at("2026-04-01 07:58")}}
		}),
		on("h", "Hana Sato", clock.Out, "2026-03-31 16:30", 0, func(r *desk.Row) { r.Amends, r.Clashes = 1, 1 }),
		on("i", "Ida Nyström", clock.Unknown, "", 0),
	}
}

func board(name, title string, change ...func(*desk.Model)) Specimen {
	return Specimen{Name: name, Title: title, draw: func(page.Store) app.Composer { return &screen.Board{Store: office{model: supervisor(change...)}} }}
}

func boards() []Specimen {
	failed := wire.Problem{Code: wire.CodeGraphDown, RequestID: "4a7f09"}
	phase := func(p desk.Phase) func(*desk.Model) {
		return func(m *desk.Model) { *m = desk.Model{Phase: p, Trouble: failed} }
	}
	return []Specimen{
		board("board", "Everybody"),
		board("board-reading", "Being read", func(m *desk.Model) { m.Board = desk.Board{Loading: true} }),
		board("board-failed", "Not to be read", func(m *desk.Model) { m.Board = desk.Board{Trouble: failed} }),
		board("board-stale", "Nothing newer is known", func(m *desk.Model) {
			m.Board.Stale, m.Board.ShiftsStale, m.Board.Live = wire.CodeGraphDown, wire.CodeGraphDown, false
		}),
		board("board-again-failed", "Not to be read again", func(m *desk.Model) { m.Board.Trouble = failed }),
		board("board-empty", "Nobody is in the team", func(m *desk.Model) { m.Board.Rows = []*desk.Row{} }),
		board("board-none", "Nobody is found", func(m *desk.Model) { m.View.Search = "zz" }),
		board("board-chosen", "Some are chosen", func(m *desk.Model) { m.Chosen = map[string]bool{"a": true, "b": true} }),
		board("desk-opening", "Opening", phase(desk.Opening)),
		board("desk-signed-out", "Nobody is signed in", phase(desk.SignedOut)),
		board("desk-denied", "No supervisor", phase(desk.Denied)),
		board("desk-broken", "Nothing known", phase(desk.Broken)),
	}
}
