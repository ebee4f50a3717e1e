package session_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"timeclock/server/session"
)

func TestNothingResurrects(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	req := httptest.NewRequest("GET", "/", nil)
	req.AddCookie(cookie)
	held, err := r.Cookies().New(req, session.CookieName) // a request that began before
	if err != nil || held.ID == "" {
		t.Fatalf("Cookies().New = %q, %v", held.ID, err)
	}
	id := held.ID

	w := httptest.NewRecorder()
	if ended, err := r.End(t.Context(), w, req); err != nil || ended.Person != anna {
		t.Fatalf("End = %+v, %v", ended, err)
	}
	if set := w.Result().Cookies(); len(set) != 1 || set[0].MaxAge != -1 || set[0].Value != "" {
		t.Errorf("End set %v, want the cookie removed", set)
	}
	_, err = load(r.Manager, cookie)
	wantEnded(t, "Load with the old cookie", err)
	again, err := r.Cookies().New(req, session.CookieName)
	if err != nil || again.ID != "" || !again.IsNew {
		t.Errorf("Cookies().New with the old cookie = ID %q, new %v, %v; want none", again.ID, again.IsNew, err)
	}
	for name, s := range map[string]*sessions.Session{"held": held, "chosen": chosen(r, id), "without id": again} {
		w := httptest.NewRecorder()
		err := s.Save(req, w)
		wantEnded(t, "Save of the session "+name, err)
		if set := w.Result().Cookies(); len(set) != 1 || set[0].MaxAge != -1 || s.ID != "" {
			t.Errorf("Save of the session %s set %v and left ID %q, want the cookie removed and no ID", name, set, s.ID)
		}
	}
	if ended, err := r.End(t.Context(), httptest.NewRecorder(), req); err != nil || ended.Hash != "" {
		t.Errorf("End again = %+v, %v; want nothing ended", ended, err)
	}
	_, err = load(r.Manager, cookie)
	wantEnded(t, "Load after all that", err)
}

// chosen is a session of gorilla/sessions with an ID somebody chose.
func chosen(r *rig, id string) *sessions.Session {
	s := sessions.NewSession(r.Cookies(), session.CookieName)
	s.ID, s.Options = id, &sessions.Options{MaxAge: 60}
	return s
}

func TestSaveOfALiveSession(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	req := httptest.NewRequest("GET", "/", nil)
	req.AddCookie(cookie)
	s, err := r.Cookies().Get(req, session.CookieName)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := s.Save(req, w); err != nil {
		t.Fatalf("Save: %v", err)
	}
	if _, err := load(r.Manager, w.Result().Cookies()[0]); err != nil {
		t.Errorf("Load with the cookie saved again: %v", err)
	}
	s.Options.MaxAge = -1
	if err := s.Save(req, httptest.NewRecorder()); err != nil {
		t.Fatalf("Save to end it: %v", err)
	}
	_, err = load(r.Manager, cookie)
	wantEnded(t, "Load after Save with MaxAge -1", err)
}

func FuzzCookie(f *testing.F) {
	r := newRig(f, nil)
	_, good := r.start(f, anna, time.Hour)
	f.Add(good.Value + "x")
	f.Add(base64.URLEncoding.EncodeToString([]byte("1|AAAA|" + strings.Repeat("m", 32))))
	f.Add("")
	f.Fuzz(func(t *testing.T, value string) {
		if value == good.Value {
			return
		}
		s, err := load(r.Manager, &http.Cookie{Name: session.CookieName, Value: value})
		// Base64 may spell the same bytes in several ways; the id is then the same.
		if err == nil && s.Person != anna || err != nil && !errors.Is(err, session.ErrEnded) {
			t.Errorf("Load(%q) = %+v, %v; want ErrEnded", value, s, err)
		}
		var id []byte
		if err == nil && securecookie.DecodeMulti(session.CookieName, value, &id, ring(t, key1).Codecs(time.Hour)...) != nil {
			t.Errorf("Load(%q) found a session by a cookie this server did not make", value)
		}
	})
}

func TestKeyRotation(t *testing.T) {
	r := newRig(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	keys := func(secrets ...[]byte) func(*session.Config) {
		return func(c *session.Config) { c.Keys = ring(t, secrets...) }
	}
	both := r.manager(t, keys(key2, key1))
	if _, err := load(both, cookie); err != nil {
		t.Errorf("the old key second: %v", err)
	}
	if token, err := both.AccessToken(t.Context(), s.Hash); err != nil || token != "a0" {
		t.Errorf("tokens under the old key = %q, %v; want a0", token, err)
	}
	only2 := r.manager(t, keys(key2))
	_, err := load(only2, cookie)
	wantEnded(t, "the old key dropped", err)
	_, err = only2.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "tokens under a dropped key", err)

	r.Manager = both
	s, cookie = r.start(t, anna, time.Hour)
	if _, err := load(only2, cookie); err != nil {
		t.Errorf("a cookie made with the new key first, read with it alone: %v", err)
	}
	if token, err := only2.AccessToken(t.Context(), s.Hash); err != nil || token != "a0" {
		t.Errorf("tokens sealed with the new key first = %q, %v; want a0", token, err)
	}
	_, err = load(r.manager(t, keys(key1)), cookie)
	wantEnded(t, "the new key unknown", err)
}

func TestVault(t *testing.T) {
	v := ring(t, key1).Vault("tokens")
	sealed := v.Seal("owner", []byte("secret"))
	if got, err := v.Open("owner", sealed); err != nil || string(got) != "secret" {
		t.Fatalf("Open = %q, %v", got, err)
	}
	for i := range sealed {
		bad := append([]byte(nil), sealed...)
		bad[i] ^= 0x80
		if _, err := v.Open("owner", bad); err == nil {
			t.Errorf("Open with byte %d changed succeeded", i)
		}
	}
	for n := range sealed {
		if _, err := v.Open("owner", sealed[:n]); err == nil {
			t.Errorf("Open of the first %d bytes succeeded", n)
		}
	}
	if _, err := v.Open("other", sealed); err == nil {
		t.Error("Open for another owner succeeded")
	}
	if _, err := ring(t, key1).Vault("sign-in").Open("owner", sealed); err == nil {
		t.Error("Open for another purpose succeeded")
	}
	if again := v.Seal("owner", []byte("secret")); string(again) == string(sealed) {
		t.Error("Seal twice gave the same")
	}
}
