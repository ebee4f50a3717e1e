package torture

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/tenant"
)

// stamp is one event on one card of the tenant's.
type stamp struct {
	card string
	kind clock.Kind
	at   clock.Instant
}

// verdict is what a run came to.
type verdict struct {
	presses, acks, sent int
	cards, effects      int
	late                int           // written with the time of the press
	deviation           time.Duration // the largest between a press and its record

	faults    []string
	histories map[string]string // of those whose presses went wrong, by id

	left holdings
	tell func(person string) string
}

// holdings are what the tenant has, less what presses account for.
type holdings struct {
	stamps  map[stamp]int
	owner   map[string]string // of a card
	effects map[string]int    // by card: how often it was changed, less its stamps
	ended   map[stamp]int     // breaks ended by the action, for no press yet
}

func (v *verdict) blame(person, format string, args ...any) {
	v.faults = append(v.faults, fmt.Sprintf(format, args...))
	if len(v.histories) < mostTold {
		v.histories[person] = v.tell(person)
	}
}

// judge compares what people were told with what the tenant holds. bound is how
// far an action's stamp may be from its press.
func judge(w *town, people []*person, bound time.Duration) *verdict {
	v := &verdict{
		histories: map[string]string{}, tell: func(id string) string { return history(w, people, id) },
		left: holdings{map[stamp]int{}, map[string]string{}, map[string]int{}, map[stamp]int{}},
	}
	v.count(w)
	for _, p := range people {
		for _, made := range p.presses {
			v.weigh(made, p, clock.Of(bound))
		}
	}
	for s, n := range v.left.stamps {
		if n > 0 {
			v.blame(v.left.owner[s.card], "DOUBLED: %s at %s stands on card %s %d times for no press", s.kind, s.at.Time(), s.card, n)
		}
	}
	for card, n := range v.left.effects {
		if n != 0 {
			v.blame(v.left.owner[card], "DOUBLED: card %s was changed %+d times more often than it has stamps", card, n)
		}
	}
	return v
}

// count takes stock of the tenant.
func (v *verdict) count(w *town) {
	for _, c := range w.graph.Cards("") {
		v.cards++
		v.left.owner[c.ID] = c.Person
		for _, s := range stampsOn(c) {
			v.left.stamps[s]++
			v.left.effects[c.ID]--
		}
	}
	for _, e := range w.graph.Effects() {
		v.effects++
		v.left.effects[e.Card]++
		if e.Op == tenant.EndBreak {
			v.left.ended[stamp{e.Card, clock.EndBreak, clock.At(e.At)}]++
		}
	}
}

// weigh finds a press on the cards and takes it off them.
func (v *verdict) weigh(made *press, p *person, bound clock.Span) {
	v.presses, v.acks, v.sent = v.presses+1, v.acks+made.acks, v.sent+made.tries
	r := made.final
	if made.acks == 0 || r == nil {
		v.blame(p.id, "LOST: %s (%s) was acknowledged %d times and never became final", made.Kind, made.ID, made.acks)
		return
	}
	if r.Status != wire.Delivered {
		v.blame(p.id, "LOST: %s (%s) is %s: %s", made.Kind, made.ID, r.Status, r.Code)
		return
	}
	s := stamp{r.Card, made.Kind, r.Recorded}
	if v.left.stamps[s] == 0 || v.left.owner[r.Card] != p.id {
		v.blame(p.id, "LOST: %s (%s) is said to stand on card %s at %s and does not", made.Kind, made.ID, r.Card, r.Recorded.Time())
		return
	}
	v.left.stamps[s]--
	v.left.ended[s]--
	deviation := r.Recorded.Sub(made.At).Abs()
	v.deviation = max(v.deviation, deviation.Duration())
	if deviation == 0 {
		v.late++
	}
	if deviation > bound {
		v.blame(p.id, "MOVED: %s (%s) was pressed at %s and stands at %s", made.Kind, made.ID, made.At.Time(), r.Recorded.Time())
	}
	if made.Kind == clock.ClockOut && made.Seen == clock.OnBreak {
		v.weighBreak(made, p, bound)
	}
}

// weighBreak takes off the end of the break that a clock-out ended. Written
// together, at one time, both are one change of the card, unless the break had
// been ended by the action before.
func (v *verdict) weighBreak(made *press, p *person, bound clock.Span) {
	of := func(s stamp) bool {
		return s.card == made.final.Card && s.kind == clock.EndBreak && s.at >= made.At && s.at.Sub(made.At) <= bound
	}
	for s, n := range v.left.stamps {
		if n == 0 || !of(s) {
			continue
		}
		v.left.stamps[s]--
		acted := false
		for ended, n := range v.left.ended {
			acted = acted || n > 0 && of(ended)
		}
		if s.at == made.final.Recorded && !acted {
			v.left.effects[s.card]++
		}
		return
	}
	v.blame(p.id, "LOST: the break that clocking out ended (%s) is not ended on card %s", made.ID, made.final.Card)
}

// stampsOn lists what stands on a card.
func stampsOn(c tenant.Card) []stamp {
	var all []stamp
	add := func(k clock.Kind, e *tenant.Event) {
		if e != nil {
			all = append(all, stamp{c.ID, k, clock.At(e.At)})
		}
	}
	add(clock.ClockIn, c.In)
	for i := range c.Breaks {
		add(clock.StartBreak, &c.Breaks[i].Start)
		add(clock.EndBreak, c.Breaks[i].End)
	}
	add(clock.ClockOut, c.Out)
	return all
}

// history tells what a person pressed and what was made of it.
func history(w *town, people []*person, id string) string {
	var lines []string
	for _, p := range people {
		for _, made := range p.presses {
			if p.id == id && made.final != nil {
				r := made.final
				lines = append(lines, fmt.Sprintf("%s pressed %s (%s): %s %s at %s, recorded as %s", made.At.Time().Format(precise),
					made.Kind, made.ID, r.Status, r.Code, r.Delivered.Time().Format(precise), r.Recorded.Time().Format(precise)))
			}
		}
	}
	for _, c := range w.graph.Calls() {
		if e := c.Effect; e != nil && e.Person == id {
			lines = append(lines, fmt.Sprintf("%s %s of %s took effect, dated %s", c.At.Format(precise), e.Op, e.Card, e.At.Format(precise)))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n    ")
}

// mostTold bounds how many faults a failure tells of.
const mostTold = 20

const precise = "15:04:05.000"

// report fails the test with everything that is wrong.
func (v *verdict) report(t *testing.T) {
	t.Helper()
	if len(v.faults) > 0 {
		t.Errorf("%d faults, such as:\n%s", len(v.faults), strings.Join(v.faults[:min(len(v.faults), mostTold)], "\n"))
		for id, told := range v.histories {
			t.Logf("of %s:\n    %s", id, told)
		}
	}
}
