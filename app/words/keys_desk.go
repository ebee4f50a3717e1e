package words

// The supervisors' screens. Their texts are in a Book only after AddDesk.
const (
	DeskTitle       Key = "desk.title"
	DeskWelcome     Key = "desk.welcome"
	DeskBroken      Key = "desk.broken"
	DeskDeniedTitle Key = "desk.deniedTitle"
	DeskDeniedText  Key = "desk.deniedText"
	DeskAgain       Key = "desk.again"
	DeskOffline     Key = "desk.offline"
	DeskForbidden   Key = "desk.forbidden"
	DeskStands      Key = "desk.stands"
)

// The board.
const (
	BoardReading    Key = "board.reading"
	BoardJustNow    Key = "board.justNow"
	BoardAgo        Key = "board.ago"     // length
	BoardLive       Key = "board.live"    // age
	BoardNotLive    Key = "board.notLive" // age
	BoardHidden     Key = "board.hidden"
	BoardHiddenDo   Key = "board.hiddenDo"
	BoardNoShifts   Key = "board.noShifts"
	BoardNoShiftsDo Key = "board.noShiftsDo"
	BoardEmpty      Key = "board.empty"
	BoardEmptyDo    Key = "board.emptyDo"
	BoardNone       Key = "board.none"
	BoardShowAll    Key = "board.showAll"
	BoardShown      Key = "board.shown" // n; plural
	BoardSearch     Key = "board.search"
	BoardSort       Key = "board.sort"
	BoardGroups     Key = "board.groups"
	BoardPeople     Key = "board.people"
	BoardPick       Key = "board.pick"
	BoardName       Key = "board.name"
	BoardState      Key = "board.state"
	BoardShift      Key = "board.shift"
	BoardToday      Key = "board.today"
	BoardMarks      Key = "board.marks"
	BoardChoose     Key = "board.choose" // name
	BoardChosen     Key = "board.chosen" // n; plural
	BoardAct        Key = "board.act"
	BoardChooseAll  Key = "board.chooseAll" // n; plural
	BoardChooseNone Key = "board.chooseNone"

	GroupAll      Key = "group.all"
	GroupIn       Key = "group.in"
	GroupBreak    Key = "group.break"
	GroupOut      Key = "group.out"
	GroupLate     Key = "group.late"
	GroupMissing  Key = "group.missing"
	GroupOpen     Key = "group.open"
	GroupWaiting  Key = "group.waiting"
	StateNotKnown Key = "state.notKnown"

	SortName      Key = "sort.name"
	SortAttention Key = "sort.attention"
	SortSince     Key = "sort.since"
	SortWorked    Key = "sort.worked"

	MarkOpen     Key = "mark.open"     // length
	MarkMissing  Key = "mark.missing"  // time
	MarkLate     Key = "mark.late"     // length
	MarkWaiting  Key = "mark.waiting"  // n; plural
	MarkDisputed Key = "mark.disputed" // n; plural
)

// Acting for others.
const (
	ActingMany          Key = "acting.many" // n; plural
	ActingShift         Key = "acting.shift"
	ActingToday         Key = "acting.today" // length
	ActingWhat          Key = "acting.what"
	ActingTime          Key = "acting.time"
	ActingNow           Key = "acting.now"
	ActingPast          Key = "acting.past"
	ActingWhen          Key = "acting.when"
	ActingReason        Key = "acting.reason"
	ActingReasonHint    Key = "acting.reasonHint"
	ActingReasonMissing Key = "acting.reasonMissing"
	ActingForesee       Key = "acting.foresee"
	ActingCancel        Key = "acting.cancel"
	ActingChange        Key = "acting.change"
	ActingDoNow         Key = "acting.doNow"   // act
	ActingRun           Key = "acting.run"     // n, act; plural
	ActingRunOne        Key = "acting.runOne"  // act, name
	ActingLeftOut       Key = "acting.leftOut" // n; plural
	ActingOutcome       Key = "acting.outcome"
	ActingNot           Key = "acting.not"     // why
	ActingBecomes       Key = "acting.becomes" // card
	ActingRunning       Key = "acting.running"
	ActingTallied       Key = "acting.tallied" // n, done; plural
	ActingFailed        Key = "acting.failed"  // n; plural
	ActingUndone        Key = "acting.undone"  // n; plural
	ActingAgain         Key = "acting.again"   // n; plural
	ActingUndo          Key = "acting.undo"    // n; plural
	ActingDone          Key = "acting.done"
	ActingWaits         Key = "acting.waits"
	ActingOnWay         Key = "acting.onWay"
	ActingTaken         Key = "acting.taken"
	ActingDisputed      Key = "acting.disputed"
	ActingInTeams       Key = "acting.inTeams" // time

	WhyIn        Key = "why.in"
	WhyBreak     Key = "why.break"
	WhyOut       Key = "why.out"
	WhyUnknown   Key = "why.unknown"
	WhyOpen      Key = "why.open"
	WhyConfirmed Key = "why.confirmed"
	WhyGone      Key = "why.gone"
	WhyOld       Key = "why.old"
	WhyOffline   Key = "why.offline"
)

// What people ask for.
const (
	RequestsTitle     Key = "requests.title"
	RequestsReading   Key = "requests.reading"
	RequestsNone      Key = "requests.none"
	RequestsNoneDo    Key = "requests.noneDo"
	RequestsAsked     Key = "requests.asked"
	RequestsOpen      Key = "requests.open" // n; plural
	RequestBy         Key = "request.by"    // name, time
	RequestAccept     Key = "request.accept"
	RequestAcceptOf   Key = "request.acceptOf" // name
	RequestDecline    Key = "request.decline"
	RequestDeclineOf  Key = "request.declineOf" // name
	RequestAccepted   Key = "request.accepted"
	RequestRefused    Key = "request.refused"
	RequestWhy        Key = "request.why" // name
	RequestWhyMissing Key = "request.whyMissing"
	ObjectionsTitle   Key = "objections.title"
	ObjectionBy       Key = "objection.by" // name, time

	TeamConflicts Key = "conflict.team"
	TeamCard      Key = "conflict.teamCard"  // card, time
	TeamNoCard    Key = "conflict.teamNone"  // time
	TeamAsk       Key = "conflict.teamAsk"   // name
	TeamPress     Key = "conflict.teamPress" // name, press

	OpCreate  Key = "op.create"  // day
	OpReplace Key = "op.replace" // day
	OpDelete  Key = "op.delete"  // day
	OpConfirm Key = "op.confirm" // day
)

// One person's days, and a card of theirs that is put right.
const (
	PersonBack      Key = "person.back"
	PersonReading   Key = "person.reading"
	PersonUnknown   Key = "person.unknown"
	PersonUnknownDo Key = "person.unknownDo"
	PersonWeek      Key = "person.week" // first, last
	PersonBefore    Key = "person.before"
	PersonAfter     Key = "person.after"
	PersonToday     Key = "person.today"
	PersonDay       Key = "person.day"
	PersonAsOf      Key = "person.asOf" // time, zone
	PersonLink      Key = "person.link"
	PersonLinkOf    Key = "person.linkOf" // name
	PersonAdd       Key = "person.add"
	PersonAddOn     Key = "person.addOn" // day
	PersonNothing   Key = "person.nothing"
	PersonShift     Key = "person.shift" // times
	PersonOpen      Key = "person.open"  // n; plural
	PersonFits      Key = "person.fits"
	PersonWaits     Key = "person.waits"
	PersonConfirm   Key = "person.confirm"     // n; plural
	PersonConfirmed Key = "person.confirmed"   // n; plural
	PersonOnWay     Key = "person.onWay"       // n; plural
	PersonMissed    Key = "person.missed"      // n; plural
	PersonConfirmOf Key = "person.confirmWhat" // name
	PersonAsked     Key = "person.asked"       // time
	PersonObjects   Key = "person.objects"     // word
	PersonPresses   Key = "person.presses"     // n; plural

	WaitCreate  Key = "wait.create"  // by, name
	WaitReplace Key = "wait.replace" // by, name
	WaitDelete  Key = "wait.delete"  // by, name
	WaitConfirm Key = "wait.confirm" // by, name
	WaitKept    Key = "wait.kept"
	WaitRefused Key = "wait.refused" // why
	WaitSending Key = "wait.sending"
	WaitUnsure  Key = "wait.unsure"
	WaitClash   Key = "wait.clash"
	WaitLook    Key = "wait.look"
	WaitTitle   Key = "wait.title"
	MarkAmends  Key = "mark.amends"  // n; plural
	MarkClashes Key = "mark.clashes" // n; plural

	SheetOpenCard Key = "sheet.openCard"
	SheetBy       Key = "sheet.confirmedBy" // name
	SheetByBoss   Key = "sheet.confirmedByBoss"
	SheetByBoth   Key = "sheet.confirmedByBoth" // name
	SheetChanged  Key = "sheet.changed"         // time

	MendTitle        Key = "put.title" // name
	MendNew          Key = "put.new"   // name
	MendBack         Key = "put.back"  // name
	MendAct          Key = "put.act"
	MendRemove       Key = "put.remove"
	MendConfirm      Key = "put.confirm"
	MendConfirmText  Key = "put.confirmText"
	MendLocked       Key = "put.locked"
	MendLockedDo     Key = "put.lockedDo"
	MendNote         Key = "put.note"
	MendInNote       Key = "put.inNote"
	MendOutNote      Key = "put.outNote"
	MendBreakNote    Key = "put.breakNote"
	MendFromNote     Key = "put.fromNote"
	MendToNote       Key = "put.toNote"
	MendBreak        Key = "put.break" // n
	MendZone         Key = "put.zone"  // zone
	MendWhy          Key = "put.why"
	MendWhyHint      Key = "put.whyHint" // name
	MendWhyMissing   Key = "put.whyMissing"
	MendSave         Key = "put.save"
	MendAdd          Key = "put.add"
	MendBeside       Key = "put.beside"
	MendPart         Key = "put.part"
	MendSame         Key = "put.same"
	MendChanged      Key = "put.markChanged"
	MendAdded        Key = "put.markAdded"
	MendGone         Key = "put.markGone"
	MendWorked       Key = "put.worked"
	MendRules        Key = "put.rules"
	MendTwice        Key = "put.twice"   // time
	MendSkipped      Key = "put.skipped" // time
	MendRemoveTitle  Key = "put.removeTitle"
	MendRemoveText   Key = "put.removeText"
	MendRemoveSure   Key = "put.removeSure"
	MendKept         Key = "put.draftKept"
	MendDone         Key = "put.done"
	MendDeleted      Key = "put.deleted"
	MendAddedDone    Key = "put.addedDone"
	MendConfirmDone  Key = "put.confirmDone"
	MendOnWay        Key = "put.onWay"
	MendOnWayDo      Key = "put.onWayDo"
	MendUntouched    Key = "put.untouched"
	MendPressed      Key = "put.pressed" // name, act, time
	MendAsked        Key = "put.asked"   // name
	MendAgrees       Key = "put.agrees"  // name
	MendObjects      Key = "put.objects" // name, word
	MendObjectsDo    Key = "put.objectsDo"
	MendAsksOpen     Key = "put.asksOpen"
	MendAsksLook     Key = "put.asksLook"
	MendAsksDone     Key = "put.asksDone"     // name
	MendAsksDeclined Key = "put.asksDeclined" // name, word
	MendAsksBack     Key = "put.asksBack"     // name
	MendAsksOld      Key = "put.asksOld"

	FaultNoIn           Key = "faultOf.no_in"
	FaultNoOut          Key = "faultOf.no_out"
	FaultFuture         Key = "faultOf.future"
	FaultBackwards      Key = "faultOf.backwards"
	FaultBreakBackwards Key = "faultOf.break_backwards" // n
	FaultBreakOutside   Key = "faultOf.break_outside"   // n
	FaultBreakOverlap   Key = "faultOf.break_overlap"   // n
	FaultBreakOpen      Key = "faultOf.break_open"      // n
	FaultOverlap        Key = "faultOf.overlap"         // length

	ClashTitle   Key = "clash.title"
	ClashText    Key = "clash.text" // name
	ClashGone    Key = "clash.gone"
	ClashOverlap Key = "clash.overlap"
	ClashOther   Key = "clash.otherwise" // why
	ClashSeen    Key = "clash.seen"
	ClashTheirs  Key = "clash.theirs"
	ClashYours   Key = "clash.yours"
	ClashBoth    Key = "clash.both"
	ClashThere   Key = "clash.there"
	ClashHere    Key = "clash.here"
	ClashBecome  Key = "clash.become"
	ClashKeep    Key = "clash.keep"
	ClashMine    Key = "clash.mine"
	ClashMerged  Key = "clash.merged"
	ClashDrop    Key = "clash.drop"
	ClashTheyDo  Key = "clash.theyDecide" // name
)

// Reports.
const (
	ReportTitle       Key = "report.title"
	ReportPeriod      Key = "report.period"
	ReportReading     Key = "report.reading"
	ReportRead        Key = "report.read" // cards, shifts
	ReportSaving      Key = "report.saving"
	ReportDates       Key = "report.dates" // first, last, zone, time
	ReportWorked      Key = "report.worked"
	ReportRegular     Key = "report.regular"
	ReportOver        Key = "report.over"
	ReportPaused      Key = "report.paused"
	ReportOpen        Key = "report.open" // n; plural
	ReportConfirm     Key = "report.confirm"
	ReportConfirmSure Key = "report.confirmSure"
	ReportConfirmLeft Key = "report.confirmLeft" // n; plural
	ReportCSV         Key = "report.csv"
	ReportXLSX        Key = "report.xlsx"
	ReportHours       Key = "report.hours"
	ReportDay         Key = "report.day"  // weekday, day
	ReportGone        Key = "report.gone" // name
	ReportNameless    Key = "report.nameless"
	ReportNoShifts    Key = "report.noShifts"
	SpanThisMonth     Key = "span.month"
	SpanLastMonth     Key = "span.lastMonth"
	SpanChosen        Key = "span.chosen"
	ReportFirst       Key = "report.first"
	ReportLast        Key = "report.last"
	ReportShow        Key = "report.show"
	ReportNoDays      Key = "report.noDays" // n
	RulesTitle        Key = "rules.title"
	TimelineTitle     Key = "timeline.title"
	TimelineWhen      Key = "timeline.when"
	TimelinePlan      Key = "timeline.plan" // from, to
	TimelineKey       Key = "timeline.key"
	TimelineNone      Key = "timeline.none"
	RulesWho          Key = "rules.who"

	ExceptionsTitle Key = "exceptions.title" // n; plural
	ExceptionsNone  Key = "exceptions.none"
	ExceptionDay    Key = "exception.day"
	ExceptionWhat   Key = "exception.what"
)
