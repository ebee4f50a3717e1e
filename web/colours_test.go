package web

import (
	"io/fs"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Least contrasts of WCAG 2.2: of text (1.4.3), and of what else has to be seen
// to know what a thing is (1.4.11).
const (
	legible = 4.5
	visible = 3
)

// pairs are the intents that are seen on one another, and how well at least.
var pairs = []struct {
	least float64
	front []string
	back  []string
}{
	{legible, []string{"text", "text-soft"}, []string{"ground", "panel", "sunken", "out-glow", "in-glow", "break-glow"}},
	{legible, []string{"text-faint"}, []string{"ground", "panel"}},
	{legible, []string{"text"}, []string{"grave-ground", "calm-ground"}},
	{legible, []string{"grave"}, []string{"grave-ground", "panel", "ground"}},
	{legible, []string{"calm"}, []string{"calm-ground", "panel", "ground"}},
	{legible, []string{"out-text"}, []string{"ground", "panel", "sunken", "out-glow"}},
	{legible, []string{"in-text"}, []string{"ground", "panel", "sunken", "in-glow"}},
	{legible, []string{"break-text"}, []string{"ground", "panel", "sunken", "break-glow"}},
	{legible, []string{"on-out"}, []string{"out"}},
	{legible, []string{"on-in"}, []string{"in"}},
	{legible, []string{"on-break"}, []string{"break"}},
	{visible, []string{"focus"}, []string{"ground", "panel", "sunken", "out-glow", "in-glow", "break-glow"}},
	{visible, []string{"edge"}, []string{"ground", "panel"}},
}

// themes gives the tokens in the light and in the dark.
func themes(t *testing.T) map[string]map[string]string {
	t.Helper()
	source, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	base, rest, asked := strings.Cut(string(source), "@media screen and (prefers-color-scheme: dark)")
	dark, rest, _ := strings.Cut(rest, "\n}\n")
	_, chosen, found := strings.Cut(rest, `:root[data-theme="dark"] {`)
	chosen, _, _ = strings.Cut(chosen, "\n}\n")
	if !asked || !found {
		t.Fatal("tokens.css has no dark theme")
	}
	if !maps.Equal(tokensOf(dark), tokensOf(chosen)) {
		t.Error("the dark theme that is chosen is another than that of the device")
	}
	light := tokensOf(base)
	night := maps.Clone(light)
	maps.Copy(night, tokensOf(dark))
	return map[string]map[string]string{"light": light, "dark": night}
}

var token = regexp.MustCompile(`--([a-z0-9-]+):\s*([^;]+);`)

func tokensOf(css string) map[string]string {
	all := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(css, -1) {
		all[m[1]] = m[2]
	}
	return all
}

// luminance is that of WCAG 2.2, of an intent that is one colour.
func luminance(t *testing.T, tokens map[string]string, name string) float64 {
	t.Helper()
	value := tokens[name]
	if of, is := strings.CutPrefix(value, "var(--"); is {
		return luminance(t, tokens, strings.TrimSuffix(of, ")"))
	}
	digits := strings.TrimPrefix(value, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	rgb, err := strconv.ParseUint(digits, 16, 24)
	if err != nil || len(digits) != 6 {
		t.Fatalf("--%s is %q, no colour", name, value)
	}
	part := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func TestColoursAreSeen(t *testing.T) {
	for theme, tokens := range themes(t) {
		for _, p := range pairs {
			for _, front := range p.front {
				for _, back := range p.back {
					a, b := luminance(t, tokens, front), luminance(t, tokens, back)
					if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < p.least {
						t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %.1f", theme, front, back, got, p.least)
					}
				}
			}
		}
	}
}

// TestColoursAreTokens: whoever writes a colour down elsewhere has forgotten the
// other theme. Paper has one theme only.
func TestColoursAreTokens(t *testing.T) {
	literal := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)\(`)
	err := fs.WalkDir(os.DirFS("css"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == "tokens.css" {
			return err
		}
		source, err := os.ReadFile("css/" + path)
		screen, _, _ := strings.Cut(string(source), "@media print")
		for _, line := range strings.Split(screen, "\n") {
			if found := literal.FindString(line); found != "" {
				t.Errorf("%s writes %q itself:%s", path, found, line)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatShowsTheStateHasItsColour: a colour of the state is known only to the
// elements that tokens.css names; others would show that of clocked out for ever.
func TestWhatShowsTheStateHasItsColour(t *testing.T) {
	rule := regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`)
	class := regexp.MustCompile(`\.[a-z-]+`)
	tokens, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	var lists []string
	for _, m := range regexp.MustCompile(`\[data-state="\w+"\] :is\(([^)]*)\)`).FindAllStringSubmatch(string(tokens), -1) {
		lists = append(lists, m[1])
	}
	if len(lists) != 3 || lists[0] != lists[1] || lists[0] != lists[2] {
		t.Fatalf("tokens.css gives the states' colours to %q, want three times the same", lists)
	}
	known, shown := class.FindAllString(lists[0], -1), 0
	here, _ := fs.Glob(os.DirFS("css"), "*.css")
	desk, _ := fs.Glob(os.DirFS("css"), "desk/*.css")
	for _, file := range append(here, desk...) {
		source, err := os.ReadFile("css/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rule.FindAllStringSubmatch(string(source), -1) {
			if !regexp.MustCompile(`var\(--(state|on-state|state-text|glow)\)`).MatchString(m[2]) {
				continue
			}
			shown++
			if !slices.ContainsFunc(class.FindAllString(m[1], -1), func(c string) bool { return slices.Contains(known, c) }) {
				t.Errorf("%s: %s shows the state's colour, which tokens.css does not give it", file, strings.TrimSpace(m[1]))
			}
		}
	}
	if shown < len(known)-1 {
		t.Errorf("%d rules show the state's colour, and tokens.css gives it to %d", shown, len(known))
	}
}
