// Command build makes the browser programs, everybody's and the supervisors': it
// compiles cmd/app and cmd/desk to WebAssembly, joins their data segments, drops
// the lines of their tracebacks, compresses them with brotli and gzip, and leaves
// each with the script that starts it in web/dist, where the server embeds them.
// It needs Go and nothing else.
//
// A bundle that is already made from the same sources by the same toolchain,
// at the same level or a better one, is left alone.
//
//	go run ./cmd/build            what is shipped: brotli 11
//	go run ./cmd/build -fast      for development: brotli 5
//	go run ./cmd/build -sizes     how large they are; an error if they are not current
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"timeclock/web/bundle"
)

// brotliFast takes a second where bundle.BrotliBest takes a minute, and leaves
// a fifth more.
const brotliFast = 5

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

// run does what the arguments say, in the module the working directory is in.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	fast := flags.Bool("fast", false, "compress less, for development")
	sizes := flags.Bool("sizes", false, "print the sizes of the bundles and build nothing")
	out := flags.String("out", "", "folder to build into (default web/dist)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b := builder{level: bundle.BrotliBest, begin: sync.OnceFunc(func() {
		fmt.Fprintln(stdout, "building the browser programs; to compress them takes a minute or two")
	})}
	if *fast {
		b.level, b.begin = brotliFast, func() {}
	}
	if err := b.locate(ctx, *out); err != nil {
		return err
	}
	if *sizes {
		return b.each(func(b builder) error { return b.printSizes(ctx, stdout) })
	}
	var all errgroup.Group
	err := b.each(func(b builder) error {
		all.Go(func() error { return b.make(ctx, stdout) })
		return nil
	})
	return errors.Join(err, all.Wait())
}

// each calls f with the builder of every program, until one fails.
func (b builder) each(f func(builder) error) error {
	for _, p := range programs {
		of := b
		of.source, of.out = p.source, filepath.Join(b.out, p.folder)
		if err := f(of); err != nil {
			return err
		}
	}
	return nil
}

// make builds and says what came of it.
func (b builder) make(ctx context.Context, stdout io.Writer) error {
	begun := time.Now()
	m, fresh, err := b.build(ctx)
	if err != nil || !fresh {
		return err
	}
	_, err = fmt.Fprintf(stdout, "built %s in %s: %s, brotli %d\n",
		b.source, time.Since(begun).Round(100*time.Millisecond), summary(m), m.Level)
	return err
}

// locate finds the module, the toolchain and the folder to build into.
func (b *builder) locate(ctx context.Context, out string) error {
	env, err := goEnv(ctx, "GOMOD", "GOROOT", "GOVERSION")
	if err != nil {
		return err
	}
	if env[0] == "" || env[0] == os.DevNull {
		return errors.New("not inside the module")
	}
	b.module, b.goroot, b.version = filepath.Dir(env[0]), env[1], env[2]
	b.out = out
	if out == "" {
		b.out = filepath.Join(b.module, "web", "dist")
	}
	return nil
}

func (b builder) printSizes(ctx context.Context, stdout io.Writer) error {
	m, err := bundle.ReadManifest(os.DirFS(b.out))
	if err != nil {
		return err
	}
	inputs, err := b.inputs(ctx)
	if err != nil {
		return err
	}
	if m.Inputs != inputs {
		return fmt.Errorf("%s is of other sources than these: run make build", b.out)
	}
	_, err = fmt.Fprintf(stdout, "%s\nlevel %d\nraw %d\ngzip %d\nbrotli %d\n",
		b.source, m.Level, m.Program.Size, m.Program.GzipSize, m.Program.BrotliSize)
	return err
}

func summary(m bundle.Manifest) string {
	const mb = 1e6
	p := m.Program
	return fmt.Sprintf("%.2f MB, compressed %.3f MB", float64(p.Size)/mb, float64(p.BrotliSize)/mb)
}
