package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Held is a press that was made while nobody was known here. It is nobody's,
// and never sent, until somebody who signed in says that it was theirs. Its
// JSON is the format of the storage.
type Held struct {
	ID    string        `json:"id"` // of the press, for life
	Kind  clock.Kind    `json:"kind"`
	Note  string        `json:"note,omitempty"`
	At    clock.Instant `json:"at"`
	Bound clock.Span    `json:"bound"`
	Trust wire.Trust    `json:"trust"`
	Own   clock.Instant `json:"own,omitempty"` // as in Entry
	// Not are those who said that it was not theirs.
	Not []string `json:"not,omitempty"`
}

// heldLife is how long anybody is asked about a held press.
const heldLife = 7 * 24 * clock.Hour

const keyHeld = "held/"

func (h Held) key() string { return keyHeld + h.ID }

// readHeld gives the held presses in the order they were made.
func readHeld(all map[string][]byte) []Held {
	var held []Held
	for _, key := range slices.Sorted(maps.Keys(all)) {
		var h Held
		if strings.HasPrefix(key, keyHeld) && json.Unmarshal(all[key], &h) == nil && h.key() == key && h.Kind.Valid() {
			held = append(held, h)
		}
	}
	slices.SortStableFunc(held, func(a, b Held) int { return cmp.Compare(a.At, b.At) })
	return held
}

// Hold stores a press of nobody, of which in says only what, when and the note.
// again is as in Press. An error says that it is not stored.
func (o *Outbox) Hold(ctx context.Context, in Intent) (again bool, err error) {
	h := Held{ID: o.ID(), Kind: in.Kind, Note: in.Note, At: in.Stamp.At, Bound: in.Stamp.Bound, Trust: in.Stamp.Trust, Own: in.Stamp.Own}
	t := tap{ID: h.ID, Kind: h.Kind, At: h.At}
	err = o.update(ctx, func(all map[string][]byte) map[string][]byte {
		if again = t.repeats(read(all).tap); again {
			return nil
		}
		changes := map[string][]byte{keyTap: encode(t), h.key(): encode(h)}
		for _, old := range readHeld(all) {
			if h.At.Sub(old.At) > heldLife {
				changes[old.key()] = nil
			}
		}
		return changes
	})
	if err != nil || again {
		return again, err
	}
	return false, o.Reload(ctx)
}

// Held gives the presses of nobody that the person may be asked about, in the
// order they were made; without a person, all.
func (o *Outbox) Held() []Held {
	now := o.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	var ask []Held
	for _, h := range o.held {
		if !slices.Contains(h.Not, o.person) && now.Sub(h.At) <= heldLife {
			ask = append(ask, h)
		}
	}
	return ask
}

// Claim makes a held press the person's own, in a team of theirs, and has it
// sent, with its own id and time. One that is not there was claimed in another
// tab. An error says that it is held still.
func (o *Outbox) Claim(ctx context.Context, id, team string) error {
	person, newDevice := o.personNow(), o.ID()
	err := o.update(ctx, func(all map[string][]byte) map[string][]byte {
		held := readHeld(all)
		i := slices.IndexFunc(held, func(h Held) bool { return h.ID == id })
		if i < 0 || person == "" {
			return nil
		}
		h, d := held[i], read(all).device
		d.ID = cmp.Or(d.ID, newDevice)
		e := Entry{Person: person, Own: h.Own, Punch: wire.Punch{
			ID: h.ID, Team: team, Kind: h.Kind, Note: h.Note, At: h.At, Bound: h.Bound, Trust: h.Trust,
		}}
		e.number(&d)
		e.Order = e.Punch.Seq
		return map[string][]byte{keyDevice: encode(d), e.key(): encode(e), h.key(): nil}
	})
	if err != nil {
		return err
	}
	return o.Reload(ctx)
}

// Disown says that a held press was not the person's: they are not asked again.
func (o *Outbox) Disown(ctx context.Context, id string) error {
	person := o.personNow()
	err := o.update(ctx, func(all map[string][]byte) map[string][]byte {
		for _, h := range readHeld(all) {
			if h.ID == id && person != "" && !slices.Contains(h.Not, person) {
				h.Not = append(h.Not, person)
				return map[string][]byte{h.key(): encode(h)}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return o.Reload(ctx)
}

func (o *Outbox) personNow() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.person
}
