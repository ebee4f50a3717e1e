package wire

// The paths of the server. Those under /api answer JSON and never a redirect;
// those under /auth are for navigation; Press takes the page's form.
const (
	PathMe      = "/api/me"
	PathClock   = "/api/clock"
	PathCards   = "/api/cards"
	PathPunches = "/api/punches"
	PathEvents  = "/api/events"
	// PathDecision follows PathPunches and an id.
	PathDecision = "/decision"
	// PathConflicts is for the supervisors of a team.
	PathConflicts = "/api/conflicts"
	// PathBoard is for the supervisors of a team.
	PathBoard = "/api/board"
	// PathTeams is followed by a team's id and PathPunchesOf: what its
	// supervisors press for others, which PathPreview or PathUndo may follow; or
	// by PathActs: what they pressed.
	PathTeams     = "/api/teams"
	PathPunchesOf = "/punches"
	PathPreview   = "/preview"
	PathActs      = "/acts"
	PathUndo      = "/undo"

	// PathAmendments takes one Amendment; PathAmendments + "/{id}" tells what
	// became of it, and + PathDecision decides a conflict about it. PathAmendAll
	// takes many.
	PathAmendments = "/api/amendments"
	PathAmendAll   = "/api/amendments/all"
	// PathTrail is for the person whose card it is and for the team's
	// supervisors.
	PathTrail   = "/api/trail"
	PathTold    = "/api/told"
	PathReplies = "/api/replies"
	// PathAsk takes a request, which PathWithdraw behind its id takes back;
	// PathRequests lists the person's own.
	PathAsk      = "/api/requests"
	PathRequests = "/api/requests/mine"
	PathWithdraw = "/withdraw"
	// PathAccept and PathDecline, behind PathAsk and an id, and the paths below
	// are for the supervisors of a team.
	PathAccept         = "/accept"
	PathDecline        = "/decline"
	PathTeamRequests   = "/api/team/requests"
	PathTeamAmendments = "/api/team/amendments"
	PathObjections     = "/api/team/objections"

	PathLogin    = "/auth/login"
	PathCallback = "/auth/callback"
	PathLogout   = "/auth/logout"

	PathPress = "/press"
	// PathLicences tells of what the product is built from.
	PathLicences = "/licences"
)

// Header must stand, with HeaderValue, on every request under /api and on
// PathLogout: a page of another origin cannot set it without asking first
// (RFC 10017 §6.1).
const (
	Header      = "X-Timeclock"
	HeaderValue = "1"
)

// HeaderPerson names on PathPunches the person (Person.ID) the press belongs
// to. Where it is set and the session is another person's, the press is
// answered with CodeSignedOut: a browser that several people share must never
// deliver one's press as another's.
const HeaderPerson = "X-Timeclock-Person"

// CookieLanguage holds the tag of the language that was chosen in the settings;
// without it the browser's own wishes decide. Scripts may read and write it.
const CookieLanguage = "lang"

// CookieTheme holds the theme that was chosen in the settings, ThemeLight or
// ThemeDark; without it the device decides. Scripts may read and write it.
const (
	CookieTheme = "theme"
	ThemeLight  = "light"
	ThemeDark   = "dark"
)

// Names of query parameters.
const (
	ParamLanguage = "lang"   // the page, its manifest: a language's tag
	ParamTeam     = "team"   // PathClock, PathCards, PathTrail and all for supervisors: a team's id
	ParamCard     = "card"   // PathTrail: a card's id
	ParamPerson   = "person" // PathTrail: the id in Graph of whose card it is; one's own without
	ParamFrom     = "from"   // PathCards: milliseconds, inclusive; PathReport: a day
	ParamTo       = "to"     // PathCards: milliseconds, exclusive; PathReport: a day
	ParamFresh    = "fresh"  // PathClock, PathCards: "1" reads Graph even when the mirror is young; PathBoard: unless it is
	ParamRights   = "rights" // PathMe: "1" waits until it is known which teams the person supervises
	ParamBoard    = "board"  // PathEvents: the id of a team whose board is watched
	ParamReturn   = "return" // PathLogin: the path to come back to
	ParamPrompt   = "prompt" // PathLogin: "select_account" for "Not you?"
	ParamPress    = "press"  // the clock's page: a clock.Kind to choose, not to press
)

// Names of the events on PathEvents (text/event-stream). The data of each is
// one line of JSON.
const (
	EventReceipt = "receipt" // Receipt: a press of this person went further
	EventCards   = "cards"   // CardsChanged: cards of a team were read again
	EventBoard   = "board"   // BoardChanged: of the team of ParamBoard
	EventAct     = "act"     // Act: a press that this person made for another went further
)

// Fields of the form posted to PathPress.
const (
	FieldKind = "kind"
	FieldTeam = "team"
	FieldNote = "note"
)
