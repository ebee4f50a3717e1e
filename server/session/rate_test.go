package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/server/session"
)

func TestRates(t *testing.T) {
	now := time.Now()
	r := session.NewRates(time.Second, 3)
	for i := range 3 {
		if _, ok := r.Take("a", now); !ok {
			t.Errorf("the %dth of a burst of 3 is refused", i+1)
		}
	}
	if wait, ok := r.Take("a", now); ok || wait <= 0 || wait > time.Second {
		t.Errorf("the 4th = %v, %v; want a wait of at most a second", wait, ok)
	}
	if _, ok := r.Take("b", now); !ok {
		t.Error("another key is refused")
	}
	if _, ok := r.Take("a", now.Add(time.Second)); !ok {
		t.Error("a second later it is refused")
	}
	if _, ok := r.Take("a", now.Add(-time.Hour)); !ok {
		t.Error("after the clock was set back it is refused")
	}
}

// TestRatesForgetNobodyWhoIsWaiting: whoever floods the table gains nothing.
func TestRatesForgetNobodyWhoIsWaiting(t *testing.T) {
	now := time.Now()
	r := session.NewRates(time.Hour, 1)
	r.Take("greedy", now)
	for i := range 10_000 {
		r.Take(fmt.Sprint(i), now)
	}
	if _, ok := r.Take("greedy", now); ok {
		t.Error("a flood of others let it through")
	}
	later := now.Add(2 * time.Hour)
	for i := range 10_001 {
		r.Take(fmt.Sprint("next ", i), later)
	}
	if n := r.Len(); n > 15_000 {
		t.Errorf("%d keys are kept, want those of two hours ago gone", n)
	}
}

// busy gives the problem of a request that was too much, or nil.
func busy(err error) *wire.Problem {
	var p *wire.Problem
	if errors.As(err, &p) && p.Code == wire.CodeBusy {
		return p
	}
	return nil
}

func TestASessionIsBounded(t *testing.T) {
	r := newRig(t, nil)
	_, greedy := r.start(t, anna, time.Hour)
	_, other := r.start(t, anna, time.Hour)
	var p *wire.Problem
	n := 0
	for ; n < 1000 && p == nil; n++ {
		_, err := load(r.Manager, greedy)
		if p = busy(err); err != nil && p == nil {
			t.Fatal(err)
		}
	}
	if p == nil || n < 100 || p.RetryAfter != 1 {
		t.Fatalf("after %d requests: %+v, want busy for a second, and not before 100", n, p)
	}
	if _, err := load(r.Manager, other); err != nil {
		t.Errorf("another session of the person: %v", err)
	}
	r.pass(time.Second)
	if _, err := load(r.Manager, greedy); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestAPersonIsBounded(t *testing.T) {
	r := newRig(t, nil)
	n := 0
	for range 5 { // a new session gives no new allowance
		_, cookie := r.start(t, anna, time.Hour)
		for range 150 {
			if _, err := load(r.Manager, cookie); busy(err) == nil {
				n++
			}
		}
	}
	if n > 450 {
		t.Errorf("one person with five sessions got %d requests through at once", n)
	}
	_, ben := r.start(t, session.Person{Tenant: "t1", Object: "ben"}, time.Hour)
	if _, err := load(r.Manager, ben); err != nil {
		t.Errorf("another person: %v", err)
	}
}

// TestAFactoryAtEight: 5,000 people come from one address within a moment, each
// with what opening the clock and pressing takes, and nobody is refused.
func TestAFactoryAtEight(t *testing.T) {
	const people, calls = 5000, 5
	r := newRig(t, func(c *session.Config) { c.Sessions = everybody{c.Sessions, c.Now} })
	codec := ring(t, key1).Codecs(time.Hour)[0]
	cookies := make([]*http.Cookie, people)
	for i := range cookies {
		value, err := codec.Encode(session.CookieName, fmt.Appendf(nil, "%043d", i))
		if err != nil {
			t.Fatal(err)
		}
		cookies[i] = &http.Cookie{Name: session.CookieName, Value: value}
	}
	began, refused := time.Now(), 0
	for range calls {
		for _, c := range cookies {
			if _, err := load(r.Manager, c); err != nil {
				refused++
			}
		}
	}
	t.Logf("%d requests of %d people in %v", people*calls, people, time.Since(began))
	if refused > 0 {
		t.Errorf("%d of %d requests were refused", refused, people*calls)
	}
}

// everybody has a session for each id that is asked for, of a person of its own.
type everybody struct {
	session.Store
	now func() time.Time
}

func (e everybody) Find(_ context.Context, hash string) (session.Session, bool, error) {
	return session.Session{
		Hash: hash, Person: session.Person{Tenant: "t1", Object: hash}, Seen: e.now(), Expires: e.now().Add(time.Hour),
	}, true, nil
}
