package auth_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/sandbox/idp"
	"timeclock/server/session"
)

func callbackRows() []row {
	said := func(code string) func(*stage) (verdict, sight) {
		return edited(func(q url.Values) {
			q.Del("code")
			q.Set("error", code)
			q.Set("error_description", "<script>alert(1)</script>")
		})
	}
	twice := func(name string) func(*stage) (verdict, sight) {
		return edited(func(q url.Values) { q[name] = []string{q.Get(name), "other"} })
	}
	answers := func(status int, body string) idp.Lies {
		return serves("/token", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
	}
	interaction := page(words.SignInInteraction)
	return []row{
		{"no-cookie", rejected, expired, comesBack(func(s *stage, g *guest, q url.Values) string {
			*g = *s.guest()
			return q.Encode()
		})},
		{"cookie-of-another-browser", rejected, expired, comesBack(func(s *stage, g *guest, q url.Values) string {
			*g = *s.guest()
			g.leave("")
			return q.Encode()
		})},
		{"state-used-before", rejected, expired, comesBack(func(s *stage, g *guest, q url.Values) string {
			g.comeBack(url.Values{"state": q["state"], "iss": q["iss"], "error": {"access_denied"}})
			return q.Encode()
		})},
		{"transaction-expired", rejected, expired, comesBack(func(s *stage, g *guest, q url.Values) string {
			s.pass(16 * time.Minute)
			return q.Encode()
		})},
		{"access_denied", rejected, page(words.SignInDenied), said("access_denied")},
		{"login_required", rejected, interaction, said("login_required")},
		{"consent_required", rejected, interaction, said("consent_required")},
		{"interaction_required", rejected, interaction, said("interaction_required")},
		{"temporarily_unavailable", rejected, providerDown, said("temporarily_unavailable")},
		{"invalid_scope", rejected, config, said("invalid_scope")},
		{"an-error-that-is-no-word", rejected, config, said("<script>")},
		{"state-twice", rejected, malformed, twice("state")},
		{"code-twice", rejected, malformed, twice("code")},
		{"iss-twice", rejected, malformed, twice("iss")},
		{"error-twice", rejected, malformed, twice("error")},
		{"code-of-another", rejected, expired, edited(func(q url.Values) { q.Set("code", "another") })},
		{"back-button", accepted, clockHome, func(s *stage) (verdict, sight) {
			g := s.guest()
			q := g.pick(g.leave("?return=/history"), annaLogin)
			g.comeBack(q)
			before := s.asked("/token")
			got, sees := g.seen(g.comeBack(q))
			if s.asked("/token") != before {
				s.t.Error("the code was redeemed twice")
			}
			return got, sees
		}},
		{"request-for-another-host", accepted, clockAgain, comesBack(func(s *stage, g *guest, q url.Values) string {
			g.header.Set("X-Forwarded-Host", "evil.example")
			g.header.Set("Forwarded", "host=evil.example")
			if to, err := url.Parse(g.leave("")); err != nil || to.Query().Get("redirect_uri") != s.server.URL+wire.PathCallback {
				s.t.Errorf("redirect_uri in %v, %v; want the configured one", to, err)
			}
			return q.Encode()
		})},
		{"query-over-8-KB", rejected, malformed, edited(func(q url.Values) { q.Set("x", strings.Repeat("a", 8<<10)) })},
		{"response-without-id-token", rejected, untrusted, signsIn(grants("id_token", nil))},
		{"html-error-body", rejected, providerDown, signsIn(answers(502, "<html>"+clientSecret))},
		{"html-with-400", rejected, providerDown, signsIn(answers(400, "<html>"+clientSecret))},
		{"200-with-an-error", rejected, expired, signsIn(answers(200, `{"error":"invalid_grant"}`))},
		{"interaction-at-the-token-endpoint", rejected, interaction, signsIn(answers(400, `{"error":"interaction_required","claims":"{}"}`))},
		{"unauthorized_client", rejected, config, signsIn(answers(400, `{"error":"unauthorized_client"}`))},
		{"slow-token-endpoint", rejected, providerDown, signsIn(idp.Lies{TokenDelay: 11 * time.Second})},
		{"endless-body", rejected, providerDown, signsIn(serves("/token", func(w http.ResponseWriter, r *http.Request) {
			for chunk := make([]byte, 1<<20); ; {
				if _, err := w.Write(chunk); err != nil || r.Context().Err() != nil {
					return
				}
			}
		}))},
		{"redirect-with-the-code", rejected, providerDown, signsIn(serves("/token", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://evil.example/", http.StatusTemporaryRedirect)
		}))},
		{"as-a-fetch", rejected, malformed, navigatesAs("cors", "empty")},
		{"as-an-image", rejected, malformed, navigatesAs("no-cors", "image")},
		{"in-a-frame", rejected, malformed, navigatesAs("navigate", "iframe")},
		{"too-many-sign-ins-of-a-browser", rejected, sight(words.English.Problem(wire.CodeBusy).What), func(s *stage) (verdict, sight) {
			g := s.guest()
			for range 40 {
				if at := g.send(http.MethodGet, wire.PathLogin, nil); at.StatusCode != http.StatusSeeOther {
					if at.StatusCode != http.StatusTooManyRequests || at.Header.Get("Retry-After") == "" {
						s.t.Errorf("refused with %d", at.StatusCode)
					}
					s.guest().signIn(benLogin) // nobody else is held up
					return g.seen(at)
				}
			}
			return accepted, ""
		}},
	}
}

// navigatesAs plays the way back as something that is no navigation of a
// person's.
func navigatesAs(mode, dest string) func(*stage) (verdict, sight) {
	return comesBack(func(_ *stage, g *guest, q url.Values) string {
		g.header = http.Header{"Sec-Fetch-Mode": {mode}, "Sec-Fetch-Dest": {dest}, "Sec-Fetch-Site": {"cross-site"}}
		return q.Encode()
	})
}

// returnRows has the corpus of addresses to return to: none but a plain path of
// this server is followed.
func returnRows() []row {
	var rows []row
	for _, to := range []string{
		"//e", "/\\e", "\\/e", "/%5ce", "/%09/e", "/\t/e", "https:e", "https://e", "javascript:alert(1)", "/..//e", "/.//e", "/../e",
		"/\u2044e", "/\uff0fe", "/a\r\nSet-Cookie: x=y", "/%0d%0aSet-Cookie:x", "/" + strings.Repeat("a", 10<<10), "/%252fe", "/%2f/e",
		"/auth/login", "/api/me", "/e;x", "/@e", "///e", "/ e", "",
	} {
		name := fmt.Sprintf("%.20q", to)
		if len(to) > 8<<10 {
			rows = append(rows, row{name, rejected, malformed, func(s *stage) (verdict, sight) {
				g := s.guest()
				return g.seen(g.send(http.MethodGet, wire.PathLogin+"?return="+url.QueryEscape(to), nil))
			}})
			continue
		}
		rows = append(rows, row{name, accepted, clockHome, func(s *stage) (verdict, sight) {
			g := s.guest()
			return g.seen(g.comeBack(g.pick(g.leave("?return="+url.QueryEscape(to)), annaLogin)))
		}})
	}
	return rows
}

// demanded is what Graph wants asked.
const demanded = `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`

func challengeOf(claims string) string {
	return `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", ` +
		`error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(claims)) + `"`
}

// asksGraph has the session's page call Graph, and tells how that was answered.
func (g *guest) asksGraph() int { return g.send(http.MethodGet, "/api/graph", nil).StatusCode }

// claimsIn is the claims parameter of the address at the provider.
func claimsIn(s *stage, location string) string {
	to, err := url.Parse(location)
	if err != nil {
		s.t.Fatal(err)
	}
	return to.Query().Get("claims")
}

func stepUpRows() []row {
	const always = `{"access_token":{"xms_cc":{"values":["cp1"]}}}`
	const merged = `{"access_token":{"acrs":{"essential":true,"value":"c1"},"xms_cc":{"values":["cp1"]}}}`
	return []row{
		{"insufficient_claims", accepted, clockAgain, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			old := s.hash()
			s.graphSays(challengeOf(demanded))
			if status := g.asksGraph(); status != http.StatusUnauthorized || g.state() != goneOut {
				s.t.Errorf("challenged, the call is answered %d and the person is %s", status, g.state())
			}
			if _, err := s.sessions.AccessToken(s.t.Context(), old); err == nil {
				s.t.Error("the tokens are still handed out")
			}
			s.graphSays("")
			at := g.leave("?return=/history")
			if got := claimsIn(s, at); got != merged {
				s.t.Errorf("the sign-in asks for %s, want %s", got, merged)
			}
			got, sees := g.seen(g.comeBack(g.pick(at, annaLogin)))
			if status := g.asksGraph(); status != http.StatusOK {
				s.t.Errorf("after the step-up Graph is asked with %d", status)
			}
			if out := s.output(); !strings.Contains(out, `"msg":"step_up"`) || !strings.Contains(out, `"msg":"step_up_done"`) {
				s.t.Error("the audit log has no step-up")
			}
			return got, sees
		}},
		{"every-sign-in-says-that-it-heeds-challenges", accepted, clockAgain, comesBack(func(s *stage, g *guest, q url.Values) string {
			if got := claimsIn(s, g.leave("")); got != always {
				s.t.Errorf("the sign-in asks for %s, want %s", got, always)
			}
			return q.Encode()
		})},
		{"malformed-claims", rejected, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.graphSays(`Bearer error="insufficient_claims", claims="%%%"`)
			if status := g.asksGraph(); status != http.StatusUnauthorized {
				s.t.Errorf("the call is answered %d", status)
			}
			return rejected, g.state()
		}},
		{"the-same-again-at-once", rejected, page(words.SignInInteraction), func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.graphSays(challengeOf(demanded))
			g.asksGraph()
			g.comeBack(g.pick(g.leave(""), annaLogin))
			g.asksGraph() // Graph is not content with what it asked for
			at := g.send(http.MethodGet, wire.PathLogin+"?return=/history", nil)
			if !strings.Contains(at.body, "prompt=login") {
				s.t.Errorf("the page does not lead to a sign-in that asks:\n%s", at.body)
			}
			got, sees := g.seen(at)
			if asked := g.leave("?prompt=login"); claimsIn(s, asked) != merged {
				s.t.Errorf("by hand it asks for %s", claimsIn(s, asked))
			}
			return got, sees
		}},
		{"interaction_required-with-claims", accepted, clockAgain, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.pass(2 * time.Hour)
			s.Lie(idp.Lies{RefreshError: "interaction_required", RefreshClaims: demanded})
			if got, sees := g.renewed(); got != rejected || sees != goneOut {
				s.t.Errorf("the renewal is %s, %s", got, sees)
			}
			s.Lie(idp.Lies{})
			at := g.leave("?return=/history")
			if claimsIn(s, at) != merged {
				s.t.Errorf("the sign-in asks for %s", claimsIn(s, at))
			}
			return g.seen(g.comeBack(g.pick(at, annaLogin)))
		}},
		{"a-refused-token-is-renewed", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			before := s.asked("/token")
			s.pass(2 * time.Minute)
			s.graphSays(`Bearer error="invalid_token"`)
			g.asksGraph()
			s.graphSays("")
			if status := g.asksGraph(); status != http.StatusOK || s.asked("/token") != before+1 {
				s.t.Errorf("after a refusal: %d with %d renewals, want 200 with one", status, s.asked("/token")-before)
			}
			return accepted, g.state()
		}},
		{"a-new-token-refused-is-kept", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			before := s.asked("/token")
			s.graphSays(`Bearer error="invalid_token"`)
			for range 5 {
				g.asksGraph()
			}
			if n := s.asked("/token") - before; n != 0 {
				s.t.Errorf("the provider was asked %d times for what Graph refuses anyway", n)
			}
			return accepted, g.state()
		}},
		{"another-person-after-the-step-up", accepted, clockHome, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.graphSays(challengeOf(demanded))
			g.asksGraph()
			got, sees := g.seen(g.comeBack(g.pick(g.leave(""), benLogin)))
			if who := g.is(); who != benObject {
				s.t.Errorf("signed in as %s, want Ben", who)
			}
			return got, sees
		}},
	}
}

func secrecyRows() []row {
	return []row{
		{"a-panic-with-every-secret", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			if at := g.send(http.MethodGet, "/api/panic", nil); at.StatusCode != http.StatusInternalServerError {
				s.t.Errorf("the panic is answered %d", at.StatusCode)
			}
			if !strings.Contains(s.output(), "handler panicked") {
				s.t.Error("the log has no panic")
			}
			return accepted, g.state()
		}},
		{"errors-that-quote-secrets", rejected, config, func(s *stage) (verdict, sight) {
			g := s.guest()
			q := g.pick(g.leave(""), annaLogin)
			s.Lie(serves("/token", func(w http.ResponseWriter, r *http.Request) {
				r.ParseForm()
				writeJSON(w, http.StatusBadRequest, map[string]any{
					"error": "<" + r.PostForm.Get("code_verifier"), "error_description": r.PostForm.Encode(), "claims": r.PostForm.Encode(),
				})
			}))
			return g.seen(g.comeBack(q))
		}},
		{"the-cookie-holds-no-token", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			for _, c := range g.cookies() {
				if len(c.Name)+len(c.Value) > 4096 || c.Name == session.CookieName && len(c.Value) > 300 {
					s.t.Errorf("cookie %s has %d bytes", c.Name, len(c.Value))
				}
				for _, secret := range s.Issued() {
					if strings.Contains(c.Value, secret) {
						s.t.Errorf("cookie %s holds a secret", c.Name)
					}
				}
			}
			return accepted, g.state()
		}},
	}
}
