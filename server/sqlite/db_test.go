package sqlite

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

func open(t testing.TB, file string) *DB {
	t.Helper()
	db, err := Open(t.Context(), file)
	if err != nil {
		t.Fatalf("Open(%q): %v", file, err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}

func TestEveryConnectionHasThePragmas(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "a b?c%d#e.db"))
	for name, pool := range map[string]*sql.DB{"Write": db.Write, "Read": db.Read} {
		var conns []*sql.Conn
		for range pool.Stats().MaxOpenConnections {
			c, err := pool.Conn(t.Context())
			if err != nil {
				t.Fatalf("%s.Conn: %v", name, err)
			}
			defer c.Close()
			conns = append(conns, c)
		}
		for i, c := range conns {
			for _, p := range pragmas {
				var got string
				if err := c.QueryRowContext(t.Context(), "PRAGMA "+p.name).Scan(&got); err != nil || got != p.want {
					t.Errorf("%s connection %d: PRAGMA %s = %q, %v; want %q", name, i, p.name, got, err, p.want)
				}
			}
		}
	}
}

func TestReadRefusesChanges(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "db"))
	if _, err := db.Read.ExecContext(t.Context(), "CREATE TABLE x (y)"); err == nil {
		t.Error("Read.Exec(CREATE TABLE) succeeded, want an error")
	}
	if _, err := db.Write.ExecContext(t.Context(), "CREATE TABLE x (y)"); err != nil {
		t.Errorf("Write.Exec(CREATE TABLE): %v", err)
	}
}

func TestFileIsPrivate(t *testing.T) {
	dir := t.TempDir()
	open(t, filepath.Join(dir, "db"))
	files, err := filepath.Glob(filepath.Join(dir, "db*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files beside the open database = %v, %v; want the WAL too", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("mode of %s = %o, want 600", filepath.Base(f), got)
		}
	}
}

func TestOpenRefusesMemory(t *testing.T) {
	for _, file := range []string{"", ":memory:", "file::memory:"} {
		if db, err := Open(t.Context(), file); err == nil {
			db.Close()
			t.Errorf("Open(%q) succeeded, want an error", file)
		}
	}
}

func TestOpenTwiceAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			db, err := Open(context.WithoutCancel(t.Context()), file)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			if err := db.Ping(context.WithoutCancel(t.Context())); err != nil {
				t.Errorf("Ping: %v", err)
			}
			db.Close()
		})
	}
	wg.Wait()
}

func TestMigrate(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	one := fstest.MapFS{"migrations/0001_a.sql": file("CREATE TABLE a (x); CREATE TABLE a2 (x);")}
	two := fstest.MapFS{
		"migrations/0001_a.sql": one["migrations/0001_a.sql"],
		"migrations/0003_b.sql": file("ALTER TABLE a ADD COLUMN y;"),
	}
	broken := fstest.MapFS{
		"migrations/0001_a.sql": one["migrations/0001_a.sql"],
		"migrations/0002_b.sql": file("CREATE TABLE b (x); CREATE TABLE nonsense nonsense;"),
	}
	for _, tt := range []struct {
		name  string
		steps []fs.FS
		want  string // part of the error of the last step
		check string // a query that must then succeed
	}{
		{"an empty database gets all", []fs.FS{two}, "", "SELECT x, y FROM a"},
		{"again changes nothing", []fs.FS{two, two}, "", "SELECT x, y FROM a"},
		{"an old database gets the rest", []fs.FS{one, two}, "", "SELECT x, y FROM a"},
		{"a newer database is refused", []fs.FS{two, one}, "run the newer program", "SELECT x, y FROM a"},
		{"a broken migration leaves nothing of itself", []fs.FS{one, broken}, "0002_b.sql", "SELECT x FROM a WHERE NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'b')"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db, err := connect(filepath.Join(t.TempDir(), "db"))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for _, dir := range tt.steps {
				err = migrate(t.Context(), db.Write, dir)
			}
			if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("migrate: %v, want an error with %q", err, tt.want)
			}
			if _, err := db.Read.ExecContext(t.Context(), tt.check); err != nil {
				t.Errorf("afterwards %s: %v", tt.check, err)
			}
		})
	}
}

func TestOpenSaysWhyItRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	db := open(t, file)
	if _, err := db.Write.ExecContext(t.Context(), sqlInsertMigration, 9999, "9999_future.sql", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), file); err == nil || !strings.Contains(err.Error(), "schema version 9999") {
		t.Errorf("Open of a newer database: %v, want its schema version named", err)
	}
}
