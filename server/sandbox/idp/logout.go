package idp

import (
	"net/http"
	"net/url"
)

// logout ends the session at the provider and goes back to the application
// (OpenID Connect RP-Initiated Logout 1.0). Refresh tokens live on, as they do
// at Entra; it is the application's to forget them.
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
	if err := p.signOut(r, sid); err != nil {
		p.broken(w, r, err)
		return
	}
	p.setCookie(w, "", -1)
	target := r.Form.Get("post_logout_redirect_uri")
	if !trusted || !registered(p.Client.PostLogoutURLs, target) {
		p.goodbye(w)
		return
	}
	values := url.Values{}
	if s := r.Form.Get("state"); s != "" {
		values.Set("state", s)
	}
	secure(w)
	http.Redirect(w, r, withQuery(target, values), http.StatusSeeOther)
}

// signOut ends the browser's session and those the sid names.
func (p *Provider) signOut(r *http.Request, sid string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, err := r.Cookie(cookie); err == nil {
		delete(p.state.Sessions, hash(c.Value))
	}
	for id, s := range p.state.Sessions {
		if sid != "" && s.Sid == sid {
			delete(p.state.Sessions, id)
		}
	}
	return p.save()
}
