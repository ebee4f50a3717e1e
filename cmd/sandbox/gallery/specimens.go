package gallery

import (
	"fmt"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/page"
	"timeclock/app/state"
	"timeclock/app/wire"
)

// Specimen is one state of a screen.
type Specimen struct {
	Name  string // in its address
	Title string
	Model state.Model
	draw  func(page.Store) app.Composer
}

// Group is some specimens of a kind.
type Group struct {
	Title     string
	Specimens []Specimen
	Desk      bool // they are supervisors' screens; their Models are empty
}

func onClock(s page.Store) app.Composer    { return &page.Clock{Store: s, Draft: &page.Draft{}} }
func onHistory(s page.Store) app.Composer  { return &page.History{Store: s} }
func onSettings(s page.Store) app.Composer { return &page.Settings{Store: s} }

// Groups lists every state there is.
func Groups() []Group {
	return []Group{
		{"Where a press is", whereabouts(), false},
		{"To decide about", disputes(), false},
		{"The clock", clocks(), false},
		{"Where a press is made", wheres(), false},
		{"History", histories(), false},
		{"Settings, and leaving", settings(), false},
		{"The team", boards(), true},
		{"One person, and a card of theirs", clerks(), true},
		{"What people ask for", inboxes(), true},
		{"Reports", reports(), true},
	}
}

// person is somebody signed in, with a card that is open since the morning, or
// none when that is empty.
func person(in string, change ...func(*state.Model)) state.Model {
	m := state.Model{
		Phase: state.Ready,
		Me: wire.Me{
			Person: wire.Person{ID: "p1", Name: "Anna Lind"},
			Teams:  []wire.Team{{ID: "t1", Name: "Café Norr", Zone: "Europe/Stockholm", FirstDay: 1, Clock: true}},
		},
		Team: "t1", AsOf: now.Add(-2 * clock.Minute),
		Cards: []clock.Card{
			card("mon", "2026-03-30 08:00", "2026-03-30 16:30", "2026-03-30 12:00", "2026-03-30 12:30"),
			card("tue", "2026-03-31 08:00", "2026-03-31 15:30"),
		},
		Shifts: []wire.Shift{{ID: "s", Title: "Bar", Start: at("2026-04-01 08:00"), End: at("2026-04-01 16:30")}},
	}
	if in != "" {
		m.Cards = append(m.Cards, card("wed", "2026-04-01 "+in, ""))
	}
	for _, f := range change {
		f(&m)
	}
	return m
}

func card(id, in, out string, breaks ...string) clock.Card {
	event := func(local string) *clock.Event { return &clock.Event{At: at(local)} }
	c := clock.Card{ID: id, Team: "t1", In: event(in)}
	if out != "" {
		c.Out = event(out)
	}
	for i := 0; i < len(breaks); i += 2 {
		b := clock.Break{Start: *event(breaks[i])}
		if breaks[i+1] != "" {
			b.End = event(breaks[i+1])
		}
		c.Breaks = append(c.Breaks, b)
	}
	return c
}

// press is one of this morning.
func press(k clock.Kind, place state.Place, change ...func(*state.Press)) state.Press {
	p := state.Press{ID: "p-" + string(k), Team: "t1", Kind: k, At: at("2026-04-01 11:14:02"), Place: place, Done: at("2026-04-01 11:14:03")}
	if place != state.Here && place != state.Unsafe {
		p.Received = at("2026-04-01 11:14:03")
	}
	for _, f := range change {
		f(&p)
	}
	return p
}

func because(c wire.Code) func(*state.Press) { return func(p *state.Press) { p.Code = c } }

func with(all ...state.Press) func(*state.Model) {
	return func(m *state.Model) { m.Presses = append(m.Presses, all...) }
}

// Why a press can wait in the browser, why it can wait at the server, and why
// it can be refused.
var (
	waitsHere = []wire.Code{
		wire.CodeOffline, wire.CodeSignedOut, wire.CodeBusy, wire.CodeStore, wire.CodeProvider, wire.CodeInternal,
		wire.CodeGraphDown, wire.CodeGraphSlow, wire.CodeCrossSite, wire.CodeNotFound, wire.CodeMethod,
	}
	waitsThere = []wire.Code{"", wire.CodeGraphDown, wire.CodeGraphSlow, wire.CodeBusy, wire.CodeSignedOut}
	refusals   = []wire.Code{
		wire.CodeRefused, wire.CodeOrder, wire.CodeNoTimeClock, wire.CodeNoSchedule, wire.CodeTeamUnknown, wire.CodeForbidden,
		wire.CodeTooOld, wire.CodeFuture, wire.CodeClock, wire.CodeIDReused, wire.CodeMalformed, wire.CodeTooLarge,
		wire.CodeUndone,
	}
)

// held are presses of nobody.
var held = []outbox.Held{{ID: "h1", Kind: clock.ClockIn, At: at("2026-04-01 07:58"), Bound: outbox.DeviceBound, Trust: wire.Device}}

// each gives a press for every reason.
func each(place state.Place, reasons []wire.Code) func(*state.Model) {
	return func(m *state.Model) {
		for i, c := range reasons {
			k := clock.Kinds[i%len(clock.Kinds)]
			m.Presses = append(m.Presses, press(k, place, because(c), func(p *state.Press) {
				p.ID = fmt.Sprintf("%s-%d", p.ID, i)
				p.At = p.At.Add(clock.Span(i) * clock.Second)
			}))
		}
	}
}

func whereabouts() []Specimen {
	clockIn := func(place state.Place, change ...func(*state.Press)) state.Model {
		return person("", with(press(clock.ClockIn, place, change...)))
	}
	last := func(p state.Press) func(*state.Model) { return func(m *state.Model) { m.Last = &p } }
	offline := func(m *state.Model) { m.Offline = true }
	return []Specimen{
		{"storing", "Being stored", person("", func(m *state.Model) { m.Pressing = clock.ClockIn }), onClock},
		{"unsafe", "Neither stored nor sent", clockIn(state.Unsafe), onClock},
		{"here", "Stored, being sent", clockIn(state.Here), onClock},
		{"here-offline", "Stored, no network", person("", with(press(clock.ClockIn, state.Here, because(wire.CodeOffline))), offline), onClock},
		{"here-several", "Several wait", person("", with(
			press(clock.ClockIn, state.Here, because(wire.CodeOffline), func(p *state.Press) { p.At = at("2026-04-01 08:02") }),
			press(clock.StartBreak, state.Here, because(wire.CodeOffline)),
		), offline), onClock},
		{"here-because", "Every reason to wait here", person("08:02", each(state.Here, waitsHere)), onClock},
		{"here-signed-out", "Stored, and the session is over", person("", with(press(clock.ClockIn, state.Here, because(wire.CodeSignedOut))),
			func(m *state.Model) { m.Phase = state.SignedOut }), onClock},
		{"others", "Of somebody else", person("08:02", func(m *state.Model) { m.Others = 2 }), onClock},
		{"server-because", "At the server, and every reason to wait there", person("08:02", each(state.AtServer, waitsThere)), onClock},
		{"graph", "In Teams", person("11:14:02", last(press(clock.ClockIn, state.InGraph, func(p *state.Press) { p.Recorded = p.At }))), onClock},
		{"graph-off", "In Teams, at another time", person("11:14:06", last(press(clock.ClockIn, state.InGraph, func(p *state.Press) { p.Recorded = p.At.Add(4 * clock.Second) }))), onClock},
		{"rejected", "Every refusal", person("08:02", each(state.Rejected, refusals)), onClock},
		{"bound", "With a time that is not sure", clockIn(state.Here, because(wire.CodeOffline), func(p *state.Press) { p.Bound = 2 * clock.Minute }), onClock},
		{"device", "With a time that the device alone tells", clockIn(state.Here, because(wire.CodeOffline), func(p *state.Press) { p.Bound, p.Trust = 2*clock.Minute, wire.Device }), onClock},
		{"held", "Of nobody, no network", state.Model{Phase: state.Broken, Stale: wire.CodeOffline, Offline: true, Held: held}, onClock},
		{"held-signed-out", "Of nobody", state.Model{Phase: state.SignedOut, Held: held}, onClock},
		{"stated", "At a time that the person says", person("08:02", with(press(clock.ClockOut, state.Here, func(p *state.Press) { p.Stated = at("2026-04-01 10:30") }))), onClock},
		{"elsewhere", "Made elsewhere, and by somebody else", person("", with(press(clock.ClockIn, state.AtServer, func(p *state.Press) { p.Elsewhere, p.Helped = true, true }))), onClock},
		{"another-team", "In another team", person("", func(m *state.Model) {
			m.Me.Teams = append(m.Me.Teams, wire.Team{ID: "t2", Name: "Bakery", Clock: true})
			m.Presses = []state.Press{press(clock.ClockIn, state.AtServer, func(p *state.Press) { p.Team = "t2" })}
		}), onClock},
	}
}

func disputes() []Specimen {
	stands, become := card("c", "2026-04-01 08:15", ""), card("c", "2026-04-01 07:58", "")
	twin, forgotten := card("c", "2026-04-01 07:58", "2026-04-01 09:00"), card("c", "2026-03-31 08:00", "")
	both := []wire.Choice{wire.ChoiceKeep, wire.ChoiceMine}
	sides := map[wire.Code]wire.Conflict{
		wire.CodeOrder:     {Stands: &stands, Become: &become, Choices: both},
		wire.CodeConfirmed: {Stands: &stands, Choices: both[:1]},
		wire.CodeTwin:      {Stands: &twin, Twin: at("2026-04-01 08:04"), Choices: both},
		wire.CodeOpenLong:  {Stands: &forgotten, Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceStated}},
		wire.CodeTooOld:    {Choices: append(slices.Clone(both), wire.ChoiceStated)},
		wire.CodeFuture:    {Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceStated}},
		wire.CodeClock:     {Likely: at("2026-04-01 08:58"), Choices: append(slices.Clone(both), wire.ChoiceStated)},
	}
	disputed := func(c wire.Code, change ...func(*state.Press)) state.Model {
		conflict := sides[c]
		p := press(clock.ClockIn, state.Disputed, append([]func(*state.Press){because(c), func(p *state.Press) {
			p.At, p.Conflict = at("2026-04-01 07:58"), &conflict
		}}, change...)...)
		return person("08:15", with(p))
	}
	choosing := func(c state.Choosing) func(*state.Press) { return func(p *state.Press) { p.Choosing = c } }
	return []Specimen{
		{"disputed-order", "Does not fit", disputed(wire.CodeOrder), onClock},
		{"disputed-twin", "There twice", disputed(wire.CodeTwin), onClock},
		{"disputed-open", "The card was left open", disputed(wire.CodeOpenLong), onClock},
		{"disputed-confirmed", "The card is confirmed", disputed(wire.CodeConfirmed), onClock},
		{"disputed-old", "Too old", disputed(wire.CodeTooOld), onClock},
		{"disputed-future", "Dated in the future", disputed(wire.CodeFuture), onClock},
		{"disputed-clock", "By a clock that was wrong", disputed(wire.CodeClock), onClock},
		{"held-question", "Made while nobody was known", person("", func(m *state.Model) { m.Held = held }), onClock},
		{"deciding", "A choice is being sent", disputed(wire.CodeOrder, choosing(state.Choosing{Choice: wire.ChoiceMine, Busy: true})), onClock},
		{"decided-not", "A choice was not sent", disputed(wire.CodeOrder, choosing(state.Choosing{Choice: wire.ChoiceMine, Code: wire.CodeOffline})), onClock},
	}
}

func clocks() []Specimen {
	pause := func(m *state.Model) {
		m.Cards[2].Breaks = []clock.Break{{Start: clock.Event{At: at("2026-04-01 11:00")}}}
	}
	phase := func(p state.Phase, stale wire.Code) state.Model {
		return state.Model{Phase: p, Stale: stale, Offline: stale == wire.CodeOffline}
	}
	return []Specimen{
		{"opening", "Opening", phase(state.Opening, ""), onClock},
		{"signed-out", "Nobody is signed in", phase(state.SignedOut, ""), onClock},
		{"step-up", "The organisation asks who is here", state.Model{Phase: state.SignedOut, StepUp: true}, onClock},
		{"broken-offline", "Nothing known, no network", phase(state.Broken, wire.CodeOffline), onClock},
		{"broken", "Nothing known, the server fails", phase(state.Broken, wire.CodeStore), onClock},
		{"out", "Clocked out", person(""), onClock},
		{"in", "Clocked in", person("08:02"), onClock},
		{"break", "On a break", person("08:02", pause), onClock},
		{"unknown", "Nothing read yet", person("", func(m *state.Model) { m.AsOf, m.Cards = 0, nil }), onClock},
		{"forgotten", "A clock-out was forgotten", person("", func(m *state.Model) { m.Cards = append(m.Cards, card("old", "2026-03-31 16:00", "")) }), onClock},
		{"supervisor", "A supervisor", person("08:02", func(m *state.Model) { m.Me.Teams[0].Supervisor = true }), onClock},
		{"stale", "Graph cannot be read", person("08:02", func(m *state.Model) { m.Stale = wire.CodeGraphDown }), onClock},
		{"newer", "A new version", person("08:02", func(m *state.Model) { m.Newer = true }), onClock},
		{"install-offer", "Installing is offered", person("08:02", func(m *state.Model) { m.Device = state.Device{Install: browser.ByPrompt, Offer: true} }), onClock},
		{"trouble", "An action failed", person("08:02", func(m *state.Model) { m.Trouble, m.RequestID = wire.CodeStore, "4a7f09" }), onClock},
		{"no-clock", "No time clock", person("", func(m *state.Model) { m.Me.Teams[0].Clock, m.Me.Teams[0].Why = false, wire.CodeNoTimeClock }), onClock},
		{"choose-team", "Which team", person("", func(m *state.Model) {
			m.Me.Teams, m.Team = append(m.Me.Teams, wire.Team{ID: "t2", Name: "Bakery", Clock: true}), ""
		}), onClock},
	}
}

func histories() []Specimen {
	return []Specimen{
		{"history", "Weeks", person("08:02"), onHistory},
		{"history-empty", "Nothing yet", person("", func(m *state.Model) { m.Cards = nil }), onHistory},
		{"history-loading", "Being read", person("", func(m *state.Model) { m.AsOf, m.Cards, m.Loading = 0, nil, true }), onHistory},
		{"history-failed", "Not to be read", person("", func(m *state.Model) { m.History.Trouble = wire.CodeGraphDown }), onHistory},
	}
}

func settings() []Specimen {
	list := state.SignIns{Known: true, All: []wire.Session{
		{ID: "s1", Browser: "edge", System: "windows", Form: "computer", Created: at("2026-04-01 08:00"), Seen: now, Current: true},
		{ID: "s2", Browser: "safari", System: "ios", Form: "phone", Created: at("2026-03-30 07:58"), Seen: at("2026-04-01 07:59")},
	}}
	device := func(d state.Device) state.Model {
		return person("08:02", func(m *state.Model) { m.SignIns, m.Device, m.Me.Version = list, d, "893ad3d4d56e951e" })
	}
	leaving := func(place state.Place) state.Model {
		return person("", with(press(clock.ClockIn, place)), func(m *state.Model) { m.Leaving = true })
	}
	all := []Specimen{
		{"settings-sessions-wait", "Sessions are being read", person("08:02", func(m *state.Model) { m.SignIns.Loading = true }), onSettings},
		{"settings-sessions-failed", "Sessions cannot be read", person("08:02", func(m *state.Model) { m.SignIns.Trouble = wire.CodeStore }), onSettings},
		{"settings-offline", "No network", person("08:02", func(m *state.Model) { m.Offline, m.SignIns.Trouble = true, wire.CodeOffline }), onSettings},
		{"settings-nobody", "Nobody is signed in", state.Model{Phase: state.SignedOut, Others: 1}, onSettings},
		{"settings-lasting", "Kept for good", device(state.Device{RoomKnown: true, Room: browser.Room{Used: 11_000_000, Lasting: true}}), onSettings},
		{"settings-not-cleared", "Clearing failed", device(state.Device{RoomKnown: true, Asked: true, Failed: true, Room: browser.Room{Used: 11_000_000}}), onSettings},
		{"leaving", "Signing out while a press waits", leaving(state.Here), onClock},
		{"leaving-unsafe", "Signing out with one that is not stored", leaving(state.Unsafe), onClock},
		{"leaving-none", "All were sent meanwhile", person("08:02", func(m *state.Model) { m.Leaving = true }), onClock},
	}
	for _, how := range []browser.Install{browser.Installed, browser.ByPrompt, browser.ByShare, browser.ByDock, browser.ByMenu, ""} {
		all = append(all, Specimen{"settings-install-" + string(how), "Installing: " + string(how), device(state.Device{Install: how}), onSettings})
	}
	return all
}
