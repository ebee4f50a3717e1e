package config_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"timeclock/server/config"
)

var update = flag.Bool("update", false, "write the table of settings into the README")

// TestREADMEListsTheSettings holds the README to what is read and what it means.
func TestREADMEListsTheSettings(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- settings -->\n", "<!-- /settings -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the settings between %q and %q", file, begin, end)
	}
	if want := config.Markdown(); *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != want {
		t.Errorf("the settings in %s are out of date; write them with: go test ./server/config -run README -update", file)
	}
}
