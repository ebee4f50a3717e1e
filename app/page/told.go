package page

import (
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/words"
)

// told keeps what a screen reader was told, so that every press and every
// result is announced once.
type told struct {
	press  string // id of the latest press heard of
	result string // id of the latest press whose result was heard
	// disputed are the ids of the presses that were heard to be.
	disputed map[string]bool
	said     string
}

// news is what a change of the Model brought.
type news struct {
	made     bool   // a press was taken in
	returned string // the note of a press that was rejected
}

// begin takes what stands in v as known.
func (t *told) begin(v view) {
	if p, ok := latest(v.Model); ok {
		t.press = p.ID
		t.result = p.ID
	}
	t.hearDisputes(v)
}

// hearDisputes gives what is to be said of presses that came to be disputed.
func (t *told) hearDisputes(v view) (said string) {
	now := map[string]bool{}
	for _, p := range v.Presses {
		if p.Place != state.Disputed {
			continue
		}
		now[p.ID] = true
		if !t.disputed[p.ID] {
			said = words.T(words.ConflictSaid, "press", pressWhat(v, p), "why", why(p))
		}
	}
	t.disputed = now
	return said
}

// hear finds what is new in v.
func (t *told) hear(v view) (n news) {
	if said := t.hearDisputes(v); said != "" {
		defer func() { t.said = said }()
	}
	p, ok := latest(v.Model)
	if !ok {
		return n
	}
	if p.ID != t.press {
		t.press, n.made = p.ID, true
		if p.Place != state.Rejected {
			t.said = words.T(words.SaidPress, "done", words.Done(p.Kind), "time", v.when(p.When()))
		}
	}
	if final := p.Place == state.InGraph || p.Place == state.Rejected; !final || p.ID == t.result {
		return n
	}
	t.result = p.ID
	t.said = words.Labelling(pressWhat(v, p), pressWhere(v, p))
	if p.Place == state.Rejected {
		n.returned = p.Note
	}
	return n
}

// latest gives the press made last, whether or not it is on a card yet.
func latest(m state.Model) (state.Press, bool) {
	var found state.Press
	var at clock.Instant
	if m.Last != nil {
		found, at = *m.Last, m.Last.At
	}
	for _, p := range m.Presses {
		if p.At >= at {
			found, at = p, p.At
		}
	}
	return found, found.ID != ""
}
