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
// Presses of one person are delivered one at a time and in order (see Order),
// by one process at a time (see Claims); different people do not wait for each
// other. An attempt ends before the claim it was made under does. A press delivered within
// Tolerance of being made uses Graph's action, which stamps the present; a
// later one is written with the time it was made. Before a card is replaced it
// is kept as it stood.
//
// The package knows Graph only as a Deliverer and the database only as a
// Store. It holds no tokens.
//
// BUG: Graph offers no idempotency key. An effect that appears later than both
// settling reads cannot be told from no effect, and is then doubled. Settle
// must be longer than Graph takes to show what it did.
package journal
