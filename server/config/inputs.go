package config

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// input is a value as it was given, and where: "TIMECLOCK_URL", "--url", or
// the name of a file.
type input struct {
	value, from string
}

// inputs are the values given for settings, by the settings' names without
// Prefix. A secret's file stands under its name with "_FILE" appended.
type inputs struct {
	flags, vars map[string]input
	bad         map[string]bool // settings with a problem of their own
	problems    []error
	help        bool
}

func newInputs() *inputs {
	return &inputs{flags: map[string]input{}, vars: map[string]input{}, bad: map[string]bool{}}
}

// known gives every name that may be given, and the setting it belongs to.
func known() map[string]setting {
	names := map[string]setting{}
	for _, s := range settings {
		names[s.name] = s
		if s.secret {
			names[s.name+fileSuffix] = s
		}
	}
	return names
}

const fileSuffix = "_FILE"

// flagOf gives the flag of a name: TENANT_ID is --tenant-id.
func flagOf(name string) string { return "--" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) }

// readArgs takes --name value, --name=value, and --name alone for a switch. A
// single hyphen does as well.
func (in *inputs) readArgs(args []string) {
	names := known()
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "-h" || arg == "-help" || arg == "--help" {
			in.help = true
			continue
		}
		if !strings.HasPrefix(arg, "-") || strings.Trim(arg, "-") == "" {
			in.problems = append(in.problems, fmt.Errorf("argument %d is not a flag; every setting is given as --name value", i+1))
			continue
		}
		flag, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		name := strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
		s, ok := names[name]
		next := i+1 < len(args) && !strings.HasPrefix(args[i+1], "--")
		switch {
		case hasValue:
		case ok && s.toggle:
			value = "true"
		case next:
			i++
			value = args[i]
		case ok:
			in.fail(name, fmt.Errorf("%s wants a value; give it as %s %s", flagOf(name), flagOf(name), s.value))
			continue
		}
		if !ok {
			in.problems = append(in.problems, fmt.Errorf("--%s is not a flag of this program; %s", flag, hint(name, flagOf)))
			continue
		}
		in.flags[name] = input{strings.TrimSpace(value), flagOf(name)}
	}
}

// readEnviron takes the variables that begin with Prefix.
func (in *inputs) readEnviron(environ []string) {
	names := known()
	for _, entry := range environ {
		variable, value, _ := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(variable, Prefix)
		if !ours || foreign(name, value) {
			continue
		}
		if _, ok := names[name]; !ok {
			in.problems = append(in.problems, fmt.Errorf("%s is not a setting of this program; %s", variable, hint(name, variableOf)))
			continue
		}
		in.vars[name] = input{strings.TrimSpace(value), variable}
	}
}

func variableOf(name string) string { return Prefix + name }

// serviceVariable matches what Kubernetes sets in every container of a
// namespace that has a service called timeclock or timeclock-something.
var serviceVariable = regexp.MustCompile(`^(\w+_)?(SERVICE_HOST|SERVICE_PORT\w*|PORT_\d+_(TCP|UDP|SCTP)\w*)$`)

// foreign reports whether a variable with our prefix is somebody else's: set
// by Kubernetes for a service, or meant for this project's tests.
func foreign(name, value string) bool {
	return strings.HasPrefix(name, "TEST_") || serviceVariable.MatchString(name) ||
		strings.HasSuffix(name, "PORT") && strings.Contains(value, "://")
}

// of gives the value of s: by flag, by variable, or by its default. A secret
// may also lie in a file, and then in no other place of the same rank.
func (in *inputs) of(s setting) (input, error) {
	for _, source := range []map[string]input{in.flags, in.vars} {
		value, given := source[s.name]
		file, inFile := source[s.name+fileSuffix]
		given, inFile = given && value.value != "", inFile && file.value != ""
		switch {
		case given && inFile:
			return value, fmt.Errorf("%s and %s are both given; leave one out", value.from, file.from)
		case inFile:
			return readFile(file)
		case given:
			return value, nil
		}
		if _, emptied := source[s.name]; emptied {
			break
		}
	}
	return input{s.def, ""}, nil
}

// readFile gives the text of a file without the white space around it.
func readFile(file input) (input, error) {
	text, err := os.ReadFile(file.value)
	if err != nil {
		return file, fmt.Errorf("%s: %w; name a file that this program may read", file.from, err)
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return file, fmt.Errorf("%s: %s is empty; put the secret into it", file.from, file.value)
	}
	return input{value, file.from}, nil
}

// fail notes a problem of one setting.
func (in *inputs) fail(name string, err error) {
	in.problems = append(in.problems, in.problem(name, err))
	in.bad[name] = true
}

// report is fail for a setting that has no problem yet.
func (in *inputs) report(name, format string, args ...any) {
	if !in.bad[name] {
		in.fail(name, fmt.Errorf(format, args...))
	}
}

// problem puts the name of the setting before err, and where its value came
// from when that was not the variable.
func (in *inputs) problem(name string, err error) error {
	from := ""
	if flag, ok := in.flags[name]; ok {
		from = " (" + flag.from + ")"
	}
	return fmt.Errorf("%s%s%s: %w", Prefix, name, from, err)
}

// hint names the known setting most like name; of several, the one that begins
// most like it.
func hint(name string, spell func(string) string) string {
	best, distance := "", len(name)/2+1
	for _, candidate := range slices.Sorted(maps.Keys(known())) {
		d := editDistance(name, candidate)
		if d < distance || d == distance && best != "" && alike(name, candidate) > alike(name, best) {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return "take it away; --help lists them all"
	}
	return fmt.Sprintf("did you mean %s? --help lists them all", spell(best))
}
