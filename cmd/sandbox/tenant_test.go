package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/sandbox"
	"timeclock/server/sandbox/tenant"
)

// page collects what a program writes, for a test that reads along.
type page struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// alone runs sandbox tenant until the test ends and gives its origin.
func alone(t *testing.T, args ...string) (origin string, out *page) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out = &page{}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"tenant", "--listen", "127.0.0.1:0", "--dir", t.TempDir()}, args...), out, out)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("sandbox tenant ended with %v", err)
		}
		if !strings.Contains(out.String(), "Stopped.") {
			t.Errorf("it does not say that it stopped:\n%s", out)
		}
	})
	ready := regexp.MustCompile(`The tenant is ready:  (\S+)`)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if m := ready.FindStringSubmatch(out.String()); m != nil && strings.Contains(out.String(), "Ctrl-C") {
			return m[1], out
		}
	}
	t.Fatalf("it is not ready:\n%s", out)
	return "", nil
}

// bearer asks Graph with a static token.
func bearer(t *testing.T, token, method, url, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said map[string]any
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatalf("%s %s: %v in %s", method, url, err, text)
	}
	return res.StatusCode, said
}

// TestTenantAlone points a tool at a tenant with static tokens.
func TestTenantAlone(t *testing.T) {
	const secret, hers = "for-the-application", "for-anna"
	at, out := alone(t, "--token", secret, "--token", hers+"="+sandbox.Anna, "--limits", "off",
		"--assume", "clockOutOnBreak=allow", "--assume", "memberSees=own")
	for _, want := range []string{at + "/graph/v1.0", at + "/sandbox/weather", "TIMECLOCK_OIDC_ISSUER=" + at + "/" + sandbox.TenantID + "/v2.0",
		"speaks for Anna Lindqvist", "speaks for the application", sandbox.Ben} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if strings.Contains(out.String(), secret) || strings.Contains(out.String(), hers) {
		t.Errorf("it shows a token:\n%s", out)
	}
	if status, me := bearer(t, hers, "GET", at+"/graph/v1.0/me", ""); status != 200 || me["displayName"] != "Anna Lindqvist" {
		t.Errorf("me = %d %v, want Anna", status, me)
	}
	if status, said := bearer(t, "neither", "GET", at+"/graph/v1.0/me", ""); status != 401 {
		t.Errorf("me with another token = %d %v, want 401", status, said)
	}
	cards := at + "/graph/v1.0/teams/" + sandbox.HarbourCafe + "/schedule/timeCards"
	_, me := bearer(t, hers, "GET", at+"/graph/v1.0/me", "")
	status, card := bearer(t, secret, "POST", cards+"/clockIn", `{"onBehalfOfUserId":"`+me["id"].(string)+`"}`)
	by, _ := card["createdBy"].(map[string]any)
	if status != 201 || by["application"] == nil {
		t.Errorf("clockIn by the application = %d %v, want 201", status, card)
	}
	for range 12 { // three times what is published
		if status, said := bearer(t, hers, "GET", cards, ""); status != 200 {
			t.Fatalf("list = %d %v, want no limits", status, said)
		}
	}
	_, mine := bearer(t, hers, "GET", cards+"?$top=250", "")
	for _, one := range mine["value"].([]any) {
		if id := one.(map[string]any)["userId"]; id != me["id"] {
			t.Errorf("Anna sees a card of %v though memberSees=own", id)
		}
	}
}

// TestTenantHelp explains every operation and every assumption.
func TestTenantHelp(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"tenant", "--help"}, io.Discard, &out); err != nil {
		t.Fatal(err)
	}
	for _, r := range tenant.Rows() {
		if want := r.Name + "=" + r.Assumed.Value + "|" + r.Other.Value; !strings.Contains(out.String(), want) || !strings.Contains(out.String(), r.Meaning) {
			t.Errorf("help lacks %s and its meaning", want)
		}
	}
	for _, o := range tenant.Operations() {
		if !strings.Contains(out.String(), o.Path) {
			t.Errorf("help lacks %s", o.Path)
		}
	}
	var top bytes.Buffer
	if err := run(t.Context(), []string{"--help"}, io.Discard, &top); err != nil || !strings.Contains(top.String(), "sandbox tenant --help") {
		t.Errorf("help of the sandbox: %v, %s", err, top.String())
	}
}

// TestTenantBadFlags: each mistake ends it with a reason.
func TestTenantBadFlags(t *testing.T) {
	for _, row := range []struct {
		args []string
		says string
	}{
		{[]string{"--assume", "nothing=x"}, "clockInWhileIn"},
		{[]string{"--assume", "clockOutOnBreak"}, "want name=value"},
		{[]string{"--assume", "clockOutOnBreak=maybe"}, "neither refuse nor allow"},
		{[]string{"--limits", "some"}, "want off or published"},
		{[]string{"--token", "x=nobody@example.test"}, "nobody@example.test"},
		{[]string{"--token", "=" + sandbox.Anna}, "empty"},
		{[]string{"--listen", "0.0.0.0:0"}, "loopback"},
		{[]string{"now"}, "now"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := run(ctx, append([]string{"tenant", "--listen", "127.0.0.1:0", "--dir", t.TempDir()}, row.args...), io.Discard, io.Discard)
		cancel()
		if err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("sandbox tenant %q ends with %v, want an error that says %q", row.args, err, row.says)
		}
	}
}

// TestTenantAddressTaken says which flag helps.
func TestTenantAddressTaken(t *testing.T) {
	at, _ := alone(t)
	err := run(t.Context(), []string{"tenant", "--listen", strings.TrimPrefix(at, "http://"), "--dir", t.TempDir()}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("a second tenant at %s: %v, want an error that names --listen", at, err)
	}
}
