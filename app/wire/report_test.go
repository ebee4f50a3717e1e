package wire_test

import (
	"timeclock/app/clock"
	. "timeclock/app/wire"
)

// reportSamples has one value of every type of a report.
func reportSamples(person Person, problem Problem) map[string]any {
	hours := ReportHours{
		Minutes:    ReportUnits{Worked: 485, Regular: 480, Over: 5, Paused: 30},
		Hundredths: ReportUnits{Worked: 808, Regular: 800, Over: 8, Paused: 50},
	}
	sum := ReportSum{Hours: hours, Days: 1, Cards: 2, Open: 1, Confirmed: 1, Exceptions: 1}
	date := clock.Date{Year: 2026, Month: 3, Day: 30}
	pause := ReportBreak{Start: monday + 3, End: monday + 4, StartNote: "lunch", EndNote: "back"}
	one := ReportCard{ID: "TCK_1", In: monday, Out: monday + 8, Breaks: []ReportBreak{pause}, InNote: "early", OutNote: "late", Note: "inventory", Edited: true, ByPerson: true, BySupervisor: true}
	day := ReportDay{Date: date, Hours: hours, First: monday, Last: monday + 8, Cards: []ReportCard{one}}
	someone := ReportPerson{Person: person, Gone: true, Total: sum, Days: []ReportDay{day}, Shifts: []ReportShift{{Start: monday, End: monday + 8}}, Exceptions: []clock.Exception{
		{Rule: clock.RuleOverlap, Date: date, Card: "TCK_1", Other: "TCK_2", Is: 7, Limit: 5, Planned: monday},
	}}
	whole := Report{Team: "team-1", Name: "Bakery", Zone: "Europe/Stockholm", From: date, To: date.AddDays(1), FirstDay: 1,
		AsOf: monday, Rules: clock.DefaultRules, Total: sum, People: []ReportPerson{someone}, ShiftsStale: CodeBusy}
	progress := ReportProgress{Reading: "cards", Calls: 2, Cards: 400, Shifts: 1}
	done := ReportDone{People: 1}
	return map[string]any{
		"Report": whole, "ReportPerson": someone, "ReportShift": someone.Shifts[0], "ReportDay": day, "ReportSum": sum, "ReportHours": hours,
		"ReportUnits": hours.Minutes, "ReportCard": one, "ReportBreak": pause, "ReportProgress": progress, "ReportDone": done,
		"ReportLine": ReportLine{Progress: &progress, Report: &whole, Person: &someone, Done: &done, Problem: &problem},
	}
}
