package main

import (
	"bytes"
	"strings"
	"testing"

	"timeclock/server/config"
)

// TestHelpNamesEverySetting holds that no setting is kept from whoever asks,
// neither of serve nor of doctor.
func TestHelpNamesEverySetting(t *testing.T) {
	for _, command := range []string{"serve", "doctor"} {
		var stdout, stderr bytes.Buffer
		if err := run(t.Context(), []string{command, "--help"}, nil, &stdout, &stderr); err != nil || stderr.Len() > 0 {
			t.Fatalf("%s --help: %v, %s", command, err, stderr.String())
		}
		for line := range strings.Lines(config.Config{}.String()) {
			name, _, _ := strings.Cut(line, "=")
			flag := "--" + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, config.Prefix), "_", "-"))
			for _, want := range []string{"      " + name + "\n", "  " + flag} {
				if !strings.Contains(stdout.String(), want) {
					t.Errorf("%s --help lacks %q", command, want)
				}
			}
		}
	}
}

func TestReadExamination(t *testing.T) {
	for _, test := range []struct {
		args string
		want examination
		bad  bool
	}{
		{"", examination{}, false},
		{"--json", examination{json: true}, false},
		{"--team T --json --url U", examination{json: true, team: "T", rest: []string{"--url", "U"}}, false},
		{"--url U --team=T", examination{team: "T", rest: []string{"--url", "U"}}, false},
		{"--team", examination{}, true},
		{"--team=", examination{}, true},
		{"--team --json", examination{}, true},
	} {
		got, err := readExamination(strings.Fields(test.args))
		if (err != nil) != test.bad {
			t.Errorf("readExamination(%q): %v", test.args, err)
		}
		same := got.json == test.want.json && got.team == test.want.team && strings.Join(got.rest, " ") == strings.Join(test.want.rest, " ")
		if err == nil && !same {
			t.Errorf("readExamination(%q) = %+v, want %+v", test.args, got, test.want)
		}
	}
}
