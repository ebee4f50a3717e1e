package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/sandbox/outflow"
)

// open starts the product and its tenant on free ports, with its data in dir,
// and stops it with the test.
func open(t *testing.T, dir string) *box { return openAt(t, dir, "127.0.0.1:0", "127.0.0.1:0") }

// overhear has the test fail if anything that the provider issued leaves the
// product.
func (b *box) overhear(t *testing.T, flow *outflow.Flow) {
	b.listener = flow.Listener(b.listener)
	t.Cleanup(func() {
		for _, leak := range flow.Leaks(b.Sandbox.Provider.Issued()...) {
			t.Errorf("%q left the server: …%s", leak.Secret, leak.Before)
		}
	})
}

func openAt(t *testing.T, dir, listen, tenantListen string) *box {
	t.Helper()
	return openWith(t, options{Listen: listen, TenantListen: tenantListen, Dir: dir})
}

func openWith(t *testing.T, o options) *box {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	// What the server says stands in this file when a test has failed.
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	flow := &outflow.Flow{}
	o.Log, o.Verbose = io.MultiWriter(log, flow.Part()), true
	b, err := start(ctx, o)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	b.overhear(t, flow)
	ended := make(chan error, 1)
	go func() { ended <- b.serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v", err)
		}
		log.Close()
	})
	return b
}

// visitor is somebody with a browser that keeps cookies and runs no script.
type visitor struct {
	t    *testing.T
	box  *box
	http *http.Client
	as   string // whose presses the page says they are; empty says nothing
}

func visit(t *testing.T, b *box) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, box: b, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

var personForm = regexp.MustCompile(`<form method="post" action="([^"]+)"`)

// signIn goes through the provider as the person named.
func (v *visitor) signIn(login string) *visitor {
	v.t.Helper()
	page := v.get(wire.PathLogin + "?" + wire.ParamPrompt + "=select_account")
	form := personForm.FindStringSubmatch(page)
	if form == nil {
		v.t.Fatalf("no form to pick a person:\n%s", page)
	}
	action, err := url.Parse(v.box.Sandbox.Origin)
	if err == nil {
		action, err = action.Parse(html.UnescapeString(form[1]))
	}
	if err != nil {
		v.t.Fatal(err)
	}
	answer, err := v.http.PostForm(action.String(), url.Values{"person": {login}})
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Request.URL; answer.StatusCode != http.StatusOK || got.Path != "/" {
		v.t.Fatalf("signed in, the browser is at %s with %s", got.Path, answer.Status)
	}
	return v
}

// get reads a page as a navigation.
func (v *visitor) get(path string) string {
	v.t.Helper()
	answer, err := v.http.Get(v.box.URL + path)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(body)
}

// call makes an API call and decodes the answer into out; what went wrong is
// given as the Problem it was answered with.
func (v *visitor) call(method, path string, in, out any) (int, *wire.Problem) {
	v.t.Helper()
	var body io.Reader
	switch in := in.(type) {
	case nil:
	case string:
		body = strings.NewReader(in)
	default:
		data, err := json.Marshal(in)
		if err != nil {
			v.t.Fatal(err)
		}
		body = bytes.NewReader(data)
	}
	r, err := http.NewRequest(method, v.box.URL+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set(wire.Header, wire.HeaderValue)
	r.Header.Set("Origin", v.box.URL)
	if v.as != "" {
		r.Header.Set(wire.HeaderPerson, v.as)
	}
	answer, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		p := &wire.Problem{}
		if err := json.NewDecoder(answer.Body).Decode(p); err != nil || answer.Header.Get("Content-Type") != wire.ContentTypeProblem {
			v.t.Fatalf("%s %s answered %s, not a problem: %v", method, path, answer.Status, err)
		}
		return answer.StatusCode, p
	}
	if out != nil {
		if err := json.NewDecoder(answer.Body).Decode(out); err != nil {
			v.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return answer.StatusCode, nil
}

// clock reads the clock screen's answer.
func (v *visitor) clock(team string) wire.Clock {
	v.t.Helper()
	var c wire.Clock
	if _, p := v.call(http.MethodGet, wire.PathClock+"?"+wire.ParamTeam+"="+url.QueryEscape(team), nil, &c); p != nil {
		v.t.Fatalf("GET %s: %v", wire.PathClock, p)
	}
	return c
}

var sequence atomic.Int64

// punch is a press made now.
func punch(team string, k clock.Kind) wire.Punch {
	return wire.Punch{
		ID: uuid.Must(uuid.NewV7()).String(), Team: team, Kind: k, At: clock.At(time.Now()),
		Bound: 30, Trust: wire.Anchored, Device: "test", Seq: sequence.Add(1),
	}
}

// press sends p and gives the receipt once it is final.
func (v *visitor) press(p wire.Punch) wire.Receipt {
	v.t.Helper()
	var r wire.Receipt
	if _, problem := v.call(http.MethodPost, wire.PathPunches, p, &r); problem != nil {
		v.t.Fatalf("POST %s %s: %v", p.Kind, p.ID, problem)
	}
	for deadline := time.Now().Add(60 * time.Second); !r.Status.Final(); {
		if time.Now().After(deadline) {
			v.t.Fatalf("press %s is still %s (%s)", p.ID, r.Status, r.Code)
		}
		time.Sleep(100 * time.Millisecond)
		if _, problem := v.call(http.MethodGet, wire.PathPunches+"/"+p.ID, nil, &r); problem != nil {
			v.t.Fatalf("GET receipt: %v", problem)
		}
	}
	return r
}

// effects lists what happened to a person's cards in Graph since the start.
func (b *box) effects(oid string) []string {
	var list []string
	for _, e := range b.Sandbox.Tenant.Effects() {
		if e.Person == oid {
			list = append(list, string(e.Op))
		}
	}
	return list
}

func wantEffects(t *testing.T, b *box, oid string, want ...string) {
	t.Helper()
	if got := b.effects(oid); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("Graph holds %v of %s, want %v", got, oid, want)
	}
}
