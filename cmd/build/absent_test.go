package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestOverlay: of the packages left out nothing but the stand-in is compiled, and
// a change of that makes the program anew. Another toolchain has no overlay.
func TestOverlay(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	env, err := goEnv(t.Context(), "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{module: root, goroot: env[0], version: "go1.1", source: "./cmd/app"}
	if flags, err := b.overlay(t.TempDir()); err != nil || len(flags) != 0 {
		t.Errorf("for another Go: %v, %v; want no flags", flags, err)
	}
	if b.version = runtime.Version(); !isKnown(b.version) {
		t.Skipf("not run: it is for %s, and this is %s", knownGo, b.version)
	}
	flags, err := b.overlay(t.TempDir())
	if err != nil || len(flags) != 2 {
		t.Fatalf("overlay = %v, %v", flags, err)
	}
	text, err := os.ReadFile(flags[1])
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for file, by := range overlay.Replace {
		switch {
		case by != "":
			kept = append(kept, by)
		case !strings.HasPrefix(file, env[0]):
			t.Errorf("%s is left out, and is not of the standard library", file)
		}
	}
	slices.Sort(kept)
	want := []string{b.standIn("net/http"), b.standIn("regexp")}
	if !slices.Equal(kept, want) || overlay.Replace[filepath.Join(env[0], "src", "net", "http", "client.go")] != "" || len(overlay.Replace) < 40 {
		t.Errorf("of %d files %v are kept, want %v alone", len(overlay.Replace), kept, want)
	}
}
