package state

import (
	"cmp"

	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
)

// Model is what the screens show. It is a value: a screen draws one Model and
// never changes it.
type Model struct {
	// Phase is how far the program has come in learning who is here.
	Phase Phase
	// Me is who is signed in and their teams, as last heard.
	Me wire.Me
	// Team is the id of the chosen team, empty when none is or can be.
	Team string
	// Cards are the chosen team's cards of the last 31 days as read at AsOf,
	// without what Presses will add.
	Cards  []clock.Card
	AsOf   clock.Instant
	Shifts []wire.Shift
	// Presses are those not yet on a card, the oldest first.
	Presses []Press
	// Pressing is the kind of a press that is just being stored; empty
	// otherwise. No other is taken meanwhile, which is some milliseconds.
	Pressing clock.Kind
	// Held are the presses made here while nobody was known: nobody's until the
	// person says that they were theirs.
	Held []outbox.Held
	// Others counts the presses of other people that wait in this browser.
	Others int
	// Last is the press that was finished last since the program opened, with
	// its result; nil when there was none.
	Last *Press
	// Offline is set while the server cannot be reached.
	Offline bool
	// Newer is set when another version of this program can be had. Nothing
	// changes before the page is loaded again.
	Newer bool
	// Stale says why Cards could not be read anew; empty when they were.
	Stale wire.Code
	// Loading is set while cards are being read, unless they were a moment ago and
	// nobody asked.
	Loading bool
	// Where is whether presses say where they were made.
	Where Where
	// Trouble is the last failed action that is not a press; empty when none.
	Trouble wire.Code
	// RequestID names the failed request to an operator.
	RequestID string
	// StepUp says, while nobody is signed in, that the session ended because the
	// provider wants to ask the person something.
	StepUp bool
	// Leaving is set while the person, who has presses that the server does not
	// have yet, is asked whether to sign out all the same.
	Leaving bool
	// History is what the history screen shows.
	History History
	// Taking is how far the person has come with taking their hours along.
	Taking Taking
	// SignIns are the person's own sessions, as last read.
	SignIns SignIns
	// Card is the card that has its own screen, Told what others did to the
	// person's cards, as last read, and Untold how much of that is not replied to.
	Card   CardView
	Told   []wire.Change
	Untold int
	// Device is what is known of this device.
	Device Device
}

// Phase is how far the program has come.
type Phase int

// Opening: nothing is known yet. SignedOut: the server said so. Ready: Me is
// known. Broken: neither answer could be had and nothing is remembered.
const (
	Opening Phase = iota
	SignedOut
	Ready
	Broken
)

// Place is where a press is now.
type Place int

// Here: stored in this browser. AtServer: durable on the server. InGraph: on
// the card. Rejected: it will not be recorded; Code says why, and it stays
// visible until dismissed. Unsafe: neither stored here nor on the server yet.
// Disputed: the cards speak against it, Code says how, and the person has to
// choose; until then it counts for nothing.
const (
	Here Place = iota
	AtServer
	InGraph
	Rejected
	Unsafe
	Disputed
)

// Press is one press as a screen shows it.
type Press struct {
	ID    string
	Team  string
	Kind  clock.Kind
	At    clock.Instant
	Bound clock.Span
	Trust wire.Trust
	Note  string
	Place Place
	// Code says why it was rejected, or what it waits for; empty when on its
	// way.
	Code wire.Code
	// Done is when it came to Place.
	Done clock.Instant
	// Recorded is the time that stands on the card for it; 0 until known.
	Recorded clock.Instant
	// Stated is when the person says it was; 0 says that it was at At.
	Stated clock.Instant
	// Elsewhere says that it was made in another browser, and Helped that
	// somebody else made it for the person.
	Elsewhere, Helped bool
	// Received is when the server had it; 0 until it has.
	Received clock.Instant
	// Placing says that it waits for where it was made to be known. Approved is
	// whether that was at the team's approved location, as the server said; nil
	// when it is not known.
	Placing  bool
	Approved *bool
	// Conflict is the other side of a press that is Disputed, and Choosing how
	// far the person has come with it.
	Conflict *wire.Conflict
	Choosing Choosing
}

// When gives the time that belongs on the card.
func (p Press) When() clock.Instant { return cmp.Or(p.Stated, p.At) }

// Choosing is a decision under way.
type Choosing struct {
	Choice wire.Choice // made last; empty before
	Busy   bool        // it is being sent
	Code   wire.Code   // why the last attempt came to nothing
}

// History is the weeks before, read on demand and joined.
type History struct {
	// From is how far back Cards reach; 0 when nothing was read.
	From    clock.Instant
	Cards   []clock.Card
	AsOf    clock.Instant
	Loading bool
	Trouble wire.Code
}

// Unsent counts the person's presses that the server does not have yet; of
// these, unsafe are not stored either, and end with the page.
func (m Model) Unsent() (all, unsafe int) {
	for _, p := range m.Presses {
		switch {
		case p.Elsewhere:
		case p.Place == Unsafe:
			unsafe++
			all++
		case p.Place == Here:
			all++
		}
	}
	return all, unsafe
}

// TeamOf gives the chosen team, or false.
func (m Model) TeamOf() (wire.Team, bool) {
	for _, t := range m.Me.Teams {
		if t.ID == m.Team {
			return t, true
		}
	}
	return wire.Team{}, false
}
