package api

import (
	"encoding/json"
	"net/http"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/authority"
	"timeclock/server/report"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// report streams the report of a team to its supervisors (wire.ReportLine).
func (h *Handler) report(w http.ResponseWriter, r *http.Request, s session.Session) error {
	ask, err := h.asked(r, s)
	if err != nil {
		return err
	}
	out := lines{w: w, control: http.NewResponseController(w)}
	w.Header().Set("Content-Type", wire.ContentTypeLines)
	w.WriteHeader(http.StatusOK)
	made, err := h.Reports.Get(r.Context(), ask, func(p wire.ReportProgress) { out.send(wire.ReportLine{Progress: &p}) })
	if err != nil {
		h.fault(out, r, err)
		return nil
	}
	head := *made
	head.People = nil
	out.send(wire.ReportLine{Report: &head})
	for i := range made.People {
		out.send(wire.ReportLine{Person: &made.People[i]})
	}
	out.send(wire.ReportLine{Done: &wire.ReportDone{People: len(made.People)}})
	return nil
}

// fault ends a stream that has begun with what went wrong.
func (h *Handler) fault(out lines, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody is there to be told
	}
	p := *problem(err)
	p.RequestID = telemetry.RequestID(r.Context())
	if p.Status >= 500 {
		h.Log.ErrorContext(r.Context(), "report failed", "code", p.Code, "err", err)
	}
	out.send(wire.ReportLine{Problem: &p})
}

// asked gives what a request of a supervisor asks to be reported.
func (h *Handler) asked(r *http.Request, s session.Session) (report.Ask, error) {
	team, err := h.allowed(r, s, authority.Export, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return report.Ask{}, err
	}
	period, err := periodOf(r, team)
	if err != nil {
		return report.Ask{}, err
	}
	return report.Ask{
		Period: period, Viewer: s.Person.Key(), Caller: h.Access.Caller(s),
		Fresh: r.URL.Query().Get(wire.ParamFresh) == "1",
	}, nil
}

// periodOf reads the days that a request names.
func periodOf(r *http.Request, team wire.Team) (report.Period, error) {
	p, q := report.Period{Team: team}, r.URL.Query()
	errFrom, errTo := p.From.UnmarshalText([]byte(q.Get(wire.ParamFrom))), p.To.UnmarshalText([]byte(q.Get(wire.ParamTo)))
	none := clock.Date{}
	if errFrom != nil || errTo != nil || p.From == none || p.To == none || p.From.Year < 1970 ||
		p.From.Compare(p.To) >= 0 || p.From.AddDays(wire.MaxReportDays).Compare(p.To) < 0 {
		return p, wire.ProblemOf(wire.CodeMalformed, "from and to are days, at most 100 apart")
	}
	return p, nil
}

// lines writes a value a line. A browser that has left is no error of ours.
type lines struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (l lines) send(v wire.ReportLine) {
	body, err := json.Marshal(v)
	if err != nil {
		return
	}
	if l.control.SetWriteDeadline(time.Now().Add(lineTime)) != nil {
		return
	}
	if _, err := l.w.Write(append(body, '\n')); err == nil {
		_ = l.control.Flush()
	}
}

// lineTime is how long a browser may take to take a line.
const lineTime = 30 * time.Second
