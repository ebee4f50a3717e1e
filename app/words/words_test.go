package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

func TestEveryProblemCodeHasAdvice(t *testing.T) {
	for name, value := range constants(t, "../wire/problem.go", "Code") {
		a := Problem(wire.Code(value))
		if name != "CodeInternal" && a == Problem(wire.CodeInternal) {
			t.Errorf("Problem(%s) = the advice for an unknown code", name)
		}
		for _, sentence := range []string{a.What, a.Do} {
			if !strings.HasSuffix(sentence, ".") || strings.HasPrefix(sentence, "problem.") {
				t.Errorf("Problem(%s) says %q, want a whole sentence", name, sentence)
			}
		}
	}
}

func TestEveryRefusalHasAdvice(t *testing.T) {
	for name, value := range constants(t, "signin.go", "SignIn") {
		a := SignInRefused(Refusal(value))
		for _, sentence := range []string{a.What, a.Do} {
			if !strings.HasSuffix(sentence, ".") || strings.HasPrefix(sentence, "signin.") {
				t.Errorf("SignInRefused(%s) says %q, want a whole sentence", name, sentence)
			}
		}
	}
}

func TestUnknownCodeIsToldAsTheServersFault(t *testing.T) {
	if got, want := Problem("from_the_future"), Problem(wire.CodeInternal); got != want {
		t.Errorf("Problem(unknown) = %v, want %v", got, want)
	}
}

func TestEveryKeyHasText(t *testing.T) {
	for name, value := range constants(t, "keys.go", "") {
		_, whole := English.Texts[Key(value)]
		_, plural := English.Texts[Key(value+".other")]
		if !whole && !plural {
			t.Errorf("%s (%q) has no English text", name, value)
		}
	}
}

// TestDeskHasItsOwnTexts: a program without AddDesk has none of them.
func TestDeskHasItsOwnTexts(t *testing.T) {
	defer Use(inUse)
	AddDesk()
	for name, value := range constants(t, "keys_desk.go", "") {
		_, whole := inUse.Texts[Key(value)]
		_, plural := inUse.Texts[Key(value+".other")]
		if !whole && !plural {
			t.Errorf("%s (%q) has no English text", name, value)
		}
	}
	declared := map[Key]bool{}
	for _, value := range constants(t, "keys_desk.go", "") {
		declared[Key(value)] = true
	}
	for key := range deskEnglish() {
		plain, _ := strings.CutSuffix(string(key), ".other")
		plain, _ = strings.CutSuffix(plain, ".one")
		if _, common := English.Texts[key]; common || !declared[Key(plain)] {
			t.Errorf("%s is no text of the supervisors' alone", key)
		}
	}
}

func TestEveryPressAndStateHasWords(t *testing.T) {
	for _, k := range clock.Kinds {
		if Act(k) == "" || Done(k) == "" {
			t.Errorf("Act(%s) = %q, Done(%s) = %q, want words", k, Act(k), k, Done(k))
		}
	}
	seen := map[string]bool{}
	for _, s := range []clock.State{clock.Out, clock.In, clock.OnBreak} {
		if seen[State(s)] {
			t.Errorf("State(%s) = %q, which another state says too", s, State(s))
		}
		seen[State(s)] = true
	}
}

func TestPlaceholders(t *testing.T) {
	b := Book{Texts: map[Key]string{"k": "{a} and {b}, {c}{"}, Form: English.Form}
	for _, row := range []struct {
		args []string
		want string
	}{
		{nil, "{a} and {b}, {c}{"},
		{[]string{"a", "1", "b", "2", "c", "3"}, "1 and 2, 3{"},
		{[]string{"a", "{b}", "b", "2"}, "{b} and 2, {c}{"},
		{[]string{"b"}, "{a} and {b}, {c}{"},
	} {
		if got := b.T("k", row.args...); got != row.want {
			t.Errorf("T(k, %q) = %q, want %q", row.args, got, row.want)
		}
	}
	if got := b.T("missing"); got != "missing" {
		t.Errorf("T(missing) = %q, want the key", got)
	}
}

func TestLengths(t *testing.T) {
	for _, row := range []struct {
		span                    time.Duration
		length, spoken, ticking string
	}{
		{0, "0 min", "0 minutes", "0:00:00"},
		{-time.Minute, "0 min", "0 minutes", "0:00:00"},
		{59999 * time.Millisecond, "0 min", "0 minutes", "0:00:59"},
		{time.Minute, "1 min", "1 minute", "0:01:00"},
		{5*time.Minute + 12*time.Second, "5 min", "5 minutes", "0:05:12"},
		{time.Hour, "1 h", "1 hour", "1:00:00"},
		{7*time.Hour + 42*time.Minute + 59*time.Second, "7 h 42 min", "7 hours 42 minutes", "7:42:59"},
		{100*time.Hour + time.Minute, "100 h 1 min", "100 hours 1 minute", "100:01:00"},
	} {
		s := clock.Of(row.span)
		if got := Length(s); got != row.length {
			t.Errorf("Length(%v) = %q, want %q", row.span, got, row.length)
		}
		if got := Spoken(s); got != row.spoken {
			t.Errorf("Spoken(%v) = %q, want %q", row.span, got, row.spoken)
		}
		if got := Ticking(s); got != row.ticking {
			t.Errorf("Ticking(%v) = %q, want %q", row.span, got, row.ticking)
		}
	}
}

func TestClockChange(t *testing.T) {
	for _, row := range []struct {
		change, worked clock.Span
		open           bool
		want           string
	}{
		{0, 8 * clock.Hour, false, ""},
		{-clock.Hour, 9 * clock.Hour, false, "Clocks went back 1 h: this shift had 9 h."},
		{clock.Hour, 7 * clock.Hour, false, "Clocks went forward 1 h: this shift had 7 h."},
		{-clock.Hour, 3 * clock.Hour, true, "Clocks went back 1 h during this shift; that time counts."},
	} {
		if got := ClockChange(row.change, row.worked, row.open); got != row.want {
			t.Errorf("ClockChange(%d, %d, %t) = %q, want %q", row.change, row.worked, row.open, got, row.want)
		}
	}
}

// constants reads the string constants of a Go file whose names begin with
// prefix.
func constants(t *testing.T, file, prefix string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatalf("parse %s: %v", file, err)
	}
	found := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if !name.IsExported() || !strings.HasPrefix(name.Name, prefix) || i >= len(spec.Values) {
				continue
			}
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING && name.Name != "ContentTypeProblem" {
				found[name.Name], _ = strconv.Unquote(lit.Value)
			}
		}
		return true
	})
	if len(found) == 0 {
		t.Fatalf("no constants %s* in %s", prefix, file)
	}
	return found
}

func TestSizes(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 kB", 1: "1 kB", 31_400: "32 kB", 999_001: "1000 kB", 1_000_000: "1 MB", 3_160_000: "3.1 MB", 11_000_000: "11 MB"} {
		if got := Size(bytes); got != want {
			t.Errorf("Size(%d) = %q, want %q", bytes, got, want)
		}
	}
}

func TestDevices(t *testing.T) {
	for _, row := range [][4]string{
		{"edge", "windows", "computer", "Edge on Windows (computer)"},
		{"", "ios", "tablet", "iOS (tablet)"},
		{"teams", "", "", "Teams"},
		{"", "", "", "A browser"},
		{"netscape", "beos", "watch", "A browser"},
	} {
		if got := Device(row[0], row[1], row[2]); got != row[3] {
			t.Errorf("Device(%q) = %q, want %q", row[:3], got, row[3])
		}
	}
}
