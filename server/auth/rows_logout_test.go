package auth_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"timeclock/app/wire"
	"timeclock/server/auth"
	"timeclock/server/sandbox/idp"
	"timeclock/server/session"
)

// state tells whether the browser is still signed in.
func (g *guest) state() sight {
	g.s.t.Helper()
	switch who := g.is(); who {
	case annaObject:
		return stillIn
	case "nobody":
		return goneOut
	default:
		return sight(who)
	}
}

// sid is the name of the provider's session in which Anna's began.
func (s *stage) sid() string {
	s.t.Helper()
	var sid string
	if err := s.db.Read.QueryRowContext(s.t.Context(), "SELECT sid FROM sessions WHERE object = ?", annaObject).Scan(&sid); err != nil || sid == "" {
		s.t.Fatalf("sid %q, %v", sid, err)
	}
	return sid
}

// told plays a notice about Anna's session, sent while the provider lies. It is
// accepted with 200 and refused with 400, and nothing in between.
func told(l idp.Lies, object, sid string) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		g := s.guest().signIn(annaLogin)
		if sid == "its" {
			sid = s.sid()
		}
		s.Lie(l)
		status, err := s.Notify(context.WithoutCancel(s.t.Context()), object, sid)
		return s.answered(status, err), g.state()
	}
}

func (s *stage) answered(status int, err error) verdict {
	s.t.Helper()
	switch {
	case err == nil && status == http.StatusOK:
		return accepted
	case err == nil && status == http.StatusBadRequest:
		return rejected
	}
	return verdict(http.StatusText(status))
}

// notices changes logout tokens.
func notices(pairs ...any) idp.Lies { return idp.Lies{Logout: changed(pairs)} }

const backChannelEvent = "http://schemas.openid.net/event/backchannel-logout"

func backChannelRows() []row {
	event := func(value any) idp.Lies { return notices("events", map[string]any{backChannelEvent: value}) }
	in := func(name string, d time.Duration) idp.Lies {
		return idp.Lies{Logout: func(m map[string]any) { m[name] = time.Now().Add(d).Unix() }}
	}
	no := func(l idp.Lies) func(*stage) (verdict, sight) { return told(l, annaObject, "its") }
	return []row{
		{"oidcc-client-test-rp-backchannel-rpinitlogout", accepted, goneOut, func(s *stage) (verdict, sight) {
			g, elsewhere := s.guest().signIn(annaLogin), s.guest().signIn(annaLogin)
			twin := g.twin() // of the same session at the provider
			g.send(http.MethodGet, g.leaveForGood(), nil)
			if elsewhere.state() != stillIn || g.state() != goneOut {
				s.t.Error("a session that began by another of the provider's was ended, or the one that asked was not")
			}
			return accepted, twin.state()
		}},
		{"alg-none", rejected, stillIn, no(null)},
		{"no-event", rejected, stillIn, no(notices("events", nil))},
		{"with-nonce", rejected, stillIn, no(notices("nonce", "n"))},
		{"wrong-alg", rejected, stillIn, no(signedBy(jose.HS256))},
		{"wrong-aud", rejected, stillIn, no(notices("aud", "somebody"))},
		{"wrong-event", rejected, stillIn, no(notices("events", map[string]any{"http://schemas.openid.net/event/other": map[string]any{}}))},
		{"wrong-iss", rejected, stillIn, no(notices("iss", "https://evil.example"))},

		{"truth", accepted, goneOut, no(idp.Lies{})},
		{"by-sid-alone", accepted, goneOut, told(idp.Lies{}, "", "its")},
		{"by-sub-alone", accepted, goneOut, told(idp.Lies{}, annaObject, "")},
		{"typ-absent", accepted, goneOut, no(idp.Lies{Header: map[string]any{"typ": nil}})}, // dex
		{"another-sid", accepted, stillIn, told(idp.Lies{}, annaObject, "another")},
		{"another-sub", accepted, stillIn, told(idp.Lies{}, benObject, "its")},
		{"forged", rejected, stillIn, no(forged())},
		{"alternate-alg", rejected, stillIn, no(signedBy(jose.PS256))},
		{"typ-jwt", rejected, stillIn, no(idp.Lies{Header: map[string]any{"typ": "JWT"}})},
		{"event-null", rejected, stillIn, no(event(nil))},
		{"event-text", rejected, stillIn, no(event("logout"))},
		{"event-list", rejected, stillIn, no(event([]string{}))},
		{"no-iat", rejected, stillIn, no(notices("iat", nil))},
		{"iat-6-min-ago", rejected, stillIn, no(in("iat", -6*time.Minute))},
		{"iat-in-a-minute", rejected, stillIn, no(in("iat", time.Minute))},
		{"good-for-10-days", rejected, stillIn, no(in("exp", 10*24*time.Hour))},
		{"no-exp", rejected, stillIn, no(notices("exp", nil))},
		{"expired", rejected, stillIn, no(in("exp", -time.Minute))},
		{"no-jti", rejected, stillIn, no(notices("jti", nil))},
		{"no-sid-no-sub", rejected, stillIn, told(idp.Lies{}, "", "")},
		{"replayed", rejected, stillIn, replayed},
		{"an-id-token", rejected, stillIn, func(s *stage) (verdict, sight) { return s.posts(s.idToken) }},
		{"no-token", rejected, stillIn, func(s *stage) (verdict, sight) { return s.posts(func() url.Values { return url.Values{} }) }},
		{"two-tokens", rejected, stillIn, func(s *stage) (verdict, sight) {
			return s.posts(func() url.Values {
				token := s.notice()
				return url.Values{"logout_token": {token, token}}
			})
		}},
		{"too-much", rejected, stillIn, func(s *stage) (verdict, sight) {
			return s.posts(func() url.Values {
				return url.Values{"x": {strings.Repeat("a", 100<<10)}, "logout_token": {s.notice()}}
			})
		}},
		{"keys-down", rejected, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.restart() // knows no keys
			s.Lie(serves("/keys", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
			status, err := s.Notify(context.WithoutCancel(s.t.Context()), annaObject, "")
			return s.answered(status, err), g.state()
		}},
	}
}

// leaveForGood signs out here and gives where the browser is sent then.
func (g *guest) leaveForGood() string {
	g.s.t.Helper()
	g.header = ours.Clone()
	defer func() { g.header = http.Header{} }()
	return signedOut(g.s.t, g.send(http.MethodPost, wire.PathLogout, nil))
}

// twin is another browser that is signed in by the same session at the provider.
func (g *guest) twin() *guest {
	g.s.t.Helper()
	provider, err := url.Parse(g.s.origin.URL + g.s.Prefix())
	if err != nil {
		g.s.t.Fatal(err)
	}
	t := g.s.guest()
	for _, c := range g.client.Jar.Cookies(provider) {
		if c.Name != session.CookieName {
			t.client.Jar.SetCookies(provider, []*http.Cookie{{Name: c.Name, Value: c.Value}})
		}
	}
	at := t.send(http.MethodGet, t.leave(""), nil)
	back, err := at.Location()
	if err != nil {
		g.s.t.Fatalf("the provider asks who it is: %d %s", at.StatusCode, at.body)
	}
	if at := t.comeBack(back.Query()); at.StatusCode != http.StatusSeeOther {
		g.s.t.Fatalf("callback = %d %s", at.StatusCode, at.body)
	}
	return t
}

// notice makes a logout token about Anna.
func (s *stage) notice() string {
	s.t.Helper()
	token, err := s.LogoutToken(annaObject, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// idToken gives an ID token of the provider in place of a logout token.
func (s *stage) idToken() url.Values {
	for _, secret := range s.Issued() {
		if strings.Count(secret, ".") == 2 {
			return url.Values{"logout_token": {secret}}
		}
	}
	s.t.Fatal("no token was issued")
	return nil
}

// posts plays a form sent to the back channel while Anna is signed in.
func (s *stage) posts(form func() url.Values) (verdict, sight) {
	g := s.guest().signIn(annaLogin)
	return s.answered(s.guest().send(http.MethodPost, auth.PathBackChannel, form()).StatusCode, nil), g.state()
}

// replayed plays a notice that was heeded and comes again when the person has
// signed in anew.
func replayed(s *stage) (verdict, sight) {
	first := s.guest().signIn(annaLogin)
	form := url.Values{"logout_token": {s.notice()}}
	provider := s.guest()
	if at := provider.send(http.MethodPost, auth.PathBackChannel, form); at.StatusCode != http.StatusOK || first.state() != goneOut {
		s.t.Errorf("the first time: %d %s", at.StatusCode, at.body)
	}
	g := s.guest().signIn(annaLogin)
	s.restart()
	return s.answered(provider.send(http.MethodPost, auth.PathBackChannel, form).StatusCode, nil), g.state()
}

func initiatedRows() []row {
	leaves := func(change func(*url.URL)) func(*stage) (verdict, sight) {
		return func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			to, err := url.Parse(g.leaveForGood())
			if err != nil {
				s.t.Fatal(err)
			}
			change(to)
			back := g.send(http.MethodGet, to.String(), nil)
			at, err := back.Location()
			if err != nil || !strings.HasPrefix(at.String(), s.server.URL+"/") {
				s.t.Fatalf("the provider sends to %v, %v", at, err)
			}
			if shown := g.send(http.MethodGet, at.RequestURI(), nil); shown.StatusCode != http.StatusOK || shown.body != "the clock" {
				s.t.Errorf("back here: %d %s", shown.StatusCode, shown.body)
			}
			if asked := g.send(http.MethodGet, g.leave(""), nil); asked.StatusCode != http.StatusOK {
				s.t.Errorf("the next sign-in asks nobody who they are: %d", asked.StatusCode)
			}
			return accepted, g.state()
		}
	}
	state := func(value string) func(*url.URL) {
		return func(u *url.URL) {
			q := u.Query()
			q.Set("state", value)
			u.RawQuery = q.Encode()
		}
	}
	return []row{
		{"oidcc-client-test-rp-init-logout", accepted, goneOut, leaves(func(*url.URL) {})},
		// No state is sent, and nothing depends on one that comes.
		{"oidcc-client-test-rp-init-logout-other-state", accepted, goneOut, leaves(state("another"))},
		{"oidcc-client-test-rp-init-logout-no-state", accepted, goneOut, leaves(state(""))},
		{"logout-hint", accepted, goneOut, func(s *stage) (verdict, sight) {
			s.Lie(claim("login_hint", "O.CiQ-opaque"))
			return leaves(func(u *url.URL) {
				if got := u.Query().Get("logout_hint"); got != "O.CiQ-opaque" {
					s.t.Errorf("logout_hint = %q, want what the provider gave", got)
				}
			})(s)
		}},
	}
}

var frame = regexp.MustCompile(`<iframe src="([^"]+)"`)

func frontChannelRows() []row {
	// The frame is in a page of another site, so the browser sends no cookie.
	shown := func(method string, query func(*stage) url.Values) func(*stage) (verdict, sight) {
		return func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			framed := s.guest()
			framed.header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"iframe"}}
			at := framed.send(method, auth.PathFrontChannel+"?"+query(s).Encode(), nil)
			if at.StatusCode != http.StatusOK {
				return rejected, g.state()
			}
			return accepted, g.state()
		}
	}
	named := func(pairs ...string) func(*stage) url.Values {
		return func(s *stage) url.Values {
			q := url.Values{"iss": {s.Issuer()}, "sid": {s.sid()}}
			for i := 0; i < len(pairs); i += 2 {
				if q.Del(pairs[i]); pairs[i+1] != "" {
					q.Set(pairs[i], pairs[i+1])
				}
			}
			return q
		}
	}
	return []row{
		{"oidcc-client-test-rp-frontchannel-rpinitlogout", accepted, goneOut, framedBy(func(g *guest) string { return g.leaveForGood() })},
		{"oidcc-client-test-rp-frontchannel-opinitlogout", accepted, goneOut, framedBy(func(g *guest) string {
			return g.s.origin.URL + g.s.Prefix() + "oauth2/v2.0/logout"
		})},
		{"by-iss-and-sid", accepted, goneOut, shown(http.MethodGet, named())},
		{"another-iss", rejected, stillIn, shown(http.MethodGet, named("iss", "https://evil.example"))},
		{"no-iss", rejected, stillIn, shown(http.MethodGet, named("iss", ""))},
		{"no-sid", rejected, stillIn, shown(http.MethodGet, named("sid", ""))},
		{"sid-twice", rejected, stillIn, shown(http.MethodGet, func(s *stage) url.Values {
			return url.Values{"iss": {s.Issuer()}, "sid": {s.sid(), "another"}}
		})},
		{"another-sid", accepted, stillIn, shown(http.MethodGet, named("sid", "another"))}, // tells nobody
		{"by-post", rejected, stillIn, shown(http.MethodPost, named())},
		{"by-head", rejected, stillIn, shown(http.MethodHead, named())},
	}
}

// framedBy plays a sign-out at the provider whose last page shows this server in
// a frame.
func framedBy(leaves func(*guest) string) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		s.Client.BackChannelURL, s.Client.FrontChannelURL = "", s.server.URL+auth.PathFrontChannel
		g := s.guest().signIn(annaLogin)
		last := g.send(http.MethodGet, leaves(g), nil)
		src := frame.FindStringSubmatch(last.body)
		if src == nil {
			s.t.Fatalf("the provider shows no frame: %s", last.body)
		}
		at := s.guest().send(http.MethodGet, strings.ReplaceAll(src[1], "&amp;", "&"), nil)
		csp := at.Header.Get("Content-Security-Policy")
		if at.StatusCode != http.StatusOK || !strings.Contains(csp, "frame-ancestors "+s.origin.URL) {
			s.t.Errorf("in the frame: %d, policy %q", at.StatusCode, csp)
		}
		return accepted, g.state()
	}
}
