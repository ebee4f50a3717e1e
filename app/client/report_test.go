package client

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

var asked = ReportAsk{Team: "t", From: clock.Date{Year: 2026, Month: 3, Day: 1}, To: clock.Date{Year: 2026, Month: 4, Day: 1}}

// reporting gives a client to whom a report is told so.
func reporting(status int, kind, script string) *Client {
	return &Client{Open: func(ctx context.Context, r browser.Request) (browser.Response, io.ReadCloser, error) {
		read, write := io.Pipe()
		go func() {
			text, open := strings.CutSuffix(script, "…")
			io.WriteString(write, text)
			if open {
				<-ctx.Done()
			}
			write.Close()
		}()
		return browser.Response{Status: status, Header: browser.Header{"content-type": kind}}, read, nil
	}}
}

const (
	progressLine = `{"progress":{"reading":"cards","calls":1,"cards":200,"shifts":0}}` + "\n"
	reportLine   = `{"report":{"team":"t","name":"T"}}` + "\n"
	annaLine     = `{"person":{"person":{"id":"a","name":"Anna"}}}` + "\n"
	problemLine  = `{"problem":{"type":"urn:timeclock:problem:busy","code":"busy","status":429,"requestId":"R1"}}` + "\n"
)

func TestReport(t *testing.T) {
	for _, test := range []struct {
		name, script string
		people, told int
		want         wire.Code
	}{
		{"whole", progressLine + progressLine + reportLine + annaLine + annaLine + `{"done":{"people":2}}` + "\n", 2, 2, ""},
		{"of nobody", reportLine + `{"done":{"people":0}}` + "\n", 0, 0, ""},
		{"with lines from the future", `{"novelty":1}` + "\n" + reportLine + `{"done":{"people":0}}` + "\n", 0, 0, ""},
		{"cut off", progressLine + reportLine + annaLine, 0, 1, wire.CodeOffline},
		{"cut off within a line", reportLine + annaLine[:20], 0, 0, wire.CodeOffline},
		{"with somebody missing", reportLine + annaLine + `{"done":{"people":2}}` + "\n", 0, 0, wire.CodeOffline},
		{"of another team", strings.Replace(reportLine, `"t"`, `"other"`, 1) + `{"done":{"people":0}}` + "\n", 0, 0, wire.CodeOffline},
		{"not to be had", progressLine + problemLine, 0, 1, wire.CodeBusy},
		{"of something else", "<html>", 0, 0, wire.CodeOffline},
	} {
		told := 0
		got, err := reporting(200, wire.ContentTypeLines, test.script).Report(t.Context(), asked, func(wire.ReportProgress) { told++ })
		if CodeOf(err) != test.want || told != test.told || test.want == "" && len(got.People) != test.people {
			t.Errorf("a report %s: %+v, told %d times, %v", test.name, got, told, err)
		}
	}
	_, err := reporting(403, wire.ContentTypeProblem, `{"type":"urn:timeclock:problem:forbidden","code":"forbidden"}`).Report(t.Context(), asked, nil)
	if CodeOf(err) != wire.CodeForbidden {
		t.Errorf("a report that is refused: %v", err)
	}
}

func TestAReportThatFallsSilentIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := reporting(200, wire.ContentTypeLines, progressLine+"…").Report(t.Context(), asked, nil)
		if CodeOf(err) != wire.CodeOffline || time.Since(began) != reportSilence {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestReportFile(t *testing.T) {
	for _, test := range []struct {
		status     int
		kind, body string
		want       wire.Code
	}{
		{200, "text/csv; charset=utf-8", "a,b", ""},
		{200, "text/html", "<html>", wire.CodeOffline}, // a portal on the way
		{200, "text/csv", "", wire.CodeOffline},
		{403, wire.ContentTypeProblem, `{"type":"urn:timeclock:problem:forbidden","code":"forbidden"}`, wire.CodeForbidden},
		{502, "text/html", "<html>", wire.CodeOffline},
	} {
		var path string
		c := &Client{Fetch: func(_ context.Context, r browser.Request) (browser.Response, error) {
			path = r.Path
			return browser.Response{Status: test.status, Header: browser.Header{"content-type": test.kind}, Body: []byte(test.body)}, nil
		}}
		file, err := c.MyReportFile(t.Context(), asked, wire.FormatCSV)
		if CodeOf(err) != test.want || test.want == "" && string(file) != test.body {
			t.Errorf("%d %s: %q, %v; want %q", test.status, test.kind, file, err, test.want)
		}
		if want := "/api/me/report?format=csv&from=2026-03-01&team=t&to=2026-04-01"; path != want {
			t.Errorf("asked for %s, want %s", path, want)
		}
	}
	if got := asked.FileName(wire.FormatCSV); got != "hours-2026-03-01-2026-03-31.csv" {
		t.Errorf("it is called %q", got)
	}
}
