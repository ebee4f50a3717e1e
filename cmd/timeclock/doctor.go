package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"timeclock/server/config"
	"timeclock/server/doctor"
)

const doctorUsage = `timeclock doctor looks whether the settings work, end to end, and says what to
do where they do not. It changes nothing, and may be run beside a server that
is at work. It exits with status 1 when anything fails.

  --json
      Print the report as JSON, for machines.

  --team ID
      Look at this team; without it, at the teams of whoever used the
      product last.

`

// examination is what was asked of doctor, apart from the settings.
type examination struct {
	json bool
	team string
	rest []string // settings, as serve takes them
}

// readExamination takes doctor's own flags out of args.
func readExamination(args []string) (examination, error) {
	var e examination
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		switch {
		case args[i] == "--json":
			e.json = true
			continue
		case name != "--team":
			e.rest = append(e.rest, args[i])
			continue
		case !given && i+1 < len(args):
			i++
			value = args[i]
		}
		if value == "" || strings.HasPrefix(value, "-") {
			return e, errors.New("--team wants the id of a team; give it as --team ID")
		}
		e.team = value
	}
	return e, nil
}

// examine prints the report. Its error says that something in it failed.
func examine(ctx context.Context, args, environ []string, stdout io.Writer) error {
	asked, err := readExamination(args)
	if err != nil {
		return err
	}
	c, problem := config.Load(asked.rest, environ)
	if errors.Is(problem, config.ErrHelp) {
		_, err := io.WriteString(stdout, doctorUsage+config.Help())
		return err
	}
	report := doctor.Doctor{Config: c, Problem: problem, Team: asked.team}.Examine(ctx)
	if err := write(stdout, report, asked.json); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if !report.OK {
		return fmt.Errorf("checks that failed: %d", report.Counts[doctor.Fail])
	}
	return nil
}

func write(w io.Writer, report doctor.Report, machine bool) error {
	if !machine {
		return report.WriteText(w)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}
