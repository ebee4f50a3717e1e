package wire

// statuses is the HTTP status that each code is answered with.
var statuses = map[Code]int{
	CodeMalformed:   400,
	CodeSignedOut:   401,
	CodeCrossSite:   403,
	CodeForbidden:   403,
	CodeNotFound:    404,
	CodeTeamUnknown: 404,
	CodeNotMember:   404,
	CodeMethod:      405,
	CodeOrder:       409,
	CodeNoSchedule:  409,
	CodeNoTimeClock: 409,
	CodeIDReused:    409,
	CodeRefused:     409,
	CodeOpenLong:    409,
	CodeTwin:        409,
	CodeConfirmed:   409,
	CodeKept:        409,
	CodeDecided:     409,
	CodeChanged:     409,
	CodeGone:        409,
	CodeExpired:     409,
	CodeUndone:      409,
	CodeTooLate:     409,
	CodeTooLarge:    413,
	CodeTooOld:      422,
	CodeFuture:      422,
	CodeUnsound:     422,
	CodeReason:      422,
	CodeClock:       422,
	CodeBusy:        429,
	CodeInternal:    500,
	CodeGraphDown:   502,
	CodeStore:       503,
	CodeProvider:    503,
	CodeGraphSlow:   504,
}

// StatusOf gives the HTTP status that code is answered with: 500 for a code
// that is never sent or not known.
func StatusOf(code Code) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return 500
}

// ProblemOf fills in a Problem with the status of its code.
func ProblemOf(code Code, title string) *Problem {
	return NewProblem(StatusOf(code), code, title)
}
