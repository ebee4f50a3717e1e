package idp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

func (e *oauthError) Error() string { return e.code + ": " + e.text }

// token answers the token endpoint (RFC 6749 §3.2).
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	lies := p.lying()
	if lies.TokenDelay > 0 {
		select {
		case <-time.After(lies.TokenDelay):
		case <-r.Context().Done():
			return
		}
	}
	if lies.TokenStatus != 0 {
		http.Error(w, http.StatusText(lies.TokenStatus), lies.TokenStatus)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		p.deny(w, &oauthError{code: "invalid_request", text: "The body is no form."})
		return
	}
	if err := p.authenticate(r); err != nil {
		p.deny(w, err)
		return
	}
	granted, err := p.exchange(r.PostForm, lies)
	var no *oauthError
	switch {
	case errors.As(err, &no):
		p.deny(w, no)
	case err != nil:
		p.broken(w, r, err)
	default:
		answer(w, http.StatusOK, bent(granted, lies.Answer))
	}
}

// authenticate checks the client: its secret in the form or in the header, not
// both (RFC 6749 §2.3).
func (p *Provider) authenticate(r *http.Request) *oauthError {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		if secret != "" {
			return &oauthError{code: "invalid_request", text: "The client authenticates in two ways."}
		}
		id, secret = unescape(user), unescape(password)
	}
	if id != p.Client.ID || subtle.ConstantTimeCompare([]byte(secret), []byte(p.Client.Secret)) != 1 {
		return &oauthError{code: "invalid_client", text: "The client is unknown or its secret is wrong."}
	}
	return nil
}

// unescape undoes the form encoding of credentials in a Basic header.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// exchange carries out a grant.
func (p *Provider) exchange(form url.Values, l Lies) (map[string]any, error) {
	for name, values := range form {
		if len(values) > 1 {
			return nil, &oauthError{code: "invalid_request", text: "The parameter " + name + " is given more than once."}
		}
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		return p.redeem(form, l)
	case "refresh_token":
		return p.refresh(form, l)
	case "client_credentials":
		return p.credentials(form)
	}
	return nil, &oauthError{code: "unsupported_grant_type", text: "The grant_type is not supported."}
}

var errCode = &oauthError{code: "invalid_grant", text: "The code is unknown, expired, used or not for this request."}

// redeem exchanges a code. A second try ends what the first one brought
// (RFC 6749 §4.1.2).
func (p *Provider) redeem(form url.Values, l Lies) (map[string]any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.codes[hash(form.Get("code"))]
	if c == nil || p.Now().After(c.expires) {
		return nil, errCode
	}
	if c.used {
		if f := p.state.Families[c.family]; f != nil {
			f.Ended = true
		}
		return nil, errors.Join(errCode, p.save())
	}
	c.used = true
	p.issued(form.Get("code"))
	p.issued(form.Get("code_verifier"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	proof := base64.RawURLEncoding.EncodeToString(sum[:])
	if form.Get("redirect_uri") != c.redirect || subtle.ConstantTimeCompare([]byte(proof), []byte(c.challenge)) != 1 {
		return nil, errCode
	}
	granted, err := p.tokens(c.grant, l)
	if err != nil || !slices.Contains(c.grant.openID, "offline_access") {
		return granted, err
	}
	c.family = random(16)
	p.state.Families[c.family] = &family{Person: c.grant.person.Object, Sid: c.grant.sid,
		Scopes: c.grant.graph, OpenID: c.grant.openID}
	granted["refresh_token"], err = p.rotate(c.family)
	return granted, err
}

// rotate makes the next refresh token of a family, durably. The caller holds
// the lock.
func (p *Provider) rotate(id string) (string, error) {
	token := id + "." + random(32)
	p.issued(token)
	f := p.state.Families[id]
	f.Current, f.Expires = hash(token), p.Now().Add(refreshLife)
	return token, p.save()
}

// refresh exchanges a refresh token for a new one. One that was used before
// ends its family: whoever holds the newer one may be a thief.
func (p *Provider) refresh(form url.Values, l Lies) (map[string]any, error) {
	if l.RefreshError != "" {
		return nil, &oauthError{code: l.RefreshError, text: "The refresh is refused.", claims: l.RefreshClaims}
	}
	given := form.Get("refresh_token")
	id, _, _ := strings.Cut(given, ".")
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.state.Families[id]
	if f == nil || f.Ended || p.Now().After(f.Expires) {
		return nil, &oauthError{code: "invalid_grant", text: "The refresh token is unknown, expired or revoked."}
	}
	if hash(given) != f.Current && !l.Lenient {
		f.Ended = true
		p.Log.Warn("refresh token used twice; its family ends")
		return nil, errors.Join(&oauthError{code: "invalid_grant", text: "The refresh token was used before."}, p.save())
	}
	g := grant{person: p.person(f.Person), sid: f.Sid, openID: f.OpenID, graph: f.Scopes}
	if g.person == nil {
		return nil, &oauthError{code: "invalid_grant", text: "The person is no longer known."}
	}
	if err := p.narrow(&g, form.Get("scope")); err != nil {
		return nil, err
	}
	granted, err := p.tokens(g, l)
	if err != nil {
		return nil, err
	}
	granted["refresh_token"], err = p.rotate(id)
	return granted, err
}

// narrow asks for less than was granted; asking for more is refused.
func (p *Provider) narrow(g *grant, scope string) error {
	if scope == "" {
		return nil
	}
	openID, graph, err := p.scopes(scope)
	if err != nil {
		return &oauthError{code: "invalid_scope", text: err.Error()}
	}
	for _, s := range graph {
		if !slices.Contains(g.graph, s) {
			return &oauthError{code: "invalid_scope", text: "The scope " + s + " was not granted."}
		}
	}
	if len(graph) > 0 {
		g.graph = graph
	}
	if len(openID) > 0 {
		g.openID = openID
	}
	return nil
}

// tokens mints what a person's grant brings, but for the refresh token.
func (p *Provider) tokens(g grant, l Lies) (map[string]any, error) {
	access, err := p.accessToken(g)
	if err != nil {
		return nil, err
	}
	life := int(p.AccessLife.Seconds())
	granted := map[string]any{
		"token_type": "Bearer", "access_token": access, "expires_in": life, "ext_expires_in": life,
		"scope": strings.Join(append(slices.Clone(g.openID), g.graph...), " "),
	}
	if slices.Contains(g.openID, "openid") {
		granted["id_token"], err = p.idToken(g, l)
	}
	return granted, err
}

// credentials gives the client a token of its own. The only scope is all that
// was granted to it.
func (p *Provider) credentials(form url.Values) (map[string]any, error) {
	scope := form.Get("scope")
	if scope != p.Audience+"/.default" && scope != "https://graph.microsoft.com/.default" {
		return nil, &oauthError{code: "invalid_scope", text: "The scope of client credentials is the API's root followed by /.default."}
	}
	access, err := p.appToken()
	life := int(p.AccessLife.Seconds())
	return map[string]any{"token_type": "Bearer", "access_token": access, "expires_in": life, "ext_expires_in": life}, err
}

// Revoke ends every refresh token of a person, as an administrator would.
// Access tokens live on until they expire.
func (p *Provider) Revoke(object string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.state.Families {
		if strings.EqualFold(f.Person, object) {
			f.Ended = true
		}
	}
	return p.save()
}

// revoke ends the line of a refresh token (RFC 7009 §2); one that is not known
// is none any more.
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		p.deny(w, &oauthError{code: "invalid_request", text: "The body is no form."})
		return
	}
	if err := p.authenticate(r); err != nil {
		p.deny(w, err)
		return
	}
	id, _, _ := strings.Cut(r.PostForm.Get("token"), ".")
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.state.Families[id]; f != nil {
		f.Ended = true
	}
	if err := p.save(); err != nil {
		p.broken(w, r, err)
	}
}

// userinfo answers who the bearer of an access token is.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	access, err := p.Verify(token)
	person := p.person(access.Object)
	if err != nil || person == nil || !strings.EqualFold(scheme, "Bearer") {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	given, rest, _ := strings.Cut(person.Name, " ")
	answer(w, http.StatusOK, bent(map[string]any{
		"sub": access.Subject, "name": person.Name, "given_name": given, "family_name": rest, "email": person.Login,
	}, p.lying().Userinfo))
}

// deny answers the token endpoint's refusal (RFC 6749 §5.2).
func (p *Provider) deny(w http.ResponseWriter, e *oauthError) {
	status := http.StatusBadRequest
	if e.code == "invalid_client" {
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", `Basic realm="token"`)
	}
	said := map[string]string{
		"error": e.code, "error_description": e.text, "trace_id": random(12),
		"timestamp": p.Now().UTC().Format("2006-01-02 15:04:05Z"),
	}
	if e.claims != "" {
		said["claims"], said["suberror"] = e.claims, "basic_action"
	}
	answer(w, status, said)
}

// answer sends JSON that nothing may keep.
func answer(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "The answer cannot be written.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	w.WriteHeader(status)
	w.Write(text)
}
