// Package journal accepts a press once and delivers it once.
//
// A press is durable here before Graph hears of it. From then on the journal
// alone decides what becomes of it; whoever pressed, and however often the
// press is sent again, there is one row for its id and one event on one card.
//
//	accepted ──► sending ──► delivered ──(twin)──┐
//	  ▲  ▲ │        │  └───► refused             ▼
//	  │  │ └────────┼─────────────────────► conflict
//	  │  │          ▼                            │ a person decides:
//	  │  └─────── unknown ─► delivered           │
//	  └──────────────────────────────────────────┴─► refused (kept), delivered
//
// The state is written before each act, so a crash leaves:
//
//	before accepted is committed   nothing; the browser still has the press
//	accepted                       Graph was not asked; it will be, unless it is
//	                               undone, and then is refused
//	sending                        Graph may have been asked: on start it is
//	                               taken for unknown
//	unknown                        the cards are read back. The event found is
//	                               adopted; only after two clean reads, the
//	                               second later than Settle, is it sent again
//	conflict                       it waits for its person, and holds up nothing
//	delivered, refused             asked again, the same answer
//
// Clocking out from a break is two events and one press. The steps are worked
// out from the card as it stands when the press is sent, and an accepted press
// remembers its first step, so that after a crash between them only what is
// missing is done.
//
// Presses of one person are delivered one at a time and in order (see Order),
// by one process at a time (see Claims), whoever made them; different people do
// not wait for each other. Within Graph's budget who has waited longest goes
// first. While a press waits for its turn it stays accepted; its attempt begins
// when the budget has let it pass (see Turn), under a lease that is made then
// and ends after the attempt does.
//
// Whether a press goes by one of Graph's actions, which stamp the present, or is
// written with its own time, is decided at that moment too: what is older than
// Tolerance is written. A card is kept as it stood before it is replaced or
// deleted, and between its reading and its replace nothing waits.
//
// What the cards speak against (clock.Judge), or Graph by them, is looked at
// once more by a new reading: what the press asks for may stand there by an
// earlier attempt, or because somebody else did the same within Tolerance, and
// is adopted; or the cards have changed, and it is planned anew. Otherwise it is
// a conflict: both sides are kept, its person chooses, and their supervisors can
// see it. So is a press that came too late or from the future, and one pressed
// while a card has been open for longer than OpenMax: such a card is never
// toggled. Cards that lack what was put on them less than Settle ago are not
// taken for read.
//
// Who pressed for somebody else can take the press back (Undo) as long as nothing of
// it was sent; that it is sent and that it is undone exclude each other. It waits
// for a session of whoever pressed, and is never carried on by its person's.
//
// A press that Graph took, but whose card could not be read back, is unknown
// until a reading shows its time, at most for Settle; it is not sent again.
//
// Every event in the life of a press stands in its person's chain, with what it
// was decided by (see Event and Seal).
//
// # Amendments
//
// A card that is made, replaced, deleted or confirmed goes the same way as a
// press: an entry with an id of its own, in the queue of the person whose card it
// is, with the actor and the reason. It says how the card looked to whoever asked
// for it (Change.Seen). In the turn in which it is written the card is read, and
//
//	stands as asked for        delivered: it was done, here or elsewhere
//	stands as it was seen      kept as it stood, then written
//	differs, or is gone        conflict: nothing is written; both versions are
//	                           kept, and who asked for it chooses again
//
// so that what somebody did in Teams meanwhile is never overwritten unseen. The
// effect is recognised by what the card says, a delete by the card being gone;
// unknown is settled by that, and an amendment is sent again only as a press is.
// A card that is replaced is confirmed by nobody any more. An amendment somebody
// else made does not wait for their sign-in, since the person's presses would
// wait behind it: it is refused, or where it may have been sent, a conflict.
//
// What a person says to a change of their card (Reply) is an entry too, and
// delivered when it is durable. It changes nothing in Graph.
//
// The package knows Graph only as a Deliverer and the database only as a
// Store. It holds no tokens.
//
// BUG: Graph offers no idempotency key. An effect that appears later than both
// settling reads cannot be told from no effect, and the press is then sent
// again. If Graph takes the second too, it is there twice until somebody reads
// the cards: then it is counted (Counts.Twins), shown to the person as a
// conflict, and the second can be taken away. Settle must be longer than Graph
// usually takes to show what it did.
//
// BUG: A replace is not conditional, since Graph documents no If-Match for it.
// What somebody changes in Teams between the reading of a card and its replace,
// which follow each other at once, is overwritten and shows nowhere.
//
// BUG: A create has no key either: one that takes effect after both settling reads
// leaves two cards alike, of which one overlaps the other and is deleted by hand.
//
// BUG: An action is sent by cards that may be minutes old. Where they have
// changed Graph is expected to refuse it; should it move the end of a card
// somebody closed in Teams instead, nobody is told.
//
// BUG: What somebody else does for a person in Teams while an effect of a press
// of theirs may still show, cannot be told from that effect: cards name who
// changed them last, and not who made which event. It is adopted, up to Settle
// and an attempt later than the press, and the deviation is shown.
//
// BUG: A press delivered without its time, because nothing could be read within
// Settle, does not keep its stamp from being taken for the next press of its
// kind, if that one's answer is lost within seconds of it.
package journal
