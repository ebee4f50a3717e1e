package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/session"
	"timeclock/server/sheet"
	"timeclock/server/telemetry"
)

const (
	callbackPath = wire.PathCallback
	maxQuery     = 8 << 10 // bytes of a query here
)

// prompts are the values of wire.ParamPrompt that are passed on (OpenID Connect
// Core §3.1.2.1); any other is as if it were not there.
var prompts = []string{"select_account", "login", "none"}

// Handler answers everything under /auth. All fields but Now and Log are
// required, InsecureHTTP as in session.Config.
type Handler struct {
	Provider     *Provider
	Sessions     *session.Manager
	Transactions Transactions
	Keys         *session.Keys
	InsecureHTTP bool
	Pages        sheet.Pages

	Now func() time.Time // default time.Now
	Log *slog.Logger     // default slog.Default(); gets the audit lines
}

// flow is a Handler ready to serve.
type flow struct {
	Handler
	transactions *transactions
	crossOrigin  *http.CrossOriginProtection
	audit        telemetry.Audit

	// How often a sign-in is begun: by one browser, and by all that come
	// without the cookie of one, whatever their address. How many notices are
	// refused with a line in the log.
	byBrowser, byStrangers, noticesRefused *session.Rates
}

// A person begins a sign-in now and then, and a script for ever. Strangers are
// as many as come to work at eight in the morning.
const (
	browserEvery   = 6 * time.Second
	browserBurst   = 20
	strangersEvery = 2 * time.Millisecond
	strangersBurst = 10_000
	noticesEvery   = time.Second
	noticesBurst   = 30
)

// Mount registers the handlers. They find the session of a request themselves.
func (h Handler) Mount(mux *http.ServeMux) {
	if h.Now == nil {
		h.Now = time.Now
	}
	if h.Log == nil {
		h.Log = slog.Default()
	}
	f := &flow{
		Handler: h, transactions: newTransactions(h.Transactions, h.Keys, h.InsecureHTTP),
		crossOrigin: http.NewCrossOriginProtection(), audit: telemetry.Audit{Log: h.Log},
		byBrowser:      session.NewRates(browserEvery, browserBurst),
		byStrangers:    session.NewRates(strangersEvery, strangersBurst),
		noticesRefused: session.NewRates(noticesEvery, noticesBurst),
	}
	mux.Handle(wire.PathLogin, f.navigation(f.login))
	mux.Handle(wire.PathCallback, f.navigation(f.callback))
	mux.Handle("POST "+PathBackChannel, private(http.HandlerFunc(f.backChannel)))
	mux.Handle("GET "+PathFrontChannel, private(http.HandlerFunc(f.frontChannel)))
	mux.Handle("POST "+wire.PathLogout, private(h.Sessions.Load(http.HandlerFunc(f.logout))))
}

// private keeps what is under /auth out of caches, and its addresses, which
// hold codes, out of other servers' logs.
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// navigation serves f to a person's navigation alone, and writes the page of
// its failure. A browser that tells why it asks may not ask as an image, a
// frame or a fetch: a GET that changes something must not be had from a page.
func (f *flow) navigation(serve func(http.ResponseWriter, *http.Request) error) http.Handler {
	return private(f.Sessions.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := error(nil)
		mode, dest := r.Header.Get("Sec-Fetch-Mode"), r.Header.Get("Sec-Fetch-Dest")
		switch {
		case r.Method != http.MethodGet:
			err = fail(http.StatusMethodNotAllowed, "method", declined(words.SignInMalformed), nil)
		case mode != "" && mode != "navigate", slices.Contains([]string{"iframe", "frame", "embed", "object"}, dest):
			err = fail(http.StatusForbidden, "not_navigation", declined(words.SignInMalformed), nil)
		case len(r.URL.RawQuery) > maxQuery:
			err = fail(http.StatusRequestURITooLong, "too_long", declined(words.SignInMalformed), nil)
		default:
			err = serve(w, r)
		}
		if err != nil {
			f.refuse(w, r, err)
		}
	})))
}

// callback takes the provider's answer.
func (f *flow) callback(w http.ResponseWriter, r *http.Request) error {
	a, err := readAnswer(r.URL.RawQuery)
	if err != nil {
		return fail(http.StatusBadRequest, "malformed", declined(words.SignInMalformed), err)
	}
	m, err := f.Provider.metadata(r.Context())
	if err != nil {
		return err
	}
	s, ok, err := f.transactions.take(r, a.state, f.Now())
	if err != nil {
		return err
	}
	if !ok {
		return f.again(w, r, a.state)
	}
	if err := f.signIn(w, r, m, a, s); err != nil {
		return returning(err, s.Return)
	}
	seeOther(w, s.Return)
	return nil
}

// signIn turns the provider's answer into a session.
func (f *flow) signIn(w http.ResponseWriter, r *http.Request, m *metadata, a authorization, s secrets) error {
	ctx := r.Context()
	if a.issuer != f.Provider.config.Issuer && (a.issuer != "" || m.SendsIssuer) {
		return fail(http.StatusForbidden, "wrong_issuer", declined(words.SignInUntrusted), nil) // RFC 9207
	}
	if a.failure != "" {
		return providerSaid(a.failure)
	}
	if a.code == "" {
		return fail(http.StatusBadRequest, "no_code", declined(words.SignInMalformed), nil)
	}
	asked := f.Now()
	g, err := f.Provider.redeem(ctx, m, a.code, s.Verifier)
	if err != nil {
		return codeRefusal(err)
	}
	who, err := f.Provider.checkSignIn(ctx, m, g, s.Nonce)
	if errors.Is(err, session.ErrUnavailable) {
		return err
	}
	if err != nil {
		return fail(http.StatusForbidden, "id_token", declined(words.SignInUntrusted), err)
	}
	tokens := g.tokens(asked)
	tokens.Asked, tokens.Hint = s.Asked, who.hint
	begun, err := f.Sessions.Start(ctx, w, r, session.SignIn{
		Person: who.person, Issuer: f.Provider.config.Issuer, Sid: who.sid, Subject: who.subject, Roles: who.roles,
		Tokens: tokens, Replaces: s.Replaces,
	})
	if err != nil {
		return err
	}
	if err := f.Transactions.Finish(ctx, hash(a.state), begun.Hash); err != nil {
		f.Log.WarnContext(ctx, "sign-in not noted", "err", err)
	}
	event := telemetry.SignedIn
	if s.Asked != "" {
		event = telemetry.SteppedUp
	}
	f.audit.Write(ctx, event, slog.String("person", begun.Person.LogID()), slog.String("session", begun.LogID()))
	return nil
}

// again answers a callback that names no open transaction of this browser. One
// that comes back to a finished sign-in, by the back button or a reload, is
// simply let in.
func (f *flow) again(w http.ResponseWriter, r *http.Request, state string) error {
	_, here := session.From(r.Context())
	if !here {
		led, err := f.transactions.outcome(r, state)
		if err != nil {
			return err
		}
		if here, err = f.Sessions.Live(r.Context(), led); err != nil {
			return err
		}
	}
	if !here {
		return fail(http.StatusBadRequest, "no_transaction", declined(words.SignInExpired), nil)
	}
	seeOther(w, "/")
	return nil
}

// authorization is what the provider sends with the browser (RFC 6749 §4.1.2).
type authorization struct {
	state, code, issuer, failure string
}

// readAnswer reads an answer whose parameters must not come twice.
func readAnswer(query string) (authorization, error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return authorization{}, errors.New("the query cannot be read")
	}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(q[name]) > 1 {
			return authorization{}, fmt.Errorf("%s comes twice", name)
		}
	}
	if q.Get("state") == "" {
		return authorization{}, errors.New("state is missing")
	}
	return authorization{q.Get("state"), q.Get("code"), q.Get("iss"), q.Get("error")}, nil
}

// providerSaid is the failure for an error the provider sent with the browser
// (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
func providerSaid(code string) error {
	err := fmt.Errorf("the provider answers %s", word(code))
	if slices.Contains(interactions, code) {
		return fail(http.StatusForbidden, "interaction_required", declined(words.SignInInteraction), err)
	}
	switch code {
	case "access_denied":
		return fail(http.StatusForbidden, "access_denied", declined(words.SignInDenied), err)
	case "server_error", "temporarily_unavailable":
		return fmt.Errorf("%w: %w", session.ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", session.ErrConfig, err)
}

// seeOther redirects with 303: whatever came before, what follows is a GET.
func seeOther(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

func writeJSON(w http.ResponseWriter, contentType string, status int, v any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // the connection is gone if this fails
}
