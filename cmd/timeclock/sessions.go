package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"timeclock/server/config"
	"timeclock/server/postgres"
	"timeclock/server/session"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
)

const sessionsUsage = `timeclock sessions shows who is signed in, and ends sessions. It works on the
database, and may be run beside servers that are at work: what it says has ended
has ended for them too.

  timeclock sessions list
      --person TENANT.OBJECT   only this person's
      --json                   as JSON, for machines

  timeclock sessions end       one of:
      --session ID             the session of this id, as list shows it
      --person TENANT.OBJECT   all of this person's
      --all                    everybody's

What a session left for presses on their way is ended with it; such a press
waits until its person has signed in again. Every end is a line of the audit log
on standard error.

`

// errSessionsUsage is for what cannot be understood.
var errSessionsUsage = errors.New("say list, or end with --session, --person or --all; timeclock sessions --help tells more")

// order is what was asked of sessions, apart from the settings.
type order struct {
	verb            string // list, end
	person, session string
	all, json       bool
	rest            []string // settings, as serve takes them
}

// readOrder takes the command's own flags out of args.
func readOrder(args []string) (order, error) {
	var o order
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.verb, args = args[0], args[1:]
	}
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		into := map[string]*string{"--person": &o.person, "--session": &o.session}[name]
		switch {
		case args[i] == "--json":
			o.json = true
		case args[i] == "--all":
			o.all = true
		case into == nil:
			o.rest = append(o.rest, args[i])
		default:
			if !given && i+1 < len(args) {
				i++
				value = args[i]
			}
			if value == "" || strings.HasPrefix(value, "-") {
				return o, fmt.Errorf("%s wants an id", name)
			}
			*into = value
		}
	}
	return o, nil
}

// check refuses an order that is none, or is two.
func (o order) check() error {
	meant := 0
	for _, given := range []bool{o.person != "", o.session != "", o.all} {
		if given {
			meant++
		}
	}
	switch {
	case o.verb == "list" && o.session == "" && !o.all, o.verb == "end" && meant == 1 && !o.json:
	default:
		return errSessionsUsage
	}
	if o.person != "" && !strings.Contains(o.person, ".") {
		return errors.New("--person wants tenant and object id, joined by a dot, as list shows them")
	}
	return nil
}

// sessionStores is what the command needs of a database.
type sessionStores interface {
	session.Store
	session.People
	Recent(ctx context.Context, now, idle time.Time, most int) ([]session.Session, error)
}

// manageSessions does what args say.
func manageSessions(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	o, err := readOrder(args)
	if err != nil {
		return err
	}
	c, problem := config.Load(o.rest, environ)
	if errors.Is(problem, config.ErrHelp) {
		_, err := io.WriteString(stdout, sessionsUsage+config.Help())
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if problem != nil {
		return fmt.Errorf("the configuration is not complete:\n%w", problem)
	}
	store, closing, err := openSessions(ctx, c)
	if err != nil {
		return err
	}
	desk := desk{store, c.SessionIdle, telemetry.Audit{Log: telemetry.NewLogger(stderr, slog.LevelInfo)}, stdout}
	if o.verb == "list" {
		err = desk.list(ctx, o)
	} else {
		err = desk.end(ctx, o)
		if !c.PostgreSQL.IsSet() {
			time.Sleep(sqlite.NoticedWithin) // what is said to have ended has ended
		}
	}
	return errors.Join(err, closing())
}

// openSessions opens the database that c names. It makes none and changes none:
// one of another schema is for the program that fits it.
func openSessions(ctx context.Context, c config.Config) (sessionStores, func() error, error) {
	if c.PostgreSQL.IsSet() {
		found, err := postgres.Inspect(ctx, c.PostgreSQL.Reveal())
		if err = fitting(found.Have, found.Know, err); err != nil {
			return nil, nil, err
		}
		db, err := postgres.Open(ctx, c.PostgreSQL.Reveal())
		if err != nil {
			return nil, nil, err
		}
		return postgres.Sessions{DB: db}, db.Close, nil
	}
	found, err := sqlite.Inspect(ctx, c.DatabaseFile)
	if err = fitting(found.Have, found.Know, err); err != nil {
		return nil, nil, unstarted(c, err)
	}
	db, err := sqlite.Open(ctx, c.DatabaseFile)
	if err != nil {
		return nil, nil, err
	}
	return sqlite.Sessions{DB: db}, db.Close, nil
}

func fitting(have, know int, err error) error {
	if err == nil && have != know {
		err = fmt.Errorf("the database has schema version %d and this program is for %d: use the program that serves it", have, know)
	}
	return err
}

// desk is where an administrator sees and ends sessions.
type desk struct {
	store sessionStores
	idle  time.Duration
	audit telemetry.Audit
	out   io.Writer
}

// most bounds what is listed.
const most = 100_000

// find gives the sessions that live, of everybody or of one person.
func (d desk) find(ctx context.Context, person string) ([]session.Session, error) {
	now := time.Now()
	all, err := d.store.Recent(ctx, now, now.Add(-d.idle), most)
	if err != nil || person == "" {
		return all, err
	}
	var theirs []session.Session
	for _, s := range all {
		if s.Person.Key() == person {
			theirs = append(theirs, s)
		}
	}
	return theirs, nil
}

// listed is a session as it is shown. Audit is how the audit log names the
// person.
type listed struct {
	ID      string    `json:"id"`
	Person  string    `json:"person"`
	Audit   string    `json:"audit"`
	Name    string    `json:"name"`
	Device  string    `json:"device"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
}

func (d desk) list(ctx context.Context, o order) error {
	all, err := d.find(ctx, o.person)
	if err != nil {
		return err
	}
	shown := []listed{}
	for _, s := range all {
		device := strings.Join(strings.Fields(s.Device.Browser+" "+s.Device.System+" "+s.Device.Form), " ")
		shown = append(shown, listed{s.LogID(), s.Person.Key(), s.Person.LogID(), s.Person.Name, device, s.Created, s.Seen, s.Expires})
	}
	if o.json {
		encoder := json.NewEncoder(d.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(shown)
	}
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SESSION\tPERSON\tNAME\tDEVICE\tSINCE\tSEEN")
	for _, s := range shown {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Person, s.Name, s.Device,
			s.Created.Format(time.DateTime), s.Seen.Format(time.DateTime))
	}
	return table.Flush()
}

// end ends what was meant, and says how much that was.
func (d desk) end(ctx context.Context, o order) error {
	meant, err := d.meant(ctx, o)
	if err != nil {
		return err
	}
	n := 0
	if o.all {
		n, err = d.endEverybody(ctx)
	} else {
		var hashes []string
		for _, s := range meant {
			hashes = append(hashes, s.Hash)
		}
		n, err = d.store.Delete(ctx, hashes...)
	}
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	for _, s := range meant {
		d.audit.Write(ctx, telemetry.SessionEnded, slog.String("person", s.Person.LogID()),
			slog.String("session", s.LogID()), slog.String("by", telemetry.ByAdministrator))
	}
	_, err = fmt.Fprintf(d.out, "sessions ended: %d\n", n)
	if err == nil && o.session != "" && n == 0 {
		err = errors.New("there is no session of this id")
	}
	return err
}

// meant gives the sessions that are to end: of a person also those that are
// over and left something for a press on its way.
func (d desk) meant(ctx context.Context, o order) ([]session.Session, error) {
	if tenant, object, ok := strings.Cut(o.person, "."); ok {
		return d.store.Of(ctx, tenant, object)
	}
	all, err := d.find(ctx, "")
	if err != nil || o.all {
		return all, err
	}
	for _, s := range all {
		if s.LogID() == o.session {
			return []session.Session{s}, nil
		}
	}
	return nil, nil
}

// endEverybody removes all there is, live or not.
func (d desk) endEverybody(ctx context.Context) (int, error) {
	everAfter := time.Now().AddDate(100, 0, 0)
	for all := 0; ; {
		n, err := d.store.Expire(ctx, everAfter)
		if all += n; err != nil || n == 0 {
			return all, err
		}
	}
}
