package shell

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"timeclock/web"
)

func TestAppScript(t *testing.T) {
	s := newShell(t, files(t))
	text := string(body(t, s.assets.Named(AppScript)))
	program := s.Path(web.Program)
	for _, want := range []string{
		"fetch(\"" + program + "\"),\n      go.importObject",
		`navigator.serviceWorker.register(`,
		`"/app-worker.js"`,
		`loaderLabel.innerText = "The rest of this page could not be loaded.`,
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
	text := string(body(t, s.worker))
	if !strings.Contains(text, `const VERSION = "`+s.Version+`";`) {
		t.Error("the worker does not name its version")
	}
	list := func(name string) (all []string) {
		t.Helper()
		literal := regexp.MustCompile(`const ` + name + ` = (\[.*\]);`).FindStringSubmatch(text)
		if literal == nil {
			t.Fatalf("the worker has no %s", name)
		}
		if err := json.Unmarshal([]byte(literal[1]), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := list("ROUTES"); !slices.Equal(got, routes) {
		t.Errorf("the worker answers %v, want %v", got, routes)
	}
	assets := list("ASSETS")
	for _, name := range []string{web.Program, web.Runtime, web.Style, AppScript} {
		if !slices.Contains(assets, s.Path(name)) {
			t.Errorf("the worker does not keep %s", name)
		}
	}
	for _, path := range assets {
		if !strings.HasPrefix(path, "/web/") {
			t.Errorf("the worker keeps %s, want versioned files only", path)
		}
	}
	for _, never := range []string{"clients.claim", "__", "/api", "/auth", "/press"} {
		if strings.Contains(text, never) {
			t.Errorf("the worker has %s in it", never)
		}
	}
}
