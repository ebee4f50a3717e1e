package state

import (
	"context"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Taking is how far the person has come with taking their hours along.
type Taking struct {
	Busy    bool
	Trouble wire.Code // why the last attempt came to nothing
}

// Ledger gives the person's own hours as a file, with errors as those of Server.
type Ledger interface {
	MyReportFile(ctx context.Context, a client.ReportAsk, format string) ([]byte, error)
}

// kinds are the media types of files by their format.
var kinds = map[string]string{
	wire.FormatCSV:  "text/csv",
	wire.FormatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// TakeHours saves the person's hours in the chosen team, from the day from up to,
// and not including, to, as a file of the format given. While one is being made
// it does nothing.
func (s *Store) TakeHours(from, to clock.Date, format string) {
	ctx, epoch := s.life()
	ask := client.ReportAsk{From: from, To: to}
	s.change(func(m *Model) {
		if m.Taking.Busy || m.Phase != Ready {
			return
		}
		ask.Team = m.Team
		m.Taking = Taking{Busy: m.Team != ""}
	})
	if ask.Team != "" {
		go s.fetchHours(ctx, epoch, ask, format)
	}
}

func (s *Store) fetchHours(ctx context.Context, epoch int, ask client.ReportAsk, format string) {
	file, err := s.Server.MyReportFile(ctx, ask, format)
	code := client.CodeOf(err)
	if err == nil && s.lives(ctx, epoch) && s.Save(browser.File{Name: ask.FileName(format), Kind: kinds[format], Data: file}) != nil {
		code = wire.CodeInternal
	}
	s.change(func(m *Model) {
		if s.epoch == epoch {
			m.Taking = Taking{Trouble: code}
		}
	})
	if code == wire.CodeSignedOut {
		s.read(want{})
	}
}

// lives reports whether who asked in that epoch is still here.
func (s *Store) lives(ctx context.Context, epoch int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch == epoch && ctx.Err() == nil
}
