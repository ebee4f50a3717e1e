package words

// The whole program.
const (
	AppName    Key = "app.name"
	NavClock   Key = "nav.clock"
	NavHistory Key = "nav.history"
	NavTeam    Key = "nav.team"
	NavLabel   Key = "nav.label"
	SignIn     Key = "sign.in"
	SignOut    Key = "sign.out"
	SignedInAs Key = "sign.as" // name
	NotYou     Key = "sign.notYou"
	Reading    Key = "reading"
	AsOf       Key = "asOf" // time
	Refresh    Key = "refresh"
	Reference  Key = "reference" // id
	Dismiss    Key = "dismiss"
	Newer      Key = "newer"
	NewerDo    Key = "newer.do"
	NewerLoad  Key = "newer.load"
	NeverRead  Key = "neverRead"
	TryAgain   Key = "tryAgain"
	Sentences  Key = "sentences" // first, second
	Joined     Key = "joined"    // first, second: whole sentences
)

// The four presses, as an order and as a thing done, and the three states.
const (
	ActClockIn    Key = "act.clockIn"
	ActStartBreak Key = "act.startBreak"
	ActEndBreak   Key = "act.endBreak"
	ActClockOut   Key = "act.clockOut"
	ActAs         Key = "act.as" // act, name
	AsPerson      Key = "act.by" // name

	DoneClockIn    Key = "done.clockIn"
	DoneStartBreak Key = "done.startBreak"
	DoneEndBreak   Key = "done.endBreak"
	DoneClockOut   Key = "done.clockOut"

	StateOut        Key = "state.out"
	StateIn         Key = "state.in"
	StateBreak      Key = "state.break"
	StateUnknown    Key = "state.unknown"
	StateUnknownAid Key = "state.unknownAid"
)

// The clock screen.
const (
	SinceTime    Key = "clock.since"       // time
	WorkedSoFar  Key = "clock.workedSoFar" // length
	TimeNow      Key = "clock.timeNow"
	WorkedClock  Key = "clock.workedClock"
	BreakClock   Key = "clock.breakClock"
	DayLength    Key = "clock.dayLength" // day, length
	DateTime     Key = "clock.dateTime"  // date, time
	Today        Key = "clock.today"
	ThisWeek     Key = "clock.thisWeek"
	WeekLabel    Key = "clock.weekLabel"
	OfBreaks     Key = "clock.ofBreaks" // length
	NoteLabel    Key = "clock.note"
	NoteHint     Key = "clock.noteHint"
	PressesLabel Key = "clock.presses"
	SaidPress    Key = "clock.said" // done, time

	ShiftLabel    Key = "shift.label"
	ShiftNext     Key = "shift.next"
	ShiftTimes    Key = "shift.times"    // from, to
	ShiftStartsIn Key = "shift.startsIn" // length
	ShiftStarted  Key = "shift.started"  // length
	ShiftStarts   Key = "shift.starts"
	ShiftEndsIn   Key = "shift.endsIn" // length
	ShiftEnded    Key = "shift.ended"  // length
	ShiftNone     Key = "shift.none"
)

// Where a press is.
const (
	PlaceHere     Key = "place.here"   // time
	PlaceServer   Key = "place.server" // time
	PlaceGraph    Key = "place.graph"  // time
	PlaceRejected Key = "place.rejected"
	PlaceUnsafe   Key = "place.unsafe"
	PlaceDisputed Key = "place.disputed"
	RecordedLater Key = "place.later"   // place, length
	RecordedSoon  Key = "place.earlier" // place, length
	PressStated   Key = "press.stated"  // press, time
	PressAt       Key = "press.at"      // act, time
	PressBound    Key = "press.bound"   // press, length
	OthersWait    Key = "press.others"  // n; plural
	OthersDo      Key = "press.othersDo"
	PressTeam     Key = "press.team" // press, team
)

// A clock-out that was forgotten.
const (
	LeftTitle   Key = "left.title"
	LeftText    Key = "left.text"  // since
	LeftShift   Key = "left.shift" // time
	LeftUse     Key = "left.use"
	LeftOther   Key = "left.other"
	LeftSend    Key = "left.send"
	LeftWorking Key = "left.working"
	LeftBefore  Key = "left.before" // time
	TimeMissing Key = "time.missing"
	TimeFuture  Key = "time.future"
)

// A press that a person has to decide about.
const (
	ConflictWaits Key = "conflict.waits" // n; plural
	ConflictGoOn  Key = "conflict.goOn"
	ConflictShow  Key = "conflict.show"
	ConflictLabel Key = "conflict.label"
	ConflictSaid  Key = "conflict.said" // press, why

	ConflictOrder   Key = "conflict.order"
	ConflictOrderDo Key = "conflict.orderDo"

	SidePress    Key = "side.press"
	PressedHere  Key = "side.here"
	PressedThere Key = "side.there"
	PressedFor   Key = "side.for"
	Arrived      Key = "side.arrived" // time
	SideCard     Key = "side.card"
	SideNone     Key = "side.none"
	SideTwice    Key = "side.twice" // first, second
	SideApart    Key = "side.apart" // sides, length

	ChooseKeep    Key = "choose.keep"
	ChooseKeepSub Key = "choose.keepSub"
	ChooseLeave   Key = "choose.leave"
	ChooseMine    Key = "choose.mine"   // time
	ChooseBecome  Key = "choose.become" // card
	ChooseAdd     Key = "choose.add"
	ChooseBoth    Key = "choose.both"
	ChooseBothSub Key = "choose.bothSub"
	ChooseOne     Key = "choose.one"
	ChooseOneSub  Key = "choose.oneSub" // first, second
	ChooseWhen    Key = "choose.when"
	ChooseArrived Key = "choose.arrived" // time
	ChooseShift   Key = "choose.shift"   // time
	ChooseSend    Key = "choose.send"
	ChooseFailed  Key = "choose.failed"
	ChooseAgain   Key = "choose.again"
)

// Teams.
const (
	TeamChoose Key = "team.choose"
	TeamOnce   Key = "team.once"
	TeamLabel  Key = "team.label"
	TeamChange Key = "team.change"
	TeamZone   Key = "team.zone" // team, zone
)

// What is shown when there is no clock to show.
const (
	WelcomeTitle  Key = "welcome.title"
	WelcomeText   Key = "welcome.text"
	WaitingTitle  Key = "waiting.title"
	WaitingText   Key = "waiting.text" // name
	NoTeamTitle   Key = "noTeam.title"
	NoTeamText    Key = "noTeam.text"
	NoClockTitle  Key = "noClock.title"
	BrokenOffline Key = "broken.offline"
	BrokenLater   Key = "broken.later"
	BrokenTitle   Key = "broken.title"
)

// The history screen.
const (
	HistoryLoading Key = "history.loading"
	HistoryTitle   Key = "history.title"
	HistoryEmpty   Key = "history.empty"
	LastWeek       Key = "history.lastWeek"
	WeekOf         Key = "history.weekOf" // date
	WeekEmpty      Key = "history.weekEmpty"
	Earlier        Key = "history.earlier"

	CardFromTo       Key = "card.fromTo" // from, to
	CardNow          Key = "card.now"
	CardBreak        Key = "card.break"   // times
	CardNextDay      Key = "card.nextDay" // from, day, to
	ConfirmedSelf    Key = "card.confirmedSelf"
	ConfirmedBoss    Key = "card.confirmedBoss"
	ConfirmedBoth    Key = "card.confirmedBoth"
	ChangedBack      Key = "change.back"      // change, worked
	ChangedAhead     Key = "change.ahead"     // change, worked
	ChangedBackOpen  Key = "change.backOpen"  // change
	ChangedAheadOpen Key = "change.aheadOpen" // change
)

// Lengths of time. SpokenHours and SpokenMinutes have plural forms.
const (
	LengthBoth    Key = "length.both" // h, m
	LengthHours   Key = "length.hours"
	LengthMinutes Key = "length.minutes"
	LengthSeconds Key = "length.seconds" // s
	SpokenBoth    Key = "spoken.both"    // hours, minutes
	SpokenHours   Key = "spoken.hours"
	SpokenMinutes Key = "spoken.minutes"
)

// The page of the supervisors' program where that could not be loaded.
const (
	AwayTitle Key = "away.title"
	AwayText  Key = "away.text"
)

// The page the server draws before the program has loaded, and its small
// pages for a form that was sent without it.
const (
	PageOpening     Key = "page.opening"
	PageOpeningAid  Key = "page.openingAid"
	PageDeskAid     Key = "page.deskAid"
	PageEndBreak    Key = "page.endBreak"
	PageRecorded    Key = "page.recorded" // done, time
	PageWaiting     Key = "page.waiting"
	PageDelivered   Key = "page.delivered"
	PageRefused     Key = "page.refused"
	PageTrouble     Key = "page.trouble"
	PageDescription Key = "page.description"
	PageNotYet      Key = "page.notYet"
	PageNotLoaded   Key = "page.notLoaded"
	PageNoScript    Key = "page.noscript"
	PageToClock     Key = "page.toClock"
	PageDecide      Key = "page.decide"
	PageHours       Key = "page.hours"

	// A press by the form while nobody was signed in.
	HeldTitle Key = "held.title" // act
	HeldText  Key = "held.text"
	HeldAsk   Key = "held.ask"   // name
	HeldPress Key = "held.press" // act, time
	HeldYes   Key = "held.yes"   // name
	HeldNo    Key = "held.no"
	HeldGone  Key = "held.gone"
	HeldMany  Key = "held.many"
)
