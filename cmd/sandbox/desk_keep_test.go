package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// asks has Anna ask for the clock-out of her last whole card to be half an hour
// later, and gives when that is.
func asks(t *testing.T, b *box, text string) (card string, out clock.Instant) {
	t.Helper()
	anna := visit(t, b).signIn(sandbox.Anna)
	var last *clock.Card
	for _, c := range anna.clock(sandbox.HarbourCafe).Cards {
		if c.Out != nil && (last == nil || c.In.At > last.In.At) {
			last = &c
		}
	}
	if last == nil {
		t.Fatal("Anna has no card")
	}
	next := *last
	next.Out = &clock.Event{At: last.Out.At.Add(30 * clock.Minute)}
	_, problem := anna.call(http.MethodPost, wire.PathAsk, wire.Asking{
		ID: uuid.Must(uuid.NewV7()).String(), Team: sandbox.HarbourCafe, Op: wire.Replace,
		Card: last.ID, Seen: last, Next: &next, Text: text,
	}, nil)
	if problem != nil {
		t.Fatalf("ask: %v", problem)
	}
	return last.ID, next.Out.At
}

// TestJourneyOfRequests: of two corrections asked for, the supervisor accepts one
// with one tap, and declines the other with a word.
func TestJourneyOfRequests(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	card, out := asks(t, b, "I left later")
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	tb.act("requests")
	tb.wait("[data-request]")
	tb.look("requests")
	tb.act("accept")
	tb.wait(`[data-answer="accepted"]`)
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		done := false
		for _, c := range b.Sandbox.Tenant.Cards(sandbox.HarbourCafe) {
			done = done || c.ID == card && c.Out != nil && clock.At(c.Out.At) == out
		}
		if done {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("card %s was not changed", card)
		}
	}
	asks(t, b, "And later still")
	tb.act("refresh")
	tb.wait(`[data-answer="open"]`)
	tb.act("decline")
	tb.act("send-decline")
	tb.wait(`textarea[aria-invalid="true"]`)
	tb.do("say why", chromedp.SendKeys(chromedp.CSS(".request textarea"), "The till says otherwise"))
	tb.act("send-decline")
	tb.wait(`[data-answer="declined"]`)
	tb.fits("requests-answered")
}

// TestJourneyOfAReport: a supervisor reads last week, saves it, and what was saved
// adds up.
func TestJourneyOfAReport(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	for _, s := range []screen{desk, phone, small} {
		tb := supervise(t, b, s, sandbox.Sara, sandbox.HarbourCafe)
		tb.act("report")
		tb.wait(".figures.hours")
		tb.pickOne("span", "lastWeek")
		tb.wait(`.exceptions [data-rule]`)
		tb.look("report")
		tb.chooseDays(time.Now().AddDate(0, 0, -20), time.Now().AddDate(0, 0, -14))
		if s != desk {
			continue
		}
		dir := t.TempDir()
		command(tb, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir})
		tb.act("save-csv")
		sumsUp(t, saved(t, dir, "*.csv"))
		tb.act("save-xlsx")
		workbookSumsUp(t, saved(t, dir, "*.xlsx"))
	}
}

// saved waits for a file that the browser saved.
func saved(t *testing.T, dir, pattern string) []byte {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 1 {
			data, err := os.ReadFile(found[0])
			if err == nil && len(data) > 0 {
				return data
			}
		}
	}
	t.Fatalf("no %s was saved", pattern)
	return nil
}

// sumsUp reads a report's file and adds its days up to its totals.
func sumsUp(t *testing.T, data []byte) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rowsSumUp(t, rows)
}

// workbookSumsUp is sumsUp for a workbook.
func workbookSumsUp(t *testing.T, data []byte) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Hours")
	if err != nil {
		t.Fatal(err)
	}
	rowsSumUp(t, rows)
}

// rowsSumUp holds, in every column of hours, the days to the people and both to
// the team.
func rowsSumUp(t *testing.T, rows [][]string) {
	t.Helper()
	if len(rows) < 5 {
		t.Fatalf("%d rows", len(rows))
	}
	for n, column := range rows[0] {
		if !strings.HasSuffix(column, "(min)") && !strings.HasSuffix(column, "(h)") {
			continue
		}
		sums := map[string]float64{}
		for _, row := range rows[1:] {
			value, err := strconv.ParseFloat(row[n], 64)
			if err != nil {
				t.Fatalf("%s is %q", column, row[n])
			}
			sums[row[0]] += value
		}
		if a, b, c := fmt.Sprintf("%.2f", sums["Day"]), fmt.Sprintf("%.2f", sums["Person total"]), fmt.Sprintf("%.2f", sums["Team total"]); a != b || b != c {
			t.Errorf("%s: days are %s, people %s, the team %s", column, a, b, c)
		}
	}
}

// chooseDays has the report of days that are chosen one by one.
func (tb *tab) chooseDays(first, last time.Time) {
	tb.t.Helper()
	tb.pickOne("span", "chosen")
	tb.wait("#report-first")
	day := func(at time.Time) string { return at.In(stockholm(tb.t)).Format(time.DateOnly) }
	tb.writeDay("report-first", day(last))
	tb.writeDay("report-last", day(first))
	tb.act("show-days")
	tb.wait(`#report-first[aria-invalid="true"]`)
	tb.look("report-days-wrong")
	tb.writeDay("report-first", day(first))
	tb.writeDay("report-last", day(last))
	tb.act("show-days")
	tb.gone(`#report-first[aria-invalid="true"]`)
	tb.wait(".figures.hours")
	if n := tb.count(".figures.hours thead th"); n != 2+7 {
		tb.t.Errorf("the report of seven days has %d columns", n)
	}
	tb.click(".rules-title")
	if n := tb.count(".lanes tbody .piece-work"); n == 0 {
		tb.t.Error("nobody works in the picture of the last day")
	}
	tb.look("report-days")
}

// writeDay puts a day into a field for one.
func (tb *tab) writeDay(id, day string) {
	tb.t.Helper()
	ask(tb, "write "+day, chromedp.Evaluate[bool](fmt.Sprintf(
		`(() => { const f = document.getElementById(%q); f.value = %q; return f.dispatchEvent(new Event("input", {bubbles: true})); })()`, id, day)))
}

// TestJourneyOfConfirmingAWeek: what fits the rules is confirmed at once for
// everybody, after it was asked for twice, and stands so in Teams; what does not is
// left for somebody to look at.
func TestJourneyOfConfirmingAWeek(t *testing.T) {
	t.Parallel()
	b := openCrowd(t, 9)
	tb := supervise(t, b, phone, sandbox.Mona, sandbox.FerryLanding)
	tb.act("report")
	tb.wait(".figures.hours")
	tb.pickOne("span", "lastWeek")
	tb.wait(`[data-act="confirm-all"]`)
	label := tb.text(`[data-act="confirm-all"]`)
	tb.look("report-confirm")
	tb.act("confirm-all")
	tb.focused("confirm-all")
	tb.look("report-confirm-sure")
	tb.act("confirm-sure")
	tb.wait(`[data-problem="confirmed"]`)
	if tb.count(`[data-act="confirm-all"]`) != 0 {
		t.Error("what was confirmed is offered once more")
	}
	var n int
	if _, err := fmt.Sscanf(label, "Confirm %d card", &n); err != nil || n < 2 {
		t.Fatalf("the button says %q", label)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		confirmed := 0
		for _, c := range b.Sandbox.Tenant.Cards(sandbox.FerryLanding) {
			if c.ByManager {
				confirmed++
			}
		}
		if confirmed == n {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d cards are confirmed in Teams, want %d", confirmed, n)
		}
	}
	tb.act("refresh")
	tb.wait(".figures.hours")
	if tb.count(`[data-act="confirm-all"]`) != 0 {
		t.Errorf("there is more to confirm: %s", tb.text(`[data-act="confirm-all"]`))
	}
}

// TestJourneyOfSomebodyWhoHasLeft: whoever has left the team still has hours to be paid.
// The report leads to them, and they are put right and confirmed as others' are.
func TestJourneyOfSomebodyWhoHasLeft(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	lastWeek := time.Now().In(stockholm(t)).AddDate(0, 0, -7)
	at := func(hour int) *tenant.Event {
		return &tenant.Event{At: time.Date(lastWeek.Year(), lastWeek.Month(), lastWeek.Day(), hour, 0, 0, 0, lastWeek.Location()).UTC()}
	}
	card := tenant.Card{
		ID: "TCK_0b1ec7ed-0000-4000-8000-0000000001ef", Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Ines),
		Created: at(9).At, CreatedBy: tenant.Identity{ID: oidOf(b, sandbox.Ines), Name: "Inês Carvalho"}, Modified: at(15).At, In: at(9), Out: at(15),
	}
	if err := b.Sandbox.Tenant.Seed([]tenant.Card{card}, nil); err != nil {
		t.Fatal(err)
	}
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	tb.act("report")
	tb.wait(".figures.hours")
	tb.pickOne("span", "lastWeek")
	link := fmt.Sprintf(`a[href*="person=%s"]`, card.Person)
	tb.wait(link)
	tb.look("left-report")
	tb.click(link)
	tb.wait(fmt.Sprintf(`.day-list [data-card=%q]`, card.ID))
	tb.reads("Inês Carvalho (left the team)")
	if n := tb.count(`[data-act="add-card"], [data-act="add-on"]`); n != 0 {
		t.Errorf("cards can be added for somebody who has left, in %d places", n)
	}
	tb.look("left-week")
	tb.click(fmt.Sprintf(`.day-list [data-card=%q] a`, card.ID))
	tb.act("correct")
	tb.wait("#field-out")
	tb.typeTime("field-out", at(16).At)
	tb.typeText("field-why", "The handover took an hour more")
	tb.act("save-card")
	tb.wait(`[data-kind="edit"]`)
	tb.look("left-card")
	tb.act("confirm-card")
	tb.wait(`[data-kind="confirm"]`)
	if c := cardIn(t, b, card.ID); !c.Out.At.Equal(at(16).At) || !c.ByManager {
		t.Errorf("the card is %+v", c)
	}
}
