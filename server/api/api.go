package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/authority"
	"timeclock/server/board"
	"timeclock/server/journal"
	"timeclock/server/mirror"
	"timeclock/server/petition"
	"timeclock/server/report"
	"timeclock/server/roster"
	"timeclock/server/session"
	"timeclock/server/tongue"
	"timeclock/server/trail"
)

// Handler answers the calls under /api. All fields are required.
type Handler struct {
	Journal *journal.Journal
	Mirror  *mirror.Mirror
	Roster  *roster.Roster
	Shifts  *roster.Shifts
	// Authority decides who may see and do what; Supervisors knows who they are.
	Authority   *authority.Authority
	Supervisors *roster.Supervisors
	Boards      *board.Boards
	Disputes    Disputes
	Reports     *report.Reports
	Tongues     *tongue.Tongues
	Access      access.Access
	// Trail tells what was done to cards, and Petitions keeps what people ask for.
	Trail     trail.Book
	Petitions petition.Book
	// OwnEdits says that people may amend their own cards.
	OwnEdits bool
	Changes  *Changes // tells event streams of cards read anew
	// PressWait is how long a press waits for Graph before its answer goes out
	// with what is known by then.
	PressWait time.Duration
	Version   string
	// OpenCardMax is how long a card may be open before it is pointed out.
	OpenCardMax time.Duration
	// Rules are the limits that attendance is held to.
	Rules clock.Rules
	// LocationRadius is how far from a team's approved location, in metres, a
	// press is still made there.
	LocationRadius float64
	Now            func() time.Time
	Log            *slog.Logger
}

// handler answers a request of the session given, or says why not.
type handler func(w http.ResponseWriter, r *http.Request, s session.Session) error

// Mount adds the handlers to mux.
func (h *Handler) Mount(mux *http.ServeMux) {
	for _, route := range h.routes() {
		mux.Handle(route.path, h.guard(route.method, route.handle))
	}
	mux.Handle("/api/", h.guard("", func(http.ResponseWriter, *http.Request, session.Session) error {
		return wire.ProblemOf(wire.CodeNotFound, "no such call")
	}))
}

// route is a call of the API.
type route struct {
	method, path string
	handle       handler
}

// Routes lists the calls, each as a method and a path with {names} in it.
func (h *Handler) Routes() []string { return listed(h.routes()) }

func listed(routes []route) []string {
	var all []string
	for _, r := range routes {
		all = append(all, r.method+" "+r.path)
	}
	return all
}

func (h *Handler) routes() []route {
	const punchesOf = wire.PathTeams + "/{team}" + wire.PathPunchesOf
	return []route{
		{http.MethodGet, wire.PathMe, h.me},
		{http.MethodGet, wire.PathClock, h.clock},
		{http.MethodGet, wire.PathCards, h.cards},
		{http.MethodPost, wire.PathPunches, h.punch},
		{http.MethodGet, wire.PathPunches + "/{id}", h.receipt},
		{http.MethodPost, wire.PathPunches + "/{id}" + wire.PathDecision, h.decide},
		{http.MethodGet, wire.PathEvents, h.events},
		{http.MethodGet, wire.PathConflicts, h.conflicts},
		{http.MethodPost, wire.PathAmendments, h.amend},
		{http.MethodPost, wire.PathAmendAll, h.amendAll},
		{http.MethodGet, wire.PathAmendments + "/{id}", h.amendment},
		{http.MethodPost, wire.PathAmendments + "/{id}" + wire.PathDecision, h.choose},
		{http.MethodGet, wire.PathTrail, h.trail},
		{http.MethodGet, wire.PathTold, h.told},
		{http.MethodPost, wire.PathReplies, h.reply},
		{http.MethodPost, wire.PathAsk, h.askFor},
		{http.MethodGet, wire.PathRequests, h.requests},
		{http.MethodPost, wire.PathAsk + "/{id}" + wire.PathWithdraw, h.withdraw},
		{http.MethodPost, wire.PathAsk + "/{id}" + wire.PathAccept, h.acceptRequest},
		{http.MethodPost, wire.PathAsk + "/{id}" + wire.PathDecline, h.decline},
		{http.MethodGet, wire.PathTeamRequests, h.teamRequests},
		{http.MethodGet, wire.PathTeamAmendments, h.teamAmendments},
		{http.MethodGet, wire.PathObjections, h.objections},
		{http.MethodGet, wire.PathPerson, h.person},
		{http.MethodGet, wire.PathReport, h.report},
		{http.MethodGet, wire.PathReportFile, h.file},
		{http.MethodGet, wire.PathMyReport, h.myFile},
		{http.MethodGet, wire.PathBoard, h.board},
		{http.MethodPost, punchesOf, h.behalf},
		{http.MethodPost, punchesOf + wire.PathPreview, h.preview},
		{http.MethodPost, punchesOf + wire.PathUndo, h.undo},
		{http.MethodGet, wire.PathTeams + "/{team}" + wire.PathActs, h.acts},
	}
}

// guard lets only requests through that come from this origin's own pages, use
// the right method and belong to a session.
func (h *Handler) guard(method string, next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := h.admit(w, r, method, next); err != nil {
			h.fail(w, r, err)
		}
	})
}

func (h *Handler) admit(w http.ResponseWriter, r *http.Request, method string, next handler) error {
	if !own(r) {
		return wire.ProblemOf(wire.CodeCrossSite, "not a call of this origin's pages")
	}
	if method != "" && r.Method != method {
		w.Header().Set("Allow", method)
		return wire.ProblemOf(wire.CodeMethod, "use "+method)
	}
	s, err := session.Current(r.Context())
	if err != nil {
		return err
	}
	return next(w, r, s)
}

// own reports whether a request was made by script of this origin: the static
// header is there, which another origin cannot set unasked, and nothing the
// browser says of itself speaks against it.
func own(r *http.Request) bool {
	if r.Header.Get(wire.Header) != wire.HeaderValue {
		return false
	}
	site, mode := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Mode")
	return (site == "" || site == "same-origin") && mode != "navigate"
}

// who names the session's person to the journal.
func who(s session.Session) journal.Who {
	return journal.Who{Person: s.Person.Key(), Object: s.Person.Object, Session: s.Hash}
}

func (h *Handler) rosterKey(s session.Session) roster.Key {
	return roster.Key{Person: s.Person.Key(), Caller: h.Access.Caller(s)}
}

func (h *Handler) mirrorKey(s session.Session, team string) mirror.Key {
	return mirror.Key{Team: team, Person: s.Person.Object, Caller: h.Access.Caller(s)}
}

// me answers who is signed in. Which teams they supervise is what is known of it,
// unless it is asked for.
func (h *Handler) me(w http.ResponseWriter, r *http.Request, s session.Session) error {
	if r.URL.Query().Get(wire.ParamRights) == "1" {
		if err := h.learn(r.Context(), s); err != nil {
			return err
		}
	}
	me, err := h.whoIs(r, s)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, me)
}

// learn has the members of the person's teams read where they are not known, for a
// while. What cannot be learned stays unknown.
func (h *Handler) learn(ctx context.Context, s session.Session) error {
	teams, err := h.Roster.Teams(ctx, h.rosterKey(s))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, learning)
	defer cancel()
	var all sync.WaitGroup
	for _, t := range teams {
		if t.Why == wire.CodeNoSchedule {
			continue
		}
		all.Go(func() {
			if _, err := h.Supervisors.Members(ctx, h.actor(s), t.ID); err != nil {
				h.Log.WarnContext(ctx, "members not read", "team", t.ID, "err", err)
			}
		})
	}
	all.Wait()
	return nil
}

// learning is how long an answer waits for the members of teams.
const learning = 5 * time.Second

func (h *Handler) whoIs(r *http.Request, s session.Session) (wire.Me, error) {
	teams, err := h.Roster.Teams(r.Context(), h.rosterKey(s))
	if err != nil {
		return wire.Me{}, err
	}
	teams = slices.Clone(teams)
	for i := range teams {
		teams[i].Supervisor = h.Supervisors.Known(h.actor(s), teams[i].ID)
	}
	return wire.Me{
		Person:  wire.Person{ID: s.Person.Key(), Name: s.Person.Name},
		Teams:   teams,
		Expires: clock.At(s.Expires),
		Now:     clock.At(h.Now()),
		Version: h.Version,

		OpenCardMax: clock.Of(h.OpenCardMax), Rules: h.Rules, OwnEdits: h.OwnEdits,
	}, nil
}
