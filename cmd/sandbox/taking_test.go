package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"timeclock/app/clock"
	"timeclock/server/sandbox"
)

// Somebody takes their hours along, opens the files and adds them up.
func TestJourneyOfHoursTakenAlong(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			tb := browse(t, b, s)
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			tb.act("history")
			tb.wait("[data-card]")
			dir := t.TempDir()
			command(tb, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir})
			rows := tb.download(dir, "csv", func(file []byte) [][]string {
				records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				return records
			})
			inBook := tb.download(dir, "xlsx", func(file []byte) [][]string {
				book, err := excelize.OpenReader(bytes.NewReader(file))
				if err != nil {
					t.Fatal(err)
				}
				defer book.Close()
				records, err := book.GetRows("Hours")
				if err != nil {
					t.Fatal(err)
				}
				return records
			})
			days, sum := addUp(t, rows)
			if other, inBook := addUp(t, inBook); other != days || inBook != sum || days < 20 {
				t.Errorf("the one file has %d days of %d minutes, the other %d of %d; want a month's", days, sum, other, inBook)
			}
			for _, row := range rows[1:] {
				if row[0] != "Team total" && row[1] != "Anna Lindqvist" {
					t.Errorf("a row of somebody else: %q", row)
				}
			}
			tb.look("taken")
		})
	}
}

// download presses the button for a file, and reads the file once it is there.
func (tb *tab) download(dir, format string, read func([]byte) [][]string) [][]string {
	tb.t.Helper()
	button := chromedp.CSS(`[data-act="take-hours"][data-value="` + format + `"]`)
	tb.do("take hours", chromedp.WaitEnabled(button), chromedp.Click(button))
	for range 100 {
		found, _ := filepath.Glob(filepath.Join(dir, "hours-*."+format))
		if len(found) == 1 {
			if file, err := os.ReadFile(found[0]); err == nil && len(file) > 0 {
				return read(file)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	left, _ := os.ReadDir(dir)
	tb.t.Fatalf("no file of %s came; there are %v", format, left)
	return nil
}

// addUp adds up the minutes of the days of a file, which must be those of its
// totals.
func addUp(t *testing.T, rows [][]string) (days int, sum int64) {
	t.Helper()
	for _, row := range rows[1:] {
		n, err := strconv.ParseInt(row[11], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if row[0] == "Day" {
			days++
			sum += n
		} else if strings.HasSuffix(row[0], "total") && n != sum {
			t.Errorf("the days add up to %d, %s is %d", sum, row[0], n)
		}
	}
	return days, sum
}
