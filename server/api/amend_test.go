package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/sandbox/tenant"
)

const (
	bensCard     = "TCK_00000000-0000-4000-8000-0000000000be"
	ottosCard    = "TCK_00000000-0000-4000-8000-000000000770"
	annasCard    = "TCK_00000000-0000-4000-8000-0000000a22a1"
	annasRequest = "019ac000-0000-7000-8000-00000000a5ed"
	annasOther   = "019ac000-0000-7000-8000-00000001a5ed"
	// bensAmendment is one of a supervisor's that is in conflict.
	bensAmendment = "019ac000-0000-7000-8000-00000000de1e"
)

func trailOf(team, card, person string) string {
	return wire.PathTrail + "?team=" + team + "&card=" + card + "&person=" + person
}

// ago is so long ago, to the second.
func ago(d time.Duration) clock.Instant { return clock.At(time.Now().Add(-d).Truncate(time.Second)) }

// seed puts a card of yesterday into the café, from eight hours to one hour after
// its beginning.
func (r *rig) seed(id, person string) clock.Card {
	r.t.Helper()
	in := ago(30 * time.Hour)
	at := func(h clock.Span) *tenant.Event { return &tenant.Event{At: in.Add(h * clock.Hour).Time()} }
	card := tenant.Card{ID: id, Team: cafe, Person: person, Created: in.Time(), Modified: in.Add(8 * clock.Hour).Time(), CreatedBy: tenant.Identity{ID: person},
		In: at(0), Out: at(8), Breaks: []tenant.Break{{ID: "BRK_" + id[4:], Start: *at(3), End: at(4)}}}
	card.Original = tenant.Entry{In: card.In, Out: card.Out, Breaks: card.Breaks}
	if err := r.box.Seed([]tenant.Card{card}, nil); err != nil {
		r.t.Fatal(err)
	}
	return clock.Card{ID: id, Team: cafe, Person: person, In: &clock.Event{At: in}, Out: &clock.Event{At: in.Add(8 * clock.Hour)},
		Breaks: []clock.Break{{ID: "BRK_" + id[4:], Start: clock.Event{At: in.Add(3 * clock.Hour)}, End: &clock.Event{At: in.Add(4 * clock.Hour)}}}}
}

// asking asks for a card of three days ago.
func asking(team string) wire.Asking {
	in := ago(80 * time.Hour)
	return wire.Asking{ID: uuid.Must(uuid.NewV7()).String(), Team: team, Op: wire.Create, Text: "I was here, the phone was not",
		Next: &clock.Card{In: &clock.Event{At: in}, Out: &clock.Event{At: in.Add(7 * clock.Hour)}}}
}

// deletes deletes somebody's card.
func deletes(team, card, person string) wire.Amendment {
	return wire.Amendment{ID: uuid.Must(uuid.NewV7()).String(), Team: team, Person: person, Op: wire.Delete, Card: card,
		Seen: &clock.Card{ID: card, In: &clock.Event{At: 1}}, Reason: "twice"}
}

// leaves is seen with another end of work.
func leaves(seen clock.Card, person string, later clock.Span) wire.Amendment {
	next := seen
	next.Out = &clock.Event{At: seen.Out.At.Add(later)}
	return wire.Amendment{ID: uuid.Must(uuid.NewV7()).String(), Team: cafe, Person: person, Op: wire.Replace, Card: seen.ID,
		Seen: &seen, Next: &next, Reason: "forgot to clock out"}
}

// TestAnEditIsSeenByThePerson who objects, and the supervisor sees that.
func TestAnEditIsSeenByThePerson(t *testing.T) {
	r := newRig(t)
	seen := r.seed(annasCard, anna)
	boss, her := r.signIn(sara, sara), r.signIn(anna, anna)
	edit := leaves(seen, anna, 10*clock.Minute)
	var done, again wire.Amended
	if got := boss.call("POST", wire.PathAmendments, edit, &done); got.code() != "" || done.Status != wire.Delivered {
		t.Fatalf("edit: %s", got.body)
	}
	boss.call("POST", wire.PathAmendments, edit, &again)
	if again.ID != done.ID || again.Delivered != done.Delivered || again.By.Name != "Sara" || again.Person.Name != "Anna" {
		t.Errorf("sent again: %+v, want %+v", again, done)
	}
	var clockScreen wire.Clock
	her.call("GET", wire.PathClock+"?team="+cafe, nil, &clockScreen)
	if clockScreen.Untold != 1 || clockScreen.Me.OwnEdits {
		t.Errorf("the clock tells of %d changes by others, own edits %v", clockScreen.Untold, clockScreen.Me.OwnEdits)
	}
	var told wire.Told
	her.call("GET", wire.PathTold+"?team="+cafe, nil, &told)
	if len(told.Changes) != 1 || told.Changes[0].ID != edit.ID || told.Changes[0].By.Name != "Sara" || told.Changes[0].Reason != edit.Reason {
		t.Fatalf("she is told of %+v", told.Changes)
	}
	diff := clock.Differences(told.Changes[0].Before, told.Changes[0].After)
	if len(diff) != 1 || diff[0].Part != clock.PartOut || diff[0].Is.At != edit.Next.Out.At || diff[0].Was.At != seen.Out.At {
		t.Errorf("what changed is %+v", diff)
	}
	objects := wire.Replying{ID: uuid.NewString(), Team: cafe, Card: annasCard, About: edit.ID}
	if got := her.call("POST", wire.PathReplies, objects, nil); got.code() != wire.CodeReason {
		t.Errorf("objecting without a word: %s", got.body)
	}
	objects.Word = "I left on time"
	var said wire.Reply
	if got := her.call("POST", wire.PathReplies, objects, &said); got.code() != "" || said.Agrees || said.Word != objects.Word {
		t.Fatalf("objecting: %s", got.body)
	}
	var open wire.Objections
	boss.call("GET", wire.PathObjections+"?team="+cafe, nil, &open)
	if len(open.Open) != 1 || open.Open[0].Person.Name != "Anna" || open.Open[0].Change == nil || open.Open[0].Change.ID != edit.ID || open.Open[0].Reply.Word != objects.Word {
		t.Fatalf("the supervisor sees %+v", open.Open)
	}
	var trail wire.Trail
	if got := her.call("GET", trailOf(cafe, annasCard, ""), nil, &trail); got.code() != "" || len(trail.Changes) != 1 || trail.Changes[0].Reply == nil ||
		trail.Card == nil || trail.Card.Out.At != edit.Next.Out.At || trail.Elsewhere != nil {
		t.Errorf("the card's trail is %s", got.body)
	}
	agrees := objects
	agrees.ID, agrees.Agrees, agrees.Word = uuid.NewString(), true, ""
	her.call("POST", wire.PathReplies, agrees, nil)
	boss.call("GET", wire.PathObjections+"?team="+cafe, nil, &open)
	if len(open.Open) != 0 {
		t.Errorf("she agrees now, and the supervisor sees %+v", open.Open)
	}
	if got := r.signIn(ben, ben).call("POST", wire.PathReplies, objects, nil); got.code() == "" {
		t.Error("somebody else replies for her")
	}
}

// TestARequestIsAcceptedOnce however many tap.
func TestARequestIsAcceptedOnce(t *testing.T) {
	r := newRig(t)
	seen := r.seed(annasCard, anna)
	her, boss, second := r.signIn(anna, anna), r.signIn(sara, sara), r.signIn(rita, rita, role)
	edit := leaves(seen, "", 10*clock.Minute)
	if got := her.call("POST", wire.PathAmendments, edit, nil); got.code() != wire.CodeForbidden {
		t.Errorf("her own edit: %s", got.body)
	}
	want := wire.Asking{ID: edit.ID, Team: cafe, Op: wire.Replace, Card: annasCard, Seen: &seen, Next: edit.Next, Text: "I left at ten past"}
	for range 2 {
		var kept wire.Request
		if got := her.call("POST", wire.PathAsk, want, &kept); got.code() != "" || kept.State != wire.Asked || kept.Text != want.Text {
			t.Fatalf("asking: %s", got.body)
		}
	}
	var open wire.Requests
	boss.call("GET", wire.PathTeamRequests+"?team="+cafe, nil, &open)
	if len(open.Requests) != 1 || open.Requests[0].Person.ID != anna {
		t.Fatalf("the supervisor sees %+v", open.Requests)
	}
	var accepted wire.Request
	for _, v := range []*visitor{boss, second, boss} {
		if got := v.call("POST", wire.PathAsk+"/"+want.ID+wire.PathAccept, wire.Answer{}, &accepted); got.code() != "" {
			t.Fatalf("accepting: %s", got.body)
		}
	}
	if accepted.State != wire.Granted || accepted.Amended == nil || accepted.Amended.Status != wire.Delivered || accepted.Amended.By.ID != sara ||
		accepted.Amended.Reason != want.Text || accepted.By.Name != "Sara" {
		t.Errorf("accepted: %+v, %+v", accepted, accepted.Amended)
	}
	if n := strings.Count(r.effects(), string(tenant.Replace)); n != 1 {
		t.Errorf("the card was replaced %d times", n)
	}
	if got := boss.call("POST", wire.PathAsk+"/"+want.ID+wire.PathDecline, wire.Answer{Word: "no"}, nil); got.code() != wire.CodeDecided {
		t.Errorf("declined afterwards: %s", got.body)
	}
	var mine wire.Requests
	her.call("GET", wire.PathRequests+"?team="+cafe, nil, &mine)
	if len(mine.Requests) != 1 || mine.Requests[0].State != wire.Granted || mine.Requests[0].Amended == nil {
		t.Errorf("she sees %+v", mine.Requests)
	}
}

func TestARequestIsDeclinedOrWithdrawn(t *testing.T) {
	r := newRig(t)
	her, boss := r.signIn(anna, anna), r.signIn(sara, sara)
	first, second := asking(cafe), asking(cafe)
	for _, a := range []wire.Asking{first, second} {
		if got := her.call("POST", wire.PathAsk, a, nil); got.code() != "" {
			t.Fatal(string(got.body))
		}
	}
	var said wire.Request
	if got := boss.call("POST", wire.PathAsk+"/"+first.ID+wire.PathDecline, wire.Answer{}, nil); got.code() != wire.CodeReason {
		t.Errorf("declined without a word: %s", got.body)
	}
	if got := boss.call("POST", wire.PathAsk+"/"+first.ID+wire.PathDecline, wire.Answer{Word: "the shop was closed"}, &said); got.code() != "" || said.State != wire.Declined || said.Word == "" {
		t.Errorf("declined: %s", got.body)
	}
	if got := her.call("POST", wire.PathAsk+"/"+second.ID+wire.PathWithdraw, nil, &said); got.code() != "" || said.State != wire.Withdrawn {
		t.Errorf("withdrawn: %s", got.body)
	}
	if got := boss.call("POST", wire.PathAsk+"/"+second.ID+wire.PathAccept, wire.Answer{}, nil); got.code() != wire.CodeDecided {
		t.Errorf("accepted after it was withdrawn: %s", got.body)
	}
	later := time.Now().Add(40 * 24 * time.Hour)
	third := asking(cafe)
	her.call("POST", wire.PathAsk, third, nil)
	r.api.Petitions.Now = func() time.Time { return later }
	if got := boss.call("POST", wire.PathAsk+"/"+third.ID+wire.PathAccept, wire.Answer{}, nil); got.code() != wire.CodeExpired {
		t.Errorf("accepted when it had expired: %s", got.body)
	}
	if n := len(r.box.Effects()); n != 0 {
		t.Errorf("Graph was asked to change something %d times", n)
	}
}

// TestAWeekIsConfirmedByBoth, many at once and again.
func TestAWeekIsConfirmedByBoth(t *testing.T) {
	r := newRig(t)
	hers, his := r.seed(annasCard, anna), r.seed(bensCard, ben)
	her, boss := r.signIn(anna, anna), r.signIn(sara, sara)
	confirm := func(c clock.Card, person string) wire.Amendment {
		return wire.Amendment{ID: uuid.NewString(), Team: cafe, Person: person, Op: wire.Confirm, Card: c.ID, Seen: &c}
	}
	var done wire.Amended
	if got := her.call("POST", wire.PathAmendments, confirm(hers, ""), &done); got.code() != "" || done.Status != wire.Delivered || !done.After.ByPerson || done.After.BySupervisor {
		t.Fatalf("she confirms: %s", got.body)
	}
	hers.ByPerson = true
	changed := his
	changed.Out = &clock.Event{At: his.Out.At + 1}
	rows := wire.Amendments{Rows: []wire.Amendment{confirm(hers, anna), confirm(changed, ben), confirm(his, uuid.NewString()), confirm(his, ben)}}
	var all wire.AmendedAll
	for range 2 {
		if got := boss.call("POST", wire.PathAmendAll, rows, &all); got.code() != "" || len(all.Rows) != 4 {
			t.Fatalf("the supervisor confirms: %s", got.body)
		}
		a := all.Rows
		if a[0].Amended == nil || !a[0].Amended.After.ByPerson || !a[0].Amended.After.BySupervisor {
			t.Errorf("hers: %+v", a[0].Amended)
		}
		if a[1].Amended == nil || a[1].Amended.Status != wire.Conflicted || a[1].Amended.Code != wire.CodeChanged || a[1].Amended.Conflict == nil {
			t.Errorf("the one that was seen otherwise: %+v", a[1].Amended)
		}
		if a[2].Amended != nil || a[2].Code != wire.CodeNotMember {
			t.Errorf("a stranger's: %+v", a[2])
		}
		if a[3].Amended == nil || a[3].Amended.Status != wire.Delivered {
			t.Errorf("his: %+v", a[3].Amended)
		}
	}
	if n := strings.Count(r.effects(), string(tenant.Confirm)); n != 3 {
		t.Errorf("%d cards were confirmed, want 3", n)
	}
	var open wire.TeamAmendments
	boss.call("GET", wire.PathTeamAmendments+"?team="+cafe, nil, &open)
	if len(open.Open) != 1 || open.Open[0].ID != rows.Rows[1].ID {
		t.Fatalf("under way: %+v", open.Open)
	}
	var kept wire.Amended
	if got := boss.call("POST", wire.PathAmendments+"/"+open.Open[0].ID+wire.PathDecision, wire.Decision{Choice: wire.ChoiceKeep}, &kept); got.code() != "" || kept.Status != wire.Refused || kept.Code != wire.CodeKept {
		t.Errorf("kept: %s", got.body)
	}

	var corrected, own wire.Amended
	// Confirmed cards are locked for her, and a supervisor unlocks one by
	// correcting it.
	hers.BySupervisor = true
	r.api.OwnEdits = true
	if got := her.call("POST", wire.PathAmendments, leaves(hers, "", clock.Minute), nil); got.code() != wire.CodeConfirmed {
		t.Errorf("she edits a confirmed card: %s", got.body)
	}
	bare := leaves(hers, anna, clock.Minute)
	bare.Reason = " "
	if got := boss.call("POST", wire.PathAmendments, bare, nil); got.code() != wire.CodeReason {
		t.Errorf("a correction without a reason: %s", got.body)
	}
	if got := boss.call("POST", wire.PathAmendments, leaves(hers, anna, clock.Minute), &corrected); got.code() != "" || corrected.Status != wire.Delivered ||
		corrected.After.ByPerson || corrected.After.BySupervisor {
		t.Errorf("the supervisor corrects it: %s", got.body)
	}
	if got := her.call("POST", wire.PathAmendments, leaves(*corrected.After, "", clock.Minute), &own); got.code() != "" || own.Status != wire.Delivered || own.By.ID != anna {
		t.Errorf("she edits the card that is not confirmed any more: %s", got.body)
	}
}

// TestAnAmendmentThatCannotStand is said what is wrong, and nothing is written.
func TestAnAmendmentThatCannotStand(t *testing.T) {
	r := newRig(t)
	seen := r.seed(annasCard, anna)
	boss := r.signIn(sara, sara)
	for name, tt := range map[string]struct {
		change func(*wire.Amendment)
		code   wire.Code
		fault  clock.FaultCode
	}{
		"ends before it begins": {func(a *wire.Amendment) { a.Next.Out.At = seen.In.At - 1 }, wire.CodeUnsound, clock.FaultBackwards},
		"is ahead":              {func(a *wire.Amendment) { a.Next.Out.At = ago(-time.Hour) }, wire.CodeUnsound, clock.FaultFuture},
		"overlaps another": {func(a *wire.Amendment) {
			a.Op, a.Card, a.Seen = wire.Create, "", nil
			a.Next = &clock.Card{In: &clock.Event{At: seen.Out.At - 60_000}, Out: &clock.Event{At: seen.Out.At + 60_000}}
		}, wire.CodeUnsound, clock.FaultOverlap},
		"changes nothing":    {func(a *wire.Amendment) { a.Next = &seen }, wire.CodeMalformed, ""},
		"is of another card": {func(a *wire.Amendment) { a.Card = bensCard }, wire.CodeMalformed, ""},
		"is of nobody's":     {func(a *wire.Amendment) { a.Person = uuid.NewString() }, wire.CodeNotMember, ""},
		"has no id":          {func(a *wire.Amendment) { a.ID = "1" }, wire.CodeMalformed, ""},
		"is no amendment":    {func(a *wire.Amendment) { a.Op = "agree" }, wire.CodeMalformed, ""},
	} {
		edit := leaves(seen, anna, clock.Minute)
		tt.change(&edit)
		got := boss.call("POST", wire.PathAmendments, edit, nil)
		if got.code() != tt.code || tt.fault != "" && !slices.Contains(got.faults(t), tt.fault) {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	if n := len(r.box.Effects()); n != 0 {
		t.Errorf("Graph was asked to change something %d times", n)
	}
}

// TestChangesInTeamsAreTold as far as Graph tells.
func TestChangesInTeamsAreTold(t *testing.T) {
	r := newRig(t)
	r.seed(annasCard, anna)
	her := r.signIn(anna, anna)
	var trail wire.Trail
	if her.call("GET", trailOf(cafe, annasCard, ""), nil, &trail); trail.Elsewhere != nil || len(trail.Changes) != 0 {
		t.Errorf("nothing was done, and she is told of %+v", trail.Elsewhere)
	}
	stands := r.inTeams(sara, annasCard, 5*clock.Minute)
	her.call("GET", trailOf(cafe, annasCard, ""), nil, &trail)
	e := trail.Elsewhere
	if e == nil || e.By.ID != sara || e.Was == nil || len(clock.Differences(e.Was, trail.Card)) != 1 || trail.Card.Out.At != stands {
		t.Fatalf("after a change in Teams she is told of %+v", e)
	}
	objects := wire.Replying{ID: uuid.NewString(), Team: cafe, Card: annasCard, Seen: trail.Card, Word: "not so"}
	her.call("POST", wire.PathReplies, objects, nil)
	if her.call("GET", trailOf(cafe, annasCard, ""), nil, &trail); trail.Elsewhere == nil || trail.Elsewhere.Reply == nil || trail.Elsewhere.Reply.Agrees {
		t.Errorf("she objected, and it shows %+v", trail.Elsewhere)
	}
	var open wire.Objections
	r.signIn(sara, sara).call("GET", wire.PathObjections+"?team="+cafe, nil, &open)
	if len(open.Open) != 1 || open.Open[0].Change != nil || open.Open[0].Card != annasCard {
		t.Errorf("the supervisor sees %+v", open.Open)
	}
}

// TestAmendmentsByTheApplication: Graph does not know who asks, and confirms for
// whom it is told.
func TestAmendmentsByTheApplication(t *testing.T) {
	for _, actsAs := range []bool{true, false} {
		r := newRigBy(t, access.Access{Application: application{}, ActsAs: actsAs})
		seen := r.seed(annasCard, anna)
		her, boss := r.signIn(anna, anna), r.signIn(sara, sara)
		do := func(v *visitor, a wire.Amendment) wire.Amended {
			t.Helper()
			var done wire.Amended
			if got := v.call("POST", wire.PathAmendments, a, &done); got.code() != "" || done.Status != wire.Delivered {
				t.Fatalf("%s: %s", a.Op, got.body)
			}
			return done
		}
		edited := do(boss, leaves(seen, anna, clock.Minute)).After
		confirm := wire.Amendment{ID: uuid.NewString(), Team: cafe, Op: wire.Confirm, Card: annasCard, Seen: edited}
		if after := do(her, confirm).After; !after.ByPerson || after.BySupervisor {
			t.Errorf("she confirmed, and it stands as %+v", after)
		}
		confirm.ID, confirm.Person = uuid.NewString(), anna
		if after := do(boss, confirm).After; !after.ByPerson || !after.BySupervisor {
			t.Errorf("both confirmed, and it stands as %+v", after)
		}
		made := asking(cafe)
		missed := do(boss, wire.Amendment{ID: made.ID, Team: cafe, Person: anna, Op: wire.Create, Next: made.Next, Reason: "was here"})
		if missed.After == nil || missed.After.ID == "" || missed.After.Person != anna {
			t.Errorf("the card that was made is %+v", missed.After)
		}
		do(boss, wire.Amendment{ID: uuid.NewString(), Team: cafe, Person: anna, Op: wire.Delete, Card: missed.Card, Seen: missed.After, Reason: "was not"})
		if n := len(r.box.Cards(cafe)); n != 1 {
			t.Errorf("there are %d cards, want the one that was confirmed", n)
		}
	}
}

// TestAnAmendmentIsNoPress: its person cannot decide about it as about a press of
// theirs, and it has no receipt.
func TestAnAmendmentIsNoPress(t *testing.T) {
	r := newRig(t)
	r.seed(annasCard, anna)
	boss, her := r.signIn(sara, sara), r.signIn(anna, anna)
	otherwise := deletes(cafe, annasCard, anna)
	var told wire.Amended
	if got := boss.call("POST", wire.PathAmendments, otherwise, &told); told.Status != wire.Conflicted {
		t.Fatalf("amendment: %s", got.body)
	}
	press := wire.PathPunches + "/" + otherwise.ID
	for _, choice := range []wire.Choice{wire.ChoiceMine, wire.ChoiceKeep} {
		if got := her.call("POST", press+wire.PathDecision, wire.Decision{Choice: choice}, nil); got.code() != wire.CodeNotFound {
			t.Errorf("deciding %s as about a press: %s", choice, got.body)
		}
	}
	if got := her.call("GET", press, nil, nil); got.code() != wire.CodeNotFound {
		t.Errorf("its receipt: %s", got.body)
	}
	if n := len(r.box.Effects()); n != 0 {
		t.Errorf("the card was changed %d times", n)
	}
}
