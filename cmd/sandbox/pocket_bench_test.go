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

// stay is how long somebody looks at the clock before they put it away. In that
// time a browser keeps of the program what it has compiled.
const stay = 10 * time.Second

// TestBenchOpen measures how the clock opens for somebody signed in, and judges
// nothing. It runs when TIMECLOCK_BENCH_OPEN is set: make bench-open.
func TestBenchOpen(t *testing.T) {
	if os.Getenv("TIMECLOCK_BENCH_OPEN") == "" {
		t.Skip("not run: a measurement, made by make bench-open")
	}
	var table, loaded string
	for _, n := range []struct {
		name  string
		rate  float64
		delay time.Duration
		cpu   float64
	}{
		{"no throttle", 0, 0, 1},
		{"slow 4G, 4× CPU", 1.6e6 / 8, 150 * time.Millisecond, 4},
	} {
		var cold, warm []opening
		for range benchRounds {
			t.Run(n.name, func(t *testing.T) { // which ends its browser and its server before the next
				c, w, all := benchOpen(t, &link{Rate: n.rate, Delay: n.delay}, n.cpu)
				cold, warm, loaded = append(cold, c), append(warm, w), all
			})
		}
		table += row(n.name+", cold", cold) + row(n.name+", warm", warm)
	}
	fmt.Printf("\nWhat a cold visit loads, as it is sent, without headers:\n%s\n", loaded)
	fmt.Printf("| %s | painted | press possible | says who is here | program ready | to the browser |\n|---|---|---|---|---|---|\n%s\n", machine(t), table)
}

// row is a line of the README's table.
func row(name string, of []opening) string {
	m := medians(of)
	return fmt.Sprintf("| %s | %.0f ms | %.0f ms | %.0f ms | %.0f ms | %.3f MB |\n", name, m.Paint, m.Press, m.Known, m.Ready, m.Bytes/1e6)
}

// readLoaded lists what the page has loaded.
const readLoaded = `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
	.filter((e) => e.encodedBodySize && !e.name.includes("/api/"))
	.map((e) => String(e.encodedBodySize).padStart(9) + "  " + new URL(e.name).pathname).join("\n") + "\n"`

// benchOpen opens the clock in a new browser, and again, in a tab of its own,
// once all is installed.
func benchOpen(t *testing.T, l *link, cpu float64) (cold, warm opening, loaded string) {
	t.Helper()
	b := openOver(t, l)
	anna := visit(t, b).signIn(sandbox.Anna)
	anna.clock("")
	tb := browse(t, b, phone)
	tb.take(anna)
	one := func() opening {
		tb.before(watchOpening)
		command(tb, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: cpu})
		before := l.carried.Load()
		tb.begin("/")
		tb.do("wait for the program", chromedp.WaitVisible(chromedp.CSS(`[data-state="clockedOut"]`)))
		tb.installed()
		o := ask(tb, "read the marks", chromedp.Evaluate[opening](readOpening))
		o.Bytes = float64(l.carried.Load() - before)
		return o
	}
	cold = one()
	loaded = ask(tb, "read what was loaded", chromedp.Evaluate[string](readLoaded))
	for range 2 { // the first opening by the service worker drops what is not needed
		time.Sleep(stay)
		next := tb.another(phone)
		tb.kill()
		tb = next
		time.Sleep(time.Second)
		warm = one()
	}
	return cold, warm, loaded
}

// take gives the browser a visitor's cookies.
func (tb *tab) take(v *visitor) {
	tb.t.Helper()
	site, err := url.Parse(tb.box.URL)
	if err != nil {
		tb.t.Fatal(err)
	}
	command(tb, network.Enable, network.EnableParams{})
	yes := true
	for _, c := range v.http.Jar.Cookies(site) {
		command(tb, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: tb.box.URL, HTTPOnly: &yes, SameSite: network.CookieSameSiteStrict})
	}
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
