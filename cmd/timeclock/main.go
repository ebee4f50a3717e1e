// Command timeclock is the server of a time clock for Microsoft Teams Shifts.
//
//	timeclock serve      answer until interrupted
//	timeclock doctor     look whether the settings work, say what to do
//	timeclock sessions   show who is signed in, and end sessions
//	timeclock journal    export the record of presses, and verify it
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
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"timeclock/server"
	"timeclock/server/config"
	"timeclock/server/telemetry"
	"timeclock/web"
	"timeclock/web/bundle"
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
  timeclock doctor    look whether the settings work, and say what to do
  timeclock sessions  show who is signed in, and end sessions
  timeclock journal   export the record of presses, and verify it
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
	case "doctor":
		return examine(ctx, args, environ, stdout)
	case "sessions":
		return manageSessions(ctx, args, environ, stdout, stderr)
	case "journal":
		return readJournal(ctx, args, environ, stdout)
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
		return unheard(c.Listen, err)
	}
	s, err := server.New(ctx, c, log)
	if err != nil {
		return errors.Join(unstarted(c, err), l.Close())
	}
	log.InfoContext(ctx, "listening", "address", l.Addr().String(), "url", c.URL)
	err = s.Serve(ctx, l)
	log.InfoContext(ctx, "stopped")
	return err
}

// unheard says why an address cannot be listened on.
func unheard(address string, err error) error {
	const setting = config.Prefix + "LISTEN"
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("something else is listening on %s already; end it, or choose another address with %s", address, setting)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("this user may not listen on %s; choose a port from 1024 on with %s", address, setting)
	}
	return fmt.Errorf("cannot listen on %s, which %s names: %w", address, setting, err)
}

// unstarted says why the server could not be put together. Where a file is the
// reason, and not one of the browser program's, it is the database.
func unstarted(c config.Config, err error) error {
	var path *fs.PathError
	if errors.Is(err, bundle.ErrNotBuilt) || c.DatabaseFile == "" || !errors.As(err, &path) {
		return err
	}
	return fmt.Errorf("the database %s cannot be opened: %w; name a file that this user may write, in a folder that is there, with %sDATABASE_URL",
		c.DatabaseFile, path.Err, config.Prefix)
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
