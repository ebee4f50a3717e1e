package telemetry

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// Metrics are figures for an operator's Prometheus. They are declared while the
// server is put together, counted from then on by any number of goroutines, and
// written by ServeHTTP.
//
// A label takes one of a few values that this program knows beforehand: an
// operation, a class, the pattern of a route. It never holds the id or the name
// of a person, a team, a session or a press, nor a time or a position.
type Metrics struct {
	families []*family
}

// The types of a family in the text format.
const (
	counterType   = "counter"
	gaugeType     = "gauge"
	histogramType = "histogram"
)

// family is all that stands under one name.
type family struct {
	name, help, kind string
	labels           []string
	bounds           []float64                      // of a histogram's buckets, rising
	read             func(context.Context) []Sample // instead of series, for what is looked up

	mu     sync.Mutex // protects what follows
	series map[values]*series
}

// values are those of a family's labels, in order.
type values [maxLabels]string

// maxLabels is how many labels a family may have.
const maxLabels = 3

// series is a family for one choice of labels.
type series struct {
	sum    float64
	counts []uint64 // of a histogram: by bucket, the last for what is beyond
}

// Sample is a figure that was looked up, with the values of its family's labels.
type Sample struct {
	Value  float64
	Labels []string
}

// maxSeries bounds a family: what would be one series more is counted under
// others, so that a mistake with a label costs its meaning and not the memory.
const maxSeries = 1000

// others stands for the labels that went beyond maxSeries.
const others = "other"

func (m *Metrics) add(f *family) *family {
	if slices.ContainsFunc(m.families, func(o *family) bool { return o.name == f.name }) {
		panic("telemetry: two metrics are called " + f.name)
	}
	if len(f.labels) > maxLabels {
		panic("telemetry: too many labels for " + f.name)
	}
	f.series = map[values]*series{}
	m.families = append(m.families, f)
	return f
}

// Counter is a figure that only grows, by labels.
type Counter struct{ f *family }

// Counter declares one; name ends in _total. Without labels it stands at 0 from
// the start.
func (m *Metrics) Counter(name, help string, labels ...string) Counter {
	c := Counter{m.add(&family{name: name, help: help, kind: counterType, labels: labels})}
	if len(labels) == 0 {
		c.Add(0)
	}
	return c
}

// Add adds n, which is not negative, to the series with these values of the
// labels. Adding 0 lets it stand there before anything happens: Prometheus takes
// no notice of the first thing that happens otherwise.
func (c Counter) Add(n float64, values ...string) {
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	c.f.at(values).sum += n
}

// Histogram tells how a length of time is distributed, by labels.
type Histogram struct{ f *family }

// Histogram declares one with buckets up to and including each of bounds, which
// rise; name ends in _seconds.
func (m *Metrics) Histogram(name, help string, bounds []float64, labels ...string) Histogram {
	return Histogram{m.add(&family{name: name, help: help, kind: histogramType, labels: labels, bounds: bounds})}
}

// Observe notes one length, in seconds. One below zero counts as zero: two
// clocks were compared.
func (h Histogram) Observe(seconds float64, values ...string) {
	seconds = max(seconds, 0)
	h.f.mu.Lock()
	defer h.f.mu.Unlock()
	s := h.f.at(values)
	s.sum += seconds
	i, _ := slices.BinarySearch(h.f.bounds, seconds)
	s.counts[i]++
}

// Gauge declares a figure that rises and falls and is looked up whenever it is
// asked for. read may give nothing when it cannot be known.
func (m *Metrics) Gauge(name, help string, read func(context.Context) []Sample, labels ...string) {
	m.add(&family{name: name, help: help, kind: gaugeType, labels: labels, read: read})
}

// Tally declares a counter that is kept elsewhere.
func (m *Metrics) Tally(name, help string, read func() float64) {
	m.add(&family{name: name, help: help, kind: counterType, read: func(context.Context) []Sample {
		return One(read())
	}})
}

// One is a figure without labels.
func One(value float64) []Sample { return []Sample{{Value: value}} }

// at gives the series with these values, and makes it if there is none. The
// caller holds mu.
func (f *family) at(of []string) *series {
	if len(of) != len(f.labels) {
		panic("telemetry: wrong number of labels for " + f.name)
	}
	var key values
	copy(key[:], of)
	if s := f.series[key]; s != nil {
		return s
	}
	if len(f.series) >= maxSeries {
		for i := range f.labels {
			key[i] = others
		}
		if s := f.series[key]; s != nil {
			return s
		}
	}
	for i, value := range key {
		key[i] = strings.Clone(value)
	}
	s := &series{}
	if f.kind == histogramType {
		s.counts = make([]uint64, len(f.bounds)+1)
	}
	f.series[key] = s
	return s
}

// cumulated gives what was observed up to each bound; the last is all.
func (s *series) cumulated() []uint64 {
	sums := make([]uint64, len(s.counts))
	var sum uint64
	for i, n := range s.counts {
		sum += n
		sums[i] = sum
	}
	return sums
}
