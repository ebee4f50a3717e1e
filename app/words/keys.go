package words

// The whole program.
const (
	AppName    Key = "app.name"
	Decimal    Key = "decimal" // what stands before the decimals of a number
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
	Listed     Key = "listed"    // first, second: parts of a list
	Labelled   Key = "labelled"  // label, text
)

// The four presses, as an order and as a thing done, and the three states.
const (
	ActClockIn    Key = "act.clockIn"
	ActStartBreak Key = "act.startBreak"
	ActEndBreak   Key = "act.endBreak"
	ActClockOut   Key = "act.clockOut"
	AsPerson      Key = "act.by"    // name
	ActAhead      Key = "act.ahead" // act, text

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
	PressDevice   Key = "press.device"  // press, length
	OthersWait    Key = "press.others"  // n; plural
	OthersDo      Key = "press.othersDo"
	PressTeam     Key = "press.team" // press, team
)

// Whether a press says where it was made.
const (
	WhereRecorded Key = "where.recorded"
	WhereAsk      Key = "where.ask"
	WhereKeeping  Key = "where.keeping"
	WhereWithout  Key = "where.without"
	WhereYes      Key = "where.yes"
	WhereNo       Key = "where.no"
	WhereSent     Key = "where.sent"
	WhereStop     Key = "where.stop"
	WhereNotSent  Key = "where.notSent"
	WhereDenied   Key = "where.denied"
	WhereDeniedDo Key = "where.deniedDo"
	WhereUnable   Key = "where.unable"

	PressPlacing Key = "press.placing"   // place
	PressThere   Key = "press.there"     // place
	PressAway    Key = "press.elsewhere" // place
	PressNowhere Key = "press.nowhere"   // place

	CardInThere  Key = "card.inThere"
	CardInAway   Key = "card.inAway"
	CardOutThere Key = "card.outThere"
	CardOutAway  Key = "card.outAway"
	CardWheres   Key = "card.wheres" // first, second
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
	ChooseLikely  Key = "choose.likely"  // time
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
	StepUpTitle   Key = "stepUp.title"
	StepUpText    Key = "stepUp.text"
	StepUpWaiting Key = "stepUp.waiting" // name
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
	TakeHours      Key = "history.take"
	TakeExcel      Key = "history.takeExcel"
	TakeCSV        Key = "history.takeCSV"
	TakeWait       Key = "history.takeWait"

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
	PageToSettings  Key = "page.toSettings"

	// A press by the form while nobody was signed in.
	HeldTitle Key = "held.title" // act
	HeldText  Key = "held.text"
	HeldAsk   Key = "held.ask"   // name
	HeldPress Key = "held.press" // act, time
	HeldYes   Key = "held.yes"   // name
	HeldNo    Key = "held.no"
	HeldGone  Key = "held.gone"
	HeldMany  Key = "held.many"

	// The same kept on the device, where there was no connection.
	HeldHere      Key = "held.here" // time
	HeldDo        Key = "held.do"
	HeldWaits     Key = "held.waits" // n; plural
	HeldOther     Key = "held.other"
	HeldNobody    Key = "held.nobody"
	HeldNobodyAid Key = "held.nobodyAid"
)

// The settings, and what is asked there.
const (
	SettingsTitle    Key = "settings"
	SettingsLanguage Key = "language"
	LooksTitle       Key = "looks"
	LooksTheme       Key = "looks.theme"
	LooksDevice      Key = "looks.device"
	LooksLight       Key = "looks.light"
	LooksDark        Key = "looks.dark"
	LooksTimes       Key = "looks.times"
	LooksUsual       Key = "looks.usual"
	LooksTwelve      Key = "looks.twelve"     // sample
	LooksTwentyFour  Key = "looks.twentyFour" // sample
	KeysTitle        Key = "keys"
	KeysText         Key = "keys.text"
	LanguageBrowser  Key = "language.browser"
	LanguageOffline  Key = "language.offline"
	Cancel           Key = "cancel"
)

// Installing the program.
const (
	InstallTitle   Key = "install.title"
	InstallWhy     Key = "install.why"
	InstallDone    Key = "install.done"
	InstallNone    Key = "install.none"
	InstallAct     Key = "install.act"
	InstallHow     Key = "install.how"
	InstallLater   Key = "install.later"
	InstallOffer   Key = "install.offer"
	InstallOfferDo Key = "install.offerDo"
	InstallShare   Key = "install.share"
	InstallHome    Key = "install.home"
	InstallAdd     Key = "install.add"
	InstallDock    Key = "install.dock"
	InstallMenu    Key = "install.menu"
	InstallMenuAdd Key = "install.menuAdd"
)

// The person's own sessions, and names of devices.
const (
	SessionsTitle      Key = "sessions.title"
	SessionsText       Key = "sessions.text"
	SessionsWait       Key = "sessions.wait"
	SessionsOffline    Key = "sessions.offline"
	SessionsThis       Key = "sessions.this"
	SessionsSince      Key = "sessions.since" // time
	SessionsSeen       Key = "sessions.seen"  // time
	SessionsEnd        Key = "sessions.end"
	SessionsEndSaid    Key = "sessions.endSaid" // device
	SessionsOthers     Key = "sessions.others"
	SessionsAll        Key = "sessions.all"
	SessionsSure       Key = "sessions.sure"
	SessionsOthersSure Key = "sessions.othersSure"
	SessionsAllSure    Key = "sessions.allSure"
	DeviceOn           Key = "device.on" // browser, system
	DeviceOther        Key = "device.other"
	DeviceComputer     Key = "device.computer"
	DeviceTablet       Key = "device.tablet"
	DevicePhone        Key = "device.phone"
	DeviceForm         Key = "device.form" // device, form
)

// What is stored on the device.
const (
	StoredTitle   Key = "stored.title"
	StoredPresses Key = "stored.presses"
	StoredNone    Key = "stored.none"
	StoredWaiting Key = "stored.waiting" // n; plural
	StoredOthers  Key = "stored.others"
	StoredHours   Key = "stored.hours"
	StoredNothing Key = "stored.nothing"
	StoredRoom    Key = "stored.room"
	StoredStays   Key = "stored.stays"
	StoredLasting Key = "stored.lasting"
	StoredMayGo   Key = "stored.mayGo"
	StoredKeep    Key = "stored.keep"
	StoredRefused Key = "stored.refused"
	SizeKilo      Key = "size.kilo" // n
	SizeMega      Key = "size.mega" // n
	Clear         Key = "clear"
	ClearSure     Key = "clear.sure"
	ClearOffline  Key = "clear.offline"
	ClearFailed   Key = "clear.failed"
	ClearFailedDo Key = "clear.failedDo"
)

// About the program.
const (
	AboutTitle    Key = "about.title"
	AboutProgram  Key = "about.program"
	AboutServer   Key = "about.server"
	AboutUnknown  Key = "about.unknown"
	AboutLicences Key = "about.licences"
)

// Signing out while presses wait.
const (
	LeavingTitle  Key = "leaving.title"  // n; plural
	LeavingText   Key = "leaving.text"   // name
	LeavingUnsafe Key = "leaving.unsafe" // n; plural
	LeavingWait   Key = "leaving.wait"
	LeavingStay   Key = "leaving.stay"
	LeavingGo     Key = "leaving.go"
	LeavingLose   Key = "leaving.lose"
	LeavingNone   Key = "leaving.none"
)

// A card's own screen: what was done to it, what is said to that, and what is
// asked for.
const (
	CardTitle        Key = "mend.cardTitle"
	CardLook         Key = "mend.cardLook"
	CardLookAt       Key = "mend.cardLookAt" // times
	CardBack         Key = "mend.cardBack"
	CardGone         Key = "mend.cardGone"
	CardGoneDo       Key = "mend.cardGoneDo"
	CardReading      Key = "mend.cardReading"
	CardUnchanged    Key = "mend.cardUnchanged"
	CardLocked       Key = "mend.cardLocked"
	ChangesLabel     Key = "mend.changesLabel"
	ChangeMade       Key = "mend.changeMade"      // name
	ChangeEdited     Key = "mend.changeEdited"    // name
	ChangeDeleted    Key = "mend.changeDeleted"   // name
	ChangeConfirmed  Key = "mend.changeConfirmed" // name
	ChangePressed    Key = "mend.changePressed"   // name, act, time
	ChangeTeams      Key = "mend.changeTeams"     // name
	ChangeBySelf     Key = "mend.changeBySelf"
	ChangeBySomeone  Key = "mend.changeBySomeone"
	ChangeAsked      Key = "mend.changeAsked"
	ChangeWhen       Key = "mend.changeWhen" // time
	ComparePart      Key = "mend.comparePart"
	CompareWas       Key = "mend.compareWas"
	CompareIs        Key = "mend.compareIs"
	CompareNone      Key = "mend.compareNone"
	PartIn           Key = "mend.partIn"
	PartOut          Key = "mend.partOut"
	PartBreak        Key = "mend.partBreak"
	PartNote         Key = "mend.partNote"
	PartWith         Key = "mend.partWith" // time, note
	Agree            Key = "mend.agree"
	Object           Key = "mend.object"
	Agreed           Key = "mend.agreed"
	Objected         Key = "mend.objected" // word
	ObjectWhat       Key = "mend.objectWhat"
	ObjectSend       Key = "mend.objectSend"
	ObjectEmpty      Key = "mend.objectEmpty"
	RequestOpen      Key = "mend.requestOpen"
	RequestDone      Key = "mend.requestDone"     // name
	RequestDoing     Key = "mend.requestDoing"    // name
	RequestNot       Key = "mend.requestNot"      // name
	RequestDeclined  Key = "mend.requestDeclined" // name, word
	RequestWithdrawn Key = "mend.requestWithdrawn"
	RequestExpired   Key = "mend.requestExpired"
	Withdraw         Key = "mend.withdraw"
	CorrectAsk       Key = "mend.correctAsk"
	CorrectEdit      Key = "mend.correctEdit"
	CorrectMissed    Key = "mend.correctMissed"
	CorrectNew       Key = "mend.correctNew"
	CorrectFrom      Key = "mend.correctFrom"
	CorrectTo        Key = "mend.correctTo"
	BreakFrom        Key = "mend.breakFrom"
	BreakTo          Key = "mend.breakTo"
	BreakAdd         Key = "mend.breakAdd"
	BreakDrop        Key = "mend.breakDrop"
	BreakKeep        Key = "mend.breakKeep"
	CorrectWhy       Key = "mend.correctWhy"
	CorrectEmpty     Key = "mend.correctEmpty"
	CorrectSend      Key = "mend.correctSend"
	CorrectSave      Key = "mend.correctSave"
	CorrectDelete    Key = "mend.correctDelete"
	EditDelete       Key = "mend.editDelete"
	CorrectSame      Key = "mend.correctSame"
	CorrectDone      Key = "mend.correctDone"
	CorrectSent      Key = "mend.correctSent"
	ConfirmCard      Key = "mend.confirmCard"
	ConfirmText      Key = "mend.confirmText"
	ConfirmWeek      Key = "mend.confirmWeek"
	ConfirmSome      Key = "mend.confirmSome" // n; plural
	ToldCount        Key = "mend.toldCount"   // n; plural
	ToldDo           Key = "mend.toldDo"
	ToldLook         Key = "mend.toldLook"
)
