package graph_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
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

// TestObserve holds what is told of a call, by how Graph answers it.
func TestObserve(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch status {
		case 0:
			panic(http.ErrAbortHandler)
		case 1:
			io.Copy(io.Discard, r.Body) // only then it is noticed that nobody waits
			<-r.Context().Done()
			return
		}
		w.WriteHeader(status)
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
		status = test.status
		var mu sync.Mutex
		var got []string
		c, err := graph.New(graph.Config{
			Root: server.URL, Budget: slowly{test.budget}, Timeout: 200 * time.Millisecond, Rand: func() float64 { return 0 },
			Observe: func(s graph.CallStat) {
				mu.Lock()
				defer mu.Unlock()
				step := "passed"
				if s.Sent {
					step = "sent"
				} else if s.Err != nil {
					step = "held"
				}
				got = append(got, fmt.Sprint(s.Op, " ", s.Class, " ", step, " ", s.Outcome()))
				if e := (*graph.Error)(nil); s.Err != nil && !errors.As(s.Err, &e) {
					t.Errorf("%s: the error is %T", name, s.Err)
				}
				if !s.Sent && s.Took < 5*time.Millisecond {
					t.Errorf("%s: told of %v of waiting, want 5 ms", name, s.Took)
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := test.call(test.ctx, c); (err == nil) != (test.status == 200 || test.status == 201) && test.budget == nil {
			t.Errorf("%s: the call ended with %v", name, err)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: told of %q, want %q", name, got, test.want)
		}
	}
}
