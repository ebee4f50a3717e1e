package telemetry

import (
	"bytes"
	"context"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// patternMetrics is where a scrape finds the metrics.
const patternMetrics = "GET /metrics"

// contentTypeMetrics names the text format, as Prometheus documents it under
// "Exposition formats".
const contentTypeMetrics = "text/plain; version=0.0.4; charset=utf-8"

// Mount adds the metrics to mux, which must not be the one of a public address.
func (m *Metrics) Mount(mux *http.ServeMux) { mux.Handle(patternMetrics, m) }

// ServeHTTP answers a scrape.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text := m.text(r.Context())
	w.Header().Set("Content-Type", contentTypeMetrics)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(text) // whoever scrapes may be gone
}

// text writes every family, in the order they were declared in.
func (m *Metrics) text(ctx context.Context) []byte {
	var b bytes.Buffer
	for _, f := range m.families {
		b.WriteString("# HELP " + f.name + " " + escapeHelp.Replace(f.help) + "\n")
		b.WriteString("# TYPE " + f.name + " " + f.kind + "\n")
		if f.read == nil {
			f.write(&b)
			continue
		}
		for _, s := range f.read(ctx) {
			line(&b, f.name, pairs(f.labels, s.Labels), s.Value)
		}
	}
	return b.Bytes()
}

// write writes what was counted, in the order of the labels' values.
func (f *family) write(b *bytes.Buffer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	byValues := func(a, b values) int { return slices.Compare(a[:], b[:]) }
	for _, key := range slices.SortedFunc(maps.Keys(f.series), byValues) {
		s := f.series[key]
		labels := pairs(f.labels, key[:len(f.labels)])
		if f.kind != histogramType {
			line(b, f.name, labels, s.sum)
			continue
		}
		sums := s.cumulated()
		for i, n := range sums {
			bound := math.Inf(1)
			if i < len(f.bounds) {
				bound = f.bounds[i]
			}
			line(b, f.name+"_bucket", append(slices.Clip(labels), pair("le", number(bound))), float64(n))
		}
		line(b, f.name+"_sum", labels, s.sum)
		line(b, f.name+"_count", labels, float64(sums[len(sums)-1]))
	}
}

func line(b *bytes.Buffer, name string, labels []string, value float64) {
	b.WriteString(name)
	if len(labels) > 0 {
		b.WriteString("{" + strings.Join(labels, ",") + "}")
	}
	b.WriteString(" " + number(value) + "\n")
}

// pairs gives labels with their values as they are written.
func pairs(labels, values []string) []string {
	all := make([]string, len(labels))
	for i, label := range labels {
		all[i] = pair(label, values[i])
	}
	return all
}

func pair(label, value string) string {
	return label + `="` + escapeValue.Replace(strings.ToValidUTF8(value, "�")) + `"`
}

var (
	escapeValue = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
)

func number(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
