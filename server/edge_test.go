package server_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server"
	"timeclock/server/auth"
	"timeclock/server/config"
	"timeclock/server/sandbox"
	"timeclock/server/sandbox/idp"
	"timeclock/server/telemetry"
)

// TestWhoMayAsk has every combination of method, what the browser says of where
// a request comes from, and the static header, and a rule of three lines that
// says which of them may be answered.
func TestWhoMayAsk(t *testing.T) {
	s := open(t)
	b := &browser{s, &http.Client{Timeout: 30 * time.Second}, http.Header{}} // signed out: what may be answered is, with 401
	own := s.url
	sibling := strings.Replace(s.url, "localhost", "other.localhost", 1)
	for _, path := range []string{wire.PathMe, wire.PathPunches, wire.PathSessions, wire.PathSessions + wire.PathEnd, wire.PathLogout, wire.PathEvents + "x"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			for _, site := range []string{"", "same-origin", "same-site", "cross-site", "none"} {
				for _, origin := range []string{"", own, sibling, "https://evil.example", "null"} {
					for _, header := range []string{"", "0", "1"} {
						name := fmt.Sprintf("%s %s, site %q, origin %q, header %q", method, path, site, origin, header)
						status := b.knock(method, path, site, origin, header)
						safe := method == "GET" || method == "HEAD" || method == "OPTIONS"
						fromHere := site == "same-origin" || site == "" && (safe || origin == "" || origin == own)
						may := header == wire.HeaderValue && fromHere
						switch {
						case may == (status != http.StatusForbidden):
						case path == wire.PathLogout && method != "POST" && status == http.StatusMethodNotAllowed:
						default:
							t.Errorf("%s is answered %d, want it answered: %v", name, status, may)
						}
					}
				}
			}
		}
	}
}

// knock makes a request that says of itself what is given, and gives the status.
func (b *browser) knock(method, path, site, origin, header string) int {
	t := b.site.t
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.site.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Sec-Fetch-Site": site, "Origin": origin, wire.Header: header} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	answer, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s %s is shared with %s", method, path, answer.Header.Get("Access-Control-Allow-Origin"))
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	return answer.StatusCode
}

// TestLaxCookies: the setting reaches the cookie, and with it a call that another
// site makes the browser send is refused all the same.
func TestLaxCookies(t *testing.T) {
	for _, lax := range []string{config.SameSiteStrict, config.SameSiteLax} {
		s := open(t, "--session-same-site", lax)
		b := s.signIn(sandbox.Anna)
		for _, path := range []string{wire.PathMe, wire.PathPress} {
			if status := b.knock("POST", path, "cross-site", "https://evil.example", "1"); status != http.StatusForbidden {
				t.Errorf("%s: %s from another site is answered %d", lax, path, status)
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+wire.PathLogout, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(wire.Header, wire.HeaderValue)
		answer, err := b.http.Do(r) // takes the cookie back, with the attributes it had
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		want := map[string]string{config.SameSiteStrict: "; SameSite=Strict", config.SameSiteLax: "; SameSite=Lax"}[lax]
		if got := answer.Header.Get("Set-Cookie"); !strings.HasSuffix(got, want) {
			t.Errorf("%s: Set-Cookie is %q", lax, got)
		}
	}
}

// TestLimits: what is too much is refused, and what is too slow is cut off.
func TestLimits(t *testing.T) {
	s := open(t)
	b := s.signIn(sandbox.Anna)
	post := func(body io.Reader) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+wire.PathPunches, body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(wire.Header, wire.HeaderValue)
		answer, err := b.http.Do(r)
		if err != nil {
			return 0 // cut off
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if got := post(strings.NewReader(`{"note":"` + strings.Repeat("x", 1<<20) + `"}`)); got != http.StatusRequestEntityTooLarge && got != 0 {
		t.Errorf("a megabyte is answered %d", got)
	}
	if got := post(strings.NewReader(strings.Repeat("[", 10_000))); got != http.StatusBadRequest {
		t.Errorf("10,000 brackets are answered %d", got)
	}
	host := strings.TrimPrefix(s.url, "http://")
	raw := func(text string, patience time.Duration) (string, time.Duration) {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		began := time.Now()
		conn.SetDeadline(began.Add(patience))
		fmt.Fprint(conn, text)
		line, _ := bufio.NewReader(conn).ReadString('\n')
		return strings.TrimSpace(line), time.Since(began)
	}
	get := "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n"
	if line, _ := raw(get+"X: "+strings.Repeat("a", 64<<10)+"\r\n\r\n", 5*time.Second); !strings.Contains(line, " 431 ") {
		t.Errorf("64 KB of headers are answered %q", line)
	}
	if line, _ := raw(get+strings.Repeat("X: a\r\n", 20_000)+"\r\n", 5*time.Second); !strings.Contains(line, " 431 ") {
		t.Errorf("20,000 headers are answered %q", line)
	}
	if line, took := raw(get, 20*time.Second); took > 10*time.Second {
		t.Errorf("headers that do not end are waited for %v, then %q", took, line)
	}
	for name, text := range map[string]string{
		"two lengths":         "POST /auth/logout HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
		"two ways to measure": "POST /auth/logout HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n",
		"two hosts":           "GET / HTTP/1.1\r\nHost: " + host + "\r\nHost: evil.example\r\n\r\n",
		"a folded header":     "GET / HTTP/1.1\r\nHost: " + host + "\r\nX : y\r\n\r\n",
		"a NUL":               "GET /\x00 HTTP/1.1\r\nHost: " + host + "\r\n\r\n",
	} {
		if line, _ := raw(text, 5*time.Second); !strings.Contains(line, " 400 ") && !strings.Contains(line, " 501 ") {
			t.Errorf("%s: answered %q", name, line)
		}
	}
}

// leak keeps all that left a product: answers as they went over the wire, and
// the log.
type leak struct {
	mu   sync.Mutex
	left bytes.Buffer
	next http.RoundTripper
}

func (l *leak) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left.Write(p)
}

func (l *leak) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left.String()
}

// RoundTrip notes the answers of the product, and not those of the provider.
func (l *leak) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.next.RoundTrip(r)
	if err != nil || r.URL.Hostname() != "localhost" {
		return answer, err
	}
	raw, err := httputil.DumpResponse(answer, true)
	if err != nil {
		return nil, err
	}
	_, err = l.Write(raw)
	return answer, err
}

// serveLoud serves the product, before a Graph at the address given, with a log
// that tells everything it can, and gives the address of its metrics.
func (s *site) serveLoud(l net.Listener, out io.Writer, graphURL string) (metrics string) {
	s.t.Helper()
	reserved := listen(s.t, "127.0.0.1:0")
	metrics = reserved.Addr().String()
	reserved.Close()
	c, err := config.Load([]string{
		"--url", s.url, "--insecure-http", "--tenant-id", s.box.TenantID, "--client-id", s.box.ClientID,
		"--metrics-listen", metrics,
		"--oidc-issuer", s.box.Issuer, "--graph-url", graphURL,
		"--oidc-scopes", strings.Join(config.Cloud{GraphURL: s.box.GraphURL}.Scopes(), " "),
		"--database-url", "sqlite:" + filepath.Join(s.t.TempDir(), "timeclock.db"),
	}, []string{
		config.Prefix + "CLIENT_SECRET=" + s.box.ClientSecret,
		config.Prefix + "SECRET_KEYS=" + base64.StdEncoding.EncodeToString([]byte(secretKey)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx := s.t.Context()
	product, err := server.New(ctx, c, telemetry.NewLogger(io.MultiWriter(out, s.log), slog.LevelDebug))
	if err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- product.Serve(ctx, s.left.Listener(l)) }() // until the test's context ends
	s.t.Cleanup(func() {
		if err := <-ended; err != nil {
			s.t.Errorf("Serve: %v", err)
		}
	})
	return metrics
}

const secretKey = "a-key-of-thirty-two-bytes--leaks"

// TestNothingSecretLeaves works a day with all that can go wrong in it, and then
// looks for everything that was ever issued in every byte that left the server,
// and for people's names in its log.
func TestNothingSecretLeaves(t *testing.T) {
	l := listen(t, "127.0.0.1:0")
	s := tenantFor(t, l, t.TempDir())
	t.Cleanup(func() { s.box.Close(t.Context()) })
	var log leak
	out := &leak{next: http.DefaultTransport}
	metrics := s.serveLoud(l, &log, s.box.GraphURL)

	b := s.signIn(sandbox.Anna)
	b.http.Transport = out
	b.press(sandbox.HarbourCafe, clock.ClockIn, 0, nil)
	b.press(sandbox.HarbourCafe, clock.ClockOut, 0, map[string]any{"note": "left early"})
	b.call(http.MethodGet, wire.PathClock, nil, new(wire.Clock))
	b.call(http.MethodGet, wire.PathMe, nil, new(wire.Me))
	b.call(http.MethodGet, wire.PathSessions, nil, new(wire.Sessions))
	b.call(http.MethodPost, wire.PathPunches, map[string]any{"id": "no id"}, new(wire.Receipt))
	b.knock("GET", wire.PathMe, "cross-site", "", "1")
	b.knock("GET", wire.PathCallback+"?error=access_denied&state=x", "", "", "")
	b.knock("GET", auth.PathFrontChannel+"?iss=x&sid=y", "", "", "")
	cookies := fmt.Sprint(b.http.Jar.Cookies(mustParse(t, s.url)))

	again := s.signIn(sandbox.Anna) // another device, then all the ways out
	again.http.Transport = out
	again.call(http.MethodPost, wire.PathSessions+wire.PathEnd, nil, new(wire.SessionsEnded))
	b.call(http.MethodGet, wire.PathMe, nil, new(wire.Me))
	if err := s.box.Provider.Revoke(s.box.Person(sandbox.Anna).OID); err != nil {
		t.Fatal(err)
	}
	again.call(http.MethodPost, wire.PathLogout, nil, new(wire.SignedOut))
	last := s.signIn(sandbox.Anna)
	last.http.Transport = out
	s.box.Provider.Lie(idp.Lies{TokenStatus: http.StatusInternalServerError})
	last.knock("GET", wire.PathLogin+"?return=/history", "", "", "") // as far as the page, and back

	secrets := append(s.box.Provider.Issued(), secretKey, base64.StdEncoding.EncodeToString([]byte(secretKey)))
	if len(secrets) < 10 {
		t.Fatalf("only %d secrets were issued", len(secrets))
	}
	counted, err := http.Get("http://" + metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer counted.Body.Close()
	figures, err := io.ReadAll(counted.Body)
	if err != nil || !strings.Contains(string(figures), `timeclock_audit_events_total{event="sign_in"}`) {
		t.Errorf("the metrics are %s, %v", figures, err)
	}
	for name, text := range map[string]string{
		"an answer": out.String(), "the log": log.String(), "a cookie": cookies, "the metrics": string(figures),
	} {
		if len(text) < 50 {
			t.Errorf("%s has only %d bytes; was it looked at?", name, len(text))
		}
		for _, secret := range secrets {
			if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
				t.Errorf("%q is in %s", secret, name)
			}
		}
	}
	for _, private := range []string{"Anna", "Lindqvist", sandbox.Anna, "left early", s.box.Person(sandbox.Anna).OID} {
		if strings.Contains(log.String(), private) || strings.Contains(string(figures), private) {
			t.Errorf("%q is in the log or the metrics", private)
		}
	}
	wantAudited(t, log.String())
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// wantAudited fails unless the audit log tells of all that happened.
func wantAudited(t *testing.T, log string) {
	t.Helper()
	told := map[string]int{}
	for line := range strings.Lines(log) {
		var l struct {
			Event   string `json:"msg"`
			Audit   bool   `json:"audit"`
			By      string `json:"by"`
			Request string `json:"request"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Errorf("a line of the log is no JSON: %s", line)
		}
		if l.Audit {
			told[strings.TrimSpace(l.Event+" "+l.By)]++
		}
		if l.Audit && l.Request == "" {
			t.Errorf("%s is of no request", line)
		}
	}
	for event, least := range map[string]int{
		"sign_in": 3, "sign_in_refused": 1, "sign_out": 1, "session_ended person": 1, "denied": 1,
	} {
		if told[event] < least {
			t.Errorf("the audit log tells %d times of %s, want %d: %v", told[event], event, least, told)
		}
	}
}
