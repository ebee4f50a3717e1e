package api

import (
	"log/slog"
	"net/http"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/session"
)

// Sessions shows people their own sessions and lets them end these. All fields
// are required.
type Sessions struct {
	Manager *session.Manager
	Log     *slog.Logger
}

// Mount adds the handlers to mux.
func (h *Sessions) Mount(mux *http.ServeMux) {
	guarded := &Handler{Log: h.Log}
	for _, route := range h.routes() {
		mux.Handle(route.path, guarded.guard(route.method, route.handle))
	}
}

// Routes lists the calls, as Handler.Routes does.
func (h *Sessions) Routes() []string { return listed(h.routes()) }

func (h *Sessions) routes() []route {
	return []route{
		{http.MethodGet, wire.PathSessions, h.list},
		{http.MethodPost, wire.PathSessions + "/{id}" + wire.PathEnd, h.end},
		{http.MethodPost, wire.PathSessions + wire.PathEnd, h.endOthers},
	}
}

func (h *Sessions) list(w http.ResponseWriter, r *http.Request, s session.Session) error {
	all, err := h.Manager.Of(r.Context(), s.Person)
	if err != nil {
		return err
	}
	shown := wire.Sessions{Sessions: []wire.Session{}}
	for _, one := range all {
		shown.Sessions = append(shown.Sessions, wire.Session{
			ID: one.LogID(), Browser: one.Device.Browser, System: one.Device.System, Form: one.Device.Form,
			Created: clock.At(one.Created), Seen: clock.At(one.Seen), Expires: clock.At(one.Expires),
			Current: one.Hash == s.Hash,
		})
	}
	return answer(w, http.StatusOK, shown)
}

// end ends one session of the person. One that is not theirs is one that is not
// there.
func (h *Sessions) end(w http.ResponseWriter, r *http.Request, s session.Session) error {
	id := r.PathValue("id")
	if id == s.LogID() {
		return wire.ProblemOf(wire.CodeMalformed, "this session is ended by signing out")
	}
	found, err := h.Manager.EndOne(r.Context(), s, id)
	if err != nil {
		return err
	}
	if !found {
		return wire.ProblemOf(wire.CodeNotFound, "no such session")
	}
	return answer(w, http.StatusOK, wire.SessionsEnded{Ended: 1})
}

func (h *Sessions) endOthers(w http.ResponseWriter, r *http.Request, s session.Session) error {
	n, err := h.Manager.EndOthers(r.Context(), s)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wire.SessionsEnded{Ended: n})
}
