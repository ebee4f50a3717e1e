package desk

import (
	"context"
	"time"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Period is some days that are reported: from First up to, and not including,
// Next.
type Period struct{ First, Next clock.Date }

// Days counts them.
func (p Period) Days() int {
	n := 0
	for d := p.First; d.Compare(p.Next) < 0; d = d.AddDays(1) {
		n++
	}
	return n
}

// Span is a period that is offered, by name.
type Span string

// This week and the one before, this month and the one before.
const (
	ThisWeek  Span = "week"
	LastWeek  Span = "lastWeek"
	ThisMonth Span = "month"
	LastMonth Span = "lastMonth"
)

// Spans lists them.
var Spans = []Span{ThisWeek, LastWeek, ThisMonth, LastMonth}

// Of gives the days of a span as seen on a day, in weeks that begin on first.
func (s Span) Of(today clock.Date, first time.Weekday) Period {
	week := today.Week(first)
	month := clock.Date{Year: today.Year, Month: today.Month, Day: 1}
	switch s {
	case LastWeek:
		return Period{week.AddDays(-7), week}
	case ThisMonth:
		return Period{month, month.AddDays(31).AddDays(1 - month.AddDays(31).Day)}
	case LastMonth:
		before := month.AddDays(-1)
		return Period{before.AddDays(1 - before.Day), month}
	}
	return Period{week, week.AddDays(7)}
}

// Report is a period of a team.
type Report struct {
	Span    Span
	Period  Period
	Whole   *wire.Report // nil before it was read
	Loading bool
	Read    wire.ReportProgress // how far the reading is
	Trouble wire.Problem
	// Saving is the format of a file that is being made; empty when none is.
	// Unsaved is why the last one came to nothing.
	Saving  string
	Unsaved wire.Problem
}

// Reporter is what reports ask of the server.
type Reporter interface {
	Report(ctx context.Context, a client.ReportAsk, progress func(wire.ReportProgress)) (wire.Report, error)
	ReportFile(ctx context.Context, a client.ReportAsk, format string) ([]byte, error)
}

// ReadReport reads a span of the chosen team; fresh asks for what Graph says now.
func (s *Store) ReadReport(span Span, fresh bool) {
	m := s.Model()
	if m.Phase != Ready {
		return
	}
	team := m.TeamOf()
	period := span.Of(clock.DateOf(s.Now(), s.TeamZone()), time.Weekday(team.FirstDay))
	ctx, epoch := s.life()
	s.within(epoch, func(m *Model) {
		if m.Report.Period != period {
			m.Report.Whole = nil
		}
		m.Report.Span, m.Report.Period, m.Report.Loading = span, period, true
		m.Report.Read, m.Report.Trouble = wire.ReportProgress{}, wire.Problem{}
	})
	// What was asked for since is shown instead.
	current := func(f func(*Model)) {
		s.within(epoch, func(m *Model) {
			if m.Report.Period == period {
				f(m)
			}
		})
	}
	ask := client.ReportAsk{Team: team.ID, From: period.First, To: period.Next, Fresh: fresh}
	go func() {
		whole, err := s.Server.Report(ctx, ask, func(p wire.ReportProgress) { current(func(m *Model) { m.Report.Read = p }) })
		current(func(m *Model) {
			m.Report.Loading = false
			switch {
			case client.CodeOf(err) == wire.CodeSignedOut:
				s.leave(m)
			case err != nil:
				m.Report.Trouble = *client.ProblemOf(err)
			default:
				m.Report.Whole = &whole
			}
		})
	}()
}

// SaveReport has the report that is shown made into a file and saved.
func (s *Store) SaveReport(format string) {
	ctx, epoch := s.life()
	m := s.Model()
	if m.Report.Whole == nil || m.Report.Saving != "" {
		return
	}
	s.within(epoch, func(m *Model) { m.Report.Saving, m.Report.Unsaved = format, wire.Problem{} })
	p := m.Report.Period
	go func() {
		name := "timeclock-" + p.First.String() + "-" + p.Next.AddDays(-1).String() + "." + format
		data, err := s.Server.ReportFile(ctx, client.ReportAsk{Team: m.Team, From: p.First, To: p.Next}, format)
		if err == nil {
			err = s.Save(browser.File{Name: name, Kind: "application/octet-stream", Data: data})
		}
		s.within(epoch, func(m *Model) {
			m.Report.Saving = ""
			if err != nil {
				m.Report.Unsaved = *client.ProblemOf(err)
			}
		})
	}()
}
