package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed lists what the program may be made of beside the standard library:
// a module path or a folder of this module, each with all below it.
var allowed = []string{
	"timeclock/cmd/app",
	"timeclock/app",
	"github.com/maxence-charriere/go-app/v10",
	"github.com/google/uuid",
}

// forbidden lists packages of the standard library that would each cost the
// program hundreds of kilobytes, or have no place in it. It cannot list
// net/http, whose types go-app mentions: TestOursDoNotSpeakHTTP and TestSize
// hold that.
var forbidden = []string{"text/template", "html/template", "database/sql", "log/slog", "testing", "os/exec"}

// browserGo runs the go command for the browser in this folder.
func browserGo(t *testing.T, args ...string) (stdout, stderr []byte) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %s: %v\n%.2000s", strings.Join(args, " "), err, errs.Bytes())
	}
	return out.Bytes(), errs.Bytes()
}

// TestDependencies fixes what the program is made of.
func TestDependencies(t *testing.T) {
	out, _ := browserGo(t, "list", "-deps", "-f", "{{.ImportPath}} {{.Standard}}", ".")
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 50 {
		t.Fatalf("go list -deps names %d packages; this test reads it wrongly", len(lines))
	}
	for _, line := range lines {
		name, standard, _ := strings.Cut(line, " ")
		if standard == "true" {
			if slices.Contains(forbidden, name) {
				t.Errorf("the program contains %s", name)
			}
			continue
		}
		if !slices.ContainsFunc(allowed, func(root string) bool { return name == root || strings.HasPrefix(name, root+"/") }) {
			t.Errorf("the program contains %s, which is not among %v", name, allowed)
		}
	}
}

// TestOursDoNotSpeakHTTP holds that the program fetches through the browser:
// net/http really used is 850 kB more.
func TestOursDoNotSpeakHTTP(t *testing.T) {
	out, _ := browserGo(t, "list", "-deps", "-f", `{{if .Module}}{{if .Module.Main}}{{.ImportPath}} {{join .Imports " "}}{{end}}{{end}}`, ".")
	packages := 0
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		if len(imports) == 0 {
			continue
		}
		packages++
		if slices.Contains(imports[1:], "net/http") {
			t.Errorf("%s imports net/http", imports[0])
		}
	}
	if packages < 3 {
		t.Fatalf("go list -deps names %d packages of this module; this test reads it wrongly", packages)
	}
}

// TestMethodsCanBeLeftOut holds that nothing looks methods up by name: it
// would keep every method of every element of go-app.
func TestMethodsCanBeLeftOut(t *testing.T) {
	_, dump := browserGo(t, "build", "-o", os.DevNull, "-trimpath", "-buildvcs=false", "-gcflags=all=-l", "-ldflags=-dumpdep", ".")
	if n := bytes.Count(dump, []byte("\n")); n < 1000 {
		t.Fatalf("the linker's dump has %d lines; this test reads it wrongly", n)
	}
	shown := 0
	for line := range bytes.Lines(dump) {
		if bytes.Contains(line, []byte("ReflectMethod")) && shown < 10 {
			t.Errorf("a method is looked up by name: %s", bytes.TrimSpace(line))
			shown++
		}
	}
}
