package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/sandbox/idp"
	"timeclock/server/session"
)

// verdict is what must become of what a row tries.
type verdict string

const (
	accepted verdict = "accepted"
	rejected verdict = "rejected"
)

// sight is what the person sees then.
type sight string

const (
	clockAgain sight = "the clock, where the person was"
	clockHome  sight = "the clock"
	stillIn    sight = "nothing; still signed in"
	goneOut    sight = "signed out"
	waiting    sight = "nothing; the call is tried again later"
)

// page is the page that says why a sign-in came to nothing.
func page(r words.Refusal) sight { return sight(words.English.SignInRefused(r).What) }

var providerDown = sight(words.English.Problem(wire.CodeProvider).What)

// row is one case of the conformance plans of the OpenID Foundation for relying
// parties, or of this project's own beyond them.
type row struct {
	name string // as the plan has it
	want verdict
	sees sight
	play func(*stage) (verdict, sight)
}

// plans are all cases, by plan.
func plans() map[string][]row {
	return map[string][]row{
		"basic":         basicRows(),
		"comprehensive": comprehensiveRows(),
		"config":        configRows(),
		"refresh":       refreshRows(),
		"back-channel":  backChannelRows(),
		"rp-initiated":  initiatedRows(),
		"front-channel": frontChannelRows(),
		"3rd-party":     thirdPartyRows(),
		"fapi":          fapiRows(),
		"callback":      callbackRows(),
		"session":       sessionRows(),
		"renewal":       renewalRows(),
		"return":        returnRows(),
		"step-up":       stepUpRows(),
		"secrecy":       secrecyRows(),
	}
}

// TestConformance plays every row. After each, nothing that the provider issued
// may have left the server in an answer, a cookie or a line of the log.
func TestConformance(t *testing.T) {
	least := map[string]int{ // what the plans have
		"basic": 14, "comprehensive": 14, "config": 6, "refresh": 3, "back-channel": 8, "rp-initiated": 3,
		"front-channel": 2, "3rd-party": 1, "fapi": 15,
	}
	for plan, rows := range plans() {
		if len(rows) < least[plan] {
			t.Errorf("plan %s has %d rows, want at least %d", plan, len(rows), least[plan])
		}
		for _, r := range rows {
			t.Run(plan+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				s := newStage(t)
				got, sees := r.play(s)
				if got != r.want || sees != r.sees {
					t.Errorf("%s, and the person sees %q; want %s and %q\n%s", got, sees, r.want, r.sees, s.output())
				}
			})
		}
	}
}

// seen tells what a person sees who comes back from the provider.
func (g *guest) seen(at reply) (verdict, sight) {
	g.s.t.Helper()
	if at.StatusCode == http.StatusSeeOther {
		if g.is() == "nobody" {
			return rejected, sight("sent to " + at.Header.Get("Location") + ", signed out")
		}
		switch to := at.Header.Get("Location"); to {
		case "/history":
			return accepted, clockAgain
		case "/":
			return accepted, clockHome
		default:
			return accepted, sight("sent to " + to)
		}
	}
	if who := g.is(); who != "nobody" {
		g.s.t.Errorf("after a refusal the browser is signed in as %s", who)
	}
	return rejected, g.reads(at)
}

// reads gives the sentence of a refusal's page, and holds what is true of each.
func (g *guest) reads(at reply) sight {
	g.s.t.Helper()
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Location": "", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := at.Header.Get(name); got != want {
			g.s.t.Errorf("%s of the refusal: %q, want %q", name, got, want)
		}
	}
	if strings.Contains(at.body, "http-equiv") || strings.Contains(at.body, "<script") || !strings.Contains(at.body, `href="/auth/login`) {
		g.s.t.Errorf("the page offers no sign-in, or goes there by itself, or shows what came:\n%s", at.body)
	}
	for _, r := range []words.Refusal{
		words.SignInExpired, words.SignInDenied, words.SignInInteraction, words.SignInUntrusted, words.SignInMalformed,
		words.SignInConfig, words.SignInStore,
	} {
		if strings.Contains(at.body, words.English.SignInRefused(r).What) {
			return page(r)
		}
	}
	for _, c := range []wire.Code{wire.CodeProvider, wire.CodeInternal, wire.CodeBusy} {
		if strings.Contains(at.body, words.English.Problem(c).What) {
			return sight(words.English.Problem(c).What)
		}
	}
	return sight(at.body)
}

// signsIn plays a sign-in during which the provider lies.
func signsIn(l idp.Lies) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		g := s.guest()
		back := g.pick(g.leave("?return=/history"), annaLogin)
		s.Lie(l)
		return g.seen(g.comeBack(back))
	}
}

// comesBack plays a sign-in whose way back is changed.
func comesBack(change func(s *stage, g *guest, q url.Values) string) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		g := s.guest()
		q := g.pick(g.leave("?return=/history"), annaLogin)
		return g.seen(g.send(http.MethodGet, wire.PathCallback+"?"+change(s, g, q), nil))
	}
}

// edited changes the parameters that come back.
func edited(change func(url.Values)) func(*stage) (verdict, sight) {
	return comesBack(func(_ *stage, _ *guest, q url.Values) string { change(q); return q.Encode() })
}

// renews plays a renewal of the tokens, two hours after the sign-in, during
// which the provider lies.
func renews(l idp.Lies) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		g := s.guest().signIn(annaLogin)
		s.pass(2 * time.Hour)
		s.Lie(l)
		return g.renewed()
	}
}

// renewed asks for an access token and tells what the person sees.
func (g *guest) renewed() (verdict, sight) {
	g.s.t.Helper()
	_, err := g.s.sessions.AccessToken(context.WithoutCancel(g.s.t.Context()), g.s.hash())
	got := accepted
	if err != nil {
		got = rejected
	}
	in := g.is() == annaObject
	switch {
	case in && errors.Is(err, session.ErrEnded), !in && !errors.Is(err, session.ErrEnded):
		g.s.t.Errorf("signed in: %v, with %v", in, err)
	case in && err != nil:
		return got, waiting
	case in:
		return got, stillIn
	}
	return got, goneOut
}

// claim changes claims of ID tokens; a nil value takes one away.
func claim(pairs ...any) idp.Lies {
	return idp.Lies{Claims: changed(pairs)}
}

func changed(pairs []any) func(map[string]any) {
	return func(m map[string]any) {
		for i := 0; i < len(pairs); i += 2 {
			name := pairs[i].(string)
			if m[name] = pairs[i+1]; pairs[i+1] == nil {
				delete(m, name)
			}
		}
	}
}

// grants changes what the token endpoint answers.
func grants(pairs ...any) idp.Lies { return idp.Lies{Answer: changed(pairs)} }

// serves puts a handler before the provider's path that ends so.
func serves(end string, h http.HandlerFunc) idp.Lies {
	return idp.Lies{Serve: func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, end) {
			return false
		}
		h(w, r)
		return true
	}}
}

// unasked plays on and fails when the provider was asked at the path.
func unasked(end string, play func(*stage) (verdict, sight)) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		got, sees := play(s)
		if n := s.asked(end); n != 0 {
			s.t.Errorf("the provider was asked at %s %d times", end, n)
		}
		return got, sees
	}
}

func TestPlansNameEachCaseOnce(t *testing.T) {
	for plan, rows := range plans() {
		var names []string
		for _, r := range rows {
			names = append(names, r.name)
		}
		slices.Sort(names)
		if len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("plan %s has a case twice: %v", plan, names)
		}
	}
}
