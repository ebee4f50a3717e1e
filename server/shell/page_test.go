package shell

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	screens "timeclock/app/page"
	"timeclock/app/state"
	"timeclock/web"
)

func TestPageHasNothingInline(t *testing.T) {
	html := string(body(t, newShell(t, files(t)).spoken["en"].page))
	for what, pattern := range map[string]string{
		"a style attribute":    `<[^>]*\sstyle\s*=`,
		"a style element":      `<style`,
		"a handler":            `<[^>]*\son[a-z]+\s*=`,
		"a script of its own":  `<script(?: [^>]*src=[^>]*| defer)?>[^<]`,
		"a script without src": `<script(?:\s+defer)?\s*>`,
		"an address of script": `javascript:`,
		"a template's failure": `ZgotmplZ|#ZgotmplZ`,
		"a text's name":        `>(?:page|clock|act|app)\.[a-zA-Z]+<`,
	} {
		if found := regexp.MustCompile(`(?i)` + pattern).FindString(html); found != "" {
			t.Errorf("the page has %s: %s", what, found)
		}
	}
}

func TestPageNamesVersionedFiles(t *testing.T) {
	s := newShell(t, files(t))
	html := string(body(t, s.spoken["en"].page))
	for _, want := range []string{
		`<link rel="stylesheet" href="` + s.Path(web.Style) + `">`,
		`<link rel="icon" href="` + s.Path("icons/icon.svg") + `" type="image/svg+xml">`,
		`<link rel="apple-touch-icon" href="` + s.Path("icons/apple-touch-icon.png") + `">`,
		`<link rel="manifest" href="/manifest.webmanifest?lang=en">`,
		`<script defer src="` + s.Path(EarlyScript) + `"></script>` + "\n" + `<script defer src="` + s.Path(web.Runtime) + `"></script>`,
		`<script defer src="` + s.Path(AppScript) + `"></script>`,
		`<html lang="en" dir="ltr">`,
		`<noscript><p`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestPageIsTheSameForEveryone(t *testing.T) {
	server := serve(t, newShell(t, files(t)))
	stranger := ask(t, server, "GET", "/", "Accept-Language", "sv-FI")
	anna := ask(t, server, "GET", "/history?team=1", "Cookie", "session=anna; lang=sv", "Accept-Language", "en", "User-Agent", "x")
	if string(stranger.body) != string(anna.body) {
		t.Error("the page depends on who asks")
	}
	if got := anna.Header.Values("Set-Cookie"); len(got) != 0 {
		t.Errorf("the page sets %q", got)
	}
}

// nothing is a Store that knows nothing yet. Drawing asks for no more.
type nothing struct{ screens.Store }

func (nothing) Model() state.Model      { return state.Model{} }
func (nothing) Now() clock.Instant      { return 0 }
func (nothing) Zone() (z clock.Zone)    { return z }
func (nothing) Subscribe(func()) func() { return func() {} }

// TestPageIsWhatTheProgramDrawsFirst compares the page with the clock screen
// while nothing is known: elements, in order, with what decides their look and
// their working.
func TestPageIsWhatTheProgramDrawsFirst(t *testing.T) {
	engine := app.NewTestEngine()
	screen := &screens.Clock{Store: nothing{}, Draft: &screens.Draft{}}
	if err := engine.Load(screen); err != nil {
		t.Fatal(err)
	}
	engine.ConsumeAll()
	drawn := outline(app.HTMLString(screen))

	html := string(body(t, newShell(t, files(t)).spoken["en"].page))
	_, html, _ = strings.Cut(html, "<body>")
	html, _, _ = strings.Cut(html, "<aside id=")
	served := outline(html)
	if !slices.Equal(served, drawn) {
		for i := range max(len(served), len(drawn)) {
			if i >= len(served) || i >= len(drawn) || served[i] != drawn[i] {
				t.Fatalf("element %d: the page and the program differ.\npage:    %s\nprogram: %s",
					i, strings.Join(served[min(i, len(served)):], " "), strings.Join(drawn[min(i, len(drawn)):], " "))
			}
		}
	}
}

var (
	tag       = regexp.MustCompile(`<(/?[a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"]*")?)*)\s*/?>([^<]*)`)
	attribute = regexp.MustCompile(`\s(id|class|name|value|type|method|action|data-act|maxlength|rows|for|d|role|viewBox|aria-describedby)="([^"]*)"`)
)

// outline lists the elements of HTML with their attributes sorted and their
// text.
func outline(html string) []string {
	var all []string
	for _, m := range tag.FindAllStringSubmatch(html, -1) {
		if strings.HasPrefix(m[1], "/") {
			if text := strings.TrimSpace(m[3]); text != "" {
				all = append(all, text)
			}
			continue
		}
		var attributes []string
		for _, a := range attribute.FindAllStringSubmatch(m[2], -1) {
			attributes = append(attributes, a[1]+"="+a[2])
		}
		slices.Sort(attributes)
		all = append(all, m[1]+"["+strings.Join(attributes, " ")+"]"+strings.TrimSpace(m[3]))
	}
	return all
}

func TestColoursAreThoseOfTheStyleSheet(t *testing.T) {
	tokens, err := os.ReadFile("../../web/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"paper-1": colourLight, "night-0": colourDark} {
		if !strings.Contains(string(tokens), "--"+name+": "+want+";") {
			t.Errorf("tokens.css does not say that %s is %s", name, want)
		}
	}
	for _, ground := range []string{"--ground: var(--paper-1);", "--ground: var(--night-0);"} {
		if !strings.Contains(string(tokens), ground) {
			t.Errorf("tokens.css does not say %s", ground)
		}
	}
}
