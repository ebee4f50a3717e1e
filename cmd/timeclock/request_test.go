package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"timeclock/server/config"
	"timeclock/server/sandbox"
)

// reply is an answer as it came, nothing unpacked.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// request writes a request as it stands, crooked paths and all. Host is the
// configured one unless given.
func (p *player) request(method, path string, headers []string) {
	p.t.Helper()
	conn, err := net.DialTimeout("tcp", p.vars["ADDR"], patience)
	if err != nil {
		p.fatalf("%v", err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nConnection: close\r\n", method, path)
	if !strings.Contains(strings.Join(headers, "\n"), "Host:") {
		fmt.Fprintf(&b, "Host: %s\r\n", p.vars["HOST"])
	}
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if _, err := io.WriteString(conn, b.String()+"\r\n"); err != nil {
		p.fatalf("%v", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		p.fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.fatalf("%s %s: %v", method, path, err)
	}
	p.reply = reply{answer.StatusCode, answer.Header, body}
}

func (p *player) status(_ bool, args []string) {
	p.t.Helper()
	if got := fmt.Sprint(p.reply.status); got != args[0] {
		p.t.Errorf("%s: status %s, want %s, with %s", p.where, got, args[0], short(string(p.reply.body)))
	}
}

func (p *player) header(negated bool, args []string) {
	p.t.Helper()
	p.match("header "+args[0], strings.Join(p.reply.header.Values(args[0]), ", "), args[1], negated)
}

func (p *player) set(args []string, text []byte) {
	p.t.Helper()
	found := regexp.MustCompile(args[1]).Find(text)
	if found == nil {
		p.fatalf("%s finds nothing in %s", args[1], short(string(text)))
	}
	p.vars[args[0]] = string(found)
}

func (p *player) unpacks(_ bool, args []string) {
	p.t.Helper()
	var r io.Reader = brotli.NewReader(bytes.NewReader(p.reply.body))
	if args[0] == "gzip" {
		unzip, err := gzip.NewReader(bytes.NewReader(p.reply.body))
		if err != nil {
			p.fatalf("%v", err)
		}
		r = unzip
	}
	all, err := io.ReadAll(r)
	if begin := hex.EncodeToString(all[:min(len(all), len(args[1])/2)]); err != nil || begin != args[1] {
		p.t.Errorf("%s: as %s the body begins with %s, %v; want %s", p.where, args[0], begin, err, args[1])
	}
}

// tenantBox is a tenant of the script's own.
type tenantBox struct{ *sandbox.Sandbox }

func (b *tenantBox) close(t *testing.T) {
	ctx, cancel := within(t)
	defer cancel()
	if err := b.Close(ctx); err != nil {
		t.Error(err)
	}
}

// The address that browsers are told; where the server really listens is
// chosen by the system.
const public = "http://localhost:8080"

// sandbox starts a tenant and points the programs at it.
func (p *player) sandbox(bool, []string) {
	p.t.Helper()
	box, err := sandbox.Start(p.t.Context(), sandbox.Options{
		RedirectURLs: []string{public + "/auth/callback"}, PostLogoutURLs: []string{public + "/"},
	})
	if err != nil {
		p.fatalf("%v", err)
	}
	p.box = &tenantBox{box}
	p.vars["ORIGIN"], p.vars["HOST"] = public, "localhost:8080"
	p.vars["ISSUER"], p.vars["GRAPH"] = box.Issuer, box.GraphURL
	p.vars["SECRET"], p.vars["KEY"] = box.ClientSecret, secretKey
	for name, value := range map[string]string{
		"URL": public, "INSECURE_HTTP": "true", "TENANT_ID": box.TenantID, "CLIENT_ID": box.ClientID,
		"CLIENT_SECRET": box.ClientSecret, "SECRET_KEYS": secretKey, "OIDC_ISSUER": box.Issuer, "GRAPH_URL": box.GraphURL,
		"OIDC_SCOPES": strings.Join(config.Cloud{GraphURL: box.GraphURL}.Scopes(), " "),
	} {
		p.env = append(p.env, config.Prefix+name+"="+value)
	}
}

// secretKey is a key for scripts, drawn once.
const secretKey = "8Zr4F0m2c7uUj1nYq3sVtX5bHkLwPdGeRaCoIiMzQ9E="

var pickForm = regexp.MustCompile(`<form method="post" action="([^"]+)"`)

// signIn goes through the provider as a browser does that keeps cookies.
func (p *player) signIn(_ bool, args []string) {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.fatalf("%v", err)
	}
	browser := &http.Client{Jar: jar, Timeout: patience, Transport: &http.Transport{DialContext: p.dial}}
	defer browser.CloseIdleConnections()
	page, err := read(browser.Get(public + "/auth/login?prompt=select_account"))
	form := pickForm.FindStringSubmatch(page)
	if err != nil || form == nil {
		p.fatalf("no form to pick a person: %v\n%s", err, page)
	}
	if _, err = read(browser.PostForm(html.UnescapeString(form[1]), url.Values{"person": {args[0]}})); err != nil {
		p.fatalf("%v", err)
	}
	home, err := url.Parse(public)
	if err != nil || len(jar.Cookies(home)) == 0 {
		p.fatalf("signed in, the browser has no cookie of the product")
	}
}

// dial leads the public address to where the server listens.
func (p *player) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if address == strings.TrimPrefix(public, "http://") {
		address = p.vars["ADDR"]
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func read(answer *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(answer.Request.URL.Path + ": " + answer.Status)
	}
	return string(body), err
}
