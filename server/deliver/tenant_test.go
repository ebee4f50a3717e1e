package deliver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/deliver"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/session"
)

// TestADayIsActed makes a day by actions, in both kinds of access.
func TestADayIsActed(t *testing.T) {
	for _, byApplication := range []bool{false, true} {
		t.Run(fmt.Sprint("application ", byApplication), func(t *testing.T) {
			r := newRig(t, byApplication)
			card := ""
			for _, step := range []struct {
				e    journal.Entry
				want clock.State
			}{
				{press(clock.ClockIn, clock.ClockIn), clock.In},
				{press(clock.StartBreak, clock.StartBreak), clock.OnBreak},
				{press(clock.ClockOut, clock.EndBreak), clock.In},
				{press(clock.ClockOut, clock.ClockOut), clock.Out},
			} {
				made, err := r.Act(t.Context(), step.e, card, nil, atOnce)
				if err != nil || made.State() != step.want || made.Person != anna || made.Team != team {
					t.Fatalf("Act(%s) = %+v, %v; want a card of Anna's that is %s", step.e.Step, made, err, step.want)
				}
				if kept := r.mirrored(made.ID); kept.State() != step.want {
					t.Errorf("after %s the mirror's card is %s", step.e.Step, kept.State())
				}
				card = made.ID
			}
			c := r.mirrored(card)
			if c.In.Note != "a note" || c.Breaks[0].End.Note != "" || c.Out.Note != "a note" {
				t.Errorf("notes stand on %+v; want them on what the person asked for", c)
			}
			if got := r.effects(); got != "clockIn startBreak endBreak clockOut" {
				t.Errorf("the tenant saw %s", got)
			}
		})
	}
}

// TestALateDayIsWritten writes presses with their own times.
func TestALateDayIsWritten(t *testing.T) {
	r := newRig(t, false)
	in := late(clock.ClockIn, 3*time.Hour)
	made, err := r.Write(t.Context(), in, "", unopposed, atOnce)
	if err != nil || made.In.At != in.At || made.In.Note != "a note" || made.Person != anna {
		t.Fatalf("Write(clockIn) = %+v, %v", made, err)
	}
	out := late(clock.ClockOut, time.Hour)
	broken := errors.New("disk is full")
	_, err = r.Write(t.Context(), out, made.ID, unopposed, beginning(func([]byte) error { return broken }))
	wantFailure(t, "a card that could not be kept", err, journal.NotSent, "")
	if got := r.effects(); got != "create" {
		t.Fatalf("the tenant saw %s, though the card was not kept first", got)
	}
	var kept graph.TimeCard
	closed, err := r.Write(t.Context(), out, made.ID, unopposed, beginning(func(raw []byte) error { return json.Unmarshal(raw, &kept) }))
	if err != nil || closed.Out == nil || closed.Out.At != out.At || closed.In.At != in.At {
		t.Fatalf("Write(clockOut) = %+v, %v", closed, err)
	}
	if kept.ID != made.ID || kept.ClockOut != nil {
		t.Errorf("the card as it stood was kept as %+v", kept)
	}
	if m := r.mirrored(made.ID); m.State() != clock.Out {
		t.Errorf("the mirror's card is %s", m.State())
	}
	_, err = r.Write(t.Context(), out, made.ID, unopposed, atOnce)
	wantFailure(t, "a second clock-out", err, journal.Refused, wire.CodeOrder)
	if got := r.effects(); got != "create replace" {
		t.Errorf("the tenant saw %s", got)
	}
}

func TestCardsAreReadAndKnown(t *testing.T) {
	r := newRig(t, false)
	if cards, ok := r.Known(t.Context(), press("", "")); ok {
		t.Errorf("Known before any reading = %v, true", cards)
	}
	mine := r.begun(anna)
	r.begun(ben)
	cards, err := r.Cards(t.Context(), press("", ""))
	if err != nil || len(cards) != 1 || cards[0].ID != mine.ID {
		t.Errorf("Cards = %+v, %v; want Anna's one", cards, err)
	}
	if cards, ok := r.Known(t.Context(), press("", "")); !ok || len(cards) != 1 {
		t.Errorf("Known after a reading = %+v, %v", cards, ok)
	}
	r.Now = func() time.Time { return time.Now().Add(11 * time.Minute) }
	if _, ok := r.Known(t.Context(), press("", "")); ok {
		t.Error("cards read eleven minutes ago are taken as known")
	}
	r.keys.session, r.keys.person = session.ErrEnded, session.ErrEnded
	_, err = r.Cards(t.Context(), press("", ""))
	wantFailure(t, "cards without a session", err, journal.SignedOut, wire.CodeSignedOut)
}

func wantFailure(t *testing.T, name string, err error, want journal.Outcome, code wire.Code) *journal.DeliveryError {
	t.Helper()
	var f *journal.DeliveryError
	if !errors.As(err, &f) || f.Outcome != want || code != "" && f.Code != code {
		t.Errorf("%s: %#v, want outcome %d and code %q", name, err, want, code)
		return &journal.DeliveryError{}
	}
	return f
}

// TestTroubleIsToldApart breaks a clock-out in every way.
func TestTroubleIsToldApart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault tenant.Fault
		keys  keyring
		want  journal.Outcome
		code  wire.Code
	}{
		{name: "throttled", fault: tenant.Fault{Do: tenant.Throttle, RetryAfter: 7}, want: journal.NotSent, code: wire.CodeBusy},
		{name: "500", fault: tenant.Fault{Do: tenant.FailBefore}, want: journal.Unknown, code: wire.CodeGraphDown},
		{name: "504 after the effect", fault: tenant.Fault{Do: tenant.FailAfter, Status: 504}, want: journal.Unknown, code: wire.CodeGraphSlow},
		{name: "cut before", fault: tenant.Fault{Do: tenant.CutBefore}, want: journal.Unknown, code: wire.CodeGraphDown},
		{name: "cut after", fault: tenant.Fault{Do: tenant.CutAfter}, want: journal.Unknown, code: wire.CodeGraphDown},
		{name: "slow", fault: tenant.Fault{Do: tenant.SlowAfter, DelayMS: 600}, want: journal.Unknown, code: wire.CodeGraphSlow},
		{name: "forbidden", fault: tenant.Fault{Do: tenant.FailBefore, Status: 403}, want: journal.Refused, code: wire.CodeRefused},
		{name: "gone", fault: tenant.Fault{Do: tenant.FailBefore, Status: 404}, want: journal.Refused, code: wire.CodeRefused},
		{name: "a token that is not accepted", fault: tenant.Fault{Do: tenant.FailBefore, Status: 401}, want: journal.NotSent, code: wire.CodeSignedOut},
		{name: "signed out", keys: keyring{session: session.ErrEnded, person: session.ErrEnded}, want: journal.SignedOut, code: wire.CodeSignedOut},
		{name: "the provider is down", keys: keyring{session: session.ErrUnavailable}, want: journal.NotSent, code: wire.CodeProvider},
		{name: "the database fails", keys: keyring{session: session.ErrStore}, want: journal.NotSent, code: wire.CodeStore},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, false)
			card := r.begun(anna)
			if _, err := r.Cards(t.Context(), press("", "")); err != nil {
				t.Fatal(err)
			}
			if tt.fault.Op = tenant.ClockOut; tt.fault.Do != "" {
				r.breaks(tt.fault)
			}
			*r.keys = tt.keys
			_, err := r.Act(t.Context(), press(clock.ClockOut, clock.ClockOut), card.ID, nil, atOnce)
			f := wantFailure(t, tt.name, err, tt.want, tt.code)
			if f.RetryAfter != time.Duration(tt.fault.RetryAfter)*time.Second {
				t.Errorf("to be tried again after %v, want %d s", f.RetryAfter, tt.fault.RetryAfter)
			}
		})
	}
}

// TestAnotherSessionOfThePersonServes when the one that pressed has ended.
func TestAnotherSessionOfThePersonServes(t *testing.T) {
	r := newRig(t, false)
	r.keys.session = session.ErrEnded
	if _, err := r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce); err != nil {
		t.Errorf("Act: %v", err)
	}
}

// TestAnothersCardIsNotTouched: neither one that Graph shows as another's, nor
// one that the mirror wrongly holds as the person's own.
func TestAnothersCardIsNotTouched(t *testing.T) {
	for _, byApplication := range []bool{false, true} {
		r := newRig(t, byApplication)
		bens := r.begun(ben)
		_, err := r.Act(t.Context(), press(clock.ClockOut, clock.ClockOut), bens.ID, nil, atOnce)
		wantFailure(t, "Act on another's card", err, journal.Refused, wire.CodeNotFound)
		_, err = r.Write(t.Context(), late(clock.ClockOut, 0), bens.ID, unopposed, atOnce)
		wantFailure(t, "Write on another's card", err, journal.Refused, wire.CodeNotFound)

		lie := bens.Clock(team)
		lie.Person = anna
		if err := r.Mirror.Put(t.Context(), lie); err != nil {
			t.Fatal(err)
		}
		_, err = r.Write(t.Context(), late(clock.ClockOut, 0), bens.ID, unopposed, atOnce)
		wantFailure(t, "Write on another's card that is mirrored as one's own", err, journal.Refused, wire.CodeNotFound)
		if got := r.effects(); got != "clockIn" {
			t.Errorf("the tenant saw %s", got)
		}
	}
}

// TestAnothersTeamIsNotTouched: Graph would let an application, so it is looked
// up here.
func TestAnothersTeamIsNotTouched(t *testing.T) {
	r := newRig(t, true)
	elsewhere := press(clock.ClockIn, clock.ClockIn)
	elsewhere.Team = other
	_, err := r.Act(t.Context(), elsewhere, "", nil, atOnce)
	wantFailure(t, "Act in another's team", err, journal.Refused, wire.CodeTeamUnknown)
	elsewhere.Written = true
	_, err = r.Write(t.Context(), elsewhere, "", unopposed, atOnce)
	wantFailure(t, "Write in another's team", err, journal.Refused, wire.CodeTeamUnknown)

	for status, code := range map[int]wire.Code{503: wire.CodeGraphDown, 403: wire.CodeGraphDown, 429: wire.CodeBusy} {
		r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ListMembers, Status: status})
		_, err = r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce)
		wantFailure(t, fmt.Sprint("membership answered ", status), err, journal.NotSent, code)
		r.box.Mend("")
	}
	if got := r.effects(); got != "" {
		t.Fatalf("the tenant saw %s, with nobody's membership known", got)
	}
	if _, err := r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce); err != nil {
		t.Errorf("Act in one's own team: %v", err)
	}
}

// TestNoTokenForTheApplication keeps presses waiting and signs nobody out.
func TestNoTokenForTheApplication(t *testing.T) {
	r := newRig(t, true)
	r.keys.app = session.ErrConfig
	_, err := r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce)
	wantFailure(t, "no application token", err, journal.NotSent, wire.CodeProvider)
	r.keys.app, r.keys.session, r.keys.person = nil, session.ErrEnded, session.ErrEnded
	if _, err := r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce); err != nil {
		t.Errorf("a press whose session has ended: %v, want it delivered by the application", err)
	}
	card := r.mirrored(r.box.Cards(team)[0].ID)
	for range 3 {
		r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.ClockOut, Status: 401, Times: 1})
	}
	_, err = r.Act(t.Context(), press(clock.ClockOut, clock.ClockOut), card.ID, nil, atOnce)
	wantFailure(t, "an application token that is not accepted", err, journal.NotSent, wire.CodeGraphDown)
}

// TestAWriteThatIsNotReadBackWasDelivered: whatever can still be learned is
// told, and nothing is made up.
func TestAWriteThatIsNotReadBackWasDelivered(t *testing.T) {
	unreadable := func(r *rig, ops ...tenant.Op) {
		for _, op := range ops {
			r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: op, Status: 503})
		}
	}
	t.Run("the list has it", func(t *testing.T) {
		r := newRig(t, false)
		card := r.begun(anna)
		unreadable(r, tenant.Get)
		got, err := r.Act(t.Context(), press(clock.ClockOut, clock.ClockOut), card.ID, nil, atOnce)
		if err != nil || got.ID != card.ID || got.Out == nil || r.mirrored(card.ID).State() != clock.Out {
			t.Errorf("Act = %+v, %v; want the card as the list has it", got, err)
		}
	})
	t.Run("nothing can be read", func(t *testing.T) {
		r := newRig(t, false)
		card := r.begun(anna)
		if _, err := r.Cards(t.Context(), press("", "")); err != nil {
			t.Fatal(err)
		}
		unreadable(r, tenant.Get, tenant.List)
		got, err := r.Act(t.Context(), press(clock.ClockOut, clock.ClockOut), card.ID, nil, atOnce)
		if err != nil || got.ID != card.ID || len(got.Stamps(clock.ClockOut)) != 0 {
			t.Errorf("Act = %+v, %v; want the card's id and no time that nobody knows", got, err)
		}
		if r.mirrored(card.ID).In == nil {
			t.Error("the mirror lost what it knew of the card")
		}
	})
	t.Run("a written one", func(t *testing.T) {
		r := newRig(t, false)
		if _, err := r.Write(t.Context(), late(clock.ClockIn, time.Hour), "", unopposed, atOnce); err != nil {
			t.Fatal(err)
		}
		id := r.box.Cards(team)[0].ID
		r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.List, Status: 503})
		out := late(clock.ClockOut, time.Minute)
		keep := func([]byte) error {
			r.breaks(tenant.Fault{Do: tenant.FailBefore, Op: tenant.Get, Status: 503})
			return nil
		}
		got, err := r.Write(t.Context(), out, id, unopposed, beginning(keep))
		if err != nil || got.ID != id || got.Out == nil || got.Out.At != out.At {
			t.Errorf("Write = %+v, %v; want the card as it was written", got, err)
		}
	})
}

// misled is a Graph that clocks in whomever it likes, and spells ids its way.
type misled struct {
	deliver.Cards
	person string
}

func (m misled) ClockIn(context.Context, graph.Caller, string, graph.Action) (graph.TimeCard, error) {
	return graph.TimeCard{ID: "TCK_1", UserID: m.person, ClockIn: &graph.Event{DateTime: graph.Stamp(clock.At(time.Now()))}}, nil
}

func TestACardThatComesBackIsThePersons(t *testing.T) {
	r := newRig(t, true)
	r.Client = misled{person: ben}
	_, err := r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce)
	wantFailure(t, "a clock-in that came out as another's", err, journal.Refused, wire.CodeRefused)
	r.Client = misled{person: strings.ToUpper(anna)}
	if made, err := r.Act(t.Context(), press(clock.ClockIn, clock.ClockIn), "", nil, atOnce); err != nil || made.Person != anna || r.mirrored("TCK_1").In == nil {
		t.Errorf("Act = %+v, %v; want Anna's card, however Graph spells her id", made, err)
	}
}
