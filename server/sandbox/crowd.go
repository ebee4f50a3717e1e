package sandbox

import (
	"fmt"
	"strings"
	"time"

	"timeclock/server/sandbox/tenant"
)

// The crowd is a team too large to know everybody by name, for a supervisor to
// keep an eye on. Mona owns it.
const (
	Mona         = "mona@harbour.example"
	FerryLanding = "7ea00005-0000-4000-8000-0000000fe447"
)

// crowdDays is how far back the crowd's cards reach.
const crowdDays = 14

// CrowdLogin is the login of the nth of the crowd, from 0 on.
func CrowdLogin(n int) string { return fmt.Sprintf("ferry%04d@harbour.example", n+1) }

var (
	firstNames = strings.Fields("Amina Bo Carla Dmitri Elsa Farid Greta Hugo Iris Jonas Kaja Leo Mira Nils Olivia Pavel Rosa Samir Tove Viktor")
	lastNames  = strings.Fields("Åberg Bauer Costa Dubois Eriksen Farkas García Holm Ivanova Jensen Kaya Larsson Marino Novák Öberg Popescu")
)

// crowd is so many people and Mona, and their team; nobody when n is 0.
func crowd(n int) ([]Person, []Team) {
	if n == 0 {
		return nil, nil
	}
	all := []Person{{Mona, "Mona Sjöberg", "0b1ec7ed-0010-4000-8000-000000000b0a", fmt.Sprintf("Owner of Ferry Landing, a team of %d", n), nil}}
	ferry := Team{FerryLanding, "Ferry Landing", true, true, nil, []string{Mona}}
	for i := range n {
		given := firstNames[i%len(firstNames)]
		family := lastNames[(i/len(firstNames)+i)%len(lastNames)]
		if i >= len(firstNames)*len(lastNames) {
			family += fmt.Sprint(" ", i/(len(firstNames)*len(lastNames))+1)
		}
		all = append(all, Person{CrowdLogin(i), given + " " + family, fmt.Sprintf("0b1ec7ed-1000-4000-8000-%012x", i+1), "", nil})
		ferry.members = append(ferry.members, CrowdLogin(i))
	}
	all[1].About = "Employee, Ferry Landing"
	return all, []Team{ferry}
}

// crowdPatterns is the work of the crowd: shifts that begin between five and three
// o'clock, a quarter of an hour apart, on five days.
func (s *Sandbox) crowdPatterns() []pattern {
	var all []pattern
	for i := range s.crowd {
		days := make([]time.Weekday, 5)
		for d := range days {
			days[d] = time.Weekday((i + d) % 7)
		}
		from := 5*60 + i*23%40*15 // minutes
		at := func(after int) clock { return clock{(from + after) / 60, (from + after) % 60} }
		shift := []string{"Early", "Morning", "Day", "Late"}[(from/60-5)/3%4]
		all = append(all, pattern{CrowdLogin(i), FerryLanding, days, shift, "darkBlue", at(0), at(510), at(240), true})
	}
	return all
}

// crowdHistory is the cards of the crowd of the days before today.
func (s *Sandbox) crowdHistory(today time.Time) []tenant.Card {
	var all []tenant.Card
	for n := crowdDays; n >= 1; n-- {
		day := today.AddDate(0, 0, -n)
		for _, p := range s.crowdPatterns() {
			if !p.works(day, today) {
				continue
			}
			if c, came := s.worked(p, day, n); came {
				all = append(all, c)
			}
		}
	}
	return all
}

// crowdNow is where the crowd stands at now: who has a shift today has come to it,
// but for some, and taken their break or gone home by the hour. One has forgotten
// to clock out since yesterday.
func (s *Sandbox) crowdNow(today, now time.Time) []tenant.Card {
	var all []tenant.Card
	for i, p := range s.crowdPatterns() {
		day := today
		if i == 3 {
			day = today.AddDate(0, 0, -1)
		}
		if i != 3 && (!p.works(day, today) || i%9 == 4) {
			continue
		}
		c, came := s.worked(p, day, 0)
		if !came || c.In.At.After(now) {
			continue
		}
		c.ID = name("TCK_", "now"+p.team, p.login, day)
		all = append(all, unfinished(c, now, i == 3))
	}
	return all
}

// unfinished is a card as it stood at now, or as one that was forgotten.
func unfinished(c tenant.Card, now time.Time, forgotten bool) tenant.Card {
	if forgotten || c.Out.At.After(now) {
		c.Out = nil
	}
	b := &c.Breaks[0]
	switch {
	case b.Start.At.After(now):
		c.Breaks = nil
	case b.End.At.After(now):
		b.End = nil
	}
	c.Original = tenant.Entry{In: c.In, Out: c.Out, Breaks: c.Breaks}
	c.Modified, c.ByUser, c.ByManager = c.In.At, false, false
	return c
}
