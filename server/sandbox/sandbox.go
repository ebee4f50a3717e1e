package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"timeclock/server/sandbox/front"
	"timeclock/server/sandbox/idp"
	"timeclock/server/sandbox/tenant"
)

// The registration of the application in the sandbox's tenant. It is the same
// everywhere and protects nothing.
const (
	TenantID     = "5a9db0c5-0000-4000-8000-0000000b0ca5"
	ClientID     = "5a9db0c5-0000-4000-8000-000000c1e270"
	ClientSecret = "sandbox-secret-known-to-everybody"
)

// Options is how a sandbox is started. The zero value is a sandbox in memory
// on a free port, with its people but without their work.
type Options struct {
	Dir  string // folder that keeps the tenant between runs; empty keeps it in memory
	Addr string // loopback address and port; "127.0.0.1:0" when empty
	// Now is the clock of stamps, limits and token lives; nil is time.Now.
	// Delays and timeouts run on real time.
	Now            func() time.Time
	Log            *slog.Logger // nil discards
	RedirectURLs   []string     // where sign-in may go back to, compared exactly
	PostLogoutURLs []string     // where sign-out may go back to, compared exactly
	BackChannelURL string       // where the product is told of sign-outs; empty when it is not
	// FrontChannelURL is what the browser is shown in a frame for the same
	// purpose; empty when it is not.
	FrontChannelURL string
	Seed            bool           // fill with shifts and, when new, with weeks of cards
	Crowd           int            // people of a large team, beside the others; none when 0
	Limits          *tenant.Limits // Graph's throttling; nil is as published
	AccessLife      time.Duration  // how long access tokens live; an hour when 0
	// Tokens are bearer tokens that Graph takes besides the provider's, for
	// tools: each speaks for the person with that login, or for the application
	// where the login is empty. They do not expire.
	Tokens map[string]string
	// Assume takes up readings of assumptions, by name: see [tenant.Rows].
	Assume map[string]string
	// Product is where the time clock that uses this tenant is, for links.
	Product string
}

// Sandbox is a running tenant in a box.
type Sandbox struct {
	Origin       string // "http://127.0.0.1:8091"
	Issuer       string // of the OpenID Connect provider
	GraphURL     string // Graph's root without a version
	TenantID     string
	ClientID     string
	ClientSecret string
	People       []Person
	Teams        []Team
	Tenant       *tenant.Tenant // to look into and to break
	Provider     *idp.Provider  // to revoke and to lie

	server  *http.Server
	served  chan error
	tokens  map[string]tenant.Caller
	product string
	crowd   int

	closing sync.Once
	ended   error // what closing came to
}

// Start opens the sandbox; it accepts calls when Start returns. ctx bounds the
// start alone. When the address is taken, the error wraps syscall.EADDRINUSE.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	o = o.defaults()
	listener, err := listen(ctx, o.Addr)
	if err != nil {
		return nil, fmt.Errorf("start sandbox: %w", err)
	}
	s, err := assemble(o, "http://"+listener.Addr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start sandbox: %w", err), listener.Close())
	}
	s.server = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
	}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

func (o Options) defaults() Options {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limits == nil {
		published := tenant.Published()
		o.Limits = &published
	}
	return o
}

// listen takes a loopback address and no other.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("address %q is not loopback", addr)
	}
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", addr)
}

// assemble makes provider and tenant for the origin and introduces them.
func assemble(o Options, origin string) (*Sandbox, error) {
	s := &Sandbox{
		Origin: origin, GraphURL: origin + "/graph",
		TenantID: TenantID, ClientID: ClientID, ClientSecret: ClientSecret,
		People: people(), Teams: teams(), served: make(chan error, 1), product: o.Product, crowd: o.Crowd,
	}
	more, team := crowd(o.Crowd)
	s.People, s.Teams = append(s.People, more...), append(s.Teams, team...)
	var err error
	if s.tokens, err = s.static(o.Tokens); err != nil {
		return nil, err
	}
	s.Provider, err = idp.New(idp.Config{
		Origin: origin, Tenant: TenantID, Audience: s.GraphURL, Scopes: delegated(),
		Client: idp.Client{ID: ClientID, Secret: ClientSecret, Name: "Timeclock", Roles: application(),
			RedirectURLs: o.RedirectURLs, PostLogoutURLs: o.PostLogoutURLs,
			BackChannelURL: o.BackChannelURL, FrontChannelURL: o.FrontChannelURL},
		People: signIns(s.People), Dir: o.Dir, Now: o.Now, Log: o.Log, AccessLife: o.AccessLife,
	})
	if err != nil {
		return nil, err
	}
	s.Issuer = s.Provider.Issuer()
	s.Tenant, err = tenant.Open(tenant.Config{
		URL: s.GraphURL, Verify: s.verify, Directory: directory(s.People, s.Teams),
		Dir: o.Dir, Limits: *o.Limits, Now: o.Now, Log: o.Log,
	})
	if err != nil {
		return nil, err
	}
	for name, value := range o.Assume {
		if err := s.Tenant.Suppose(name, value); err != nil {
			return nil, err
		}
	}
	if o.Seed {
		err = s.seed(o.Now())
	}
	return s, err
}

// static gives whom each of the static tokens speaks for.
func (s *Sandbox) static(tokens map[string]string) (map[string]tenant.Caller, error) {
	all := map[string]tenant.Caller{}
	for token, login := range tokens {
		if token == "" {
			return nil, errors.New("a static token is empty")
		}
		i := slices.IndexFunc(s.People, func(p Person) bool { return p.Login == login })
		switch {
		case login == "":
			all[token] = tenant.Caller{App: ClientID, AppName: "Timeclock", Roles: application()}
		case i < 0:
			return nil, fmt.Errorf("a static token speaks for %s, who is not one of the sandbox's people", login)
		default:
			all[token] = tenant.Caller{Object: s.People[i].OID, App: ClientID, AppName: "Timeclock", Scopes: delegated()}
		}
	}
	return all, nil
}

// verify finds out whom a token speaks for: a static one, or one of the
// provider's.
func (s *Sandbox) verify(_ context.Context, token string) (tenant.Caller, error) {
	if c, ok := s.tokens[token]; ok {
		return c, nil
	}
	a, err := s.Provider.Verify(token)
	if err != nil {
		return tenant.Caller{}, err
	}
	return tenant.Caller{Object: a.Object, App: a.App, AppName: a.AppName, Scopes: a.Scopes, Roles: a.Roles}, nil
}

// handler puts everything on one origin. Only calls to that origin are
// answered: a name that was rebound to loopback reaches nothing.
func (s *Sandbox) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graph/", http.StripPrefix("/graph", s.Tenant))
	mux.Handle(s.Provider.Prefix(), s.Provider)
	open := http.NewServeMux()
	open.Handle("/sandbox/", s.Tenant.Control())
	s.front().Mount(open)
	mux.Handle("/", http.NewCrossOriginProtection().Handler(open))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if "http://"+r.Host != s.Origin {
			http.Error(w, "This is "+s.Origin+".", http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// front is what a browser sees.
func (s *Sandbox) front() *front.Handler {
	h := &front.Handler{Tenant: s.Tenant, Product: s.product, Links: []front.Link{
		{Name: "Issuer", URL: s.Issuer + "/.well-known/openid-configuration"},
		{Name: "Graph (asks for a token)", URL: s.GraphURL + "/v1.0/me"},
		{Name: "Calls and their effects, as JSON", URL: s.Origin + "/sandbox/calls"},
		{Name: "Cards, as JSON", URL: s.Origin + "/sandbox/cards"},
		{Name: "Troubles, as JSON", URL: s.Origin + "/sandbox/faults"},
	}}
	for _, p := range notable(s.People) {
		h.People = append(h.People, front.Person{ID: p.OID, Name: p.Name, About: p.About})
	}
	return h
}

// Close ends the sandbox: calls under way may finish until ctx ends, but those
// that a fault holds back are let go at once. What was answered is on disk.
// Closing again does nothing and says the same.
func (s *Sandbox) Close(ctx context.Context) error {
	s.closing.Do(func() {
		s.Tenant.Close()
		if err := s.server.Shutdown(ctx); err != nil {
			s.ended = errors.Join(fmt.Errorf("close sandbox: %w", err), s.server.Close())
		}
		if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
			s.ended = errors.Join(s.ended, fmt.Errorf("sandbox served: %w", served))
		}
	})
	return s.ended
}

// WeatherURL is the page on which whoever tries the product makes its Graph
// misbehave.
func (s *Sandbox) WeatherURL() string { return s.Origin + front.PathWeather }
