package doctor

import "time"

// State is what became of a check.
type State string

// The states. A report with a Fail in it is a failure; a Warn is allowed and
// probably not what one wants.
const (
	OK     State = "ok"
	Warn   State = "warn"
	Fail   State = "fail"
	NotRun State = "not run"
)

// Finding is what one check came to. Its JSON is for machines: names and states
// are stable, sentences are not.
type Finding struct {
	// Name is the check's, the same in every report and once in each.
	Name  string `json:"name"`
	State State  `json:"state"`
	// Found says what was found, or why the check was not run.
	Found string `json:"found"`
	// Details are the parts of what was found, where there are several.
	Details []string `json:"details,omitempty"`
	// Advice says what to do; empty when there is nothing to be done.
	Advice string `json:"advice,omitempty"`
	// Settings are the variables to look at, by their full names.
	Settings []string `json:"settings,omitempty"`
}

// Report is an examination, finding by finding in the order they were made.
type Report struct {
	// OK says that nothing failed.
	OK bool `json:"ok"`
	// At is when the examination began, by this machine's clock.
	At time.Time `json:"at"`
	// Counts says how many checks came to each state; all four are there.
	Counts map[State]int `json:"counts"`
	Checks []Finding     `json:"checks"`
}

func newReport(at time.Time) Report {
	return Report{OK: true, At: at.UTC().Truncate(time.Second), Counts: map[State]int{OK: 0, Warn: 0, Fail: 0, NotRun: 0}}
}

func (r *Report) add(f Finding) {
	r.Checks = append(r.Checks, f)
	r.Counts[f.State]++
	r.OK = r.OK && f.State != Fail
}

// state gives what became of the check with this name; NotRun when there was
// none.
func (r *Report) state(name string) State {
	for _, f := range r.Checks {
		if f.Name == name {
			return f.State
		}
	}
	return NotRun
}

func ok(found string) Finding      { return Finding{State: OK, Found: found} }
func warn(found string) Finding    { return Finding{State: Warn, Found: found} }
func failed(found string) Finding  { return Finding{State: Fail, Found: found} }
func skipped(found string) Finding { return Finding{State: NotRun, Found: found} }

// or gives f, or other when f says nothing.
func (f Finding) or(other Finding) Finding {
	if f.Found == "" {
		return other
	}
	return f
}

// with adds the parts of what was found.
func (f Finding) with(details ...string) Finding {
	f.Details = append(f.Details, details...)
	return f
}

// advise adds what to do, and where: settings are named without their prefix.
func (f Finding) advise(what string, settings ...string) Finding {
	f.Advice = what
	for _, name := range settings {
		f.Settings = append(f.Settings, variable(name))
	}
	return f
}
