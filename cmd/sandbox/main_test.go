package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is what the command prints, read while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

var address = regexp.MustCompile(`http://localhost:\d+`)

func TestTheCommandSaysWhereItIsAndEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out, log output
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"--listen", "127.0.0.1:0", "--tenant-listen", "127.0.0.1:0", "--dir", t.TempDir()}, &out, &log)
	}()
	url := ""
	for deadline := time.Now().Add(patience); url == ""; time.Sleep(20 * time.Millisecond) {
		if url = address.FindString(out.String()); time.Now().After(deadline) {
			t.Fatalf("it printed no address:\n%s%s", out.String(), log.String())
		}
	}
	for _, who := range []string{"Anna Lindqvist", "Ben Okafor", "Sara Virtanen", "Noor Haddad"} {
		if !strings.Contains(out.String(), who) {
			t.Errorf("it does not say that one can sign in as %s", who)
		}
	}
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("GET %s answered %s", url, answer.Status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("interrupted, it ended with %v", err)
	}
	if !strings.Contains(out.String(), "Stopped.") {
		t.Errorf("it ended without a word:\n%s", out.String())
	}
}

func TestATakenPortIsSaidInOneSentence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, flag := range []string{"--listen", "--tenant-listen"} {
		args := []string{"--listen", "127.0.0.1:0", "--tenant-listen", "127.0.0.1:0", "--dir", t.TempDir(), flag, l.Addr().String()}
		err := run(t.Context(), args, new(output), new(output))
		if err == nil || !strings.Contains(err.Error(), flag) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s taken: %v; want one sentence that names the flag", flag, err)
		}
	}
}
