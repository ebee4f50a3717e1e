package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"

	"timeclock/server/session"
)

// Transaction is one sign-in on its way through the provider, as it is stored.
type Transaction struct {
	State   string // hex SHA-256 of the state parameter
	Browser string // hex SHA-256 of the id in the browser's cookie
	Sealed  []byte // what must not be read by others: secrets
	Created time.Time
	Expires time.Time
}

// Transactions keeps sign-ins under way. Every method is atomic, and what it
// reports as done is durable when it returns. Times are kept to the
// millisecond.
type Transactions interface {
	// Begin stores t, drops those of its browser beyond the newest keep that
	// are still open, and those of anybody that expired before t.Created.
	Begin(ctx context.Context, t Transaction, keep int) error
	// Take uses up the open transaction with this state and browser that
	// expires after now, and gives what was sealed in it, once; else false.
	Take(ctx context.Context, state, browser string, now time.Time) ([]byte, bool, error)
	// Finish notes the hash of the session to which a used transaction led.
	Finish(ctx context.Context, state, session string) error
	// Outcome gives what Finish noted, to the same browser; else "".
	Outcome(ctx context.Context, state, browser string) (string, error)
	// Once notes id until expires and forgets what expired by now. It reports
	// whether id was not noted before: of many at once, to one.
	Once(ctx context.Context, id string, now, expires time.Time) (bool, error)
}

// secrets are what the callback needs and nobody else may see.
type secrets struct {
	Verifier string `json:"verifier"` // RFC 7636
	Nonce    string `json:"nonce"`
	Return   string `json:"return"`             // local path
	Replaces string `json:"replaces,omitempty"` // hash of the session before
	// Asked is what the provider was asked for because the session before had
	// ended for want of it.
	Asked string `json:"asked,omitempty"`
}

const (
	transactionLife = 15 * time.Minute // people look for their phone
	transactionKeep = 5                // per browser: tabs at once
)

// The names of the cookie that binds a transaction to the browser that began
// it, over https and over plain http. It is Lax: the callback is a navigation
// from the provider's site.
const (
	cookieName         = "__Host-Http-timeclock-tx"
	insecureCookieName = "timeclock-tx"
)

// transactions begins and takes transactions.
type transactions struct {
	store  Transactions
	vault  *session.Vault
	codecs []securecookie.Codec
	cookie http.Cookie // all but the value
}

func newTransactions(store Transactions, keys *session.Keys, insecure bool) *transactions {
	t := &transactions{
		store:  store,
		vault:  keys.Vault("sign-in"),
		codecs: keys.Codecs(transactionLife),
		cookie: http.Cookie{
			Name:     cookieName,
			Path:     "/",
			MaxAge:   int(transactionLife / time.Second),
			Secure:   true,
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode,
		},
	}
	if insecure {
		t.cookie.Name, t.cookie.Secure = insecureCookieName, false
	}
	return t
}

// begin stores s, binds it to the browser with a cookie and gives its state
// parameter.
func (t *transactions) begin(w http.ResponseWriter, r *http.Request, s secrets, now time.Time) (string, error) {
	browser, ok := t.browser(r)
	if !ok {
		browser = random()
	}
	plain, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encode sign-in: %w", err)
	}
	state := random()
	stored := Transaction{
		State: hash(state), Browser: hash(browser),
		Sealed:  t.vault.Seal(hash(state), plain),
		Created: now, Expires: now.Add(transactionLife),
	}
	if err := t.store.Begin(r.Context(), stored, transactionKeep); err != nil {
		return "", fmt.Errorf("%w: begin sign-in: %w", session.ErrStore, err)
	}
	cookie := t.cookie
	if cookie.Value, err = securecookie.EncodeMulti(cookie.Name, []byte(browser), t.codecs...); err != nil {
		return "", fmt.Errorf("encode sign-in cookie: %w", err)
	}
	http.SetCookie(w, &cookie)
	return state, nil
}

// take uses up the transaction with this state, if it is of r's browser.
func (t *transactions) take(r *http.Request, state string, now time.Time) (secrets, bool, error) {
	browser, ok := t.browser(r)
	if !ok {
		return secrets{}, false, nil
	}
	sealed, ok, err := t.store.Take(r.Context(), hash(state), hash(browser), now)
	if err != nil {
		return secrets{}, false, fmt.Errorf("%w: take sign-in: %w", session.ErrStore, err)
	}
	if !ok {
		return secrets{}, false, nil
	}
	plain, err := t.vault.Open(hash(state), sealed)
	if err != nil {
		return secrets{}, false, nil // sealed by a key that was dropped since
	}
	var s secrets
	if err := json.Unmarshal(plain, &s); err != nil {
		return secrets{}, false, fmt.Errorf("decode sign-in: %w", err)
	}
	return s, true, nil
}

// outcome gives the hash of the session to which the used transaction with this
// state led in r's browser; else "".
func (t *transactions) outcome(r *http.Request, state string) (string, error) {
	browser, ok := t.browser(r)
	if !ok {
		return "", nil
	}
	led, err := t.store.Outcome(r.Context(), hash(state), hash(browser))
	if err != nil {
		return "", fmt.Errorf("%w: read sign-in: %w", session.ErrStore, err)
	}
	return led, nil
}

// browser gives the id in r's cookie if this server made the cookie.
func (t *transactions) browser(r *http.Request) (string, bool) {
	c, err := r.Cookie(t.cookie.Name)
	if err != nil {
		return "", false
	}
	var id []byte
	if err := securecookie.DecodeMulti(c.Name, c.Value, &id, t.codecs...); err != nil {
		return "", false
	}
	return string(id), true
}

// random gives 256 random bits as text.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
