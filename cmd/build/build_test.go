package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"timeclock/web/bundle"
)

// newModule lays out a module with a program as small as there is, and gives
// a builder for it.
func newModule(t *testing.T) *builder {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":            "module small\n\ngo 1.26\n",
		"go.sum":            "",
		"cmd/app/main.go":   "package main\n\nfunc main() { println(\"one\") }\n",
		"cmd/build/main.go": "package main\n\nfunc main() {}\n",

		"cmd/build/absent/http/http.go":     "package http\n",
		"cmd/build/absent/regexp/regexp.go": "package regexp\n",
	} {
		writeFile(t, filepath.Join(dir, name), text)
	}
	env, err := goEnv(t.Context(), "GOROOT", "GOVERSION")
	if err != nil {
		t.Fatal(err)
	}
	return &builder{source: "./cmd/app", module: dir, goroot: env[0], version: env[1], out: filepath.Join(dir, "web", "dist"), level: 1, begin: func() {}}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestBuild(t *testing.T) {
	b := newModule(t)
	build := func(why string, wantFresh bool) bundle.Manifest {
		t.Helper()
		m, fresh, err := b.build(t.Context())
		if err != nil || fresh != wantFresh {
			t.Fatalf("%s: build: fresh %t, %v, want %t", why, fresh, err, wantFresh)
		}
		return m
	}
	first := build("nothing there", true)
	if again := build("nothing changed", false); again != first {
		t.Errorf("nothing changed: manifest %+v, want %+v", again, first)
	}
	checkBundle(t, b.out)

	b.level = 2
	better := build("a better level", true)
	if better.Version != first.Version || better.Level != 2 {
		t.Errorf("a better level: version %s, level %d, want %s, 2", better.Version, better.Level, first.Version)
	}
	b.level = 1
	build("a better one is there", false)

	writeFile(t, filepath.Join(b.out, bundle.ProgramBrotli), "cut")
	build("a file is another", true)

	writeFile(t, filepath.Join(b.module, "cmd/app/main.go"), "package main\n\nfunc main() { println(\"two\") }\n")
	if m := build("a source changed", true); m.Version == first.Version {
		t.Errorf("a source changed: the version is still %s", m.Version)
	}

	writeFile(t, filepath.Join(b.module, "cmd/app/main.go"), "package main\n\nfunc main() { unknown() }\n")
	if _, _, err := b.build(t.Context()); err == nil || !strings.Contains(err.Error(), "unknown") {
		t.Errorf("a source that does not compile: build = %v, want the compiler's words", err)
	}
}

// checkBundle checks that both forms of the program are the same module.
func checkBundle(t *testing.T, dir string) {
	t.Helper()
	b, err := bundle.Read(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	br, err := io.ReadAll(brotli.NewReader(bytes.NewReader(b.Brotli)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(b.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	gz, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	p := b.Manifest.Program
	if !bytes.Equal(br, gz) || bundle.Hash(br) != p.Hash || int64(len(br)) != p.Size {
		t.Errorf("brotli holds %d bytes, gzip %d, the manifest says %d, or they differ", len(br), len(gz), p.Size)
	}
	if !bytes.HasPrefix(br, wasmHeader) || !bytes.Contains(b.Runtime, []byte("globalThis.Go = class")) {
		t.Error("the bundle is not a module and the toolchain's script")
	}
}
