package idp

import (
	"net/http"
	"net/url"
)

// logout ends the session at the provider and goes back to the application
// (OpenID Connect RP-Initiated Logout 1.0). Refresh tokens live on, as they do
// at Entra; it is the application's to forget them. An application that wants to
// hear of it by the front channel is shown in frames of a page on the way back.
func (p *Provider) logout(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		p.wrong(w, http.StatusBadRequest, "The request cannot be read.")
		return
	}
	sid, trusted := "", r.Form.Get("client_id") == p.Client.ID
	if hint := r.Form.Get("id_token_hint"); hint != "" {
		var err error
		if sid, err = p.hinted(hint); err != nil {
			p.wrong(w, http.StatusBadRequest, "The id_token_hint is none of ours.")
			return
		}
		trusted = true
	}
	ended, err := p.signOut(r, sid)
	if err != nil {
		p.broken(w, r, err)
		return
	}
	p.setCookie(w, "", -1)
	p.tell(r.Context(), ended)
	back := p.wayBack(r, trusted)
	if frames := p.frames(ended); back == "" || len(frames) > 0 {
		p.goodbye(w, back, frames...)
		return
	}
	secure(w)
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// wayBack is where the application wants the browser after a sign-out; empty
// when it may not say, or says nothing that is registered.
func (p *Provider) wayBack(r *http.Request, trusted bool) string {
	target := r.Form.Get("post_logout_redirect_uri")
	if !trusted || !registered(p.Client.PostLogoutURLs, target) {
		return ""
	}
	values := url.Values{}
	if s := r.Form.Get("state"); s != "" {
		values.Set("state", s)
	}
	return withQuery(target, values)
}

// signOut ends the browser's session and those the sid names, and gives them.
func (p *Provider) signOut(r *http.Request, sid string) (ended []*session, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	here := ""
	if c, err := r.Cookie(cookie); err == nil {
		here = hash(c.Value)
	}
	for id, s := range p.state.Sessions {
		if id == here || sid != "" && s.Sid == sid {
			delete(p.state.Sessions, id)
			ended = append(ended, s)
		}
	}
	return ended, p.save()
}
