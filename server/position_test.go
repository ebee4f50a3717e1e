package server_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox"
)

// TestNoPositionIsKept presses at a place and away from it, and then looks for
// where that was in everything that the server has written, said to Graph and
// answered.
func TestNoPositionIsKept(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	t.Setenv("TIMECLOCK_RECORD_GRAPH", t.TempDir())
	s := tenantFor(t, l, os.Getenv("TIMECLOCK_RECORD_GRAPH"))
	t.Cleanup(func() { s.box.Close(t.Context()) })
	var log leak
	out := &leak{next: http.DefaultTransport}
	metrics := s.serveLoud(l, &log, s.box.GraphURL)
	b := s.signIn(sandbox.Anna)
	b.http.Transport = out

	here := map[string]any{"latitude": 59.325437, "longitude": 18.071293, "accuracy": 17.653}
	away := map[string]any{"latitude": 58.912763, "longitude": 17.948251, "accuracy": 17.653}
	in := b.press(sandbox.HarbourCafe, clock.ClockIn, 0, map[string]any{"position": here})
	end := b.press(sandbox.HarbourCafe, clock.ClockOut, 0, map[string]any{"position": away})
	if in.Approved == nil || !*in.Approved || end.Approved == nil || *end.Approved {
		t.Fatalf("clocked in at the location: %v, out: %v; want yes, no", in.Approved, end.Approved)
	}
	broken := map[string]any{"position": here, "kind": "toggle"} // refused: what is said of it?
	b.call(http.MethodPost, wire.PathPunches, broken, new(wire.Receipt))
	b.call(http.MethodPost, wire.PathPunches, map[string]any{"position": fmt.Sprint(here)}, new(wire.Receipt))
	b.call(http.MethodGet, wire.PathClock, nil, new(wire.Clock))

	looked := map[string]string{"an answer": out.String(), "the log": log.String(), "the metrics": fetched(t, "http://"+metrics+"/metrics")}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(t.TempDir()), "*", "timeclock.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the database is in %q, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "-shm") && len(content) > 0 {
			looked["the database "+filepath.Base(file)] = string(content)
		}
	}
	var graph bytes.Buffer
	for _, x := range s.said() {
		fmt.Fprintf(&graph, "%s %s?%s %v %s\n", x.Method, x.Path, x.Query, x.Header, x.Body)
	}
	looked["what Graph was told"] = graph.String()
	if !strings.Contains(graph.String(), `"isAtApprovedLocation":true`) || !strings.Contains(graph.String(), `"isAtApprovedLocation":false`) {
		t.Errorf("Graph was not told where: %s", graph.String())
	}
	for name, text := range looked {
		if len(text) < 50 {
			t.Errorf("%s has only %d bytes; was it looked at?", name, len(text))
		}
		for _, digits := range []string{"325437", "071293", "912763", "948251", "17.653", "59.3254", "58.9127"} {
			if strings.Contains(text, digits) {
				t.Errorf("%s is in %s", digits, name)
			}
		}
	}
}

func fetched(t *testing.T, address string) string {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
