package words

// The supervisors' screens. Their texts are in a Book only after AddDesk.
const (
	DeskTitle       Key = "desk.title"
	DeskWelcome     Key = "desk.welcome"
	DeskBroken      Key = "desk.broken"
	DeskDeniedTitle Key = "desk.deniedTitle"
	DeskDeniedText  Key = "desk.deniedText"
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

// Reports.
const (
	ReportTitle    Key = "report.title"
	ReportPeriod   Key = "report.period"
	ReportReading  Key = "report.reading"
	ReportRead     Key = "report.read" // cards, shifts
	ReportSaving   Key = "report.saving"
	ReportDates    Key = "report.dates" // first, last, zone, time
	ReportWorked   Key = "report.worked"
	ReportRegular  Key = "report.regular"
	ReportOver     Key = "report.over"
	ReportPaused   Key = "report.paused"
	ReportOpen     Key = "report.open" // n; plural
	ReportCSV      Key = "report.csv"
	ReportXLSX     Key = "report.xlsx"
	ReportHours    Key = "report.hours"
	ReportDay      Key = "report.day"  // weekday, day
	ReportGone     Key = "report.gone" // name
	ReportNameless Key = "report.nameless"
	ReportNoShifts Key = "report.noShifts"
	SpanThisMonth  Key = "span.month"
	SpanLastMonth  Key = "span.lastMonth"

	ExceptionsTitle Key = "exceptions.title" // n; plural
	ExceptionsNone  Key = "exceptions.none"
	ExceptionDay    Key = "exception.day"
	ExceptionWhat   Key = "exception.what"
)
