package session_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"timeclock/server/session"
	"timeclock/server/sqlite"
	"timeclock/server/telemetry"
)

var (
	key1 = []byte("0123456789abcdef0123456789abcdef")
	key2 = []byte("fedcba9876543210fedcba9876543210")
	anna = session.Person{Tenant: "t1", Object: "anna", Name: "Anna"}
	quit = slog.New(slog.NewTextHandler(io.Discard, nil))
)

// rig is a Manager over a real database, with a clock one can move.
type rig struct {
	*session.Manager
	db       *sqlite.DB
	provider *provider
	mu       sync.Mutex
	at       time.Time
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = r.at.Add(d)
}

// newRig opens a database of its own; change, if given, alters the Config.
func newRig(t testing.TB, change func(*session.Config)) *rig {
	t.Helper()
	db, err := sqlite.OpenAlone(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { db.Close() })
	r := &rig{db: db, at: time.Now().Truncate(time.Millisecond)}
	r.provider = &provider{now: r.now}
	r.Manager = r.manager(t, change)
	return r
}

// manager makes another Manager on the same database, as another process would.
func (r *rig) manager(t testing.TB, change func(*session.Config)) *session.Manager {
	t.Helper()
	stores := sqlite.Sessions{DB: r.db}
	c := session.Config{
		Sessions: stores, People: stores, Tokens: stores, Grants: stores,
		Refresher: r.provider, Keys: ring(t, key1), Now: r.now, Log: quit,
	}
	if change != nil {
		change(&c)
	}
	m, err := session.New(c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return m
}

func ring(t testing.TB, secrets ...[]byte) *session.Keys {
	t.Helper()
	keys, err := session.NewKeys(secrets...)
	if err != nil {
		t.Fatalf("NewKeys: %v", err)
	}
	return keys
}

// start begins a session for p whose access token lives for the time given,
// and gives it with its cookie.
func (r *rig) start(t testing.TB, p session.Person, life time.Duration, cookies ...*http.Cookie) (session.Session, *http.Cookie) {
	t.Helper()
	w, req := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	for _, c := range cookies {
		req.AddCookie(c)
	}
	s, err := r.Start(t.Context(), w, req, session.SignIn{
		Person: p, Issuer: "https://issuer.example", Sid: "sid", Roles: []string{"Supervisor"},
		Tokens: session.Tokens{Access: "a0", Refresh: "r0", ID: "id", Issued: r.now(), Expires: r.now().Add(life)},
	})
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	set := w.Result().Cookies()
	if len(set) != 1 {
		t.Fatalf("Start set %d cookies, want 1", len(set))
	}
	return s, set[0]
}

// load gives what a request with the cookies finds.
func load(m *session.Manager, cookies ...*http.Cookie) (s session.Session, err error) {
	req := httptest.NewRequest("GET", "/", nil)
	for _, c := range cookies {
		req.AddCookie(c)
	}
	m.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s, err = session.Current(r.Context())
	})).ServeHTTP(httptest.NewRecorder(), req)
	return s, err
}

func wantEnded(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, session.ErrEnded) {
		t.Errorf("%s: %v, want ErrEnded", what, err)
	}
}

func TestStartSetsTheCookie(t *testing.T) {
	for _, tt := range []struct {
		insecure, lax bool
		want          string
	}{
		{false, false, "__Host-Http-timeclock=; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict"},
		{true, false, "timeclock-session=; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"},
		{false, true, "__Host-Http-timeclock=; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"},
	} {
		r := newRig(t, func(c *session.Config) { c.InsecureHTTP, c.Lax = tt.insecure, tt.lax })
		s, cookie := r.start(t, anna, time.Hour)
		if cookie.Value == "" || strings.Contains(cookie.Value, s.Hash) {
			t.Errorf("cookie value %q, want one that does not tell the hash", cookie.Value)
		}
		shown := *cookie
		shown.Value, shown.Expires, shown.RawExpires = "", time.Time{}, ""
		if got := shown.String(); got != tt.want {
			t.Errorf("InsecureHTTP %v, Lax %v: cookie %s, want %s", tt.insecure, tt.lax, got, tt.want)
		}
		got, err := load(r.Manager, cookie)
		if err != nil || got.Hash != s.Hash || got.Person != anna || got.Sid != "sid" || len(got.Roles) != 1 {
			t.Errorf("Load = %+v, %v; want %+v", got, err, s)
		}
	}
}

func TestStartRefusesNobody(t *testing.T) {
	r := newRig(t, nil)
	w := httptest.NewRecorder()
	_, err := r.Start(t.Context(), w, httptest.NewRequest("GET", "/", nil), session.SignIn{Person: session.Person{Tenant: "t1"}})
	if err == nil || len(w.Result().Cookies()) > 0 {
		t.Errorf("Start without identity: %v with %d cookies, want an error and none", err, len(w.Result().Cookies()))
	}
}

func TestSessionLifetimes(t *testing.T) {
	r := newRig(t, func(c *session.Config) { c.Idle, c.Max = time.Hour, 3*time.Hour })
	s, cookie := r.start(t, anna, 100*time.Hour)
	for i := range 3 { // each request moves the idle limit
		r.pass(50 * time.Minute)
		if _, err := load(r.Manager, cookie); err != nil {
			t.Fatalf("after %d × 50 min: %v", i+1, err)
		}
	}
	r.pass(30 * time.Minute)
	_, err := load(r.Manager, cookie)
	wantEnded(t, "at the absolute limit", err)
	_, err = r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "AccessToken at the absolute limit", err)

	s, cookie = r.start(t, anna, 100*time.Hour)
	r.pass(time.Hour)
	_, err = load(r.Manager, cookie)
	wantEnded(t, "idle for an hour", err)
	if token, err := r.AccessToken(t.Context(), s.Hash); err != nil || token != "a0" {
		t.Errorf("AccessToken of an idle session = %q, %v; want a0", token, err)
	}
	r.pass(-time.Minute) // the clock is set back: still one minute short of idle
	if _, err := load(r.Manager, cookie); err != nil {
		t.Errorf("59 min after it was seen: %v, want it live", err)
	}
}

func TestTouchWritesOnceAMinute(t *testing.T) {
	r := newRig(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	for _, tt := range []struct {
		pass, want time.Duration
	}{{59 * time.Second, 0}, {time.Second, 60 * time.Second}, {30 * time.Second, 60 * time.Second}} {
		r.pass(tt.pass)
		if _, err := load(r.Manager, cookie); err != nil {
			t.Fatal(err)
		}
		stored, _, err := sqlite.Sessions{DB: r.db}.Find(t.Context(), s.Hash)
		if err != nil || stored.Seen.Sub(s.Created) != tt.want {
			t.Errorf("seen %v after the start, %v; want %v", stored.Seen.Sub(s.Created), err, tt.want)
		}
	}
}

func TestFixation(t *testing.T) {
	r := newRig(t, nil)
	planted, plantedCookie := r.start(t, session.Person{Tenant: "t1", Object: "mallory"}, time.Hour)
	s, cookie := r.start(t, anna, time.Hour, plantedCookie)
	if s.Hash == planted.Hash || cookie.Value == plantedCookie.Value {
		t.Error("signing in kept the id the browser came with")
	}
	_, err := load(r.Manager, plantedCookie)
	wantEnded(t, "the session the browser had before", err)
}

func TestStartReplacesTheSessionNamed(t *testing.T) {
	r := newRig(t, nil)
	old, oldCookie := r.start(t, anna, time.Hour)
	_, err := r.Start(t.Context(), httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), session.SignIn{Person: anna, Replaces: old.Hash})
	if err != nil {
		t.Fatal(err)
	}
	_, err = load(r.Manager, oldCookie)
	wantEnded(t, "the session replaced", err)
}

func TestCookiesOfOthersAreNothing(t *testing.T) {
	r := newRig(t, nil)
	_, good := r.start(t, anna, time.Hour)
	forged := func(key, value []byte, name string) string {
		c := ring(t, key).Codecs(time.Hour)[0]
		v, err := c.Encode(name, value)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	id := []byte(strings.Repeat("A", 43))
	flipped := []byte(good.Value)
	flipped[len(flipped)/2] ^= 1
	for name, value := range map[string]string{
		"empty":                   "",
		"garbage":                 "%%%",
		"flipped":                 string(flipped),
		"truncated":               good.Value[:len(good.Value)-4],
		"too long":                strings.Repeat("A", 5000),
		"unknown id":              forged(key1, id, session.CookieName),
		"short id":                forged(key1, id[:3], session.CookieName),
		"another key":             forged(key2, id, session.CookieName),
		"another cookie's":        forged(key1, id, "__Host-Http-timeclock-tx"),
		"plain id, not encrypted": string(id),
	} {
		_, err := load(r.Manager, &http.Cookie{Name: session.CookieName, Value: value})
		wantEnded(t, name, err)
	}
	if _, err := load(r.Manager, good); err != nil {
		t.Errorf("the good cookie: %v", err)
	}
	_, err := load(r.Manager)
	wantEnded(t, "no cookie", err)
}

func TestNewKeysRefusesWeakOnes(t *testing.T) {
	for name, secrets := range map[string][][]byte{
		"none":     {},
		"empty":    {{}},
		"short":    {key1[:31]},
		"long":     {append(key1[:32:32], 'x')},
		"zeros":    {make([]byte, 32)},
		"repeated": {[]byte(strings.Repeat("x", 32))},
		"twice":    {key1, key2, key1},
	} {
		if _, err := session.NewKeys(secrets...); err == nil {
			t.Errorf("NewKeys(%s) succeeded, want an error", name)
		}
	}
}

func TestStoreFailureIsNotSignedOut(t *testing.T) {
	r := newRig(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	r.db.Close()
	time.Sleep(sqlite.NoticedWithin) // until then what was read last serves
	_, err := load(r.Manager, cookie)
	if !errors.Is(err, session.ErrStore) || errors.Is(err, session.ErrEnded) {
		t.Errorf("Load = %v, want ErrStore", err)
	}
	if _, err := r.AccessToken(t.Context(), s.Hash); !errors.Is(err, session.ErrStore) || errors.Is(err, session.ErrEnded) {
		t.Errorf("AccessToken = %v, want ErrStore", err)
	}
	req, w := httptest.NewRequest("POST", "/", nil), httptest.NewRecorder()
	req.AddCookie(cookie)
	if _, err := r.End(t.Context(), w, req); !errors.Is(err, session.ErrStore) || len(w.Result().Cookies()) > 0 {
		t.Errorf("End = %v with cookies %v; want ErrStore and the cookie left", err, w.Result().Cookies())
	}
	_, err = load(r.Manager)
	wantEnded(t, "no cookie, with the store down", err)
}

func TestAFailedTouchDoesNotRefuse(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	r.db.Write.Close()
	r.pass(2 * time.Minute)
	if _, err := load(r.Manager, cookie); err != nil {
		t.Errorf("Load when touching fails: %v, want the session", err)
	}
	r.pass(12 * time.Hour)
	_, err := load(r.Manager, cookie)
	wantEnded(t, "Load of an idle session when touching fails", err)
}

func TestEndAll(t *testing.T) {
	r := newRig(t, nil)
	_, one := r.start(t, anna, time.Hour)
	_, two := r.start(t, anna, time.Hour)
	_, other := r.start(t, session.Person{Tenant: "t2", Object: "anna"}, time.Hour)
	if n, err := r.EndAll(t.Context(), anna, telemetry.ByAdministrator); err != nil || n != 2 {
		t.Errorf("EndAll = %d, %v; want 2", n, err)
	}
	for _, c := range []*http.Cookie{one, two} {
		_, err := load(r.Manager, c)
		wantEnded(t, "a session of the person", err)
	}
	if _, err := load(r.Manager, other); err != nil {
		t.Errorf("a session of another tenant's person: %v", err)
	}
}

func TestEndBesideRequests(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	r.pass(2 * time.Minute) // so that each wants to touch
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := load(r.Manager, cookie); err != nil && !errors.Is(err, session.ErrEnded) {
				t.Errorf("Load: %v", err)
			}
		})
	}
	req := httptest.NewRequest("POST", "/", nil)
	req.AddCookie(cookie)
	if _, err := r.End(t.Context(), httptest.NewRecorder(), req); err != nil {
		t.Errorf("End: %v", err)
	}
	wg.Wait()
	_, err := load(r.Manager, cookie)
	wantEnded(t, "afterwards", err)
}

func TestExpireOfManySessions(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	const many = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
		INSERT INTO sessions (hash, tenant, object, name, issuer, sid, roles, created, seen, expires)
		SELECT 'h' || i, 't', 'o', '', '', '', '[]', 0, 0, i FROM n`
	if _, err := r.db.Write.ExecContext(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	if err := r.Expire(t.Context()); err != nil {
		t.Fatalf("Expire: %v", err)
	}
	var left int
	if err := r.db.Read.QueryRowContext(t.Context(), "SELECT count(*) FROM sessions").Scan(&left); err != nil || left != 1 {
		t.Errorf("%d sessions left, %v; want 1", left, err)
	}
	if _, err := load(r.Manager, cookie); err != nil {
		t.Errorf("the live one: %v", err)
	}
}

func TestLoadTwiceReadsOnce(t *testing.T) {
	counted := &countingStore{}
	r := newRig(t, func(c *session.Config) {
		counted.Store = c.Sessions
		c.Sessions = counted
	})
	_, cookie := r.start(t, anna, time.Hour)
	before := counted.finds
	req := httptest.NewRequest("GET", "/", nil)
	req.AddCookie(cookie)
	r.Load(r.Load(http.NotFoundHandler())).ServeHTTP(httptest.NewRecorder(), req)
	if got := counted.finds - before; got != 1 {
		t.Errorf("Load within Load read %d times, want 1", got)
	}
}

type countingStore struct {
	session.Store
	finds int
}

func (c *countingStore) Find(ctx context.Context, hash string) (session.Session, bool, error) {
	c.finds++
	return c.Store.Find(ctx, hash)
}

func TestTheDatabaseHoldsNoSecrets(t *testing.T) {
	r := newRig(t, nil)
	_, cookie := r.start(t, anna, time.Hour)
	var id []byte
	if err := securecookie.DecodeMulti(session.CookieName, cookie.Value, &id, ring(t, key1).Codecs(time.Hour)...); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"sessions", "tokens"} {
		text, err := dump(r.db.Read, table)
		if err != nil || text == "" {
			t.Fatalf("dump %s: %q, %v", table, text, err)
		}
		for _, secret := range []string{string(id), cookie.Value, `"a0"`, `"r0"`, `"id"`} {
			if strings.Contains(text, secret) {
				t.Errorf("table %s holds %q in the clear", table, secret)
			}
		}
	}
}

func dump(db *sql.DB, table string) (string, error) {
	rows, err := db.Query("SELECT * FROM " + table)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for rows.Next() {
		row := make([]any, len(columns))
		for i := range row {
			row[i] = new(any)
		}
		if err := rows.Scan(row...); err != nil {
			return "", err
		}
		for _, v := range row {
			fmt.Fprintf(&b, "%s ", *v.(*any))
		}
	}
	return b.String(), rows.Err()
}
