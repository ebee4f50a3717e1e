package page

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

func TestHoursOfWhatIsShownAreTaken(t *testing.T) {
	for _, row := range []struct{ oldest, from string }{
		{"2026-03-30 08:00", "2026-03-30"},
		{"2026-03-18 08:00", "2026-03-16"}, // from the beginning of its week
		{"2025-01-01 08:00", "2025-12-23"}, // no more than a file reaches
	} {
		s := wednesday(card("x", row.oldest, row.oldest))
		h, screen := s.history(t)
		s.asked = nil
		screen.has("Take these hours along", "Excel file", "CSV file", `data-act="take-hours"`)
		h.take(app.Context{}, ui.Act{Value: wire.FormatCSV})
		screen.asked("take " + row.from + " 2026-04-02 csv")
	}
}

func TestTakingTellsHowItGoes(t *testing.T) {
	s := wednesday()
	h, screen := s.history(t)
	s.asked = nil
	screen.change(func(m *state.Model) { m.Taking.Busy = true })
	screen.has("Making the file…", "is-busy")
	h.take(app.Context{}, ui.Act{Value: wire.FormatCSV})
	screen.asked()
	screen.change(func(m *state.Model) { m.Taking = state.Taking{Trouble: wire.CodeGraphDown} })
	screen.has(`data-problem="graph_unavailable"`)
	screen.lacks("Making the file…")
	screen.change(func(m *state.Model) { m.AsOf, m.Cards, m.Loading = 0, []clock.Card(nil), true })
	screen.lacks("Take these hours along")
}
