// Command sandbox is the product with a tenant of its own, in one process: what
// one tries it with, and what the journeys in a browser are made against.
//
// It keeps its data in a folder between runs. Nothing in it is for production:
// its provider signs in anybody who picks a name.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		os.Exit(1)
	}
}

const usage = `Usage: sandbox [flags]
       sandbox tenant [flags]    the tenant alone, for any Graph client; see sandbox tenant --help

Starts the time clock and a tenant of its own.

`

// The large team, for boards.
const (
	defaultCrowd = 40
	crowdUsage   = "how many people work in the large team, Ferry Landing; 0 is no such team"
)

// run starts everything, says where it is, and ends with ctx.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "tenant" {
		return runTenant(ctx, args[1:], stdout, stderr)
	}
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o := options{Log: stderr}
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "address of the time clock")
	flags.StringVar(&o.TenantListen, "tenant-listen", "127.0.0.1:8081", "address of the sign-in provider and Graph")
	flags.StringVar(&o.Dir, "dir", ".sandbox", "folder that keeps the data between runs")
	flags.IntVar(&o.Crowd, "crowd", defaultCrowd, crowdUsage)
	flags.BoolVar(&o.Verbose, "v", false, "log every request")
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	b, err := start(ctx, o)
	if err != nil {
		return err
	}
	b.describe(stdout)
	err = b.serve(ctx)
	if err == nil {
		fmt.Fprintln(stdout, "Stopped. Your data is kept in", o.Dir+".")
	}
	return err
}
