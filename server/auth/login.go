package auth

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/oauth2"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/session"
)

// login sends the browser to the provider. Another site may ask for it too
// (OpenID Connect Core §4), for this provider alone.
func (f *flow) login(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if iss := q.Get("iss"); iss != "" && iss != f.Provider.config.Issuer {
		return fail(http.StatusForbidden, "wrong_issuer", declined(words.SignInMalformed), nil)
	}
	if err := f.bound(r); err != nil {
		return err
	}
	s := secrets{Verifier: oauth2.GenerateVerifier(), Nonce: random(), Return: f.returnPath(q)}
	prompt := q.Get(wire.ParamPrompt)
	if !slices.Contains(prompts, prompt) {
		prompt = ""
	}
	if err := f.follow(r, &s, prompt); err != nil {
		return err
	}
	m, err := f.Provider.metadata(r.Context())
	if err != nil {
		return err
	}
	state, err := f.transactions.begin(w, r, s, f.Now())
	if err != nil {
		return err
	}
	hint := clip(q.Get("login_hint"), maxID)
	if prompt == "select_account" {
		hint = "" // there is a choice to be made
	}
	seeOther(w, m.authURL(state, s, map[string]string{
		"prompt": prompt, "login_hint": hint, "claims": f.Provider.claimsParameter(s.Asked),
	}))
	return nil
}

// bound refuses to begin a sign-in where that is done too often.
func (f *flow) bound(r *http.Request) error {
	rates, key := f.byStrangers, ""
	if browser, known := f.transactions.browser(r); known {
		rates, key = f.byBrowser, browser
	}
	if _, ok := rates.Take(key, f.Now()); !ok {
		return fail(http.StatusTooManyRequests, "busy", trouble(wire.CodeBusy), nil)
	}
	return nil
}

// returnPath is where to go after the sign-in; for another site's request it is
// in target_link_uri.
func (f *flow) returnPath(q url.Values) string {
	if target, ours := cutOrigin(q.Get("target_link_uri"), f.Provider.config.PublicURL); ours {
		return localPath(target)
	}
	return localPath(q.Get(wire.ParamReturn))
}

// cutOrigin gives what follows the origin in an address that begins with it.
func cutOrigin(address, origin string) (path string, ours bool) {
	if len(address) <= len(origin) || address[:len(origin)] != origin || address[len(origin)] != '/' {
		return "", false
	}
	return address[len(origin):], true
}

// follow notes the session that the sign-in replaces, and what that ended for
// want of. A demand that the last sign-in did not meet, though it was asked, is
// not made again by itself.
func (f *flow) follow(r *http.Request, s *secrets, prompt string) error {
	before, err := session.Current(r.Context())
	if errors.Is(err, session.ErrStore) {
		return err
	}
	if s.Replaces = before.Hash; s.Replaces != "" {
		return nil
	}
	demand, hash, found, err := f.Sessions.Demanded(r)
	if err != nil || !found {
		return err
	}
	if demand.Again && prompt == "" {
		refused := fail(http.StatusForbidden, "step_up_repeated", declined(words.SignInInteraction), nil)
		refused.back, refused.prompt = s.Return, "login"
		return refused
	}
	s.Replaces, s.Asked = hash, demand.Claims
	return nil
}

// claimsParameter is the claims request of a sign-in that is asked for demand,
// which may be empty. At Entra it says beside that, each time, that this client
// heeds claims challenges (cp1; Microsoft, "Claims challenges, claims requests,
// and client capabilities"). Empty means none.
func (p *Provider) claimsParameter(demand string) string {
	if entraTenant(p.config.Issuer) == "" {
		return demand
	}
	request := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(demand), &request) != nil || request == nil {
		request = map[string]json.RawMessage{}
	}
	access := map[string]json.RawMessage{}
	if json.Unmarshal(request["access_token"], &access) != nil || access == nil {
		access = map[string]json.RawMessage{}
	}
	access["xms_cc"] = json.RawMessage(`{"values":["cp1"]}`)
	text, err := json.Marshal(access)
	if err != nil {
		return demand // it was read from JSON, so this cannot be
	}
	request["access_token"] = text
	if text, err = json.Marshal(request); err != nil {
		return demand
	}
	return string(text)
}
