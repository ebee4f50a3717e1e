package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"timeclock/web/bundle"
)

// ceiling is how large the program may be on the wire: brotli, in bytes.
const ceiling = 1_450_000

// TestSize holds the program that is shipped under its ceiling. It measures
// the bundle in web/dist if that is of these sources, and makes one if not.
func TestSize(t *testing.T) {
	size, ok := shipped(t)
	if !ok && testing.Short() {
		t.Skip("web/dist is not what is shipped, and making it takes a minute: make test measures it")
	}
	if !ok {
		size = build(t)
	}
	t.Logf("the program is %d bytes of brotli, %d %% of %d", size, size*100/ceiling, ceiling)
	if size > ceiling {
		t.Errorf("the program is %d bytes of brotli, %d more than the ceiling of %d", size, size-ceiling, ceiling)
	}
}

// shipped gives the size of the program in web/dist, if it is current and as
// it is shipped.
func shipped(t *testing.T) (size int64, ok bool) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "run", "timeclock/cmd/build", "-sizes").Output()
	if err != nil {
		return 0, false
	}
	var level int
	var raw, gzip int64
	text := strings.Join(strings.Fields(string(out)), " ")
	if _, err := fmt.Sscanf(text, "./cmd/app level %d raw %d gzip %d brotli %d", &level, &raw, &gzip, &size); err != nil {
		t.Fatalf("cmd/build -sizes says %q: %v", text, err)
	}
	return size, level >= bundle.BrotliBest
}

func build(t *testing.T) int64 {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "run", "timeclock/cmd/build", "-out", filepath.ToSlash(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cmd/build: %v\n%s", err, out)
	}
	m, err := bundle.ReadManifest(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return m.Program.BrotliSize
}
