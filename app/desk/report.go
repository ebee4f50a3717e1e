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

// PeriodOf gives the days from first to last, both as 2006-01-02; ok is whether
// they are days that a report can have.
func PeriodOf(first, last string) (p Period, ok bool) {
	var end clock.Date
	if p.First.UnmarshalText([]byte(first)) != nil || end.UnmarshalText([]byte(last)) != nil {
		return Period{}, false
	}
	p.Next = end.AddDays(1)
	ok = p.First.Compare(end) <= 0 && p.First.AddDays(wire.MaxReportDays).Compare(p.Next) >= 0
	return p, ok
}

// Span is a period that is offered, by name.
type Span string

// This week and the one before, this month and the one before, and days that
// were chosen one by one.
const (
	ThisWeek  Span = "week"
	LastWeek  Span = "lastWeek"
	ThisMonth Span = "month"
	LastMonth Span = "lastMonth"
	Chosen    Span = "chosen"
)

// Spans lists them.
var Spans = []Span{ThisWeek, LastWeek, ThisMonth, LastMonth, Chosen}

// Of gives the days of a span, but for Chosen, as seen on a day, in weeks that
// begin on first.
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

// ReadReport reads a span of the chosen team; fresh asks for what Graph says
// now. Of Chosen that is what was read last.
func (s *Store) ReadReport(span Span, fresh bool) {
	m := s.Model()
	if m.Phase != Ready {
		return
	}
	period := m.Report.Period
	if span != Chosen {
		period = span.Of(clock.DateOf(s.Now(), s.TeamZone()), time.Weekday(m.TeamOf().FirstDay))
	}
	s.readReport(span, period, fresh)
}

// ReadDays reads days that were chosen one by one.
func (s *Store) ReadDays(p Period) {
	if s.Model().Phase == Ready {
		s.readReport(Chosen, p, false)
	}
}

func (s *Store) readReport(span Span, period Period, fresh bool) {
	team := s.Model().TeamOf()
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
