package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"timeclock/app/wire"
	"timeclock/server/fault"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/roster"
	"timeclock/server/session"
)

func TestCode(t *testing.T) {
	answered := func(status int) error { return &graph.Error{Op: "list", Status: status} }
	for _, tt := range []struct {
		err  error
		want wire.Code
	}{
		{session.ErrEnded, wire.CodeSignedOut},
		{session.ErrStore, wire.CodeStore},
		{roster.ErrStore, wire.CodeStore},
		{mirror.ErrStore, wire.CodeStore},
		{session.ErrUnavailable, wire.CodeProvider},
		{session.ErrConfig, wire.CodeProvider},
		{roster.ErrUnknown, wire.CodeTeamUnknown},
		{roster.ErrNotSupervisor, wire.CodeForbidden},
		{journal.ErrReused, wire.CodeIDReused},
		{journal.ErrNoEntry, wire.CodeNotFound},
		{journal.ErrDecided, wire.CodeDecided},
		{journal.ErrChoice, wire.CodeDecided},
		{mirror.ErrPending, wire.CodeGraphSlow},
		{answered(401), wire.CodeSignedOut},
		{&graph.Error{Status: 401, Application: true}, wire.CodeGraphDown},
		{answered(403), wire.CodeRefused},
		{answered(404), wire.CodeTeamUnknown},
		{answered(408), wire.CodeGraphSlow},
		{answered(429), wire.CodeBusy},
		{answered(500), wire.CodeGraphDown},
		{answered(503), wire.CodeGraphDown},
		{answered(504), wire.CodeGraphSlow},
		{&graph.Error{Status: 200, Err: errors.New("read answer: no JSON")}, wire.CodeGraphDown},
		{&graph.Error{Err: fmt.Errorf("get token: %w", session.ErrEnded)}, wire.CodeSignedOut},
		{&graph.Error{Err: fmt.Errorf("get token: %w", session.ErrUnavailable)}, wire.CodeProvider},
		{&graph.Error{Err: fmt.Errorf("%w: dial", graph.ErrUnavailable)}, wire.CodeGraphDown},
		{&graph.Error{Err: fmt.Errorf("%w: %w", graph.ErrBusy, context.DeadlineExceeded)}, wire.CodeBusy},
		{wire.ProblemOf(wire.CodeTooLarge, "too large"), wire.CodeTooLarge},
		{fmt.Errorf("%w: find session: %w", session.ErrStore, errors.New("disk")), wire.CodeStore},
		{errors.New("nobody thought of this"), wire.CodeInternal},
		{&graph.Error{Status: 400}, wire.CodeInternal}, // this server asked what it should not have
		{fmt.Errorf("%w: person is no id", graph.ErrInvalid), wire.CodeInternal},
	} {
		for _, err := range []error{tt.err, fmt.Errorf("read cards: %w", tt.err), errors.Join(errors.New("other"), tt.err)} {
			if got := fault.Code(err); got != tt.want {
				t.Errorf("Code(%v) = %q, want %q", err, got, tt.want)
			}
		}
	}
}
