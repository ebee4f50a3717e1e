package gallery

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"timeclock/app/browser"
	"timeclock/app/outbox"
	"timeclock/app/state"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// members lists the constants of a type in a package's sources, in order, with
// their values where these are written out.
func members(t *testing.T, dir, kind string) (names, values []string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("..", "..", "..", dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range sources {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST || strings.HasSuffix(file, "_test.go") {
				continue
			}
			of := ""
			for _, s := range group.Specs {
				spec := s.(*ast.ValueSpec)
				if id, ok := spec.Type.(*ast.Ident); ok {
					of = id.Name
				} else if len(spec.Values) > 0 {
					of = ""
				}
				if of != kind {
					continue
				}
				names = append(names, spec.Names[0].Name)
				if len(spec.Values) > 0 {
					if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
						values = append(values, strings.Trim(lit.Value, `"`))
					}
				}
			}
		}
	}
	if len(names) == 0 {
		t.Fatalf("%s declares no constants of type %s", dir, kind)
	}
	return names, values
}

func specimens() (all []Specimen) {
	for _, g := range Groups() {
		all = append(all, g.Specimens...)
	}
	return all
}

// presses gives every press that is shown, the last one included.
func presses() (all []state.Press) {
	for _, s := range specimens() {
		all = append(all, s.Model.Presses...)
		if s.Model.Last != nil {
			all = append(all, *s.Model.Last)
		}
	}
	return all
}

// TestEveryPlaceIsShown reads the places out of app/state: one that is added
// there and not shown here fails.
func TestEveryPlaceIsShown(t *testing.T) {
	shown := map[state.Place]bool{}
	for _, p := range presses() {
		shown[p.Place] = true
	}
	names, _ := members(t, "app/state", "Place")
	for i, name := range names {
		if !shown[state.Place(i)] {
			t.Errorf("no press is %s", name)
		}
	}
	phases := map[state.Phase]bool{}
	for _, s := range specimens() {
		phases[s.Model.Phase] = true
	}
	names, _ = members(t, "app/state", "Phase")
	for i, name := range names {
		if !phases[state.Phase(i)] {
			t.Errorf("no screen is %s", name)
		}
	}
}

// TestEveryWhereIsShown reads them out of app/state.
func TestEveryWhereIsShown(t *testing.T) {
	shown := map[state.Where]bool{}
	for _, s := range specimens() {
		shown[s.Model.Where] = true
	}
	names, _ := members(t, "app/state", "Where")
	for i, name := range names {
		if !shown[state.Where(i)] {
			t.Errorf("no screen is %s", name)
		}
	}
}

// TestEveryRefusalIsShown reads the problem codes out of app/wire: each that
// means that a press will never be recorded is shown as such.
func TestEveryRefusalIsShown(t *testing.T) {
	refused := map[wire.Code]bool{}
	for _, p := range presses() {
		refused[p.Code] = refused[p.Code] || p.Place == state.Rejected
	}
	_, codes := members(t, "app/wire", "Code")
	for _, code := range codes {
		if c := wire.Code(code); outbox.VerdictOf(c) == outbox.Never && !refused[c] {
			t.Errorf("no press is shown refused for %s", c)
		}
	}
}

// TestEveryChoiceIsShown reads the choices out of app/wire.
func TestEveryChoiceIsShown(t *testing.T) {
	offered := map[wire.Choice]bool{}
	for _, p := range presses() {
		if p.Conflict != nil {
			for _, c := range p.Conflict.Choices {
				offered[c] = true
			}
		}
	}
	_, choices := members(t, "app/wire", "Choice")
	for _, c := range choices {
		if !offered[wire.Choice(c)] {
			t.Errorf("no press is shown that offers %s", c)
		}
	}
}

func TestEveryWayToInstallIsShown(t *testing.T) {
	shown := map[browser.Install]bool{}
	for _, s := range specimens() {
		shown[s.Model.Device.Install] = true
	}
	_, ways := members(t, "app/browser", "Install")
	for _, way := range ways {
		if !shown[browser.Install(way)] {
			t.Errorf("no screen is of a device with %q", way)
		}
	}
}

// value is an attribute as go-app writes it, which does not escape.
var value = regexp.MustCompile(`="[^"<>]*"( |>|/)`)

// TestSpecimensAreDrawn: each shows its presses where they are, and its markup
// is what a browser reads the same way.
func TestSpecimensAreDrawn(t *testing.T) {
	names := map[string]bool{}
	places := map[state.Place]string{
		state.Here: "here", state.AtServer: "server", state.InGraph: "graph", state.Rejected: "rejected", state.Unsafe: "unsafe",
	}
	for _, s := range specimens() {
		if names[s.Name] || s.Title == "" {
			t.Errorf("%q is there twice, or without a title", s.Name)
		}
		names[s.Name] = true
		markup := s.In(&words.English)
		if !strings.Contains(markup, `class="page"`) || strings.Contains(markup, "style=") || strings.Contains(markup, "cannot be drawn") {
			t.Errorf("%s is drawn as:\n%s", s.Name, markup)
		}
		if n, ok := strings.Count(markup, `="`), len(value.FindAllString(markup, -1)); n != ok {
			t.Errorf("%s has %d attributes, %d of them in order:\n%s", s.Name, n, ok, markup)
		}
		for _, p := range s.Model.Presses {
			want := `data-place="` + places[p.Place] + `"`
			if p.Place == state.Disputed {
				want = `data-conflict="` + p.ID + `"`
			}
			if !s.Model.Leaving && !strings.Contains(markup, want) {
				t.Errorf("%s does not show %s", s.Name, want)
			}
		}
	}
}

func TestPages(t *testing.T) {
	product := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	h := Before(product, "/web/style.css", "/web/desk.css", "/web/icon.svg")
	get := func(path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer
	}
	index := get(Path)
	for _, s := range specimens() {
		if !strings.Contains(index.Body.String(), `src="`+Path+"/"+s.Name+`"`) {
			t.Errorf("the gallery does not show %s", s.Name)
		}
		if answer := get(Path + "/" + s.Name); answer.Code != http.StatusOK || !strings.Contains(answer.Header().Get("Content-Security-Policy"), "frame-ancestors 'self'") {
			t.Errorf("%s is answered with %d", s.Name, answer.Code)
		}
	}
	if code := get(Path + "/nothing").Code; code != http.StatusNotFound {
		t.Errorf("an unknown specimen is answered with %d", code)
	}
	if code := get("/").Code; code != http.StatusTeapot {
		t.Errorf("the product is answered with %d", code)
	}
}

// TestProductHasNoGallery holds that none of this is in what is shipped.
func TestProductHasNoGallery(t *testing.T) {
	for _, program := range []string{"timeclock/cmd/timeclock", "timeclock/cmd/app"} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", program).Output()
		if err != nil || !strings.Contains(string(out), program) {
			t.Fatalf("go list %s: %v", program, err)
		}
		if strings.Contains(string(out), "cmd/sandbox") {
			t.Errorf("%s contains the gallery", program)
		}
	}
}
