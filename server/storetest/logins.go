package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"timeclock/server/auth"
)

// Logins is what every auth.Transactions must pass. open gives an empty one,
// and again the same one as another process would see it.
func Logins(t *testing.T, open func(t *testing.T) (first auth.Transactions, reopen func() auth.Transactions)) {
	first := func(t *testing.T) auth.Transactions {
		l, _ := open(t)
		return l
	}
	t.Run("a transaction is taken once, by its browser, in time", func(t *testing.T) { loginTaken(t, first(t)) })
	t.Run("a browser keeps its newest", func(t *testing.T) { loginsKept(t, first(t)) })
	t.Run("the outcome is told to the same browser", func(t *testing.T) { loginOutcome(t, first(t)) })
	t.Run("a notice is heeded once", func(t *testing.T) {
		l, reopen := open(t)
		noticesOnce(t, l, reopen())
	})
	t.Run("of many at once one takes it", func(t *testing.T) {
		l, reopen := open(t)
		loginRaced(t, l, reopen())
	})
	t.Run("of many begun at once a browser keeps its newest", func(t *testing.T) {
		l, reopen := open(t)
		loginsBegun(t, l, reopen())
	})
}

func beginLogin(t *testing.T, l auth.Transactions, state, browser string, at time.Duration) {
	t.Helper()
	created := begun.Add(at)
	err := l.Begin(t.Context(), auth.Transaction{
		State: state, Browser: browser, Sealed: []byte("sealed " + state),
		Created: created, Expires: created.Add(15 * time.Minute),
	}, 5)
	if err != nil {
		t.Errorf("Begin(%s): %v", state, err)
	}
}

func wantTake(t *testing.T, l auth.Transactions, state, browser string, at time.Duration, want bool) {
	t.Helper()
	sealed, ok, err := l.Take(t.Context(), state, browser, begun.Add(at))
	if err != nil || ok != want || ok && string(sealed) != "sealed "+state {
		t.Errorf("Take(%s, %s, after %v) = %q, %v, %v; want %v", state, browser, at, sealed, ok, err, want)
	}
}

func loginTaken(t *testing.T, l auth.Transactions) {
	beginLogin(t, l, "s1", "b1", 0)
	beginLogin(t, l, "s2", "b1", 0)
	wantTake(t, l, "s1", "b2", 0, false)
	wantTake(t, l, "unknown", "b1", 0, false)
	wantTake(t, l, "s1", "b1", 15*time.Minute, false)
	wantTake(t, l, "s1", "b1", 14*time.Minute, true)
	wantTake(t, l, "s1", "b1", 14*time.Minute, false)
	wantTake(t, l, "s2", "b1", 0, true)
	beginLogin(t, l, "s3", "b1", 0)
	beginLogin(t, l, "s4", "b2", 15*time.Minute)
	wantTake(t, l, "s3", "b1", 0, false) // forgotten when it had expired
}

func loginsKept(t *testing.T, l auth.Transactions) {
	beginLogin(t, l, "other", "b2", 0)
	for i := range 7 {
		beginLogin(t, l, fmt.Sprint("s", i), "b1", time.Duration(i/2)*time.Second)
	}
	for i := range 7 {
		wantTake(t, l, fmt.Sprint("s", i), "b1", time.Minute, i >= 2)
	}
	wantTake(t, l, "other", "b2", time.Minute, true)
}

func loginOutcome(t *testing.T, l auth.Transactions) {
	beginLogin(t, l, "s1", "b1", 0)
	if err := l.Finish(t.Context(), "s1", "h1"); err == nil {
		t.Error("Finish of a transaction that was never used succeeded")
	}
	wantTake(t, l, "s1", "b1", 0, true)
	if err := l.Finish(t.Context(), "s1", "h1"); err != nil {
		t.Errorf("Finish: %v", err)
	}
	for _, tt := range []struct{ state, browser, want string }{
		{"s1", "b1", "h1"}, {"s1", "b2", ""}, {"unknown", "b1", ""},
	} {
		if got, err := l.Outcome(t.Context(), tt.state, tt.browser); err != nil || got != tt.want {
			t.Errorf("Outcome(%s, %s) = %q, %v; want %q", tt.state, tt.browser, got, err, tt.want)
		}
	}
}

func loginRaced(t *testing.T, replicas ...auth.Transactions) {
	ctx := context.WithoutCancel(t.Context())
	beginLogin(t, replicas[0], "s1", "b1", 0)
	once(t, "Take", func(l auth.Transactions, _ int) (bool, error) {
		sealed, ok, err := l.Take(ctx, "s1", "b1", begun)
		if ok && string(sealed) != "sealed s1" {
			t.Errorf("Take = %q, want what was sealed", sealed)
		}
		return ok, err
	}, replicas...)
}

// loginsBegun lets many begin for one browser while others, of other browsers,
// drop what has expired.
func loginsBegun(t *testing.T, replicas ...auth.Transactions) {
	for i := range 10 {
		beginLogin(t, replicas[0], fmt.Sprint("expired", i), "b0", -time.Hour)
	}
	const racers = 16
	var wg sync.WaitGroup
	for i := range racers {
		l := replicas[i%len(replicas)]
		wg.Go(func() { beginLogin(t, l, fmt.Sprint("s", i), "b1", 0) })
		wg.Go(func() { beginLogin(t, l, fmt.Sprint("other", i), fmt.Sprint("b", i+2), 0) })
	}
	wg.Wait()
	kept := 0
	for i := range racers {
		_, ok, err := replicas[1].Take(t.Context(), fmt.Sprint("s", i), "b1", begun)
		if err != nil {
			t.Errorf("Take: %v", err)
		}
		if ok {
			kept++
		}
	}
	if kept != 5 {
		t.Errorf("of %d begun at once the browser has %d, want 5", racers, kept)
	}
}

func noticesOnce(t *testing.T, replicas ...auth.Transactions) {
	ctx := context.WithoutCancel(t.Context())
	once(t, "Once", func(l auth.Transactions, _ int) (bool, error) {
		return l.Once(ctx, "n1", begun, begun.Add(time.Minute))
	}, replicas...)
	for _, tt := range []struct {
		id   string
		at   time.Duration
		want bool
	}{{"n2", 0, true}, {"n1", 59 * time.Second, false}, {"n2", 59 * time.Second, false}, {"n1", time.Minute, true}} {
		got, err := replicas[1].Once(ctx, tt.id, begun.Add(tt.at), begun.Add(tt.at+time.Minute))
		if err != nil || got != tt.want {
			t.Errorf("Once(%s, after %v) = %v, %v; want %v", tt.id, tt.at, got, err, tt.want)
		}
	}
}
