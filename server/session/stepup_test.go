package session_test

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/session"
)

// graph answers as it is told, and keeps the tokens it was shown.
type graph struct {
	mu     sync.Mutex
	header string // of a 401; empty answers 200
	shown  []string
}

func (g *graph) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shown = append(g.shown, r.Header.Get("Authorization"))
	a := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("body")), Request: r}
	if g.header != "" {
		a.StatusCode = http.StatusUnauthorized
		a.Header.Set("WWW-Authenticate", g.header)
	}
	return a, nil
}

// ask calls Graph with a token.
func (g *graph) ask(t *testing.T, m *session.Manager, token string) *http.Response {
	t.Helper()
	req := httptest.NewRequest("GET", "https://graph.example/", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	answer, err := m.Watch(g).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "body" {
		t.Errorf("the answer came as %q, %v", body, err)
	}
	return answer
}

const wanted = `{"access_token":{"acrs":{"value":"c1"}}}`

var challenge = `Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(wanted)) + `"`

func demandedOf(t *testing.T, m *session.Manager, cookie *http.Cookie) (session.StepUp, bool) {
	t.Helper()
	req := httptest.NewRequest("GET", "/", nil)
	req.AddCookie(cookie)
	demand, hash, found, err := m.Demanded(req)
	if err != nil || found != (hash != "") {
		t.Errorf("Demanded = %+v, %q, %v, %v", demand, hash, found, err)
	}
	return demand, found
}

func TestAChallengeEndsTheSessionAndIsRemembered(t *testing.T) {
	r := newRig(t, nil)
	g := &graph{header: challenge}
	s, cookie := r.start(t, anna, time.Hour)
	other, otherCookie := r.start(t, anna, time.Hour)
	r.pass(time.Minute)
	token, err := r.AccessToken(t.Context(), s.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if _, found := demandedOf(t, r.Manager, cookie); found {
		t.Error("something is demanded beforehand")
	}
	// Both sessions hold the same token in this test; the last it was handed to
	// is meant.
	if a := g.ask(t, r.Manager, token); a.StatusCode != http.StatusUnauthorized || a.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("the answer is %d %v, want it as it came", a.StatusCode, a.Header)
	}
	_, err = load(r.Manager, cookie)
	wantEnded(t, "the session", err)
	var demand session.StepUp
	if _, err := r.AccessToken(t.Context(), s.Hash); !errors.As(err, &demand) || !errors.Is(err, session.ErrEnded) || demand.Claims != wanted {
		t.Errorf("AccessToken = %v, want a StepUp", err)
	}
	if demand, found := demandedOf(t, r.manager(t, nil), cookie); !found || demand.Claims != wanted || demand.Again {
		t.Errorf("another process: Demanded = %+v, %v", demand, found)
	}
	if _, err := load(r.Manager, otherCookie); err != nil || other.Hash == "" {
		t.Errorf("another session of the person: %v", err)
	}
	if text, err := dump(r.db.Read, "tokens"); err != nil || strings.Contains(text, "acrs") {
		t.Errorf("the database shows what is demanded: %s, %v", text, err)
	}
	r.pass(time.Hour)
	if _, found := demandedOf(t, r.Manager, cookie); found {
		t.Error("an hour later it is still demanded")
	}
}

func TestAnUnknownTokenIsNobodys(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	(&graph{header: challenge}).ask(t, r.Manager, "of an application")
	if _, err := load(r.Manager, cookie); err != nil {
		t.Errorf("a session: %v, want it live", err)
	}
}

// TestWhatGraphRefusesIsRenewedOnce: a token that is not accepted is renewed,
// and one that is new is not, so that there is no going round.
func TestWhatGraphRefusesIsRenewedOnce(t *testing.T) {
	for _, header := range []string{
		`Bearer error="invalid_token"`, `Bearer error="insufficient_claims", claims="%%%"`, `Negotiate`, `"`,
	} {
		r := newRig(t, nil)
		g := &graph{header: header}
		s, cookie := r.start(t, anna, time.Hour)
		for range 3 { // at once: nothing
			wantToken(t, r.Manager, s.Hash, "a0")
			g.ask(t, r.Manager, "a0")
		}
		r.pass(2 * time.Minute)
		g.ask(t, r.Manager, "a0")
		for range 3 {
			wantToken(t, r.Manager, s.Hash, "a1")
			g.ask(t, r.Manager, "a1")
		}
		if n := r.provider.asked(); n != 1 {
			t.Errorf("%s: the provider was asked %d times, want once", header, n)
		}
		if _, err := load(r.Manager, cookie); err != nil {
			t.Errorf("%s: the session: %v, want it live", header, err)
		}
		g.ask(t, r.Manager, "a0") // late news of the old token
		wantToken(t, r.Manager, s.Hash, "a1")
	}
}

// TestManyChallengesAtOnce: all calls of a page are challenged together.
func TestManyChallengesAtOnce(t *testing.T) {
	r := newRig(t, nil)
	g := &graph{header: challenge}
	s, cookie := r.start(t, anna, time.Hour)
	wantToken(t, r.Manager, s.Hash, "a0")
	var calls sync.WaitGroup
	for range 10 {
		calls.Go(func() { g.ask(t, r.Manager, "a0") })
	}
	calls.Wait()
	if demand, found := demandedOf(t, r.Manager, cookie); !found || demand.Claims != wanted {
		t.Errorf("Demanded = %+v, %v", demand, found)
	}
}

// TestTheSameDemandAgain: a sign-in that asked for it and did not bring it is
// not repeated by itself; the same demand much later is a new one.
func TestTheSameDemandAgain(t *testing.T) {
	for _, tt := range []struct {
		after time.Duration
		asked string
		again bool
	}{{0, wanted, true}, {6 * time.Minute, wanted, false}, {0, "", false}, {0, `{"other":{}}`, false}} {
		r := newRig(t, nil)
		w := httptest.NewRecorder()
		s, err := r.Start(t.Context(), w, httptest.NewRequest("GET", "/", nil), session.SignIn{
			Person: anna, Tokens: session.Tokens{Access: "a0", Asked: tt.asked, Issued: r.now(), Expires: r.now().Add(time.Hour)},
		})
		if err != nil {
			t.Fatal(err)
		}
		r.pass(tt.after)
		wantToken(t, r.Manager, s.Hash, "a0")
		(&graph{header: challenge}).ask(t, r.Manager, "a0")
		if demand, found := demandedOf(t, r.Manager, w.Result().Cookies()[0]); !found || demand.Again != tt.again {
			t.Errorf("%v after a sign-in that asked for %s: %+v, %v; want again: %v", tt.after, tt.asked, demand, found, tt.again)
		}
	}
}

// TestInteractionRequiredAtARenewal keeps what the provider wants asked.
func TestInteractionRequiredAtARenewal(t *testing.T) {
	r := newRig(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	r.provider.hook = func() error { return session.StepUp{Claims: wanted} }
	_, err := r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "AccessToken", err)
	_, err = load(r.Manager, cookie)
	wantEnded(t, "Load", err)
	if demand, found := demandedOf(t, r.Manager, cookie); !found || demand.Claims != wanted {
		t.Errorf("Demanded = %+v, %v", demand, found)
	}
	_, next := r.start(t, anna, time.Hour, cookie)
	if _, found := demandedOf(t, r.Manager, next); found {
		t.Error("after the next sign-in something is demanded")
	}
	if _, found := demandedOf(t, r.Manager, cookie); found {
		t.Error("the old cookie still demands something")
	}
}
