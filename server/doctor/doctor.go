package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"timeclock/server/config"
)

// Doctor examines one configuration. Config or Problem is required.
type Doctor struct {
	Config config.Config
	// Problem is what config.Load found; with it nothing else is looked at.
	Problem error
	// Team is the id of the team to look at; empty for those of whoever used
	// the product last.
	Team string

	Now  func() time.Time // default time.Now
	HTTP *http.Client     // default one of its own; its redirect policy is not used
	// Patience is how long one check may take; 10 s when 0.
	Patience time.Duration
}

// How long things may take by default: one check, and all of them.
const (
	patience    = 10 * time.Second
	examTimeout = 90 * time.Second
)

// check is one thing looked at.
type check struct {
	name string
	// needs names checks that must have been run without failing. Every check
	// needs the settings.
	needs []string
	run   func(context.Context) Finding
}

// Examine makes the report. It returns in bounded time, however the provider
// and Graph behave, and at once when ctx ends.
func (d Doctor) Examine(ctx context.Context) Report {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Patience == 0 {
		d.Patience = patience
	}
	x := newExam(d)
	defer x.close()
	ctx, cancel := context.WithTimeout(ctx, examTimeout)
	defer cancel()
	report := newReport(d.Now())
	for _, c := range x.checks() {
		f := c.blocked(&report)
		if f.Found == "" {
			f = c.within(ctx, d.Patience)
		}
		f.Name = c.name
		report.add(f)
	}
	for i, f := range report.Checks { // last, when all that is secret is known
		report.Checks[i] = f.hide(x.veil())
	}
	return report
}

// blocked says why the check cannot be run; the zero Finding when it can.
func (c check) blocked(r *Report) Finding {
	needs := c.needs
	if c.name != checkSettings {
		needs = append([]string{checkSettings}, needs...)
	}
	for _, need := range needs {
		switch r.state(need) {
		case Fail:
			return skipped(fmt.Sprintf("It needs %q, which failed.", need))
		case NotRun:
			return skipped(fmt.Sprintf("It needs %q, which was not run.", need))
		}
	}
	return Finding{}
}

// within runs the check in its time.
func (c check) within(ctx context.Context, patience time.Duration) Finding {
	if ctx.Err() != nil {
		return skipped("The time for the whole examination was up.")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.run(ctx)
}

// The names of the checks.
const (
	checkSettings    = "settings"
	checkCloud       = "cloud"
	checkAddress     = "address"
	checkKeys        = "secret keys"
	checkDatabase    = "database"
	checkProvider    = "provider"
	checkMethods     = "sign-in methods"
	checkSigning     = "signing keys"
	checkGraph       = "graph"
	checkClocks      = "clocks"
	checkCredentials = "credentials"
	checkScopes      = "scopes"
	checkSession     = "session"
	checkToken       = "token"
	checkTeams       = "teams"
	checkSchedule    = "schedule"
	checkTimeClock   = "time clock"
	checkLocation    = "approved location"
)

// checks lists them in the order they are run.
func (x *exam) checks() []check {
	source := checkSession // of the token that goes to Graph
	if x.application() {
		source = checkCredentials
	}
	return []check{
		{checkSettings, nil, x.settings},
		{checkCloud, nil, x.cloud},
		{checkAddress, nil, x.address},
		{checkKeys, nil, x.secretKeys},
		{checkDatabase, nil, x.database},
		{checkProvider, nil, x.discovery},
		{checkMethods, []string{checkProvider}, x.methods},
		{checkSigning, []string{checkProvider}, x.signingKeys},
		{checkGraph, nil, x.reachGraph},
		{checkClocks, nil, x.compareClocks},
		{checkCredentials, []string{checkProvider}, x.credentials},
		{checkScopes, nil, x.scopes},
		{checkSession, []string{checkDatabase, checkKeys}, x.lastSession},
		{checkToken, []string{source}, x.token},
		{checkTeams, []string{checkGraph, checkToken}, x.listTeams},
		{checkSchedule, []string{checkTeams}, x.readSchedules},
		{checkTimeClock, []string{checkSchedule}, x.timeClocks},
		{checkLocation, []string{checkSchedule}, x.locations},
	}
}

// variable is the full name of a setting.
func variable(name string) string {
	if strings.HasPrefix(name, config.Prefix) {
		return name
	}
	return config.Prefix + name
}
