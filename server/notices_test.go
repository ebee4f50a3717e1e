package server_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"timeclock/app/wire"
	"timeclock/server/auth"
	"timeclock/server/sandbox"
)

// TestNoticesReachTheProduct: what the provider says of its sessions passes the
// checks that stand before everything, and ends them.
func TestNoticesReachTheProduct(t *testing.T) {
	s := open(t)
	provider := s.box.Provider
	provider.Client.BackChannelURL = s.url + auth.PathBackChannel
	b := s.signIn(sandbox.Anna)
	if status, err := provider.Notify(t.Context(), s.box.Person(sandbox.Anna).OID, ""); err != nil || status != http.StatusOK {
		t.Errorf("a notice by the back channel is answered %d, %v", status, err)
	}
	if code := b.call(http.MethodGet, wire.PathMe, nil, new(wire.Me)); code != wire.CodeSignedOut {
		t.Errorf("afterwards the call is %q, want signed_out", code)
	}

	provider.Client.BackChannelURL = ""
	provider.Client.FrontChannelURL = s.url + auth.PathFrontChannel
	b = s.signIn(sandbox.Anna)
	last, err := b.http.Get(s.box.Origin + provider.Prefix() + "oauth2/v2.0/logout")
	if err != nil {
		t.Fatal(err)
	}
	defer last.Body.Close()
	page, err := io.ReadAll(last.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, frame, found := strings.Cut(string(page), `<iframe src="`)
	frame, _, _ = strings.Cut(frame, `"`)
	if !found {
		t.Fatalf("the provider shows no frame: %s", page)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.ReplaceAll(frame, "&amp;", "&"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"iframe"}}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	origin := mustParse(t, s.box.Issuer)
	want := "default-src 'none'; frame-ancestors " + (&url.URL{Scheme: origin.Scheme, Host: origin.Host}).String()
	if got := answer.Header.Get("Content-Security-Policy"); answer.StatusCode != http.StatusOK || got != want {
		t.Errorf("the frame is answered %d with the policy %q, want %q", answer.StatusCode, got, want)
	}
	if code := b.call(http.MethodGet, wire.PathMe, nil, new(wire.Me)); code != wire.CodeSignedOut {
		t.Errorf("afterwards the call is %q, want signed_out", code)
	}
}
