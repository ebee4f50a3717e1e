package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// taking is the way to take the hours that are shown along as a file.
func (h *History) taking(v view) app.UI {
	if v.AsOf == 0 {
		return nil
	}
	act := func(format string, label words.Key) app.UI {
		return &ui.Act{Name: "take-hours", Value: format, Class: "second", Label: words.T(label), Busy: v.Taking.Busy, On: h.take}
	}
	var wrong []ui.Notice
	if code := v.Taking.Trouble; code != "" {
		advice := words.Problem(code)
		wrong = append(wrong, ui.Notice{Problem: string(code), Tone: ui.Grave, What: advice.What, Do: advice.Do})
	}
	wait := ""
	if v.Taking.Busy {
		wait = words.T(words.TakeWait)
	}
	return app.Section().Class("taking").Body(
		app.H2().Class("taking-title").Text(words.T(words.TakeHours)),
		app.Div().Class("taking-acts").Body(act(wire.FormatXLSX, words.TakeExcel), act(wire.FormatCSV, words.TakeCSV)),
		app.P().Class("taking-wait").Role("status").Text(wait),
		ui.Notices(wrong),
	)
}

// take takes along what is shown, as far back as one file reaches.
func (h *History) take(_ app.Context, act ui.Act) {
	v := look(h.Store)
	if v.Taking.Busy {
		return
	}
	from, to := v.weekOf(v.today()), v.today().AddDays(1)
	for _, c := range historyCards(v.Model) {
		if c.In == nil {
			continue
		}
		if week := v.weekOf(clock.DateOf(c.In.At, v.zone)); week.Compare(from) < 0 {
			from = week
		}
	}
	if most := to.AddDays(-wire.MaxReportDays); from.Compare(most) < 0 {
		from = most
	}
	h.Store.TakeHours(from, to, act.Value)
}
