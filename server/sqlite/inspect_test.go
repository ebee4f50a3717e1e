package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"timeclock/server/session"
)

func TestInspectChangesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a b?c%d#e.db")
	if _, err := Inspect(t.Context(), file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Inspect of a file that is not there: %v, want fs.ErrNotExist", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("Inspect made the file")
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Inspect(t.Context(), file)
	if err != nil || s.Have != 0 || s.Know == 0 {
		t.Errorf("Inspect of an empty file = %+v, %v; want nothing had and something known", s, err)
	}
	if info, err := os.Stat(file); err != nil || info.Size() != 0 {
		t.Errorf("Inspect wrote to the empty file: %v, %v", info, err)
	}
	db := open(t, file)
	if s, err = Inspect(t.Context(), file); err != nil || s.Have != s.Know {
		t.Errorf("Inspect while the database is open = %+v, %v; want the newest schema", s, err)
	}
	if _, err := db.Write.ExecContext(t.Context(), sqlInsertMigration, 9000, "9000_newer.sql", 0); err != nil {
		t.Fatal(err)
	}
	if s, err = Inspect(t.Context(), file); err != nil || s.Have != 9000 {
		t.Errorf("Inspect of a newer database = %+v, %v; want version 9000", s, err)
	}
}

func TestInspectSaysWhy(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("This is no database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		dir: "is a directory", filepath.Join(dir, "none", "x.db"): "no such file", text: "not a database",
	} {
		if _, err := Inspect(t.Context(), file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Inspect(%q): %v, want %q in it", file, err, want)
		}
	}
}

func TestRecentGivesLiveSessionsNewestFirst(t *testing.T) {
	s := Sessions{DB: open(t, filepath.Join(t.TempDir(), "db"))}
	now := time.UnixMilli(1_700_000_000_000).UTC()
	for i, one := range []struct{ seen, expires time.Duration }{
		{-time.Hour, time.Hour},      // 0
		{-time.Minute, time.Hour},    // 1: the last one
		{-time.Second, 0},            // 2: over
		{-12 * time.Hour, time.Hour}, // 3: idle for too long
		{-2 * time.Hour, time.Hour},  // 4
	} {
		n := session.Session{
			Hash: strconv.Itoa(i), Person: session.Person{Tenant: "t", Object: "o"},
			Created: now, Seen: now.Add(one.seen), Expires: now.Add(one.expires),
		}
		if err := s.Create(t.Context(), n, []byte("sealed")); err != nil {
			t.Fatal(err)
		}
	}
	for most, want := range map[int]string{10: "1 0 4", 2: "1 0"} {
		all, err := s.Recent(t.Context(), now, now.Add(-12*time.Hour), most)
		var got []string
		for _, one := range all {
			got = append(got, one.Hash)
		}
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("Recent(most %d) = %v, %v; want %s", most, got, err, want)
		}
	}
}
