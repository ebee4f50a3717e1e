package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"timeclock/server/postgres"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

// sessions are the ones in the database.
type sessions interface {
	Recent(ctx context.Context, now, idle time.Time, most int) ([]session.Session, error)
	Tokens(ctx context.Context, hash string) (session.Sealed, bool, error)
}

// database looks whether the database opens, may be written, and has this
// program's schema.
func (x *exam) database(ctx context.Context) Finding {
	if x.Config.PostgreSQL.IsSet() {
		return x.postgreSQL(ctx, x.Config.PostgreSQL.Reveal())
	}
	return x.file(ctx, x.Config.DatabaseFile)
}

func (x *exam) postgreSQL(ctx context.Context, url string) Finding {
	schema, err := postgres.Inspect(ctx, url)
	switch {
	case err != nil:
		return failed("It cannot be used: "+brief(err.Error())+".").
			advise("Name a PostgreSQL database that this machine reaches and whose role may write.", "DATABASE_URL")
	case schema.Have > schema.Know:
		return newer("The database", schema.Have, schema.Know)
	case schema.Have < schema.Know:
		return ok(fmt.Sprintf("The PostgreSQL database can be written. Its schema version is %d; serve will bring it to %d.", schema.Have, schema.Know))
	}
	db, err := postgres.Open(ctx, url)
	if err != nil {
		return failed("It cannot be opened: "+brief(err.Error())+".").advise("Look at the database server's log.", "DATABASE_URL")
	}
	x.sessions, x.db = postgres.Sessions{DB: db}, db
	return ok(fmt.Sprintf("The PostgreSQL database can be written, schema version %d.", schema.Have))
}

// newer is the finding of a database that a newer program has written.
func newer(name string, have, know int) Finding {
	return failed(fmt.Sprintf("%s has schema version %d, and this program knows only up to %d.", name, have, know)).
		advise("Run the newer program, or restore a backup made before it ran.", "DATABASE_URL")
}

// file is database for a file. One that is not there is not made.
func (x *exam) file(ctx context.Context, file string) Finding {
	schema, err := sqlite.Inspect(ctx, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newDatabase(file)
	case errors.Is(err, fs.ErrPermission):
		return failed(file+" may not be read and written by this user.").
			advise("Give the file to the user that the server runs as.", "DATABASE_URL")
	case err != nil:
		return failed("It cannot be used: "+brief(err.Error())+".").
			advise("Name a file on a local disk that this program may write; if the file is damaged, restore a backup.", "DATABASE_URL")
	case schema.Have > schema.Know:
		return newer(file, schema.Have, schema.Know)
	case schema.Have < schema.Know:
		return ok(fmt.Sprintf("%s can be written. Its schema version is %d; serve will bring it to %d.", file, schema.Have, schema.Know))
	}
	db, err := sqlite.Open(ctx, file)
	if err != nil {
		return failed("It cannot be opened: "+brief(err.Error())+".").advise("Name a file on a local disk.", "DATABASE_URL")
	}
	x.sessions, x.db = sqlite.Sessions{DB: db}, db
	return ok(fmt.Sprintf("%s can be written, schema version %d.", file, schema.Have))
}

// newDatabase looks whether the file can be made where it is wanted.
func newDatabase(file string) Finding {
	dir := filepath.Dir(file)
	probe, err := os.CreateTemp(dir, ".timeclock-doctor-*")
	if err != nil {
		reason := err
		if path := (*fs.PathError)(nil); errors.As(err, &path) {
			reason = path.Err
		}
		return failed(fmt.Sprintf("%s cannot be made in %s: %s.", filepath.Base(file), dir, reason)).
			advise("Name a file in a folder that is there and that this program may write.", "DATABASE_URL")
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return failed(fmt.Sprintf("Files in %s cannot be written and removed: %s.", dir, err)).
			advise("Name a file in a folder that this program may write.", "DATABASE_URL")
	}
	return ok(file + " is not there yet; serve will make it.")
}

// visitor is whoever used the product last, as far as that can be of use here.
type visitor struct {
	person session.Person
	tokens session.Tokens
}

// manySessions is among how many sessions one with a good token is looked for.
const manySessions = 50

// lastSession finds the session that was used last and, where people's tokens
// go to Graph, has an access token that is still good.
func (x *exam) lastSession(ctx context.Context) Finding {
	const retry = "Open the product in a browser, sign in, and run this again: what a person's token may do is looked at then."
	if x.sessions == nil {
		return skipped("The database holds no sessions yet.").advise(retry)
	}
	now := x.Now()
	recent, err := x.sessions.Recent(ctx, now, now.Add(-x.Config.SessionIdle), manySessions)
	if err != nil {
		return failed("Sessions cannot be read: " + brief(err.Error()) + ".")
	}
	if len(recent) == 0 {
		return skipped("Nobody is signed in.").advise(retry)
	}
	sealed := 0
	for _, s := range recent {
		tokens, err := x.open(ctx, s)
		if err != nil {
			sealed++
			continue
		}
		if !x.application() && tokens.Expires.Sub(now) < time.Minute {
			continue
		}
		x.visitor = visitor{s.Person, tokens}
		x.hidden = append(x.hidden, tokens.Access, tokens.Refresh, tokens.ID)
		return ok(x.visitor.describe(now.Sub(s.Seen), now))
	}
	if sealed == len(recent) {
		return warn("No session's tokens open with these keys: everyone will have to sign in again.").
			advise("If a key was replaced, put the old one behind the new one until SESSION_MAX has passed.", "SECRET_KEYS")
	}
	return skipped("The access tokens of all sessions have ended, and none is renewed from here.").advise(retry)
}

// describe says whose session it is, as logs do, and how long its token lasts.
func (v visitor) describe(ago time.Duration, now time.Time) string {
	found := fmt.Sprintf("The one used last, %s ago, by the person that logs call %s", roughly(ago), v.person.LogID())
	if left := v.tokens.Expires.Sub(now); left > 0 {
		found += fmt.Sprintf("; its access token is good for %s more", roughly(left))
	}
	return found + "."
}

// open gives the tokens of a session.
func (x *exam) open(ctx context.Context, s session.Session) (session.Tokens, error) {
	sealed, found, err := x.sessions.Tokens(ctx, s.Hash)
	if err != nil || !found {
		return session.Tokens{}, errors.Join(err, session.ErrEnded)
	}
	plain, err := x.keys.Vault("tokens").Open(s.Hash, sealed.Blob)
	if err != nil {
		return session.Tokens{}, err
	}
	var t session.Tokens
	if err := json.Unmarshal(plain, &t); err != nil {
		return session.Tokens{}, err
	}
	return t, nil
}
