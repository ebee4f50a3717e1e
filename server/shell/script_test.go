package shell

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/wire"
	"timeclock/web"
)

func TestAppScript(t *testing.T) {
	s := newShell(t, files(t))
	text := string(body(t, s.assets.Named(AppScript)))
	program := s.Path(web.Program)
	for _, want := range []string{
		"self.timeclock ? timeclock.program() : fetch(\"" + program + "\"),\n      go.importObject",
		"timeclock.started(over)",
		`navigator.serviceWorker.register(`,
		`"/app-worker.js"`,
		`loaderLabel.innerText = JSON.parse(document.getElementById("texts").textContent).notLoaded;`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("app.js lacks %s", want)
		}
	}
	if strings.Contains(text, `fetchWithProgress("`) || strings.Contains(text, "innerText = err") {
		t.Error("app.js is not patched")
	}
	env := map[string]string{}
	literal := regexp.MustCompile(`goappEnv = (\{.*\});`).FindStringSubmatch(text)
	if literal == nil {
		t.Fatal("app.js has no goappEnv")
	}
	if err := json.Unmarshal([]byte(literal[1]), &env); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"GOAPP_VERSION": s.Version, "GOAPP_ROOT_PREFIX": "/",
		"GOAPP_STATIC_RESOURCES_URL": "/web", "GOAPP_INTERNAL_URLS": "null",
	} {
		if env[name] != want {
			t.Errorf("app.js: %s is %q, want %q", name, env[name], want)
		}
	}
}

func TestPatchRefusesAnotherScript(t *testing.T) {
	const program = "/web/app.wasm"
	known, err := goappScript("1", program)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := patch(known, program); err != nil {
		t.Fatalf("patch of go-app's script: %v", err)
	}
	for _, row := range []struct{ name, text string }{
		{"nothing", ""},
		{"the program elsewhere", strings.ReplaceAll(known, program, "/web/other.wasm")},
		{"the program twice", known + `fetchWithProgress("` + program + `", showProgress)`},
		{"another start", strings.ReplaceAll(known, "go.run(wasm.instance);", "")},
		{"another label", strings.ReplaceAll(known, "loaderLabel.innerText = err;", "")},
		{"a placeholder", known + "{{.New}}"},
		{"another origin", known + `fetch("https://elsewhere.example")`},
	} {
		if out, err := patch(row.text, program); err == nil {
			t.Errorf("%s: patch gives %d bytes, want an error", row.name, len(out))
		}
	}
}

func TestWorker(t *testing.T) {
	s := newShell(t, files(t))
	text := string(body(t, s.spoken["en"].worker))
	if !strings.Contains(text, `const VERSION = "`+s.Version+`";`) {
		t.Error("the worker does not name its version")
	}
	var got []string
	literal(t, text, "ROUTES", &got)
	if !slices.Equal(got, routes.App) {
		t.Errorf("the worker answers %v, want %v", got, routes.App)
	}
	literal(t, text, "DESK", &got)
	if !slices.Equal(got, routes.Desk) {
		t.Errorf("the worker knows the supervisors' paths %v, want %v", got, routes.Desk)
	}
	kept := map[string]string{}
	literal(t, text, "ASSETS", &kept)
	for _, name := range []string{web.Program, web.Runtime, web.Style, AppScript, EarlyScript} {
		if a := s.assets.Named(name); kept[a.Path] != a.Hash {
			t.Errorf("the worker keeps %s as %q, want %q", name, kept[a.Path], a.Hash)
		}
	}
	for path := range kept {
		if !strings.HasPrefix(path, "/web/") || strings.HasPrefix(path, "/web/"+web.Shots) || slices.Contains([]string{s.Path(web.Desk), s.Path(web.DeskStyle), s.Path(DeskScript)}, path) {
			t.Errorf("the worker keeps %s, want versioned files alone, no pictures, and nothing of the supervisors'", path)
		}
	}
	source, err := web.Files.ReadFile("worker.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"clients.claim", "/api", "/auth", "/press", "punches"} {
		if strings.Contains(string(source), never) {
			t.Errorf("worker.js has %s in it", never)
		}
	}
	if name := regexp.MustCompile(`__[A-Z]+__`).FindString(text); name != "" {
		t.Errorf("the worker still has %s in it", name)
	}
}

// literal reads the value that was put into a script under a name.
func literal(t *testing.T, script, name string, into any) {
	t.Helper()
	found := regexp.MustCompile(`(?m)^const ` + name + ` = (.*?);(?: //.*)?$`).FindStringSubmatch(script)
	if found == nil {
		t.Fatalf("the script has no %s", name)
	}
	if err := json.Unmarshal([]byte(found[1]), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestRulesAreThoseOfGo holds what cannot be generated to where it is declared.
func TestRulesAreThoseOfGo(t *testing.T) {
	r := newRules()
	source, err := os.ReadFile("../../app/wire/problem.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`Code = "([a-z_]+)"`).FindAllStringSubmatch(string(source), -1) {
		code := wire.Code(m[1])
		if never := outbox.VerdictOf(code) == outbox.Never; never != slices.Contains(r.Never, code) {
			t.Errorf("a press answered with %s will never be recorded: %t, the scripts say otherwise", code, never)
		}
	}
	for _, k := range clock.Kinds {
		for _, s := range []clock.State{clock.Out, clock.In, clock.OnBreak} {
			if _, err := clock.Steps(s, k); (err == nil) != slices.Contains(r.Allowed[s], k) {
				t.Errorf("%s may follow %s: %t, the scripts say otherwise", k, s, err == nil)
			}
		}
		cards := []clock.Card{}
		for i, before := range map[clock.Kind][]clock.Kind{
			clock.StartBreak: {clock.ClockIn}, clock.EndBreak: {clock.ClockIn, clock.StartBreak}, clock.ClockOut: {clock.ClockIn},
		}[k] {
			cards = apply(t, cards, before, clock.Instant(i+1))
		}
		if got := clock.StateOf(apply(t, cards, k, 9)); got != r.After[k] {
			t.Errorf("after %s one is %s, the scripts say %s", k, got, r.After[k])
		}
	}
	if r.ProblemPrefix+"order" != wire.ProblemOf(wire.CodeOrder, "").Type {
		t.Errorf("the type of a problem begins with %q", r.ProblemPrefix)
	}
}

func apply(t *testing.T, cards []clock.Card, k clock.Kind, at clock.Instant) []clock.Card {
	t.Helper()
	after, err := clock.ApplyPress(cards, "team", "person", clock.Press{Kind: k, At: at})
	if err != nil {
		t.Fatal(err)
	}
	return after
}
