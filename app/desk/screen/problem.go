package screen

import (
	"timeclock/app/wire"
	"timeclock/app/words"
)

// instead is what a supervisor is to do where others are told of their press.
var instead = map[wire.Code]words.Key{
	wire.CodeGraphDown: words.DeskAgain, wire.CodeGraphSlow: words.DeskAgain, wire.CodeBusy: words.DeskAgain,
	wire.CodeStore: words.DeskAgain, wire.CodeProvider: words.DeskAgain,
	wire.CodeOffline: words.DeskOffline, wire.CodeForbidden: words.DeskForbidden,
	wire.CodeRefused: words.DeskStands, wire.CodeOrder: words.DeskStands, wire.CodeConfirmed: words.DeskStands, wire.CodeDecided: words.DeskStands,
}

// problem says what went wrong, and what a supervisor can do about it.
func problem(c wire.Code) words.Advice {
	advice := words.Problem(c)
	if key, ok := instead[c]; ok {
		advice.Do = words.T(key)
	}
	return advice
}
