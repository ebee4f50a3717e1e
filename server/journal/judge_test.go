package journal_test

import (
	"cmp"
	"fmt"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	sandbox "timeclock/server/sandbox/tenant"
)

// judge holds the presses against the tenant's log and cards. Of several presses
// that an effect could be of, those that nothing else explains come first.
func (h *history) judge(entries []journal.Entry) (wrong []string) {
	left := h.effects()
	stamps := h.stamps()
	explained := map[string]bool{}
	for _, explain := range []func(journal.Entry, *[]sandbox.Effect, []journal.Stamp) (bool, error){
		h.acted, h.rewritten, h.met,
	} {
		for _, e := range entries {
			if e.Status != wire.Delivered || explained[e.ID] {
				continue
			}
			done, err := explain(e, &left, stamps)
			if explained[e.ID] = done; err != nil && !moved(e, entries) {
				wrong = append(wrong, fmt.Sprintf("%s %s: %v", e.ID[len(h.who.Object):], e.Kind, err))
			}
		}
	}
	for _, f := range left {
		if !h.excused(f, entries, stamps) {
			wrong = append(wrong, fmt.Sprintf("%s on %s at %v belongs to no press", f.Op, f.Card, f.At))
		}
	}
	return slices.Concat(wrong, shared(entries, stamps), disorder(entries))
}

// effects lists what was made of the person's cards in their own name.
func (h *history) effects() (all []sandbox.Effect) {
	for _, c := range h.graph.Calls() {
		if c.Effect != nil && c.Person == h.who.Object {
			all = append(all, *c.Effect)
		}
	}
	return all
}

// acted explains a press by the action that was taken for it, and takes that from
// the effects.
func (h *history) acted(e journal.Entry, left *[]sandbox.Effect, stamps []journal.Stamp) (bool, error) {
	took := take(left, func(f sandbox.Effect) bool {
		return string(f.Op) == string(e.Kind) && f.Card == e.Card && (clock.At(f.At) == e.Recorded || e.Recorded == 0 || idle(f))
	})
	if !took {
		return false, nil
	}
	if off := e.Recorded.Sub(e.At); e.Recorded != 0 && off.Abs() > clock.Of(h.limits.Tolerance+h.limits.Attempt)+lag {
		return true, fmt.Errorf("recorded %d ms from the press", off)
	}
	return true, h.standing(e, stamps)
}

// rewritten explains a press that nothing but a card that was written for it can:
// one that was sent, or decided about, which forgets that it was.
func (h *history) rewritten(e journal.Entry, left *[]sandbox.Effect, stamps []journal.Stamp) (bool, error) {
	if h.foundable(e, stamps) {
		return false, nil
	}
	sent := e.Sent != 0 || e.Choice != ""
	if !sent || !take(left, func(f sandbox.Effect) bool { return rewrites(f) && f.Card == e.Card }) {
		return true, fmt.Errorf("said to be on %s at %d, and was never put there; the tenant has %v", e.Card, e.Recorded, stamps)
	}
	if off := e.Recorded.Sub(e.At); e.Recorded != 0 && (off < 0 || off > 10*clock.Second) {
		return true, fmt.Errorf("written %d ms from the press", off)
	}
	return true, h.standing(e, stamps)
}

// met explains a press by what others made, where it may have been written as
// well.
func (h *history) met(e journal.Entry, left *[]sandbox.Effect, _ []journal.Stamp) (bool, error) {
	if e.Written || e.Choice != "" {
		take(left, func(f sandbox.Effect) bool { return rewrites(f) && f.Card == e.Card })
	}
	return true, nil
}

// foundable reports whether what is recorded of a press may stand there by
// somebody else: at the time of the press, or while what had been sent could
// still show.
func (h *history) foundable(e journal.Entry, stamps []journal.Stamp) bool {
	return slices.Contains(stamps, journal.Stamp{Card: e.Card, Kind: e.Kind, At: e.Recorded}) &&
		(e.Recorded.Sub(e.At).Abs() <= clock.Of(h.limits.Tolerance) || e.Sent != 0 && h.resembles(e))
}

// standing checks that a card shows what is recorded of a press.
func (h *history) standing(e journal.Entry, stamps []journal.Stamp) error {
	there := slices.Contains(stamps, journal.Stamp{Card: e.Card, Kind: e.Kind, At: e.Recorded})
	if there || e.Recorded == 0 || h.trimmed(e, stamps) { // 0: Graph did not let it be read in time
		return nil
	}
	return fmt.Errorf("recorded on %s at %d, where the tenant has %v", e.Card, e.Recorded, stamps)
}

// excused reports whether an effect that explains no press is one the package
// speaks of: it does not stand any more, because a card was written over it or a
// later one moved it; it is the first of two; what stood against a press was changed
// or taken away, as its person chose; or its press was taken for what the owner had
// done already, by a Graph that takes an action again, or in the same millisecond as
// the card that was made for it says.
func (h *history) excused(f sandbox.Effect, entries []journal.Entry, stamps []journal.Stamp) bool {
	if !rewrites(f) && !slices.Contains(stamps, journal.Stamp{Card: f.Card, Kind: clock.Kind(f.Op), At: clock.At(f.At)}) {
		return true
	}
	return slices.ContainsFunc(entries, func(e journal.Entry) bool {
		return f.Op == sandbox.EndBreak && e.Kind == clock.ClockOut && e.Card == f.Card ||
			rewrites(f) && e.Kind == clock.ClockIn && e.Written && e.Card != f.Card && h.byOwner(e) &&
				slices.Contains(stamps, journal.Stamp{Card: f.Card, Kind: e.Kind, At: e.Recorded}) ||
			(f.Op == sandbox.Replace || f.Op == sandbox.Delete) && !f.At.Before(h.asked) && e.Choice == wire.ChoiceMine ||
			h.accepts && string(e.Kind) == string(f.Op) && h.resembles(e) && clock.At(f.At).Sub(e.Sent) <= lag
	})
}

// take removes the first effect that fits, and reports whether there was one.
func take(left *[]sandbox.Effect, fits func(sandbox.Effect) bool) bool {
	i := slices.IndexFunc(*left, fits)
	if i >= 0 {
		*left = slices.Delete(*left, i, i+1)
	}
	return i >= 0
}

// rewrites reports whether an effect is a whole card that was made, changed or
// taken away.
func rewrites(f sandbox.Effect) bool {
	return f.Op == sandbox.Create || f.Op == sandbox.Replace || f.Op == sandbox.Delete
}

// resembles reports whether the event that e was found as is one the owner made
// while an effect of an action that had been sent for e could still show: nobody
// can tell the two apart.
func (h *history) resembles(e journal.Entry) bool {
	open := clock.Of(h.limits.Tolerance + h.limits.Attempt + h.limits.Settle)
	return cmp.Or(e.Resent, e.Sent).Sub(e.At) <= clock.Of(h.limits.Tolerance) && e.Recorded >= e.At.Add(-skew) && e.Recorded <= max(e.At, e.Received).Add(open+skew) && h.byOwner(e)
}

// byOwner reports whether the owner made the event that e is recorded as.
func (h *history) byOwner(e journal.Entry) bool {
	return slices.ContainsFunc(h.graph.Calls(), func(c sandbox.Call) bool {
		f := c.Effect
		return f != nil && c.Person != h.who.Object && string(f.Op) == string(e.Kind) && f.Card == e.Card && clock.At(f.At) == e.Recorded
	})
}

// skew is how far Graph's clock may be from the server's.
const skew = 10 * clock.Second

// idle reports whether a Graph that takes an action again took the end of a break
// that had been ended, and changed nothing.
func idle(f sandbox.Effect) bool { return f.Op == sandbox.EndBreak && f.Break == "" }

// moved reports whether a person chose to have another press's time stand where
// e's stood.
func moved(e journal.Entry, entries []journal.Entry) bool {
	return slices.ContainsFunc(entries, func(o journal.Entry) bool {
		return o.ID != e.ID && o.Choice == wire.ChoiceMine && o.Card == e.Card &&
			(o.Kind == e.Kind || o.Kind == clock.ClockOut && e.Kind == clock.EndBreak)
	})
}

// lag is how much later an effect may happen by the mishaps.
const lag = 8 * clock.Second

// trimmed reports whether a Graph that takes an action again moved an end of work
// to a later one.
func (h *history) trimmed(e journal.Entry, stamps []journal.Stamp) bool {
	return e.Kind == clock.ClockOut && h.accepts && slices.ContainsFunc(stamps, func(s journal.Stamp) bool {
		return s.Card == e.Card && s.Kind == clock.ClockOut
	})
}

// shared tells of events that more presses are said to be than there are.
func shared(entries []journal.Entry, stamps []journal.Stamp) (wrong []string) {
	claims, there := map[journal.Stamp]int{}, map[journal.Stamp]int{}
	for _, at := range stamps {
		there[at]++
	}
	for _, e := range entries {
		at := journal.Stamp{Card: e.Card, Kind: e.Kind, At: e.Recorded}
		if e.Status != wire.Delivered || e.Recorded == 0 || moved(e, entries) {
			continue
		}
		if claims[at]++; claims[at] > max(1, there[at]) {
			wrong = append(wrong, fmt.Sprintf("%d presses are %s at %d on %s", claims[at], at.Kind, at.At, at.Card))
		}
	}
	return wrong
}

// disorder tells of presses of one device that were delivered before an earlier
// one that was there already and did not wait for a decision.
func disorder(entries []journal.Entry) (wrong []string) {
	for _, a := range entries {
		for _, b := range entries {
			if a.Device == b.Device && a.Seq < b.Seq && a.Received <= b.Received && a.Choice == "" &&
				a.Status == wire.Delivered && b.Status == wire.Delivered && a.Delivered > b.Delivered {
				wrong = append(wrong, fmt.Sprintf("%s was delivered before %s", b.ID, a.ID))
			}
		}
	}
	return wrong
}
