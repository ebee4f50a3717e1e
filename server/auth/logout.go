package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"timeclock/app/wire"
	"timeclock/server/session"
	"timeclock/server/telemetry"
)

// Where the provider tells that a session of its own has ended: by a request of
// its server (OpenID Connect Back-Channel Logout 1.0), or by a frame in the
// browser (Front-Channel Logout 1.0), which is all that Entra knows.
const (
	PathBackChannel  = "/auth/backchannel-logout"
	PathFrontChannel = "/auth/frontchannel-logout"
)

const (
	signOutWithin = 2 * time.Second // to learn where one signs out at the provider
	maxNotice     = 32 << 10        // bytes of the body of a notice
	oldestNotice  = 5 * time.Minute // since it was issued
	longestNotice = 10 * time.Minute
)

// logout ends the session and tells where to go on.
func (f *flow) logout(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	site := r.Header.Get("Sec-Fetch-Site") // "none" is a person's own navigation, which sets no header
	if r.Header.Get(wire.Header) != wire.HeaderValue || site != "" && site != "same-origin" || f.crossOrigin.Check(r) != nil {
		writeJSON(w, wire.ContentTypeProblem, http.StatusForbidden,
			wire.NewProblem(http.StatusForbidden, wire.CodeCrossSite, "signing out must be asked for by this origin's pages"))
		return
	}
	ended, err := f.Sessions.End(ctx, w, r)
	if err != nil {
		f.Log.ErrorContext(ctx, "sign-out failed", "err", err)
		writeJSON(w, wire.ContentTypeProblem, http.StatusServiceUnavailable,
			wire.NewProblem(http.StatusServiceUnavailable, wire.CodeStore, "the session could not be ended"))
		return
	}
	next := "/"
	if ended.Hash != "" {
		f.audit.Write(ctx, telemetry.SignedOut, slog.String("person", ended.Person.LogID()), slog.String("session", ended.LogID()))
		next = f.signOutAt(ctx, ended)
	}
	writeJSON(w, "application/json", http.StatusOK, wire.SignedOut{Next: next})
}

// signOutAt gives where the browser signs out at the provider, if that can be
// learned soon; one is signed out here in any case.
func (f *flow) signOutAt(ctx context.Context, ended session.Session) string {
	if ended.Issuer != f.Provider.config.Issuer {
		return "/"
	}
	ctx, cancel := context.WithTimeout(ctx, signOutWithin)
	defer cancel()
	m, err := f.Provider.metadata(ctx)
	if err != nil {
		f.Log.WarnContext(ctx, "not signed out at the provider", "err", err)
		return "/"
	}
	return f.Provider.signOutURL(m, ended.Hint)
}

// backChannel takes a logout token. Whatever is wrong is answered with 400, also
// that the sessions could not be ended (§2.8). A flood of bad tokens costs a
// look at each signature and nothing else: no fetch of keys beyond the limit, no
// query, and soon no line in the log; and it holds up no good one.
func (f *flow) backChannel(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	r.Body = http.MaxBytesReader(w, r.Body, maxNotice)
	err := f.noticed(r)
	if err == nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	if _, ok := f.noticesRefused.Take("", f.Now()); !ok {
		w.Header().Set("Retry-After", "1")
		refuseNotice(w, http.StatusTooManyRequests)
		return
	}
	f.audit.Write(ctx, telemetry.LogoutRefused, slog.String("reason", noticeReason(err)))
	f.Log.WarnContext(ctx, "logout notice refused", "err", brief(err))
	refuseNotice(w, http.StatusBadRequest)
}

// noticed reads a notice and heeds it.
func (f *flow) noticed(r *http.Request) error {
	if err := r.ParseForm(); err != nil || len(r.PostForm["logout_token"]) != 1 {
		return errors.New("it is no form with one logout_token")
	}
	n, err := f.Provider.checkNotice(r.Context(), r.PostForm.Get("logout_token"))
	if err != nil {
		return err
	}
	return f.heed(r.Context(), n)
}

func refuseNotice(w http.ResponseWriter, status int) {
	writeJSON(w, "application/json", status, map[string]string{"error": "invalid_request"})
}

// noticeReason is the word for err in the audit log.
func noticeReason(err error) string {
	switch {
	case errors.Is(err, errReplayed):
		return "replayed"
	case errors.Is(err, session.ErrStore):
		return "store"
	case errors.Is(err, session.ErrUnavailable), errors.Is(err, session.ErrConfig):
		return "provider"
	}
	return "token"
}

// notice is what a logout token says.
type notice struct {
	id           string // hash of issuer and jti
	sid, subject string // one of them may be empty
	expires      time.Time
}

var errReplayed = errors.New("it was heeded before")

// heed ends what n names, once. Whoever tries again after a failure sends another
// token.
func (f *flow) heed(ctx context.Context, n notice) error {
	first, err := f.Transactions.Once(ctx, n.id, f.Now(), n.expires.Add(Leeway))
	if err != nil {
		return fmt.Errorf("%w: note a notice: %w", session.ErrStore, err)
	}
	if !first {
		return errReplayed
	}
	_, err = f.Sessions.EndUnder(ctx, f.Provider.config.Issuer, n.sid, n.subject)
	return err
}

// checkNotice verifies a logout token (Back-Channel Logout 1.0 §2.6). go-oidc
// checks signature, issuer, audience, expiry, that there is an event and no
// nonce, and that something is named; the rest is checked here.
func (p *Provider) checkNotice(ctx context.Context, raw string) (notice, error) {
	m, err := p.metadata(ctx)
	if err != nil {
		return notice{}, err
	}
	if err := checkType(raw, "logout+jwt"); err != nil {
		return notice{}, err
	}
	token, err := m.idTokens.VerifyLogout(ctx, raw)
	if err != nil {
		if keysMissing(err) {
			return notice{}, fmt.Errorf("%w: %s", session.ErrUnavailable, brief(err))
		}
		return notice{}, errors.New(brief(err))
	}
	var c struct {
		Events map[string]json.RawMessage `json:"events"`
	}
	if err := payload(raw, &c); err != nil {
		return notice{}, errors.New("claims are of another kind")
	}
	var event map[string]json.RawMessage
	now := p.config.Now()
	switch err := json.Unmarshal(c.Events[logoutEvent], &event); {
	case err != nil || event == nil:
		return notice{}, errors.New("the event is not an object")
	case token.IssuedAt.IsZero(), token.IssuedAt.After(now.Add(Leeway)), token.IssuedAt.Before(now.Add(-oldestNotice)):
		return notice{}, errors.New("iat is missing, or not of now")
	case token.Expiry.Sub(token.IssuedAt) > longestNotice:
		return notice{}, errors.New("it is good for too long")
	case len(token.TokenID) > maxID || len(token.Subject) > maxID:
		return notice{}, errors.New("jti or sub is too long")
	}
	return notice{
		id:  hash(p.config.Issuer + " " + token.TokenID),
		sid: clip(token.SessionID, maxID), subject: token.Subject, expires: token.Expiry,
	}, nil
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// frontChannel takes what the provider's page shows in a frame. The browser
// keeps the session cookie back there, so that iss and sid must name the
// session; sid is the provider's secret, and whoever knows it could end that
// session and nothing else. It is a GET that changes something, because the
// standard has it so; the answer tells nobody whether anything was ended.
func (f *flow) frontChannel(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	sid := clip(q.Get("sid"), maxID)
	switch {
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	case len(q["iss"]) != 1 || len(q["sid"]) != 1 || q.Get("iss") != f.Provider.config.Issuer || sid == "":
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	n, err := f.Sessions.EndUnder(ctx, f.Provider.config.Issuer, sid, "")
	if err != nil {
		f.Log.ErrorContext(ctx, "logout notice not heeded", "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if _, ok := f.noticesRefused.Take("front", f.Now()); n == 0 && !ok {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors "+strings.Join(f.frameAncestors(ctx), " "))
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	fmt.Fprint(w, "<!doctype html><title>Signed out</title>")
}

// frameAncestors are the origins of the provider's pages.
func (f *flow) frameAncestors(ctx context.Context) []string {
	addresses := []string{f.Provider.config.Issuer}
	if m, err := f.Provider.metadata(ctx); err == nil {
		addresses = append(addresses, m.Auth, m.EndSession)
	}
	var origins []string
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Host != "" && !slices.Contains(origins, u.Scheme+"://"+u.Host) {
			origins = append(origins, u.Scheme+"://"+u.Host)
		}
	}
	return origins
}
