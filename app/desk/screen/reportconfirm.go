package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/desk"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// confirmID is what has the focus while it is asked whether to confirm.
const confirmID = "confirm-all"

// confirm has all cards of the period confirmed of which nothing is odd, after it
// was asked for twice.
func (r *Report) confirm(m desk.Model) app.UI {
	cards, left := m.Report.Confirmable(m.Amends)
	n := int64(len(cards))
	return app.If(n > 0 || left > 0, func() app.UI {
		return app.Section().Class("panel", "report-confirm").Body(
			app.H2().ID(confirmID).TabIndex(-1).Class("asks-title").Text(words.T(words.ReportConfirm)),
			app.If(left > 0, func() app.UI {
				return app.P().Class("note-hint").Text(words.N(words.ReportConfirmLeft, int64(left)))
			}),
			app.If(r.confirming && n > 0, func() app.UI {
				return app.P().Text(words.T(words.ReportConfirmSure))
			}),
			app.If(n > 0, func() app.UI { return app.Div().Class("request-acts").Body(r.confirmActs(m, n)...) }),
		)
	})
}

func (r *Report) confirmActs(m desk.Model, n int64) []app.UI {
	label := words.N(words.PersonConfirm, n)
	if !r.confirming {
		return []app.UI{&ui.Act{Name: "confirm-all", Class: "second", Glyph: ui.GlyphCheck, Label: label, Busy: m.Errand.Busy, On: r.ask}}
	}
	return []app.UI{
		&ui.Act{Name: "confirm-sure", Class: "primary", Glyph: ui.GlyphCheck, Label: label, Busy: m.Errand.Busy, On: r.confirmAll},
		&ui.Act{Name: "confirm-not", Class: "link", Label: words.T(words.ActingCancel), On: r.ask},
	}
}

// ask begins to ask, or ends it.
func (r *Report) ask(app.Context, ui.Act) {
	r.confirming = !r.confirming
	r.focus(confirmID)
}

func (r *Report) confirmAll(app.Context, ui.Act) {
	r.confirming, r.before = false, r.Store.Model().Errand.At
	r.Store.ConfirmAll()
}
