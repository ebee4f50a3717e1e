package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"timeclock/server/config"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
	"timeclock/server/telemetry"
)

// tenantOptions say how a tenant without the product is started.
type tenantOptions struct {
	Listen   string
	Dir      string
	Redirect []string          // where sign-in may go back to
	Tokens   map[string]string // static bearer tokens; whose, by login, or the application's
	Assume   map[string]string // readings of assumptions, by row
	Limits   tenant.Limits
	Crowd    int // people of a large team
	Verbose  bool
	Log      io.Writer
}

const tenantUsage = `Usage: sandbox tenant [flags]

Starts the sandbox's sign-in provider and its Graph without the product, so
that any Graph client can be pointed at them.

`

// tenantFlags reads the command line of sandbox tenant.
func tenantFlags(args []string, stderr io.Writer) (tenantOptions, error) {
	o := tenantOptions{Log: stderr, Tokens: map[string]string{}, Assume: map[string]string{}, Limits: tenant.Published()}
	flags := flag.NewFlagSet("sandbox tenant", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:8081", "address of the sign-in provider and Graph")
	flags.StringVar(&o.Dir, "dir", ".sandbox", "folder that keeps the data between runs")
	flags.Func("token", "a bearer token that Graph takes, as `SECRET[=login]`: for that person or, without a login, for the application; may be repeated",
		func(s string) error {
			secret, login, _ := strings.Cut(s, "=")
			o.Tokens[secret] = login
			return nil
		})
	flags.Func("limits", "throttling: `off|published` (default published)", func(s string) error {
		switch s {
		case "off":
			o.Limits = tenant.Limits{}
		case "published":
			o.Limits = tenant.Published()
		default:
			return errors.New("want off or published")
		}
		return nil
	})
	flags.Func("assume", "a reading of one of the assumptions below, as `name=value`; may be repeated", func(s string) error {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return errors.New("want name=value")
		}
		trial := tenant.Assumed()
		o.Assume[name] = value
		return trial.Set(name, value)
	})
	flags.Func("redirect", "a `URL` sign-in may go back to (default http://localhost:8080/auth/callback); may be repeated",
		func(s string) error { o.Redirect = append(o.Redirect, s); return nil })
	flags.IntVar(&o.Crowd, "crowd", defaultCrowd, crowdUsage)
	flags.BoolVar(&o.Verbose, "v", false, "log every request")
	flags.Usage = func() {
		fmt.Fprint(stderr, tenantUsage)
		flags.PrintDefaults()
		explain(stderr)
	}
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("%q is no flag of sandbox tenant", flags.Arg(0))
	}
	if o.Redirect == nil {
		o.Redirect = []string{"http://localhost:8080/auth/callback"}
	}
	return o, err
}

// explain writes what can be called and what can be assumed.
func explain(w io.Writer) {
	fmt.Fprint(w, "\nIts Graph answers, under /graph/v1.0 and /graph/beta:\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range tenant.Operations() {
		only := ""
		if o.Beta {
			only = "beta only"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", o.Method, o.Path, only)
	}
	table.Flush()
	fmt.Fprint(w, "\nWhat no public source tells is assumed. Rows for --assume, the reading in force first:\n")
	for _, r := range tenant.Rows() {
		fmt.Fprintf(w, "  %s=%s|%s\n        %s\n", r.Name, r.Assumed.Value, r.Other.Value, r.Meaning)
	}
}

// runTenant starts a tenant alone, says what it offers, and ends with ctx.
func runTenant(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := tenantFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := startTenant(ctx, o)
	if err != nil {
		return err
	}
	offer(stdout, s, o)
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = s.Close(grace)
	if err == nil {
		fmt.Fprintln(stdout, "Stopped. The tenant is kept in", o.Dir+".")
	}
	return err
}

// startTenant starts it, with the data that the product's sandbox has in the
// same folder.
func startTenant(ctx context.Context, o tenantOptions) (*sandbox.Sandbox, error) {
	level := slog.LevelWarn
	if o.Verbose {
		level = slog.LevelDebug
	}
	s, err := sandbox.Start(ctx, sandbox.Options{
		Dir: filepath.Join(o.Dir, "tenant"), Addr: o.Listen, Log: telemetry.NewLogger(o.Log, level), Seed: true,
		RedirectURLs: o.Redirect, PostLogoutURLs: homes(o.Redirect),
		Limits: &o.Limits, Tokens: o.Tokens, Assume: o.Assume, Crowd: o.Crowd,
	})
	return s, taken(err, o.Listen, "--listen")
}

// homes are the front pages of the places sign-in may go back to.
func homes(redirects []string) []string {
	var all []string
	for _, at := range redirects {
		if scheme, rest, ok := strings.Cut(at, "://"); ok {
			host, _, _ := strings.Cut(rest, "/")
			all = append(all, scheme+"://"+host+"/")
		}
	}
	return all
}

// offer says where everything is and how to use it.
func offer(w io.Writer, s *sandbox.Sandbox, o tenantOptions) {
	fmt.Fprintf(w, "\nThe tenant is ready:  %s\n\n", s.Origin)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"Graph", s.GraphURL + "/v1.0 and /beta"}, {"Bad weather", s.WeatherURL()},
		{"As JSON", s.Origin + "/sandbox/calls, /sandbox/cards, /sandbox/faults"},
	} {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
	}
	fmt.Fprint(table, "\nPeople\n")
	for _, p := range s.People {
		if p.About != "" {
			fmt.Fprintf(table, "  %s\t%s\n", p.Login, p.About)
		}
	}
	table.Flush()
	fmt.Fprint(w, "\nSettings of a time clock that is to use it:\n")
	for _, row := range [][2]string{
		{"TENANT_ID", s.TenantID}, {"CLIENT_ID", s.ClientID}, {"CLIENT_SECRET", s.ClientSecret},
		{"OIDC_ISSUER", s.Issuer}, {"OIDC_SCOPES", "'" + scopes(s.GraphURL) + "'"}, {"GRAPH_URL", s.GraphURL},
	} {
		fmt.Fprintf(w, "  %s%s=%s\n", config.Prefix, row[0], row[1])
	}
	speakers(w, s, o)
	fmt.Fprint(w, "\nCtrl-C ends it.\n\n")
}

// speakers says for whom the static tokens speak, and how to use one. The
// tokens themselves are not shown.
func speakers(w io.Writer, s *sandbox.Sandbox, o tenantOptions) {
	if len(o.Tokens) == 0 {
		fmt.Fprint(w, "\nNo static token; --token SECRET=login gives tools one.\n")
		return
	}
	path := "/v1.0/me/joinedTeams"
	for _, login := range slices.Sorted(maps.Values(o.Tokens)) {
		who := "the application"
		if login == "" {
			path = "/v1.0/teams/" + sandbox.HarbourCafe + "/schedule/timeCards"
		} else {
			who = s.Person(login).Name
		}
		fmt.Fprintf(w, "\nA static token speaks for %s.", who)
	}
	fmt.Fprintf(w, "\n  curl -H \"Authorization: Bearer $SECRET\" %s%s\n", s.GraphURL, path)
}
