package wire

import "timeclock/app/clock"

// The report of a team is for its supervisors. PathReport streams it as lines
// of JSON (ContentTypeLines), each a ReportLine. PathReportFile gives the same
// as a file to keep. Both take ParamTeam, and ParamFrom and ParamTo as days,
// 2006-01-02, of the team's zone, To exclusive and at most MaxReportDays after
// From; PathReportFile takes ParamFormat too.
//
// The period is read from Graph once: a file asked for within minutes of the
// report, or of another file, is made of what was read for it. ParamFresh has
// it read anew.
const (
	PathReport     = "/api/report"
	PathReportFile = "/api/report/file"
	// PathMyReport is PathReportFile for the person's own hours.
	PathMyReport = "/api/me/report"

	ParamFormat = "format" // FormatCSV or FormatXLSX
	FormatCSV   = "csv"
	FormatXLSX  = "xlsx"

	ContentTypeLines = "application/x-ndjson"

	MaxReportDays = 100
)

// ReportLine is one line of PathReport. Exactly one field is set. First come
// Progress, any number of them; then Report, its People left out; then each
// Person; then Done. A Problem may come at any place and ends it. A stream that
// ends otherwise was cut off.
type ReportLine struct {
	Progress *ReportProgress `json:"progress,omitempty"`
	Report   *Report         `json:"report,omitempty"`
	Person   *ReportPerson   `json:"person,omitempty"`
	Done     *ReportDone     `json:"done,omitempty"`
	Problem  *Problem        `json:"problem,omitempty"`
}

// ReportProgress tells how far the reading has come. How much there is to read
// is not known before the end.
type ReportProgress struct {
	// Reading is what is being read: "cards", then "shifts"; empty while another
	// report of the team is.
	Reading string `json:"reading"`
	Calls   int    `json:"calls"` // answered by Graph so far
	Cards   int    `json:"cards"`
	Shifts  int    `json:"shifts"`
}

// ReportDone ends a report: what came before is all.
type ReportDone struct {
	People int `json:"people"`
}

// Report is a team's attendance from From up to, and not including, To. A card
// belongs whole to the day it began. Cards that are open count no time.
type Report struct {
	Team string     `json:"team"`
	Name string     `json:"name"` // of the team
	Zone string     `json:"zone"` // IANA name; days are told in it
	From clock.Date `json:"from"`
	To   clock.Date `json:"to"`
	// FirstDay is the first day of the week, 0 for Sunday.
	FirstDay int           `json:"firstDay"`
	AsOf     clock.Instant `json:"asOf"` // when the reading began
	Rules    clock.Rules   `json:"rules,omitzero"`
	Total    ReportSum     `json:"total"`
	// People are by name, those of the team who did nothing among them; left
	// out of the line that PathReport sends.
	People []ReportPerson `json:"people,omitempty"`
	// ShiftsStale says why shifts could not be read; then nobody was late, left
	// early or was unscheduled.
	ShiftsStale Code `json:"shiftsStale,omitempty"`
}

// ReportPerson is one person's part of a report.
type ReportPerson struct {
	Person Person      `json:"person"`         // ID is the id in Graph; Name is empty when not known
	Gone   bool        `json:"gone,omitempty"` // has cards, and is not of the team any more
	Total  ReportSum   `json:"total"`
	Days   []ReportDay `json:"days"` // on which a card began, the first day first
	// Shifts are those that begin in the period, in no order.
	Shifts []ReportShift `json:"shifts,omitempty"`
	// Exceptions by day; those of a day that is not among Days too, such as the
	// first day of a week.
	Exceptions []clock.Exception `json:"exceptions"`
}

// ReportDay is one person's day.
type ReportDay struct {
	Date  clock.Date    `json:"date"`
	Hours ReportHours   `json:"hours"`
	First clock.Instant `json:"first"`          // the first clock-in
	Last  clock.Instant `json:"last,omitempty"` // the last clock-out; 0 when a card is open
	Cards []ReportCard  `json:"cards"`          // by their beginning
}

// ReportSum is what rows add up to.
type ReportSum struct {
	Hours      ReportHours `json:"hours"`
	Days       int         `json:"days"`  // of people, on which a card began
	Cards      int         `json:"cards"` // the open ones among them
	Open       int         `json:"open,omitempty"`
	Confirmed  int         `json:"confirmed,omitempty"` // cards, by the supervisor
	Exceptions int         `json:"exceptions,omitempty"`
}

// ReportHours is time worked, in whole minutes and in hundredths of an hour.
// Each is rounded so that Regular and Over add up to Worked, and the days to
// the person and the people to the team, exactly.
type ReportHours struct {
	Minutes    ReportUnits `json:"minutes"`
	Hundredths ReportUnits `json:"hundredths"`
}

// ReportUnits are lengths in one unit.
type ReportUnits struct {
	Worked  int64 `json:"worked"`
	Regular int64 `json:"regular"`
	Over    int64 `json:"over,omitempty"`
	Paused  int64 `json:"paused,omitempty"`
}

// ReportCard is one card: what a picture of a day needs of it, and what somebody
// who confirms it has to have seen.
type ReportCard struct {
	ID     string        `json:"id"`
	In     clock.Instant `json:"in"`
	Out    clock.Instant `json:"out,omitempty"` // 0 while it is open
	Breaks []ReportBreak `json:"breaks,omitempty"`
	// Notes of the beginning, of the end, and of the card.
	InNote  string `json:"inNote,omitempty"`
	OutNote string `json:"outNote,omitempty"`
	Note    string `json:"note,omitempty"`
	// Edited says that its times are not those that were pressed, as far as
	// Graph tells.
	Edited       bool `json:"edited,omitempty"`
	ByPerson     bool `json:"byPerson,omitempty"`     // confirmed
	BySupervisor bool `json:"bySupervisor,omitempty"` // confirmed
}

// ReportShift is a time for which somebody is planned.
type ReportShift struct {
	Start clock.Instant `json:"start"`
	End   clock.Instant `json:"end"`
}

// ReportBreak is a break; End is 0 while it lasts.
type ReportBreak struct {
	Start     clock.Instant `json:"start"`
	End       clock.Instant `json:"end,omitempty"`
	StartNote string        `json:"startNote,omitempty"`
	EndNote   string        `json:"endNote,omitempty"`
}

// Whole gives the card as it is amended, of a person of a team; its breaks have no
// ids.
func (c ReportCard) Whole(team, person string) clock.Card {
	whole := clock.Card{
		ID: c.ID, Team: team, Person: person, Note: c.Note, In: &clock.Event{At: c.In, Note: c.InNote},
		ByPerson: c.ByPerson, BySupervisor: c.BySupervisor,
	}
	if c.Out != 0 {
		whole.Out = &clock.Event{At: c.Out, Note: c.OutNote}
	}
	for _, b := range c.Breaks {
		pause := clock.Break{Start: clock.Event{At: b.Start, Note: b.StartNote}}
		if b.End != 0 {
			pause.End = &clock.Event{At: b.End, Note: b.EndNote}
		}
		whole.Breaks = append(whole.Breaks, pause)
	}
	return whole
}
