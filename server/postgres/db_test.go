package postgres

import (
	"context"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"timeclock/server/postgres/postgrestest"
)

// statement runs a statement as an administrator would, beside the product.
func statement(t *testing.T, url, query string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestEveryConnectionIsPrepared(t *testing.T) {
	url := postgrestest.Database(t)
	db, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	statement(t, url, "ALTER DATABASE "+db.pool.Config().ConnConfig.Database+" SET default_transaction_isolation = 'serializable'")
	if got := db.pool.Config().MaxConns; got != poolSize {
		t.Errorf("the pool has %d connections, want %d", got, poolSize)
	}
	var conns []*pgxpool.Conn
	for range poolSize {
		c, err := db.pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Release()
		conns = append(conns, c)
	}
	for setting, want := range map[string]string{
		"synchronous_commit":                  "on",
		"statement_timeout":                   "10s",
		"idle_in_transaction_session_timeout": "10s",
		"default_transaction_isolation":       "read committed",
		"application_name":                    "timeclock",
	} {
		for i, c := range conns {
			var got string
			if err := c.QueryRow(t.Context(), "SHOW "+setting).Scan(&got); err != nil || got != want {
				t.Errorf("connection %d: SHOW %s = %q, %v; want %q", i, setting, got, err, want)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before string // what an administrator does, to the database %s
		url    string // appended to the database's
		want   []string
		unseen bool // by Inspect, which makes no tables
	}{
		{"commits that are not durable", "ALTER DATABASE %s SET synchronous_commit = off", "", []string{"synchronous_commit is off", "set it to on"}, false},
		{"a database that can only be read", "ALTER DATABASE %s SET default_transaction_read_only = on", "", []string{"can only be read"}, false},
		{"a newer schema", sqlCreateSchema + "; INSERT INTO schema_migrations VALUES (9999, 'future', 0)", "",
			[]string{"schema version 9999", "run the newer program"}, false},
		{"a role that may not make tables", "CREATE ROLE reader LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC", "&user=reader",
			[]string{"grant its role CREATE"}, true},
		{"a database that is not there", "", "&dbname=nowhere", []string{"nowhere"}, false},
		{"an address nobody listens on, without the password", "", "&host=127.0.0.1&port=1&password=hushhush", []string{"127.0.0.1:1"}, false},
		{"what cannot be read, without the password", "", "&password=hushhush&connect_timeout=soon", []string{"connect_timeout"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url := postgrestest.Database(t)
			config, err := pgx.ParseConfig(url)
			if err != nil {
				t.Fatal(err)
			}
			if tt.before != "" {
				statement(t, url, strings.ReplaceAll(tt.before, "%s", config.Database))
			}
			db, err := Open(t.Context(), url+tt.url)
			if err == nil {
				db.Close()
				t.Fatal("Open succeeded, want an error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Open: %v\nwant it to say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hushhush") {
				t.Errorf("Open: %v\nrepeats the password", err)
			}
			state, err := Inspect(t.Context(), url+tt.url)
			if seen := err != nil || state.Have > state.Know; seen == tt.unseen {
				t.Errorf("Inspect = %+v, %v; want what Open refuses seen: %v", state, err, !tt.unseen)
			}
			if err != nil && strings.Contains(err.Error(), "hushhush") {
				t.Errorf("Inspect: %v\nrepeats the password", err)
			}
		})
	}
}

func TestInspectChangesNothing(t *testing.T) {
	url := postgrestest.Database(t)
	know := 0
	for _, want := range []int{0, 0} {
		state, err := Inspect(t.Context(), url)
		if err != nil || state.Have != want || state.Know == 0 {
			t.Errorf("Inspect of an empty database = %+v, %v; want no version", state, err)
		}
		know = state.Know
	}
	db, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if state, err := Inspect(t.Context(), url); err != nil || state.Have != know || state.Know != know {
		t.Errorf("Inspect of an open database = %+v, %v; want version %d", state, err, know)
	}
}

func TestOpenRefusesAnEncodingWithoutAllNames(t *testing.T) {
	url := postgrestest.Database(t)
	statement(t, url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
	defer statement(t, url, "DROP DATABASE latin WITH (FORCE)")
	db, err := Open(t.Context(), url+"&dbname=latin")
	if err == nil {
		db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "encoding is LATIN1") {
		t.Errorf("Open: %v, want the encoding named", err)
	}
}

func TestPingSeesThatNothingCanBeWritten(t *testing.T) {
	db, err := Open(t.Context(), postgrestest.Database(t)+"&pool_max_conns=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	if _, err := db.exec(t.Context(), "SET default_transaction_read_only = on"); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "can only be read") {
		t.Errorf("Ping of a database that can only be read: %v", err)
	}
}

func TestReplicasOpenAtOnce(t *testing.T) {
	url := postgrestest.Database(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			ctx := context.WithoutCancel(t.Context())
			db, err := Open(ctx, url)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer db.Close()
			if err := db.Ping(ctx); err != nil {
				t.Errorf("Ping: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestMigrate(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	one := fstest.MapFS{"migrations/0001_a.sql": file("CREATE TABLE a (x integer); CREATE TABLE a2 (x integer);")}
	two := fstest.MapFS{
		"migrations/0001_a.sql": one["migrations/0001_a.sql"],
		"migrations/0003_b.sql": file("ALTER TABLE a ADD COLUMN y integer;"),
	}
	broken := fstest.MapFS{
		"migrations/0001_a.sql": one["migrations/0001_a.sql"],
		"migrations/0002_b.sql": file("CREATE TABLE b (x integer);"),
		"migrations/0003_c.sql": file("CREATE TABLE nonsense nonsense;"),
	}
	for _, tt := range []struct {
		name  string
		steps []fs.FS
		want  string // part of the error of the last step
		check string // a query that must then give a row
	}{
		{"an empty database gets all", []fs.FS{two}, "", "SELECT FROM (SELECT max(version) AS v, sum(1) AS n FROM schema_migrations) AS s, (SELECT count(y) FROM a) AS y WHERE v = 3 AND n = 2"},
		{"again changes nothing", []fs.FS{two, two}, "", "SELECT FROM (SELECT count(*) AS n FROM schema_migrations) AS s WHERE n = 2"},
		{"an old database gets the rest", []fs.FS{one, two}, "", "SELECT count(y) FROM a"},
		{"a newer database is refused", []fs.FS{two, one}, "run the newer program", "SELECT count(y) FROM a"},
		{"a broken migration leaves nothing of what came with it", []fs.FS{one, broken}, "0003_c.sql",
			"SELECT WHERE to_regclass('b') IS NULL AND NOT EXISTS (SELECT FROM schema_migrations WHERE version > 1)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pool, err := pgxpool.New(t.Context(), postgrestest.Database(t))
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			db := &DB{pool}
			for _, dir := range tt.steps {
				err = db.migrate(t.Context(), dir)
			}
			if (tt.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("migrate: %v, want an error with %q", err, tt.want)
			}
			if n, err := db.exec(t.Context(), tt.check); err != nil || n != 1 {
				t.Errorf("afterwards %s gives %d rows, %v; want 1", tt.check, n, err)
			}
		})
	}
}
