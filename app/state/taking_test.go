package state

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"timeclock/app/browser"
	"timeclock/app/client"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

var march = clock.Date{Year: 2026, Month: 3, Day: 1}

func (s *server) MyReportFile(ctx context.Context, a client.ReportAsk, format string) ([]byte, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	return []byte(fmt.Sprint(s.person, " ", a.Team, " ", a.From, " ", a.To, " ", format)), nil
}

func (m *machine) save(f browser.File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full {
		return errors.New("no space")
	}
	m.saved = append(m.saved, strings.Join([]string{f.Name, f.Kind, string(f.Data)}, "; "))
	return nil
}

func TestHoursAreTakenAlong(t *testing.T) {
	bubble(t, func(t *testing.T, m *machine, s *server) {
		a := m.open()
		take := func() {
			a.TakeHours(march, march.AddDays(31), wire.FormatCSV)
			a.TakeHours(march, march.AddDays(31), wire.FormatCSV) // while that is made
		}
		want := func(name string, saved int, trouble wire.Code) {
			t.Helper()
			if got := a.Model().Taking; got != (Taking{Trouble: trouble}) || len(m.saved) != saved {
				t.Errorf("%s: %+v, saved %q; want %d, %q", name, got, m.saved, saved, trouble)
			}
		}
		take()
		if !a.Model().Taking.Busy {
			t.Error("it does not say that a file is being made")
		}
		settle()
		want("taken", 1, "")
		if got := m.saved[0]; got != "hours-2026-03-01-2026-03-31.csv; text/csv; anna t1 2026-03-01 2026-04-01 csv" {
			t.Errorf("saved %q", got)
		}
		s.set(func() { s.down = true })
		take()
		settle()
		want("offline", 1, wire.CodeOffline)
		s.set(func() { s.down = false })
		m.full = true
		take()
		settle()
		want("with no space", 1, wire.CodeInternal)
		m.full = false
		take()
		a.ChooseTeam("t2")
		settle()
		want("given up for another team", 1, "")
	})
}
