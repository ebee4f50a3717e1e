package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
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
	return h.askOf(r, s, period), nil
}

func (h *Handler) askOf(r *http.Request, s session.Session, p report.Period) report.Ask {
	return report.Ask{
		Period: p, Viewer: s.Person.Key(), Caller: h.Access.Caller(s), Fresh: r.URL.Query().Get(wire.ParamFresh) == "1",
	}
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

// file answers the report of a team as a file.
func (h *Handler) file(w http.ResponseWriter, r *http.Request, s session.Session) error {
	ask, err := h.asked(r, s)
	if err != nil {
		return err
	}
	return h.write(w, r, ask)
}

// myFile answers the person's own hours as a file.
func (h *Handler) myFile(w http.ResponseWriter, r *http.Request, s session.Session) error {
	team, err := h.anyTeam(r, s, r.URL.Query().Get(wire.ParamTeam))
	if err != nil {
		return err
	}
	period, err := periodOf(r, team)
	if err != nil {
		return err
	}
	ask := h.askOf(r, s, period)
	ask.Person = wire.Person{ID: s.Person.Object, Name: s.Person.Name}
	return h.write(w, r, ask)
}

// forms are the files that a report can be written as.
var forms = map[string]struct {
	kind  string
	write func(io.Writer, *wire.Report, *words.Book) error
}{
	wire.FormatCSV:  {"text/csv; charset=utf-8", func(w io.Writer, r *wire.Report, _ *words.Book) error { return report.CSV(w, r) }},
	wire.FormatXLSX: {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", report.XLSX},
}

// write gets a report and answers it as the file that is asked for. The whole
// file is written before the answer begins, so that none is cut short unnoticed.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, ask report.Ask) error {
	format := r.URL.Query().Get(wire.ParamFormat)
	form, ok := forms[format]
	if !ok {
		return wire.ProblemOf(wire.CodeMalformed, "a file is csv or xlsx")
	}
	// What is read for it may take as long as it takes.
	if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("wait for a report: %w", err)
	}
	made, err := h.Reports.Get(r.Context(), ask, func(wire.ReportProgress) {})
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := form.write(&file, made, h.Tongues.Of(r)); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fileTime))
	w.Header().Set("Content-Type", form.kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="hours-%s-%s.%s"`, made.From, made.To.AddDays(-1), format))
	_, _ = w.Write(file.Bytes()) // a browser that has left is not an error of ours
	return nil
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

// How long a browser may take to take a line, and a file.
const (
	lineTime = 30 * time.Second
	fileTime = 5 * time.Minute
)
