package outbox

import (
	"cmp"
	"context"
	"slices"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Intent is what a person wants recorded, at the moment they pressed.
type Intent struct {
	Person string
	Team   string
	Kind   clock.Kind
	Seen   clock.State
	Note   string
	Stamp  Stamp
	Stated clock.Instant // as in wire.Punch
	// Until is until when, by the device's own clock, sending waits for Place
	// to be called; 0 for not at all.
	Until clock.Instant
}

// Press stores a press and has it sent. again is set when it is the second tap
// of a press made before, in this tab or another, which then is not made. An
// entry that could not be stored is kept in memory and marked Unsafe; there is
// no other failure. Presses are numbered in the order of the calls, so calls
// should not overlap.
func (o *Outbox) Press(ctx context.Context, in Intent) (e Entry, again bool) {
	ctx, cancel := context.WithTimeout(ctx, storageTime)
	defer cancel()
	draft := o.draft(in)
	last, newDevice := o.lastTap(), o.ID()
	var c content
	err := o.Storage.Update(ctx, func(all map[string][]byte) map[string][]byte {
		c = read(all)
		tap := draft.tap()
		if e, again = draft, tap.repeats(c.tap) || tap.repeats(last); again {
			return nil
		}
		c.device.ID = cmp.Or(c.device.ID, newDevice)
		e.number(&c.device)
		e.Order = e.Punch.Seq
		return map[string][]byte{keyDevice: encode(c.device), keyTap: encode(tap), e.key(): encode(e)}
	})
	if err != nil {
		e, again = o.unsafe(draft), draft.tap().repeats(last)
	}
	if again {
		return Entry{}, true
	}
	o.add(e, c.entries)
	o.Changed()
	if !e.Unsafe {
		o.Tell()
	}
	o.Kick()
	return e, false
}

// draft makes the entry of in, without a number.
func (o *Outbox) draft(in Intent) Entry {
	return Entry{Person: in.Person, Own: in.Stamp.Own, Until: in.Until, Punch: wire.Punch{
		ID: o.ID(), Team: in.Team, Kind: in.Kind, Seen: in.Seen, Note: in.Note,
		At: in.Stamp.At, Bound: in.Stamp.Bound, Trust: in.Stamp.Trust, Stated: in.Stated,
	}}
}

// number makes e the next press of d.
func (e *Entry) number(d *device) {
	d.Seq++
	e.Punch.Device, e.Punch.Seq = d.ID, d.Seq
}

// unsafe numbers draft without the storage. It gets a device of its own, since
// another tab may be giving out the numbers of the stored one.
func (o *Outbox) unsafe(draft Entry) Entry {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.spare.ID == "" {
		o.spare.ID = o.ID()
	}
	draft.number(&o.spare)
	draft.Order, draft.Unsafe, draft.Until = o.order, true, 0 // it has no time to lose
	return draft
}

func (e Entry) tap() tap {
	p := e.Punch
	return tap{ID: p.ID, Person: e.Person, Team: p.Team, Kind: p.Kind, Seen: p.Seen, At: p.At}
}

// repeats reports whether t is the second tap of first.
func (t tap) repeats(first tap) bool {
	return t.Person == first.Person && t.Team == first.Team && t.Kind == first.Kind &&
		t.Seen == first.Seen && t.At.Sub(first.At).Abs() < SameTap
}

func (o *Outbox) lastTap() tap {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tap
}

// add takes a new entry in, and those found stored before it, so that it is
// not sent before them even if the storage cannot be read again.
func (o *Outbox) add(e Entry, before []Entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.version++
	o.order = max(o.order, e.Order)
	o.tap = e.tap()
	for _, e := range append(before, e) {
		if o.index(e.Punch.ID) < 0 && !o.isOver(e.Punch.ID) && !finished(e) {
			o.entries = append(o.entries, e)
		}
	}
	slices.SortFunc(o.entries, compare)
}
