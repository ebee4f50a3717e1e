package words

import (
	"maps"

	"timeclock/app/wire"
)

// advice is the English Advice for every wire.Code.
var advice = map[wire.Code]Advice{
	wire.CodeMalformed: {"The server did not understand this program.",
		"Reload the page to get the newest version, then try again."},
	wire.CodeSignedOut: {"You are signed out.",
		"Sign in again. Presses waiting on this device are kept and sent then."},
	wire.CodeCrossSite: {"This came from another site, so it was not accepted.",
		"Open the time clock itself and press there."},
	wire.CodeForbidden: {"You are not allowed to do this.",
		"If you should be, ask your supervisor or administrator."},
	wire.CodeNotFound: {"This does not exist, or no longer does.",
		"Go back to the clock."},
	wire.CodeTeamUnknown: {"You are not a member of this team.",
		"Choose another team, or ask your supervisor to add you."},
	wire.CodeNotMember: {"This person is not a member of the team, or no longer is.",
		"Choose somebody else, or have them added to the team in Microsoft Teams."},
	wire.CodeUndone: {"This press was taken back by whoever made it.",
		"Nothing was recorded by it. Look at the clock as it stands now."},
	wire.CodeTooLate: {"It is too late to take this back: it may have been recorded already.",
		"See what stands on the card, and put it right there."},
	wire.CodeMethod: {"The server did not understand this program.",
		"Reload the page to get the newest version, then try again."},
	wire.CodeOrder: {"This does not fit with where you stand now; perhaps you pressed it elsewhere already.",
		"Look at the clock as it stands now, and press what is missing."},
	wire.CodeNoSchedule: {"This team has no schedule in Microsoft Teams yet.",
		"Ask your supervisor to create one in Shifts, then try again."},
	wire.CodeNoTimeClock: {"The time clock is switched off for this team.",
		"Ask your supervisor to switch it on in the settings of Shifts, then try again."},
	wire.CodeIDReused: {"This press was confused with another one.",
		"Look at the clock as it stands now, and press what is missing."},
	wire.CodeTooLarge: {"That was more than the server takes at once.",
		"Shorten the note and press again."},
	wire.CodeTooOld: {"This press is too old to be recorded by itself.",
		"Choose whether it belongs on your card."},
	wire.CodeFuture: {"This press is dated in the future.",
		"Check the clock of this device, then say when it was."},
	wire.CodeClock: {"The clock of this device was wrong when you pressed.",
		"Say when it was."},
	wire.CodeOpenLong: {"Your card was left open for a long time.",
		"Say when you left."},
	wire.CodeTwin: {"This press is on your card twice.",
		"Choose whether both belong there."},
	wire.CodeConfirmed: {"The card for this time is confirmed already.",
		"Ask your supervisor to correct it."},
	wire.CodeKept: {"You chose what stands on your card.",
		"You need not do anything."},
	wire.CodeDecided: {"This was decided already.",
		"Look at the clock as it stands now."},
	wire.CodeChanged: {"The card was changed meanwhile, so nothing was written.",
		"Look at both versions, and choose again."},
	wire.CodeGone: {"The card is not there any more.",
		"Look at the history as it stands now."},
	wire.CodeExpired: {"This request was not answered in time.",
		"Make the change yourself, or ask for it to be requested again."},
	wire.CodeUnsound: {"A card cannot stand like this.",
		"Look at the marked times and correct them."},
	wire.CodeReason: {"A word why is needed.",
		"Say it in a few words; the person will read them."},
	wire.CodeRefused: {"Microsoft Teams did not accept this.",
		"Look at the clock as it stands now; if something is missing, tell your supervisor."},
	wire.CodeBusy: {"Many people are pressing at this moment.",
		"You need not do anything: it goes on by itself shortly."},
	wire.CodeInternal: {"Something went wrong on the server.",
		"Try again in a moment. If it stays like this, tell your administrator."},
	wire.CodeGraphDown: {"Microsoft Teams cannot be reached at the moment.",
		"You can go on pressing: it is kept and recorded as soon as Teams answers."},
	wire.CodeStore: {"The server cannot store anything at the moment.",
		"Keep this device: your press waits here and is sent again by itself."},
	wire.CodeProvider: {"The sign-in service cannot be reached.",
		"Try again in a few minutes."},
	wire.CodeGraphSlow: {"Microsoft Teams takes too long to answer.",
		"You can go on pressing: it is kept and recorded as soon as Teams answers."},
	wire.CodeOffline: {"There is no connection.",
		"You can go on pressing: it is kept on this device and sent as soon as there is one."},
}

// keyed gives advice under the keys that name it.
func keyed[N comparable](advice map[N]Advice, keys func(N) (what, do Key)) map[Key]string {
	texts := make(map[Key]string, 2*len(advice))
	for name, a := range advice {
		what, do := keys(name)
		texts[what], texts[do] = a.What, a.Do
	}
	return texts
}

func merged(books ...map[Key]string) map[Key]string {
	all := map[Key]string{}
	for _, b := range books {
		maps.Copy(all, b)
	}
	return all
}
