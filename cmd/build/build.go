package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"timeclock/web/bundle"
)

// programs are the packages of the browser programs, and the folder of each in
// the one that is built into.
var programs = []struct{ source, folder string }{
	{"./cmd/app", "."},     // everybody's
	{"./cmd/desk", "desk"}, // the supervisors', which nobody else loads
}

// segmentGap is the largest gap between data segments that is filled. Larger
// ones cost more than they save.
const segmentGap = 256

// compileFlags make the program small: no symbols, no paths, and no inlining,
// which compresses better and costs a screen two milliseconds; of net/http, to
// which go-app refers, no HTTP/2. The commit is left out, so that the program
// changes only when its sources do.
var compileFlags = []string{"-trimpath", "-buildvcs=false", "-tags=nethttpomithttp2", "-ldflags=-s -w", "-gcflags=all=-l"}

// experiment chooses the smaller of the two garbage collectors that knownGo
// has. Another Go may have one alone.
const experiment = "nogreenteagc"

// builder makes the bundle of one program.
type builder struct {
	source  string // package of the program
	module  string // root folder of the module
	goroot  string
	version string // of the toolchain
	out     string
	level   int // brotli
	// begin is called when there is something to make.
	begin func()
}

// build makes the bundle unless it is there already. fresh says which.
func (b *builder) build(ctx context.Context) (m bundle.Manifest, fresh bool, err error) {
	inputs, err := b.inputs(ctx)
	if err != nil {
		return m, false, err
	}
	if old, err := bundle.Read(os.DirFS(b.out)); err == nil &&
		old.Manifest.Inputs == inputs && old.Manifest.Level >= b.level {
		return old.Manifest, false, nil
	}
	b.begin()
	module, err := b.compile(ctx)
	if err != nil {
		return m, false, err
	}
	module, err = b.shrink(module)
	if err != nil {
		return m, false, err
	}
	made, err := b.pack(module)
	if err != nil {
		return m, false, err
	}
	made.Manifest.Inputs = inputs
	return made.Manifest, true, write(b.out, made)
}

// compile gives the program as the toolchain makes it.
func (b *builder) compile(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "timeclock-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "app.wasm")
	overlay, err := b.overlay(dir)
	if err != nil {
		return nil, fmt.Errorf("leave packages out: %w", err)
	}
	args := append(append([]string{"build", "-o", file}, compileFlags...), overlay...)
	cmd := exec.CommandContext(ctx, "go", append(args, b.source)...)
	cmd.Dir = b.module
	cmd.Env = wasmEnv(b.version)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("compile %s: %w\n%s", b.source, err, bytes.TrimSpace(out))
	}
	return os.ReadFile(file)
}

// wasmEnv is the environment of a go command of that version that works for
// the browser.
func wasmEnv(version string) []string {
	env := append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if isKnown(version) {
		env = append(env, "GOEXPERIMENT="+experiment)
	}
	return env
}

// shrink gives the program as it is shipped.
func (b *builder) shrink(module []byte) ([]byte, error) {
	module, err := joinSegments(module, segmentGap)
	if err != nil {
		return nil, fmt.Errorf("join data segments: %w", err)
	}
	if !isKnown(b.version) {
		return module, nil
	}
	if module, err = dropLines(module); err != nil {
		return nil, fmt.Errorf("drop the lines of tracebacks: %w", err)
	}
	return module, nil
}

// pack compresses the program and adds the script that starts it.
func (b *builder) pack(module []byte) (*bundle.Bundle, error) {
	runtime, err := os.ReadFile(filepath.Join(b.goroot, "lib", "wasm", bundle.RuntimeFile))
	if err != nil {
		return nil, fmt.Errorf("read the toolchain's start script: %w", err)
	}
	made, err := bundle.Make(module, runtime, b.level)
	if err != nil {
		return nil, fmt.Errorf("compress the program: %w", err)
	}
	made.Manifest.Go = b.version
	return made, nil
}

// write puts the bundle in dir. A build that is cut off leaves one that does
// not fit its manifest and is made again.
func write(dir string, b *bundle.Bundle) error {
	files, err := b.Files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := replaceFile(filepath.Join(dir, f.Name), f.Data); err != nil {
			return fmt.Errorf("write bundle: %w", err)
		}
	}
	return nil
}

// replaceFile writes beside name and renames, so that whoever reads name sees
// the old file or the new one.
func replaceFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err2 := tmp.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// goEnv asks the toolchain for variables of its own.
func goEnv(ctx context.Context, names ...string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(names) {
		return nil, fmt.Errorf("go env %v: %d lines", names, len(lines))
	}
	return lines, nil
}
