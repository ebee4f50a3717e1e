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
func Problem(c wire.Code) Advice {
	what, do := problemKeys(c)
	if _, known := inUse.Texts[what]; !known {
		what, do = problemKeys(wire.CodeInternal)
	}
	return Advice{What: T(what), Do: T(do)}
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
func Act(k clock.Kind) string { return T(acts[k]) }

// Done names a press as a thing done: "Clocked in".
func Done(k clock.Kind) string { return T(dones[k]) }

// State says where a person stands: "You are clocked in".
func State(s clock.State) string {
	switch s {
	case clock.In:
		return T(StateIn)
	case clock.OnBreak:
		return T(StateBreak)
	}
	return T(StateOut)
}

// ClockChange explains the time worked in a shift during which the clocks were
// changed by change: positive forward, negative back. It is empty when they
// were not. A shift that is not over has no total to name.
func ClockChange(change, worked clock.Span, open bool) string {
	by := Length(change.Abs())
	switch {
	case change == 0:
		return ""
	case open && change < 0:
		return T(ChangedBackOpen, "change", by)
	case open:
		return T(ChangedAheadOpen, "change", by)
	case change < 0:
		return T(ChangedBack, "change", by, "worked", Length(worked))
	}
	return T(ChangedAhead, "change", by, "worked", Length(worked))
}

// Confirmed says who confirmed a card; empty when nobody did.
func Confirmed(byPerson, bySupervisor bool) string {
	switch {
	case byPerson && bySupervisor:
		return T(ConfirmedBoth)
	case byPerson:
		return T(ConfirmedSelf)
	case bySupervisor:
		return T(ConfirmedBoss)
	}
	return ""
}
