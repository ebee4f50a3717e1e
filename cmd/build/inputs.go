package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// inputs gives a hash of all that decides what the program will be: the
// toolchain, the flags, the sources of the program and of this command, and
// go.sum for everything outside the module.
func (b *builder) inputs(ctx context.Context) (string, error) {
	files, err := b.sources(ctx)
	if err != nil {
		return "", err
	}
	files = append(files, filepath.Join(b.module, "go.mod"), filepath.Join(b.module, "go.sum"))
	for _, pkg := range absent {
		files = append(files, b.standIn(pkg))
	}
	slices.Sort(files)
	h := sha256.New()
	fmt.Fprintf(h, "%s %q %q %d GOFLAGS=%s GOEXPERIMENT=%s\n",
		b.version, compileFlags, experiment, segmentGap, os.Getenv("GOFLAGS"), os.Getenv("GOEXPERIMENT"))
	for _, file := range files {
		if err := b.hashFile(h, file); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (b *builder) hashFile(h io.Writer, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(b.module, file)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(h, "%s %d\n%s", filepath.ToSlash(name), len(data), data)
	return err
}

// sources lists the files of this module that are compiled into the program
// or into this command.
func (b *builder) sources(ctx context.Context) ([]string, error) {
	const each = `{{if and .Module .Module.Main}}{{$d := .Dir}}` +
		`{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}` +
		`{{range .EmbedFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}{{end}}`
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-f", each, b.source, "./cmd/build")
	cmd.Dir = b.module
	cmd.Env = wasmEnv(b.version)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return nil, fmt.Errorf("list the sources of %s: %w", b.source, err)
	}
	var files []string
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" {
			files = append(files, line)
		}
	}
	return files, nil
}
