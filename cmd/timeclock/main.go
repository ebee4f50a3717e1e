// Command timeclock is the server of a time clock for Microsoft Teams Shifts.
//
//	timeclock serve      answer until interrupted
//	timeclock version    say which build this is
//	timeclock help       list the commands; serve --help lists the settings
//
// It holds no code that can vouch for a person: identities come from the
// provider it is configured with, and from nowhere else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"timeclock/server"
	"timeclock/server/config"
	"timeclock/server/telemetry"
	"timeclock/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "timeclock:", err)
		os.Exit(1)
	}
}

const usage = `timeclock serves a time clock for Microsoft Teams Shifts.

  timeclock serve     answer until interrupted; --help lists the settings
  timeclock version   say which build this is
  timeclock help      show this
`

// run does what args say. It returns when ctx ends or the work is done.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	command := "help"
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "serve":
		return serve(ctx, args, environ, stdout, stderr)
	case "version":
		return version(stdout)
	case "help", "--help", "-h":
		_, err := io.WriteString(stdout, usage)
		return err
	}
	return fmt.Errorf("there is no command %q\n\n%s", command, usage)
}

func serve(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	c, err := config.Load(args, environ)
	if errors.Is(err, config.ErrHelp) {
		_, err := io.WriteString(stdout, config.Help())
		return err
	}
	if err != nil {
		return fmt.Errorf("the configuration is not complete:\n%w", err)
	}
	log := telemetry.NewLogger(stderr, slog.LevelInfo)
	for _, warning := range c.Warnings() {
		log.WarnContext(ctx, warning)
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (%sLISTEN): %w", c.Listen, config.Prefix, err)
	}
	s, err := server.New(ctx, c, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	log.InfoContext(ctx, "listening", "address", l.Addr().String(), "url", c.URL)
	err = s.Serve(ctx, l)
	log.InfoContext(ctx, "stopped")
	return err
}

// version names the build by the browser program it carries.
func version(stdout io.Writer) error {
	assets, err := web.Load()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "timeclock", assets.Bundle.Version)
	return err
}
