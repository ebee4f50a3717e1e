package outbox

import "timeclock/app/wire"

// Verdict is what a problem means for the press it was the answer to.
type Verdict int

// Again: it may succeed later and is kept. Never: it will not be recorded.
// Stop: nothing is sent until somebody signs in.
const (
	Again Verdict = iota
	Never
	Stop
)

// verdicts holds every code that does not mean Again. A code that is missing,
// such as one of a newer server, keeps the press: waiting too long can be
// mended, forgetting cannot.
var verdicts = map[wire.Code]Verdict{
	wire.CodeMalformed:   Never,
	wire.CodeForbidden:   Never,
	wire.CodeTeamUnknown: Never,
	wire.CodeOrder:       Never,
	wire.CodeNoSchedule:  Never,
	wire.CodeNoTimeClock: Never,
	wire.CodeIDReused:    Never,
	wire.CodeTooLarge:    Never,
	wire.CodeTooOld:      Never,
	wire.CodeFuture:      Never,
	wire.CodeClock:       Never,
	wire.CodeRefused:     Never,

	wire.CodeSignedOut: Stop,
}

// VerdictOf gives the verdict of a code.
func VerdictOf(c wire.Code) Verdict { return verdicts[c] }
