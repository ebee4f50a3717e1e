package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/server/config"
	"timeclock/server/journal"
	"timeclock/server/postgres"
	"timeclock/server/sqlite"
)

const journalUsage = `timeclock journal reads the record of who pressed what, when, from which session
and on whose behalf, and of what became of it. It changes nothing, and may be
run beside servers that are at work.

  timeclock journal export     write all events as lines of JSON, and a last
                               line with the heads of all chains
      --since TIME             only events from then on, such as 2026-01-31 or
                               2026-01-31T08:00:00Z; the heads are of all
      --out FILE               into a file, which is there only once it is whole

  timeclock journal verify     compute every chain of hashes anew
      --head FILE              and look whether the heads of an export made
                               earlier are still there; its last line will do

verify exits with status 1 and names the first event that does not hold. Whoever
may write the database can also seal a chain anew, or cut off its end: only an
export that they cannot write tells. It holds what people did, so that nobody
should read it who need not.

The database is named as for serve: --database-url URL, or a variable
TIMECLOCK_DATABASE_URL. The other settings are not needed.

`

// errJournalUsage is for what cannot be understood.
var errJournalUsage = errors.New("say export or verify; timeclock journal --help tells more")

// inquiry is what was asked of journal, apart from the settings.
type inquiry struct {
	verb             string
	since, out, head string
	rest             []string // settings, as serve takes them
}

// readInquiry takes the command's own flags out of args.
func readInquiry(args []string) (inquiry, error) {
	var q inquiry
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		q.verb, args = args[0], args[1:]
	}
	own := map[string]map[string]*string{"export": {"--since": &q.since, "--out": &q.out}, "verify": {"--head": &q.head}}
	for i := 0; i < len(args); i++ {
		name, value, given := strings.Cut(args[i], "=")
		into, mine := own[q.verb][name]
		if !mine {
			q.rest = append(q.rest, args[i])
			continue
		}
		if !given && i+1 < len(args) {
			i++
			value = args[i]
		}
		if value == "" {
			return q, fmt.Errorf("%s wants a value; give it as %s VALUE", name, name)
		}
		*into = value
	}
	return q, nil
}

// readJournal does what args say.
func readJournal(ctx context.Context, args, environ []string, stdout io.Writer) error {
	q, err := readInquiry(args)
	if err != nil {
		return err
	}
	c, problem := config.LoadDatabase(q.rest, environ)
	switch {
	case errors.Is(problem, config.ErrHelp):
		_, err := io.WriteString(stdout, journalUsage)
		return err
	case q.verb != "export" && q.verb != "verify":
		return errJournalUsage
	case problem != nil:
		return fmt.Errorf("the database is not known:\n%w", problem)
	case q.verb == "export":
		return q.export(ctx, c, stdout)
	}
	return q.verify(ctx, c, stdout)
}

// readRecord hands f the record in the database that c names.
func readRecord(ctx context.Context, c config.Config, f func(journal.Chains) error) error {
	if c.PostgreSQL.IsSet() {
		return postgres.ReadChains(ctx, c.PostgreSQL.Reveal(), f)
	}
	err := sqlite.ReadChains(ctx, c.DatabaseFile, f)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; name the database that is served with %sDATABASE_URL", err, config.Prefix)
	}
	return err
}

func (q inquiry) export(ctx context.Context, c config.Config, stdout io.Writer) error {
	since, err := readTime(q.since)
	if err != nil {
		return fmt.Errorf("--since: %w", err)
	}
	write := func(w io.Writer) error {
		lines := bufio.NewWriter(w)
		err := readRecord(ctx, c, func(chains journal.Chains) error {
			return journal.Export(ctx, chains, since, clock.At(time.Now()), lines)
		})
		return errors.Join(err, lines.Flush())
	}
	if q.out == "" {
		return write(stdout)
	}
	return whole(q.out, write)
}

// readTime reads a day, which begins in UTC, or a time. Nothing is the
// beginning of time.
func readTime(text string) (clock.Instant, error) {
	if text == "" {
		return 0, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return clock.At(t), nil
		}
	}
	return 0, fmt.Errorf("%q is not a time; write it like 2026-01-31 or 2026-01-31T08:00:00Z", text)
}

// whole makes a file, readable by its owner alone, of what write writes; a file
// that is there already is replaced once all is written.
func whole(file string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return fmt.Errorf("make the export: %w", err)
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return errors.Join(fmt.Errorf("name the export: %w", err), os.Remove(f.Name()))
	}
	return nil
}

func (q inquiry) verify(ctx context.Context, c config.Config, stdout io.Writer) error {
	exported, err := readHeads(q.head)
	if err != nil {
		return err
	}
	var found journal.Audited
	err = readRecord(ctx, c, func(chains journal.Chains) (err error) {
		found, err = journal.Audit(ctx, chains, exported.Heads)
		return err
	})
	if fault := (*journal.Fault)(nil); errors.As(err, &fault) {
		return fault
	} else if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "chains: %d, events: %d; every event holds\n", found.Chains, found.Events)
	if q.head == "" {
		_, err = fmt.Fprintln(stdout, "held against no export: what was changed together with all hashes after it is not seen")
		return err
	}
	_, err = fmt.Fprintf(stdout, "heads exported at %s: %d stand on their chains, %d are covered by a checkpoint of the retention\n",
		exported.At.Time().Format(time.RFC3339), found.Standing, found.Covered)
	return err
}

// readHeads reads the heads of an export, and none where no file is named.
func readHeads(file string) (journal.Exported, error) {
	if file == "" {
		return journal.Exported{}, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return journal.Exported{}, fmt.Errorf("--head: %w", err)
	}
	defer f.Close()
	exported, err := journal.ReadExported(bufio.NewReader(f))
	if err != nil {
		return exported, fmt.Errorf("--head: %s: %w", file, err)
	}
	return exported, nil
}
