package words

import (
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// Advice is what a person is told about a problem: what is the matter, and
// what to do about it.
type Advice struct{ What, Do string }

// Problem gives the advice for c. A code of a newer server, which this program
// does not know, is told as a fault of the server.
func (b *Book) Problem(c wire.Code) Advice {
	what, do := problemKeys(c)
	if _, known := b.text(what); !known {
		what, do = problemKeys(wire.CodeInternal)
	}
	return Advice{What: b.T(what), Do: b.T(do)}
}

func problemKeys(c wire.Code) (what, do Key) {
	return Key("problem." + c + ".what"), Key("problem." + c + ".do")
}

var acts = map[clock.Kind]Key{
	clock.ClockIn:    ActClockIn,
	clock.StartBreak: ActStartBreak,
	clock.EndBreak:   ActEndBreak,
	clock.ClockOut:   ActClockOut,
}

var dones = map[clock.Kind]Key{
	clock.ClockIn:    DoneClockIn,
	clock.StartBreak: DoneStartBreak,
	clock.EndBreak:   DoneEndBreak,
	clock.ClockOut:   DoneClockOut,
}

// Act names a press as an order: "Clock in".
func (b *Book) Act(k clock.Kind) string { return b.T(acts[k]) }

// Done names a press as a thing done: "Clocked in".
func (b *Book) Done(k clock.Kind) string { return b.T(dones[k]) }

// State says where a person stands: "You are clocked in".
func (b *Book) State(s clock.State) string {
	switch s {
	case clock.In:
		return b.T(StateIn)
	case clock.OnBreak:
		return b.T(StateBreak)
	}
	return b.T(StateOut)
}

// ClockChange explains the time worked in a shift during which the clocks were
// changed by change: positive forward, negative back. It is empty when they
// were not. A shift that is not over has no total to name.
func (b *Book) ClockChange(change, worked clock.Span, open bool) string {
	by := b.Length(change.Abs())
	switch {
	case change == 0:
		return ""
	case open && change < 0:
		return b.T(ChangedBackOpen, "change", by)
	case open:
		return b.T(ChangedAheadOpen, "change", by)
	case change < 0:
		return b.T(ChangedBack, "change", by, "worked", b.Length(worked))
	}
	return b.T(ChangedAhead, "change", by, "worked", b.Length(worked))
}

// Confirmed says who confirmed a card; empty when nobody did.
func (b *Book) Confirmed(byPerson, bySupervisor bool) string {
	switch {
	case byPerson && bySupervisor:
		return b.T(ConfirmedBoth)
	case byPerson:
		return b.T(ConfirmedSelf)
	case bySupervisor:
		return b.T(ConfirmedBoss)
	}
	return ""
}
