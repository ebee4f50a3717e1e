package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/server/session"
	"timeclock/server/sqlite"
)

// provider renews tokens and rotates refresh tokens: whoever presents any but
// the newest is refused for good.
type provider struct {
	now   func() time.Time
	life  time.Duration // of renewed tokens; default an hour
	delay time.Duration
	hook  func() error // before answering; its error is the answer

	mu    sync.Mutex
	calls int
}

func (p *provider) Refresh(_ context.Context, old session.Tokens) (session.Tokens, error) {
	time.Sleep(p.delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hook != nil {
		if err := p.hook(); err != nil {
			p.calls++
			return session.Tokens{}, err
		}
	}
	if old.Refresh != fmt.Sprint("r", p.calls) {
		return session.Tokens{}, fmt.Errorf("%w: refresh token %s was used", session.ErrEnded, old.Refresh)
	}
	p.calls++
	life := p.life
	if life == 0 {
		life = time.Hour
	}
	return session.Tokens{
		Access: fmt.Sprint("a", p.calls), Refresh: fmt.Sprint("r", p.calls),
		Issued: p.now(), Expires: p.now().Add(life),
	}, nil
}

func (p *provider) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls
}

func wantToken(t *testing.T, m *session.Manager, hash, want string) {
	t.Helper()
	if got, err := m.AccessToken(context.WithoutCancel(t.Context()), hash); err != nil || got != want {
		t.Errorf("AccessToken = %q, %v; want %q", got, err, want)
	}
}

func TestAccessTokenIsRenewedWhenItEndsSoon(t *testing.T) {
	for _, tt := range []struct {
		life, left time.Duration
		want       string
	}{
		{time.Hour, 5*time.Minute + time.Second, "a0"},
		{time.Hour, 5 * time.Minute, "a1"},
		{10 * time.Minute, 2*time.Minute + time.Second, "a0"},
		{10 * time.Minute, 2 * time.Minute, "a1"},
		{4 * time.Minute, 61 * time.Second, "a0"},
		{4 * time.Minute, time.Minute, "a1"},
		{time.Minute, 31 * time.Second, "a0"},
		{time.Minute, 30 * time.Second, "a1"},
		{time.Hour, 0, "a1"},
		{time.Hour, -50 * time.Hour, "a1"},
	} {
		r := newRig(t, func(c *session.Config) { c.Idle = 100 * time.Hour })
		s, _ := r.start(t, anna, tt.life)
		r.pass(tt.life - tt.left)
		got, err := r.AccessToken(t.Context(), s.Hash)
		if err != nil || got != tt.want {
			t.Errorf("life %v, %v left: AccessToken = %q, %v; want %q", tt.life, tt.left, got, err, tt.want)
		}
		wantToken(t, r.Manager, s.Hash, tt.want)
	}
}

func TestManyAtOnceAskOnce(t *testing.T) {
	r := newRig(t, nil)
	r.provider.delay = 50 * time.Millisecond
	s, _ := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	others := []*session.Manager{r.Manager, r.manager(t, nil)} // two processes
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() { wantToken(t, others[i%2], s.Hash, "a1") })
	}
	wg.Wait()
	if got := r.provider.asked(); got != 1 {
		t.Errorf("the provider was asked %d times, want 1", got)
	}
}

func TestTheOldTokenServesWhileAnotherProcessRenews(t *testing.T) {
	r := newRig(t, nil)
	release, asked := make(chan bool), make(chan bool)
	r.provider.hook = func() error { close(asked); <-release; return nil }
	s, _ := r.start(t, anna, time.Hour)
	r.pass(56 * time.Minute)
	done := make(chan bool)
	go func() { wantToken(t, r.Manager, s.Hash, "a1"); close(done) }()
	<-asked
	wantToken(t, r.manager(t, nil), s.Hash, "a0")
	close(release)
	<-done
	wantToken(t, r.Manager, s.Hash, "a1")
}

// failingTokens fails Swap a number of times, before or after its effect.
type failingTokens struct {
	session.TokenStore
	mu     sync.Mutex
	fails  int
	before func() // of each Swap
}

func (f *failingTokens) Swap(ctx context.Context, hash string, version int64, sealed []byte) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.before != nil {
		f.before()
	}
	if f.fails > 0 {
		f.fails--
		return false, errors.New("disk full")
	}
	return f.TokenStore.Swap(ctx, hash, version, sealed)
}

func TestRenewedTokensAreStoredBeforeTheyAreUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stored := &failingTokens{}
		r := newRig(t, func(c *session.Config) {
			stored.TokenStore = c.Tokens
			c.Tokens = stored
		})
		s, _ := r.start(t, anna, time.Hour)
		r.pass(2 * time.Hour)

		stored.fails = 1000
		if got, err := r.AccessToken(t.Context(), s.Hash); !errors.Is(err, session.ErrStore) || got != "" {
			t.Errorf("AccessToken when nothing can be stored = %q, %v; want ErrStore", got, err)
		}
		if left := 1000 - stored.fails; left < 3 {
			t.Errorf("storing was tried %d times, want several", left)
		}
		if live, err := r.Live(t.Context(), s.Hash); err != nil || !live {
			t.Errorf("afterwards Live = %v, %v; want the session kept", live, err)
		}
	})
}

func TestAShortStoreFailureLosesNothing(t *testing.T) {
	stored := &failingTokens{fails: 2}
	r := newRig(t, func(c *session.Config) {
		stored.TokenStore = c.Tokens
		c.Tokens = stored
	})
	s, _ := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	wantToken(t, r.Manager, s.Hash, "a1")
	r.pass(2 * time.Hour)
	wantToken(t, r.manager(t, nil), s.Hash, "a2") // the rotated refresh token was kept
}

func TestASessionEndedDuringRenewalStaysEnded(t *testing.T) {
	stored := &failingTokens{}
	r := newRig(t, func(c *session.Config) {
		stored.TokenStore = c.Tokens
		c.Tokens = stored
	})
	s, cookie := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	stored.before = func() {
		if err := r.EndHash(context.WithoutCancel(t.Context()), s.Hash); err != nil {
			t.Error(err)
		}
	}
	_, err := r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "AccessToken", err)
	_, err = load(r.Manager, cookie)
	wantEnded(t, "Load", err)
	if text, err := dump(r.db.Read, "tokens"); err != nil || text != "" {
		t.Errorf("tokens = %q, %v; want none", text, err)
	}
}

func TestRenewalFailures(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cause error
		left  time.Duration // of the old token
		token string
		want  error
		lives bool
	}{
		{"dead, token over", session.ErrEnded, -time.Minute, "", session.ErrEnded, false},
		{"dead, token good", session.ErrEnded, time.Minute, "", session.ErrEnded, false},
		{"down, token over", session.ErrUnavailable, -time.Minute, "", session.ErrUnavailable, true},
		{"down, token good", session.ErrUnavailable, time.Minute, "a0", nil, true},
		{"unknown, token over", errors.New("what?"), -time.Minute, "", session.ErrUnavailable, true},
		{"our fault, token over", session.ErrConfig, -time.Minute, "", session.ErrConfig, true},
		{"our fault, token good", session.ErrConfig, time.Minute, "a0", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, nil)
			r.provider.hook = func() error { return tt.cause }
			s, cookie := r.start(t, anna, time.Hour)
			r.pass(time.Hour - tt.left)
			got, err := r.AccessToken(t.Context(), s.Hash)
			if got != tt.token || !errors.Is(err, tt.want) {
				t.Errorf("AccessToken = %q, %v; want %q, %v", got, err, tt.token, tt.want)
			}
			if _, err := load(r.Manager, cookie); (err == nil) != tt.lives {
				t.Errorf("afterwards Load: %v, want it live: %v", err, tt.lives)
			}
			if r.provider.asked() != 1 {
				t.Errorf("the provider was asked %d times, want 1", r.provider.asked())
			}
			if tt.token != "" { // it is spared while the old token is good
				wantToken(t, r.Manager, s.Hash, tt.token)
				if r.provider.asked() != 1 {
					t.Errorf("the provider was asked again at once")
				}
			}
			if tt.lives && tt.token == "" { // and asked again at once when it is not
				r.provider.hook, r.provider.calls = nil, 0
				wantToken(t, r.Manager, s.Hash, "a1")
			}
		})
	}
}

func TestARefusalThatWasOvertakenEndsNothing(t *testing.T) {
	r := newRig(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	r.provider.hook = func() error { // another process has renewed meanwhile
		text := fmt.Sprintf(`{"access":"theirs","refresh":"r9","issued":%q,"expires":%q}`,
			r.now().Format(time.RFC3339), r.now().Add(time.Hour).Format(time.RFC3339))
		sealed := ring(t, key1).Vault("tokens").Seal(s.Hash, []byte(text))
		if ok, err := (sqlite.Sessions{DB: r.db}).Swap(context.WithoutCancel(t.Context()), s.Hash, 1, sealed); err != nil || !ok {
			t.Errorf("Swap = %v, %v", ok, err)
		}
		return session.ErrEnded
	}
	wantToken(t, r.Manager, s.Hash, "theirs")
	if _, err := load(r.Manager, cookie); err != nil {
		t.Errorf("Load afterwards: %v, want the session", err)
	}
}

func TestWithoutRefreshToken(t *testing.T) {
	r := newRig(t, nil)
	w := httptest.NewRecorder()
	s, err := r.Start(t.Context(), w, httptest.NewRequest("GET", "/", nil), session.SignIn{
		Person: anna, Tokens: session.Tokens{Access: "a0", Issued: r.now(), Expires: r.now().Add(time.Hour)},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.pass(59 * time.Minute)
	wantToken(t, r.Manager, s.Hash, "a0")
	r.pass(time.Minute)
	_, err = r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "AccessToken when the only token is over", err)
	_, err = load(r.Manager, w.Result().Cookies()[0])
	wantEnded(t, "Load afterwards", err)
	if r.provider.asked() != 0 {
		t.Errorf("the provider was asked %d times, want 0", r.provider.asked())
	}
}

func TestARenewalOutlivesItsRequest(t *testing.T) {
	r := newRig(t, nil)
	asked, release := make(chan bool), make(chan bool)
	r.provider.hook = func() error { close(asked); <-release; return nil }
	s, _ := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if _, err := r.AccessToken(ctx, s.Hash); !errors.Is(err, context.Canceled) {
		t.Errorf("AccessToken of a cancelled request = %v, want context.Canceled", err)
	}
	close(release)
	over, stop := context.WithCancel(t.Context())
	stop()
	r.Run(over) // waits for the renewal
	r.provider.hook = nil
	wantToken(t, r.manager(t, nil), s.Hash, "a1")
	if r.provider.asked() != 1 {
		t.Errorf("the provider was asked %d times, want 1", r.provider.asked())
	}
}

func TestASlowProviderIsNotWaitedForWhileTheTokenIsGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.provider.delay = 8 * time.Second
		s, _ := r.start(t, anna, time.Hour)
		r.pass(56 * time.Minute)
		began := time.Now()
		wantToken(t, r.Manager, s.Hash, "a0")
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("AccessToken took %v, want about 2 s", took)
		}
		time.Sleep(10 * time.Second)
		wantToken(t, r.Manager, s.Hash, "a1")
	})
}

func TestPersonToken(t *testing.T) {
	r := newRig(t, func(c *session.Config) { c.Idle = time.Hour })
	_, err := r.PersonToken(t.Context(), anna)
	wantEnded(t, "PersonToken without a session", err)
	old, _ := r.start(t, anna, time.Hour)
	r.pass(2 * time.Hour)
	if got, err := r.PersonToken(t.Context(), anna); err != nil || got != "a1" {
		t.Errorf("PersonToken with an idle session = %q, %v; want a1", got, err)
	}
	if _, cookie := r.start(t, anna, time.Hour); cookie == nil {
		t.Fatal("no cookie")
	}
	if got, err := r.PersonToken(t.Context(), anna); err != nil || got != "a0" {
		t.Errorf("PersonToken with a newer session = %q, %v; want its a0", got, err)
	}
	if err := r.EndHash(t.Context(), old.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := r.PersonToken(t.Context(), session.Person{Tenant: "t2", Object: "anna"}); !errors.Is(err, session.ErrEnded) {
		t.Errorf("PersonToken of another tenant's person: %v, want ErrEnded", err)
	}
}

func TestTokensOpenForTheirSessionAlone(t *testing.T) {
	r := newRig(t, nil)
	one, _ := r.start(t, anna, time.Hour)
	two, _ := r.start(t, session.Person{Tenant: "t1", Object: "ben"}, time.Hour)
	const swap = `UPDATE tokens SET sealed = (SELECT sealed FROM tokens WHERE session = ?) WHERE session = ?`
	if _, err := r.db.Write.ExecContext(t.Context(), swap, one.Hash, two.Hash); err != nil {
		t.Fatal(err)
	}
	_, err := r.AccessToken(t.Context(), two.Hash)
	wantEnded(t, "AccessToken with another session's tokens", err)
}

// TestATokenAtHandIsGivenOnlyWhileItIsStored: a token that was opened once is
// not opened again, and yet never outlives what another process does to it.
func TestATokenAtHandIsGivenOnlyWhileItIsStored(t *testing.T) {
	r := newRig(t, nil)
	other := r.manager(t, nil)
	s, cookie := r.start(t, anna, time.Hour)
	first := token(t, r.Manager, s.Hash)
	if again := token(t, r.Manager, s.Hash); again != first {
		t.Errorf("asked again, the token is %q, want %q", again, first)
	}
	r.pass(56 * time.Minute)
	renewed := token(t, other, s.Hash)
	if got := token(t, r.Manager, s.Hash); renewed == first || got != renewed {
		t.Errorf("the other process renewed %q to %q, and here is %q", first, renewed, got)
	}
	req := httptest.NewRequest("POST", "/", nil)
	req.AddCookie(cookie)
	if _, err := other.End(t.Context(), httptest.NewRecorder(), req); err != nil {
		t.Fatal(err)
	}
	_, err := r.AccessToken(t.Context(), s.Hash)
	wantEnded(t, "AccessToken after the other process ended the session", err)
}

func token(t *testing.T, m *session.Manager, hash string) string {
	t.Helper()
	given, err := m.AccessToken(t.Context(), hash)
	if err != nil || given == "" {
		t.Fatalf("AccessToken = %q, %v", given, err)
	}
	return given
}
