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

var (
	anna   = wire.Person{ID: "a", Name: "Anna Lind"}
	sara   = wire.Person{ID: "s", Name: "Sara Virtanen"}
	monday = clock.Date{Year: 2026, Month: 3, Day: 30}
)

// annas gives a Model that shows Anna's week and Tuesday's card.
func annas(change ...func(*desk.Model)) desk.Model {
	long := card("mon", "2026-03-30 08:00", "2026-03-30 19:40", "2026-03-30 12:00", "2026-03-30 12:20")
	tuesday := card("tue", "2026-03-31 08:07", "2026-03-31 15:30")
	tuesday.ByPerson = true
	before, after := tuesday, tuesday
	before.Out = &clock.Event{At: at("2026-03-31 15:50"), Note: "Closed the till"}
	m := supervisor(func(m *desk.Model) {
		m.Person = desk.Person{ID: "a", Week: desk.Period{First: monday, Next: monday.AddDays(7)}, Days: &wire.PersonDays{
			Team: "t1", Person: anna, From: monday, To: monday.AddDays(7), AsOf: now, Scheduled: true,
			Cards: []clock.Card{long, tuesday, card("wed", "2026-04-01 08:02", "")},
			Shifts: []wire.Shift{
				{Start: at("2026-03-30 08:00"), End: at("2026-03-30 16:30")}, {Start: at("2026-03-31 08:00"), End: at("2026-03-31 16:30")},
				{Start: at("2026-04-01 08:00"), End: at("2026-04-01 16:30")}, {Start: at("2026-04-03 08:00"), End: at("2026-04-03 16:30")},
			},
		}}
		m.Card = desk.Card{Person: "a", ID: "tue", Trail: &wire.Trail{Team: "t1", Card: &tuesday, AsOf: now, Changes: []wire.Change{
			{ID: "c1", Team: "t1", Person: anna, By: sara, Card: "tue", Op: wire.Replace, At: at("2026-03-31 17:02"), Reason: "The alarm was set then",
				Before: &before, After: &after, Reply: &wire.Reply{Word: "I stayed until ten to four", At: at("2026-03-31 18:11")}},
		}}}
	})
	for _, f := range change {
		f(&m)
	}
	return m
}

func clerks() []Specimen {
	one := func(name, title string, person bool, change ...func(*desk.Model)) Specimen {
		return Specimen{Name: name, Title: title, draw: func(page.Store) app.Composer {
			o := office{model: annas(change...)}
			query := url.Values{wire.ParamTeam: {"t1"}, wire.ParamPerson: {"a"}}
			if person {
				return &visit{query: query, Shown: &screen.Person{Store: o}}
			}
			query.Set(wire.ParamCard, "tue")
			return &visit{query: query, Shown: &screen.Card{Store: o}}
		}}
	}
	failed := wire.Problem{Code: wire.CodeGraphDown, RequestID: "4a7f09"}
	stands := card("tue", "2026-03-31 08:07", "2026-03-31 15:45")
	return []Specimen{
		one("person", "A week", true),
		one("person-reading", "Being read", true, func(m *desk.Model) { m.Person.Days, m.Person.Loading = nil, true }),
		one("person-failed", "Not to be read", true, func(m *desk.Model) { m.Person.Days, m.Person.Trouble = nil, failed }),
		one("person-empty", "Nothing recorded", true, func(m *desk.Model) { m.Person.Days.Cards, m.Person.Days.Shifts = nil, nil }),
		one("person-waits", "A correction waits, another has to be decided", true, func(m *desk.Model) {
			m.Amends = []wire.Amended{
				{ID: "x", Team: "t1", Card: "mon", Op: wire.Delete, Status: wire.Accepted, Code: wire.CodeGraphDown, Person: anna, By: sara, Received: at("2026-04-01 11:02")},
				{ID: "y", Team: "t1", Card: "tue", Op: wire.Replace, Status: wire.Conflicted, Code: wire.CodeChanged, Person: anna, By: sara, Received: at("2026-04-01 11:03"),
					Conflict: &wire.Conflict{Stands: &stands, Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceMine}}},
			}
		}),
		one("card-looked-at", "A card, and what was done to it", false),
		one("card-reading", "A card is being read", false, func(m *desk.Model) { m.Card.Trail, m.Card.Loading = nil, true }),
		one("card-failed", "A card cannot be read", false, func(m *desk.Model) { m.Card.Trail, m.Card.Trouble = nil, failed }),
		one("card-gone", "A card is not there any more", false, func(m *desk.Model) { m.Card.Trail.Card = nil }),
		writing("card-writing", "A card is corrected", desk.FieldOut, "2026-03-31T15:50"),
		writing("card-wrong", "A card that cannot be true", desk.FieldOut, "2026-03-31T07:00"),
	}
}

// writing shows a card while it is corrected.
func writing(name, title string, f desk.Field, text string) Specimen {
	return Specimen{Name: name, Title: title, draw: func(page.Store) app.Composer {
		m := annas()
		draft := desk.BeginDraft("t1", "a", m.Card.Trail.Card)
		draft.Typed[f] = text
		return &visit{
			query: url.Values{wire.ParamTeam: {"t1"}, wire.ParamPerson: {"a"}, wire.ParamCard: {"tue"}},
			Shown: &screen.Card{Store: office{model: m, draft: &draft}},
		}
	}}
}

func inboxes() []Specimen {
	one := func(name, title string, change func(*desk.Model)) Specimen {
		return Specimen{Name: name, Title: title, draw: func(page.Store) app.Composer {
			return &screen.Requests{Store: office{model: supervisor(change)}}
		}}
	}
	seen := card("tue", "2026-03-31 08:07", "2026-03-31 15:30")
	next := card("tue", "2026-03-31 08:07", "2026-03-31 18:10")
	request := wire.Request{ID: "r1", Team: "t1", Person: anna, Op: wire.Replace, Card: "tue", Seen: &seen, Next: &next,
		Text: "I stayed to close", Made: at("2026-03-31 18:20"), State: wire.Asked}
	missed := card("", "2026-03-29 08:00", "2026-03-29 12:00")
	added := wire.Request{ID: "r2", Team: "t1", Person: wire.Person{ID: "b", Name: "Ben Okafor"}, Op: wire.Create, Next: &missed,
		Text: "The phone was empty", Made: at("2026-03-30 07:45"), State: wire.Asked}
	objection := wire.Objection{Person: anna, Card: "tue", Change: &wire.Change{ID: "c1", Team: "t1", Person: anna, By: sara, Card: "tue", Op: wire.Replace,
		At: at("2026-03-31 17:02"), Reason: "The alarm was set then", Before: &next, After: &seen},
		Reply: wire.Reply{Word: "I stayed until ten past six", At: at("2026-03-31 18:11")}}
	full := desk.Inbox{Read: true, Requests: []wire.Request{request, added}, Objections: []wire.Objection{objection}}
	stands := card("wed", "2026-04-01 08:15", "")
	return []Specimen{
		one("inbox", "Requests, objections and conflicts", func(m *desk.Model) {
			m.Inbox = full
			m.Conflicts = []wire.TeamConflict{{Person: anna, Receipt: wire.Receipt{ID: "k", Team: "t1", Kind: clock.ClockIn, Status: wire.Conflicted,
				At: at("2026-04-01 07:58"), Received: at("2026-04-01 08:16"), Code: wire.CodeOrder, Conflict: &wire.Conflict{Stands: &stands, Choices: []wire.Choice{wire.ChoiceKeep, wire.ChoiceMine}}}}}
			m.Amends = []wire.Amended{{ID: "x", Team: "t1", Card: "mon", Op: wire.Replace, Status: wire.Accepted, Code: wire.CodeGraphDown, Person: anna, By: sara, Received: at("2026-04-01 11:02")}}
		}),
		one("inbox-answering", "An answer is sent, another was not", func(m *desk.Model) {
			m.Inbox = full
			m.Inbox.Answering = map[string]bool{"r1": true}
			m.Inbox.Failed = map[string]wire.Code{"r2": wire.CodeOffline}
		}),
		one("inbox-empty", "Nothing to answer", func(m *desk.Model) { m.Inbox.Read = true }),
		one("inbox-reading", "Being read", func(m *desk.Model) { m.Inbox.Loading = true }),
		one("inbox-failed", "Not to be read", func(m *desk.Model) { m.Inbox.Trouble = wire.Problem{Code: wire.CodeStore, RequestID: "4a7f09"} }),
	}
}

func reports() []Specimen {
	one := func(name, title string, change func(*desk.Report)) Specimen {
		return Specimen{Name: name, Title: title, draw: func(page.Store) app.Composer {
			m := supervisor()
			m.Report = desk.Report{Span: desk.ThisWeek, Period: desk.Period{First: monday, Next: monday.AddDays(7)}, Whole: week()}
			change(&m.Report)
			return &screen.Report{Store: office{model: m}}
		}}
	}
	failed := wire.Problem{Code: wire.CodeGraphDown, RequestID: "4a7f09"}
	return []Specimen{
		one("report", "A week", func(*desk.Report) {}),
		one("report-saving", "A file is being made", func(r *desk.Report) { r.Saving = "xlsx" }),
		one("report-unsaved", "A file could not be made", func(r *desk.Report) { r.Unsaved = failed }),
		one("report-reading", "Being read", func(r *desk.Report) {
			r.Whole, r.Loading, r.Read = nil, true, wire.ReportProgress{Reading: "cards", Calls: 3, Cards: 2_400}
		}),
		one("report-failed", "Not to be read", func(r *desk.Report) { r.Whole, r.Trouble = nil, failed }),
		one("report-empty", "Nobody did anything", func(r *desk.Report) { r.Whole.People, r.Whole.Total = nil, wire.ReportSum{} }),
	}
}

// week is a report of two people.
func week() *wire.Report {
	hours := func(worked, over int64) wire.ReportHours {
		units := func(per int64) wire.ReportUnits {
			return wire.ReportUnits{Worked: worked * per / 60, Regular: (worked - over) * per / 60, Over: over * per / 60, Paused: 30 * per / 60}
		}
		return wire.ReportHours{Minutes: units(60), Hundredths: units(100)}
	}
	day := func(n int, in, out string, worked, over int64) wire.ReportDay {
		date := monday.AddDays(n)
		first, last := at(date.String()+" "+in), at(date.String()+" "+out)
		return wire.ReportDay{Date: date, Hours: hours(worked, over), First: first, Last: last, Cards: []wire.ReportCard{
			{ID: date.String(), In: first, Out: last, Breaks: []wire.ReportBreak{{Start: at(date.String() + " 12:00"), End: at(date.String() + " 12:30")}}},
		}}
	}
	return &wire.Report{
		Team: "t1", Name: "Café Norr", Zone: "Europe/Stockholm", From: monday, To: monday.AddDays(7), FirstDay: 1, AsOf: now, Rules: clock.DefaultRules,
		Total: wire.ReportSum{Hours: hours(1860, 60), Days: 4, Cards: 4, Confirmed: 1, Exceptions: 2},
		People: []wire.ReportPerson{
			{Person: anna, Total: wire.ReportSum{Hours: hours(1380, 60), Days: 3, Cards: 3, Confirmed: 1, Exceptions: 2},
				Days:   []wire.ReportDay{day(0, "08:00", "18:00", 570, 60), day(1, "08:07", "15:30", 413, 0), day(2, "08:02", "15:09", 397, 0)},
				Shifts: []wire.ReportShift{{Start: at("2026-03-30 08:00"), End: at("2026-03-30 16:30")}},
				Exceptions: []clock.Exception{
					{Rule: clock.RuleOverDay, Date: monday, Is: 570 * clock.Minute, Limit: 480 * clock.Minute},
					{Rule: clock.RuleLate, Date: monday.AddDays(1), Card: "tue", Is: 7 * clock.Minute, Planned: at("2026-03-31 08:00")},
				}},
			{Person: wire.Person{ID: "b", Name: "Ben Okafor"}, Total: wire.ReportSum{Hours: hours(480, 0), Days: 1, Cards: 1},
				Days: []wire.ReportDay{day(0, "07:58", "16:28", 480, 0)}},
			{Person: wire.Person{ID: "z", Name: "Zoë Åström"}, Gone: true},
		},
	}
}
