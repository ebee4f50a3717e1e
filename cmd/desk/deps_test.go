package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed lists what the program may be made of beside the standard library.
var allowed = []string{"timeclock/cmd/desk", "timeclock/app", "github.com/maxence-charriere/go-app/v10", "github.com/google/uuid"}

// TestDependencies fixes what the program is made of. What everybody's program
// must not contain, this one must not either, for a supervisor loads it on a
// phone too.
func TestDependencies(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{.ImportPath}} {{.Standard}}", ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(bytes.TrimSpace(out)), "\n")
	if len(lines) < 50 {
		t.Fatalf("go list -deps names %d packages; this test reads it wrongly", len(lines))
	}
	for _, line := range lines {
		name, standard, _ := strings.Cut(line, " ")
		if standard == "true" {
			if slices.Contains([]string{"text/template", "html/template", "database/sql", "log/slog", "testing", "os/exec"}, name) {
				t.Errorf("the program contains %s", name)
			}
			continue
		}
		if !slices.ContainsFunc(allowed, func(root string) bool { return name == root || strings.HasPrefix(name, root+"/") }) {
			t.Errorf("the program contains %s, which is not among %v", name, allowed)
		}
	}
}
