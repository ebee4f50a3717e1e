package page

import (
	"cmp"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/ui"
	"timeclock/app/words"
)

// longOpen is how long a card may be open before one has to doubt it, unless
// the server says otherwise.
const longOpen = 16 * clock.Hour

// leftID is the field for when the person left.
const leftID = "left"

// asking is what came of asking when the person left.
type asking struct {
	wrong string // what is wrong with the last answer; empty when nothing is
}

// forgotten is an open card whose clock-out was forgotten.
type forgotten struct {
	card clock.Card
	last clock.Instant // the latest stamp on it
	end  clock.Instant // when its shift ended, as a proposal; or 0
}

// forgotten gives the card that was left open, or false.
func (v view) forgotten() (f forgotten, ok bool) {
	open := clock.Current(v.Shown())
	if open == nil {
		return f, false
	}
	f.card = *open
	f.end, ok = clock.Forgotten(*open, v.stretches(), v.now, cmp.Or(v.Me.OpenCardMax, longOpen))
	for _, k := range clock.Kinds {
		for _, at := range open.Stamps(k) {
			f.last = max(f.last, at)
		}
	}
	return f, ok
}

// question asks when the person left, instead of offering a press that would
// say that they leave now.
func (c *Clock) question(v view, f forgotten) ui.Question {
	q := ui.Question{
		State: string(v.State()), Problem: "open_card",
		Title: words.T(words.LeftTitle),
		Text:  words.T(words.LeftText, "since", v.when(f.card.In.At)),
		Ask: &ui.Ask{
			ID: leftID, Value: f.card.ID, Label: words.T(words.LeftOther), Send: words.T(words.LeftSend),
			Min: v.local(f.last), Max: v.local(v.now), Error: c.asking.wrong, Busy: c.settling(v), On: c.sayLeft,
		},
		Other:  &ui.Act{Name: "still-working", Value: f.card.ID, Class: "link", Label: words.T(words.LeftWorking), On: c.stillWorking},
		NotYou: &ui.Act{Name: "not-you", Class: "link", Label: words.T(words.NotYou), On: c.notYou},
	}
	if f.end != 0 {
		q.Propose = &ui.Act{
			Name: "left-at-shift-end", Value: strconv.FormatInt(int64(f.end), 10), Class: "primary choice",
			Label: words.T(words.LeftShift, "time", v.when(f.end)), Sub: words.T(words.LeftUse),
			Busy: c.settling(v), On: c.leftAtShiftEnd,
		}
	}
	return q
}

func (c *Clock) leftAtShiftEnd(_ app.Context, act ui.Act) {
	end, err := strconv.ParseInt(act.Value, 10, 64)
	if err == nil {
		c.left(look(c.Store), clock.Instant(end))
	}
}

// sayLeft takes what the person typed; what is wrong with it is said, and it
// stays.
func (c *Clock) sayLeft(_ app.Context, card, text string) {
	v := look(c.Store)
	f, ok := v.forgotten()
	if !ok || f.card.ID != card {
		return // it was ended meanwhile
	}
	at, wrong := v.passed(text)
	if at < f.last && at.Add(clock.Minute) > f.last {
		at = f.last // in the same minute, which is all that can be typed
	}
	if wrong == "" && at < f.last {
		wrong = words.T(words.LeftBefore, "time", v.when(f.last))
	}
	if c.asking.wrong = wrong; wrong != "" {
		c.focus(leftID)
		return
	}
	c.left(v, at)
}

// passed reads a time that was typed. It says what is wrong with one that is
// not whole or has not come yet.
func (v view) passed(text string) (at clock.Instant, wrong string) {
	at, ok := v.instant(text)
	switch {
	case !ok:
		return 0, words.T(words.TimeMissing)
	case at > v.now:
		return 0, words.T(words.TimeFuture)
	}
	return at, ""
}

// left clocks out as of at.
func (c *Clock) left(v view, at clock.Instant) {
	if c.pressAt(v, clock.ClockOut, at) {
		c.asking = asking{}
		c.focus(ui.StandingID)
	}
}

// stillWorking gives the ordinary buttons back, for this card and this visit.
func (c *Clock) stillWorking(_ app.Context, act ui.Act) {
	c.Draft.working = act.Value
	c.asking = asking{}
	c.focus(ui.StandingID)
}
