package desk

import (
	"cmp"
	"slices"
	"strings"

	"timeclock/app/clock"
)

// View is what of the board a supervisor wants to see.
type View struct {
	Group  Group
	Search string
	Sort   Sort
}

// Group is a part of a team. A person may be in several.
type Group string

// The groups, in the order they are offered.
const (
	All      Group = "all"
	In       Group = "in"
	OnBreak  Group = "break"
	Out      Group = "out"
	Late     Group = "late"
	Missing  Group = "missing"
	OpenLong Group = "open"
	Waiting  Group = "waiting"
)

// Groups lists them.
var Groups = []Group{All, In, OnBreak, Out, Late, Missing, OpenLong, Waiting}

// Sort is an order of rows.
type Sort string

// By name; by what needs a look first; by who has been longest in their state;
// by who has worked most today. Rows alike stand by name.
const (
	ByName      Sort = "name"
	ByAttention Sort = "attention"
	BySince     Sort = "since"
	ByWorked    Sort = "worked"
)

// Sorts lists them.
var Sorts = []Sort{ByName, ByAttention, BySince, ByWorked}

func sortOf(text string) Sort {
	if s := Sort(text); slices.Contains(Sorts, s) {
		return s
	}
	return ByName
}

// Within reports whether r is in g at now.
func (r *Row) Within(g Group, now clock.Instant) bool {
	marked := func(k clock.MarkKind) bool { _, ok := r.Mark(k, now); return ok }
	switch g {
	case All:
		return true
	case In:
		return r.State == clock.In
	case OnBreak:
		return r.State == clock.OnBreak
	case Out:
		return r.State == clock.Out
	case Late:
		return marked(clock.Late)
	case Missing:
		return marked(clock.Missing)
	case OpenLong:
		return marked(clock.OpenLong)
	case Waiting:
		return len(r.Waiting) > 0
	}
	return false
}

// Count tells how many of rows are in each group at now.
func Count(rows []*Row, now clock.Instant) map[Group]int {
	n := make(map[Group]int, len(Groups))
	for _, r := range rows {
		for _, g := range Groups {
			if r.Within(g, now) {
				n[g]++
			}
		}
	}
	return n
}

// Select gives the rows that v shows at now, in its order. search is what
// v.Search folds to: every word of it must begin a part of the name.
func (v View) Select(rows []*Row, search string, now clock.Instant) []*Row {
	words := strings.Fields(search)
	var out []*Row
	for _, r := range rows {
		if r.Within(cmp.Or(v.Group, All), now) && r.matches(words) {
			out = append(out, r)
		}
	}
	if order := v.Sort.order(now); order != nil {
		slices.SortStableFunc(out, order)
	}
	return out
}

func (r *Row) matches(words []string) bool {
	for _, w := range words {
		if !strings.HasPrefix(r.folded, w) && !strings.Contains(r.folded, " "+w) && !strings.Contains(r.folded, "-"+w) {
			return false
		}
	}
	return true
}

// order gives the comparison of rows, nil for the order they are in.
func (s Sort) order(now clock.Instant) func(a, b *Row) int {
	switch s {
	case ByAttention:
		return func(a, b *Row) int { return cmp.Compare(a.rank(now), b.rank(now)) }
	case BySince:
		return func(a, b *Row) int {
			return cmp.Or(cmp.Compare(untimed(a), untimed(b)), cmp.Compare(a.Since, b.Since))
		}
	case ByWorked:
		return func(a, b *Row) int { return cmp.Compare(b.WorkedAt(now), a.WorkedAt(now)) }
	}
	return nil
}

// untimed sorts those of whom nothing is known to the end.
func untimed(r *Row) int {
	if r.Since == 0 {
		return 1
	}
	return 0
}

// rank is lower the sooner somebody should look at r.
func (r *Row) rank(now clock.Instant) int {
	for i, g := range []Group{OpenLong, Missing, Waiting, Late, OnBreak, In} {
		if r.Within(g, now) {
			return i
		}
	}
	return len(Groups)
}

// Show changes what of the board is shown.
func (s *Store) Show(f func(*View)) {
	s.change(func(m *Model) { f(&m.View) })
	s.SetPref(prefSort, string(s.Model().View.Sort))
}

// Choose chooses people to be acted for, or none of them any more.
func (s *Store) Choose(on bool, people ...string) {
	s.change(func(m *Model) {
		chosen := make(map[string]bool, len(m.Chosen)+len(people))
		for id := range m.Chosen {
			chosen[id] = true
		}
		for _, id := range people {
			if on {
				chosen[id] = true
			} else {
				delete(chosen, id)
			}
		}
		m.Chosen = chosen
	})
}

// ChooseNone chooses nobody.
func (s *Store) ChooseNone() { s.change(func(m *Model) { m.Chosen = nil }) }
