package storetest

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"timeclock/server/session"
)

// SessionStores is what one database offers for sessions.
type SessionStores struct {
	Sessions session.Store
	People   session.People
	Tokens   session.TokenStore
	Grants   session.Grants
}

// Sessions is what every store of sessions must pass. open gives an empty one,
// and again the same one as a process started later would see it.
func Sessions(t *testing.T, open func(t *testing.T) (first SessionStores, reopen func() SessionStores)) {
	first := func(t *testing.T) SessionStores {
		s, _ := open(t)
		return s
	}
	t.Run("create keeps every field across a restart", func(t *testing.T) {
		s, reopen := open(t)
		want := signedIn("h1", "anna")
		createSession(t, s, want, "sealed")
		s = reopen()
		if got, ok, err := s.Sessions.Find(t.Context(), "h1"); err != nil || !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("Find(h1) = %+v, %v, %v; want %+v", got, ok, err, want)
		}
		sealed, ok, err := s.Tokens.Tokens(t.Context(), "h1")
		if err != nil || !ok || sealed.Version != 1 || string(sealed.Blob) != "sealed" || !sealed.Expires.Equal(want.Expires) {
			t.Errorf("Tokens(h1) = %+v, %v, %v; want version 1 of %q until %v", sealed, ok, err, "sealed", want.Expires)
		}
	})
	t.Run("a hash that exists is refused and nothing happens", func(t *testing.T) { sessionTaken(t, first(t)) })
	t.Run("create ends the sessions it replaces", func(t *testing.T) { sessionReplaced(t, first(t)) })
	t.Run("delete takes the tokens along", func(t *testing.T) { sessionDeleted(t, first(t)) })
	t.Run("touch moves a live session forward only", func(t *testing.T) { sessionTouched(t, first(t)) })
	t.Run("expire removes what is over and no more", func(t *testing.T) { sessionsExpire(t, first(t)) })
	t.Run("the sessions of a person, seen last first", func(t *testing.T) { sessionsOf(t, first(t)) })
	t.Run("the sessions a provider's name stands for", func(t *testing.T) { sessionsUnder(t, first(t)) })
	t.Run("a parted session keeps its tokens for a while", func(t *testing.T) { sessionParted(t, first(t)) })
	t.Run("swap succeeds for the version it names", func(t *testing.T) { tokensSwapped(t, first(t)) })
	t.Run("a lease is had by one until it ends", func(t *testing.T) { tokensLeased(t, first(t)) })
	t.Run("of many at once one gets the lease", func(t *testing.T) {
		s, reopen := open(t)
		tokensRaced(t, s, reopen())
	})
	t.Run("of many at once one swaps", func(t *testing.T) {
		s, reopen := open(t)
		tokensContested(t, s, reopen())
	})
	t.Run("many replace and end each other's", func(t *testing.T) {
		s, reopen := open(t)
		sessionsStirred(t, s, reopen())
	})
}

var begun = time.Date(2026, 3, 28, 6, 0, 0, int(123*time.Millisecond), time.UTC)

func signedIn(hash, object string) session.Session {
	return session.Session{
		Hash:    hash,
		Person:  session.Person{Tenant: "t1", Object: object, Name: "Ännä O'Neill"},
		Created: begun, Seen: begun.Add(time.Minute), Expires: begun.Add(100 * time.Hour),
		Issuer: "https://issuer.example", Sid: "sid " + hash, Subject: "sub " + object, Roles: []string{"Supervisor", "a,b"},
		Device: session.Device{Browser: "edge", System: "windows", Form: "computer"},
	}
}

func createSession(t *testing.T, s SessionStores, n session.Session, sealed string, replaces ...string) {
	t.Helper()
	if err := s.Sessions.Create(t.Context(), n, []byte(sealed), replaces...); err != nil {
		t.Fatalf("Create(%s): %v", n.Hash, err)
	}
}

// wantSessions fails unless exactly the named ones of all are stored, with
// their tokens.
func wantSessions(t *testing.T, s SessionStores, all []string, want ...string) {
	t.Helper()
	for _, hash := range all {
		_, found, err := s.Sessions.Find(t.Context(), hash)
		if err != nil || found != slices.Contains(want, hash) {
			t.Errorf("Find(%s) = %v, %v; want %v", hash, found, err, !found)
		}
		_, found, err = s.Tokens.Tokens(t.Context(), hash)
		if err != nil || found != slices.Contains(want, hash) {
			t.Errorf("Tokens(%s) = %v, %v; want %v", hash, found, err, !found)
		}
	}
}

func sessionTaken(t *testing.T, s SessionStores) {
	createSession(t, s, signedIn("h1", "anna"), "a")
	createSession(t, s, signedIn("h2", "anna"), "b")
	if err := s.Sessions.Create(t.Context(), signedIn("h1", "ben"), []byte("c"), "h2"); err == nil {
		t.Error("Create of a hash that exists succeeded")
	}
	wantSessions(t, s, []string{"h1", "h2"}, "h1", "h2")
	if got, _, _ := s.Sessions.Find(t.Context(), "h1"); got.Person.Object != "anna" {
		t.Errorf("afterwards the session is of %s, want anna", got.Person.Object)
	}
}

func sessionReplaced(t *testing.T, s SessionStores) {
	createSession(t, s, signedIn("h1", "anna"), "a")
	createSession(t, s, signedIn("h2", "anna"), "b")
	createSession(t, s, signedIn("h3", "anna"), "c", "h1", "", "unknown")
	wantSessions(t, s, []string{"h1", "h2", "h3"}, "h2", "h3")
}

func sessionDeleted(t *testing.T, s SessionStores) {
	for _, hash := range []string{"h1", "h2", "h3"} {
		createSession(t, s, signedIn(hash, "anna"), "a")
	}
	if n, err := s.Sessions.Delete(t.Context(), "h1", "h3", "unknown"); err != nil || n != 2 {
		t.Errorf("Delete(h1, h3, unknown) = %d, %v; want 2", n, err)
	}
	wantSessions(t, s, []string{"h1", "h2", "h3"}, "h2")
	if n, err := s.Sessions.Delete(t.Context()); err != nil || n != 0 {
		t.Errorf("Delete() = %d, %v; want 0", n, err)
	}
}

func sessionTouched(t *testing.T, s SessionStores) {
	n := signedIn("h1", "anna")
	createSession(t, s, n, "a")
	for _, tt := range []struct {
		name       string
		hash       string
		seen, idle time.Time
		want       bool
		stands     time.Time
	}{
		{"later", "h1", n.Seen.Add(time.Hour), n.Seen.Add(-time.Hour), true, n.Seen.Add(time.Hour)},
		{"earlier than it was seen", "h1", n.Seen, n.Seen.Add(-time.Hour), true, n.Seen.Add(time.Hour)},
		{"idle", "h1", n.Seen.Add(3 * time.Hour), n.Seen.Add(time.Hour), false, n.Seen.Add(time.Hour)},
		{"at its end", "h1", n.Expires, n.Seen, false, n.Seen.Add(time.Hour)},
		{"unknown", "h2", n.Seen, n.Seen.Add(-time.Hour), false, n.Seen.Add(time.Hour)},
	} {
		got, err := s.Sessions.Touch(t.Context(), tt.hash, tt.seen, tt.idle)
		if err != nil || got != tt.want {
			t.Errorf("%s: Touch = %v, %v; want %v", tt.name, got, err, tt.want)
		}
		if now, _, err := s.Sessions.Find(t.Context(), "h1"); err != nil || !now.Seen.Equal(tt.stands) {
			t.Errorf("%s: Seen = %v, %v; want %v", tt.name, now.Seen, err, tt.stands)
		}
	}
	if _, found, _ := s.Sessions.Find(t.Context(), "h2"); found {
		t.Error("Touch of an unknown hash created a session")
	}
}

func sessionsExpire(t *testing.T, s SessionStores) {
	var all []string
	for i, end := range []time.Duration{-time.Hour, 0, time.Millisecond, time.Hour} {
		n := signedIn(fmt.Sprint("h", i), "anna")
		n.Expires = begun.Add(end)
		createSession(t, s, n, "a")
		all = append(all, n.Hash)
	}
	removed := 0
	for {
		n, err := s.Sessions.Expire(t.Context(), begun)
		if err != nil {
			t.Fatalf("Expire: %v", err)
		}
		if removed += n; n == 0 {
			break
		}
	}
	if removed != 2 {
		t.Errorf("Expire removed %d, want 2", removed)
	}
	wantSessions(t, s, all, "h2", "h3")
}

func sessionsOf(t *testing.T, s SessionStores) {
	for i, object := range []string{"anna", "ben", "anna", "anna"} {
		n := signedIn(fmt.Sprint("h", i), object)
		n.Seen = begun.Add(time.Duration(i%3) * time.Minute)
		createSession(t, s, n, "a")
	}
	other := signedIn("h4", "anna")
	other.Person.Tenant = "t2"
	createSession(t, s, other, "a")
	all, err := s.People.Of(t.Context(), "t1", "anna")
	var got []string
	for _, n := range all {
		got = append(got, n.Hash)
	}
	if want := []string{"h2", "h0", "h3"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Of(t1, anna) = %v, %v; want %v", got, err, want)
	}
	if none, err := s.People.Of(t.Context(), "t1", "nobody"); err != nil || len(none) != 0 {
		t.Errorf("Of(nobody) = %v, %v; want none", none, err)
	}
}

func sessionsUnder(t *testing.T, s SessionStores) {
	const issuer = "https://issuer.example"
	for hash, change := range map[string]func(*session.Session){
		"h1": func(n *session.Session) { n.Sid = "one" },
		"h2": func(n *session.Session) { n.Sid = "one"; n.Subject = "" }, // began before subjects were noted
		"h3": func(n *session.Session) { n.Sid = "one"; n.Subject = "sub ben" },
		"h4": func(n *session.Session) { n.Sid = "two" },
		"h5": func(n *session.Session) { n.Sid = "" },
		"h6": func(n *session.Session) { n.Sid = "one"; n.Issuer = "https://other.example" },
		"h7": func(n *session.Session) { n.Sid, n.Subject = "", "" },
	} {
		n := signedIn(hash, "anna")
		change(&n)
		createSession(t, s, n, "a")
	}
	for _, tt := range []struct {
		issuer, sid, subject string
		want                 []string
	}{
		{issuer, "one", "", []string{"h1", "h2", "h3"}},
		{issuer, "one", "sub anna", []string{"h1", "h2"}},
		{issuer, "one", "nobody", []string{"h2"}},
		{issuer, "", "sub anna", []string{"h1", "h4", "h5"}},
		{issuer, "three", "", nil},
		{issuer, "", "nobody", nil},
		{issuer, "", "", nil},
		{"https://other.example", "one", "", []string{"h6"}},
		{"", "one", "", nil},
	} {
		all, err := s.People.Under(t.Context(), tt.issuer, tt.sid, tt.subject)
		var got []string
		for _, n := range all {
			got = append(got, n.Hash)
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("Under(%s, %s, %s) = %v, %v; want %v", tt.issuer, tt.sid, tt.subject, got, err, tt.want)
		}
	}
}

func sessionParted(t *testing.T, s SessionStores) {
	n := signedIn("a", "anna")
	createSession(t, s, n, "sealed")
	until := n.Seen.Add(30 * time.Minute)
	for range 2 { // the second changes nothing
		if err := s.Grants.Part(t.Context(), "a", until); err != nil {
			t.Fatalf("Part = %v", err)
		}
		until = until.Add(-time.Minute)
	}
	until = n.Seen.Add(30 * time.Minute)
	got, ok, err := s.Sessions.Find(t.Context(), "a")
	if err != nil || !ok || !got.Parted || !got.Expires.Equal(until) {
		t.Errorf("Find after Part = %+v, %v, %v; want parted, until %s", got, ok, err, until)
	}
	if tokens, ok, err := s.Tokens.Tokens(t.Context(), "a"); err != nil || !ok || !tokens.Expires.Equal(until) {
		t.Errorf("Tokens after Part = %+v, %v, %v; want them until %s", tokens, ok, err, until)
	}
	if live, err := s.Sessions.Touch(t.Context(), "a", n.Seen.Add(time.Minute), n.Seen.Add(-time.Hour)); err != nil || live {
		t.Errorf("Touch after Part = %v, %v; want it over", live, err)
	}
	if gone, err := s.Sessions.Expire(t.Context(), until); err != nil || gone != 1 {
		t.Errorf("Expire at its end = %d, %v; want 1", gone, err)
	}
	if err := s.Grants.Part(t.Context(), "nobody", until); err != nil {
		t.Errorf("Part of nothing = %v", err)
	}
}

func tokensSwapped(t *testing.T, s SessionStores) {
	createSession(t, s, signedIn("h1", "anna"), "one")
	for _, tt := range []struct {
		hash    string
		version int64
		want    bool
		stands  string
	}{
		{"h1", 2, false, "one"},
		{"h1", 1, true, "two"},
		{"h1", 1, false, "two"},
		{"h2", 1, false, "two"},
	} {
		got, err := s.Tokens.Swap(t.Context(), tt.hash, tt.version, []byte("two"))
		if err != nil || got != tt.want {
			t.Errorf("Swap(%s, %d) = %v, %v; want %v", tt.hash, tt.version, got, err, tt.want)
		}
		if now, _, _ := s.Tokens.Tokens(t.Context(), "h1"); string(now.Blob) != tt.stands {
			t.Errorf("after Swap(%s, %d) the tokens are %q, want %q", tt.hash, tt.version, now.Blob, tt.stands)
		}
	}
	if _, found, _ := s.Tokens.Tokens(t.Context(), "h2"); found {
		t.Error("Swap of an unknown hash created tokens")
	}
}

func tokensLeased(t *testing.T, s SessionStores) {
	createSession(t, s, signedIn("h1", "anna"), "one")
	lease := func(version int64, at time.Duration, want bool) {
		t.Helper()
		now := begun.Add(at)
		if got, err := s.Tokens.Lease(t.Context(), "h1", version, now, now.Add(20*time.Second)); err != nil || got != want {
			t.Errorf("Lease(version %d, after %v) = %v, %v; want %v", version, at, got, err, want)
		}
	}
	lease(2, 0, false)
	lease(1, 0, true)
	lease(1, 19*time.Second, false)
	lease(1, 20*time.Second, true)
	if err := s.Tokens.Release(t.Context(), "h1", 2); err != nil {
		t.Errorf("Release of another version: %v", err)
	}
	lease(1, 21*time.Second, false)
	if err := s.Tokens.Release(t.Context(), "h1", 1); err != nil {
		t.Errorf("Release: %v", err)
	}
	lease(1, 22*time.Second, true)
	if ok, err := s.Tokens.Swap(t.Context(), "h1", 1, bytes.Repeat([]byte{0}, 8000)); err != nil || !ok {
		t.Fatalf("Swap = %v, %v", ok, err)
	}
	lease(2, 23*time.Second, true)
}

// once lets many do the same at once, spread over the replicas, and fails unless
// exactly one of them succeeds.
func once[S any](t *testing.T, what string, do func(S, int) (bool, error), replicas ...S) {
	t.Helper()
	const racers = 20
	var had atomic.Int32
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			ok, err := do(replicas[i%len(replicas)], i)
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if ok {
				had.Add(1)
			}
		})
	}
	wg.Wait()
	if had.Load() != 1 {
		t.Errorf("%s succeeded for %d of %d, want 1", what, had.Load(), racers)
	}
}

func tokensRaced(t *testing.T, replicas ...SessionStores) {
	ctx := context.WithoutCancel(t.Context())
	createSession(t, replicas[0], signedIn("h1", "anna"), "one")
	once(t, "Lease", func(s SessionStores, _ int) (bool, error) {
		return s.Tokens.Lease(ctx, "h1", 1, begun, begun.Add(time.Minute))
	}, replicas...)
}

func tokensContested(t *testing.T, replicas ...SessionStores) {
	ctx := context.WithoutCancel(t.Context())
	createSession(t, replicas[0], signedIn("h1", "anna"), "one")
	once(t, "Swap", func(s SessionStores, i int) (bool, error) {
		return s.Tokens.Swap(ctx, "h1", 1, fmt.Append(nil, i))
	}, replicas...)
	if got, _, err := replicas[1].Tokens.Tokens(ctx, "h1"); err != nil || got.Version != 2 {
		t.Errorf("Tokens = version %d, %v; want 2", got.Version, err)
	}
}

// sessionsStirred lets many end the same sessions, named in different orders,
// while they begin their own: none of them may fail for the others.
func sessionsStirred(t *testing.T, replicas ...SessionStores) {
	ctx := context.WithoutCancel(t.Context())
	var old, fresh []string
	for i := range 12 {
		old = append(old, fmt.Sprint("old", i))
		fresh = append(fresh, fmt.Sprint("new", i))
		createSession(t, replicas[0], signedIn(old[i], "anna"), "a")
	}
	var wg sync.WaitGroup
	for i, hash := range fresh {
		ends := slices.Concat(old[i:], old[:i])
		if i%2 == 0 {
			slices.Reverse(ends)
		}
		s := replicas[i%len(replicas)]
		wg.Go(func() {
			if err := s.Sessions.Create(ctx, signedIn(hash, "anna"), []byte("b"), ends...); err != nil {
				t.Errorf("Create(%s): %v", hash, err)
			}
		})
		wg.Go(func() {
			if _, err := s.Sessions.Delete(ctx, ends...); err != nil {
				t.Errorf("Delete: %v", err)
			}
			if _, err := s.Sessions.Expire(ctx, begun); err != nil {
				t.Errorf("Expire: %v", err)
			}
		})
	}
	wg.Wait()
	wantSessions(t, replicas[1], slices.Concat(old, fresh), fresh...)
}
