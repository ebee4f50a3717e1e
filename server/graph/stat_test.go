package graph_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"timeclock/server/graph"
)

// slowly lets calls pass late, or never.
type slowly struct{ fail error }

func (s slowly) Wait(context.Context, graph.Ask) error {
	time.Sleep(5 * time.Millisecond)
	return s.fail
}
func (slowly) Hold(string, time.Time) {}

// observed gives a client that tells what it does, one step at a time.
func observed(t *testing.T, root string, budget error, tell func(graph.CallStat)) *graph.Client {
	t.Helper()
	c, err := graph.New(graph.Config{
		Root: root, Budget: slowly{budget}, Timeout: 200 * time.Millisecond, Rand: func() float64 { return 0 }, Observe: tell,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestObserve holds what is told of a call, by how Graph answers it.
func TestObserve(t *testing.T) {
	var status atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := int(status.Load())
		switch answer {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			io.Copy(io.Discard, r.Body) // only then it is noticed that nobody waits
			<-r.Context().Done()
			return
		}
		w.WriteHeader(answer)
		fmt.Fprintf(w, `{"id":"TCK_1","value":[]}`)
	}))
	t.Cleanup(server.Close)
	read := func(ctx context.Context, c *graph.Client) error {
		_, err := c.Card(ctx, as(worker), team, "TCK_1")
		return err
	}
	clockIn := func(ctx context.Context, c *graph.Client) error {
		_, err := c.ClockIn(ctx, as(worker), team, graph.Action{})
		return err
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx    context.Context
		call   func(context.Context, *graph.Client) error
		status int
		budget error
		want   []string
	}{
		"answered":    {t.Context(), read, 200, nil, []string{"get read passed ok", "get read sent ok"}},
		"a write":     {t.Context(), clockIn, 201, nil, []string{"clockIn write passed ok", "clockIn write sent ok"}},
		"throttled":   {t.Context(), clockIn, 429, nil, []string{"clockIn write passed ok", "clockIn write sent throttled"}},
		"refused":     {t.Context(), clockIn, 403, nil, []string{"clockIn write passed ok", "clockIn write sent refused"}},
		"failed":      {t.Context(), clockIn, 503, nil, []string{"clockIn write passed ok", "clockIn write sent failed"}},
		"late":        {t.Context(), clockIn, 504, nil, []string{"clockIn write passed ok", "clockIn write sent timeout"}},
		"never":       {t.Context(), clockIn, 1, nil, []string{"clockIn write passed ok", "clockIn write sent timeout"}},
		"unreachable": {t.Context(), clockIn, 0, nil, []string{"clockIn write passed ok", "clockIn write sent unreachable"}},
		"held":        {t.Context(), clockIn, 201, context.DeadlineExceeded, []string{"clockIn write held held"}},
		"abandoned":   {t.Context(), clockIn, 201, cancelled.Err(), []string{"clockIn write held abandoned"}},
		"read thrice": {t.Context(), read, 503, nil, slices.Repeat([]string{"get read passed ok", "get read sent failed"}, 3)},
	} {
		status.Store(int64(test.status))
		var got []string
		c := observed(t, server.URL, test.budget, func(s graph.CallStat) {
			step := map[bool]string{true: "sent", false: "passed"}[s.Sent]
			if !s.Sent && s.Err != nil {
				step = "held"
			}
			got = append(got, fmt.Sprint(s.Op, " ", s.Class, " ", step, " ", s.Outcome()))
			if !s.Sent && s.Took < 5*time.Millisecond {
				t.Errorf("%s: told of %v of waiting, want 5 ms", name, s.Took)
			}
		})
		if err := test.call(test.ctx, c); (err == nil) != (test.status == 200 || test.status == 201) && test.budget == nil {
			t.Errorf("%s: the call ended with %v", name, err)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: told of %q, want %q", name, got, test.want)
		}
	}
}
