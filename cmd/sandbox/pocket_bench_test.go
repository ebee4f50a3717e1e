package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"timeclock/server/sandbox"
	"timeclock/web"
)

// benchRounds is how often each opening is measured.
const benchRounds = 5

// opening is what one opening of the clock took, in milliseconds after the
// navigation, and how many bytes came to the browser.
type opening struct {
	Paint float64 // first contentful paint
	Press float64 // painted, and a press is taken
	Known float64 // and the page says who is here
	Ready float64 // the program shows the state
	Bytes float64
}

// watchOpening notes in the page when the program first shows a state.
const watchOpening = `
new MutationObserver((_, self) => {
	if (!document.querySelector("[data-state]:not([data-state=''])")) return;
	performance.mark("timeclock:ready");
	self.disconnect();
}).observe(document, { childList: true, subtree: true, attributes: true });`

// readOpening gives the marks of an opening that is over.
const readOpening = `(() => {
	const at = (name) => (performance.getEntriesByName(name)[0] || { startTime: 0 }).startTime;
	const paint = at("first-contentful-paint");
	return { Paint: paint, Press: Math.max(paint, at("timeclock:listening")), Known: Math.max(paint, at("timeclock:known")), Ready: at("timeclock:ready") };
})()`

// TestBenchOpen measures how the clock opens for somebody signed in, and judges
// nothing. It runs when TIMECLOCK_BENCH_OPEN is set: make bench-open.
func TestBenchOpen(t *testing.T) {
	if os.Getenv("TIMECLOCK_BENCH_OPEN") == "" {
		t.Skip("not run: a measurement, made by make bench-open")
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-22s %9s %9s %9s %9s %11s\n", "medians of 5, ms", "paint", "press", "known", "ready", "bytes")
	for _, n := range []struct {
		name  string
		rate  float64
		delay time.Duration
		cpu   float64
	}{
		{"no throttle", 0, 0, 1},
		{"slow 4G, 4x CPU", 1.6e6 / 8, 150 * time.Millisecond, 4},
	} {
		var cold, warm []opening
		for range benchRounds {
			c, w := benchOpen(t, &link{Rate: n.rate, Delay: n.delay}, n.cpu)
			cold, warm = append(cold, c), append(warm, w)
		}
		for _, row := range []struct {
			name string
			of   []opening
		}{{"cold", cold}, {"warm", warm}} {
			m := medians(row.of)
			fmt.Fprintf(&table, "%-22s %9.0f %9.0f %9.0f %9.0f %11.0f\n", n.name+", "+row.name, m.Paint, m.Press, m.Known, m.Ready, m.Bytes)
		}
	}
	fmt.Printf("\n%s\n%s\n%s\n", machine(t), brotliSizes(t), table.String())
}

// benchOpen opens the clock in a new browser, and again once all is installed.
func benchOpen(t *testing.T, l *link, cpu float64) (cold, warm opening) {
	t.Helper()
	b := openOver(t, l)
	anna := visit(t, b).signIn(sandbox.Anna)
	anna.clock("")
	tb := browse(t, b, phone)
	site, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	command(tb, network.Enable, network.EnableParams{})
	yes := true
	for _, c := range anna.http.Jar.Cookies(site) {
		command(tb, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: b.URL, HTTPOnly: &yes, SameSite: network.CookieSameSiteStrict})
	}
	tb.before(watchOpening)
	command(tb, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: cpu})
	one := func() opening {
		before := l.carried.Load()
		tb.begin("/")
		tb.do("wait for the program", chromedp.WaitVisible(chromedp.CSS(`[data-state="clockedOut"]`)))
		tb.installed()
		o := ask(tb, "read the marks", chromedp.Evaluate[opening](readOpening))
		o.Bytes = float64(l.carried.Load() - before)
		return o
	}
	cold = one()
	tb.do("leave", chromedp.Navigate("about:blank"))
	time.Sleep(time.Second)
	one() // the first opening by the service worker, which then drops what is not needed
	tb.do("leave", chromedp.Navigate("about:blank"))
	time.Sleep(time.Second)
	return cold, one()
}

// openOver is openIn over a link.
func openOver(t *testing.T, l *link) *box {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	b, err := start(ctx, options{Listen: "127.0.0.1:0", TenantListen: "127.0.0.1:0", Dir: t.TempDir(), Log: os.Stderr})
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	b.listener = l.listener(b.listener)
	ended := make(chan error, 1)
	go func() { ended <- b.serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
		http.DefaultClient.CloseIdleConnections()
	})
	return b
}

func medians(all []opening) opening {
	of := func(get func(opening) float64) float64 {
		var values []float64
		for _, o := range all {
			values = append(values, get(o))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return opening{
		Paint: of(func(o opening) float64 { return o.Paint }), Press: of(func(o opening) float64 { return o.Press }),
		Known: of(func(o opening) float64 { return o.Known }), Ready: of(func(o opening) float64 { return o.Ready }),
		Bytes: of(func(o opening) float64 { return o.Bytes }),
	}
}

// brotliSizes lists what a cold visit loads, as it is sent.
func brotliSizes(t *testing.T) string {
	t.Helper()
	assets, err := web.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	total := int64(0)
	for _, a := range assets.All() {
		if strings.HasPrefix(a.Name, web.Shots) {
			continue // for the shop, not for a visit
		}
		_, size, err := a.Open(a.Encodings()[0])
		if err != nil {
			t.Fatal(err)
		}
		total += size
		fmt.Fprintf(&out, "%9d  %s\n", size, a.Name)
	}
	fmt.Fprintf(&out, "%9d  all of these; the page, go-app's script, the early script and the worker come to it", total)
	return out.String()
}

// machine says what the figures are of.
func machine(t *testing.T) string {
	t.Helper()
	name := "an unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(text), "model name"); ok {
			line, _, _ := strings.Cut(rest, "\n")
			name = strings.TrimSpace(strings.TrimLeft(line, "\t :"))
		}
	}
	load := ""
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load = ", load " + strings.Join(strings.Fields(string(text))[:3], " ")
	}
	return fmt.Sprintf("%s, %d cores, %s %s, %s%s", name, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}
