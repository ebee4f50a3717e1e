package page

import (
	"cmp"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// whenID is the field for when it was.
const whenID = "when"

// deciding is what this screen knows of the press that is being decided about.
type deciding struct {
	first string // the id of the press shown
	sent  string // the id of the press last chosen about, until that is through
	wrong string // what is wrong with the time typed; empty when nothing is
}

// begin takes what stands in v as known.
func (d *deciding) begin(v view) {
	p, _ := v.disputed()
	d.first = p.ID
}

// disputed gives the first press that a person has to decide about, and how
// many there are. They are decided one by one, the oldest first.
func (v view) disputed() (first state.Press, n int) {
	for _, p := range v.Presses {
		if p.Place != state.Disputed {
			continue
		}
		if n++; n == 1 {
			first = p
		}
	}
	return first, n
}

// attend follows what becomes of decisions: the field for a time begins anew
// for the next press, and the focus goes where the work went.
func (c *Clock) attend(v view) {
	d := &c.deciding
	p, _ := v.disputed()
	if d.first != p.ID {
		start := v.proposed(p).start
		d.first, d.wrong = p.ID, ""
		if c.later != nil {
			c.later(func() { browser.SetValue(whenID, start) })
		}
	}
	if d.sent == "" {
		return
	}
	i := slices.IndexFunc(v.Presses, func(p state.Press) bool { return p.ID == d.sent })
	if i >= 0 && v.Presses[i].Place == state.Disputed {
		if v.Presses[i].Choosing.Code != "" {
			d.sent = "" // it did not get through, and the focus is where it was
		}
		return
	}
	d.sent = ""
	if i >= 0 && p.ID == "" {
		c.focus(ui.PressesID)
	} else {
		c.focus(ui.ConflictID, ui.StandingID)
	}
}

// undecided points to the decision from above the clock, where it cannot come
// between a finger and the button.
func (c *Clock) undecided(v view) []ui.Notice {
	_, n := v.disputed()
	if n == 0 && len(v.Held) > 0 {
		return []ui.Notice{{
			Problem: "held-here", Tone: ui.Grave, What: words.N(words.HeldWaits, int64(len(v.Held))), Do: words.T(words.ConflictGoOn),
			Act: &ui.Act{Name: "show-conflict", Class: "link", Label: words.T(words.ConflictShow), On: c.showConflict},
		}}
	}
	if n == 0 {
		return nil
	}
	return []ui.Notice{{
		Problem: "undecided", Tone: ui.Grave,
		What: words.N(words.ConflictWaits, int64(n)), Do: words.T(words.ConflictGoOn),
		Act: &ui.Act{Name: "show-conflict", Class: "link", Label: words.T(words.ConflictShow), On: c.showConflict},
	}}
}

// untold leads to what others did to the person's cards.
func (c *Clock) untold(v view) []ui.Notice {
	if v.Untold == 0 {
		return nil
	}
	return []ui.Notice{{
		Problem: "untold", Tone: ui.Calm, Glyph: ui.GlyphNote,
		What: words.N(words.ToldCount, int64(v.Untold)), Do: words.T(words.ToldDo),
		Act: &ui.Act{Name: "show-told", Class: "link", Label: words.T(words.ToldLook), On: toHistory},
	}}
}

func toHistory(ctx app.Context, _ ui.Act) { ctx.Navigate(PathHistory) }

func (c *Clock) showConflict(app.Context, ui.Act) { c.focus(ui.ConflictID) }

// conflict tells both sides of a press, and what may be chosen.
func (c *Clock) conflict(v view, p state.Press) ui.Conflict {
	shown := ui.Conflict{
		ID: p.ID, Problem: string(p.Code), Label: words.T(words.ConflictLabel),
		Press: pressWhat(v, p), Why: why(p),
		Sides: v.sides(p), Trouble: failure(p.Choosing.Code),
	}
	for _, choice := range p.Conflict.Choices {
		if choice == wire.ChoiceStated {
			shown.Ask = c.askWhen(v, p)
		} else if a, ok := v.choice(p, choice); ok {
			a.Name, a.Value, a.Class = string(choice), p.ID, "choice"
			a.Busy, a.On = p.Choosing.Busy, c.choose
			if choice == p.Choosing.Choice {
				a.Class = "choice is-chosen"
			}
			shown.Choices = append(shown.Choices, &a)
		}
	}
	return shown
}

// why says what speaks against a press, and what to do where the press can only
// be left out.
func why(p state.Press) string {
	advice := words.Problem(p.Code)
	if p.Code == wire.CodeOrder { // which is told otherwise while one presses
		advice = words.Advice{What: words.T(words.ConflictOrder), Do: words.T(words.ConflictOrderDo)}
	}
	if len(p.Conflict.Choices) > 1 {
		return advice.What
	}
	return words.Together(words.Joined, advice.What, advice.Do)
}

// failure says why a choice came to nothing, and what to do.
func failure(code wire.Code) string {
	switch code {
	case "":
		return ""
	case wire.CodeDecided:
		advice := words.Problem(code)
		return words.Together(words.Joined, advice.What, advice.Do)
	}
	return words.Together(words.Joined, words.T(words.ChooseFailed), words.Problem(code).What, words.T(words.ChooseAgain))
}

// sides tells what was pressed and what stands on the card.
func (v view) sides(p state.Press) []ui.Side {
	pressed := words.T(words.PressedHere)
	switch {
	case p.Helped:
		pressed = words.T(words.PressedFor)
	case p.Elsewhere:
		pressed = words.T(words.PressedThere)
	}
	undated := p.Code == wire.CodeTooOld || p.Code == wire.CodeFuture || p.Code == wire.CodeClock
	if undated || p.Received.Sub(p.At).Abs() >= clock.Minute {
		pressed = words.Together(words.Joined, pressed, words.T(words.Arrived, "time", v.when(p.Received)))
	}
	sides := []ui.Side{{Label: words.T(words.SidePress), Text: pressed}}
	if undated {
		return sides // no card was asked
	}
	return append(sides, ui.Side{Label: words.T(words.SideCard), Text: v.otherSide(p)})
}

// otherSide tells what stands on the card, and by how much it differs from the
// press where the times of day do not show it.
func (v view) otherSide(p state.Press) string {
	c := p.Conflict
	if c.Stands == nil {
		return words.T(words.SideNone)
	}
	mine := p.When()
	text, stamps := v.cardTimes(*c.Stands, p.Kind), c.Stands.Stamps(p.Kind)
	if c.Twin != 0 {
		mine, stamps = cmp.Or(p.Recorded, mine), []clock.Instant{c.Twin}
		text = words.T(words.SideTwice, "first", v.when(mine), "second", v.when(c.Twin))
	}
	for _, at := range stamps {
		if off := at.Sub(mine).Abs(); off < clock.Minute {
			return words.T(words.SideApart, "sides", text, "length", words.Exact(off))
		}
	}
	return text
}

// cardTimes tells a card from its beginning to its end, with its breaks where k
// is about one.
func (v view) cardTimes(c clock.Card, k clock.Kind) string {
	if c.In == nil {
		return v.when(out(c))
	}
	day := clock.DateOf(c.In.At, v.zone)
	text := v.fromTo(c.In.At, out(c), day)
	if day != v.today() {
		text = words.T(words.DateTime, "date", v.format.Date(day), "time", text)
	}
	if k == clock.StartBreak || k == clock.EndBreak {
		for _, b := range c.Breaks {
			text += " · " + v.tellBreak(b, c).Text
		}
	}
	return text
}

// choice says what a button does. One that this program does not know is left
// out.
func (v view) choice(p state.Press, choice wire.Choice) (a ui.Act, ok bool) {
	twin := p.Conflict.Twin != 0 && len(p.Conflict.Choices) > 1
	switch {
	case choice == wire.ChoiceKeep && twin:
		a.Label, a.Sub = words.T(words.ChooseBoth), words.T(words.ChooseBothSub)
	case choice == wire.ChoiceKeep && p.Conflict.Stands == nil:
		a.Label, a.Sub = words.T(words.ChooseLeave), words.T(words.ChooseBothSub)
	case choice == wire.ChoiceKeep:
		a.Label, a.Sub = words.T(words.ChooseKeep), words.T(words.ChooseKeepSub)
	case choice == wire.ChoiceMine && twin:
		a.Label = words.T(words.ChooseOne)
		first, second := v.when(cmp.Or(p.Recorded, p.When())), v.when(p.Conflict.Twin)
		if first != second {
			a.Sub = words.T(words.ChooseOneSub, "first", first, "second", second)
		}
	case choice == wire.ChoiceMine:
		a.Label, a.Sub = words.T(words.ChooseMine, "time", v.when(p.When())), words.T(words.ChooseAdd)
		if become := p.Conflict.Become; become != nil {
			a.Sub = words.T(words.ChooseBecome, "card", v.cardTimes(*become, p.Kind))
		}
	}
	return a, a.Label != ""
}

// proposal is a time that a field begins with, and what it is.
type proposal struct{ start, hint string }

// proposed gives what is proposed for when a press was: where its own time
// cannot be believed when the server had it; where a card was left open when
// the shift ended; else its own time, as something to begin with.
func (v view) proposed(p state.Press) proposal {
	switch p.Code {
	case "":
		return proposal{}
	case wire.CodeTooOld, wire.CodeFuture:
		return proposal{v.local(p.Received), words.T(words.ChooseArrived, "time", v.when(p.Received))}
	case wire.CodeClock:
		if p.Conflict != nil && p.Conflict.Likely != 0 {
			likely := p.Conflict.Likely
			return proposal{v.local(likely), words.T(words.ChooseLikely, "time", v.when(likely))}
		}
	case wire.CodeOpenLong:
		if p.Conflict == nil || p.Conflict.Stands == nil {
			break
		}
		end, _ := clock.Forgotten(*p.Conflict.Stands, v.stretches(), p.At, 0)
		if end != 0 {
			return proposal{v.local(end), words.T(words.ChooseShift, "time", v.when(end))}
		}
	}
	return proposal{start: v.local(p.When())}
}

func (c *Clock) askWhen(v view, p state.Press) *ui.Ask {
	proposed := v.proposed(p)
	return &ui.Ask{
		ID: whenID, Value: p.ID, Label: words.T(words.ChooseWhen), Hint: proposed.hint, Start: proposed.start,
		Max: v.local(v.now), Error: c.deciding.wrong, Send: words.T(words.ChooseSend),
		Busy: p.Choosing.Busy, On: c.sayWhen,
	}
}

// choose sends what the person chose.
func (c *Clock) choose(_ app.Context, act ui.Act) { c.decide(act.Value, wire.Choice(act.Name), 0) }

// sayWhen sends the time the person typed, or says what is wrong with it.
func (c *Clock) sayWhen(_ app.Context, id, text string) {
	at, wrong := look(c.Store).passed(text)
	if c.deciding.wrong = wrong; wrong != "" {
		c.focus(whenID)
		return
	}
	c.decide(id, wire.ChoiceStated, at)
}

func (c *Clock) decide(id string, choice wire.Choice, at clock.Instant) {
	c.deciding.sent, c.deciding.wrong = id, ""
	c.Store.Decide(id, choice, at)
}
