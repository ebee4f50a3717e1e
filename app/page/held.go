package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// unknown is the clock of a device that knows nobody and has no network: what is
// pressed is held here.
func (c *Clock) unknown(v view) app.UI {
	n := notice(wire.CodeOffline, ui.Calm)
	n.Do, n.Act = words.T(words.BrokenOffline), again(c.refresh)
	all := append(grave(v, troubleActs{c.retry, c.forget}), n)
	return app.Div().Class("clock").Body(
		ui.Notices(all),
		c.form(v),
		app.If(len(v.Held) > 0, func() app.UI { return heldHere(v) }),
	)
}

// heldHere lists the presses of nobody, for who cannot be asked yet.
func heldHere(v view) app.UI {
	lines := make([]ui.Press, len(v.Held))
	for i, h := range v.Held {
		lines[i] = ui.Press{
			Place: "held", Glyph: glyphs[h.Kind], What: heldWhat(v, h),
			Where: words.T(words.HeldHere, "time", v.when(h.At)), Do: words.T(words.HeldDo),
		}
	}
	return ui.Presses(ui.PressesID, words.T(words.PressesLabel), lines)
}

func heldWhat(v view, h outbox.Held) string {
	what := words.T(words.PressAt, "act", words.Act(h.Kind), "time", v.when(h.At))
	return timed(what, h.Bound, h.Trust)
}

// hold keeps a press of nobody.
func (c *Clock) hold(_ app.Context, act ui.Act) {
	v := look(c.Store)
	if c.settling(v) {
		return
	}
	c.pressed, c.noted, c.held = v.now, c.Draft.Note, len(v.Held)
	c.Store.Hold(clock.Kind(act.Kind), c.Draft.Note)
}

// attendHeld empties the note's field when its press is held.
func (c *Clock) attendHeld(v view) {
	if c.noted == "" || len(v.Held) <= c.held {
		return
	}
	if c.Draft.Note == c.noted {
		c.writeNote("")
	}
	c.noted = ""
}

// whose asks whether the first held press was the person's. Its note is not
// shown: whoever signed in may be somebody else.
func (c *Clock) whose(v view, h outbox.Held) ui.Conflict {
	name := v.Me.Person.Name
	act := func(act, label string, on handler) *ui.Act {
		return &ui.Act{Name: act, Value: h.ID, Class: "choice", Label: label, On: on}
	}
	return ui.Conflict{
		ID: h.ID, Problem: "held", Label: words.T(words.HeldTitle, "act", words.Act(h.Kind)),
		Press: words.T(words.HeldAsk, "name", name),
		Why:   words.T(words.HeldPress, "act", words.Act(h.Kind), "time", v.when(h.At)),
		Choices: []*ui.Act{
			act("claim", words.T(words.HeldYes, "name", name), c.claim),
			act("disown", words.T(words.HeldOther), c.disown),
		},
	}
}

func (c *Clock) claim(_ app.Context, act ui.Act) {
	c.focus(ui.ConflictID, ui.PressesID, ui.StandingID)
	c.Store.Claim(act.Value)
}

func (c *Clock) disown(_ app.Context, act ui.Act) {
	c.focus(ui.ConflictID, ui.StandingID)
	c.Store.Disown(act.Value)
}
