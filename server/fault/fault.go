// Package fault says in one wire.Code what an error means to whoever asked.
//
// Errors of Graph, of sessions and of the stores meet here and nowhere else,
// so that the same fault has the same code on every way to a person.
package fault

import (
	"errors"

	"timeclock/app/wire"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/roster"
	"timeclock/server/session"
)

// codes are looked through in order; the first error that matches decides.
var codes = []struct {
	err  error
	code wire.Code
}{
	{session.ErrEnded, wire.CodeSignedOut},
	{session.ErrStore, wire.CodeStore},
	{roster.ErrStore, wire.CodeStore},
	{mirror.ErrStore, wire.CodeStore},
	{session.ErrUnavailable, wire.CodeProvider},
	{session.ErrConfig, wire.CodeProvider},
	{roster.ErrUnknown, wire.CodeTeamUnknown},
	{roster.ErrNotSupervisor, wire.CodeForbidden},
	{roster.ErrNotMember, wire.CodeNotMember},
	{journal.ErrReused, wire.CodeIDReused},
	{journal.ErrNoEntry, wire.CodeNotFound},
	{journal.ErrDecided, wire.CodeDecided},
	{journal.ErrTooLate, wire.CodeTooLate},
	{journal.ErrChoice, wire.CodeDecided},
	{graph.ErrToken, wire.CodeSignedOut},
	{graph.ErrBusy, wire.CodeBusy},
	{graph.ErrTimeout, wire.CodeGraphSlow},
	{mirror.ErrPending, wire.CodeGraphSlow},
	{graph.ErrUnavailable, wire.CodeGraphDown},
	{graph.ErrForbidden, wire.CodeRefused},
	{graph.ErrNotFound, wire.CodeTeamUnknown},
}

// Code gives the code of err; CodeInternal when nothing is known of it.
func Code(err error) wire.Code {
	var p *wire.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return wire.CodeInternal
}
