package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// head names the team, lets one choose another, and tells how old the data is.
func (b *Board) head(m desk.Model) app.UI {
	return app.Header().Class("board-head").Body(
		teamPick(b.Store, m),
		app.P().Class("board-age").DataSet("live", m.Board.Live).Body(
			app.Span().Class("board-age-text").Text(age(m.Board, b.Store.Now())),
			&ui.Act{Name: "refresh", Class: "link", Label: words.T(words.Refresh), Busy: m.Board.Loading, On: b.refresh},
		),
	)
}

// teamPick is the heading of a screen: the team, and the way to others.
func teamPick(s Store, m desk.Model) app.UI {
	if len(m.Teams) == 1 {
		return app.H1().Class("board-title").Text(m.TeamOf().Name)
	}
	return app.H1().Class("board-title").Body(
		app.Label().Class("unseen").For("team-pick").Text(words.T(words.TeamLabel)),
		options("team-pick", "pick-team", m.Team, m.Teams,
			func(t wire.Team) (string, string) { return t.ID, t.Name }, s.ChooseTeam),
	)
}

// options is a list to choose one of.
func options[T any](id, class, chosen string, all []T, tell func(T) (value, text string), on func(string)) app.UI {
	body := make([]app.UI, len(all))
	for i, one := range all {
		value, text := tell(one)
		body[i] = app.Option().Value(value).Selected(value == chosen).Text(text)
	}
	return app.Select().ID(id).Class("pick", class).Body(body...).
		OnChange(func(ctx app.Context, _ app.Event) { on(valueOf(ctx)) })
}

// age tells how old a board is, and whether news of it is heard.
func age(b desk.Board, now clock.Instant) string {
	ago := words.T(words.NeverRead)
	switch minutes := int64(now.Sub(b.AsOf) / clock.Minute); {
	case b.Loading:
		ago = words.T(words.Reading)
	case b.AsOf == 0:
	case minutes < 1:
		ago = words.T(words.BoardJustNow)
	default:
		ago = words.T(words.BoardAgo, "length", words.Length(now.Sub(b.AsOf)))
	}
	if b.Live {
		return words.T(words.BoardLive, "age", ago)
	}
	return words.T(words.BoardNotLive, "age", ago)
}

var groupNames = map[desk.Group]words.Key{
	desk.All: words.GroupAll, desk.In: words.GroupIn, desk.OnBreak: words.GroupBreak, desk.Out: words.GroupOut,
	desk.Late: words.GroupLate, desk.Missing: words.GroupMissing, desk.OpenLong: words.GroupOpen, desk.Waiting: words.GroupWaiting,
}

// always lists the groups that are offered even when nobody is in them.
var always = map[desk.Group]bool{desk.All: true, desk.In: true, desk.OnBreak: true, desk.Out: true}

// groups counts who is where; each count shows those it counts.
func (b *Board) groups(m desk.Model) app.UI {
	var chips []app.UI
	for _, g := range desk.Groups {
		n, here := b.shown.count[g], g == m.View.Group || m.View.Group == "" && g == desk.All
		if n == 0 && !here && !always[g] {
			continue
		}
		chips = append(chips, &chip{Group: g, Count: n, Here: here, Store: b.Store})
	}
	return app.Div().Class("groups").Role("group").Aria("label", words.T(words.BoardGroups)).Body(chips...)
}

// chip is one group with its count.
type chip struct {
	app.Compo
	Group desk.Group
	Count int
	Here  bool
	Store Store
}

// Render draws the button.
func (c *chip) Render() app.UI {
	return app.Button().Type("button").Class("chip").DataSet("act", "group").DataSet("value", string(c.Group)).
		DataSet("group", string(c.Group)).Aria("pressed", c.Here).
		OnClick(c.click).Body(
		app.Span().Class("chip-dot").Aria("hidden", true),
		app.Span().Class("chip-name").Text(words.T(groupNames[c.Group])),
		app.Span().Class("chip-count").Text(c.Count),
	)
}

func (c *chip) click(app.Context, app.Event) {
	group := c.Group
	if c.Here {
		group = desk.All
	}
	c.Store.Show(func(v *desk.View) { v.Group = group })
}

var sortNames = map[desk.Sort]words.Key{
	desk.ByName: words.SortName, desk.ByAttention: words.SortAttention,
	desk.BySince: words.SortSince, desk.ByWorked: words.SortWorked,
}

// tools search and sort.
func (b *Board) tools(m desk.Model) app.UI {
	search := app.Input().ID(searchID).Class("search").Type("search").
		Attr("autocomplete", "off").Attr("spellcheck", "false").
		Placeholder(words.T(words.BoardSearch)).OnInput(func(ctx app.Context, _ app.Event) {
		text := valueOf(ctx)
		b.Store.Show(func(v *desk.View) { v.Search = text })
	})
	return app.Div().Class("tools").Body(
		app.Label().Class("unseen").For(searchID).Text(words.T(words.BoardSearch)),
		search,
		app.Label().Class("unseen").For("sort").Text(words.T(words.BoardSort)),
		options("sort", "pick-sort", string(m.View.Sort), desk.Sorts,
			func(s desk.Sort) (string, string) { return string(s), words.T(sortNames[s]) },
			func(value string) { b.Store.Show(func(v *desk.View) { v.Sort = desk.Sort(value) }) }),
	)
}

// chosenBar tells how many are chosen, and what can be done for them.
func (b *Board) chosenBar(m desk.Model) app.UI {
	n := int64(len(m.Chosen))
	if n == 0 {
		return nil
	}
	return app.Div().Class("chosen-bar").Role("region").Aria("label", words.N(words.BoardChosen, n)).Body(
		app.P().Class("chosen-count").Role("status").Text(words.N(words.BoardChosen, n)),
		&ui.Act{Name: "act-for-chosen", Class: "primary", Label: words.T(words.BoardAct), On: b.actForChosen},
		&ui.Act{Name: "choose-all", Class: "link", Label: words.N(words.BoardChooseAll, int64(len(b.shown.rows))), On: b.chooseAll},
		&ui.Act{Name: "choose-none", Class: "link", Label: words.T(words.BoardChooseNone), On: b.chooseNone},
	)
}

func (b *Board) chooseNone(app.Context, ui.Act) { b.Store.ChooseNone() }

func (b *Board) chooseAll(app.Context, ui.Act) {
	ids := make([]string, len(b.shown.rows))
	for i, r := range b.shown.rows {
		ids[i] = r.Person.ID
	}
	b.Store.Choose(true, ids...)
}

// actForChosen begins to act for them, with what most of them are likely to do
// next.
func (b *Board) actForChosen(app.Context, ui.Act) {
	m := b.Store.Model()
	likely := map[clock.Kind]int{}
	var ids []string
	best := clock.ClockIn
	for _, r := range m.Board.Rows {
		if !m.Chosen[r.Person.ID] {
			continue
		}
		ids = append(ids, r.Person.ID)
		k := next(r.State)
		if likely[k]++; likely[k] > likely[best] {
			best = k
		}
	}
	b.Store.Begin(best, ids...)
}

// next is the press that somebody who stands there is likely to need.
func next(s clock.State) clock.Kind {
	switch s {
	case clock.In:
		return clock.ClockOut
	case clock.OnBreak:
		return clock.EndBreak
	}
	return clock.ClockIn
}
