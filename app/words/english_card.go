package words

import "timeclock/app/clock"

// englishCard is the texts of a card's own screen, and of what is asked there.
var englishCard = map[Key]string{
	CardTitle:     "Your card",
	CardLook:      "Details and corrections",
	CardLookAt:    "Details and corrections of {times}",
	CardBack:      "Back to the history",
	CardGone:      "This card is not there any more.",
	CardGoneDo:    "What was done to it stands below.",
	CardReading:   "Reading what was done to this card",
	CardUnchanged: "Nobody has changed this card.",
	CardLocked:    "It is confirmed, so you cannot change it yourself. You can ask for a correction.",

	ChangesLabel:    "What was done to it",
	ChangeMade:      "{name} added this card",
	ChangeEdited:    "{name} changed this card",
	ChangeDeleted:   "{name} deleted this card",
	ChangeConfirmed: "{name} confirmed this card",
	ChangePressed:   "{name} recorded for you: {act} at {time}",
	ChangeTeams:     "{name} changed this card in Microsoft Teams",
	ChangeBySelf:    "You",
	ChangeBySomeone: "A supervisor",
	ChangeAsked:     "You asked for a correction",
	ChangeWhen:      "({time})",
	ComparePart:     "Part",
	CompareWas:      "Before",
	CompareIs:       "After",
	CompareNone:     "–",
	PartIn:          "Start",
	PartOut:         "End",
	PartBreak:       "Break",
	PartNote:        "Note",
	PartWith:        "{time}, “{note}”",

	Agree:       "That is right",
	Object:      "That is not right",
	Agreed:      "You said that this is right.",
	Objected:    "You said that this is not right: “{word}”",
	ObjectWhat:  "What is not right?",
	ObjectSend:  "Send",
	ObjectEmpty: "Say in a few words what is not right.",

	RequestOpen:      "Waiting for your supervisor.",
	RequestDone:      "Accepted by {name}.",
	RequestDoing:     "Accepted by {name}; it is being written.",
	RequestNot:       "Accepted by {name}, but it could not be written. They decide what to do.",
	RequestDeclined:  "Declined by {name}: “{word}”",
	RequestWithdrawn: "You took it back.",
	RequestExpired:   "Nobody answered within a month.",
	Withdraw:         "Take it back",

	CorrectAsk:    "Ask for a correction",
	CorrectEdit:   "Correct this card",
	CorrectMissed: "A day is missing",
	CorrectNew:    "Add what is missing",
	CorrectFrom:   "Start of work",
	CorrectTo:     "End of work",
	BreakFrom:     "Break from",
	BreakTo:       "to",
	BreakAdd:      "Add a break",
	BreakDrop:     "Remove break",
	BreakKeep:     "Keep break",
	CorrectWhy:    "What happened?",
	CorrectEmpty:  "Say in a few words what happened; your supervisor reads it.",
	CorrectSend:   "Ask for it",
	CorrectSave:   "Save",
	CorrectDelete: "Ask to delete this card",
	EditDelete:    "Delete this card",
	CorrectSame:   "Nothing is changed yet.",
	CorrectDone:   "Done. It shows below.",
	CorrectSent:   "Sent to your supervisors. You see here what becomes of it.",

	ConfirmCard:            "Confirm this card",
	ConfirmText:            "You say that it is right as it stands. You cannot change it after that.",
	ConfirmWeek:            "Confirm this week",
	ConfirmSome + ".one":   "One card was not confirmed. Look at it and try again.",
	ConfirmSome + ".other": "{n} cards were not confirmed. Look at them and try again.",

	ToldCount + ".one":   "Somebody changed your hours.",
	ToldCount + ".other": "Others changed your hours {n} times.",
	ToldDo:               "See what changed, and say whether it is right.",
	ToldLook:             "Look",
}

// faults says what cannot be true of a card.
var faults = map[clock.FaultCode]string{
	clock.FaultNoIn:           "Say when work began.",
	clock.FaultNoOut:          "Say when work ended.",
	clock.FaultFuture:         "A time lies in the future.",
	clock.FaultBackwards:      "Work ends before it begins.",
	clock.FaultBreakBackwards: "A break ends before it begins.",
	clock.FaultBreakOutside:   "A break lies outside your hours.",
	clock.FaultBreakOverlap:   "A break begins before the one before it ends.",
	clock.FaultBreakOpen:      "Say when the break ended.",
	clock.FaultOverlap:        "You were on another card at this time.",
}

func faultKey(c clock.FaultCode) Key { return Key("fault." + c) }

// Fault says what cannot be true of a card.
func Fault(c clock.FaultCode) string { return T(faultKey(c)) }

// faultTexts gives faults under their keys.
func faultTexts() map[Key]string {
	texts := map[Key]string{}
	for c, text := range faults {
		texts[faultKey(c)] = text
	}
	return texts
}
