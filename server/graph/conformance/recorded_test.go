package conformance_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"timeclock/server/graph"
	"timeclock/server/sandbox/tape"
)

// TestRecordedExchanges holds every exchange of a run of all tests to the
// descriptions. make conformance records that run.
func TestRecordedExchanges(t *testing.T) {
	d := describe(t)
	folder := os.Getenv("TIMECLOCK_RECORDED_GRAPH")
	if folder == "" {
		t.Skip("not run: no recorded exchanges (make conformance)")
	}
	all, err := tape.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("no exchange was recorded in %s", folder)
	}
	excused := maps.Clone(d.changed)
	failed := map[string]int{}
	for _, x := range all {
		for _, f := range d.check(x) {
			if row := excuse(f); row != "" {
				excused[row]++
				continue
			}
			// The same departure of many exchanges is told once.
			sign := fmt.Sprint(f.kind, shape(f.x.Path), f.where, f.what)
			if failed[sign]++; failed[sign] == 1 {
				t.Errorf("%s\nrequest %.500s\nanswer  %d %.500s", f, f.x.Body, f.x.Status, f.x.Answer)
			}
		}
	}
	tell(t, d, all, excused)
}

// excuse gives the name of the difference that a finding is, or "".
func excuse(f finding) string {
	for _, row := range differences {
		if row.excuses != nil && row.excuses(f) {
			return row.name
		}
	}
	return ""
}

// shape is a path without its ids.
func shape(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if len(s) > 20 || strings.HasPrefix(s, "TCK_") {
			segments[i] = "{id}"
		}
	}
	return strings.Join(segments, "/")
}

// tell says what was held to the descriptions and fails where an operation of
// the client was never seen.
func tell(t *testing.T, d *description, all []tape.Exchange, excused map[string]int) {
	t.Helper()
	requests, answers, programs := 0, 0, map[string]int{}
	for _, x := range all {
		programs[x.Program]++
		if clients(x) {
			requests++
		}
		if x.Answered {
			answers++
		}
	}
	t.Logf("conformance: %d exchanges: %d requests of the client and %d answers of the sandbox held to %d descriptions",
		len(all), requests, answers, len(d.docs))
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		t.Logf("  %s: %d exchanges", name, programs[name])
	}
	for _, o := range graph.Operations() {
		asked, answered := seen(o, all)
		if asked == 0 || answered == 0 {
			t.Errorf("operation %s was never called by the client, or never answered by the sandbox", o.Name)
		}
		t.Logf("  %s: %d requests of the client, %d answers of the sandbox", o.Name, asked, answered)
	}
	for _, row := range differences {
		if n := excused[row.name]; n > 0 {
			t.Logf("  difference %q: %d times", row.name, n)
		} else if row.slice == "" {
			t.Errorf("difference %q applied nowhere: it is none, or the run is not whole", row.name)
		}
	}
}

// seen counts the requests of the client for an operation, and the answers the
// sandbox gave to anybody's.
func seen(o graph.Operation, all []tape.Exchange) (asked, answered int) {
	template := strings.NewReplacer("{team}", "{1}", "{card}", "{2}").Replace(o.Path)
	for _, x := range all {
		if x.Method != o.Method || !(finding{x: x}).at(template) || o.Beta && !strings.HasPrefix(x.Path, "/beta/") {
			continue
		}
		// "{card}" would take a literal segment for an id.
		if strings.HasSuffix(o.Path, "{card}") && !strings.Contains(x.Path, "TCK_") {
			continue
		}
		if clients(x) {
			asked++
		}
		if x.Answered {
			answered++
		}
	}
	return asked, answered
}
