package server

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"timeclock/server/session"
)

// TestRolesAreThoseOfTheLatestSignIn: what somebody was when they pressed does not
// count when they have signed in as less since; signed out, it does.
func TestRolesAreThoseOfTheLatestSignIn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := newServer(t.Context(), benchConfig(t, l, "https://id.example"), slog.New(slog.DiscardHandler), openStores)
	if err != nil {
		t.Fatal(err)
	}
	defer s.stores.db.Close()
	rita := session.Person{Tenant: "t", Object: "rita"}
	signIn := func(roles ...string) session.Session {
		t.Helper()
		time.Sleep(2 * time.Millisecond) // sessions are told apart by the millisecond
		now := time.Now()
		in, err := s.sessions.Start(t.Context(), httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), session.SignIn{
			Person: rita, Issuer: "https://id.example", Roles: roles, Tokens: session.Tokens{Access: "a", Issued: now, Expires: now.Add(time.Hour)},
		})
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	want := func(hash string, want ...string) {
		t.Helper()
		if got := s.roles(t.Context(), rita, hash); !slices.Equal(got, want) {
			t.Errorf("roles = %q, want %q", got, want)
		}
	}
	first := signIn("Supervisor")
	want(first.Hash, "Supervisor")
	second := signIn()
	want(first.Hash)
	if err := s.sessions.EndHash(t.Context(), second.Hash); err != nil {
		t.Fatal(err)
	}
	want(first.Hash, "Supervisor")
	want("of nobody known", "Supervisor")
	if err := s.sessions.EndHash(t.Context(), first.Hash); err != nil {
		t.Fatal(err)
	}
	want(first.Hash)
}
