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

// Trail is what every trail.Store must pass that is a journal.Store too.
func Trail(t *testing.T, s journal.Store) {
	tr := s.(trail.Store)
	put := func(id, person string, change func(*journal.Entry)) {
		t.Helper()
		e := press(id, person)
		e.Actor, e.Card, e.Status, e.Delivered = "", "TCK_1", wire.Delivered, 10
		change(&e)
		accept(t, s, e)
	}
	amends := func(e *journal.Entry, op wire.Op) {
		e.Kind, e.Change = clock.Kind(op), &journal.Change{Op: op}
	}
	put("own", "anna", func(*journal.Entry) {})
	put("behalf", "anna", func(e *journal.Entry) { e.Actor, e.Delivered = "boss", 20 })
	put("edit", "anna", func(e *journal.Entry) { amends(e, wire.Replace); e.Actor, e.Delivered = "boss", 30 })
	put("own edit", "anna", func(e *journal.Entry) { amends(e, wire.Replace); e.Actor, e.Delivered = e.Object, 40 })
	put("objects", "anna", func(e *journal.Entry) {
		amends(e, journal.Object)
		e.Delivered, e.Received = 50, 50
		e.Change.About = "edit"
	})
	put("agrees", "ben", func(e *journal.Entry) { amends(e, journal.Agree); e.Card, e.Delivered, e.Received = "TCK_2", 60, 60 })
	put("waits", "ben", func(e *journal.Entry) {
		amends(e, wire.Delete)
		e.Status, e.Delivered, e.Received = wire.Accepted, 0, 70
	})
	put("in conflict", "ben", func(e *journal.Entry) {
		amends(e, wire.Delete)
		e.Status, e.Delivered, e.Received = wire.Conflicted, 0, 80
	})
	put("refused", "anna", func(e *journal.Entry) { amends(e, wire.Delete); e.Status, e.Delivered = wire.Refused, 0 })
	put("a press that waits", "ben", func(e *journal.Entry) { e.Status, e.Delivered = wire.Accepted, 0 })

	list := func(name string, got []journal.Entry, err error, want ...string) {
		t.Helper()
		var ids []string
		for _, e := range got {
			ids = append(ids, e.ID)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s = %v, %v; want %v", name, ids, err, want)
		}
	}
	got, err := tr.OfCard(t.Context(), "team", "TCK_1")
	list("OfCard", got, err, "own", "behalf", "edit", "own edit", "objects")
	got, err = tr.OfCard(t.Context(), "elsewhere", "TCK_1")
	list("OfCard in another team", got, err)
	got, err = tr.OfCard(t.Context(), "team", "")
	list("OfCard of none", got, err)
	got, err = tr.Told(t.Context(), "anna", "team", 20)
	list("Told", got, err, "edit", "behalf")
	got, err = tr.Told(t.Context(), "anna", "team", 21)
	list("Told since", got, err, "edit")
	got, err = tr.Replies(t.Context(), "team", "anna", 0)
	list("Replies of anna", got, err, "objects")
	got, err = tr.Replies(t.Context(), "team", "", 0)
	list("Replies", got, err, "objects", "agrees")
	got, err = tr.Replies(t.Context(), "team", "", 51)
	list("Replies since", got, err, "agrees")
	got, err = tr.UnderWay(t.Context(), "team")
	list("UnderWay", got, err, "waits", "in conflict")

	put("confirms later", "ben", func(e *journal.Entry) { amends(e, wire.Confirm); e.Delivered = 95 })
	put("confirms", "anna", func(e *journal.Entry) { amends(e, wire.Confirm); e.Card, e.Delivered = "TCK_3", 90 })
	put("will confirm", "anna", func(e *journal.Entry) { amends(e, wire.Confirm); e.Status, e.Delivered = wire.Accepted, 0 })
	put("confirms elsewhere", "anna", func(e *journal.Entry) { amends(e, wire.Confirm); e.Team, e.Delivered = "elsewhere", 90 })
	confirmed := s.(report.Confirmations)
	got, err = confirmed.Confirmed(t.Context(), "team", 90)
	list("Confirmed", got, err, "confirms", "confirms later")
	got, err = confirmed.Confirmed(t.Context(), "team", 91)
	list("Confirmed since", got, err, "confirms later")

	past := s.(journal.Past)
	if last, err := past.Last(t.Context(), "anna", "team"); err != nil || last.ID != "confirms" {
		t.Errorf("Last = %s, %v; a reply is nothing that was done to a card", last.ID, err)
	}
	got, err = past.Conflicts(t.Context(), "team")
	list("Conflicts, which are of presses", got, err)
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
