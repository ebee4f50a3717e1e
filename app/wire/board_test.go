package wire_test

import (
	"timeclock/app/clock"
	. "timeclock/app/wire"
)

// boardSamples are of what supervisors see and press.
func boardSamples(person Person, shift Shift, receipt Receipt, punch Punch) map[string]any {
	row := Row{Person: person, At: monday + 5, State: clock.In, Since: monday + 4, Began: monday, Card: "TCK_1", Worked: 3,
		Shifts: []Shift{shift}, Waiting: []Receipt{receipt}, Amends: 2, Clashes: 1,
		Marks: []clock.Mark{{Kind: clock.OpenLong, From: monday + 20, Shift: monday, End: monday + 8}}}
	c := card()
	behalf, act := Behalf{Punch: punch, Person: "o"}, Act{Person: person, Receipt: receipt}
	result := Result{ID: "0196", Person: person, Code: CodeOrder, Receipt: &receipt, State: clock.Out, Card: &c, Known: monday}
	return map[string]any{
		"Row": row,
		"Board": Board{Team: "team-1", Now: monday + 9, AsOf: monday, Rows: []Row{row}, Reading: true, Stale: CodeRefused,
			ShiftsStale: CodeBusy},
		"BoardChanged": BoardChanged{Team: "team-1", AsOf: monday, Rows: []Row{row}, Gone: []string{"oid-otto"}, Stale: CodeGraphDown, All: true, ShiftsRead: monday},
		"Behalf":       behalf, "Behalves": Behalves{Presses: []Behalf{behalf}},
		"Result": result, "Results": Results{Team: "team-1", Results: []Result{result}},
		"PersonDays": PersonDays{Team: "team-1", Person: person, Gone: true, From: clock.Date{Year: 2026, Month: 3, Day: 30}, To: clock.Date{Year: 2026, Month: 4, Day: 6},
			Cards: []clock.Card{c}, AsOf: monday, Stale: CodeGraphDown, Shifts: []Shift{shift}, Scheduled: true, ShiftsStale: CodeBusy,
			Confirmed: []clock.Card{c}},
		"Undo": Undo{IDs: []string{"0196"}}, "Act": act, "Acts": Acts{Team: "team-1", Acts: []Act{act}},
	}
}
