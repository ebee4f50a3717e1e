package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"

	_ "modernc.org/sqlite"
)

// outcome is what a program that has ended left behind.
type outcome struct {
	stdout, stderr string
	status         int
}

func (p *player) command(args []string) *exec.Cmd {
	program, err := os.Executable()
	if err != nil {
		p.fatalf("%v", err)
	}
	c := exec.Command(program, args...)
	c.Dir, c.Env = p.vars["WORK"], p.env
	return c
}

// run runs the program until it ends.
func (p *player) run(args []string) outcome {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	c := p.command(args)
	c.Stdout, c.Stderr = &stdout, &stderr
	live := p.start(&process{}, c)
	ctx, cancel := within(p.t)
	defer cancel()
	select {
	case <-live.ended:
	case <-ctx.Done():
		live.kill()
		p.fatalf("%v does not end; it printed\n%s%s", args, stdout.String(), stderr.String())
	}
	return outcome{stdout.String(), stderr.String(), c.ProcessState.ExitCode()}
}

// process is a program that runs.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has

	mu     sync.Mutex
	output bytes.Buffer
}

// start starts c and waits for its end beside whatever else is done.
func (p *player) start(live *process, c *exec.Cmd) *process {
	p.t.Helper()
	if err := c.Start(); err != nil {
		p.fatalf("%v", err)
	}
	live.cmd, live.ended = c, make(chan struct{})
	go func() {
		_ = c.Wait() // its status is in ProcessState
		close(live.ended)
	}()
	return live
}

// Write takes what the program prints.
func (l *process) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.output.Write(b)
}

func (l *process) printed() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.output.Bytes())
}

func (l *process) kill() {
	_ = l.cmd.Process.Kill() // it may have ended
	<-l.ended
}

// serve starts the server and waits until it says where it listens.
func (p *player) serve(_ bool, args []string) {
	p.t.Helper()
	if p.live != nil {
		p.fatalf("a server runs already")
	}
	live, c := &process{}, p.command(append([]string{"serve"}, args...))
	c.Stdout, c.Stderr = live, live
	p.live = p.start(live, c)
	heard := soon(live.printed, func(b []byte) bool {
		p.vars["ADDR"] = listening(b)
		return p.vars["ADDR"] != "" || live.over()
	})
	if !heard || p.vars["ADDR"] == "" {
		p.fatalf("the server does not listen; it printed\n%s", live.printed())
	}
}

func (l *process) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// listening finds the address in the log; "" when it is not there yet.
func listening(log []byte) string {
	for line := range bytes.Lines(log) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal(line, &entry) == nil && entry.Msg == "listening" {
			return entry.Address
		}
	}
	return ""
}

// stop asks the server to end, as a service manager does.
func (p *player) stop(bool, []string) {
	p.t.Helper()
	live := p.live
	if live == nil {
		p.fatalf("no server runs")
	}
	if err := live.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.fatalf("%v", err)
	}
	ctx, cancel := within(p.t)
	defer cancel()
	select {
	case <-live.ended:
	case <-ctx.Done():
		p.fatalf("the server does not stop; it printed\n%s", live.printed())
	}
	p.live = nil
	p.last = outcome{stderr: string(live.printed()), status: live.cmd.ProcessState.ExitCode()}
}

func (p *player) logged(_ bool, args []string) {
	p.t.Helper()
	re := regexp.MustCompile(args[0])
	if !soon(p.live.printed, re.Match) {
		p.fatalf("%s is not logged:\n%s", args[0], p.live.printed())
	}
}

// hold takes a port until the script ends.
func (p *player) hold(bool, []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.fatalf("%v", err)
	}
	p.t.Cleanup(func() { l.Close() })
	p.vars["HELD"] = l.Addr().String()
}

func (p *player) sql(_ bool, args []string) {
	db, err := sql.Open("sqlite", filepath.Join(p.vars["WORK"], args[0]))
	if err == nil {
		_, err = db.Exec(args[1])
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		p.fatalf("%v", err)
	}
}
