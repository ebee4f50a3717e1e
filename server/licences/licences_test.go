package licences

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write licences.txt anew")

// legal are the files of a module that belong with every copy.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)`)

// TestTextsAreThoseOfTheModules holds licences.txt to the modules that the
// server and the browser programs are built from, with their very texts.
func TestTextsAreThoseOfTheModules(t *testing.T) {
	want := collect(t)
	if *update {
		if err := os.WriteFile("licences.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if texts == want {
		return
	}
	have := names(texts)
	for _, name := range names(want) {
		if !slices.Contains(have, name) {
			t.Errorf("no licence of %s", name)
		}
	}
	t.Error("licences.txt is not that of go.mod: go test ./server/licences -update")
}

func names(all string) []string {
	var list []string
	for line := range strings.Lines(all) {
		if name, ok := strings.CutPrefix(line, mark); ok {
			list = append(list, strings.TrimSpace(name))
		}
	}
	return list
}

type module struct {
	Path, Version, Dir string
	Main               bool
}

// collect gives what licences.txt has to be.
func collect(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	write := func(name string, files ...string) {
		if len(files) == 0 {
			t.Errorf("%s has no licence", name)
		}
		fmt.Fprintf(&out, "%s%s\n", mark, name)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(files) > 1 {
				fmt.Fprintf(&out, "\n--- %s ---\n", filepath.Base(file))
			}
			fmt.Fprintf(&out, "\n%s\n\n", strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		}
	}
	write("Timeclock", filepath.Join("..", "..", "LICENSE"))
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	write("Go", filepath.Join(strings.TrimSpace(string(goroot)), "LICENSE"))
	for _, m := range modules(t) {
		var files []string
		entries, err := os.ReadDir(m.Dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if legal.MatchString(e.Name()) && !e.IsDir() {
				files = append(files, filepath.Join(m.Dir, e.Name()))
			}
		}
		write(m.Path+" "+m.Version, files...)
	}
	return out.String()
}

// modules lists what the server, for the system it is mostly run on, and the
// browser programs consist of.
func modules(t *testing.T) []module {
	t.Helper()
	byPath := map[string]module{}
	for _, of := range []struct{ system, arch, program string }{
		{"linux", "amd64", "timeclock/cmd/timeclock"}, {"js", "wasm", "timeclock/cmd/app"}, {"js", "wasm", "timeclock/cmd/desk"},
	} {
		cmd := exec.Command("go", "list", "-deps", "-json=Module", of.program)
		cmd.Env = append(os.Environ(), "GOOS="+of.system, "GOARCH="+of.arch, "CGO_ENABLED=0")
		list, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list %s: %v", of.program, err)
		}
		for d := json.NewDecoder(bytes.NewReader(list)); d.More(); {
			var p struct{ Module *module }
			if err := d.Decode(&p); err != nil {
				t.Fatal(err)
			}
			if p.Module != nil && !p.Module.Main {
				byPath[p.Module.Path] = *p.Module
			}
		}
	}
	var all []module
	for _, m := range byPath {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	if len(all) < 10 {
		t.Fatalf("%d modules; this test reads them wrongly", len(all))
	}
	return all
}

func TestPageShowsEveryWork(t *testing.T) {
	mux := http.NewServeMux()
	(&Handler{Style: "/web/style.css"}).Mount(mux)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/licences", nil))
	body := answer.Body.String()
	if answer.Code != http.StatusOK || strings.Contains(body, "<script") || strings.Contains(body, "style=") {
		t.Fatalf("GET /licences = %d", answer.Code)
	}
	works := Works()
	if len(works) < 10 || works[0].Name != "Timeclock" {
		t.Fatalf("%d works, or not the product first", len(works))
	}
	for _, w := range works {
		if !strings.Contains(body, ">"+w.Name+"<") || len(w.Text) < 200 {
			t.Errorf("%s is not shown, or without its licence", w.Name)
		}
	}
}
