package sandbox

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
	_ "time/tzdata" // machines without a zone database can run the sandbox too

	"github.com/google/uuid"

	"timeclock/server/sandbox/tenant"
)

// How far the seeded work reaches.
const (
	historyDays   = 42 // cards, ending yesterday
	shiftsBefore  = 5  // weeks of shifts before the present one
	shiftsAfter   = 1  // and after it
	confirmedDays = 21 // cards older than this are confirmed
)

// clock is a time of day.
type clock struct{ hour, minute int }

// on gives the moment of a day; a shift that ends in the morning ends on the
// next one.
func (c clock) on(day time.Time, next bool) time.Time {
	d := day.Day()
	if next {
		d++
	}
	return time.Date(day.Year(), day.Month(), d, c.hour, c.minute, 0, 0, day.Location())
}

// pattern is the work a person does on some weekdays.
type pattern struct {
	login      string
	team       string
	days       []time.Weekday
	name       string
	theme      string
	start, end clock
	pause      clock
	clocks     bool // makes cards, not only shifts
}

func (p pattern) overnight() bool  { return p.end.hour < p.start.hour }
func (p pattern) nightPause() bool { return p.pause.hour < p.start.hour }

func patterns() []pattern {
	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	night := func(login string, days ...time.Weekday) pattern {
		return pattern{login, NightBakery, days, "Night", "purple", clock{23, 0}, clock{7, 30}, clock{3, 0}, true}
	}
	return []pattern{
		{Anna, HarbourCafe, weekdays, "Morning", "blue", clock{8, 0}, clock{16, 30}, clock{12, 0}, true},
		{Ben, HarbourCafe, weekdays[:3], "Late", "green", clock{10, 0}, clock{18, 30}, clock{14, 0}, true},
		night(Ben, time.Thursday, time.Saturday),
		{Sara, HarbourCafe, weekdays, "Office", "gray", clock{9, 0}, clock{17, 0}, clock{12, 30}, true},
		{Maja, HarbourCafe, []time.Weekday{time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday},
			"Late", "green", clock{11, 0}, clock{19, 30}, clock{15, 0}, true},
		{Luca, HarbourCafe, []time.Weekday{time.Thursday, time.Friday, time.Saturday, time.Sunday},
			"Morning", "blue", clock{7, 0}, clock{15, 30}, clock{11, 0}, true},
		night(Ines, time.Sunday, time.Tuesday, time.Wednesday, time.Friday, time.Saturday),
		night(Erik, time.Monday, time.Wednesday, time.Friday),
		{Noor, FrontOffice, weekdays, "Desk", "pink", clock{9, 0}, clock{17, 0}, clock{12, 0}, false},
		{Tomasz, FrontOffice, weekdays, "Desk", "pink", clock{8, 0}, clock{16, 0}, clock{12, 0}, false},
	}
}

// works reports whether the pattern holds on the day. Anna works on the day
// the sandbox is looked at, whatever day it is.
func (p pattern) works(day, today time.Time) bool {
	if p.login == Anna && day.Equal(today) {
		return true
	}
	for _, d := range p.days {
		if d == day.Weekday() {
			return true
		}
	}
	return false
}

// seed fills the tenant with work around now: shifts that are missing, and
// cards when it has no past yet.
func (s *Sandbox) seed(now time.Time) error {
	where, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("seed sandbox: %w", err)
	}
	now = now.In(where)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, where)
	var cards []tenant.Card
	if s.Tenant.Fresh() {
		cards = slices.Concat(s.history(today), s.crowdHistory(today), s.crowdNow(today, now))
	}
	return s.Tenant.Seed(cards, s.plan(today), s.off(today)...)
}

// off is who is away around today: Luca and, if her draft is published, Ines in
// two weeks, Maja on a Monday that is past. None of them works on those days.
func (s *Sandbox) off(today time.Time) []tenant.TimeOff {
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	away := func(login, team, why, theme string, from, days int) tenant.TimeOff {
		start := monday.AddDate(0, 0, from)
		planner := s.owner(team)
		return tenant.TimeOff{ID: name("TOFF_", team, login, start), Team: team, Person: s.Person(login).OID,
			Reason: why, Theme: theme, Start: start, End: start.AddDate(0, 0, days),
			Planned: start.AddDate(0, 0, -30).Add(10 * time.Hour), PlannedBy: tenant.Identity{ID: planner.OID, Name: planner.Name}}
	}
	draft := away(Ines, NightBakery, vacation, "pink", 14, 5)
	draft.Draft = true
	return []tenant.TimeOff{
		away(Luca, HarbourCafe, vacation, "blue", 14, 7), away(Maja, HarbourCafe, sickness, "yellow", -7, 1), draft,
	}
}

// plan is the shifts of the weeks around today.
func (s *Sandbox) plan(today time.Time) []tenant.Shift {
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	var all []tenant.Shift
	for n := -7 * shiftsBefore; n < 7*(shiftsAfter+1); n++ {
		day := monday.AddDate(0, 0, n)
		for _, p := range append(patterns(), s.crowdPatterns()...) {
			if p.works(day, today) {
				all = append(all, s.shift(p, day))
			}
		}
	}
	return append(all, s.draft(monday.AddDate(0, 0, 7+5)))
}

// shift is one day of a pattern. Its id follows from team, person and day, so
// that planning the same day again adds nothing.
func (s *Sandbox) shift(p pattern, day time.Time) tenant.Shift {
	pause := p.pause.on(day, p.nightPause())
	planner := s.owner(p.team)
	return tenant.Shift{
		ID: name("SHFT_", p.team, p.login, day), Team: p.team, Person: s.Person(p.login).OID,
		Group: groupOf(p.team, planner.Login == p.login),
		Name:  p.name, Theme: p.theme,
		Start: p.start.on(day, false), End: p.end.on(day, p.overnight()),
		Activities: []tenant.Activity{{Name: "Lunch", Start: pause, End: pause.Add(30 * time.Minute)}},
		Planned:    day.AddDate(0, 0, -14).Add(10 * time.Hour),
		PlannedBy:  tenant.Identity{ID: planner.OID, Name: planner.Name},
	}
}

// owner is the person who plans a team's shifts.
func (s *Sandbox) owner(team string) Person {
	for _, t := range s.Teams {
		if t.ID == team {
			return s.Person(t.owners[0])
		}
	}
	panic("sandbox: no team " + team)
}

// draft is a shift of Anna's that nobody has published: she must not see it.
func (s *Sandbox) draft(day time.Time) tenant.Shift {
	extra := pattern{login: Anna, team: HarbourCafe, name: "Extra", theme: "yellow",
		start: clock{10, 0}, end: clock{14, 0}, pause: clock{12, 0}}
	d := s.shift(extra, day)
	d.ID, d.Draft = name("SHFT_", "draft", Anna, day), true
	return d
}

// history is the cards of the days before today, all of them closed.
func (s *Sandbox) history(today time.Time) []tenant.Card {
	var all []tenant.Card
	for n := historyDays; n >= 1; n-- {
		day := today.AddDate(0, 0, -n)
		for _, p := range patterns() {
			past := n > 1 || !p.overnight()
			if !p.clocks || !past || !p.works(day, today) {
				continue
			}
			if c, came := s.worked(p, day, n); came {
				all = append(all, c)
			}
		}
	}
	return s.corrected(all, today)
}

// worked is what a person made of a day: a little early or late, a longer or
// shorter break, now and then a note or a day off. The same day always comes
// out the same. On the nights when clocks change everybody comes.
func (s *Sandbox) worked(p pattern, day time.Time, ago int) (tenant.Card, bool) {
	r := dice(p, day)
	start, end := p.start.on(day, false), p.end.on(day, p.overnight())
	_, before := start.Zone()
	_, after := end.Zone()
	if r.IntN(16) == 0 && before == after {
		return tenant.Card{}, false
	}
	who := s.Person(p.login)
	self := tenant.Identity{ID: who.OID, Name: who.Name}
	in := event(start, -9, 7, r)
	out := event(end, -4, 18, r)
	pause := event(p.pause.on(day, p.nightPause()), -10, 20, r)
	back := event(pause.At.Add(30*time.Minute), -5, 6, r)
	in.Notes, out.Notes = remark(r, "Bus was late", "Opened alone", "Came in early for the delivery"),
		remark(r, "Stayed to count the till", "Cleaned the machine", "Waited for the night shift")
	breaks := []tenant.Break{{ID: name("BRK_", p.team, p.login, day), Start: pause, End: &back}}
	c := tenant.Card{
		ID: name("TCK_", p.team, p.login, day), Team: p.team, Person: who.OID,
		Created: in.At, CreatedBy: self, Modified: out.At, ModifiedBy: self,
		In: &in, Out: &out, Breaks: breaks,
		Original:  tenant.Entry{In: &in, Out: &out, Breaks: breaks},
		ByUser:    ago > confirmedDays && r.IntN(3) > 0,
		ByManager: ago > confirmedDays,
	}
	return c, true
}

// corrected lets Sara put right one clock-out that Anna forgot: the card's
// original entry still says when Anna really pressed.
func (s *Sandbox) corrected(all []tenant.Card, today time.Time) []tenant.Card {
	anna, sara := s.Person(Anna), s.Person(Sara)
	for i := len(all) - 1; i >= 0; i-- {
		c := &all[i]
		if c.Person != anna.OID || today.Sub(c.In.At) < 8*24*time.Hour {
			continue
		}
		pressed := *c.Out
		pressed.At = pressed.At.Add(2*time.Hour + 41*time.Minute)
		pressed.Notes = nil
		c.Original.Out = &pressed
		c.Notes = &tenant.Note{Content: "Forgot to clock out, went home at the usual time", Type: "text"}
		c.Modified = pressed.At.Add(16 * time.Hour)
		c.ModifiedBy = tenant.Identity{ID: sara.OID, Name: sara.Name}
		return all
	}
	return all
}

// event is a stamp between least and most minutes off the moment meant.
func event(meant time.Time, least, most int, r *rand.Rand) tenant.Event {
	off := time.Duration(least)*time.Minute + time.Duration(r.Int64N(int64(most-least)*60_000))*time.Millisecond
	return tenant.Event{At: meant.Add(off).UTC()}
}

// remark is, now and then, one of the notes.
func remark(r *rand.Rand, notes ...string) *tenant.Note {
	if r.IntN(9) != 0 {
		return nil
	}
	return &tenant.Note{Content: notes[r.IntN(len(notes))], Type: "text"}
}

// dice are random, but the same for a pattern and a day at every seeding.
func dice(p pattern, day time.Time) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, p.team, p.login, day.Format(time.DateOnly))
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}

// name is the id of something, the same at every seeding.
func name(kind, team, login string, day time.Time) string {
	return kind + uuid.NewSHA1(uuid.NameSpaceURL, []byte(kind+team+login+day.Format(time.DateOnly))).String()
}
