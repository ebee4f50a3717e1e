package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"timeclock/server/config"
	"timeclock/server/postgres/postgrestest"
)

// TestMain lets this binary be the program: the scripts run it, and see what
// an operator would see.
func TestMain(m *testing.M) {
	if os.Getenv(actAsProgram) != "" {
		os.Unsetenv(actAsProgram)
		main()
		os.Exit(0)
	}
	os.Exit(postgrestest.Main(m))
}

const actAsProgram = "TIMECLOCK_TEST_PROGRAM"

// patience is how long anything in a script may take. It bounds, and measures
// nothing.
const patience = 30 * time.Second

// TestScripts plays testdata/*.txt against the program. A line is a command
// with its arguments; what follows # is a comment; $NAME is replaced by what a
// command before has set; '…' or "…" keeps spaces together. The commands:
//
//	env NAME=VALUE         gives the programs after it this variable
//	run ARGS…              runs the program until it ends
//	exit N                 the status that the last run, or stop, ended with
//	stdout RE, stderr RE   what the last run printed matches; with ! it does not
//	serve ARGS…            starts the program and waits until it listens; $ADDR
//	stop                   sends SIGTERM to what serve started, waits for its end
//	logged RE              what serve printed so far matches, now or soon
//	postgres               makes a database of PostgreSQL, and names it
//	sandbox                starts a tenant, and sets the variables that name it
//	down                   ends the tenant
//	sign-in LOGIN          goes through the provider as that person
//	hold                   listens on a free port; $HELD
//	sql FILE STATEMENT     changes a database behind the program's back
//	file NAME TEXT         writes a file
//	GET PATH [NAME: VALUE…]   and POST, PUT, …: sends exactly that to $ADDR
//	status N               of the last answer
//	header NAME RE         of the last answer matches; with ! it does not, or
//	                       is missing
//	body RE                of the last answer matches; with ! it does not
//	set NAME RE            sets $NAME to what RE finds in the last answer's body
//	printed NAME RE        the same of what the last run printed
//	unpacks br|gzip PREFIX the body is packed that way, and begins so (in hex)
//
// A script plays in a folder of its own, which is $WORK.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			play(t, file)
		})
	}
}

// player plays one script.
type player struct {
	t     *testing.T
	where string // file and line
	vars  map[string]string
	env   []string
	last  outcome
	live  *process
	box   *tenantBox
	reply reply
}

func play(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, vars: map[string]string{"WORK": t.TempDir()}}
	p.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.vars["WORK"], actAsProgram + "=1"}
	defer p.close()
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		p.where = fmt.Sprintf("%s:%d", file, n)
		words := p.words(line)
		if len(words) == 0 {
			continue
		}
		negated := words[0] == "!"
		if negated {
			words = words[1:]
		}
		p.do(words[0], negated, words[1:])
	}
}

func (p *player) close() {
	if p.live != nil {
		p.live.kill()
		if p.t.Failed() {
			p.t.Logf("the server printed:\n%s", p.live.printed())
		}
	}
	if p.box != nil {
		p.box.close(p.t)
	}
}

func (p *player) fatalf(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf(p.where+": "+format, args...)
}

var variableUse = regexp.MustCompile(`\$[A-Z]+`)

// words splits a line.
func (p *player) words(line string) []string {
	var words []string
	var word strings.Builder
	began, quote := false, rune(0)
	for _, r := range strings.TrimRight(line, "\n") {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			began, quote = true, r
		case r == '#' && !began:
			return words
		case r == ' ' && quote == 0:
			if began {
				words = append(words, p.expand(word.String()))
			}
			word.Reset()
			began = false
		default:
			word.WriteRune(r)
			began = true
		}
	}
	if quote != 0 {
		p.fatalf("a quotation does not end")
	}
	if began {
		words = append(words, p.expand(word.String()))
	}
	return words
}

func (p *player) expand(word string) string {
	return variableUse.ReplaceAllStringFunc(word, func(use string) string {
		value, set := p.vars[use[1:]]
		if !set {
			p.fatalf("%s is not set", use)
		}
		return value
	})
}

// commands with the number of arguments they take at least.
var commands = map[string]struct {
	least int
	do    func(p *player, negated bool, args []string)
}{
	"env":      {1, func(p *player, _ bool, args []string) { p.env = append(p.env, args...) }},
	"run":      {0, func(p *player, _ bool, args []string) { p.last = p.run(args) }},
	"exit":     {1, (*player).exit},
	"stdout":   {1, func(p *player, n bool, args []string) { p.match("stdout", p.last.stdout, args[0], n) }},
	"stderr":   {1, func(p *player, n bool, args []string) { p.match("stderr", p.last.stderr, args[0], n) }},
	"serve":    {0, (*player).serve},
	"stop":     {0, (*player).stop},
	"logged":   {1, (*player).logged},
	"postgres": {0, (*player).postgres},
	"sandbox":  {0, (*player).sandbox},
	"down":     {0, func(p *player, _ bool, _ []string) { p.box.close(p.t); p.box = nil }},
	"sign-in":  {1, (*player).signIn},
	"hold":     {0, (*player).hold},
	"sql":      {2, (*player).sql},
	"file":     {2, (*player).file},
	"status":   {1, (*player).status},
	"header":   {2, (*player).header},
	"body":     {1, func(p *player, n bool, args []string) { p.match("body", string(p.reply.body), args[0], n) }},
	"set":      {2, func(p *player, _ bool, args []string) { p.set(args, p.reply.body) }},
	"printed":  {2, func(p *player, _ bool, args []string) { p.set(args, []byte(p.last.stdout)) }},
	"unpacks":  {2, (*player).unpacks},
}

func (p *player) do(name string, negated bool, args []string) {
	p.t.Helper()
	if strings.ToUpper(name) == name && len(args) > 0 {
		p.request(name, args[0], args[1:])
		return
	}
	c, known := commands[name]
	if !known || len(args) < c.least {
		p.fatalf("%s with %d arguments is no command", name, len(args))
	}
	c.do(p, negated, args)
}

// match holds a text to an expression; ^ and $ are ends of lines.
func (p *player) match(what, text, expression string, negated bool) {
	p.t.Helper()
	re, err := regexp.Compile("(?m)" + expression)
	if err != nil {
		p.fatalf("%v", err)
	}
	if re.MatchString(text) == negated {
		p.t.Errorf("%s: %s does not hold (negated: %v): %s is\n%s", p.where, expression, negated, what, short(text))
	}
}

// short cuts what would fill the screen.
func short(text string) string {
	const most = 4000
	if len(text) > most {
		return text[:most] + fmt.Sprintf("… (%d bytes)", len(text))
	}
	return text
}

func (p *player) exit(_ bool, args []string) {
	p.t.Helper()
	if got := fmt.Sprint(p.last.status); got != args[0] {
		p.t.Errorf("%s: exit status %s, want %s; it printed\n%s%s", p.where, got, args[0], p.last.stdout, p.last.stderr)
	}
}

func (p *player) file(_ bool, args []string) {
	if err := os.WriteFile(filepath.Join(p.vars["WORK"], args[0]), []byte(args[1]), 0o600); err != nil {
		p.fatalf("%v", err)
	}
}

// postgres makes an empty database of PostgreSQL for the programs after it.
func (p *player) postgres(bool, []string) {
	p.t.Helper()
	p.env = append(p.env, config.Prefix+"DATABASE_URL="+postgrestest.Database(p.t))
}

// within gives a context that ends with the patience of a script.
func within(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(t.Context()), patience)
}

// soon waits until what is printed satisfies want.
func soon(printed func() []byte, want func([]byte) bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if want(bytes.Clone(printed())) {
			return true
		}
	}
	return false
}
