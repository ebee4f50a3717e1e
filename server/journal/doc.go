// Package journal accepts a press once and delivers it once.
//
// A press is durable here before Graph hears of it. From then on the journal
// alone decides what becomes of it; whoever pressed, and however often the
// press is sent again, there is one row for its id and one event on one card.
//
//	accepted ──► sending ──► delivered
//	    ▲           │  └───► refused
//	    │           ▼
//	    └──────── unknown ─► delivered
//
// The state is written before each act, so a crash leaves:
//
//	before accepted is committed   nothing; the browser still has the press
//	accepted                       Graph was not asked; it will be
//	sending                        Graph may have been asked: on start it is
//	                               taken for unknown
//	unknown                        the cards are read back. The event found is
//	                               adopted; only after two clean reads, the
//	                               second later than Settle, is it sent again
//	delivered, refused             final; asked again, the same answer
//
// Clocking out from a break is two events and one press. The steps are worked
// out from the card as it stands when the press is sent, so that after a crash
// between them only what is missing is done.
//
// A press that Graph refuses, or that the cards speak against, is refused only
// after a new reading: what it asks for may stand there by an earlier attempt,
// and is adopted; or the cards have changed, and it is planned anew. Cards that
// lack what this process put on them less than Settle ago are not taken for
// read. An event that nobody here made, and that stands within Tolerance of a
// press that was not sent yet, is adopted as well: the same thing was done
// twice, and is there once.
//
// Presses of one person are delivered one at a time and in order (see Order),
// by one process at a time (see Claims); different people do not wait for each
// other. An attempt ends before the claim it was made under does. A press
// delivered within Tolerance of being made uses Graph's action, which stamps
// the present; a later one is written with the time it was made. Before a card
// is replaced it is kept as it stood.
//
// A press that Graph took, but whose card could not be read back, is unknown
// until a reading shows its time, at most for Settle; it is not sent again.
//
// The package knows Graph only as a Deliverer and the database only as a
// Store. It holds no tokens.
//
// BUG: Graph offers no idempotency key. An effect that appears later than both
// settling reads cannot be told from no effect, and is then doubled, unless
// Graph refuses the second. Settle must be longer than Graph takes to show what
// it did.
//
// BUG: Whether a press goes by an action is decided before the budget lets the
// call pass. When many press at once, the action stamps the present that much
// later than the press; and an attempt whose time runs out while it waits for
// the budget has to wait again, so that thousands pressing within a minute can
// hold each other up.
//
// BUG: A replace is not conditional, since Graph documents no If-Match for it.
// What somebody changes in Teams between the reading of a card and its replace
// is overwritten, and stands nowhere.
//
// BUG: An action is sent by cards that may be minutes old. Where they have
// changed Graph is expected to refuse it; should it move the end of a card
// somebody closed in Teams instead, nobody is told.
//
// BUG: What was put on cards lately is remembered by this process alone. After
// a restart, or where another process delivered it, a reading that is behind is
// believed, and a press that it speaks against is refused, visibly.
//
// BUG: A press delivered without its time, because nothing could be read within
// Settle, does not keep its stamp from being taken for the next press of its
// kind, if that one's answer is lost within seconds of it.
package journal
