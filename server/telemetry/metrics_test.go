package telemetry_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/telemetry"
	"timeclock/server/telemetry/metricstest"
)

// scrape reads what m answers, which must be without fault.
func scrape(t *testing.T, m *telemetry.Metrics) (metricstest.Families, string) {
	t.Helper()
	mux := http.NewServeMux()
	m.Mount(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/plain; version=0.0.4; charset=utf-8" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("GET /metrics = %d with %v", w.Code, w.Header())
	}
	found, err := metricstest.Parse(w.Body.String())
	if err != nil {
		t.Fatalf("%v in\n%s", err, w.Body)
	}
	return found, w.Body.String()
}

func TestMetricsText(t *testing.T) {
	m := &telemetry.Metrics{}
	m.Counter("idle_total", "Never counted.")
	calls := m.Counter("calls_total", "Calls, by \\ and\nso on.", "op", "outcome")
	calls.Add(2, "list", "ok")
	calls.Add(1, "get", "failed")
	calls.Add(0.5, "get", "failed")
	calls.Add(0, `a "b" \`+"\n", "odd\xff")
	took := m.Histogram("took_seconds", "How long.", []float64{0.5, 1}, "op")
	for _, seconds := range []float64{0.25, 0.5, 0.75, 3, -1} {
		took.Observe(seconds, "list")
	}
	m.Gauge("age_seconds", "How old.", func(context.Context) []telemetry.Sample {
		return []telemetry.Sample{{12.5, []string{"a"}}, {1e9, []string{"b"}}}
	}, "of")
	m.Gauge("unknown", "Cannot be known.", func(context.Context) []telemetry.Sample { return nil })
	m.Tally("kept_total", "Kept elsewhere.", func() float64 { return 7 })
	const want = `# HELP idle_total Never counted.
# TYPE idle_total counter
idle_total 0
# HELP calls_total Calls, by \\ and\nso on.
# TYPE calls_total counter
calls_total{op="a \"b\" \\\n",outcome="odd�"} 0
calls_total{op="get",outcome="failed"} 1.5
calls_total{op="list",outcome="ok"} 2
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{op="list",le="0.5"} 3
took_seconds_bucket{op="list",le="1"} 4
took_seconds_bucket{op="list",le="+Inf"} 5
took_seconds_sum{op="list"} 4.5
took_seconds_count{op="list"} 5
# HELP age_seconds How old.
# TYPE age_seconds gauge
age_seconds{of="a"} 12.5
age_seconds{of="b"} 1e+09
# HELP unknown Cannot be known.
# TYPE unknown gauge
# HELP kept_total Kept elsewhere.
# TYPE kept_total counter
kept_total 7
`
	found, text := scrape(t, m)
	if text != want {
		t.Errorf("the text is\n%s\nwant\n%s", text, want)
	}
	if v, ok := found.Value("calls_total", "op", "get"); !ok || v != 1.5 {
		t.Errorf("read back, calls_total of get is %v", v)
	}
}

func TestMetricsAreForReading(t *testing.T) {
	m := &telemetry.Metrics{}
	mux := http.NewServeMux()
	m.Mount(mux)
	for request, want := range map[string]int{"POST /metrics": 405, "GET /": 404, "GET /metrics/x": 404, "HEAD /metrics": 200} {
		method, path, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		if w.Code != want {
			t.Errorf("%s = %d, want %d", request, w.Code, want)
		}
	}
}

// A label that takes ever new values does not take ever more memory.
func TestSeriesAreBounded(t *testing.T) {
	m := &telemetry.Metrics{}
	c := m.Counter("c_total", "By a mistake.", "id", "class")
	for i := range 5000 {
		c.Add(1, fmt.Sprint(i), "x")
	}
	found, _ := scrape(t, m)
	if n := len(found["c_total"].Samples); n > 1001 {
		t.Errorf("there are %d series", n)
	}
	all, _ := found.Value("c_total")
	if rest, ok := found.Value("c_total", "id", "other", "class", "other"); !ok || all != 5000 || rest != 4000 {
		t.Errorf("of %v, %v are others; want all 5000 counted and 4000 of them there", all, rest)
	}
}

func TestCountingAtOnce(t *testing.T) {
	m := &telemetry.Metrics{}
	c := m.Counter("c_total", "Counted.", "who")
	h := m.Histogram("h_seconds", "Observed.", []float64{1}, "who")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 500 {
				c.Add(1, fmt.Sprint(i%2))
				h.Observe(1, fmt.Sprint(i%2))
			}
		})
		all.Go(func() { scrape(t, m) })
	}
	all.Wait()
	found, _ := scrape(t, m)
	if v, _ := found.Value("c_total"); v != 4000 {
		t.Errorf("counted %v, want 4000", v)
	}
	if v, _ := found.Value("h_seconds_bucket", "le", "1", "who", "1"); v != 2000 {
		t.Errorf("observed %v, want 2000", v)
	}
}

func TestDeclaringTwice(t *testing.T) {
	m := &telemetry.Metrics{}
	c := m.Counter("c_total", "Once.", "label")
	for name, mistake := range map[string]func(){
		"the same name": func() { m.Counter("c_total", "Twice.") },
		"no label":      func() { c.Add(1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s goes unnoticed", name)
				}
			}()
			mistake()
		}()
	}
}

func TestProcessMetrics(t *testing.T) {
	m := &telemetry.Metrics{}
	m.Process("v-test", time.UnixMilli(1_700_000_000_500))
	found, text := scrape(t, m)
	if v, ok := found.Value("timeclock_build_info", "version", "v-test"); !ok || v != 1 {
		t.Errorf("the build is not told: %s", text)
	}
	if v, _ := found.Value("process_start_time_seconds"); math.Abs(v-1_700_000_000.5) > 1e-3 {
		t.Errorf("the start is %v", v)
	}
	for _, name := range []string{"go_goroutines", "go_memstats_heap_alloc_bytes", "go_memstats_sys_bytes"} {
		if v, ok := found.Value(name); !ok || v < 1 {
			t.Errorf("%s is %v, %v", name, v, ok)
		}
	}
	if _, ok := found.Value("go_gc_cycles_total"); !ok {
		t.Error("garbage collections are not told")
	}
}

// The reader of these tests takes nothing that a strict reader might not.
func TestTheReaderIsStrict(t *testing.T) {
	const head = "# HELP a_total b\n# TYPE a_total counter\n"
	for text, why := range map[string]string{
		head + "a_total 1":                                          "no end of line",
		head + "a_total 1 \n":                                       "a space too much",
		head + "a_total{} 1\n":                                      "no labels in braces",
		head + "a_total{x=1} 1\n":                                   "no quotes",
		head + "a_total{x=\"\"\"} 1\n":                              "a quote not escaped",
		head + "a_total{x=\"\\d\"} 1\n":                             "no such escape",
		head + "a_total{x=\"1\",x=\"2\"} 1\n":                       "a label twice",
		head + "a_total{x=\"1\"} 1\na_total{y=\"1\"} 1\n":           "different labels",
		head + "a_total 1\na_total 1\n":                             "a sample twice",
		head + "a_total -1\n":                                       "negative",
		head + "b_total 1\n":                                        "another family's",
		head + "\n":                                                 "an empty line",
		head + head:                                                 "a family twice",
		"a_total 1\n":                                               "without help",
		"# HELP a b\n# TYPE a counter\n":                            "a counter by another name",
		"# HELP a b\n# TYPE a thing\n":                              "no such type",
		"# HELP a b\n":                                              "no type",
		"# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n":    "no infinity",
		"# HELP a b\n# TYPE a histogram\na 1\n":                     "a bare histogram",
		"# HELP a b\n# TYPE a histogram\na_sum 1\na_count 1\n":      "no buckets",
		"# HELP a b\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\n": "no count",
		"# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n": "falling buckets",
	} {
		if _, err := metricstest.Parse(text); err == nil {
			t.Errorf("%s: accepted\n%s", why, text)
		}
	}
}

// Audit lines are told of whether they are written or not, and nothing else is.
func TestHeed(t *testing.T) {
	for level, written := range map[slog.Level]int{slog.LevelInfo: 3, slog.LevelError: 0} {
		var out bytes.Buffer
		told := map[telemetry.Event]int{}
		log := telemetry.Heed(telemetry.NewLogger(&out, level), func(e telemetry.Event) { told[e]++ })
		log.Info("sign_in", "person", "x")
		for _, l := range []*slog.Logger{log, log.With("a", 1)} {
			telemetry.Audit{Log: l}.Write(t.Context(), telemetry.SignedIn, slog.String("person", "x"))
		}
		log.Debug("not even at the level")
		if len(told) != 1 || told[telemetry.SignedIn] != 2 {
			t.Errorf("at level %v, told of %v; want two sign-ins", level, told)
		}
		if n := strings.Count(out.String(), "\n"); n != written {
			t.Errorf("at level %v, %d lines are written, want %d", level, n, written)
		}
	}
}
