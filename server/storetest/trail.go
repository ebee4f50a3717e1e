package storetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/petition"
	"timeclock/server/report"
	"timeclock/server/trail"
)

// trailed puts entries into a store and judges what it lists.
type trailed struct {
	t *testing.T
	s journal.Store
}

func (d trailed) put(id, person string, change func(*journal.Entry)) {
	d.t.Helper()
	e := press(id, person)
	e.Actor, e.Card, e.Status, e.Delivered = "", "TCK_1", wire.Delivered, 10
	change(&e)
	accept(d.t, d.s, e)
}

// amends makes e an amendment.
func amends(e *journal.Entry, op wire.Op) {
	e.Kind, e.Change = clock.Kind(op), &journal.Change{Op: op}
}

func (d trailed) lists(name string, got []journal.Entry, err error, want ...string) {
	d.t.Helper()
	var ids []string
	for _, e := range got {
		ids = append(ids, e.ID)
	}
	if err != nil || !slices.Equal(ids, want) {
		d.t.Errorf("%s = %v, %v; want %v", name, ids, err, want)
	}
}

// Trail is what every trail.Store must pass that is a journal.Store too.
func Trail(t *testing.T, s journal.Store) {
	d := trailed{t, s}
	d.done()
	d.trail(s.(trail.Store))
	d.confirmed(s.(report.Confirmations))

	past := s.(journal.Past)
	if last, err := past.Last(t.Context(), "anna", "team"); err != nil || last.ID != "confirms" {
		t.Errorf("Last = %s, %v; a reply is nothing that was done to a card", last.ID, err)
	}
	got, err := past.Conflicts(t.Context(), "team")
	d.lists("Conflicts, which are of presses", got, err)
}

// done puts what was done to the cards of anna and ben.
func (d trailed) done() {
	d.put("own", "anna", func(*journal.Entry) {})
	d.put("behalf", "anna", func(e *journal.Entry) { e.Actor, e.Delivered = "boss", 20 })
	d.put("edit", "anna", func(e *journal.Entry) { amends(e, wire.Replace); e.Actor, e.Delivered = "boss", 30 })
	d.put("own edit", "anna", func(e *journal.Entry) { amends(e, wire.Replace); e.Actor, e.Delivered = e.Object, 40 })
	d.put("objects", "anna", func(e *journal.Entry) {
		amends(e, journal.Object)
		e.Delivered, e.Received = 50, 50
		e.Change.About = "edit"
	})
	d.put("agrees", "ben", func(e *journal.Entry) { amends(e, journal.Agree); e.Card, e.Delivered, e.Received = "TCK_2", 60, 60 })
	d.put("waits", "ben", func(e *journal.Entry) {
		amends(e, wire.Delete)
		e.Status, e.Delivered, e.Received = wire.Accepted, 0, 70
	})
	d.put("in conflict", "ben", func(e *journal.Entry) {
		amends(e, wire.Delete)
		e.Status, e.Delivered, e.Received = wire.Conflicted, 0, 80
	})
	d.put("refused", "anna", func(e *journal.Entry) { amends(e, wire.Delete); e.Status, e.Delivered, e.Received = wire.Refused, 0, 5 })
	d.put("a press that waits", "ben", func(e *journal.Entry) { e.Status, e.Delivered = wire.Accepted, 0 })
}

func (d trailed) trail(s trail.Store) {
	ctx := d.t.Context()
	got, err := s.OfCard(ctx, "team", "TCK_1")
	d.lists("OfCard", got, err, "own", "behalf", "edit", "own edit", "objects")
	got, err = s.OfCard(ctx, "elsewhere", "TCK_1")
	d.lists("OfCard in another team", got, err)
	got, err = s.OfCard(ctx, "team", "")
	d.lists("OfCard of none", got, err)
	got, err = s.Told(ctx, "anna", "team", 20)
	d.lists("Told", got, err, "edit", "behalf")
	got, err = s.Told(ctx, "anna", "team", 21)
	d.lists("Told since", got, err, "edit")
	got, err = s.Replies(ctx, "team", "anna", 0)
	d.lists("Replies of anna", got, err, "objects")
	got, err = s.Replies(ctx, "team", "", 0)
	d.lists("Replies", got, err, "objects", "agrees")
	got, err = s.Replies(ctx, "team", "", 51)
	d.lists("Replies since", got, err, "agrees")
	got, err = s.UnderWay(ctx, "team")
	d.lists("UnderWay", got, err, "waits", "in conflict")
	d.put("given up", "carl", func(e *journal.Entry) {
		amends(e, wire.Delete)
		e.Status, e.Code, e.Delivered, e.Received = wire.Refused, wire.CodeKept, 0, 90
	})
	d.put("refused later", "carl", func(e *journal.Entry) {
		amends(e, wire.Replace)
		e.Status, e.Code, e.Delivered, e.Received = wire.Refused, wire.CodeRefused, 0, 91
	})
	got, err = s.Unwritten(ctx, "team", 0)
	d.lists("Unwritten", got, err, "refused later")
	got, err = s.Unwritten(ctx, "team", 92)
	d.lists("Unwritten since", got, err)
	d.put("made good", "carl", func(e *journal.Entry) { amends(e, wire.Replace); e.Delivered = 95 })
	got, err = s.Unwritten(ctx, "team", 20)
	d.lists("Unwritten, and made good", got, err)
}

func (d trailed) confirmed(s report.Confirmations) {
	ctx := d.t.Context()
	d.put("confirms later", "ben", func(e *journal.Entry) { amends(e, wire.Confirm); e.Delivered = 95 })
	d.put("confirms", "anna", func(e *journal.Entry) { amends(e, wire.Confirm); e.Card, e.Delivered = "TCK_3", 90 })
	d.put("will confirm", "anna", func(e *journal.Entry) { amends(e, wire.Confirm); e.Status, e.Delivered = wire.Accepted, 0 })
	d.put("confirms elsewhere", "anna", func(e *journal.Entry) { amends(e, wire.Confirm); e.Team, e.Delivered = "elsewhere", 90 })
	got, err := s.Confirmed(ctx, "team", 90)
	d.lists("Confirmed", got, err, "confirms", "confirms later")
	got, err = s.Confirmed(ctx, "team", 91)
	d.lists("Confirmed since", got, err, "confirms later")
}

// Petitions is what every petition.Store must pass.
func Petitions(t *testing.T, s petition.Store) {
	ask := func(id, person string, made clock.Instant) petition.Petition {
		p := petition.Petition{ID: id, Person: person, Object: "oid-" + person, Name: "Anna", Team: "team", Card: "TCK_1",
			Asked: journal.Change{Op: wire.Replace, Next: &clock.Card{In: &clock.Event{At: 3}}}, Text: "I left at 18:10", Made: made, State: wire.Asked}
		if stored, fresh, err := s.Ask(t.Context(), p); err != nil || !fresh || !reflect.DeepEqual(stored, p) {
			t.Fatalf("Ask(%s) = %+v, %v, %v", id, stored, fresh, err)
		}
		return p
	}
	if _, err := s.Petition(t.Context(), "nobody"); !errors.Is(err, petition.ErrNone) {
		t.Errorf("Petition(nobody) = %v, want ErrNone", err)
	}
	first, second, bens := ask("p1", "anna", 10), ask("p2", "anna", 20), ask("p3", "ben", 30)
	again := bens
	again.ID, again.Text = "p1", "something else"
	if stored, fresh, err := s.Ask(t.Context(), again); err != nil || fresh || !reflect.DeepEqual(stored, first) {
		t.Errorf("asked again: %+v, %v, %v; want the first", stored, fresh, err)
	}
	list := func(name string, got []petition.Petition, err error, want ...petition.Petition) {
		t.Helper()
		if err != nil || !slices.EqualFunc(got, want, func(a, b petition.Petition) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%s = %+v, %v; want %+v", name, got, err, want)
		}
	}
	closed := first
	closed.State, closed.Decider, closed.Decided, closed.Word = wire.Declined, "boss", 40, "you did not"
	if ok, err := s.Close(t.Context(), closed); err != nil || !ok {
		t.Errorf("Close = %v, %v", ok, err)
	}
	other := closed
	other.State = wire.Granted
	if ok, err := s.Close(t.Context(), other); err != nil || ok {
		t.Errorf("closed again: %v, %v; want that it was not open", ok, err)
	}
	got, err := s.Of(t.Context(), "anna", "team", 10)
	list("Of", got, err, second, closed)
	got, err = s.Of(t.Context(), "anna", "team", 11)
	list("Of since", got, err, second)
	got, err = s.Open(t.Context(), "team", 0)
	list("Open", got, err, second, bens)
	got, err = s.Open(t.Context(), "elsewhere", 0)
	list("Open elsewhere", got, err)
	got, err = s.About(t.Context(), "team", "TCK_1")
	list("About", got, err, closed, second, bens)
	if n, err := s.Forget(t.Context(), 20); err != nil || n != 1 {
		t.Errorf("Forget = %d, %v; want 1", n, err)
	}
	got, err = s.About(t.Context(), "team", "TCK_1")
	list("About after Forget", got, err, second, bens)
}
