package server_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/idp"
)

// doorkeeper stands before Graph and, while it is strict, wants callers to have
// answered something first.
type doorkeeper struct {
	graph  http.Handler
	strict atomic.Bool
}

const demand = `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`

func (d *doorkeeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.strict.Load() {
		w.Header().Set("WWW-Authenticate", `Bearer realm="", error="insufficient_claims", claims="`+
			base64.StdEncoding.EncodeToString([]byte(demand))+`"`)
		w.WriteHeader(http.StatusUnauthorized)
		io.WriteString(w, `{"error":{"code":"InvalidAuthenticationToken","message":"Continuous access evaluation"}}`)
		return
	}
	d.graph.ServeHTTP(w, r)
}

// TestAPressOutlivesAStepUp presses while Graph wants the person asked first:
// the press is kept, the sign-in asks, leads back, and the press is on the card
// once, at its own time.
func TestAPressOutlivesAStepUp(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	s := tenantFor(t, l, t.TempDir())
	t.Cleanup(func() { s.box.Close(t.Context()) })
	root := mustParse(t, s.box.GraphURL)
	door := &doorkeeper{graph: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: root.Scheme, Host: root.Host})
	}}}
	front := httptest.NewServer(door)
	t.Cleanup(front.Close)
	log := &leak{}
	s.serveLoud(l, log, front.URL+root.Path)

	b := s.signIn(sandbox.Anna)
	var me wire.Me
	if code := b.call(http.MethodGet, wire.PathMe, nil, &me); code != "" {
		t.Fatalf("before: %s", code)
	}
	door.strict.Store(true)
	pressed := time.Now().Truncate(time.Millisecond)
	id := uuid.Must(uuid.NewV7()).String()
	var receipt wire.Receipt
	if code := b.call(http.MethodPost, wire.PathPunches, map[string]any{
		"id": id, "team": sandbox.HarbourCafe, "kind": clock.ClockIn, "at": clock.At(pressed), "bound": 20,
		"trust": wire.Anchored, "device": "test", "seq": 1,
	}, &receipt); code != "" || receipt.Status.Final() {
		t.Fatalf("the press: %s %+v; want it kept", code, receipt)
	}
	b.wantSoon(func() bool { return b.call(http.MethodGet, wire.PathMe, nil, &me) == wire.CodeSignedOut })
	for range 2 { // said again to whoever asks again
		if p := b.problem(http.MethodGet, wire.PathMe); p.Code != wire.CodeSignedOut || !p.StepUp {
			t.Errorf("asked who is here: %+v, want the step-up said", p)
		}
	}

	door.strict.Store(false)
	asked := b.stepUp("/history")
	for _, want := range []string{`"acrs":{"essential":true,"value":"c1"}`, `"xms_cc":{"values":["cp1"]}`} {
		if !strings.Contains(asked, want) {
			t.Errorf("the sign-in asks for %s, want %s in it", asked, want)
		}
	}
	b.wantSoon(func() bool {
		return b.call(http.MethodGet, wire.PathPunches+"/"+id, nil, &receipt) == "" && receipt.Status == wire.Delivered
	})
	cards := s.box.Tenant.Cards("")
	if len(cards) != 1 || cards[0].In.At.Sub(pressed).Abs() > journal.DefaultLimits.Tolerance {
		t.Errorf("the tenant holds %+v, want one card from %v", cards, pressed)
	}
	for _, event := range []string{"step_up", "step_up_done"} {
		if strings.Count(log.String(), `"msg":"`+event+`"`) != 1 {
			t.Errorf("the audit log does not tell once of %s", event)
		}
	}
}

// wantSoon waits for something to be so.
func (b *browser) wantSoon(so func() bool) {
	b.site.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.site.t.Fatal("it did not come about")
		}
	}
}

// stepUp signs in again, as the program does when it is told that nobody is
// signed in, and gives the claims the provider was asked for. The provider knows
// the browser and asks nothing.
func (b *browser) stepUp(back string) (claims string) {
	t := b.site.t
	t.Helper()
	follow := b.http.CheckRedirect
	defer func() { b.http.CheckRedirect = follow }()
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if path.Base(r.URL.Path) == "authorize" {
			claims = r.URL.Query().Get("claims")
		}
		return nil
	}
	answer, err := b.http.Get(b.site.url + wire.PathLogin + "?" + url.Values{wire.ParamReturn: {back}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Request.URL.Path != back || answer.StatusCode != http.StatusOK {
		t.Fatalf("the step-up ends at %s with %s", answer.Request.URL, answer.Status)
	}
	return claims
}

// TestSigningOutRevokes: a provider that can revoke is asked to, by the product
// as it is put together.
func TestSigningOutRevokes(t *testing.T) {
	s := open(t)
	told := make(chan url.Values, 1)
	s.box.Provider.Lie(idp.Lies{
		Metadata: func(m map[string]any) { m["revocation_endpoint"] = s.box.Issuer + "/revoke" },
		Serve: func(_ http.ResponseWriter, r *http.Request) bool {
			if path.Base(r.URL.Path) != "revoke" || r.ParseForm() != nil {
				return false
			}
			told <- r.PostForm
			return true
		},
	})
	b := s.signIn(sandbox.Anna)
	if code := b.call(http.MethodPost, wire.PathLogout, nil, new(wire.SignedOut)); code != "" {
		t.Fatalf("sign-out: %s", code)
	}
	select {
	case form := <-told:
		if form.Get("token") == "" || form.Get("token_type_hint") != "refresh_token" || form.Get("client_secret") != s.box.ClientSecret {
			t.Errorf("the provider was told %v", form)
		}
	case <-time.After(20 * time.Second):
		t.Error("the provider was not told")
	}
}

// problem makes a call and gives what it is refused with.
func (b *browser) problem(method, path string) (p wire.Problem) {
	b.site.t.Helper()
	r, err := http.NewRequestWithContext(b.site.t.Context(), method, b.site.url+path, nil)
	if err != nil {
		b.site.t.Fatal(err)
	}
	r.Header.Set(wire.Header, wire.HeaderValue)
	answer, err := b.http.Do(r)
	if err != nil {
		b.site.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		b.site.t.Fatalf("%s %s answered %s: %v", method, path, answer.Status, err)
	}
	return p
}
