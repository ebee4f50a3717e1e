package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"timeclock/app/wire"
	"timeclock/cmd/sandbox/gallery"
	"timeclock/server"
	"timeclock/server/auth"
	"timeclock/server/config"
	"timeclock/server/sandbox"
	"timeclock/server/telemetry"
	"timeclock/web"
)

// options say where the box listens and keeps its data.
type options struct {
	Listen, TenantListen string
	Dir                  string
	Verbose              bool
	Crowd                int // people of a large team
	Log                  io.Writer
}

// box is the product and its tenant, started.
type box struct {
	URL     string
	Sandbox *sandbox.Sandbox

	server   *server.Server
	listener net.Listener
}

// start starts the tenant and puts the product together against it. The product
// answers once serve is called.
func start(ctx context.Context, o options) (*box, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder for the data: %w", err)
	}
	l, err := listen(o.Listen)
	if err != nil {
		return nil, err
	}
	// The product goes by a name and the tenant by a number: two sites for the
	// browser, as they are in earnest.
	url := fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port)
	level := slog.LevelWarn
	if o.Verbose {
		level = slog.LevelInfo
	}
	log := telemetry.NewLogger(o.Log, level)
	tenant, err := sandbox.Start(ctx, sandbox.Options{
		Dir: filepath.Join(o.Dir, "tenant"), Addr: o.TenantListen, Log: log, Seed: true, Crowd: o.Crowd,
		RedirectURLs:   []string{url + wire.PathCallback},
		PostLogoutURLs: []string{url + "/"}, Product: url,
		BackChannelURL: url + auth.PathBackChannel, FrontChannelURL: url + auth.PathFrontChannel,
	})
	if err != nil {
		return nil, errors.Join(taken(err, o.TenantListen, "--tenant-listen"), l.Close())
	}
	b := &box{URL: url, Sandbox: tenant, listener: l}
	if b.server, err = b.product(ctx, o, log); err != nil {
		return nil, errors.Join(err, l.Close(), tenant.Close(ctx))
	}
	assets, err := web.Load()
	if err != nil {
		return nil, errors.Join(err, l.Close(), tenant.Close(ctx))
	}
	b.server.Handler = gallery.Before(b.server.Handler, assets.Named(web.Style).Path, assets.Named(web.DeskStyle).Path, assets.Named("icons/icon.svg").Path)
	return b, nil
}

// product configures the server as an operator would, by its settings.
func (b *box) product(ctx context.Context, o options, log *slog.Logger) (*server.Server, error) {
	key, err := secretKey(filepath.Join(o.Dir, "secret-key"))
	if err != nil {
		return nil, err
	}
	c, err := config.Load([]string{
		"--url", b.URL, "--insecure-http",
		"--tenant-id", b.Sandbox.TenantID, "--client-id", b.Sandbox.ClientID,
		"--oidc-issuer", b.Sandbox.Issuer, "--graph-url", b.Sandbox.GraphURL,
		"--oidc-scopes", scopes(b.Sandbox.GraphURL),
		"--database-url", "sqlite:" + filepath.Join(o.Dir, "timeclock.db"),
	}, []string{
		config.Prefix + "CLIENT_SECRET=" + b.Sandbox.ClientSecret,
		config.Prefix + "SECRET_KEYS=" + key,
	})
	if err != nil {
		return nil, fmt.Errorf("configure the product for its sandbox: %w", err)
	}
	return server.New(ctx, c, log)
}

// scopes are the product's own, of a Graph that is not Microsoft's.
func scopes(root string) string {
	cloud := config.Cloud{GraphURL: root}
	return strings.Join(cloud.Scopes(), " ")
}

// serve answers until ctx ends and then closes everything.
func (b *box) serve(ctx context.Context) error {
	err := b.server.Serve(ctx, b.listener)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, b.Sandbox.Close(grace))
}

// describe says where the product is and who can sign in.
func (b *box) describe(w io.Writer) {
	fmt.Fprintf(w, "\nTimeclock is ready:  %s\n\nSign in as\n", b.URL)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range b.Sandbox.People {
		if p.About != "" {
			fmt.Fprintf(table, "  %s\t%s\n", p.Name, p.About)
		}
	}
	table.Flush()
	fmt.Fprintf(w, "\nThe tenant it talks to is at %s.\nMake its Graph misbehave at %s.\nSee every state of the screens at %s.\nCtrl-C ends both.\n\n",
		b.Sandbox.Origin, b.Sandbox.WeatherURL(), b.URL+gallery.Path)
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	return l, taken(err, addr, "--listen")
}

// taken says in one sentence that a port is in use.
func taken(err error, addr, flag string) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("something else is listening on %s already; end it, or choose another address with %s", addr, flag)
	}
	return err
}

// secretKey gives the key kept in file, making one the first time.
func secretKey(file string) (string, error) {
	kept, err := os.ReadFile(file)
	if err == nil {
		return string(kept), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the secret key: %w", err)
	}
	raw := make([]byte, 32)
	rand.Read(raw)
	key := base64.StdEncoding.EncodeToString(raw)
	if err := os.WriteFile(file, []byte(key), 0o600); err != nil {
		return "", fmt.Errorf("keep the secret key: %w", err)
	}
	return key, nil
}
