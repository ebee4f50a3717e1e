package postgrestest_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"timeclock/server/postgres/postgrestest"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func TestDatabasesAreEmptyAndApart(t *testing.T) {
	one, other := postgrestest.Database(t), postgrestest.Database(t)
	for _, url := range []string{one, other} {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		if _, err := conn.Exec(t.Context(), "CREATE TABLE mine (x integer)"); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestCrashKeepsWhatWasCommitted(t *testing.T) {
	s, err := postgrestest.Start(t.Context())
	postgrestest.Available(t, err)
	defer func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}()
	url, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), url, "CREATE TABLE kept AS SELECT 1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Crash(); err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), url, "TABLE kept"); err == nil {
		t.Error("the server answers after Crash")
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), url, "TABLE kept"); err != nil {
		t.Error(err)
	}
}
