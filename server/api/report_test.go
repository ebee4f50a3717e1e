package api_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

// worked puts a card of a person into the tenant; times are of Vienna.
func (r *rig) worked(id, team, person, in, out string) {
	r.t.Helper()
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		r.t.Fatal(err)
	}
	at := func(text string) *tenant.Event {
		if text == "" {
			return nil
		}
		t, err := time.ParseInLocation("2006-01-02 15:04", text, vienna)
		if err != nil {
			r.t.Fatal(err)
		}
		return &tenant.Event{At: t.UTC()}
	}
	c := tenant.Card{ID: "TCK_" + id, Team: team, Person: person, In: at(in), Out: at(out)}
	c.Original = tenant.Entry{In: c.In, Out: c.Out}
	c.Created, c.Modified = c.In.At, c.In.At
	if err := r.box.Seed([]tenant.Card{c}, nil); err != nil {
		r.t.Fatal(err)
	}
}

// reads counts how often something was asked of Graph.
func (r *rig) reads(op tenant.Op) int {
	n := 0
	for _, c := range r.box.Calls() {
		if c.Op == op {
			n++
		}
	}
	return n
}

func reportPath(path, team, from, to string) string {
	return path + "?team=" + team + "&from=" + from + "&to=" + to
}

// report reads a streamed report, its people put into it; and the problem that
// ended it.
func (v *visitor) report(path string) (wire.Report, *wire.Problem, int) {
	t := v.rig.t
	t.Helper()
	resp := v.send(t.Context(), "GET", path, nil)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != wire.ContentTypeLines || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("GET %s: %d %v", path, resp.StatusCode, resp.Header)
	}
	var whole wire.Report
	progress, done := 0, false
	all := bufio.NewScanner(resp.Body)
	for all.Scan() {
		var line wire.ReportLine
		if err := json.Unmarshal(all.Bytes(), &line); err != nil || done {
			t.Fatalf("line %s after the end %v: %v", all.Bytes(), done, err)
		}
		switch {
		case line.Progress != nil:
			progress++
		case line.Report != nil:
			whole = *line.Report
		case line.Person != nil:
			whole.People = append(whole.People, *line.Person)
		case line.Problem != nil:
			return whole, line.Problem, progress
		case line.Done != nil:
			done = line.Done.People == len(whole.People)
		}
	}
	if !done {
		t.Fatalf("GET %s ends without saying so, after %+v", path, whole)
	}
	return whole, nil, progress
}

func TestReportOfATeam(t *testing.T) {
	r := newRig(t)
	r.worked("1", cafe, anna, "2026-03-02 08:00", "2026-03-02 16:20")
	r.worked("2", cafe, anna, "2026-03-03 08:00", "2026-03-03 12:00")
	r.worked("3", cafe, ben, "2026-03-03 22:00", "2026-03-04 02:00")
	r.worked("4", cafe, ben, "2026-03-09 08:00", "2026-03-09 12:00") // after the period
	r.worked("5", cafe, ben, "2026-02-27 08:00", "2026-02-27 12:00") // before it
	r.worked("6", bakery, ben, "2026-03-03 08:00", "2026-03-03 12:00")
	r.worked("7", cafe, ben, "2026-03-08 20:00", "")
	v := r.signIn(sara, sara)
	path := reportPath(wire.PathReport, cafe, "2026-03-02", "2026-03-09")
	got, problem, progress := v.report(path)
	if problem != nil {
		t.Fatal(problem)
	}
	if progress < 2 {
		t.Errorf("%d lines tell of the progress, want some", progress)
	}
	names, minutes := "", []int64{}
	for _, p := range got.People {
		names += p.Person.Name + " "
		minutes = append(minutes, p.Total.Hours.Minutes.Worked)
	}
	if names != "Anna Ben Rita Sara " || fmt.Sprint(minutes) != "[740 240 0 0]" {
		t.Errorf("the report is of %s with %v minutes; want Anna, Ben, Rita and Sara with 740, 240, 0 and 0", names, minutes)
	}
	total := got.Total
	if total.Hours.Minutes != (wire.ReportUnits{Worked: 980, Regular: 960, Over: 20}) || total.Cards != 4 || total.Open != 1 ||
		total.Days != 4 || total.Exceptions != 3 {
		t.Errorf("total %+v; want 980 minutes, 20 of them over, of 4 cards, one open", total)
	}
	if got.Name != "Café" || got.Zone != "Europe/Vienna" || got.From != (clock.Date{Year: 2026, Month: 3, Day: 2}) {
		t.Errorf("the report is headed %+v", got)
	}
	if n := r.reads(tenant.List); n != 1 {
		t.Errorf("the period was read in %d calls, want one", n)
	}
}

// TestReportIsReadOnce holds that what was read serves again, for the same
// person alone, until it is asked for anew.
func TestReportIsReadOnce(t *testing.T) {
	r := newRig(t)
	r.worked("1", cafe, anna, "2026-03-02 08:00", "2026-03-02 16:20")
	path := reportPath(wire.PathReport, cafe, "2026-03-02", "2026-03-09")
	sarah, chief := r.signIn(sara, sara), r.signIn(anna, anna, role)
	for i, test := range []struct {
		name string
		by   *visitor
		path string
		want int
	}{
		{"at first", sarah, path, 1}, {"again", sarah, path, 1}, {"in another session", r.signIn(sara, sara), path, 1},
		{"another person", chief, path, 2}, {"another period", sarah, reportPath(wire.PathReport, cafe, "2026-03-02", "2026-03-08"), 3},
		{"anew", sarah, path + "&fresh=1", 4}, {"again", sarah, path, 4},
	} {
		if _, problem, _ := test.by.report(test.path); problem != nil {
			t.Fatal(problem)
		}
		if n := r.reads(tenant.List); n != test.want {
			t.Errorf("step %d, %s: the cards were read %d times, want %d", i, test.name, n, test.want)
		}
	}
}

func TestReportsAreForSupervisors(t *testing.T) {
	r := newRig(t)
	const from, to = "2026-03-02", "2026-03-09"
	for _, path := range []string{wire.PathReport, wire.PathReportFile} {
		for name, test := range map[string]struct {
			visitor *visitor
			path    string
			want    wire.Code
		}{
			"a member":                  {r.signIn(anna, anna), reportPath(path, cafe, from, to), wire.CodeForbidden},
			"somebody of another team":  {r.signIn(anna, anna, role), reportPath(path, bakery, from, to), wire.CodeTeamUnknown},
			"an owner of another team":  {r.signIn(sara, sara), reportPath(path, bakery, from, to), wire.CodeForbidden},
			"no team":                   {r.signIn(sara, sara), reportPath(path, "", from, to), wire.CodeMalformed},
			"no days":                   {r.signIn(sara, sara), reportPath(path, cafe, "", ""), wire.CodeMalformed},
			"days backwards":            {r.signIn(sara, sara), reportPath(path, cafe, to, from), wire.CodeMalformed},
			"no day at all":             {r.signIn(sara, sara), reportPath(path, cafe, from, from), wire.CodeMalformed},
			"milliseconds":              {r.signIn(sara, sara), reportPath(path, cafe, "1774857600000", to), wire.CodeMalformed},
			"too many days":             {r.signIn(sara, sara), reportPath(path, cafe, from, "2026-06-11"), wire.CodeMalformed},
			"a year before there were":  {r.signIn(sara, sara), reportPath(path, cafe, "0001-01-01", "0001-01-02"), wire.CodeMalformed},
			"a member, with wrong days": {r.signIn(ben, ben), reportPath(path, cafe, "", ""), wire.CodeForbidden},
		} {
			if got := test.visitor.call("GET", test.path, nil, nil); got.code() != test.want {
				t.Errorf("%s asks for %s: %d %s; want %q", name, test.path, got.StatusCode, got.body, test.want)
			}
		}
	}
	if n := r.reads(tenant.List); n != 0 {
		t.Errorf("%d readings were made for those who may not", n)
	}
}

func TestReportWhileGraphFails(t *testing.T) {
	r := newRig(t)
	r.worked("1", cafe, anna, "2026-03-02 08:00", "2026-03-02 16:20")
	path := reportPath(wire.PathReport, cafe, "2026-03-02", "2026-03-09")
	v := r.signIn(sara, sara)
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 403, Times: 1})
	if _, problem, _ := v.report(path); problem == nil || problem.Code != wire.CodeRefused || problem.RequestID == "" {
		t.Errorf("cards refused: %+v, want a whole problem", problem)
	}
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListShifts, Status: 403})
	got, problem, _ := v.report(path)
	if problem != nil || got.ShiftsStale != wire.CodeRefused || got.Total.Cards != 1 {
		t.Errorf("shifts refused: %+v, %+v; want the report without them", problem, got)
	}
}

// download reads a file, and names it.
func (v *visitor) download(path string) (name, kind string, file []byte) {
	t := v.rig.t
	t.Helper()
	resp := v.send(t.Context(), "GET", path, nil)
	defer resp.Body.Close()
	file, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("GET %s: %d %s, %v", path, resp.StatusCode, file, err)
	}
	_, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition"))
	if err != nil {
		t.Fatal(err)
	}
	return params["filename"], resp.Header.Get("Content-Type"), file
}

// TestReportFiles downloads what was on the screen, without asking Graph again,
// and adds it up.
func TestReportFiles(t *testing.T) {
	r := newRig(t)
	r.worked("1", cafe, anna, "2026-03-02 08:00", "2026-03-02 16:20")
	r.worked("2", cafe, ben, "2026-03-03 08:00", "2026-03-03 12:00")
	v := r.signIn(sara, sara)
	path := reportPath(wire.PathReportFile, cafe, "2026-03-02", "2026-03-09") + "&format="
	shown, problem, _ := v.report(reportPath(wire.PathReport, cafe, "2026-03-02", "2026-03-09"))
	if problem != nil {
		t.Fatal(problem)
	}
	name, kind, file := v.download(path + wire.FormatCSV)
	if name != "hours-2026-03-02-2026-03-08.csv" || kind != "text/csv; charset=utf-8" {
		t.Errorf("the file is %q, %q", name, kind)
	}
	if worked, people := addUp(t, file); worked != shown.Total.Hours.Minutes.Worked || worked != 740 || people != "Anna Ben Rita Sara" {
		t.Errorf("the rows of %s have %d minutes, the screen said %d", people, worked, shown.Total.Hours.Minutes.Worked)
	}
	name, _, file = v.download(path + wire.FormatXLSX)
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows("Hours"); err != nil || len(rows) != 1+2+4+1 || name != "hours-2026-03-02-2026-03-08.xlsx" {
		t.Errorf("%s has rows %q, %v", name, rows, err)
	}
	if n := r.reads(tenant.List); n != 1 {
		t.Errorf("the cards were read %d times, want once", n)
	}
	if got := v.call("GET", path+"pdf", nil, nil); got.code() != wire.CodeMalformed {
		t.Errorf("a file of another kind: %s", got.body)
	}
	r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 403})
	if got := v.call("GET", path+"csv&fresh=1", nil, nil); got.code() != wire.CodeRefused {
		t.Errorf("a file while Graph refuses: %s", got.body)
	}
}

// addUp adds up the days of a file, and names the people with a total.
func addUp(t *testing.T, file []byte) (worked int64, people string) {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range records {
		switch f[0] {
		case "Day":
			n, err := strconv.ParseInt(f[11], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			worked += n
		case "Person total":
			names = append(names, f[1])
		}
	}
	return worked, strings.Join(names, " ")
}

// TestOwnFile holds that people can take their own hours with them, and nobody
// else's.
func TestOwnFile(t *testing.T) {
	r := newRig(t)
	r.worked("1", cafe, anna, "2026-03-02 08:00", "2026-03-02 16:20")
	r.worked("2", cafe, ben, "2026-03-03 08:00", "2026-03-03 12:00")
	v := r.signIn(anna, anna)
	path := reportPath(wire.PathMyReport, cafe, "2026-03-02", "2026-03-09") + "&format=csv"
	_, _, file := v.download(path)
	if worked, people := addUp(t, file); worked != 500 || people != "Name of d-00" {
		t.Errorf("Anna's file is of %s, %d minutes:\n%s", people, worked, file)
	}
	if n := r.reads(tenant.ListShifts); n != 0 {
		t.Errorf("shifts were read %d times for it", n)
	}
	if got := v.call("GET", reportPath(wire.PathMyReport, bakery, "2026-03-02", "2026-03-09")+"&format=csv", nil, nil); got.code() != wire.CodeTeamUnknown {
		t.Errorf("of a team that is not hers: %s", got.body)
	}
	if got := v.call("GET", path+"x", nil, nil); got.code() != wire.CodeMalformed {
		t.Errorf("of another kind: %s", got.body)
	}
}
