package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Chains reads what is recorded. What is read by one value of it while events
// are appended need not be of one moment, unless the store says so.
type Chains interface {
	// Heads gives every chain's head, by itself: not worked out from events.
	Heads(ctx context.Context) ([]Head, error)
	// Checkpoints gives, for every chain that retention has shortened, the last
	// link that was removed.
	Checkpoints(ctx context.Context) ([]Head, error)
	// Events hands f the links of a person from seq on, or those of everybody
	// when person is empty: one person after the other, each by seq. It ends
	// with the first error of f and answers it.
	Events(ctx context.Context, person string, seq int64, f func(Link) error) error
}

// ErrNoRecord says that the database is of a time before there was a record.
var ErrNoRecord = errors.New("the database is older than the record: let this program serve it once")

// Audited counts what was examined.
type Audited struct {
	Chains, Events int
	// Standing exported heads were found on their chains. Of Covered ones
	// nothing is left but a later checkpoint.
	Standing, Covered int
}

// Audit computes every chain anew, and holds the chains against heads that were
// exported earlier. c is of one moment. The error is a *Fault for the first
// event that does not hold; Audited is then what was examined before.
func Audit(ctx context.Context, c Chains, exported []Head) (Audited, error) {
	a := audit{kept: map[string]Head{}, removed: map[string]Head{}, exported: map[string]Head{}}
	kept, err := c.Heads(ctx)
	if err != nil {
		return Audited{}, fmt.Errorf("read heads: %w", err)
	}
	removed, err := c.Checkpoints(ctx)
	if err != nil {
		return Audited{}, fmt.Errorf("read checkpoints: %w", err)
	}
	index(a.kept, kept)
	index(a.removed, removed)
	index(a.exported, exported)
	if err := c.Events(ctx, "", 0, a.link); err != nil {
		return a.Audited, reading(err)
	}
	return a.Audited, a.rest()
}

// reading tells a chain that does not hold from one that could not be read.
func reading(err error) error {
	if fault := (*Fault)(nil); errors.As(err, &fault) {
		return err
	}
	return fmt.Errorf("read events: %w", err)
}

func index(to map[string]Head, heads []Head) {
	for _, h := range heads {
		to[h.Person] = h
	}
}

// audit is an Audit under way.
type audit struct {
	Audited
	// What is still to be found, by person.
	kept, removed, exported map[string]Head
	at                      Head // how far the present chain was followed
	following               bool // whether there is a present one
}

// link follows one link further.
func (a *audit) link(l Link) error {
	if !a.following || l.Person != a.at.Person {
		if err := a.begin(l.Person); err != nil {
			return err
		}
	}
	next, err := Verify(a.at, l)
	if err != nil {
		return err
	}
	a.at = next
	a.Events++
	return a.stands(next)
}

// begin ends the chain that was followed, and begins another where retention
// has left off.
func (a *audit) begin(person string) error {
	if err := a.end(); err != nil {
		return err
	}
	a.at, a.following = Head{Person: person}, true
	if removed, ok := a.removed[person]; ok {
		a.at = removed
	}
	delete(a.removed, person)
	a.Chains++
	return a.covers(a.at)
}

// covers looks whether the exported head lies within what retention has removed
// of a chain, of which removed is the last.
func (a *audit) covers(removed Head) error {
	exported, ok := a.exported[removed.Person]
	if !ok || exported.Seq >= removed.Seq {
		return a.stands(removed)
	}
	a.Covered++
	delete(a.exported, removed.Person)
	return nil
}

// stands looks whether the exported head of a chain is this one.
func (a *audit) stands(h Head) error {
	exported, ok := a.exported[h.Person]
	if !ok || exported.Seq != h.Seq {
		return nil
	}
	if exported.Hash != h.Hash {
		return &Fault{h.Person, h.Seq, "it, or one before it, is not the one whose hash was exported"}
	}
	a.Standing++
	delete(a.exported, h.Person)
	return nil
}

// end holds the chain that was followed against its head and the exported one.
func (a *audit) end() error {
	if !a.following {
		return nil
	}
	person, next := a.at.Person, a.at.Seq+1
	kept := a.kept[person]
	delete(a.kept, person)
	switch exported, left := a.exported[person]; {
	case kept.Seq > a.at.Seq:
		return &Fault{person, next, fmt.Sprintf("it is missing; the chain's head is event %d", kept.Seq)}
	case left:
		return &Fault{person, next, fmt.Sprintf("it is missing; the head exported is event %d", exported.Seq)}
	case kept.Seq < a.at.Seq:
		return &Fault{person, kept.Seq + 1, fmt.Sprintf("the chain's head is event %d", kept.Seq)}
	case kept.Hash != a.at.Hash:
		return &Fault{person, a.at.Seq, "the chain's head has another hash"}
	}
	return nil
}

// rest ends the last chain, and looks at those of which no event was found.
func (a *audit) rest() error {
	left := map[string]bool{}
	for _, of := range []map[string]Head{a.kept, a.removed, a.exported} {
		for person := range of {
			left[person] = !a.following || person != a.at.Person
		}
	}
	for _, person := range slices.Sorted(maps.Keys(left)) {
		if !left[person] {
			continue
		}
		if err := a.begin(person); err != nil {
			return err
		}
	}
	return a.end()
}
