package auth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/sandbox/idp"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

func refreshRows() []row {
	return []row{
		{"oidcc-client-test-refresh-token", accepted, stillIn, renews(idp.Lies{})},
		{"oidcc-client-test-refresh-token-invalid-issuer", rejected, goneOut, renews(claim("iss", "https://evil.example"))},
		{"oidcc-client-test-refresh-token-invalid-sub", rejected, goneOut, renews(claim("sub", "somebody"))},
	}
}

// signedInThen plays something on a browser that is signed in.
func signedInThen(play func(*stage, *guest)) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		g := s.guest().signIn(annaLogin)
		play(s, g)
		sees := g.state()
		if sees == stillIn {
			return accepted, sees
		}
		return rejected, sees
	}
}

func sessionRows() []row {
	return []row{
		{"fixation", accepted, clockHome, func(s *stage) (verdict, sight) {
			mallory := s.guest().signIn(benLogin)
			g := s.guest()
			planted := mallory.held()
			g.plant(session.CookieName, planted)
			got, sees := g.seen(g.comeBack(g.pick(g.leave("?prompt=select_account"), annaLogin)))
			if g.held() == planted || g.state() != stillIn {
				s.t.Error("the sign-in kept the cookie that was planted")
			}
			if who := mallory.is(); who != "nobody" {
				s.t.Errorf("the session that was planted is of %s", who)
			}
			return got, sees
		}},
		{"resurrection-after-sign-out", rejected, goneOut, signedInThen(func(s *stage, g *guest) {
			old := g.held()
			g.leaveForGood()
			g.plant(session.CookieName, old)
			g.send(http.MethodGet, "/api/graph", nil)
			s.restart()
		})},
		{"tampered-cookie", rejected, goneOut, signedInThen(func(_ *stage, g *guest) {
			value := []byte(g.held())
			value[len(value)/2] ^= 1
			g.plant(session.CookieName, string(value))
		})},
		{"cookie-of-a-key-that-was-dropped", rejected, goneOut, signedInThen(func(s *stage, _ *guest) {
			s.keys = [][]byte{[]byte("fedcba9876543210fedcba9876543210")}
			s.restart()
		})},
		{"key-rotation", accepted, stillIn, signedInThen(func(s *stage, g *guest) {
			s.keys = append([][]byte{[]byte("fedcba9876543210fedcba9876543210")}, s.keys...)
			s.restart()
			if status := g.asksGraph(); status != http.StatusOK {
				s.t.Errorf("tokens under the old key: %d", status)
			}
		})},
		{"idle", rejected, goneOut, signedInThen(func(s *stage, _ *guest) { s.pass(12*time.Hour + time.Minute) })},
		{"not-idle", accepted, stillIn, signedInThen(func(s *stage, g *guest) {
			for range 3 {
				s.pass(11 * time.Hour)
				g.is()
			}
		})},
		{"absolute-end", rejected, goneOut, signedInThen(func(s *stage, g *guest) {
			for range 16 {
				s.pass(11 * time.Hour)
				g.is()
			}
		})},
		{"sign-out-beside-calls", rejected, goneOut, signedInThen(func(s *stage, g *guest) {
			twin := s.guest()
			twin.plant(session.CookieName, g.held())
			var calls sync.WaitGroup
			for range 8 {
				calls.Go(func() {
					if status := twin.asksGraph(); status != http.StatusOK && status != http.StatusUnauthorized {
						s.t.Errorf("a call beside the sign-out is answered %d", status)
					}
				})
			}
			g.leaveForGood()
			calls.Wait()
		})},
		{"store-failure", rejected, page(words.SignInStore), func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.db.Close()
			time.Sleep(sqlite.NoticedWithin) // until then what was read last serves
			if at := g.send(http.MethodGet, "/api/who", nil); at.StatusCode != http.StatusServiceUnavailable || len(at.Cookies()) > 0 {
				s.t.Errorf("a call is answered %d with cookies %v; want 503 and none", at.StatusCode, at.Cookies())
			}
			at := g.send(http.MethodGet, wire.PathLogin, nil) // no way round in circles
			if at.StatusCode != http.StatusServiceUnavailable || at.Header.Get("Retry-After") == "" {
				s.t.Errorf("the sign-in is answered %d", at.StatusCode)
			}
			return rejected, g.reads(at)
		}},
		{"restart", accepted, stillIn, signedInThen(func(s *stage, g *guest) {
			s.restart()
			if status := g.asksGraph(); status != http.StatusOK {
				s.t.Errorf("after a restart Graph is asked with %d", status)
			}
		})},
		{"clearing-away-10000", accepted, stillIn, signedInThen(func(s *stage, _ *guest) {
			const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
				INSERT INTO sessions (hash, tenant, object, name, issuer, sid, roles, created, seen, expires)
				SELECT 'h' || i, 't', 'o', '', '', '', '[]', 0, 0, i FROM n`
			if _, err := s.db.Write.ExecContext(s.t.Context(), many); err != nil {
				s.t.Fatal(err)
			}
			if err := s.sessions.Expire(s.t.Context()); err != nil {
				s.t.Error(err)
			}
			var left int
			if err := s.db.Read.QueryRowContext(s.t.Context(), "SELECT count(*) FROM sessions").Scan(&left); err != nil || left != 1 {
				s.t.Errorf("%d sessions left, %v; want 1", left, err)
			}
		})},
	}
}

// many asks for the token of the newest session 50 times at once, spread over
// the processes, and fails unless the provider is asked once.
func (s *stage) many(processes ...*session.Manager) {
	hash, before := s.hash(), s.asked("/token")
	var tokens sync.Map
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			token, err := processes[i%len(processes)].AccessToken(context.WithoutCancel(s.t.Context()), hash)
			if err != nil {
				s.t.Errorf("AccessToken: %v", err)
			}
			tokens.Store(token, true)
		})
	}
	all.Wait()
	different := 0
	tokens.Range(func(any, any) bool { different++; return true })
	if n := s.asked("/token") - before; n != 1 || different != 1 {
		s.t.Errorf("50 at once made %d token requests and got %d tokens, want one of each", n, different)
	}
}

// dies lets one process crash between the provider's answer and the write, and
// another take over when the lease of the first has run out.
func dies(l idp.Lies) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		g := s.guest().signIn(annaLogin)
		s.pass(2 * time.Hour)
		var answered atomic.Bool
		crash := l
		crash.Answer = func(map[string]any) {
			if !answered.Swap(true) {
				s.db.Write.Close() // nothing is written from here on
			}
		}
		s.Lie(crash)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.t.Context()), 3*time.Second)
		defer cancel()
		if token, err := s.sessions.AccessToken(ctx, s.hash()); token != "" || err == nil {
			s.t.Errorf("tokens that are not stored are used: %v", err)
		}
		s.reopen()
		s.pass(21 * time.Second)
		return g.renewed()
	}
}

func renewalRows() []row {
	down := func(status int, body string) idp.Lies {
		return serves("/token", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			w.Write([]byte(body))
		})
	}
	refused := func(code string) idp.Lies { return idp.Lies{RefreshError: code} }
	return []row{
		{"50-at-once", accepted, stillIn, signedInThen(func(s *stage, _ *guest) {
			s.pass(2 * time.Hour)
			s.many(s.sessions)
		})},
		{"two-processes", accepted, stillIn, signedInThen(func(s *stage, _ *guest) {
			var other *session.Manager
			s.process(&other)
			for range 3 {
				s.pass(2 * time.Hour)
				s.many(s.sessions, other)
			}
		})},
		{"crash-before-the-write-lenient", accepted, stillIn, dies(idp.Lies{Lenient: true})},
		// Where a used refresh token ends its family the session is lost, and
		// the person is told to sign in, once.
		{"crash-before-the-write-strict", rejected, goneOut, dies(idp.Lies{})},
		{"reuse-ends-the-family", rejected, goneOut, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			if err := s.Revoke(annaObject); err != nil { // as after a reuse elsewhere
				s.t.Fatal(err)
			}
			s.pass(2 * time.Hour)
			return g.renewed()
		}},
		{"invalid_grant", rejected, goneOut, renews(refused("invalid_grant"))},
		{"interaction_required", rejected, goneOut, renews(refused("interaction_required"))},
		{"login_required", rejected, goneOut, renews(refused("login_required"))},
		{"consent_required", rejected, goneOut, renews(refused("consent_required"))},
		{"invalid_request", rejected, goneOut, renews(refused("invalid_request"))}, // dex
		{"unauthorized_client", rejected, goneOut, renews(refused("unauthorized_client"))},
		{"invalid_client", rejected, waiting, renews(refused("invalid_client"))},
		{"invalid_scope", rejected, waiting, renews(refused("invalid_scope"))},
		{"429", rejected, waiting, renews(down(429, `{"error":"slow_down"}`))},
		{"500", rejected, waiting, renews(down(500, `{"error":"invalid_grant"}`))},
		{"a-page-of-a-gateway", rejected, waiting, renews(down(403, "<html>blocked"))},
		{"cut-connection", rejected, waiting, renews(serves("/token", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))},
		{"down-while-the-old-token-is-good", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.pass(56 * time.Minute)
			s.Lie(down(503, ""))
			return g.renewed()
		}},
		{"clock-jumps-ahead", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.pass(11 * time.Hour)
			return g.renewed()
		}},
		{"clock-jumps-back", accepted, stillIn, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.pass(2 * time.Hour)
			if got, sees := g.renewed(); got != accepted || sees != stillIn {
				s.t.Errorf("before: %s, %s", got, sees)
			}
			s.pass(-2 * time.Hour)
			return g.renewed()
		}},
		{"revoked-at-sign-out", rejected, goneOut, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			g.leaveForGood()
			over, stop := context.WithCancel(s.t.Context())
			stop()
			s.sessions.Run(over) // waits for what goes on in the background
			if n := s.asked("/revoke"); n != 1 {
				s.t.Errorf("the provider was told %d times that the tokens are not needed, want once", n)
			}
			return rejected, g.state()
		}},
		{"sign-out-when-revoking-fails", rejected, goneOut, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			s.Lie(serves("/revoke", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
			g.leaveForGood()
			return rejected, g.state()
		}},
		{"ended-meanwhile", rejected, goneOut, func(s *stage) (verdict, sight) {
			g := s.guest().signIn(annaLogin)
			hash := s.hash()
			s.pass(2 * time.Hour)
			s.Lie(idp.Lies{Answer: func(map[string]any) {
				if err := s.sessions.EndHash(context.WithoutCancel(s.t.Context()), hash); err != nil {
					s.t.Error(err)
				}
			}})
			token, err := s.sessions.AccessToken(s.t.Context(), hash)
			if !errors.Is(err, session.ErrEnded) || token != "" {
				s.t.Errorf("AccessToken = %v, want ErrEnded", err)
			}
			return rejected, g.state()
		}},
	}
}

// reopen opens the database anew, as the next process does.
func (s *stage) reopen() {
	s.t.Helper()
	file := ""
	if err := s.db.Read.QueryRowContext(s.t.Context(), "SELECT file FROM pragma_database_list").Scan(&file); err != nil {
		s.t.Fatal(err)
	}
	s.db.Close()
	s.db = s.open(file)
	s.restart()
}

// audited are the audit lines of the log that tell of the event.
func (s *stage) audited(event string) []string {
	var lines []string
	for line := range strings.Lines(s.output()) {
		if strings.Contains(line, `"msg":"`+event+`"`) && strings.Contains(line, `"audit":true`) {
			lines = append(lines, line)
		}
	}
	return lines
}
