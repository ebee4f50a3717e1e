package report

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
)

var update = flag.Bool("update", false, "write testdata anew")

// meaning is what a row of a file says, whichever file it is.
type meaning struct {
	row, name, id, date string
	first, last         string // the wall's time in the zone, to the second
	zone                string
	counts              [3]int64
	minutes, hundredths wire.ReportUnits
	what                string
}

// meant is what the rows of a file of r are to say.
func meant(r *wire.Report) []meaning {
	var all []meaning
	t := tellerOf(r, &words.English)
	for one := range rows(r) {
		m := meaning{
			row: map[bool]string{true: "Day", false: "Person total"}[one.day != nil], name: t.name(one.person), id: line(one.person.ID),
			zone: r.Zone, counts: [3]int64{int64(one.sum.Cards), int64(one.sum.Open), int64(one.sum.Confirmed)},
			minutes: one.sum.Hours.Minutes, hundredths: one.sum.Hours.Hundredths, what: t.what(one.what),
		}
		if one.person.ID == "" {
			m.row = "Team total"
		}
		if one.day != nil {
			m.date = one.day.Date.String()
			m.first, m.last = wallOf(t, one.day.First), wallOf(t, one.day.Last)
		}
		all = append(all, m)
	}
	return all
}

const wallForm = "2006-01-02 15:04:05"

func wallOf(t teller, i clock.Instant) string {
	if i == 0 {
		return ""
	}
	return t.at(i).Format(wallForm)
}

// readCSV reads a file of ours as any program would, and takes the apostrophe
// for what it is.
func readCSV(t rapid.TB, file []byte) []meaning {
	t.Helper()
	text, marked := strings.CutPrefix(string(file), bom)
	if !marked {
		t.Fatalf("the file begins %q", text[:10])
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(records[0], teller{words: &words.English}.headings()) {
		t.Fatalf("headed %q", records[0])
	}
	var all []meaning
	for _, f := range records[1:] {
		for i, text := range f {
			if strings.ContainsRune("=+-@\t\r", first(text)) {
				t.Fatalf("column %d could be taken for a formula: %q", i, text)
			}
		}
		all = append(all, meaning{
			row: f[0], name: bare(f[1]), id: bare(f[2]), date: f[3], first: local(t, f[4], f[6]), last: local(t, f[5], f[6]), zone: f[6],
			counts:     [3]int64{whole(t, f[7]), whole(t, f[8]), whole(t, f[9])},
			minutes:    wire.ReportUnits{Paused: whole(t, f[10]), Worked: whole(t, f[11]), Regular: whole(t, f[12]), Over: whole(t, f[13])},
			hundredths: wire.ReportUnits{Paused: cents(t, f[14]), Worked: cents(t, f[15]), Regular: cents(t, f[16]), Over: cents(t, f[17])},
			what:       bare(f[18]),
		})
	}
	return all
}

func bare(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && neutral(rest) == text {
		return rest
	}
	return text
}

// local reads a time with its offset, which must be that of the zone.
func local(t rapid.TB, text, zone string) string {
	t.Helper()
	if text == "" {
		return ""
	}
	at, err := time.Parse(time.RFC3339, text)
	loc, errZone := time.LoadLocation(zone)
	if err != nil || errZone != nil || at.In(loc).Format(time.RFC3339) != text {
		t.Fatalf("%q is not a time of %s", text, zone)
	}
	return at.In(loc).Format(wallForm)
}

func whole(t rapid.TB, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func cents(t rapid.TB, text string) int64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f*100-math.Round(f*100)) > 1e-6 {
		t.Fatalf("%q is not in hundredths: %v", text, err)
	}
	return int64(math.Round(f * 100))
}

// readXLSX reads a workbook of ours by the types of its cells.
func readXLSX(t rapid.TB, file []byte) (all []meaning, exceptions [][]string) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"Hours", "Exceptions", "About"}) {
		t.Fatalf("sheets %q", got)
	}
	records, err := book.GetRows("Hours")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(records[0], teller{words: &words.English}.headings()) {
		t.Fatalf("headed %q", records[0])
	}
	for i, f := range records[1:] {
		f = append(f, make([]string, 19-len(f))...)
		for column := range f {
			cell, _ := excelize.CoordinatesToCellName(column+1, i+2)
			if formula, err := book.GetCellFormula("Hours", cell); err != nil || formula != "" {
				t.Fatalf("%s is a formula: %q, %v", cell, formula, err)
			}
		}
		all = append(all, meaning{
			row: f[0], name: f[1], id: f[2], date: serial(t, f[3], time.DateOnly), first: serial(t, f[4], wallForm), last: serial(t, f[5], wallForm),
			zone: f[6], counts: [3]int64{whole(t, f[7]), whole(t, f[8]), whole(t, f[9])},
			minutes:    wire.ReportUnits{Paused: whole(t, f[10]), Worked: whole(t, f[11]), Regular: whole(t, f[12]), Over: whole(t, f[13])},
			hundredths: wire.ReportUnits{Paused: cents(t, f[14]), Worked: cents(t, f[15]), Regular: cents(t, f[16]), Over: cents(t, f[17])},
			what:       f[18],
		})
	}
	exceptions, err = book.GetRows("Exceptions")
	if err != nil {
		t.Fatal(err)
	}
	return all, exceptions[1:]
}

// serial reads a date as workbooks keep it.
func serial(t rapid.TB, text, form string) string {
	t.Helper()
	if text == "" {
		return ""
	}
	days, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%q is not a typed date: %v", text, err)
	}
	at, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		t.Fatal(err)
	}
	return at.Round(time.Second).Format(form)
}

// written writes a report in both forms.
func written(t rapid.TB, r *wire.Report) (asCSV, asXLSX []byte) {
	t.Helper()
	var c, x bytes.Buffer
	if err := CSV(&c, r); err != nil {
		t.Fatal(err)
	}
	if err := XLSX(&x, r, &words.English); err != nil {
		t.Fatal(err)
	}
	return c.Bytes(), x.Bytes()
}

// TestFilesSayWhatTheReportSays reads both files back and compares what they
// mean, and adds their rows up once more.
func TestFilesSayWhatTheReportSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Build(someMaterial().Draw(t, "material"))
		for i := range r.People {
			r.People[i].Person.Name = rapid.OneOf(rapid.SampledFrom(names), rapid.String()).Draw(t, "name")
		}
		checkFiles(t, r)
	})
}

func checkFiles(t rapid.TB, r *wire.Report) {
	t.Helper()
	want := meant(r)
	asCSV, asXLSX := written(t, r)
	if got := readCSV(t, asCSV); !slices.Equal(got, want) {
		t.Fatalf("the CSV says\n%+v\nwant\n%+v", got, want)
	}
	got, exceptions := readXLSX(t, asXLSX)
	if !slices.Equal(got, want) {
		t.Fatalf("the workbook says\n%+v\nwant\n%+v", got, want)
	}
	if len(exceptions) != r.Total.Exceptions {
		t.Fatalf("the workbook lists %d exceptions, want %d", len(exceptions), r.Total.Exceptions)
	}
	var days, people int64
	for _, m := range got {
		switch m.row {
		case "Day":
			days += m.minutes.Worked*1_000_000 + m.hundredths.Worked
		case "Person total":
			people += m.minutes.Worked*1_000_000 + m.hundredths.Worked
		default:
			if all := m.minutes.Worked*1_000_000 + m.hundredths.Worked; days != all || people != all {
				t.Fatalf("days add up to %d, people to %d, the total is %d", days, people, all)
			}
		}
	}
}

// names are such as somebody may have, or take to do harm.
var names = []string{
	"Anna", "", " ", "=1+1", "=cmd|' /C calc'!A0", "+49 30 1234", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＠x",
	"'=1+1", "'", "\"; DROP TABLE", "O'Brien, \"Bo\"", "a;b,c\td", "two\r\nlines", "Åsa Öberg", "王小明", "مها", "🙂👩‍👩‍👧",
	"\x00\x01\x1f", "\ufeffBOM", "<b>&amp;</b>", "]]>", "_x000D_", "_x0041_", "\u202eevil", "\u2028line", "\xff\xfe broken", "\ufffe\uffff",
	strings.Repeat("long ", 300), "#REF!", "TRUE", "1e5", "00123", "2026-03-30", "{=1}", "| = 1",
}

func TestAdversarialNames(t *testing.T) {
	for _, who := range names {
		p := Period{Team: wire.Team{ID: "t", Name: who, Zone: "Europe/Stockholm", FirstDay: 1}, From: march, To: march.AddDays(7)}
		in := march.Start(p.zone()).Add(8 * clock.Hour)
		r := Build(Material{Period: p, Members: []wire.Person{{ID: "p", Name: who}}, AsOf: in.Add(99 * clock.Hour), Rules: clock.DefaultRules,
			Cards: []Card{{Card: clock.Card{ID: "TCK_1", Person: "p", In: &clock.Event{At: in}, Out: &clock.Event{At: in.Add(7 * clock.Hour)}}}}})
		checkFiles(t, r)
	}
}

// TestGoldenFiles fixes what the files look like; the workbook as text.
func TestGoldenFiles(t *testing.T) {
	r := golden()
	asCSV, asXLSX := written(t, r)
	checkGolden(t, "report.csv", asCSV)
	book, err := excelize.OpenReader(bytes.NewReader(asXLSX))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var text strings.Builder
	for _, sheet := range book.GetSheetList() {
		fmt.Fprintf(&text, "[%s]\n", sheet)
		all, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range all {
			text.WriteString(strings.Join(row, " | ") + "\n")
		}
	}
	checkGolden(t, "report.xlsx.txt", []byte(text.String()))
}

// golden is a week of a bakery with something of everything.
func golden() *wire.Report {
	p := Period{Team: wire.Team{ID: "t", Name: "Harbour Bakery", Zone: "Europe/Stockholm", FirstDay: 1}, From: march, To: march.AddDays(7)}
	z := p.zone()
	at := func(day int, s clock.Span) *clock.Event { return &clock.Event{At: march.AddDays(day).Start(z).Add(s)} }
	pause := func(day int, from, length clock.Span) []clock.Break {
		return []clock.Break{{Start: *at(day, from), End: at(day, from+length)}}
	}
	const h, m = clock.Hour, clock.Minute
	card := func(id, person string, day int, in, out clock.Span, breaks []clock.Break) Card {
		c := Card{Card: clock.Card{ID: id, Person: person, In: at(day, in), Breaks: breaks}}
		if out > 0 {
			c.Out = at(day, out)
		}
		return c
	}
	cards := []Card{
		card("1", "A", 0, 8*h, 16*h+30*m+20_000, pause(0, 12*h, 30*m)),
		card("2", "A", 1, 8*h+12*m+5_311, 16*h+40*m, pause(1, 12*h, 12*m)),
		card("3", "A", 2, 8*h, 17*h+10*m+40_000, pause(2, 12*h, 30*m)),
		card("4", "A", 3, 8*h, 0, nil),
		card("5", "B", 5, 22*h, 30*h+30*m, pause(6, 3*h, 30*m)), // the night that the clocks went forward
		card("6", "C", 4, 9*h, 9*h+50_000, nil),
		card("7", "C", 4, 9*h+20_000, 9*h+70_000, nil),
	}
	cards[0].ByPerson, cards[0].BySupervisor = true, true
	shifts := map[string][]clock.Stretch{}
	for day := range 4 {
		shifts["a"] = append(shifts["a"], clock.Stretch{From: at(day, 8*h).At, To: at(day, 16*h+30*m).At})
	}
	shifts["d"] = []clock.Stretch{{From: at(4, 9*h).At, To: at(4, 17*h).At}} // and nobody came
	return Build(Material{
		Period: p, Members: []wire.Person{{ID: "A", Name: "Anna Åberg"}, {ID: "B", Name: "=Ben"}, {ID: "D", Name: "Dora"}},
		Cards: cards, Shifts: shifts, Rules: clock.DefaultRules, AsOf: at(7, 9*h).At,
	})
}

func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

// TestCSVTellsOfAFullDisk holds that what is not written is said.
func TestCSVTellsOfAFullDisk(t *testing.T) {
	for _, room := range []int{0, 3, 100} {
		if err := CSV(&full{room}, golden()); err == nil {
			t.Errorf("with room for %d bytes: no error", room)
		}
	}
}

type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}
