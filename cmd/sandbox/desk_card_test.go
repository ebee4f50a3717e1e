package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// unlimited is a budget without bounds.
type unlimited struct{}

func (unlimited) Wait(context.Context, graph.Ask) error { return nil }
func (unlimited) Hold(string, time.Time)                {}

// inTeams changes a card past the product, as somebody does who has it open in
// Teams.
func inTeams(t *testing.T, b *box, card string, change func(*graph.TimeCard)) {
	t.Helper()
	client, err := graph.New(graph.Config{Root: b.Sandbox.Origin + "/graph", Budget: unlimited{}, Rand: func() float64 { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range b.Sandbox.Provider.Issued() { // those of supervisors may
		by := graph.By(func(context.Context) (string, error) { return token, nil })
		_, err = client.EditCard(t.Context(), by, sandbox.HarbourCafe, card, func(c graph.TimeCard) (graph.TimeCard, error) {
			change(&c)
			return c, nil
		})
		if err == nil {
			return
		}
	}
	t.Fatalf("change card %s in Teams: %v", card, err)
}

// deskCard is where the supervisors' screen of a card stands.
func deskCard(b *box, login, card string) string {
	return wire.ScreenCard + "?team=" + sandbox.HarbourCafe + "&person=" + oidOf(b, login) + "&card=" + card
}

// weekOf opens the week of somebody that a card began in, from the board.
func (tb *tab) weekOf(login string, day time.Time) {
	tb.t.Helper()
	tb.click("#person-" + oidOf(tb.box, login))
	tb.act("hours")
	tb.wait(`[data-screen="person"] .day`)
	tb.open(wire.ScreenPerson + "?team=" + sandbox.HarbourCafe + "&person=" + oidOf(tb.box, login) + "&day=" + day.In(stockholm(tb.t)).Format(time.DateOnly))
	tb.wait(`[data-screen="person"] .day [data-card]`)
}

// TestJourneyOfACardPutRight: a supervisor finds a card from the board and
// corrects it, with before and after side by side; its person sees who did it and
// why in another browser, and objects; the supervisor sees that, and both confirm
// in the end.
func TestJourneyOfACardPutRight(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{phone, desk, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			card := closedCards(visit(t, b).signIn(sandbox.Anna))[0]
			tb := supervise(t, b, s, sandbox.Sara, sandbox.HarbourCafe)
			tb.weekOf(sandbox.Anna, card.In.At.Time())
			tb.look("person")
			tb.click(fmt.Sprintf(`[data-act="card"][data-value=%q]`, card.ID))
			tb.wait(`[data-screen="card"] [data-act="correct"]`)
			tb.look("desk-card")
			tb.correctEnd(card)
			change := `[data-kind="edit"]`
			tb.wait(change)
			tb.look("desk-card-done")

			anna := browse(t, b, phone)
			anna.signIn(sandbox.Anna)
			anna.state(clock.Out)
			anna.open("/card?id=" + card.ID)
			anna.wait(change)
			text := anna.text(change)
			for _, want := range []string{"Sara Virtanen changed this card", "The till was closed then"} {
				if !strings.Contains(text, want) {
					t.Errorf("she reads %q, want %q in it", text, want)
				}
			}
			anna.act("object")
			anna.wait("#say")
			anna.typeText("say", "I closed the door after that")
			anna.act("send-objection")
			anna.wait(change + " .change-answer.is-grave")

			tb.act("requests")
			tb.wait(fmt.Sprintf(`[data-objection=%q]`, card.ID))
			tb.click(fmt.Sprintf(`[data-act="card"][data-value=%q]`, card.ID))
			tb.wait(change + " .change-answer.is-grave")
			if text := tb.text(change); !strings.Contains(text, "I closed the door after that") {
				t.Errorf("he reads %q", text)
			}
			tb.look("desk-objected")
			tb.act("confirm-card")
			tb.wait(".line-confirmed")
			anna.open("/card?id=" + card.ID)
			anna.act("confirm-card")
			anna.wait(`[data-kind="confirm"] + [data-kind="confirm"]`)
			if c := cardIn(t, b, card.ID); !c.ByUser || !c.ByManager {
				t.Errorf("it is confirmed %v, %v, want by both", c.ByUser, c.ByManager)
			}
			tb.correctAfterwards(b, card)
		})
	}
}

// correctEnd corrects the end of a card: nothing goes without a reason, and what
// was typed outlives the page being loaded anew.
func (tb *tab) correctEnd(card clock.Card) {
	tb.t.Helper()
	left := card.Out.At.Time().Truncate(time.Minute).Add(-20 * time.Minute)
	tb.act("correct")
	tb.focused("field-in")
	tb.act("save-card")
	tb.wait(`#field-why[aria-invalid="true"]`)
	tb.typeTime("field-out", left)
	tb.wait(`[data-differs="changed"]`)
	tb.typeText("field-why", "The till was closed then")
	tb.typeText("field-note", "Till closed early")
	tb.wait(`[data-differs="added"], [data-differs="changed"] + [data-differs="changed"]`)
	tb.do("load the page anew", chromedp.Reload())
	tb.wait(`[data-problem="kept"]`)
	if got := ask(tb, "read the field", chromedp.Evaluate[string](`document.getElementById("field-out").value`)); got != left.In(stockholm(tb.t)).Format("2006-01-02T15:04") {
		tb.t.Errorf("the time that was typed is %q now", got)
	}
	tb.wait(`[data-differs="changed"]`)
	tb.look("desk-correct")
	tb.act("save-card")
	tb.wait(`[data-problem="done"]`)
	c := cardIn(tb.t, tb.box, card.ID)
	if !c.Out.At.Equal(left) || c.Notes == nil || c.Notes.Content != "Till closed early" || !c.In.At.Equal(card.In.At.Time()) {
		tb.t.Errorf("in Teams the card is %+v", c)
	}
}

// correctAfterwards corrects a card that both confirmed: nobody has then.
func (tb *tab) correctAfterwards(b *box, card clock.Card) {
	tb.t.Helper()
	tb.open(deskCard(b, sandbox.Anna, card.ID))
	tb.wait(`[data-act="correct"]`)
	tb.act("correct")
	tb.wait(`[data-problem="locked"]`)
	tb.typeTime("field-out", card.Out.At.Time().Truncate(time.Minute))
	tb.typeText("field-why", "She was right")
	tb.wait(`[data-differs="changed"]`)
	tb.act("save-card")
	tb.wait(`[data-problem="done"]`)
	tb.gone(".line-confirmed")
	if c := cardIn(tb.t, b, card.ID); c.ByUser || c.ByManager {
		tb.t.Error("it is confirmed as it did not stand")
	}
	tb.act("back")
	tb.wait(`[data-rule="edited"]`)
	tb.fits("person-edited")
}

// cardIn is a card as it stands in Teams.
func cardIn(t *testing.T, b *box, id string) tenant.Card {
	t.Helper()
	cards := b.Sandbox.Tenant.Cards("")
	i := slices.IndexFunc(cards, func(c tenant.Card) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no card %s", id)
	}
	return cards[i]
}

// endsAt waits until a card ends at want, and gives when it does.
func endsAt(t *testing.T, b *box, id string, want time.Time) time.Time {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if cardIn(t, b, id).Out.At.Equal(want) {
			break
		}
	}
	return cardIn(t, b, id).Out.At
}

// TestJourneyOfAMissedCard: a supervisor adds a card that was missed, is told when
// another covers its time, confirms the week, and deletes the card.
func TestJourneyOfAMissedCard(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	card := closedCards(visit(t, b).signIn(sandbox.Anna))[0]
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	in := card.In.At.Time().Truncate(time.Minute)
	tb.weekOf(sandbox.Anna, in)
	tb.act("add-card")
	tb.wait("#field-in")
	tb.typeTime("field-in", in)
	tb.typeTime("field-out", in.Add(time.Hour))
	tb.wait(`[data-warns="fault"]`)
	tb.typeText("field-why", "Inventory at night")
	tb.act("save-card")
	tb.focused("form-error")
	tb.look("desk-overlap")
	before := in.Add(-3 * time.Hour)
	tb.typeTime("field-in", before)
	tb.typeTime("field-out", before.Add(2*time.Hour))
	tb.act("add-break")
	tb.wait("#field-break-0-to")
	tb.typeTime("field-break-0-from", before.Add(time.Hour))
	tb.typeTime("field-break-0-to", before.Add(time.Hour+10*time.Minute))
	tb.look("desk-add")
	tb.act("save-card")
	tb.wait(`[data-kind="edit"], .person-screen`)
	if tb.count(".person-screen") > 0 { // Teams took its time
		tb.openAdded(before)
	}
	tb.look("desk-added")
	made := ask(tb, "read the address", chromedp.Evaluate[string](`new URL(location).searchParams.get("card")`))
	if c := cardIn(t, b, made); !c.In.At.Equal(before) || len(c.Breaks) != 1 || c.Person != oidOf(b, sandbox.Anna) {
		t.Errorf("the card is %+v", c)
	}

	tb.act("back")
	tb.wait(fmt.Sprintf(`[data-card=%q]`, made))
	tb.act("confirm-week")
	tb.wait(`[data-problem="confirmed"]`)
	tb.gone(`[data-act="confirm-week"], [data-waits]`)
	tb.look("desk-week-confirmed")
	if !cardIn(t, b, made).ByManager || !cardIn(t, b, card.ID).ByManager {
		t.Error("the week is not confirmed")
	}

	tb.open(deskCard(b, sandbox.Anna, made))
	tb.act("remove")
	tb.wait(`[data-act="delete-card"]`)
	tb.act("delete-card")
	tb.wait(`#field-why[aria-invalid="true"]`)
	tb.typeText("field-why", "It was Ben")
	tb.look("desk-delete")
	tb.act("delete-card")
	tb.wait(`[data-problem="gone"]`)
	tb.look("desk-deleted")
	if slices.ContainsFunc(b.Sandbox.Tenant.Cards(""), func(c tenant.Card) bool { return c.ID == made }) {
		t.Error("the card is still there")
	}
}

// openAdded opens the card that was added with that beginning, from its week, once
// Teams has it.
func (tb *tab) openAdded(in time.Time) {
	tb.t.Helper()
	from := in.In(stockholm(tb.t)).Format("15:04")
	card := ask(tb, "find the card that was added", chromedp.PollFunction[string](`(from) =>
		[...document.querySelectorAll(".day-list [data-card]")].find((c) => c.innerText.includes(from))?.dataset.card`, chromedp.WithPollingArgs(from)))
	tb.click(fmt.Sprintf(`.day-list [data-card=%q] a`, card))
	tb.wait(`[data-kind="edit"]`)
}

// TestJourneyOfACardAddedSlowly: Teams takes its time for a card that is added. The
// supervisor is told that it waits, and sees it once it is there.
func TestJourneyOfACardAddedSlowly(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	b.misbehave(t, tenant.Fault{Do: tenant.SlowBefore, Op: tenant.Create, DelayMS: 9000, Times: 1})
	in := closedCards(visit(t, b).signIn(sandbox.Anna))[0].In.At.Time().Truncate(time.Minute).Add(-3 * time.Hour)
	tb := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	tb.weekOf(sandbox.Anna, in)
	tb.act("add-card")
	tb.wait("#field-in")
	tb.typeTime("field-in", in)
	tb.typeTime("field-out", in.Add(time.Hour))
	tb.typeText("field-why", "Inventory at night")
	tb.act("save-card")
	tb.wait(`.person-screen [data-waits="amendment"]`)
	tb.look("desk-added-slowly")
	tb.openAdded(in)
	tb.gone(`[data-problem="waits"]`)
}

// TestJourneyOfAClash: while a supervisor writes, the card is changed in Teams.
// Nothing is written over it: both versions are shown beside what stood there, and
// the supervisor chooses.
func TestJourneyOfAClash(t *testing.T) {
	t.Parallel()
	for _, s := range []screen{desk, phone, small} {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, t.TempDir())
			cards := closedCards(visit(t, b).signIn(sandbox.Anna))
			tb := supervise(t, b, s, sandbox.Sara, sandbox.HarbourCafe)
			for i, choice := range []string{"clash-mine", "clash-keep"} {
				card := cards[i]
				theirs, mine := card.Out.At.Time().Add(30*time.Minute), card.Out.At.Time().Truncate(time.Minute).Add(-15*time.Minute)
				tb.open(deskCard(b, sandbox.Anna, card.ID))
				tb.act("correct")
				tb.wait("#field-out")
				tb.typeTime("field-out", mine)
				tb.typeText("field-why", "She left early")
				inTeams(t, b, card.ID, func(c *graph.TimeCard) { c.ClockOut.DateTime = graph.Stamp(clock.At(theirs)) })
				tb.act("save-card")
				tb.wait(`[data-clash][data-code="changed"] [data-differs="both"]`)
				tb.focused("clash-title")
				if got := cardIn(t, b, card.ID).Out.At; !got.Equal(theirs) {
					t.Errorf("written over what stood in Teams: %s, want %s", got, theirs)
				}
				tb.look("desk-clash")
				tb.act(choice)
				tb.gone("[data-clash]")
				want := map[string]time.Time{"clash-mine": mine, "clash-keep": theirs}[choice]
				tb.wait(fmt.Sprintf(`[data-card=%q]`, card.ID))
				if got := endsAt(t, b, card.ID, want); !got.Equal(want) {
					t.Errorf("chose %s: work ends %s, want %s", choice, got, want)
				}
			}
		})
	}
}

// TestJourneyOfAChangeThatWaits: Graph is down; the change shows as waiting, on
// the person's week and on the board, until it is written.
func TestJourneyOfAChangeThatWaits(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	card := closedCards(visit(t, b).signIn(sandbox.Anna))[0]
	tb := supervise(t, b, desk, sandbox.Sara, sandbox.HarbourCafe) // a row on a phone has room for one mark
	tb.open(deskCard(b, sandbox.Anna, card.ID))
	tb.act("correct")
	tb.wait("#field-out")
	tb.typeTime("field-out", card.Out.At.Time().Truncate(time.Minute).Add(-5*time.Minute))
	tb.typeText("field-why", "Five minutes")
	b.misbehave(t, tenant.Fault{Do: tenant.FailBefore, Op: tenant.Replace, Status: http.StatusServiceUnavailable})
	tb.act("save-card")
	tb.wait(`[data-problem="waits"]`)
	tb.look("desk-waits")
	tb.act("back")
	tb.wait(`[data-waits="amendment"]`)
	tb.look("person-waits")
	tb.act("team")
	tb.wait(rowOf(b, sandbox.Anna) + ` [data-mark="amends"]`)
	b.Sandbox.Tenant.Mend("")
	tb.gone(rowOf(b, sandbox.Anna) + ` [data-mark="amends"]`)
}

// TestJourneyOfNobodysCard: who does not supervise the team has no page of its
// people, and neither has a supervisor of those of other teams.
func TestJourneyOfNobodysCard(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	anna := browse(t, b, phone)
	anna.signIn(sandbox.Anna)
	anna.state(clock.Out)
	anna.open(wire.ScreenPerson + "?team=" + sandbox.HarbourCafe + "&person=" + oidOf(b, sandbox.Ben))
	anna.wait(`[data-problem="denied"]`)
	sara := supervise(t, b, phone, sandbox.Sara, sandbox.HarbourCafe)
	sara.open(wire.ScreenPerson + "?team=" + sandbox.FerryLanding + "&person=" + oidOf(b, sandbox.Anna))
	sara.wait(`[data-problem="nobody"]`)
	sara.look("nobody")
	sara.expect("404 (Not Found)")
	sara.open(wire.ScreenPerson + "?team=" + sandbox.HarbourCafe + "&person=" + oidOf(b, sandbox.Erik))
	sara.wait(`[data-problem="nobody"]`)
}
