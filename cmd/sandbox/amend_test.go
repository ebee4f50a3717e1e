package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// closedCards gives somebody's cards that are over and that nobody confirmed, the
// latest first.
func closedCards(v *visitor) []clock.Card {
	v.t.Helper()
	cards := slices.DeleteFunc(v.clock(sandbox.HarbourCafe).Cards, func(c clock.Card) bool {
		return c.Out == nil || c.In == nil || c.ByPerson || c.BySupervisor
	})
	slices.SortFunc(cards, func(a, b clock.Card) int { return int(b.In.At - a.In.At) })
	if len(cards) < 3 {
		v.t.Fatalf("there are %d cards that are over; the journey needs three", len(cards))
	}
	return cards
}

// later is c with work ending so much later.
func later(c clock.Card, by clock.Span) *clock.Card {
	c.Out = &clock.Event{At: c.Out.At.Add(by)}
	return &c
}

// typeText puts words into a field.
func (tb *tab) typeText(id, text string) {
	tb.t.Helper()
	ask(tb, "type "+text, chromedp.Evaluate[bool](fmt.Sprintf(
		`(() => { const f = document.getElementById(%q); f.value = %q; return f.dispatchEvent(new Event("input", {bubbles: true})); })()`, id, text)))
}

// openCard opens the screen of a card from the history.
func (tb *tab) openCard(id string) {
	tb.t.Helper()
	link := fmt.Sprintf(`[data-act="card"][data-value=%q]`, id)
	tb.do("open card "+id, chromedp.WaitVisible(chromedp.CSS(link)), chromedp.Click(chromedp.CSS(link)))
	tb.wait(".card-screen")
}

// TestJourneyOfAnEdit: a supervisor corrects a card; its person sees what changed,
// by whom and why, and objects; the supervisor sees that.
func TestJourneyOfAnEdit(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			anna, sara := visit(t, b).signIn(sandbox.Anna), visit(t, b).signIn(sandbox.Sara)
			card := closedCards(anna)[0]
			tb := browse(t, b, s)
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)

			edit := wire.Amendment{ID: uuid.Must(uuid.NewV7()).String(), Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna),
				Op: wire.Replace, Card: card.ID, Seen: &card, Next: later(card, -20*clock.Minute), Reason: "The alarm was set at that time"}
			var done wire.Amended
			for deadline := time.Now().Add(patience); done.Status != wire.Delivered; time.Sleep(100 * time.Millisecond) {
				if _, p := sara.call(http.MethodPost, wire.PathAmendments, edit, &done); p != nil || time.Now().After(deadline) {
					t.Fatalf("the supervisor's edit: %v, %+v", p, done)
				}
			}
			tb.wait(`[data-problem="untold"]`) // without a reload
			tb.look("untold")
			tb.act("show-told")
			tb.wait(`[data-problem="told"]`)
			tb.look("told")
			tb.act("told")
			change := fmt.Sprintf(`[data-change=%q]`, edit.ID)
			tb.wait(change)
			text := tb.text(change)
			for _, want := range []string{"Sara Virtanen changed this card", edit.Reason} {
				if !strings.Contains(text, want) {
					t.Errorf("she reads %q, want %q in it", text, want)
				}
			}
			if !tells(t, text, card.Out.At.Time()) || !tells(t, text, edit.Next.Out.At.Time()) {
				t.Errorf("she reads %q, want both ends of work in it", text)
			}
			tb.look("changed")
			tb.act("object")
			tb.focused("say")
			tb.act("send-objection")
			tb.says("#say-error", "Say in a few words what is not right.")
			tb.typeText("say", "I worked until the end of my shift")
			tb.look("objecting")
			tb.act("send-objection")
			tb.wait(change + " .change-answer.is-grave")
			tb.look("objected")

			var open wire.Objections
			if _, p := sara.call(http.MethodGet, wire.PathObjections+"?team="+sandbox.HarbourCafe, nil, &open); p != nil || len(open.Open) != 1 ||
				open.Open[0].Reply.Word != "I worked until the end of my shift" || open.Open[0].Change.ID != edit.ID {
				t.Errorf("the supervisor sees %+v, %v", open, p)
			}
			tb.act("confirm-card")
			tb.wait(".line-confirmed")
			tb.look("confirmed")
		})
	}
}

// TestJourneyOfARequest: somebody asks for a correction, what was typed stays when
// something is missing, and a supervisor accepts it with one tap.
func TestJourneyOfARequest(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			anna, sara := visit(t, b).signIn(sandbox.Anna), visit(t, b).signIn(sandbox.Sara)
			card := closedCards(anna)[0]
			left := card.Out.At.Time().Truncate(time.Minute).Add(10 * time.Minute)
			tb := browse(t, b, s)
			tb.signIn(sandbox.Anna)
			tb.state(clock.Out)
			tb.act("history")
			tb.openCard(card.ID)
			tb.act("correct")
			tb.wait("#field-out")
			tb.look("correct")
			tb.act("send-correction")
			tb.says("#field-why-error", "Nothing is changed yet.")
			tb.typeTime("field-out", left)
			tb.act("send-correction")
			tb.says("#field-why-error", "Say in a few words what happened; your supervisor reads it.")
			if got := ask(tb, "read the field", chromedp.Evaluate[string](`document.getElementById("field-out").value`)); got != left.In(stockholm(t)).Format("2006-01-02T15:04") {
				t.Errorf("the time that was typed is %q now", got)
			}
			tb.look("correct-wrong")
			tb.typeText("field-why", "I left ten minutes later")
			tb.act("send-correction")
			tb.wait(`[data-kind="request"]`)
			tb.look("asked")

			var open wire.Requests
			if _, p := sara.call(http.MethodGet, wire.PathTeamRequests+"?team="+sandbox.HarbourCafe, nil, &open); p != nil || len(open.Requests) != 1 ||
				open.Requests[0].Text != "I left ten minutes later" || open.Requests[0].Next.Out.At != clock.At(left) {
				t.Fatalf("the supervisor sees %+v, %v", open, p)
			}
			var accepted wire.Request
			if _, p := sara.call(http.MethodPost, wire.PathAsk+"/"+open.Requests[0].ID+wire.PathAccept, wire.Answer{}, &accepted); p != nil || accepted.State != wire.Granted {
				t.Fatalf("accepting: %+v, %v", accepted, p)
			}
			tb.wait(`[data-kind="edit"]`) // without a reload
			tb.says(`[data-kind="request"] .change-answer`, "Accepted by Sara Virtanen.")
			if n := tb.count(`[data-act="object"]`); n != 0 {
				t.Error("she may object to what she asked for")
			}
			tb.look("accepted")
			wantEffects(t, b, oidOf(b, sandbox.Anna), string(tenant.Replace))

			tb.open("/card")
			tb.wait("#field-in")
			tb.look("missing")
			tb.open("/history")
			tb.act("confirm-week")
			tb.wait(".line-confirmed")
			tb.look("week-confirmed")
		})
	}
}

// TestJourneyOfAnEditRefusedLater: Teams refuses a correction long after its
// supervisor has gone on. It stands where they look until it is made good.
func TestJourneyOfAnEditRefusedLater(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna, sara := visit(t, b).signIn(sandbox.Anna), visit(t, b).signIn(sandbox.Sara)
	card := closedCards(anna)[0]
	down, err := b.Sandbox.Tenant.Misbehave(tenant.Fault{Do: tenant.FailBefore, Op: tenant.Replace, Status: http.StatusServiceUnavailable})
	if err != nil {
		t.Fatal(err)
	}
	edit := func(id uuid.UUID) wire.Amended {
		t.Helper()
		var done wire.Amended
		_, p := sara.call(http.MethodPost, wire.PathAmendments, wire.Amendment{
			ID: id.String(), Team: sandbox.HarbourCafe, Person: oidOf(b, sandbox.Anna), Op: wire.Replace,
			Card: card.ID, Seen: &card, Next: later(card, -20*clock.Minute), Reason: "The alarm was set at that time",
		}, &done)
		if p != nil {
			t.Fatalf("the supervisor's edit: %v", p)
		}
		return done
	}
	first := edit(uuid.Must(uuid.NewV7()))
	if first.Status.Final() {
		t.Fatalf("while Teams is down the edit is %s", first.Status)
	}
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	tb.act("requests")
	row := fmt.Sprintf(`[data-amendment=%q]`, first.ID)
	tb.wait(row + `[data-waits="amendment"]`)
	b.misbehave(t, tenant.Fault{Do: tenant.FailBefore, Op: tenant.Replace, Status: http.StatusBadRequest})
	b.Sandbox.Tenant.Mend(down)
	for deadline := time.Now().Add(patience); tb.count(row+`[data-waits="refused"]`) == 0; time.Sleep(time.Second) {
		if time.Now().After(deadline) {
			t.Fatalf("the refusal is not told:\n%s", tb.text("body"))
		}
		tb.open(wire.ScreenRequests)
		tb.wait(row)
	}
	if text := tb.text(row); !strings.Contains(text, "It was not written, and nothing is changed.") {
		t.Errorf("it reads %q", text)
	}
	tb.look("refused-later")
	b.Sandbox.Tenant.Mend("")
	id := uuid.Must(uuid.NewV7())
	for deadline := time.Now().Add(patience); ; {
		again := edit(id)
		if again.Status == wire.Delivered {
			break
		}
		if again.Status.Final() || time.Now().After(deadline) {
			t.Fatalf("made anew, the edit is %s", again.Status)
		}
	}
	tb.open(wire.ScreenRequests)
	tb.gone(row)
}
