// Package outbox keeps the presses of this browser until the server has
// settled them.
//
// A press is stored before it is sent and forgotten when the server says that
// it is on the card; one that will never be is kept, with the reason, until a
// person dismisses it. Between those it is sent as often as it takes: it keeps
// its id for life, so sending again cannot double it. One that the cards speak
// against is kept, and not asked after, until a person has decided; to leave
// the cards as they stand is an end of which nothing more need be said.
//
//	waiting ──── receipt ───► accepted ───────── delivered ──► (forgotten)
//	   │                        │ ▲ └──────────── refused ───┐
//	   │               conflict ▼ │ decided                  │
//	   │                      disputed ── refused, kept ─────┼─► (forgotten)
//	   └─ problem that is final (Verdict) ───────────────────┴─► refused ── Dismiss ──► (forgotten)
//
// Presses of one device carry numbers that grow by one, given in the same
// transaction that stores them, whichever tab they come from. They are sent in
// that order, one at a time, by one tab at a time; one that has to wait holds
// back those after it, one that was refused or is disputed does not. Each belongs to a person
// and is sent only while the server takes this browser for that person.
//
// When nothing can be stored a press is sent straight from memory and marked
// Unsafe until the server has it. A tab that cannot read what is stored sends
// what it knows of: then delivery goes before order.
//
// A press made while nobody is known here is held apart (Held) and sent for
// nobody, until somebody who signed in says that it was theirs; it becomes a
// press of that person then, with the id and the time it has.
//
// What each end leaves behind: killed before the transaction is complete,
// nothing was pressed as far as anybody was told; after it, the press waits and
// is sent when the program runs next; after sending, before the answer was
// noted, it is sent again and answered the same.
//
// An Outbox is safe for concurrent use. Run is the one goroutine that sends.
// Its lock is never held while anything is waited for, nor during a callback.
//
// The package knows neither JavaScript nor screens; what it needs of either
// comes in through Deps. Several Outboxes over one Storage and Locker are what
// several tabs are.
package outbox
