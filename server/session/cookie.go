package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

// The names of the cookie, over https and over plain http. Browsers take the
// prefix __Host- only with Secure, Path=/ and no Domain, and __Host-Http- only
// from a server and with HttpOnly, so that neither a sibling host nor a script
// can plant one.
const (
	CookieName         = "__Host-Http-timeclock"
	InsecureCookieName = "timeclock-session"
)

const idSize = 32 // bytes of a session id, from crypto/rand

// cookies is the sessions.Store of gorilla/sessions for live sessions. It is
// strict where the stores that come with that library are lenient: New gives an
// ID only for a live session, and Save never creates one, whatever ID it is
// handed.
type cookies struct {
	name    string
	options sessions.Options
	codecs  []securecookie.Codec
	find    func(ctx context.Context, hash string) (Session, error) // live ones; else ErrEnded or ErrStore
	remove  func(ctx context.Context, hash string) error
	known   recent[[sha256.Size]byte, string] // hashes of ids, by those of the cookies they were in
}

var _ sessions.Store = (*cookies)(nil)

// valueSession is the key in sessions.Session.Values under which the Session
// stands.
type valueSession struct{}

func newCookies(keys *Keys, lifetime time.Duration, insecure bool) *cookies {
	c := &cookies{
		name:   CookieName,
		codecs: keys.Codecs(lifetime),
		options: sessions.Options{
			Path:     "/",
			MaxAge:   int(lifetime / time.Second),
			Secure:   true,
			HttpOnly: true,
			SameSite: http.SameSiteStrictMode,
		},
	}
	if insecure {
		c.name, c.options.Secure = InsecureCookieName, false
	}
	return c
}

// Get gives the session of the request, read once.
func (c *cookies) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(c, name)
}

// New reads the session of the request. Without a live one it gives a session
// with ID "" and IsNew; its error wraps ErrStore.
func (c *cookies) New(r *http.Request, name string) (*sessions.Session, error) {
	s := sessions.NewSession(c, name)
	options := c.options
	s.Options, s.IsNew = &options, true
	if name != c.name {
		return s, fmt.Errorf("session cookie is %s, not %s", c.name, name)
	}
	id, ok := c.id(r)
	if !ok {
		return s, nil
	}
	found, err := c.find(r.Context(), hashOf(id))
	if errors.Is(err, ErrEnded) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.ID, s.IsNew = id, false
	s.Values[valueSession{}] = found
	return s, nil
}

// Save writes the cookie of a live session. With Options.MaxAge <= 0 it ends
// the session and removes the cookie. For any other ID it removes the cookie,
// clears the ID and gives an error that wraps ErrEnded.
func (c *cookies) Save(r *http.Request, w http.ResponseWriter, s *sessions.Session) error {
	if s.Options.MaxAge <= 0 {
		if s.ID != "" {
			if err := c.remove(r.Context(), hashOf(s.ID)); err != nil {
				return err // the cookie stays, since the session does
			}
		}
		c.forget(w, s)
		return nil
	}
	_, err := c.find(r.Context(), hashOf(s.ID))
	if errors.Is(err, ErrEnded) {
		c.forget(w, s)
	}
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	value, err := securecookie.EncodeMulti(c.name, []byte(s.ID), c.codecs...)
	if err != nil {
		return fmt.Errorf("encode session cookie: %w", err)
	}
	http.SetCookie(w, sessions.NewCookie(c.name, value, s.Options))
	return nil
}

func (c *cookies) forget(w http.ResponseWriter, s *sessions.Session) {
	s.ID, s.IsNew = "", true
	delete(s.Values, valueSession{})
	options := c.options
	options.MaxAge = -1
	http.SetCookie(w, sessions.NewCookie(c.name, "", &options))
}

// hash gives the hash of the id in the request's cookie if this server made the
// cookie. What a cookie held once it always holds; how old it may be is known of
// its session, which is as old.
func (c *cookies) hash(r *http.Request) (string, bool) {
	cookie, err := r.Cookie(c.name)
	if err != nil {
		return "", false
	}
	sum := sha256.Sum256([]byte(cookie.Value))
	if hash, ok := c.known.get(sum); ok {
		return hash, true
	}
	id, ok := c.open(cookie.Value)
	if !ok {
		return "", false
	}
	hash := hashOf(id)
	c.known.put(sum, hash)
	return hash, true
}

// id gives the id in the request's cookie if this server made the cookie.
func (c *cookies) id(r *http.Request) (string, bool) {
	cookie, err := r.Cookie(c.name)
	if err != nil {
		return "", false
	}
	return c.open(cookie.Value)
}

// open gives the id in the value of a cookie that this server made.
func (c *cookies) open(value string) (string, bool) {
	var id []byte
	if err := securecookie.DecodeMulti(c.name, value, &id, c.codecs...); err != nil {
		return "", false
	}
	return string(id), len(id) == base64.RawURLEncoding.EncodedLen(idSize)
}

// newID gives 256 random bits.
func newID() string {
	var b [idSize]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hashOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}
