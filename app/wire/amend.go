package wire

import "timeclock/app/clock"

// Limits of amendments. MaxRows bounds Amendments.Rows, MaxCardNote the
// characters of a note on a card, which may be longer in Teams than here; the
// others are the bytes of one amendment and of many.
const (
	MaxRows      = 200
	MaxCardNote  = 4000
	MaxAmendment = 128 << 10
	MaxRowsBody  = 1 << 20
)

// Op is what an amendment does to a card.
type Op string

// Create makes a card that was missed. Replace gives one other times, breaks and
// notes. Delete takes it away. Confirm vouches for it as it stands: the person
// themselves for their own, a supervisor for others'.
const (
	Create  Op = "create"
	Replace Op = "replace"
	Delete  Op = "delete"
	Confirm Op = "confirm"
)

// Valid reports whether o is one of the four.
func (o Op) Valid() bool { return o == Create || o == Replace || o == Delete || o == Confirm }

// Amendment is a change of a card on its way to the server (POST
// PathAmendments; the answer is Amended). It keeps its ID for life: sent again,
// it is the same amendment, and done once.
type Amendment struct {
	ID   string `json:"id"` // UUIDv7 (RFC 9562), made where it was asked for
	Team string `json:"team"`
	// Person is the id in Graph of whose card it is; empty for one's own.
	Person string `json:"person,omitempty"`
	Op     Op     `json:"op"`
	Card   string `json:"card,omitempty"` // empty for Create
	// Seen is the card as the person saw it; nil for Create. If it does not
	// stand so any more when its turn has come, nothing is written.
	Seen *clock.Card `json:"seen,omitempty"`
	// Next is the card as it is to stand; nil for Delete and Confirm. Its times,
	// breaks and notes count. A break that it keeps has the id it had.
	Next *clock.Card `json:"next,omitempty"`
	// Reason says why; needed for another's card, but not to Confirm it.
	Reason string `json:"reason,omitempty"`
}

// Amended tells what became of an amendment.
type Amended struct {
	ID     string `json:"id"`
	Team   string `json:"team"`
	Person Person `json:"person"` // whose card; ID is the id in Graph
	By     Person `json:"by"`     // who amends; ID is the id in Graph
	Op     Op     `json:"op"`
	Card   string `json:"card,omitempty"`
	Reason string `json:"reason,omitempty"`
	Status Status `json:"status"`
	// Code says why it was refused, what it waits for, or what the conflict is
	// about: CodeChanged, CodeGone, CodeConfirmed, CodeUnsound.
	Code      Code          `json:"code,omitempty"`
	Received  clock.Instant `json:"received"`
	Delivered clock.Instant `json:"delivered,omitempty"`
	// Before is the card as it stood, nil where there was none; After as it
	// stands since, or is to stand while Status is not Delivered; nil where there
	// is none then.
	Before *clock.Card `json:"before,omitempty"`
	After  *clock.Card `json:"after,omitempty"`
	// Conflict is set while Status is Conflicted. Its choices are decided by a
	// Decision as those of a press are.
	Conflict *Conflict `json:"conflict,omitempty"`
}

// Amendments are many at once (POST PathAmendAll), such as the confirmations of
// a week. Sent again, none is done twice.
type Amendments struct {
	Rows []Amendment `json:"rows"`
}

// AmendedAll answers Amendments, row by row in their order.
type AmendedAll struct {
	Rows []AmendedRow `json:"rows"`
}

// AmendedRow is what became of one row: Amended, or Code says why it was not
// even kept.
type AmendedRow struct {
	ID      string        `json:"id"`
	Amended *Amended      `json:"amended,omitempty"`
	Code    Code          `json:"code,omitempty"`
	Faults  []clock.Fault `json:"faults,omitempty"` // for CodeUnsound
}

// TeamAmendments answers PathTeamAmendments: what was refused in the last days and
// not made good since, what supervisors have under way in a team, and what a person
// has to decide about.
type TeamAmendments struct {
	Team string    `json:"team"`
	Open []Amended `json:"open"` // the oldest first
}

// Trail answers PathTrail: a card, and everything that is known to have been
// done to it.
type Trail struct {
	Team string `json:"team"`
	// Card is how it stands in Graph at AsOf, nil when it is not there any more.
	Card *clock.Card   `json:"card,omitempty"`
	AsOf clock.Instant `json:"asOf"`
	// Changes lists what was done here, the oldest first: amendments, and presses
	// on behalf.
	Changes []Change `json:"changes"`
	// Elsewhere is what was changed in Teams since, as far as Graph tells.
	Elsewhere *Elsewhere `json:"elsewhere,omitempty"`
	Requests  []Request  `json:"requests"` // about this card, the oldest first
}

// Change is something that was done here to a person's card.
type Change struct {
	ID     string `json:"id"`
	Team   string `json:"team"`
	Person Person `json:"person"` // whose card
	By     Person `json:"by"`
	Card   string `json:"card,omitempty"`
	// Op says what an amendment did; it is empty for a press, which Press names.
	Op     Op            `json:"op,omitempty"`
	Press  clock.Kind    `json:"press,omitempty"`
	Time   clock.Instant `json:"time,omitempty"` // what stands on the card for a press
	Reason string        `json:"reason,omitempty"`
	At     clock.Instant `json:"at"` // when it was done
	Before *clock.Card   `json:"before,omitempty"`
	After  *clock.Card   `json:"after,omitempty"`
	Asked  bool          `json:"asked,omitempty"` // the person had asked for it
	Reply  *Reply        `json:"reply,omitempty"` // what the person said to it last
}

// Elsewhere is a change that was not made here.
type Elsewhere struct {
	By Person        `json:"by"`           // whom Graph names, if anybody
	At clock.Instant `json:"at,omitempty"` // of the last of them
	// Was is the card as it was known before: as it stood after the last change
	// here, or as the presses left it.
	Was   *clock.Card `json:"was,omitempty"`
	Reply *Reply      `json:"reply,omitempty"`
}

// Told answers PathTold: what others did here to the person's cards in the last
// 31 days, the newest first, but for confirmations and what the person asked for.
type Told struct {
	Team    string   `json:"team"`
	Changes []Change `json:"changes"`
}

// Reply is what a person says to a change of their card: that it is right, or
// that it is not, and why. The last one counts.
type Reply struct {
	Agrees bool          `json:"agrees"`
	Word   string        `json:"word,omitempty"`
	At     clock.Instant `json:"at"`
}

// Replying is a Reply on its way to the server (POST PathReplies; the answer is
// the Reply). Sent again, it is the same.
type Replying struct {
	ID   string `json:"id"` // UUIDv7
	Team string `json:"team"`
	Card string `json:"card"`
	// About is the id of a Change; empty for what was changed elsewhere, with the
	// card as the person saw it in Seen.
	About  string      `json:"about,omitempty"`
	Seen   *clock.Card `json:"seen,omitempty"`
	Agrees bool        `json:"agrees"`
	Word   string      `json:"word,omitempty"` // needed to object
}

// Objections answers PathObjections: the changes in a team that their people
// object to, the newest first.
type Objections struct {
	Team string      `json:"team"`
	Open []Objection `json:"open"`
}

// Objection is one of them. Change is nil for what was changed elsewhere.
type Objection struct {
	Person Person  `json:"person"`
	Card   string  `json:"card"`
	Change *Change `json:"change,omitempty"`
	Reply  Reply   `json:"reply"`
}

// RequestState is how far a request has come.
type RequestState string

// Asked: nobody has answered yet. Accepted: it became an amendment, with the id
// of the request. Declined: a supervisor said no. Withdrawn: the person took it
// back. Expired: nobody answered within RequestFor.
const (
	Asked     RequestState = "open"
	Granted   RequestState = "accepted"
	Declined  RequestState = "declined"
	Withdrawn RequestState = "withdrawn"
	Expired   RequestState = "expired"
)

// RequestFor is how long a request may be answered.
const RequestFor = 31 * 24 * clock.Hour

// Request is a correction that a person asks for.
type Request struct {
	ID     string        `json:"id"`
	Team   string        `json:"team"`
	Person Person        `json:"person"`
	Op     Op            `json:"op"` // Create, Replace or Delete
	Card   string        `json:"card,omitempty"`
	Seen   *clock.Card   `json:"seen,omitempty"`
	Next   *clock.Card   `json:"next,omitempty"`
	Text   string        `json:"text"`
	Made   clock.Instant `json:"made"`
	State  RequestState  `json:"state"`
	// By answered it, at Decided, with Word.
	By      Person        `json:"by"`
	Decided clock.Instant `json:"decided,omitempty"`
	Word    string        `json:"word,omitempty"`
	// Amended is what became of an accepted one.
	Amended *Amended `json:"amended,omitempty"`
}

// Requests answers PathRequests and PathTeamRequests.
type Requests struct {
	Team     string    `json:"team"`
	Requests []Request `json:"requests"` // the newest first; of a team the open ones, the oldest first
}

// Asking is a Request on its way to the server (POST PathAsk; the answer is
// the Request). It says what it wants as an Amendment does, Reason in the
// person's own words.
type Asking struct {
	ID   string      `json:"id"` // UUIDv7; of the amendment too, if there will be one
	Team string      `json:"team"`
	Op   Op          `json:"op"`
	Card string      `json:"card,omitempty"`
	Seen *clock.Card `json:"seen,omitempty"`
	Next *clock.Card `json:"next,omitempty"`
	Text string      `json:"text"`
}

// Answer is what a supervisor says to a request (POST PathAsk + "/{id}" +
// PathDecline, where Word is needed, or + PathAccept).
type Answer struct {
	Word string `json:"word,omitempty"`
}
