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
}

// Press stores a press and has it sent. again is set when it is the second tap
// of a press made before, in this tab or another, which then is not made. An
// entry that could not be stored is kept in memory and marked Unsafe; there is
// no other failure. Presses are numbered in the order of the calls, so calls
// should not overlap.
func (o *Outbox) Press(ctx context.Context, in Intent) (e Entry, again bool) {
	fresh := o.draft(in)
	ctx, cancel := context.WithTimeout(ctx, storageTime)
	defer cancel()
	known := o.known()
	err := o.Storage.Update(ctx, func(all map[string][]byte) map[string][]byte {
		c := read(all)
		c.device.Seq = max(c.device.Seq, known.device.Seq)
		c.device.ID = cmp.Or(c.device.ID, known.device.ID)
		if known.tap.At > c.tap.At {
			c.tap = known.tap
		}
		e, again = next(fresh, &c)
		if again {
			return nil
		}
		return map[string][]byte{
			keyDevice: encode(c.device),
			keyTap:    encode(c.tap),
			e.key():   encode(e),
		}
	})
	if err != nil {
		e, again = next(fresh, &known)
		e.Unsafe = true
	}
	if again {
		return e, true
	}
	o.add(e)
	o.Changed()
	if !e.Unsafe {
		o.Tell()
	}
	o.Kick()
	return e, false
}

// draft makes the entry of in, its number apart; its device is the one to use
// should there be none yet.
func (o *Outbox) draft(in Intent) Entry {
	return Entry{Person: in.Person, Punch: wire.Punch{
		ID: o.ID(), Team: in.Team, Kind: in.Kind, Seen: in.Seen,
		At: in.Stamp.At, Bound: in.Stamp.Bound, Trust: in.Stamp.Trust,
		Device: o.ID(), Note: in.Note,
	}}
}

// known is what is known without the storage.
func (o *Outbox) known() content {
	o.mu.Lock()
	defer o.mu.Unlock()
	return content{device: o.device, tap: o.tap}
}

// next numbers draft after what c has seen and notes it in c, unless it is a
// second tap.
func next(draft Entry, c *content) (e Entry, again bool) {
	p := draft.Punch
	now := tap{ID: p.ID, Person: draft.Person, Team: p.Team, Kind: p.Kind, Seen: p.Seen, At: p.At}
	if now.repeats(c.tap) {
		draft.Punch.ID = c.tap.ID
		return draft, true
	}
	if c.device.ID == "" {
		c.device.ID = p.Device
	}
	c.device.Seq++
	c.tap = now
	draft.Punch.Device, draft.Punch.Seq = c.device.ID, c.device.Seq
	return draft, false
}

// repeats reports whether t is the second tap of first.
func (t tap) repeats(first tap) bool {
	return t.Person == first.Person && t.Team == first.Team && t.Kind == first.Kind &&
		t.Seen == first.Seen && t.At.Sub(first.At).Abs() < SameTap
}

// add takes a new entry in, and what it taught about device and tap.
func (o *Outbox) add(e Entry) {
	p := e.Punch
	o.mu.Lock()
	defer o.mu.Unlock()
	o.version++
	o.learn(device{p.Device, p.Seq}, tap{p.ID, e.Person, p.Team, p.Kind, p.Seen, p.At})
	if o.index(p.ID) >= 0 { // another tab's news made us read it already
		return
	}
	o.entries = append(o.entries, e)
	slices.SortStableFunc(o.entries, bySeq)
}
