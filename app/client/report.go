package client

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/url"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// ReportAsk is what somebody wants reported: the days from From up to, and not
// including, To.
type ReportAsk struct {
	Team     string
	From, To clock.Date
	Fresh    bool // not what was read some minutes ago
}

func (a ReportAsk) query() url.Values {
	q := url.Values{wire.ParamTeam: {a.Team}, wire.ParamFrom: {a.From.String()}, wire.ParamTo: {a.To.String()}}
	if a.Fresh {
		q.Set(wire.ParamFresh, "1")
	}
	return q
}

// Limits of a report.
const (
	// reportSilence is how long a report may say nothing before it is taken for
	// dead; the server says something every few seconds.
	reportSilence = time.Minute
	maxLine       = 8 << 20
	// fileTimeout is how long a file may take, what is read for it included.
	fileTimeout = 15 * time.Minute
)

// Report reads the report of a team, which its supervisors may, and gives it with
// its people. progress is told of how far the reading is, and may be nil.
func (c *Client) Report(ctx context.Context, a ReportAsk, progress func(wire.ReportProgress)) (wire.Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := request("GET", withQuery(wire.PathReport, a.query()), nil)
	r.Header["Accept"] = wire.ContentTypeLines + ", " + wire.ContentTypeProblem
	head, body, err := c.Open(ctx, r)
	if err != nil {
		return wire.Report{}, offline("no report", err)
	}
	defer body.Close()
	if head.Status != 200 || mediaType(head) != wire.ContentTypeLines {
		return wire.Report{}, refused(head, body)
	}
	watchdog := time.AfterFunc(reportSilence, cancel)
	defer watchdog.Stop()
	whole, err := readReport(body, func(p *wire.ReportProgress) {
		watchdog.Reset(reportSilence)
		if p != nil && progress != nil {
			progress(*p)
		}
	})
	if err == nil && whole.Team != a.Team {
		err = offline("report of another team", nil)
	}
	return whole, err
}

// readReport puts the lines of a report together. alive is called for every line,
// with the progress if it tells of any.
func readReport(body io.Reader, alive func(*wire.ReportProgress)) (wire.Report, error) {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	var whole wire.Report
	for lines.Scan() {
		var line wire.ReportLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return wire.Report{}, offline("not a line of a report", err)
		}
		alive(line.Progress)
		switch {
		case line.Problem != nil:
			return wire.Report{}, line.Problem
		case line.Report != nil:
			whole = *line.Report
		case line.Person != nil:
			whole.People = append(whole.People, *line.Person)
		case line.Done != nil:
			if line.Done.People != len(whole.People) {
				return wire.Report{}, offline("report not whole", nil)
			}
			return whole, nil
		}
	}
	return wire.Report{}, offline("report cut off", lines.Err())
}

// ReportFile reads a team's report as a file of the format given.
func (c *Client) ReportFile(ctx context.Context, a ReportAsk, format string) ([]byte, error) {
	return c.file(ctx, wire.PathReportFile, a, format)
}

// MyReportFile reads the person's own hours as a file of the format given.
func (c *Client) MyReportFile(ctx context.Context, a ReportAsk, format string) ([]byte, error) {
	return c.file(ctx, wire.PathMyReport, a, format)
}

func (c *Client) file(ctx context.Context, path string, a ReportAsk, format string) ([]byte, error) {
	q := a.query()
	q.Set(wire.ParamFormat, format)
	r := request("GET", withQuery(path, q), nil)
	r.Timeout = fileTimeout
	answer, err := c.Fetch(ctx, r)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, offline("no file", err)
	case answer.Status != 200:
		return nil, problemOf(answer)
	case mediaType(answer) == "application/json", mediaType(answer) == "text/html", len(answer.Body) == 0:
		return nil, offline("not a file", nil)
	}
	return answer.Body, nil
}

// FileName is what a file of a report is called: its first day and its last.
func (a ReportAsk) FileName(format string) string {
	return "hours-" + a.From.String() + "-" + a.To.AddDays(-1).String() + "." + format
}
