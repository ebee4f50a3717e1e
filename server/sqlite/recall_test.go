package sqlite_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/roster"
	"timeclock/server/session"
	"timeclock/server/sqlite"
	"timeclock/server/storetest"
)

func openAlone(t *testing.T, file string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.OpenAlone(t.Context(), file)
	if err != nil {
		t.Fatalf("OpenAlone(%s): %v", file, err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestSessionsRemembered holds the store of the process that serves to what
// holds for all.
func TestSessionsRemembered(t *testing.T) {
	storetest.Sessions(t, func(t *testing.T) (storetest.SessionStores, func() storetest.SessionStores) {
		file := filepath.Join(t.TempDir(), "sessions.db")
		of := func(db *sqlite.DB) storetest.SessionStores {
			s := sqlite.Sessions{DB: db}
			return storetest.SessionStores{Sessions: s, People: s, Tokens: s, Grants: s}
		}
		return of(openAlone(t, file)), func() storetest.SessionStores { return of(openDB(t, file)) }
	})
}

func TestRosterRemembered(t *testing.T) {
	storetest.Roster(t, func(t *testing.T) (roster.Store, func() roster.Store) {
		file := filepath.Join(t.TempDir(), "roster.db")
		return sqlite.Roster{DB: openAlone(t, file)}, func() roster.Store { return sqlite.Roster{DB: openDB(t, file)} }
	})
}

func aSession(hash string) session.Session {
	now := time.Now()
	return session.Session{
		Hash: hash, Person: session.Person{Tenant: "t", Object: "anna"}, Created: now, Seen: now, Expires: now.Add(time.Hour),
	}
}

// remembered asks until the answer must have come from memory: nothing can be
// read any more.
func remembered(t *testing.T, db *sqlite.DB, asks ...func() error) {
	t.Helper()
	for range 50 { // by then the first look was had, before which nothing is gone by
		for _, ask := range asks {
			if err := ask(); err != nil {
				t.Fatalf("before it is remembered: %v", err)
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	if err := db.Read.Close(); err != nil {
		t.Fatal(err)
	}
	for _, ask := range asks {
		var err error
		for range 200 { // until it has been seen that nobody else changes anything
			if err = ask(); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if err != nil {
			t.Errorf("what was read is not remembered: %v", err)
		}
	}
}

func TestWhoHasTheDatabaseAloneRemembers(t *testing.T) {
	db := openAlone(t, filepath.Join(t.TempDir(), "alone.db"))
	s, r := sqlite.Sessions{DB: db}, sqlite.Roster{DB: db}
	if err := s.Create(t.Context(), aSession("h"), []byte("sealed")); err != nil {
		t.Fatal(err)
	}
	if err := r.SetTeams(t.Context(), "anna", []roster.Team{{Team: wire.Team{ID: "harbour"}}}, 7); err != nil {
		t.Fatal(err)
	}
	there := func(ok bool, err error) error {
		if err == nil && !ok {
			err = fmt.Errorf("not there")
		}
		return err
	}
	remembered(t, db,
		func() error { _, ok, err := s.Find(t.Context(), "h"); return there(ok, err) },
		func() error { _, ok, err := s.Tokens(t.Context(), "h"); return there(ok, err) },
		func() error {
			list, _, err := r.Teams(t.Context(), "anna")
			if len(list) > 0 {
				list[0].ID = "somebody changes what they were given"
			}
			return there(len(list) == 1, err)
		},
	)
	if list, _, err := r.Teams(t.Context(), "anna"); err == nil && list[0].ID != "harbour" {
		t.Errorf("the remembered team is %q", list[0].ID)
	}
}

// TestOthersChangesAreNoticed ends a session as timeclock sessions end does, from
// a process of its own, and changes what else is remembered.
func TestOthersChangesAreNoticed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "noticed.db")
	alone, beside := openAlone(t, file), openDB(t, file)
	s, r, admin := sqlite.Sessions{DB: alone}, sqlite.Roster{DB: alone}, sqlite.Sessions{DB: beside}
	for round := range 5 {
		hash := fmt.Sprint("h", round)
		if err := s.Create(t.Context(), aSession(hash), []byte("sealed")); err != nil {
			t.Fatal(err)
		}
		if err := r.SetTeams(t.Context(), "anna", []roster.Team{{Team: wire.Team{ID: hash}}}, 7); err != nil {
			t.Fatal(err)
		}
		for range 50 { // is remembered by then
			if _, ok, err := s.Find(t.Context(), hash); !ok || err != nil {
				t.Fatalf("Find = %v, %v before the end", ok, err)
			}
			if _, ok, err := s.Tokens(t.Context(), hash); !ok || err != nil {
				t.Fatalf("Tokens = %v, %v before the end", ok, err)
			}
			if list, _, err := r.Teams(t.Context(), "anna"); len(list) != 1 || err != nil {
				t.Fatalf("Teams = %v, %v", list, err)
			}
			time.Sleep(time.Millisecond)
		}
		if n, err := admin.Delete(t.Context(), hash); n != 1 || err != nil {
			t.Fatalf("Delete beside the server = %d, %v", n, err)
		}
		if err := (sqlite.Roster{DB: beside}).SetTeams(t.Context(), "anna", []roster.Team{{Team: wire.Team{ID: "other"}}}, 8); err != nil {
			t.Fatal(err)
		}
		time.Sleep(sqlite.NoticedWithin)
		if _, ok, err := s.Find(t.Context(), hash); ok || err != nil {
			t.Errorf("Find = %v, %v after the end, want none", ok, err)
		}
		if _, ok, err := s.Tokens(t.Context(), hash); ok || err != nil {
			t.Errorf("Tokens = %v, %v after the end, want none", ok, err)
		}
		if list, _, err := r.Teams(t.Context(), "anna"); len(list) != 1 || list[0].ID != "other" {
			t.Errorf("Teams = %v, %v, want the other's", list, err)
		}
	}
}

// TestNothingEndedComesBack has many look at sessions while these are changed and
// ended: who was told of the end must never see one again, nor older tokens than
// those they were told of.
func TestNothingEndedComesBack(t *testing.T) {
	db := openAlone(t, filepath.Join(t.TempDir(), "ended.db"))
	s := sqlite.Sessions{DB: db}
	ctx := t.Context()
	for round := range 40 {
		hash := fmt.Sprint("h", round)
		if err := s.Create(ctx, aSession(hash), []byte("1")); err != nil {
			t.Fatal(err)
		}
		var version atomic.Int64 // that of the last change told; 0 once it was told that all is over
		version.Store(1)
		over := make(chan struct{})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for asked := 0; ; asked++ {
					told := version.Load()
					sealed, ok, err := s.Tokens(ctx, hash)
					_, found, failed := s.Find(ctx, hash)
					switch {
					case err != nil || failed != nil:
						t.Errorf("Tokens, Find: %v, %v", err, failed)
					case told == 0 && (ok || found):
						t.Errorf("after its end the session is found: %v, with tokens: %v", found, ok)
					case told != 0 && ok && sealed.Version < told:
						t.Errorf("tokens of version %d after %d was told of", sealed.Version, told)
					}
					select {
					case <-over:
						return
					default:
					}
				}
			})
		}
		for v := int64(1); v <= 3; v++ {
			if ok, err := s.Swap(ctx, hash, v, fmt.Append(nil, v+1)); !ok || err != nil {
				t.Fatalf("Swap = %v, %v", ok, err)
			}
			version.Store(v + 1)
		}
		if round%2 == 0 {
			_, err := s.Delete(ctx, hash)
			if err != nil {
				t.Fatal(err)
			}
		} else if err := s.Create(ctx, aSession(hash+" after"), []byte("x"), hash); err != nil {
			t.Fatal(err)
		}
		version.Store(0)
		time.Sleep(time.Millisecond)
		close(over)
		all.Wait()
	}
}
