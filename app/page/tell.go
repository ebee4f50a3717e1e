package page

import (
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/tell"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// view is one Model at one moment, with what is needed to tell it in words.
type view struct {
	state.Model
	team   wire.Team
	now    clock.Instant
	zone   clock.Zone
	format browser.Format
	door   Door
	gadget Gadget

	shown    []clock.Card // Model.Shown
	standing clock.State  // Model.State
}

func look(s Store) view {
	m := s.Model()
	team, _ := m.TeamOf()
	return view{
		shown:    m.Shown(),
		standing: m.State(),

		Model:  m,
		team:   team,
		door:   s,
		gadget: s,
		now:    s.Now(),
		zone:   s.Zone(),
		format: browser.Format{Locale: tell.Locale(), Zone: team.Zone},
	}
}

// Shown and State are those of the Model, worked out once.
func (v view) Shown() []clock.Card { return v.shown }
func (v view) State() clock.State  { return v.standing }

func (v view) today() clock.Date { return clock.DateOf(v.now, v.zone) }

// weekOf gives the first day of the week that d falls in, as the team counts.
func (v view) weekOf(d clock.Date) clock.Date { return d.Week(time.Weekday(v.team.FirstDay)) }

// zoneNote says whose times these are, when the reader's own differ.
func (v view) zoneNote() string {
	if v.team.Zone == "" || browser.Zone("").Offset(v.now) == v.zone.Offset(v.now) {
		return ""
	}
	return words.T(words.TeamZone, "team", v.team.Name, "zone", v.team.Zone)
}

// minutes cuts s to the minute.
func minutes(s clock.Span) clock.Span { return s - s%clock.Minute }

// share gives what to show for part when it is the next of several parts that
// stand above their total: before is the sum of the parts already shown. Each
// is cut so that the rows a person adds up give the total that is shown.
func share(before, part clock.Span) clock.Span {
	return minutes(before+part) - minutes(before)
}
