package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Config is what a Client is made of. Only Root is required.
type Config struct {
	// Root is the address of Graph without a version, such as
	// https://graph.microsoft.com.
	Root string
	// API is "v1.0" or "beta"; v1.0 when empty. Operations that only beta has
	// use beta.
	API string
	// Transport sends the requests; NewTransport when nil.
	Transport http.RoundTripper
	// Budget lets calls pass; NewBuckets when nil. Clients of one tenant share
	// one.
	Budget Budget
	// Timeout is the longest that one request may take until its answer is
	// read; 15 s when 0.
	Timeout time.Duration
	// UserAgent names the program; "timeclock" when empty.
	UserAgent string
	Log       *slog.Logger
	Now       func() time.Time
	// Rand gives numbers in [0, 1) that spread repeated reads.
	Rand func() float64
	// Observe, if set, is told of every step of every call. It must not block.
	Observe func(CallStat)
}

// Client calls Graph. It keeps no state of any person and may be used by many
// goroutines at once.
type Client struct {
	root      *url.URL // path without a slash at the end
	api       string
	transport http.RoundTripper // follows no redirects
	budget    Budget
	timeout   time.Duration
	agent     string
	log       *slog.Logger
	now       func() time.Time
	rand      func() float64
	observe   func(CallStat) // may be nil
}

// New checks cfg and fills in what it leaves open.
func New(cfg Config) (*Client, error) {
	root, err := parseRoot(cfg.Root)
	if err != nil {
		return nil, fmt.Errorf("graph root: %w", err)
	}
	c := &Client{
		root: root, api: cfg.API, transport: cfg.Transport, budget: cfg.Budget, timeout: cfg.Timeout,
		agent: cfg.UserAgent, log: cfg.Log, now: cfg.Now, rand: cfg.Rand, observe: cfg.Observe,
	}
	if c.api == "" {
		c.api = "v1.0"
	}
	if !slices.Contains([]string{"v1.0", "beta"}, c.api) {
		return nil, errors.New(`graph API must be "v1.0" or "beta"`)
	}
	if c.transport == nil {
		c.transport = NewTransport()
	}
	if c.budget == nil {
		c.budget = NewBuckets()
	}
	if c.timeout <= 0 {
		c.timeout = 15 * time.Second
	}
	if c.agent == "" {
		c.agent = "timeclock"
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.rand == nil {
		c.rand = rand.Float64
	}
	return c, nil
}

func parseRoot(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("must begin with https:// (or http://)")
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("must be a host and at most a path")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}, nil
}

// NewTransport gives a transport fit for Graph: every step has a limit of time,
// and connections are given up before the far side does so, lest a press be
// written into a connection that is being closed.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    5 * time.Second,
		IdleConnTimeout:        45 * time.Second,
		MaxIdleConnsPerHost:    128,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// url gives the address of an operation.
func (c *Client) url(o Operation, t target) (*url.URL, error) {
	path, err := o.path(t)
	if err != nil {
		return nil, err
	}
	api := c.api
	if o.Beta {
		api = "beta"
	}
	u := *c.root
	u.Path += "/" + api + path
	return &u, nil
}

// follow reads a link to the next page. It must lead to where the token
// belongs: to this client's root, and nowhere else.
func (c *Client) follow(link string) (*url.URL, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, errors.New("next page: not a URL")
	}
	if !sameOrigin(u, c.root) || u.User != nil || u.Opaque != "" || !strings.HasPrefix(u.Path, c.root.Path+"/") {
		return nil, errors.New("next page: leads elsewhere")
	}
	if strings.Contains(u.Path, "..") {
		return nil, errors.New("next page: not a plain path")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

type urgentKey struct{}

// Urgent marks calls made with the context as a press: they pass the budget
// before those that wait without it. The four actions are always urgent.
func Urgent(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

// IsUrgent reports whether the context was marked by Urgent.
func IsUrgent(ctx context.Context) bool {
	urgent, _ := ctx.Value(urgentKey{}).(bool)
	return urgent
}
