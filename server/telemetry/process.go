package telemetry

import (
	"context"
	"runtime"
	"runtime/metrics"
	"time"
)

// Process declares what Go knows of this process, by the names other programs in
// Go have for it, and which build it is.
func (m *Metrics) Process(version string, started time.Time) {
	m.Gauge("timeclock_build_info", "Which build this is; the value is 1.", func(context.Context) []Sample {
		return []Sample{{1, []string{version, runtime.Version()}}}
	}, "version", "goversion")
	m.Gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", func(context.Context) []Sample {
		return One(float64(started.UnixMilli()) / 1000)
	})
	m.runtime(gaugeType, "go_goroutines", "Goroutines that exist.", "/sched/goroutines:goroutines")
	m.runtime(gaugeType, "go_memstats_heap_alloc_bytes", "Memory of objects, those not yet swept included.", "/memory/classes/heap/objects:bytes")
	m.runtime(gaugeType, "go_memstats_sys_bytes", "All memory that Go has from the system.", "/memory/classes/total:bytes")
	m.runtime(counterType, "go_gc_cycles_total", "Garbage collections that have ended.", "/gc/cycles/total:gc-cycles")
}

// runtime declares a figure of package runtime/metrics that is a whole number.
func (m *Metrics) runtime(kind, name, help, key string) {
	m.add(&family{name: name, help: help, kind: kind, read: func(context.Context) []Sample {
		found := []metrics.Sample{{Name: key}}
		metrics.Read(found)
		if found[0].Value.Kind() != metrics.KindUint64 {
			return nil // of another Go, which does not know it
		}
		return One(float64(found[0].Value.Uint64()))
	}})
}
