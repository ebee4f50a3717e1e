package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrMissing says that PostgreSQL is not installed.
var ErrMissing = errors.New("these tests need PostgreSQL: install Debian's package postgresql, or put initdb and postgres on the PATH")

const (
	superuser   = "timeclock"
	startWithin = time.Minute
	stopWithin  = time.Minute
	longestPath = 90 // of the folder: a socket's path has 107 bytes at most
)

// Server is a running PostgreSQL server. Its methods may be called by several
// goroutines, but for Stop, Crash and Restart.
type Server struct {
	folder  string
	program string
	process *os.Process
	ended   chan error // what the process ended with, once
	made    atomic.Int64
}

// Start makes a server in a new temporary folder and starts it. The error wraps
// ErrMissing when its programs are not there. Stop must be called.
func Start(ctx context.Context) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(roomy(), "timeclock-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	s := &Server{folder: folder, program: filepath.Join(bin, "postgres")}
	if err := s.initialize(ctx, filepath.Join(bin, "initdb")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.Restart(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

// programs finds the folder of initdb and postgres: Debian's newest, which is
// not on the PATH, or one that is.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	slices.Reverse(found) // Glob sorts, and versions have two digits since 10
	if path, err := exec.LookPath("postgres"); err == nil {
		found = append(found, path)
	}
	for _, path := range found {
		bin := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(bin, "initdb")); err == nil {
			return bin, nil
		}
	}
	return "", ErrMissing
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) initialize(ctx context.Context, initdb string) error {
	if len(s.folder) > longestPath {
		return fmt.Errorf("%s is too long for a socket in it: set TMPDIR to a shorter folder", s.folder)
	}
	attributes, err := unprivileged(s.folder)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, initdb, "--pgdata", s.data(), "--username", superuser,
		"--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	cmd.Dir, cmd.SysProcAttr = s.folder, attributes
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// Restart starts the server that Crash has stopped, on what it had on disk, and
// waits until it takes connections.
func (s *Server) Restart(ctx context.Context) error {
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.program, "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "max_wal_size=128MB", "-c", "autovacuum=off")
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.folder, log, log
	if cmd.SysProcAttr, err = unprivileged(s.folder); err != nil {
		return err
	}
	if err := s.run(cmd); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := s.ready(ctx); err != nil {
		out, _ := os.ReadFile(s.log())
		return errors.Join(fmt.Errorf("start PostgreSQL: %w\n%s", err, out), s.end(syscall.SIGQUIT))
	}
	return nil
}

func (s *Server) log() string { return filepath.Join(s.folder, "log") }

// run starts cmd on a thread that lives as long as the process does: the
// process is told to end when the thread that started it does, which is how no
// server is left behind by tests that were killed.
func (s *Server) run(cmd *exec.Cmd) error {
	started := make(chan error)
	s.ended = make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			s.ended <- cmd.Wait()
		}
	}()
	err := <-started
	s.process = cmd.Process
	return err
}

// ready waits until the server takes connections.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case ended := <-s.ended:
			s.ended <- ended
			return fmt.Errorf("it ended: %v", ended)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Crash stops the server as a failure of its machine would: connections are
// cut, nothing is written out, and the next start recovers.
func (s *Server) Crash() error { return s.end(syscall.SIGQUIT) }

// Stop stops the server and removes its folder.
func (s *Server) Stop() error {
	return errors.Join(s.end(syscall.SIGINT), os.RemoveAll(s.folder))
}

// end signals the process, which may have ended, and waits for its end.
func (s *Server) end(signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	process := s.process
	s.process = nil
	select {
	case <-s.ended:
		return nil
	case <-time.After(stopWithin):
		return errors.Join(fmt.Errorf("PostgreSQL did not stop within %v of %v", stopWithin, signal), process.Kill())
	}
}

// url names a database over the socket in the folder.
func (s *Server) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: url.Values{"host": {s.folder}}.Encode()}
	return u.String()
}

// Create makes an empty database and gives its URL.
func (s *Server) Create(ctx context.Context) (string, error) {
	name := fmt.Sprintf("test%d", s.made.Add(1))
	if err := s.Exec(ctx, s.url("postgres"), "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return s.url(name), nil
}

// Drop removes a database that Create has made, whoever still uses it.
func (s *Server) Drop(ctx context.Context, database string) error {
	u, err := url.Parse(database)
	if err != nil {
		return err
	}
	return s.Exec(ctx, s.url("postgres"), "DROP DATABASE "+strings.TrimPrefix(u.Path, "/")+" WITH (FORCE)")
}

// Exec runs one statement on a connection of its own.
func (s *Server) Exec(ctx context.Context, database, statement string) error {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
