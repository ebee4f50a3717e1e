package gallery

import (
	"timeclock/app/clock"
	"timeclock/app/state"
)

// wheres are of a team with an approved location.
func wheres() []Specimen {
	located := func(w state.Where, change ...func(*state.Model)) state.Model {
		return person("08:02", append([]func(*state.Model){func(m *state.Model) {
			m.Me.Teams[0].Located, m.Where = true, w
		}}, change...)...)
	}
	made := func(place state.Place, change func(*state.Press)) state.Model {
		return located(state.WhereSaid, with(press(clock.StartBreak, place, change)))
	}
	said := func(at bool) func(*state.Press) { return func(p *state.Press) { p.Approved = &at } }
	yes, no := true, false
	return []Specimen{
		{"where-asked", "The person is asked", located(state.WhereAsked), onClock},
		{"where-said", "Presses say where", located(state.WhereSaid), onClock},
		{"where-kept", "The person said no", located(state.WhereKept), onClock},
		{"where-denied", "The browser says no", located(state.WhereDenied), onClock},
		{"where-unable", "The browser cannot tell", located(state.WhereUnable), onClock},
		{"where-placing", "Being found out", made(state.Here, func(p *state.Press) { p.Placing = true }), onClock},
		{"where-there", "At the location", made(state.AtServer, said(true)), onClock},
		{"where-away", "Not at the location", made(state.AtServer, said(false)), onClock},
		{"where-unknown", "Not known", made(state.AtServer, func(*state.Press) {}), onClock},
		{"where-history", "On cards", located(state.WhereSaid, func(m *state.Model) {
			m.Cards[0].In.Approved, m.Cards[0].Out.Approved, m.Cards[1].In.Approved = &yes, &no, &yes
		}), onHistory},
	}
}
