package idp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// code is an authorization code that was given out.
type code struct {
	grant     grant
	redirect  string
	challenge string // PKCE, S256
	expires   time.Time
	family    string // of the refresh tokens it was exchanged for
	used      bool
}

// asked is an authorization request that may be answered.
type asked struct {
	redirect  string
	state     string
	nonce     string
	challenge string
	prompt    string
	hint      string
	openID    []string
	graph     []string
}

// oauthError is an error as OAuth names it.
type oauthError struct {
	code, text string
	claims     string // what the next sign-in must be asked for; empty mostly
}

// read checks an authorization request. With redirect unset in what it gives,
// nothing may be sent to the address in the request: the error is for the
// person to see.
func (p *Provider) read(q url.Values) (asked, *oauthError) {
	if q.Get("client_id") != p.Client.ID {
		return asked{}, &oauthError{code: "unauthorized_client", text: "No application with this client_id is registered."}
	}
	if !registered(p.Client.RedirectURLs, q.Get("redirect_uri")) {
		return asked{}, &oauthError{code: "invalid_request", text: "The redirect_uri is not registered for this application."}
	}
	a := asked{
		redirect: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), prompt: q.Get("prompt"), hint: q.Get("login_hint"),
	}
	for name, values := range q {
		if len(values) > 1 {
			return a, &oauthError{code: "invalid_request", text: "The parameter " + name + " is given more than once."}
		}
	}
	if q.Get("response_type") != "code" {
		return a, &oauthError{code: "unsupported_response_type", text: "The response_type must be code."}
	}
	if mode := q.Get("response_mode"); mode != "" && mode != "query" {
		return a, &oauthError{code: "invalid_request", text: "The response_mode must be query."}
	}
	if q.Get("code_challenge_method") != "S256" || len(a.challenge) != 43 {
		return a, &oauthError{code: "invalid_request", text: "A code_challenge with the method S256 is required."}
	}
	if !slices.Contains([]string{"", "none", "login", "consent", "select_account"}, a.prompt) {
		return a, &oauthError{code: "invalid_request", text: "The prompt is not supported."}
	}
	var err error
	if a.openID, a.graph, err = p.scopes(q.Get("scope")); err != nil {
		return a, &oauthError{code: "invalid_scope", text: err.Error()}
	}
	if !slices.Contains(a.openID, "openid") {
		return a, &oauthError{code: "invalid_scope", text: "The scope openid is required."}
	}
	return a, nil
}

// authorize begins a sign-in (OpenID Connect Core §3.1.2). Somebody who is
// signed in at the provider goes straight back, unless the request wants the
// page or hints at somebody else.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	a, bad := p.read(r.URL.Query())
	if bad != nil {
		p.refuse(w, r, a, bad)
		return
	}
	here, sid := p.signedIn(r)
	if hinted := p.person(a.hint); hinted != nil && here != nil && hinted.Object != here.Object {
		here = nil
	}
	switch {
	case here != nil && (a.prompt == "" || a.prompt == "none"):
		p.back(w, r, a, grant{person: here, sid: sid})
	case a.prompt == "none":
		p.refuse(w, r, a, &oauthError{code: "login_required", text: "Nobody is signed in."})
	default:
		p.page(w, r, a)
	}
}

// choose takes a press on the page: the person is signed in at the provider
// and goes back with a code. The request travels in the form's address, so the
// page keeps working through a restart.
func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	a, bad := p.read(r.URL.Query())
	if bad != nil {
		p.refuse(w, r, a, bad)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	person := p.person(r.PostFormValue("person"))
	if person == nil {
		p.wrong(w, http.StatusBadRequest, "Nobody of that name is known here.")
		return
	}
	sid, err := p.signIn(w, r, person)
	if err != nil {
		p.broken(w, r, err)
		return
	}
	p.back(w, r, a, grant{person: person, sid: sid})
}

// back sends the browser back with a code.
func (p *Provider) back(w http.ResponseWriter, r *http.Request, a asked, g grant) {
	g.nonce, g.openID, g.graph = a.nonce, a.openID, a.graph
	secret := random(32)
	p.mu.Lock()
	now := p.Now()
	for id, c := range p.codes {
		if now.After(c.expires) {
			delete(p.codes, id)
		}
	}
	p.codes[hash(secret)] = &code{grant: g, redirect: a.redirect, challenge: a.challenge, expires: now.Add(codeLife)}
	p.mu.Unlock()
	p.redirect(w, r, a, url.Values{"code": {secret}, "session_state": {g.sid}})
}

// redirect answers an authorization request, with the state as it came and who
// answers (RFC 9207).
func (p *Provider) redirect(w http.ResponseWriter, r *http.Request, a asked, values url.Values) {
	values.Set("iss", p.Issuer())
	if a.state != "" {
		values.Set("state", a.state)
	}
	secure(w)
	http.Redirect(w, r, withQuery(a.redirect, values), http.StatusSeeOther)
}

// refuse answers a request that cannot be granted: to the application when its
// address is known good, else to the person.
func (p *Provider) refuse(w http.ResponseWriter, r *http.Request, a asked, e *oauthError) {
	if a.redirect == "" {
		p.wrong(w, http.StatusBadRequest, e.text)
		return
	}
	p.redirect(w, r, a, url.Values{"error": {e.code}, "error_description": {e.text}})
}

// cookie names the browser's session at the provider.
const cookie = "sandbox_sign_in"

// signedIn gives the person of the browser's session, or nil.
func (p *Provider) signedIn(r *http.Request) (*Person, string) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return nil, ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.state.Sessions[hash(c.Value)]
	if s == nil || p.Now().After(s.Expires) {
		return nil, ""
	}
	return p.person(s.Person), s.Sid
}

// signIn begins a session at the provider in place of the browser's former
// one. The same person signing in again keeps the sid.
func (p *Provider) signIn(w http.ResponseWriter, r *http.Request, person *Person) (string, error) {
	before, sid := p.signedIn(r)
	if before == nil || before.Object != person.Object {
		sid = random(16)
	}
	secret := random(32)
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, err := r.Cookie(cookie); err == nil {
		delete(p.state.Sessions, hash(c.Value))
	}
	p.state.Sessions[hash(secret)] = &session{Person: person.Object, Sid: sid, Expires: p.Now().Add(sessionLife)}
	if err := p.save(); err != nil {
		return "", err
	}
	p.setCookie(w, secret, int(sessionLife.Seconds()))
	return sid, nil
}

// setCookie gives the browser its session, or takes it away when life is
// negative. It lives under the provider's path: other ports of the same host
// see the cookie too, but nobody sends it elsewhere.
func (p *Provider) setCookie(w http.ResponseWriter, secret string, life int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookie, Value: secret, Path: strings.TrimSuffix(p.Prefix(), "/"), MaxAge: life,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
