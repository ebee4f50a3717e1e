package server_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// imports gives, for every package that a pattern names, what it imports
// itself, tests included; for the host and for the browser.
func imports(t *testing.T, pattern string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	const each = `{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} {{join .XTestImports " "}}`
	for _, target := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		for line := range strings.Lines(goList(t, target, "-e", "-f", each, pattern)) {
			fields := strings.Fields(line)
			all[fields[0]] = append(all[fields[0]], fields[1:]...)
		}
	}
	if len(all) == 0 {
		t.Fatalf("go list %s names no package", pattern)
	}
	return all
}

// contents gives all packages that a program consists of.
func contents(t *testing.T, pattern string) []string {
	t.Helper()
	return strings.Fields(goList(t, nil, "-deps", pattern))
}

func goList(t *testing.T, env []string, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return string(out)
}

// within reports whether name is one of roots or below one.
func within(name string, roots ...string) bool {
	for _, root := range roots {
		if name == root || strings.HasPrefix(name, root+"/") {
			return true
		}
	}
	return false
}

// TestArrowsPointDown holds the direction of the layout: cmd, then server,
// then app; and the files of the web below both.
func TestArrowsPointDown(t *testing.T) {
	for _, rule := range []struct {
		pattern string
		never   []string
		why     string
	}{
		{"./app/...", []string{"timeclock/server", "timeclock/cmd", "timeclock/web"}, "the browser program knows no server"},
		{"./web/...", []string{"timeclock/server", "timeclock/cmd", "timeclock/app"}, "files know no program"},
		{"./server/...", []string{"timeclock/cmd"}, "commands are on top"},
		{"./app/clock", []string{"timeclock/app/wire", "timeclock/app/state", "timeclock/app/words"}, "the domain imports nothing of ours"},
	} {
		for from, all := range imports(t, rule.pattern) {
			for _, to := range all {
				if within(to, rule.never...) {
					t.Errorf("%s imports %s: %s", from, to, rule.why)
				}
			}
		}
	}
}

// TestProductMintsNoIdentities holds that the server in production contains
// no provider that signs in whoever picks a name.
func TestProductMintsNoIdentities(t *testing.T) {
	all := contents(t, "./cmd/timeclock")
	found := false
	for _, name := range all {
		found = found || name == "timeclock/server"
		if within(name, "timeclock/server/sandbox") {
			t.Errorf("cmd/timeclock contains %s", name)
		}
	}
	if !found {
		t.Errorf("cmd/timeclock does not contain timeclock/server, out of %d packages", len(all))
	}
}

// TestSandboxIsADoubleOfItsOwn holds that the sandbox shares nothing with what
// is tested against it: a mistake they had in common would go unseen.
func TestSandboxIsADoubleOfItsOwn(t *testing.T) {
	for _, name := range contents(t, "./server/sandbox/...") {
		if within(name, "timeclock/app") || within(name, "timeclock/server") && !within(name, "timeclock/server/sandbox") {
			t.Errorf("the sandbox contains %s", name)
		}
	}
}
