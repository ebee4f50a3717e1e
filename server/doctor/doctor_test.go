package doctor

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox"
	"timeclock/server/sqlite"
)

var update = flag.Bool("update", false, "write the golden files")

// lately is how long ago a session was used, on a slow machine.
var lately = regexp.MustCompile(`used last, [0-9]+ s ago`)

// golden compares a text with a file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it). Got:\n%s", file, got)
	}
}

// TestHealthy examines the sandbox after a day on which somebody worked.
func TestHealthy(t *testing.T) {
	r := newRig(t)
	r.visit(sandbox.Anna)
	report := r.examine()
	others(t, report)
	if report.Counts[OK] != len(report.Checks) {
		t.Errorf("not everything is ok: %v", report.Counts)
	}
	schema, err := sqlite.Inspect(t.Context(), r.config.DatabaseFile)
	if err != nil {
		t.Fatal(err)
	}
	stable := strings.NewReplacer(r.box.Origin, "http://127.0.0.1:8081", r.config.DatabaseFile, "timeclock.db",
		fmt.Sprintf("schema version %d.", schema.Have), "schema version 1.")
	report.At = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	for i := range report.Checks {
		f := &report.Checks[i]
		f.Found = lately.ReplaceAllString(stable.Replace(f.Found), "used last, 0 s ago")
	}
	var text strings.Builder
	if err := report.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/healthy.txt", text.String())
	machine, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/healthy.json", string(machine)+"\n")
}
