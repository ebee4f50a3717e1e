package auth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/auth"
)

// TestAFloodOfNotices: bad ones cost no fetch of keys and soon no line of the
// log, and hold up no good one.
func TestAFloodOfNotices(t *testing.T) {
	s := newStage(t)
	g := s.guest().signIn(annaLogin)
	before := s.asked("/keys")
	stranger := s.guest()
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"unknown","typ":"logout+jwt"}`))
	busy := 0
	for range 200 {
		at := stranger.send(http.MethodPost, auth.PathBackChannel, url.Values{"logout_token": {head + ".e30.AAAA"}})
		switch at.StatusCode {
		case http.StatusBadRequest:
		case http.StatusTooManyRequests:
			busy++
		default:
			t.Fatalf("a bad notice is answered %d", at.StatusCode)
		}
	}
	if lines := len(s.audited("logout_refused")); busy < 150 || lines > 50 {
		t.Errorf("of 200, %d were told to wait and %d stand in the log", busy, lines)
	}
	if n := s.asked("/keys") - before; n > 3 {
		t.Errorf("the keys were fetched %d times", n)
	}
	if status, err := s.Notify(t.Context(), annaObject, ""); err != nil || status != http.StatusOK || g.state() != goneOut {
		t.Errorf("a good notice after the flood: %d, %v, and she is %s", status, err, g.state())
	}
}

// TestAFloodOfFrames: guessing sids ends nothing and is slowed down.
func TestAFloodOfFrames(t *testing.T) {
	s := newStage(t)
	g := s.guest().signIn(annaLogin)
	sid := s.sid()
	stranger, last := s.guest(), 0
	for range 100 {
		last = stranger.send(http.MethodGet, auth.PathFrontChannel+"?"+url.Values{"iss": {s.Issuer()}, "sid": {"guess"}}.Encode(), nil).StatusCode
	}
	if last != http.StatusTooManyRequests || g.state() != stillIn {
		t.Errorf("the hundredth guess is answered %d, and she is %s", last, g.state())
	}
	at := stranger.send(http.MethodGet, auth.PathFrontChannel+"?"+url.Values{"iss": {s.Issuer()}, "sid": {sid}}.Encode(), nil)
	if at.StatusCode != http.StatusOK || g.state() != goneOut {
		t.Errorf("the true one after the flood: %d, and she is %s", at.StatusCode, g.state())
	}
}

// TestNoticeAnswers holds form and headers of what the provider is answered
// (Back-Channel Logout 1.0 §2.8).
func TestNoticeAnswers(t *testing.T) {
	s := newStage(t)
	bad := s.guest().send(http.MethodPost, auth.PathBackChannel, url.Values{"logout_token": {"x"}})
	var said struct {
		Error string `json:"error"`
	}
	if err := json.Unmarshal([]byte(bad.body), &said); err != nil || said.Error != "invalid_request" ||
		bad.Header.Get("Content-Type") != "application/json" || bad.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a bad notice is answered %d %v %s, %v", bad.StatusCode, bad.Header, bad.body, err)
	}
	good := s.guest().send(http.MethodPost, auth.PathBackChannel, url.Values{"logout_token": {s.notice()}})
	if good.StatusCode != http.StatusOK || good.body != "" || good.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a good notice is answered %d %v %q", good.StatusCode, good.Header, good.body)
	}
	if at := s.guest().send(http.MethodGet, auth.PathBackChannel, nil); at.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a GET is answered %d", at.StatusCode)
	}
	s.db.Close()
	if at := s.guest().send(http.MethodPost, auth.PathBackChannel, url.Values{"logout_token": {s.notice()}}); at.StatusCode != http.StatusBadRequest ||
		!strings.Contains(strings.Join(s.audited("logout_refused"), ""), `"reason":"store"`) {
		t.Errorf("when nothing can be ended: %d", at.StatusCode)
	}
}

// TestNoticesTwiceAtOnce: of two deliveries at once, one is heeded.
func TestNoticesTwiceAtOnce(t *testing.T) {
	s := newStage(t)
	form := url.Values{"logout_token": {s.notice()}}
	var all sync.WaitGroup
	heeded := make(chan bool, 8)
	for range 8 {
		g := s.guest()
		all.Go(func() { heeded <- g.send(http.MethodPost, auth.PathBackChannel, form).StatusCode == http.StatusOK })
	}
	all.Wait()
	close(heeded)
	n := 0
	for ok := range heeded {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 8 deliveries were heeded, want 1", n)
	}
}

// FuzzLogoutToken: whatever is sent, only a token of the provider ends a
// session, and the answer is 200, 400 or 429.
func FuzzLogoutToken(f *testing.F) {
	s := newStage(f)
	s.guest().signIn(annaLogin)
	hash := s.hash()
	f.Add("", "", "")
	f.Add(`{"alg":"none"}`, `{"events":{"`+backChannelEvent+`":{}},"sub":"x","jti":"1"}`, "")
	f.Add(`{"alg":"RS256","typ":"logout+jwt","kid":"k"}`, `{"iss":7,"exp":1e400}`, "AAAA")
	f.Add(`{"alg":"HS256","crit":["x"],"jwk":{}}`, `{"events":null}`, "====")
	f.Fuzz(func(t *testing.T, head, claims, sig string) {
		b64 := base64.RawURLEncoding.EncodeToString
		for _, token := range []string{b64([]byte(head)) + "." + b64([]byte(claims)) + "." + b64([]byte(sig)), head, head + "." + claims + "." + sig} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodPost, auth.PathBackChannel, strings.NewReader(url.Values{"logout_token": {token}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			s.server.Config.Handler.ServeHTTP(w, r)
			if w.Code != http.StatusBadRequest && w.Code != http.StatusTooManyRequests {
				t.Errorf("%q is answered %d", token, w.Code)
			}
		}
		if live, err := s.sessions.Live(t.Context(), hash); err != nil || !live {
			t.Errorf("%s.%s.%s ended a session: %v", head, claims, sig, err)
		}
	})
}

// TestSignInsOfAFactory: thousands begin to sign in from one address at once,
// none with a cookie yet.
func TestSignInsOfAFactory(t *testing.T) {
	s := newStage(t)
	s.logins = forgetful{}
	s.restart()
	const people = 5000
	began := time.Now()
	for i := range people {
		w := httptest.NewRecorder()
		s.server.Config.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/auth/login", nil))
		if w.Code != http.StatusSeeOther {
			t.Fatalf("the %dth is answered %d", i+1, w.Code)
		}
	}
	t.Logf("%d sign-ins begun in %v", people, time.Since(began))
}

// forgetful keeps no sign-in.
type forgetful struct{ auth.Transactions }

func (forgetful) Begin(context.Context, auth.Transaction, int) error { return nil }
