package session_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// under begins a session by the provider's session sid, for its subject.
func (r *rig) under(t *testing.T, p session.Person, sid, subject string) (session.Session, *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	s, err := r.Start(t.Context(), w, httptest.NewRequest("GET", "/", nil), session.SignIn{
		Person: p, Issuer: "https://issuer.example", Sid: sid, Subject: subject,
		Tokens: session.Tokens{Access: "a " + sid, Refresh: "r0", Issued: r.now(), Expires: r.now().Add(time.Hour)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, w.Result().Cookies()[0]
}

func TestEndUnder(t *testing.T) {
	for _, tt := range []struct {
		name, issuer, sid, subject string
		want                       string // which of one, two, ben are ended
	}{
		{"by sid", "https://issuer.example", "s1", "", "one"},
		{"by sid and subject", "https://issuer.example", "s1", "anna", "one"},
		{"by subject", "https://issuer.example", "", "anna", "one two"},
		{"another's sid", "https://issuer.example", "s1", "ben", ""},
		{"another issuer", "https://other.example", "s1", "", ""},
		{"nothing", "https://issuer.example", "", "", ""},
	} {
		r := newRig(t, nil)
		_, one := r.under(t, anna, "s1", "anna")
		_, two := r.under(t, anna, "s2", "anna")
		_, ben := r.under(t, session.Person{Tenant: "t1", Object: "ben"}, "s3", "ben")
		if n, err := r.EndUnder(t.Context(), tt.issuer, tt.sid, tt.subject); err != nil || n != len(strings.Fields(tt.want)) {
			t.Errorf("%s: EndUnder = %d, %v; want %q", tt.name, n, err, tt.want)
		}
		for name, cookie := range map[string]*http.Cookie{"one": one, "two": two, "ben": ben} {
			_, err := load(r.Manager, cookie)
			if ended := strings.Contains(tt.want, name); errors.Is(err, session.ErrEnded) != ended {
				t.Errorf("%s: %s is %v, want ended: %v", tt.name, name, err, ended)
			}
		}
	}
}

// TestNoticesAndGrants: whatever ends a session takes its tokens from a press
// on its way, but for the person's own sign-out, and the notice that is its
// echo.
func TestNoticesAndGrants(t *testing.T) {
	held := func(c *session.Config) {
		c.Holds = func(context.Context, session.Session) (bool, error) { return true, nil }
	}
	const issuer = "https://issuer.example"
	for _, tt := range []struct {
		name string
		part bool // the person signed out here first
		end  func(*rig) error
		good bool // the tokens still deliver
	}{
		{"a notice for a live session", false, func(r *rig) error { _, err := r.EndUnder(t.Context(), issuer, "s1", ""); return err }, false},
		{"the echo of the own sign-out", true, func(r *rig) error { _, err := r.EndUnder(t.Context(), issuer, "s1", "anna"); return err }, true},
		{"a notice for all of the person's", true, func(r *rig) error { _, err := r.EndUnder(t.Context(), issuer, "", "anna"); return err }, false},
		{"an administrator", true, func(r *rig) error { _, err := r.EndAll(t.Context(), anna, telemetry.ByAdministrator); return err }, false},
		{"the person, from elsewhere", true, func(r *rig) error {
			_, err := r.EndOthers(t.Context(), session.Session{Hash: "another", Person: anna})
			return err
		}, false},
	} {
		r := newRig(t, held)
		s, cookie := r.under(t, anna, "s1", "anna")
		if tt.part {
			signOut(t, r.Manager, cookie)
		}
		if err := tt.end(r); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		_, err := load(r.Manager, cookie)
		wantEnded(t, tt.name, err)
		if _, err := r.AccessToken(t.Context(), s.Hash); (err == nil) != tt.good {
			t.Errorf("%s: the tokens for the press: %v, want good: %v", tt.name, err, tt.good)
		}
	}
}

func TestOf(t *testing.T) {
	r := newRig(t, func(c *session.Config) { c.Idle = time.Hour })
	r.under(t, anna, "idle", "")
	r.pass(50 * time.Minute)
	kept, _ := r.under(t, anna, "kept", "")
	r.under(t, session.Person{Tenant: "t1", Object: "ben"}, "ben", "")
	r.pass(20 * time.Minute)
	all, err := r.Of(t.Context(), anna)
	if err != nil || len(all) != 1 || all[0].Hash != kept.Hash {
		t.Errorf("Of = %+v, %v; want the one that lives", all, err)
	}
	if found, err := r.EndOne(t.Context(), session.Session{Person: session.Person{Tenant: "t1", Object: "ben"}}, kept.LogID()); err != nil || found {
		t.Errorf("EndOne of another's = %v, %v; want none", found, err)
	}
	if found, err := r.EndOne(t.Context(), kept, kept.LogID()); err != nil || !found {
		t.Errorf("EndOne = %v, %v", found, err)
	}
}

// TestStill: a request that stays open learns that its session has ended.
func TestStill(t *testing.T) {
	r := newRig(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	req := httptest.NewRequest("GET", "/", nil)
	req.AddCookie(cookie)
	r.Load(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		if !session.Still(req.Context()) {
			t.Error("Still of a live session = false")
		}
		if err := r.EndHash(req.Context(), s.Hash); err != nil {
			t.Error(err)
		}
		if session.Still(req.Context()) {
			t.Error("Still of an ended session = true")
		}
		r.db.Close()
		if !session.Still(req.Context()) {
			t.Error("Still when nothing is known = false, want the request to go on")
		}
	})).ServeHTTP(httptest.NewRecorder(), req)
	if session.Still(t.Context()) {
		t.Error("Still without a session = true")
	}
}

// TestEveryEndIsAudited: who ended what is in the log, by hashes alone.
func TestEveryEndIsAudited(t *testing.T) {
	var out bytes.Buffer
	r := newRig(t, func(c *session.Config) { c.Log = slog.New(slog.NewTextHandler(&out, nil)) })
	for _, tt := range []struct {
		by  string
		end func(s session.Session, cookie *http.Cookie) error
	}{
		{"provider", func(session.Session, *http.Cookie) error {
			_, err := r.EndUnder(t.Context(), "https://issuer.example", "sid", "")
			return err
		}},
		{"administrator", func(session.Session, *http.Cookie) error {
			_, err := r.EndAll(t.Context(), anna, telemetry.ByAdministrator)
			return err
		}},
		{"person", func(s session.Session, _ *http.Cookie) error {
			_, err := r.EndOne(t.Context(), s, s.LogID())
			return err
		}},
		{"sign_in", func(_ session.Session, cookie *http.Cookie) error { r.start(t, anna, time.Hour, cookie); return nil }},
		{"provider reason=tokens_refused", func(s session.Session, _ *http.Cookie) error {
			r.pass(2 * time.Hour)
			r.provider.hook = func() error { return session.ErrEnded }
			if _, err := r.AccessToken(t.Context(), s.Hash); !errors.Is(err, session.ErrEnded) {
				return err
			}
			return nil
		}},
	} {
		out.Reset()
		s, cookie := r.start(t, anna, time.Hour)
		if err := tt.end(s, cookie); err != nil {
			t.Errorf("%s: %v", tt.by, err)
		}
		want := "msg=session_ended person=" + anna.LogID() + " session=" + s.LogID() + " by=" + tt.by
		if got := out.String(); strings.Count(got, "msg=session_ended") != 1 || !strings.Contains(got, want) || strings.Contains(got, "Anna") {
			t.Errorf("%s: the log is\n%swant one line with %s", tt.by, got, want)
		}
	}
}
