package page

import (
	"cmp"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// elsewhere stands for what was changed in Teams where a change is named.
const elsewhere = "elsewhere"

// changes tells what was done to the card and what was asked for, the latest
// first.
func (c *Card) changes(v view, card *clock.Card) []ui.Change {
	t := v.Card.Trail
	if t == nil || v.Card.ID != c.id {
		return nil
	}
	var all []ui.Change
	if e := t.Elsewhere; e != nil {
		told := ui.Change{
			ID: elsewhere, Kind: "elsewhere", Glyph: ui.GlyphAlert, When: v.when(e.At), Compare: v.compare(e.Was, card),
			Title: words.T(words.ChangeTeams, "name", cmp.Or(e.By.Name, words.T(words.ChangeBySomeone))),
		}
		c.answer(v, &told, e.Reply)
		all = append(all, told)
	}
	for i := len(t.Requests) - 1; i >= 0; i-- {
		if t.Requests[i].State != wire.Granted {
			all = append(all, c.request(v, t.Requests[i]))
		}
	}
	for i := len(t.Changes) - 1; i >= 0; i-- {
		all = append(all, c.change(v, t.Changes[i]))
	}
	for i := len(t.Requests) - 1; i >= 0; i-- {
		if t.Requests[i].State == wire.Granted {
			all = append(all, c.request(v, t.Requests[i]))
		}
	}
	return all
}

// change tells of one thing that was done here.
func (c *Card) change(v view, w wire.Change) ui.Change {
	told := ui.Change{
		ID: w.ID, Kind: "edit", Glyph: ui.GlyphNote, Title: v.changeTitle(w), When: v.when(w.At), Reason: w.Reason,
	}
	switch {
	case w.Op == wire.Confirm:
		told.Kind, told.Glyph = "confirm", ui.GlyphCheck
	case w.Op == "":
		told.Kind, told.Glyph = "press", ui.GlyphClock
	default:
		told.Compare = v.compare(w.Before, w.After)
	}
	if w.By.ID != w.Person.ID && w.Op != wire.Confirm && !w.Asked {
		c.answer(v, &told, w.Reply)
	}
	return told
}

func (v view) changeTitle(w wire.Change) string {
	name := cmp.Or(w.By.Name, words.T(words.ChangeBySomeone))
	if w.By.ID == w.Person.ID {
		name = words.T(words.ChangeBySelf)
	}
	key := map[wire.Op]words.Key{
		wire.Create: words.ChangeMade, wire.Replace: words.ChangeEdited, wire.Delete: words.ChangeDeleted, wire.Confirm: words.ChangeConfirmed,
	}[w.Op]
	if key == "" {
		return words.T(words.ChangePressed, "name", name, "act", words.Act(w.Press), "time", v.when(w.Time))
	}
	return words.T(key, "name", name)
}

// answer adds what the person said to a change, or the ways to say it.
func (c *Card) answer(v view, told *ui.Change, said *wire.Reply) {
	if said != nil && said.Agrees {
		told.Answer, told.Tone = words.T(words.Agreed), ui.Calm
	} else if said != nil {
		told.Answer, told.Tone = words.T(words.Objected, "word", said.Word), ui.Grave
	}
	if c.objects == told.ID {
		told.Say = &ui.Say{
			ID: sayID, Label: words.T(words.ObjectWhat), Error: c.wrong,
			Send:   &ui.Act{Name: "send-objection", Class: "primary", Label: words.T(words.ObjectSend), Busy: v.Card.Sending, On: c.object},
			Others: []*ui.Act{{Name: "cancel", Class: "link", Label: words.T(words.Cancel), On: c.cancel}},
		}
		return
	}
	agree := &ui.Act{Name: "agree", Value: told.ID, Class: "second", Label: words.T(words.Agree), Busy: v.Card.Sending, On: c.agree}
	object := &ui.Act{Name: "object", Value: told.ID, Class: "second", Label: words.T(words.Object), On: c.objecting}
	switch {
	case said == nil:
		told.Acts = []*ui.Act{agree, object}
	case said.Agrees:
		object.Class = "link"
		told.Acts = []*ui.Act{object}
	default:
		agree.Class = "link"
		told.Acts = []*ui.Act{agree}
	}
}

func (c *Card) agree(_ app.Context, act ui.Act) { c.reply(act.Value, true, "") }

func (c *Card) objecting(_ app.Context, act ui.Act) {
	c.objects, c.wrong = act.Value, ""
	c.focus(sayID)
}

func (c *Card) object(_ app.Context, act ui.Act) {
	word := strings.TrimSpace(act.Value)
	if c.wrong = ""; word == "" {
		c.wrong = words.T(words.ObjectEmpty)
		c.focus(sayID)
		return
	}
	c.reply(c.objects, false, word)
}

func (c *Card) reply(about string, agrees bool, word string) {
	card, _ := c.card(look(c.Store))
	c.finished = ""
	if about == elsewhere {
		about = ""
	}
	c.Store.Reply(about, card, agrees, word)
}

// request tells what the person asked for and what has become of it.
func (c *Card) request(v view, r wire.Request) ui.Change {
	name := cmp.Or(r.By.Name, words.T(words.ChangeBySomeone))
	told := ui.Change{
		ID: r.ID, Kind: "request", Glyph: ui.GlyphHistory, Title: words.T(words.ChangeAsked), When: v.when(r.Made),
		Reason: r.Text, Compare: v.compare(r.Seen, r.Next), Tone: ui.Calm,
	}
	switch r.State {
	case wire.Asked:
		told.Answer = words.T(words.RequestOpen)
		told.Acts = []*ui.Act{{Name: "withdraw", Value: r.ID, Class: "link", Label: words.T(words.Withdraw), Busy: v.Card.Sending, On: c.withdraw}}
	case wire.Granted:
		told.Answer, told.Compare = words.T(words.RequestDone, "name", name), ui.Compare{}
		if a := r.Amended; a == nil || !a.Status.Final() && a.Status != wire.Conflicted {
			told.Answer = words.T(words.RequestDoing, "name", name)
		} else if a.Status != wire.Delivered {
			told.Answer, told.Tone = words.T(words.RequestNot, "name", name), ui.Grave
		}
	case wire.Declined:
		told.Answer, told.Tone = words.T(words.RequestDeclined, "name", name, "word", r.Word), ui.Grave
	case wire.Withdrawn:
		told.Answer = words.T(words.RequestWithdrawn)
	default:
		told.Answer, told.Tone = words.T(words.RequestExpired), ui.Grave
	}
	return told
}

func (c *Card) withdraw(_ app.Context, act ui.Act) {
	c.finished = ""
	c.Store.Withdraw(act.Value)
}

// compare puts two versions of a card side by side.
func (v view) compare(was, is *clock.Card) ui.Compare {
	t := ui.Compare{Part: words.T(words.ComparePart), Was: words.T(words.CompareWas), Is: words.T(words.CompareIs)}
	day := clock.Date{}
	for _, c := range []*clock.Card{is, was} {
		if c != nil && c.In != nil {
			day = clock.DateOf(c.In.At, v.zone)
		}
	}
	names := map[clock.Part]words.Key{
		clock.PartIn: words.PartIn, clock.PartOut: words.PartOut, clock.PartBreak: words.PartBreak, clock.PartNote: words.PartNote,
	}
	for _, d := range clock.Differences(was, is) {
		t.Rows = append(t.Rows, ui.CompareRow{Part: words.T(names[d.Part]), Was: v.said(d.Part, d.Was, day), Is: v.said(d.Part, d.Is, day)})
	}
	return t
}

// said tells what a card says in one part; the day is named where it is another.
func (v view) said(p clock.Part, s *clock.Said, day clock.Date) string {
	switch {
	case s == nil:
		return words.T(words.CompareNone)
	case p == clock.PartNote:
		return s.Note
	}
	time := v.format.Time(s.At)
	if p == clock.PartBreak {
		time = v.fromTo(s.At, s.Until, day)
	} else if d := clock.DateOf(s.At, v.zone); d != day {
		time = words.T(words.DateTime, "date", v.format.Date(d), "time", time)
	}
	if s.Note != "" {
		time = words.T(words.PartWith, "time", time, "note", s.Note)
	}
	return time
}
