package clock

// Ruling is what becomes of a press, given the cards it is for.
type Ruling int

// Contradicts: the cards speak against the press, and a person has to choose.
// Follows: it goes on the card.
const (
	Contradicts Ruling = iota
	Follows
)

// Verdict is a Ruling and what it rests on.
type Verdict struct {
	Ruling Ruling
	// Against points to the card that speaks against the press, among those
	// that were judged by; nil when it Follows, and when there is no card.
	Against *Card
}

// skew is how far clocks that stamp one person's presses may disagree.
const skew = 10 * Second

// forever is later than any instant on a card.
const forever Instant = 1 << 62

// row rules on the presses of one kind each, made by a person who saw one state
// and delivered in another.
type row struct {
	seen, stands                            State
	clockIn, startBreak, endBreak, clockOut Ruling
}

const yes, no = Follows, Contradicts

// rulings decides by state. A press is an intent: what the person saw explains
// it and never overrules what stands, so the rows of one state are alike.
var rulings = []row{
	// seen    stands     in  start end  out
	{Unknown, Out, yes, no, no, no},
	{Unknown, In, no, yes, no, yes},
	{Unknown, OnBreak, no, no, yes, yes},

	{Out, Out, yes, no, no, no},
	{Out, In, no, yes, no, yes},      // clocked in elsewhere
	{Out, OnBreak, no, no, yes, yes}, // clocked in elsewhere, and gone on a break

	{In, Out, yes, no, no, no}, // clocked out elsewhere, or the card was deleted
	{In, In, no, yes, no, yes},
	{In, OnBreak, no, no, yes, yes}, // gone on a break elsewhere

	{OnBreak, Out, yes, no, no, no}, // clocked out elsewhere
	{OnBreak, In, no, yes, no, yes}, // the break was ended elsewhere
	{OnBreak, OnBreak, no, no, yes, yes},
}

// of gives the ruling on presses of kind k.
func (r row) of(k Kind) Ruling {
	switch k {
	case ClockIn:
		return r.clockIn
	case StartBreak:
		return r.startBreak
	case EndBreak:
		return r.endBreak
	case ClockOut:
		return r.clockOut
	}
	return Contradicts
}

// ruling looks a press up. A state that nobody knows counts as not seen.
func ruling(seen, stands State, k Kind) Ruling {
	if !seen.Valid() {
		seen = Unknown
	}
	for _, r := range rulings {
		if r.seen == seen && r.stands == stands {
			return r.of(k)
		}
	}
	return Contradicts
}

// Judge decides what becomes of p, whose At is the time that would stand on the
// card, given the cards of its person in its team as they stand when it is
// delivered, and the state the person saw. What Follows can be applied.
//
// A press that fits the state contradicts all the same when it was made before
// the cards came to be as they are: before the last stamp of the open card, or
// for a clock-in before a card was clocked out. Clocks may disagree by seconds
// about that.
//
// Whether the same was done twice is not decided here: that takes knowing which
// stamps other presses stand for.
func Judge(cards []Card, p Press, seen State) Verdict {
	about := subject(cards, p)
	if ruling(seen, StateOf(cards), p.Kind) == Follows && !overtaken(cards, about, p) {
		return Verdict{Ruling: Follows}
	}
	return Verdict{Against: about}
}

// overtaken reports whether the cards changed after p was made, which fits
// their state and is about the card given.
func overtaken(cards []Card, about *Card, p Press) bool {
	at := p.At.Add(skew)
	if open := Current(cards); open != nil {
		return at < open.last()
	}
	return about != nil && at < about.attendance().To
}

// last gives the latest stamp on c, 0 when there is none.
func (c Card) last() Instant {
	var last Instant
	for _, k := range Kinds {
		for _, at := range c.Stamps(k) {
			last = max(last, at)
		}
	}
	return last
}

// attendance is the presence of a card that may last for ever.
func (c Card) attendance() Stretch { return c.Presence(forever) }

// subject gives the card that p is about by its time, nil when there is none:
// the one it was made during; or else the one that began next, when it is a
// clock-in, and otherwise the one that ended last; or else whichever of the two
// there is. Where cards that were in order are amended so, none comes to overlap
// another by more than skew.
func subject(cards []Card, p Press) *Card {
	at := p.At
	if open := Current(cards); open != nil && open.In.At <= at.Add(skew) {
		return open
	}
	if p.Kind == ClockIn { // the end of a card a moment later is no obstacle
		at = at.Add(skew)
	}
	var during, ended, next *Card
	for i := range cards {
		c := &cards[i]
		if c.In == nil {
			continue
		}
		s := c.attendance()
		switch {
		case s.Contains(at):
			if during == nil || s.From > during.In.At {
				during = c
			}
		case s.To <= at:
			if ended == nil || s.To > ended.attendance().To {
				ended = c
			}
		case next == nil || s.From < next.In.At:
			next = c
		}
	}
	switch {
	case during != nil:
		return during
	case next != nil && (ended == nil || p.Kind == ClockIn):
		return next
	}
	return ended
}
