package sqlite

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timeclock/app/clock"
)

// serveFile tells this binary to serve a database until it is killed.
const serveFile = "TIMECLOCK_TEST_SERVE_FILE"

// TestMain lets this binary be another process that serves a database, and has
// claimed anna's presses.
func TestMain(m *testing.M) {
	file := os.Getenv(serveFile)
	if file == "" {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	db, err := OpenAlone(ctx, file)
	if err == nil {
		now := clock.At(time.Now())
		_, err = Journal{db}.Claim(ctx, "anna", "the other", now, now.Add(clock.Hour))
	}
	if err != nil {
		os.Stdout.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	os.Stdout.WriteString("serving\n")
	_, _ = io.Copy(io.Discard, os.Stdin) // ends with the test at the latest
}

// another starts a process that serves the database, and gives its first line.
func another(t *testing.T, file string) (process *os.Process, said string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), serveFile+"="+file)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = c.Wait() // it may have been killed
	})
	said, _ = bufio.NewReader(stdout).ReadString('\n')
	return c.Process, strings.TrimSpace(said)
}

// TestADeadProcessLeavesNothingBehind kills a process that has claimed
// somebody's presses for an hour.
func TestADeadProcessLeavesNothingBehind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	process, said := another(t, file)
	if said != "serving" {
		t.Fatalf("the first process said %q", said)
	}
	if _, err := OpenAlone(t.Context(), file); !errors.Is(err, ErrServed) {
		t.Fatalf("OpenAlone beside another process: %v, want ErrServed", err)
	}
	open(t, file) // beside it, as doctor does
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := process.Wait(); err != nil {
		t.Fatal(err)
	}
	db, err := OpenAlone(t.Context(), file)
	if err != nil {
		t.Fatalf("OpenAlone after the other was killed: %v", err)
	}
	defer db.Close()
	now := clock.At(time.Now())
	if held, err := (Journal{db}).Claim(t.Context(), "anna", "me", now, now.Add(clock.Second)); !held || err != nil {
		t.Errorf("Claim after the other was killed = %v, %v; want it held", held, err)
	}
	if _, said := another(t, file); !strings.Contains(said, ErrServed.Error()) {
		t.Errorf("another process said %q, want %q", said, ErrServed)
	}
}

func TestOpenAloneFreesTheFileWhenItIsClosed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	for range 2 {
		db, err := OpenAlone(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := OpenAlone(t.Context(), file); !errors.Is(err, ErrServed) {
			again.Close()
			t.Errorf("OpenAlone twice: %v, want ErrServed", err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file+"2", []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // not served, though it could not be opened
		if _, err := OpenAlone(t.Context(), file+"2"); err == nil || errors.Is(err, ErrServed) {
			t.Errorf("OpenAlone of a text: %v, want that it is no database", err)
		}
	}
}
