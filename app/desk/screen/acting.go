package screen

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Ids of elements of the dialog.
const (
	actingID      = "acting"
	actingTitleID = "acting-title"
	reasonID      = "acting-reason"
	whenID        = "acting-when"
)

// acting is the dialog in which a supervisor acts for others: what is to be
// done, what will come of it, what came of it. What was typed stays when
// something fails, and when the dialog is left before anything was done.
type acting struct {
	app.Compo
	Store  Store
	Behalf desk.Behalf
	Minute clock.Instant // draws again as time passes

	step   desk.Step
	kind   clock.Kind
	past   bool   // at a time in the past, and not now
	when   string // as typed
	reason string
	wrong  map[string]string // what is wrong with a field, by its id
}

// Render draws the step that it has come to.
func (a *acting) Render() app.UI {
	a.turn()
	dialog := app.Dialog().ID(actingID).Class("dialog").Aria("labelledby", actingTitleID).
		On("cancel", a.escaped)
	switch a.Behalf.Step {
	case desk.Writing:
		return dialog.Body(a.writing())
	case desk.Foreseen:
		return dialog.Body(a.foreseen())
	case desk.Ran:
		return dialog.Body(a.ran())
	}
	return dialog
}

// turn takes over what was begun, when a step begins.
func (a *acting) turn() {
	if a.step == a.Behalf.Step {
		return
	}
	if a.step == desk.Idle {
		a.kind, a.reason, a.past, a.when, a.wrong = a.Behalf.Kind, a.Behalf.Reason, false, "", nil
	}
	a.step = a.Behalf.Step
}

func (a *acting) title() string {
	if len(a.Behalf.Acts) == 1 {
		return a.Behalf.Acts[0].Person.Name
	}
	return words.N(words.ActingMany, int64(len(a.Behalf.Acts)))
}

// head is the title, which has the focus when a step begins.
func (a *acting) head(title string, more ...app.UI) app.UI {
	body := append([]app.UI{app.H2().ID(actingTitleID).TabIndex(-1).Class("dialog-title").Text(title)}, more...)
	return app.Div().Class("dialog-head").Body(body...)
}

func (a *acting) writing() app.UI {
	t := timesOf(a.Store)
	return app.Form().Class("dialog-body").Attr("novalidate", true).OnSubmit(a.foresee).Body(
		a.head(a.title(), a.standing(t), hoursLink(a.Store, a.Behalf)),
		ui.Notices(a.troubles()),
		a.kinds(),
		a.time(t),
		app.Div().Class("field").Body(
			app.Label().Class("field-label").For(reasonID).Text(words.T(words.ActingReason)),
			app.Textarea().ID(reasonID).Class("note-field").Rows(2).Attr("maxlength", wire.MaxNote).
				Attr("value", a.reason).Aria("describedby", reasonID+"-hint "+reasonID+"-error").
				Aria("invalid", a.wrong[reasonID] != "").Aria("required", true).OnInput(a.typeReason),
			app.P().ID(reasonID+"-hint").Class("note-hint").Text(words.T(words.ActingReasonHint)),
			a.wrongIn(reasonID),
		),
		app.Div().Class("dialog-acts").Body(
			&ui.Act{Name: "foresee", Class: "primary", Label: words.T(words.ActingForesee), Busy: a.Behalf.Busy, On: func(ctx app.Context, _ ui.Act) { a.send() }},
			a.leaveAct(words.ActingCancel),
		),
	)
}

// standing tells where somebody stands who is acted for alone.
func (a *acting) standing(t tell.Times) app.UI {
	if len(a.Behalf.Acts) != 1 {
		return nil
	}
	for _, r := range a.Store.Model().Board.Rows {
		if r.Person.ID != a.Behalf.Acts[0].Person.ID {
			continue
		}
		parts := []string{words.Together(words.Joined, words.T(stateNames[r.State]), since(t, r))}
		if s := shift(t, r); s != "" {
			parts = append(parts, words.T(words.ActingShift, "times", s))
		}
		parts = append(parts, words.T(words.ActingToday, "length", words.Length(r.WorkedAt(t.Now))))
		return app.Div().Class("dialog-state").DataSet("state", string(r.State)).Body(
			app.Span().Class("dot").Aria("hidden", true), app.Span().Text(strings.Join(parts, " · ")),
		)
	}
	return nil
}

var kindGlyphs = map[clock.Kind]ui.Glyph{
	clock.ClockIn: ui.GlyphIn, clock.StartBreak: ui.GlyphBreak, clock.EndBreak: ui.GlyphBack, clock.ClockOut: ui.GlyphOut,
}

// kinds asks what is to be done.
func (a *acting) kinds() app.UI {
	choices := make([]app.UI, len(clock.Kinds))
	for i, k := range clock.Kinds {
		choices[i] = a.radio("acting-kind", string(k), k == a.kind, words.T(actKeys[k]), kindGlyphs[k], func() { a.kind = k })
	}
	return app.FieldSet().Class("choices-row", "kinds").Body(
		append([]app.UI{app.Legend().Class("field-label").Text(words.T(words.ActingWhat))}, choices...)...)
}

var actKeys = map[clock.Kind]words.Key{
	clock.ClockIn: words.ActClockIn, clock.StartBreak: words.ActStartBreak,
	clock.EndBreak: words.PageEndBreak, clock.ClockOut: words.ActClockOut,
}

// time asks when it is, or was.
func (a *acting) time(t tell.Times) app.UI {
	return app.Div().Class("field").Body(
		app.FieldSet().Class("choices-row").Body(
			app.Legend().Class("field-label").Text(words.T(words.ActingTime)),
			a.radio("acting-time", "now", !a.past, words.T(words.ActingNow), "", func() { a.past = false }),
			a.radio("acting-time", "past", a.past, words.T(words.ActingPast), "", func() { a.past = true }),
		),
		app.If(a.past, func() app.UI {
			return app.Div().Class("field").Body(
				app.Label().Class("unseen").For(whenID).Text(words.T(words.ActingWhen)),
				app.Input().ID(whenID).Class("ask-field").Type("datetime-local").Attr("value", a.when).Max(t.Local(t.Now)).
					Aria("describedby", whenID+"-error").Aria("invalid", a.wrong[whenID] != "").OnInput(a.typeWhen),
				a.wrongIn(whenID),
			)
		}),
	)
}

func (a *acting) wrongIn(id string) app.UI {
	return app.P().ID(id + "-error").Class("ask-error").Role("alert").Text(a.wrong[id])
}

// radio is one choice of several.
func (a *acting) radio(name, value string, on bool, label string, glyph ui.Glyph, chosen func()) app.UI {
	return app.Label().Class("choice-one").Body(
		app.Input().Type("radio").Name(name).Value(value).Checked(on).
			OnChange(func(app.Context, app.Event) { chosen() }, app.EventScope(value)),
		app.If(glyph != "", glyph.Draw),
		app.Span().Text(label),
	)
}

func (a *acting) typeReason(ctx app.Context, _ app.Event) { a.reason = valueOf(ctx) }
func (a *acting) typeWhen(ctx app.Context, _ app.Event)   { a.when = valueOf(ctx) }

func (a *acting) foresee(_ app.Context, e app.Event) {
	e.PreventDefault()
	a.send()
}

// send asks what would come of it, or says what is missing.
func (a *acting) send() {
	t := timesOf(a.Store)
	a.wrong = map[string]string{}
	var at clock.Instant
	if a.past {
		var ok bool
		switch at, ok = t.Instant(a.when); {
		case !ok:
			a.wrong[whenID] = words.T(words.TimeMissing)
		case at > t.Now:
			a.wrong[whenID] = words.T(words.TimeFuture)
		}
	}
	if strings.TrimSpace(a.reason) == "" {
		a.wrong[reasonID] = words.T(words.ActingReasonMissing)
	}
	if len(a.wrong) > 0 {
		for _, id := range []string{whenID, reasonID} {
			if a.wrong[id] != "" {
				browser.FocusFirst(id)
				return
			}
		}
	}
	a.Store.Foresee(a.kind, at, strings.TrimSpace(a.reason))
}

// troubles tells why the last step came to nothing.
func (a *acting) troubles() []ui.Notice {
	if code := a.Behalf.Trouble.Code; code != "" && !a.Behalf.Busy {
		return []ui.Notice{trouble(code, nil)}
	}
	return nil
}

func (a *acting) leaveAct(label words.Key) *ui.Act {
	return &ui.Act{Name: "leave", Class: "link", Label: words.T(label), On: func(app.Context, ui.Act) { a.Store.Leave(a.reason) }}
}

// escaped hears Escape. The dialog closes when the Model says so.
func (a *acting) escaped(_ app.Context, e app.Event) {
	e.PreventDefault()
	a.Store.Leave(a.reason)
}
