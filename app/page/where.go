package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/words"
)

var whereNames = map[state.Where]string{
	state.WhereAsked: "asked", state.WhereSaid: "said", state.WhereKept: "kept",
	state.WhereDenied: "denied", state.WhereUnable: "unable",
}

// where tells what a press says of where it is made. It stands there whatever
// holds, so that nobody's position is asked for unsaid.
func (c *Clock) where(v view) ui.Where {
	said := func(keys ...words.Key) ui.Where {
		w := ui.Where{Name: whereNames[v.Where], Lines: []string{words.T(words.WhereRecorded)}}
		for _, k := range keys {
			w.Lines = append(w.Lines, words.T(k))
		}
		return w
	}
	yes := &ui.Act{Name: "where-yes", Class: "link", Label: words.T(words.WhereYes), On: c.sayWhere}
	no := &ui.Act{Name: "where-no", Class: "link", Label: words.T(words.WhereNo), On: c.keepWhere}
	switch v.Where {
	case state.WhereAsked:
		w := said(words.WhereAsk, words.WhereKeeping, words.WhereWithout)
		yes.Class, no.Class = "second", "second"
		w.Acts = []*ui.Act{yes, no}
		return w
	case state.WhereSaid:
		w := said(words.WhereSent, words.WhereKeeping)
		no.Label = words.T(words.WhereStop)
		w.Acts = []*ui.Act{no}
		return w
	case state.WhereKept:
		w := said(words.WhereNotSent)
		w.Acts = []*ui.Act{yes}
		return w
	case state.WhereDenied:
		return said(words.WhereDenied, words.WhereDeniedDo)
	case state.WhereUnable:
		return said(words.WhereUnable)
	}
	return ui.Where{}
}

func (c *Clock) sayWhere(app.Context, ui.Act)  { c.letPlace(true) }
func (c *Clock) keepWhere(app.Context, ui.Act) { c.letPlace(false) }

// letPlace takes the answer, and the focus to what that means: the button that
// was pressed may be gone.
func (c *Clock) letPlace(may bool) {
	c.Store.LetPlace(may)
	c.focus(ui.WhereID)
}

// placed adds to where a press has come whether it was made at the team's
// location, once the server has said so, where the team wants to know.
func placed(v view, p state.Press, place string) string {
	switch {
	case !v.located(p.Team) || p.Helped:
		return place
	case p.Placing:
		return words.T(words.PressPlacing, "place", place)
	case p.Received == 0:
		return place
	case p.Approved == nil:
		return words.T(words.PressNowhere, "place", place)
	case *p.Approved:
		return words.T(words.PressThere, "place", place)
	}
	return words.T(words.PressAway, "place", place)
}

// located reports whether a team of the person's has an approved location.
func (v view) located(team string) bool {
	for _, t := range v.Me.Teams {
		if t.ID == team {
			return t.Located
		}
	}
	return false
}

// wheres tells whether a card was begun and ended at the team's location, as far
// as that is known.
func wheres(c clock.Card) string {
	began, ended := whereOf(c.In, words.CardInThere, words.CardInAway), whereOf(c.Out, words.CardOutThere, words.CardOutAway)
	if began == "" || ended == "" {
		return began + ended
	}
	return words.T(words.CardWheres, "first", began, "second", ended)
}

func whereOf(e *clock.Event, there, away words.Key) string {
	switch {
	case e == nil || e.Approved == nil:
		return ""
	case *e.Approved:
		return words.T(there)
	}
	return words.T(away)
}
