package graph

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

// TestBeginning: a write begins when the budget has let it pass, and once; one
// that cannot begin is not sent, and nor is one whose time is over.
func TestBeginning(t *testing.T) {
	sent := 0
	d := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			sent++
			w.WriteHeader(204)
			return
		}
		answerJSON(w, 200, aCard)
	})
	errNo := errors.New("no")
	for _, tt := range []struct {
		name    string
		turn    Turn
		held    bool
		want    error
		outcome Outcome
	}{
		{name: "begun", outcome: Done},
		{name: "cannot begin", turn: Turn{Begin: func() error { return errNo }}, want: errNo, outcome: NotSent},
		{name: "its time is over", turn: Turn{Until: time.Now().Add(20 * time.Millisecond)}, held: true, want: ErrLate, outcome: NotSent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sent = 0
			begun := 0
			if tt.turn.Begin == nil {
				tt.turn.Begin = func() error {
					if begun++; sent > 0 {
						t.Error("begun when it was sent already")
					}
					return nil
				}
			}
			c := client(t, d, func(cfg *Config) { cfg.Budget = NewBuckets() })
			if tt.held {
				c.budget.Hold(aTeam, time.Now().Add(time.Hour))
			}
			_, err := c.ClockOut(WithTurn(t.Context(), tt.turn), token, aTeam, aCardID, Action{})
			if OutcomeOf(err) != tt.outcome || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("ClockOut = %v, %v; want %v, %v", err, OutcomeOf(err), tt.want, tt.outcome)
			}
			if (sent == 1) != (tt.outcome == Done) || tt.outcome == Done && begun != 1 {
				t.Errorf("sent %d times, begun %d times", sent, begun)
			}
		})
	}
}

// TestEditIsOneReadAndOneWrite: what edit gives is what is written, and where
// it fails nothing is.
func TestEditIsOneReadAndOneWrite(t *testing.T) {
	var methods []string
	d := serve(t, func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		if r.Method != http.MethodGet {
			w.WriteHeader(204)
			return
		}
		answerJSON(w, 200, aCard)
	})
	c := client(t, d, func(cfg *Config) { cfg.Budget = NewBuckets() })
	if _, err := c.EditCard(t.Context(), token, aTeam, aCardID, func(was TimeCard) (TimeCard, error) { return was, nil }); err != nil {
		t.Fatal(err)
	}
	if len(methods) != 3 || methods[0] != "GET" || methods[1] != "PUT" || methods[2] != "GET" {
		t.Errorf("EditCard made %v, want GET, PUT, GET", methods)
	}
	methods = nil
	errNo := errors.New("no")
	_, err := c.EditCard(t.Context(), token, aTeam, aCardID, func(was TimeCard) (TimeCard, error) { return was, errNo })
	if !errors.Is(err, errNo) || len(methods) != 1 {
		t.Errorf("EditCard = %v after %v; want the error of edit, after one GET", err, methods)
	}
}
