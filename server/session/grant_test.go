package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"timeclock/server/session"
	"timeclock/server/telemetry"
)

func signOut(t *testing.T, m *session.Manager, cookie *http.Cookie) {
	t.Helper()
	req := httptest.NewRequest("POST", "/", nil)
	req.AddCookie(cookie)
	if ended, err := m.End(t.Context(), httptest.NewRecorder(), req); err != nil || ended.Person != anna {
		t.Fatalf("End = %+v, %v", ended, err)
	}
}

// On a shared computer people sign out seconds after pressing.
func TestTokensOutliveASignOutWhileAPressIsOnItsWay(t *testing.T) {
	pressing := true
	r := newRig(t, func(c *session.Config) {
		c.Holds = func(context.Context, session.Session) (bool, error) { return pressing, nil }
	})
	s, cookie := r.start(t, anna, time.Hour)
	signOut(t, r.Manager, cookie)
	_, err := load(r.Manager, cookie)
	wantEnded(t, "the session after signing out", err)
	if token, err := r.AccessToken(t.Context(), s.Hash); err != nil || token == "" {
		t.Errorf("its token for the press = %q, %v; want one", token, err)
	}
	r.pass(session.GrantFor)
	_, err = r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "its token after the grant", err)
}

func TestNoGrantWithoutAPress(t *testing.T) {
	r := newRig(t, func(c *session.Config) {
		c.Holds = func(context.Context, session.Session) (bool, error) { return false, nil }
	})
	s, cookie := r.start(t, anna, time.Hour)
	signOut(t, r.Manager, cookie)
	_, err := r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "the token after signing out", err)
}

func TestAGrantSurvivesTheNextPersonAndNotAnEnd(t *testing.T) {
	r := newRig(t, func(c *session.Config) {
		c.Holds = func(_ context.Context, s session.Session) (bool, error) { return s.Person == anna, nil }
	})
	s, cookie := r.start(t, anna, time.Hour)
	ben := session.Person{Tenant: "tid", Object: "ben", Name: "Ben"}
	r.start(t, ben, time.Hour, cookie) // "Not you?"
	_, err := load(r.Manager, cookie)
	wantEnded(t, "Anna's session after Ben signed in", err)
	if _, err := r.AccessToken(t.Context(), s.Hash); err != nil {
		t.Errorf("Anna's token for her press: %v", err)
	}
	if n, err := r.EndAll(t.Context(), anna, telemetry.ByAdministrator); err != nil || n != 1 {
		t.Errorf("EndAll = %d, %v; want 1", n, err)
	}
	_, err = r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "Anna's token after an administrator ended all", err)
}

func TestSignOutFailsWhileItIsNotKnownWhatWaits(t *testing.T) {
	r := newRig(t, func(c *session.Config) {
		c.Holds = func(context.Context, session.Session) (bool, error) { return false, errors.New("disk") }
	})
	_, cookie := r.start(t, anna, time.Hour)
	req := httptest.NewRequest("POST", "/", nil)
	req.AddCookie(cookie)
	if _, err := r.End(t.Context(), httptest.NewRecorder(), req); !errors.Is(err, session.ErrStore) {
		t.Errorf("End = %v, want ErrStore", err)
	}
	if _, err := load(r.Manager, cookie); err != nil {
		t.Errorf("the session afterwards: %v, want it live", err)
	}
}
