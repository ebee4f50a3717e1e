package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"timeclock/app/clock"
	"timeclock/app/page"
	"timeclock/app/wire"
	"timeclock/server/access"
	"timeclock/server/api"
	"timeclock/server/auth"
	"timeclock/server/authority"
	"timeclock/server/board"
	"timeclock/server/config"
	"timeclock/server/deliver"
	"timeclock/server/graph"
	"timeclock/server/journal"
	"timeclock/server/licences"
	"timeclock/server/mirror"
	"timeclock/server/petition"
	"timeclock/server/press"
	"timeclock/server/report"
	"timeclock/server/roster"
	"timeclock/server/session"
	"timeclock/server/sheet"
	"timeclock/server/shell"
	"timeclock/server/telemetry"
	"timeclock/server/tongue"
	"timeclock/server/trail"
	"timeclock/web"
)

// Server is one process of the product. Make it with New, let it Serve once.
type Server struct {
	// Handler answers every request.
	Handler http.Handler
	// ReadTimeout is how long a request may take to arrive, body and all. It is
	// not to be changed once Serve runs.
	ReadTimeout time.Duration

	log      *slog.Logger
	stores   stores
	sessions *session.Manager
	journal  *journal.Journal
	keeper   journal.Keeper
	health   *telemetry.Health
	changes  *api.Changes
	metrics  *metrics
	// metricsListen is where metrics are served; empty for nowhere.
	metricsListen string
}

// pressWait is how long the answer to a press waits for Graph. A press is safe
// when it is durable, and that is what the person is told at once; Graph's word
// mostly comes within this, else by the event stream.
const pressWait = 200 * time.Millisecond

const readTimeout = 30 * time.Second

// mountable is a handler with its own list of paths.
type mountable interface{ Mount(mux *http.ServeMux) }

// New puts a server together and opens its database. It asks nobody on the
// network, so that a provider or a Graph that is down is no reason not to
// start.
func New(ctx context.Context, c config.Config, log *slog.Logger) (*Server, error) {
	return newServer(ctx, c, log, openStores)
}

// newServer is New over the stores that open gives.
func newServer(ctx context.Context, c config.Config, log *slog.Logger,
	open func(context.Context, config.Config, *slog.Logger) (stores, error),
) (*Server, error) {
	assets, err := web.Load()
	if err != nil {
		return nil, fmt.Errorf("load the browser program: %w", err)
	}
	tongues, err := tongue.Load(web.Files)
	if err != nil {
		return nil, fmt.Errorf("load the texts: %w", err)
	}
	routes := shell.Routes{App: []string{page.PathClock, page.PathHistory, page.PathCard, page.PathSettings}, Desk: wire.DeskScreens}
	front, err := shell.New(assets, routes, tongues)
	if err != nil {
		return nil, fmt.Errorf("prepare the page: %w", err)
	}
	kept, err := open(ctx, c, log)
	if err != nil {
		return nil, err
	}
	s := &Server{ReadTimeout: readTimeout, stores: kept, changes: &api.Changes{}, metrics: newMetrics(), metricsListen: c.MetricsListen}
	s.log = telemetry.Heed(log, s.metrics.audit)
	if err := s.assemble(c, front, tongues); err != nil {
		return nil, errors.Join(err, kept.db.Close())
	}
	return s, nil
}

// assemble makes the handlers and what stands behind them.
func (s *Server) assemble(c config.Config, front *shell.Shell, tongues *tongue.Tongues) error {
	pages := sheet.Pages{Style: front.Path(web.Style), Icon: front.Path("icons/icon.svg"), Tongues: tongues}
	identity, err := s.identity(c)
	if err != nil {
		return err
	}
	identity.Pages = pages
	p, err := s.parts(c, front.Version, s.access(c, identity.Provider))
	if err != nil {
		return err
	}
	s.journal = s.newJournal(c, p)
	p.cards.Observe = s.journal.Observe
	s.expose(front.Version, c.SessionIdle)
	s.keeper = journal.Keeper{Store: retained{s.stores.journal, s.stores.asked}, Retention: c.JournalRetention, Now: time.Now, Log: s.log}
	if relay := s.stores.relay; relay != nil {
		s.journal.Join(relay)
		s.changes.Join(relay)
		p.boards.Join(relay)
	}
	s.health = &telemetry.Health{
		Checks: []telemetry.Check{
			{Name: "database", Run: s.stores.db.Ping},
			{Name: "provider", Run: identity.Provider.Ready},
		},
		Log: s.log, Now: time.Now,
	}
	s.Handler = s.chain(c,
		front,
		s.health,
		identity,
		s.api(c, p, front.Version, tongues),
		&licences.Handler{Style: pages.Style, Icon: pages.Icon, Tongues: tongues},
		&api.Sessions{Manager: s.sessions, Log: s.log},
		&press.Handler{
			Origin: c.URL, Journal: s.journal, Roster: p.teams, Access: p.asking,
			Keys: identity.Keys, InsecureHTTP: c.InsecureHTTP,
			Pages: pages, Now: time.Now, Log: s.log,
		},
	)
	return nil
}

// parts is what knows of Graph and of the people in it; the handlers and the
// journal share it.
type parts struct {
	client      *graph.Client
	asking      access.Access
	cards       *mirror.Mirror
	teams       *roster.Roster
	supervisors *roster.Supervisors
	shifts      *roster.Shifts
	may         *authority.Authority
	boards      *board.Boards
}

func (s *Server) parts(c config.Config, version string, asking access.Access) (parts, error) {
	client, err := graph.New(graph.Config{
		Root: c.GraphURL, API: c.GraphAPI, UserAgent: "timeclock/" + version, Log: s.log, Now: time.Now,
		Budget: s.stores.budget, Transport: s.sessions.Watch(graph.NewTransport()), Observe: s.metrics.call,
	})
	if err != nil {
		return parts{}, fmt.Errorf("prepare Graph: %w", err)
	}
	p := parts{
		client: client, asking: asking,
		cards:       &mirror.Mirror{Store: s.stores.mirror, Graph: client, Now: time.Now, Log: s.log},
		teams:       &roster.Roster{Store: s.stores.roster, Graph: client, Now: time.Now, Log: s.log},
		supervisors: &roster.Supervisors{Graph: client, Role: c.SupervisorRole, Now: time.Now, Log: s.log},
		shifts:      &roster.Shifts{Graph: client, Now: time.Now},
	}
	p.may = &authority.Authority{
		Teams: p.teams, Members: &roster.Members{Graph: client, Now: time.Now}, Supervisors: p.supervisors,
		Former: &roster.Former{Graph: client, Now: time.Now}, ByApplication: asking.ByApplication(), Log: s.log,
	}
	p.boards = &board.Boards{
		Mirror: p.cards, Shifts: p.shifts, Supervisors: p.supervisors, Presses: s.stores.journal,
		Rules: c.Rules, Now: time.Now, Log: s.log,
	}
	p.cards.Changed = func(team, person string, asOf clock.Instant) {
		s.changes.Tell(team, person, asOf)
		p.boards.Tell(team, person)
	}
	p.cards.ChangedTeam, p.shifts.Changed = p.boards.TellRead, p.boards.TellShifts
	return p, nil
}

func (s *Server) newJournal(c config.Config, p parts) *journal.Journal {
	limits := journal.DefaultLimits
	limits.Tolerance, limits.MaxAge, limits.OpenMax = c.PressTolerance, c.PressMaxAge, c.OpenCardMax
	return &journal.Journal{
		Shifts: p.shifts.Known,
		Store:  timedStore{s.stores.journal, s.metrics.durable}, Past: s.stores.journal, Claims: s.stores.journal,
		Deliverer: &deliver.Graph{
			Client: p.client, Mirror: p.cards, Access: p.asking,
			Authority: p.may, Roles: s.roles, Now: time.Now, Log: s.log,
		},
		Limits: limits, Now: time.Now, Log: s.log, Observed: s.metrics.press,
		Moved: p.boards.Tell,
	}
}

func (s *Server) api(c config.Config, p parts, version string, tongues *tongue.Tongues) *api.Handler {
	return &api.Handler{
		Journal: s.journal, Mirror: p.cards, Roster: p.teams, Access: p.asking, Changes: s.changes,
		Shifts:      p.shifts,
		Authority:   p.may,
		Supervisors: p.supervisors,
		Boards:      p.boards,
		Disputes:    s.stores.journal,
		Trail:       trail.Book{Store: s.stores.journal, Graph: p.client, Name: p.supervisors.Name, Now: time.Now},
		Petitions:   petition.Book{Store: s.stores.asked, Now: time.Now},
		OwnEdits:    c.OwnEdits == config.OwnEditsEdit,
		Tongues:     tongues,
		Reports: &report.Reports{
			Reader:  report.FromGraph{Graph: p.client, Pace: report.Pace},
			Members: p.supervisors.People, Confirmed: s.stores.journal, Rules: c.Rules, Now: time.Now, Log: s.log,
		},
		PressWait: pressWait, Version: version, OpenCardMax: c.OpenCardMax, Rules: c.Rules, Now: time.Now, Log: s.log,
		LocationRadius: float64(c.LocationRadius),
	}
}

// identity makes what signs people in and keeps them signed in.
func (s *Server) identity(c config.Config) (auth.Handler, error) {
	var secrets [][]byte
	for _, k := range c.SecretKeys {
		secrets = append(secrets, []byte(k.Reveal()))
	}
	keys, err := session.NewKeys(secrets...)
	if err != nil {
		return auth.Handler{}, fmt.Errorf("prepare keys: %w", err)
	}
	certificate, err := s.certificate(c)
	if err != nil {
		return auth.Handler{}, err
	}
	provider, err := auth.NewProvider(auth.Config{
		Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), Certificate: certificate,
		PublicURL: c.URL, Scopes: c.Scopes, Now: time.Now, Log: s.log,
	})
	if err != nil {
		return auth.Handler{}, fmt.Errorf("prepare sign-in: %w", err)
	}
	store := s.stores.sessions
	s.sessions, err = session.New(session.Config{
		Sessions: store, People: store, Tokens: store, Grants: store, Keys: keys,
		Refresher: countedRefresher{provider, s.metrics.refreshes},
		Revoker:   provider,
		Holds:     s.holds,
		Idle:      c.SessionIdle, Max: c.SessionMax, InsecureHTTP: c.InsecureHTTP,
		Lax: c.SessionSameSite == config.SameSiteLax, Now: time.Now, Log: s.log,
	})
	if err != nil {
		return auth.Handler{}, fmt.Errorf("prepare sessions: %w", err)
	}
	return auth.Handler{
		Provider: provider, Sessions: s.sessions, Transactions: s.stores.logins, Keys: keys,
		InsecureHTTP: c.InsecureHTTP, Now: time.Now, Log: s.log,
	}, nil
}

// holds tells whether a press made in this session is still on its way.
func (s *Server) holds(ctx context.Context, of session.Session) (bool, error) {
	return s.journal.Holds(ctx, journal.Who{Person: of.Person.Key(), Session: of.Hash})
}

// roles gives the app roles that a person has by their latest sign-in, or, where
// none of their sessions is left, by the one of this hash, which may have been
// signed out.
func (s *Server) roles(ctx context.Context, p session.Person, hash string) []string {
	found, _, err := s.stores.sessions.Find(ctx, hash)
	all, errOf := s.stores.sessions.Of(ctx, p.Tenant, p.Object)
	if err = errors.Join(err, errOf); err != nil {
		s.log.WarnContext(ctx, "roles of a session not read", "err", err)
		return nil
	}
	for _, other := range all {
		if other.Created.After(found.Created) {
			found = other
		}
	}
	return found.Roles
}

// certificate is what the server proves itself with to the provider; nil when
// that is a secret. One that soon runs out is said in time.
func (s *Server) certificate(c config.Config) (*auth.Certificate, error) {
	if !c.ClientPair.IsSet() {
		return nil, nil
	}
	certificate, err := auth.ParseCertificate([]byte(c.ClientPair.Reveal()))
	if err != nil {
		return nil, fmt.Errorf("prepare the client certificate: %w", err)
	}
	if left := time.Until(certificate.Expires()); left < 30*24*time.Hour {
		s.log.Warn("the client certificate runs out soon", "expires", certificate.Expires().UTC(), "left", left.Round(time.Hour))
	}
	return certificate, nil
}

// access makes the way Graph is asked.
func (s *Server) access(c config.Config, p *auth.Provider) access.Access {
	a := access.Access{Sessions: s.sessions, ActsAs: c.ActsAs == config.ActsAsHeader}
	if c.GraphAccess == config.Application {
		a.Application = auth.NewApplication(p, c.GraphScope())
	}
	return a
}

// Serve answers on l and delivers presses until ctx ends, then lets what is
// under way finish and closes everything. It owns l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stopMetrics, err := s.metrics.serve(s.metricsListen, s.log)
	if err != nil {
		return errors.Join(err, l.Close(), s.stores.db.Close())
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	silence := s.stores.carry(context.WithoutCancel(ctx))
	ended := make(chan error, 4)
	go func() { ended <- s.journal.Run(work) }()
	go func() { s.sessions.Run(work); ended <- nil }()
	go func() { s.keeper.Run(work); ended <- nil }()

	h := &http.Server{
		Handler:           s.Handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       s.ReadTimeout,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return work },
	}
	go func() { ended <- h.Serve(l) }()

	var failed error
	waiting := 4
	select {
	case <-ctx.Done():
	case failed = <-ended: // one of the four gave up by itself
		waiting--
	}
	s.health.Drain()
	s.changes.Close()
	grace, cancel := context.WithTimeout(work, 10*time.Second)
	defer cancel()
	failed = errors.Join(failed, h.Shutdown(grace))
	stopWork()
	for range waiting {
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			failed = errors.Join(failed, err)
		}
	}
	silence()
	stopMetrics()
	return errors.Join(failed, s.stores.db.Close())
}
