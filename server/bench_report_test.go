package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"testing"
	"text/tabwriter"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// reportDays is how long the period is, and as far back as cards are made for it.
const reportDays = 30

// TestBenchReport measures the report of a large team: how long until the first
// progress is told and until all is there, what crosses the wire, and what is
// asked of Graph, which lets through what it publishes and no more; then the files
// that are made of it. It judges nothing but that rows add up, and runs when
// TIMECLOCK_BENCH_BOARD is set: make bench-board.
func TestBenchReport(t *testing.T) {
	if os.Getenv(benchBoard) == "" {
		t.Skip("not run: a measurement, made by make bench-board")
	}
	box, err := sandbox.Start(t.Context(), sandbox.Options{
		Seed: true, Crowd: *boardPeople, Tokens: map[string]string{boardToken: sandbox.Mona}, AccessLife: 24 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close(context.WithoutCancel(t.Context()))
	lengthen(t, box)
	b := startBoard(t, box)
	today := clock.DateOf(clock.At(time.Now()), clock.UTC)
	period := fmt.Sprintf("?team=%s&from=%s&to=%s", sandbox.FerryLanding, today.AddDays(-reportDays), today)
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "\n%s\n%d people, %d days, SQLite, Graph's published limits\n\n", benchMachine(), *boardPeople, reportDays)
	fmt.Fprintln(out, "\tfirst told\tall there\tbytes\tcalls to Graph\tmemory")
	minutes := b.report(t, out, wire.PathReport+period)
	b.file(t, out, wire.FormatCSV, wire.PathReportFile+period, func(file []byte) {
		if got := rowsOf(t, file); got != minutes {
			t.Errorf("the rows of the file have %d minutes, the report says %d", got, minutes)
		}
	})
	b.file(t, out, wire.FormatXLSX, wire.PathReportFile+period, func([]byte) {})
	if err := out.Flush(); err != nil {
		t.Error(err)
	}
}

// lengthen gives the crowd a longer past: what it did in its fortnight, before it.
func lengthen(t *testing.T, box *sandbox.Sandbox) {
	t.Helper()
	var more []tenant.Card
	for _, c := range box.Tenant.Cards(sandbox.FerryLanding) {
		for days := 14; days < reportDays+14 && c.Out != nil; days += 14 {
			more = append(more, earlier(c, days))
		}
	}
	if err := box.Tenant.Seed(more, nil); err != nil {
		t.Fatal(err)
	}
}

// earlier gives a card as it would be so many days before.
func earlier(c tenant.Card, days int) tenant.Card {
	back := func(e *tenant.Event) *tenant.Event {
		if e == nil {
			return nil
		}
		moved := *e
		moved.At = e.At.AddDate(0, 0, -days)
		return &moved
	}
	c.ID = fmt.Sprint(c.ID, "-", days)
	c.In, c.Out = back(c.In), back(c.Out)
	c.Original = tenant.Entry{In: c.In, Out: c.Out}
	var breaks []tenant.Break
	for _, one := range c.Breaks {
		one.ID = fmt.Sprint(one.ID, "-", days)
		one.Start, one.End = *back(&one.Start), back(one.End)
		breaks = append(breaks, one)
	}
	c.Breaks = breaks
	return c
}

// report has the report streamed, and gives the minutes that it has in all.
func (b *boards) report(t *testing.T, out io.Writer, path string) int64 {
	t.Helper()
	b.box.Tenant.Forget()
	began := time.Now()
	answer, err := b.call(t.Context(), 0, http.MethodGet, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var first time.Duration
	var total, people, size int64
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	done := false
	for lines.Scan() {
		var line wire.ReportLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		size += int64(len(lines.Bytes()))
		switch {
		case line.Progress != nil && line.Progress.Calls > 0 && first == 0:
			first = time.Since(began)
		case line.Report != nil:
			total = line.Report.Total.Hours.Minutes.Worked
		case line.Person != nil:
			people += line.Person.Total.Hours.Minutes.Worked
		case line.Problem != nil:
			t.Fatal(line.Problem)
		}
		done = line.Done != nil
	}
	if !done || people != total {
		t.Errorf("whole: %v; people have %d minutes, the team %d", done, people, total)
	}
	fmt.Fprintf(out, "on the screen\t%d ms\t%d ms\t%d kB\t%s\t%s\n", first.Milliseconds(), time.Since(began).Milliseconds(), size/1000, b.calls(), b.memory(t))
	return total
}

// file downloads the report as a file.
func (b *boards) file(t *testing.T, out io.Writer, format, path string, check func([]byte)) {
	t.Helper()
	b.box.Tenant.Forget()
	began := time.Now()
	answer, err := b.call(t.Context(), 0, http.MethodGet, path+"&format="+format, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	first := time.Since(began)
	file, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(out, "as %s\t%d ms\t%d ms\t%d kB\t%s\t%s\n", format, first.Milliseconds(), time.Since(began).Milliseconds(), len(file)/1000, b.calls(), b.memory(t))
	check(file)
}

// rowsOf adds up the days of a file.
func rowsOf(t *testing.T, file []byte) int64 {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, f := range records {
		if f[0] == "Day" {
			n, err := strconv.ParseInt(f[11], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}
